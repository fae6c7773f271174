/// @file
/// Who were the people falsely alerted on, beside who could have been? Counts by group against a named baseline.
///
/// The verdict is the baseline: 8 of 10 is far from 13.5 % of residents and compatible with a crowd of which half belong to
/// that group. A baseline is therefore always an argument, with its source, and there is none by default. Where the shares
/// of the people who passed are unknown, `tipping_point` says how large they must have been.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::share {

/// The shares that the groups would have if nobody were treated differently.
struct baseline {
  std::string name;            ///< "residents", "passers", "watchlist": what the shares are shares of
  std::string source;          ///< where they were published or how they were counted
  std::vector<double> shares;  ///< one per group, in the order of the counts, adding up to 1
};

/// One group against its share of a baseline.
struct share_comparison {
  std::string baseline, source; ///< as the baseline says
  double expected = 0.0;        ///< the baseline's share of this group
  double observed = 0.0;
  interval limits;              ///< Clopper-Pearson's of the observed share; says nothing of the baseline's own error
  double p_excess = 1.0;        ///< of a count at least as high
  double p_two_sided = 1.0;     ///< of all counts no more probable
  double tipping_point = 0.0;   ///< lower one-sided limit at half of alpha: above this share the excess is not significant
};

/// Are `counts[group]` of all counts more, or fewer, than the group's share of the baseline?   X ~ Bin(total, share).
/// Undefined (`empty`) without any count. Throws for a group that does not exist, for counts and shares of different number,
/// for a baseline without name, source or shares, and for shares outside [0, 1] or whose sum is farther than 1e-6 from 1.
/// The shares are never rescaled.
[[nodiscard]] estimable<share_comparison> compare(std::span<const std::uint64_t> counts, std::size_t group,
                                                  const baseline& against, confidence level);

struct multinomial_options {
  std::uint64_t most_outcomes = 1'000'000; ///< up to here all are visited, above it some are drawn
  std::uint64_t draws = 9'999;
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

struct multinomial_test {
  std::string baseline, source;
  double p_value = 1.0;
  std::uint64_t outcomes = 0; ///< visited, or drawn
  bool exact = true;          ///< all outcomes were visited
};

/// Could the counts of all groups come from the baseline's shares? The sum of the probabilities of all outcomes of the same
/// total that are no more probable than the observed one (ties within 1e-7); seeded draws, (b + 1) / (m + 1), when there are
/// more than `most_outcomes`. Events must be independent: one person who raised five of them counts once.
/// Undefined and throwing as `compare`; throws also for fewer than two groups, for draws that are not from 1 to 2^32 - 1, and
/// for more than 1,000,000 events when some are drawn: use `k_by_two::g_test`.
/// Cost: about 0.2 microseconds per outcome, 30 nanoseconds per event and draw.   Cites: Read & Cressie 1988.
[[nodiscard]] estimable<multinomial_test> exact_multinomial(std::span<const std::uint64_t> counts, const baseline& against,
                                                            const multinomial_options& how = {});

/// How large a share of those who could be alerted on must a group have been for `events` of `total` to be no significant
/// excess? 0.444 for 8 of 10 at a one-sided confidence of 0.975. The lower one-sided limit of Clopper and Pearson.
/// Undefined (`empty`) when the total is 0; throws when the events exceed it.
[[nodiscard]] estimable<double> tipping_point(std::uint64_t events, std::uint64_t total, confidence one_sided);

} // namespace lfreval::share
