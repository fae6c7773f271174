/// @file
/// The ratio of two shares of independent trials, (x1 / n1) / (x2 / n2): how many times more often one group is stopped, or
/// found, than another. For rates below 1 in 1,000 `rate_ratio::conditional_exact` stands first: its coverage is guaranteed.
///
/// Common to all: no trial in an arm is `undefined` (`empty`), no event in both is `undefined` (`no_events`), both with bounds
/// [0, unbounded). x2 = 0 gives an unbounded ratio with a finite lower limit, x1 = 0 a ratio and lower limit of 0; nothing is
/// added to a count but by the method that is named after it. More events than trials and counts above 2^52 throw
/// `std::invalid_argument`, and so does a one-sided confidence below 1/2.
#pragma once

#include <cstdint>

#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval::ratio {

/// The ratios that a score test does not reject: close to its nominal coverage for any counts, one zero included, and the
/// default for shares that are not rare.   All r with (p1 - r p2)^2 <= z^2 (p~1 q~1 / n1 + r^2 p~2 q~2 / n2), where p~1 = r p~2
/// are the most likely shares under that ratio. The p value is that of the same test at a ratio of 1.
/// Cites: Koopman 1984; Nam 1995. Cost: about 2 microseconds.
[[nodiscard]] estimable<rate_ratio_estimate> koopman(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                     confidence level, sides on = sides::two);

/// Koopman's interval with its variance multiplied by N / (N - 1), N = n1 + n2: the convention of drug regulators.
/// Cites: Miettinen & Nurminen 1985.
[[nodiscard]] estimable<rate_ratio_estimate> miettinen_nurminen(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                                std::uint64_t n2, confidence level, sides on = sides::two);

/// The textbook interval on the logarithm, for plots and for comparison with published figures only: too short for few
/// events.   r exp(-+ z s), s^2 = 1/x1 - 1/n1 + 1/x2 - 1/n2.   Cites: Katz, Baptista, Azen & Pike 1978.
/// Undefined when an arm has no event (`no_events`) and when both have nothing else (`all_events`).
[[nodiscard]] estimable<rate_ratio_estimate> katz_log(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                      confidence level, sides on = sides::two);

/// Katz' interval after half an event is added to every x and n, point included, for comparison with published figures only:
/// biased where it is needed most.   Cites: Walter 1975. Undefined when both arms have nothing but events (`all_events`).
[[nodiscard]] estimable<rate_ratio_estimate> katz_haldane(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                          std::uint64_t n2, confidence level, sides on = sides::two);

/// Limits of a ratio from the limits that each group has by itself, such as those of clustered passages (Korn-Graubard).
/// With l and u the limits of p:   lower = l1 (2 p1 - l1) / (p1 p2 + sqrt((p1 p2)^2 - l1 (2 p1 - l1) u2 (2 p2 - u2))),
/// upper = (p1 p2 + sqrt((p1 p2)^2 - u1 (2 p1 - u1) l2 (2 p2 - l2))) / (l2 (2 p2 - l2)), unbounded when l2 = 0.
/// Cites: Donner & Zou 2012. Both intervals must be two-sided, bounded, of one confidence, and contain their point: throws
/// otherwise. A one-sided bound at a is an end of the interval made from two-sided ones at 1 - 2a.
[[nodiscard]] estimable<rate_ratio_estimate> mover_r(double p1, const interval& first, double p2, const interval& second);

/// The same from Wilson's limits of both groups: closed form, for description.
[[nodiscard]] estimable<rate_ratio_estimate> mover_r_wilson(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                                            std::uint64_t n2, confidence level, sides on = sides::two);

/// The posterior of the ratio under independent Beta(1/2, 1/2) priors: the point is its median, the limits its central range,
/// and `probability_above_one` the chance that the first share is the higher one. With no event in an arm the limits come
/// from the prior as much as from the data.   P(ratio <= r) = integral of f2(v) F1(r v) dv, by Gauss-Legendre quadrature
/// between quantiles of both.   Cost: 20 to 60 milliseconds.
[[nodiscard]] estimable<rate_ratio_estimate> bayes_beta(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                        confidence level, sides on = sides::two);

} // namespace lfreval::ratio
