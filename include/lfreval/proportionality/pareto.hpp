/// @file
/// Operating points of which no other does more good with less harm, and how sure that is.
///
/// Thresholds and list lengths are chosen between such points by a judgement of value, which is not made here: no point of the
/// front is better than another, and a point off the front is worse than some other whatever one values.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::decision {

/// What an operating point takes (to be small: false alerts per face) and what it gives (to be large: listed people found).
struct operating_point {
  double burden = 0.0, benefit = 0.0;
  friend bool operator==(const operating_point&, const operating_point&) = default;
};

/// Whether `a` is at least as good as `b` both ways and better one way.
[[nodiscard]] constexpr bool dominates(const operating_point& a, const operating_point& b) noexcept {
  return a.burden <= b.burden && a.benefit >= b.benefit && (a.burden < b.burden || a.benefit > b.benefit);
}

/// Positions of the points that no other dominates, ascending; of equal points the first. Throws for a NaN. Cost: a sort.
/// Unchanged by the order of the points and by any rising transformation of either axis.   Cites: Pareto 1906.
[[nodiscard]] std::vector<std::size_t> pareto_front(std::span<const operating_point> points);

/// The same operating points in resampled trials: each person, or deployment, counts in a replicate as often as its weight says,
/// in all points alike.
struct replicated_points {
  std::size_t points = 0;
  std::vector<operating_point> observed;
  std::vector<operating_point> drawn;  ///< replicate by replicate, `points` each; replicates that met nobody at some point are left out
  std::uint32_t asked = 0;             ///< replicates drawn, those left out among them
  [[nodiscard]] std::size_t replicates() const noexcept { return points == 0 ? 0 : drawn.size() / points; }
  [[nodiscard]] std::span<const operating_point> replicate(std::size_t r) const { return std::span(drawn).subspan(r * points, points); }
};

/// What each cluster brought at one point: found of those that could be found, and harmed of those that could be.
struct point_clusters {
  std::vector<cluster_tally> benefit, burden; ///< one per cluster
};

struct replicate_request {
  std::uint32_t replicates = 2000;
  bootstrap::weight_source from = {};
  unsigned threads = 1; ///< the result does not depend on it
};

/// Rates of every point in Poisson bootstrap replicates over the clusters named by `entities` (`bootstrap::entity_of`).
/// Undefined: `one_cluster`; `empty` when a point has no exposure; `empty_replicates` when more than 1 % of the replicates met
/// nobody at some point. Throws when sizes differ, and without points or replicates.   Cost: replicates points clusters.
[[nodiscard]] estimable<replicated_points> replicate_points(std::span<const std::uint64_t> entities, std::span<const point_clusters> points,
                                                            const replicate_request& request = {});

struct front_certainty {
  std::vector<std::size_t> front; ///< as observed
  std::vector<double> inclusion;  ///< of each point: share of the replicates in which it is on the front; a tie counts for all of the tied
};
/// How often each point is on the front. Throws without replicates. Cost: replicates points log points.
[[nodiscard]] front_certainty certainty_of_front(const replicated_points&);

/// The share of the replicates in which `a` dominates `b`.
[[nodiscard]] double probability_dominates(const replicated_points&, std::size_t a, std::size_t b);

/// One point against another: how much more it gives and takes, with limits that hold for all pairs at once.
struct dominance {
  std::size_t better = 0, worse = 0;
  double probability = 0.0;
  interval more_benefit, more_burden; ///< of `better` less `worse`, percentile limits
};
/// The pairs of which one point dominates the other even at the worse ends of the limits: benefit more by at least 0, burden by
/// at most 0, and not both exactly 0. Limits are percentiles at 1 - alpha / (2 m) for the m pairs, so that all statements hold
/// together with the stated confidence, in large samples. Undefined (`few_effective_events`) when there are too few replicates
/// for such percentiles (20 beyond each). Throws without replicates.
[[nodiscard]] estimable<std::vector<dominance>> simultaneous_dominance(const replicated_points&, confidence level);

} // namespace lfreval::decision
