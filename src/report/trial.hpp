// What all findings of one table of passages share. Private to the report stage.
#pragma once

#include <map>
#include <string>

#include <lfreval/counts/passage_cells.hpp>
#include <lfreval/counts/passage_tallies.hpp>
#include <lfreval/counts/score_searches.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/number.hpp>

#include "report/trial_findings.hpp"

namespace lfreval {

/// Everything about one table of passages that its findings share.
struct trial {
  const study& declared;
  const trial_log& log;
  const trial_passages& source;
  const study_system* system = nullptr;
  passage_cells all;
  passage_rule rule;
  unsigned threads = 1;
  trial_evaluation out;
  /// Of a technology test: how many persons each search reached, at these thresholds as they are compared.
  const score_searches* searched = nullptr;
  std::span<const float> searched_at = {};

  [[nodiscard]] const passage_table& rows() const { return source.rows; }
  [[nodiscard]] std::map<std::string, std::string> axes() const {
    std::map<std::string, std::string> names{{"source", source.source}};
    if (!rows().system.empty()) names["system"] = rows().system;
    return names;
  }
  /// Whether the mate of a mated passage is among the candidates that the operator is shown; without a rank limit, always.
  [[nodiscard]] bool is_shown(std::size_t row) const { return !rule.rank_limit || (rows().mate_rank[row] >= 1 && rows().mate_rank[row] <= *rule.rank_limit); }
  /// A threshold as it is compared with the scores: of a distance, both are negated.
  [[nodiscard]] double compared(double on_own_scale) const { return system != nullptr && system->is_distance ? -on_own_scale : on_own_scale; }
  /// The threshold in use as it is told; empty when the study declares none.
  [[nodiscard]] std::string operating() const { return system != nullptr && system->operating_threshold ? shortest(*system->operating_threshold) : ""; }
  [[nodiscard]] ladder_options by_person() const {
    ladder_options how;
    how.by = cluster_unit::person;
    how.planning_design_effect = declared.planning_design_effect;
    return how;
  }
};

/// A finding of the metric with its conditions, still without a value.
[[nodiscard]] finding trial_finding(const trial&, metric_id, finding_kind, std::map<std::string, std::string> axes);
[[nodiscard]] finding not_estimable(finding, const undefined& why);

/// Both rates at one threshold of the grid by the declared groups, one axis at a time and all crossed, and every group compared.
void add_groups(trial&, const threshold_grid&, std::size_t at, const std::string& name);
/// Of an axis that declares `adjust_for`: each group against the reference with those axes held alike, beside the raw comparison.
void add_adjusted(trial&, const study_group& axis, float edge, const std::string& threshold);
/// Failures to acquire by the declared groups, where the log records any.
void add_acquisition(trial&);
/// Counts by group over the declared grid, with the ratio of false positives where they are not too few for one.
void add_group_curves(trial&);
/// The thresholds that keep each declared limit of false positives, with a guarantee.
void add_thresholds(trial&);
/// Counts over the declared grid, with limits from resampled people, and the places at which mates were returned.
void add_curves(trial&);

} // namespace lfreval
