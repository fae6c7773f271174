#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/poisson.hpp>

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
}

TEST_CASE("a single deployment through the typed form") {
  const auto found = estimate_rate(false_alerts{7} / faces{8600}, usual).value();
  CHECK(found.metric == metric_id::false_alerts_per_face);
  CHECK(found.events == 7);
  CHECK(found.exposure == 8600);
  CHECK(found.point == 7.0 / 8600.0);
  CHECK(found.headline == binomial::clopper_pearson(7, 8600, usual).value());
  CHECK(found.flags == flag_set{flag::one_cluster, flag::few_clusters, flag::assumes_independence, flag::few_events});
}

TEST_CASE("the family comes from the metric") {
  const std::vector<cluster_tally> hours{{3, 3600}, {5, 7200}, {0, 1800}};
  const auto found = estimate_rate(metric_id::alerts_per_hour, hours, usual, {.family = metric_family::share}).value();
  CHECK(found.events == 8);
  CHECK(found.exposure == 12600);
  REQUIRE(found.companions.size() == 1);
  CHECK(found.companions[0].made == poisson::garwood(8, 12600, usual).value());
  CHECK(found.companions[0].flags == flag_set{flag::assumes_independence});
}

TEST_CASE("flags count events and clusters") {
  const std::vector<cluster_tally> plenty(12, {40, 90000}), quiet(12, {0, 90000});
  CHECK(estimate_rate(metric_id::false_alerts_per_face, plenty, usual).value().flags.empty());
  const auto none = estimate_rate(metric_id::false_alerts_per_face, quiet, usual).value();
  CHECK(none.flags == flag_set{flag::few_events, flag::no_events, flag::assumes_independence});
  CHECK(none.point == 0.0);
  CHECK(none.headline.lower == 0.0);
}

TEST_CASE("what cannot be a share, and what was not measured, is undefined") {
  const std::vector<cluster_tally> excess{{5, 4}, {1, 10}};
  CHECK(estimate_rate(metric_id::false_alerts_per_face, excess, usual).error().reason ==
        undefined_reason::events_exceed_exposure);
  const auto empty = estimate_rate(metric_id::false_alerts_per_face, {}, usual);
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().reason == undefined_reason::empty);
  CHECK(empty.error().bounds->upper == 1.0);
  CHECK(estimate_rate(metric_id::alerts_per_hour, {}, usual).error().bounds->upper == unbounded);
}
