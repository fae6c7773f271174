#include <lfreval/identification/proof_power.hpp>

#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

/// The chance by adding up every result whose one-sided limit keeps the target.
double counted_out(std::uint64_t n, double target, double rate) {
  double sum = 0.0, at = std::pow(1.0 - rate, static_cast<double>(n));
  for (std::uint64_t k = 0; k < n; ++k) {
    if (binomial::clopper_pearson(k, n, usual, sides::upper).value().upper > target) break;
    sum += at;
    at *= static_cast<double>(n - k) / static_cast<double>(k + 1) * rate / (1.0 - rate);
  }
  return sum;
}

} // namespace

TEST_CASE("the chance of proving a limit is that of all results that prove it") {
  for (const std::uint64_t n : {50U, 200U, 631U, 2000U})
    for (const double rate : {0.0, 0.005, 0.012})
      CHECK(identification::proof_power(n, 0.02, rate, usual) == doctest::Approx(counted_out(n, 0.02, rate)).epsilon(1e-9));
}

TEST_CASE("the fewest passages that prove a limit are found by trying them all") {
  for (const double rate : {0.0, 0.004, 0.01}) {
    const auto found = identification::passages_to_prove(0.03, rate, usual, 0.8).value();
    CHECK(found.power == doctest::Approx(counted_out(found.passages, 0.03, rate)).epsilon(1e-9));
    CHECK(found.power >= 0.8);
    for (std::uint64_t n = 1; n < found.passages; ++n) CHECK(counted_out(n, 0.03, rate) < 0.8);
  }
}

TEST_CASE("one in a thousand without errors needs 2995 passages and a truth on the target is out of reach") {
  const auto found = identification::passages_to_prove(0.001, 0.0, usual, 0.8).value();
  CHECK(found.passages == 2995);
  CHECK(found.most_errors == 0);
  CHECK_FALSE(identification::passages_to_prove(0.001, 0.001, usual, 0.8).has_value());
  CHECK_FALSE(identification::passages_to_prove(0.001, 0.00099999, usual, 0.8).has_value());
  const auto many = identification::passages_to_prove(0.001, 0.0009, usual, 0.8).value(); // hundreds of errors: found by halving
  CHECK(many.power >= 0.8);
  CHECK(many.most_errors > 300);
  CHECK_THROWS_AS(static_cast<void>(identification::passages_to_prove(0.001, 0.0, usual, 80.0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(identification::proof_power(10, 1.0, 0.0, usual)), std::invalid_argument);
}
