#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/intervals/poisson.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};
const std::vector<cluster_tally> ten{{0, 5}, {2, 8}, {0, 3}, {5, 12}, {0, 6}, {1, 7}, {0, 9}, {1, 4}, {3, 10}, {0, 6}};

std::vector<cluster_tally> stratum(const std::string& threshold) {
  std::vector<cluster_tally> out;
  const auto rows = test::csv_records("mps_false_alerts.csv");
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i][1] == threshold) out.push_back({std::stoull(rows[i][2]), std::stoull(rows[i][3])});
  return out;
}

std::vector<cluster_tally> many() {
  std::vector<cluster_tally> out;
  for (std::uint64_t i = 0; i < 24; ++i) out.push_back({i % 4, 200 + 10 * (i % 7)});
  return out;
}

void check_limits(const interval& found, double lower, double upper, double within = 1e-9) {
  CHECK(found.lower == doctest::Approx(lower).epsilon(within));
  CHECK(found.upper == doctest::Approx(upper).epsilon(within));
}

} // namespace

// Expected limits below are from scipy 1.10.1 beta, gamma, chi2 and t quantiles put into the formulas of the ladder.

TEST_CASE("published deployments at 0.60: the clustered headline and its flat companion") {
  const auto clusters = stratum("0.6");
  const auto found = ladder(clusters, usual).value();
  CHECK(found.clusters.clusters == 112);
  CHECK(found.clusters.event_clusters == 19);
  CHECK(found.clusters.rung == ladder_rung::weak_information);
  CHECK(found.clusters.design_effect.value() == doctest::Approx(2.4142594072627244).epsilon(1e-10));
  CHECK(found.clusters.effective_events.value() == doctest::Approx(10.355669429942287).epsilon(1e-10));
  CHECK(found.clusters.skew == doctest::Approx(11.10319473339223).epsilon(1e-12));
  check_limits(found.headline, 2.454214136594775e-05, 9.323292085503132e-05);
  CHECK(found.headline.method == interval_method::korn_graubard_fay_feuer);
  CHECK(found.flags == flag_set{flag::few_effective_events});
  REQUIRE(found.companions.size() == 1);
  check_limits(found.companions[0].made, 3.293e-5, 7.512e-5, 1e-3);
  CHECK(found.companions[0].flags == flag_set{flag::assumes_independence});
}

TEST_CASE("published deployments at 0.64: even spread earns no bonus") {
  const auto clusters = stratum("0.64");
  const auto found = ladder(clusters, usual).value();
  CHECK(found.clusters.clusters == 193);
  CHECK(found.clusters.design_effect.value() < 1.0);
  check_limits(found.headline, 1.1525552833941023e-06, 5.974589386075004e-06);
  check_limits(found.companions[0].made, 1.161e-6, 5.949e-6, 1e-3);
  CHECK(found.headline.lower < found.companions[0].made.lower);
  CHECK(found.headline.upper > found.companions[0].made.upper);
}

TEST_CASE("published deployments at 0.62 are too few to say much") {
  const auto found = ladder(stratum("0.62"), usual).value();
  CHECK(found.clusters.clusters == 10);
  CHECK_FALSE(found.flags.has(flag::few_clusters));
  check_limits(found.headline, 3.1007751159790994e-05, 0.0008521139600791678);
}

TEST_CASE("rung 2 with a share above 0.1 uses Korn-Graubard and a rate always compares with Fay-Feuer") {
  const auto share = ladder(ten, usual).value();
  CHECK(share.clusters.rung == ladder_rung::weak_information);
  CHECK(share.headline.method == interval_method::korn_graubard);
  check_limits(share.headline, 0.0590120114319599, 0.353504676582706);
  const auto rate = ladder(ten, usual, sides::two, {.family = metric_family::rate}).value();
  CHECK(rate.headline.method == interval_method::korn_graubard_fay_feuer);
  CHECK(rate.clusters.design_effect.value() == doctest::Approx(1.51322751322751));
  check_limits(rate.headline, 0.0626004769171049, 0.374212925952826);
  const auto above = ladder(ten, usual, sides::upper).value();
  CHECK(above.headline.lower == 0.0);
  CHECK(above.headline.upper == doctest::Approx(0.319322389166051).epsilon(1e-9));
  CHECK(above.flags.has(flag::one_sided));
}

