/// @file
/// At which place of the candidate list the right person stands, ties included, and where they would stand on a shorter
/// list.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/identification/watchlist_size.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

/// The place of the mate in one search: list persons scored strictly higher, and other list persons with the very same
/// score.
struct mate_rank {
  std::uint64_t strictly_greater = 0;
  std::uint64_t tied = 0;
};

/// Three readings of a tie: the mate stands at a random place among the tied, first, or last.
struct tie_readings {
  double expected = 0.0, optimistic = 0.0, pessimistic = 0.0;
  /// Whether the order among equal scores decides anything; if so, all three are to be reported.
  [[nodiscard]] bool ties_straddle() const noexcept { return optimistic != pessimistic; }

  friend bool operator==(const tie_readings&, const tie_readings&) = default;
};

} // namespace lfreval::identification

namespace lfreval::detail {

/// Places among the tied, of `tied + 1`, at which the mate is within `limit`.
inline std::uint64_t places_within(const identification::mate_rank& rank, std::uint64_t limit) {
  return limit > rank.strictly_greater ? std::min(limit - rank.strictly_greater, rank.tied + 1) : 0;
}

/// P(X <= most) for X of `marked` among `drawn` of `all`, from the probabilities relative to the most likely value: the
/// logarithms of factorials would lose ten digits.
inline double hypergeometric_at_most(std::uint64_t most, std::uint64_t all, std::uint64_t marked, std::uint64_t drawn) {
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

} // namespace lfreval::detail

namespace lfreval::identification {

/// The chance that the mate is within the first `limit` places of a search of the whole list.
/// (1 / (t+1)) sum_{k=0..t} [g + k + 1 <= R].   No random number: a tie broken at random has this expectation.
[[nodiscard]] inline tie_readings within_rank(const mate_rank& rank, std::uint64_t limit) {
  detail::require_count("identification::within_rank", "strictly_greater", rank.strictly_greater);
  detail::require_count("identification::within_rank", "tied", rank.tied);
  const std::uint64_t places = detail::places_within(rank, limit);
  return {static_cast<double>(places) / static_cast<double>(rank.tied + 1), places > 0 ? 1.0 : 0.0,
          places == rank.tied + 1 ? 1.0 : 0.0};
}

/// The same on a shorter list that keeps the mate and draws the other n - 1 persons at random from the other N - 1.
/// (1 / (t+1)) sum_k HypergeometricCDF(R - 1; N - 1, g + k, n - 1).   Throws for a list without anybody and for more
/// persons before the mate than the list has. Cost: O(t n).
[[nodiscard]] inline tie_readings sub_watchlist_rank(const mate_rank& rank, std::uint64_t limit,
                                                     const drawn_list& list) {
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

/// One mated search. Without a score the mate was not returned: no template, or below the recording threshold.
struct mated_search {
  std::optional<float> score;
  mate_rank rank;
};

/// The share of mated passages whose mate is returned within `limit` places, counted whole.
struct ranked_hits {
  std::uint64_t passages = 0;
  std::uint64_t optimistic = 0, pessimistic = 0; ///< passages, with ties for or against the mate
  tie_readings rate;
};

/// The true positive identification rate with a limit on the length of the list that the operator sees: the mate's
/// score is at or above the threshold and the mate is within the first `limit` places.   Without a threshold this is
/// the point R of the cumulative match characteristic: a closed-set figure that answers no question about live
/// recognition. Undefined without mated passages. Throws for a limit of 0 and for scores that are not finite.
/// Independent of order.
inline estimable<ranked_hits> rank_limited_tpir(std::span<const mated_search> searches, std::uint64_t limit,
                                                std::optional<threshold> at = std::nullopt) {
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

/// The cumulative match characteristic: `rank_limited_tpir` without a threshold for the places 1 to `largest`.
inline estimable<std::vector<ranked_hits>> cumulative_match(std::span<const mated_search> searches,
                                                            std::uint64_t largest) {
  std::vector<ranked_hits> out;
  for (std::uint64_t limit = 1; limit <= largest; ++limit) {
    auto one = rank_limited_tpir(searches, limit);
    if (!one) return tl::unexpected(one.error());
    out.push_back(*one);
  }
  return out;
}

} // namespace lfreval::identification
