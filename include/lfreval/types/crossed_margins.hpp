/// @file
/// Comparisons of pairs of people, summed up: what a rate over such pairs and its variance need, without the pairs.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>

namespace lfreval {

/// How many pairs of people have the same events and the same comparisons.
struct cell_class {
  std::uint64_t events = 0, comparisons = 0;
  std::uint64_t cells = 0; ///< pairs of people

  friend constexpr auto operator<=>(const cell_class&, const cell_class&) = default;
};

/// Sums over the pairs by each person, and the pairs by what they hold. Nobody without comparisons is in it.
struct crossed_margins {
  std::vector<cluster_tally> rows, columns; ///< of each person on either side, in order of their codes
  /// Where somebody is on both sides, of each person on either: a comparison counts for both of its people. In order of codes;
  /// empty where nobody is. A person against themself is in no pair.
  std::vector<cluster_tally> people;
  /// Each kind once, in order. Where somebody is on both sides, (k, l) and (l, k) are one pair.
  std::vector<cell_class> cells;

  friend bool operator==(const crossed_margins&, const crossed_margins&) = default;
};

} // namespace lfreval
