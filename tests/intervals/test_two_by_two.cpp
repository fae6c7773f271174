#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/two_by_two.hpp>

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

double choose(std::uint64_t n, std::uint64_t k) {
  if (k > n) return 0.0;
  double out = 1.0;
  for (std::uint64_t i = 1; i <= k; ++i) out = out * static_cast<double>(n - k + i) / static_cast<double>(i);
  return std::round(out);
}

/// P(X <= x1 | x1 + x2) from binomial coefficients, exact integers at these sizes.
double up_to(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  const std::uint64_t m = x1 + x2;
  double sum = 0.0;
  for (std::uint64_t k = 0; k <= x1; ++k)
    if (m - k <= n2) sum += choose(n1, k) * choose(n2, m - k);
  return sum / choose(n1 + n2, m);
}

/// The one-sided test by every table and a fine grid of shares.
double brute_boschloo_less(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  const double observed = up_to(x1, n1, x2, n2);
  double largest = 0.0;
  for (int i = 1; i < 4000; ++i) {
    const double p = i / 4000.0;
    double sum = 0.0;
    for (std::uint64_t a = 0; a <= n1; ++a)
      for (std::uint64_t b = 0; b <= n2; ++b)
        if (up_to(a, n1, b, n2) <= observed * (1.0 + 1e-9))
          sum += choose(n1, a) * choose(n2, b) * std::pow(p, static_cast<double>(a + b)) *
                 std::pow(1.0 - p, static_cast<double>(n1 + n2 - a - b));
    largest = std::max(largest, sum);
  }
  return largest;
}

} // namespace

TEST_CASE("Fisher's p values are sums over the tables with the same totals") {
  for (const auto& [n1, n2] : {std::pair<std::uint64_t, std::uint64_t>{6, 9}, {10, 10}, {1, 12}})
    for (std::uint64_t x1 = 0; x1 <= n1; ++x1)
      for (std::uint64_t x2 = 0; x2 <= n2; ++x2) {
        const std::uint64_t m = x1 + x2;
        if (m == 0 || m == n1 + n2) continue;
        double two = 0.0, greater = 0.0;
        const double at = choose(n1, x1) * choose(n2, x2), all = choose(n1 + n2, m);
        for (std::uint64_t k = m > n2 ? m - n2 : 0; k <= std::min(n1, m); ++k) {
          const double weight = choose(n1, k) * choose(n2, m - k);
          if (weight <= at * (1.0 + 1e-7)) two += weight / all;
          if (k >= x1) greater += weight / all;
        }
        const auto found = two_by_two::fisher(x1, n1, x2, n2, usual).value();
        CHECK(found.p_value == doctest::Approx(two).epsilon(1e-12));
        CHECK(found.p_greater == doctest::Approx(greater).epsilon(1e-12));
        CHECK(found.p_less == doctest::Approx(up_to(x1, n1, x2, n2)).epsilon(1e-12));
        const auto swapped = two_by_two::fisher(x2, n2, x1, n1, usual).value();
        CHECK(swapped.p_value == doctest::Approx(found.p_value).epsilon(1e-12));
        CHECK(found.odds_limits.lower <= found.odds_ratio);
        CHECK(found.odds_ratio <= found.odds_limits.upper);
        if (found.odds_limits.lower > 0.0)
          CHECK(swapped.odds_limits.upper == doctest::Approx(1.0 / found.odds_limits.lower).epsilon(1e-10));
        else CHECK(swapped.odds_limits.upper == unbounded);
      }
}

