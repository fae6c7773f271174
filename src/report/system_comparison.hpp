// Systems on the same passages or probes. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/report/evaluation.hpp>

#include "report/score_findings.hpp"

namespace lfreval {

/// Every comparison that the study declares, two systems at a time: the differences of the true and of the false positive
/// identification rate at given thresholds, and of the true one at the same false positive rate. `of_each`: what was found of each
/// system by itself, among it the guaranteed thresholds. Refused, with the reason,
/// where the systems did not see the same passages or not the same list.
[[nodiscard]] std::vector<finding> compare_systems(const study&, const trial_log&, const score_log&, const score_evaluation&, const std::vector<finding>& of_each,
                                                  unsigned threads);

} // namespace lfreval
