/// @file
/// The distributions behind the intervals, as plain functions of doubles. Arguments are checked by the caller; results
/// are the same on every platform because nothing is promoted to long double. Each costs 1 to 10 microseconds.
#pragma once

#include <functional>

namespace lfreval::distribution {

/// The value that a standard normal variable exceeds with probability `q`; 1.96 at 0.025.
[[nodiscard]] double normal_upper_quantile(double q);
/// The chance that a standard normal variable exceeds `value`.
[[nodiscard]] double normal_above(double value);

/// The value that Student's t with `degrees` of freedom (a real number above 0) exceeds with probability `q`.
[[nodiscard]] double student_t_upper_quantile(double q, double degrees);

/// v with P(Beta(a, b) <= v) = q: the regularised incomplete beta function inverted, then polished by one Newton step on
/// tails evaluated by Loader's deviance form, so that 14 digits hold for b up to 2^52.
[[nodiscard]] double beta_lower_quantile(double a, double b, double q);
/// v with P(Beta(a, b) > v) = q, without ever forming 1 - q.
[[nodiscard]] double beta_upper_quantile(double a, double b, double q);
/// v / (1 - v) at those quantiles; keeps its digits where v is close to 1.
[[nodiscard]] double beta_lower_odds(double a, double b, double q);
[[nodiscard]] double beta_upper_odds(double a, double b, double q);
[[nodiscard]] double beta_below(double a, double b, double value);
[[nodiscard]] double beta_above(double a, double b, double value);

/// v with P(Gamma(shape, 1) <= v) = q, or > v with probability q. Half the chi-square quantile at 2 shape.
[[nodiscard]] double gamma_lower_quantile(double shape, double q);
[[nodiscard]] double gamma_upper_quantile(double shape, double q);
[[nodiscard]] double gamma_below(double shape, double value);
[[nodiscard]] double gamma_above(double shape, double value);

/// P(X = events) of a binomial variable, to full relative precision for counts up to 2^53.
[[nodiscard]] double binomial_at(double events, double trials, double probability);

/// The exact limits without events and with nothing but events. Here, not inline, so that no compiler evaluates the
/// logarithm itself and rounds it differently from the run-time library.
[[nodiscard]] double binomial_zero_upper(double trials, double q); ///< 1 - q^(1/n)
[[nodiscard]] double binomial_zero_odds(double trials, double q);  ///< the same as v / (1 - v)
[[nodiscard]] double binomial_full_lower(double trials, double q); ///< q^(1/n)
[[nodiscard]] double poisson_zero_upper(double q);                 ///< -ln q

/// The root of a continuous function between two ends at which its signs differ (TOMS 748), to the last bits.
/// Ends at which it is 0 are returned. Throws `std::invalid_argument` when the signs do not differ.
[[nodiscard]] double root(const std::function<double(double)>& function, double low, double high);

} // namespace lfreval::distribution
