/// @file
/// What the replicates of a curve say: limits at one threshold, a band over all of them, and how far a threshold moves that is
/// chosen again in every replicate. A check beside the intervals of `ladder` and `list_jackknife`, never the only figure.
///
/// Common to all: fewer than two persons is `undefined` (`one_cluster`); fewer than 20 effective events, or effective
/// non-events of a share, at the threshold `few_effective_events`; more than 1 % of replicates without exposure
/// `empty_replicates`, up to that they are dropped and counted. Throws for a threshold outside 1..K and for too few replicates
/// for the confidence.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::bootstrap {

/// Limits read from replicates, with the standard error that comes from having drawn only so many of them: half the distance
/// between the replicates one binomial standard deviation of rank to either side.
struct percentile_limits {
  double point = 0.0;
  interval limits;
  double lower_error = 0.0, upper_error = 0.0; ///< of the limits, from the replicates only
  std::uint32_t dropped = 0;                   ///< replicates without exposure
};

/// Limits of any statistic from its replicates, those without a value left out and counted in `dropped`. `lowest` and `highest`
/// end one-sided limits. The same ranks as `percentile`.
[[nodiscard]] percentile_limits percentiles_of(std::vector<double> replicates, double point, double lowest, double highest,
                                               std::uint32_t dropped, confidence level, sides on = sides::two);

/// The rate at threshold k between the q and 1 - q quantiles of its replicates: the ordered replicates of rank floor((B + 1) q)
/// from either end.   Cites: Efron 1979; Davison & Hinkley 1997, chapter 5.3. Cost: a sort of the replicates.
[[nodiscard]] estimable<percentile_limits> percentile(const curve_replicates& curve, std::uint32_t threshold, confidence level,
                                                      sides on = sides::two);

/// A band that holds at all of its thresholds at once.
struct simultaneous_band {
  std::vector<estimable<interval>> limits; ///< threshold k in [k - 1]; undefined where it is not part of the band
  double quantile = 0.0;                   ///< standard errors to either side
  double quantile_error = 0.0;             ///< from the replicates only
  std::uint32_t members = 0;               ///< thresholds in the band
  std::uint32_t dropped = 0;
};

/// The curve as a whole: point -+ quantile * standard error at every threshold with 20 effective events, where the quantile is
/// that of the largest |replicate - point| / standard error over those thresholds. At most the edges 0 and, for a share, 1.
/// Undefined (`few_effective_events`) when no threshold qualifies.   Cites: Davison & Hinkley 1997, chapter 4.2.4.
/// Cost: two passes over thresholds times replicates.
[[nodiscard]] estimable<simultaneous_band> band(const curve_replicates& curve, confidence level);

/// A threshold chosen as the lowest at which the rate is at most so high.
struct chosen_threshold {
  std::uint32_t observed = 0;         ///< 1 to K
  std::uint32_t lower = 0;            ///< quantile over the replicates
  std::optional<std::uint32_t> upper; ///< none: above the highest threshold of the grid
  std::uint32_t without = 0;          ///< replicates in which no threshold of the grid is high enough
  std::uint32_t dropped = 0;
};

/// How far the threshold would move that keeps the rate at or below `highest_rate`, had other people passed. Undefined
/// (`not_recorded`) when even the highest threshold of the grid does not, or nearly all replicates would need a higher one.
[[nodiscard]] estimable<chosen_threshold> choose_threshold(const curve_replicates& curve, double highest_rate, confidence level);

/// The rate of one curve at the threshold that the other one chooses, chosen again in each replicate: the identification rate
/// at the threshold that holds false alerts down, with the uncertainty of that choice. Both curves need the same thresholds,
/// replicates and weights. Replicates without a threshold are dropped like those without exposure.
[[nodiscard]] estimable<percentile_limits> percentile_at_choice(const curve_replicates& chooser, double highest_rate,
                                                                const curve_replicates& curve, confidence level,
                                                                sides on = sides::two);

} // namespace lfreval::bootstrap
