#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/shrinkage.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};
const std::vector<group_count> four{{12, 1e5}, {30, 1.2e5}, {22, 0.9e5}, {55, 1.1e5}};

} // namespace

TEST_CASE("a shrunken rate lies between the raw one and the mean, the nearer to the mean the less it holds") {
  std::vector<group_count> groups = four;
  groups.push_back({1, 1e3}); // ten times the mean rate, from one event
  const auto r = fairness::empirical_bayes_gamma_poisson(groups, usual).value();
  REQUIRE_FALSE(r.no_heterogeneity);
  for (const auto& g : r.groups) {
    const double raw = static_cast<double>(g.counted.events) / g.counted.exposure;
    CHECK(*g.rate >= std::min(raw, g.towards) * (1.0 - 1e-12));
    CHECK(*g.rate <= std::max(raw, g.towards) * (1.0 + 1e-12));
    CHECK(g.limits.contains(*g.rate));
    CHECK(g.limits.method == interval_method::shrinkage_bootstrap);
  }
  CHECK(*r.groups.back().rate < 3.0 * r.groups.back().towards);
  CHECK(*r.shape / *r.rate == doctest::Approx(r.groups.front().towards).epsilon(1e-12));
}

TEST_CASE("the limits allow for the error of what the rates are shrunk towards") {
  const auto r = fairness::empirical_bayes_gamma_poisson(four, usual).value();
  for (const auto& g : r.groups) {
    const double a = *r.shape + static_cast<double>(g.counted.events), b = *r.rate + g.counted.exposure;
    CHECK(g.limits.upper - g.limits.lower >
          (distribution::gamma_upper_quantile(a, 0.025) - distribution::gamma_lower_quantile(a, 0.025)) / b);
  }
  CHECK(r.without_events == 0);
}

TEST_CASE("the limits cover the true rates of groups with little data") {
  test::random from(99);
  int covered = 0, plug_in = 0, all = 0;
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<group_count> groups;
    std::vector<double> truth;
    for (int g = 0; g < 6; ++g) {
      truth.push_back(distribution::gamma_lower_quantile(4.0, 0.5e-9 + from.uniform() * (1.0 - 1e-9)) / 4.0);
      groups.push_back({test::poisson(from, 6.0 * truth.back()), 6.0});
    }
    const auto r = fairness::empirical_bayes_gamma_poisson(groups, usual, {.replicates = 100, .seed = static_cast<std::uint64_t>(trial)});
    if (!r) continue;
    for (std::size_t g = 0; g < 6; ++g) {
      ++all;
      covered += r->groups[g].limits.contains(truth[g]) ? 1 : 0;
      const double a = (r->no_heterogeneity ? 1e9 : *r->shape), b = a / r->groups[g].towards + 6.0;
      const double at = a + static_cast<double>(groups[g].events);
      plug_in += truth[g] >= distribution::gamma_lower_quantile(at, 0.025) / b && truth[g] <= distribution::gamma_upper_quantile(at, 0.025) / b ? 1 : 0;
    }
  }
  REQUIRE(all > 300);
  CHECK(static_cast<double>(covered) >= 0.86 * all);
  CHECK(plug_in < 0.75 * all);
}

TEST_CASE("groups that differ less than chance get the pooled rate, and say so") {
  const std::vector<group_count> alike{{20, 1e5}, {21, 1e5}, {19, 1e5}, {40, 2e5}};
  const auto r = fairness::empirical_bayes_gamma_poisson(alike, usual).value();
  CHECK(r.no_heterogeneity);
  CHECK_FALSE(r.shape.has_value());
  for (const auto& g : r.groups) {
    CHECK(*g.rate == doctest::Approx(100.0 / 5e5).epsilon(1e-12));
    CHECK(g.limits.lower < *g.rate);
    CHECK(g.limits.upper > *g.rate);
  }
}

