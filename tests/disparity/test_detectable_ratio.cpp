#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/intervals/binomial.hpp>

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

double chance(int x, int n, double p) {
  double out = 1.0;
  for (int i = 1; i <= x; ++i) out *= p * static_cast<double>(n - x + i) / static_cast<double>(i);
  for (int i = 0; i < n - x; ++i) out *= 1.0 - p;
  return out;
}

double from(int k, int n, double p) {
  double sum = 0.0;
  for (int x = k; x <= n; ++x) sum += chance(x, n, p);
  return sum;
}

} // namespace

TEST_CASE("M21 seven errors find a two-fold disparity of a group of 15 per cent 8 times in 100") {
  // FX10: one-sided exact at 5 %.
  const auto found = [](std::uint64_t events, double ratio) {
    return power::rate_ratio_given_total(events, 0.15, ratio, usual, power::alternative::higher);
  };
  CHECK(found(7, 2.0) == doctest::Approx(0.081).epsilon(0.007));
  CHECK(found(7, 3.0) == doctest::Approx(0.194).epsilon(0.003));
  CHECK(found(7, 5.0) == doctest::Approx(0.432).epsilon(0.002));
  CHECK(found(100, 2.0) == doctest::Approx(0.85).epsilon(0.01));
  CHECK(found(100, 5.0) > 0.9999);
}

TEST_CASE("what S events of a group of 13.5 per cent could have shown") {
  const auto ratio = [](std::uint64_t events) {
    return power::min_detectable_ratio_given_total(events, 0.135, usual, 0.8).value().ratio;
  };
  CHECK(ratio(7) == doctest::Approx(11.9).epsilon(0.004));
  CHECK(ratio(10) == doctest::Approx(8.9).epsilon(0.004));
  CHECK(ratio(30) == doctest::Approx(3.6).epsilon(0.015));
  CHECK(ratio(100) == doctest::Approx(2.2).epsilon(0.02));
}

TEST_CASE("the detectable ratio has the power it was asked for") {
  for (const int n : {6, 7, 25, 90}) {
    for (const double share : {0.1, 0.4, 0.7}) {
      const auto r = power::min_detectable_ratio_given_total(static_cast<std::uint64_t>(n), share, usual, 0.8);
      if (!r) {
        CHECK(std::pow(share, n) > 0.025);
        CHECK(r.error().reason == undefined_reason::beyond_data);
        continue;
      }
      const double pi = r->ratio * share / (r->ratio * share + 1.0 - share);
      const int k = static_cast<int>(r->critical_events);
      CHECK(from(k, n, pi) == doctest::Approx(0.8).epsilon(1e-9));
      CHECK(from(k, n, share) <= 0.025);
      CHECK(from(k - 1, n, share) > 0.025);
    }
  }
  CHECK(power::min_detectable_ratio_given_total(0, 0.5, usual, 0.8).error().reason == undefined_reason::no_events);
  CHECK(power::rate_ratio_given_total(0, 0.5, 3.0, usual) == 0.0);
}

TEST_CASE("power given the total is a plain sum over results") {
  const int n = 23;
  const double share = 0.3, ratio = 0.4, pi = ratio * share / (ratio * share + 1.0 - share);
  double both = 0.0, one = 0.0;
  for (int x = 0; x <= n; ++x) {
    if (from(x, n, share) <= 0.025 || 1.0 - from(x + 1, n, share) <= 0.025) both += chance(x, n, pi);
    if (from(x, n, share) <= 0.05) one += chance(x, n, pi);
  }
  CHECK(power::rate_ratio_given_total(n, share, ratio, usual) == doctest::Approx(both).epsilon(1e-9));
  CHECK(power::rate_ratio_given_total(n, share, ratio, usual, power::alternative::higher) == doctest::Approx(one).epsilon(1e-9));
}

