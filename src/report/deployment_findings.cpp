#include "report/deployment_findings.hpp"

#include <algorithm>
#include <functional>

#include <lfreval/counts/deployment_readings.hpp>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/heterogeneity.hpp"
#include "report/rate_task.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

using effect_of = std::map<std::pair<metric_id, std::string>, double>;

std::optional<double> effect_for(const effect_of& effects, const rate_task& task) {
  const auto found = effects.find({task.metric, task.outcome});
  return found == effects.end() ? std::nullopt : std::optional(found->second);
}

/// A stratum without events, or with nothing but events, borrows the largest design effect that another stratum of the same
/// metric could estimate; the whole series is no stratum and lends nothing.
effect_of borrowable(const std::vector<rate_task>& tasks) {
  std::map<std::pair<metric_id, std::string>, std::vector<clustering>> seen;
  for (const rate_task& task : tasks)
    if (task.lowest && !task.over->axes.contains("scope")) seen[{task.metric, task.outcome}].push_back(task.lowest->clusters);
  effect_of out;
  for (const auto& [which, clusters] : seen)
    if (const auto largest = borrowable_design_effect(clusters)) out.emplace(which, *largest);
  return out;
}

std::vector<finding> findings_of(rate_task& task, const study& declared, const deployment_series& series, std::optional<double> borrowed) {
  const bool borrows = (task.lowest && task.lowest->clusters.rung == ladder_rung::zero_or_all) || (task.highest && task.highest->clusters.rung == ladder_rung::zero_or_all);
  if (borrows && borrowed) task.make(declared, borrowed);
  std::vector<finding> out{rate_finding(task, declared, borrowed)};
  // A pooled rate is never without the spread it hides. What a fit adds is for the strata that are compared.
  const bool compared = task.over->axes.contains("threshold") || task.over->axes.contains("scope");
  const bool per_face = task.metric == metric_id::false_alerts_per_face || task.metric == metric_id::alerts_per_face;
  if (task.tallies.suspended == 0 && task.tallies.clusters.size() > 1)
    out.front().spread = spread_of(series, task.tallies.clusters, task.tallies.contributors, task.metric, declared.level, compared && per_face ? spread_detail::fitted : spread_detail::moments);
  const bool reciprocal = task.metric == metric_id::outcomes_per_face || task.metric == metric_id::true_alerts_per_face;
  if (reciprocal && (!task.empty() || task.tallies.suspended != 0)) out.push_back(quantity_finding(task));
  for (const limit* one : task.limits) out.push_back(verdict_finding(task, *one, declared, borrowed));
  return out;
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
  f.metric = to_string(of);
  std::replace(f.metric.begin(), f.metric.end(), ' ', '_');
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::count;
  f.status = counted.not_recorded == over.members.size() ? finding_status::not_measured : finding_status::measured;
  f.in_section = "records";
  f.not_recorded = counted.not_recorded;
  if (counted.not_recorded != 0) f.flags |= flag::rows_left_out;
  f.sentence = f.status == finding_status::not_measured ? "Not on record." : counted_words(counted.n, of, outcome) + ".";
  f.value = counted;
  return f;
}

template <class Count> std::optional<std::uint64_t> plain(const std::optional<Count>& c) { return c ? std::optional(c->value()) : std::nullopt; }

void add_counts(std::vector<finding>& out, const stratum& over, const std::set<std::string>& outcome_names) {
  const auto add = [&](unit of, const auto& value_of) { out.push_back(count_finding(over, of, "", value_of)); };
  add(unit::deployments, [](const deployment_record&) { return std::optional<std::uint64_t>(1); });
  add(unit::faces, [](const deployment_record& r) { return plain(r.faces); });
  add(unit::alerts, [](const deployment_record& r) { return plain(r.alerts); });
  if (std::any_of(over.members.begin(), over.members.end(), [](const deployment_record* r) { return r->alerts_before_grouping.has_value(); })) {
    finding before = count_finding(over, unit::alerts, "", [](const deployment_record& r) { return plain(r.alerts_before_grouping); });
    before.metric = "alerts_before_grouping";
    before.key = finding_key(before.metric, before.axes);
    before.cites = "M09";
    before.sentence = counted_words(std::get<count_value>(before.value).n, unit::alerts, "") + " before those of one passage were taken as one.";
    out.push_back(std::move(before));
  }
  if (std::any_of(over.members.begin(), over.members.end(), [](const deployment_record* r) { return r->passages.has_value(); }))
    add(unit::passages, [](const deployment_record& r) { return plain(r.passages); });
  add(unit::true_alerts, [](const deployment_record& r) { return plain(r.true_alerts()); });
  add(unit::false_alerts, [](const deployment_record& r) { return plain(r.false_alerts()); });
  add(unit::unresolved_alerts, [](const deployment_record& r) { return plain(r.unresolved()); });
  add(unit::seconds, [](const deployment_record& r) { return plain(r.duration); });
  for (const std::string& name : outcome_names)
    out.push_back(count_finding(over, unit::outcomes, name, [&](const deployment_record& r) {
      const auto found = r.outcomes.find(name);
      return found == r.outcomes.end() ? std::nullopt : std::optional(found->second.value());
    }));
}

