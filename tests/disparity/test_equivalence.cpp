#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/equivalence.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95}, narrow{0.90};

double binomial_chance(std::uint64_t x, std::uint64_t n, double p) {
  return std::exp(std::lgamma(static_cast<double>(n) + 1.0) - std::lgamma(static_cast<double>(x) + 1.0) -
                  std::lgamma(static_cast<double>(n - x) + 1.0) + static_cast<double>(x) * std::log(p) +
                  static_cast<double>(n - x) * std::log1p(-p));
}

} // namespace

TEST_CASE("the verdict has four words, and a ratio may be different and within the margin at once") {
  CHECK(to_string(disparity_verdict{false, false}) == "INCONCLUSIVE");
  CHECK(to_string(disparity_verdict{true, false}) == "DIFFERENT");
  CHECK(to_string(disparity_verdict{false, true}) == "EQUIVALENT");
  CHECK(to_string(disparity_verdict{true, true}) == "DIFFERENT BUT WITHIN MARGIN");
  const interval wide{0.8, 1.4, usual, interval_method::conditional_exact, sides::two};
  const interval inner{0.85, 1.3, narrow, interval_method::conditional_exact, sides::two};
  CHECK(equivalence::judge(wide, inner, 1.5) == disparity_verdict{false, true});
  CHECK(equivalence::judge(wide, inner, 1.3) == disparity_verdict{false, false}); // 1.3 is not inside
  CHECK(equivalence::judge({1.01, 1.4, usual, {}, sides::two}, {1.05, 1.3, narrow, {}, sides::two}, 1.5) == disparity_verdict{true, true});
  CHECK(equivalence::judge({0.6, 1.0, usual, {}, sides::two}, {0.6, 0.99, narrow, {}, sides::two}, 1.5) == disparity_verdict{false, false});
  CHECK_THROWS_AS((void)equivalence::judge(wide, wide, 1.5), std::invalid_argument);
  CHECK_THROWS_AS((void)equivalence::judge(wide, inner, 1.0), std::invalid_argument);
  CHECK_THROWS_AS((void)equivalence::judge(wide, {0.9, 1.1, narrow, {}, sides::upper}, 1.5), std::invalid_argument);
}

TEST_CASE("M21 seven false alerts that all fell on one group are inconclusive or different, never equivalent") {
  // 7 of 7 in a group of 40 %: not found different, and only an eleven-fold ratio would have been.
  const auto r = equivalence::tost_rate_ratio_exact(7, 52'000, 0, 78'000, 1.5, usual).value();
  CHECK(r.point == unbounded);
  CHECK(r.verdict.different == (r.difference.lower > 1.0));
  CHECK_FALSE(r.verdict.equivalent);
  const auto few = equivalence::tost_rate_ratio_exact(5, 52'000, 2, 78'000, 1.5, usual).value();
  CHECK(to_string(few.verdict) == "INCONCLUSIVE");
  CHECK(few.detectable_ratio.value() == doctest::Approx(11.048189).epsilon(1e-6));
  // Three events cannot show anything in a group of half the exposure: 1/8 is above 2.5 %.
  CHECK_FALSE(equivalence::tost_rate_ratio_exact(3, 1000, 0, 1000, 1.5, usual).value().detectable_ratio.has_value());
}

TEST_CASE("M26 eight of ten false alerts are not too few to say anything") {
  // Of a crowd half of which is of that group, 8 of 10 do not show a difference, and are far from showing there is none.
  const auto half = equivalence::tost_rate_ratio_exact(8, 1000, 2, 1000, 1.5, usual).value();
  CHECK(to_string(half.verdict) == "INCONCLUSIVE");
  CHECK(half.difference.lower < 1.0);
  CHECK(half.equivalence.upper > 10.0);
  // M25: the same alerts against residents of whom 13.5 % are of that group.
  CHECK(to_string(equivalence::tost_rate_ratio_exact(8, 135, 2, 865, 1.5, usual).value().verdict) == "DIFFERENT");
}

