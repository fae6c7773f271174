#include <lfreval/identification/influence.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include <lfreval/series/leave_one_out.hpp>

namespace lfreval::detail {
namespace {

/// The share of a total that its five largest parts make up; 0 of nothing.
double share_of_top_five(std::vector<std::uint64_t> parts, std::uint64_t total) {
  const auto five = parts.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, parts.size()));
  std::partial_sort(parts.begin(), five, parts.end(), std::greater<>());
  std::uint64_t sum = 0;
  for (auto part = parts.begin(); part != five; ++part) sum += *part;
  return total == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(total);
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<influence_report> leave_one_out(contributor_kind kind, std::span<const contributor> contributors,
                                          std::size_t how_many) {
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

estimable<influence_report> leave_one_entry_out(std::span<const reached_entries> alerts_of_passages,
                                                std::uint64_t passages, std::size_t how_many) {
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
