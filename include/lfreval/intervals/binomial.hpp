/// @file
/// Intervals for a share of independent trials: `events` of `trials`.
///
/// Common to all: no trial is `undefined` (`empty`, bounds [0, 1]); 0 events give a lower limit of exactly 0, all events
/// an upper limit of exactly 1; a one-sided bound spends all of alpha on its end and puts the other at 0 or 1. More
/// events than trials, or a count above 2^52, throws `std::invalid_argument`.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::detail {

// Mid-P tails, each half P(X >= x) and half P(X > x). The root lies between the roots of those two.
inline double midp_lower(double x, double n, double q) {
  if (x <= 0.0) return 0.0;
  if (x >= n) return 2.0 * q >= 1.0 ? 1.0 : full_share_lower(n, 2.0 * q);
  const auto excess = [=](double p) {
    return (distribution::beta_below(x, n - x + 1.0, p) + distribution::beta_below(x + 1.0, n - x, p)) / (2.0 * q) - 1.0;
  };
  const double high = distribution::beta_lower_quantile(x + 1.0, n - x, q);
  return distribution::root(excess, beta_limit_lower(x, n, q) * (1.0 - 1e-9), std::min(1.0, high * (1.0 + 1e-9)));
}

inline double midp_upper(double x, double n, double q) {
  if (x >= n) return 1.0;
  if (x <= 0.0) return 2.0 * q >= 1.0 ? 0.0 : zero_share_upper(n, 2.0 * q);
  const auto excess = [=](double p) {
    return (distribution::beta_above(x + 1.0, n - x, p) + distribution::beta_above(x, n - x + 1.0, p)) / (2.0 * q) - 1.0;
  };
  const double low = distribution::beta_upper_quantile(x, n - x + 1.0, q);
  return distribution::root(excess, low * (1.0 - 1e-9), std::min(1.0, beta_limit_upper(x, n, q) * (1.0 + 1e-9)));
}

} // namespace lfreval::detail

