#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/risk_ratio.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

using method = estimable<rate_ratio_estimate> (*)(std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, confidence, sides);
constexpr std::array<method, 4> any_counts{&ratio::koopman, &ratio::miettinen_nurminen, &ratio::mover_r_wilson, &ratio::bayes_beta};
constexpr std::array<method, 3> no_prior{&ratio::koopman, &ratio::miettinen_nurminen, &ratio::mover_r_wilson};
constexpr std::array<method, 6> all_methods{&ratio::koopman,  &ratio::miettinen_nurminen, &ratio::mover_r_wilson,
                                            &ratio::katz_log, &ratio::katz_haldane,       &ratio::bayes_beta};
constexpr confidence usual{0.95}, narrow{0.8}, wide{0.99}, one_sided{0.975}, low{0.4};
constexpr double z = 1.959963984540054;

struct counts {
  std::uint64_t x1, n1, x2, n2;
};

} // namespace

TEST_CASE("score limits of ratios hold their digits from 1 in 1000000000000 to all but a few") {
  double worst = 0.0;
  std::size_t checked = 0;
  const auto rows = test::csv_records("two_groups_mpmath.csv");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& r = rows[i];
    if (r[0].rfind("ratio.", 0) != 0) continue;
    ++checked;
    const method made = r[0] == "ratio.koopman" ? &ratio::koopman : &ratio::miettinen_nurminen;
    const auto found = made(std::stoull(r[1]), std::stoull(r[2]), std::stoull(r[3]), std::stoull(r[4]), usual, sides::two).value();
    CAPTURE(r[0]);
    CAPTURE(r[1]);
    CAPTURE(r[2]);
    CAPTURE(r[3]);
    CAPTURE(r[4]);
    for (const auto& [value, text] : {std::pair{found.limits.lower, r[5]}, std::pair{found.limits.upper, r[6]}}) {
      const double want = text == "inf" ? unbounded : std::stod(text);
      if (value == want) continue;
      CHECK(value == doctest::Approx(want).epsilon(1e-12));
      worst = std::fmax(worst, std::fabs(value / want - 1.0));
    }
  }
  CHECK(checked == 40);
  MESSAGE("largest relative error " << worst);
}

TEST_CASE("limits in closed form where one arm leaves no choice") {
  // All events in both arms: the most likely shares are (r, 1), and (1 - r)^2 = z^2 r (1 - r) / n1.
  const auto full = ratio::koopman(30, 30, 40, 40, usual).value();
  CHECK(full.limits.lower == doctest::Approx(30.0 / (30.0 + z * z)).epsilon(1e-14));
  CHECK(full.limits.upper == doctest::Approx((40.0 + z * z) / 40.0).epsilon(1e-14));
  CHECK(full.p_value == 1.0);
  CHECK(full.point == 1.0);
}