TEST_CASE("the p value and the interval give one verdict") {
  for (const auto& [x1, x2] : std::vector<std::array<std::uint64_t, 2>>{{120, 110}, {60, 50}, {400, 500}, {20, 20}, {0, 30}, {1000, 1010}}) {
    const auto exact = equivalence::tost_rate_ratio_exact(x1, 1e5, x2, 1.1e5, 1.4, usual).value();
    CHECK((exact.p_value < 0.05) == exact.verdict.equivalent);
    CHECK(exact.p_value == std::max(exact.p_lower, exact.p_upper));
    const auto turned = equivalence::tost_rate_ratio_exact(x2, 1.1e5, x1, 1e5, 1.4, usual).value();
    CHECK(turned.verdict == exact.verdict);
    CHECK(turned.p_value == doctest::Approx(exact.p_value).epsilon(1e-10));
    CHECK(turned.p_lower == doctest::Approx(exact.p_upper).epsilon(1e-10));
    // Only the ratio of the exposures matters.
    CHECK(equivalence::tost_rate_ratio_exact(x1, 1e8, x2, 1.1e8, 1.4, usual).value().verdict == exact.verdict);
    if (x1 == 0) continue;
    const auto normal = equivalence::tost_rate_ratio(x1, 1e5, x2, 1.1e5, 1.4, usual).value();
    CHECK((normal.p_value < 0.05) == normal.verdict.equivalent);
    CHECK(normal.difference.contains(normal.point));
  }
}

TEST_CASE("a wider margin and more data turn inconclusive into equivalent, never back") {
  bool before = false;
  for (double margin = 1.05; margin < 4.0; margin += 0.05) {
    const bool now = equivalence::tost_rate_ratio_exact(55, 1e5, 50, 1e5, margin, usual).value().verdict.equivalent;
    CHECK((now || !before));
    before = now;
  }
  CHECK(before);
}

TEST_CASE("the exact test calls unequal rates equivalent, and equal rates different, at most as often as promised") {
  constexpr double margin = 1.5;
  for (const std::uint64_t n : {8U, 30U, 75U, 140U, 220U, 400U}) {
    for (const double share : {0.5, 0.2}) {
      double false_equivalent = 0.0, false_equivalent_low = 0.0, false_different = 0.0;
      const double t1 = share, t2 = 1.0 - share;
      const double at_margin = margin * t1 / (margin * t1 + t2), below = t1 / (t1 + margin * t2);
      for (std::uint64_t x = 0; x <= n; ++x) {
        const auto verdict = equivalence::tost_rate_ratio_exact(x, t1, n - x, t2, margin, usual).value().verdict;
        if (verdict.equivalent) false_equivalent += binomial_chance(x, n, at_margin);
        if (verdict.equivalent) false_equivalent_low += binomial_chance(x, n, below);
        if (verdict.different) false_different += binomial_chance(x, n, share);
      }
      CHECK(false_equivalent <= 0.05);
      CHECK(false_equivalent_low <= 0.05);
      CHECK(false_different <= 0.05);
      if (n == 400 && share == 0.5) CHECK(false_equivalent > 0.03); // a test, not a refusal
    }
  }
}

