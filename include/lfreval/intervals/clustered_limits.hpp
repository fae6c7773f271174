/// @file
/// The limits of rungs 2 and 3 of the ladder from a handful of moments, so that a projection to another exposure uses the
/// same code as the interval itself.
#pragma once
// IWYU pragma: private

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval::detail {

/// Korn and Graubard's effective exposure: capped at the real one, then reduced for the few degrees of freedom.
/// n* = min(N, min(N, N / deff) (t_{q;N-1} / t_{q;C-1})^2); for a rate the normal quantile stands in for t_{q;N-1}, since
/// seconds are not trials. From q = 1/2 on the quantiles change sign and no reduction is made.
inline double korn_graubard_exposure(double exposure, double design_effect, double clusters, double q, metric_family family) {
  const double capped = exposure / std::max(1.0, design_effect);
  if (q >= 0.5) return capped;
  const double many = family == metric_family::share ? distribution::student_t_upper_quantile(q, exposure - 1.0)
                                                     : distribution::normal_upper_quantile(q);
  const double ratio = many / distribution::student_t_upper_quantile(q, clusters - 1.0);
  return std::min(exposure, capped * ratio * ratio);
}

/// A clustered rate reduced to what its limits depend on.
struct clustered_moments {
  metric_family family = metric_family::share;
  double point = 0.0, exposure = 0.0, clusters = 0.0;
  double design_effect = 1.0; ///< as estimated, possibly below 1
  double skew = 1.0;
  double kernel = 0.0;

  [[nodiscard]] double effective_exposure() const { return exposure / std::max(1.0, design_effect); }
  /// The variance with no bonus for even spread.
  [[nodiscard]] double variance() const {
    return (family == metric_family::share ? point * (1.0 - point) : point) / effective_exposure();
  }
  /// p^2 / V in the same sense; finite even where all clusters have the same rate.
  [[nodiscard]] double information() const { return point * point / variance(); }
  [[nodiscard]] bool weak() const {
    const double events = information();
    return events < 10.0 || (events < 20.0 && skew > 3.0);
  }
  /// Whether the upper limit needs the Fay-Feuer form: low shares, and all rates.
  [[nodiscard]] bool weak_and_low() const { return weak() && (family == metric_family::rate || point <= 0.1); }

  [[nodiscard]] double korn_graubard_lower(double q) const {
    const double n = korn_graubard_exposure(exposure, design_effect, clusters, q, family);
    return family == metric_family::share ? beta_limit_lower(point * n, n, q) : gamma_limit_lower(point * n, n, q);
  }
  [[nodiscard]] double korn_graubard_upper(double q) const {
    const double n = korn_graubard_exposure(exposure, design_effect, clusters, q, family);
    return family == metric_family::share ? beta_limit_upper(point * n, n, q) : gamma_limit_upper(point * n, n, q);
  }
  /// The larger of Korn-Graubard and Fay-Feuer, at most 1 for a share.
  [[nodiscard]] double wider_upper(double q) const {
    const double upper = std::max(korn_graubard_upper(q), fay_feuer_upper(point, variance(), kernel, q));
    return family == metric_family::share ? std::min(1.0, upper) : upper;
  }
  /// The upper limit that a limit check uses, whichever rung it is on.
  [[nodiscard]] double checking_upper(double q) const { return weak_and_low() ? wider_upper(q) : korn_graubard_upper(q); }

  [[nodiscard]] double score_lower_limit(double q) const {
    const double n = effective_exposure();
    return family == metric_family::share ? wilson_lower(point * n, n, q) : score_lower(point * n, n, q);
  }
  [[nodiscard]] double score_upper_limit(double q) const {
    const double n = effective_exposure();
    return family == metric_family::share ? wilson_upper(point * n, n, q) : score_upper(point * n, n, q);
  }
};

inline clustered_moments moments_of(const sorted_clusters& c, metric_family family) {
  return {family, c.rate(), c.total(), c.count(), c.variance() / c.independent_variance(family), c.skew(), 0.0};
}

} // namespace lfreval::detail
