/// @file
/// How sure the rate on a shorter list is: persons who pass several times, and who is on the list.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/identification/watchlist_size.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::identification {

/// One non-mated passage: who passed, and how many list persons (not templates) reached the threshold.
struct passage_hits {
  std::uint64_t person = 0;
  std::uint64_t hits = 0;
};

/// Which lists the interval speaks of.
enum class list_scope : std::uint8_t {
  average_of_draws, ///< the average over lists drawn from this pool; passers vary
  one_draw,         ///< one list drawn from this pool; passers and the draw vary
  lists_of_this_kind, ///< lists from a pool like this one; approximate
};

/// The variance that comes from the list, and what it stands for: of `sub_watchlist_variance` for `one_draw`, of the
/// list jackknife for `lists_of_this_kind`.
struct list_variance {
  list_scope scope = list_scope::average_of_draws;
  double variance = 0.0;
};

struct sub_watchlist_interval {
  double point = 0.0;
  interval limits;
  list_scope scope{};
  double probe_variance = 0.0; ///< between passers
  double list_variance = 0.0;  ///< as given
  double kernel = 0.0;         ///< K, the largest share of the rate that one person brings
  std::uint64_t passages = 0, persons = 0, alerting_persons = 0;
  /// Nobody reached the threshold: the limits are the zero bound of the whole list, which is above this rate.
  bool bound_of_whole_list = false;
};

/// Limits for the false positive identification rate on a random part of the list, from one row per non-mated passage.
/// h_i the chance that passage i alerts, H_c their sum per person: p = sum H_c / P, V = C/(C-1) sum (H_c - p n_c)^2 /
/// P^2 plus the variance of the list, K = max H_c / P; Fay-Feuer limits, the upper cut off at 1. V has no lower bound
/// from independent trials: h_i are not 0 or 1, and vary less.   Without any hit: `cluster::zero_water_fill` for the
/// whole list. Cites: Fay & Feuer 1997. Undefined without passages (`empty`), with one person (`one_cluster`) who has a
/// hit, and when all persons have exactly the same rate (`all_events`). Throws for a list variance that is negative or
/// not finite, and for one given for `average_of_draws`, and for a list of nobody. Independent of the order of
/// passages. Cost: a sort.
estimable<sub_watchlist_interval> sub_watchlist_ci(std::span<const passage_hits> passages, const drawn_list& list,
                                                   confidence level, sides on = sides::two,
                                                   const list_variance& from_list = {});

} // namespace lfreval::identification
