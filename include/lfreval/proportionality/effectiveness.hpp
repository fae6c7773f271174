/// @file
/// What was gained for what was spent, against what was expected and what another tactic gained (B06, C03, M48-M54).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/proportionality/alternative.hpp>
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

/// Outcomes and officer-seconds of each row of one tactic that has days, officer time and the outcome.
[[nodiscard]] std::vector<cluster_tally> tactic_periods(const register_log&, const std::string& tactic, const std::string& outcome);
/// Mean officer-seconds of the deployments whose officer time is on record.
[[nodiscard]] std::optional<double> officer_seconds_per_deployment(const register_log&, const std::vector<deployment_use>&);

/// How one outcome or harm moved at places where facial recognition came into use, and where it never did (K02, M51).
struct change_comparison {
  std::string tactic, outcome;
  std::vector<decision::site_periods> sites; ///< events and days of each place that is on record before and after, by its name
  std::uint64_t left_out = 0;                ///< rows without place, control, period or days, and of places without both periods
  std::string missing, remedy;               ///< why no change can be told; empty where it can
  bool confounded = false;                   ///< before and after are on record, and no place over the same days to hold them against
  bool contradicts = false;                  ///< rows of one place overlap, or are in the wrong order, or disagree on what it was
};
/// For each tactic with a period or a control place on record and each outcome of its rows. Places of the two kinds are compared over
/// the same days only: from the first to the last before, and from the first to the last after.
[[nodiscard]] std::vector<change_comparison> change_comparisons(const register_log&);

/// What another tactic has to keep of the outcome rate of deployments, as it was registered before the first use (C03, M54).
struct declared_margin {
  std::optional<double> share;
  std::string withheld; ///< why a margin on record is not used
};
[[nodiscard]] declared_margin margin_for(const register_log&, const std::vector<deployment_use>&, const std::string& outcome);

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
