/// @file
/// How sure the rate on a shorter list is: persons who pass several times, and who is on the list.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <lfreval/identification/watchlist_size.hpp>
#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/zero_events.hpp>

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
inline estimable<sub_watchlist_interval> sub_watchlist_ci(std::span<const passage_hits> passages,
                                                          const drawn_list& list, confidence level,
                                                          sides on = sides::two, const list_variance& from_list = {}) {
  constexpr const char* name = "identification::sub_watchlist_ci";
  detail::require_list(name, list);
  if (list.persons == 0) detail::wrong_call(name, "list", "draws nobody");
  detail::require_amount(name, "list variance", from_list.variance);
  if (from_list.scope == list_scope::average_of_draws && from_list.variance > 0.0)
    detail::wrong_call(name, "list variance", "does not belong to an average over draws");
  if (passages.empty()) return detail::no_trials();

  std::vector<passage_hits> rows(passages.begin(), passages.end());
  std::sort(rows.begin(), rows.end(), [](const passage_hits& a, const passage_hits& b) {
    return a.person != b.person ? a.person < b.person : a.hits < b.hits;
  });
  struct person_sum { double expected; std::uint64_t size; };
  std::vector<person_sum> persons;
  std::vector<cluster_tally> sizes;
  sub_watchlist_interval out;
  for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
    person_sum one{0.0, 0};
    std::uint64_t hits = 0;
    double chance = 0.0;
    for (; next < rows.size() && rows[next].person == rows[first].person; ++next) {
      if (next == first || rows[next].hits != hits) chance = alert_probability(hits = rows[next].hits, list);
      one.expected += chance;
      ++one.size;
    }
    out.alerting_persons += hits > 0 ? 1 : 0; // sorted: the last passage has the most
    persons.push_back(one);
    sizes.push_back({0, one.size});
  }
  out.passages = rows.size();
  out.persons = persons.size();
  out.scope = from_list.scope;
  out.list_variance = from_list.variance;
  if (out.alerting_persons == 0) {
    const auto zero = cluster::zero_water_fill(sizes, level, on);
    if (!zero) return tl::unexpected(zero.error());
    out.limits = zero->made;
    out.bound_of_whole_list = true;
    return out;
  }
  if (persons.size() == 1) return tl::unexpected(detail::one_cluster_only());

  std::sort(persons.begin(), persons.end(), [](const person_sum& a, const person_sum& b) {
    return a.expected != b.expected ? a.expected < b.expected : a.size < b.size;
  });
  const auto all = static_cast<double>(out.passages), count = static_cast<double>(persons.size());
  double expected = 0.0, squares = 0.0;
  for (const person_sum& p : persons) expected += p.expected;
  out.point = std::min(1.0, expected / all);
  out.kernel = persons.back().expected / all;
  for (const person_sum& p : persons) {
    const double residual = p.expected - out.point * static_cast<double>(p.size);
    squares += residual * residual;
  }
  out.probe_variance = count / (count - 1.0) * squares / all / all;
  const double variance = out.probe_variance + out.list_variance;
  // Equal persons leave a trace of rounding instead of 0.
  if (variance <= out.point * out.point * 0x1p-80)
    return detail::no_value(
        undefined_reason::all_events,
        "Record more persons: those here do not differ at all, so that nothing shows how much others would.");
  auto limits = rate::fay_feuer(out.point, variance, out.kernel, level, on);
  if (!limits) return tl::unexpected(limits.error());
  out.limits = *limits;
  if (on != sides::lower) out.limits.upper = std::min(1.0, out.limits.upper);
  else out.limits.upper = 1.0;
  return out;
}

} // namespace lfreval::identification
