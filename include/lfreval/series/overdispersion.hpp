/// @file
/// Do deployments differ by more than chance? Asked before any rate is pooled over them, and with how good the question
/// is.
///
/// Common to all: no exposure is `undefined` (`empty`), a single deployment `one_cluster`, no event `no_events`. Events
/// without exposure and counts above 2^52 throw `std::invalid_argument`. Byte-identical under any order of the
/// deployments.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/types/confidence.hpp>

namespace lfreval::overdispersion {

/// Pearson's dispersion of counts around one common rate.
struct dispersion {
  double phi = 0.0;       ///< 1 when the counts vary as Poisson counts do, above 1 when deployments differ
  double degrees = 0.0;   ///< deployments less one
  double p_value = 0.0;   ///< chance of a phi at least as large with one common rate, by chi-square
  double least_expected = 0.0; ///< smallest expected count; far below 1 the p value is only a rough guide

  friend bool operator==(const dispersion&, const dispersion&) = default;
};

/// A test statistic that is standard normal when all deployments share one rate.
struct z_test {
  double z = 0.0;
  double p_one_sided = 0.0;

  friend bool operator==(const z_test&, const z_test&) = default;
};

/// An exact conditional test and its power, both simulated with a stated seed.
struct detectability {
  double p_value = 0.0;     ///< of the observed spread, given the total and one common rate
  double power = 0.0;       ///< chance of p <= alpha if the rates of deployments had the coefficient of variation `cv`
  double cv = 1.0;
  confidence level{0.95};
  std::uint64_t events = 0; ///< events the power was worked out for; at most 10,000, with more it is higher still
  std::uint64_t replicates = 0, seed = 0;

  friend bool operator==(const detectability&, const detectability&) = default;
};

struct detectability_options {
  double cv = 1.0;
  std::uint64_t replicates = 2000;
  std::uint64_t seed = 20250715;
};

} // namespace lfreval::overdispersion

namespace lfreval::detail {

/// Why the spread of events over deployments cannot be looked at, if it cannot.
inline std::optional<undefined> no_spread(const sorted_clusters& c, metric_family family) {
  if (auto why = no_cluster_value(c, family)) return why;
  if (c.rows.size() < 2)
    return undefined{undefined_reason::one_cluster, "Record a second deployment: one cannot differ from itself.", std::nullopt};
  if (c.events == 0)
    return undefined{undefined_reason::no_events, "Collect until there are events; without any, nothing can vary.", std::nullopt};
  return std::nullopt;
}

} // namespace lfreval::detail

namespace lfreval::overdispersion {

/// Pearson's phi = sum (x - m)^2 / m / (D - 1), m = n X / N. Near 1 is no evidence that deployments have equal rates:
/// see `detect`.   Cites: McCullagh & Nelder 1989. Cost: O(D log D).
inline estimable<dispersion> pearson(std::span<const cluster_tally> deployments) {
  const detail::sorted_clusters c("overdispersion::pearson", deployments);
  if (auto why = detail::no_spread(c, metric_family::rate)) return tl::unexpected(*why);
  double sum = 0.0;
  for (const cluster_tally& d : c.rows) {
    const double mean = static_cast<double>(d.exposure) * c.rate();
    const double residual = static_cast<double>(d.events) - mean;
    sum += residual * residual / mean;
  }
  const double degrees = c.count() - 1.0;
  double least = c.rate() * c.total();
  for (const cluster_tally& d : c.rows) least = std::fmin(least, static_cast<double>(d.exposure) * c.rate());
  return dispersion{sum / degrees, degrees, distribution::gamma_above(degrees / 2.0, sum / 2.0), least};
}

/// Tarone's test of binomial shares against beta-binomial ones, powerful for small departures.
/// Z = (sum (x - n p)^2 / (p q) - N) / sqrt(2 sum n (n - 1)).   Cites: Tarone 1979. Undefined (`all_events`) when every
/// trial is an event, and `empty` when no deployment has two trials.
inline estimable<z_test> tarone_z(std::span<const cluster_tally> deployments) {
  const detail::sorted_clusters c("overdispersion::tarone_z", deployments);
  if (auto why = detail::no_spread(c, metric_family::share)) return tl::unexpected(*why);
  if (c.events == c.exposure)
    return detail::no_value(undefined_reason::all_events, "Nothing varies: every trial ended in the event.");
  const double p = c.rate(), q = static_cast<double>(c.exposure - c.events) / c.total();
  double pairs = 0.0;
  for (const cluster_tally& d : c.rows) pairs += static_cast<double>(d.exposure) * (static_cast<double>(d.exposure) - 1.0);
  if (pairs == 0.0)
    return detail::no_value(undefined_reason::empty, "Record deployments with at least two trials: single trials cannot show "
                                                     "that they resemble each other.");
  const double z = (c.squared_residuals() / (p * q) - c.total()) / std::sqrt(2.0 * pairs);
  return z_test{z, distribution::normal_above(z)};
}

/// The score test of one common rate, sum (x - m)^2, exact given the total number of events, and the chance with which
/// it would have found rates that vary with the coefficient of variation `cv` (gamma distributed). Print the power
/// beside every dispersion that is not significant: "no evidence of differences" from a test that would miss them 9
/// times in 10 is no finding.   p = (1 + #{simulated >= observed}) / (1 + replicates); the simulated tables deal the
/// events out with chances n / N, and n g / sum n g under the alternative.   Cites: Dean & Lawless 1989.
/// Throws when cv is not between 0.01 and 10 or replicates are fewer than 100 or more than a million. Deterministic.
/// Cost: O(replicates (D + events)); about 100 ms for 200 deployments and 2,000 events.
[[nodiscard]] estimable<detectability> detect(std::span<const cluster_tally> deployments, confidence level,
                                              const detectability_options& how = {});

} // namespace lfreval::overdispersion
