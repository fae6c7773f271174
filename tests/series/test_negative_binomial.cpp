#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/intervals/poisson.hpp>
#include <lfreval/series/negative_binomial.hpp>

#include "support/series_data.hpp"

using namespace lfreval;
using test::scipy;

namespace {
constexpr confidence usual{0.95};

void check_against_scipy(const std::string& name, const std::vector<cluster_tally>& rows, const std::vector<std::uint64_t>& ahead) {
  const auto fit = series::fit_negative_binomial(rows, usual).value();
  CAPTURE(name);
  CHECK(fit.rate == doctest::Approx(scipy(name + ".rate")).epsilon(1e-6));
  CHECK(fit.squared_cv == doctest::Approx(scipy(name + ".squared_cv")).epsilon(1e-5));
  CHECK(fit.log_likelihood == doctest::Approx(scipy(name + ".loglik")).epsilon(1e-9));
  CHECK(fit.likelihood_ratio == doctest::Approx(scipy(name + ".lr")).epsilon(1e-7));
  CHECK(fit.population.lower == doctest::Approx(scipy(name + ".lower")).epsilon(1e-6));
  CHECK(fit.population.upper == doctest::Approx(scipy(name + ".upper")).epsilon(1e-6));
  CHECK(fit.population.method == interval_method::profile_likelihood);
  CHECK_FALSE(fit.no_heterogeneity);
  for (const std::uint64_t faces : ahead) {
    const auto next = series::predict_next(fit, faces, usual).value();
    const std::string key = name + ".next_" + std::to_string(faces);
    CHECK(next.counts.lower == scipy(key + ".lower"));
    CHECK(next.counts.upper == scipy(key + ".upper"));
    CHECK(next.expected == doctest::Approx(fit.rate * static_cast<double>(faces)));
    MESSAGE(name << ", next " << faces << ": " << next.counts.lower << " to " << next.counts.upper);
  }
}

} // namespace

TEST_CASE("population rate, variation and the next deployment, as worked out apart from the library") {
  check_against_scipy("mps_064_alerts", test::mps_064_alerts(), {5000, 20000});
  check_against_scipy("twelve", test::twelve(), {1000, 5000});
}

TEST_CASE("published false alerts at 0.64 show no variation between deployments: one common rate, and flagged") {
  const auto fit = series::fit_negative_binomial(test::mps_064_false_alerts(), usual).value();
  CHECK(fit.no_heterogeneity);
  CHECK(fit.squared_cv == 0.0);
  CHECK(fit.likelihood_ratio == 0.0);
  CHECK(fit.p_value == 1.0);
  CHECK(fit.rate == doctest::Approx(7.0 / 2424559.0).epsilon(1e-12));
  CHECK(fit.log_likelihood == doctest::Approx(scipy("mps_064_false_alerts.loglik")).epsilon(1e-7));
  // The search behind the committed values stops short of the boundary in both directions.
  CHECK(fit.population.lower == doctest::Approx(scipy("mps_064_false_alerts.lower")).epsilon(1e-4));
  CHECK(fit.population.upper == doctest::Approx(scipy("mps_064_false_alerts.upper")).epsilon(1e-4));
  CHECK(fit.flags.has(flag::few_events));
  const auto next = series::predict_next(fit, 20000, usual).value();
  CHECK(next.no_heterogeneity);
  CHECK(next.counts.lower == 0.0);
  CHECK(next.counts.upper == scipy("mps_064_false_alerts.next_20000.upper"));
}

TEST_CASE("Poisson's prediction at the boundary holds its tails") {
  const std::vector<cluster_tally> even{{5, 1000}, {5, 1000}, {5, 1000}, {5, 1000}};
  const auto fit = series::fit_negative_binomial(even, usual).value();
  REQUIRE(fit.no_heterogeneity);
  const auto next = series::predict_next(fit, 2000, usual).value();
  const auto below = [](double m, int k) { // P(X <= k), term by term
    double term = std::exp(-m), sum = 0.0;
    for (int i = 0; i <= k; term *= m / ++i) sum += term;
    return sum;
  };
  const auto low = static_cast<int>(next.counts.lower), high = static_cast<int>(next.counts.upper);
  CHECK(below(10.0, low - 1) <= 0.025);
  CHECK(below(10.0, low) > 0.025);
  CHECK(1.0 - below(10.0, high) <= 0.025);
  CHECK(1.0 - below(10.0, high - 1) > 0.025);
  CHECK(next.counts.method == interval_method::predictive);
  CHECK(next.flags.has(flag::few_clusters));
  CHECK(series::predict_next(fit, 2000, usual, sides::lower).value().counts.upper == unbounded);
  CHECK(series::predict_next(fit, 2000, usual, sides::upper).value().counts.upper <= next.counts.upper);
}

