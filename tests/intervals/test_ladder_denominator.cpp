// A denominator with a declared error, in every rung of the ladder and in the ratio of two rates.
#include <cmath>
#include <cstdio>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/intervals/poisson.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

ladder_result with_error(const std::vector<cluster_tally>& clusters, double cv, ladder_options how = {}, sides on = sides::two) {
  how.exposure_cv = cv;
  return ladder(clusters, usual, on, how).value();
}

std::vector<cluster_tally> spread_out(std::uint64_t most) {
  std::vector<cluster_tally> out;
  for (std::uint64_t i = 0; i < 24; ++i) out.push_back({i % (most + 1), 20000 + 1000 * (i % 7)});
  return out;
}

double normal(test::random& from) {
  const double u = 1.0 - from.uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * from.uniform());
}

std::uint64_t poisson_draw(test::random& from, double mean) {
  double left = mean;
  std::uint64_t n = 0;
  for (;; ++n)
    if ((left += std::log(1.0 - from.uniform())) < 0.0) return n;
}

} // namespace

TEST_CASE("one deployment with a declared error gives the published example of the specification") {
  // 10 events, 125,000 faces, coefficient of variation 5 %: 3.81e-5 to 1.485e-4.
  const std::vector<cluster_tally> only{{10, 125000}};
  const ladder_result found = with_error(only, 0.05);
  CHECK(found.headline.lower == doctest::Approx(3.81e-5).epsilon(2e-3));
  CHECK(found.headline.upper == doctest::Approx(1.485e-4).epsilon(1e-3));
  CHECK(found.headline.method == interval_method::estimated_denominator_gamma_lognormal);
  REQUIRE(found.companions.size() == 1);
  CHECK(found.companions[0].made == ladder(only, usual).value().headline);
  CHECK(found.companions[0].flags == flag_set{flag::denominator_taken_as_exact});
}

TEST_CASE("without a declared error nothing changes") {
  for (const auto& clusters : {std::vector<cluster_tally>{{3, 1000}}, spread_out(1), spread_out(4), std::vector<cluster_tally>{{0, 500}, {0, 700}}})
    CHECK(with_error(clusters, 0.0) == ladder(clusters, usual).value());
}

TEST_CASE("in every rung the declared error widens both ends, steadily, and the exact limits stay beside it") {
  const std::vector<std::vector<cluster_tally>> rungs{{{3, 100000}}, {{0, 50000}, {0, 70000}, {0, 9000}}, spread_out(1), spread_out(6), spread_out(12)};
  for (const auto& clusters : rungs)
    for (const auto use : {interval_use::description, interval_use::limit_check})
      for (const auto by : {cluster_unit::deployment, cluster_unit::person}) {
        ladder_options how;
        how.use = use;
        how.by = by;
        interval last = ladder(clusters, usual, sides::two, how).value().headline;
        const interval exact = last;
        for (const double cv : {0.001, 0.02, 0.1, 0.3, 1.0}) {
          CAPTURE(cv);
          const ladder_result found = with_error(clusters, cv, how);
          CHECK(found.headline.lower <= last.lower);
          CHECK(found.headline.upper >= last.upper);
          if (cv > 0.01) CHECK(found.headline.upper > last.upper);
          if (cv > 0.01 && exact.lower > 0.0) CHECK(found.headline.lower < last.lower);
          CHECK(found.companions.front().made == exact);
          last = found.headline;
        }
      }
}

TEST_CASE("without events the bound is the exponential one of the rung, mixed over the denominator") {
  // Upper limit u of an exponential over a lognormal: E[exp(-u N e^{s z})] = 0.025, summed here by the midpoint rule.
  const std::vector<cluster_tally> none{{0, 50000}, {0, 70000}};
  const double cv = 0.4, spread = std::sqrt(std::log1p(cv * cv));
  const interval exact = ladder(none, usual).value().headline, found = with_error(none, cv).headline;
  CHECK(found.lower == 0.0);
  const double effective = -std::log(0.025) / exact.upper;
  double tail = 0.0;
  const int steps = 200000;
  for (int i = 0; i < steps; ++i) {
    const double u = -9.0 + 18.0 * (i + 0.5) / steps;
    tail += std::exp(-found.upper * effective * std::exp(spread * u)) * std::exp(-u * u / 2.0) / 2.5066282746310002 * 18.0 / steps;
  }
  CHECK(tail == doctest::Approx(0.025).epsilon(1e-8));
}

TEST_CASE("one-sided limits spend all of the error on their side") {
  const auto clusters = spread_out(2);
  const interval upper = with_error(clusters, 0.2, {}, sides::upper).headline, lower = with_error(clusters, 0.2, {}, sides::lower).headline, both = with_error(clusters, 0.2).headline;
  CHECK(upper.lower == 0.0);
  CHECK(upper.upper < both.upper);
  CHECK(lower.lower > both.lower);
  CHECK(lower.upper == 1.0);
}

TEST_CASE("a share never exceeds one, and a wrong error is a wrong call") {
  CHECK(with_error({{40, 50}, {45, 50}, {50, 50}}, 1.0).headline.upper == 1.0);
  CHECK(with_error({{50, 50}, {50, 50}}, 0.5).headline.upper == 1.0);
  for (const double wrong : {-0.1, 10.5, std::nan("")}) CHECK_THROWS_AS(static_cast<void>(with_error({{1, 10}}, wrong)), std::invalid_argument);
}

