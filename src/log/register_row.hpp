// One row of a register, and what each kind of register makes of it. Private to the log stage.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/log/timestamp.hpp>
#include <lfreval/types/number.hpp>

#include "log/table_rows.hpp"

namespace lfreval {

namespace detail {

inline constexpr double most_hours = 1e7; // of officers on one deployment or tactic: sums of seconds stay far below 2^52
inline constexpr std::size_t longest_name = 64;

inline std::vector<std::string> parts(std::string_view list, char separator) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t to = std::min(list.find(separator, from), list.size());
    std::string_view part = list.substr(from, to - from);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    from = to + 1;
  }
  return out;
}

inline bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

} // namespace detail

/// The cells of a register: closed lists are those that the table of columns names.
class register_row {
public:
  register_row(row_cells& cells, bool& with_offset, bool& without_offset) : cells_(cells), with_offset_(with_offset), without_offset_(without_offset) {}

  std::string text(std::string_view name) { return cells_.text(name).value_or(""); }
  bool has(std::string_view name) { return cells_.text(name).has_value(); }

  std::string choice(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return cells_.text(name).value_or(""); // a required one is refused there
    const auto allowed = detail::parts(column->column->allowed, '|');
    if (std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) refuse(*column, error_code::not_allowed, *value);
    return std::string(*value);
  }

  std::optional<bool> yes(std::string_view name) {
    const std::string value = choice(name);
    return value.empty() ? std::nullopt : std::optional(value == "yes");
  }

  /// Names with `;` between: of a closed list where the column has one.
  std::set<std::string> names(std::string_view name) {
    std::set<std::string> out;
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return out;
    const bool closed = column->column->allowed.find('|') != std::string_view::npos;
    const auto allowed = detail::parts(column->column->allowed, '|');
    for (std::string& one : detail::parts(*value, ';')) {
      if (closed ? std::find(allowed.begin(), allowed.end(), one) == allowed.end() : !detail::is_name(one)) refuse(*column, error_code::not_allowed, one);
      out.insert(std::move(one));
    }
    return out;
  }

  /// One name: what is printed as an axis is never free text.
  std::string name(std::string_view column_name) {
    const std::string value = text(column_name);
    if (const bound_column* column = cells_.find(column_name); column != nullptr && !cells_.fault() && !value.empty() && !detail::is_name(value)) refuse(*column, error_code::not_allowed, value);
    return value;
  }

  std::optional<calendar_date> date(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) {
      (void)cells_.text(name);
      return std::nullopt;
    }
    const auto parsed = parse_iso_date(*value);
    if (!parsed) refuse(*column, error_code::not_a_date, *value);
    return parsed;
  }

  std::optional<moment> time(std::string_view name, std::optional<calendar_date>* day = nullptr) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return std::nullopt;
    const auto parsed = parse_timestamp(*value);
    if (!parsed) {
      refuse(*column, error_code::not_a_date, *value);
      return std::nullopt;
    }
    (parsed->has_offset ? with_offset_ : without_offset_) = true;
    if (day != nullptr) *day = parse_iso_date(value->substr(0, 10));
    return parsed->nanoseconds;
  }

  /// Counts that are added up: an eighth of the largest count leaves room for the sum of a register.
  std::optional<std::uint64_t> count(std::string_view name) {
    const bound_column* column = nullptr;
    if (!cells_.cell(name, column)) {
      (void)cells_.text(name);
      return std::nullopt;
    }
    return bounded(*column);
  }

  /// Hours as whole seconds.
  std::optional<std::uint64_t> seconds_of_hours(std::string_view name) {
    (void)cells_.text(name);
    const auto hours = cells_.number_up_to(name, detail::most_hours);
    return hours ? std::optional(static_cast<std::uint64_t>(std::llround(*hours * 3600))) : std::nullopt;
  }

  std::optional<double> number(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return std::nullopt;
    const auto parsed = parse_decimal(*value);
    if (!parsed) refuse(*column, error_code::not_a_number, *value);
    return parsed;
  }

  std::optional<double> share_above_zero(std::string_view name) {
    const auto value = number(name);
    if (value && !(*value > 0.0 && *value <= 1.0))
      if (const bound_column* column = cells_.find(name)) refuse(*column, error_code::not_allowed, shortest(*value));
    return value;
  }

  std::map<std::string, std::uint64_t> outcomes() {
    std::map<std::string, std::uint64_t> out;
    for (const bound_column& column : cells_.columns())
      if (column.name.starts_with("outcome."))
        if (const auto n = bounded(column)) out.emplace(column.name.substr(8), *n);
    return out;
  }

  /// An end that comes before its start.
  template <class Time> void in_order(const std::optional<Time>& from, const std::optional<Time>& to, std::string_view end, const char* allowed) {
    if (from && to && *to < *from)
      if (const bound_column* column = cells_.find(end)) cells_.refuse(*column, error_code::not_allowed, cells_.cell(*column).value_or(""), allowed);
  }

private:
  void refuse(const bound_column& column, error_code code, std::string_view value) { cells_.refuse(column, code, value, std::string(column.column->allowed)); }

  std::optional<std::uint64_t> bounded(const bound_column& column) {
    const auto value = cells_.number_of(column);
    if (value && *value > largest_count / 8) {
      refuse(column, error_code::not_a_count, std::to_string(*value));
      return std::nullopt;
    }
    return value;
  }

  row_cells& cells_;
  bool &with_offset_, &without_offset_;
};

/// Fills an entry from its row; what breaks a rule of its column is the row's fault.
void read_entry(register_row& row, document_entry& out);
void read_entry(register_row& row, test_report& out);
void read_entry(register_row& row, change_entry& out);
void read_entry(register_row& row, comparator_entry& out);
void read_entry(register_row& row, cost_entry& out);
void read_entry(register_row& row, staffing_entry& out);
void read_entry(register_row& row, complaint_entry& out);
void read_entry(register_row& row, notice_entry& out);
void read_entry(register_row& row, retention_entry& out);
void read_entry(register_row& row, expectation_entry& out);
void read_entry(register_row& row, operator_entry& out);
void read_entry(register_row& row, authorisation_entry& out);
void read_entry(register_row& row, disclosure_entry& out);

} // namespace lfreval
