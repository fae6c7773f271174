/// @file
/// How much the trials of one person, or of one deployment, resemble each other, and what that costs.
///
/// Common to all: clusters without exposure are ignored; none left is `undefined` (`empty`), one left `one_cluster`; more
/// events than trials in a cluster is `events_exceed_exposure` for a share; where a variance needs events and non-events,
/// `no_events` or `all_events`. Results are byte-identical under any order of the clusters. Cost: a sort.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::cluster {

/// A rate and its variance between clusters.
struct mean_and_variance {
  double point = 0.0;
  double variance = 0.0;
  [[nodiscard]] double standard_error() const { return std::sqrt(variance); }
};

/// A rate with what clustering does to its precision.
struct design_effect_estimate {
  double point = 0.0;
  double variance = 0.0;
  double design_effect = 0.0;             ///< variance over that of independent trials; below 1 for even spread
  double effective_exposure = 0.0;        ///< N / max(1, design effect): even spread earns no bonus
  std::optional<double> effective_events; ///< p^2 / V; absent when the variance is 0
};

/// Schuckers' reading of the same variance.
struct intra_individual {
  double correlation = 0.0; ///< rho, within one person
  double size = 0.0;        ///< m0 = sum n_c^2 / N, the size of the cluster in which a trial lies on average
  double variance = 0.0;    ///< p q / N (1 + (m0 - 1) rho)
  double effective_exposure = 0.0;
};

/// The one-way analysis of variance of 0/1 outcomes.
struct anova_correlation {
  double correlation = 0.0, size = 0.0, mean_square_between = 0.0, mean_square_within = 0.0;
};

} // namespace lfreval::cluster

namespace lfreval::detail {

inline undefined one_cluster_only() {
  return {undefined_reason::one_cluster, "Record a second person or deployment: one cannot show how much they differ.",
          std::nullopt};
}

/// The reasons that stop every variance between clusters; with `needs_events` also those that stop a ratio of variances.
inline std::optional<undefined> no_variance(const sorted_clusters& c, metric_family family, bool needs_events) {
  if (auto why = no_cluster_value(c, family)) return why;
  if (c.rows.size() == 1) return one_cluster_only();
  if (needs_events && c.events == 0)
    return undefined{undefined_reason::no_events, "Use the zero-event bounds: without an event there is no variance.", std::nullopt};
  if (needs_events && family == metric_family::share && c.events == c.exposure)
    return undefined{undefined_reason::all_events, "Use the zero-event bounds, mirrored: every trial ended in the event.",
                     std::nullopt};
  return std::nullopt;
}

} // namespace lfreval::detail

