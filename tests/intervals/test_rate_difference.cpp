#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/rate_difference.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

using method = estimable<rate_difference_estimate> (*)(std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, confidence, sides);
constexpr std::array<method, 4> methods{&difference::miettinen_nurminen, &difference::mee_score, &difference::newcombe,
                                        &difference::agresti_caffo};
constexpr confidence usual{0.95}, narrow{0.8}, wide{0.99}, one_sided{0.975}, low{0.4};
constexpr double z = 1.959963984540054;

struct counts {
  std::uint64_t x1, n1, x2, n2;
};

const std::vector<counts> typical{{7, 34, 1, 34},   {36, 40, 16, 80},     {8, 400, 2, 2400},        {0, 12, 4, 5},      {12, 12, 3, 9},
                                  {0, 20, 0, 30},   {20, 20, 30, 30},     {380, 400, 350, 400},     {1, 2, 1, 3},       {400, 400, 395, 400},
                                  {5, 100, 20, 30}, {0, 1000, 5, 100000}, {8, 425000, 2, 2722436}, {2, 3000, 9, 2000}};

/// The score statistic of a difference from the likelihood of both arms, maximised by golden section on the share of the second;
/// knows nothing of a cubic.
double brute_score(const counts& c, double d) {
  const auto x1 = static_cast<double>(c.x1), n1 = static_cast<double>(c.n1), x2 = static_cast<double>(c.x2), n2 = static_cast<double>(c.n2);
  const auto term = [](double count, double share) { return count == 0.0 ? 0.0 : count * std::log(share); };
  const auto log_likelihood = [&](double p) {
    return term(x1, p + d) + term(n1 - x1, 1.0 - p - d) + term(x2, p) + term(n2 - x2, 1.0 - p);
  };
  double start = std::max(0.0, -d), end = std::min(1.0, 1.0 - d);
  const double golden = (std::sqrt(5.0) - 1.0) / 2.0;
  for (int i = 0; i < 200; ++i) {
    const double left = end - golden * (end - start), right = start + golden * (end - start);
    if (log_likelihood(left) > log_likelihood(right)) end = right;
    else start = left;
  }
  const double p2 = (start + end) / 2.0, p1 = p2 + d;
  return (x1 / n1 - x2 / n2 - d) / std::sqrt(p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2);
}

} // namespace

TEST_CASE("limits of a difference are where the score of the restricted likelihood reaches z") {
  for (const counts& c : typical) {
    CAPTURE(c.x1);
    CAPTURE(c.n1);
    CAPTURE(c.x2);
    CAPTURE(c.n2);
    const auto n = static_cast<double>(c.n1 + c.n2);
    for (const method made : {methods[0], methods[1]}) {
      const auto found = made(c.x1, c.n1, c.x2, c.n2, usual, sides::two).value();
      const double reached = made == methods[0] ? z * std::sqrt(n / (n - 1.0)) : z;
      if (found.limits.lower > -1.0) CHECK(brute_score(c, found.limits.lower) == doctest::Approx(reached).epsilon(1e-4));
      if (found.limits.upper < 1.0) CHECK(brute_score(c, found.limits.upper) == doctest::Approx(-reached).epsilon(1e-4));
      CHECK((found.p_value.value() < 0.05) == !found.limits.contains(0.0));
    }
  }
}

TEST_CASE("score limits of differences hold their digits from 1 in 1000000000000 to all but a few") {
  double worst = 0.0;
  std::size_t checked = 0;
  const auto rows = test::csv_records("two_groups_mpmath.csv");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& r = rows[i];
    if (r[0].rfind("difference.", 0) != 0) continue;
    ++checked;
    const method made = r[0] == "difference.mee_score" ? &difference::mee_score : &difference::miettinen_nurminen;
    const auto found = made(std::stoull(r[1]), std::stoull(r[2]), std::stoull(r[3]), std::stoull(r[4]), usual, sides::two).value();
    CAPTURE(r[0]);
    CAPTURE(r[1]);
    CAPTURE(r[2]);
    CAPTURE(r[3]);
    CAPTURE(r[4]);
    const double lower = std::stod(r[5]), upper = std::stod(r[6]);
    // A limit may lie close to 0 while both rates are far from it: the error is judged beside the width.
    const double error = std::max(std::fabs(found.limits.lower - lower), std::fabs(found.limits.upper - upper)) / (upper - lower);
    CHECK(error < 1e-12);
    worst = std::max(worst, error);
  }
  CHECK(checked == 40);
  MESSAGE("largest error in widths " << worst);
}

