// Findings of indicators: of registers, and of deployment records alone. Private to the report stage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/uses.hpp>
#include <lfreval/report/evaluation.hpp>

namespace lfreval {

struct indicator_evaluation {
  std::vector<finding> findings;
  std::vector<curve> curves;
  std::vector<not_measured_item> not_measured;
};

/// Everything that deployments, alerts, the watchlist and the registers say under names of the table of indicators. What needs a
/// register that was not given has no finding: the register stands in `not_measured`, with what it would tell and what to record.
/// `before`: the findings made so far, which footfall is read from; `timed_by_register`: deployments whose duration is from their authorisation.
[[nodiscard]] indicator_evaluation evaluate_indicators(const study&, const deployment_series&, const trial_log&, const register_log&, const std::vector<finding>& before, std::uint64_t timed_by_register);

/// What the parts come to over all deployments.
[[nodiscard]] std::vector<finding> findings_of_parts(const indicator_parts&, const study&, const deployment_series&);

/// The rest: counts, quantities, comparisons and curves that are no share, check or distribution.
[[nodiscard]] indicator_evaluation further_indicators(const study&, const deployment_series&, const trial_log&, const register_log&, const std::vector<deployment_use>&, const std::vector<finding>& before, std::uint64_t timed_by_register);

/// M50, M51: a tactic is compared only where it is on record, and a difference is not said to be an effect.
void add_comparisons(indicator_evaluation&, const study&, const register_log&, const std::vector<deployment_use>&);
/// K02, M51: a change is held against the change where nothing was done, or it is not told.
void add_changes(indicator_evaluation&, const study&, const register_log&);

/// A finding of an indicator without a value, under `scope=all` where it has no axis of its own.
[[nodiscard]] finding begun_finding(std::string_view key, finding_kind, std::map<std::string, std::string> axes = {});

} // namespace lfreval
