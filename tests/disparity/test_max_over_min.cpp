#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/max_over_min.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};
const std::vector<group_count> four{{12, 1e5}, {30, 1.2e5}, {22, 0.9e5}, {55, 1.1e5}};

} // namespace

TEST_CASE("the null reference of max over min is that of all ways the events could have fallen") {
  // Nine events on three groups with shares 0.2, 0.3, 0.5: every outcome, by the multinomial law.
  const std::array<double, 3> share{0.2, 0.3, 0.5};
  std::map<double, double> law;
  const auto statistic = [&](const std::array<int, 3>& x) {
    double high = 0.0, low = 1e9;
    for (std::size_t g = 0; g < 3; ++g) {
      high = std::max(high, (x[g] + 0.5) / share[g]);
      low = std::min(low, (x[g] + 0.5) / share[g]);
    }
    return high / low;
  };
  const std::array<int, 3> seen{4, 4, 1};
  double beyond = 0.0;
  for (int a = 0; a <= 9; ++a)
    for (int b = 0; a + b <= 9; ++b) {
      const int c = 9 - a - b;
      const double p = std::exp(std::lgamma(10.0) - std::lgamma(a + 1.0) - std::lgamma(b + 1.0) - std::lgamma(c + 1.0)) *
                       std::pow(share[0], a) * std::pow(share[1], b) * std::pow(share[2], c);
      law[statistic({a, b, c})] += p;
      if (statistic({a, b, c}) >= statistic(seen) * (1.0 - 1e-12)) beyond += p;
    }
  const std::vector<group_count> groups{{4, 200.0}, {4, 300.0}, {1, 500.0}};
  const auto r = fairness::max_over_min_given_total(groups, {.replicates = 40'000, .seed = 11}).value();
  CHECK(r.smoothed);
  CHECK(r.statistic == doctest::Approx(statistic(seen)).epsilon(1e-12));
  CHECK(r.p_value == doctest::Approx(beyond).epsilon(0.05));
  double median_below = 0.0, upper_below = 0.0, median_at = 0.0, upper_at = 0.0;
  for (const auto& [value, p] : law) {
    if (value < r.median * (1.0 - 1e-12)) median_below += p;
    if (value < r.upper * (1.0 - 1e-12)) upper_below += p;
    if (value < r.median * (1.0 + 1e-12)) median_at += p;
    if (value < r.upper * (1.0 + 1e-12)) upper_at += p;
  }
  // Three Monte Carlo standard errors of a share of 40,000.
  CHECK(median_below <= 0.5075);
  CHECK(median_at >= 0.4925);
  CHECK(upper_below <= 0.9533);
  CHECK(upper_at >= 0.9467);
}

TEST_CASE("the null reference keeps plain ratios where nothing can be zero, and is the same for any order and seed by seed") {
  const std::vector<group_count> large{{4000, 1e5}, {4100, 1e5}, {8300, 2e5}};
  const auto r = fairness::max_over_min_given_total(large, {.replicates = 2000}).value();
  CHECK_FALSE(r.smoothed);
  CHECK(r.statistic == doctest::Approx(4150.0 / 4000.0).epsilon(1e-12));
  CHECK(r.median > 1.0);
  CHECK(r.upper < 1.1);
  CHECK(r == fairness::max_over_min_given_total(std::vector<group_count>{large[2], large[0], large[1]}, {.replicates = 2000}).value());
  CHECK(r.median != fairness::max_over_min_given_total(large, {.replicates = 2000, .seed = 1}).value().median);
  // Groups without exposure leave the family.
  const std::vector<group_count> with_empty{large[0], {0, 0.0}, large[1], large[2]};
  CHECK(r == fairness::max_over_min_given_total(with_empty, {.replicates = 2000}).value());
}

TEST_CASE("given the total of many events the null reference agrees with the unconditional enumeration") {
  const std::vector<group_count> equal(6, {50, 1.0});
  const auto r = fairness::max_over_min_given_total(equal, {.replicates = 20'000}).value();
  CHECK_FALSE(r.smoothed);
  CHECK(r.median == doctest::Approx(fairness::max_over_min_null_quantile(50.0, 6, 0.5)).epsilon(0.02));
  CHECK(r.upper == doctest::Approx(fairness::max_over_min_null_quantile(50.0, 6, 0.95)).epsilon(0.03));
  CHECK(fairness::expected_max_over_min_under_equality(50.0, 6) == doctest::Approx(1.44).epsilon(0.005));
  CHECK(fairness::expected_max_over_min_under_equality(5.0, 8) == doctest::Approx(4.40).epsilon(0.002));
}

TEST_CASE("effective counts are drawn by the whole events they hold") {
  const std::vector<effective_count> worth{{3.7, 10.0}, {2.6, 10.0}};
  const auto r = fairness::max_over_min_given_total(worth, {.replicates = 4000}).value();
  CHECK(r.statistic == doctest::Approx(4.2 / 3.1).epsilon(1e-12));
  // Six events on two equal groups: 3 and 3 with probability 20 / 64, so that the median is that of 4 and 2.
  CHECK(r.median == doctest::Approx(4.5 / 2.5).epsilon(1e-12));
  CHECK(fairness::max_over_min_given_total(std::vector<effective_count>{{0.4, 1.0}, {0.3, 1.0}}).error().reason == undefined_reason::few_effective_events);
}

TEST_CASE("the projection interval contains every pair's point above its own lower limit and turns with the groups") {
  const auto r = fairness::max_over_min_projection_ci(four, usual).value();
  CHECK(r.largest == 3);
  CHECK(r.smallest == 0);
  CHECK(r.limits.contains(r.point));
  CHECK(r.limits.method == interval_method::projection);
  for (const group_count& a : four)
    for (const group_count& b : four) {
      const double point = (static_cast<double>(a.events) / a.exposure) / (static_cast<double>(b.events) / b.exposure);
      CHECK(r.limits.upper >= point);
    }
  const std::vector<group_count> turned{four.rbegin(), four.rend()};
  const auto back = fairness::max_over_min_projection_ci(turned, usual).value();
  CHECK(back.limits == r.limits);
  CHECK(back.largest == 0);
  CHECK(back.smallest == 3);
  // Two groups are one pair: the interval of their ratio, folded at 1.
  const std::vector<group_count> two{{3, 1e5}, {9, 1e5}};
  const auto one = fairness::max_over_min_projection_ci(two, usual).value();
  const auto plain = rate_ratio::conditional_exact(9, 1e5, 3, 1e5, usual).value();
  CHECK(one.limits.upper == doctest::Approx(plain.limits.upper).epsilon(1e-12));
  CHECK(one.limits.lower == 1.0);
}

TEST_CASE("a group without events leaves max over min unbounded above and finite below") {
  const std::vector<group_count> groups{{0, 1e5}, {40, 1e5}, {3, 1e5}};
  const auto r = fairness::max_over_min_projection_ci(groups, usual).value();
  CHECK(r.point == unbounded);
  CHECK(r.limits.upper_unbounded());
  CHECK(r.limits.lower > 3.0);
  CHECK(fairness::max_over_min_projection_ci(std::vector<group_count>{{0, 1.0}, {0, 2.0}}, usual).error().reason == undefined_reason::no_events);
  CHECK(fairness::max_over_min_projection_ci(std::vector<group_count>{{4, 1.0}, {0, 0.0}}, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)fairness::max_over_min_projection_ci(std::vector<group_count>{{4, 0.0}, {1, 2.0}}, usual), std::invalid_argument);
}

TEST_CASE("the projection interval covers the true max over min at least as often as promised") {
  test::random from(7);
  const std::array<double, 5> rates{1.0, 1.0, 1.0, 2.0, 0.8};
  int equal = 0, unequal = 0;
  constexpr int trials = 600;
  for (int i = 0; i < trials; ++i) {
    std::vector<group_count> same, other;
    for (const double rate : rates) {
      same.push_back({test::poisson(from, 8.0), 8.0});
      other.push_back({test::poisson(from, 8.0 * rate), 8.0});
    }
    equal += fairness::max_over_min_projection_ci(same, usual).value().limits.contains(1.0) ? 1 : 0;
    unequal += fairness::max_over_min_projection_ci(other, usual).value().limits.contains(2.5) ? 1 : 0;
  }
  CHECK(equal >= 570 - 16);
  CHECK(unequal >= 570 - 16);
}

TEST_CASE("projection refuses intervals that were not made for it") {
  const interval at_95{0.5, 2.0, usual, interval_method::conditional_exact, sides::two};
  CHECK_THROWS_AS((void)fairness::projection(std::vector<interval>{at_95, at_95}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::projection(std::vector<interval>{}, usual), std::invalid_argument);
  CHECK(fairness::projection(std::vector<interval>{{0.2, 0.5, usual, {}, sides::two}}, usual).lower == 2.0);
  CHECK(fairness::projection(std::vector<interval>{{0.2, 0.5, usual, {}, sides::two}}, usual).upper == 5.0);
  CHECK_THROWS_AS((void)fairness::max_over_min_null_quantile(5.0, 1, 0.5), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::expected_max_over_min_under_equality(0.0, 4), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::max_over_min_given_total(four, {.replicates = 0}), std::invalid_argument);
}
