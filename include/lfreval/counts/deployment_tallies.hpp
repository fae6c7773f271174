/// @file
/// From deployment records to integer tallies, one per deployment, and to the strata they are pooled in.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/conditions.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// Deployments that are pooled, and the axis values that name them: `{threshold: 0.64}`.
struct stratum {
  std::map<std::string, std::string> axes;
  std::vector<const deployment_record*> members; ///< in canonical order
};

/// What is said of a deployment that does not record the axis: `not published`.
inline constexpr std::string_view not_published = "not published";

/// The whole series, then by threshold, year, use case (the set claimed, so that strata do not overlap), site and single
/// deployment. Within an axis strata are ordered by value.
[[nodiscard]] std::vector<stratum> strata_of(const deployment_series&);

/// The tallies of one metric over a stratum.
struct metric_tallies {
  std::vector<cluster_tally> clusters;
  std::uint64_t not_recorded = 0;  ///< deployments that lack a column the metric needs
  std::uint64_t contradictory = 0; ///< left out because their alerts do not add up and the metric divides one part by another
  std::uint64_t not_adding_up = 0; ///< kept, although their alerts do not add up, or their outcomes exceed the alerts
};

/// Whether the published parts of a row contradict each other: alerts against true and false alerts.
[[nodiscard]] bool alerts_add_up(const deployment_record&);
/// Whether the outcomes of a row together are at most its alerts.
[[nodiscard]] bool outcomes_within_alerts(const deployment_record&);

/// One cluster per deployment that records both sides of `metric`; `outcome` names the result counted by the
/// `outcomes_per_…` metrics. The typed division of each row refuses units that no metric divides. Cost: O(rows).
[[nodiscard]] metric_tallies tallies_of(metric_id metric, std::span<const deployment_record* const>, const std::string& outcome);

/// The conditions a stratum was recorded under, weighted by faces seen.
[[nodiscard]] conditions conditions_of(std::span<const deployment_record* const>);

/// Unresolved alerts of a stratum, where every member records them.
[[nodiscard]] std::optional<std::uint64_t> unresolved_of(std::span<const deployment_record* const>);

} // namespace lfreval
