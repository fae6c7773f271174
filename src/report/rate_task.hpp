// One rate on its way from tallies to findings. Private to the report stage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/strata.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

/// The conditions behind the figures of one stratum. Most figures rest on the same few sets of deployments.
class shared_conditions {
public:
  [[nodiscard]] std::shared_ptr<const conditions> of(const std::vector<const deployment_record*>& deployments);

private:
  std::vector<std::pair<std::vector<const deployment_record*>, std::shared_ptr<const conditions>>> known_;
};

/// A metric over a stratum, for one named outcome where the metric counts outcomes.
struct rate_task {
  const stratum* over = nullptr;
  metric_id metric{};
  std::string outcome;
  cluster_unit by = cluster_unit::deployment;
  std::vector<const limit*> limits;

  metric_tallies tallies;
  std::shared_ptr<const conditions> held; ///< of the members behind the tallies; none where there are none
  flag_set denominators;                  ///< what is to be said of the faces they count
  estimable<estimate> lowest = tl::unexpected(undefined{});
  estimable<estimate> highest = tl::unexpected(undefined{});

  [[nodiscard]] std::map<std::string, std::string> axes() const;
  [[nodiscard]] bool in_doubt() const noexcept { return !tallies.disputed.empty(); }
  [[nodiscard]] bool empty() const noexcept { return tallies.clusters.empty() && tallies.disputed.empty(); }

  /// Sets `held` and `denominators`, which findings need and estimates do not.
  void describe(shared_conditions&);
  /// Estimates the rate, or both extremes of it where rows are in doubt.
  void make(const study&, std::optional<double> borrowed_design_effect);
};

[[nodiscard]] ladder_options ladder_for(const rate_task&, const study&, std::optional<double> borrowed_design_effect);

[[nodiscard]] finding rate_finding(const rate_task&, const study&, std::optional<double> borrowed);
/// Faces per event, from the limits of events per face.
[[nodiscard]] finding quantity_finding(const rate_task&);
[[nodiscard]] finding verdict_finding(const rate_task&, const limit&, const study&, std::optional<double> borrowed);
/// The answer of `verdict_finding` without its words; none where the columns behind it are suspended.
[[nodiscard]] verdict_value judged(const rate_task&, const limit&, const study&, std::optional<double> borrowed, verdict_scope);

/// The clusters of a rate as published, and with what is in doubt or unresolved taken the one way and the other.
struct limit_readings {
  std::vector<cluster_tally> published, lowest, highest;
  bool has_lost_events = false; ///< known to have happened, and in no denominator: past them no limit is met
};
/// The verdict that no reading of the records contradicts: met where the unfavourable one meets the limit, not met where the favourable
/// one breaks it.
[[nodiscard]] verdict judge_readings(const limit&, const limit_readings&, confidence, const ladder_options&, verdict_scope);

/// `at_most_1/1000`, the value of the axis `limit`.
[[nodiscard]] std::string limit_value(const limit&);

} // namespace lfreval
