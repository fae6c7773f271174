#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/series/confidence_sequence.hpp>

#include "support/random.hpp"

using namespace lfreval;
using sequential::mixture_prior;

namespace {

double log_likelihood(double x, double n, double p) {
  return (x == 0.0 ? 0.0 : x * std::log(p)) + (n == x ? 0.0 : (n - x) * std::log1p(-p));
}

constexpr confidence usual{0.95};

} // namespace

TEST_CASE("a mixture sequence contains every share whose likelihood is at least alpha of the best") {
  for (const mixture_prior prior : {mixture_prior{}, mixture_prior{1.0, 1000.0}, mixture_prior{2.0, 3.0}})
    for (const std::uint64_t n : {1U, 7U, 100U, 3000U, 2000000U})
      for (const std::uint64_t x : {std::uint64_t{0}, std::uint64_t{1}, n / 2, n - 1, n}) {
        const auto limits = sequential::beta_mixture(x, n, usual, prior).value();
        const double k = static_cast<double>(x), t = static_cast<double>(n), best = log_likelihood(k, t, k / t);
        const auto likely = [&](double p) { return log_likelihood(k, t, p) - best >= std::log(0.05); };
        CAPTURE(x);
        CAPTURE(n);
        CHECK(limits.contains(k / t));
        if (limits.lower > 0.0) CHECK_FALSE(likely(limits.lower));
        if (limits.upper < 1.0) CHECK_FALSE(likely(limits.upper));
      }
}

TEST_CASE("a mixture sequence is nested in its confidence and mirrors when events become non-events") {
  constexpr confidence lower{0.9}, higher{0.99};
  for (const std::uint64_t x : {0U, 3U, 20U}) {
    const auto narrow = sequential::beta_mixture(x, 40, lower).value(), wide = sequential::beta_mixture(x, 40, higher).value();
    CHECK(wide.lower <= narrow.lower);
    CHECK(narrow.upper < wide.upper);
    const auto mirrored = sequential::beta_mixture(40 - x, 40, lower).value();
    CHECK(mirrored.lower == doctest::Approx(1.0 - narrow.upper).epsilon(1e-12));
    CHECK(mirrored.upper == doctest::Approx(1.0 - narrow.lower).epsilon(1e-12));
  }
}

TEST_CASE("a prior near the rate costs 1.39 times the width of Clopper-Pearson's limits and the usual one 1.92 times") {
  const auto width = [](const interval& i) { return i.upper - i.lower; };
  const double exact = width(binomial::clopper_pearson(10, 10000, usual).value());
  CHECK(width(sequential::beta_mixture(10, 10000, usual, mixture_prior::near(0.001)).value()) / exact == doctest::Approx(1.39).epsilon(0.005));
  CHECK(width(sequential::beta_mixture(10, 10000, usual).value()) / exact == doctest::Approx(1.92).epsilon(0.005));
}

TEST_CASE("the sequence of a rate is that of a share whose trials are ever finer") {
  // Beta(a, b m) over shares of m trials per unit tends to Gamma(a, b) over rates per unit.
  const auto rate = sequential::gamma_mixture(3, 24.5, usual, {0.5, 1.0}).value();
  const auto share = sequential::beta_mixture(3, 24'500'000'000, usual, {0.5, 1e9}).value();
  CHECK(share.lower * 1e9 == doctest::Approx(rate.lower).epsilon(1e-6));
  CHECK(share.upper * 1e9 == doctest::Approx(rate.upper).epsilon(1e-6));
  const auto none = sequential::gamma_mixture(0, 10.0, usual).value();
  CHECK(none.lower == 0.0);
  // At 0 events ln((b+t)/b)^-a + t l = ln(1/alpha), by hand.
  CHECK(none.upper == doctest::Approx((std::log(20.0) + 0.5 * std::log(11.0)) / 10.0).epsilon(1e-12));
}

TEST_CASE("hedged betting gives limits at which the slower of the two bettors has 2 over alpha") {
  test::random random(7);
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(0.2 + 0.3 * random.uniform());
  const auto limits = sequential::hedged_betting(values, usual).value();
  CHECK(limits.contains(0.35));
  CHECK(limits.lower > 0.2);
  CHECK(limits.upper < 0.5);
  // Wealth worked out here, by the formulas of the paper.
  const auto highest = [&](double mean, bool up) {
    double wealth = 1.0, richest = 1.0, sum = 0.5, squares = 0.25;
    for (std::size_t t = 1; t <= values.size(); ++t) {
      const double k = static_cast<double>(t), bet = std::sqrt(2.0 * std::log(40.0) / (squares / k * k * std::log(k + 1.0)));
      const double x = values[t - 1];
      wealth *= up ? 1.0 + std::min(bet, 0.5 / mean) * (x - mean) : 1.0 - std::min(bet, 0.5 / (1.0 - mean)) * (x - mean);
      richest = std::max(richest, wealth);
      sum += x;
      squares += (x - sum / (k + 1.0)) * (x - sum / (k + 1.0));
    }
    return richest;
  };
  CHECK(highest(limits.lower, true) == doctest::Approx(40.0).epsilon(1e-9));
  CHECK(highest(limits.upper, false) == doctest::Approx(40.0).epsilon(1e-9));
  // More deployments only narrow what is left.
  const auto fewer = sequential::hedged_betting(std::span(values).first(30), usual).value();
  CHECK(fewer.lower <= limits.lower);
  CHECK(limits.upper <= fewer.upper);
  const auto one = sequential::hedged_betting(std::vector{0.3}, usual).value();
  CHECK(one.lower == 0.0);
  CHECK(one.upper == 1.0);
}

TEST_CASE("sequences without data are undefined and wrong calls throw") {
  CHECK(sequential::beta_mixture(0, 0, usual).error().reason == undefined_reason::empty);
  CHECK(sequential::gamma_mixture(0, 0.0, usual).error().reason == undefined_reason::empty);
  CHECK(sequential::hedged_betting({}, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS(static_cast<void>(sequential::beta_mixture(3, 2, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::beta_mixture(1, 2, usual, {0.0, 1.0})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::hedged_betting(std::vector{1.5}, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sequential::betting_capital(std::vector{0.5}, 0.5, 2.0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(mixture_prior::near(0.0)), std::invalid_argument);
}
