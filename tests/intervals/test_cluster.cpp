#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/zero_events.hpp>

using namespace lfreval;

namespace {
const std::vector<cluster_tally> ten{{0, 5}, {2, 8}, {0, 3}, {5, 12}, {0, 6}, {1, 7}, {0, 9}, {1, 4}, {3, 10}, {0, 6}};
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("Schuckers' variance is the linearised one without C / (C - 1)") {
  const auto schuckers = cluster::schuckers_fnmr(ten).value();
  const auto linearised = cluster::ratio_mean(ten).value();
  CHECK(schuckers.variance == doctest::Approx(linearised.variance * 9.0 / 10.0).epsilon(1e-13));
}

TEST_CASE("recording every cluster twice leaves the rate and about halves the variance") {
  auto twice = ten;
  twice.insert(twice.end(), ten.begin(), ten.end());
  const auto once = cluster::ratio_mean(ten).value(), doubled = cluster::ratio_mean(twice).value();
  CHECK(doubled.point == once.point);
  CHECK(doubled.variance == doctest::Approx(once.variance / 2.0 * (20.0 / 19.0) / (10.0 / 9.0)).epsilon(1e-13));
}

TEST_CASE("singletons have the binomial variance times n / (n - 1)") {
  std::vector<cluster_tally> single(50);
  for (std::size_t i = 0; i < single.size(); ++i) single[i] = {i < 8 ? 1U : 0U, 1U};
  const double p = 8.0 / 50.0;
  CHECK(cluster::ratio_mean(single).value().variance == doctest::Approx(p * (1 - p) / 49.0).epsilon(1e-13));
  CHECK(cluster::design_effect(single).value().design_effect == doctest::Approx(50.0 / 49.0).epsilon(1e-13));
  CHECK(cluster::schuckers_fnmr(single).error().reason == undefined_reason::empty);
  CHECK(cluster::icc_anova(single).error().reason == undefined_reason::empty);
}

TEST_CASE("each missing ingredient has its reason") {
  const std::vector<cluster_tally> none, one{{1, 5}}, zero{{0, 5}, {0, 6}}, all{{5, 5}, {6, 6}}, excess{{7, 5}, {0, 6}};
  CHECK(cluster::design_effect(none).error().reason == undefined_reason::empty);
  CHECK(cluster::design_effect(one).error().reason == undefined_reason::one_cluster);
  CHECK(cluster::design_effect(zero).error().reason == undefined_reason::no_events);
  CHECK(cluster::design_effect(all).error().reason == undefined_reason::all_events);
  CHECK(cluster::design_effect(all, metric_family::rate).has_value());
  CHECK(cluster::design_effect(excess).error().reason == undefined_reason::events_exceed_exposure);
  CHECK(cluster::design_effect(excess, metric_family::rate).has_value());
  CHECK(cluster::ratio_mean(zero).value().variance == 0.0);
  for (const auto& data : {none, one, zero, all, excess}) {
    CHECK_FALSE(cluster::wilson_neff(data, usual).has_value());
    CHECK_FALSE(cluster::korn_graubard(data, usual).has_value());
    CHECK_FALSE(cluster::logit_ci(data, usual).has_value());
  }
  const std::vector<cluster_tally> impossible{{1, 0}, {0, 6}}, huge{{0, largest_count}, {0, 1}};
  CHECK_THROWS_AS(static_cast<void>(cluster::ratio_mean(impossible)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(cluster::ratio_mean(huge)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(cluster::passes_design_effect(4, 10, 1.5)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(cluster::zero_water_fill(ten, usual)), std::invalid_argument);
}

TEST_CASE("identical clusters have no variance and exactly the independent effective exposure") {
  const std::vector<cluster_tally> same(12, {3, 1000});
  const auto found = cluster::design_effect(same).value();
  CHECK(found.variance == 0.0);
  CHECK(found.design_effect == 0.0);
  CHECK(found.effective_exposure == 12000.0);
  CHECK_FALSE(found.effective_events.has_value());
}

TEST_CASE("equal persons make the strict bounds agree, and the water-filling bound is never below the independent one") {
  const std::vector<cluster_tally> equal(30, {0, 20});
  CHECK(cluster::zero_water_fill(equal, usual).value().made.upper ==
        doctest::Approx(cluster::strict_per_person(equal, usual).value().upper).epsilon(1e-13));
  const std::vector<cluster_tally> frequent{{0, 500}, {0, 3}, {0, 2}, {0, 2}, {0, 1}};
  CHECK(cluster::zero_water_fill(frequent, usual).value().made.upper > cluster::rao_scott_zero(508, 1.0, usual).value().upper);
  CHECK(cluster::zero_water_fill(frequent, usual).value().made.upper <= 1.0);
}

TEST_CASE("exposure measured in another unit scales a rate and nothing else") {
  std::vector<cluster_tally> minutes, seconds;
  for (const cluster_tally& c : ten) {
    minutes.push_back({c.events, c.exposure});
    seconds.push_back({c.events, c.exposure * 64});
  }
  for (const auto made : {&cluster::wilson_neff, &cluster::korn_graubard}) {
    const auto one = made(minutes, usual, sides::two, metric_family::rate).value();
    const auto other = made(seconds, usual, sides::two, metric_family::rate).value();
    CHECK(other.lower * 64.0 == doctest::Approx(one.lower).epsilon(1e-12));
    CHECK(other.upper * 64.0 == doctest::Approx(one.upper).epsilon(1e-12));
  }
}
