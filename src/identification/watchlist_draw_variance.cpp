#include <lfreval/identification/watchlist_draw_variance.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace lfreval::detail {
namespace {

/// H(u) - H(a) H(b) for two passages with a and b hits of which `shared` are the same persons, H(m) = C(N-m, n) / C(N,
/// n). From the logarithm of the quotient, whose terms are formed without cancelling: H is close to 1 where lists are
/// short.
double joint_excess(std::uint64_t a, std::uint64_t b, std::uint64_t shared, const identification::drawn_list& list) {
  const std::uint64_t either = a + b - shared, left_out = list.of - list.persons;
  if (std::max(a, b) > left_out) return 0.0; // one of the two always alerts
  const double product = std::exp(log_none_drawn(a, list) + log_none_drawn(b, list));
  if (either > left_out) return -product;
  const auto n = static_cast<double>(list.persons), all = static_cast<double>(list.of), first = static_cast<double>(a);
  double log_quotient = 0.0;
  for (std::uint64_t j = 0; j < b - shared; ++j) {
    const double rest = all - static_cast<double>(j);
    // (1 - n / (rest - a)) / (1 - n / rest) = 1 - n a / ((rest - a) (rest - n))
    log_quotient += std::log1p(-n * first / ((rest - first) * (rest - n)));
  }
  for (std::uint64_t j = b - shared; j < b; ++j) log_quotient -= std::log1p(-n / (all - static_cast<double>(j)));
  return product * std::expm1(log_quotient);
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<draw_variance> sub_watchlist_variance(std::span<const std::vector<std::uint64_t>> hits,
                                                std::uint64_t passages, const drawn_list& list, std::size_t how_many) {
  constexpr const char* name = "identification::sub_watchlist_variance";
  detail::require_list(name, list);
  detail::require_count(name, "passages", passages);
  if (hits.size() > passages) detail::wrong_call(name, "hits", "have more rows than there are passages");
  if (passages == 0) return detail::no_trials();

  std::map<std::uint64_t, std::vector<std::size_t>> passages_of; // list person -> passages, ascending
  std::map<std::uint64_t, std::uint64_t> sizes;                  // number of hits -> passages
  for (std::size_t i = 0; i < hits.size(); ++i) {
    for (const std::uint64_t entry : hits[i]) {
      auto& who = passages_of[entry];
      if (!who.empty() && who.back() == i) detail::wrong_call(name, "hits", "name a list person twice in one passage");
      who.push_back(i);
    }
    if (!hits[i].empty()) ++sizes[hits[i].size()];
  }
  if (passages_of.size() > list.of) detail::wrong_call(name, "hits", "name more persons than the list has");

  // How many unordered pairs of passages, a passage with itself included, share how many persons.
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::uint64_t> overlapping;
  std::map<std::size_t, std::uint64_t> shared;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    shared.clear();
    for (const std::uint64_t entry : hits[i]) {
      const auto& who = passages_of[entry];
      for (auto other = std::lower_bound(who.begin(), who.end(), i); other != who.end(); ++other) ++shared[*other];
    }
    for (const auto& pair : shared) {
      const std::size_t a = hits[i].size(), b = hits[pair.first].size();
      overlapping[{std::min(a, b), std::max(a, b), static_cast<std::size_t>(pair.second)}] += pair.first == i ? 1 : 2;
    }
  }

  draw_variance out;
  double sum = 0.0, alerting = 0.0;
  // All ordered pairs as if they shared nobody, then the difference for those that do.
  for (const auto& a : sizes) {
    alerting += static_cast<double>(a.second) * alert_probability(a.first, list);
    for (const auto& b : sizes)
      sum += static_cast<double>(a.second) * static_cast<double>(b.second) *
             detail::joint_excess(std::min(a.first, b.first), std::max(a.first, b.first), 0, list);
  }
  for (const auto& [key, pairs] : overlapping) {
    const auto a = std::get<0>(key), b = std::get<1>(key), both = std::get<2>(key);
    sum += static_cast<double>(pairs) * (detail::joint_excess(a, b, both, list) - detail::joint_excess(a, b, 0, list));
  }
  const auto all = static_cast<double>(passages);
  out.rate = alerting / all;
  out.variance = std::max(0.0, sum) / all / all; // at n = 0 and n = N rounding may leave a trace below 0

  for (const auto& entry : passages_of) out.most_hit.push_back({entry.first, entry.second.size()});
  std::sort(out.most_hit.begin(), out.most_hit.end(), [](const list_entry_hits& a, const list_entry_hits& b) {
    return a.passages != b.passages ? a.passages > b.passages : a.entry < b.entry;
  });
  if (out.most_hit.size() > how_many) out.most_hit.resize(how_many);
  return out;
}

} // namespace lfreval::identification
