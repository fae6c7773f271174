/// @file
/// Misses against false alerts over every threshold (DET; for searches of a list also called IET, identification error
/// trade-off), as the steps that were counted: never interpolated, never smoothed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/identification/score_steps.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::identification {

/// Counts at one threshold: alert iff score >= at. `mated_at_or_above` counts mated passages whose own mate is there.
struct threshold_counts {
  threshold at{0.0F};
  std::uint64_t nonmated_at_or_above = 0;
  std::uint64_t mated_at_or_above = 0;

  friend bool operator==(const threshold_counts&, const threshold_counts&) = default;
};

/// Every threshold at which a count changes, ascending, with the totals that make rates of the counts.
struct sweep_counts {
  std::vector<threshold_counts> at;
  std::uint64_t nonmated = 0, mated = 0; ///< passages, those without a score included
};

/// Where a rate lies on an axis of normal quantiles (Cites: Martin et al. 1997). 0 and 1 lie at no finite place: they
/// are drawn at the end of the axis, with an arrow.
struct probit_place {
  enum class end : std::uint8_t { inside, zero, one } at = end::inside;
  double value = 0.0; ///< Phi^-1 of the rate; only inside

  friend bool operator==(const probit_place&, const probit_place&) = default;
};

/// One step: the two rates at all thresholds above the one before, up to and including `at`.
struct det_point {
  threshold at{0.0F};
  std::uint64_t false_positives = 0; ///< non-mated passages with an alert
  std::uint64_t misses = 0;          ///< mated passages without an alert for their mate
  double fpir = 0.0, fnir = 0.0;
  probit_place fpir_place, fnir_place;
};

/// The detection error trade-off. A rate of 0 means "below 1 / n", which these passages do not resolve.
struct det_curve {
  std::vector<det_point> points; ///< thresholds ascending: fpir falls, fnir rises
  std::uint64_t nonmated = 0, mated = 0;
  double fpir_not_resolved_below = 0.0; ///< 1 / nonmated
  double fnir_not_resolved_below = 0.0; ///< 1 / mated
};

/// The place of `events` out of `trials` on a probit axis. Throws without trials and for more events than trials.
[[nodiscard]] inline probit_place probit(std::uint64_t events, std::uint64_t trials) {
  detail::require_trials("identification::probit", events, trials);
  if (trials == 0) detail::wrong_call("identification::probit", "trials", "are none");
  if (events == 0) return {probit_place::end::zero, 0.0};
  if (events == trials) return {probit_place::end::one, 0.0};
  // The smaller share of the two keeps its digits.
  const auto x = static_cast<double>(events), n = static_cast<double>(trials);
  const double value = 2 * events <= trials
                           ? -distribution::normal_upper_quantile(x / n)
                           : distribution::normal_upper_quantile(static_cast<double>(trials - events) / n);
  return {probit_place::end::inside, value};
}

/// Merges what non-mated passages and mates reach into one sweep over all scores that occur in either.
[[nodiscard]] inline sweep_counts sweep(const score_steps& nonmated_highest, const score_steps& mate_scores) {
  sweep_counts out{{}, nonmated_highest.passages(), mate_scores.passages()};
  const auto u = nonmated_highest.scores(), m = mate_scores.scores();
  for (std::size_t i = 0, k = 0; i < u.size() || k < m.size();) {
    const float at = k == m.size() || (i < u.size() && u[i] <= m[k]) ? u[i] : m[k];
    out.at.push_back({threshold(at), i < u.size() ? nonmated_highest.at_or_above()[i] : 0,
                      k < m.size() ? mate_scores.at_or_above()[k] : 0});
    if (i < u.size() && u[i] == at) ++i;
    if (k < m.size() && m[k] == at) ++k;
  }
  return out;
}

} // namespace lfreval::identification

namespace lfreval::detail {

inline void require_sweep(const char* function, const identification::sweep_counts& swept) {
  require_count(function, "nonmated", swept.nonmated);
  require_count(function, "mated", swept.mated);
  identification::threshold_counts before{threshold(0.0F), swept.nonmated, swept.mated};
  for (std::size_t i = 0; i < swept.at.size(); ++i) {
    const identification::threshold_counts& now = swept.at[i];
    if (i > 0 && !(before.at < now.at)) wrong_call(function, "thresholds", "do not ascend");
    if (now.nonmated_at_or_above > before.nonmated_at_or_above || now.mated_at_or_above > before.mated_at_or_above)
      wrong_call(function, "counts", i == 0 ? "exceed the totals" : "ascend with the threshold");
    before = now;
  }
}

inline std::optional<undefined> no_sweep(const identification::sweep_counts& swept) {
  if (swept.nonmated == 0)
    return undefined{undefined_reason::empty, "Record passages by people who are not on the list.", std::nullopt};
  if (swept.mated == 0)
    return undefined{undefined_reason::empty, "Record passages by people known to be on the list.", std::nullopt};
  return std::nullopt;
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The false negative against the false positive identification rate at every threshold at which one of them changes:
/// each point was counted, and two neighbours are joined by a step, not by a line.
/// Undefined without mated or without non-mated passages. Throws for thresholds that do not ascend and for counts that
/// do.
estimable<det_curve> detection_error_tradeoff(const sweep_counts& swept);

/// The counts at one threshold: listed people found and missed, and people not on the list who raised an alert.
struct operating_point {
  threshold at{0.0F};
  std::uint64_t identified = 0, mated = 0;
  std::uint64_t false_positives = 0, nonmated = 0;
};

/// The counts at one threshold that a system can be set to, whether or not a score lies there.
/// Undefined and throwing as `detection_error_tradeoff`.
estimable<operating_point> at_threshold(const sweep_counts& swept, threshold at);

} // namespace lfreval::identification
