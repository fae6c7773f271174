/// @file
/// Groups compared: ratios of rates and differences of shares, with intervals that allow for people who pass more than once
/// and for the number of comparisons made.
///
/// A family is all comparisons of one rate on one axis in one way (with the reference, with everybody else, or in pairs). The
/// interval printed first is that of the single comparison; `decided` is the one on which Holm's procedure decided whether the
/// groups differ, at a level that keeps the chance of any false `different` in the family below alpha:
///   all m comparisons at 1 - alpha / m; the r that leave out equality are different; the others at 1 - alpha / (m - r); and so
///   on until none is added.
/// Equivalence is judged for each comparison by itself at 1 - 2 alpha, in a margin declared before the data (M21).
/// Cites: Holm 1979; C14, M21, M22.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/disparity/equivalence.hpp>
#include <lfreval/disparity/group_clusters.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/flag.hpp>

namespace lfreval {

/// What a family of comparisons needs to know besides the counts.
struct comparison_rule {
  metric_family family = metric_family::share;
  cluster_unit by = cluster_unit::person;
  confidence level{0.95};
  std::optional<double> margin; ///< of equivalence: a factor above 1 for ratios, a distance for differences
  std::optional<double> planning_design_effect;
};

/// One group set against another.
struct group_comparison {
  std::string of, against;        ///< labels; `against` is empty for everybody else
  cluster_tally first, second;
  double point = 0.0;             ///< ratio (may be `unbounded`) or difference
  interval made;                  ///< of this comparison by itself
  interval decided;               ///< at the level at which the family decided
  std::optional<interval> flat;   ///< as if no two passages were of one person
  std::size_t family = 1;         ///< comparisons in the family, those without a value included
  std::optional<double> margin;   ///< none was declared: equivalence is not judged
  disparity_verdict verdict;
  /// The smallest true ratio that so much data would have shown 8 times in 10 at the family's strictest level; none where no
  /// ratio would have been found. Ratios only.
  std::optional<double> detectable_ratio;
  /// Exposure of each of two equal groups that would show a ratio of `margin`, or of 2 where none is declared, 8 times in 10
  /// at the second group's rate, with the larger design effect of the two. Ratios with a second rate above 0 only.
  std::optional<double> exposure_needed;
  flag_set flags;

  friend bool operator==(const group_comparison&, const group_comparison&) = default;
};

/// A comparison, or why there is none; the labels are told either way.
struct judged_pair {
  std::string of, against;
  estimable<group_comparison> made;
};

/// Pairs of places in a list of groups; `everybody_else` in the second place stands for all groups but the first.
struct group_pair {
  std::size_t of = 0, against = 0;
};
inline constexpr std::size_t everybody_else = static_cast<std::size_t>(-1);

/// Every group with the one at `reference`, or with everybody else; all pairs in order.
[[nodiscard]] std::vector<group_pair> pairs_with(std::size_t groups, std::size_t reference);
[[nodiscard]] std::vector<group_pair> all_pairs(std::size_t groups);

/// The ratios of one family: limits of the exact conditional test at effective counts. Where clusters stand on both sides the
/// sides are taken as unrelated, which is too wide where one person's passages resemble each other (`groups_share_clusters`).
/// Undefined: as `worth_of` and `rate_ratio::conditional_effective`. Throws `std::invalid_argument` for a place that
/// is not in the list, a margin of at most 1 and a confidence of one half or less.
/// Cost: 60 microseconds a comparison and step.
[[nodiscard]] std::vector<judged_pair> compare_ratios(std::span<const group_clusters>, std::span<const group_pair> family, const comparison_rule&);

/// One side of a ratio by whatever it is made of: what was counted, and how many independent trials it is worth at a confidence.
struct ratio_side {
  std::string label;
  cluster_tally counted;
  std::function<estimable<group_worth>(confidence)> worth;
  double exposure_cv = 0.0;
};

/// Two sides to be compared, and whether clusters stand on both.
struct pair_of_sides {
  ratio_side of, against;
  bool share_clusters = false;
};

/// The ratios of a family of sides that are worth something by rules of their own, such as comparisons of pairs of people.
[[nodiscard]] std::vector<judged_pair> compare_ratios(std::span<const pair_of_sides> family, const comparison_rule&);

/// The differences of one family of shares: the distances of the groups' own limits, those that limits are checked with, add like standard
/// deviations (square and add). Undefined as `ladder`. Throws as `compare_ratios`; the margin lies above 0 and below 1.
/// Cites: Newcombe 1998; Zou & Donner 2008.
[[nodiscard]] std::vector<judged_pair> compare_differences(std::span<const group_clusters>, std::span<const group_pair> family, const comparison_rule&);

} // namespace lfreval
