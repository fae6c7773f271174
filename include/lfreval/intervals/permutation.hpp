/// @file
/// Would the difference between two groups be as large if the labels meant nothing? Whole persons or deployments change
/// groups, never single passages: passages of one person are not exchangeable with those of another.
///
/// A p value is never a headline: the interval of the difference stands first.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::permutation {

struct permutation_options {
  std::uint64_t most_arrangements = 1'000'000; ///< up to here all are visited, above it some are drawn
  std::uint64_t draws = 9'999;
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

struct permutation_test {
  double difference = 0.0;         ///< rate of the second group minus rate of the first
  double p_value = 1.0;            ///< two-sided
  std::uint64_t as_far = 0;        ///< arrangements with a difference at least as far from 0
  std::uint64_t arrangements = 0;  ///< visited, or drawn
  bool exact = true;               ///< all arrangements were visited
};

/// The p value when `as_far` of `draws` random arrangements were at least as far out: (as_far + 1) / (draws + 1), which is
/// never 0 because the observed arrangement is one of those possible.   Cites: Phipson & Smyth 2010.
/// Throws when `as_far` exceeds `draws`. Undefined (`empty`) without draws.
[[nodiscard]] estimable<double> monte_carlo_p(std::uint64_t as_far, std::uint64_t draws);

/// The difference of two rates, X_b / N_b - X_a / N_a, against all ways of giving as many clusters to either group; against
/// seeded draws when there are more ways than `most_arrangements`. With an exposure of 1 each these are means of counts.
/// Ties are decided in integers. Clusters without exposure are ignored; no cluster left in a group is undefined (`empty`).
/// Throws for events without exposure and for totals from 2^31 on. Byte-identical under any order of the clusters.
/// Cost: one sum over the first group per arrangement.   Cites: Fisher 1935; Ernst 2004.
[[nodiscard]] estimable<permutation_test> two_group_cluster_counts(std::span<const cluster_tally> a,
                                                                   std::span<const cluster_tally> b,
                                                                   const permutation_options& how = {});

} // namespace lfreval::permutation
