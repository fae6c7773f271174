/// @file
/// What a comparison of two groups could have shown at all: the ratio that so much data detects, and the data that a ratio
/// needs. Stands beside every difference that was not found (M21).
///
/// Common to all: `level` is that of the test, two-sided unless said otherwise; `power` is the chance of finding the
/// difference, strictly between 0 and 1. Rates, exposures and ratios that are not finite and above 0 throw
/// `std::invalid_argument`, and so does a ratio of 1 where a difference is asked for. Trials are taken as independent:
/// multiply exposures by the design effect where people pass more than once.
#pragma once

#include <cstdint>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::power {

/// Which difference the test looks for.
enum class alternative : std::uint8_t {
  either, ///< the rate is higher or lower: alpha / 2 on each side
  higher, ///< the rate of the group is higher: alpha on that side, the other is never looked at
};

/// Exposure of each of two equal groups that shows a ratio of their rates.
/// t = (z_{1-a/2} + z_power)^2 (1 / r) (1 + 1 / ratio) / ln(ratio)^2, with r the lower of the two rates when the ratio is
/// above 1. At the false alert rate of 3.2 in a million a ratio of 2 needs 7.7 million faces in each group.
/// An approximation: from about 10 expected events in each group on.
[[nodiscard]] double faces_per_group(double reference_rate, double ratio, confidence level, double power);

/// A design with unequal groups.
struct planned_exposure {
  double exposure = 0.0;     ///< of the group; the reference group has `allocation` times as much
  double total_events = 0.0; ///< expected in both together
};

/// The same with a reference group `allocation` times as large as the other.
/// n = (z_{1-a/2} + z_power)^2 (1 / r) (1 / allocation + 1 / ratio) / ln(ratio)^2.
[[nodiscard]] planned_exposure rate_ratio_normal_logscale(double reference_rate, double ratio, confidence level, double power,
                                                          double allocation = 1.0);

/// Trials in each of two groups that show a difference between two shares: for misses of mated passages, which are not rare.
/// n = (z_{1-a/2} sqrt(2 m (1 - m)) + z_power sqrt(p1 (1 - p1) + p2 (1 - p2)))^2 / (p1 - p2)^2, m their mean, as R's
/// `power.prop.test`. Throws for shares outside (0, 1) and for equal ones.
[[nodiscard]] double two_prop_normal(double p1, double p2, confidence level, double power);

/// The chance that the exact conditional test (twice the smaller tail) finds two given rates to differ.
/// sum_S Poisson(S; r1 t1 + r2 t2) P(the test rejects | S).   Cost: a few microseconds for each likely total, of which there
/// are about 14 sqrt(expected events); throws above 10^8 expected events, where the normal form serves.
[[nodiscard]] double rate_ratio_exact_conditional(double rate1, double t1, double rate2, double t2, confidence level,
                                                  alternative = alternative::either);

/// The smallest ratio above 1 that the exact conditional test finds with the given chance, for planned exposures: where its
/// power, which rises with the ratio, first gets there.   Cost: about 15 times the power.
[[nodiscard]] double min_detectable_ratio_exact(double reference_rate, double t1, double t2, confidence level, double power);

/// The chance that a group's share of `total_events` is found too high (or too low) when its rate is `ratio` times that of
/// everybody else, who have the rest of the exposure: the exact binomial test of its events given the total. With 7 false
/// alerts and a group of 15 % a ratio of 2 is found 8 times in 100.
/// Throws for a share outside (0, 1) and for totals above 2^52. No event at all: 0.
[[nodiscard]] double rate_ratio_given_total(std::uint64_t total_events, double exposure_share, double ratio, confidence level,
                                            alternative = alternative::either);

/// What so few events could have shown.
struct detectable_ratio {
  std::uint64_t critical_events = 0; ///< the fewest events of the group at which the test rejects
  double ratio = 0.0;                ///< the true ratio at which it does so with the given chance
};

/// The smallest true ratio above 1, of a group's rate to everybody else's, that would have been found with the given chance
/// once `total_events` had happened: to be printed beside every difference that was not found. Counts rejections on the high
/// side only.   k = min{k : P(Bin(S, s) >= k) <= a / 2}, P(Bin(S, pi) >= k) = power, ratio = pi / (1 - pi) (1 - s) / s.
/// Undefined (`no_events`) without events, and (`beyond_data`) where the test does not reject even when all events fall on the
/// group: no ratio would have been found. Throws as `rate_ratio_given_total`. Cost: microseconds.
[[nodiscard]] estimable<detectable_ratio> min_detectable_ratio_given_total(std::uint64_t total_events, double exposure_share,
                                                                           confidence level, double power,
                                                                           alternative = alternative::either);

/// Events in each group that show two equal rates to be equivalent within a factor `margin`, at level a of each of the two
/// one-sided tests.   2 (z_{1-a} + z_{1-b/2})^2 / ln(margin)^2, b = 1 - power: 104 at a margin of 1.5.   Throws unless the
/// margin is above 1. Cites: Schuirmann 1987.
[[nodiscard]] double equivalence_events(double margin, confidence level, double power);

} // namespace lfreval::power
