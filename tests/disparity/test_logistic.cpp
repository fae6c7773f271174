#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/firth.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

struct data {
  std::vector<double> covariates;
  std::vector<cluster_tally> outcomes;
  std::vector<std::uint64_t> clusters, other;
  std::size_t columns = 2;

  void add(std::vector<double> x, std::uint64_t events, std::uint64_t trials, std::uint64_t cluster = 0, std::uint64_t second = 0) {
    covariates.insert(covariates.end(), x.begin(), x.end());
    columns = x.size();
    outcomes.push_back({events, trials});
    clusters.push_back(cluster);
    other.push_back(second);
  }
  operator logit::regression_rows() const { return {covariates, columns, outcomes}; }
};

data two_groups(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  data d;
  d.add({1.0, 0.0}, x1, n1, 1);
  d.add({1.0, 1.0}, x2, n2, 2);
  return d;
}

double log_odds(double x, double n) { return std::log(x / (n - x)); }

/// 30 people with two passages each, in random clusters; covariate and group.
data people(std::uint64_t seed) {
  test::random from(seed);
  data d;
  for (std::uint64_t who = 0; who < 30; ++who)
    for (int pass = 0; pass < 3; ++pass)
      d.add({1.0, who < 15 ? 0.0 : 1.0, std::floor(4.0 * from.uniform())}, from.uniform() < 0.3 ? 1U : 0U, 1, who, static_cast<std::uint64_t>(pass));
  return d;
}

} // namespace

TEST_CASE("one column for each group reproduces the log odds of the counts, at rates of one in a million too") {
  const auto common = logit::fit(two_groups(13, 60, 22, 50)).value();
  CHECK(common.coefficients[0] == doctest::Approx(log_odds(13, 60)).epsilon(1e-10));
  CHECK(common.coefficients[1] == doctest::Approx(log_odds(22, 50) - log_odds(13, 60)).epsilon(1e-10));
  CHECK(common.standard_errors[1] == doctest::Approx(std::sqrt(1.0 / 13 + 1.0 / 47 + 1.0 / 22 + 1.0 / 28)).epsilon(1e-9));
  const auto rare = logit::fit(two_groups(1, 3'000'000, 9, 1'000'000)).value();
  CHECK(rare.coefficients[0] == doctest::Approx(log_odds(1, 3e6)).epsilon(1e-9));
  CHECK(rare.coefficients[1] == doctest::Approx(std::log(27.0)).epsilon(1e-5));
}

TEST_CASE("trials that share a row give what single trials give, with every kind of error") {
  const data single = people(3);
  data grouped;
  for (std::size_t i = 0; i < single.outcomes.size(); ++i) {
    bool found = false;
    for (std::size_t j = 0; j < grouped.outcomes.size() && !found; ++j)
      if (grouped.clusters[j] == single.clusters[i] && grouped.covariates[3 * j + 2] == single.covariates[3 * i + 2]) {
        grouped.outcomes[j].events += single.outcomes[i].events;
        ++grouped.outcomes[j].exposure;
        found = true;
      }
    if (!found)
      grouped.add({single.covariates[3 * i], single.covariates[3 * i + 1], single.covariates[3 * i + 2]}, single.outcomes[i].events, 1, single.clusters[i]);
  }
  REQUIRE(grouped.outcomes.size() < single.outcomes.size());
  const auto a = logit::fit(single).value(), b = logit::fit(grouped).value();
  const auto fa = logit::firth(single).value(), fb = logit::firth(grouped).value();
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(a.coefficients[k] == doctest::Approx(b.coefficients[k]).epsilon(1e-9));
    CHECK(fa.coefficients[k] == doctest::Approx(fb.coefficients[k]).epsilon(1e-9));
  }
  for (const auto correction : {logit::few_clusters_correction::cr0, logit::few_clusters_correction::cr1, logit::few_clusters_correction::cr2}) {
    const auto ea = logit::cluster_robust(single, a, single.clusters, correction).value();
    const auto eb = logit::cluster_robust(grouped, b, grouped.clusters, correction).value();
    for (std::size_t k = 0; k < 3; ++k) CHECK(ea[k] == doctest::Approx(eb[k]).epsilon(1e-8));
  }
}

