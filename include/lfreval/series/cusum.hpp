/// @file
/// Cumulative sums: whether a rate has lately moved from a baseline towards a stated multiple of it, with the run length between
/// false alarms stated. They notice a change soon; they are no estimate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lfreval::sequential {

/// Wald's test of one share against another: the log likelihood ratio of x events in n trials and where it decides.
struct likelihood_ratio_test {
  double log_ratio = 0.0; ///< x ln(p1/p0) + (n-x) ln((1-p1)/(1-p0))
  double upper = 0.0;     ///< at or above: decide for p1. ln((1-beta)/alpha)
  double lower = 0.0;     ///< at or below: decide for p0. ln(beta/(1-alpha))
};

/// Cites: Wald 1945. Throws for events above trials, shares that are not 0 < p0 < p1 < 1 and errors that do not add up to less
/// than 1.
[[nodiscard]] likelihood_ratio_test sequential_probability_ratio(std::uint64_t events, std::uint64_t trials, double p0, double p1, double alpha,
                                                                 double beta);

/// The sum of log likelihood ratios of single trials, held at 0 from below: an event adds `event_weight`, a trial without one
/// `other_weight` (negative).
struct bernoulli_cusum {
  double event_weight = 0.0, other_weight = 0.0;
  double value = 0.0, highest = 0.0;

  /// Throws unless 0 < p0 < p1 < 1.   Cites: Reynolds & Stoumbos 1999.
  bernoulli_cusum(double p0, double p1);
  void add_event();
  void add_trials_without_event(std::uint64_t trials);
};

/// What a Poisson cumulative sum takes off per unit of exposure: k = (l1 - l0) / (ln l1 - ln l0).   Cites: Lucas 1985.
[[nodiscard]] double poisson_reference(double baseline, double shifted);

/// Mean number of trials before a sum of 0/1 trials reaches `alarm` steps, from 0: an event moves it up `per_event` - 1 steps, any
/// other trial down 1, never below 0. Exact, by the chain of its states.   Cites: Reynolds & Stoumbos 1999; Brook & Evans 1972.
/// Throws unless 0 < probability < 1, per_event >= 2 and alarm >= 1. Cost: linear in `alarm`.
[[nodiscard]] double run_length(double probability, std::size_t per_event, std::size_t alarm);

/// A cumulative sum of events less `reference` per unit of exposure, in events, that alarms at `alarm`.
struct cusum_design {
  double reference = 0.0; ///< k
  double alarm = 0.0;     ///< h, in events
  double mean_exposure_to_false_alarm = 0.0; ///< at the baseline, at least: the sum looked at after every single event
  double mean_exposure_to_alarm = 0.0;       ///< at the shifted rate, looked at after every single event
};

/// The lowest alarm level, to a hundredth of an event, at which a false alarm comes no sooner than after `once_in` units of exposure
/// on average. Looking only after whole deployments makes false alarms rarer and true ones later; so do shares that are not small.
/// Throws unless 0 < baseline < shifted and once_in is above 0 and not so long that the level would exceed 200 events.
[[nodiscard]] cusum_design design_cusum(double baseline, double shifted, double once_in);

/// One step of the sum.
[[nodiscard]] double cusum_after(double before, std::uint64_t events, double exposure, const cusum_design& by);

} // namespace lfreval::sequential