TEST_CASE("a verdict allows for the error of the denominator and promises no exposure that would decide") {
  // 0 of 2,995 meets 1 in 1,000 with exact faces; with an error of 5 % it does not.
  const limit declared{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, "test"};
  const std::vector<cluster_tally> none{{0, 2995}};
  CHECK(judge(declared, none, usual).outcome == verdict_outcome::met);
  ladder_options how;
  how.exposure_cv = 0.05;
  const verdict unsure = judge(declared, none, usual, how);
  CHECK(unsure.outcome == verdict_outcome::inconclusive);
  CHECK_FALSE(unsure.exposure_to_decide.has_value());
  CHECK_FALSE(unsure.exposure_without_events.has_value());
}

TEST_CASE("an estimate says which error it allows for") {
  ladder_options how;
  how.exposure_cv = 0.05;
  const std::vector<cluster_tally> only{{10, 125000}};
  CHECK(estimate_rate(metric_id::false_alerts_per_face, only, usual, how).value().exposure_cv == 0.05);
  CHECK(estimate_rate(metric_id::false_alerts_per_face, only, usual).value().exposure_cv == 0.0);
}

namespace {

/// Deployments whose events are Poisson around the true faces, all reported with one common error of the face count.
struct covered {
  double with = 0, without = 0;
};

covered simulate(double rate, double cv, int runs, std::uint64_t seed) {
  test::random draw(seed);
  const double spread = std::sqrt(std::log1p(cv * cv));
  covered out;
  for (int run = 0; run < runs; ++run) {
    const double factor = std::exp(spread * normal(draw));
    std::vector<cluster_tally> clusters;
    for (int d = 0; d < 30; ++d) {
      const double seen = 5000.0 * (1 + d % 5);
      const double uneven = std::exp(0.5 * normal(draw) - 0.125);
      clusters.push_back({poisson_draw(draw, rate * seen * uneven), static_cast<std::uint64_t>(std::llround(seen * factor))});
    }
    out.with += with_error(clusters, cv).headline.contains(rate) ? 1.0 / runs : 0.0;
    out.without += ladder(clusters, usual).value().headline.contains(rate) ? 1.0 / runs : 0.0;
  }
  return out;
}

void check_coverage(int runs) {
  for (const auto& [rate, cv] : {std::pair{1e-5, 0.2}, {1e-4, 0.2}, {1e-4, 0.4}}) {
    const covered found = simulate(rate, cv, runs, 20260101);
    const double error = std::sqrt(0.95 * 0.05 / runs);
    std::printf("rate %g, coefficient of variation %g: covered %.3f, with the faces taken as exact %.3f (Monte-Carlo error %.3f)\n", rate, cv, found.with, found.without, error);
    CHECK(found.with >= 0.935 - 3.0 * error);
    if (rate > 5e-5) CHECK(found.without < 0.935 - 3.0 * error);
  }
}

} // namespace

TEST_CASE("the interval covers the rate although all faces are counted with one common error") { check_coverage(200); }
TEST_CASE("slow: the interval covers the rate although all faces are counted with one common error") { check_coverage(2000); }

TEST_CASE("a ratio is widened on the log scale like a sum of independent errors") {
  const interval exact = rate_ratio::conditional_exact(20, 100000, 10, 100000, usual).value().limits;
  const interval found = rate_ratio::widen_by_denominators(2.0, exact, 0.1, 0.2);
  CHECK(found.method == interval_method::estimated_denominators_log);
  const double z = 1.959963984540054, squared = z * z * (std::log(1.01) + std::log(1.04));
  CHECK(std::pow(std::log(2.0 / found.lower), 2) == doctest::Approx(std::pow(std::log(2.0 / exact.lower), 2) + squared).epsilon(1e-12));
  CHECK(std::pow(std::log(found.upper / 2.0), 2) == doctest::Approx(std::pow(std::log(exact.upper / 2.0), 2) + squared).epsilon(1e-12));
  CHECK(rate_ratio::widen_by_denominators(2.0, exact, 0.0, 0.0).lower == doctest::Approx(exact.lower).epsilon(1e-12));
  // A limit at the point itself moves away from it, never across.
  interval touching = exact;
  touching.lower = touching.upper = 2.0;
  CHECK(rate_ratio::widen_by_denominators(2.0, touching, 0.1, 0.0).lower < 2.0);
  CHECK(rate_ratio::widen_by_denominators(2.0, touching, 0.1, 0.0).upper > 2.0);
  // Without events on one side only one limit says anything.
  const interval none = rate_ratio::conditional_exact(0, 100000, 10, 100000, usual).value().limits;
  const interval wider = rate_ratio::widen_by_denominators(0.0, none, 0.1, 0.0);
  CHECK(wider.lower == 0.0);
  CHECK(wider.upper == doctest::Approx(none.upper * std::exp(z * std::sqrt(std::log(1.01)))).epsilon(1e-12));
  const interval all = rate_ratio::conditional_exact(10, 100000, 0, 100000, usual).value().limits;
  const interval lower_only = rate_ratio::widen_by_denominators(unbounded, all, 0.1, 0.0);
  CHECK(lower_only.upper_unbounded());
  CHECK(lower_only.lower == doctest::Approx(all.lower * std::exp(-z * std::sqrt(std::log(1.01)))).epsilon(1e-12));
  CHECK_THROWS_AS(static_cast<void>(rate_ratio::widen_by_denominators(2.0, exact, -1.0, 0.0)), std::invalid_argument);
}
