/// @file
/// Rates as an evaluation.json states them, for what is made of evaluations and not of records.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/report/compare_evaluations.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/conditions.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/metric.hpp>

#include "report/document.hpp"

namespace lfreval {

/// One rate with its counts.
struct written_rate {
  cluster_tally total;
  double rate = 0.0, exposure_cv = 0.0;
  std::optional<double> design_effect; ///< at least 1
  std::uint64_t clusters = 0;
  std::optional<interval> headline;

  /// Independent trials that it is worth; nothing when it does not say how its trials cluster.
  [[nodiscard]] std::optional<double> effective_exposure(metric_family, confidence) const;
};

/// Nothing when the finding does not give counts that make a rate.
[[nodiscard]] std::optional<written_rate> written_rate_of(const json_document& finding, metric_id);
/// A set of values that is told by its number alone is unknown: it cannot be held against another.
[[nodiscard]] conditions written_conditions(const json_document& finding);

struct written_evaluation {
  compared_evaluation about;
  json_document root;
  std::map<std::string, const json_document*> rates; ///< measured, by key; single deployments aside
  std::vector<std::string> order;
  std::map<std::string, std::string> verdicts;       ///< key -> answer
  std::map<std::string, std::string> inputs;         ///< SHA-256 -> name

  /// An error says why the text is no evaluation.
  [[nodiscard]] std::optional<error> load(std::string_view text, const std::string& file);
};

} // namespace lfreval
