#include "log/crowd_records.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <lfreval/types/number.hpp>

#include "log/crowd_tables.hpp"
#include "log/table_rows.hpp"

namespace lfreval {

namespace {

using cells = std::vector<const exposure_row*>;
using alert_rows = std::vector<const alert_row*>;

constexpr std::int64_t second = 1'000'000'000;

/// Sums that leave the range of counts stop at its end, where `check_totals` finds them.
std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return b > largest_count + 1 - std::min(a, largest_count + 1) ? largest_count + 1 : a + b; }

/// How long any camera ran: cameras side by side count once. Nothing when a cell does not say.
std::optional<seconds> running_time(const cells& of) {
  const bool placed = of.front()->start != no_time;
  std::vector<std::pair<std::int64_t, std::int64_t>> spans;
  for (const exposure_row* cell : of) {
    if (!cell->duration || (cell->start != no_time) != placed) return std::nullopt;
    const std::int64_t from = placed ? cell->start : 0;
    spans.emplace_back(from, from + static_cast<std::int64_t>(cell->duration->value()) * second);
  }
  std::sort(spans.begin(), spans.end());
  std::int64_t total = 0, end = spans.front().first;
  for (const auto& [from, to] : spans) {
    total += std::max<std::int64_t>(0, to - std::max(from, end));
    end = std::max(end, to);
  }
  return seconds(static_cast<std::uint64_t>(total / second));
}

/// Adds what was counted. Errors of cells counted in one way go the same way, unless the study says otherwise.
void add_exposure(deployment_record& record, const cells& of, bool errors_are_shared, const study& declared, std::vector<error>& errors) {
  std::uint64_t seen = 0, passed = 0;
  double together = 0, apart = 0;
  bool of_faces = false, of_passages = false, some_say_cv = false, estimated = false, rounded = false, all_say_quality = true;
  for (const exposure_row* cell : of) {
    if (cell->date) record.date = record.date ? std::min(*record.date, *cell->date) : *cell->date;
    if (cell->of_passages) { passed = plus(passed, cell->n); of_passages = true; continue; }
    of_faces = true;
    seen = plus(seen, cell->n);
    const double off = static_cast<double>(cell->n) * cell->cv.value_or(0);
    together += off;
    apart += off * off;
    some_say_cv = some_say_cv || cell->cv.has_value();
    record.faces_cv_is_partial = record.faces_cv_is_partial || !cell->cv.has_value();
    estimated = estimated || cell->quality == "estimated";
    rounded = rounded || cell->quality == "rounded";
    all_say_quality = all_say_quality && cell->quality.has_value();
  }
  if (std::max(seen, passed) > largest_count) {
    errors.push_back(study_fault(declared, {}, error_code::not_a_count, "count", "deployment " + record.deployment, "cells of a deployment whose sum is at most 2^52"));
    return;
  }
  if (of_passages) record.passages = passages(passed);
  if (!of.empty()) record.duration = running_time(of);
  if (!of_faces) return;
  record.faces = faces(seen);
  if (estimated) record.faces_quality = "estimated";
  else if (rounded) record.faces_quality = "rounded";
  else if (all_say_quality) record.faces_quality = "logged";
  // Cells that do not say add their faces and no error: too small an error, which the flag of a partial one tells.
  if (some_say_cv && seen > 0) record.faces_cv = (errors_are_shared ? together : std::sqrt(apart)) / static_cast<double>(seen);
}

/// Whether every place that alerts come from has its faces counted: otherwise they would be divided by those of other cameras.
bool faces_cover(const cells& of, const alert_rows& raised) {
  std::set<std::tuple<std::string, std::int64_t, std::map<std::string, std::string>>> in_faces;
  std::set<std::string> cameras;
  bool all_name_cameras = true;
  for (const exposure_row* cell : of) {
    if (cell->of_passages) continue;
    in_faces.emplace(cell->camera, cell->start, cell->labels);
    cameras.insert(cell->camera);
    all_name_cameras = all_name_cameras && !cell->camera.empty();
  }
  for (const exposure_row* cell : of)
    if (cell->of_passages && !in_faces.contains({cell->camera, cell->start, cell->labels})) return false;
  return !all_name_cameras || std::all_of(raised.begin(), raised.end(), [&](const alert_row* a) { return a->camera.empty() || cameras.contains(a->camera); });
}

/// Alerts that share a group or a passage are of one passage (M09).
std::vector<alert_rows> by_passage(const alert_rows& rows) {
  std::vector<std::size_t> parent(rows.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::map<std::string, std::size_t> first_of;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const std::string& shared : {rows[i]->group.empty() ? "" : "group " + rows[i]->group, rows[i]->passage.empty() ? "" : "passage " + rows[i]->passage})
      if (!shared.empty()) parent[root(i)] = root(first_of.emplace(shared, i).first->second);
  std::map<std::size_t, alert_rows> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) groups[root(i)].push_back(rows[i]);
  std::vector<alert_rows> out;
  for (auto& [first, members] : groups) out.push_back(std::move(members));
  return out;
}

