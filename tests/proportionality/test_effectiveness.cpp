#include <lfreval/proportionality/effectiveness.hpp>

#include <doctest/doctest.h>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

comparator_entry tactic(const char* name, std::optional<bool> control, std::optional<bool> after, std::uint64_t seconds_spent, std::uint64_t arrests) {
  comparator_entry out;
  out.tactic = name;
  out.control = control;
  out.after = after;
  out.from = parse_iso_date("2024-01-01");
  out.to = parse_iso_date("2024-01-31");
  out.officer_seconds = seconds_spent;
  out.outcomes = {{"arrest", arrests}};
  return out;
}

deployment_series with_arrests() {
  deployment_series out = series_of(3);
  for (std::size_t i = 0; i < 3; ++i) out.records[i].outcomes.emplace("arrest", outcomes(i));
  return out;
}

} // namespace

TEST_CASE("M52: outcomes stand against the hours of all officers, where both are on record") {
  const deployment_series series = with_arrests();
  register_log registers;
  registers.staffing = {{"d1", 10, 3600}, {"d3", 10, 7200}};
  const indicator_parts made = effectiveness_parts(registers, uses_of(series, registers));
  CHECK(clusters_of(made, metric_id::outcomes_per_officer_hour, "arrest") == std::vector<cluster_tally>{{0, 3600}, {2, 7200}});
  CHECK(metric_in(made, metric_id::outcomes_per_officer_hour, "arrest").not_recorded == 1);
}

TEST_CASE("M50: without a tactic on record with its hours there is no ratio") {
  const deployment_series series = with_arrests();
  register_log registers;
  registers.staffing = {{"d1", 10, 3600}};
  CHECK(tactic_comparisons(registers, uses_of(series, registers)).empty());
  registers.comparators = {tactic("visits", std::nullopt, std::nullopt, 0, 3)};
  CHECK(tactic_comparisons(registers, uses_of(series, registers)).empty());
  CHECK(check_named(effectiveness_parts(registers, uses_of(series, registers)), "comparator_on_record").rows.size() == 1);
  registers.comparators[0].officer_seconds = 100;
  const auto made = tactic_comparisons(registers, uses_of(series, registers));
  REQUIRE(made.size() == 1);
  CHECK(made[0].tactic == "visits");
  CHECK(made[0].tactic_periods == std::vector<cluster_tally>{{3, 100}});
  CHECK(check_named(effectiveness_parts(registers, uses_of(series, registers)), "comparator_on_record").rows.empty());
  CHECK(check_named(effectiveness_parts(registers, uses_of(series, registers)), "alternatives_on_record").rows.size() == 1);
}

TEST_CASE("M51: a before and after without places where nothing was changed is confounded") {
  const deployment_series series = with_arrests();
  register_log registers;
  registers.staffing = {{"d1", 10, 3600}};
  registers.comparators = {tactic("visits", false, false, 100, 3), tactic("visits", false, true, 100, 5), tactic("visits", true, false, 100, 3)};
  CHECK(tactic_comparisons(registers, uses_of(series, registers)).at(0).confounded);
  registers.comparators.push_back(tactic("visits", true, true, 100, 3));
  CHECK_FALSE(tactic_comparisons(registers, uses_of(series, registers)).at(0).confounded);
}

TEST_CASE("M53: costs that are not on record are named") {
  const deployment_series series = with_arrests();
  register_log registers;
  CHECK(check_named(effectiveness_parts(registers, uses_of(series, registers)), "cost_on_record").examined == 0);
  registers.costs = {{"c1", "vendor", "GBP", 5}, {"c2", "staff", "GBP", 7}};
  const indicator_parts made = effectiveness_parts(registers, uses_of(series, registers));
  const record_check& cost = check_named(made, "cost_on_record");
  CHECK(cost.examined == 4);
  CHECK(cost.rows.size() == 2);
  CHECK(total_cost(registers) == 12);
}

TEST_CASE("M54, M47: what was written down after the first use is no expectation") {
  const deployment_series series = with_arrests();
  register_log registers;
  registers.expectations = {{"e1", "arrest", parse_iso_date("2024-03-03"), 6, std::nullopt, false}, {"e2", "arrest", parse_iso_date("2024-03-04"), 100, std::nullopt, true}};
  const auto uses = uses_of(series, registers);
  CHECK(expectation_answers(registers, uses) == std::vector<expectation_answer>{{"arrest", 6, 3}});
  const indicator_parts made = effectiveness_parts(registers, uses);
  CHECK(check_named(made, "preregistered_before_use").rows.size() == 1);
  CHECK(check_named(made, "preregistered_before_use").rows[0].deployment == "expectation 2");
  CHECK(check_named(made, "stop_rule_declared").rows.size() == 1);
  registers.expectations[0].stops = true;
  CHECK(check_named(effectiveness_parts(registers, uses), "stop_rule_declared").rows.empty());
}

TEST_CASE("an outcome that some deployment does not record has no total") {
  deployment_series series = with_arrests();
  CHECK(total_outcomes(uses_of(series, {})) == std::map<std::string, std::uint64_t>{{"arrest", 3}});
  series.records[1].outcomes.clear();
  CHECK(total_outcomes(uses_of(series, {})).empty());
  series.records[1].status = deployment_status::cancelled;
  CHECK(total_outcomes(uses_of(series, {})) == std::map<std::string, std::uint64_t>{{"arrest", 2}});
}
