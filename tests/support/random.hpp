/// @file
/// A small generator whose numbers are the same on every platform (SplitMix64, Steele et al. 2014).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace lfreval::test {

class random {
public:
  explicit random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

  std::uint64_t below(std::uint64_t n) { return bits() % n; }

  template <class Rows> void shuffle(Rows& rows) {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[static_cast<std::size_t>(below(i))]);
  }

private:
  std::uint64_t state_;
};

/// A Poisson count, by counting exponential gaps.
inline std::uint64_t poisson(random& from, double mean) {
  std::uint64_t x = 0;
  for (double t = -std::log1p(-from.uniform()); t < mean; t -= std::log1p(-from.uniform())) ++x;
  return x;
}

} // namespace lfreval::test
