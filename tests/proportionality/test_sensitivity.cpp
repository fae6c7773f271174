#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/proportionality.hpp>

using namespace lfreval;
using namespace lfreval::sensitivity;

namespace {

constexpr confidence at_999{0.999};

constexpr confidence level{0.95};

double ishigami(std::span<const double> x) { return std::sin(x[0]) + 7.0 * std::sin(x[1]) * std::sin(x[1]) + 0.1 * std::pow(x[2], 4) * std::sin(x[0]); }

std::vector<uncertain_input> three_angles() { return std::vector<uncertain_input>(3, uncertain_input::uniform(-std::numbers::pi, std::numbers::pi)); }

} // namespace

TEST_CASE("every dimension of the plain sequence puts one of the first 2^m points in each of 2^m intervals") {
  const sobol_sequence points(most_dimensions);
  for (unsigned d = 0; d < most_dimensions; ++d)
    for (unsigned m = 0; m <= 8; ++m) {
      std::set<unsigned> cells;
      for (std::uint64_t k = 0; k < (1U << m); ++k) cells.insert(static_cast<unsigned>(points.at(k, d) * (1U << m)));
      CHECK(cells.size() == (1U << m));
    }
}

TEST_CASE("scrambling keeps the net: one point in each interval, and in each box of the first two dimensions") {
  for (std::uint32_t randomisation = 0; randomisation < 4; ++randomisation) {
    const sobol_sequence points(6, 11, randomisation);
    for (unsigned d = 0; d < 6; ++d) {
      std::set<unsigned> cells;
      for (std::uint64_t k = 0; k < 256; ++k) {
        CHECK(points.at(k, d) > 0.0);
        CHECK(points.at(k, d) < 1.0);
        cells.insert(static_cast<unsigned>(points.at(k, d) * 256));
      }
      CHECK(cells.size() == 256);
    }
    // The first two dimensions are a (0, m, 2)-net: every box of area 2^-8 holds one of 256 points.
    for (unsigned a = 0; a <= 8; ++a) {
      std::set<std::pair<unsigned, unsigned>> boxes;
      for (std::uint64_t k = 0; k < 256; ++k) boxes.insert({static_cast<unsigned>(points.at(k, 0) * (1U << a)), static_cast<unsigned>(points.at(k, 1) * (1U << (8 - a)))});
      CHECK(boxes.size() == 256);
    }
  }
  CHECK(sobol_sequence(2, 1, 0).at(5, 1) != sobol_sequence(2, 1, 1).at(5, 1));
  CHECK(sobol_sequence(2, 1, 0).at(5, 1) == sobol_sequence(3, 1, 0).at(5, 1));
  CHECK_THROWS_AS(sobol_sequence(0), std::invalid_argument);
  CHECK_THROWS_AS(sobol_sequence(33), std::invalid_argument);
  CHECK_THROWS_AS((void)sobol_sequence(2).at(0, 2), std::invalid_argument);
}

TEST_CASE("sampled shares of Ishigami's function agree with the analytic ones") {
  // Ishigami & Homma 1990, as in the reference row.
  const double first[] = {0.31390519114781146, 0.4424111447900409, 0.0}, total[] = {0.5575888552099592, 0.4424111447900409, 0.2436836640621477};
  const auto found = variance_shares_of(three_angles(), ishigami, at_999, {11, 16, 3}).value();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(found.first[i].made.contains(first[i]));
    CHECK(found.total[i].made.contains(total[i]));
    CHECK(std::fabs(found.first[i].point - first[i]) < 0.01);
    CHECK(std::fabs(found.total[i].point - total[i]) < 0.01);
  }
  CHECK(found.variance == doctest::Approx(13.844587940719254).epsilon(0.01));
  CHECK(variance_shares_of(three_angles(), ishigami, at_999, {11, 16, 3}).value() == found);
}

TEST_CASE("in a model that only adds the first shares add up to 1 and are the total ones") {
  // Variances by hand: Beta(2, 6) 12 / (64 * 9), Gamma(4) / 8 4 / 64, uniform on [0, 1] 1 / 12.
  const std::vector<uncertain_input> inputs{uncertain_input::beta(2, 6), uncertain_input::gamma(4, 8), uncertain_input::uniform(0, 1), uncertain_input::fixed(3)};
  const double v[] = {12.0 / 576.0, 0.0625, 1.0 / 12.0, 0.0};
  const double all = v[0] + v[1] + v[2];
  const auto found = variance_shares_of(inputs, [](std::span<const double> x) { return x[0] + x[1] + x[2] + x[3]; }, level, {10, 16, 1}).value();
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(found.first[i].point == doctest::Approx(v[i] / all).epsilon(0.02));
    CHECK(found.total[i].point == doctest::Approx(v[i] / all).epsilon(0.02));
    sum += found.first[i].point;
  }
  CHECK(sum == doctest::Approx(1.0).epsilon(0.01));
  const auto exact = variance_shares_by_quadrature(inputs, [](std::span<const double> x) { return x[0] + x[1] + x[2] + x[3]; }, 24).value();
  CHECK(exact.first[0] + exact.first[1] + exact.first[2] == doctest::Approx(1.0).epsilon(1e-9));
  CHECK(exact.mean == doctest::Approx(0.25 + 0.5 + 0.5 + 3.0).epsilon(1e-3));
}

