/// @file
/// One effect from several studies, each with its own estimate and variance: for effects on a scale where a normal
/// approximation holds (log rates, log ratios), which rare counts do not give.
///
/// Common to all: no study is `undefined` (`empty`); what needs a variance between studies is `one_cluster` with a
/// single one. Effects that are not finite and variances that are not finite and above 0 throw `std::invalid_argument`.
/// Results are byte-identical under any order of the studies. Costs: microseconds; REML and Paule-Mandel about 20
/// passes.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::meta {

/// One study: an effect on the scale it is pooled on, and the variance of its sampling error.
struct study_effect {
  double effect = 0.0;
  double variance = 0.0;

  friend auto operator<=>(const study_effect&, const study_effect&) = default;
};

/// The fewest events of a count that may enter: below it the normal approximation and its variance mislead, and adding
/// one half to the counts would only hide that.
inline constexpr std::uint64_t fewest_events = 5;

/// The logarithm of a rate, variance 1 / x. Undefined (`empty`, or `no_events` below 5 events: use
/// `fit_negative_binomial`).
[[nodiscard]] estimable<study_effect> log_rate(std::uint64_t events, double exposure);

/// The logarithm of the ratio of two shares, variance 1/x1 - 1/n1 + 1/x2 - 1/n2. Undefined as `log_rate`.
[[nodiscard]] estimable<study_effect> log_risk_ratio(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2);

/// A pooled effect.
struct pooled_effect {
  double effect = 0.0;
  double standard_error = 0.0;
  interval limits;
  double between_variance = 0.0; ///< tau^2, the variance of the true effects; 0 for the fixed-effect mean
  double heterogeneity = 0.0;    ///< Cochran's Q around the fixed-effect mean
  double q_p_value = 1.0;        ///< of Q by chi-square; 1 for a single study
  double i_squared = 0.0;        ///< share of the variation that is not sampling error, 0 to 1
  double h_squared = 1.0;        ///< Q over its degrees of freedom
  std::uint64_t studies = 0;
  double degrees = 0.0;          ///< of the t quantile in `limits`; 0 where it is a normal one

  friend bool operator==(const pooled_effect&, const pooled_effect&) = default;
};

/// The mean of these studies, weighted by precision; says nothing about others.   sum w y / sum w, w = 1 / v.
[[nodiscard]] estimable<pooled_effect> fixed(std::span<const study_effect>, confidence, sides = sides::two);

/// The mean of the population of studies, tau^2 by moments.   max(0, (Q - (k-1)) / (sum w - sum w^2 / sum w)).
/// Cites: DerSimonian & Laird 1986.
[[nodiscard]] estimable<pooled_effect> dersimonian_laird(std::span<const study_effect>, confidence, sides = sides::two);

/// tau^2 at which the generalised Q equals its degrees of freedom.   Cites: Paule & Mandel 1982.
[[nodiscard]] estimable<pooled_effect> paule_mandel(std::span<const study_effect>, confidence, sides = sides::two);

/// tau^2 by restricted maximum likelihood.   Cites: Viechtbauer 2005.
[[nodiscard]] estimable<pooled_effect> reml(std::span<const study_effect>, confidence, sides = sides::two);

/// DerSimonian-Laird's mean with a t interval on k - 1 degrees of freedom and the variance the residuals show; never
/// narrower than DerSimonian-Laird's own, which is given instead where it is the wider one.
/// Cites: Hartung & Knapp 2001; Sidik & Jonkman 2002; Wiksten et al. 2016 for the guard.
[[nodiscard]] estimable<pooled_effect> hksj(std::span<const study_effect>, confidence, sides = sides::two);

/// The values of tau^2 at which the generalised Q is not extreme. Either end may be 0.   Cites: Viechtbauer 2007.
[[nodiscard]] estimable<interval> between_variance_interval(std::span<const study_effect>, confidence, sides = sides::two);

/// Which quantile a prediction interval uses; printed with it, since packages differ.
enum class prediction_quantile : std::uint8_t {
  normal,              ///< metafor's default
  t_studies_less_two,  ///< Higgins, Thompson & Spiegelhalter 2009; needs three studies
};

/// Where the true effect of the next study will lie.   mu -+ quantile sqrt(tau^2 + se^2).   Undefined (`one_cluster`)
/// with fewer studies than the quantile needs.
[[nodiscard]] estimable<interval> prediction_interval(const pooled_effect&, confidence, prediction_quantile,
                                                      sides = sides::two);

} // namespace lfreval::meta
