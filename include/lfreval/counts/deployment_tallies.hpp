/// @file
/// From deployment records to integer tallies, one per deployment.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/conditions.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// The tallies of one metric over some deployments, with everything that was left out and what is in doubt.
struct metric_tallies {
  std::vector<cluster_tally> clusters;                 ///< as published, one per deployment that records both sides soundly
  std::vector<cluster_tally> fewest, most;             ///< the same deployments, unresolved alerts resolved either way
  std::vector<std::vector<cluster_tally>> disputed;    ///< deployments whose figures contradict: every value that would mend them …
  std::vector<std::vector<cluster_tally>> disputed_fewest, disputed_most; ///< … with unresolved alerts resolved either way
  std::vector<const deployment_record*> contributors;  ///< the deployments behind `clusters`, in the same order …
  std::vector<const deployment_record*> doubtful;      ///< … and behind `disputed`

  std::uint64_t not_recorded = 0;     ///< deployments that lack a column the metric needs
  std::uint64_t suspended = 0;        ///< deployments whose column is a copy of another
  std::uint64_t not_adding_up = 0;    ///< kept: the contradiction in the row does not touch this metric
  std::uint64_t unusable = 0;         ///< deployments with events but no exposure that could hold them …
  std::uint64_t unusable_events = 0;  ///< … and how many events are lost to the figure with them
  std::uint64_t unlabelled = 0;       ///< alerts of deployments left out that nobody called true or false
  std::uint64_t unresolved = 0;       ///< alerts of the contributors whose truth was never established
  bool labels_as_published = false;   ///< some contributor does not say which alerts were confirmed

  /// Clusters with the disputed deployments at the values that give the lowest, or the highest, rate overall.
  [[nodiscard]] std::vector<cluster_tally> lowest() const;
  [[nodiscard]] std::vector<cluster_tally> highest() const;
  /// The same with unresolved alerts taken the one way and the other.
  [[nodiscard]] std::vector<cluster_tally> lowest_reading() const;
  [[nodiscard]] std::vector<cluster_tally> highest_reading() const;
  /// Events and alerts that are known of and stand in no denominator: no limit is met past them.
  [[nodiscard]] std::uint64_t lost() const noexcept { return unusable_events + unlabelled; }
};

/// One cluster per deployment that records both sides of `metric`; `outcome` names the result counted by the `outcomes_per_…`
/// metrics. The typed division of each row refuses units that no metric divides. Cost: O(rows).
[[nodiscard]] metric_tallies tallies_of(metric_id metric, std::span<const deployment_record* const>, const std::string& outcome, const record_quality&);

/// The coefficient of variation of the total of faces seen in some deployments, from those that declare one; nothing when none
/// does. Shared errors (one camera, one method of counting) go the same way: sum n cv / sum n. Independent ones partly cancel:
/// sqrt(sum (n cv)^2) / sum n. A deployment that declares none adds its faces and no error: the figure is then too small, and
/// `denominator_as_published` says so.
[[nodiscard]] std::optional<double> faces_cv_of(std::span<const deployment_record* const>, bool shared);

/// The conditions some deployments were recorded under, weighted by faces seen.
[[nodiscard]] conditions conditions_of(std::span<const deployment_record* const>);

} // namespace lfreval
