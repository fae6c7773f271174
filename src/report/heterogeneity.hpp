// How much deployments differ, beside the rates that pool them. Private to the report stage.
#pragma once

#include <optional>
#include <vector>

#include <lfreval/counts/strata.hpp>
#include <lfreval/log/deployments.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/report/finding.hpp>

namespace lfreval {

/// How much is asked: dispersion, its chi-square test and the influence of each deployment; or also exact tests, the fitted
/// distribution with its prediction, and the funnel, at some 50 microseconds a deployment.
enum class spread_detail : std::uint8_t { moments, fitted };

/// The spread of one rate over deployments; nothing where it cannot be told from these counts. `contributors` are the
/// deployments behind `clusters`, in the same order.
[[nodiscard]] std::optional<heterogeneity> spread_of(const deployment_series&, const std::vector<cluster_tally>& clusters,
                                                     const std::vector<const deployment_record*>& contributors, metric_id, confidence, spread_detail);

/// Every deployment in the funnel of its threshold: false alerts per face against the limits that hold 998 of 1,000
/// deployments of that size if all had the pooled rate. Thresholds with more than 2,000 deployments are left out.
[[nodiscard]] curve funnel_curve(const deployment_series&, const std::vector<stratum>&, const record_quality&);

/// In words: whether the deployments differ by more than chance, what that is worth, and which one matters most.
[[nodiscard]] std::string sentence_for(const heterogeneity&, metric_id);

} // namespace lfreval
