// Outcomes weighed against harm, from deployment records and from trials. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/counts/strata.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/report/evaluation.hpp>

#include "report/trial_findings.hpp"

namespace lfreval {

struct decision_evaluation {
  std::vector<finding> findings;
  std::vector<curve> curves;
  std::vector<not_measured_item> not_measured;
};

/// Break-even rates of the series and of each threshold, net benefit over the declared exchange rates, the thresholds in use as
/// operating points, and what further knowledge would be worth, the alternative as the register of other tactics has it where the study
/// declares no quantities of its own for it. Nothing where the study declares no decision. No exchange rate
/// is ever supplied: without a declared range there are only break-even rates.
[[nodiscard]] decision_evaluation evaluate_decision(const study&, const deployment_series&, const register_log&, const record_quality&, const std::vector<stratum>&, unsigned threads);

struct trial;
/// The thresholds of the declared grid as operating points of a trial, with the share of resampled trials in which each is on the
/// Pareto front.
void add_operating_points(trial&);

} // namespace lfreval
