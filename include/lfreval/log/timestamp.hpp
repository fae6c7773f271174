/// @file
/// Times of logs: ISO 8601 to the nanosecond, with or without an offset from UTC, checked to exist.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace lfreval {

/// Stands for an empty cell in a column of times.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// A moment: nanoseconds from 1970-01-01T00:00, in UTC when an offset was given and by the local clock when none was.
/// The two are not to be compared with each other.
struct timestamp {
  std::int64_t nanoseconds = 0;
  bool has_offset = false;

  friend constexpr bool operator==(const timestamp&, const timestamp&) = default;
};

/// `2024-01-26T09:05`, with seconds and up to nine decimals (after a point or a comma) if wanted, `T` or a blank between day and time, then
/// nothing, `Z`, `+01:00`, `+0100` or `+01`. Years 1700 to 2200. Nothing for days and times that do not exist, for
/// 24:00 and for leap seconds, which no clock of a camera shows.
[[nodiscard]] std::optional<timestamp> parse_timestamp(std::string_view) noexcept;

} // namespace lfreval
