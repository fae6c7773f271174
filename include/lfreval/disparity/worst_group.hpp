/// @file
/// The group that fares worst, and how badly, without the flattery of having picked the extreme: chosen on one half of the
/// people, estimated on the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/cluster_tally.hpp>

namespace lfreval::fairness {

/// What one person (or deployment) contributed to one group.
struct group_cluster {
  std::uint64_t entity = 0; ///< number of the person, as in `bootstrap::entity_of`; in one half with all they contributed
  std::size_t group = 0;    ///< place of the group
  cluster_tally tally;
};

/// Which end is the worse one: high for false alerts, low for people found.
enum class worst_end : std::uint8_t { highest, lowest };

struct half_split_options {
  worst_end end = worst_end::highest;
  ladder_options interval = {}; ///< of the estimate
  std::uint32_t splits = 200;  ///< further splits, to see whether the choice is an accident of the first
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

/// The worst group of one half, estimated on the other.
struct worst_group {
  std::size_t group = 0;
  double rate_where_chosen = 0.0; ///< biased towards the extreme; not to be quoted
  ladder_result estimate;         ///< on the half that had no part in the choice
  /// How often each group was chosen in all splits. A choice that changes from split to split is no finding about a group.
  std::vector<std::uint32_t> times_chosen;
};

/// Splits the entities at random by a seed declared before the data are seen (the half is a function of the seed and the
/// entity alone), takes the group of `groups` with the most extreme rate in the first half, the first of equals, and gives its
/// rate in the second half by the ladder. Costs half of the data; the simultaneous intervals of `max_over_min_projection_ci`
/// cost width instead.
/// Undefined: `empty` with fewer than two groups seen in the first half or when the one chosen was not seen in the second,
/// `no_events` when no group has an event in the first half. Throws for a place beyond `groups` and as `ladder`.
/// Cost: a pass over the clusters for each split.
/// Cites: Cox 1975 for splitting the data after selection.
[[nodiscard]] estimable<worst_group> worst_by_half_split(std::span<const group_cluster> clusters, std::size_t groups,
                                                         confidence level, const half_split_options& how = {});

} // namespace lfreval::fairness
