// The parts of a study, each read from a table that passed `check_keys`. Private to the study stage.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lfreval/study/study.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

#include "study/check.hpp"

namespace lfreval {

inline std::optional<calendar_date> as_date(toml::node_view<const toml::node> node) {
  if (const auto day = node.value<toml::date>())
    return parse_iso_date(to_iso(calendar_date{day->year, day->month, day->day}));
  if (const auto text = node.value<std::string>()) return parse_iso_date(*text);
  return std::nullopt;
}

inline std::vector<std::string> texts(toml::node_view<const toml::node> node) {
  std::vector<std::string> out;
  if (const toml::array* list = node.as_array())
    for (const toml::node& entry : *list) {
      if (const auto text = entry.value<std::string>(); text && entry.is_string()) out.push_back(*text);
      else if (const auto value = entry.value<double>(); value && std::isfinite(*value)) out.push_back(shortest(*value));
    }
  return out;
}

inline study_position position_of(const toml::node& node) { return {node.source().begin.line, node.source().begin.column}; }

/// Whether an axis of groups may have this name: it stands among the axes of findings, beside those that every finding may have.
[[nodiscard]] bool may_name_an_axis(std::string_view name);

/// Where the mistakes that one key makes about another are told.
struct study_reader {
  const std::string& file;
  std::vector<error>& errors;

  void add(const toml::node& at, error_code code, std::string key, std::string value, std::string allowed) {
    errors.push_back(study_error(file, at.source(), code, std::move(key), std::move(value), std::move(allowed)));
  }
};

/// `[[source]]` and `[[register]]`; systems are read before.
void read_sources(const study_reader& to, const toml::table& root, study& out);
/// `[[group]]` and `[[baseline]]`.
void read_groups(const study_reader& to, const toml::table& root, study& out);
/// What is asked of the records: `[[limit]]`, `[[comparison]]`, `[[assumption]]`, `[decision]` and `[dossier]`.
void read_questions(const study_reader& to, const toml::table& root, study& out);

} // namespace lfreval
