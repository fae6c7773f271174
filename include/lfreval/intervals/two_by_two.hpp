/// @file
/// Could two groups, or several, with different counts have the same rate? Tests of independent trials.
///
/// A p value is never a headline: the interval of the ratio or of the difference stands first. Passages of one person are not
/// independent: `permutation.hpp` exchanges whole persons.
/// Common to all: a group without trials is `undefined` (`empty`), no event at all (`no_events`) and nothing else
/// (`all_events`) too: such a table cannot speak against equal rates. More events than trials and counts above 2^52 throw
/// `std::invalid_argument`.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::two_by_two {

struct fisher_test {
  double p_value = 1.0;    ///< two-sided: all tables with the same totals that are no more probable
  double p_less = 1.0;     ///< that the first rate is not the lower one
  double p_greater = 1.0;  ///< that the first rate is not the higher one
  double odds_ratio = 1.0; ///< most likely given the totals; 0 or `unbounded` at the ends
  interval odds_limits;    ///< exact; not the inversion of the two-sided p value
};

/// Are the rates equal, given how many events both groups had together?   x1 | x1 + x2 is hypergeometric; a table within 1e-7 of
/// the observed probability counts as no more probable. Never too small, often much too large.
/// Cites: Fisher 1935; as R's `fisher.test`.   Cost: about 50 passes over at most x1 + x2 + 1 tables. Throws for more than
/// 1,000,000 tables.
[[nodiscard]] estimable<fisher_test> fisher(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                            confidence level);

struct boschloo_test {
  double p_value = 1.0;   ///< two-sided: twice the smaller one-sided value
  double statistic = 1.0; ///< Fisher's p value on the side that decided
};

/// Fisher's p value used as a statistic, at the common rate that makes the observed one least surprising: never too small
/// either, and closer to the truth.   p = 2 max over pi of P(one-sided Fisher p <= the observed one), as scipy's
/// `boschloo_exact` defines the two-sided value; other packages differ.   Cites: Boschloo 1970.
/// Throws for more than 100,000 trials, where `rate_ratio::conditional_exact` serves. Cost: below 1 second.
[[nodiscard]] estimable<boschloo_test> boschloo(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2);

} // namespace lfreval::two_by_two

namespace lfreval::k_by_two {

struct g_statistic {
  double g = 0.0;
  double pearson = 0.0; ///< the older statistic, sum of (observed - expected)^2 / expected
  double degrees = 0.0; ///< groups with trials, less one
  double smallest_expected = 0.0;
  double asymptotic_p = 1.0; ///< of g by chi-square, whatever the counts; `g_test` says whether it may be used
  double pearson_p = 1.0;
};

/// How far the counts of all groups are from one common rate.   G = 2 sum O ln(O / E) over events and non-events, 0 ln 0 = 0.
/// Groups without trials are left out. Undefined (`empty`) with fewer than two groups.
[[nodiscard]] estimable<g_statistic> g_statistic_of(std::span<const cluster_tally> groups);

/// The same, but undefined (`few_effective_events`) where fewer than 5 events or non-events are expected in some group: there
/// chi-square is no guide to the p value.
[[nodiscard]] estimable<g_statistic> g_test(std::span<const cluster_tally> groups);

} // namespace lfreval::k_by_two
