/// @file
/// The difference of two shares of independent trials, x1 / n1 - x2 / n2: the scale for how often listed people are found.
/// The same passages judged twice are not independent: `paired.hpp`.
///
/// Common to all: limits lie within [-1, 1]; no trial in an arm is `undefined` (`empty`, bounds [-1, 1]); no event in both arms
/// is a difference of 0 with limits. More events than trials, counts above 2^52 and a one-sided confidence below 1/2 throw
/// `std::invalid_argument`.
#pragma once

#include <cstdint>
#include <optional>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval {

/// A difference of two rates with its limits.
struct rate_difference_estimate {
  double point = 0.0;
  interval limits;
  std::optional<double> p_value; ///< two-sided, of equal rates; of the score methods only

  friend bool operator==(const rate_difference_estimate&, const rate_difference_estimate&) = default;
};

} // namespace lfreval

namespace lfreval::difference {

/// The differences that a score test does not reject: close to its nominal coverage for any counts, and the default.
/// All d with (p1 - p2 - d)^2 <= z^2 k (p~1 q~1 / n1 + p~2 q~2 / n2), where p~1 = p~2 + d are the most likely shares under that
/// difference and k = N / (N - 1), N = n1 + n2. Holds its digits at rates of 1 in 1,000,000,000.
/// Cites: Miettinen & Nurminen 1985. Cost: about 5 microseconds.
[[nodiscard]] estimable<rate_difference_estimate> miettinen_nurminen(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                                     std::uint64_t n2, confidence level,
                                                                     sides on = sides::two);

/// The same with k = 1; some published "Miettinen-Nurminen" limits are these.   Cites: Mee 1984; Farrington & Manning 1990.
[[nodiscard]] estimable<rate_difference_estimate> mee_score(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                            std::uint64_t n2, confidence level, sides on = sides::two);

/// Wilson's limits of both groups put together: closed form, robust, for description.
/// lower = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), upper = d + sqrt((u1 - p1)^2 + (p2 - l2)^2).   Cites: Newcombe 1998, method 10.
[[nodiscard]] estimable<rate_difference_estimate> newcombe(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                           std::uint64_t n2, confidence level, sides on = sides::two);

/// Newcombe's formula on any limits that each group has by itself, such as those of clustered passages (Korn-Graubard).
/// Cites: Zou & Donner 2008 (MOVER). Both intervals must be two-sided, bounded, of one confidence, and contain their point:
/// throws otherwise. A one-sided bound at a is an end of the interval made from two-sided ones at 1 - 2a.
[[nodiscard]] rate_difference_estimate mover_d(double p1, const interval& first, double p2, const interval& second);

/// The textbook interval after one event and one non-event are added to each group, for description; limits outside
/// [-1, 1] are replaced by the edge. The point stays that of the counts.   Cites: Agresti & Caffo 2000.
[[nodiscard]] estimable<rate_difference_estimate> agresti_caffo(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                                std::uint64_t n2, confidence level, sides on = sides::two);

} // namespace lfreval::difference