/// Of a passage: right when anybody was checked to be right. Somebody found not to be the person alerted on is a confirmed
/// false alert, unless an alert on another person is still believed.
alert_truth truth_of(const alert_rows& members) {
  std::set<std::string> refuted;
  bool right = false, wrong = false;
  for (const alert_row* a : members) {
    right = right || a->truth == alert_truth::right_confirmed;
    if (a->truth == alert_truth::wrong_confirmed) { wrong = true; refuted.insert(a->person); }
  }
  if (right) return alert_truth::right_confirmed;
  for (const alert_row* a : members)
    if (a->truth == alert_truth::right_believed && (a->person.empty() || !refuted.contains(a->person))) return alert_truth::right_believed;
  return wrong ? alert_truth::wrong_confirmed : alert_truth::wrong_believed;
}

void add_alerts(deployment_record& record, const alert_rows& rows, const std::set<std::string>& outcome_names) {
  std::set<std::string> label_sources;
  bool grouped = false;
  for (const alert_row* row : rows) {
    if (!row->label_source.empty()) label_sources.insert(row->label_source);
    grouped = grouped || !row->group.empty() || !row->passage.empty();
  }
  if (!label_sources.empty()) record.label_source.clear();
  for (const std::string& one : label_sources) record.label_source += (record.label_source.empty() ? "" : "+") + one;
  std::map<alert_truth, std::uint64_t> by_truth;
  std::uint64_t right_engaged = 0, wrong_engaged = 0;
  bool all_say_engaged = !rows.empty();
  std::map<std::string, std::uint64_t> happened;
  for (const std::string& outcome : outcome_names) happened.emplace(outcome, 0);
  std::set<std::string> unsaid;
  const std::vector<alert_rows> groups = by_passage(rows);
  for (const alert_rows& members : groups) {
    const alert_truth truth = truth_of(members);
    ++by_truth[truth];
    const bool right = truth == alert_truth::right_confirmed || truth == alert_truth::right_believed;
    if (right)
      for (const alert_row* a : members)
        if (!a->person.empty() && (a->truth == alert_truth::right_confirmed || a->truth == alert_truth::right_believed)) record.persons_alerted_rightly.insert(a->person);
    if (std::any_of(members.begin(), members.end(), [](const auto* a) { return a->engaged.value_or(false); })) ++(right ? right_engaged : wrong_engaged);
    all_say_engaged = all_say_engaged && std::all_of(members.begin(), members.end(), [](const auto* a) { return a->engaged.has_value(); });
    for (const std::string& outcome : outcome_names) {
      bool any = false;
      for (const alert_row* member : members) {
        const auto found = member->outcomes.find(outcome);
        if (found == member->outcomes.end()) unsaid.insert(outcome);
        else any = any || found->second;
      }
      happened[outcome] += any ? 1 : 0;
    }
  }
  record.alerts = alerts(groups.size());
  if (grouped) record.alerts_before_grouping = alerts(rows.size());
  record.true_confirmed = true_alerts(by_truth[alert_truth::right_confirmed]);
  record.true_unconfirmed = true_alerts(by_truth[alert_truth::right_believed]);
  record.false_confirmed = false_alerts(by_truth[alert_truth::wrong_confirmed]);
  record.false_unconfirmed = false_alerts(by_truth[alert_truth::wrong_believed]);
  if (all_say_engaged) {
    record.true_engaged = true_engagements(right_engaged);
    record.false_engaged = false_engagements(wrong_engaged);
  }
  for (const auto& [outcome, n] : happened)
    if (!unsaid.contains(outcome)) record.outcomes.emplace(outcome, outcomes(n));
}

/// The label that all alerts of a passage carry, or none.
std::string label_of(const alert_rows& members, const std::string& axis) {
  std::string out;
  for (const alert_row* a : members) {
    const auto found = a->labels.find(axis);
    if (found == a->labels.end() || found->second.empty()) continue;
    if (!out.empty() && out != found->second) return "";
    out = found->second;
  }
  return out;
}

