// Numbers as a publisher printed them, compared with arithmetic in whole numbers of the last printed place. Private to the
// quality stage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <lfreval/types/number.hpp>

namespace lfreval {

__extension__ typedef unsigned __int128 wide_count;

/// Its digits as one whole number, and how many of them stand after the point.
struct printed_digits {
  std::uint64_t digits = 0;
  unsigned decimals = 0;

  /// The number of last places in one unit: 10^decimals.
  [[nodiscard]] double places() const {
    double out = 1;
    for (unsigned i = 0; i < decimals; ++i) out *= 10;
    return out;
  }
};

[[nodiscard]] inline std::optional<printed_digits> digits_of(const std::string& text) {
  const std::size_t point = text.find('.');
  const std::string whole = text.substr(0, point), after = point == std::string::npos ? "" : text.substr(point + 1);
  if (after.size() > 12) return std::nullopt;
  const auto digits = parse_count(whole + after);
  if (!digits) return std::nullopt;
  return printed_digits{*digits, static_cast<unsigned>(after.size())};
}

/// unit events / exposure in last places, as floor and as the nearest whole number.
struct recomputed {
  wide_count truncated, rounded;

  [[nodiscard]] bool agrees_with(const printed_digits& printed) const { return rounded == printed.digits || truncated == printed.digits; }
};

/// `exposure` is not 0.
[[nodiscard]] inline recomputed recompute(std::uint64_t events, std::uint64_t exposure, std::uint64_t unit, unsigned decimals) {
  wide_count scaled = static_cast<wide_count>(events) * unit;
  for (unsigned i = 0; i < decimals; ++i) scaled *= 10;
  return {scaled / exposure, (scaled * 2 + exposure) / (static_cast<wide_count>(exposure) * 2)};
}

} // namespace lfreval
