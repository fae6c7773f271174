/// @file
/// Whether the score of two people depends on who else is on the watchlist. Every figure for another list than the one
/// searched (watchlist_size.hpp) rests on that it does not; scores normalised by the list and approximate search break
/// it.
///
/// The check: the same passages are searched against the whole list and against random parts of it, and every pair of
/// passage and list person that occurs twice must have the same score.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>

namespace lfreval::identification {

/// The score of one passage against one list person (the highest of their images).
struct searched_pair {
  std::uint64_t passage = 0, entry = 0;
  float score = 0.0F;

  friend auto operator<=>(const searched_pair&, const searched_pair&) = default;
};

/// A search of part of the list.
struct partial_search {
  std::vector<std::uint64_t> enrolled; ///< who was on that part
  std::vector<searched_pair> pairs;
};

struct invariance_request {
  /// Relative to the larger of the two scores: four roundings of a float.
  double tolerance = 0x1p-21;
  /// Whether a search returns every person at or above the recording threshold, not only the best few. A pair that the
  /// whole list returns and a part does not is always a difference, since a part has fewer rivals; only with every
  /// candidate kept is one the other way round.
  bool every_candidate_kept = false;
  std::size_t how_many = 5; ///< examples
};

/// A pair that differs. A score that is missing is 0 here, and said to be missing.
struct differing_pair {
  std::uint64_t passage = 0, entry = 0;
  std::size_t part = 0; ///< which part, from 0
  float whole = 0.0F, in_part = 0.0F;
  bool missing_in_whole = false, missing_in_part = false;

  friend bool operator==(const differing_pair&, const differing_pair&) = default;
};

struct gallery_invariance {
  std::uint64_t compared = 0;  ///< pairs on record in the whole list and in a part; of several parts each counts
  std::uint64_t differing = 0; ///< beyond the tolerance
  std::uint64_t missing = 0;   ///< on record in one search and, though enrolled, not in the other
  std::uint64_t parts = 0, passages = 0; ///< passages with a pair compared or missing
  double largest_difference = 0.0;
  std::vector<differing_pair> examples; ///< the largest differences first, then those missing
  [[nodiscard]] bool invariant() const noexcept { return differing == 0 && missing == 0; }
};

/// Compares a search of the whole list with searches of at least two random parts of it, pair by pair: one pair that
/// differs shows that scores depend on the list; none shows it only for pairs like these. A passage for which one of
/// two searches returned nobody is not compared between them: it is not told from one that was not made. Undefined
/// (`empty`) when no pair occurs twice, (`not_recorded`) with fewer than two parts. Throws for scores that are not
/// finite, a pair twice in one search, a pair with somebody not enrolled, and a tolerance that is negative or not
/// finite. Independent of order. Cost: a sort.
[[nodiscard]] estimable<gallery_invariance> check_gallery_invariance(std::span<const searched_pair> whole,
                                                                     std::span<const partial_search> parts,
                                                                     const invariance_request& how = {});

/// What the vendor says, and what was checked.
enum class vendor_statement : std::uint8_t { none, scores_do_not_depend_on_the_list, scores_depend_on_the_list };

/// The flag that a figure for another list carries: `gallery_dependent` when a check or the vendor says so (the figure
/// is then a projection), `gallery_invariance_unknown` when neither says anything, none otherwise. A failed check
/// outweighs a vendor's assurance; a passed one does not outweigh a vendor who says that scores depend on the list.
/// `checked` may be null.
[[nodiscard]] flag_set flags_for_other_lists(vendor_statement stated, const estimable<gallery_invariance>* checked);

} // namespace lfreval::identification
