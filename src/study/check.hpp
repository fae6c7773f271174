// The walk over a parsed file that holds every key against a table of keys. Private to the study stage.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include <lfreval/study/keys.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

[[nodiscard]] error study_error(const std::string& file, const toml::source_region& at, error_code code,
                                std::string key, std::string value, std::string allowed);

/// The tables of a text that passed `check_text`.
[[nodiscard]] result<toml::table> parse_toml(std::string_view text, const std::string& file);

/// Appends one error for each unknown key, wrong type, value outside its range and missing required key; one alone where the
/// `schema` is newer than `newest_schema`.
void check_keys(const toml::table& root, std::span<const study_key> keys, std::int64_t newest_schema, const std::string& file, std::vector<error>& errors);

/// A table that must be there, and what it has to hold.
struct required_section {
  const char* name;
  const char* allowed;
};
/// Appends one error for each section that is missing.
void check_sections(const toml::table& root, std::span<const required_section> sections, const std::string& file, std::vector<error>& errors);

[[nodiscard]] std::vector<error> in_file_order(std::vector<error>);

} // namespace lfreval
