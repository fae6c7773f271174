/// @file
/// Calendar dates in ISO 8601 form, checked to exist.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lfreval {

/// `2020-02-27`, and nothing else: no time, no other order, no 30 February.
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_iso_date(std::string_view) noexcept;
[[nodiscard]] std::string to_iso(std::chrono::year_month_day);

} // namespace lfreval
