#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
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
  r.outcomes = {{"arrest", outcomes{4}}, {"other", outcomes{0}}};
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

metric_tallies tallies(metric_id metric, const std::vector<deployment_record>& records, const std::string& outcome = "arrest") {
  std::vector<const deployment_record*> members;
  for (const deployment_record& r : records) members.push_back(&r);
  return tallies_of(metric, members, outcome);
}

using clusters = std::vector<cluster_tally>;

} // namespace

TEST_CASE("every metric of a deployment by hand") {
  const std::vector<std::pair<metric_id, cluster_tally>> expected{
      {metric_id::false_alerts_per_face, {2, 1000}},          {metric_id::false_discovery_proportion, {1, 7}},
      {metric_id::false_alerts_per_engagement, {2, 6}},       {metric_id::false_alerts_per_hour, {2, 3600}},
      {metric_id::unresolved_alerts_per_alert, {3, 10}},      {metric_id::false_engagements_per_face, {1, 1000}},
      {metric_id::false_engagements_per_engagement, {1, 6}},  {metric_id::false_engagements_per_false_alert, {1, 2}},
      {metric_id::alerts_per_face, {10, 1000}},               {metric_id::alerts_per_hour, {10, 3600}},
      {metric_id::true_alerts_per_face, {8, 1000}},           {metric_id::true_alerts_per_alert, {8, 10}},
      {metric_id::true_alerts_per_hour, {8, 3600}},           {metric_id::outcomes_per_face, {4, 1000}},
      {metric_id::outcomes_per_alert, {4, 10}},               {metric_id::outcomes_per_hour, {4, 3600}}};
  for (const auto& one : expected) {
    const metric_tallies out = tallies(one.first, {full()});
    CAPTURE(to_string(one.first));
    CHECK(out.clusters == clusters{one.second});
    CHECK(out.not_recorded + out.contradictory + out.not_adding_up == 0);
  }
}

TEST_CASE("M15: no rate that needs to know who was missed comes from deployments") {
  for (const metric_id metric : {metric_id::true_positive_identification_rate, metric_id::false_negative_identification_rate,
                                 metric_id::false_positive_identification_rate, metric_id::selectivity, metric_id::false_match_rate}) {
    const metric_tallies out = tallies(metric, {full(), totals()});
    CHECK(out.clusters.empty());
    CHECK(out.not_recorded == 2);
  }
}

TEST_CASE("M16: unresolved alerts are in neither side of the false discovery proportion") {
  CHECK(tallies(metric_id::false_discovery_proportion, {full()}).clusters == clusters{{1, 7}}); // not 2 of 10
  CHECK(tallies(metric_id::unresolved_alerts_per_alert, {full()}).clusters == clusters{{3, 10}});
  // A record that does not separate them cannot say how many were unresolved.
  CHECK(tallies(metric_id::false_discovery_proportion, {totals()}).clusters == clusters{{3, 7}});
  CHECK(tallies(metric_id::unresolved_alerts_per_alert, {totals()}).not_recorded == 1);
  const deployment_record a = full(), b = totals();
  const std::vector<const deployment_record*> one{&a}, both{&a, &b};
  CHECK(unresolved_of(one) == 3U);
  CHECK_FALSE(unresolved_of(both).has_value());
}

TEST_CASE("a deployment without a column that a metric needs is counted") {
  const metric_tallies hours = tallies(metric_id::false_alerts_per_hour, {full(), totals(), aborted()});
  CHECK(hours.clusters == clusters{{2, 3600}});
  CHECK(hours.not_recorded == 2);
  const metric_tallies arrests = tallies(metric_id::outcomes_per_face, {full(), totals()});
  CHECK(arrests.clusters == clusters{{4, 1000}});
  CHECK(arrests.not_recorded == 1);
  CHECK(tallies(metric_id::outcomes_per_face, {full()}, "caution").not_recorded == 1);
  CHECK(tallies(metric_id::outcomes_per_face, {full()}, "other").clusters == clusters{{0, 1000}});
}

