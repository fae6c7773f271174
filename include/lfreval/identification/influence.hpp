/// @file
/// Whose number it is: a headline rate without each person, deployment or list entry, the largest change first.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <lfreval/series/leave_one_out.hpp>

namespace lfreval::identification {

/// What is left out.
enum class contributor_kind : std::uint8_t { person, list_entry, deployment };

/// The events and the exposure of one person or deployment, by its 64-bit entity id.
struct contributor {
  std::uint64_t id = 0;
  cluster_tally counted;
};

struct influential {
  std::uint64_t id = 0;
  std::uint64_t events = 0;   ///< that go with it; of a list entry the passages that alert on nobody else
  std::uint64_t exposure = 0; ///< that goes with it; of a list entry none
  double without = 0.0;       ///< the rate of all the others
  double change = 0.0;        ///< the rate less `without`: above 0 where the contributor raises it
  double share_of_events = 0.0;

  friend bool operator==(const influential&, const influential&) = default;
};

/// To be printed beside the rate.
struct influence_report {
  contributor_kind kind{};
  double rate = 0.0;
  std::uint64_t events = 0, exposure = 0, contributors = 0;
  std::vector<influential> largest;  ///< by absolute change, the largest first
  double lowest_without = 0.0, highest_without = 0.0; ///< over all contributors, listed or not
  /// The share of the exposure that the five largest contributors bring (of persons, the most frequent passers); 0 for
  /// list entries.
  double exposure_of_top_five = 0.0;
  double events_of_top_five = 0.0;   ///< share of the events that the five with most events bring

  friend bool operator==(const influence_report&, const influence_report&) = default;
};

} // namespace lfreval::identification

namespace lfreval::detail {

/// The share of a total that its five largest parts make up; 0 of nothing.
inline double share_of_top_five(std::vector<std::uint64_t> parts, std::uint64_t total) {
  const auto five = parts.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, parts.size()));
  std::partial_sort(parts.begin(), five, parts.end(), std::greater<>());
  std::uint64_t sum = 0;
  for (auto part = parts.begin(); part != five; ++part) sum += *part;
  return total == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(total);
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The persons or deployments that move a rate most when left out, from additive counts: (X - x) / (N - n) by
/// `series::leave_one_out`. At a rate of 3 in a million one listed passer who was labelled non-mated is as large as the
/// signal. Undefined as there: `empty`, or `one_cluster` for a single contributor. Throws for an id that occurs twice,
/// for `contributor_kind::list_entry`, and as there. The result does not depend on the order given. Cost: a sort.
inline estimable<influence_report> leave_one_out(contributor_kind kind, std::span<const contributor> contributors,
                                                 std::size_t how_many = 5) {
  constexpr const char* name = "identification::leave_one_out";
  if (kind == contributor_kind::list_entry)
    detail::wrong_call(name, "kind", "is a list entry: see leave_one_entry_out");
  std::vector<contributor> sorted(contributors.begin(), contributors.end());
  std::sort(sorted.begin(), sorted.end(), [](const contributor& a, const contributor& b) { return a.id < b.id; });
  std::vector<cluster_tally> tallies;
  std::vector<std::uint64_t> events, exposures;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].id == sorted[i - 1].id) detail::wrong_call(name, "contributors", "name somebody twice");
    tallies.push_back(sorted[i].counted);
    events.push_back(sorted[i].counted.events);
    exposures.push_back(sorted[i].counted.exposure);
  }
  const auto table = series::leave_one_out(tallies, how_many);
  if (!table) return tl::unexpected(table.error());
  influence_report out;
  out.kind = kind;
  out.rate = table->rate;
  out.lowest_without = table->lowest_without;
  out.highest_without = table->highest_without;
  for (const cluster_tally& one : tallies) {
    out.events += one.events;
    out.exposure += one.exposure;
    out.contributors += one.exposure > 0 ? 1 : 0;
  }
  for (const series::influence& row : table->largest)
    out.largest.push_back(
        {sorted[row.index].id, row.events, row.exposure, row.without, row.change, row.share_of_events});
  out.events_of_top_five = detail::share_of_top_five(std::move(events), out.events);
  out.exposure_of_top_five = detail::share_of_top_five(std::move(exposures), out.exposure);
  return out;
}

/// A non-mated passage with an alert: the list persons at or above the threshold, each once.
using reached_entries = std::vector<std::uint64_t>;

/// The list entries whose removal lowers a false positive identification rate most. A passage stops alerting only when
/// its one and only candidate goes: D_j = passages whose only candidate is j, rate without j = (X - D_j) / P.   Valid
/// for exhaustive searches with scores that do not depend on the list. `events_of_top_five` is the share of alerting
/// passages that the five entries with the largest D_j alone explain. Entries with D_j = 0 are left out: the rate is
/// the same without them. Undefined without passages (`empty`). Throws when an alert names nobody or somebody twice,
/// when there are more alerts than passages, and when asked for none. Independent of order. Cost: O(candidates log).
inline estimable<influence_report> leave_one_entry_out(std::span<const reached_entries> alerts_of_passages,
                                                       std::uint64_t passages, std::size_t how_many = 5) {
  constexpr const char* name = "identification::leave_one_entry_out";
  if (how_many == 0) detail::wrong_call(name, "how_many", "is zero");
  detail::require_trials(name, alerts_of_passages.size(), passages);
  if (passages == 0) return detail::no_trials();
  std::map<std::uint64_t, std::uint64_t> alone;
  std::set<std::uint64_t> reached;
  for (const reached_entries& entries : alerts_of_passages) {
    if (entries.empty()) detail::wrong_call(name, "alerts", "name nobody");
    if (std::set<std::uint64_t>(entries.begin(), entries.end()).size() != entries.size())
      detail::wrong_call(name, "alerts", "name a list person twice in one passage");
    reached.insert(entries.begin(), entries.end());
    if (entries.size() == 1) ++alone[entries.front()];
  }
  influence_report out;
  out.kind = contributor_kind::list_entry;
  out.events = alerts_of_passages.size();
  out.exposure = passages;
  out.contributors = reached.size();
  const auto x = static_cast<double>(out.events), n = static_cast<double>(passages);
  out.rate = out.lowest_without = out.highest_without = x / n;
  if (!alone.empty() && alone.size() == reached.size()) out.highest_without = 0.0;
  std::vector<std::uint64_t> parts;
  for (const auto& entry : alone) {
    const auto gone = static_cast<double>(entry.second);
    const double without = static_cast<double>(out.events - entry.second) / n;
    out.largest.push_back({entry.first, entry.second, 0, without, gone / n, gone / x});
    out.lowest_without = std::min(out.lowest_without, without);
    out.highest_without = std::max(out.highest_without, without);
    parts.push_back(entry.second);
  }
  std::sort(out.largest.begin(), out.largest.end(), [](const influential& a, const influential& b) {
    return a.events != b.events ? a.events > b.events : a.id < b.id;
  });
  if (out.largest.size() > how_many) out.largest.resize(how_many);
  out.events_of_top_five = detail::share_of_top_five(std::move(parts), out.events);
  return out;
}

} // namespace lfreval::identification
