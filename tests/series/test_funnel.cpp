#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <doctest/doctest.h>

#include <lfreval/series/funnel.hpp>

#include "support/series_data.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("interpolated limits run between the binomial quantile and the count below it") {
  for (const double tail : {0.001, 0.025, 0.3, 0.975, 0.999}) {
    double upto = 0.0; // by hand for 40 trials at 0.2
    int quantile = 0;
    for (; quantile <= 40; ++quantile) {
      upto += std::exp(std::lgamma(41.0) - std::lgamma(quantile + 1.0) - std::lgamma(41.0 - quantile) + quantile * std::log(0.2) +
                       (40 - quantile) * std::log(0.8));
      if (upto >= tail) break;
    }
    const double found = funnel::binomial_limit(0.2, 40, tail).value();
    CHECK(found <= quantile / 40.0);
    CHECK(found >= std::fmax(0.0, (quantile - 1) / 40.0));
  }
  CHECK(funnel::binomial_limit(0.2, 40, 0.975).value() > funnel::binomial_limit(0.2, 80, 0.975).value());
  CHECK(funnel::binomial_limit(0.2, 0, 0.5).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS(static_cast<void>(funnel::binomial_limit(0.0, 10, 0.5)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(funnel::binomial_limit(0.5, 10, 1.0)), std::invalid_argument);
}

TEST_CASE("one deployment that differs stands out, and the others do not") {
  std::vector<cluster_tally> rows;
  for (std::uint64_t i = 0; i < 30; ++i) rows.push_back({10 + i % 5, 10000});
  rows.push_back({45, 10000});
  rows.push_back({0, 0});
  rows.push_back({1, 40});
  const auto found = funnel::find_outliers(rows).value();
  CHECK(found.above == 1);
  CHECK(found.below == 0);
  REQUIRE(found.rows.size() == 33);
  CHECK(found.rows[30].at == funnel::position::above);
  CHECK(found.rows[31].at == funnel::position::no_exposure);
  CHECK(found.rows[32].limits.upper > found.rows[30].limits.upper);
  CHECK(found.rows[0].limits.method == interval_method::funnel);
  CHECK(found.expected == doctest::Approx(32 * 0.002));
}

TEST_CASE("a single event where a hundredth was expected is not an outlier") {
  const auto rows = test::mps_064_false_alerts();
  const auto found = funnel::find_outliers(rows).value();
  for (const funnel::placed& one : found.rows)
    if (rows[one.index].events == 1) CHECK(one.at == funnel::position::inside);
}

TEST_CASE("published alerts at 0.64: the funnel is widened, and few deployments lie outside it") {
  const auto rows = test::mps_064_alerts();
  const auto found = funnel::find_outliers(rows).value();
  MESSAGE("phi " << found.widened_by.phi << ", winsorised " << found.widened_by.winsorised << ", below " << found.below
                 << ", above " << found.above << " of " << rows.size());
  CHECK(found.widened_by.winsorised > 1.5);
  CHECK(found.widened_by.winsorised <= found.widened_by.phi);
  auto turned = rows;
  test::random(2).shuffle(turned);
  const auto again = funnel::find_outliers(turned).value();
  CHECK(again.widened_by == found.widened_by);
  CHECK(again.above == found.above);
  CHECK(again.below == found.below);
}

TEST_CASE("deployments of one rate stay inside the funnel") {
  test::random from(6);
  std::uint64_t outside = 0, deployments = 0;
  for (int run = 0; run < 60; ++run) {
    std::vector<cluster_tally> rows;
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t faces = 1000 + from.below(20000);
      rows.push_back({test::poisson(from, 0.0008 * static_cast<double>(faces)), faces});
    }
    const auto found = funnel::find_outliers(rows).value();
    outside += found.above + found.below;
    deployments += rows.size();
  }
  MESSAGE("outside: " << outside << " of " << deployments);
  CHECK(static_cast<double>(outside) < 0.002 * static_cast<double>(deployments) + 3.0 * std::sqrt(0.002 * static_cast<double>(deployments)));
}

TEST_CASE("funnels need deployments, events and others") {
  const std::vector<cluster_tally> none, one{{3, 10}}, quiet{{0, 10}, {0, 20}}, full{{10, 10}, {2, 2}};
  CHECK(funnel::find_outliers(none).error().reason == undefined_reason::empty);
  CHECK(funnel::find_outliers(one).error().reason == undefined_reason::one_cluster);
  CHECK(funnel::overdispersion(quiet).error().reason == undefined_reason::no_events);
  CHECK(funnel::find_outliers(full, usual).error().reason == undefined_reason::all_events);
}

TEST_CASE("limits for few expected events agree with the search by halves, and end however close to 1 the tail is") {
  // Either side of the change of method: the mean decides, not the number of trials.
  for (const double mean : {0.001, 0.5, 3.0, 40.0, 499.0, 501.0}) {
    const std::uint64_t trials = 1000000;
    const double target = mean / static_cast<double>(trials);
    for (const double tail : {1e-6, 0.001, 0.5, 0.999, 1 - 1e-9}) {
      CAPTURE(mean);
      CAPTURE(tail);
      const double limit = funnel::binomial_limit(target, trials, tail).value() * static_cast<double>(trials);
      // Interpolated within the step: P(X <= floor(limit)) stays below the tail or just reaches it.
      const boost::math::binomial_distribution<double> law(static_cast<double>(trials), target);
      const double at = std::ceil(limit - 1e-9);
      CHECK(boost::math::cdf(law, at) >= tail * (1 - 1e-9));
      if (at >= 1) CHECK(boost::math::cdf(law, at - 1) <= tail * (1 + 1e-9));
    }
  }
  const double far = funnel::binomial_limit(1e-13, 4503599627370496, 1 - 1e-16).value();
  CHECK(far * 4503599627370496.0 < 2000);
}
