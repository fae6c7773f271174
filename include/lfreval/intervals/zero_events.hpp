/// @file
/// What clusters without any event still allow. The same bounds, mirrored, hold when every trial ended in the event.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/intervals/real_limits.hpp>

namespace lfreval::detail {

struct water_level {
  double upper = 1.0;
  std::uint64_t clusters = 0;
};

/// With weights w_1 >= w_2 >= ... and mu_k = (q w_1 ... w_k)^(1/k), k is the first number of clusters with k = C or
/// w_{k+1} <= mu_k, and the bound is the sum of the first k differences w_c - mu_k.
inline water_level water_fill(const sorted_clusters& c, double q) {
  std::vector<double> weights;
  weights.reserve(c.rows.size());
  for (const cluster_tally& row : c.rows) weights.push_back(static_cast<double>(row.exposure) / c.total());
  std::sort(weights.begin(), weights.end(), std::greater<>());
  double logs = std::log(q), covered = 0.0;
  for (std::size_t k = 1; k <= weights.size(); ++k) {
    logs += std::log(weights[k - 1]);
    covered += weights[k - 1];
    const double level = std::exp(logs / static_cast<double>(k));
    if (k == weights.size() || weights[k] <= level)
      return {covered - static_cast<double>(k) * level, static_cast<std::uint64_t>(k)};
  }
  return {};
}

inline double rao_scott_upper(double exposure, double design_effect, double q, metric_family family) {
  return family == metric_family::share ? zero_share_upper(exposure / design_effect, q)
                                        : distribution::poisson_zero_upper(q) * design_effect / exposure;
}

} // namespace lfreval::detail

namespace lfreval::cluster {

/// No event in `exposure` trials that are worth `design_effect` times less: the share (rate) that is still possible.
/// upper = 1 - q^(d/N), for a rate -ln(q) d / N.   Cites: Rao & Scott 1992, applied to zero events. Undefined without exposure.
/// Throws when the design effect is not finite or not above 0.
inline estimable<interval> rao_scott_zero(std::uint64_t exposure, double design_effect, confidence level,
                                          sides on = sides::two, metric_family family = metric_family::share) {
  constexpr const char* name = "cluster::rao_scott_zero";
  detail::require_count(name, "exposure", exposure);
  if (!std::isfinite(design_effect) || design_effect <= 0.0)
    detail::wrong_call(name, "design_effect", "is not a finite number above 0");
  const bool share = family == metric_family::share;
  if (exposure == 0) return share ? detail::no_trials() : detail::no_exposure();
  const auto n = static_cast<double>(exposure);
  return detail::bounded(level, interval_method::rao_scott_zero, on, share ? 1.0 : unbounded, [](double) { return 0.0; },
                         [=](double q) { return detail::rao_scott_upper(n, design_effect, q, family); });
}

/// A zero-event bound with the number of clusters that decide it.
struct zero_bound {
  interval made;
  std::uint64_t binding_clusters = 0;
};

/// The largest rate per passage that is compatible with seeing no event, whatever the dependence within a person: the
/// persons who passed most often may all be the ones who are always alerted on. Needs persons to be independent.
/// Equal numbers of passages give 1 - q^(1/C).   Undefined without exposure; throws when a cluster has an event.
inline estimable<zero_bound> zero_water_fill(std::span<const cluster_tally> clusters, confidence level,
                                             sides on = sides::two) {
  const detail::sorted_clusters c("cluster::zero_water_fill", clusters);
  if (c.events > 0) detail::wrong_call("cluster::zero_water_fill", "clusters", "hold events");
  if (c.rows.empty()) return detail::no_trials();
  const detail::water_level level_found = detail::water_fill(c, detail::tail(level, on));
  return zero_bound{detail::bounded(level, interval_method::water_fill, on, 1.0, [](double) { return 0.0; },
                                    [&](double) { return level_found.upper; }),
                    level_found.clusters};
}

/// The share of persons who would ever be alerted on, after none of C was. A statement about persons, not passages.
/// upper = 1 - q^(1/C).   Undefined without exposure; throws when a cluster has an event.
inline estimable<interval> strict_per_person(std::span<const cluster_tally> clusters, confidence level,
                                             sides on = sides::two) {
  const detail::sorted_clusters c("cluster::strict_per_person", clusters);
  if (c.events > 0) detail::wrong_call("cluster::strict_per_person", "clusters", "hold events");
  if (c.rows.empty()) return detail::no_trials();
  return detail::bounded(level, interval_method::strict_per_person, on, 1.0, [](double) { return 0.0; },
                         [&](double q) { return detail::zero_share_upper(c.count(), q); });
}

} // namespace lfreval::cluster
