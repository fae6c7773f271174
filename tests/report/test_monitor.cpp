// What is watched of a series, and that looking does not depend on how it was fed.
#include <lfreval/report/monitor.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/types/date.hpp>

#include "support/study_text.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

const std::string text = limited_study_head + R"([[stop_rule]]
name = "doubled"
metric = "false_alerts_per_hour"
when = "shift"
baseline = { events = 1, exposure = 1 }
once_in = 100
action = "look"
owner = "somebody"
)";

/// Deployments of an hour with 2,000 faces each.
deployment_series series_of(const std::vector<std::uint64_t>& false_ones) {
  deployment_series out;
  for (std::size_t i = 0; i < false_ones.size(); ++i) {
    deployment_record r;
    r.force = "F";
    r.deployment = "d" + std::to_string(100 + i);
    r.source = "a";
    r.label_source = "published";
    r.date = parse_iso_date(i < 20 ? "2024-01-" + std::to_string(10 + i) : "2024-02-" + std::to_string(10 + i - 20));
    r.duration = seconds(3600);
    r.threshold = "0.6";
    r.faces = faces(2000);
    r.alerts = alerts(false_ones[i] + 1);
    r.published_true_alerts = true_alerts(1);
    r.published_false_alerts = false_alerts(false_ones[i]);
    out.records.push_back(r);
  }
  return out;
}

/// One score in the middle of five.
std::vector<double> five_around(double level) { return {level + 0.02, level - 0.01, level, level + 0.01, level - 0.02}; }

/// Levels in no particular order, raised from a place on.
std::vector<double> levels(std::size_t n, std::size_t raised_from) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(0.7 + static_cast<double>(i * 7 % 11) / 1000.0 + (i >= raised_from ? 0.05 : 0.0));
  return out;
}

void add_alert(deployment_series& series, const std::string& deployment, std::optional<double> score) {
  alert_case one;
  one.deployment = deployment;
  one.score = score;
  series.alert_cases.push_back(one);
}

/// Deployments of a log, each with five scores around its level.
deployment_series logged(const std::vector<double>& of_levels) {
  deployment_series out = series_of(std::vector<std::uint64_t>(of_levels.size(), 0));
  for (std::size_t i = 0; i < of_levels.size(); ++i) {
    out.records[i].is_log = true;
    for (const double score : five_around(of_levels[i])) add_alert(out, out.records[i].deployment, score);
  }
  return out;
}

std::vector<monitor_alarm> score_alarms(const monitor_report& of) {
  std::vector<monitor_alarm> out;
  std::copy_if(of.alarms.begin(), of.alarms.end(), std::back_inserter(out), [](const monitor_alarm& a) { return a.what == monitor_alarm::kind::score_drift; });
  return out;
}

struct watched {
  study declared = parse_study(text, "s.toml").value();
  std::vector<stop_rule> rules = parse_stop_rules(text, "s.toml").value();
  monitor_state empty = empty_monitor_state(declared, rules);
};

} // namespace

TEST_CASE("a state fed one deployment at a time is the state fed at once and gives the same alarms") {
  const watched w;
  const auto series = series_of({1, 0, 2, 1, 6, 7, 5, 8, 6, 7, 9, 5, 6, 8, 7});
  monitor_state once = w.empty, step = w.empty;
  const auto all = watched_deployments(w.empty, series);
  REQUIRE(feed(once, all, "f").value() == 15);
  for (std::size_t n = 1; n <= all.deployments.size(); ++n) {
    watched_series some = all;
    some.deployments.resize(n);
    REQUIRE(feed(step, some, "f").value() == 1);
  }
  CHECK(to_json(once) == to_json(step));
  const auto a = watch(w.declared, w.rules, once), b = watch(w.declared, w.rules, step);
  CHECK(a.alarms == b.alarms);
  CHECK(to_text(a) == to_text(b));
  CHECK(a.triggered());
  // What a shorter history alarmed about stays as it was.
  monitor_state part = w.empty;
  watched_series some = all;
  some.deployments.resize(9);
  REQUIRE(feed(part, some, "f").has_value());
  const auto early = watch(w.declared, w.rules, part);
  REQUIRE(early.alarms.size() <= a.alarms.size());
  for (std::size_t i = 0; i < early.alarms.size(); ++i) CHECK(early.alarms[i] == a.alarms[i]);
}

TEST_CASE("a state is read back as it was written and only under the rules it was begun with") {
  watched w;
  monitor_state state = w.empty;
  REQUIRE(feed(state, watched_deployments(w.empty, series_of({1, 2, 0})), "f").has_value());
  const std::string written = to_json(state);
  CHECK(read_monitor_state(written, "f", w.empty).value() == state);
  w.rules.front().owner = "somebody else";
  const monitor_state other = empty_monitor_state(w.declared, w.rules);
  CHECK(other.rules_sha256 != w.empty.rules_sha256);
  CHECK_FALSE(read_monitor_state(written, "f", other).has_value());
  CHECK_FALSE(read_monitor_state(written + " ", "f", w.empty).has_value());
  CHECK_FALSE(read_monitor_state(std::string(1000, '['), "f", w.empty).has_value());
}