TEST_CASE("rung 2 for persons weighs one further event by the person behind the average passage") {
  std::vector<cluster_tally> persons{{1, 40}, {2, 60}};
  persons.insert(persons.end(), 18, {0, 30});
  const auto found = ladder(persons, usual, sides::two, {.by = cluster_unit::person}).value();
  CHECK(found.headline.upper == doctest::Approx(0.195557531685419).epsilon(1e-9));
  CHECK(found.headline.lower == doctest::Approx(0.00051706846560439).epsilon(1e-9));
  const auto planned = ladder(persons, usual, sides::two, {.by = cluster_unit::person, .planning_design_effect = 2.0}).value();
  CHECK(planned.clusters.kernel == doctest::Approx(2.0 / 640.0));
}

TEST_CASE("rung 3 describes with Wilson and checks limits with Korn-Graubard") {
  const auto clusters = many();
  const auto described = ladder(clusters, usual).value();
  CHECK(described.clusters.rung == ladder_rung::design_based);
  CHECK(described.headline.method == interval_method::wilson_neff);
  check_limits(described.headline, 0.00476650806108434, 0.00911410311555541);
  REQUIRE(described.companions.size() == 2);
  check_limits(described.companions[1].made, 0.00452375007927453, 0.00927912714693919);
  const auto checked = ladder(clusters, usual, sides::two, {.use = interval_use::limit_check}).value();
  CHECK(checked.headline == described.companions[1].made);
  CHECK(ladder(clusters, usual, sides::upper, {.use = interval_use::limit_check}).value().headline.upper ==
        doctest::Approx(0.00879980898642929).epsilon(1e-9));
  const auto rate = ladder(clusters, usual, sides::two, {.family = metric_family::rate}).value();
  CHECK(rate.headline.method == interval_method::wilson_neff_rate);
  check_limits(rate.headline, 0.00476284271069749, 0.00912753436268972);
  check_limits(rate.companions[1].made, 0.00451909986093394, 0.00929237015595939);
}

TEST_CASE("rung 1: deployments borrow a design effect, or say that they assume independence") {
  const std::vector<cluster_tally> quiet(12, {0, 250});
  const double n = 3000.0, q = 0.025;
  const auto alone = ladder(quiet, usual).value();
  CHECK(alone.clusters.rung == ladder_rung::zero_or_all);
  CHECK(alone.headline.method == interval_method::rao_scott_zero);
  CHECK(alone.headline.lower == 0.0);
  CHECK(alone.headline.upper == doctest::Approx(1.0 - std::pow(q, 1.0 / n)).epsilon(1e-10));
  CHECK(alone.flags == flag_set{flag::no_events, flag::assumes_independence});
  const auto borrowed = ladder(quiet, usual, sides::two, {.borrowed_design_effect = 2.4}).value();
  CHECK(borrowed.headline.upper == doctest::Approx(1.0 - std::pow(q, 2.4 / n)).epsilon(1e-10));
  CHECK(borrowed.flags == flag_set{flag::no_events, flag::borrowed_design_effect});
  const auto planned =
      ladder(quiet, usual, sides::two, {.planning_design_effect = 0.5, .borrowed_design_effect = 2.4}).value();
  CHECK(planned.headline.upper == alone.headline.upper);
  CHECK(planned.flags == flag_set{flag::no_events});
  const auto rate = ladder(quiet, usual, sides::two, {.family = metric_family::rate, .borrowed_design_effect = 2.4}).value();
  CHECK(rate.headline.upper == doctest::Approx(-std::log(q) * 2.4 / n).epsilon(1e-12));
  const std::vector<cluster_tally> every(12, {250, 250});
  const auto mirrored = ladder(every, usual, sides::two, {.borrowed_design_effect = 2.4}).value();
  CHECK(mirrored.headline.upper == 1.0);
  CHECK(mirrored.headline.lower == doctest::Approx(std::pow(q, 2.4 / n)).epsilon(1e-12));
}

