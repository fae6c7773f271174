#include "report/deployment_findings.hpp"

#include <algorithm>
#include <functional>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/types/number.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

/// One rate to be made: a metric over a stratum, for one named outcome where the metric counts outcomes.
struct rate_task {
  const stratum* over = nullptr;
  metric_id metric{};
  std::string outcome;
  std::vector<const limit*> limits;
  bool reciprocal = false; ///< also as faces per event

  metric_tallies tallies;
  estimable<estimate> made = tl::unexpected(undefined{});
  std::vector<finding> out;
};

bool counts_outcomes(metric_id metric) noexcept { return units_of(metric).events == unit::outcomes; }

/// Metrics that deployment records can hold, false alerts per face and per resolved alert side by side first (M01).
std::vector<metric_id> metrics_of_deployments() {
  std::vector<metric_id> out;
  for (const metric_units& row : metric_units_table)
    if (supports(source_kind::operational, row.id)) out.push_back(row.id);
  return out;
}

std::map<std::string, std::string> axes_of(const rate_task& task) {
  auto axes = task.over->axes;
  if (!task.outcome.empty()) axes["outcome"] = task.outcome;
  return axes;
}

finding start(const rate_task& task, std::string_view metric, finding_kind kind, std::map<std::string, std::string> axes) {
  finding f;
  f.metric = std::string(metric);
  f.key = finding_key(metric, axes);
  f.kind = kind;
  f.axes = std::move(axes);
  f.in_section = std::string(to_string(describe(task.metric).in_section));
  f.cites = std::string(describe(task.metric).cites);
  f.not_recorded = task.tallies.not_recorded;
  f.contradictory = task.tallies.contradictory;
  f.not_adding_up = task.tallies.not_adding_up;
  return f;
}

/// The range a rate can take whichever way the unresolved alerts fell: [c / A, (c + u) / A].
std::optional<label_bounds> bounds_of(const rate_task& task) {
  const bool per_face = task.metric == metric_id::false_alerts_per_face;
  if (!per_face && task.metric != metric_id::false_discovery_proportion) return std::nullopt;
  const auto unresolved = unresolved_of(task.over->members);
  if (!unresolved || *unresolved == 0) return std::nullopt;
  std::uint64_t confirmed = 0, denominator = 0;
  for (const deployment_record* r : task.over->members) {
    const auto f = r->resolved_false_alerts();
    const auto t = r->resolved_true_alerts();
    const auto u = r->unresolved();
    if (!f || !t || !u || (per_face && !r->faces) || (!per_face && !alerts_add_up(*r))) continue;
    confirmed += f->value();
    denominator += per_face ? r->faces->value() : t->value() + f->value() + u->value();
  }
  if (denominator == 0) return std::nullopt;
  const auto over = [&](std::uint64_t n) { return static_cast<double>(n) / static_cast<double>(denominator); };
  return label_bounds{over(confirmed), over(confirmed + *unresolved), *unresolved};
}

void add_denominator_flags(finding& f, const rate_task& task) {
  if (units_of(task.metric).exposure != unit::faces) return;
  bool without_error = false, with_error = false;
  for (const deployment_record* r : task.over->members) {
    if (!r->faces) continue;
    (r->faces_cv ? with_error : without_error) = true;
    if (r->faces_quality == "estimated" || r->faces_quality == "rounded") f.flags |= flag::denominator_estimated;
  }
  if (without_error) f.flags |= flag::denominator_as_published;
  if (with_error) f.notes.push_back("the declared coefficient of variation of the face counts is not part of these intervals");
}

void add_conditions(finding& f, const rate_task& task) {
  f.held = conditions_of(task.over->members);
  if (f.held->mixed()) f.flags |= flag::mixed_conditions;
  if (f.not_recorded != 0) f.flags |= flag::rows_left_out;
  if (f.contradictory != 0 || f.not_adding_up != 0) f.flags |= flag::rows_do_not_add_up;
}

ladder_options options_for(const study& declared, std::optional<double> borrowed) {
  ladder_options how;
  how.by = cluster_unit::deployment;
  how.planning_design_effect = declared.planning_design_effect;
  how.borrowed_design_effect = borrowed;
  return how;
}

