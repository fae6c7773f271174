/// @file
/// A false match rate with limits that allow for both people of a comparison: whoever resembles many brings many false matches
/// at once, on either side.
#pragma once

#include <span>

#include <lfreval/intervals/two_way.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimate.hpp>

namespace lfreval::two_way {

/// The share of comparisons with an event (false match rate), for pairs of people like these.
/// V of `bipartite_cluster_var` or, for the n same people, n (n - 1) / (n - 2)^2 times that of `dyadic_cluster_var` (the
/// jackknife of a mean over pairs, Arvesen 1969); limits as those of lists of this kind: lower Korn-Graubard(V, df), upper
/// the larger of Korn-Graubard(V, df) and Fay-Feuer(V, K), df = max(4, fewer people of the two sides - 1), K = max(1, deff) /
/// M: one more event is one more pair, and brings as many more as pairs resemble each other. Companion: Clopper-Pearson, which
/// takes every comparison as unrelated to the next. Without an event, and with nothing but events: the bounds of rung 1 of the
/// ladder by the people of either side, the wider: as many pairs as the smaller side has people share nobody.
/// `clusters` counts the people of the smaller side (all people, where they are the same).
/// Undefined without comparisons (`empty`) and with one person on a side (`one_cluster`). Throws as `bipartite_cluster_var`.
/// Cost: a sort of the cells; of margins O(people + kinds of cells).
[[nodiscard]] estimable<estimate> estimate_false_matches(std::span<const cell> cells, sides_of_pairs related, confidence level);
/// The same of comparisons already summed up.
[[nodiscard]] estimable<estimate> estimate_false_matches(const crossed_margins&, sides_of_pairs related, confidence level);

/// n*, the number of unrelated comparisons that these are worth in Korn and Graubard's limits at this confidence: what a ratio
/// of two such rates is made from. Undefined as the variances, also without an event and with nothing but events.
[[nodiscard]] estimable<double> comparisons_worth(const crossed_margins&, sides_of_pairs related, confidence level);

} // namespace lfreval::two_way
