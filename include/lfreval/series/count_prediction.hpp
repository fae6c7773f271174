/// @file
/// What the next deployment may bring: a range of counts, not of rates.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>

#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::series {

/// The counts between which the next deployment of a stated exposure falls with at least the stated chance, the fitted
/// population taken as exact. A count outside is a reason to look, not proof of a change.
struct count_prediction {
  interval counts;       ///< whole numbers; `upper` is `unbounded` for a lower bound
  double expected = 0.0; ///< population mean times exposure
  std::uint64_t exposure = 0;
  bool no_heterogeneity = false; ///< no variation between deployments was found: a plain Poisson or binomial law
  flag_set flags;

  friend bool operator==(const count_prediction&, const count_prediction&) = default;
};

} // namespace lfreval::series

namespace lfreval::detail {

/// The smallest whole number at which a falling tail is at most q.
inline double first_with_tail(const std::function<double(double)>& above, double q, double start) {
  double low = -1.0, high = std::floor(start) + 1.0;
  while (above(high) > q) {
    low = high;
    high = 2.0 * high + 1.0;
  }
  while (high - low > 1.0) {
    const double middle = std::floor((low + high) / 2.0);
    (above(middle) <= q ? high : low) = middle;
  }
  return high;
}

/// Lower: the largest L with P(X < L) <= q. Upper: the smallest U with P(X > U) <= q. `above(k)` is P(X > k), `upto(k)`
/// is P(X <= k).
inline interval predicted_counts(const std::function<double(double)>& above, const std::function<double(double)>& upto,
                                 double expected, confidence level, sides on) {
  const double q = on == sides::two ? level.alpha() / 2.0 : level.alpha();
  // The first k with P(X <= k) > q is L: P(X < L) = P(X <= L - 1) <= q.
  const auto not_yet = [&](double k) { return upto(k) > q ? 0.0 : 1.0; };
  return {on == sides::upper ? 0.0 : first_with_tail(not_yet, 0.5, expected),
          on == sides::lower ? unbounded : first_with_tail(above, q, expected), level, interval_method::predictive, on};
}

} // namespace lfreval::detail
