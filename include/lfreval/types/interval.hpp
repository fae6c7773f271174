/// @file
/// An interval that cannot lose the method, the confidence or the side it was made with.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include <lfreval/types/confidence.hpp>

namespace lfreval {

/// The upper end of an interval that the data do not bound. Written to JSON as `"upper": null, "upper_unbounded": true`.
inline constexpr double unbounded = std::numeric_limits<double>::infinity();

/// Which ends the confidence is spent on. A one-sided bound spends all of `alpha` on its end.
enum class sides : std::uint8_t {
  two,   ///< alpha / 2 on each end
  lower, ///< alpha on the lower end; the upper end is the edge of the parameter space
  upper, ///< alpha on the upper end; the lower end is the edge of the parameter space
};

/// How an interval was made. The names are the ids of the statistical specification without their family.
enum class interval_method : std::uint8_t {
  clopper_pearson, wilson, wilson_cc, jeffreys, agresti_coull, midp,
  garwood, poisson_midp, poisson_jeffreys, poisson_score,
  conditional_exact, conditional_midp, conditional_score, conditional_effective, bayes_gamma,
  korn_graubard, korn_graubard_rate, korn_graubard_fay_feuer, fay_feuer, wilson_neff, wilson_neff_rate, logit_t,
  rao_scott_zero, water_fill, strict_per_person,
  estimated_denominator_gamma_lognormal, estimated_denominator_log_delta, estimated_denominator_bonferroni,
  manski, imbens_manski,
  profile_likelihood, predictive, fixed_effect_z, random_effects_z, random_effects_t, q_profile, welch_t, funnel,
  estimated_denominators_log, ///< limits of a ratio, widened on the log scale by the errors of both denominators
  tango_score, bootstrap_percentile, bootstrap_band,
  log_delta, ///< influence of each cluster on the logarithm, Student t
  assumption_box, ///< limits of measured rates at the corners of an assumed range; at least the stated confidence if the range holds
  delong, delong_logit, obuchowski, obuchowski_logit, dkw,
  tango_effective,       ///< Tango's limits at the effective number of passages
  tango_effective_mover, ///< the wider of those and of the two discordant shares' own limits, put together
  zero_discordant,       ///< the largest difference compatible with two systems that never differed
  log_wald,              ///< normal on the logarithm of a ratio: many events only
  conditional_odds,      ///< exact, given the margins of all tables
  projection,            ///< from simultaneous limits of every pair of groups
  shrinkage_bootstrap,   ///< of shrunken rates, with the error of what they are shrunk towards
  robust_t,              ///< Student t on clustered errors of a regression
  penalised_profile_likelihood, ///< profile likelihood with Jeffreys' penalty
  log_jackknife,         ///< leaving out one person and one list entry at a time, on the logarithm
  koopman, miettinen_nurminen, katz_log, katz_haldane, mover_r, mover_r_wilson, bayes_beta,
  mee_score, newcombe, mover_d, agresti_caffo,
  fisher, ///< of an odds ratio, given the number of events in both groups together
  delta_normal,     ///< normal, with a variance by the delta method, trials taken as independent
  influence_t,      ///< Student t on the influence of each cluster
  randomised_t,     ///< Student t over independent randomisations of a low-discrepancy point set: the error of computing, not of the data
  logit_wald,       ///< normal on the log odds
  corners,          ///< limits of the parts put together at their worst corners, each at half of the error
  hypergeometric,   ///< exact, of a sample drawn from a finite number without replacement
  beta_mixture,     ///< confidence sequence of a share: holds at every look together
  gamma_mixture,    ///< confidence sequence of a rate: holds at every look together
  hedged_betting,   ///< confidence sequence of the mean share of deployments, whatever the dependence inside one
  inverted, ///< limits of a rate, turned over to limits of its reciprocal
};

[[nodiscard]] std::string_view to_string(interval_method) noexcept;
[[nodiscard]] std::string_view to_string(sides) noexcept;

/// A set of values that the data do not exclude at a stated confidence.
struct interval {
  double lower = 0.0;
  double upper = unbounded;
  confidence level{0.95};
  interval_method method{};
  sides on = sides::two;

  [[nodiscard]] constexpr bool contains(double value) const noexcept { return lower <= value && value <= upper; }
  [[nodiscard]] constexpr bool upper_unbounded() const noexcept { return upper == unbounded; }

  friend constexpr bool operator==(const interval&, const interval&) = default;
};

} // namespace lfreval