TEST_CASE("ratios of shares turn over when the groups swap, nest in the confidence, and bound their edges") {
  for (const method made : any_counts) {
    for (const counts& c : std::vector<counts>{{7, 34, 1, 34}, {8, 425000, 2, 2722436}, {36, 40, 16, 80}, {3, 9, 3, 9}, {199, 200, 180, 190}}) {
      const auto one = made(c.x1, c.n1, c.x2, c.n2, usual, sides::two).value();
      const auto swapped = made(c.x2, c.n2, c.x1, c.n1, usual, sides::two).value();
      CHECK(swapped.limits.lower == doctest::Approx(1.0 / one.limits.upper).epsilon(1e-10));
      CHECK(swapped.limits.upper == doctest::Approx(1.0 / one.limits.lower).epsilon(1e-10));
      CHECK(swapped.point == doctest::Approx(1.0 / one.point).epsilon(1e-10));
      CHECK(one.limits.contains(one.point));
      const auto inner = made(c.x1, c.n1, c.x2, c.n2, narrow, sides::two).value();
      const auto outer = made(c.x1, c.n1, c.x2, c.n2, wide, sides::two).value();
      CHECK(outer.limits.lower < one.limits.lower);
      CHECK(one.limits.lower < inner.limits.lower);
      CHECK(inner.limits.upper < one.limits.upper);
      CHECK(one.limits.upper < outer.limits.upper);
      const auto above = made(c.x1, c.n1, c.x2, c.n2, one_sided, sides::lower).value();
      CHECK(above.limits.lower == doctest::Approx(one.limits.lower).epsilon(1e-12));
      CHECK(above.limits.upper == unbounded);
      if (one.p_value) {
        CHECK(*swapped.p_value == doctest::Approx(*one.p_value).epsilon(1e-9));
        CHECK((*one.p_value < 0.05) == !one.limits.contains(1.0));
      }
      if (one.probability_above_one)
        CHECK(*one.probability_above_one == doctest::Approx(1.0 - swapped.probability_above_one.value()).epsilon(1e-10));
    }
  }
  for (const method made : all_methods) {
    const auto none = made(0, 10, 0, 20, usual, sides::two);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().reason == undefined_reason::no_events);
    CHECK(none.error().bounds->lower == 0.0);
    CHECK(none.error().bounds->upper == unbounded);
    CHECK(made(0, 0, 5, 20, usual, sides::two).error().reason == undefined_reason::empty);
    CHECK(made(5, 20, 0, 0, usual, sides::two).error().reason == undefined_reason::empty);
    CHECK_THROWS_AS(static_cast<void>(made(11, 10, 5, 20, usual, sides::two)), std::invalid_argument);
    if (made != &ratio::bayes_beta) CHECK_THROWS_AS(static_cast<void>(made(1, 10, 5, 20, low, sides::upper)), std::invalid_argument);
  }
  for (const method made : no_prior) {
    const auto no_second = made(4, 10, 0, 20, usual, sides::two).value();
    CHECK(no_second.point == unbounded);
    CHECK(no_second.limits.upper == unbounded);
    CHECK(no_second.limits.lower > 0.0);
    CHECK(std::isfinite(no_second.limits.lower));
    const auto no_first = made(0, 20, 4, 10, usual, sides::two).value();
    CHECK(no_first.point == 0.0);
    CHECK(no_first.limits.lower == 0.0);
    CHECK(no_first.limits.upper == doctest::Approx(1.0 / no_second.limits.lower).epsilon(1e-12));
  }
}

TEST_CASE("the textbook interval is undefined where its logarithm is, and adding a half changes the point") {
  CHECK(ratio::katz_log(0, 10, 4, 20, usual).error().reason == undefined_reason::no_events);
  CHECK(ratio::katz_log(4, 10, 0, 20, usual).error().reason == undefined_reason::no_events);
  CHECK(ratio::katz_log(10, 10, 20, 20, usual).error().reason == undefined_reason::all_events);
  CHECK(ratio::katz_haldane(10, 10, 20, 20, usual).error().reason == undefined_reason::all_events);
  const auto half = ratio::katz_haldane(4, 10, 0, 20, usual).value();
  CHECK(half.point == doctest::Approx(4.5 / 10.5 / (0.5 / 20.5)).epsilon(1e-14));
  CHECK(std::isfinite(half.limits.upper));
  // By hand: s^2 = 1/4 - 1/10 + 1/5 - 1/20 = 0.3.
  const auto plain = ratio::katz_log(4, 10, 5, 20, usual).value();
  CHECK(plain.limits.upper == doctest::Approx(1.6 * std::exp(z * std::sqrt(0.3))).epsilon(1e-12));
}

