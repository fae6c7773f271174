/// @file
/// The false positive identification rate when both sides are samples: other people could have passed, and other people
/// could have been on the watchlist.
///
/// A passage alerts when the highest score over the list reaches the threshold. That is a maximum, not a mean, over the list:
/// a resampled list holds fewer different people and would understate the rate by a third, so that list entries are never
/// resampled or reweighted here. Leaving out one entry at a time is exact instead, and needs only to know which passages
/// alerted on that entry alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

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

namespace lfreval::detail {

/// Passages per passer, and passages per pair of (entry, passer) in which that entry alone was hit; both sorted.
struct nonmated_counts {
  std::vector<cluster_tally> persons;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> only; ///< (entry and passer, passages)

  nonmated_counts(const char* name, std::span<const two_way::nonmated_passage> passages, bool second_scores) {
    std::vector<std::uint64_t> by_person, by_pair;
    by_person.reserve(passages.size());
    for (const two_way::nonmated_passage& one : passages) {
      by_person.push_back((std::uint64_t{one.person} << 1U) | (one.alerted ? 1U : 0U));
      if (one.only_hit == two_way::no_single_hit) continue;
      if (!one.alerted) wrong_call(name, "passages", "name a hit without an alert");
      if (!second_scores) wrong_call(name, "passages", "name an only hit although second scores are not recorded");
      by_pair.push_back((std::uint64_t{one.only_hit} << 32U) | one.person);
    }
    std::sort(by_person.begin(), by_person.end());
    std::sort(by_pair.begin(), by_pair.end());
    for (std::size_t i = 0; i < by_person.size(); ++i) {
      if (i == 0 || by_person[i] >> 1U != by_person[i - 1] >> 1U) persons.push_back({});
      persons.back().events += by_person[i] & 1U;
      ++persons.back().exposure;
    }
    for (const std::uint64_t pair : by_pair) {
      if (only.empty() || only.back().first != pair) only.emplace_back(pair, 0);
      ++only.back().second;
    }
  }
};

/// The variance that the list adds, without limits. Called with at least one only-hit and two passers.
inline two_way::list_effect list_effect_of(const sorted_clusters& c, const nonmated_counts& counts, std::uint64_t list_size) {
  std::uint64_t entries = 0, sum = 0, largest = 0;
  wide_integer squares = 0, cells = 0;
  for (std::size_t i = 0; i < counts.only.size(); ++entries) {
    std::uint64_t of_entry = 0;
    for (const std::uint64_t entry = counts.only[i].first >> 32U; i < counts.only.size() && counts.only[i].first >> 32U == entry; ++i) {
      const std::uint64_t passages = counts.only[i].second;
      of_entry += passages;
      cells += static_cast<wide_integer>(passages) * static_cast<wide_integer>(passages);
    }
    sum += of_entry;
    largest = std::max(largest, of_entry);
    squares += static_cast<wide_integer>(of_entry) * static_cast<wide_integer>(of_entry);
  }
  if (entries > list_size) wrong_call("two_way::fpir_list_jackknife", "list_size", "is below the number of entries that were hit");
  const double p = c.total(), n = static_cast<double>(list_size), d = static_cast<double>(sum);
  two_way::list_effect out;
  out.probe_variance = c.variance();
  // sum_j (D_j - mean D)^2 = (N sum d^2 - (sum d)^2) / (N P^2), the bracket exact.
  const wide_integer spread = static_cast<wide_integer>(list_size) * squares - static_cast<wide_integer>(sum) * static_cast<wide_integer>(sum);
  out.list_variance = (n - 1.0) / n * (static_cast<double>(spread) / n) / p / p;
  out.cell_variance = static_cast<double>(cells) / p / p;
  const double crossed = out.probe_variance + out.list_variance - out.cell_variance;
  const double larger = std::max(out.probe_variance, out.list_variance);
  out.variance = std::max(crossed, larger);
  if (crossed < larger) out.flags |= flag::nonpsd_guard;
  out.effective_entries = d * (d / static_cast<double>(squares));
  out.degrees_of_freedom = std::max(4.0, std::min({c.count() - 1.0, n - 1.0, out.effective_entries - 1.0}));
  out.kernel = std::max(c.squared_weights(), static_cast<double>(largest) / p);
  if (out.effective_entries < 10.0) out.flags |= flag::few_list_entries;
  return out;
}

inline std::optional<undefined> no_list_effect(const sorted_clusters& c, const nonmated_counts& counts, std::uint64_t list_size,
                                               bool second_scores) {
  if (!second_scores)
    return undefined{undefined_reason::not_recorded,
                     "Record the second highest score of every alert down to the threshold: without it nobody can say which "
                     "alerts rest on one listed person.", std::nullopt};
  if (c.rows.size() == 1) return one_cluster_only();
  if (list_size == 1)
    return undefined{undefined_reason::one_cluster, "Search a longer watchlist: one entry cannot show how much entries differ.",
                     std::nullopt};
  if (c.events == 0)
    return undefined{undefined_reason::no_events, "Use the bound for this list: without an alert nothing shows how entries differ.",
                     std::nullopt};
  if (c.events == c.exposure)
    return undefined{undefined_reason::all_events, "Use the bound for this list: every passage alerted.", std::nullopt};
  if (counts.only.empty())
    return undefined{undefined_reason::no_events,
                     "Use the interval for this list: no alert rests on a single listed person, so that nothing shows how "
                     "entries differ.", std::nullopt};
  return std::nullopt;
}

} // namespace lfreval::detail

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
inline estimable<list_jackknife> fpir_list_jackknife(std::span<const nonmated_passage> passages, std::uint64_t list_size,
                                                     bool second_scores_recorded, confidence level, sides on = sides::two) {
  constexpr const char* name = "two_way::fpir_list_jackknife";
  detail::require_count(name, "list_size", list_size);
  if (list_size == 0) detail::wrong_call(name, "list_size", "is zero");
  const detail::nonmated_counts counts(name, passages, second_scores_recorded);
  auto climbed = ladder(counts.persons, level, on, {.by = cluster_unit::person});
  if (!climbed) return tl::unexpected(climbed.error());

  const detail::sorted_clusters c(name, counts.persons);
  list_jackknife out{c.events, c.exposure, list_size, c.rate(), std::move(*climbed), list_effect{}, list_scope::this_list, {}};
  if (auto why = detail::no_list_effect(c, counts, list_size, second_scores_recorded)) {
    out.lists_of_this_kind = tl::unexpected(*why);
    out.flags |= flag::list_effect_unknown;
    return out;
  }
  list_effect effect = detail::list_effect_of(c, counts, list_size);
  const detail::clustered_moments m{metric_family::share, c.rate(), c.total(), effect.degrees_of_freedom + 1.0,
                                    effect.variance / c.independent_variance(metric_family::share), c.skew(), effect.kernel};
  effect.limits = detail::bounded(level, interval_method::korn_graubard_fay_feuer, on, 1.0,
                                  [&](double q) { return m.korn_graubard_lower(q); }, [&](double q) { return m.wider_upper(q); });
  out.flags |= effect.flags;
  if (!effect.flags.has(flag::few_list_entries)) out.headline = list_scope::lists_of_this_kind;
  out.lists_of_this_kind = effect;
  return out;
}

} // namespace lfreval::two_way
