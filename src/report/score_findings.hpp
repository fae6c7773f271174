// What files of comparison scores support: a technology test. Private to the report stage.
#pragma once

#include <deque>

#include <lfreval/counts/score_searches.hpp>
#include <lfreval/log/scores.hpp>

#include "report/trial_findings.hpp"

namespace lfreval {

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
/// given. References and probes of one constant score are named.
[[nodiscard]] score_evaluation evaluate_scores(const study&, const score_log&, unsigned threads);

} // namespace lfreval
