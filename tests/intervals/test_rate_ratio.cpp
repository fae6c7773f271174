#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/intervals/rate_ratio.hpp>

using namespace lfreval;

namespace {
using method = estimable<rate_ratio_estimate> (*)(std::uint64_t, double, std::uint64_t, double, confidence, sides);
constexpr std::array<method, 4> methods{&rate_ratio::conditional_exact, &rate_ratio::midp, &rate_ratio::score,
                                        &rate_ratio::bayes_gamma};
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("ratios scale with the exposures, turn over when the groups swap, and bound their edges") {
  for (const method made : methods) {
    for (const auto& [x1, x2] : {std::pair<std::uint64_t, std::uint64_t>{8, 2}, {2, 8}, {3, 3}, {1, 900}}) {
      const auto one = made(x1, 425000, x2, 2722436, usual, sides::two).value();
      const auto scaled = made(x1, 425000.0 * 1024, x2, 2722436.0 * 1024, usual, sides::two).value();
      const auto swapped = made(x2, 2722436, x1, 425000, usual, sides::two).value();
      CHECK(scaled.limits == one.limits);
      CHECK(swapped.limits.lower == doctest::Approx(1.0 / one.limits.upper).epsilon(1e-12));
      CHECK(swapped.limits.upper == doctest::Approx(1.0 / one.limits.lower).epsilon(1e-12));
      CHECK(swapped.point == doctest::Approx(1.0 / one.point).epsilon(1e-12));
      CHECK(one.limits.contains(one.point));
      if (one.p_value) {
        CHECK(*one.p_value > 0.0);
        CHECK(*one.p_value <= 1.0);
        CHECK(*swapped.p_value == doctest::Approx(*one.p_value).epsilon(1e-9));
      }
    }
    const auto none = made(0, 10, 0, 20, usual, sides::two);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().reason == undefined_reason::no_events);
    CHECK(none.error().bounds->upper == unbounded);
    CHECK(made(0, 0, 5, 20, usual, sides::two).error().reason == undefined_reason::empty);
    CHECK_THROWS_AS(static_cast<void>(made(1, 0, 5, 20, usual, sides::two)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(made(1, -1, 5, 20, usual, sides::two)), std::invalid_argument);
  }
  for (const method made : {methods[0], methods[1], methods[2]}) {
    const auto no_second = made(4, 10, 0, 20, usual, sides::two).value();
    CHECK(no_second.point == unbounded);
    CHECK(no_second.limits.upper == unbounded);
    CHECK(no_second.limits.lower > 0.0);
    CHECK(std::isfinite(no_second.limits.lower));
    const auto no_first = made(0, 10, 4, 20, usual, sides::two).value();
    CHECK(no_first.point == 0.0);
    CHECK(no_first.limits.lower == 0.0);
    CHECK(no_first.limits.upper == doctest::Approx(1.0 / made(4, 20, 0, 10, usual, sides::two).value().limits.lower));
  }
}

TEST_CASE("real-valued counts bend smoothly through the whole ones") {
  const auto whole = rate_ratio::conditional_exact(8, 425000, 2, 2722436, usual).value();
  const auto same = rate_ratio::conditional_effective(8.0, 425000, 2.0, 2722436, usual).value();
  CHECK(same.limits.lower == whole.limits.lower);
  CHECK(same.limits.upper == whole.limits.upper);
  CHECK(same.limits.method == interval_method::conditional_effective);
  const auto half = rate_ratio::conditional_effective(4.0, 212500, 1.0, 1361218, usual).value();
  CHECK(half.point == doctest::Approx(whole.point));
  CHECK(half.limits.lower < whole.limits.lower);
  CHECK(half.limits.upper > whole.limits.upper);
}

TEST_CASE("the exact p value is the sum of the results that are no more probable") {
  for (std::uint64_t n = 1; n <= 25; ++n)
    for (std::uint64_t x = 0; x <= n; ++x)
      for (const double share : {0.5, 0.135, 0.8}) {
        const auto at = [&](std::uint64_t k) {
          return std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) - std::lgamma(double(n - k) + 1) +
                          double(k) * std::log(share) + double(n - k) * std::log1p(-share));
        };
        double expected = 0.0;
        for (std::uint64_t k = 0; k <= n; ++k)
          if (at(k) <= at(x) * (1.0 + 1e-7)) expected += at(k);
        CHECK(rate_ratio::conditional_exact(x, share, n - x, 1.0 - share, usual).value().p_value.value() ==
              doctest::Approx(std::fmin(1.0, expected)).epsilon(1e-9));
      }
}
