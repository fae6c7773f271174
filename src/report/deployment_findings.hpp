// Findings that deployment records support. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// Rates, quantities, counts and verdicts for every stratum, in stratum order.
[[nodiscard]] std::vector<finding> stratum_findings(const study&, const deployment_series&, const std::vector<stratum>&, unsigned threads);

/// Rates of the thresholds against each other. Where conditions differ, as they do when a threshold is changed, the ratio is
/// `projected` and every difference is named.
[[nodiscard]] std::vector<finding> threshold_comparisons(const study&, const std::vector<stratum>&);

/// Whether the rows are complete and add up.
[[nodiscard]] std::vector<finding> record_checks(const deployment_series&);

/// What these records cannot say, most consequential first.
[[nodiscard]] std::vector<not_measured_item> not_measured_by(const deployment_series&);

} // namespace lfreval
