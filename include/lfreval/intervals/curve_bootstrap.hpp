/// @file
/// A whole curve, rate against threshold, recounted in each of some thousand resampled trials: people are resampled, all
/// their passages stay together, and what comes out are integers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval::bootstrap {

/// Trials grouped by person, borrowed. A trial lies in bin b when it passes exactly the lowest b of K thresholds; those that
/// pass none are in no bin and count in the exposure only. Person c owns bins[starts[c]] to bins[starts[c + 1] - 1], in any
/// order. Curves of several groups over the same people are several calls with the same weights.
struct clustered_bins {
  std::span<const std::uint64_t> entities; ///< one per person, see `entity_of`; people who share one share their weights
  std::span<const std::uint64_t> starts;   ///< one more than persons, from 0, rising to the number of bins
  std::span<const std::uint32_t> bins;     ///< 1 to `thresholds`
  std::span<const std::uint32_t> exposure; ///< one per person: trials, those in no bin included
  std::uint32_t thresholds = 0;            ///< K
};

struct replicate_plan {
  std::uint32_t replicates = 2000; ///< numbered from 0; more of them leave the first ones as they were
  weight_source from = {};
  unsigned threads = 1; ///< the result does not depend on it
  metric_family family = metric_family::share;
};

/// The curve as observed and in each replicate. Threshold k runs from 1, the lowest, to K.
struct curve_replicates {
  std::uint32_t thresholds = 0, replicates = 0;
  metric_family family = metric_family::share;
  std::uint64_t persons = 0;            ///< with exposure
  std::uint64_t observed_exposure = 0;
  std::vector<std::uint64_t> observed;  ///< events at threshold k in [k - 1]: trials that pass it
  std::vector<double> effective_events; ///< x_eff at threshold k in [k - 1]; of non-events where those are fewer
  std::vector<std::uint64_t> exposure;  ///< weighted, one per replicate; 0 where a replicate met nobody
  std::vector<std::uint64_t> events;    ///< weighted, [(k - 1) * replicates + replicate]

  /// Weighted events at threshold k, one per replicate.
  [[nodiscard]] std::span<const std::uint64_t> events_at(std::uint32_t k) const {
    return std::span(events).subspan(std::size_t{k - 1} * replicates, replicates);
  }
};

/// Counts the curve in every replicate: sum of weight * trials that pass, and of weight * exposure, per replicate.
///
/// `effective_events` is p^2 / V with the variance between persons of `cluster::ratio_mean`, at most the number of events; for
/// a share the same of the trials that do not pass, if that is less. It decides whether limits may be read from replicates.
/// Throws for spans that do not fit together, bins outside 1..K, events without exposure, no threshold and no replicate.
/// Cost: replicates times rows additions, about 0.1 nanoseconds each; 512 bytes per threshold and thread.
[[nodiscard]] curve_replicates curve_bootstrap(const clustered_bins& trials, const replicate_plan& plan);

} // namespace lfreval::bootstrap

namespace lfreval::detail {

/// What the answer must not depend on.
struct counting_limits {
  std::uint64_t most_rows = 0xffffffffU / bootstrap::largest_weight; ///< then the 32-bit sums are emptied into 64-bit ones
  unsigned widest_vector = 64; ///< in bytes: 64 and 32 take the variants for such CPUs where there is one, 16 the portable one
};

[[nodiscard]] bootstrap::curve_replicates curve_bootstrap(const bootstrap::clustered_bins& trials,
                                                          const bootstrap::replicate_plan& plan, counting_limits within);

} // namespace lfreval::detail
