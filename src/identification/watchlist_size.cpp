#include <lfreval/identification/watchlist_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace lfreval::identification {

double alert_probability(std::uint64_t hits, const drawn_list& list) {
  constexpr const char* name = "identification::alert_probability";
  detail::require_list(name, list);
  if (hits > list.of) detail::wrong_call(name, "hits", "exceed the list");
  return hits == 0 ? 0.0 : -std::expm1(detail::log_none_drawn(hits, list)); // expm1 of 0 would give -0
}

std::vector<double> order_statistic_weights(const drawn_list& list, std::size_t how_many) {
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

double truncated_list_bound(std::uint64_t kept, const drawn_list& list) {
  constexpr const char* name = "identification::truncated_list_bound";
  detail::require_list(name, list);
  if (kept > list.of) detail::wrong_call(name, "kept", "exceeds the list");
  return std::exp(detail::log_none_drawn(kept, list));
}

estimable<sub_watchlist_rate> sub_watchlist_fpir(const candidates_by_rank& candidates, const drawn_list& list) {
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

double stratified_alert_probability(std::span<const std::uint64_t> hits, std::span<const drawn_list> strata) {
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

estimable<double> stratified_fpir(std::span<const std::uint64_t> hits, std::span<const drawn_list> strata) {
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
