/// @file
/// What was gained for what was spent, against what was expected and what another tactic gained (B06, C03, M48-M54).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/uses.hpp>

namespace lfreval {

/// Outcomes of the deployments whose officer time is on record, by outcome; checks of comparators, costs and expectations.
[[nodiscard]] indicator_parts effectiveness_parts(const register_log&, const std::vector<deployment_use>&);

/// One outcome of deployments beside the same outcome of one other tactic.
struct tactic_comparison {
  std::string tactic, outcome;
  std::vector<cluster_tally> deployments;    ///< outcomes and officer-seconds of each
  std::vector<cluster_tally> tactic_periods; ///< outcomes and officer-seconds of each row of the register
  bool confounded = true;                    ///< no control site stands beside a before and after (M51)
};
/// For each tactic with officer time and each outcome that both record; without a tactic on record there is no ratio (M50).
[[nodiscard]] std::vector<tactic_comparison> tactic_comparisons(const register_log&, const std::vector<deployment_use>&);

/// Outcomes achieved over all deployments that record them, and what was expected before; rows registered after the first use
/// are no expectation (M54).
struct expectation_answer {
  std::string outcome;
  std::uint64_t expected = 0, achieved = 0;
  friend bool operator==(const expectation_answer&, const expectation_answer&) = default;
};
[[nodiscard]] std::vector<expectation_answer> expectation_answers(const register_log&, const std::vector<deployment_use>&);

/// Total of the register of costs.
[[nodiscard]] std::uint64_t total_cost(const register_log&);
/// Total of each outcome over the deployments; only outcomes that every completed deployment records.
[[nodiscard]] std::map<std::string, std::uint64_t> total_outcomes(const std::vector<deployment_use>&);

} // namespace lfreval
