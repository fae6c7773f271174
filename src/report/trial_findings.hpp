// What a labelled trial log supports. Private to the report stage.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include <lfreval/counts/score_searches.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// The passages of one source as one system saw them, as findings.
struct trial_evaluation {
  std::vector<finding> findings;
  std::vector<curve> curves;
  std::vector<not_measured_item> not_measured;
};

/// Counts of passages; the false positive and the true positive identification rate at every reported threshold with intervals by
/// person, the first one also for watchlists of this kind; verdicts on declared limits; the thresholds that keep a declared
/// limit of false positives; how the counts run over the declared grid.
/// `searched` and `searched_at`: of a technology test, how many persons each search reached at these thresholds.
[[nodiscard]] trial_evaluation evaluate_trial(const study&, const trial_log&, const trial_passages&, unsigned threads, const score_searches* searched = nullptr,
                                              std::span<const float> searched_at = {});

/// How many of something, with what distinguishes it from others of its unit.
[[nodiscard]] finding count_finding(const std::map<std::string, std::string>& axes, unit of, std::uint64_t n, const std::string& what = "");
/// The name of a curve, which becomes a file's: whatever a study calls its source, it stays inside its folder.
[[nodiscard]] std::string curve_name(std::string wanted);

} // namespace lfreval
