#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/series/e_value.hpp>

#include "support/random.hpp"

using namespace lfreval;
using sequential::deployment_count;
using sequential::mixture_prior;

namespace {

/// The expectation of the likelihood ratio over the prior above the limit, by Simpson's rule in ln(p).
double integrated(double x, double n, double limit, double a, double b) {
  constexpr int steps = 400000;
  const double from = std::log(limit), width = -from / steps;
  double above = 0.0, prior = 0.0;
  for (int i = 0; i <= steps; ++i) {
    const double p = i == steps ? 1.0 : std::exp(from + width * i), q = 1.0 - p;
    const double weight = (i == 0 || i == steps) ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
    const double density = q > 0.0 ? std::exp(a * std::log(p) + (b - 1.0) * std::log(q)) : 0.0;
    prior += weight * density;
    if (q > 0.0) above += weight * density * std::exp(x * std::log(p / limit) + (n - x) * (std::log(q) - std::log1p(-limit)));
  }
  return above / prior;
}

} // namespace

TEST_CASE("an e-value is the mean likelihood ratio over what lies above the limit") {
  for (const auto& [x, n] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 500}, {1, 1000}, {5, 1000}, {30, 10000}}) {
    const double found = std::exp(sequential::log_e_value(x, n, 0.001, {1.0, 1000.0}));
    CHECK(found == doctest::Approx(integrated(static_cast<double>(x), static_cast<double>(n), 0.001, 1.0, 1000.0)).epsilon(1e-6));
  }
}

TEST_CASE("the prior near the limit finds 20 events in 10000 against 1 in 1000 telling where the usual one does not") {
  CHECK(std::exp(sequential::log_e_value(20, 10000, 0.001, mixture_prior::near(0.001))) == doctest::Approx(19.7).epsilon(0.005));
}

TEST_CASE("an e-value far on the right side of its limit is small and finite") {
  const double quiet = sequential::log_e_value(20, 6'640'000, 0.001, mixture_prior::near(0.001));
  CHECK(std::isfinite(quiet));
  CHECK(quiet < -2.0);
  CHECK(quiet > -20.0);
  // Both ways of writing the tail meet: the limit passes the mean.
  double before = sequential::log_e_value(1000, 1'000'000, 0.00095);
  for (const double limit : {0.00097, 0.00099, 0.001, 0.0010005, 0.00101, 0.0011}) {
    const double now = sequential::log_e_value(1000, 1'000'000, limit);
    CHECK(now < before);
    before = now;
  }
  const double rate = sequential::log_e_value_of_rate(2, 1000.0, 1.0);
  CHECK(std::isfinite(rate));
  CHECK(rate < 0.0);
  // Without events the ratio is e^-(l - l0)t over the prior above l0, for a = 1 by hand: b / (b + t).
  CHECK(sequential::log_e_value_of_rate(0, 30.0, 0.2, {1.0, 10.0}) == doctest::Approx(std::log(10.0 / 40.0)).epsilon(1e-12));
  CHECK(sequential::log_e_value_of_rate(4, 30.0, 0.01, {1.0, 10.0}) == doctest::Approx(sequential::log_e_value(4, 30'000'000, 1e-8, {1.0, 1e7})).epsilon(1e-5));
}

TEST_CASE("evidence on totals does not depend on how the deployments were batched") {
  // Totals are all that enters, and a stream that goes on multiplies: e(x1 + x2) with the prior updated by the first part.
  const double whole = sequential::log_e_value(12, 9000, 0.001, {1.0, 1000.0});
  const double first = sequential::log_e_value(5, 3000, 0.001, {1.0, 1000.0}), rest = sequential::log_e_value(7, 6000, 0.001, {6.0, 3995.0});
  CHECK(first + rest == doctest::Approx(whole).epsilon(1e-12));
}

TEST_CASE("a bettor on deployments is not ruined by one bad day and becomes rich on a broken limit") {
  std::vector<deployment_count> steady(40, {3, 1000.0});
  CHECK(sequential::betting_log_e_value(steady, 0.001) > std::log(1000.0));
  std::vector<deployment_count> kept(40, {0, 1000.0});
  CHECK(sequential::betting_log_e_value(kept, 0.001) < 0.0);
  // One deployment: each bettor holds 1 + f (x / (n p0) - 1), with f by the formula of the header.
  double sum = 0.0;
  for (const double r : {1.5, 2.0, 4.0, 8.0}) {
    const double f = std::min(0.5, (r - 1.0) / ((r - 1.0) * (r - 1.0) + r / 2.0));
    sum += 1.0 + f * (7.0 / 2.0 - 1.0);
  }
  CHECK(sequential::betting_log_e_value(std::vector<deployment_count>{{7, 2000.0}}, 0.001) == doctest::Approx(std::log(sum / 4.0)).epsilon(1e-12));
  // A deployment without exposure is nothing.
  steady.push_back({0, 0.0});
  CHECK(sequential::betting_log_e_value(steady, 0.001) == sequential::betting_log_e_value(std::span(steady).first(40), 0.001));
}

TEST_CASE("rejections by e-values take the largest set that earns its size") {
  using places = std::vector<std::size_t>;
  CHECK(sequential::e_benjamini_hochberg(std::vector{100.0}, 0.05) == places{0});
  CHECK(sequential::e_benjamini_hochberg(std::vector{19.0}, 0.05).empty());
  // The two highest need 2 / (2 x 0.05) = 20 each; the first alone would need 40.
  CHECK(sequential::e_benjamini_hochberg(std::vector{21.0, 20.0}, 0.05) == places{0, 1});
  CHECK(sequential::e_benjamini_hochberg({}, 0.05).empty());
  CHECK_THROWS_AS(static_cast<void>(sequential::e_benjamini_hochberg(std::vector{-1.0}, 0.05)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::log_e_value(1, 10, 0.0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::betting_log_e_value(std::vector<deployment_count>{{1, 0.0}}, 0.1)), std::invalid_argument);
}
