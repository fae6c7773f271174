/// @file
/// Different, equivalent, both or neither: the four answers to whether groups fare alike. A difference that was not found is
/// never an absence of difference (M21): equivalence has to be shown, within a margin declared before the data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/disparity/disparity_verdict.hpp>
#include <lfreval/disparity/group_count.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::equivalence {

/// The verdict from two intervals of one ratio, made by whatever method the design asks for (exact, clustered, paired).
/// Each of the two one-sided tests of equivalence is made at a, so that its interval has confidence 1 - 2 a.
/// Throws unless both are two-sided, `for_equivalence` has twice the alpha of `for_difference`, and the margin is a finite
/// factor above 1. Cites: Schuirmann 1987; Berger & Hsu 1996.
[[nodiscard]] disparity_verdict judge(const interval& for_difference, const interval& for_equivalence, double margin);

/// A ratio of two rates tested both ways.
struct rate_ratio_test {
  double point = 0.0;     ///< `unbounded` when only the second group has no event
  double p_lower = 1.0;   ///< of a ratio at or below 1 / margin
  double p_upper = 1.0;   ///< of a ratio at or above the margin
  double p_value = 1.0;   ///< the larger: small when the rates are equivalent
  interval difference;    ///< at `level`
  interval equivalence;   ///< at 1 - 2 a
  disparity_verdict verdict;
  /// The smallest true ratio above 1 that so many events would have shown as a difference 8 times in 10, by the exact test:
  /// to be printed beside every ratio not found different. None when no ratio would have been found.
  std::optional<double> detectable_ratio;

  friend bool operator==(const rate_ratio_test&, const rate_ratio_test&) = default;
};

/// (x1 / t1) / (x2 / t2) against (1 / margin, margin) by a normal approximation on the log scale, variance 1/x1 + 1/x2: for
/// many events in both groups, and for comparison with other tools.
/// Undefined: `empty` without exposure, `no_events` when a group has none: use the exact form. Throws as `judge` and
/// `rate_ratio::conditional_exact`, and for a level of one half or less. Cites: Schuirmann 1987.
[[nodiscard]] estimable<rate_ratio_test> tost_rate_ratio(std::uint64_t x1, double t1, std::uint64_t x2, double t2, double margin,
                                                         confidence level);

/// The same by the exact conditional test: a false verdict happens at most as often as promised, whatever the counts.
/// P(Bin(x1 + x2, pi) >= x1) at the ratio 1 / margin, P(Bin <= x1) at the margin. A group without events is no obstacle; none
/// in either is undefined (`no_events`). Cost: about 50 microseconds.
[[nodiscard]] estimable<rate_ratio_test> tost_rate_ratio_exact(std::uint64_t x1, double t1, std::uint64_t x2, double t2,
                                                               double margin, confidence level);

/// Whether all groups fare alike.
struct equality_of_groups {
  disparity_verdict verdict;
  double p_value = 1.0;          ///< of equivalence: the largest over all pairs
  double shown_margin = unbounded; ///< every pair is equivalent within any declared factor above this one
  std::size_t first = 0, second = 0; ///< places of the pair that decides `shown_margin`
  std::size_t pairs = 0;         ///< compared, among the groups with exposure
  std::size_t without_exposure = 0; ///< groups nothing is known about; with one of them nothing is equivalent

  friend bool operator==(const equality_of_groups&, const equality_of_groups&) = default;
};

/// All groups against each other by the exact conditional test. Equivalent: every pair passes at a, and needs no correction
/// for their number, because the claim fails with any of them (intersection-union). Different: the interval of some pair at
/// 1 - a / pairs leaves out 1 (Bonferroni), because the claim is made by any of them.
/// Two groups without events are not equivalent: absence of events is no evidence (M23).
/// Undefined: `empty` with fewer than two groups that have exposure, `no_events` when none has an event. Throws as
/// `tost_rate_ratio_exact`. The verdict and the numbers do not depend on the order of the groups. Cost: 50 microseconds a pair.
/// Cites: Berger 1982 for intersection-union tests.
[[nodiscard]] estimable<equality_of_groups> of_all_groups(std::span<const group_count> groups, double margin, confidence level);

} // namespace lfreval::equivalence
