/// @file
/// Limits for a rate with a known variance when events are few: a gamma distribution matched to mean and variance.
#pragma once

#include <cmath>
#include <span>

#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

// V / (2 p) chi2_q(2 p^2 / V), and the same one further event of weight `kernel` up; chi2(2 a) is twice Gamma(a).
inline double fay_feuer_lower(double p, double variance, double q) {
  return p == 0.0 ? 0.0 : variance / p * distribution::gamma_lower_quantile(p / variance * p, q);
}

inline double fay_feuer_upper(double p, double variance, double kernel, double q) {
  const double mean = p + kernel, spread = variance + kernel * kernel;
  return spread / mean * distribution::gamma_upper_quantile(mean / spread * mean, q);
}

} // namespace lfreval::detail

namespace lfreval::rate {

/// A rate whose variance is known, when few events carry it: `kernel` is the weight of one further event. Garwood's limits
/// when every event weighs 1 / N. Not cut off at 1: the ladder does that for shares.
/// lower = V / (2p) chi2_q(2 p^2 / V), upper = (V + K^2) / (2 (p + K)) chi2_{1-q}(2 (p + K)^2 / (V + K^2)).
/// Cites: Fay & Feuer 1997. Throws when an argument is negative or not finite, when the kernel is 0, and when the variance is
/// 0 although the rate is not.
inline estimable<interval> fay_feuer(double point, double variance, double kernel, confidence level,
                                     sides on = sides::two) {
  constexpr const char* name = "rate::fay_feuer";
  detail::require_amount(name, "point", point);
  detail::require_amount(name, "variance", variance);
  detail::require_amount(name, "kernel", kernel);
  if (kernel == 0.0) detail::wrong_call(name, "kernel", "is zero");
  if (variance == 0.0 && point > 0.0) detail::wrong_call(name, "variance", "is zero although the rate is not");
  return detail::bounded(level, interval_method::fay_feuer, on, unbounded,
                         [=](double q) { return detail::fay_feuer_lower(point, variance, q); },
                         [=](double q) { return detail::fay_feuer_upper(point, variance, kernel, q); });
}

/// The same from clusters of persons: V between clusters and K = sum n_c^2 / N^2, the weight of one person who brings as
/// many trials as the person behind an average trial. Undefined as `cluster::ratio_mean`, and `no_events` when the variance
/// is 0.
inline estimable<interval> fay_feuer(std::span<const cluster_tally> clusters, confidence level, sides on = sides::two) {
  const detail::sorted_clusters c("rate::fay_feuer", clusters);
  if (auto why = detail::no_variance(c, metric_family::share, true)) return tl::unexpected(*why);
  const double variance = c.variance();
  if (variance == 0.0)
    return detail::no_value(undefined_reason::no_events, "Use the flat interval: the clusters do not differ at all.");
  return fay_feuer(c.rate(), variance, c.squared_weights(), level, on);
}

} // namespace lfreval::rate
