#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/series/meta.hpp>

#include "support/series_data.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
const std::vector<meta::study_effect> spread{{0.1, 0.01}, {0.9, 0.02}, {-0.4, 0.03}, {0.5, 0.01}, {1.4, 0.05}};
using pooling = estimable<meta::pooled_effect> (*)(std::span<const meta::study_effect>, confidence, sides);
constexpr pooling all[] = {&meta::fixed, &meta::dersimonian_laird, &meta::paule_mandel, &meta::reml, &meta::hksj};
} // namespace

TEST_CASE("studies that agree have no variance between them, and all methods give one mean") {
  const std::vector<meta::study_effect> same{{0.3, 0.1}, {0.3, 0.2}, {0.3, 0.4}};
  for (const pooling method : all) {
    const auto r = method(same, usual, sides::two).value();
    CHECK(r.effect == doctest::Approx(0.3).epsilon(1e-14));
    CHECK(r.between_variance == 0.0);
    CHECK(r.standard_error == doctest::Approx(std::sqrt(1.0 / 17.5)).epsilon(1e-12));
    CHECK(r.i_squared == 0.0);
  }
  // Hartung and Knapp's residual variance is 0 here: the guard keeps the normal interval.
  CHECK(meta::hksj(same, usual).value().limits == meta::dersimonian_laird(same, usual).value().limits);
  CHECK(meta::hksj(same, usual).value().degrees == 0.0);
  const auto tau2 = meta::between_variance_interval(same, usual).value();
  CHECK(tau2.lower == 0.0);
  CHECK(tau2.method == interval_method::q_profile);
}

TEST_CASE("shifting, scaling and reordering studies does what it must") {
  auto moved = spread;
  for (meta::study_effect& s : moved) s = {2.0 * s.effect + 8.0, 4.0 * s.variance};
  auto turned = spread;
  test::random(4).shuffle(turned);
  for (const pooling method : all) {
    const auto a = method(spread, usual, sides::two).value(), b = method(moved, usual, sides::two).value();
    CHECK(b.effect == doctest::Approx(2.0 * a.effect + 8.0).epsilon(1e-10));
    CHECK(b.between_variance == doctest::Approx(4.0 * a.between_variance).epsilon(1e-9));
    CHECK(b.limits.upper - b.limits.lower == doctest::Approx(2.0 * (a.limits.upper - a.limits.lower)).epsilon(1e-9));
    CHECK(method(turned, usual, sides::two).value() == a);
    CHECK(a.limits.contains(a.effect));
    CHECK(method(spread, usual, sides::upper).value().limits.lower == -unbounded);
    CHECK(method(spread, usual, sides::upper).value().limits.upper < a.limits.upper);
  }
  CHECK(meta::hksj(spread, usual).value().degrees == 4.0);
  CHECK(meta::fixed(spread, usual).value().q_p_value < 1e-6);
}

TEST_CASE("each estimate of tau squared solves its own equation") {
  const auto weights = [&](double tau2) {
    struct { double w = 0, w2 = 0, mean = 0, q = 0, q2 = 0; } s;
    for (const auto& one : spread) { const double w = 1.0 / (one.variance + tau2); s.w += w; s.w2 += w * w; s.mean += w * one.effect; }
    s.mean /= s.w;
    for (const auto& one : spread) {
      const double w = 1.0 / (one.variance + tau2), r = one.effect - s.mean;
      s.q += w * r * r;
      s.q2 += w * w * r * r;
    }
    return s;
  };
  CHECK(weights(meta::paule_mandel(spread, usual).value().between_variance).q == doctest::Approx(4.0).epsilon(1e-9));
  const auto at = weights(meta::reml(spread, usual).value().between_variance);
  CHECK(at.q2 == doctest::Approx(at.w - at.w2 / at.w).epsilon(1e-9));
  const auto ends = meta::between_variance_interval(spread, usual).value();
  CHECK(weights(ends.lower).q == doctest::Approx(11.143286781877798).epsilon(1e-9)); // chi-square 4, 0.975
  CHECK(weights(ends.upper).q == doctest::Approx(0.4844185570879302).epsilon(1e-9));
}

TEST_CASE("prediction intervals say which quantile they use") {
  const auto mean = meta::dersimonian_laird(spread, usual).value();
  const auto normal = meta::prediction_interval(mean, usual, meta::prediction_quantile::normal).value();
  const auto t = meta::prediction_interval(mean, usual, meta::prediction_quantile::t_studies_less_two).value();
  CHECK((t.upper - mean.effect) / (normal.upper - mean.effect) == doctest::Approx(3.182446305284263 / 1.959963984540054).epsilon(1e-9));
  const std::vector<meta::study_effect> two{{0.0, 1.0}, {1.0, 1.0}};
  const auto pair = meta::reml(two, usual).value();
  CHECK(meta::prediction_interval(pair, usual, meta::prediction_quantile::t_studies_less_two).error().reason == undefined_reason::one_cluster);
}

TEST_CASE("rare counts are refused, with the method that takes them") {
  CHECK(meta::log_rate(20, 1000).value().variance == doctest::Approx(0.05));
  CHECK(meta::log_rate(4, 1000).error().remedy.find("fit_negative_binomial") != std::string::npos);
  CHECK(meta::log_rate(0, 0).error().reason == undefined_reason::empty);
  const auto ratio = meta::log_risk_ratio(62, 13598, 248, 12867).value();
  CHECK(ratio.effect == doctest::Approx(std::log(62.0 / 13598 * 12867 / 248)));
  CHECK(ratio.variance == doctest::Approx(1.0 / 62 - 1.0 / 13598 + 1.0 / 248 - 1.0 / 12867));
  CHECK_FALSE(meta::log_risk_ratio(4, 100, 50, 100).has_value());
  CHECK_FALSE(meta::log_risk_ratio(50, 50, 60, 60).has_value());
  CHECK_THROWS_AS(static_cast<void>(meta::log_risk_ratio(51, 50, 60, 60)), std::invalid_argument);
}

TEST_CASE("no study and one study") {
  const std::vector<meta::study_effect> none, one{{0.2, 0.1}}, wrong{{0.2, 0.0}, {0.1, 1.0}}, broken{{NAN, 1.0}};
  for (const pooling method : all) CHECK(method(none, usual, sides::two).error().reason == undefined_reason::empty);
  CHECK(meta::fixed(one, usual).value().effect == 0.2);
  CHECK(meta::reml(one, usual).error().reason == undefined_reason::one_cluster);
  CHECK_THROWS_AS(static_cast<void>(meta::fixed(wrong, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(meta::fixed(broken, usual)), std::invalid_argument);
}