finding rate_finding(const rate_task& task) {
  finding f = start(task, to_string(task.metric), finding_kind::rate, axes_of(task));
  add_denominator_flags(f, task);
  add_conditions(f, task);
  if (task.tallies.clusters.empty()) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record: " + std::string(describe(task.metric).name) + ".";
    return f;
  }
  if (!task.made) {
    const bool contradiction = task.made.error().reason == undefined_reason::events_exceed_exposure;
    f.status = contradiction ? finding_status::refused : finding_status::not_estimable;
    f.why_not = task.made.error();
    f.sentence = std::string(describe(task.metric).name) + ": " + (contradiction ? "refused. " : "not estimable. ") + task.made.error().remedy;
    return f;
  }
  f.status = finding_status::measured;
  f.value = *task.made;
  f.flags |= task.made->flags;
  f.bounds = bounds_of(task);
  if (f.bounds) f.flags |= flag::unresolved_labels;
  f.sentence = sentence_for(*task.made, task.outcome);
  return f;
}

finding quantity_finding(const rate_task& task) {
  const estimate& e = *task.made;
  const bool outcome = counts_outcomes(task.metric);
  finding f = start(task, outcome ? "faces_per_outcome" : "faces_per_true_alert", finding_kind::quantity, axes_of(task));
  f.status = finding_status::measured;
  f.flags = e.flags;
  add_denominator_flags(f, task);
  add_conditions(f, task);
  quantity_value q;
  q.counted = units_of(task.metric).exposure;
  q.per = units_of(task.metric).events;
  q.of = {e.events, e.exposure};
  q.point = e.events == 0 ? unbounded : 1.0 / e.point;
  q.made = e.headline;
  q.made.method = interval_method::inverted;
  q.made.lower = 1.0 / e.headline.upper;
  q.made.upper = e.headline.lower == 0 ? unbounded : 1.0 / e.headline.lower;
  f.sentence = sentence_for(q, task.outcome);
  f.notes.push_back(std::string("limits of ") + std::string(to_string(task.metric)) + " by " + std::string(to_string(e.headline.method)) + ", turned over");
  f.value = q;
  return f;
}

finding verdict_finding(const rate_task& task, const limit& declared, confidence level, const ladder_options& how) {
  auto axes = axes_of(task);
  axes["limit"] = std::string(declared.direction == limit_direction::at_least ? "at_least_" : "at_most_") + std::to_string(declared.events) + "/" +
                  std::to_string(declared.exposure);
  finding f = start(task, to_string(task.metric), finding_kind::verdict, std::move(axes));
  add_denominator_flags(f, task);
  add_conditions(f, task);
  verdict_value v;
  v.declared = declared;
  for (const cluster_tally& c : task.tallies.clusters) { v.events += c.events; v.exposure += c.exposure; }
  v.answer = judge(declared, task.tallies.clusters, level, how);
  f.status = v.answer.outcome == verdict_outcome::not_measured ? finding_status::not_measured : finding_status::measured;
  if (task.made) f.flags |= task.made->flags;
  f.flags |= flag::one_sided;
  f.sentence = sentence_for(v);
  f.value = std::move(v);
  return f;
}

void finish(rate_task& task, const study& declared, const std::map<std::pair<metric_id, std::string>, double>& effects) {
  const auto borrowed = effects.find({task.metric, task.outcome});
  const ladder_options how = options_for(declared, borrowed == effects.end() ? std::nullopt : std::optional(borrowed->second));
  if (task.made && task.made->flags.has(flag::no_events) && how.borrowed_design_effect)
    task.made = estimate_rate(task.metric, task.tallies.clusters, declared.level, how);
  task.out.push_back(rate_finding(task));
  if (task.reciprocal && task.made) task.out.push_back(quantity_finding(task));
  for (const limit* one : task.limits) task.out.push_back(verdict_finding(task, *one, declared.level, how));
}

finding count_finding(const stratum& over, unit of, const std::string& outcome, const std::function<std::optional<std::uint64_t>(const deployment_record&)>& value_of) {
  count_value counted;
  counted.of = of;
  for (const deployment_record* r : over.members) {
    if (const auto one = value_of(*r)) counted.n += *one;
    else ++counted.not_recorded;
  }
  finding f;
  f.axes = over.axes;
  if (!outcome.empty()) f.axes["outcome"] = outcome;
  std::string metric(to_string(of));
  std::replace(metric.begin(), metric.end(), ' ', '_');
  f.metric = metric;
  f.key = finding_key(metric, f.axes);
  f.kind = finding_kind::count;
  f.status = counted.not_recorded == over.members.size() ? finding_status::not_measured : finding_status::measured;
  f.in_section = "records";
  if (counted.not_recorded != 0) f.flags |= flag::rows_left_out;
  f.sentence = f.status == finding_status::not_measured ? "Not on record." : grouped(counted.n) + " " + (outcome.empty() ? std::string(to_string(of)) : "recorded as \"" + outcome + "\"") + ".";
  f.value = counted;
  return f;
}

