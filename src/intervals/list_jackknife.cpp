#include <lfreval/intervals/list_jackknife.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace lfreval::detail {

namespace {

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
two_way::list_effect list_effect_of(const sorted_clusters& c, const nonmated_counts& counts, std::uint64_t list_size) {
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

std::optional<undefined> no_list_effect(const sorted_clusters& c, const nonmated_counts& counts, std::uint64_t list_size,
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

} // namespace

} // namespace lfreval::detail

namespace lfreval::two_way {

estimable<list_jackknife> fpir_list_jackknife(std::span<const nonmated_passage> passages, std::uint64_t list_size,
                                              bool second_scores_recorded, confidence level, sides on) {
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