namespace lfreval::cluster {

/// The pooled rate and how far it would move if other persons or deployments of the same kind had been recorded.
/// p = X / N, V = C/(C-1) sum (x_c - p n_c)^2 / N^2.   Cites: Cochran 1977, chapter 2.11; R `survey::svymean`.
inline estimable<mean_and_variance> ratio_mean(std::span<const cluster_tally> clusters,
                                               metric_family family = metric_family::share) {
  const detail::sorted_clusters c("cluster::ratio_mean", clusters);
  if (auto why = detail::no_variance(c, family, false)) return tl::unexpected(*why);
  return mean_and_variance{c.rate(), c.variance()};
}

/// How many times wider, in variance, the truth is than an interval that treats every trial as unrelated to the next.
/// deff = V / (p q / N) for shares, V / (p / N) for rates.   Cites: Kish 1965; Korn & Graubard 1998.
inline estimable<design_effect_estimate> design_effect(std::span<const cluster_tally> clusters,
                                                       metric_family family = metric_family::share) {
  const detail::sorted_clusters c("cluster::design_effect", clusters);
  if (auto why = detail::no_variance(c, family, true)) return tl::unexpected(*why);
  const double p = c.rate(), variance = c.variance(), effect = variance / c.independent_variance(family);
  std::optional<double> events;
  if (variance > 0.0) events = p * p / variance;
  return design_effect_estimate{p, variance, effect, c.total() / std::fmax(1.0, effect), events};
}

/// The false non-match variance of biometric testing: correlation within a person and the average cluster.
/// rho = sum[(x_c - p n_c)^2 - (x_c q^2 + (n_c - x_c) p^2)] / (p q sum n_c (n_c - 1)).   Its variance equals `ratio_mean`'s
/// without the factor C / (C - 1).   Cites: Schuckers 2003, 2010. Undefined (`empty`) when no person has two trials.
inline estimable<intra_individual> schuckers_fnmr(std::span<const cluster_tally> clusters) {
  const detail::sorted_clusters c("cluster::schuckers_fnmr", clusters);
  if (auto why = detail::no_variance(c, metric_family::share, true)) return tl::unexpected(*why);
  const double p = c.rate(), q = static_cast<double>(c.exposure - c.events) / c.total();
  const double size = c.squared_weights() * c.total(), pairs = c.total() * (size - 1.0);
  if (c.largest < 2)
    return detail::no_value(undefined_reason::empty, "Record several trials per person: no cluster holds two.");
  // The subtracted sum has the closed form N p q.
  const double correlation = (c.squared_residuals() - c.total() * p * q) / (p * q * pairs);
  const double factor = 1.0 + (size - 1.0) * correlation, variance = p * q / c.total() * factor;
  return intra_individual{correlation, size, variance, c.total() / std::fmax(1.0, factor)};
}

/// The share of the variation of single trials that lies between clusters, by analysis of variance; descriptive.
/// icc = (MSB - MSW) / (MSB + (n0 - 1) MSW), n0 = (N - sum n_c^2 / N) / (C - 1).   Cites: Fleiss 1981; R `anova(lm)`.
/// Undefined (`empty`) when no cluster holds two trials.
inline estimable<anova_correlation> icc_anova(std::span<const cluster_tally> clusters) {
  const detail::sorted_clusters c("cluster::icc_anova", clusters);
  if (auto why = detail::no_variance(c, metric_family::share, true)) return tl::unexpected(*why);
  if (c.largest < 2)
    return detail::no_value(undefined_reason::empty, "Record several trials per cluster: no cluster holds two.");
  const double p = c.rate();
  double between = 0.0, within = 0.0;
  for (const cluster_tally& row : c.rows) {
    const auto n = static_cast<double>(row.exposure), x = static_cast<double>(row.events);
    between += n * (x / n - p) * (x / n - p);
    within += x * ((n - x) / n);
  }
  const double msb = between / (c.count() - 1.0), msw = within / (c.total() - c.count());
  const double size = (c.total() - c.squared_weights() * c.total()) / (c.count() - 1.0);
  return anova_correlation{(msb - msw) / (msb + (size - 1.0) * msw), size, msb, msw};
}

/// What repeated passes are worth: 400 people passing ten times with a correlation of 0.3 are worth 1,081 passes.
struct passes_worth { double design_effect = 1.0, effective_exposure = 0.0; };

/// deff = 1 + (m - 1) rho for `subjects` with `passes` each (Kish 1965). Throws when rho lies outside [-1/(m-1), 1].
/// Undefined (`empty`) without subjects or passes, and where the correlation would leave no variance at all.
inline estimable<passes_worth> passes_design_effect(std::uint64_t subjects, std::uint64_t passes, double rho) {
  constexpr const char* name = "cluster::passes_design_effect";
  detail::require_count(name, "subjects", subjects);
  detail::require_count(name, "passes", passes);
  if (!(rho >= -1.0 && rho <= 1.0)) detail::wrong_call(name, "rho", "lies outside [-1, 1]");
  if (subjects == 0 || passes == 0) return detail::no_value(undefined_reason::empty, "Plan at least one pass of one person.");
  const auto m = static_cast<double>(passes);
  const double effect = 1.0 + (m - 1.0) * rho;
  if (effect < 0.0) detail::wrong_call(name, "rho", "lies below -1 / (passes - 1)");
  if (effect == 0.0) return detail::no_value(undefined_reason::empty, "Plan with a larger correlation: this one leaves no variance.");
  return passes_worth{effect, static_cast<double>(subjects) * m / effect};
}

} // namespace lfreval::cluster
