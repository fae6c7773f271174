/// @file
/// The highest rate of any group over the lowest: never without what it would be if all groups were equal, and never without
/// an interval that allows for having picked the two extremes. Eight equal groups with five expected events each show a ratio
/// of 4.4 on average, and 13 once in twenty trials.
///
/// Common to all: groups without exposure leave the family; fewer than two with exposure are `undefined` (`empty`), no event in
/// any of them `no_events`. Events without exposure and counts above 2^52 throw `std::invalid_argument`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <lfreval/disparity/group_count.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::fairness {

/// Where the draws of a null reference come from: declared before the data are seen, printed with it.
struct null_options {
  std::uint64_t replicates = 10'000; ///< at most 2^32 - 1
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

/// The observed ratio beside those of trials with as many events in which every group had the same rate.
struct max_over_min_reference {
  double statistic = 0.0;    ///< observed
  bool smoothed = false;     ///< "smoothed max/min": of (x + 1/2) / t, because a plain one could be unbounded
  double median = 0.0;       ///< under equality
  double upper = 0.0;        ///< under equality, exceeded by one trial in twenty
  double p_value = 1.0;      ///< (replicates at least as large + 1) / (replicates + 1); not a headline
  std::uint64_t replicates = 0;

  friend bool operator==(const max_over_min_reference&, const max_over_min_reference&) = default;
};

/// What max/min is worth: its distribution when all rates are equal, given the total of events, which then fall on the groups
/// by their shares of the exposure (multinomial). Where any draw, or the data, have a group without events, both are of
/// (x + 1/2) / t and say so.
/// The draws are a function of (seed, stream) and the groups, in whatever order they are given. Cost: about a microsecond for each group and
/// replicate, a few more for totals of millions. Throws for no replicates.
[[nodiscard]] estimable<max_over_min_reference> max_over_min_given_total(std::span<const group_count> groups,
                                                                         const null_options& how = {});

/// The same for clustered groups by their effective counts. As many events are drawn as whole ones fit in their sum.
[[nodiscard]] estimable<max_over_min_reference> max_over_min_given_total(std::span<const effective_count> groups,
                                                                         const null_options& how = {});

/// The mean of (max + c) / (min + c) over equal Poisson counts, by summing all of them: how far max/min lies above 1 when
/// nothing differs. 2 groups of 10 events: 1.50; 6 of 10: 2.38; 6 of 50: 1.44; 8 of 5: 4.40.
/// Throws unless the expected count is above 0 and at most 10,000, there are 2 to 10,000 groups and c > 0. Cost: up to a second.
[[nodiscard]] double expected_max_over_min_under_equality(double expected_count, std::size_t groups, double smoothing = 0.5);

/// The value that (max + c) / (min + c) does not exceed with probability `q` over equal Poisson counts. Throws alike, and for
/// q outside (0, 1).
[[nodiscard]] double max_over_min_null_quantile(double expected_count, std::size_t groups, double q, double smoothing = 0.5);

/// The true ratio of the highest to the lowest rate.
struct max_over_min_estimate {
  double point = 0.0;                      ///< of the observed rates, biased upwards; `unbounded` when a group has no event
  interval limits;                         ///< of the true ratio, whichever the extreme groups are
  std::size_t largest = 0, smallest = 0;   ///< places of the extreme groups, the first of equals
  std::size_t pairs = 0;

  friend bool operator==(const max_over_min_estimate&, const max_over_min_estimate&) = default;
};

/// Limits of the true max/min from limits of every pair's ratio at 1 - a / pairs: [max(1, max L), max U] over both orders of
/// each pair. They hold because the true max/min is the ratio of some pair and at least that of every other; picking the
/// extremes costs nothing beyond the correction for the number of pairs.
/// Throws unless there is at least one pair, every interval is two-sided at 1 - a / pairs, and no lower limit is negative.
[[nodiscard]] interval projection(std::span<const interval> pairwise, confidence level);

/// The same from counts, pairs by the exact conditional interval. A group without events leaves the upper limit `unbounded`
/// and the lower one finite. Byte-identical under any order of the groups but for the places. Cost: 20 microseconds a pair.
[[nodiscard]] estimable<max_over_min_estimate> max_over_min_projection_ci(std::span<const group_count> groups, confidence level);

} // namespace lfreval::fairness