/// What became of the alerts of one passage.
alert_case case_of(const study& declared, const study_system* system, const std::string& deployment, const alert_rows& members) {
  const bool smaller_is_better = system != nullptr && system->is_distance;
  alert_case out;
  out.deployment = deployment;
  const alert_truth truth = truth_of(members);
  out.is_true = truth == alert_truth::right_confirmed || truth == alert_truth::right_believed;
  out.is_confirmed = truth == alert_truth::right_confirmed || truth == alert_truth::wrong_confirmed;
  const auto any = [](std::optional<bool>& so_far, const std::optional<bool>& more) {
    if (more) so_far = so_far.value_or(false) || *more;
  };
  for (const alert_row* a : members) {
    if (a->score) out.score = !out.score ? *a->score : smaller_is_better ? std::min(*out.score, *a->score) : std::max(*out.score, *a->score);
    any(out.credible, a->credible);
    any(out.engaged, a->engaged);
    any(out.stale_listing, a->stale_listing);
    any(out.force_used, a->force_used);
    out.adjudicators.insert(a->adjudicators.begin(), a->adjudicators.end());
    if (a->time != no_time && a->adjudicated_at != no_time) {
      const std::int64_t after = a->adjudicated_at / second - a->time / second;
      out.judged_after = std::max(out.judged_after.value_or(after), after);
    }
    // Kin is what has to be told apart; of several relations it is the one that counts (M18).
    if (out.relation.empty() || a->of_kin) out.relation = a->relation.empty() ? out.relation : a->relation;
    if (a->minutes) out.minutes = std::max(out.minutes.value_or(0), *a->minutes);
    // Beside a person who was checked, one whom somebody merely believed in is not found (M16).
    if (out.is_true && a->truth == truth && !a->person.empty()) out.persons.insert(a->person);
    for (const auto& [name, happened] : a->outcomes) {
      bool& said = out.outcomes[name];
      said = said || happened;
    }
  }
  for (const study_group& group : declared.groups)
    if (std::string label = label_of(members, group.name); !label.empty()) out.labels.emplace(group.name, std::move(label));
  return out;
}

/// What was counted and raised at one deployment.
struct account {
  cells counted;
  alert_rows raised;
};

/// A record of what was counted and raised: of a deployment as a whole, or of one group there.
deployment_record record_of(const std::string& deployment, const account& rows, bool knows_alerts, const crowd_tables& tables, const study& declared, std::vector<error>& errors) {
  deployment_record record;
  record.deployment = deployment;
  record.is_log = true;
  record.outcomes_divide_alerts = false;
  record.label_source = tables.label_source;
  if (!rows.counted.empty()) record.source = rows.counted.front()->source;
  else if (!rows.raised.empty()) record.source = rows.raised.front()->source;
  if (!tables.lost_cells.touch(deployment) && !rows.counted.empty()) {
    add_exposure(record, rows.counted, declared.faces_cv_shared, declared, errors);
    if (!faces_cover(rows.counted, rows.raised)) record.faces.reset();
  }
  // Where a log of alerts is given, a deployment without a row in it had none; one that lost a row has no total.
  if (knows_alerts && !tables.lost_alerts.touch(deployment)) add_alerts(record, rows.raised, tables.outcome_names);
  if (tables.cells.empty())
    for (const alert_row* a : rows.raised)
      if (a->date) record.date = record.date ? std::min(*record.date, *a->date) : *a->date;
  if (const study_system* system = tables.system) {
    if (system->operating_threshold) record.threshold = shortest(*system->operating_threshold == 0 ? 0.0 : *system->operating_threshold);
    if (const std::string version = system->named_version(); !version.empty()) record.system = version;
  }
  return record;
}

std::uint64_t false_alerts_of_kin(const alert_rows& rows) {
  std::uint64_t out = 0;
  for (const alert_rows& members : by_passage(rows)) {
    const alert_truth truth = truth_of(members);
    const bool wrong = truth == alert_truth::wrong_confirmed || truth == alert_truth::wrong_believed;
    out += wrong && std::any_of(members.begin(), members.end(), [](const alert_row* a) { return a->of_kin; }) ? 1 : 0;
  }
  return out;
}

/// What the annotated samples behind the shares of these cells let the faces of the group be off by.
double sampling_error(const cells& of_group, const cells& of_all) {
  double variance = 0, faces = 0;
  for (const exposure_row* cell : of_group) {
    if (cell->of_passages) continue;
    faces += static_cast<double>(cell->n);
    if (!cell->sampled || *cell->sampled == 0) continue;
    double here = 0;
    for (const exposure_row* other : of_all)
      if (!other->of_passages && other->camera == cell->camera && other->start == cell->start) here += static_cast<double>(other->n);
    variance += static_cast<double>(cell->n) * here / static_cast<double>(*cell->sampled);
  }
  return faces > 0 ? std::sqrt(variance) / faces : 0.0;
}

