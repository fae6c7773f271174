#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <set>
#include <string>
#include <vector>

using namespace lfreval;

namespace {

deployment_record record(const std::string& id) {
  deployment_record r;
  r.force = "F";
  r.deployment = id;
  return r;
}

/// 1000 faces, an hour, 10 alerts: 6 true and confirmed, 2 true and not, 1 false and confirmed, 1 false and not.
deployment_record full() {
  deployment_record r = record("full");
  r.date = calendar_date{2024, 3, 1};
  r.duration = seconds{3600};
  r.site = "Camden";
  r.threshold = "0.64";
  r.use_case = {"1", "2"};
  r.label_source = "published";
  r.watchlist_images = watchlist_images{10000};
  r.faces = faces{1000};
  r.alerts = alerts{10};
  r.true_confirmed = true_alerts{6};
  r.true_unconfirmed = true_alerts{2};
  r.false_confirmed = false_alerts{1};
  r.false_unconfirmed = false_alerts{1};
  r.true_engaged = true_engagements{5};
  r.false_engaged = false_engagements{1};
  r.outcomes = {{"arrest", outcomes{4}}, {"other", outcomes{2}}};
  return r;
}

/// Totals only, as published until 2022: 2000 faces, 7 alerts, 4 true and 3 false.
deployment_record totals() {
  deployment_record r = record("totals");
  r.date = calendar_date{2022, 7, 7};
  r.use_case = {"1"};
  r.faces = faces{2000};
  r.alerts = alerts{7};
  r.published_true_alerts = true_alerts{4};
  r.published_false_alerts = false_alerts{3};
  return r;
}

/// Broken off before anything was counted.
deployment_record aborted() {
  deployment_record r = record("aborted");
  r.status = deployment_status::aborted;
  r.site = "Oxford Circus";
  return r;
}

/// 5 true and 4 false are not 8.
deployment_record contradictory() {
  deployment_record r = record("wrong");
  r.duration = seconds{7200};
  r.faces = faces{3000};
  r.alerts = alerts{8};
  r.published_true_alerts = true_alerts{5};
  r.published_false_alerts = false_alerts{4};
  r.outcomes = {{"arrest", outcomes{2}}};
  return r;
}

/// Tallies and the records they point to.
struct tallied : metric_tallies {
  deployment_series series;
};

tallied tallies(metric_id metric, const std::vector<deployment_record>& records, const std::string& outcome = "arrest") {
  tallied out;
  out.series.records = records;
  for (const deployment_record& r : records)
    for (const auto& one : r.outcomes) out.series.outcome_names.insert(one.first);
  std::vector<const deployment_record*> members;
  for (const deployment_record& r : out.series.records) members.push_back(&r);
  static_cast<metric_tallies&>(out) = tallies_of(metric, members, outcome, examine(out.series));
  return out;
}

using clusters = std::vector<cluster_tally>;

} // namespace

TEST_CASE("every metric of a deployment by hand") {
  struct by_hand { metric_id metric; cluster_tally published, fewest, most; };
  // Of 10 alerts 6 are surely true, 1 is surely false and 3 are unresolved.
  const std::vector<by_hand> expected{
      {metric_id::false_alerts_per_face, {2, 1000}, {1, 1000}, {4, 1000}},
      {metric_id::false_discovery_proportion, {1, 7}, {1, 10}, {4, 10}},
      {metric_id::false_alerts_per_engagement, {2, 6}, {1, 6}, {4, 6}},
      {metric_id::false_alerts_per_hour, {2, 3600}, {1, 3600}, {4, 3600}},
      {metric_id::unresolved_alerts_per_alert, {3, 10}, {3, 10}, {3, 10}},
      {metric_id::false_engagements_per_face, {1, 1000}, {1, 1000}, {1, 1000}},
      {metric_id::false_engagements_per_engagement, {1, 6}, {1, 6}, {1, 6}},
      {metric_id::false_engagements_per_false_alert, {1, 2}, {1, 2}, {1, 2}},
      {metric_id::alerts_per_face, {10, 1000}, {10, 1000}, {10, 1000}},
      {metric_id::alerts_per_hour, {10, 3600}, {10, 3600}, {10, 3600}},
      {metric_id::true_alerts_per_face, {8, 1000}, {6, 1000}, {9, 1000}},
      {metric_id::true_alerts_per_alert, {8, 10}, {6, 10}, {9, 10}},
      {metric_id::true_alerts_per_hour, {8, 3600}, {6, 3600}, {9, 3600}},
      {metric_id::outcomes_per_face, {4, 1000}, {4, 1000}, {4, 1000}},
      {metric_id::outcomes_per_alert, {4, 10}, {4, 10}, {4, 10}},
      {metric_id::outcomes_per_hour, {4, 3600}, {4, 3600}, {4, 3600}}};
  for (const by_hand& one : expected) {
    const tallied out = tallies(one.metric, {full()});
    CAPTURE(to_string(one.metric));
    CHECK(out.clusters == clusters{one.published});
    CHECK(out.fewest == clusters{one.fewest});
    CHECK(out.most == clusters{one.most});
    CHECK(out.lowest() == out.clusters);
    CHECK(out.highest() == out.clusters);
    CHECK(out.not_recorded + out.suspended + out.unusable + out.unusable_events + out.not_adding_up == 0);
    CHECK_FALSE(out.labels_as_published);
  }
}

