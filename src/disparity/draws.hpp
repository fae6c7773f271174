/// @file
/// Counts drawn from a uniform number, which a counter gives: the same for the same counter whatever was drawn before.
#pragma once

#include <cmath>
#include <cstdint>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

/// In (0, 1), from the counter [place, kind, replicate, stream].
inline double uniform_draw(std::uint32_t place, std::uint32_t kind, std::uint32_t replicate, std::uint32_t stream, std::uint64_t seed) {
  const std::uint64_t word = philox_word({place, kind, replicate, stream}, philox_key_of(seed));
  return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
}

/// Takes probabilities off `u` from the mode outwards, one above and one below in turn, so that the steps grow with the
/// standard deviation and not with the count. `rise(k)` is p(k + 1) / p(k).
template <class Rise> double draw_outwards(double u, double mode, double at_mode, double largest, const Rise& rise) {
  double high = mode, low = mode, above = at_mode, below = at_mode;
  u -= at_mode;
  while (u >= 0.0 && above + below > 1e-18) {
    if (high < largest) {
      above *= rise(high);
      high += 1.0;
      if ((u -= above) < 0.0) return high;
    } else {
      above = 0.0;
    }
    if (low > 0.0) {
      low -= 1.0;
      below /= rise(low);
      if ((u -= below) < 0.0) return low;
    } else {
      below = 0.0;
    }
  }
  return mode; // the rounding of the sum, less than 1e-12 of probability
}

inline double draw_binomial(double trials, double p, double u) {
  if (trials <= 0.0 || p <= 0.0) return 0.0;
  if (p >= 1.0) return trials;
  const double mode = std::fmin(trials, std::floor((trials + 1.0) * p)), odds = p / (1.0 - p);
  return draw_outwards(u, mode, distribution::binomial_at(mode, trials, p), trials,
                       [=](double k) { return (trials - k) / (k + 1.0) * odds; });
}

inline double draw_poisson(double mean, double u) {
  if (mean <= 0.0) return 0.0;
  const double mode = std::floor(mean);
  const double at_mode = distribution::gamma_above(mode + 1.0, mean) - (mode > 0.0 ? distribution::gamma_above(mode, mean) : 0.0);
  return draw_outwards(u, mode, at_mode, HUGE_VAL, [=](double k) { return mean / (k + 1.0); });
}

} // namespace lfreval::detail
