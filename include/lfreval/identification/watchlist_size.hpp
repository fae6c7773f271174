/// @file
/// The false positive rate that a random part of the list would have had, exactly and without a model, from how many
/// list persons each passage reached.
///
/// Holds when a score does not depend on who else is enrolled, the search is exhaustive, and the shorter list is a
/// random (or stratified random) part of the one searched. Scores normalised by the list, approximate search and
/// thresholds that move with the list break it. For a longer list than the one searched there is no such figure:
/// throws.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::identification {

/// `persons` drawn at random from a list of `of`.
struct drawn_list {
  std::uint64_t persons = 0;
  std::uint64_t of = 0;
};

/// The candidates at or above one threshold, by rank. `at_or_above[k]` is the number of non-mated passages with at
/// least k + 1 list persons there; it descends, and ends at or before the size of the list.
struct candidates_by_rank {
  std::uint64_t passages = 0;
  std::vector<std::uint64_t> at_or_above;
  bool every_rank = true; ///< false when the log keeps only as many candidates per search as there are entries here

  /// From the number of list persons (not templates) at or above the threshold in each passage.
  [[nodiscard]] static candidates_by_rank of(std::span<const std::uint64_t> hits_of_passages) {
    candidates_by_rank out{hits_of_passages.size(), {}, true};
    for (const std::uint64_t hits : hits_of_passages) {
      if (hits > out.at_or_above.size()) out.at_or_above.resize(hits);
      if (hits > 0) ++out.at_or_above[hits - 1];
    }
    for (std::size_t k = out.at_or_above.size(); k-- > 1;) out.at_or_above[k - 1] += out.at_or_above[k];
    return out;
  }
};

/// An average over all lists of that size.
struct sub_watchlist_rate {
  double point = 0.0;
  double highest = 0.0; ///< what `point` could be at most, had every candidate been kept; equal to it when all were
  std::uint64_t cut_off = 0; ///< passages whose candidates may go on below the last one kept
  std::uint64_t passages = 0;
  drawn_list list;
};

} // namespace lfreval::identification

namespace lfreval::detail {

inline void require_list(const char* function, const identification::drawn_list& list) {
  require_count(function, "list", list.of);
  if (list.persons > list.of)
    wrong_call(function, "list", "is longer than the one searched: nothing was measured there");
}

/// ln of C(N - hits, n) / C(N, n), the chance that none of `hits` persons is drawn; -infinity when one must be.
inline double log_none_drawn(std::uint64_t hits, const identification::drawn_list& list) {
  if (hits > list.of - list.persons) return -std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(list.persons), all = static_cast<double>(list.of);
  double sum = 0.0;
  for (std::uint64_t j = 0; j < hits; ++j) sum += std::log1p(-n / (all - static_cast<double>(j)));
  return sum;
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The chance that a passage which reached `hits` persons of the whole list alerts on a random part of it.
/// 1 - C(N-m, n) / C(N, n).   Throws when there are more hits than persons. Cost: O(m).
[[nodiscard]] double alert_probability(std::uint64_t hits, const drawn_list& list);

/// The chance that the candidate of rank k of the whole list is the best of the shorter one, for k = 1, 2 ...
/// w_1 = n/N, w_{k+1} = w_k (N-n-k+1) / (N-k); they add up to 1 at k = N-n+1 and are 0 beyond.   Cost: O(how_many).
[[nodiscard]] std::vector<double> order_statistic_weights(const drawn_list& list, std::size_t how_many);

/// How much a passage's chance to alert can be understated when only its best `kept` candidates are on record and all
/// of them reach the threshold.   C(N-K, n) / C(N, n).
[[nodiscard]] double truncated_list_bound(std::uint64_t kept, const drawn_list& list);

/// The false positive identification rate of a random part of the list, averaged over all such parts.
/// E FPIR(n) = (1/P) sum_k w_k(n) #{passages whose k-th candidate reaches the threshold}.   At n = N it is the rate
/// counted, at n = 1 the selectivity over N; it rises with n and never faster than before.
/// Undefined without passages. Throws for counts that ascend or exceed the passages, and for more ranks than persons.
estimable<sub_watchlist_rate> sub_watchlist_fpir(const candidates_by_rank& candidates, const drawn_list& list);

/// The chance to alert on a list composed anew: n_g drawn at random from the N_g persons of each stratum, of whom the
/// passage reached `hits[g]`.   1 - prod_g C(N_g - m_g, n_g) / C(N_g, n_g).
[[nodiscard]] double stratified_alert_probability(std::span<const std::uint64_t> hits,
                                                  std::span<const drawn_list> strata);

/// The rate on a list of any composition. `hits` has one row of strata per passage, one after another; equal rows are
/// added up as whole numbers, so that the order of the passages does not matter. Undefined without passages. Cost: a
/// sort.
estimable<double> stratified_fpir(std::span<const std::uint64_t> hits, std::span<const drawn_list> strata);

} // namespace lfreval::identification