TEST_CASE("M15: no rate that needs to know who was missed comes from deployments") {
  for (const metric_id metric : {metric_id::true_positive_identification_rate, metric_id::false_negative_identification_rate,
                                 metric_id::false_positive_identification_rate, metric_id::selectivity, metric_id::false_match_rate}) {
    const tallied out = tallies(metric, {full(), totals()});
    CHECK(out.clusters.empty());
    CHECK(out.disputed.empty());
    CHECK(out.not_recorded == 2);
  }
}

TEST_CASE("M16: unresolved alerts are in neither side of the false discovery proportion") {
  const tallied one = tallies(metric_id::false_discovery_proportion, {full()});
  CHECK(one.clusters == clusters{{1, 7}}); // not 2 of 10
  CHECK(one.unresolved == 3);
  CHECK(tallies(metric_id::unresolved_alerts_per_alert, {full()}).clusters == clusters{{3, 10}});
  // A record that does not separate them cannot say how many were unresolved.
  const tallied both = tallies(metric_id::false_discovery_proportion, {full(), totals()});
  CHECK(both.clusters == clusters{{1, 7}, {3, 7}});
  CHECK(both.fewest == clusters{{1, 10}, {3, 7}});
  CHECK(both.most == clusters{{4, 10}, {3, 7}});
  CHECK(both.labels_as_published);
  CHECK(tallies(metric_id::unresolved_alerts_per_alert, {totals()}).not_recorded == 1);
}

TEST_CASE("M16: without confirmed columns the alerts nobody was engaged for are unresolved") {
  deployment_record r = totals();
  r.true_engaged = true_engagements{3};
  r.false_engaged = false_engagements{1};
  // 4 true of which 3 engaged, 3 false of which 1 engaged: 1 + 2 unresolved.
  const tallied share = tallies(metric_id::false_discovery_proportion, {r});
  CHECK(share.clusters == clusters{{1, 4}});
  CHECK(share.fewest == clusters{{1, 7}});
  CHECK(share.most == clusters{{4, 7}});
  CHECK(share.unresolved == 3);
  CHECK_FALSE(share.labels_as_published);
  CHECK(tallies(metric_id::unresolved_alerts_per_alert, {r}).clusters == clusters{{3, 7}});
  const tallied faces_seen = tallies(metric_id::false_alerts_per_face, {r});
  CHECK(faces_seen.clusters == clusters{{3, 2000}});
  CHECK(faces_seen.fewest == clusters{{1, 2000}});
  CHECK(faces_seen.most == clusters{{4, 2000}});
}

TEST_CASE("M16: alerts that are all unresolved may be anything") {
  deployment_record r = full();
  r.true_confirmed = true_alerts{0};
  r.true_unconfirmed = true_alerts{8};
  r.false_confirmed = false_alerts{0};
  r.false_unconfirmed = false_alerts{2};
  const tallied out = tallies(metric_id::false_discovery_proportion, {r});
  CHECK(out.clusters == clusters{{0, 0}});
  CHECK(out.fewest == clusters{{0, 10}});
  CHECK(out.most == clusters{{10, 10}});
}

TEST_CASE("a deployment without a column that a metric needs is counted") {
  const tallied hours = tallies(metric_id::false_alerts_per_hour, {full(), totals(), aborted()});
  CHECK(hours.clusters == clusters{{2, 3600}});
  CHECK(hours.not_recorded == 1);
  CHECK(hours.unusable == 1); // 3 false alerts and no hours
  CHECK(hours.unusable_events == 3);
  const tallied arrests = tallies(metric_id::outcomes_per_face, {full(), totals()});
  CHECK(arrests.clusters == clusters{{4, 1000}});
  CHECK(arrests.not_recorded == 1);
  CHECK(tallies(metric_id::outcomes_per_face, {full()}, "caution").not_recorded == 1);
  CHECK(tallies(metric_id::outcomes_per_face, {full()}, "other").clusters == clusters{{2, 1000}});
}

