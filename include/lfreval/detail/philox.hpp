/// @file
/// Philox4x32-10: random numbers that are a pure function of (key, counter), so that a draw for a person does not depend
/// on who was drawn before, on the thread or on the machine.
///
/// Cites: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstdint>

namespace lfreval::detail {

using philox_counter = std::array<std::uint32_t, 4>;
using philox_key = std::array<std::uint32_t, 2>;

/// The key that belongs to a seed: its low and its high half.
[[nodiscard]] constexpr philox_key philox_key_of(std::uint64_t seed) noexcept {
  return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)};
}

/// Four random words for one counter. Ten rounds.
[[nodiscard]] constexpr philox_counter philox4x32_10(philox_counter counter, philox_key key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53U} * counter[0], second = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// The first two words as one number of 64 bits, the first word on top.
[[nodiscard]] constexpr std::uint64_t philox_word(philox_counter counter, philox_key key) noexcept {
  const philox_counter out = philox4x32_10(counter, key);
  return (std::uint64_t{out[0]} << 32U) | out[1];
}

} // namespace lfreval::detail