TEST_CASE("the fit does not depend on order, nor much on the unit of exposure") {
  auto rows = test::twelve();
  const auto before = series::fit_negative_binomial(rows, usual).value();
  test::random(9).shuffle(rows);
  CHECK(series::fit_negative_binomial(rows, usual).value() == before);
  for (cluster_tally& r : rows) r.exposure *= 60;
  const auto minutes = series::fit_negative_binomial(rows, usual).value();
  CHECK(60.0 * minutes.rate == doctest::Approx(before.rate).epsilon(1e-7));
  CHECK(minutes.squared_cv == doctest::Approx(before.squared_cv).epsilon(1e-6));
  CHECK(minutes.likelihood_ratio == doctest::Approx(before.likelihood_ratio).epsilon(1e-8));
}

TEST_CASE("what has no population is undefined") {
  const std::vector<cluster_tally> none, one{{3, 10}}, quiet{{0, 10}, {0, 20}}, wrong{{1, 0}, {1, 10}};
  CHECK(series::fit_negative_binomial(none, usual).error().reason == undefined_reason::empty);
  CHECK(series::fit_negative_binomial(one, usual).error().reason == undefined_reason::one_cluster);
  CHECK(series::fit_negative_binomial(quiet, usual).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS(static_cast<void>(series::fit_negative_binomial(wrong, usual)), std::invalid_argument);
  const auto fit = series::fit_negative_binomial(test::twelve(), usual).value();
  CHECK(series::predict_next(fit, 0, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS(static_cast<void>(series::predict_next(series::negative_binomial_fit{}, 10, usual)), std::invalid_argument);
  // Two deployments, one of them silent: any population rate above some level may be behind them.
  const std::vector<cluster_tally> two{{0, 1000}, {40, 1000}};
  const auto wide = series::fit_negative_binomial(two, usual).value();
  CHECK(wide.population.contains(wide.rate));
  CHECK(wide.population.upper > 0.3);
}

namespace {

struct shares { double population = 0, next = 0, found = 0; };

shares simulate(std::size_t deployments, double rate, double cv, int runs, std::uint64_t seed) {
  test::random from(seed);
  const double shape = 1.0 / (cv * cv);
  shares out;
  int fitted = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<cluster_tally> rows;
    const auto one = [&] {
      const std::uint64_t faces = 2000 + from.below(18000);
      const double relative = cv > 0.0 ? test::gamma(from, shape) / shape : 1.0;
      return cluster_tally{test::poisson(from, rate * relative * static_cast<double>(faces)), faces};
    };
    for (std::size_t i = 0; i < deployments; ++i) rows.push_back(one());
    const cluster_tally next = one();
    const auto fit = series::fit_negative_binomial(rows, usual);
    if (!fit) continue;
    ++fitted;
    out.population += fit->population.contains(rate) ? 1.0 : 0.0;
    out.found += fit->p_value <= 0.05 ? 1.0 : 0.0;
    out.next += series::predict_next(*fit, next.exposure, usual).value().counts.contains(static_cast<double>(next.events)) ? 1.0 : 0.0;
  }
  out.population /= fitted;
  out.next /= fitted;
  out.found /= fitted;
  MESSAGE(deployments << " deployments, rate " << rate << ", cv " << cv << ": population " << out.population << ", next "
                      << out.next << ", variation found " << out.found);
  return out;
}

} // namespace

TEST_CASE("profile interval and prediction cover, and chance is rarely taken for variation") {
  const shares varied = simulate(40, 8e-4, 0.45, 60, 1), even = simulate(40, 8e-4, 0.0, 60, 2);
  CHECK(varied.population > 0.86);
  CHECK(varied.next > 0.86);
  CHECK(even.population > 0.86);
  CHECK(even.found < 0.14);
}

TEST_CASE("slow: profile interval and prediction cover, long run") {
  for (const std::size_t deployments : {8U, 20U, 60U, 200U})
    for (const double cv : {0.0, 0.45, 1.0})
      for (const double rate : {3e-5, 8e-4}) {
        const shares s = simulate(deployments, rate, cv, 400, deployments + 7);
        if (deployments >= 20) CHECK(s.population > 0.90);
        if (deployments >= 20) CHECK(s.next > 0.90);
        if (cv == 0.0) CHECK(s.found < 0.05 + 3.0 * std::sqrt(0.05 * 0.95 / 400));
      }
}