TEST_CASE("M65: a deployment that was broken off is counted although it gives no figure") {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const tallied out = tallies(static_cast<metric_id>(i), {aborted()});
    CHECK(out.clusters.empty());
    CHECK(out.not_recorded == 1);
  }
}

TEST_CASE("every deployment is a cluster, disputed, left out, or not recorded") {
  const std::vector<deployment_record> all{full(), totals(), aborted(), contradictory()};
  for (std::size_t i = 0; i < metric_count; ++i) {
    const tallied out = tallies(static_cast<metric_id>(i), all);
    CAPTURE(i);
    CHECK(out.clusters.size() + out.disputed.size() + out.not_recorded + out.suspended + out.unusable == all.size());
    CHECK(out.contributors.size() == out.clusters.size());
    CHECK(out.doubtful.size() == out.disputed.size());
    CHECK(out.fewest.size() == out.clusters.size());
    CHECK(out.most.size() == out.clusters.size());
    for (const auto& reading : {out.lowest(), out.highest(), out.lowest_reading(), out.highest_reading()})
      CHECK(reading.size() == out.clusters.size() + out.disputed.size());
    CHECK(out.not_adding_up <= out.clusters.size());
  }
}

TEST_CASE("M34: a row whose alerts do not add up stands at every value that would mend it") {
  // 5 true, 4 false, 8 alerts: 9 alerts, or 4 true, or 3 false.
  const std::vector<std::pair<metric_id, clusters>> expected{
      {metric_id::true_alerts_per_alert, {{4, 8}, {5, 8}, {5, 9}}},   {metric_id::false_discovery_proportion, {{3, 8}, {4, 8}, {4, 9}}},
      {metric_id::alerts_per_face, {{8, 3000}, {9, 3000}}},           {metric_id::false_alerts_per_face, {{3, 3000}, {4, 3000}}},
      {metric_id::true_alerts_per_hour, {{4, 7200}, {5, 7200}}},      {metric_id::outcomes_per_alert, {{2, 8}, {2, 9}}}};
  for (const auto& one : expected) {
    CAPTURE(to_string(one.first));
    const tallied out = tallies(one.first, {full(), contradictory()});
    CHECK(out.clusters.size() == 1);
    REQUIRE(out.disputed.size() == 1);
    CHECK(out.disputed[0] == one.second);
    CHECK(out.not_adding_up == 0);
  }
  const tallied share = tallies(metric_id::true_alerts_per_alert, {full(), contradictory()});
  CHECK(share.lowest() == clusters{{8, 10}, {4, 8}});
  CHECK(share.highest() == clusters{{8, 10}, {5, 8}});
  const tallied arrests = tallies(metric_id::outcomes_per_face, {contradictory()}); // no alert is in this figure
  CHECK(arrests.clusters == clusters{{2, 3000}});
  CHECK(arrests.disputed.empty());
  CHECK(arrests.not_adding_up == 1);
}

TEST_CASE("M34: true alerts above all alerts are no share, whether or not false ones are published") {
  deployment_record r = record("x");
  r.alerts = alerts{3};
  r.published_true_alerts = true_alerts{5};
  const tallied out = tallies(metric_id::true_alerts_per_alert, {r});
  CHECK(out.clusters.empty());
  CHECK(out.unusable == 1);
  CHECK(out.unusable_events == 5);
}

TEST_CASE("M34: outcomes beyond the alerts are seen") {
  deployment_record r = full();
  r.outcomes = {{"arrest", outcomes{7}}, {"other", outcomes{3}}};
  CHECK(tallies(metric_id::outcomes_per_face, {r}).clusters == clusters{{7, 1000}});
  r.outcomes["none"] = outcomes{1};
  // 11 outcomes of 10 alerts, 6 of them confirmed: 2 to 6 arrests. Other values of the other cells leave 7.
  const tallied out = tallies(metric_id::outcomes_per_face, {r});
  CHECK(out.clusters.empty());
  REQUIRE(out.disputed.size() == 1);
  CHECK(out.disputed[0] == clusters{{2, 1000}, {6, 1000}, {7, 1000}});
  r.alerts.reset();
  CHECK(tallies(metric_id::outcomes_per_face, {r}).clusters == clusters{{7, 1000}});
}

