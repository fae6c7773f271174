#include <lfreval/proportionality/effectiveness.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

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

std::map<std::string, std::vector<const comparator_entry*>> rows_by_tactic(const register_log& registers) {
  std::map<std::string, std::vector<const comparator_entry*>> out;
  for (const comparator_entry& one : registers.comparators) out[one.tactic].push_back(&one);
  return out;
}

/// The rows of one place that say when and what, each period in the order of its days.
struct place_rows {
  std::vector<const comparator_entry*> before, after;
  bool is_control = false, contradicts = false;

  [[nodiscard]] bool is_whole() const { return !before.empty() && !after.empty(); }
  [[nodiscard]] std::uint64_t rows() const { return before.size() + after.size(); }

  /// Days that are counted twice, and an after that begins before the before has ended, are no before and after.
  void put_in_order() {
    for (auto* period : {&before, &after}) std::sort(period->begin(), period->end(), [](const auto* a, const auto* b) { return std::tie(*a->from, *a->to) < std::tie(*b->from, *b->to); });
    std::vector<const comparator_entry*> all = before;
    all.insert(all.end(), after.begin(), after.end());
    for (std::size_t i = 1; i < all.size(); ++i) contradicts = contradicts || !(*all[i - 1]->to < *all[i]->from);
  }
};

cluster_tally sum_of(const std::vector<const comparator_entry*>& rows, const std::string& outcome) {
  cluster_tally out;
  for (const comparator_entry* one : rows) {
    out.events += one->outcomes.at(outcome);
    out.exposure += static_cast<std::uint64_t>(days_between(*one->from, *one->to) + 1);
  }
  return out;
}

/// First and last day of both periods over all places of one kind.
using days_covered = std::optional<std::array<calendar_date, 4>>;
void cover(days_covered& so_far, const place_rows& place) {
  const std::array<calendar_date, 4> own{*place.before.front()->from, *place.before.back()->to, *place.after.front()->from, *place.after.back()->to};
  if (!so_far) so_far = own;
  for (const std::size_t first : {0U, 2U}) {
    (*so_far)[first] = std::min((*so_far)[first], own[first]);
    (*so_far)[first + 1] = std::max((*so_far)[first + 1], own[first + 1]);
  }
}

change_comparison change_of(const std::string& tactic, const std::string& outcome, const std::vector<const comparator_entry*>& rows) {
  change_comparison out;
  out.tactic = tactic;
  out.outcome = outcome;
  std::map<std::string, place_rows> places;
  for (const comparator_entry* one : rows) {
    if (!one->outcomes.contains(outcome)) continue;
    if (one->site.empty() || !one->control || !one->after || !one->from || !one->to) {
      ++out.left_out;
      continue;
    }
    const auto [place, is_new] = places.try_emplace(one->site);
    place_rows& here = place->second;
    here.contradicts = here.contradicts || (!is_new && here.is_control != *one->control);
    here.is_control = *one->control;
    (*one->after ? here.after : here.before).push_back(one);
  }
  days_covered with, without;
  std::uint64_t total = 0;
  bool too_many = false;
  for (auto& entry : places) {
    place_rows& place = entry.second;
    place.put_in_order();
    out.contradicts = out.contradicts || place.contradicts;
    if (!place.is_whole()) {
      out.left_out += place.rows();
      continue;
    }
    out.sites.push_back({sum_of(place.before, outcome), sum_of(place.after, outcome), !place.is_control});
    total += out.sites.back().before.events + out.sites.back().after.events;
    too_many = too_many || total > largest_count;
    cover(place.is_control ? without : with, place);
  }
  if (out.contradicts || too_many) {
    out.contradicts = true;
    out.missing = too_many ? "The counts are beyond what can be added up." : "Rows of one place overlap in days, are in the wrong order, or disagree on whether facial recognition was used there.";
    out.remedy = "Put in order the rows of each place: one for each stretch of days, those before facial recognition began first.";
  } else if (!with) {
    out.missing = "No place where facial recognition came into use is on record both before and after.";
    out.remedy = "Register, for a place where facial recognition came into use and for one where it never did, what was counted before and after, with the days.";
  } else if (!without || *with != *without) {
    out.confounded = true;
    out.missing = !without ? "No place where facial recognition was never used is on record both before and after: whatever else changed meanwhile is in the change."
                           : "The places where facial recognition was never used are on record over other days than those where it came into use.";
    out.remedy = "Register places where facial recognition was never used, over the same days before and after.";
  }
  return out;
}

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

std::vector<cluster_tally> tactic_periods(const register_log& registers, const std::string& tactic, const std::string& outcome) {
  std::vector<cluster_tally> out;
  for (const comparator_entry& one : registers.comparators)
    if (const auto n = one.outcomes.find(outcome); one.tactic == tactic && n != one.outcomes.end() && has_whole_account(one)) out.push_back({n->second, *one.officer_seconds});
  return out;
}

std::optional<double> officer_seconds_per_deployment(const register_log& registers, const std::vector<deployment_use>& uses) {
  double sum = 0.0, n = 0.0;
  for (const deployment_use& use : uses)
    if (const staffing_entry* officers = staffing_of(registers, use); officers != nullptr && officers->officer_seconds != 0) {
      sum += static_cast<double>(officers->officer_seconds);
      n += 1.0;
    }
  return n == 0.0 ? std::nullopt : std::optional(sum / n);
}

std::vector<tactic_comparison> tactic_comparisons(const register_log& registers, const std::vector<deployment_use>& uses) {
  std::vector<tactic_comparison> out;
  for (const auto& [tactic, rows] : rows_by_tactic(registers)) {
    // Sites without either tactic, before and after, are what shows how much would have changed anyway.
    bool before = false, after = false;
    for (const comparator_entry* one : rows) {
      before = before || (one->control == true && one->after == false);
      after = after || (one->control == true && one->after == true);
    }
    for (const std::string& outcome : outcome_names(uses)) {
      tactic_comparison made{tactic, outcome, per_officer_time(registers, uses, outcome).clusters, tactic_periods(registers, tactic, outcome), !(before && after)};
      if (!made.deployments.empty() && !made.tactic_periods.empty()) out.push_back(std::move(made));
    }
  }
  return out;
}

std::vector<change_comparison> change_comparisons(const register_log& registers) {
  std::vector<change_comparison> out;
  for (const auto& [tactic, rows] : rows_by_tactic(registers)) {
    if (std::none_of(rows.begin(), rows.end(), [](const comparator_entry* one) { return one->after || one->control; })) continue;
    std::set<std::string> recorded;
    for (const comparator_entry* one : rows)
      for (const auto& entry : one->outcomes) recorded.insert(entry.first);
    for (const std::string& outcome : recorded) out.push_back(change_of(tactic, outcome, rows));
  }
  return out;
}

declared_margin margin_for(const register_log& registers, const std::vector<deployment_use>& uses, const std::string& outcome) {
  declared_margin out;
  const auto first = first_day(uses);
  for (const expectation_entry& one : registers.expectations) {
    if (one.outcome != outcome || !one.margin) continue;
    if (!first || !one.registered || !(*one.registered < *first)) {
      out.withheld = "a margin that is not registered before the first use is not used";
      continue;
    }
    if (out.share && *out.share != *one.margin) return {std::nullopt, "margins that differ are on record, and none is used"};
    out.share = one.margin;
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
