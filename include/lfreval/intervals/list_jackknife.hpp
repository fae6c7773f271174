/// @file
/// The false positive identification rate when both sides are samples: other people could have passed, and other people
/// could have been on the watchlist.
///
/// A passage alerts when the highest score over the list reaches the threshold. That is a maximum, not a mean, over the list:
/// a resampled list holds fewer different people and would understate the rate by a third, so that list entries are never
/// resampled or reweighted here. Leaving out one entry at a time is exact instead, and needs only to know which passages
/// alerted on that entry alone.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <lfreval/intervals/ladder.hpp>

namespace lfreval::two_way {

/// No listed person, or more than one, reached the threshold.
inline constexpr std::uint32_t no_single_hit = 0xffffffffU;

/// A passage of somebody who is not on the watchlist, at one threshold.
struct nonmated_passage {
  std::uint32_t person = 0; ///< code of the passer
  bool alerted = false;     ///< some listed person scored at or above the threshold
  /// Code of the only listed person who did: candidates collapsed to persons, highest score >= threshold > second highest.
  std::uint32_t only_hit = no_single_hit;
};

/// Whom an interval speaks about. A figure never goes without it.
enum class list_scope : std::uint8_t {
  this_list,          ///< other people passing the same watchlist
  lists_of_this_kind, ///< other people passing another watchlist of the same size, drawn in the same way
};

[[nodiscard]] constexpr std::string_view to_string(list_scope scope) noexcept {
  return scope == list_scope::this_list ? "this_list" : "lists_of_this_kind";
}

/// What the watchlist adds to the uncertainty.
struct list_effect {
  double probe_variance = 0.0;    ///< V_probe = C/(C-1) sum (x_c - p n_c)^2 / P^2, between passers
  double list_variance = 0.0;     ///< V_list = (N-1)/N sum_j (D_j - mean D)^2, between list entries
  double cell_variance = 0.0;     ///< V_cells = sum over passers c and entries j of (u_cj / P)^2
  double variance = 0.0;          ///< max(V_probe + V_list - V_cells, V_probe, V_list)
  double effective_entries = 0.0; ///< J_eff = (sum D_j)^2 / sum D_j^2: list entries behind the alerts
  double degrees_of_freedom = 0.0; ///< max(4, min(C - 1, N - 1, J_eff - 1))
  double kernel = 0.0;            ///< K = max(sum n_c^2 / P^2, max_j D_j)
  interval limits;                ///< for lists of this kind
  flag_set flags;                 ///< `few_list_entries`, `nonpsd_guard`
};

/// A false positive identification rate with both of its intervals.
struct list_jackknife {
  std::uint64_t alerts = 0, passages = 0, list_size = 0;
  double point = 0.0;
  ladder_result this_list;                    ///< by passer, see `ladder`
  estimable<list_effect> lists_of_this_kind;  ///< undefined with a reason where the data cannot say
  list_scope headline = list_scope::this_list; ///< the scope whose interval stands first
  flag_set flags;                             ///< `few_list_entries`, `list_effect_unknown`
};

} // namespace lfreval::two_way

namespace lfreval::two_way {

/// How often people who are not on the watchlist raise an alert, with one interval for this watchlist and one for watchlists
/// of this kind.   p = passages with an alert / passages. With D_j = share of all passages whose only hit is entry j, of N
/// entries, `list_effect` gives the variances; lower = Korn-Graubard(V, df), upper = the larger of Korn-Graubard(V, df) and
/// Fay-Feuer(V, K), at most 1, where V is at least that of independent passages. For this list: `ladder` over passers.
///
/// The interval for lists of this kind is undefined when second scores were not recorded (`not_recorded`), with one passer
/// or one entry (`one_cluster`), without an alert, or none that rests on a single entry (`no_events`), and when every passage
/// alerted (`all_events`); `list_effect_unknown` is then flagged. With fewer than ten effective entries the headline stays
/// for this list (`few_list_entries`). No passage is undefined (`empty`). Throws when an only hit is given without an alert or
/// without second scores, and when the list is empty or shorter than the entries hit. Byte-identical under any order of the
/// passages. Cost: a sort of the passages.
///
/// Cites: Efron & Stein 1981 (jackknife of a symmetric function); Cameron, Gelbach & Miller 2011; Korn & Graubard 1998; Fay &
/// Feuer 1997. Coverage is simulated for few passers with many passes, entries that match many people, short lists and hardly
/// any alert, at rates up to 2 %. No interval knows of people it never met: where eight of 120 passers make half of the
/// passages and one passer in twenty alerts on thirty times as many entries, at a rate of 8 %, the one for this list covered .79.
[[nodiscard]] estimable<list_jackknife> fpir_list_jackknife(std::span<const nonmated_passage> passages, std::uint64_t list_size,
                                                            bool second_scores_recorded, confidence level, sides on = sides::two);

} // namespace lfreval::two_way