TEST_CASE("differences change sign when the groups or the outcome swap, nest in the confidence, and bound their edges") {
  for (const method made : methods)
    for (const counts& c : typical) {
      CAPTURE(c.x1);
      CAPTURE(c.n1);
      CAPTURE(c.x2);
      CAPTURE(c.n2);
      const auto one = made(c.x1, c.n1, c.x2, c.n2, usual, sides::two).value();
      const auto swapped = made(c.x2, c.n2, c.x1, c.n1, usual, sides::two).value();
      CHECK(swapped.point == -one.point);
      CHECK(swapped.limits.lower == -one.limits.upper);
      CHECK(swapped.limits.upper == -one.limits.lower);
      const auto failures = made(c.n1 - c.x1, c.n1, c.n2 - c.x2, c.n2, usual, sides::two).value();
      CHECK(failures.limits.lower == doctest::Approx(-one.limits.upper).epsilon(1e-9));
      CHECK(failures.limits.upper == doctest::Approx(-one.limits.lower).epsilon(1e-9));
      if (made != &difference::agresti_caffo) CHECK(one.limits.contains(one.point));
      CHECK(one.limits.lower >= -1.0);
      CHECK(one.limits.upper <= 1.0);
      const auto inner = made(c.x1, c.n1, c.x2, c.n2, narrow, sides::two).value();
      const auto outer = made(c.x1, c.n1, c.x2, c.n2, wide, sides::two).value();
      CHECK(outer.limits.lower <= one.limits.lower);
      CHECK(one.limits.lower <= inner.limits.lower);
      CHECK(inner.limits.upper <= one.limits.upper);
      CHECK(one.limits.upper <= outer.limits.upper);
      const auto below = made(c.x1, c.n1, c.x2, c.n2, one_sided, sides::upper).value();
      CHECK(below.limits.upper == doctest::Approx(one.limits.upper).epsilon(1e-12));
      CHECK(below.limits.lower == -1.0);
    }
  for (const method made : methods) {
    const auto none = made(0, 0, 5, 20, usual, sides::two);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().reason == undefined_reason::empty);
    CHECK(none.error().bounds->lower == -1.0);
    CHECK(none.error().bounds->upper == 1.0);
    CHECK_THROWS_AS(static_cast<void>(made(11, 10, 5, 20, usual, sides::two)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(made(1, 10, 5, 20, low, sides::upper)), std::invalid_argument);
  }
}

TEST_CASE("limits of a difference in closed form where one arm leaves no choice") {
  // No event in either: d = p1 with p2 = 0, and d^2 = z^2 d (1 - d) / n1.
  const auto none = difference::mee_score(0, 20, 0, 30, usual).value();
  CHECK(none.point == 0.0);
  CHECK(none.limits.upper == doctest::Approx(z * z / (20.0 + z * z)).epsilon(1e-13));
  CHECK(none.limits.lower == doctest::Approx(-z * z / (30.0 + z * z)).epsilon(1e-13));
  CHECK(none.p_value == 1.0);
  const auto apart = difference::mee_score(0, 20, 30, 30, usual).value();
  CHECK(apart.limits.lower == -1.0);
  CHECK(apart.limits.upper < 0.0);
}

TEST_CASE("the difference from each group's own limits") {
  const auto first = binomial::wilson(36, 40, usual).value(), second = binomial::wilson(16, 80, usual).value();
  const auto made = difference::mover_d(0.9, first, 0.2, second);
  const auto newcombe = difference::newcombe(36, 40, 16, 80, usual).value();
  CHECK(made.limits.lower == doctest::Approx(newcombe.limits.lower).epsilon(1e-14));
  CHECK(made.limits.upper == doctest::Approx(newcombe.limits.upper).epsilon(1e-14));
  CHECK(made.limits.method == interval_method::mover_d);
  // A second rate that is known shifts the limits of the first.
  const interval known{0.2, 0.2, usual, interval_method::korn_graubard, sides::two};
  CHECK(difference::mover_d(0.9, first, 0.2, known).limits.lower == doctest::Approx(first.lower - 0.2).epsilon(1e-14));
  CHECK(difference::mover_d(0.9, first, 0.2, known).limits.upper == doctest::Approx(first.upper - 0.2).epsilon(1e-14));
  const interval above_one{0.0, 1.5, usual, interval_method::garwood, sides::two};
  const auto other_level = binomial::wilson(16, 80, wide).value();
  const auto upper_only = binomial::wilson(16, 80, usual, sides::upper).value();
  CHECK_THROWS_AS(static_cast<void>(difference::mover_d(0.9, first, 0.2, other_level)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(difference::mover_d(0.9, first, 0.2, upper_only)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(difference::mover_d(0.9, first, 0.2, above_one)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(difference::mover_d(0.2, first, 0.2, second)), std::invalid_argument);
}

namespace {

std::uint64_t binomial_draw(test::random& draw, std::uint64_t n, double share) {
  std::uint64_t x = 0;
  for (std::uint64_t i = 0; i < n; ++i) x += draw.uniform() < share ? 1U : 0U;
  return x;
}

/// Seeded people found in two groups, and one rate far below the other.
void check_coverage(int runs) {
  struct setting { double p1, p2; std::uint64_t n1, n2; };
  test::random draw(62);
  for (const setting& s : std::vector<setting>{{0.89, 0.82, 200, 150}, {0.97, 0.97, 120, 60}, {0.99, 0.90, 40, 200}, {0.02, 0.005, 400, 1000}, {0.6, 0.4, 30, 30}}) {
    int covered = 0;
    for (int run = 0; run < runs; ++run)
      covered += difference::miettinen_nurminen(binomial_draw(draw, s.n1, s.p1), s.n1, binomial_draw(draw, s.n2, s.p2), s.n2, usual)
                         .value().limits.contains(s.p1 - s.p2) ? 1 : 0;
    const double share = static_cast<double>(covered) / runs;
    MESSAGE(s.p1 << " of " << s.n1 << " against " << s.p2 << " of " << s.n2 << ": " << share);
    const double error = 3.0 * std::sqrt(0.95 * 0.05 / runs);
    CHECK(share > 0.935 - error);
    CHECK(share < 0.975 + error);
  }
}

} // namespace

TEST_CASE("the score interval of a difference covers at the sizes of seeded trials") { check_coverage(1000); }

TEST_CASE("slow: the score interval of a difference covers at the sizes of seeded trials, long run" * doctest::skip(false)) {
  check_coverage(20000);
}
