/// @file
/// Single limits for real-valued counts. The public functions pass whole counts, the clustered ones effective counts.
#pragma once
// IWYU pragma: private

#include <cmath>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::detail {

// The exact limits of a share of no events and of all events, in closed form.
inline double zero_share_upper(double trials, double q) { return distribution::binomial_zero_upper(trials, q); }
inline double full_share_lower(double trials, double q) { return distribution::binomial_full_lower(trials, q); }

inline double beta_limit_lower(double x, double n, double q) {
  if (x <= 0.0) return 0.0;
  return x >= n ? full_share_lower(n, q) : distribution::beta_lower_quantile(x, n - x + 1.0, q);
}

inline double beta_limit_upper(double x, double n, double q) {
  if (x >= n) return 1.0;
  return x <= 0.0 ? zero_share_upper(n, q) : distribution::beta_upper_quantile(x + 1.0, n - x, q);
}

inline double gamma_limit_lower(double x, double t, double q) {
  return x <= 0.0 ? 0.0 : distribution::gamma_lower_quantile(x, q) / t;
}

inline double gamma_limit_upper(double x, double t, double q) {
  return (x <= 0.0 ? distribution::poisson_zero_upper(q) : distribution::gamma_upper_quantile(x + 1.0, q)) / t;
}

// The score limits are the two roots of (n + z^2) p^2 - (2 x + z^2) p + x^2 / n. The lower one is taken from the
// product of the roots: the usual difference loses digits for few events.
inline double wilson_sum(double x, double n, double z) {
  return x + z * z / 2.0 + z * std::sqrt(x * ((n - x) / n) + z * z / 4.0);
}

inline double wilson_lower(double x, double n, double q) {
  if (x <= 0.0) return 0.0;
  const double z = distribution::normal_upper_quantile(q);
  return x * (x / n) / wilson_sum(x, n, z);
}

inline double wilson_upper(double x, double n, double q) {
  if (x >= n) return 1.0;
  const double z = distribution::normal_upper_quantile(q);
  return wilson_sum(x, n, z) / (n + z * z);
}

inline double score_sum(double x, double z) { return x + z * z / 2.0 + z * std::sqrt(x + z * z / 4.0); }

inline double score_lower(double x, double t, double q) {
  return x <= 0.0 ? 0.0 : x * x / score_sum(x, distribution::normal_upper_quantile(q)) / t;
}

inline double score_upper(double x, double t, double q) {
  return score_sum(x, distribution::normal_upper_quantile(q)) / t;
}

} // namespace lfreval::detail
