/// @file
/// Leaving out one cluster at a time: how skewed the sampling distribution of a rate is.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include <lfreval/intervals/cluster.hpp>

namespace lfreval::bootstrap {

/// What the rates without one cluster say: their skewness as BCa intervals use it, and the variance they imply.
struct cluster_jackknife {
  double acceleration = 0.0; ///< sum d^3 / (6 (sum d^2)^1.5)
  double variance = 0.0;     ///< (C - 1) / C sum d^2
};

/// d_c is the mean of the C rates that leave one cluster out, minus the rate without cluster c.
/// Cites: Efron 1987, the jackknife form of the acceleration. Undefined as `cluster::ratio_mean`, and
/// `no_events` when leaving out a cluster changes nothing. Cost: a sort.
inline estimable<cluster_jackknife> bca_acceleration_cluster(std::span<const cluster_tally> clusters) {
  const detail::sorted_clusters c("bootstrap::bca_acceleration_cluster", clusters);
  if (auto why = detail::no_variance(c, metric_family::share, false)) return tl::unexpected(*why);
  std::vector<double> without;
  double mean = 0.0;
  for (const cluster_tally& row : c.rows) {
    without.push_back(static_cast<double>(c.events - row.events) / static_cast<double>(c.exposure - row.exposure));
    mean += without.back() / c.count();
  }
  double squares = 0.0, cubes = 0.0;
  for (const double rate : without) {
    const double d = mean - rate;
    squares += d * d;
    cubes += d * d * d;
  }
  // Rates that are equal but for rounding differ from their mean by no more than C roundings.
  if (std::sqrt(squares) <= c.count() * 0x1p-52 * mean)
    return detail::no_value(undefined_reason::no_events, "Use the zero-event bounds: leaving out a person changes nothing.");
  return cluster_jackknife{cubes / (6.0 * squares * std::sqrt(squares)), (c.count() - 1.0) / c.count() * squares};
}

} // namespace lfreval::bootstrap
