#include <lfreval/proportionality/effectiveness.hpp>

#include <algorithm>
#include <set>

namespace lfreval {

namespace {

const staffing_entry* staffing_of(const register_log& registers, const deployment_use& use) {
  const auto at = std::find_if(registers.staffing.begin(), registers.staffing.end(), [&](const staffing_entry& s) { return s.id == use.name; });
  return at == registers.staffing.end() ? nullptr : &*at;
}

std::set<std::string> outcome_names(const std::vector<deployment_use>& uses) {
  std::set<std::string> out;
  for (const deployment_use& use : uses)
    for (const auto& entry : use.record->outcomes) out.insert(entry.first);
  return out;
}

/// Outcomes and officer-seconds of the deployments that record both.
tallied_metric per_officer_time(const register_log& registers, const std::vector<deployment_use>& uses, const std::string& outcome) {
  tallied_metric out{metric_id::outcomes_per_officer_hour, outcome, cluster_unit::deployment, {}, 0};
  for (const deployment_use& use : uses) {
    const staffing_entry* officers = staffing_of(registers, use);
    const auto made = use.record->outcomes.find(outcome);
    if (officers == nullptr || officers->officer_seconds == 0 || made == use.record->outcomes.end()) { ++out.not_recorded; continue; }
    out.clusters.push_back({made->second.value(), officers->officer_seconds});
  }
  return out;
}

bool has_whole_account(const comparator_entry& one) { return one.officer_seconds && *one.officer_seconds != 0 && one.from && one.to && !one.outcomes.empty(); }

} // namespace

indicator_parts effectiveness_parts(const register_log& registers, const std::vector<deployment_use>& uses) {
  indicator_parts out;
  for (const std::string& outcome : outcome_names(uses)) out.metrics.push_back(per_officer_time(registers, uses, outcome));

  indicator_check comparator = started_check("comparator_on_record", "At least one other tactic is on record with its days, officer hours and outcomes");
  indicator_check alternatives = started_check("alternatives_on_record", "At least one less intrusive means is on record with the reason why it was not enough");
  comparator.made.examined = alternatives.made.examined = registers.comparators.size();
  if (std::none_of(registers.comparators.begin(), registers.comparators.end(), has_whole_account) && !registers.comparators.empty())
    name_row(comparator, "all comparators", "days, officer hours or outcomes are missing");
  if (std::none_of(registers.comparators.begin(), registers.comparators.end(), [](const comparator_entry& c) { return c.reasoned; }) && !registers.comparators.empty())
    name_row(alternatives, "all comparators", "no reason on record");
  out.checks.push_back(std::move(comparator));
  out.checks.push_back(std::move(alternatives));

  indicator_check cost = started_check("cost_on_record", "The costs of the vendor, equipment, staff and what was sunk before are on record");
  if (!registers.costs.empty())
    for (const char* kind : {"vendor", "equipment", "staff", "sunk"}) {
      ++cost.made.examined;
      if (std::none_of(registers.costs.begin(), registers.costs.end(), [&](const cost_entry& c) { return c.kind == kind; })) name_row(cost, kind, "not on record");
    }
  out.checks.push_back(std::move(cost));

  indicator_check before = started_check("preregistered_before_use", "Each expectation was written down before the first use");
  indicator_check stops = started_check("stop_rule_declared", "A rule to stop was declared before the first use");
  if (const auto first = first_day(uses); first && !registers.expectations.empty()) {
    std::uint64_t ordinal = 0;
    bool declared = false;
    for (const expectation_entry& one : registers.expectations) {
      ++ordinal;
      ++before.made.examined;
      const bool early = one.registered && *one.registered < *first;
      if (!early) name_row(before, "expectation " + std::to_string(ordinal), (one.registered ? "registered " + to_iso(*one.registered) : std::string("without a date")) + "; first use " + to_iso(*first));
      declared = declared || (early && one.stops);
    }
    stops.made.examined = 1;
    if (!declared) name_row(stops, "all expectations", "no rule to stop before " + to_iso(*first));
  }
  out.checks.push_back(std::move(before));
  out.checks.push_back(std::move(stops));
  return out;
}

std::vector<tactic_comparison> tactic_comparisons(const register_log& registers, const std::vector<deployment_use>& uses) {
  std::map<std::string, std::vector<const comparator_entry*>> by_tactic;
  for (const comparator_entry& one : registers.comparators) by_tactic[one.tactic].push_back(&one);
  std::vector<tactic_comparison> out;
  for (const auto& entry : by_tactic) {
    const std::vector<const comparator_entry*>& rows = entry.second;
    // Sites without either tactic, before and after, are what shows how much would have changed anyway.
    const auto controls = [&](bool after) { return std::any_of(rows.begin(), rows.end(), [&](const comparator_entry* c) { return c->control == true && c->after == after; }); };
    for (const std::string& outcome : outcome_names(uses)) {
      tactic_comparison made{entry.first, outcome, per_officer_time(registers, uses, outcome).clusters, {}, !(controls(false) && controls(true))};
      for (const comparator_entry* one : rows)
        if (const auto n = one->outcomes.find(outcome); n != one->outcomes.end() && has_whole_account(*one)) made.tactic_periods.push_back({n->second, *one->officer_seconds});
      if (!made.deployments.empty() && !made.tactic_periods.empty()) out.push_back(std::move(made));
    }
  }
  return out;
}

std::vector<expectation_answer> expectation_answers(const register_log& registers, const std::vector<deployment_use>& uses) {
  std::vector<expectation_answer> out;
  const auto first = first_day(uses);
  const auto achieved = total_outcomes(uses);
  std::map<std::string, std::uint64_t> expected;
  for (const expectation_entry& one : registers.expectations)
    if (first && one.registered && *one.registered < *first && one.expected && !one.outcome.empty()) expected[one.outcome] += *one.expected;
  for (const auto& [outcome, n] : expected)
    if (const auto at = achieved.find(outcome); at != achieved.end()) out.push_back({outcome, n, at->second});
  return out;
}

std::uint64_t total_cost(const register_log& registers) {
  std::uint64_t out = 0;
  for (const cost_entry& one : registers.costs) out += one.amount;
  return out;
}

std::map<std::string, std::uint64_t> total_outcomes(const std::vector<deployment_use>& uses) {
  std::map<std::string, std::uint64_t> out;
  for (const std::string& name : outcome_names(uses)) {
    bool complete = true;
    std::uint64_t sum = 0;
    for (const deployment_use& use : uses) {
      const auto at = use.record->outcomes.find(name);
      if (at != use.record->outcomes.end()) sum += at->second.value();
      else if (use.record->status == deployment_status::completed) complete = false;
    }
    if (complete) out.emplace(name, sum);
  }
  return out;
}

} // namespace lfreval
