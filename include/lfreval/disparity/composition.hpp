/// @file
/// How much of a difference between two groups of passers comes from who is on the watchlist (M27, M28). A list that holds
/// more of one group raises that group's false alerts even with an unbiased system, because people resemble their own group
/// more. Both ratios are shown: the one the people in the street experience, and the one on a list of a standard composition.
///
///   log operational ratio = log standardised ratio + composition effect,   FPIR_g(list) = 1 - prod_h (1 - f_gh)^N_h
///
/// with f_gh the false match rate of probes of group g with list entries of group h. That form takes comparisons of one
/// passer as unrelated, so that everything here is a projection; where candidate lists are kept, the exact form over random
/// lists (`watchlist_size.hpp`) is the better one.
/// Common to all: `list` and `standard` hold the number of entries of each list group; each must have one entry at least, or it
/// throws `std::invalid_argument`, as do rates outside [0, 1), sizes that differ and more false matches than comparisons.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::fairness {

/// The two ratios and what lies between them.
struct composition_effect {
  double operational = 0.0;  ///< of the projected rates on the list in use, first group over second
  double standardised = 0.0; ///< on the standard list
  double log_effect = 0.0;   ///< ln(operational / standardised): of the list's composition

  friend bool operator==(const composition_effect&, const composition_effect&) = default;
};

/// From known rates, one for each list group. A list of 8,000 and 2,000 can show a ratio of 9.0 where a balanced one shows 3.5.
/// Undefined (`no_events`) when either group has a projected rate of 0.
[[nodiscard]] estimable<composition_effect> composition_standardised(std::span<const double> group, std::span<const double> reference,
                                                                     std::span<const std::uint64_t> list,
                                                                     std::span<const std::uint64_t> standard);

/// The fewest false matches of a cell with which the two ratios are taken apart.
inline constexpr std::uint64_t fewest_events_of_a_cell = 5;

/// Comparisons of probes of one group with list entries of one group, and the false matches among them.
struct match_count {
  std::uint64_t false_matches = 0;
  std::uint64_t comparisons = 0;

  friend bool operator==(const match_count&, const match_count&) = default;
};

/// The ratios as far as the counts carry them. Always a projection.
struct composed_disparity {
  /// None where a cell has fewer than five false matches: then only the intervals stand.
  std::optional<composition_effect> parts;
  interval operational;           ///< of the ratio on the list in use
  interval standardised;          ///< of the ratio on the standard list
  std::optional<interval> factor; ///< of exp(log_effect); from contributions only
  std::uint64_t fewest_events = 0; ///< of any cell
  flag_set flags;

  friend bool operator==(const composed_disparity&, const composed_disparity&) = default;
};

/// From counts alone: intervals from exact limits of all cells at once (each at 1 - a / cells), flagged `assumes_independence`.
/// Undefined: `empty` when a cell has no comparison, `no_events` when neither group has a false match.
/// Cost: two quantiles a cell.
[[nodiscard]] estimable<composed_disparity> compose(std::span<const match_count> group, std::span<const match_count> reference,
                                                    std::span<const std::uint64_t> list, std::span<const std::uint64_t> standard,
                                                    confidence level);

/// What one passer and one list entry have in common. Pairs may repeat; they are added.
struct pair_count {
  std::uint64_t person = 0;
  bool of_reference = false;  ///< the passer belongs to the second group
  std::uint64_t entry = 0;
  std::uint32_t list_group = 0;
  std::uint64_t false_matches = 0;
  std::uint64_t comparisons = 1;

  friend auto operator<=>(const pair_count&, const pair_count&) = default;
};

/// From what each pair contributed: intervals that allow for people and list entries that bring many false matches, by
/// leaving out one person, one entry and one pair at a time, on the logarithm.   V = V_persons + V_entries - V_pairs, at least
/// the larger of the first two (flagged `nonpsd_guard`); each jackknife within its groups, (n - 1) / n sum of squares; Student t
/// with the smaller of persons - 2 and entries - groups of the list degrees of freedom.
/// Undefined also: `one_cluster` with fewer than two persons in a group or two entries in a list group,
/// `few_effective_events` when a group has fewer than five false matches or all of them from one person or one entry: use the
/// form from counts. Throws also for a list group beyond `list`. Byte-identical under any order of the pairs.
/// Cost: a sort of the pairs. Cites: Efron 1981; Cameron, Gelbach & Miller 2011.
[[nodiscard]] estimable<composed_disparity> compose(std::span<const pair_count> pairs, std::span<const std::uint64_t> list,
                                                    std::span<const std::uint64_t> standard, confidence level);

} // namespace lfreval::fairness
