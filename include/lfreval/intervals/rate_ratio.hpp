/// @file
/// The ratio of two rates, (x1 / t1) / (x2 / t2), from counts and exposures.
///
/// Common to all: given x1 + x2, x1 is binomial with share pi = r t1 / (r t1 + t2), so limits of pi are limits of r.
/// No exposure in an arm is `undefined` (`empty`), no event in both is `undefined` (`no_events`), both with bounds
/// [0, unbounded). x2 = 0 gives an unbounded ratio with a finite lower limit, x1 = 0 a ratio and lower limit of 0; nothing
/// is ever added to a count. Wrong calls throw `std::invalid_argument` as for the Poisson intervals.
/// Cites: Przyborowski & Wilenski 1940; Fay 2010.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>

namespace lfreval {

/// A ratio of two rates with its limits.
struct rate_ratio_estimate {
  double point = 0.0; ///< `unbounded` when only the second arm has no event
  interval limits;
  std::optional<double> p_value;               ///< two-sided, of equal rates
  std::optional<double> probability_above_one; ///< posterior, for `bayes_gamma` and `bayes_beta` only

  friend bool operator==(const rate_ratio_estimate&, const rate_ratio_estimate&) = default;
};

} // namespace lfreval

namespace lfreval::detail {

/// Why there is no ratio, if there is none. Throws on a wrong call.
inline std::optional<undefined> no_ratio(const char* function, double x1, double t1, double x2, double t2) {
  require_amount(function, "x1", x1);
  require_amount(function, "x2", x2);
  require_exposure(function, "t1", t1, x1);
  require_exposure(function, "t2", t2, x2);
  const undefined::range any{0.0, unbounded};
  if (t1 == 0.0 || t2 == 0.0)
    return undefined{undefined_reason::empty, "Record some exposure in both arms; until then any ratio is possible.", any};
  if (x1 == 0.0 && x2 == 0.0)
    return undefined{undefined_reason::no_events,
                     "Collect until one arm has an event; bound each rate by itself until then.", any};
  return std::nullopt;
}

inline double plain_ratio(double x1, double t1, double x2, double t2) {
  return x2 == 0.0 ? unbounded : (x1 / t1) / (x2 / t2);
}

inline interval exact_ratio_limits(double x1, double t1, double x2, double t2, confidence level, sides on,
                                   interval_method method) {
  return bounded(
      level, method, on, unbounded,
      [=](double q) { return x1 == 0.0 ? 0.0 : distribution::beta_lower_odds(x1, x2 + 1.0, q) * (t2 / t1); },
      [=](double q) { return x2 == 0.0 ? unbounded : distribution::beta_upper_odds(x1 + 1.0, x2, q) * (t2 / t1); });
}

} // namespace lfreval::detail

namespace lfreval::rate_ratio {

/// How many times higher the first rate is than the second, with the limits an exact conditional test gives: guaranteed
/// coverage, the default when rates are below 1 in 1,000.   lower = L / (1-L) t2 / t1 with L the Clopper-Pearson limit of
/// x1 in x1 + x2. The p value sums all results no more probable than the one observed, as R's `poisson.test`; it is not
/// the inversion of the interval.   Cost: about 20 microseconds.
inline estimable<rate_ratio_estimate> conditional_exact(std::uint64_t x1, double t1, std::uint64_t x2, double t2,
                                                        confidence level, sides on = sides::two) {
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2);
  if (auto why = detail::no_ratio("rate_ratio::conditional_exact", a, t1, b, t2)) return tl::unexpected(*why);
  return rate_ratio_estimate{detail::plain_ratio(a, t1, b, t2),
                             detail::exact_ratio_limits(a, t1, b, t2, level, on, interval_method::conditional_exact),
                             detail::least_likely_p(x1, x1 + x2, t1 / (t1 + t2)), std::nullopt};
}

/// The conditional interval for real-valued effective counts x* = p n* and exposures n* of clustered groups, which are
/// never rounded.   lower odds of Beta(x1*, x2* + 1), upper odds of Beta(x1* + 1, x2*).   No p value.
inline estimable<rate_ratio_estimate> conditional_effective(double x1, double t1, double x2, double t2, confidence level,
                                                            sides on = sides::two) {
  if (auto why = detail::no_ratio("rate_ratio::conditional_effective", x1, t1, x2, t2)) return tl::unexpected(*why);
  return rate_ratio_estimate{detail::plain_ratio(x1, t1, x2, t2),
                             detail::exact_ratio_limits(x1, t1, x2, t2, level, on, interval_method::conditional_effective),
                             std::nullopt, std::nullopt};
}

