#include <lfreval/report/evaluation.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

#include <lfreval/counts/strata.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/log/scores.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/report/dossier.hpp>
#include <lfreval/types/number.hpp>

#include "report/check_findings.hpp"
#include "report/claim_findings.hpp"
#include "report/crowd_groups.hpp"
#include "report/decision_findings.hpp"
#include "report/deployment_findings.hpp"
#include "report/heterogeneity.hpp"
#include "report/indicator_findings.hpp"
#include "report/projections.hpp"
#include "report/score_findings.hpp"
#include "report/system_comparison.hpp"
#include "report/trial_findings.hpp"

namespace lfreval {

namespace {

record_summary summarise(const deployment_series& series) {
  record_summary out;
  out.deployments = series.records.size();
  for (const deployment_record& r : series.records) {
    out.aborted += r.status == deployment_status::aborted ? 1 : 0;
    out.cancelled += r.status == deployment_status::cancelled ? 1 : 0;
    if (r.faces) out.faces += r.faces->value();
    else ++out.faces_not_recorded;
    out.faces_with_error += r.faces && r.faces_cv ? 1 : 0;
    if (r.date) {
      out.from = out.from ? std::min(*out.from, *r.date) : *r.date;
      out.to = out.to ? std::max(*out.to, *r.date) : *r.date;
    }
  }
  return out;
}

/// M15, M13: the rates that operational records cannot hold stand in the findings as such, so that their absence is seen.
std::vector<finding> absent_rates() {
  std::vector<finding> out;
  for (const metric_id metric : {metric_id::true_positive_identification_rate, metric_id::false_negative_identification_rate,
                                 metric_id::false_positive_identification_rate}) {
    finding f;
    f.metric = std::string(to_string(metric));
    f.axes = {{"scope", "all"}};
    f.key = finding_key(f.metric, f.axes);
    f.kind = finding_kind::rate;
    f.status = finding_status::not_measured;
    f.in_section = std::string(to_string(describe(metric).in_section));
    f.cites = std::string(describe(metric).cites);
    f.sentence = std::string(describe(metric).name) + ": not measured; operational records cannot support it.";
    out.push_back(std::move(f));
  }
  return out;
}

} // namespace

const finding* evaluation::find(const std::string& key) const {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &findings[found->second];
}

namespace {

/// The study with the limits of its policies, which are judged as its own are.
study with_limits_of(const study& declared, const std::vector<policy>& policies) {
  study out = declared;
  for (limit& line : limits_of(policies, declared.limits)) out.limits.push_back(std::move(line));
  return out;
}

std::vector<policy> policies_or_throw(const study& declared) {
  auto out = load_policies(declared);
  if (!out) throw std::invalid_argument("evaluate: " + out.error().front().message());
  return std::move(*out);
}

evaluation evaluate_counted(const study& as_declared, deployment_series series, const evaluation_options& options, published_claims claims, const trial_log& trials, const score_log& scores,
                            std::vector<counted_scores> counted, const register_log& registers, std::vector<policy> policies) {
  // Canonical order, whoever made the series: names, keys and sums depend on it.
  const auto by_name = [](const deployment_record& a, const deployment_record& b) { return std::tie(a.force, a.deployment) < std::tie(b.force, b.deployment); };
  if (!std::is_sorted(series.records.begin(), series.records.end(), by_name)) std::stable_sort(series.records.begin(), series.records.end(), by_name);
  evaluation out;
  out.declared = as_declared;
  const study declared = with_limits_of(as_declared, policies);
  out.records = summarise(series);
  const std::uint64_t timed_by_register = take_live_times(series, registers);
  // A crowd counted beside a trial met the watchlist of that trial.
  if (trials.watchlist_persons)
    for (deployment_record& r : series.records)
      if (r.is_log && !r.watchlist_persons) r.watchlist_persons = watchlist_persons(*trials.watchlist_persons);
  const bool tested = !trials.passages.empty() || !scores.sets.empty();
  if (!series.records.empty() || !tested) out.not_measured = not_measured_by(series, tested);
  const std::vector<stratum> strata = strata_of(series);
  const auto take = [&](std::vector<finding> more) { std::move(more.begin(), more.end(), std::back_inserter(out.findings)); };
  const unsigned threads = std::max(1U, options.threads);
  std::vector<trial_evaluation> of_trials;
  std::set<std::string> sources_seen;
  for (const trial_passages& one : trials.passages) {
    // A passage seen by two systems is one passage.
    if (sources_seen.insert(one.source).second) out.records.passages += one.rows.size();
    of_trials.push_back(evaluate_trial(declared, trials, one, threads));
    for (not_measured_item& item : of_trials.back().not_measured)
      if (std::find(out.not_measured.begin(), out.not_measured.end(), item) == out.not_measured.end()) out.not_measured.push_back(std::move(item));
  }
  // Alerts on volunteers are answers of the trial, not of the crowd.
  std::set<std::string> volunteers;
  for (const trial_passages& one : trials.passages)
    for (std::size_t i = 0; i < one.rows.size(); ++i)
      if (one.rows.mated[i] == mated_status::yes) volunteers.insert(one.rows.person.texts[one.rows.person.codes[i]]);
  std::uint64_t of_volunteers = 0;
  for (const deployment_record& r : series.records)
    for (const std::string& person : r.persons_alerted_rightly) of_volunteers += volunteers.contains(person) ? 1 : 0;
  if (of_volunteers != 0)
    out.not_measured.push_back({"The crowd without the volunteers", "The log of alerts holds right alerts on " + grouped(of_volunteers) + (of_volunteers == 1 ? " person" : " persons") + " of the trial: what is said of the crowd's true alerts and of its share of false ones includes them.",
                                "Leave the alerts on volunteers out of the log of the crowd.", {}});
  const record_quality quality = examine(series);
  if (!tested) take(absent_rates());
  for (trial_evaluation& one : of_trials) {
    take(std::move(one.findings));
    std::move(one.curves.begin(), one.curves.end(), std::back_inserter(out.curves));
  }
  score_evaluation of_scores = evaluate_scores(declared, scores, std::move(counted), trials.known, threads);
  take(std::move(of_scores.out.findings));
  take(compare_systems(declared, trials, scores, of_scores, out.findings, threads));
  std::move(of_scores.out.curves.begin(), of_scores.out.curves.end(), std::back_inserter(out.curves));
  for (not_measured_item& item : of_scores.out.not_measured)
    if (std::find(out.not_measured.begin(), out.not_measured.end(), item) == out.not_measured.end()) out.not_measured.push_back(std::move(item));
  for (const score_set& set : scores.sets) out.records.comparisons += set.counts.all();
  if (!series.records.empty())
    for (const record_check& check : quality.checks) out.findings.push_back(check_finding(check));
  counting_levels counting = find_counting_levels(series, declared.level);
  take(break_findings(series, counting.breaks));
  if (!series.records.empty()) take(stratum_findings(declared, series, quality, strata, threads));
  take(threshold_comparisons(declared, quality, strata, counting.breaks));
  single_deployments singles = deployment_findings(declared, series, quality, threads);
  take(std::move(singles.findings));
  if (!series.records.empty()) {
    out.curves.push_back(std::move(singles.over_time));
    out.curves.push_back(std::move(counting.pace));
    out.curves.push_back(funnel_curve(series, strata, quality));
  }
  decision_evaluation weighed = evaluate_decision(declared, series, registers, quality, strata, threads);
  take(std::move(weighed.findings));
  std::move(weighed.curves.begin(), weighed.curves.end(), std::back_inserter(out.curves));
  std::move(weighed.not_measured.begin(), weighed.not_measured.end(), std::back_inserter(out.not_measured));
  crowd_group_evaluation by_group = evaluate_crowd_groups(declared, series);
  take(std::move(by_group.findings));
  std::move(by_group.not_measured.begin(), by_group.not_measured.end(), std::back_inserter(out.not_measured));
  take(projections(declared, out.findings));
  if (!series.records.empty() || !registers.given.empty()) {
    indicator_evaluation of_registers = evaluate_indicators(declared, series, trials, registers, out.findings, timed_by_register);
    take(std::move(of_registers.findings));
    std::move(of_registers.curves.begin(), of_registers.curves.end(), std::back_inserter(out.curves));
    std::move(of_registers.not_measured.begin(), of_registers.not_measured.end(), std::back_inserter(out.not_measured));
  }
  take(unanswered_limits(declared, out.findings));
  for (std::size_t i = 0; i < out.curves.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (out.curves[j].name == out.curves[i].name) out.curves[i].name += "_" + std::to_string(i);
  out.not_evaluated = declared.not_evaluated;
  for (std::size_t i = 0; i < out.findings.size(); ++i) out.index.emplace(out.findings[i].key, i);
  for (finding& claimed : claim_findings(claims, examine(claims), out)) {
    out.index.emplace(claimed.key, out.findings.size());
    out.findings.push_back(std::move(claimed));
  }
  if (!policies.empty()) out.laid_out = std::make_shared<const dossier>(lay_out(std::move(policies), out.findings, out.not_measured, declared));
  out.files = std::move(series.files);
  out.files.insert(out.files.end(), claims.files.begin(), claims.files.end());
  out.files.insert(out.files.end(), trials.files.begin(), trials.files.end());
  out.refused = std::move(series.refused);
  out.refused.add(std::move(claims.refused));
  out.refused.add(trials.refused);
  out.files.insert(out.files.end(), scores.files.begin(), scores.files.end());
  out.refused.add(scores.refused);
  out.files.insert(out.files.end(), registers.files.begin(), registers.files.end());
  out.refused.add(registers.refused);
  out.records.refused = out.refused.size();
  out.left_out = std::move(series.left_out);
  return out;
}

} // namespace

evaluation evaluate(const study& declared, deployment_series series, const evaluation_options& options) { return evaluate(declared, std::move(series), options, published_claims{}); }

evaluation evaluate(const study& declared, deployment_series series, const evaluation_options& options, published_claims claims) {
  return evaluate(declared, std::move(series), options, std::move(claims), trial_log{});
}

evaluation evaluate(const study& declared, deployment_series series, const evaluation_options& options, published_claims claims, const trial_log& trials) {
  return evaluate_counted(declared, std::move(series), options, std::move(claims), trials, score_log{}, {}, register_log{}, policies_or_throw(declared));
}

evaluation evaluate(const study& declared, deployment_series series, const evaluation_options& options, published_claims claims, const trial_log& trials, const score_log& scores) {
  return evaluate(declared, std::move(series), options, std::move(claims), trials, scores, register_log{});
}

evaluation evaluate(const study& declared, deployment_series series, const evaluation_options& options, published_claims claims, const trial_log& trials, const score_log& scores, const register_log& registers) {
  return evaluate_counted(declared, std::move(series), options, std::move(claims), trials, scores, count_sets(declared, scores), registers, policies_or_throw(declared));
}

tl::expected<evaluation, std::vector<error>> evaluate(const study& declared, const evaluation_options& options) {
  auto policies = load_policies(declared);
  if (!policies) return tl::unexpected(std::move(policies.error()));
  auto series = read_deployments(declared);
  auto claims = read_published(declared);
  auto trials = read_trial_log(declared, std::max(1U, options.threads));
  auto scores = read_and_count(declared, std::max(1U, options.threads));
  auto registers = read_registers(declared);
  if (!series || !claims || !trials || !scores || !registers) {
    std::vector<error> errors;
    if (!series) errors = std::move(series.error());
    if (!claims) errors.insert(errors.end(), claims.error().begin(), claims.error().end());
    if (!trials) errors.insert(errors.end(), trials.error().begin(), trials.error().end());
    if (!scores) errors.insert(errors.end(), scores.error().begin(), scores.error().end());
    if (!registers) errors.insert(errors.end(), registers.error().begin(), registers.error().end());
    return tl::unexpected(std::move(errors));
  }
  ledger all = series->refused;
  all.add(claims->refused);
  all.add(trials->refused);
  all.add(scores->log.refused);
  all.add(registers->refused);
  if (all.size() > declared.max_refused) {
    std::vector<error> errors;
    for (const refused_row& row : all.rows()) errors.push_back(row.why);
    error limit;
    limit.code = error_code::not_allowed;
    limit.file = declared.file;
    limit.column_name = "study.max_refused";
    limit.value = std::to_string(all.size()) + (all.size() == 1 ? " row refused" : " rows refused");
    limit.allowed = "at most " + std::to_string(declared.max_refused) + "; raise max_refused to go on without them";
    errors.push_back(std::move(limit));
    return tl::unexpected(std::move(errors));
  }
  const bool passed = std::any_of(trials->passages.begin(), trials->passages.end(), [](const trial_passages& p) { return p.rows.size() != 0; });
  if (series->records.empty() && claims->claims.empty() && !passed && std::all_of(scores->log.sets.begin(), scores->log.sets.end(), [](const score_set& s) { return s.counts.all() == 0; })) {
    error none;
    none.code = error_code::empty_file;
    none.file = declared.file;
    none.allowed = "at least one deployment within the scope of the study, one passage, one comparison or one published claim";
    return tl::unexpected(std::vector{none});
  }
  return evaluate_counted(declared, std::move(*series), options, std::move(*claims), *trials, scores->log, std::move(scores->counted), *registers, std::move(*policies));
}

} // namespace lfreval
