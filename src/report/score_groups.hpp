// What files of comparison scores say of groups. Private to the report stage.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <lfreval/counts/score_counting.hpp>
#include <lfreval/log/scores.hpp>
#include <lfreval/log/trial_log.hpp>

#include "report/trial_findings.hpp"

namespace lfreval {

/// A threshold to compare groups at.
struct told_threshold {
  std::string own;   ///< on the system's own scale
  float compared = 0;
};

/// Of each axis with labels: false matches between people of one group, and false non-matches, with limits by the people of both
/// sides, each group with its reference or in pairs; and the false matches of every group with every other, as a table (M27).
/// `axes` are those of every finding of the set.
[[nodiscard]] trial_evaluation evaluate_score_groups(const study&, const score_set&, const counted_scores&, const person_labels&, const std::map<std::string, std::string>& axes,
                                                     const std::vector<told_threshold>& at);

/// The labels of the people who passed, as columns of searches.
void add_group_columns(passage_table& searches, const person_labels&);

} // namespace lfreval
