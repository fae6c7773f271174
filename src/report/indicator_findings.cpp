#include "report/indicator_findings.hpp"

#include <algorithm>
#include <set>

#include <lfreval/proportionality/adjudication.hpp>
#include <lfreval/proportionality/conduct.hpp>
#include <lfreval/proportionality/documents.hpp>
#include <lfreval/proportionality/effectiveness.hpp>
#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/proportionality/test_evidence.hpp>
#include <lfreval/proportionality/watchlist_register.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/number.hpp>

#include "report/rate_task.hpp"

namespace lfreval {

namespace {

/// Tables and registers that the study gives.
std::set<std::string_view> evidence_given(const study& declared, const deployment_series& series, const trial_log& trials, const register_log& registers) {
  std::set<std::string_view> out(registers.given.begin(), registers.given.end());
  const auto has_table = [&](std::string_view name) { return std::any_of(declared.sources.begin(), declared.sources.end(), [&](const study_source& s) { return s.table == name; }); };
  if (!series.records.empty()) out.insert("deployments");
  if (!series.alert_cases.empty() || has_table("alerts")) out.insert("alerts");
  if (!trials.entries.empty() || has_table("watchlist")) out.insert("watchlist");
  if (!trials.passages.empty()) out.insert("passages");
  return out;
}

bool can_be_had(std::string_view key, const std::set<std::string_view>& given) {
  const indicator* row = find_indicator(key);
  if (row == nullptr) return true;
  const auto names = evidence_names();
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return !needs(*row, name) || given.contains(name); });
}

std::string register_words(std::string_view name) {
  if (name == "alerts") return "Log of alerts, one by one";
  if (name == "watchlist") return "Register of the watchlist";
  if (name == "tests") return "Register of test reports";
  if (name == "comparators") return "Register of other tactics";
  if (name == "retention") return "Register of retention periods";
  return "Register of " + std::string(name);
}

/// One item for each table or register that was not given, with everything that has no value because of it.
std::vector<not_measured_item> missing_registers(const std::set<std::string_view>& given) {
  std::vector<not_measured_item> out;
  for (const std::string_view name : evidence_names()) {
    if (given.contains(name) || name == "deployments" || name == "passages") continue;
    not_measured_item item;
    item.topic = register_words(name);
    item.why = name == "alerts" || name == "watchlist" ? "No table of this kind was given: what it would tell is not known, and its absence says nothing about it."
                                                       : "The study names no such register: what it would tell is not known, and its absence says nothing about it.";
    item.remedy = std::string(remedy_for(name));
    for (const indicator& row : indicators())
      if (needs(row, name)) item.metrics.emplace_back(row.key);
    out.push_back(std::move(item));
  }
  return out;
}

void append(indicator_parts& to, indicator_parts more) {
  std::move(more.metrics.begin(), more.metrics.end(), std::back_inserter(to.metrics));
  std::move(more.checks.begin(), more.checks.end(), std::back_inserter(to.checks));
  std::move(more.distributions.begin(), more.distributions.end(), std::back_inserter(to.distributions));
}

finding check_of(const indicator_check& check) {
  finding f = begun_finding(check.made.name, finding_kind::check, check.axes);
  f.value = check.made;
  if (check.made.examined == 0 && check.made.rows.empty()) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record: " + check.made.rule + ".";
    return f;
  }
  record_check made = check.made;
  f.sentence = made.rule + ": " + grouped(made.examined) + " examined, " + (made.rows.empty() ? std::string("none against it.") : grouped(made.rows.size()) + " against it.");
  made.sentence = f.sentence;
  f.value = std::move(made);
  return f;
}

finding distribution_finding(const indicator_distribution& of) {
  const indicator& row = *find_indicator(of.key);
  finding f = begun_finding(of.key, finding_kind::quantity, of.axes);
  const auto made = distribution_of(of.values);
  if (!made) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record: " + std::string(row.name) + ".";
    return f;
  }
  if (of.not_recorded != 0) f.flags |= flag::rows_left_out;
  const auto words = [](double value) { return significant(value, 3, rounding::nearest); };
  const std::string unit(row.unit);
  f.sentence = std::string(row.name) + ": median " + words(made->median) + " " + unit + ", nine in ten at most " + words(made->ninth_decile) + ", from " + words(made->smallest) + " to " + words(made->largest) + "; " +
               grouped(made->n) + " on record" + (of.not_recorded == 0 ? "." : ", " + grouped(of.not_recorded) + " not.");
  f.value = distribution_value{unit, *made, of.not_recorded};
  return f;
}

} // namespace

