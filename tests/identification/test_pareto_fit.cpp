#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/pareto_fit.hpp>
#include <lfreval/identification/return_level.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95}, low{0.4}, ninety_seven_half{0.975};

/// Drawn by its own formula.
std::vector<double> drawn(test::random& from, std::size_t count, double scale, double shape) {
  std::vector<double> out;
  while (out.size() < count) {
    const double u = 1.0 - from.uniform();
    const double y = shape == 0.0 ? -scale * std::log(u) : scale / shape * (std::pow(u, -shape) - 1.0);
    if (y > 0.0) out.push_back(y);
  }
  return out;
}

double log_likelihood(const std::vector<double>& y, double scale, double shape) {
  double sum = 0.0;
  for (const double one : y) {
    const double inside = 1.0 + shape * one / scale;
    if (inside <= 0.0) return -1e300;
    sum -= std::log(scale) + (shape == 0.0 ? one / scale : (1.0 / shape + 1.0) * std::log(inside));
  }
  return sum;
}

} // namespace

TEST_CASE("no other scale and shape has a larger likelihood") {
  test::random draw(1);
  for (const double shape : {-0.35, -0.1, 0.0, 0.2, 0.6}) {
    const std::vector<double> y = drawn(draw, 120, 0.03, shape);
    const auto fit = gpd_mle(y).value();
    CAPTURE(shape);
    CHECK(fit.log_likelihood == doctest::Approx(log_likelihood(y, fit.at.scale, fit.at.shape)).epsilon(1e-10));
    for (int i = 0; i < 40; ++i)
      for (int k = 0; k < 40; ++k)
        CHECK(log_likelihood(y, 0.01 + 0.002 * i, -0.49 + 0.04 * k) <= fit.log_likelihood + 1e-9);
    // Standard errors are the curvature of the surface, by differences.
    const double hs = 1e-4 * fit.at.scale, hx = 1e-4, s = fit.at.scale, x = fit.at.shape;
    const auto at = [&](double a, double b) { return log_likelihood(y, s + a * hs, x + b * hx); };
    const double ss = (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / (hs * hs),
                 xx = (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / (hx * hx),
                 sx = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * hs * hx), det = ss * xx - sx * sx;
    CHECK(fit.scale_error == doctest::Approx(std::sqrt(-xx / det)).epsilon(2e-3));
    CHECK(fit.shape_error == doctest::Approx(std::sqrt(-ss / det)).epsilon(2e-3));
  }
}

TEST_CASE("a fit follows the unit of the scores and forgets the order of the rows") {
  test::random draw(2);
  std::vector<double> y = drawn(draw, 60, 0.03, -0.15);
  const auto fit = gpd_mle(y).value();
  std::vector<double> scaled;
  for (const double one : y)
    scaled.push_back(100.0 * one);
  const auto hundredfold = gpd_mle(scaled).value();
  CHECK(hundredfold.at.scale == doctest::Approx(100.0 * fit.at.scale).epsilon(1e-9));
  CHECK(hundredfold.at.shape == doctest::Approx(fit.at.shape).epsilon(1e-9));
  CHECK(hundredfold.shape_error == doctest::Approx(fit.shape_error).epsilon(1e-8));
  const auto limits = return_level({y, 5000, 0.6}, 1e-4, usual).value();
  for (int i = 0; i < 5; ++i) {
    draw.shuffle(y);
    CHECK(gpd_mle(y).value().at.scale == fit.at.scale);
    CHECK(return_level({y, 5000, 0.6}, 1e-4, usual).value().limits == limits.limits);
  }
}

TEST_CASE("probability and excess undo each other, and the exponential joins both sides") {
  for (const double shape : {-0.4, -1e-9, 0.0, 1e-9, 0.5})
    for (const double share : {1.0, 0.5, 0.01, 1e-6}) {
      const pareto_shape fit{0.04, shape};
      CHECK(excess_probability(fit, excess_at(fit, share)).value() == doctest::Approx(share).epsilon(1e-9));
    }
  CHECK(excess_at({0.04, 0.0}, 0.01) == doctest::Approx(0.04 * std::log(100.0)).epsilon(1e-14));
  CHECK(excess_at({0.04, 1e-8}, 0.01) == doctest::Approx(0.04 * std::log(100.0)).epsilon(1e-6));
  CHECK(excess_probability({0.04, -0.2}, 0.2).error().reason ==
        undefined_reason::beyond_end_point); // ends at 0.04 / 0.2
  CHECK(excess_probability({0.04, -0.2}, 0.1999).value() > 0.0);
  CHECK_THROWS_AS((void)excess_at({0.04, 0.1}, 0.0), std::invalid_argument);
  CHECK_THROWS_AS((void)excess_at({0.0, 0.1}, 0.5), std::invalid_argument);
  CHECK_THROWS_AS((void)excess_probability({0.04, 0.1}, -1.0), std::invalid_argument);
}

TEST_CASE("limits are where the likelihood, maximised by a plain search, has fallen by half of chi-square") {
  test::random draw(3);
  const std::vector<double> y = drawn(draw, 80, 0.04, -0.1);
  const double n = 4000, u = 0.5, target = 1e-4, k = 80;
  const auto whole = [&](double zeta, double scale, double shape) {
    return log_likelihood(y, scale, shape) + k * std::log(zeta) + (n - k) * std::log1p(-zeta);
  };
  const auto fit = gpd_mle(y).value();
  const double best = whole(k / n, fit.at.scale, fit.at.shape);
  // The share above u and the shape run over a fine grid around the maximum; the scale follows from the level.
  const auto through = [&](double level) {
    double highest = -1e300, zeta_at = k / n, shape_at = fit.at.shape, width_z = 0.6 * k / n, width_s = 0.45;
    for (int round = 0; round < 12; ++round, width_z /= 2.5, width_s /= 2.5) {
      const double zc = zeta_at, sc = shape_at;
      for (int i = -20; i <= 20; ++i)
        for (int j = -20; j <= 20; ++j) {
          const double zeta = zc + width_z * i / 20, shape = sc + width_s * j / 20;
          if (zeta <= target || shape <= -0.5 || shape == 0.0) continue;
          const double scale = (level - u) * shape / (std::pow(zeta / target, shape) - 1.0);
          if (const double value = whole(zeta, scale, shape); value > highest)
            highest = value, zeta_at = zeta, shape_at = shape;
        }
    }
    return highest;
  };
  const auto found = return_level({y, 4000, u}, target, usual).value();
  CHECK(
      found.point ==
      doctest::Approx(u + fit.at.scale / fit.at.shape * (std::pow(k / n / target, fit.at.shape) - 1.0)).epsilon(1e-9));
  for (const double end : {found.limits.lower, found.limits.upper})
    CHECK(2.0 * (best - through(end)) == doctest::Approx(3.841458820694124).epsilon(1e-4));
  const auto exact = return_level({y, 4000, u}, target, usual, sides::two, share_above::exact).value();
  CHECK(exact.limits.upper - exact.limits.lower < found.limits.upper - found.limits.lower);
  CHECK(found.limits.upper - found.point > found.point - found.limits.lower); // skewed to the right
  const auto upper = return_level({y, 4000, u}, target, ninety_seven_half, sides::upper).value();
  CHECK(upper.limits.upper == doctest::Approx(found.limits.upper).epsilon(1e-9));
  CHECK(upper.limits.lower == u);
}

TEST_CASE("the chance to pass a score and the score for a chance are two readings of one likelihood") {
  test::random draw(4);
  const std::vector<double> y = drawn(draw, 100, 0.04, -0.1);
  const tail_counts tail{y, 5000, 0.5};
  const auto level = return_level(tail, 2e-4, usual).value();
  const auto back = tail_probability(tail, level.point, usual).value();
  CHECK(back.point == doctest::Approx(2e-4).epsilon(1e-9));
  CHECK(back.limits.lower < 2e-4);
  CHECK(back.limits.upper > 2e-4);
  // A score at a limit of the level for q has q as a limit of its chance.
  CHECK(tail_probability(tail, level.limits.upper, usual).value().limits.upper > 2e-4 * (1 - 1e-6));
  CHECK(tail_probability(tail, level.limits.lower, usual).value().limits.lower == doctest::Approx(2e-4).epsilon(1e-5));
  double before = 1.0;
  for (double s = 0.51; s < 0.7; s += 0.01) {
    const auto at = tail_probability(tail, s, usual).value();
    CHECK(at.point < before);
    CHECK(at.limits.contains(at.point));
    before = at.point;
  }
}

TEST_CASE("what cannot be fitted is undefined, a wrong call throws") {
  const std::vector<double> equal(30, 0.1), one{0.1}, none;
  CHECK(gpd_lmoments(equal).error().reason == undefined_reason::no_fit);
  CHECK(gpd_mle(one).error().reason == undefined_reason::empty);
  CHECK(gpd_mle(none).error().reason == undefined_reason::empty);
  // Evenly spread up to an end: a shape of -1, where the likelihood has no maximum.
  std::vector<double> even;
  for (int i = 1; i <= 50; ++i)
    even.push_back(i / 50.0);
  CHECK(gpd_mle(even).error().reason == undefined_reason::no_fit);
  CHECK(return_level({even, 1000, 0.5}, 1e-3, usual).error().reason == undefined_reason::no_fit);
  test::random draw(5);
  const std::vector<double> y = drawn(draw, 50, 0.04, -0.1);
  CHECK(return_level({y, 1000, 0.5}, 0.05, usual).error().reason == undefined_reason::beyond_data);
  CHECK_THROWS_AS((void)return_level({y, 49, 0.5}, 1e-3, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)return_level({y, 1000, 0.5}, 0.0, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)return_level({y, 1000, 0.5}, 1e-3, low, sides::upper), std::invalid_argument);
  CHECK_THROWS_AS((void)tail_probability({y, 1000, 0.5}, 0.5, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)gpd_mle(std::vector<double>{0.1, -0.1}), std::invalid_argument);
  CHECK_THROWS_AS((void)gpd_mle(std::vector<double>{0.1, NAN}), std::invalid_argument);
  CHECK_THROWS_AS((void)goodness_p_value(y, 1, 0), std::invalid_argument);
}

TEST_CASE("distances from a fit, by hand, and their p value under the model") {
  // Exponential of scale 1 at the quantiles of 1/4 and 3/4: both steps of the distribution function are 1/4 away.
  const std::vector<double> two{-std::log(0.75), -std::log(0.25)};
  const auto found = distance_from({1.0, 0.0}, two).value();
  CHECK(found.kolmogorov_smirnov == doctest::Approx(0.25).epsilon(1e-12));
  // -2 - (1/2) (1 (ln 1/4 + ln 1/4) + 3 (ln 3/4 + ln 3/4))
  CHECK(found.anderson_darling == doctest::Approx(-2.0 - std::log(0.25) - 3.0 * std::log(0.75)).epsilon(1e-12));
  CHECK(distance_from({1.0, -0.9}, two).error().reason == undefined_reason::beyond_end_point);
  CHECK(distance_from({1.0, 0.0}, std::vector<double>{}).error().reason == undefined_reason::empty);

  test::random draw(6);
  int small = 0;
  constexpr int runs = 120;
  for (int run = 0; run < runs; ++run)
    small += goodness_p_value(drawn(draw, 60, 0.04, 0.1), static_cast<std::uint64_t>(run), 99).value() <= 0.1 ? 1 : 0;
  MESSAGE("p values up to 0.1 in " << small << " of " << runs);
  CHECK(std::fabs(small / static_cast<double>(runs) - 0.1) <= 3.0 * std::sqrt(0.09 / runs));
  // Two separate clumps are no Pareto tail.
  std::vector<double> clumps;
  for (int i = 0; i < 60; ++i)
    clumps.push_back((i % 2 == 0 ? 0.01 : 0.5) + 0.0001 * i);
  if (const auto p = goodness_p_value(clumps, 1, 199))
    CHECK(*p <= 0.01);
  else
    CHECK(p.error().reason == undefined_reason::no_fit);
  const auto p = goodness_p_value(drawn(draw, 60, 0.04, 0.1), 7).value();
  CHECK(p > 0.0);
  CHECK(p <= 1.0);
}

namespace {

/// How often limits hold the level that the drawn distribution passes with the target's probability.
void check_coverage(int runs) {
  constexpr double scale = 0.04, shape = -0.2, above = 0.02, target = 2e-4, u = 0.5;
  constexpr std::uint64_t n = 5000;
  const double truth = u + scale / shape * (std::pow(above / target, shape) - 1.0);
  test::random draw(77);
  double profile = 0, known = 0, wald = 0, tail = 0, reached = 0, used = 0;
  for (int run = 0; run < runs; ++run) {
    std::size_t exceed = 0;
    for (std::uint64_t i = 0; i < n; ++i)
      exceed += draw.uniform() < above ? 1 : 0;
    const std::vector<double> y = drawn(draw, exceed, scale, shape);
    const auto fit = gpd_mle(y);
    if (!fit) continue;
    const auto joint = return_level({y, n, u}, target, usual);
    if (!joint) continue;
    used += 1;
    profile += joint->limits.contains(truth) ? 1 : 0;
    known +=
        return_level({y, n, u}, target, usual, sides::two, share_above::exact).value().limits.contains(truth) ? 1 : 0;
    // The same region of likelihood; but a fit that ends below the true level says nothing of its chance.
    if (const auto p = tail_probability({y, n, u}, truth, usual)) {
      reached += 1;
      tail += p->limits.contains(target) ? 1 : 0;
      CHECK(p->limits.contains(target) == joint->limits.contains(truth));
    }
    // Plus and minus two standard errors by the delta method, sigma and xi from differences of the level.
    const double zeta = static_cast<double>(exceed) / n, s = fit->at.scale, x = fit->at.shape;
    const auto level_at = [&](double a, double b, double c) { return a / b * (std::pow(c / target, b) - 1.0); };
    const double ds = level_at(1.0, x, zeta), dx = (level_at(s, x + 1e-5, zeta) - level_at(s, x - 1e-5, zeta)) / 2e-5,
                 dz = s / zeta * std::pow(zeta / target, x);
    // The covariance of scale and shape of the observed information, again by differences.
    const double hs = 1e-4 * s, hx = 1e-4;
    const auto at = [&](double a, double b) { return log_likelihood(y, s + a * hs, x + b * hx); };
    const double ss = (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / (hs * hs),
                 xx = (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / (hx * hx),
                 sx = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * hs * hx), det = ss * xx - sx * sx;
    const double variance =
        (-xx * ds * ds - ss * dx * dx + 2.0 * sx * ds * dx) / det + dz * dz * zeta * (1.0 - zeta) / n;
    wald += std::fabs(joint->point - truth) <= 1.959963984540054 * std::sqrt(variance) ? 1 : 0;
  }
  const double error = std::sqrt(0.95 * 0.05 / used);
  MESSAGE("about 100 excesses, " << used << " of " << runs << " fitted: profile " << profile / used
                                 << ", share above u taken as exact " << known / used << ", two standard errors "
                                 << wald / used << ", limits of the chance " << tail / reached << " of the " << reached
                                 << " that reach the level"
                                 << ", Monte-Carlo error " << error);
  CHECK(used >= 0.97 * runs);
  CHECK(profile / used >= 0.935 - 3.0 * error);
  CHECK(tail / reached >= 0.935 - 3.0 * error);
  CHECK(wald < profile);
}

} // namespace

TEST_CASE("limits of an extrapolated level cover where two standard errors do not") { check_coverage(400); }

TEST_CASE("slow: limits of an extrapolated level cover where two standard errors do not, long run") {
  check_coverage(4000);
}