/// The conditional interval with mid-P limits, a less conservative companion without a guarantee. The point is the
/// median-unbiased ratio, at which both mid-P tails are one half; the p value is twice the smaller mid-P tail.
/// Cost: about 100 microseconds.
inline estimable<rate_ratio_estimate> midp(std::uint64_t x1, double t1, std::uint64_t x2, double t2, confidence level,
                                           sides on = sides::two) {
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2), n = a + b;
  if (auto why = detail::no_ratio("rate_ratio::midp", a, t1, b, t2)) return tl::unexpected(*why);
  // The limits of the smaller share keep their digits; those of the larger one follow by turning the odds over.
  const auto lower = [=](double q) {
    if (x1 == 0) return 0.0;
    if (x2 == 0) return 2.0 * q >= 1.0 ? unbounded : (t2 / t1) / distribution::binomial_zero_odds(n, 2.0 * q);
    if (a <= b) { const double share = detail::midp_lower(a, n, q); return share / (1.0 - share) * (t2 / t1); }
    const double other = detail::midp_upper(b, n, q);
    return (1.0 - other) / other * (t2 / t1);
  };
  const auto upper = [=](double q) {
    if (x2 == 0) return unbounded;
    if (x1 == 0) return 2.0 * q >= 1.0 ? 0.0 : distribution::binomial_zero_odds(n, 2.0 * q) * (t2 / t1);
    if (a <= b) { const double share = detail::midp_upper(a, n, q); return share / (1.0 - share) * (t2 / t1); }
    const double other = detail::midp_lower(b, n, q);
    return (1.0 - other) / other * (t2 / t1);
  };
  return rate_ratio_estimate{lower(0.5),
                             detail::bounded(level, interval_method::conditional_midp, on, unbounded, lower, upper),
                             detail::midp_p(a, n, t1 / (t1 + t2)), std::nullopt};
}

/// The conditional interval by Wilson's score limits: closed form, for description. The p value is that of the score
/// test, z = (x1 - n pi) / sqrt(n pi (1 - pi)).
inline estimable<rate_ratio_estimate> score(std::uint64_t x1, double t1, std::uint64_t x2, double t2, confidence level,
                                            sides on = sides::two) {
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2), n = a + b;
  if (auto why = detail::no_ratio("rate_ratio::score", a, t1, b, t2)) return tl::unexpected(*why);
  // lower / (1 - lower), where 1 - lower is the upper limit of the other arm's share.
  const auto lower = [=](double q) { return detail::wilson_lower(a, n, q) / detail::wilson_upper(b, n, q) * (t2 / t1); };
  const auto upper = [=](double q) {
    return x2 == 0 ? unbounded : detail::wilson_upper(a, n, q) / detail::wilson_lower(b, n, q) * (t2 / t1);
  };
  const double share = t1 / (t1 + t2), z = (a - n * share) / std::sqrt(n * share * (t2 / (t1 + t2)));
  return rate_ratio_estimate{detail::plain_ratio(a, t1, b, t2),
                             detail::bounded(level, interval_method::conditional_score, on, unbounded, lower, upper),
                             2.0 * distribution::normal_above(std::fabs(z)), std::nullopt};
}

/// The posterior of the ratio under independent Gamma(1/2, 0) priors: the point is its median, the limits its central
/// range, and `probability_above_one` the chance that the first rate is the higher one.
/// (a1 / t1) / (a2 / t2) F(2 a1, 2 a2), a = x + 1/2.  
inline estimable<rate_ratio_estimate> bayes_gamma(std::uint64_t x1, double t1, std::uint64_t x2, double t2,
                                                  confidence level, sides on = sides::two) {
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2);
  if (auto why = detail::no_ratio("rate_ratio::bayes_gamma", a, t1, b, t2)) return tl::unexpected(*why);
  const auto lower = [=](double q) { return distribution::beta_lower_odds(a + 0.5, b + 0.5, q) * (t2 / t1); };
  const auto upper = [=](double q) { return distribution::beta_upper_odds(a + 0.5, b + 0.5, q) * (t2 / t1); };
  return rate_ratio_estimate{lower(0.5),
                             detail::bounded(level, interval_method::bayes_gamma, on, unbounded, lower, upper),
                             std::nullopt, distribution::beta_above(a + 0.5, b + 0.5, t1 / (t1 + t2))};
}

/// Limits of a ratio whose denominators are estimates with independent errors, from its limits with both taken as exact: on
/// the log scale the distances of the limits from the point and the errors of the denominators add like standard
/// deviations. s^2 = ln(1 + cv1^2) + ln(1 + cv2^2); lower = r exp(-sqrt(ln(r / l)^2 + (z s)^2)), upper alike; where the point
/// is 0 or unbounded the one limit that says anything moves by z s in full.
/// Cites: Zou & Donner 2008 (recovery of variances). Throws for a cv that is negative or above 10.
inline interval widen_by_denominators(double point, interval exact, double cv1, double cv2) {
  for (const double cv : {cv1, cv2})
    if (!std::isfinite(cv) || cv < 0.0 || cv > 10.0) detail::wrong_call("rate_ratio::widen_by_denominators", "cv", "is not between 0 and 10; write 0.05, not 5");
  const double spread = std::sqrt(std::log1p(cv1 * cv1) + std::log1p(cv2 * cv2));
  const double shift = distribution::normal_upper_quantile(detail::tail(exact.level, exact.on)) * spread;
  const bool known = point > 0.0 && point < unbounded;
  const auto distance = [=](double limit) { return std::hypot(std::log(limit / point), shift); };
  interval out = exact;
  out.method = interval_method::estimated_denominators_log;
  if (exact.lower > 0.0) out.lower = known ? point * std::exp(-distance(exact.lower)) : exact.lower * std::exp(-shift);
  if (!exact.upper_unbounded()) out.upper = known ? point * std::exp(distance(exact.upper)) : exact.upper * std::exp(shift);
  return out;
}

} // namespace lfreval::rate_ratio
