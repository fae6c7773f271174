#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/series/beta_binomial.hpp>
#include <lfreval/series/negative_binomial.hpp>

#include "support/series_data.hpp"

using namespace lfreval;
using test::scipy;

namespace {
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("population share, correlation and the next deployment, as worked out apart from the library") {
  const auto fit = series::fit_beta_binomial(test::twelve(), usual).value();
  CHECK(fit.mean == doctest::Approx(scipy("twelve_shares.mean")).epsilon(1e-6));
  CHECK(fit.correlation == doctest::Approx(scipy("twelve_shares.correlation")).epsilon(1e-6));
  CHECK(fit.log_likelihood == doctest::Approx(scipy("twelve_shares.loglik")).epsilon(1e-9));
  CHECK(fit.population.lower == doctest::Approx(scipy("twelve_shares.lower")).epsilon(1e-6));
  CHECK(fit.population.upper == doctest::Approx(scipy("twelve_shares.upper")).epsilon(1e-6));
  CHECK(fit.alpha.value() / (fit.alpha.value() + fit.beta.value()) == doctest::Approx(fit.mean).epsilon(1e-12));
  for (const std::uint64_t trials : {1000U, 5000U}) {
    const auto next = series::predict_next(fit, trials, usual).value();
    CHECK(next.counts.lower == scipy("twelve_shares.next_" + std::to_string(trials) + ".lower"));
    CHECK(next.counts.upper == scipy("twelve_shares.next_" + std::to_string(trials) + ".upper"));
  }
}

TEST_CASE("the share of a rare event and its rate tell the same story") {
  const auto rows = test::mps_064_alerts();
  const auto shares = series::fit_beta_binomial(rows, usual).value();
  const auto rates = series::fit_negative_binomial(rows, usual).value();
  CHECK(shares.mean == doctest::Approx(rates.rate).epsilon(2e-3));
  CHECK(shares.likelihood_ratio == doctest::Approx(rates.likelihood_ratio).epsilon(0.02));
  CHECK(shares.population.upper == doctest::Approx(rates.population.upper).epsilon(2e-3));
}

TEST_CASE("without variation the fit is one common share, and the prediction binomial") {
  const std::vector<cluster_tally> even{{50, 100}, {50, 100}, {50, 100}};
  const auto fit = series::fit_beta_binomial(even, usual).value();
  CHECK(fit.no_heterogeneity);
  CHECK(fit.mean == 0.5);
  CHECK(fit.correlation == 0.0);
  CHECK_FALSE(fit.alpha.has_value());
  CHECK(fit.p_value == 1.0);
  const auto next = series::predict_next(fit, 10, usual).value();
  CHECK(next.no_heterogeneity);
  CHECK(next.counts.lower == 2.0); // P(X < 2) = 11/1024, P(X < 3) = 56/1024
  CHECK(next.counts.upper == 8.0);
  CHECK(series::predict_next(fit, 10, usual, sides::lower).value().counts.upper == 10.0);
}

TEST_CASE("strong correlation piles the next deployment up at the ends") {
  const std::vector<cluster_tally> split{{0, 20}, {20, 20}, {0, 20}, {20, 20}, {1, 20}, {19, 20}, {0, 20}, {20, 20}};
  const auto fit = series::fit_beta_binomial(split, usual).value();
  CHECK(fit.correlation > 0.5);
  const auto next = series::predict_next(fit, 1000, usual).value();
  CHECK(next.counts.lower == 0.0);
  CHECK(next.counts.upper == 1000.0);
}

TEST_CASE("shares mirror, and do not depend on order") {
  auto rows = test::twelve();
  const auto before = series::fit_beta_binomial(rows, usual).value();
  test::random(9).shuffle(rows);
  CHECK(series::fit_beta_binomial(rows, usual).value() == before);
  for (cluster_tally& r : rows) r.events = r.exposure - r.events;
  const auto mirrored = series::fit_beta_binomial(rows, usual).value();
  CHECK(1.0 - mirrored.mean == doctest::Approx(before.mean).epsilon(1e-6));
  CHECK(mirrored.correlation == doctest::Approx(before.correlation).epsilon(1e-5));
  CHECK(1.0 - mirrored.population.upper == doctest::Approx(before.population.lower).epsilon(1e-5));
}

TEST_CASE("what has no population of shares is undefined") {
  const std::vector<cluster_tally> none, one{{3, 10}}, quiet{{0, 10}, {0, 20}}, full{{10, 10}, {2, 2}}, over{{5, 3}, {1, 4}};
  CHECK(series::fit_beta_binomial(none, usual).error().reason == undefined_reason::empty);
  CHECK(series::fit_beta_binomial(one, usual).error().reason == undefined_reason::one_cluster);
  CHECK(series::fit_beta_binomial(quiet, usual).error().reason == undefined_reason::no_events);
  CHECK(series::fit_beta_binomial(full, usual).error().reason == undefined_reason::all_events);
  CHECK(series::fit_beta_binomial(over, usual).error().reason == undefined_reason::events_exceed_exposure);
  const auto fit = series::fit_beta_binomial(test::twelve(), usual).value();
  CHECK(series::predict_next(fit, 0, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS(static_cast<void>(series::predict_next(fit, 2000000, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(series::predict_next(series::beta_binomial_fit{}, 10, usual)), std::invalid_argument);
}