TEST_CASE("rung 1: persons get the strict bounds with the independent one beside them") {
  const std::vector<cluster_tally> equal(30, {0, 20});
  const auto found = ladder(equal, usual, sides::two, {.by = cluster_unit::person, .planning_design_effect = 3.0}).value();
  CHECK(found.headline.method == interval_method::water_fill);
  CHECK(found.headline.upper == doctest::Approx(0.11570330822202873).epsilon(1e-10));
  CHECK(found.flags == flag_set{flag::no_events, flag::strict_bound});
  REQUIRE(found.companions.size() == 3);
  CHECK(found.companions[0].made == binomial::clopper_pearson(0, 600, usual).value());
  CHECK(found.companions[1].made.method == interval_method::strict_per_person);
  CHECK(found.companions[2].made.method == interval_method::rao_scott_zero);
}

TEST_CASE("rung 0: one cluster is flat and says so") {
  const std::vector<cluster_tally> one{{7, 8600}, {0, 0}};
  const auto found = ladder(one, usual).value();
  CHECK(found.headline == binomial::clopper_pearson(7, 8600, usual).value());
  CHECK(found.flags == flag_set{flag::one_cluster, flag::few_clusters, flag::assumes_independence});
  CHECK(found.companions.empty());
  const auto rate = ladder(one, usual, sides::two, {.family = metric_family::rate}).value();
  CHECK(rate.headline == poisson::garwood(7, 8600, usual).value());
}

TEST_CASE("the order of the clusters changes no bit") {
  test::random draw(20240607);
  for (const auto& original : {ten, many(), stratum("0.6"), std::vector<cluster_tally>(12, {0, 250})}) {
    auto shuffled = original;
    for (const auto by : {cluster_unit::person, cluster_unit::deployment})
      for (const auto family : {metric_family::share, metric_family::rate}) {
        const ladder_options how{.family = family, .by = by};
        const auto expected = ladder(original, usual, sides::two, how).value();
        for (int i = 0; i < 20; ++i) {
          draw.shuffle(shuffled);
          CHECK(ladder(shuffled, usual, sides::two, how).value() == expected);
        }
      }
  }
}

TEST_CASE("identical clusters with few events are not mistaken for perfect knowledge") {
  const std::vector<cluster_tally> same(4, {1, 1000});
  const auto found = ladder(same, usual).value();
  CHECK(found.clusters.rung == ladder_rung::weak_information);
  CHECK_FALSE(found.clusters.effective_events.has_value());
  CHECK(found.headline.upper >= binomial::clopper_pearson(4, 4000, usual).value().upper);
}

TEST_CASE("undefined cases and wrong calls") {
  CHECK(ladder({}, usual).error().reason == undefined_reason::empty);
  const std::vector<cluster_tally> excess{{3, 2}, {0, 10}}, impossible{{1, 0}};
  CHECK(ladder(excess, usual).error().reason == undefined_reason::events_exceed_exposure);
  CHECK(ladder(excess, usual, sides::two, {.family = metric_family::rate}).has_value());
  CHECK_THROWS_AS(static_cast<void>(ladder(impossible, usual)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(ladder(ten, usual, sides::two, {.planning_design_effect = std::nan("")})),
                  std::invalid_argument);
}

TEST_CASE("a stratum without events borrows the largest design effect that rests on 5 effective events") {
  std::vector<clustering> others(3);
  CHECK_FALSE(borrowable_design_effect(others).has_value());
  others[0].design_effect = 2.0;
  others[0].effective_events = 7.0;
  others[1].design_effect = 9.0;
  others[1].effective_events = 4.9;
  others[2].design_effect = 1.5;
  others[2].effective_events = 50.0;
  CHECK(borrowable_design_effect(others).value() == 2.0);
}