TEST_CASE("permuting the groups permutes the shrunken rates, and scaling the exposure scales them") {
  const auto r = fairness::empirical_bayes_gamma_poisson(four, usual, {.replicates = 50}).value();
  const std::vector<group_count> turned{four.rbegin(), four.rend()};
  const auto back = fairness::empirical_bayes_gamma_poisson(turned, usual, {.replicates = 50}).value();
  for (std::size_t g = 0; g < 4; ++g) CHECK(back.groups[3 - g] == r.groups[g]);
  std::vector<group_count> scaled = four;
  for (group_count& g : scaled) g.exposure *= 1024.0;
  const auto other = fairness::empirical_bayes_gamma_poisson(scaled, usual, {.replicates = 50}).value();
  for (std::size_t g = 0; g < 4; ++g) CHECK(*other.groups[g].rate * 1024.0 == doctest::Approx(*r.groups[g].rate).epsilon(1e-7));
}

TEST_CASE("M24 a small cell of two groupings falls back on its row and its column, and its count stays beside it") {
  // The second row is three times as high as the first, the second column twice; one cell holds next to nothing.
  const std::vector<group_count> cells{{100, 1e5}, {200, 1e5}, {300, 1e5}, {1, 1e2}};
  const auto r = fairness::intersectional_shrinkage(cells, 2, usual, {.replicates = 100, .target_rate = 1e-3}).value();
  CHECK(r.groups[3].towards == doctest::Approx(6e-3).epsilon(0.02));
  CHECK(r.groups[3].counted == cells[3]);
  CHECK_FALSE(r.groups[3].rate.has_value()); // 100 faces are fewer than 3 / target: only the interval stands
  CHECK(r.groups[3].limits.contains(6e-3));
  CHECK(r.groups[0].rate.has_value());
  // A cell that breaks the pattern is seen to do so: its rate lies above what its row and column say.
  const std::vector<group_count> broken{{100, 1e5}, {100, 1e5}, {100, 1e5}, {400, 1e5}, {100, 1e5}, {100, 1e5}};
  const auto seen = fairness::intersectional_shrinkage(broken, 3, usual, {.replicates = 100}).value();
  CHECK(*seen.groups[3].rate > 1.1 * seen.groups[3].towards);
  CHECK_FALSE(seen.no_heterogeneity);
}

TEST_CASE("the main effects reproduce the margins") {
  const std::vector<group_count> cells{{13, 1e4}, {40, 5e4}, {9, 2e4}, {22, 4e4}, {71, 3e4}, {10, 1e4}};
  const auto r = fairness::intersectional_shrinkage(cells, 2, usual, {.replicates = 20}).value();
  // Up to one common factor, which the fit of the population adds, the log means are additive.
  const auto m = [&](std::size_t i) { return std::log(r.groups[i].towards); };
  CHECK(m(0) - m(3) == doctest::Approx(m(1) - m(4)).epsilon(1e-9));
  CHECK(m(1) - m(4) == doctest::Approx(m(2) - m(5)).epsilon(1e-9));
  CHECK(m(0) - m(1) == doctest::Approx(m(3) - m(4)).epsilon(1e-9));
}

TEST_CASE("shrinkage refuses what it cannot fit") {
  const std::vector<group_count> none{{0, 10.0}, {0, 10.0}}, single{{3, 10.0}, {0, 0.0}};
  CHECK(fairness::empirical_bayes_gamma_poisson(none, usual).error().reason == undefined_reason::no_events);
  CHECK(fairness::empirical_bayes_gamma_poisson(single, usual).error().reason == undefined_reason::empty);
  CHECK(fairness::empirical_bayes_gamma_poisson(std::vector<group_count>{{1, 10.0}, {0, 10.0}}, usual).error().reason == undefined_reason::empty_replicates);
  const std::vector<group_count> empty_row{{3, 10.0}, {4, 10.0}, {0, 10.0}, {0, 10.0}};
  CHECK(fairness::intersectional_shrinkage(empty_row, 2, usual).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS((void)fairness::intersectional_shrinkage(four, 3, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::empirical_bayes_gamma_poisson(four, usual, {.replicates = 3}), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::empirical_bayes_gamma_poisson(std::vector<group_count>{{1, 0.0}, {1, 1.0}}, usual), std::invalid_argument);
}
