/// @file
/// Deployments as draws from a population of shares: the mean share, how much trials of one deployment resemble each
/// other, and what the next deployment may bring. For events that are a share of their trials.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/series/count_prediction.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::series {

/// Binomial counts whose shares follow a beta distribution over deployments.
struct beta_binomial_fit {
  double mean = 0.0;             ///< mean share of the population of deployments
  double correlation = 0.0;      ///< of two trials of one deployment, 1 / (alpha + beta + 1); 0 when none was found
  std::optional<double> alpha, beta; ///< of the beta distribution; none when deployments do not differ
  double log_likelihood = 0.0;   ///< with the binomial coefficients
  double likelihood_ratio = 0.0; ///< against one common share
  double p_value = 1.0;          ///< of that, 1/2 chi2_0 + 1/2 chi2_1
  interval population;           ///< of `mean`, by profile likelihood
  bool no_heterogeneity = false; ///< the best fit is one common share
  std::uint64_t deployments = 0, events = 0, exposure = 0;
  flag_set flags;

  friend bool operator==(const beta_binomial_fit&, const beta_binomial_fit&) = default;
};

/// Marginal likelihood fit: x ~ Binomial(n, p), p ~ Beta with the given mean and correlation.
/// Cites: Skellam 1948; Griffiths 1973; Self & Liang 1987 for the boundary; agrees with R `VGAM::vglm(betabinomial)`.
/// Undefined: `empty` without trials, `one_cluster`, `no_events`, `all_events`, `events_exceed_exposure`. Throws for
/// events without trials and counts above 2^52. Byte-identical under any order of the deployments. Cost: about 40 ms
/// for 200 deployments, linear in their number and independent of their size.
[[nodiscard]] estimable<beta_binomial_fit> fit_beta_binomial(std::span<const cluster_tally> deployments, confidence level,
                                                             sides on = sides::two);

/// Counts of the next deployment with `trials`, from the beta-binomial law at the fitted values, or from the binomial
/// one when `no_heterogeneity`. The error of the fit is not in it: with fewer than ten deployments (flagged
/// `few_clusters`) the range is too narrow. Undefined (`empty`) for no trials; throws above a million. Cost: linear in
/// the counts that can occur.
[[nodiscard]] estimable<count_prediction> predict_next(const beta_binomial_fit&, std::uint64_t trials, confidence level,
                                                       sides on = sides::two);

} // namespace lfreval::series