namespace lfreval::binomial {

/// The shares that an exact binomial test does not reject: guaranteed to cover at least as often as promised, so it is
/// the interval for compliance statements.   lower = I^-1_q(x, n-x+1), upper = I^-1_{1-q}(x+1, n-x), q = alpha / 2.
/// Cites: Clopper & Pearson 1934. Cost: two inverse incomplete beta functions, about 10 microseconds.
inline estimable<interval> clopper_pearson(std::uint64_t events, std::uint64_t trials, confidence level,
                                           sides on = sides::two) {
  detail::require_trials("binomial::clopper_pearson", events, trials);
  if (trials == 0) return detail::no_trials();
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  return detail::bounded(level, interval_method::clopper_pearson, on, 1.0,
                         [=](double q) { return detail::beta_limit_lower(x, n, q); },
                         [=](double q) { return detail::beta_limit_upper(x, n, q); });
}

/// The shares that a score test does not reject: close to its nominal coverage on average, not guaranteed, and so for
/// description and plots only.   Roots of (p^ - p)^2 = z^2 p (1-p) / n.   Cites: Wilson 1927. Cost: below 1 microsecond.
inline estimable<interval> wilson(std::uint64_t events, std::uint64_t trials, confidence level, sides on = sides::two) {
  detail::require_trials("binomial::wilson", events, trials);
  if (trials == 0) return detail::no_trials();
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  return detail::bounded(level, interval_method::wilson, on, 1.0, [=](double q) { return detail::wilson_lower(x, n, q); },
                         [=](double q) { return detail::wilson_upper(x, n, q); });
}

/// Wilson's interval with a continuity correction of half an event; what R prints as `prop.test`.
/// lower = (2x + z^2 - 1 - z sqrt(z^2 - 2 - 1/n + 4p(n(1-p) + 1))) / (2(n + z^2)), upper mirrored.   Cites: Newcombe 1998.
inline estimable<interval> wilson_cc(std::uint64_t events, std::uint64_t trials, confidence level,
                                     sides on = sides::two) {
  detail::require_trials("binomial::wilson_cc", events, trials);
  if (trials == 0) return detail::no_trials();
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  return detail::bounded(level, interval_method::wilson_cc, on, 1.0,
                         [=](double q) {
                           if (events == 0) return 0.0;
                           const double z = distribution::normal_upper_quantile(q);
                           const double under = z * z - 2.0 - 1.0 / n + 4.0 * (x / n) * (n - x + 1.0);
                           return (2.0 * x + z * z - 1.0 - z * std::sqrt(under)) / (2.0 * (n + z * z));
                         },
                         [=](double q) {
                           if (events == trials) return 1.0;
                           const double z = distribution::normal_upper_quantile(q);
                           const double under = z * z + 2.0 - 1.0 / n + 4.0 * (x / n) * (n - x - 1.0);
                           return (2.0 * x + z * z + 1.0 + z * std::sqrt(under)) / (2.0 * (n + z * z));
                         });
}

/// The central range of the posterior under Jeffreys' prior, Beta(x + 1/2, n - x + 1/2): for description. At 0 events the
/// lower limit is 0 and at all events the upper limit is 1.   Cites: Brown, Cai & DasGupta 2001.
inline estimable<interval> jeffreys(std::uint64_t events, std::uint64_t trials, confidence level,
                                    sides on = sides::two) {
  detail::require_trials("binomial::jeffreys", events, trials);
  if (trials == 0) return detail::no_trials();
  const double a = static_cast<double>(events) + 0.5, b = static_cast<double>(trials - events) + 0.5;
  return detail::bounded(
      level, interval_method::jeffreys, on, 1.0,
      [=](double q) { return events == 0 ? 0.0 : distribution::beta_lower_quantile(a, b, q); },
      [=](double q) { return events == trials ? 1.0 : distribution::beta_upper_quantile(a, b, q); });
}

/// The textbook interval after z^2 / 2 events and non-events are added; limits outside [0, 1] are replaced by the edge, as
/// its authors do.   p~ +- z sqrt(p~ (1-p~) / n~), n~ = n + z^2, p~ = (x + z^2/2) / n~.   Cites: Agresti & Coull 1998.
inline estimable<interval> agresti_coull(std::uint64_t events, std::uint64_t trials, confidence level,
                                         sides on = sides::two) {
  detail::require_trials("binomial::agresti_coull", events, trials);
  if (trials == 0) return detail::no_trials();
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  const auto limit = [=](double q, double direction) {
    const double z = distribution::normal_upper_quantile(q), larger = n + z * z, p = (x + z * z / 2.0) / larger;
    return std::clamp(p + direction * z * std::sqrt(p * (1.0 - p) / larger), 0.0, 1.0);
  };
  return detail::bounded(level, interval_method::agresti_coull, on, 1.0,
                         [=](double q) { return events == 0 ? 0.0 : limit(q, -1.0); },
                         [=](double q) { return events == trials ? 1.0 : limit(q, 1.0); });
}

/// Clopper-Pearson with half of the observed result's own probability: less conservative, not guaranteed.
/// lower: P(X > x) + P(X = x)/2 = q; upper: P(X < x) + P(X = x)/2 = q; at 0 events the upper limit is 1 - (2q)^(1/n).
/// Cites: Lancaster 1961. Cost: about 50 microseconds.
inline estimable<interval> midp(std::uint64_t events, std::uint64_t trials, confidence level, sides on = sides::two) {
  detail::require_trials("binomial::midp", events, trials);
  if (trials == 0) return detail::no_trials();
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  return detail::bounded(level, interval_method::midp, on, 1.0, [=](double q) { return detail::midp_lower(x, n, q); },
                         [=](double q) { return detail::midp_upper(x, n, q); });
}

} // namespace lfreval::binomial
