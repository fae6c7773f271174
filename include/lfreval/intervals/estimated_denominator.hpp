/// @file
/// A rate whose denominator is itself an estimate: "faces seen" that were sampled or extrapolated, not counted.
///
/// `cv` is the coefficient of variation of the denominator: its standard error over its value, as the count study
/// states it. A band of +-b at a stated confidence is cv = b / z. A cv of 0 gives the limits of a counted denominator.
/// Widening the interval says nothing about a systematic error: a detector that misses faces deflates the denominator
/// and the alerts together, and no interval mends that.
///
/// Common to all: no exposure is `undefined` (`empty`, bounds [0, unbounded)). Throws `std::invalid_argument` for an
/// exposure that is negative, not finite, or zero with events, for a cv that is negative or above 10, and for counts
/// above 2^52.
#pragma once

#include <cmath>
#include <cstdint>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::detail {

/// The rate that Gamma(shape) / LogNormal(ln exposure, spread) stays below (`upper` false) or above (`upper` true) with
/// probability q. In src/intervals/estimated_denominator.cpp.
[[nodiscard]] double gamma_over_lognormal_quantile(double shape, double exposure, double spread, double q, bool upper);

/// The standard deviation of the logarithm of a lognormal variable with this coefficient of variation.
[[nodiscard]] inline double lognormal_spread(double cv) { return std::sqrt(std::log1p(cv * cv)); }

inline void require_estimated_denominator(const char* function, double events, double exposure, double cv) {
  require_amount(function, "events", events);
  require_exposure(function, "exposure", exposure, events);
  if (!std::isfinite(cv) || cv < 0.0 || cv > 10.0) wrong_call(function, "cv", "is not between 0 and 10; write 0.05, not 5");
}

inline estimable<interval> gamma_lognormal(const char* function, double events, double exposure, double cv,
                                           confidence level, sides on) {
  require_estimated_denominator(function, events, exposure, cv);
  if (exposure == 0.0) return no_exposure();
  const double spread = lognormal_spread(cv);
  return bounded(
      level, interval_method::estimated_denominator_gamma_lognormal, on, unbounded,
      [=](double q) { return events <= 0.0 ? 0.0 : gamma_over_lognormal_quantile(events, exposure, spread, q, false); },
      [=](double q) { return gamma_over_lognormal_quantile(events + 1.0, exposure, spread, q, true); });
}

} // namespace lfreval::detail

namespace lfreval::rate {

/// The default: Garwood's limits with the uncertainty of the denominator mixed in, whatever the number of events.
/// lower = q-quantile of Gamma(x) / N, upper = (1-q)-quantile of Gamma(x+1) / N, N ~ LogN(ln n, ln(1 + cv^2)); the
/// mixture E_u[P(x, r n e^{s u})] is summed over equidistant nodes, which for an analytic density converges to the last
/// digits. 0 events give a lower limit of exactly 0.   Cites: confidence distributions, Schweder & Hjort 2002. Cost:
/// about 0.5 ms.
inline estimable<interval> estimated_denominator_gamma_lognormal(std::uint64_t events, double exposure, double cv,
                                                                 confidence level, sides on = sides::two) {
  constexpr const char* name = "rate::estimated_denominator_gamma_lognormal";
  detail::require_count(name, "events", events);
  return detail::gamma_lognormal(name, static_cast<double>(events), exposure, cv, level, on);
}

/// The same for a rate whose events come in clusters: real-valued effective events x* and the exposure t* they are
/// worth, with x* / t* the rate (`x* = p n*`, `t* = n*` of Korn-Graubard, or p^2 / V and p / V of the variance). Wider
/// than the clustered interval by the error of the denominator, and never narrower than it.
inline estimable<interval> estimated_denominator_effective(double effective_events, double effective_exposure, double cv,
                                                           confidence level, sides on = sides::two) {
  return detail::gamma_lognormal("rate::estimated_denominator_effective", effective_events, effective_exposure, cv, level,
                                 on);
}

/// The closed form for many events.   r exp(-+ z sqrt(1/x + cv^2)).   0 events are `undefined` (`no_events`).
inline estimable<interval> estimated_denominator_log_delta(std::uint64_t events, double exposure, double cv,
                                                           confidence level, sides on = sides::two) {
  constexpr const char* name = "rate::estimated_denominator_log_delta";
  const auto x = static_cast<double>(events);
  detail::require_estimated_denominator(name, x, exposure, cv);
  if (exposure == 0.0) return detail::no_exposure();
  if (events == 0)
    return detail::no_value(undefined_reason::no_events, "Use estimated_denominator_gamma_lognormal, which bounds a rate "
                                                         "without events.", 0.0, unbounded);
  const double rate = x / exposure, error = std::sqrt(1.0 / x + cv * cv);
  return detail::bounded(level, interval_method::estimated_denominator_log_delta, on, unbounded,
                         [=](double q) { return rate * std::exp(-distribution::normal_upper_quantile(q) * error); },
                         [=](double q) { return rate * std::exp(distribution::normal_upper_quantile(q) * error); });
}

/// The guaranteed box: half of the error is spent on the events, half on the denominator, each limit taken at its
/// worst. lower = Garwood's at q/2 over the upper lognormal limit at q/2, and turned over for the upper limit. Widest
/// of the three.
inline estimable<interval> estimated_denominator_bonferroni(std::uint64_t events, double exposure, double cv,
                                                            confidence level, sides on = sides::two) {
  constexpr const char* name = "rate::estimated_denominator_bonferroni";
  const auto x = static_cast<double>(events);
  detail::require_estimated_denominator(name, x, exposure, cv);
  if (exposure == 0.0) return detail::no_exposure();
  const double spread = detail::lognormal_spread(cv);
  const auto factor = [=](double q) { return std::exp(distribution::normal_upper_quantile(q / 2.0) * spread); };
  return detail::bounded(level, interval_method::estimated_denominator_bonferroni, on, unbounded,
                         [=](double q) { return detail::gamma_limit_lower(x, exposure, q / 2.0) / factor(q); },
                         [=](double q) { return detail::gamma_limit_upper(x, exposure, q / 2.0) * factor(q); });
}

} // namespace lfreval::rate
