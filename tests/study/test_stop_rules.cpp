#include <lfreval/study/stop_rules.hpp>

#include <doctest/doctest.h>
#include <string>

#include "support/study_text.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

std::string rule(const std::string& more, const std::string& metric = "false_alerts_per_face", const std::string& when = "limit") {
  return limited_study_head + "[[stop_rule]]\nname = \"r\"\nmetric = \"" + metric + "\"\nwhen = \"" + when + "\"\naction = \"pause\"\nowner = \"the commander\"\n" + more;
}

/// The column name of the first error; both readers must tell it.
std::string fault(const std::string& text) {
  const auto rules = parse_stop_rules(text, "s.toml");
  const auto declared = parse_study(text, "s.toml");
  REQUIRE_FALSE(rules.has_value());
  REQUIRE_FALSE(declared.has_value());
  CHECK(rules.error() == declared.error());
  return rules.error().front().column_name;
}

} // namespace

TEST_CASE("stop rules are read with their baseline in the unit that is counted") {
  const auto limit = parse_stop_rules(rule(""), "s.toml");
  REQUIRE(limit.has_value());
  REQUIRE(limit->size() == 1);
  CHECK(limit->front().when == stop_rule::signal::limit);
  CHECK(limit->front().owner == "the commander");
  const auto shift = parse_stop_rules(rule("baseline = { events = 3, exposure = 40 }\nonce_in = 500\nshift = 3\n", "false_alerts_per_hour", "shift"), "s.toml");
  REQUIRE(shift.has_value());
  CHECK(shift->front().baseline_events == 3);
  CHECK(shift->front().baseline_exposure == 40 * 3600);
  CHECK(shift->front().once_in == 500 * 3600);
  CHECK(shift->front().shift == 3.0);
  CHECK(parse_stop_rules(limited_study_head, "s.toml")->empty());
  CHECK(parse_stop_rules("\xef\xbb\xbf" + rule(""), "s.toml")->size() == 1);
}

TEST_CASE("a stop rule that could never trigger is refused with the study") {
  CHECK(fault(rule("", "alerts_per_face")) == "limit"); // no limit was declared on it
  CHECK(fault(rule("[[group]]\nname = \"sex\"\n[[limit]]\nmetric = \"alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\nsource = \"test\"\nin_every = \"sex\"\n", "alerts_per_face")) == "limit"); // only one for groups
  CHECK(fault(rule("", "true_positive_identification_rate")) == "stop_rule.metric");
  CHECK(fault(rule("", "false_alert_per_face")) == "stop_rule.metric");
  CHECK(fault(rule("shift = 2\n")) == "stop_rule.shift");
  CHECK(fault(rule("once_in = 1000\n", "false_alerts_per_face", "shift")) == "stop_rule.baseline");
  CHECK(fault(rule("baseline = { events = 1, exposure = 2 }\nonce_in = 1000\n", "false_alerts_per_face", "shift")) == "stop_rule.shift");
  CHECK(fault(rule("baseline = { events = 0, exposure = 2 }\nonce_in = 1000\n", "false_alerts_per_face", "shift")) == "stop_rule.baseline");
  CHECK(fault(rule("") + rule("").substr(limited_study_head.size())) == "stop_rule.name");
  CHECK(fault(rule("", "false_alerts_per_face", "sometimes")) == "stop_rule[].when");
}
