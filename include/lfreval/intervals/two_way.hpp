/// @file
/// Comparisons that share people on both sides: every passer meets every list entry, so that two comparisons resemble each
/// other when they share the passer and when they share the entry. For rates that are linear in the comparisons, such as the
/// false match rate; the false positive identification rate is a maximum over the list: see list_jackknife.hpp.
///
/// Common to all: no comparison is `undefined` (`empty`), fewer than two on a side `one_cluster`, no event or nothing but
/// events `no_events` or `all_events`. No small-sample factor. Throws for more events than comparisons, for totals above 2^52 and
/// for margins of different totals. Byte-identical under any order of the cells, and whether cells are given or their margins.
/// Cost: of cells a sort, of margins O(people + kinds of cells).
#pragma once

#include <compare>
#include <cstdint>
#include <span>

#include <lfreval/types/crossed_margins.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>

namespace lfreval::two_way {

/// What one passer and one list entry have in common. Cells may repeat; they are added.
struct cell {
  std::uint64_t row = 0;    ///< code of the passer
  std::uint64_t column = 0; ///< code of the list entry; for `dyadic_cluster_var` another code of the same kind
  std::uint64_t events = 0;
  std::uint64_t comparisons = 1;

  friend constexpr auto operator<=>(const cell&, const cell&) = default;
};

/// How the people of both sides are related.
enum class sides_of_pairs : std::uint8_t {
  other_people, ///< nobody is on both sides: passers and a list
  same_people,  ///< somebody is on both sides, as in one-to-one test sets
};

/// The cells summed up. Of the same people (k, l) and (l, k) are one pair, and a person against themself throws.
[[nodiscard]] crossed_margins margins_of(std::span<const cell> cells, sides_of_pairs related);

/// A variance of two crossed kinds of clusters and what it is made of.
struct crossed_variance {
  double point = 0.0;
  double rows = 0.0, columns = 0.0, cells = 0.0; ///< from clustering by passer, by entry, by both at once
  double variance = 0.0;                         ///< the one to use
  flag_set flags;                                ///< `nonpsd_guard` when the larger of rows and columns stands in
};

/// A variance between pairs of people who may each be in many pairs.
struct dyadic_variance {
  double point = 0.0;
  double pairs = 0.0;    ///< as if the pairs were unrelated
  double variance = 0.0; ///< the one to use
  flag_set flags;        ///< `nonpsd_guard` when `pairs` stands in
};

/// What reweighting passers and entries independently would give on average.
struct product_bootstrap_variance {
  double variance = 0.0;  ///< rows + columns + cells: too large by twice the cells
  double debiased = 0.0;  ///< rows + columns - cells, not guarded
};

} // namespace lfreval::two_way

namespace lfreval::two_way {

/// The variance of a match rate when passers are never on the list: how far it would move with other passers and another
/// list.   V = (sum_i R_i^2 + sum_j C_j^2 - sum_ij e_ij^2) / M^2 with e = x - p n, R and C its sums by passer and by entry; at
/// least the larger of the first two, flagged.   Cites: Cameron, Gelbach & Miller 2011.
[[nodiscard]] estimable<crossed_variance> bipartite_cluster_var(std::span<const cell> cells);
[[nodiscard]] estimable<crossed_variance> bipartite_cluster_var(const crossed_margins&);

/// The variance of a match rate over pairs of the same people, as in one-to-one test sets: pairs that share a person resemble
/// each other. (k, l) and (l, k) are the same pair; a person against themself throws.
/// V = (sum_k S_k^2 - sum_d e_d^2) / M^2, S_k the sum over the pairs that hold k; at least that of unrelated pairs, flagged.
/// Cites: Aronow, Samii & Assenova 2015; equals Schuckers' two-instance structure.
[[nodiscard]] estimable<dyadic_variance> dyadic_cluster_var(std::span<const cell> pairs);
[[nodiscard]] estimable<dyadic_variance> dyadic_cluster_var(const crossed_margins&);

/// What a bootstrap with independent Poisson weights for passers and for entries (their product for a comparison) would give
/// on average, without running it: rows + columns + cells. Conservative by twice the cells, which `debiased` subtracts.
/// Cites: Owen & Eckles 2012.
[[nodiscard]] estimable<product_bootstrap_variance> poisson_product_bootstrap_linearised_var(std::span<const cell> cells);

} // namespace lfreval::two_way
