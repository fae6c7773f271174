// The walk over a parsed study that holds every key against the table of keys. Private to the study stage.
#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include <lfreval/study/study.hpp>

namespace lfreval {

[[nodiscard]] error study_error(const std::string& file, const toml::source_region& at, error_code code,
                                std::string key, std::string value, std::string allowed);

/// Appends one error for each unknown key, wrong type, value outside its range and missing required key.
void check_keys(const toml::table& root, const std::string& file, std::vector<error>& errors);

} // namespace lfreval
