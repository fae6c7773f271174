/// @file
/// Net benefit of alerting on calibrated match probabilities, at every threshold probability of a grid.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/proportionality/net_benefit.hpp>

namespace lfreval::decision {

/// Counts at one exchange rate, where an alert is raised from its threshold probability on.
struct decision_point {
  double threshold_probability = 0.0;
  double exchange = 0.0;           ///< w = p_t / (1 - p_t)
  std::uint64_t gained = 0, harmed = 0;
  double net_benefit = 0.0;        ///< of the rule, per passage
  double alert_on_everybody = 0.0; ///< of alerting whatever the probability; of never alerting it is 0

  friend bool operator==(const decision_point&, const decision_point&) = default;
};

struct decision_curve_counts {
  std::uint64_t listed = 0, others = 0;
  std::vector<decision_point> points; ///< by rising threshold probability
};

/// The decision curve: a passage alerts when its probability of a true match is at least p_t, and
/// NB(p_t) = TP / n - p_t / (1 - p_t) FP / n.   Here the same number sets both the rule and the exchange rate, so the
/// probabilities have to be calibrated: scores of a comparison are not probabilities.
/// `is_listed` is 1 for passages by listed people and 0 for others. Undefined (`empty`) without passages.
/// Throws when lengths differ, a probability lies outside [0, 1] or is NaN, a flag is neither 0 nor 1, and thresholds are not
/// strictly ascending within (0, 1). The probabilities are compared in float32 with p_t rounded once to it. Independent of
/// `threads`. Cost: one pass over the passages for any number of thresholds: 10^6 with 99 thresholds in some milliseconds.
/// Cites: Vickers & Elkin 2006.
[[nodiscard]] estimable<decision_curve_counts> decision_curve(std::span<const float> probabilities, std::span<const std::uint32_t> is_listed,
                                                              std::span<const double> threshold_probabilities, unsigned threads = 1);

} // namespace lfreval::decision
