/// @file
/// How much the rate on a shorter list depends on who happens to be on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/identification/watchlist_size.hpp>

namespace lfreval::identification {

/// A list person and the passages that reach them at the threshold.
struct list_entry_hits {
  std::uint64_t entry = 0;
  std::uint64_t passages = 0;
};

struct draw_variance {
  double rate = 0.0;     ///< averaged over all lists of the size
  double variance = 0.0; ///< of the rate between such lists, for these passages
  std::vector<list_entry_hits> most_hit; ///< the list persons whom most passages reach, first the most
};


/// The variance of the false positive identification rate over random lists of `list.persons` from the `list.of`
/// searched, the passages staying the same.   Var = (1/P^2) sum_{i,l} [H(|A_i u A_l|) - H(m_i) H(m_l)], A_i the list
/// persons whom passage i reaches. A few persons who resemble many passers dominate it: they are in `most_hit`.
/// `hits` holds the ids of A_i of each passage that reaches anybody; `passages` counts all, also those without hits.
/// Pairs are counted as whole numbers first, so that no order matters.
/// Undefined without passages. Throws when an id occurs twice in a passage (count persons, not templates), and when
/// there are more rows than passages or more ids than persons. Cost: the sum over list persons of their squared number
/// of passages.
estimable<draw_variance> sub_watchlist_variance(std::span<const std::vector<std::uint64_t>> hits,
                                                std::uint64_t passages, const drawn_list& list,
                                                std::size_t how_many = 5);

} // namespace lfreval::identification
