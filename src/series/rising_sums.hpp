/// @file
/// sum log(a + j theta) and sum 1 / (a + j theta) over j < m: the building blocks of beta-binomial and negative
/// binomial likelihoods in a form that is smooth down to theta = 0, where the deployments do not differ. Differences of
/// log-gamma functions say the same and lose all their digits there.
#pragma once

#include <cmath>

namespace lfreval::detail {

/// ((1 + t) log(1 + t) - t) / t, which is t / 2 for small t.
inline double mean_log_rise(double t) {
  if (t < 0.03) return t * (1.0 / 2 - t * (1.0 / 6 - t * (1.0 / 12 - t * (1.0 / 20 - t * (1.0 / 30 - t * (1.0 / 42 -
                       t * (1.0 / 56 - t * (1.0 / 72 - t / 90))))))));
  return ((1.0 + t) * std::log1p(t) - t) / t;
}

/// log(1 + t) / t.
inline double log1p_over(double t) { return t < 1e-8 ? 1.0 - t / 2.0 : std::log1p(t) / t; }

/// sum_{j < m} log(a + j theta), a > 0, theta >= 0: the first terms one by one, the rest by Euler and Maclaurin.
inline double rising_log(double a, double theta, double m) {
  double sum = 0.0;
  for (; m > 0.0 && theta > a / 16.0; m -= 1.0, a += theta) sum += std::log(a);
  if (m <= 0.0) return sum;
  const auto corrections = [](double e) {
    const double s = e * e;
    return e * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s / 1680)));
  };
  const double t = m * theta / a, last = a + m * theta;
  sum += m * (std::log(a) + mean_log_rise(t)) - 0.5 * std::log1p(t);
  return sum + corrections(theta / last) - corrections(theta / a);
}

/// sum_{j < m} 1 / (a + j theta).
inline double rising_reciprocal(double a, double theta, double m) {
  double sum = 0.0;
  for (; m > 0.0 && theta > a / 16.0; m -= 1.0, a += theta) sum += 1.0 / a;
  if (m <= 0.0) return sum;
  const auto corrections = [=](double r) {
    const double e = theta * r, s = e * e;
    return -r * (0.5 + e * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s / 240))));
  };
  const double t = m * theta / a;
  sum += m / a * log1p_over(t);
  return sum + corrections(1.0 / (a + m * theta)) - corrections(1.0 / a);
}

} // namespace lfreval::detail
