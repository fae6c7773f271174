/// @file
/// Comparisons one to one, counted at a threshold: the false match and the false non-match rate of a technology test. Not the
/// rates of a search of a list (M10): each passer meets everybody on it.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include <lfreval/log/scores.hpp>
#include <lfreval/types/cluster_tally.hpp>

namespace lfreval {

/// What becomes of comparisons that gave no score because somebody could not be enrolled or acquired. Test reports use either
/// convention and do not always say which; both are shown.
enum class failed_comparisons : std::uint8_t {
  counted, ///< a mated one is a miss, a non-mated one no false match
  left_out,
};

/// Non-mated comparisons of two people.
struct pair_tally {
  std::uint64_t probe = 0, reference = 0; ///< codes of people, common to both sides
  std::uint64_t events = 0, comparisons = 0;
  friend auto operator<=>(const pair_tally&, const pair_tally&) = default;
};

/// The scores of a set by what is known of them, without whom they are of.
struct comparison_scores {
  std::vector<float> mated, nonmated; ///< ascending; `no_score` never
  std::uint64_t failed_mated = 0, failed_nonmated = 0;

  [[nodiscard]] std::uint64_t trials(bool of_mated, failed_comparisons how) const {
    const std::uint64_t failed = how == failed_comparisons::counted ? (of_mated ? failed_mated : failed_nonmated) : 0;
    return (of_mated ? mated.size() : nonmated.size()) + failed;
  }
};
[[nodiscard]] comparison_scores scores_of(const score_set&);

/// False matches by pair of people and false non-matches by person, at one threshold.
struct comparison_tallies {
  std::vector<pair_tally> nonmated;  ///< events: false matches; in order, each pair of codes once
  std::vector<cluster_tally> mated;  ///< events: false non-matches; by person, in order of codes
  bool same_people = false;          ///< somebody is on both sides of non-mated comparisons
};

/// Counts at `threshold` (at or above it is a match; of a distance both are negated). Clusters are the people on probes and
/// references, or the probes and references themselves where nobody says who they are. Undecided comparisons are in none.
/// A set of a source without ids has no clusters: throws `std::invalid_argument`. Cost: one look at each score, and a sort.
[[nodiscard]] comparison_tallies tally_comparisons(const score_set&, float threshold, failed_comparisons how = failed_comparisons::counted);

/// One line of a table of misses at allowed false matches.
struct match_errors {
  float threshold = 0;             ///< the lowest score on record at which no more than `allowed` comparisons match falsely
  std::uint64_t allowed = 0, false_matches = 0, nonmated = 0;
  std::uint64_t false_nonmatches = 0, mated = 0;
};

/// The misses at the lowest recorded score at which at most `allowed` non-mated comparisons match. Nothing when no recorded
/// score is as high. Cost: O(log n).
[[nodiscard]] std::vector<match_errors> errors_at(const comparison_scores&, const std::vector<std::uint64_t>& allowed, failed_comparisons how);

} // namespace lfreval
