/// @file
/// Two-sided p values of a binomial share, in the two conventions that the ratio of rates needs.
#pragma once
// IWYU pragma: private

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

inline double binomial_up_to(double x, double n, double p) {
  return x >= n ? 1.0 : distribution::beta_above(x + 1.0, n - x, p);
}

inline double binomial_from(double x, double n, double p) {
  return x <= 0.0 ? 1.0 : distribution::beta_below(x, n - x + 1.0, p);
}

/// The probability of all results that are no more probable than `x`. The far tail is found by bisection because the
/// probabilities fall away from the mode; results within 1e-7 of a tie count as tied, as R's `binom.test` counts them.
inline double least_likely_p(std::uint64_t x, std::uint64_t n, double p) {
  const auto at = [=](std::uint64_t k) {
    return distribution::binomial_at(static_cast<double>(k), static_cast<double>(n), p);
  };
  const auto events = static_cast<double>(x), trials = static_cast<double>(n);
  const double ceiling = at(x) * (1.0 + 1e-7);
  if (events < trials * p) {
    std::uint64_t low = static_cast<std::uint64_t>(std::ceil(trials * p)), high = n + 1;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (at(middle) <= ceiling) high = middle; else low = middle + 1;
    }
    const double beyond = low > n ? 0.0 : binomial_from(static_cast<double>(low), trials, p);
    return std::min(1.0, binomial_up_to(events, trials, p) + beyond);
  }
  if (events > trials * p) {
    std::uint64_t low = 0, high = static_cast<std::uint64_t>(std::floor(trials * p)) + 1; // number of results in the tail
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (at(middle) > ceiling) high = middle; else low = middle + 1;
    }
    const double beyond = low == 0 ? 0.0 : binomial_up_to(static_cast<double>(low - 1), trials, p);
    return std::min(1.0, binomial_from(events, trials, p) + beyond);
  }
  return 1.0;
}

/// Twice the smaller mid-P tail.
inline double midp_p(double x, double n, double p) {
  const double below = x <= 0.0 ? 0.0 : binomial_up_to(x - 1.0, n, p);
  const double above = x >= n ? 0.0 : binomial_from(x + 1.0, n, p);
  const double half = distribution::binomial_at(x, n, p) / 2.0;
  return std::min(1.0, 2.0 * std::min(below + half, above + half));
}

} // namespace lfreval::detail