finding begun_finding(std::string_view key, finding_kind kind, std::map<std::string, std::string> axes) {
  const indicator& row = *find_indicator(key);
  finding f;
  f.metric = std::string(key);
  f.axes = std::move(axes);
  if (f.axes.empty()) f.axes = {{"scope", "all"}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = kind;
  f.status = finding_status::measured;
  f.in_section = std::string(to_string(section::proportionality));
  f.cites = std::string(row.cites);
  return f;
}

std::vector<finding> findings_of_parts(const indicator_parts& parts, const study& declared, const deployment_series& series) {
  std::vector<finding> out;
  stratum whole{{{"scope", "all"}}, {}};
  for (const deployment_record& r : series.records) whole.members.push_back(&r);
  shared_conditions of_all;
  for (const tallied_metric& one : parts.metrics) {
    rate_task task;
    task.over = &whole;
    task.metric = one.metric;
    task.outcome = one.outcome;
    task.by = one.by;
    for (const limit& l : declared.limits)
      if (l.metric == one.metric && l.in_every.empty()) task.limits.push_back(&l);
    task.tallies.clusters = task.tallies.fewest = task.tallies.most = one.clusters;
    task.tallies.not_recorded = one.not_recorded;
    if (!one.clusters.empty()) task.tallies.contributors = whole.members;
    task.describe(of_all);
    if (!task.held) task.held = std::make_shared<const conditions>();
    task.make(declared, std::nullopt);
    finding f = rate_finding(task, declared, std::nullopt);
    if (f.status == finding_status::measured) f.notes.push_back("every row on record is counted; the interval is for the practice behind them");
    if (one.metric == metric_id::watchlist_encounter_rate) f.notes.push_back("not a true positive identification rate: people who know of the cameras stay away, and who passed unseen is in no record");
    out.push_back(std::move(f));
    for (const limit* l : task.limits) out.push_back(verdict_finding(task, *l, declared, std::nullopt));
  }
  for (const indicator_check& one : parts.checks) out.push_back(check_of(one));
  for (const indicator_distribution& one : parts.distributions) out.push_back(distribution_finding(one));
  return out;
}

indicator_evaluation evaluate_indicators(const study& declared, const deployment_series& series, const trial_log& trials, const register_log& registers, const std::vector<finding>& before, std::uint64_t timed_by_register) {
  indicator_evaluation out;
  const std::set<std::string_view> given = evidence_given(declared, series, trials, registers);
  const std::vector<deployment_use> uses = uses_of(series, registers);
  const std::optional<calendar_date> first = first_day(uses), last = last_day(uses);
  const list_policy policy = stated_list_policy(registers.documents);

  indicator_parts parts = watchlist_parts(trials.entries, policy, series.alert_cases, given.contains("alerts"), last);
  append(parts, alert_parts(series.alert_cases, trials.entries, policy, uses));
  append(parts, document_parts(registers, first, last));
  append(parts, retention_parts(registers));
  append(parts, conduct_parts(registers, uses, declared.as_of));
  append(parts, test_parts(registers, trials.entries, uses));
  append(parts, effectiveness_parts(registers, uses));
  std::erase_if(parts.metrics, [&](const tallied_metric& one) { return !can_be_had(to_string(one.metric), given); });
  std::erase_if(parts.checks, [&](const indicator_check& one) { return !can_be_had(one.made.name, given); });
  std::erase_if(parts.distributions, [&](const indicator_distribution& one) { return !can_be_had(one.key, given); });
  out.findings = findings_of_parts(parts, declared, series);

  indicator_evaluation further = further_indicators(declared, series, trials, registers, uses, before, timed_by_register);
  for (finding& f : further.findings)
    if (can_be_had(f.metric, given)) out.findings.push_back(std::move(f));
  for (curve& c : further.curves)
    if (can_be_had(c.name, given)) out.curves.push_back(std::move(c));
  out.not_measured = missing_registers(given);
  std::move(further.not_measured.begin(), further.not_measured.end(), std::back_inserter(out.not_measured));
  return out;
}

} // namespace lfreval
