/// @file
/// A threshold for the rate per passage of repeated passers from the clustered limit at each threshold: asymptotic.
#pragma once

#include <span>

#include <lfreval/identification/clustered_threshold.hpp>

namespace lfreval::identification {

/// The smallest threshold at which, and at every higher one, the clustered one-sided limit of `judge` keeps the target:
/// the strict zero-event bound above all scores, then Korn-Graubard at n* (with Fay-Feuer where information is weak).
/// Uses every passage; its confidence is nominal, not guaranteed: where 5 % was asked, simulations with a correlation
/// of 0.7 gave 5.5 % (1,000 persons, ten passages each) and 6.7 % (frequent passers who score higher). Needs about as
/// many persons as `passages_needed` says.
/// Cites: Korn & Graubard 1998; Angelopoulos et al. 2021 (fixed sequence). None with a single person. Cost: a sort, and
/// about 50 microseconds for each score above the threshold.
[[nodiscard]] choosable<threshold_choice> threshold_from_effective_exposure(std::span<const person_passage> passages,
                                                                            const threshold_request& wanted);

} // namespace lfreval::identification
