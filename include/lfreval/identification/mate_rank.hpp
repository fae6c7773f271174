/// @file
/// At which place of the candidate list the right person stands, ties included, and where they would stand on a shorter
/// list.
#pragma once

#include <cstdint>
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


/// The chance that the mate is within the first `limit` places of a search of the whole list.
/// (1 / (t+1)) sum_{k=0..t} [g + k + 1 <= R].   No random number: a tie broken at random has this expectation.
[[nodiscard]] tie_readings within_rank(const mate_rank& rank, std::uint64_t limit);

/// The same on a shorter list that keeps the mate and draws the other n - 1 persons at random from the other N - 1.
/// (1 / (t+1)) sum_k HypergeometricCDF(R - 1; N - 1, g + k, n - 1).   Throws for a list without anybody and for more
/// persons before the mate than the list has. Cost: O(t n).
[[nodiscard]] tie_readings sub_watchlist_rank(const mate_rank& rank, std::uint64_t limit, const drawn_list& list);

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
estimable<ranked_hits> rank_limited_tpir(std::span<const mated_search> searches, std::uint64_t limit,
                                         std::optional<threshold> at = std::nullopt);

/// The cumulative match characteristic: `rank_limited_tpir` without a threshold for the places 1 to `largest`.
estimable<std::vector<ranked_hits>> cumulative_match(std::span<const mated_search> searches, std::uint64_t largest);

} // namespace lfreval::identification
