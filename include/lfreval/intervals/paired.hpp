/// @file
/// The same passages judged twice: two systems, two versions, with and without a second camera. Only passages on which the
/// two differ say anything about the difference: `first_only` and `second_only`. Methods for separate groups are wrong here.
///
/// Two thresholds of one system are nested: one count is 0 by construction. Report the other with its interval, no test.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval::paired {

/// Passages on which only one of the two alerts. Of one person, or of all.
struct discordant {
  std::uint64_t first_only = 0;
  std::uint64_t second_only = 0;
  std::uint64_t passages = 0;
};

struct mcnemar_test {
  double p_value = 1.0; ///< two-sided, never too small
  double mid_p = 1.0;   ///< without half the chance of the observed split; less conservative, not guaranteed
};

struct difference_estimate {
  double point = 0.0; ///< (first only - second only) / passages
  interval limits;    ///< within [-1, 1]
};

/// Do the two differ at all, if every passage is unrelated to the next?   p = min(1, 2 P(X <= min(b, c))), X ~ Bin(b + c, 1/2).
/// Cites: McNemar 1947; Fagerland, Lydersen & Laake 2013 for mid-P. Undefined (`no_events`) when they never differ.
[[nodiscard]] estimable<mcnemar_test> mcnemar_exact(std::uint64_t first_only, std::uint64_t second_only);

/// How many passages only the first alerts on for each that only the second does, with limits that hold for any number of
/// them: Clopper-Pearson's on b / (b + c), turned into odds.   Undefined (`no_events`) when the two never differ.
[[nodiscard]] estimable<rate_ratio_estimate> discordant_ratio(std::uint64_t first_only, std::uint64_t second_only, confidence level,
                                                       sides on = sides::two);

/// By how much the two shares differ, when every passage is unrelated to the next: the differences that a score test does not
/// reject.   Roots of (b - c - n d)^2 = z^2 n (2 q~ + d (1 - d)), q~ the restricted estimate of the second-only share.
/// Cites: Tango 1998. Undefined (`empty`) without passages; throws when b + c exceeds n. One-sided limits end at -1 or 1.
/// Needs a confidence of at least 1/2. Cost: about 5 microseconds.
[[nodiscard]] estimable<difference_estimate> tango(const discordant& counts, confidence level, sides on = sides::two);

/// Tango's limits for real-valued effective counts b* = b n* / n, c* = c n* / n of n* passages, which are never rounded: for
/// passages of one person that resemble each other. Throws for amounts that are negative or not finite, b* + c* above n*, no
/// passages, and a confidence below 1/2.
[[nodiscard]] interval tango_effective(double first_only, double second_only, double passages, confidence level, sides on = sides::two);

/// The difference and its variance when passages of one person resemble each other:
/// d = (B - C) / N, V = P / (P - 1) sum (b_i - c_i - d n_i)^2 / N^2 over P persons.   Undefined: `empty`, `one_cluster`.
[[nodiscard]] estimable<cluster::mean_and_variance> cluster_difference(std::span<const discordant> persons);

/// Would the net difference be as large if, for each person, the two systems were exchanged at random? Exact: all 2^m
/// exchanges of the m persons for whom the counts differ are visited. At most 20 such persons; throws above.
/// Undefined (`no_events`) when there are none.   Cites: Fisher 1935 (sign-flip test).
[[nodiscard]] estimable<permutation::permutation_test> sign_flip(std::span<const discordant> persons);

} // namespace lfreval::paired
