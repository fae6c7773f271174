// How often limits of net benefit hold the truth, where deployments are alike and where they are not.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/proportionality/net_benefit.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence level{0.95};
constexpr double outcomes_per_face = 6e-4, harms_per_face = 2e-3, rate = 0.1;
constexpr std::uint64_t faces_of_each = 10'000;
constexpr int deployments = 100;

/// Poisson by inversion, for means up to some hundreds.
std::uint64_t inverted_poisson(test::random& draw, double mean) {
  double at = std::exp(-mean), below = at;
  const double u = draw.uniform();
  std::uint64_t k = 0;
  while (u > below && k < 10'000) {
    ++k;
    at *= mean / static_cast<double>(k);
    below += at;
  }
  return k;
}

struct covered { int clustered = 0, flat = 0, even = 0; };

/// `cv`: of the rates between deployments; the busy ones have more of both.
covered simulate(double cv, int trials) {
  test::random draw(20260719);
  const double truth = outcomes_per_face - rate * harms_per_face, even = outcomes_per_face / harms_per_face;
  covered out;
  for (int t = 0; t < trials; ++t) {
    std::vector<decision::decision_cluster> clusters;
    for (int d = 0; d < deployments; ++d) {
      const double shape = 1.0 / (cv * cv), busy = cv == 0.0 ? 1.0 : distribution::gamma_lower_quantile(shape, draw.uniform()) / shape;
      const auto n = static_cast<double>(faces_of_each);
      clusters.push_back({inverted_poisson(draw, busy * outcomes_per_face * n), inverted_poisson(draw, busy * harms_per_face * n), faces_of_each});
    }
    const decision::clustered_benefit sums(clusters, cluster_unit::deployment, level);
    const auto& total = sums.totals();
    out.clustered += sums.at(decision::exchange_rate(rate)).value().limits.contains(truth) ? 1 : 0;
    out.flat += decision::net_benefit(total.gained, total.harmed, total.exposure, decision::exchange_rate(rate), level).value().limits.contains(truth) ? 1 : 0;
    out.even += decision::break_even(clusters, cluster_unit::deployment, level).value().limits.contains(even) ? 1 : 0;
  }
  return out;
}

} // namespace

TEST_CASE("slow: limits of net benefit hold the truth as often as promised, and those that ignore deployments do not") {
  constexpr int trials = 2000;
  const double error = 3.0 * std::sqrt(0.95 * 0.05 / trials);
  const auto share = [](int n) { return static_cast<double>(n) / trials; };
  const covered alike = simulate(0.0, trials);
  CHECK(std::fabs(share(alike.clustered) - 0.95) < error);
  CHECK(std::fabs(share(alike.flat) - 0.95) < error);
  CHECK(share(alike.even) > 0.95 - error);
  const covered spread = simulate(0.6, trials);
  // The busy days are few and long: 100 deployments leave half a percentage point of skewness.
  CHECK(share(spread.clustered) > 0.945 - error);
  CHECK(share(spread.clustered) < 0.95 + error);
  CHECK(share(spread.flat) < 0.90);
  CHECK(share(spread.even) > 0.95 - error);
}
