/// @file
/// What an outcome costs in faces, and how many alerts were wrong: the plain counts behind a judgement of balance.
#pragma once

#include <cstdint>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/poisson.hpp>

namespace lfreval::decision {

/// A figure with its exact limits.
struct bounded_figure {
  double point = 0.0; ///< may be `unbounded`
  interval limits;
  friend bool operator==(const bounded_figure&, const bounded_figure&) = default;
};

/// How many faces were scanned for each outcome: F / O, with Garwood's limits of the rate turned over. Deployments must not
/// differ more than chance allows; where they do, turn over the clustered limits of `outcomes_per_face`, as findings do.
/// Without an outcome the number is unbounded, and only its lower limit says something. Undefined (`empty`) without faces.
/// MPS to September 2025: 3,272 faces per arrest (3,071 to 3,489).
inline estimable<bounded_figure> number_needed_to_scan(std::uint64_t outcomes, std::uint64_t faces, confidence level) {
  const auto rate = poisson::garwood(outcomes, static_cast<double>(faces), level);
  if (!rate) return tl::unexpected(rate.error());
  const auto over = [](double r) { return r == 0.0 ? unbounded : 1.0 / r; };
  interval limits = *rate;
  limits.lower = over(rate->upper);
  limits.upper = over(rate->lower);
  limits.method = interval_method::inverted;
  return bounded_figure{over(static_cast<double>(outcomes) / static_cast<double>(faces)), limits};
}

/// The share of alerts that were wrong, with Clopper-Pearson limits: alerts taken as unrelated to each other. For clustered
/// alerts estimate `false_discovery_proportion`. Undefined (`empty`) without alerts.
inline estimable<bounded_figure> false_alert_share(std::uint64_t wrong, std::uint64_t alerts, confidence level) {
  const auto limits = binomial::clopper_pearson(wrong, alerts, level);
  if (!limits) return tl::unexpected(limits.error());
  return bounded_figure{static_cast<double>(wrong) / static_cast<double>(alerts), *limits};
}

} // namespace lfreval::decision
