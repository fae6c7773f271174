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

namespace {

/// One place of a tactic in one period; days as in `from` and `to`.
comparator_entry counted_at(const char* site, bool control, bool after, const char* from, const char* to, std::uint64_t thefts) {
  comparator_entry out;
  out.tactic = "patrol";
  out.site = site;
  out.control = control;
  out.after = after;
  out.from = parse_iso_date(from);
  out.to = parse_iso_date(to);
  out.outcomes = {{"theft", thefts}};
  return out;
}

register_log two_places() {
  register_log out;
  out.comparators = {counted_at("market", false, false, "2024-01-01", "2024-01-31", 40), counted_at("market", false, true, "2024-03-01", "2024-03-10", 9),
                     counted_at("quay", true, false, "2024-01-01", "2024-01-31", 30), counted_at("quay", true, true, "2024-03-01", "2024-03-10", 8)};
  return out;
}

change_comparison only_change(const register_log& registers) {
  auto all = change_comparisons(registers);
  REQUIRE(all.size() == 1);
  return all[0];
}

} // namespace

TEST_CASE("K02: places before and after are counted by day, both days among them") {
  const change_comparison found = only_change(two_places());
  CHECK(found.tactic == "patrol");
  CHECK(found.outcome == "theft");
  CHECK(found.missing.empty());
  CHECK(found.left_out == 0);
  REQUIRE(found.sites.size() == 2);
  CHECK(found.sites[0].changed);
  CHECK(found.sites[0].before == cluster_tally{40, 31});
  CHECK(found.sites[0].after == cluster_tally{9, 10});
  CHECK_FALSE(found.sites[1].changed);
  CHECK(found.sites[1].before == cluster_tally{30, 31});
  CHECK(found.sites[1].after == cluster_tally{8, 10});
}

TEST_CASE("M51: no change is told without a place where facial recognition was never used, over the same days") {
  register_log registers = two_places();
  registers.comparators.resize(2);
  CHECK(only_change(registers).confounded);
  CHECK_FALSE(only_change(registers).missing.empty());
  CHECK_FALSE(only_change(registers).remedy.empty());

  registers = two_places();
  registers.comparators.erase(registers.comparators.begin() + 3); // the quay has no after
  CHECK(only_change(registers).confounded);
  CHECK(only_change(registers).left_out == 1);

  registers = two_places();
  registers.comparators[3].to = parse_iso_date("2024-03-11");
  CHECK(only_change(registers).confounded);
  CHECK(only_change(registers).missing.find("other days") != std::string::npos);

  registers = two_places();
  registers.comparators.erase(registers.comparators.begin()); // the market has no before
  CHECK_FALSE(only_change(registers).confounded);
  CHECK(only_change(registers).missing.find("came into use") != std::string::npos);
}

TEST_CASE("M51: days counted twice and periods in the wrong order are no before and after") {
  register_log registers = two_places();
  registers.comparators.push_back(counted_at("market", false, false, "2024-01-31", "2024-02-10", 3));
  CHECK(only_change(registers).contradicts);
  registers.comparators.back().from = parse_iso_date("2024-02-01");
  CHECK_FALSE(only_change(registers).contradicts);
  registers.comparators.back().from = registers.comparators.back().to = parse_iso_date("2024-03-05");
  CHECK(only_change(registers).contradicts);
  registers = two_places();
  registers.comparators[2].site = "market"; // with and without at one place
  CHECK(only_change(registers).contradicts);
}

TEST_CASE("rows that do not say where, when or of what kind are left out and counted") {
  register_log registers = two_places();
  registers.comparators.push_back(counted_at("", false, false, "2024-01-01", "2024-01-31", 7));
  registers.comparators.push_back(counted_at("arcade", false, false, "2024-01-01", "2024-01-31", 7));
  registers.comparators.back().control.reset();
  const change_comparison found = only_change(registers);
  CHECK(found.missing.empty());
  CHECK(found.left_out == 2);
  CHECK(found.sites.size() == 2);
  // A tactic of which no row says when or where facial recognition came into use has no change to tell.
  for (comparator_entry& one : registers.comparators) {
    one.control.reset();
    one.after.reset();
  }
  CHECK(change_comparisons(registers).empty());
}

TEST_CASE("M54: a margin counts when it was registered before the first use, and only one") {
  const deployment_series series = with_arrests();
  register_log registers;
  const auto uses = uses_of(series, registers);
  CHECK_FALSE(margin_for(registers, uses, "arrest").share.has_value());
  CHECK(margin_for(registers, uses, "arrest").withheld.empty());
  const auto margin = [](const char* day, double share) { return expectation_entry{"e", "arrest", parse_iso_date(day), std::nullopt, std::nullopt, false, share}; };
  registers.expectations = {margin("2024-03-03", 0.8)};
  CHECK(margin_for(registers, uses, "arrest").share == 0.8);
  CHECK_FALSE(margin_for(registers, uses, "caution").share.has_value());
  registers.expectations.push_back(margin("2024-03-01", 0.8));
  CHECK(margin_for(registers, uses, "arrest").share == 0.8);
  registers.expectations.push_back(margin("2024-03-02", 0.7));
  CHECK_FALSE(margin_for(registers, uses, "arrest").share.has_value());
  CHECK(margin_for(registers, uses, "arrest").withheld.find("differ") != std::string::npos);
  registers.expectations = {margin("2024-03-04", 0.8)}; // the day of the first use
  CHECK_FALSE(margin_for(registers, uses, "arrest").share.has_value());
  CHECK(margin_for(registers, uses, "arrest").withheld.find("before the first use") != std::string::npos);
}

TEST_CASE("the officer time of a deployment is the mean of those on record") {
  const deployment_series series = with_arrests();
  register_log registers;
  CHECK_FALSE(officer_seconds_per_deployment(registers, uses_of(series, registers)).has_value());
  registers.staffing = {{"d1", 10, 3600}, {"d2", 10, 0}, {"d3", 10, 7200}};
  CHECK(officer_seconds_per_deployment(registers, uses_of(series, registers)) == 5400.0);
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