template <class Count> std::optional<std::uint64_t> plain(const std::optional<Count>& c) {
  return c ? std::optional(c->value()) : std::nullopt;
}

void add_counts(std::vector<finding>& out, const stratum& over, const std::set<std::string>& outcome_names) {
  out.push_back(count_finding(over, unit::deployments, "", [](const deployment_record&) { return std::optional<std::uint64_t>(1); }));
  out.push_back(count_finding(over, unit::faces, "", [](const deployment_record& r) { return plain(r.faces); }));
  out.push_back(count_finding(over, unit::alerts, "", [](const deployment_record& r) { return plain(r.alerts); }));
  out.push_back(count_finding(over, unit::true_alerts, "", [](const deployment_record& r) { return plain(r.true_alerts()); }));
  out.push_back(count_finding(over, unit::false_alerts, "", [](const deployment_record& r) { return plain(r.false_alerts()); }));
  out.push_back(count_finding(over, unit::unresolved_alerts, "", [](const deployment_record& r) { return plain(r.unresolved()); }));
  out.push_back(count_finding(over, unit::seconds, "", [](const deployment_record& r) { return plain(r.duration); }));
  for (const std::string& name : outcome_names)
    out.push_back(count_finding(over, unit::outcomes, name, [&](const deployment_record& r) {
      const auto found = r.outcomes.find(name);
      return found == r.outcomes.end() ? std::nullopt : std::optional(found->second.value());
    }));
}

} // namespace

std::vector<finding> stratum_findings(const study& declared, const deployment_series& series, const std::vector<stratum>& strata, unsigned threads) {
  std::vector<rate_task> tasks;
  for (const stratum& over : strata) {
    const bool single = over.axes.contains("deployment");
    for (const metric_id metric : metrics_of_deployments()) {
      std::vector<const limit*> limits;
      for (const limit& one : declared.limits)
        if (one.metric == metric) limits.push_back(&one);
      // A single deployment carries the pair that must stand side by side, and what a limit was declared for.
      if (single && limits.empty() && metric != metric_id::false_alerts_per_face && metric != metric_id::false_discovery_proportion) continue;
      const std::set<std::string> names = counts_outcomes(metric) ? series.outcome_names : std::set<std::string>{""};
      for (const std::string& outcome : names) {
        rate_task task;
        task.over = &over;
        task.metric = metric;
        task.outcome = outcome;
        task.limits = limits;
        task.reciprocal = metric == metric_id::outcomes_per_face || metric == metric_id::true_alerts_per_face;
        tasks.push_back(std::move(task));
      }
    }
  }
  const ladder_options plain_options = options_for(declared, std::nullopt);
  detail::parallel_for(tasks.size(), threads, [&](std::size_t i) {
    rate_task& task = tasks[i];
    task.tallies = tallies_of(task.metric, task.over->members, task.outcome);
    if (!task.tallies.clusters.empty()) task.made = estimate_rate(task.metric, task.tallies.clusters, declared.level, plain_options);
  });

  // A stratum without events borrows the largest design effect that another stratum of the same metric could estimate.
  std::map<std::pair<metric_id, std::string>, std::vector<clustering>> seen;
  for (const rate_task& task : tasks)
    if (task.made && !task.over->axes.contains("scope")) seen[{task.metric, task.outcome}].push_back(task.made->clusters);
  std::map<std::pair<metric_id, std::string>, double> effects;
  for (const auto& [which, clusters] : seen)
    if (const auto largest = borrowable_design_effect(clusters)) effects.emplace(which, *largest);

  detail::parallel_for(tasks.size(), threads, [&](std::size_t i) { finish(tasks[i], declared, effects); });

  std::vector<finding> out;
  std::size_t next = 0;
  for (const stratum& over : strata) {
    if (!over.axes.contains("deployment")) add_counts(out, over, series.outcome_names);
    for (; next < tasks.size() && tasks[next].over == &over; ++next)
      std::move(tasks[next].out.begin(), tasks[next].out.end(), std::back_inserter(out));
  }
  return out;
}

} // namespace lfreval
