/// @file
/// Which deployments stand out from the rest, given how many faces each saw: a funnel of limits around a common share.
///
/// Common to all: no trial is `undefined` (`empty`); shares outside (0, 1), tails outside (0, 1) and counts above 2^52
/// throw `std::invalid_argument`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::funnel {

/// The observed share that a deployment of `trials` at the target share stays below with probability `tail`: the
/// binomial quantile, interpolated so that the funnel is smooth; never below 0.
/// (r - (F(r) - tail) / P(r)) / n, r the smallest count with F(r) >= tail.   Cites: Spiegelhalter 2005, appendix A.1.
/// Cost: about 60 microseconds.
[[nodiscard]] estimable<double> binomial_limit(double target, std::uint64_t trials, double tail);

/// How much wider than binomial the funnel must be before all deployments but a few fit in it.
struct spread {
  double phi = 1.0;        ///< mean of z^2, z = (x/n - p) / sqrt(p q / n) with p the pooled share
  double winsorised = 1.0; ///< the same with the most extreme tenth at each end pulled in to the rest

  friend bool operator==(const spread&, const spread&) = default;
};

/// Overdispersion around the pooled share, robust against the outliers that are looked for. Quantiles at 10 % and 90 %
/// of z as R's type 7.   Cites: Spiegelhalter 2005. Undefined: `empty`, `one_cluster`, `no_events`, `all_events`,
/// `events_exceed_exposure`. Byte-identical under any order of the deployments.
[[nodiscard]] estimable<spread> overdispersion(std::span<const cluster_tally> deployments);

enum class position : std::uint8_t { inside, below, above, no_exposure };

/// One deployment in the funnel.
struct placed {
  std::size_t index = 0; ///< in the deployments as given
  double share = 0.0;
  interval limits;       ///< of the share, widened by sqrt(max(1, winsorised phi))
  position at = position::inside;

  friend bool operator==(const placed&, const placed&) = default;
};

struct outliers {
  double target = 0.0;        ///< the pooled share
  spread widened_by;
  std::vector<placed> rows;   ///< every deployment, in the order given
  std::uint64_t below = 0, above = 0;
  double expected = 0.0;      ///< at most so many lie outside by chance alone: deployments times alpha

  friend bool operator==(const outliers&, const outliers&) = default;
};

/// The funnel's level: outside it by chance 2 times in 1,000.
inline constexpr confidence usual_level{0.998};

/// Deployments outside the funnel after widening it by sqrt(phi). `limits` are interpolated, for drawing; `at` is
/// decided by the exact binomial tail, so that a single event where a hundredth was expected is not already an outlier.
/// Outside is a reason to look at a deployment, not proof that something went wrong there; with D deployments up to D
/// (1 - level) lie outside by chance. Undefined as `overdispersion`. Cost: about 0.1 ms per deployment.
[[nodiscard]] estimable<outliers> find_outliers(std::span<const cluster_tally> deployments, confidence level = usual_level);

} // namespace lfreval::funnel
