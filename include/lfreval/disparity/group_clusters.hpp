/// @file
/// One group of people, and what its counts are worth once people of one group resemble each other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/disparity/group_count.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// A group and what each person, or each deployment, contributed to its rate. `clusters` says who they are, so that clusters
/// that stand in two groups are found.
struct group_clusters {
  std::string label;
  std::vector<std::uint32_t> clusters; ///< ascending, one for each tally
  std::vector<cluster_tally> tallies;
  double exposure_cv = 0.0; ///< coefficient of variation of the group's exposure that other groups do not share

  [[nodiscard]] cluster_tally total() const {
    cluster_tally out;
    for (const cluster_tally& one : tallies) { out.events += one.events; out.exposure += one.exposure; }
    return out;
  }
  friend bool operator==(const group_clusters&, const group_clusters&) = default;
};

/// Several groups as one: what a cluster contributed to each is added up. The groups share the unit of their exposure.
[[nodiscard]] group_clusters merge_groups(std::string label, std::span<const group_clusters* const> groups);

/// How many independent trials and events a group is worth.
struct group_worth {
  effective_count counts;
  bool is_borrowed = false;   ///< no event, or nothing but events: the design effect is that of other groups
  bool is_per_cluster = false; ///< no other group has one either: each cluster counts as one trial

  friend bool operator==(const group_worth&, const group_worth&) = default;
};

/// x* = p n* with n* of Korn and Graubard at this confidence. A group that shows no variance between its clusters is worth its
/// exposure over `borrowed_design_effect`, or its number of clusters where there is none to borrow.
/// Undefined without exposure (`empty`) and for a single cluster (`one_cluster`): nothing shows how much others like it differ.
[[nodiscard]] estimable<group_worth> worth_of(std::span<const cluster_tally>, metric_family, confidence level,
                                                              std::optional<double> borrowed_design_effect);

/// The largest design effect among the groups with at least 5 effective events, or nothing.
[[nodiscard]] std::optional<double> design_effect_to_borrow(std::span<const group_clusters>, metric_family, confidence level);

} // namespace lfreval
