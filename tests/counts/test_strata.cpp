#include <lfreval/counts/deployment_readings.hpp>
#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/strata.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <lfreval/study/study.hpp>

using namespace lfreval;

namespace {

deployment_record record(const std::string& id, const std::string& force = "F") {
  deployment_record r;
  r.force = force;
  r.deployment = id;
  return r;
}

deployment_series series_of(std::vector<deployment_record> records) {
  deployment_series out;
  out.records = std::move(records);
  return out;
}

/// The values of an axis in the order of the strata.
std::vector<std::string> values_of(const deployment_series& series, const std::string& axis) {
  std::vector<std::string> out;
  for (const stratum& s : strata_of(series))
    if (s.axes.contains(axis)) out.push_back(s.axes.at(axis));
  return out;
}

using values = std::vector<std::string>;

} // namespace

TEST_CASE("each axis covers every deployment once") {
  deployment_series series;
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
  const record_quality quality = examine(series);
  std::map<std::string, std::multiset<const deployment_record*>> members;
  std::map<std::string, cluster_tally> sums;
  std::map<std::string, values> names;
  for (const stratum& s : strata_of(series)) {
    REQUIRE(s.axes.size() == 1);
    const std::string axis = s.axes.begin()->first;
    CHECK_FALSE(s.members.empty());
    CHECK(std::is_sorted(s.members.begin(), s.members.end())); // canonical order is the order in the series
    names[axis].push_back(s.axes.begin()->second);
    members[axis].insert(s.members.begin(), s.members.end());
    for (const cluster_tally& one : tallies_of(metric_id::alerts_per_face, s.members, "", quality).clusters) {
      sums[axis].events += one.events;
      sums[axis].exposure += one.exposure;
    }
  }
  std::multiset<const deployment_record*> all;
  for (const deployment_record& r : series.records) all.insert(&r);
  REQUIRE(members.size() == 5); // deployments are no strata
  for (const char* axis : {"scope", "threshold", "year", "use_case", "site"}) {
    CAPTURE(axis);
    CHECK(members[axis] == all);
    CHECK(sums[axis] == sums["scope"]);
    CHECK(std::set<std::string>(names[axis].begin(), names[axis].end()).size() == names[axis].size());
  }
  CHECK(sums["scope"].exposure == 4000 + 780); // 40 x 100 and 0 + 1 + ... + 39
  CHECK(sums["scope"].events == 6 * 15 + 0 + 1 + 2 + 3);
}

TEST_CASE("strata are named by what the record says and a missing value is empty") {
  deployment_record full = record("full"), early = record("early"), bare = record("bare");
  full.date = calendar_date{2024, 3, 1};
  full.site = "Camden";
  full.threshold = "0.64";
  full.use_case = {"1", "2"};
  early.date = calendar_date{2022, 7, 7};
  early.use_case = {"1"};
  const deployment_series series = series_of({bare, early, full});
  CHECK(values_of(series, "scope") == values{"all"});
  CHECK(values_of(series, "threshold") == values{"", "0.64"});
  CHECK(values_of(series, "year") == values{"", "2022", "2024"});
  CHECK(values_of(series, "use_case") == values{"", "1", "1+2"});
  CHECK(values_of(series, "site") == values{"", "Camden"});
  CHECK(values_of(series, "deployment").empty());
}

TEST_CASE("thresholds stand in numerical order") {
  std::vector<deployment_record> records;
  for (const char* threshold : {"100", "9", "0.64", "0.6", "12.5", "0.07"}) {
    records.push_back(record(std::string("t") + threshold));
    records.back().threshold = threshold;
  }
  records.push_back(record("none"));
  CHECK(values_of(series_of(records), "threshold") == values{"", "0.07", "0.6", "0.64", "9", "12.5", "100"});
}

TEST_CASE("names that could run into each other stay apart") {
  deployment_record joined = record("1"), both = record("2"), escape = record("3");
  joined.use_case = {"x+y"};
  both.use_case = {"x", "y"};
  escape.use_case = {"x%2By"};
  joined.site = "not published";
  both.site = "not%20published";
  const deployment_series series = series_of({joined, both, escape});
  CHECK(values_of(series, "use_case").size() == 3);
  CHECK(values_of(series, "use_case") == values{"x%252By", "x%2By", "x+y"});
  CHECK(values_of(series, "site") == values{"", "not published", "not%20published"});
  for (const stratum& s : strata_of(series)) {
    if (s.axes.contains("use_case")) CHECK(s.members.size() == 1);
    if (s.axes.contains("site") && s.axes.at("site") == "not published") CHECK(s.members == std::vector<const deployment_record*>{&series.records[0]});
  }
}

