// What is watched of a series, and that looking does not depend on how it was fed.
#include <lfreval/report/monitor.hpp>

#include <doctest/doctest.h>
#include <string>

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
