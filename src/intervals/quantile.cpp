#include <lfreval/intervals/quantile.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>

#include "intervals/deviance.hpp"

namespace lfreval::distribution {

namespace {

namespace bm = boost::math;
using detail::deviance, detail::stirling_error;

using policy = bm::policies::policy<
    bm::policies::domain_error<bm::policies::throw_on_error>, bm::policies::pole_error<bm::policies::throw_on_error>,
    bm::policies::overflow_error<bm::policies::ignore_error>, bm::policies::evaluation_error<bm::policies::throw_on_error>,
    bm::policies::promote_double<false>>;

constexpr policy rules{};

/// (a + b) x - a, from the smaller of x and y = 1 - x: the other one has lost its digits.
double beyond_mean(double a, double b, double x, double y) {
  return x <= y ? (a + b) * x - a : b - (a + b) * y;
}

/// x^a (1-x)^b / B(a, b). The library's own form loses one digit for every factor of ten in b, up to nine of them.
double beta_power(double a, double b, double x, double y) {
  constexpr double two_pi = 6.283185307179586476925;
  const double n = a + b, surplus = beyond_mean(a, b, x, y);
  const double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(n * x, -surplus) -
                          deviance(n * y, surplus);
  return std::sqrt(a / n * b / two_pi) * std::exp(exponent);
}

/// The incomplete beta function divided by `beta_power`, for x below the mean: the even part of the continued fraction
/// DLMF 8.17.22 by Lentz's method. `short_of_mean` is a - (a + b) x. Negative when it has not converged.
double beta_fraction(double a, double b, double x, double short_of_mean) {
  const auto partial = [=](double m) {
    return m + m * (b - m) * x / (a + 2.0 * m - 1.0) +
           (a + m) * (short_of_mean + 1.0 + m * (2.0 - x)) / (a + 2.0 * m + 1.0);
  };
  double f = partial(0.0), c = f, d = 0.0;
  if (f == 0.0) f = c = std::numeric_limits<double>::min();
  for (double m = 1.0; m < 5000.0; m += 1.0) {
    const double below = a + 2.0 * m - 1.0;
    const double numerator = (a + m - 1.0) / below * ((a + b + m - 1.0) / below) * m * (b - m) * x * x;
    const double denominator = partial(m);
    d = 1.0 / (denominator + numerator * d);
    c = denominator + numerator / c;
    f *= c * d;
    if (std::fabs(c * d - 1.0) < 2.0 * std::numeric_limits<double>::epsilon()) return 1.0 / f;
  }
  return -1.0;
}

/// Both tails at x = 1 - y.
struct tails {
  double below, above;
};

tails beta_tails(double a, double b, double x, double y) {
  if (!(x > 0.0)) return {0.0, 1.0};
  if (!(y > 0.0)) return {1.0, 0.0};
  const double surplus = beyond_mean(a, b, x, y);
  const bool low = surplus <= 0.0;
  const double fraction = low ? beta_fraction(a, b, x, -surplus) : beta_fraction(b, a, y, surplus);
  const double tail = beta_power(a, b, x, y) * fraction;
  if (!(fraction > 0.0) || !(tail <= 1.0)) return {bm::ibeta(a, b, x, rules), bm::ibetac(a, b, x, rules)};
  return low ? tails{tail, 1.0 - tail} : tails{1.0 - tail, tail};
}

/// A root v of the beta distribution and 1 - v, each to its own precision.
struct pair {
  double value, complement;
};

// The smaller of v and 1 - v carries the digits, so the Newton step is taken there. The step is relative: q may be tiny.
pair polished(double a, double b, double q, bool upper) {
  double complement = 0.0;
  double value = upper ? bm::ibetac_inv(a, b, q, &complement, rules) : bm::ibeta_inv(a, b, q, &complement, rules);
  if (!(value > 0.0 && complement > 0.0)) return {value, complement};
  const bool small = value <= complement;
  const double slope = beta_power(a, b, value, complement) / (value * complement);
  if (!(slope > 0.0) || !std::isfinite(slope)) return {value, complement};
  const tails found = beta_tails(a, b, value, complement);
  const double step = (upper ? q - found.above : found.below - q) / slope; // towards smaller v
  const double at = small ? value : complement, better = small ? at - step : at + step;
  if (!(std::fabs(better - at) <= 0.01 * at)) return {value, complement};
  return small ? pair{better, 1.0 - better} : pair{1.0 - better, better};
}

double polished_gamma(double shape, double q, bool upper) {
  const double at = upper ? bm::gamma_q_inv(shape, q, rules) : bm::gamma_p_inv(shape, q, rules);
  if (!(at > 0.0) || !std::isfinite(at)) return at;
  const double slope = bm::gamma_p_derivative(shape, at, rules);
  if (!(slope > 0.0) || !std::isfinite(slope)) return at;
  const double excess = upper ? q - bm::gamma_q(shape, at, rules) : bm::gamma_p(shape, at, rules) - q;
  const double better = at - excess / slope;
  return better > 0.0 && std::fabs(better - at) <= 0.01 * at ? better : at;
}

} // namespace

double normal_upper_quantile(double q) {
  return bm::quantile(bm::complement(bm::normal_distribution<double, policy>(), q));
}

double normal_above(double value) {
  return bm::cdf(bm::complement(bm::normal_distribution<double, policy>(), value));
}

double student_t_upper_quantile(double q, double degrees) {
  if (degrees > 1e7) { // two terms of Fisher's expansion are exact to the last bits here
    const double z = normal_upper_quantile(q);
    return z + z * (z * z + 1.0) / (4.0 * degrees);
  }
  return bm::quantile(bm::complement(bm::students_t_distribution<double, policy>(degrees), q));
}

double beta_lower_quantile(double a, double b, double q) { return polished(a, b, q, false).value; }
double beta_upper_quantile(double a, double b, double q) { return polished(a, b, q, true).value; }

double beta_lower_odds(double a, double b, double q) {
  const pair at = polished(a, b, q, false);
  return at.value / at.complement;
}

double beta_upper_odds(double a, double b, double q) {
  const pair at = polished(a, b, q, true);
  return at.value / at.complement;
}

double beta_below(double a, double b, double value) { return beta_tails(a, b, value, 1.0 - value).below; }
double beta_above(double a, double b, double value) { return beta_tails(a, b, value, 1.0 - value).above; }

double gamma_lower_quantile(double shape, double q) { return polished_gamma(shape, q, false); }
double gamma_upper_quantile(double shape, double q) { return polished_gamma(shape, q, true); }
double gamma_below(double shape, double value) { return bm::gamma_p(shape, value, rules); }
double gamma_above(double shape, double value) { return bm::gamma_q(shape, value, rules); }

double binomial_at(double events, double trials, double probability) {
  if (probability <= 0.0) return events == 0.0 ? 1.0 : 0.0;
  if (probability >= 1.0) return events == trials ? 1.0 : 0.0;
  if (events == 0.0) return std::exp(trials * std::log1p(-probability));
  if (events == trials) return std::exp(trials * std::log(probability));
  const double other = 1.0 - probability;
  return beta_power(events + 1.0, trials - events + 1.0, probability, other) / (probability * other) / (trials + 1.0);
}

double binomial_zero_upper(double trials, double q) { return -std::expm1(std::log(q) / trials); }
double binomial_zero_odds(double trials, double q) { return std::expm1(-std::log(q) / trials); }
double binomial_full_lower(double trials, double q) { return std::exp(std::log(q) / trials); }
double poisson_zero_upper(double q) { return -std::log(q); }

double root(const std::function<double(double)>& function, double low, double high) {
  const double at_low = function(low), at_high = function(high);
  if (at_low == 0.0) return low;
  if (at_high == 0.0) return high;
  if (!((at_low < 0.0) != (at_high < 0.0))) throw std::invalid_argument("root: the function has one sign at both ends");
  std::uintmax_t steps = 200;
  const auto ends = bm::tools::toms748_solve(function, low, high, at_low, at_high,
                                             bm::tools::eps_tolerance<double>(std::numeric_limits<double>::digits - 1),
                                             steps, rules);
  return ends.first + (ends.second - ends.first) / 2.0;
}

} // namespace lfreval::distribution
