// One rate on its way from tallies to findings. Private to the report stage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/strata.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

/// A metric over a stratum, for one named outcome where the metric counts outcomes.
struct rate_task {
  const stratum* over = nullptr;
  metric_id metric{};
  std::string outcome;
  std::vector<const limit*> limits;
  std::shared_ptr<const conditions> all_conditions; ///< of every member, shared by the findings all members contribute to

  metric_tallies tallies;
  estimable<estimate> lowest = tl::unexpected(undefined{});
  estimable<estimate> highest = tl::unexpected(undefined{});

  [[nodiscard]] std::map<std::string, std::string> axes() const;
  [[nodiscard]] bool in_doubt() const noexcept { return !tallies.disputed.empty(); }
  [[nodiscard]] bool empty() const noexcept { return tallies.clusters.empty() && tallies.disputed.empty(); }

  /// Estimates the rate, or both extremes of it where rows are in doubt.
  void make(const study&, std::optional<double> borrowed_design_effect);
};

[[nodiscard]] ladder_options ladder_for(const rate_task&, const study&, std::optional<double> borrowed_design_effect);

[[nodiscard]] finding rate_finding(const rate_task&, const study&, std::optional<double> borrowed);
/// Faces per event, from the limits of events per face.
[[nodiscard]] finding quantity_finding(const rate_task&);
[[nodiscard]] finding verdict_finding(const rate_task&, const limit&, const study&, std::optional<double> borrowed);

/// `at_most_1/1000`, the value of the axis `limit`.
[[nodiscard]] std::string limit_value(const limit&);

} // namespace lfreval
