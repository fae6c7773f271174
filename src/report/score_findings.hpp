// What files of comparison scores support: a technology test. Private to the report stage.
#pragma once

#include <deque>
#include <vector>

#include <lfreval/counts/score_counting.hpp>
#include <lfreval/log/scores.hpp>
#include <lfreval/log/trial_log.hpp>

#include "report/trial_findings.hpp"

namespace lfreval {

/// Files of scores, and what was counted of each set. Scores of matrices are not kept.
struct counted_score_log {
  score_log log;
  std::vector<counted_scores> counted; ///< beside `score_log::sets`
};

/// Reads and counts in one pass, so that a matrix may be larger than memory; one whose later rows have other scores than its
/// earlier ones is read twice. Errors as `read_score_sets`.
[[nodiscard]] tl::expected<counted_score_log, std::vector<error>> read_and_count(const study&, unsigned threads);
/// The same of sets whose scores are in memory.
[[nodiscard]] std::vector<counted_scores> count_sets(const study&, const score_log&);

/// The score sets of a study as findings, and the searches among them for the comparison of systems.
struct score_evaluation {
  trial_evaluation out;
  /// One for each set whose probes were all compared with the whole list; `set` is its place in the log.
  struct searched { std::size_t set; score_searches searches; };
  std::deque<searched> searches;
};

/// Per set: counts; misses at allowed false matches, failures counted and left out; false match rates with limits by both
/// people of a comparison and false non-match rates by person at declared thresholds and at 1 false match in 100, 1,000 …;
/// the open-set rates of `evaluate_trial` where every probe searched the whole list; what a random part of the list would have
/// given; and all of it by the groups that people are labelled with. References and probes of one constant score are named.
[[nodiscard]] score_evaluation evaluate_scores(const study&, const score_log&, std::vector<counted_scores>, const person_labels&, unsigned threads);

} // namespace lfreval
