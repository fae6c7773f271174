#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/binomial_rules.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

using method = estimable<interval> (*)(std::uint64_t, std::uint64_t, confidence, sides);
constexpr std::array<method, 6> methods{&binomial::clopper_pearson, &binomial::wilson, &binomial::wilson_cc,
                                        &binomial::jeffreys, &binomial::agresti_coull, &binomial::midp};
constexpr confidence usual{0.95}, wide{0.99}, half{0.975};

double relative_error(double found, double expected) {
  return expected == 0.0 ? std::fabs(found) : std::fabs(found / expected - 1.0);
}

} // namespace

TEST_CASE("Clopper-Pearson and mid-P hold 13 digits against 60-digit tail sums up to 2^52 trials") {
  double worst = 0.0;
  const auto rows = test::csv_records("binomial_tail_mpmath.csv");
  REQUIRE(rows.size() == 1171);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& r = rows[i];
    const auto at = confidence::checked(1.0 - 2.0 * std::stod(r[3]));
    const auto found = (r[0] == "midp" ? binomial::midp : binomial::clopper_pearson)(std::stoull(r[1]), std::stoull(r[2]), at,
                                                                                     sides::two).value();
    worst = std::fmax(worst, relative_error(found.lower, std::stod(r[4])));
    worst = std::fmax(worst, relative_error(found.upper, std::stod(r[5])));
  }
  CAPTURE(worst);
  CHECK(worst < 1e-13);
}

TEST_CASE("limits are exact at no and all events, mirrored, nested and monotone") {
  for (const method made : methods) {
    for (const std::uint64_t n : {1U, 2U, 7U, 29U, 400U}) {
      CHECK(made(0, n, usual, sides::two).value().lower == 0.0);
      CHECK(made(n, n, usual, sides::two).value().upper == 1.0);
      interval before{-1.0, -1.0, usual, interval_method::wilson, sides::two};
      for (std::uint64_t x = 0; x <= n; ++x) {
        const interval one = made(x, n, usual, sides::two).value(), other = made(n - x, n, usual, sides::two).value();
        CHECK(one.lower == doctest::Approx(1.0 - other.upper).epsilon(1e-12));
        CHECK(one.lower >= before.lower);
        CHECK(one.upper >= before.upper);
        CHECK(one.lower <= one.upper);
        before = one;
        const interval wider = made(x, n, wide, sides::two).value();
        CHECK(wider.lower <= one.lower);
        CHECK(wider.upper >= one.upper);
        const interval below = made(x, n, half, sides::lower).value();
        const interval above = made(x, n, half, sides::upper).value();
        CHECK(below.upper == 1.0);
        CHECK(above.lower == 0.0);
        CHECK(below.lower == doctest::Approx(one.lower).epsilon(1e-12));
        CHECK(above.upper == doctest::Approx(one.upper).epsilon(1e-12));
        CHECK(above.on == sides::upper);
      }
    }
  }
}

TEST_CASE("no trials are undefined and wrong calls throw") {
  for (const method made : methods) {
    const auto none = made(0, 0, usual, sides::two);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().reason == undefined_reason::empty);
    CHECK(none.error().bounds->lower == 0.0);
    CHECK(none.error().bounds->upper == 1.0);
    CHECK_THROWS_AS(static_cast<void>(made(2, 1, usual, sides::two)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(made(0, largest_count + 1, usual, sides::two)), std::invalid_argument);
    const interval large = made(largest_count / 2, largest_count, usual, sides::two).value();
    CHECK(large.lower < 0.5);
    CHECK(large.upper > 0.5);
  }
  CHECK_THROWS_WITH(static_cast<void>(binomial::midp(2, 1, usual)), "binomial::midp: events exceed trials");
}

TEST_CASE("Clopper-Pearson covers at least as often as promised, by exact enumeration") {
  for (const std::uint64_t n : {5U, 20U, 60U})
    for (double p = 0.01; p < 1.0; p += 0.0371) {
      double covered = 0.0;
      for (std::uint64_t x = 0; x <= n; ++x) {
        const double weight = std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(x) + 1) - std::lgamma(double(n - x) + 1) +
                                       double(x) * std::log(p) + double(n - x) * std::log1p(-p));
        if (binomial::clopper_pearson(x, n, usual).value().contains(p)) covered += weight;
      }
      CHECK(covered >= 0.95);
    }
}

TEST_CASE("the rule of three and the zero bound agree where they should") {
  CHECK(binomial::zero_upper_one_sided(2995, usual).value().upper <= 0.001);
  CHECK(binomial::zero_upper_one_sided(2994, usual).value().upper > 0.001);
  CHECK_FALSE(binomial::rule_of_three(0).has_value());
  CHECK(binomial::rule_of_30(0, 10, usual).error().reason == undefined_reason::no_events);
}

TEST_CASE("the cache answers as the function does") {
  binomial::clopper_pearson_cache cache(usual);
  for (int pass = 0; pass < 2; ++pass)
    for (std::uint64_t x = 0; x <= 20; ++x) CHECK(cache(x, 20).value() == binomial::clopper_pearson(x, 20, usual).value());
  CHECK(cache.size() == 21);
  CHECK_FALSE(cache(0, 0).has_value());
}