/// Of a limit for every group where no group has the rate.
std::string without_groups(const limit& one) {
  const std::string axis = printable(one.in_every);
  std::string remedy = "Record the label of everybody who was alerted on or stopped.";
  if (supports(source_kind::seeded, one.metric) && !supports(source_kind::operational, one.metric)) remedy = "Run a trial at a declared threshold, and record the label of everybody who passes, in the table of persons or of passages.";
  else if (units_of(one.metric).exposure == unit::faces) remedy = "Count the crowd by " + axis + " in an annotated sample, and record the labels of everybody who was alerted on.";
  return std::string(describe(one.metric).name) + ", " + (one.direction == limit_direction::at_least ? "at least " : "at most ") + limit_words(one) + " in every group of " + axis + ": not measured; no group of it has this rate. " + remedy;
}

std::vector<const limit*> limits_on(const study& declared, metric_id metric) {
  std::vector<const limit*> out;
  for (const limit& one : declared.limits)
    if (one.metric == metric && one.in_every.empty()) out.push_back(&one);
  return out;
}

} // namespace

std::vector<finding> stratum_findings(const study& declared, const deployment_series& series, const record_quality& quality, const std::vector<stratum>& strata,
                                      unsigned threads) {
  struct metric_of_outcome {
    metric_id metric;
    std::string outcome;
    std::vector<const limit*> limits;
  };
  std::vector<metric_of_outcome> asked;
  for (const metric_units& row : metric_units_table) {
    if (!supports(source_kind::operational, row.id) || needs_registers(row.id)) continue;
    const std::set<std::string> names = row.events == unit::outcomes ? series.outcome_names : std::set<std::string>{""};
    for (const std::string& outcome : names) asked.push_back({row.id, outcome, limits_on(declared, row.id)});
  }
  std::vector<rate_task> tasks(strata.size() * asked.size()); // by stratum, then by metric
  std::vector<metric_tallies> tallies(tasks.size());
  detail::parallel_for(asked.size(), threads, [&](std::size_t m) {
    const metric_readings read(asked[m].metric, asked[m].outcome, series.records, quality);
    for (std::size_t s = 0; s < strata.size(); ++s) tallies[s * asked.size() + m] = read.of(strata[s].members);
  });
  detail::parallel_for(strata.size(), threads, [&](std::size_t s) {
    shared_conditions of_stratum;
    for (std::size_t m = 0; m < asked.size(); ++m) {
      rate_task& task = tasks[s * asked.size() + m];
      task.over = &strata[s];
      task.metric = asked[m].metric;
      task.outcome = asked[m].outcome;
      task.limits = asked[m].limits;
      task.tallies = std::move(tallies[s * asked.size() + m]);
      task.describe(of_stratum);
    }
  });
  detail::parallel_for(tasks.size(), threads, [&](std::size_t i) { tasks[i].make(declared, std::nullopt); });
  const effect_of effects = borrowable(tasks);
  std::vector<std::vector<finding>> made(tasks.size());
  detail::parallel_for(tasks.size(), threads, [&](std::size_t i) { made[i] = findings_of(tasks[i], declared, series, effect_for(effects, tasks[i])); });

  std::vector<finding> out;
  std::size_t next = 0;
  for (const stratum& over : strata) {
    add_counts(out, over, series.outcome_names);
    for (; next < tasks.size() && tasks[next].over == &over; ++next) std::move(made[next].begin(), made[next].end(), std::back_inserter(out));
  }
  return out;
}