TEST_CASE("M65: a deployment that was broken off is counted although it gives no figure") {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const metric_tallies out = tallies(static_cast<metric_id>(i), {aborted()});
    CHECK(out.clusters.empty());
    CHECK(out.not_recorded == 1);
  }
  deployment_series series;
  series.records = {aborted(), full()};
  CHECK(strata_of(series).at(0).members.size() == 2);
}

TEST_CASE("every deployment is a cluster, left out, or not recorded") {
  const std::vector<deployment_record> all{full(), totals(), aborted(), contradictory()};
  for (std::size_t i = 0; i < metric_count; ++i) {
    const metric_tallies out = tallies(static_cast<metric_id>(i), all);
    CAPTURE(i);
    CHECK(out.clusters.size() + out.not_recorded + out.contradictory == all.size());
    CHECK(out.not_adding_up <= out.clusters.size());
  }
}

TEST_CASE("M34: rows whose alerts do not add up leave the shares of alerts and are counted") {
  CHECK(alerts_add_up(full()));
  CHECK(alerts_add_up(totals()));
  CHECK(alerts_add_up(aborted()));
  CHECK_FALSE(alerts_add_up(contradictory()));
  for (const metric_id metric : {metric_id::true_alerts_per_alert, metric_id::false_discovery_proportion}) {
    const metric_tallies out = tallies(metric, {full(), contradictory()});
    CHECK(out.clusters.size() == 1);
    CHECK(out.contradictory == 1);
    CHECK(out.not_adding_up == 0);
  }
  for (const auto& [metric, cluster] : {std::pair{metric_id::alerts_per_face, cluster_tally{8, 3000}}, {metric_id::false_alerts_per_face, {4, 3000}},
                                        {metric_id::true_alerts_per_hour, {5, 7200}}, {metric_id::outcomes_per_alert, {2, 8}}}) {
    const metric_tallies out = tallies(metric, {contradictory()});
    CHECK(out.clusters == clusters{cluster});
    CHECK(out.contradictory == 0);
    CHECK(out.not_adding_up == 1);
  }
  CHECK(tallies(metric_id::outcomes_per_face, {contradictory()}).not_adding_up == 0); // no alert is in this figure
}

TEST_CASE("M34: true alerts above all alerts do not add up, whether or not false ones are published") {
  deployment_record r = record("x");
  r.alerts = alerts{3};
  r.published_true_alerts = true_alerts{5};
  CHECK_FALSE(alerts_add_up(r));
  const metric_tallies out = tallies(metric_id::true_alerts_per_alert, {r});
  CHECK(out.clusters.empty());
  CHECK(out.contradictory == 1);
}

TEST_CASE("M34: outcomes beyond the alerts are seen") {
  deployment_record r = full();
  CHECK(outcomes_within_alerts(r));
  r.outcomes = {{"arrest", outcomes{7}}, {"other", outcomes{3}}};
  CHECK(outcomes_within_alerts(r));
  r.outcomes["none"] = outcomes{1};
  CHECK_FALSE(outcomes_within_alerts(r));
  const metric_tallies out = tallies(metric_id::outcomes_per_face, {r});
  CHECK(out.clusters == clusters{{7, 1000}});
  CHECK(out.not_adding_up == 1);
  r.alerts.reset();
  CHECK(outcomes_within_alerts(r));
}

TEST_CASE("events without any exposure are not a rate") {
  deployment_record r = full();
  r.faces = faces{0};
  const metric_tallies out = tallies(metric_id::false_alerts_per_face, {r});
  CHECK(out.clusters.empty());
  CHECK(out.not_recorded + out.contradictory == 1);
  r.false_confirmed = r.false_unconfirmed = false_alerts{0};
  r.alerts = alerts{8};
  CHECK(tallies(metric_id::false_alerts_per_face, {r}).clusters == clusters{{0, 0}});
}