TEST_CASE("a result that does not vary has no shares") {
  const auto constant = [](std::span<const double>) { return 0.1; };
  CHECK(variance_shares_of(three_angles(), constant, level, {6, 4, 1}).error().reason == undefined_reason::no_variation);
  CHECK(variance_shares_by_quadrature(three_angles(), constant, 4).error().reason == undefined_reason::no_variation);
  CHECK_THROWS_AS((void)variance_shares_of({}, constant, level), std::invalid_argument);
  CHECK_THROWS_AS((void)variance_shares_of(three_angles(), [](std::span<const double>) { return std::nan(""); }, level, {4, 2, 1}), std::invalid_argument);
}

TEST_CASE("distributions turn probabilities into quantiles") {
  CHECK(uncertain_input::uniform(2, 6).quantile(0.25) == 3.0);
  // By hand: a triangle from 0 over 1 to 3 has area 1/3 to the left of 1.
  CHECK(uncertain_input::triangular(0, 1, 3).quantile(1.0 / 3.0) == doctest::Approx(1.0));
  CHECK(uncertain_input::triangular(0, 1, 3).quantile(5.0 / 6.0) == doctest::Approx(2.0));
  CHECK(uncertain_input::triangular(2, 2, 2).quantile(0.3) == 2.0);
  CHECK(uncertain_input::gamma(1, 4).quantile(0.5) == doctest::Approx(std::log(2.0) / 4.0));
  CHECK(uncertain_input::beta(1, 2).quantile(0.75) == doctest::Approx(0.5));
  CHECK(uncertain_input::share(3, 10).mean() == doctest::Approx(3.5 / 11.0));
  CHECK(uncertain_input::rate(3, 10.0).mean() == doctest::Approx(0.35));
  CHECK(uncertain_input::clustered_rate(0.2, 8.0).mean() == doctest::Approx(0.2 * 8.5 / 8.0));
  CHECK_THROWS_AS((void)uncertain_input::triangular(1, 0, 2), std::invalid_argument);
  CHECK_THROWS_AS((void)uncertain_input::beta(0, 2), std::invalid_argument);
  CHECK_THROWS_AS((void)uncertain_input::fixed(1).quantile(1.0), std::invalid_argument);
}

TEST_CASE("a tornado puts the widest swing first") {
  const std::vector<uncertain_input> inputs{uncertain_input::uniform(0, 1), uncertain_input::uniform(0, 10), uncertain_input::fixed(2)};
  const auto table = tornado(inputs, [](std::span<const double> x) { return x[0] - x[1] * x[2]; });
  CHECK(table.at_medians == doctest::Approx(0.5 - 10.0));
  REQUIRE(table.swings.size() == 3);
  CHECK(table.swings[0].input == 1);
  CHECK(table.swings[0].at_low == doctest::Approx(0.5 - 1.0));
  CHECK(table.swings[0].at_high == doctest::Approx(0.5 - 19.0));
  CHECK(table.swings[2].width() == 0.0);
}

TEST_CASE("perfect information is worth nothing when one strategy is best everywhere, and never less than nothing") {
  const std::vector<double> sure{3.0, 2.0, 5.0, 1.0, 1.5, 4.0}, half(3, 1.0 / 3.0);
  CHECK(expected_value_of_perfect_information(sure, 2, half) == 0.0);
  CHECK(expected_value_of_perfect_information(std::vector<double>{1.0, -1.0, 0.0, 0.0}, 2, std::vector<double>{0.5, 0.5}) == doctest::Approx(0.5));
  CHECK_THROWS_AS((void)expected_value_of_perfect_information(sure, 2, std::vector<double>{0.5, 0.4, 0.0}), std::invalid_argument);
}

TEST_CASE("the value of information is that of a choice worked out by hand") {
  // Gain x uniform on [-1, 1], or nothing: knowing x is worth E max(x, 0) - 0 = 1/4. The second input does not matter.
  const std::vector<uncertain_input> inputs{uncertain_input::uniform(-1, 1), uncertain_input::uniform(0, 1)};
  const auto found = value_of_information(inputs, 2, [](std::span<const double> x, std::span<double> nb) { nb[0] = x[0]; nb[1] = 0.0 * x[1]; }, level, {10, 16, 4});
  CHECK(found.perfect.point == doctest::Approx(0.25).epsilon(0.01));
  CHECK(found.of_input[0].point == doctest::Approx(0.25).epsilon(0.02));
  CHECK(found.of_input[1].point < 1e-3);
  CHECK(found.of_input[1].point >= 0.0);
  CHECK(found.best[0] == doctest::Approx(0.5).epsilon(0.01));
  // A choice that no value of x changes.
  const auto decided = value_of_information(inputs, 2, [](std::span<const double> x, std::span<double> nb) { nb[0] = x[0] + 2.0; nb[1] = x[1]; }, level, {8, 8, 4});
  CHECK(decided.perfect.point == 0.0);
  CHECK(decided.of_input[0].point == 0.0);
  CHECK(decided.best == std::vector<double>{1.0, 0.0});
  // Questions put together get the answers that each gets alone.
  const auto both = values_of_information(inputs, 2, 2, [](std::span<const double> x, std::span<double> nb) { nb[0] = x[0]; nb[1] = 0.0; nb[2] = x[0] + 2.0; nb[3] = x[1]; }, level, {8, 8, 4});
  REQUIRE(both.size() == 2);
  CHECK(both[1].expected[0] == decided.expected[0]);
}
