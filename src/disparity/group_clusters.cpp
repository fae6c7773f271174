#include <lfreval/disparity/group_clusters.hpp>

#include <algorithm>
#include <map>

#include <lfreval/intervals/cluster_interval.hpp>

namespace lfreval {

group_clusters merge_groups(std::string label, std::span<const group_clusters* const> groups) {
  std::map<std::uint32_t, cluster_tally> together;
  for (const group_clusters* group : groups)
    for (std::size_t i = 0; i < group->tallies.size(); ++i) {
      cluster_tally& one = together[group->clusters[i]];
      one.events += group->tallies[i].events;
      one.exposure += group->tallies[i].exposure;
    }
  group_clusters out;
  out.label = std::move(label);
  // The sampling errors of the groups' shares cancel in part; the largest stands for all of them.
  for (const group_clusters* group : groups) out.exposure_cv = std::max(out.exposure_cv, group->exposure_cv);
  for (const auto& [cluster, tally] : together) {
    out.clusters.push_back(cluster);
    out.tallies.push_back(tally);
  }
  return out;
}

estimable<group_worth> worth_of(std::span<const cluster_tally> tallies, metric_family family, confidence level, std::optional<double> borrowed) {
  const auto found = cluster::korn_graubard_exposure(tallies, level, sides::two, family);
  double events = 0, exposure = 0, clusters = 0;
  for (const cluster_tally& one : tallies) {
    events += static_cast<double>(one.events);
    exposure += static_cast<double>(one.exposure);
    clusters += one.exposure > 0 ? 1 : 0;
  }
  if (found) return group_worth{{events / exposure * *found, *found}, false, false};
  const bool silent = found.error().reason == undefined_reason::no_events || found.error().reason == undefined_reason::all_events;
  if (!silent || clusters < 2) return tl::unexpected(clusters == 1 ? undefined{undefined_reason::one_cluster, "Record more people of this group: one shows nothing about how others like it fare.", undefined::range{0.0, unbounded}} : found.error());
  const double worth = borrowed ? exposure / std::max(1.0, *borrowed) : std::min(clusters, exposure);
  return group_worth{{events == 0 ? 0.0 : worth, worth}, borrowed.has_value(), !borrowed};
}

std::optional<double> design_effect_to_borrow(std::span<const group_clusters> groups, metric_family family, confidence level) {
  std::optional<double> largest;
  for (const group_clusters& group : groups) {
    const auto worth = cluster::korn_graubard_exposure(group.tallies, level, sides::two, family);
    if (!worth || !(*worth > 0)) continue;
    const auto all = group.total();
    const double share = static_cast<double>(all.events) / static_cast<double>(all.exposure);
    if (share * *worth >= 5.0) largest = std::max(largest.value_or(1.0), static_cast<double>(all.exposure) / *worth);
  }
  return largest;
}

} // namespace lfreval
