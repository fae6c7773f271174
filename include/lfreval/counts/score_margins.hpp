/// @file
/// False matches by pair of people and false non-matches by person, at any threshold.
#pragma once

#include <memory>
#include <vector>

#include <lfreval/counts/score_counting.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/crossed_margins.hpp>

namespace lfreval {

/// What a threshold makes of the comparisons of a set.
struct comparison_margins {
  crossed_margins nonmated;         ///< events: false matches; rows are the people on probes, columns those on references
  std::vector<cluster_tally> mated; ///< events: false non-matches; by person on the probe, in order of codes
  bool same_people = false;         ///< somebody is on both sides of non-mated comparisons
};

/// The probes and references that comparisons are taken from: 1 beside those that are. Both empty: all.
struct chosen_images {
  std::vector<std::uint8_t> probes, references;
  [[nodiscard]] bool all() const noexcept { return probes.empty() && references.empty(); }
};

/// The comparisons of a set by the people of both sides. Clusters are the people on probes and references, or the probes and
/// references themselves where nobody says who they are. Undecided comparisons are in none.
///
/// Pairs of people are not listed: with P_a images of a among the probes and R_a among the references, the pair {a, b} has
/// P_a R_b + P_b R_a comparisons, less those that are mated, undecided or left out, so that pairs are counted by kind of
/// person. Only pairs that match, and those left out, are looked at one by one. Of tables that are not full all pairs are.
class score_margins {
public:
  /// Both live longer. Throws `std::invalid_argument` for a set that names nobody, and for non-mated comparisons of a person
  /// with themself; for chosen images of a set that does not say who is on them, and choices of another length. Cost: a sort of
  /// what was left out, or of the pairs of a table that is not full.
  score_margins(const score_set&, const counted_scores&, chosen_images = {});
  score_margins(const score_margins&) = delete;
  score_margins& operator=(const score_margins&) = delete;
  ~score_margins();

  /// Counts at `threshold`: at or above it is a match; of a distance both are negated. Throws `std::invalid_argument` below
  /// `counted_scores::matches_from`. Cost: O(people + matches kept), and a sort of the matches where a pair may have several comparisons.
  [[nodiscard]] comparison_margins at(float threshold, failed_comparisons how = failed_comparisons::counted) const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace lfreval
