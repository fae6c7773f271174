/// @file
/// Calendar dates in ISO 8601 form, checked to exist.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lfreval {

/// A day of the Gregorian calendar. Made by `parse_iso_date`, which refuses days that do not exist.
struct calendar_date {
  std::uint16_t year = 0;
  std::uint8_t month = 0, day = 0;

  friend constexpr auto operator<=>(const calendar_date&, const calendar_date&) = default;
};

/// `2020-02-27`, and nothing else: no time, no other order, no 30 February.
[[nodiscard]] std::optional<calendar_date> parse_iso_date(std::string_view) noexcept;
[[nodiscard]] std::string to_iso(calendar_date);

} // namespace lfreval
