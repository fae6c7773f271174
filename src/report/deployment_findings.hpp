// Findings that deployment records support. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/counts/strata.hpp>
#include <lfreval/report/evaluation.hpp>

#include "report/counting_breaks.hpp"

namespace lfreval {

/// Counts, rates, quantities and verdicts of every stratum, in stratum order.
[[nodiscard]] std::vector<finding> stratum_findings(const study&, const deployment_series&, const record_quality&, const std::vector<stratum>&, unsigned threads);

/// Each deployment by itself: a curve over all of them, and findings for those with a false alert.
struct single_deployments {
  curve over_time;
  std::vector<finding> findings;
};
[[nodiscard]] single_deployments deployment_findings(const study&, const deployment_series&, const record_quality&, unsigned threads);

/// Rates of the thresholds against each other. Where conditions differ, as they do when a threshold is changed, the ratio is
/// `projected` and every difference is named.
[[nodiscard]] std::vector<finding> threshold_comparisons(const study&, const record_quality&, const std::vector<stratum>&, const std::vector<counting_break>&);

/// Limits that no finding answered, because the records cannot support the rate: `not_measured`, never left out.
[[nodiscard]] std::vector<finding> unanswered_limits(const study&, const std::vector<finding>& answered);

/// What these records cannot say, most consequential first.
[[nodiscard]] std::vector<not_measured_item> not_measured_by(const deployment_series&, bool beside_a_trial);

} // namespace lfreval
