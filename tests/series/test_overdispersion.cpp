#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/series/overdispersion.hpp>

#include "support/series_data.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("published alerts at 0.64 vary far more than chance between deployments, false alerts do not") {
  const auto alerts = test::mps_064_alerts(), false_alerts = test::mps_064_false_alerts();
  REQUIRE(alerts.size() == 193);
  REQUIRE(false_alerts.size() == 193);
  const auto all = overdispersion::pearson(alerts).value(), wrong = overdispersion::pearson(false_alerts).value();
  CHECK(all.phi == doctest::Approx(test::scipy("mps_064_alerts.pearson_phi")).epsilon(1e-10));
  CHECK(wrong.phi == doctest::Approx(test::scipy("mps_064_false_alerts.pearson_phi")).epsilon(1e-10));
  CHECK(all.degrees == 192.0);
  CHECK(all.phi > 3.0);
  CHECK(all.p_value < 1e-20);
  CHECK(wrong.phi < 1.0);
  CHECK(wrong.p_value > 0.5);
  CHECK(wrong.least_expected < 0.1);
}

TEST_CASE("a dispersion that is not significant comes with the chance that it would have been found") {
  // With numpy's multinomial draws (4,000 of each): p 0.77 and a power of 0.09 for the false alerts, 1.00 for all
  // alerts.
  const auto wrong = overdispersion::detect(test::mps_064_false_alerts(), usual).value();
  MESSAGE("7 false alerts over 193 deployments: p " << wrong.p_value << ", power at a variation of 1: " << wrong.power);
  CHECK(wrong.power == doctest::Approx(0.09).epsilon(0.25));
  CHECK(wrong.p_value == doctest::Approx(0.77).epsilon(0.06));
  CHECK(wrong.events == 7);
  const auto all = overdispersion::detect(test::mps_064_alerts(), usual, {.replicates = 300}).value();
  CHECK(all.power == 1.0);
  CHECK(all.p_value == doctest::Approx(1.0 / 301.0));
  CHECK(overdispersion::detect(test::mps_064_false_alerts(), usual, {.cv = 5.0}).value().power > wrong.power);
}

TEST_CASE("the exact test keeps its level, and so does the shrunken one for very many events") {
  test::random from(3);
  int found = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<cluster_tally> rows;
    for (int i = 0; i < 30; ++i) {
      const std::uint64_t faces = 500 + from.below(5000);
      rows.push_back({test::poisson(from, static_cast<double>(faces) * 0.001), faces});
    }
    found += overdispersion::detect(rows, usual, {.replicates = 199}).value().p_value <= 0.05 ? 1 : 0;
  }
  CHECK(found <= 10 + 10);
  CHECK(found >= 1);
  std::vector<double> p;
  for (int run = 0; run < 20; ++run) {
    std::vector<cluster_tally> rows;
    for (int i = 0; i < 12; ++i) rows.push_back({test::poisson(from, 3000.0), 3000000});
    p.push_back(overdispersion::detect(rows, usual, {.replicates = 100}).value().p_value);
  }
  std::sort(p.begin(), p.end());
  CHECK(p[2] > 0.01);
  CHECK(p[17] > 0.4);
  CHECK(p[10] < 0.9);
}

TEST_CASE("dispersion does not depend on the order of deployments") {
  auto rows = test::mps_064_alerts();
  const auto before = overdispersion::pearson(rows).value();
  const auto z = overdispersion::tarone_z(rows).value();
  const auto power = overdispersion::detect(rows, usual, {.replicates = 100}).value();
  test::random(5).shuffle(rows);
  CHECK(overdispersion::pearson(rows).value() == before);
  CHECK(overdispersion::tarone_z(rows).value() == z);
  CHECK(overdispersion::detect(rows, usual, {.replicates = 100}).value() == power);
}

TEST_CASE("equal rates have no dispersion, and what cannot vary is undefined") {
  const std::vector<cluster_tally> equal{{2, 100}, {4, 200}, {6, 300}};
  CHECK(overdispersion::pearson(equal).value().phi == 0.0);
  CHECK(overdispersion::tarone_z(equal).value().z < 0.0);
  const std::vector<cluster_tally> none, one{{3, 10}}, quiet{{0, 10}, {0, 20}}, full{{10, 10}, {20, 20}}, singles{{1, 1}, {0, 1}};
  CHECK(overdispersion::pearson(none).error().reason == undefined_reason::empty);
  CHECK(overdispersion::pearson(one).error().reason == undefined_reason::one_cluster);
  CHECK(overdispersion::detect(quiet, usual).error().reason == undefined_reason::no_events);
  CHECK(overdispersion::tarone_z(full).error().reason == undefined_reason::all_events);
  CHECK(overdispersion::tarone_z(singles).error().reason == undefined_reason::empty);
  const std::vector<cluster_tally> wrong{{3, 0}, {1, 10}};
  CHECK_THROWS_AS(static_cast<void>(overdispersion::pearson(wrong)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(overdispersion::detect(equal, usual, {.cv = 0.0})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(overdispersion::detect(equal, usual, {.replicates = 5})), std::invalid_argument);
}