TEST_CASE("each axis covers every deployment once") {
  deployment_series series;
  series.records = {full(), totals(), aborted(), contradictory()};
  for (int i = 0; i < 40; ++i) {
    deployment_record r = record("d" + std::to_string(i));
    if (i % 3 != 0) r.threshold = i % 2 == 0 ? "0.6" : "0.64";
    if (i % 4 != 0) r.date = calendar_date{static_cast<std::uint16_t>(2020 + i % 5), 1, 1};
    if (i % 5 != 0) r.site = "s" + std::to_string(i % 7);
    for (int use = 0; use < i % 4; ++use) r.use_case.insert(std::to_string(use));
    r.faces = faces{static_cast<std::uint64_t>(100 + i)};
    r.alerts = alerts{static_cast<std::uint64_t>(i % 6)};
    series.records.push_back(r);
  }
  std::map<std::string, std::multiset<const deployment_record*>> members;
  std::map<std::string, cluster_tally> sums;
  std::map<std::string, std::vector<std::string>> values;
  for (const stratum& s : strata_of(series)) {
    REQUIRE(s.axes.size() == 1);
    const auto& [axis, value] = *s.axes.begin();
    CHECK_FALSE(s.members.empty());
    values[axis].push_back(value);
    members[axis].insert(s.members.begin(), s.members.end());
    for (const cluster_tally& one : tallies_of(metric_id::alerts_per_face, s.members, "").clusters) {
      sums[axis].events += one.events;
      sums[axis].exposure += one.exposure;
    }
  }
  std::multiset<const deployment_record*> all;
  for (const deployment_record& r : series.records) all.insert(&r);
  REQUIRE(members.size() == 6);
  for (const char* axis : {"scope", "threshold", "year", "use_case", "site", "deployment"}) {
    CAPTURE(axis);
    CHECK(members[axis] == all);
    CHECK(sums[axis] == sums["scope"]);
    CHECK(std::is_sorted(values[axis].begin(), values[axis].end()));
    CHECK(std::set<std::string>(values[axis].begin(), values[axis].end()).size() == values[axis].size());
  }
  // 0 + 1 + ... + 39 more than 40 x 100, and 1000 + 2000 + 3000.
  CHECK(sums["scope"].exposure == 6000 + 4000 + 780);
  CHECK(std::find(values["threshold"].begin(), values["threshold"].end(), "not published") != values["threshold"].end());
  CHECK(values["deployment"].size() == series.records.size());
}

TEST_CASE("strata are named by what the record says") {
  deployment_series series;
  series.records = {full(), totals(), aborted()};
  std::map<std::string, std::set<std::string>> values;
  for (const stratum& s : strata_of(series)) values[s.axes.begin()->first].insert(s.axes.begin()->second);
  CHECK(values["scope"] == std::set<std::string>{"all"});
  CHECK(values["threshold"] == std::set<std::string>{"0.64", "not published"});
  CHECK(values["year"] == std::set<std::string>{"2022", "2024", "not published"});
  CHECK(values["use_case"] == std::set<std::string>{"1", "1+2", "not published"});
  CHECK(values["site"] == std::set<std::string>{"Camden", "Oxford Circus", "not published"});
  CHECK(values["deployment"] == std::set<std::string>{"aborted", "full", "totals"});
}

TEST_CASE("deployments of two forces with one number stay apart") {
  deployment_series series;
  series.records = {record("1"), record("1")};
  series.records[1].force = "G";
  std::set<std::string> names;
  for (const stratum& s : strata_of(series))
    if (s.axes.contains("deployment")) {
      names.insert(s.axes.at("deployment"));
      CHECK(s.members.size() == 1);
    }
  CHECK(names == std::set<std::string>{"F/1", "G/1"});
}

TEST_CASE("a series of nothing has the whole and nothing else") {
  const std::vector<stratum> out = strata_of(deployment_series{});
  REQUIRE(out.size() == 1);
  CHECK(out[0].members.empty());
  CHECK(tallies_of(metric_id::alerts_per_face, out[0].members, "").clusters.empty());
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
