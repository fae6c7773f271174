#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/series/cusum.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

/// The same mean by repeated substitution in the equations of the chain.
double iterated(double p, std::size_t per_event, std::size_t alarm) {
  std::vector<double> n(alarm, 0.0);
  for (int round = 0; round < 200000; ++round)
    for (std::size_t i = 0; i < alarm; ++i)
      n[i] = 1.0 + (1.0 - p) * n[i == 0 ? 0 : i - 1] + (i + per_event - 1 < alarm ? p * n[i + per_event - 1] : 0.0);
  return n[0];
}

/// Mean exposure to the alarm of a sum in continuous time, in units of 1/k: L' = r (L(z) - L(z-1)) - 1 in z = h - y, whose solutions
/// are the waiting-time sums of the queue M/D/1.
double continuous(double r, double h) {
  const auto waiting = [r](double z) {
    double sum = 0.0, factorial = 1.0;
    for (int j = 0; static_cast<double>(j) <= z; ++j) {
      if (j > 0) factorial *= j;
      const double left = z - j;
      sum += std::pow(-r * left, j) / factorial * std::exp(r * left);
    }
    return sum;
  };
  // A solution with the source -1 is minus the integral of the one without it; Simpson's rule.
  const auto integral = [&](double to) {
    constexpr int steps = 20000;
    double sum = 0.0;
    for (int i = 0; i <= steps; ++i) sum += (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * waiting(to * i / steps);
    return sum * to / steps / 3.0;
  };
  const double slope = r * (waiting(h) - (h >= 1.0 ? waiting(h - 1.0) : 0.0));
  return waiting(h) / slope * waiting(h) - integral(h);
}

} // namespace

TEST_CASE("the run length of a sum of 0/1 trials solves the equations of its chain") {
  CHECK(sequential::run_length(0.05, 4, 9) == doctest::Approx(iterated(0.05, 4, 9)).epsilon(1e-10));
  CHECK(sequential::run_length(0.3, 3, 12) == doctest::Approx(iterated(0.3, 3, 12)).epsilon(1e-10));
  // One event is enough: the wait for it.
  CHECK(sequential::run_length(0.01, 50, 40) == doctest::Approx(100.0).epsilon(1e-12));
}

TEST_CASE("the run length of a Poisson sum is that of continuous time") {
  for (const auto& [baseline, shifted] : std::vector<std::pair<double, double>>{{1.0, 2.0}, {1.0, 1.5}, {0.001, 0.004}}) {
    const auto design = sequential::design_cusum(baseline, shifted, 300.0 / baseline);
    const double k = sequential::poisson_reference(baseline, shifted);
    CHECK(design.reference == k);
    CHECK(design.mean_exposure_to_false_alarm >= 300.0 / baseline);
    CHECK(design.mean_exposure_to_false_alarm < 306.0 / baseline);
    CHECK(design.mean_exposure_to_false_alarm * k == doctest::Approx(continuous(baseline / k, design.alarm)).epsilon(0.01));
    CHECK(design.mean_exposure_to_alarm * k == doctest::Approx(continuous(shifted / k, design.alarm)).epsilon(0.01));
  }
}

TEST_CASE("false alarms of sums taken after whole deployments come no sooner than stated") {
  const auto design = sequential::design_cusum(1.0, 2.0, 200.0);
  test::random random(11);
  double total = 0.0;
  constexpr int runs = 2000;
  for (int run = 0; run < runs; ++run) {
    double sum = 0.0;
    do {
      const double exposure = 0.2 + 2.0 * random.uniform();
      total += exposure;
      sum = sequential::cusum_after(sum, test::poisson(random, exposure), exposure, design);
    } while (sum < design.alarm);
  }
  CHECK(total / runs > 200.0);
}

TEST_CASE("wrong calls of cumulative sums throw") {
  CHECK_THROWS_AS(static_cast<void>(sequential::poisson_reference(2.0, 2.0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::design_cusum(1.0, 2.0, 1e10)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::run_length(0.1, 1, 3)), std::invalid_argument);
  CHECK_THROWS_AS(sequential::bernoulli_cusum(0.2, 0.1), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::sequential_probability_ratio(1, 10, 0.1, 0.2, 0.6, 0.5)), std::invalid_argument);
}
