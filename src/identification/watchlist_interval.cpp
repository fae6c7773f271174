#include <lfreval/identification/watchlist_interval.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/zero_events.hpp>

namespace lfreval::identification {

estimable<sub_watchlist_interval> sub_watchlist_ci(std::span<const passage_hits> passages, const drawn_list& list,
                                                   confidence level, sides on, const list_variance& from_list) {
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
