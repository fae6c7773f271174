// How much deployments differ, beside the rates that pool them. Private to the report stage.
#pragma once

#include <optional>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/report/finding.hpp>

namespace lfreval {

/// The spread of one rate over deployments; nothing where it cannot be told from these counts. `contributors` are the
/// deployments behind `clusters`, in the same order.
[[nodiscard]] std::optional<heterogeneity> spread_of(const deployment_series&, const std::vector<cluster_tally>& clusters,
                                                     const std::vector<const deployment_record*>& contributors, metric_id, confidence);

/// In words: whether the deployments differ by more than chance, what that is worth, and which one matters most.
[[nodiscard]] std::string sentence_for(const heterogeneity&, metric_id);

} // namespace lfreval
