/// @file
/// What was missed among people who raised no alert: nobody checks them, so that misses are estimated from those who were
/// checked, or bounded by an audit.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::verification_bias {

/// One result of the system: how many were found to be listed, how many not, and how many nobody checked.
struct checked_results {
  std::uint64_t listed = 0, others = 0, unchecked = 0;
  [[nodiscard]] std::uint64_t checked() const noexcept { return listed + others; }
  [[nodiscard]] std::uint64_t all() const noexcept { return checked() + unchecked; }
};

struct corrected_accuracy {
  double sensitivity = 0.0, specificity = 0.0;             ///< of all
  double naive_sensitivity = 0.0, naive_specificity = 0.0; ///< of those who were checked, which alerts are far more often
  double prevalence = 0.0;                                 ///< of listed people among all
  double standard_error = 0.0;                             ///< of the log odds of the sensitivity; 0 where corners are used
  interval sensitivity_limits;
};

/// Sensitivity corrected for who was checked: if, alert or not, whether somebody was checked had nothing to do with being
/// listed, v_s = listed / checked holds for all T_s with that result, and Se = v1 T1 / (v1 T1 + v0 T0). Variance of the log odds:
/// N / (T1 T0) + (1 - v1) / (v1 n1) + (1 - v0) / (v0 n0). Where no listed person was found among those without an alert, or nobody
/// else among those checked, there is no such variance: limits are then corners of two Clopper-Pearson intervals, and a
/// sensitivity of 1 is not a finding. Few checked people without an alert make it unstable: prefer `audit::misses_at_most`.
/// Undefined: `empty` when a result has nobody, or nobody checked; `no_events` when no listed person was found at all.
/// Cites: Begg & Greenes 1983.
[[nodiscard]] estimable<corrected_accuracy> begg_greenes(const checked_results& alerted, const checked_results& silent, confidence level);

} // namespace lfreval::verification_bias

namespace lfreval::audit {

/// The most listed people that may be among `population`, of whom `audited` were drawn at random and `found` turned out to be
/// listed: the largest M with P(X <= found) > alpha, X hypergeometric. 0 of 500 audited among 20,000: up to 117.
/// One-sided, exact. Undefined (`empty`) when nobody was audited and somebody could have been. Throws when found > audited or
/// audited > population.   Cites: Cochran 1977, chapter 3.6. Cost: some hundred logarithms.
[[nodiscard]] estimable<std::uint64_t> hypergeometric_upper(std::uint64_t found, std::uint64_t audited, std::uint64_t population,
                                                            confidence level);

/// A stratum of the audit: people without an alert, by how close their score came to the threshold.
struct audited_stratum {
  std::uint64_t found = 0, audited = 0, population = 0;
};

struct missed_people {
  double expected = 0.0;       ///< Horvitz-Thompson: sum N_s d_s / n_s
  std::uint64_t at_most = 0;   ///< one-sided bound
  confidence level{0.95};
};

/// The listed people whom the system let pass, over strata audited separately: an unbiased estimate, and the sum of exact bounds,
/// each at alpha / S, which holds whatever the strata are. Undefined as above, for any stratum; `empty` without strata.
/// Cites: Horvitz & Thompson 1952; Bonferroni.
[[nodiscard]] estimable<missed_people> misses_at_most(std::span<const audited_stratum> strata, confidence level);

} // namespace lfreval::audit
