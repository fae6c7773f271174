#include <array>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/poisson.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {
using method = estimable<interval> (*)(std::uint64_t, double, confidence, sides);
constexpr std::array<method, 4> methods{&poisson::garwood, &poisson::midp, &poisson::jeffreys, &poisson::score};
constexpr confidence usual{0.95}, wide{0.99}, half{0.975};
} // namespace

TEST_CASE("Garwood and mid-P hold 13 digits against 60-digit tail sums") {
  const auto rows = test::csv_records("poisson_tail_mpmath.csv");
  REQUIRE(rows.size() == 91);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& r = rows[i];
    const auto at = confidence::checked(1.0 - 2.0 * std::stod(r[2]));
    const auto found = (r[0] == "midp" ? poisson::midp : poisson::garwood)(std::stoull(r[1]), 1.0, at, sides::two).value();
    CHECK(std::fabs(found.lower - std::stod(r[3])) <= 1e-13 * std::stod(r[3]));
    CHECK(std::fabs(found.upper - std::stod(r[4])) <= 1e-13 * std::stod(r[4]));
  }
}

TEST_CASE("limits scale with the exposure, nest, are monotone, and are one-sided when asked") {
  for (const method made : methods) {
    CHECK(made(0, 3.5, usual, sides::two).value().lower == 0.0);
    double before = -1.0;
    for (const std::uint64_t x : {0U, 1U, 2U, 3U, 10U, 11U, 500U}) {
      const interval one = made(x, 1.0, usual, sides::two).value(), scaled = made(x, 4096.0, usual, sides::two).value();
      CHECK(scaled.lower == one.lower / 4096.0);
      CHECK(scaled.upper == one.upper / 4096.0);
      CHECK(one.upper > before);
      before = one.upper;
      const interval wider = made(x, 1.0, wide, sides::two).value();
      CHECK(wider.lower <= one.lower);
      CHECK(wider.upper > one.upper);
      CHECK(made(x, 1.0, half, sides::lower).value().upper == unbounded);
      CHECK(made(x, 1.0, half, sides::upper).value().upper == doctest::Approx(one.upper).epsilon(1e-12));
    }
    const auto none = made(0, 0.0, usual, sides::two);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().bounds->upper == unbounded);
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
      CHECK_THROWS_AS(static_cast<void>(made(1, bad, usual, sides::two)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(made(1, 0.0, usual, sides::two)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(made(largest_count + 1, 1.0, usual, sides::two)), std::invalid_argument);
  }
}

TEST_CASE("for rare events the share and the rate agree") {
  const auto share = binomial::clopper_pearson(10, 1'000'000'000'000U, usual).value();
  const auto rate = poisson::garwood(10, 1e12, usual).value();
  CHECK(share.lower == doctest::Approx(rate.lower).epsilon(1e-10));
  CHECK(share.upper == doctest::Approx(rate.upper).epsilon(1e-10));
}