TEST_CASE("cancelled deployments and those without a date are counted and not watched and contradictions enter no rate") {
  const watched w;
  auto series = series_of({1, 2, 0, 1});
  series.records[0].status = deployment_status::cancelled;
  series.records[1].date.reset();
  series.records[2].alerts = alerts(9); // 1 true and 0 false do not make 9
  const auto found = watched_deployments(w.empty, series, parse_iso_date("2024-01-12"));
  CHECK(found.cancelled == 1);
  CHECK(found.without_date == 1);
  CHECK(found.after == 1);
  REQUIRE(found.deployments.size() == 1);
  CHECK_FALSE(found.deployments.front().counts.front().has_value());
}

TEST_CASE("scores that have drifted give an alarm in the stream they have drifted in and in no other") {
  const watched w;
  deployment_series both = logged(levels(40, 40));
  deployment_series other = logged(levels(40, 20));
  for (deployment_record& r : other.records) {
    r.force = "G";
    r.deployment[0] = 'e';
    both.records.push_back(r);
  }
  for (alert_case& one : other.alert_cases) {
    one.deployment[0] = 'e';
    both.alert_cases.push_back(one);
  }
  monitor_state state = w.empty;
  REQUIRE(feed(state, watched_deployments(w.empty, both), "f").value() == 80);
  const monitor_report r = watch(w.declared, w.rules, state);
  const auto alarms = score_alarms(r);
  REQUIRE(alarms.size() == 1);
  CHECK(r.state.fed[alarms[0].at].force == "G");
  CHECK(r.state.fed[alarms[0].at].deployment == "e131"); // the 32nd value: where `signals` of tests/cli/test_monitor.py, written from the formula, reaches 500
  CHECK(alarms[0].about == "G");
  CHECK(alarms[0].value >= 500.0);
  CHECK(alarms[0].level == 500.0);
  CHECK(alarms[0].sentence.find("scores of alerts have drifted upwards") != std::string::npos);
  CHECK(alarms[0].rule.empty());
  CHECK_FALSE(r.triggered());
  REQUIRE(r.streams.size() == 2);
  for (const monitor_stream& stream : r.streams) CHECK(stream.scores_held == 40);
}

TEST_CASE("scores that change with the threshold, the system or the list are no drift") {
  const watched w;
  const auto alarms_after = [&](const auto& change) {
    deployment_series series = logged(levels(40, 20));
    for (std::size_t i = 20; i < 40; ++i) change(series.records[i]);
    monitor_state state = w.empty;
    REQUIRE(feed(state, watched_deployments(w.empty, series), "f").has_value());
    return score_alarms(watch(w.declared, w.rules, state)).size();
  };
  CHECK(alarms_after([](deployment_record&) {}) == 1);
  CHECK(alarms_after([](deployment_record& r) { r.site = "South"; }) == 1);
  CHECK(alarms_after([](deployment_record& r) { r.threshold = "0.64"; }) == 0);
  CHECK(alarms_after([](deployment_record& r) { r.system = "V 6"; }) == 0);
  CHECK(alarms_after([](deployment_record& r) { r.watchlist_images = watchlist_images(9000); }) == 0);
}

TEST_CASE("the drift of scores does not depend on how deployments were fed or alerts were ordered") {
  const watched w;
  const deployment_series series = logged(levels(36, 16));
  deployment_series reversed = series;
  std::reverse(reversed.records.begin(), reversed.records.end());
  std::reverse(reversed.alert_cases.begin(), reversed.alert_cases.end());
  const auto all = watched_deployments(w.empty, series);
  CHECK(all.deployments == watched_deployments(w.empty, reversed).deployments);
  monitor_state once = w.empty, step = w.empty;
  REQUIRE(feed(once, all, "f").has_value());
  const auto alarms = watch(w.declared, w.rules, once).alarms;
  REQUIRE_FALSE(alarms.empty());
  for (std::size_t n = 1; n <= all.deployments.size(); ++n) {
    watched_series some = all;
    some.deployments.resize(n);
    REQUIRE(feed(step, some, "f").value() == 1);
    step = read_monitor_state(to_json(step), "f", w.empty).value();
    // What was told early is told alike later.
    const auto early = watch(w.declared, w.rules, step).alarms;
    REQUIRE(early.size() <= alarms.size());
    CHECK(std::equal(early.begin(), early.end(), alarms.begin()));
  }
  CHECK(to_json(step) == to_json(once));
}