TEST_CASE("duplicating the trials of each person leaves the fit and its clustered errors, and halves the model's variance") {
  const data once = people(5);
  data twice = once;
  for (cluster_tally& row : twice.outcomes) row = {2 * row.events, 2 * row.exposure};
  const auto a = logit::fit(once).value(), b = logit::fit(twice).value();
  const auto ea = logit::cluster_robust(once, a, once.clusters, logit::few_clusters_correction::cr0).value();
  const auto eb = logit::cluster_robust(twice, b, twice.clusters, logit::few_clusters_correction::cr0).value();
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(b.coefficients[k] == doctest::Approx(a.coefficients[k]).epsilon(1e-9));
    CHECK(eb[k] == doctest::Approx(ea[k]).epsilon(1e-9));
    CHECK(b.standard_errors[k] * std::sqrt(2.0) == doctest::Approx(a.standard_errors[k]).epsilon(1e-9));
  }
}

TEST_CASE("two-way errors are never below those of one way, and say when the guard was needed") {
  const data d = people(7);
  const auto from = logit::fit(d).value();
  const auto both = logit::two_way_robust(d, from, d.clusters, d.other).value();
  const auto one = logit::cluster_robust(d, from, d.clusters, logit::few_clusters_correction::cr0).value();
  const auto other = logit::cluster_robust(d, from, d.other, logit::few_clusters_correction::cr0).value();
  bool guarded = false;
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(both.errors[k] >= one[k]);
    CHECK(both.errors[k] >= other[k]);
    guarded = guarded || both.errors[k] > both.unguarded[k];
  }
  CHECK(both.flags.has(flag::nonpsd_guard) == guarded);
  CHECK(logit::two_way_robust(d, from, d.clusters, std::vector<std::uint64_t>(90, 4)).error().reason == undefined_reason::one_cluster);
}

TEST_CASE("separated data have no maximum, and the adjusted fit switches to Firth and says so") {
  const data d = two_groups(0, 20, 5, 30);
  CHECK(logit::fit(d).error().reason == undefined_reason::no_fit);
  const auto r = logit::adjusted(d, d.clusters, usual).value();
  CHECK(r.separated);
  CHECK(r.flags.has(flag::assumes_independence));
  CHECK(r.coefficients[1].estimate == doctest::Approx(2.1796417067783525).epsilon(1e-9));
  CHECK(r.coefficients[1].limits.method == interval_method::penalised_profile_likelihood);
  CHECK(r.coefficients[1].limits.contains(r.coefficients[1].estimate));
  // Separation by a line through a continuous covariate, all outcomes on one side.
  data line;
  for (int i = 0; i < 12; ++i) line.add({1.0, 100.0 * i - 530.0}, i >= 6 ? 1 : 0, 1, static_cast<std::uint64_t>(i));
  CHECK(logit::fit(line).error().reason == undefined_reason::no_fit);
  CHECK(logit::firth(line).has_value());
  // One crossing more, and it is not separated.
  line.outcomes[2].events = 1;
  CHECK(logit::fit(line).has_value());
  const data overlap = people(11);
  const auto plain = logit::adjusted(overlap, overlap.clusters, usual).value();
  CHECK_FALSE(plain.separated);
  CHECK(plain.clusters == 30);
  CHECK(plain.coefficients[1].limits.method == interval_method::robust_t);
}

TEST_CASE("one cell for each group: Firth adds one half to every count") {
  for (const auto& [x1, n1, x2, n2] : std::vector<std::array<std::uint64_t, 4>>{{0, 20, 5, 30}, {3, 10, 4, 9}, {0, 100, 0, 50}, {7, 7, 2, 9}}) {
    const auto r = logit::firth(two_groups(x1, n1, x2, n2)).value();
    CHECK(-r.coefficients[1] == doctest::Approx(logit::firth_saturated(x1, n1, x2, n2).value()).epsilon(1e-8));
  }
  CHECK(poisson::firth_saturated(5, 1e4, 0, 2e4).value() == doctest::Approx(1.0 / 22.0).epsilon(1e-12));
}