TEST_CASE("limits recovered from each group's own interval") {
  // With Wilson's limits of both groups it is the Wilson form.
  const auto first = binomial::wilson(7, 34, usual).value(), second = binomial::wilson(1, 34, usual).value();
  const auto made = ratio::mover_r(7.0 / 34.0, first, 1.0 / 34.0, second).value();
  const auto wilson = ratio::mover_r_wilson(7, 34, 1, 34, usual).value();
  CHECK(made.limits.lower == doctest::Approx(wilson.limits.lower).epsilon(1e-14));
  CHECK(made.limits.upper == doctest::Approx(wilson.limits.upper).epsilon(1e-14));
  CHECK(made.limits.method == interval_method::mover_r);
  CHECK(wilson.limits.method == interval_method::mover_r_wilson);
  // A second rate that is known makes the ratio's limits those of the first.
  const interval known{0.2, 0.2, usual, interval_method::korn_graubard, sides::two};
  const auto scaled = ratio::mover_r(7.0 / 34.0, first, 0.2, known).value();
  CHECK(scaled.limits.lower == doctest::Approx(first.lower / 0.2).epsilon(1e-12));
  CHECK(scaled.limits.upper == doctest::Approx(first.upper / 0.2).epsilon(1e-12));
  // Clustered limits are wider, and so is their ratio.
  std::vector<cluster_tally> persons;
  for (std::uint64_t i = 0; i < 30; ++i) persons.push_back({i < 6 ? 5U : 0U, 10});
  const auto clustered = cluster::korn_graubard(persons, usual).value();
  const auto flat = binomial::clopper_pearson(30, 300, usual).value();
  const auto wider = ratio::mover_r(0.1, clustered, 0.05, binomial::clopper_pearson(50, 1000, usual).value()).value();
  const auto narrower = ratio::mover_r(0.1, flat, 0.05, binomial::clopper_pearson(50, 1000, usual).value()).value();
  CHECK(wider.limits.lower < narrower.limits.lower);
  CHECK(wider.limits.upper > narrower.limits.upper);
  // No event in the second group: a lower limit and no upper one.
  const auto none = binomial::clopper_pearson(0, 1000, usual).value();
  const auto edge = ratio::mover_r(0.1, flat, 0.0, none).value();
  CHECK(edge.point == unbounded);
  CHECK(edge.limits.upper == unbounded);
  CHECK(edge.limits.lower == doctest::Approx(std::sqrt(flat.lower * (0.2 - flat.lower)) / none.upper).epsilon(1e-12));
  CHECK(ratio::mover_r(0.0, none, 0.0, none).error().reason == undefined_reason::no_events);
  const auto upper_only = binomial::clopper_pearson(7, 34, usual, sides::upper).value();
  const auto other_level = binomial::clopper_pearson(7, 34, wide).value();
  CHECK_THROWS_AS(static_cast<void>(ratio::mover_r(0.2, upper_only, 0.1, second)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(ratio::mover_r(0.2, other_level, 0.03, second)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(ratio::mover_r(0.9, first, 0.03, second)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(ratio::mover_r(0.2, {0.1, unbounded, usual, interval_method::garwood, sides::two}, 0.03, second)),
                  std::invalid_argument);
}

TEST_CASE("the posterior of the ratio of two shares") {
  struct row { counts c; double q025, q50, q975, above; };
  // By quadrature of E F1(r F2^-1(u)): the first by mpmath to 20 digits, the others by scipy on the probit scale of u.
  for (const row& r : std::vector<row>{
           {{7, 34, 1, 34}, 1.3008967493932749, 6.0135838264845462, 68.469751433503839, 0.99059733450006251},
           {{8, 425'000, 2, 2'722'436}, 6.3350531727677, 24.043546286646, 138.9822428693, 0.99999923385179},
           {{3, 2000, 0, 2000}, 0.86783574122999, 13.839984426631, 6635.8614641128, 0.96690224323114}}) {
    CAPTURE(r.c.n1);
    const auto found = ratio::bayes_beta(r.c.x1, r.c.n1, r.c.x2, r.c.n2, usual).value();
    CHECK(found.limits.lower == doctest::Approx(r.q025).epsilon(1e-10));
    CHECK(found.point == doctest::Approx(r.q50).epsilon(1e-10));
    CHECK(found.limits.upper == doctest::Approx(r.q975).epsilon(1e-10));
    CHECK(found.probability_above_one.value() == doctest::Approx(r.above).epsilon(1e-10));
  }
  // At rates of 1 in 10,000,000 it is the posterior of two Poisson rates.
  const auto rare = ratio::bayes_beta(8, 80'000'000, 2, 60'000'000, usual).value();
  const auto poisson = rate_ratio::bayes_gamma(8, 80e6, 2, 60e6, usual).value();
  CHECK(rare.point == doctest::Approx(poisson.point).epsilon(1e-6));
  CHECK(rare.limits.lower == doctest::Approx(poisson.limits.lower).epsilon(1e-6));
  CHECK(rare.limits.upper == doctest::Approx(poisson.limits.upper).epsilon(1e-6));
  // With many events it is close to the textbook interval.
  const auto many = ratio::bayes_beta(400'000, 1'000'000, 300'000, 1'000'000, usual).value();
  const auto katz = ratio::katz_log(400'000, 1'000'000, 300'000, 1'000'000, usual).value();
  CHECK(many.limits.lower == doctest::Approx(katz.limits.lower).epsilon(1e-6));
  CHECK(many.limits.upper == doctest::Approx(katz.limits.upper).epsilon(1e-6));
}

namespace {

/// A Poisson count by inversion; the share of a binomial one with the same mean is below 1 in 10,000 here.
std::uint64_t inverted_poisson(test::random& draw, double mean) {
  const double u = draw.uniform();
  double term = std::exp(-mean), sum = term;
  std::uint64_t k = 0;
  while (u > sum && k < 1000) sum += term *= mean / static_cast<double>(++k);
  return k;
}

/// Passages and rates of two groups as at a busy camera, by expected events. Ratios without any event are left out of the count.
void check_coverage(int runs) {
  struct setting { double mean1, mean2; std::uint64_t n1, n2; };
  test::random draw(61);
  for (const setting& s : std::vector<setting>{{8, 50, 425'000, 2'722'436}, {20, 20, 500'000, 500'000}, {5, 5, 100'000, 100'000},
                                               {40, 10, 1'000'000, 1'000'000}, {3, 30, 60'000, 3'000'000}}) {
    const double truth = s.mean1 / static_cast<double>(s.n1) / (s.mean2 / static_cast<double>(s.n2));
    int koopman = 0, exact = 0, defined = 0;
    for (int run = 0; run < runs; ++run) {
      const std::uint64_t x1 = inverted_poisson(draw, s.mean1), x2 = inverted_poisson(draw, s.mean2);
      const auto found = ratio::koopman(x1, s.n1, x2, s.n2, usual);
      if (!found) continue;
      ++defined;
      koopman += found->limits.contains(truth) ? 1 : 0;
      exact += rate_ratio::conditional_exact(x1, static_cast<double>(s.n1), x2, static_cast<double>(s.n2), usual)
                       .value().limits.contains(truth) ? 1 : 0;
    }
    const double share = static_cast<double>(koopman) / defined, guaranteed = static_cast<double>(exact) / defined;
    MESSAGE(s.mean1 << " and " << s.mean2 << " events expected: Koopman " << share << ", conditional exact " << guaranteed);
    const double error = 3.0 * std::sqrt(0.95 * 0.05 / defined);
    CHECK(share > 0.935 - error);
    CHECK(share < 0.975 + error);
    CHECK(guaranteed > 0.95 - error);
  }
}

} // namespace

TEST_CASE("Koopman's interval covers at the counts of live facial recognition") { check_coverage(2000); }

TEST_CASE("slow: Koopman's interval covers at the counts of live facial recognition, long run" * doctest::skip(false)) {
  check_coverage(40000);
}