TEST_CASE("use cases of every set stay apart") {
  const values parts{"a", "b", "a+b", "a%2Bb", "%", "+", "%25", "%2B"};
  std::vector<deployment_record> records;
  for (unsigned chosen = 0; chosen < 1U << parts.size(); ++chosen) {
    records.push_back(record(std::to_string(chosen)));
    for (std::size_t i = 0; i < parts.size(); ++i)
      if ((chosen >> i & 1U) != 0) records.back().use_case.insert(parts[i]);
  }
  CHECK(values_of(series_of(records), "use_case").size() == records.size());
}

TEST_CASE("deployments of two forces with one number stay apart") {
  const deployment_series two = series_of({record("1", "F"), record("1", "G")});
  CHECK(deployment_value(two, two.records[0]) == "F/1");
  CHECK(deployment_value(two, two.records[1]) == "G/1");
  const deployment_series slashes = series_of({record("b/c", "a"), record("c", "a/b"), record("c", "a%2Fb")});
  std::set<std::string> names;
  for (const deployment_record& r : slashes.records) names.insert(deployment_value(slashes, r));
  CHECK(names == std::set<std::string>{"a/b%2Fc", "a%2Fb/c", "a%252Fb/c"});
  const deployment_series one = series_of({record("b/c"), record("d%")});
  CHECK(deployment_value(one, one.records[0]) == "b/c");
  CHECK(deployment_value(one, one.records[1]) == "d%");
}

TEST_CASE("M65: a deployment that was broken off stands in its strata") {
  deployment_record stopped = record("aborted");
  stopped.status = deployment_status::aborted;
  CHECK(strata_of(series_of({stopped, record("full")})).at(0).members.size() == 2);
}

TEST_CASE("a series of nothing has the whole and nothing else") {
  const std::vector<stratum> out = strata_of(deployment_series{});
  REQUIRE(out.size() == 1);
  CHECK(out[0].members.empty());
  CHECK(tallies_of(metric_id::alerts_per_face, out[0].members, "", record_quality{}).clusters.empty());
}

TEST_CASE("deployments read once for all strata give the tallies of each stratum read by itself") {
  const auto declared = read_study(std::string(LFREVAL_SOURCE_DIR) + "/datasets/mps_lfr/study.toml");
  REQUIRE(declared.has_value());
  const auto read_series = read_deployments(*declared);
  REQUIRE(read_series.has_value());
  const deployment_series& series = *read_series;
  const record_quality quality = examine(series);
  const auto strata = strata_of(series);
  std::uint64_t compared = 0;
  for (const metric_units& row : metric_units_table)
    for (const std::string& outcome : row.events == unit::outcomes ? series.outcome_names : std::set<std::string>{""}) {
      const metric_readings read(row.id, outcome, series.records, quality);
      for (const stratum& s : strata) {
        const metric_tallies once = read.of(s.members), alone = tallies_of(row.id, s.members, outcome, quality);
        CHECK(once.clusters == alone.clusters);
        CHECK(once.fewest == alone.fewest);
        CHECK(once.most == alone.most);
        CHECK(once.disputed == alone.disputed);
        CHECK(once.disputed_fewest == alone.disputed_fewest);
        CHECK(once.disputed_most == alone.disputed_most);
        CHECK(once.contributors == alone.contributors);
        CHECK(once.doubtful == alone.doubtful);
        const auto rest = [](const metric_tallies& t) {
          return std::vector<std::uint64_t>{t.not_recorded, t.suspended, t.not_adding_up, t.unusable, t.unusable_events, t.unlabelled, t.unresolved, t.labels_as_published ? 1U : 0U};
        };
        CHECK(rest(once) == rest(alone));
        compared += once.clusters.size();
      }
    }
  CHECK(compared > 10000);
  const deployment_record stranger;
  const metric_readings read(metric_id::false_alerts_per_face, "", series.records, quality);
  CHECK_THROWS_AS(static_cast<void>(read.of(std::vector<const deployment_record*>{&stranger})), std::invalid_argument);
}
