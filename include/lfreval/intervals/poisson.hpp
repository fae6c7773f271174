/// @file
/// Intervals for a rate of events over an exposure (seconds, faces) that may hold any number of them. Limits are per unit
/// of exposure.
///
/// Common to all: no exposure is `undefined` (`empty`, bounds [0, unbounded)); 0 events give a lower limit of exactly 0; a
/// one-sided lower bound leaves the upper end `unbounded`. An exposure that is negative, not finite, or zero with events,
/// and a count above 2^52, throw `std::invalid_argument`.
#pragma once

#include <cmath>
#include <cstdint>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::detail {

inline double poisson_midp_lower(double x, double q) {
  if (x <= 0.0) return 0.0;
  const auto excess = [=](double mean) {
    return (distribution::gamma_below(x, mean) + distribution::gamma_below(x + 1.0, mean)) / (2.0 * q) - 1.0;
  };
  return distribution::root(excess, distribution::gamma_lower_quantile(x, q) * (1.0 - 1e-9),
                            distribution::gamma_lower_quantile(x + 1.0, q) * (1.0 + 1e-9));
}

inline double poisson_midp_upper(double x, double q) {
  if (x <= 0.0) return 2.0 * q >= 1.0 ? 0.0 : distribution::poisson_zero_upper(2.0 * q);
  const auto excess = [=](double mean) {
    return (distribution::gamma_above(x, mean) + distribution::gamma_above(x + 1.0, mean)) / (2.0 * q) - 1.0;
  };
  return distribution::root(excess, distribution::gamma_upper_quantile(x, q) * (1.0 - 1e-9),
                            distribution::gamma_upper_quantile(x + 1.0, q) * (1.0 + 1e-9));
}

template <class Lower, class Upper>
estimable<interval> poisson_interval(const char* function, std::uint64_t events, double exposure, confidence level,
                                     sides on, interval_method method, Lower lower, Upper upper) {
  require_count(function, "events", events);
  require_exposure(function, "exposure", exposure, static_cast<double>(events));
  if (exposure == 0.0) return no_exposure();
  return bounded(level, method, on, unbounded, lower, upper);
}

} // namespace lfreval::detail

namespace lfreval::poisson {

/// The rates that an exact Poisson test does not reject: guaranteed coverage, for compliance statements.
/// lower = P^-1(x, q) / t, upper = Q^-1(x+1, q) / t (gamma quantiles).   Cites: Garwood 1936. Cost: about 5 microseconds.
inline estimable<interval> garwood(std::uint64_t events, double exposure, confidence level, sides on = sides::two) {
  const auto x = static_cast<double>(events);
  return detail::poisson_interval("poisson::garwood", events, exposure, level, on, interval_method::garwood,
                                  [=](double q) { return detail::gamma_limit_lower(x, exposure, q); },
                                  [=](double q) { return detail::gamma_limit_upper(x, exposure, q); });
}

/// Garwood's limits with half of the observed count's own probability: less conservative, not guaranteed.
/// Cites: Lancaster 1961. Cost: about 30 microseconds.
inline estimable<interval> midp(std::uint64_t events, double exposure, confidence level, sides on = sides::two) {
  const auto x = static_cast<double>(events);
  return detail::poisson_interval("poisson::midp", events, exposure, level, on, interval_method::poisson_midp,
                                  [=](double q) { return detail::poisson_midp_lower(x, q) / exposure; },
                                  [=](double q) { return detail::poisson_midp_upper(x, q) / exposure; });
}

/// The central range of the posterior Gamma(x + 1/2) under Jeffreys' prior; the lower limit is 0 at 0 events.
inline estimable<interval> jeffreys(std::uint64_t events, double exposure, confidence level, sides on = sides::two) {
  const double shape = static_cast<double>(events) + 0.5;
  return detail::poisson_interval(
      "poisson::jeffreys", events, exposure, level, on, interval_method::poisson_jeffreys,
      [=](double q) { return events == 0 ? 0.0 : distribution::gamma_lower_quantile(shape, q) / exposure; },
      [=](double q) { return distribution::gamma_upper_quantile(shape, q) / exposure; });
}

/// The rates that a score test does not reject, Wilson's interval for rates: for description.
/// (x + z^2/2 -+ z sqrt(x + z^2/4)) / t.   Cost: below 1 microsecond.
inline estimable<interval> score(std::uint64_t events, double exposure, confidence level, sides on = sides::two) {
  const auto x = static_cast<double>(events);
  return detail::poisson_interval("poisson::score", events, exposure, level, on, interval_method::poisson_score,
                                  [=](double q) { return detail::score_lower(x, exposure, q); },
                                  [=](double q) { return detail::score_upper(x, exposure, q); });
}

} // namespace lfreval::poisson