TEST_CASE("the score of a deployment is the median of its alerts, and too few of them are counted and held against nothing") {
  const watched w;
  deployment_series series = logged(levels(20, 20));
  for (std::size_t i = 20; i < 40; ++i) {
    series.records.push_back(logged(levels(40, 40)).records[i]);
    for (const double score : {0.97, 0.96, 0.98, 0.99}) add_alert(series, series.records[i].deployment, score); // four: one too few
  }
  add_alert(series, "d100", 0.9);          // five and this one: halfway from the third to the fourth
  add_alert(series, "d101", std::nullopt); // raised, and no score kept
  add_alert(series, "d102", std::nullopt);
  add_alert(series, "nowhere", 0.8);
  deployment_record uncounted = series.records[39];
  uncounted.deployment = "d200";
  uncounted.alerts.reset();
  series.records.push_back(uncounted);
  const auto found = watched_deployments(w.empty, series);
  CHECK(found.alerts_without_score == 2);
  CHECK(found.alerts_elsewhere == 1);
  CHECK(found.logs_without_total == 1);
  REQUIRE(found.deployments.size() == 41);
  REQUIRE(found.deployments[0].scores.has_value());
  CHECK(found.deployments[0].scores->alerts == 6);
  CHECK(found.deployments[0].scores->median == doctest::Approx(0.705).epsilon(1e-12)); // of 0.68 0.69 0.70 0.71 0.72 0.9
  CHECK(found.deployments[1].scores.value().alerts == 5);
  CHECK(found.deployments[20].scores.value().alerts == 4);
  CHECK_FALSE(found.deployments[40].scores.has_value());

  monitor_state state = w.empty;
  REQUIRE(feed(state, found, "f").has_value());
  monitor_report r = watch(w.declared, w.rules, state);
  CHECK(score_alarms(r).empty());
  REQUIRE(r.streams.size() == 1);
  CHECK(r.streams[0].with_scores == 40);
  CHECK(r.streams[0].scores_held == 20);
  r.left_out = found;
  const std::string told = to_text(r);
  CHECK(told.find("SCORES OF ALERTS\n") != std::string::npos);
  CHECK(told.find("2 alerts without a score\n") != std::string::npos);
  CHECK(told.find("1 alert of deployments that are not watched\n") != std::string::npos);
  CHECK(told.find("1 deployment whose alerts are not all on record") != std::string::npos);
}

TEST_CASE("a state keeps its scores, is as it was without any, and takes none for deployments that were fed without") {
  const watched w;
  const deployment_series with = logged(levels(3, 3));
  deployment_series without = with;
  without.alert_cases.clear();
  monitor_state before = w.empty, after = w.empty;
  REQUIRE(feed(before, watched_deployments(w.empty, without), "f").has_value());
  REQUIRE(feed(after, watched_deployments(w.empty, with), "f").has_value());
  CHECK(to_json(before).find("\"monitor_schema\": 1,") != std::string::npos);
  CHECK(to_json(before).find("scores") == std::string::npos);
  const std::string written = to_json(after);
  CHECK(written.find("\"monitor_schema\": 2,") != std::string::npos);
  CHECK(written.find("\"scores_and_median\":[5,0.7]") != std::string::npos);
  CHECK(read_monitor_state(written, "f", w.empty).value() == after);
  CHECK(to_text(watch(w.declared, w.rules, before)).find("SCORES") == std::string::npos);

  const auto refused = feed(before, watched_deployments(w.empty, with), "f");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().value.find("other scores of alerts") != std::string::npos);
  for (const char* wrong : {"[5,0.8]", "[0,0.7]", "[5,null]", "[5]", "[5,1e999]", "[-5,0.7]", "[5,\"0.7\"]", "null"}) {
    CAPTURE(wrong);
    std::string changed = written;
    changed.replace(changed.find("[5,0.7]"), 7, wrong);
    CHECK_FALSE(read_monitor_state(changed, "f", w.empty).has_value());
  }
}

TEST_CASE("a limit for every group is not watched, and that is said") {
  const std::string more = text + "[[group]]\nname = \"sex\"\n[[limit]]\nmetric = \"alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\nsource = \"test\"\nin_every = \"sex\"\n";
  const watched w{parse_study(more, "s.toml").value(), parse_stop_rules(more, "s.toml").value()};
  CHECK(std::find(w.empty.metrics.begin(), w.empty.metrics.end(), metric_id::alerts_per_face) == w.empty.metrics.end());
  monitor_state state = w.empty;
  REQUIRE(feed(state, watched_deployments(w.empty, series_of({1, 2, 0})), "f").has_value());
  const auto report = watch(w.declared, w.rules, state);
  REQUIRE(report.limits.size() == 1);
  CHECK(report.limits.front().declared.metric == metric_id::false_alerts_per_face);
  REQUIRE(report.of_groups.size() == 1);
  CHECK(report.of_groups.front().in_every == "sex");
  CHECK(to_text(report).find("not watched, because") != std::string::npos);
}