single_deployments deployment_findings(const study& declared, const deployment_series& series, const record_quality& quality, unsigned threads) {
  const auto limits = limits_on(declared, metric_id::false_alerts_per_face);
  std::vector<const deployment_record*> records;
  for (const deployment_record& r : series.records) records.push_back(&r);
  std::stable_sort(records.begin(), records.end(), [](const auto* a, const auto* b) { return a->date < b->date; });

  std::vector<stratum> strata;
  for (const deployment_record* r : records) strata.push_back({{{"deployment", deployment_value(series, *r)}}, {r}});
  const metric_readings read_per_face(metric_id::false_alerts_per_face, "", series.records, quality);
  const metric_readings read_discoveries(metric_id::false_discovery_proportion, "", series.records, quality);
  std::vector<rate_task> per_face(strata.size());
  std::vector<std::vector<finding>> made(strata.size());
  std::vector<std::vector<std::string>> verdicts(limits.size(), std::vector<std::string>(strata.size()));
  detail::parallel_for(strata.size(), threads, [&](std::size_t i) {
    const auto task_for = [&](metric_id metric, const metric_readings& read) {
      rate_task task;
      task.over = &strata[i];
      task.metric = metric;
      task.tallies = read.of(strata[i].members);
      task.make(declared, std::nullopt);
      return task;
    };
    per_face[i] = task_for(metric_id::false_alerts_per_face, read_per_face);
    // A deployment without a false alert is a point of the curve; one with a false alert is somebody's case.
    const auto alerted = records[i]->false_alerts();
    if (!alerted || alerted->value() == 0) {
      for (std::size_t l = 0; l < limits.size(); ++l) verdicts[l][i] = to_string(judged(per_face[i], *limits[l], declared, std::nullopt, verdict_scope::outcome).answer.outcome);
      return;
    }
    rate_task discoveries = task_for(metric_id::false_discovery_proportion, read_discoveries);
    shared_conditions same;
    per_face[i].describe(same);
    discoveries.describe(same);
    made[i].push_back(rate_finding(per_face[i], declared, std::nullopt));
    made[i].push_back(rate_finding(discoveries, declared, std::nullopt));
    for (std::size_t l = 0; l < limits.size(); ++l) {
      made[i].push_back(verdict_finding(per_face[i], *limits[l], declared, std::nullopt));
      verdicts[l][i] = to_string(std::get<verdict_value>(made[i].back().value).answer.outcome);
    }
  });

  single_deployments out;
  for (auto& some : made) std::move(some.begin(), some.end(), std::back_inserter(out.findings));
  out.over_time.name = "deployments";
  out.over_time.meaning = "every deployment by itself, in order of date: false alerts per face seen with the interval of one deployment, faces taken as unrelated";
  std::vector<std::string> names, dates, sites, thresholds;
  std::vector<std::optional<std::uint64_t>> faces_seen, raised, wrong;
  std::vector<std::optional<double>> lower, upper;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const deployment_record& r = *records[i];
    names.push_back(strata[i].axes.at("deployment"));
    dates.push_back(r.date ? to_iso(*r.date) : "");
    sites.push_back(r.site.value_or(""));
    thresholds.push_back(r.threshold.value_or(""));
    faces_seen.push_back(plain(r.faces));
    raised.push_back(plain(r.alerts));
    wrong.push_back(plain(r.false_alerts()));
    const bool known = per_face[i].lowest.has_value() && per_face[i].highest.has_value();
    lower.push_back(known ? std::optional(per_face[i].lowest->headline.lower) : std::nullopt);
    upper.push_back(known ? std::optional(per_face[i].highest->headline.upper) : std::nullopt);
  }
  out.over_time.columns = {{"deployment", names}, {"date", dates}, {"site", sites}, {"threshold", thresholds}, {"faces", faces_seen},
                           {"alerts", raised}, {"false_alerts", wrong}, {"lower", lower}, {"upper", upper}};
  for (std::size_t l = 0; l < limits.size(); ++l) out.over_time.columns.push_back({"verdict_" + limit_value(*limits[l]), verdicts[l]});
  return out;
}

std::vector<finding> unanswered_limits(const study& declared, const std::vector<finding>& answered) {
  std::vector<finding> out;
  for (const limit& one : declared.limits) {
    const bool has_answer = std::any_of(answered.begin(), answered.end(), [&](const finding& f) {
      const auto* v = std::get_if<verdict_value>(&f.value);
      return v != nullptr && v->declared == one && !f.axes.contains("deployment");
    });
    if (has_answer) continue;
    finding f;
    f.metric = std::string(to_string(one.metric));
    f.axes = {{"limit", limit_value(one)}, {"scope", "all"}};
    if (!one.in_every.empty()) f.axes["in_every"] = one.in_every;
    f.key = finding_key(f.metric, f.axes);
    f.kind = finding_kind::verdict;
    f.status = finding_status::not_measured;
    f.in_section = std::string(to_string(describe(one.metric).in_section));
    f.cites = std::string(describe(one.metric).cites);
    verdict_value v;
    v.declared = one;
    f.sentence = one.in_every.empty() ? sentence_for(v) : without_groups(one);
    f.value = std::move(v);
    out.push_back(std::move(f));
  }
  return out;
}

} // namespace lfreval
