/// @file
/// From the scores of one probe against every reference to what a search of the list returned: technology tests, counted
/// like the passages of a trial.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/log/scores.hpp>
#include <lfreval/log/trial_log.hpp>

namespace lfreval {

/// The searches of one score set, in the order of its probes.
struct score_searches {
  trial_passages searches;              ///< one row per complete probe, kind `scores`; the person on the probe is the cluster
  std::vector<std::uint32_t> probes;    ///< place in `score_set::probes` of each row
  std::uint64_t references = 0;         ///< distinct persons on enrolled references; references, where nobody says who they are
  std::uint64_t left_out = 0;           ///< probes that lost comparisons to the ledger: no search
  /// How many references' persons reach each threshold, row by row, `thresholds` numbers each: what the rate on a shorter
  /// list is worked out from.
  std::vector<std::uint32_t> hits;
  std::size_t thresholds = 0;
};

/// Reduces each probe to its best candidates, as a search of the whole list would return them. Candidates are persons: of
/// several images of one person the best counts. A probe with a mate among the references is mated, also when that mate
/// failed to enrol (a miss, G10); one without is non-mated; one with comparisons of unknown status and no mate is unknown.
/// Of equal best scores the mate comes first, then the reference of the smaller code; such ties are counted as ties, because
/// the second score is on record. The rank of the mate is one more than the persons with a higher score.
///
/// `at` are thresholds for `hits`, as compared (those of a distance negated). Throws `std::invalid_argument` for a set that
/// has no searches (`score_set::has_searches`). Cost: one look at each score.
[[nodiscard]] score_searches searches_of(const score_set&, std::span<const float> at = {});

} // namespace lfreval