TEST_CASE("the conditional odds ratio to more digits than R's root search keeps") {
  // Roots of sum k P(k) = 7, P(X >= 7) = 0.025 and P(X <= 7) = 0.025 by mpmath, 40 digits.
  const auto found = two_by_two::fisher(7, 34, 1, 34, usual).value();
  CHECK(found.odds_ratio == doctest::Approx(8.329343717551269).epsilon(1e-12));
  CHECK(found.odds_limits.lower == doctest::Approx(0.97327363288239903).epsilon(1e-12));
  CHECK(found.odds_limits.upper == doctest::Approx(396.99400217017906).epsilon(1e-12));
  CHECK(found.odds_limits.method == interval_method::fisher);
  // At rates of 1 in 1,000,000 the odds ratio is the rate ratio, and its limits are those of the conditional binomial.
  const auto rare = two_by_two::fisher(8, 425'000'000, 2, 2'722'436'000, usual).value();
  CHECK(rare.odds_limits.lower == doctest::Approx(5.113390758113989).epsilon(1e-6));
  CHECK(rare.odds_limits.upper == doctest::Approx(247.68182135302587).epsilon(1e-6));
}

TEST_CASE("Boschloo's test is the largest chance of a Fisher value as small, over all shares") {
  for (const auto& [n1, n2] : {std::pair<std::uint64_t, std::uint64_t>{5, 7}, {6, 6}})
    for (const auto& events : {std::pair<std::uint64_t, std::uint64_t>{0, 4}, {1, 6}, {4, 1}, {3, 3}, {5, 2}}) {
      const std::uint64_t x1 = events.first, x2 = events.second;
      CAPTURE(x1);
      CAPTURE(x2);
      const double less = brute_boschloo_less(x1, n1, x2, n2), greater = brute_boschloo_less(x2, n2, x1, n1);
      const auto found = two_by_two::boschloo(x1, n1, x2, n2).value();
      CHECK(found.p_value == doctest::Approx(std::min(1.0, 2.0 * std::min(less, greater))).epsilon(1e-5));
      CHECK(found.p_value >= std::min(1.0, 2.0 * std::min(less, greater)) * (1.0 - 1e-9));
      CHECK(two_by_two::boschloo(x2, n2, x1, n1).value().p_value == doctest::Approx(found.p_value).epsilon(1e-9));
      // Never larger than twice the one-sided Fisher value it starts from.
      CHECK(found.p_value <= 2.0 * found.statistic * (1.0 + 1e-7));
    }
  CHECK_THROWS_AS((void)two_by_two::boschloo(8, 60'000, 2, 60'000), std::invalid_argument);
}

TEST_CASE("tables that cannot speak against equal rates have no test") {
  const std::vector<cluster_tally> no_events{{0, 10}, {0, 20}}, only_events{{10, 10}, {20, 20}}, one_group{{3, 10}, {0, 0}};
  CHECK(two_by_two::fisher(0, 10, 0, 20, usual).error().reason == undefined_reason::no_events);
  CHECK(two_by_two::fisher(10, 10, 20, 20, usual).error().reason == undefined_reason::all_events);
  CHECK(two_by_two::fisher(3, 10, 0, 0, usual).error().reason == undefined_reason::empty);
  CHECK(two_by_two::boschloo(0, 10, 0, 20).error().reason == undefined_reason::no_events);
  CHECK(k_by_two::g_statistic_of(no_events).error().reason == undefined_reason::no_events);
  CHECK(k_by_two::g_test(only_events).error().reason == undefined_reason::all_events);
  CHECK(k_by_two::g_test(one_group).error().reason == undefined_reason::empty);
  CHECK_FALSE(k_by_two::g_test(one_group).error().remedy.empty());
  CHECK_THROWS_AS((void)two_by_two::fisher(11, 10, 0, 20, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)two_by_two::fisher(2'000'000, 10'000'000, 2'000'000, 10'000'000, usual), std::invalid_argument);
}

TEST_CASE("G is the sum of O ln(O/E), refuses few expected events, and leaves out groups without trials") {
  const std::vector<cluster_tally> groups{{30, 1000}, {12, 900}, {0, 0}, {40, 800}};
  double g = 0.0, pearson = 0.0;
  for (const cluster_tally& c : groups) {
    if (c.exposure == 0) continue;
    const double n = static_cast<double>(c.exposure), x = static_cast<double>(c.events), e = n * 82.0 / 2700.0;
    g += 2.0 * (x * std::log(x / e) + (n - x) * std::log((n - x) / (n - e)));
    pearson += (x - e) * (x - e) / e + (x - e) * (x - e) / (n - e);
  }
  const auto found = k_by_two::g_test(groups).value();
  CHECK(found.g == doctest::Approx(g).epsilon(1e-12));
  CHECK(found.pearson == doctest::Approx(pearson).epsilon(1e-12));
  CHECK(found.degrees == 2.0);
  CHECK(found.asymptotic_p == doctest::Approx(std::exp(-g / 2.0)).epsilon(1e-12)); // chi-square with 2 degrees
  CHECK(found.smallest_expected == doctest::Approx(800.0 * 82.0 / 2700.0));
  // Rates of 1 in 1,000,000: half of G is the Poisson deviance, which the large counts of non-events do not drown.
  const std::vector<cluster_tally> rare{{8, 4'000'000'000}, {20, 4'000'000'000}};
  const double poisson = 2.0 * (8.0 * std::log(8.0 / 14.0) + 20.0 * std::log(20.0 / 14.0));
  CHECK(k_by_two::g_test(rare).value().g == doctest::Approx(poisson).epsilon(1e-7));
  CHECK(k_by_two::g_test(std::vector<cluster_tally>{{4, 100}, {5, 100}}).error().reason == undefined_reason::few_effective_events);
  CHECK(k_by_two::g_test(std::vector<cluster_tally>{{5, 100}, {5, 100}}).value().g == 0.0);
}
