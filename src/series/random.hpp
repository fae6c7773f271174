/// @file
/// The generator behind simulated p values: SplitMix64 (Steele et al. 2014), the same numbers on every machine.
#pragma once

#include <cstdint>

namespace lfreval::detail {

class splitmix64 {
public:
  explicit splitmix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

private:
  std::uint64_t state_;
};

} // namespace lfreval::detail
