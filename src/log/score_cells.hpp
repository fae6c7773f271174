/// @file
/// Scores of a matrix as they are written, read where they stand.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "log/column_cells.hpp"

namespace lfreval::detail {

/// Reads a score of at most 15 digits without an exponent, with the value that `std::from_chars` gives. Leaves `at` behind
/// it; false, and `at` anywhere in the cell, for everything else.
///
/// Two exact doubles are divided, which rounds once; the second rounding to float goes wrong only where the quotient is
/// taken for one half way between two floats that it is merely near. Those are left to `parse_any_score`.
[[nodiscard]] inline bool parse_short_score(const char*& at, const char* end, float& out) noexcept {
  static constexpr std::array<double, 16> powers{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool is_negative = at != end && *at == '-';
  if (is_negative) ++at;
  const char* const first = at;
  std::uint64_t digits = 0;
  const auto digit = [&] { return static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0'; };
  for (; at != end && digit() < 10; ++at) digits = digits * 10 + digit();
  const auto whole = at - first;
  std::ptrdiff_t decimals = 0;
  if (at != end && *at == '.') {
    const char* const point = at++;
    for (; at != end && digit() < 10; ++at) digits = digits * 10 + digit();
    decimals = at - point - 1;
  }
  if (whole + decimals == 0 || whole + decimals > 15) return false; // 10^15 < 2^53
  const double value = static_cast<double>(digits) / powers[static_cast<std::size_t>(decimals)];
  constexpr std::uint64_t below_float = (std::uint64_t{1} << 29U) - 1, half_way = std::uint64_t{1} << 28U;
  if (decimals != 0 && (std::bit_cast<std::uint64_t>(value) & below_float) == half_way) return false;
  out = static_cast<float>(is_negative ? -value : value);
  return true;
}

} // namespace lfreval::detail
