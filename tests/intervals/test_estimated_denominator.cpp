#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/intervals/poisson.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("a denominator without error gives the limits of a counted one") {
  for (const std::uint64_t x : {0U, 1U, 10U, 4000U}) {
    const interval counted = poisson::garwood(x, 125000, usual).value();
    for (const double cv : {0.0, 1e-12}) {
      const interval found = rate::estimated_denominator_gamma_lognormal(x, 125000, cv, usual).value();
      CHECK(found.lower == doctest::Approx(counted.lower).epsilon(1e-10));
      CHECK(found.upper == doctest::Approx(counted.upper).epsilon(1e-10));
      CHECK(found.method == interval_method::estimated_denominator_gamma_lognormal);
    }
  }
}

TEST_CASE("the limits widen with the error of the denominator, steadily through both ways of summing") {
  for (const std::uint64_t x : {0U, 1U, 3U, 10U, 400U, 1000000U}) {
    CAPTURE(x);
    double lower = unbounded, upper = 0.0;
    for (const double cv : {0.0, 1e-4, 0.001, 0.01, 0.049, 0.05, 0.051, 0.2, 0.5, 1.0, 3.0}) {
      CAPTURE(cv);
      const interval found = rate::estimated_denominator_gamma_lognormal(x, 1e6, cv, usual).value();
      CHECK(found.lower <= lower);
      CHECK(found.upper > upper * (1.0 - 1e-12));
      lower = found.lower;
      upper = found.upper;
      if (x == 0) CHECK(found.lower == 0.0);
      const interval box = rate::estimated_denominator_bonferroni(x, 1e6, cv, usual).value();
      CHECK(box.lower <= found.lower);
      CHECK(box.upper >= found.upper);
    }
  }
}

TEST_CASE("one event has a lower limit in closed form up to one integral") {
  // P(G / N <= r) for G ~ Exp(1): E[1 - exp(-r N)], summed here by the midpoint rule over 400,000 probabilities of N.
  const double cv = 0.3, spread = std::sqrt(std::log1p(cv * cv));
  const interval found = rate::estimated_denominator_gamma_lognormal(1, 1.0, cv, usual).value();
  double tail = 0.0;
  const int steps = 400000;
  for (int i = 0; i < steps; ++i) {
    const double u = -9.0 + 18.0 * (i + 0.5) / steps;
    tail += -std::expm1(-found.lower * std::exp(spread * u)) * std::exp(-u * u / 2.0) / 2.5066282746310002 * 18.0 / steps;
  }
  CHECK(tail == doctest::Approx(0.025).epsilon(1e-10));
}

TEST_CASE("effective counts bend through whole ones, and scale") {
  const interval whole = rate::estimated_denominator_gamma_lognormal(8, 425000, 0.1, usual).value();
  const interval same = rate::estimated_denominator_effective(8.0, 425000, 0.1, usual).value();
  CHECK(same == whole);
  const interval quarter = rate::estimated_denominator_effective(2.0, 106250, 0.1, usual).value();
  CHECK(quarter.lower < whole.lower);
  CHECK(quarter.upper > whole.upper);
  const interval between = rate::estimated_denominator_effective(2.5, 106250, 0.1, usual).value();
  CHECK(between.lower > quarter.lower);
  CHECK(between.upper > quarter.upper);
  const interval one_sided = rate::estimated_denominator_effective(2.5, 106250, 0.1, usual, sides::upper).value();
  CHECK(one_sided.lower == 0.0);
  CHECK(one_sided.upper < between.upper);
  CHECK(rate::estimated_denominator_effective(2.5, 106250, 0.1, usual, sides::lower).value().upper == unbounded);
  CHECK(rate::estimated_denominator_effective(0.4, 1000, 0.1, usual).value().lower > 0.0);
}

TEST_CASE("no exposure, no event and wrong calls") {
  CHECK(rate::estimated_denominator_gamma_lognormal(0, 0, 0.1, usual).error().reason == undefined_reason::empty);
  CHECK(rate::estimated_denominator_bonferroni(0, 0, 0.1, usual).error().bounds->upper == unbounded);
  const auto none = rate::estimated_denominator_log_delta(0, 100, 0.1, usual);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().reason == undefined_reason::no_events);
  CHECK_FALSE(none.error().remedy.empty());
  CHECK_THROWS_AS(static_cast<void>(rate::estimated_denominator_gamma_lognormal(1, 0, 0.1, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(rate::estimated_denominator_gamma_lognormal(1, 10, -0.1, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(rate::estimated_denominator_gamma_lognormal(1, 10, 15, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(rate::estimated_denominator_effective(-1.0, 10, 0.1, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(rate::estimated_denominator_bonferroni(1, NAN, 0.1, usual)), std::invalid_argument);
}

namespace {

/// How often the default interval holds the true rate when faces are estimated with the stated error.
double covered(double mean, double cv, int runs) {
  test::random from(7);
  const double spread = std::sqrt(std::log1p(cv * cv)), exposure = 1e5, truth = mean / exposure;
  int hit = 0;
  for (int i = 0; i < runs; ++i) {
    std::uint64_t x = 0;
    for (double t = -std::log1p(-from.uniform()); t < mean; t -= std::log1p(-from.uniform())) ++x;
    const double radius = std::sqrt(-2.0 * std::log1p(-from.uniform())), angle = 6.283185307179586 * from.uniform();
    const double estimated = exposure * std::exp(spread * radius * std::cos(angle));
    hit += rate::estimated_denominator_gamma_lognormal(x, estimated, cv, usual).value().contains(truth) ? 1 : 0;
  }
  return static_cast<double>(hit) / runs;
}

} // namespace

TEST_CASE("the default interval covers") {
  for (const auto& [mean, cv] : {std::pair{0.7, 0.3}, {10.0, 0.2}, {400.0, 0.1}}) {
    const double share = covered(mean, cv, 400);
    MESSAGE("mean " << mean << ", cv " << cv << ": " << share);
    CHECK(share > 0.95 - 3.0 * std::sqrt(0.95 * 0.05 / 400));
  }
}

TEST_CASE("slow: the default interval covers, long run") {
  for (const double mean : {0.3, 1.0, 3.0, 10.0, 100.0, 1000.0})
    for (const double cv : {0.05, 0.2, 0.5}) {
      const double share = covered(mean, cv, 4000);
      MESSAGE("mean " << mean << ", cv " << cv << ": " << share);
      CHECK(share > 0.95 - 3.0 * std::sqrt(0.95 * 0.05 / 4000));
    }
}
