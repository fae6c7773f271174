// The stop rules of a parsed study. Private to the study stage.
#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include <lfreval/study/stop_rules.hpp>

namespace lfreval {

/// Rules of `root`, held against the limits that `declared` has; appends an error for each that does not fit.
[[nodiscard]] std::vector<stop_rule> stop_rules_of(const toml::table& root, const study& declared, const std::string& file, std::vector<error>& errors);

} // namespace lfreval
