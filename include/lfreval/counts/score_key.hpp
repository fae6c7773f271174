/// @file
/// Scores as whole numbers in the same order, so that counting and sorting never compare floating point.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace lfreval {

namespace detail {

/// The order-preserving bits of a number that is neither NaN nor negative zero. NaN of either sign falls outside the keys
/// of the two infinities: negative ones below `lowest_key`, positive ones above `highest_key`.
[[nodiscard]] constexpr std::uint32_t ordered_bits(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  // All ones for a negative number, and without a branch, which scores around zero would often take unforeseen.
  const auto sign = static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31);
  return bits ^ (sign | 0x80000000U);
}

inline constexpr std::uint32_t lowest_key = ordered_bits(-std::numeric_limits<float>::infinity());
inline constexpr std::uint32_t highest_key = ordered_bits(std::numeric_limits<float>::infinity());
inline constexpr std::uint32_t negative_zero_key = 0x7fffffffU;

} // namespace detail

/// The place of a score on a scale of whole numbers: `score_key(a) < score_key(b)` exactly when `a < b`. Both zeros have
/// one key. key = bits ^ 0xffffffff if the sign is set, else bits | 0x80000000.
/// Throws `std::invalid_argument` for NaN; the infinities are the two ends.
[[nodiscard]] constexpr std::uint32_t score_key(float score) {
  if (score != score) throw std::invalid_argument("score_key: score is not a number");
  return detail::ordered_bits(score == 0.0F ? 0.0F : score);
}

/// The score that has this key. Throws `std::invalid_argument` for a number that `score_key` never gives.
[[nodiscard]] constexpr float score_of_key(std::uint32_t key) {
  if (key < detail::lowest_key || key > detail::highest_key || key == detail::negative_zero_key)
    throw std::invalid_argument("score_of_key: no score has this key");
  return std::bit_cast<float>(key ^ ((key >> 31U) != 0 ? 0x80000000U : 0xffffffffU));
}

} // namespace lfreval
