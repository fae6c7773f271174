/// @file
/// The false positive rate that a random part of the list would have had, exactly and without a model, from how many
/// list persons each passage reached.
///
/// Holds when a score does not depend on who else is enrolled, the search is exhaustive, and the shorter list is a
/// random (or stratified random) part of the one searched. Scores normalised by the list, approximate search and
/// thresholds that move with the list break it. For a longer list than the one searched there is no such figure:
/// throws.
#pragma once

#include <algorithm>
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
[[nodiscard]] inline double alert_probability(std::uint64_t hits, const drawn_list& list) {
  constexpr const char* name = "identification::alert_probability";
  detail::require_list(name, list);
  if (hits > list.of) detail::wrong_call(name, "hits", "exceed the list");
  return hits == 0 ? 0.0 : -std::expm1(detail::log_none_drawn(hits, list)); // expm1 of 0 would give -0
}

/// The chance that the candidate of rank k of the whole list is the best of the shorter one, for k = 1, 2 ...
/// w_1 = n/N, w_{k+1} = w_k (N-n-k+1) / (N-k); they add up to 1 at k = N-n+1 and are 0 beyond.   Cost: O(how_many).
[[nodiscard]] inline std::vector<double> order_statistic_weights(const drawn_list& list, std::size_t how_many) {
  detail::require_list("identification::order_statistic_weights", list);
  if (list.of == 0) detail::wrong_call("identification::order_statistic_weights", "list", "is empty");
  std::vector<double> out(std::min<std::uint64_t>(how_many, list.of));
  double weight = static_cast<double>(list.persons) / static_cast<double>(list.of);
  for (std::size_t k = 1; k <= out.size() && weight > 0.0; ++k) {
    out[k - 1] = weight;
    if (k == out.size() || k > list.of - list.persons) break;
    weight *= static_cast<double>(list.of - list.persons - k + 1) / static_cast<double>(list.of - k);
  }
  return out;
}

/// How much a passage's chance to alert can be understated when only its best `kept` candidates are on record and all
/// of them reach the threshold.   C(N-K, n) / C(N, n).
[[nodiscard]] inline double truncated_list_bound(std::uint64_t kept, const drawn_list& list) {
  constexpr const char* name = "identification::truncated_list_bound";
  detail::require_list(name, list);
  if (kept > list.of) detail::wrong_call(name, "kept", "exceeds the list");
  return std::exp(detail::log_none_drawn(kept, list));
}

/// The false positive identification rate of a random part of the list, averaged over all such parts.
/// E FPIR(n) = (1/P) sum_k w_k(n) #{passages whose k-th candidate reaches the threshold}.   At n = N it is the rate
/// counted, at n = 1 the selectivity over N; it rises with n and never faster than before.
/// Undefined without passages. Throws for counts that ascend or exceed the passages, and for more ranks than persons.
inline estimable<sub_watchlist_rate> sub_watchlist_fpir(const candidates_by_rank& candidates, const drawn_list& list) {
  constexpr const char* name = "identification::sub_watchlist_fpir";
  detail::require_list(name, list);
  detail::require_count(name, "passages", candidates.passages);
  const auto& counts = candidates.at_or_above;
  if (counts.size() > list.of) detail::wrong_call(name, "candidates", "have more ranks than the list has persons");
  for (std::size_t k = 0; k < counts.size(); ++k)
    if (counts[k] > (k == 0 ? candidates.passages : counts[k - 1]))
      detail::wrong_call(name, "candidates", k == 0 ? "exceed the passages" : "ascend with the rank");
  if (candidates.passages == 0) return detail::no_trials();

  const auto passages = static_cast<double>(candidates.passages);
  sub_watchlist_rate out{0.0, 0.0, 0, candidates.passages, list};
  double sum = 0.0;
  if (list.persons > 0) {
    const auto weights = order_statistic_weights(list, counts.size());
    for (std::size_t k = 0; k < counts.size(); ++k) sum += weights[k] * static_cast<double>(counts[k]);
  }
  out.point = out.highest = std::min(sum, passages) / passages; // the weights add up to 1 but for rounding
  if (!candidates.every_rank && counts.size() < list.of) {
    out.cut_off = counts.empty() ? candidates.passages : counts.back();
    if (list.persons > 0)
      out.highest = std::min(1.0, out.point + static_cast<double>(out.cut_off) / passages *
                                                  truncated_list_bound(counts.size(), list));
  }
  return out;
}

/// The chance to alert on a list composed anew: n_g drawn at random from the N_g persons of each stratum, of whom the
/// passage reached `hits[g]`.   1 - prod_g C(N_g - m_g, n_g) / C(N_g, n_g).
[[nodiscard]] inline double stratified_alert_probability(std::span<const std::uint64_t> hits,
                                                         std::span<const drawn_list> strata) {
  constexpr const char* name = "identification::stratified_alert_probability";
  if (hits.size() != strata.size()) detail::wrong_call(name, "hits", "are not one per stratum");
  double log_none = 0.0;
  for (std::size_t g = 0; g < strata.size(); ++g) {
    detail::require_list(name, strata[g]);
    if (hits[g] > strata[g].of) detail::wrong_call(name, "hits", "exceed the stratum");
    log_none += detail::log_none_drawn(hits[g], strata[g]);
  }
  return log_none == 0.0 ? 0.0 : -std::expm1(log_none);
}

/// The rate on a list of any composition. `hits` has one row of strata per passage, one after another; equal rows are
/// added up as whole numbers, so that the order of the passages does not matter. Undefined without passages. Cost: a
/// sort.
inline estimable<double> stratified_fpir(std::span<const std::uint64_t> hits, std::span<const drawn_list> strata) {
  constexpr const char* name = "identification::stratified_fpir";
  if (strata.empty()) detail::wrong_call(name, "strata", "are none");
  if (hits.size() % strata.size() != 0) detail::wrong_call(name, "hits", "are not one per passage and stratum");
  if (hits.empty()) return detail::no_trials();
  std::vector<std::vector<std::uint64_t>> rows;
  for (std::size_t i = 0; i < hits.size(); i += strata.size())
    rows.emplace_back(hits.begin() + static_cast<std::ptrdiff_t>(i),
                      hits.begin() + static_cast<std::ptrdiff_t>(i + strata.size()));
  std::sort(rows.begin(), rows.end());
  double sum = 0.0;
  for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
    while (next < rows.size() && rows[next] == rows[first]) ++next;
    sum += static_cast<double>(next - first) * stratified_alert_probability(rows[first], strata);
  }
  return sum / static_cast<double>(rows.size());
}

} // namespace lfreval::identification