TEST_CASE("the exact power is that of every pair of counts") {
  const double m1 = 9.0, m2 = 4.0;
  double sum = 0.0, first = std::exp(-m1);
  for (int x1 = 0; x1 < 60; ++x1) {
    double second = std::exp(-m2);
    for (int x2 = 0; x2 < 60; ++x2) {
      const int n = x1 + x2;
      if (n > 0 && (from(x1, n, 1.0 / 3.0) <= 0.025 || 1.0 - from(x1 + 1, n, 1.0 / 3.0) <= 0.025)) sum += first * second;
      second *= m2 / (x2 + 1);
    }
    first *= m1 / (x1 + 1);
  }
  CHECK(power::rate_ratio_exact_conditional(0.009, 1000.0, 0.002, 2000.0, usual) == doctest::Approx(sum).epsilon(1e-9));
}

TEST_CASE("with many events the exact power approaches the normal one, and equal rates reject at most at the level") {
  const auto plan = power::rate_ratio_normal_logscale(1e-3, 1.1, usual, 0.8, 2.0);
  CHECK(power::rate_ratio_exact_conditional(1.1e-3, plan.exposure, 1e-3, 2.0 * plan.exposure, usual) == doctest::Approx(0.8).epsilon(0.01));
  CHECK(plan.total_events == doctest::Approx(plan.exposure * (1.1e-3 + 2e-3)).epsilon(1e-12));
  for (const double t : {10.0, 300.0, 1e4, 1e6})
    CHECK(power::rate_ratio_exact_conditional(1e-2, t, 1e-2, 0.3 * t, usual) <= 0.05);
  CHECK(power::rate_ratio_exact_conditional(1e-2, 1e6, 1e-2, 1e6, usual) > 0.045);
  CHECK(power::rate_ratio_exact_conditional(1.0, 1e7, 0.998, 1e7, usual) > 0.97);
}

TEST_CASE("the false alert rate of the Met needs 7.7 million faces in each group, and equivalence 104 events") {
  CHECK(power::faces_per_group(3.2e-6, 2.0, usual, 0.8) == doctest::Approx(7.7e6).epsilon(0.007));
  CHECK(std::ceil(power::equivalence_events(1.5, usual, 0.8)) == 105);
  CHECK(power::equivalence_events(1.5, usual, 0.8) == doctest::Approx(104.2).epsilon(0.001));
}

TEST_CASE("FX11 zero errors show a rate below 1 in 1000 with 2995 passages of each group, and 1 in 6000 with 17973") {
  const auto bound = [](std::uint64_t n) { return binomial::clopper_pearson(0, n, usual, sides::upper).value().upper; };
  CHECK(bound(2995) <= 1.0 / 1000.0);
  CHECK(bound(2994) > 1.0 / 1000.0);
  CHECK(bound(17'973) <= 1.0 / 6000.0);
  CHECK(bound(17'972) > 1.0 / 6000.0);
}

TEST_CASE("the exact detectable ratio has its power and falls with the exposure") {
  double before = unbounded;
  for (const double t : {2e3, 2e4, 2e5, 2e6}) {
    const double ratio = power::min_detectable_ratio_exact(1e-4, t, t, usual, 0.8);
    CHECK(power::rate_ratio_exact_conditional(ratio * 1e-4, t, 1e-4, t, usual) == doctest::Approx(0.8).epsilon(1e-9));
    CHECK(ratio < before);
    before = ratio;
  }
}

TEST_CASE("wrong calls of the power functions throw") {
  CHECK_THROWS_AS((void)power::faces_per_group(0.0, 2.0, usual, 0.8), std::invalid_argument);
  CHECK_THROWS_AS((void)power::faces_per_group(1e-3, 1.0, usual, 0.8), std::invalid_argument);
  CHECK_THROWS_AS((void)power::faces_per_group(1e-3, 2.0, usual, 80), std::invalid_argument);
  CHECK_THROWS_AS((void)power::two_prop_normal(0.1, 0.1, usual, 0.8), std::invalid_argument);
  CHECK_THROWS_AS((void)power::min_detectable_ratio_given_total(7, 15, usual, 0.8), std::invalid_argument);
  CHECK_THROWS_AS((void)power::rate_ratio_exact_conditional(1.0, 1e9, 1.0, 1e9, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)power::equivalence_events(1.0, usual, 0.8), std::invalid_argument);
}