/// The records of each group, where counts or alerts carry labels of a declared axis.
void add_groups(const study& declared, const std::map<std::string, account>& by_deployment, const crowd_tables& tables, deployment_series& out, std::vector<error>& errors) {
  for (const study_group& group : declared.groups) {
    const auto carries = [&](const auto& row) { return row.labels.contains(group.name); };
    const bool faces_split = !tables.cells.empty() && std::all_of(tables.cells.begin(), tables.cells.end(), carries);
    const bool alerts_split = !tables.alerts.empty() && std::all_of(tables.alerts.begin(), tables.alerts.end(), carries);
    if (!faces_split && !alerts_split) continue;
    std::map<std::string, std::map<std::string, account>> parts; // label -> deployment
    for (const auto& [deployment, rows] : by_deployment) {
      if (faces_split)
        for (const exposure_row* cell : rows.counted) parts[cell->labels.at(group.name)][deployment].counted.push_back(cell);
      if (!alerts_split) continue;
      for (const alert_rows& members : by_passage(rows.raised)) {
        alert_rows& raised = parts[label_of(members, group.name)][deployment].raised;
        raised.insert(raised.end(), members.begin(), members.end());
      }
    }
    for (auto& [label, of_label] : parts) {
      group_records made;
      made.axis = group.name;
      made.label = label;
      made.faces_are_split = faces_split;
      made.alerts_are_split = alerts_split;
      for (const auto& [deployment, rows] : by_deployment) {
        const account& here = of_label[deployment];
        made.records.push_back(record_of(deployment, here, alerts_split, tables, declared, errors));
        made.sampling_cv.push_back(sampling_error(here.counted, rows.counted));
        made.false_alerts_of_kin.push_back(false_alerts_of_kin(here.raised));
      }
      out.by_group.push_back(std::move(made));
    }
  }
}

/// An alert outside the time in which the crowd of its deployment was counted belongs to another one, or its time is wrong.
bool is_outside(const alert_row& alert, const cells& of) {
  if (alert.time == no_time || of.empty()) return false;
  constexpr std::int64_t day = std::int64_t{86400} * second;
  std::int64_t from = std::numeric_limits<std::int64_t>::max(), to = std::numeric_limits<std::int64_t>::min();
  for (const exposure_row* cell : of) {
    if (cell->start == no_time) return false;
    from = std::min(from, cell->start);
    to = std::max(to, cell->start + (cell->duration ? static_cast<std::int64_t>(cell->duration->value()) * second : day));
  }
  return alert.time < from || alert.time > to;
}

/// A deployment is within the scope as a whole or not at all.
bool straddles(const study_scope& scope, const cells& of) {
  const auto inside = [&](const exposure_row* cell) { return cell->date && (!scope.from || *cell->date >= *scope.from) && (!scope.to || *cell->date <= *scope.to); };
  return (scope.from || scope.to) && !of.empty() && std::any_of(of.begin(), of.end(), inside) && !std::all_of(of.begin(), of.end(), inside);
}

} // namespace

std::vector<std::pair<deployment_record, error>> crowd_records(const study& declared, deployment_series& out, std::vector<error>& errors) {
  std::vector<error> faults;
  crowd_tables tables = read_crowd_tables(declared, out, faults);
  errors.insert(errors.end(), faults.begin(), faults.end());
  if (!faults.empty()) return {};
  out.outcome_names.insert(tables.outcome_names.begin(), tables.outcome_names.end());

  std::map<std::string, account> by_deployment;
  for (const exposure_row& row : tables.cells) by_deployment[row.deployment].counted.push_back(&row);
  for (const alert_row& row : tables.alerts) {
    const cells& counted = by_deployment[row.deployment].counted;
    if (!is_outside(row, counted)) { by_deployment[row.deployment].raised.push_back(&row); continue; }
    error why = row.place;
    why.code = error_code::not_allowed;
    why.column_name = "time";
    why.allowed = "a time within those at which the crowd of the deployment was counted";
    out.refused.add({std::move(why), row.source});
    tables.lost_alerts.deployments.insert(row.deployment);
  }
  // A deployment of which every row was refused is still one.
  for (const lost_rows* lost : {&tables.lost_cells, &tables.lost_alerts})
    for (const std::string& deployment : lost->deployments) by_deployment.try_emplace(deployment);

  std::vector<std::pair<deployment_record, error>> records;
  for (const auto& [deployment, rows] : by_deployment) {
    error place;
    place.file = declared.file;
    if (!rows.counted.empty()) place = rows.counted.front()->place;
    else if (!rows.raised.empty()) place = rows.raised.front()->place;
    place.value = deployment;
    if (straddles(declared.scope, rows.counted))
      errors.push_back(study_fault(declared, {}, error_code::not_allowed, "scope", deployment, "a scope that holds all of what was counted at a deployment, or none of it"));
    records.emplace_back(record_of(deployment, rows, tables.has_alerts, tables, declared, errors), std::move(place));
    if (!tables.lost_alerts.touch(deployment))
      for (const alert_rows& members : by_passage(rows.raised)) out.alert_cases.push_back(case_of(declared, tables.system, deployment, members));
  }
  add_groups(declared, by_deployment, tables, out, errors);
  return records;
}

} // namespace lfreval