TEST_CASE("M34: rates of an outcome column that is a copy of another are suspended") {
  std::vector<deployment_record> rows;
  for (int i = 0; i < 25; ++i) {
    rows.push_back(full());
    rows.back().deployment = "d" + std::to_string(i);
    rows.back().outcomes = {{"arrest", outcomes{static_cast<std::uint64_t>(1 + i % 3)}}, {"other", outcomes{static_cast<std::uint64_t>(1 + i % 3)}}, {"none", outcomes{6}}};
  }
  for (const char* name : {"arrest", "other"}) {
    const tallied out = tallies(metric_id::outcomes_per_face, rows, name);
    CHECK(out.suspended == 25);
    CHECK(out.contributors.empty());
  }
  CHECK(tallies(metric_id::outcomes_per_face, rows, "none").clusters.size() + tallies(metric_id::outcomes_per_face, rows, "none").disputed.size() == 25);
  CHECK(tallies(metric_id::alerts_per_face, rows).suspended == 0);
}

TEST_CASE("events without any exposure are not a rate") {
  deployment_record r = full();
  r.faces = faces{0};
  const tallied out = tallies(metric_id::false_alerts_per_face, {r});
  CHECK(out.clusters.empty());
  CHECK(out.unusable == 1);
  CHECK(out.unusable_events == 2);
  r.faces.reset();
  CHECK(tallies(metric_id::false_alerts_per_face, {r}).unusable_events == 2);
  r.faces = faces{0};
  r.false_confirmed = r.false_unconfirmed = false_alerts{0};
  r.alerts = alerts{8};
  CHECK(tallies(metric_id::false_alerts_per_face, {r}).clusters == clusters{{0, 0}});
}

TEST_CASE("conditions of a stratum are pooled by faces seen and keep what is unknown") {
  deployment_record a = full(), b = full(), c = aborted();
  b.threshold = "0.6";
  b.faces = faces{3000};
  b.watchlist_images = watchlist_images{14000};
  b.date = calendar_date{2023, 1, 2};
  const std::vector<const deployment_record*> members{&a, &b, &c};
  const conditions out = conditions_of(members);
  CHECK(out.threshold.values == std::set<std::string>{"0.6", "0.64"});
  CHECK(out.threshold.unknown == 1);
  CHECK(out.watchlist_images.smallest == 10000U);
  CHECK(out.watchlist_images.largest == 14000U);
  CHECK(out.watchlist_images.weighted_mean() == 13000.0); // (10000 x 1000 + 14000 x 3000) / 4000
  CHECK(out.watchlist_images.unknown == 1);
  CHECK(out.use_case.values == std::set<std::string>{"1+2"});
  CHECK(out.label_source.unknown == 1);
  CHECK(out.faces_counting_rule.unknown == 3);
  CHECK(out.from == calendar_date{2023, 1, 2});
  CHECK(out.to == calendar_date{2024, 3, 1});
  CHECK(out.mixed());
}

TEST_CASE("the error of a total of faces: shared errors add, independent ones add as squares") {
  deployment_record a = full(), b = full(), c = full();
  b.faces = faces{3000};
  c.faces = faces{6000};
  const auto cv = [](const std::vector<deployment_record>& rows, bool shared) {
    std::vector<const deployment_record*> members;
    for (const deployment_record& r : rows) members.push_back(&r);
    return faces_cv_of(members, shared);
  };
  CHECK_FALSE(cv({a, b}, true).has_value());
  a.faces_cv = 0.1;
  b.faces_cv = 0.2;
  CHECK(cv({a}, true) == 0.1);
  CHECK(cv({a}, false) == 0.1);
  CHECK(cv({a, b}, true) == doctest::Approx((100.0 + 600.0) / 4000.0).epsilon(1e-14));
  CHECK(cv({b, a}, true) == cv({a, b}, true));
  CHECK(cv({a, b}, false) == doctest::Approx(std::sqrt(100.0 * 100.0 + 600.0 * 600.0) / 4000.0).epsilon(1e-14));
  // A deployment that declares none adds its faces and no error; one without faces adds nothing.
  CHECK(cv({a, b, c}, true) == doctest::Approx(700.0 / 10000.0).epsilon(1e-14));
  c.faces.reset();
  c.faces_cv = 5;
  CHECK(cv({a, b, c}, true) == cv({a, b}, true));
}
