/// @file
/// Two systems at the same false positive identification rate: at the vendors' own thresholds one may find more people
/// only because it stops more of the others. Each threshold is set from the same non-mated passages, and what that
/// choice leaves open is part of the interval.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/identification/paired_systems.hpp>
#include <lfreval/intervals/curve_limits.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

/// What both systems gave one passage: non-mated, the highest score of any list person; mated, the score of the right
/// person. Nothing for a passage without a template or below the recording threshold: it never alerts.
struct scored_by_both {
  std::uint64_t person = 0; ///< the 64-bit entity id, the same in both systems and on both sides
  std::optional<float> first, second;
};

struct matching_request {
  double target = 0.001; ///< the false positive identification rate for both, strictly between 0 and 1
  confidence level{0.95};
  sides on = sides::two;
  std::uint32_t replicates = 2000;
  bootstrap::weight_source from = {};
  unsigned threads = 1; ///< the result does not depend on it
};

/// One system at its threshold.
struct matched_system {
  threshold at{0.0F};
  std::uint64_t false_positives = 0;      ///< non-mated passages with an alert, at most `allowed`
  std::uint64_t identified = 0;           ///< mated passages with an alert for the right person
  double effective_false_positives = 0.0; ///< reduced for the likeness of one person's passages
  bool lowest_recorded = false;           ///< every recorded score may alert: a lower threshold might do
};

struct matched_comparison {
  double target = 0.0;
  std::uint64_t allowed = 0; ///< floor(target * nonmated)
  std::uint64_t nonmated = 0, mated = 0, persons = 0;
  matched_system first, second;
  double difference = 0.0; ///< of the identification rates, first less second
  /// With people drawn anew and both thresholds chosen anew each time.
  estimable<bootstrap::percentile_limits> limits;
  paired_comparison at_these_thresholds; ///< as if the thresholds had been given: too sure of them
  double widening = 1.0; ///< width of `limits` over that of `at_these_thresholds.clustered`; 1 without limits
};

/// The largest number of `trials` that is no more than the share `target` of them, whatever the product is rounded to.
[[nodiscard]] std::uint64_t allowed_errors(double target, std::uint64_t trials);

/// By how much the true positive identification rates of two systems differ where both keep the same false positive
/// identification rate. Threshold of each: the smallest T with #{M_i >= T} <= floor(target n) over the n non-mated
/// passages, as in threshold_choice.hpp; ties move it up. Limits: percentiles over replicates in which a person, mated
/// and non-mated passages, both systems, has one Poisson weight, and both thresholds are chosen again from the weighted
/// passages. With 200 passers, 100 listed people and five passages each at 5 % these cover .97 at .95, the limits at
/// given thresholds .86. Cites: Hanley & MacGibbon 2006; Pepe 2003, chapter 5 (ROC at a fixed false positive rate).
///
/// Undefined without mated or non-mated passages (`empty`), and (`not_recorded`) when a system has no score of a
/// non-mated passage. `limits` alone are undefined with a single person (`one_cluster`), with fewer than 20 effective
/// false positives of either system or fewer than 20 effective discordant mated passages (`few_effective_events`; the
/// target is too low for these passages), and when more than 1 % of replicates met nobody (`empty_replicates`). Throws
/// for targets outside (0, 1), scores that are not finite and too few replicates for the confidence. Independent of
/// order and threads. Cost: two sorts, and per replicate one weight for each person and one look at each mated passage.
[[nodiscard]] estimable<matched_comparison> compare_at_matched_fpir(std::span<const scored_by_both> nonmated,
                                                                    std::span<const scored_by_both> mated,
                                                                    const matching_request& wanted);

} // namespace lfreval::identification
