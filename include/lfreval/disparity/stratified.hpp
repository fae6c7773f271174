/// @file
/// One ratio of two groups from several strata (site by threshold by list size), each compared within itself: what a pooled
/// ratio confounds, a stratified one does not.
///
/// A stratum with one group only, or with no event at all, says nothing about the ratio and drops out of every formula here
/// without a trace; `silent` says how many did and how much exposure they hold.
/// Common to all: no stratum that says anything is `undefined` (`no_events`). Trials are independent and strata few compared
/// with events, or the exact form is the one to use. Throws `std::invalid_argument` for counts above 2^52 and for events
/// without exposure. Byte-identical under any order of the strata.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::stratified {

/// Trials of two groups in one stratum that did and did not end in the event.
struct table {
  std::uint64_t events = 0, others = 0;                     ///< of the group
  std::uint64_t reference_events = 0, reference_others = 0; ///< of the group it is compared with

  friend auto operator<=>(const table&, const table&) = default;
};

/// Events and exposure of two groups in one stratum.
struct rates {
  std::uint64_t events = 0;
  double exposure = 0.0;
  std::uint64_t reference_events = 0;
  double reference_exposure = 0.0;

  friend auto operator<=>(const rates&, const rates&) = default;
};

/// Strata that say nothing about the ratio.
struct silent_strata {
  std::size_t strata = 0;
  double exposure = 0.0; ///< of both groups in them: trials, or what the rates are divided by
  double share = 0.0;    ///< of all exposure

  friend bool operator==(const silent_strata&, const silent_strata&) = default;
};

/// A ratio common to the strata.
struct common_ratio {
  double ratio = 0.0;
  interval limits;
  std::size_t strata = 0; ///< that say something
  silent_strata silent;

  friend bool operator==(const common_ratio&, const common_ratio&) = default;
};

/// The test of Cochran, Mantel and Haenszel with the common odds ratio.
struct cmh_test {
  double chi_square = 0.0, p_value = 1.0;
  double corrected_chi_square = 0.0, corrected_p_value = 1.0; ///< with half an event of continuity correction
  common_ratio odds;

  friend bool operator==(const cmh_test&, const cmh_test&) = default;
};

/// Whether two groups differ within strata.   (|sum(a - E a)| - 1/2)^2 / sum Var a; odds ratio sum(ad/T) / sum(bc/T), limits
/// on the log scale with the variance of Robins, Breslow & Greenland 1986.
/// Undefined also (`no_events`) where the odds ratio is 0 or unbounded: use `cmh_exact`. As R's `mantelhaen.test`.
[[nodiscard]] estimable<cmh_test> cmh(std::span<const table> strata, confidence level);

/// The exact conditional form.
struct exact_cmh {
  double p_value = 1.0; ///< all results no more probable than the one observed
  common_ratio odds;    ///< conditional maximum likelihood; limits by equal tails, guaranteed; may be 0 or `unbounded`

  friend bool operator==(const exact_cmh&, const exact_cmh&) = default;
};

/// The same given the margins of every stratum, by the exact law of the sum (a convolution of hypergeometric laws).
/// Undefined (`beyond_data`) when the events are so many that the convolution would take more than 10^9 steps: use `cmh`.
/// Cost: the product of the possible results of the strata, pair by pair. Cites: Mehta, Patel & Gray 1985.
[[nodiscard]] estimable<exact_cmh> cmh_exact(std::span<const table> strata, confidence level);

/// How many times higher the share of trials with the event is, common to the strata.   sum(a n0 / T) / sum(c n1 / T).
/// Undefined also (`no_events`) when a group has no event. Cites: Greenland & Robins 1985.
[[nodiscard]] estimable<common_ratio> mh_risk_ratio(std::span<const table> strata, confidence level);

/// How many times higher the rate is, common to the strata.   R / S, R = sum(x1 t0 / T), S = sum(x0 t1 / T),
/// var log = sum((x1 + x0) t1 t0 / T^2) / (R S).   Undefined also (`no_events`) when a group has no event.
/// Cites: Greenland & Robins 1985.
[[nodiscard]] estimable<common_ratio> mh_rate_ratio(std::span<const rates> strata, confidence level);

/// Whether one odds ratio fits all strata.
struct homogeneity {
  double breslow_day = 0.0, p_breslow_day = 1.0;
  double tarone = 0.0, p_tarone = 1.0; ///< corrected for the odds ratio not being the maximum likelihood one
  double odds_ratio = 0.0;             ///< Mantel and Haenszel's, common
  std::size_t strata = 0;

  friend bool operator==(const homogeneity&, const homogeneity&) = default;
};

/// A small p value: the ratio differs between strata, and a common one describes none of them. A large one shows nothing
/// with few events. Undefined also: `one_cluster` with a single stratum that says something.
/// Cites: Breslow & Day 1980; Tarone 1985.
[[nodiscard]] estimable<homogeneity> breslow_day(std::span<const table> strata);

} // namespace lfreval::stratified
