#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>
#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/zero_events.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence ninety{0.9};

constexpr confidence usual{0.95};

/// Three persons with 2, 1 and 3 passages on a list of 2 of 4, of whom a passage with one hit alerts with 1/2, with two
/// 5/6.
const std::vector<passage_hits> small{{7, 1}, {7, 0}, {8, 2}, {9, 0}, {9, 0}, {9, 1}};
constexpr drawn_list half{2, 4};

} // namespace

TEST_CASE("the moments of the interval, worked out by hand") {
  const auto got = sub_watchlist_ci(small, half, usual).value();
  const double sums[] = {0.5, 5.0 / 6.0, 0.5}, sizes[] = {2.0, 1.0, 3.0}, p = (0.5 + 5.0 / 6.0 + 0.5) / 6.0;
  double squares = 0.0;
  for (int c = 0; c < 3; ++c) squares += (sums[c] - p * sizes[c]) * (sums[c] - p * sizes[c]);
  const double variance = 1.5 * squares / 36.0, kernel = 5.0 / 6.0 / 6.0;
  CHECK(got.point == doctest::Approx(p).epsilon(1e-14));
  CHECK(got.probe_variance == doctest::Approx(variance).epsilon(1e-13));
  CHECK(got.kernel == doctest::Approx(kernel).epsilon(1e-14));
  CHECK(got.passages == 6);
  CHECK(got.persons == 3);
  CHECK(got.alerting_persons == 3);
  const auto want = rate::fay_feuer(p, variance, kernel, usual).value();
  CHECK(got.limits.lower == doctest::Approx(want.lower).epsilon(1e-12));
  CHECK(got.limits.upper == doctest::Approx(std::min(1.0, want.upper)).epsilon(1e-12));
  CHECK(got.limits.method == interval_method::fay_feuer);
}

TEST_CASE("variance of the list widens the interval and is named") {
  const auto plain = sub_watchlist_ci(small, half, usual).value();
  const auto wider = sub_watchlist_ci(small, half, usual, sides::two, {list_scope::one_draw, 0.01}).value();
  CHECK(wider.point == plain.point);
  CHECK(wider.limits.lower < plain.limits.lower);
  CHECK(wider.limits.upper >= plain.limits.upper);
  CHECK(wider.scope == list_scope::one_draw);
  CHECK(wider.list_variance == 0.01);
  CHECK_THROWS_AS(
      static_cast<void>(sub_watchlist_ci(small, half, usual, sides::two, {list_scope::average_of_draws, 0.01})),
      std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_ci(small, half, usual, sides::two, {list_scope::one_draw, -1.0})),
                  std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_ci(small, {0, 4}, usual)), std::invalid_argument);
}

TEST_CASE("one-sided bounds leave the other end at its edge, and order does not matter") {
  const auto upper = sub_watchlist_ci(small, half, usual, sides::upper).value(),
             lower = sub_watchlist_ci(small, half, usual, sides::lower).value();
  CHECK(upper.limits.lower == 0.0);
  CHECK(lower.limits.upper == 1.0);
  const auto at_ninety = sub_watchlist_ci(small, half, ninety).value();
  CHECK(lower.limits.lower == doctest::Approx(at_ninety.limits.lower).epsilon(1e-9));
  auto rows = small;
  test::random draw(3);
  for (int i = 0; i < 10; ++i) {
    draw.shuffle(rows);
    CHECK(sub_watchlist_ci(rows, half, usual).value().limits == sub_watchlist_ci(small, half, usual).value().limits);
  }
}

TEST_CASE("no hit: the bound of the whole list; nothing to compare: undefined") {
  std::vector<passage_hits> none{{1, 0}, {1, 0}, {2, 0}, {3, 0}};
  const auto got = sub_watchlist_ci(none, half, usual, sides::upper).value();
  CHECK(got.bound_of_whole_list);
  CHECK(got.point == 0.0);
  const std::vector<cluster_tally> sizes{{0, 2}, {0, 1}, {0, 1}};
  CHECK(got.limits == cluster::zero_water_fill(sizes, usual, sides::upper).value().made);
  const std::vector<passage_hits> one{{1, 1}, {1, 0}}, alike{{1, 1}, {2, 1}, {3, 1}}, nobody;
  CHECK(sub_watchlist_ci(one, half, usual).error().reason == undefined_reason::one_cluster);
  CHECK(sub_watchlist_ci(alike, {1, 7}, usual).error().reason == undefined_reason::all_events);
  CHECK(sub_watchlist_ci(nobody, half, usual).error().reason == undefined_reason::empty);
}

namespace {

/// Each person reaches each of the list with the person's own chance; the true rate is the average over persons.
void check_coverage(int runs) {
  test::random draw(31);
  constexpr std::uint64_t all = 200, n = 40;
  constexpr double chances[] = {0.0002, 0.004}, often = 0.1;
  double truth = 0.0;
  for (int k = 0; k < 2; ++k)
    truth += (k == 1 ? often : 1.0 - often) * (1.0 - std::pow(1.0 - chances[k], static_cast<double>(n)));
  int covered = 0, counted = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<passage_hits> rows;
    for (std::uint64_t person = 0; person < 300; ++person) {
      const double chance = draw.uniform() < often ? chances[1] : chances[0];
      for (int i = 0; i < 4; ++i) {
        // Binomial(200, chance) by inversion of its distribution function.
        double u = draw.uniform(), term = std::pow(1.0 - chance, static_cast<double>(all));
        std::uint64_t hits = 0;
        while (u >= term && hits < all) {
          u -= term;
          term *= static_cast<double>(all - hits) / static_cast<double>(hits + 1) * chance / (1.0 - chance);
          ++hits;
        }
        rows.push_back({person, hits});
      }
    }
    const auto got = sub_watchlist_ci(rows, {n, all}, usual);
    if (!got) continue;
    ++counted;
    covered += got->limits.contains(truth) ? 1 : 0;
  }
  MESSAGE("covered " << covered << " of " << counted);
  CHECK(counted == runs);
  CHECK(covered >= 0.95 * runs - 3.0 * std::sqrt(0.95 * 0.05 * runs));
}

} // namespace

TEST_CASE("the interval covers the rate that persons of this kind have") { check_coverage(300); }

TEST_CASE("slow: the interval covers the rate that persons of this kind have, long run" * doctest::skip(false)) {
  check_coverage(5000);
}
