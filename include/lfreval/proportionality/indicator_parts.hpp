/// @file
/// What registers are turned into before anything is divided: tallies, checks and distributions, each under the key of its
/// indicator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/proportionality/quantile_summary.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// The integers of one metric, by what makes its trials resemble each other. No cluster at all: nothing is on record.
struct tallied_metric {
  metric_id metric{};
  std::string outcome; ///< where the metric counts outcomes
  cluster_unit by = cluster_unit::deployment;
  std::vector<cluster_tally> clusters;
  std::uint64_t not_recorded = 0; ///< deployments that lack what the metric needs
  std::vector<std::uint32_t> deployments = {}; ///< of each cluster its place among the deployments; empty where clusters are something else
};

/// A check of registers: met where it examined something and names no row.
struct indicator_check {
  std::map<std::string, std::string> axes;
  record_check made;
};

/// Begins the check of an indicator; `rule` is what should hold, as the beginning of a sentence. Throws
/// `std::invalid_argument` for a key that is not in the table.
[[nodiscard]] indicator_check started_check(std::string_view key, std::string rule, std::map<std::string, std::string> axes = {});
/// Names one thing that does not keep to the rule.
void name_row(indicator_check&, std::string what, std::string why);

struct indicator_distribution {
  std::string key;
  std::map<std::string, std::string> axes;
  std::vector<double> values;
  std::uint64_t not_recorded = 0; ///< rows that lack the value
};

/// Everything that registers say under names of the table.
struct indicator_parts {
  std::vector<tallied_metric> metrics;
  std::vector<indicator_check> checks;
  std::vector<indicator_distribution> distributions;
};

} // namespace lfreval
