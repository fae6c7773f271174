/// @file
/// From counts per person or deployment to a figure that carries its counts, interval and caveats.
#pragma once

#include <span>

#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/tally.hpp>

namespace lfreval {

/// The rate of one metric with its headline interval by the ladder and, as companions, the interval that assumes
/// independence and the others the rung provides. Point and limits are per exposure unit of the metric (per second for
/// rates per hour). `few_events` below 30 events.
/// The family comes from the metric; `how.family` is ignored. Undefined and throwing as `ladder`.
inline estimable<estimate> estimate_rate(metric_id metric, std::span<const cluster_tally> clusters, confidence level,
                                         ladder_options how = {}) {
  how.family = describe(metric).family;
  auto found = ladder(clusters, level, sides::two, how);
  if (!found) return tl::unexpected(found.error());
  estimate out;
  out.metric = metric;
  for (const cluster_tally& c : clusters) {
    out.events += c.events;
    out.exposure += c.exposure;
  }
  out.exposure_cv = how.exposure_cv;
  out.point = found->point;
  out.headline = found->headline;
  out.clusters = found->clusters;
  out.companions = std::move(found->companions);
  out.flags = found->flags;
  if (out.events < 30) out.flags |= flag::few_events;
  return out;
}

/// The same for a single deployment or person; the compiler has checked that the division means something.
template <class Events, class Exposure>
estimable<estimate> estimate_rate(tally<Events, Exposure> counted, confidence level, ladder_options how = {}) {
  const cluster_tally only{counted.events().value(), counted.exposure().value()};
  return estimate_rate(tally<Events, Exposure>::metric, std::span<const cluster_tally>(&only, 1), level, std::move(how));
}

} // namespace lfreval
