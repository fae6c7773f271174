// Fields of an evaluation that somebody else may have written: what is absent or of another type is nothing. Private to
// the report stage.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <lfreval/types/interval.hpp>

#include "report/document.hpp"

namespace lfreval::fields {

[[nodiscard]] inline const json_document& part(const json_document& object, std::string_view name) {
  static const json_document nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

[[nodiscard]] inline std::string text(const json_document& object, std::string_view name) {
  const json_document& value = part(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

[[nodiscard]] inline std::optional<double> number(const json_document& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}
[[nodiscard]] inline std::optional<double> number(const json_document& object, std::string_view name) { return number(part(object, name)); }

[[nodiscard]] inline std::optional<std::uint64_t> count(const json_document& value) {
  return value.is_number_unsigned() ? std::optional(value.get<std::uint64_t>()) : std::nullopt;
}
[[nodiscard]] inline std::optional<std::uint64_t> count(const json_document& object, std::string_view name) { return count(part(object, name)); }

/// Both ends of an interval; an upper end without a bound is infinite, and where one is missing there is no interval.
struct ends {
  double lower = 0, upper = 0;
};
[[nodiscard]] inline std::optional<ends> limits(const json_document& interval) {
  const auto lower = number(interval, "lower"), upper = number(interval, "upper");
  if (!lower) return std::nullopt;
  if (upper) return ends{*lower, *upper};
  return part(interval, "upper_unbounded").is_boolean() ? std::optional(ends{*lower, unbounded}) : std::nullopt;
}

/// The value of an axis; nothing when the finding has none of that name.
[[nodiscard]] inline std::optional<std::string> axis(const json_document& finding, std::string_view name) {
  const json_document& value = part(part(finding, "axes"), name);
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

} // namespace lfreval::fields