TEST_CASE("the profile limits lose half the chi-square quantile, the other coefficient free, by search") {
  const double x1 = 1, n1 = 40, x2 = 6, n2 = 25;
  const data d = two_groups(1, 40, 6, 25);
  const auto penalised = [&](double a, double b) {
    const double p1 = 1.0 / (1.0 + std::exp(-a)), p2 = 1.0 / (1.0 + std::exp(-a - b));
    const double w1 = n1 * p1 * (1.0 - p1), w2 = n2 * p2 * (1.0 - p2);
    return x1 * std::log(p1) + (n1 - x1) * std::log1p(-p1) + x2 * std::log(p2) + (n2 - x2) * std::log1p(-p2) + 0.5 * std::log(w1 * w2);
  };
  const auto best_intercept = [&](double b) {
    double low = -15.0, high = 10.0;
    for (int i = 0; i < 200; ++i) {
      const double a = low + (high - low) / 3.0, c = high - (high - low) / 3.0;
      (penalised(a, b) < penalised(c, b) ? low : high) = penalised(a, b) < penalised(c, b) ? a : c;
    }
    return penalised(0.5 * (low + high), b);
  };
  const auto from = logit::firth(d).value();
  const auto limits = logit::firth_profile_interval(d, from, 1, usual).value();
  const double z = distribution::normal_upper_quantile(0.025), top = best_intercept(from.coefficients[1]);
  CHECK(top - best_intercept(limits.lower) == doctest::Approx(z * z / 2.0).epsilon(1e-6));
  CHECK(top - best_intercept(limits.upper) == doctest::Approx(z * z / 2.0).epsilon(1e-6));
  CHECK(limits.lower < from.coefficients[1]);
  CHECK(limits.upper > from.coefficients[1]);
  // Units of a covariate scale its coefficient and nothing else.
  data scaled = d;
  scaled.covariates[3] = 1000.0;
  const auto again = logit::firth(scaled).value();
  CHECK(again.coefficients[1] * 1000.0 == doctest::Approx(from.coefficients[1]).epsilon(1e-9));
  CHECK(logit::firth_profile_interval(scaled, again, 1, usual).value().upper * 1000.0 == doctest::Approx(limits.upper).epsilon(1e-7));
}

TEST_CASE("the corrected intercept makes the predicted rates add up to the events") {
  const data d = two_groups(0, 200, 5, 300);
  const auto from = logit::firth(d).value();
  const double a = logit::flic_intercept(d, from, 0).value();
  const auto p = [](double eta) { return 1.0 / (1.0 + std::exp(-eta)); };
  CHECK(200.0 * p(a) + 300.0 * p(a + from.coefficients[1]) == doctest::Approx(5.0).epsilon(1e-9));
  CHECK(a < from.coefficients[0]);
  CHECK_THROWS_AS((void)logit::flic_intercept(d, from, 1), std::invalid_argument);
}

TEST_CASE("what a regression refuses") {
  data twice = two_groups(3, 10, 4, 10);
  twice.covariates = {1.0, 1.0, 1.0, 1.0};
  CHECK(logit::fit(twice).error().reason == undefined_reason::no_fit);
  CHECK(logit::fit(two_groups(0, 0, 0, 0)).error().reason == undefined_reason::empty);
  const data d = two_groups(3, 10, 4, 10);
  CHECK_THROWS_AS((void)logit::fit({d.covariates, 3, d.outcomes}), std::invalid_argument);
  const auto from = logit::fit(d).value();
  CHECK_THROWS_AS((void)logit::cluster_robust(d, from, std::vector<std::uint64_t>{1}, logit::few_clusters_correction::cr0), std::invalid_argument);
  CHECK(logit::cluster_robust(d, from, std::vector<std::uint64_t>{1, 1}, logit::few_clusters_correction::cr0).error().reason == undefined_reason::one_cluster);
  CHECK_THROWS_AS((void)logit::firth_saturated(3, 2, 0, 5), std::invalid_argument);
}
