#include <lfreval/identification/mate_rank.hpp>

#include <algorithm>
#include <map>

namespace lfreval::detail {
namespace {

/// Places among the tied, of `tied + 1`, at which the mate is within `limit`.
std::uint64_t places_within(const identification::mate_rank& rank, std::uint64_t limit) {
  return limit > rank.strictly_greater ? std::min(limit - rank.strictly_greater, rank.tied + 1) : 0;
}

/// P(X <= most) for X of `marked` among `drawn` of `all`, from the probabilities relative to the most likely value: the
/// logarithms of factorials would lose ten digits.
double hypergeometric_at_most(std::uint64_t most, std::uint64_t all, std::uint64_t marked, std::uint64_t drawn) {
  const std::uint64_t least = drawn > all - marked ? drawn - (all - marked) : 0, largest = std::min(marked, drawn);
  if (most < least) return 0.0;
  if (most >= largest) return 1.0;
  const auto n = static_cast<double>(all), k = static_cast<double>(marked), d = static_cast<double>(drawn);
  // P(x + 1) / P(x)
  const auto step = [=](std::uint64_t at) {
    const auto x = static_cast<double>(at);
    return (k - x) / (x + 1.0) * ((d - x) / (n - k - d + x + 1.0));
  };
  const auto mode = std::clamp(static_cast<std::uint64_t>((k + 1.0) * ((d + 1.0) / (n + 2.0))), least, largest);
  double within = 0.0, beyond = 0.0;
  double term = 1.0;
  for (std::uint64_t x = mode;; --x) {
    (x <= most ? within : beyond) += term;
    if (x == least || term == 0.0) break;
    term /= step(x - 1);
  }
  term = 1.0;
  for (std::uint64_t x = mode; x < largest && term > 0.0;) {
    term *= step(x++);
    (x <= most ? within : beyond) += term;
  }
  return within / (within + beyond);
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

tie_readings within_rank(const mate_rank& rank, std::uint64_t limit) {
  detail::require_count("identification::within_rank", "strictly_greater", rank.strictly_greater);
  detail::require_count("identification::within_rank", "tied", rank.tied);
  const std::uint64_t places = detail::places_within(rank, limit);
  return {static_cast<double>(places) / static_cast<double>(rank.tied + 1), places > 0 ? 1.0 : 0.0,
          places == rank.tied + 1 ? 1.0 : 0.0};
}

tie_readings sub_watchlist_rank(const mate_rank& rank, std::uint64_t limit, const drawn_list& list) {
  constexpr const char* name = "identification::sub_watchlist_rank";
  detail::require_list(name, list);
  if (list.persons == 0) detail::wrong_call(name, "list", "has no room for the mate");
  if (rank.strictly_greater >= list.of || rank.tied >= list.of - rank.strictly_greater)
    detail::wrong_call(name, "rank", "has more persons before the mate than the list has");
  const auto at = [&](std::uint64_t before) {
    return limit == 0 ? 0.0 : detail::hypergeometric_at_most(limit - 1, list.of - 1, before, list.persons - 1);
  };
  tie_readings out{0.0, at(rank.strictly_greater), at(rank.strictly_greater + rank.tied)};
  for (std::uint64_t k = 0; k <= rank.tied; ++k) out.expected += at(rank.strictly_greater + k);
  out.expected /= static_cast<double>(rank.tied + 1);
  return out;
}

estimable<ranked_hits> rank_limited_tpir(std::span<const mated_search> searches, std::uint64_t limit,
                                         std::optional<threshold> at) {
  constexpr const char* name = "identification::rank_limited_tpir";
  if (limit == 0) detail::wrong_call(name, "limit", "is zero");
  if (searches.empty()) return detail::no_trials();
  ranked_hits out;
  out.passages = searches.size();
  std::map<std::uint64_t, std::uint64_t> places; // size of the tie -> places within the limit
  for (const mated_search& search : searches) {
    if (!search.score) continue;
    const lfreval::score mate(*search.score);
    if (at && !(mate >= *at)) continue;
    detail::require_count(name, "strictly_greater", search.rank.strictly_greater);
    detail::require_count(name, "tied", search.rank.tied);
    const std::uint64_t within = detail::places_within(search.rank, limit);
    out.optimistic += within > 0 ? 1 : 0;
    out.pessimistic += within == search.rank.tied + 1 ? 1 : 0;
    if (within > 0) places[search.rank.tied + 1] += within;
  }
  const auto all = static_cast<double>(out.passages);
  double expected = 0.0;
  for (const auto& tie : places) expected += static_cast<double>(tie.second) / static_cast<double>(tie.first);
  out.rate = {std::min(expected, all) / all, static_cast<double>(out.optimistic) / all,
              static_cast<double>(out.pessimistic) / all};
  return out;
}

estimable<std::vector<ranked_hits>> cumulative_match(std::span<const mated_search> searches, std::uint64_t largest) {
  std::vector<ranked_hits> out;
  for (std::uint64_t limit = 1; limit <= largest; ++limit) {
    auto one = rank_limited_tpir(searches, limit);
    if (!one) return tl::unexpected(one.error());
    out.push_back(*one);
  }
  return out;
}

} // namespace lfreval::identification
