/// @file
/// Intervals for a rate whose trials come in clusters, each by one method. `ladder` chooses between them.
///
/// Undefined as in cluster.hpp: `empty`, `one_cluster`, `no_events`, `all_events`, `events_exceed_exposure`.
#pragma once

#include <cmath>
#include <span>

#include <lfreval/intervals/clustered_limits.hpp>

namespace lfreval::cluster {

/// Wilson's interval with the effective number of trials: the descriptive interval where there is enough information.
/// Wilson at x = p n_eff, n = n_eff = min(N, p q / V); for a rate the score interval at t_eff.
/// Cites: Fogliato, Patil & Perona 2023.
inline estimable<interval> wilson_neff(std::span<const cluster_tally> clusters, confidence level, sides on = sides::two,
                                       metric_family family = metric_family::share) {
  const detail::sorted_clusters c("cluster::wilson_neff", clusters);
  if (auto why = detail::no_variance(c, family, true)) return tl::unexpected(*why);
  const detail::clustered_moments m = detail::moments_of(c, family);
  const bool share = family == metric_family::share;
  return detail::bounded(level, share ? interval_method::wilson_neff : interval_method::wilson_neff_rate, on,
                         share ? 1.0 : unbounded, [&](double q) { return m.score_lower_limit(q); },
                         [&](double q) { return m.score_upper_limit(q); });
}

/// Clopper-Pearson's limits (Garwood's for a rate) at the effective number of trials, reduced for few clusters: the interval
/// for limit checks.   x* = p n*, n* = min(N, min(N, n_eff) (t_{N-1} / t_{C-1})^2).
/// Cites: Korn & Graubard 1998; Parker et al. 2017 (NCHS presentation standards).
inline estimable<interval> korn_graubard(std::span<const cluster_tally> clusters, confidence level,
                                         sides on = sides::two, metric_family family = metric_family::share) {
  const detail::sorted_clusters c("cluster::korn_graubard", clusters);
  if (auto why = detail::no_variance(c, family, true)) return tl::unexpected(*why);
  const detail::clustered_moments m = detail::moments_of(c, family);
  const bool share = family == metric_family::share;
  return detail::bounded(level, share ? interval_method::korn_graubard : interval_method::korn_graubard_rate, on,
                         share ? 1.0 : unbounded, [&](double q) { return m.korn_graubard_lower(q); },
                         [&](double q) { return m.korn_graubard_upper(q); });
}

/// n*, the number of independent trials that the clusters are worth in the Korn-Graubard interval at tail probability q.
inline estimable<double> korn_graubard_exposure(std::span<const cluster_tally> clusters, confidence level,
                                                sides on = sides::two, metric_family family = metric_family::share) {
  const detail::sorted_clusters c("cluster::korn_graubard_exposure", clusters);
  if (auto why = detail::no_variance(c, family, true)) return tl::unexpected(*why);
  const detail::clustered_moments m = detail::moments_of(c, family);
  return detail::korn_graubard_exposure(m.exposure, m.design_effect, m.clusters, detail::tail(level, on), family);
}

/// A t interval on the logit scale, for plots; not guaranteed.   logit(p) -+ t_{C-1} sqrt(V) / (p q).
/// Cites: R `survey::svyciprop(method = "logit")`.
inline estimable<interval> logit_ci(std::span<const cluster_tally> clusters, confidence level, sides on = sides::two) {
  const detail::sorted_clusters c("cluster::logit_ci", clusters);
  if (auto why = detail::no_variance(c, metric_family::share, true)) return tl::unexpected(*why);
  const double p = c.rate(), without = static_cast<double>(c.exposure - c.events) / c.total();
  const double scale = std::sqrt(c.variance()) / (p * without), degrees = c.count() - 1.0;
  const auto limit = [=](double q, double direction) {
    const double odds = p / without * std::exp(direction * distribution::student_t_upper_quantile(q, degrees) * scale);
    return 1.0 / (1.0 + 1.0 / odds);
  };
  return detail::bounded(level, interval_method::logit_t, on, 1.0, [&](double q) { return limit(q, -1.0); },
                         [&](double q) { return limit(q, 1.0); });
}

} // namespace lfreval::cluster