TEST_CASE("in simulated trials of four groups false verdicts stay below their nominal rate") {
  test::random from(20'26);
  constexpr int trials = 1200;
  int false_equivalent = 0, false_different = 0, true_equivalent = 0;
  const std::array<double, 4> exposure{1.0, 2.0, 0.7, 1.3};
  for (int i = 0; i < trials; ++i) {
    std::vector<group_count> equal, unequal;
    for (std::size_t g = 0; g < 4; ++g) {
      equal.push_back({test::poisson(from, 250.0 * exposure[g]), exposure[g]});
      unequal.push_back({test::poisson(from, (g == 2 ? 1.5 : 1.0) * 250.0 * exposure[g]), exposure[g]});
    }
    const auto same = equivalence::of_all_groups(equal, 1.5, usual).value();
    false_different += same.verdict.different ? 1 : 0;
    true_equivalent += same.verdict.equivalent ? 1 : 0;
    false_equivalent += equivalence::of_all_groups(unequal, 1.5, usual).value().verdict.equivalent ? 1 : 0;
  }
  // Three Monte Carlo standard errors above 5 % of 1200.
  CHECK(false_different <= 60 + 23);
  CHECK(false_equivalent <= 60 + 23);
  CHECK(true_equivalent > trials / 2);
}

TEST_CASE("M23 groups without events are not shown to be equal") {
  const std::vector<group_count> groups{{0, 5000}, {0, 5000}, {3, 5000}};
  const auto r = equivalence::of_all_groups(groups, 1.5, usual).value();
  CHECK(to_string(r.verdict) == "INCONCLUSIVE");
  CHECK(r.shown_margin == unbounded);
  CHECK(r.p_value == 1.0);
  const std::vector<group_count> none{{0, 5000}, {0, 5000}};
  CHECK(equivalence::of_all_groups(none, 1.5, usual).error().reason == undefined_reason::no_events);
  CHECK(equivalence::tost_rate_ratio_exact(0, 5000, 0, 5000, 1.5, usual).error().reason == undefined_reason::no_events);
  CHECK(equivalence::tost_rate_ratio(0, 5000, 3, 5000, 1.5, usual).error().reason == undefined_reason::no_events);
}

TEST_CASE("equality of groups is what its pairs say") {
  const std::vector<group_count> groups{{900, 1e5}, {850, 1e5}, {1900, 2e5}, {880, 0.9e5}};
  const auto r = equivalence::of_all_groups(groups, 1.5, usual).value();
  bool equivalent = true;
  double p = 0.0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = i + 1; j < 4; ++j) {
      const auto pair = equivalence::tost_rate_ratio_exact(groups[i].events, groups[i].exposure, groups[j].events, groups[j].exposure, 1.5, usual).value();
      equivalent = equivalent && pair.verdict.equivalent;
      p = std::max(p, pair.p_value);
    }
  CHECK(r.verdict.equivalent == equivalent);
  CHECK(equivalent);
  CHECK(r.p_value == doctest::Approx(p).epsilon(1e-10));
  CHECK(r.pairs == 6);
  // Just above the margin shown every pair passes, just below it one fails.
  CHECK(equivalence::of_all_groups(groups, r.shown_margin * 1.0001, usual).value().verdict.equivalent);
  CHECK_FALSE(equivalence::of_all_groups(groups, r.shown_margin * 0.9999, usual).value().verdict.equivalent);

  std::vector<group_count> turned{groups.rbegin(), groups.rend()};
  const auto back = equivalence::of_all_groups(turned, 1.5, usual).value();
  CHECK(back.p_value == r.p_value);
  CHECK(back.shown_margin == r.shown_margin);
  CHECK(back.verdict == r.verdict);

  turned.push_back({0, 0.0});
  const auto unknown = equivalence::of_all_groups(turned, 1.5, usual).value();
  CHECK(unknown.without_exposure == 1);
  CHECK_FALSE(unknown.verdict.equivalent);
  CHECK(equivalence::of_all_groups(std::vector<group_count>{{5, 10.0}}, 1.5, usual).error().reason == undefined_reason::empty);
}

TEST_CASE("wrong calls of the equivalence tests throw") {
  CHECK_THROWS_AS((void)equivalence::tost_rate_ratio_exact(1, 0.0, 1, 1.0, 1.5, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)equivalence::tost_rate_ratio_exact(1, 1.0, 1, 1.0, 0.5, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)equivalence::tost_rate_ratio(1, 1.0, 1, 1.0, unbounded, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)equivalence::tost_rate_ratio(1, 1.0, 1, 1.0, 1.5, confidence{0.5}), std::invalid_argument);
  CHECK(equivalence::tost_rate_ratio_exact(0, 0.0, 1, 1.0, 1.5, usual).error().reason == undefined_reason::empty);
}
