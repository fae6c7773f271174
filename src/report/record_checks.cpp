#include "report/deployment_findings.hpp"

#include <algorithm>

#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

finding check_finding(const std::string& name, std::string cites, check_value value, const std::string& noun) {
  finding f;
  f.metric = name;
  f.axes = {{"scope", "all"}};
  f.key = finding_key(name, f.axes);
  f.kind = finding_kind::check;
  f.in_section = "data_quality";
  f.status = value.examined == 0 ? finding_status::not_measured : finding_status::measured;
  f.cites = std::move(cites);
  f.sentence = value.examined == 0 ? "Could not be checked: the records lack the columns."
                                   : grouped(value.failing.size()) + " of " + grouped(value.examined) + " deployments " + noun + ".";
  f.value = std::move(value);
  return f;
}

std::string n(std::uint64_t value) { return std::to_string(value); }

finding alerts_check(const deployment_series& series) {
  check_value value;
  value.rule = "alerts = true alerts + false alerts";
  for (const deployment_record& r : series.records) {
    const auto t = r.true_alerts();
    const auto f = r.false_alerts();
    if (!r.alerts || !t || !f) continue;
    ++value.examined;
    if (alerts_add_up(r)) continue;
    const std::string true_part = r.published_true_alerts || !r.true_confirmed ? n(t->value()) : n(r.true_confirmed->value()) + " + " + n(r.true_unconfirmed->value());
    const std::string false_part = r.published_false_alerts || !r.false_confirmed ? n(f->value()) : n(r.false_confirmed->value()) + " + " + n(r.false_unconfirmed->value());
    value.failing.push_back({r.deployment, true_part + " true + " + false_part + " false = " + n(t->value() + f->value()) + ", but " + n(r.alerts->value()) + " alerts published"});
  }
  return check_finding("alerts_add_up", "M34", std::move(value), "publish alerts that do not add up");
}

finding outcomes_check(const deployment_series& series) {
  check_value value;
  value.rule = "outcomes together are at most the alerts";
  for (const deployment_record& r : series.records) {
    if (!r.alerts || r.outcomes.empty()) continue;
    ++value.examined;
    std::uint64_t sum = 0;
    std::string parts;
    for (const auto& [name, count] : r.outcomes) {
      sum += count.value();
      parts += (parts.empty() ? "" : " + ") + n(count.value()) + " " + name;
    }
    if (!outcomes_within_alerts(r)) value.failing.push_back({r.deployment, parts + " = " + n(sum) + ", but " + n(r.alerts->value()) + " alerts published"});
  }
  return check_finding("outcomes_within_alerts", "M34", std::move(value), "publish more outcomes than alerts");
}

finding completeness_check(const deployment_series& series) {
  check_value value;
  value.rule = "every authorised deployment has its figures";
  for (const deployment_record& r : series.records) {
    ++value.examined;
    std::string missing;
    const auto need = [&](bool present, const char* what) { if (!present) missing += (missing.empty() ? "" : ", ") + std::string(what); };
    need(r.faces.has_value(), "faces");
    need(r.alerts.has_value(), "alerts");
    need(r.true_alerts().has_value(), "true alerts");
    need(r.false_alerts().has_value(), "false alerts");
    if (r.status != deployment_status::completed)
      value.failing.push_back({r.deployment, std::string(to_string(r.status)) + (r.site ? " at " + *r.site : "") + (missing.empty() ? "" : "; no " + missing)});
    else if (!missing.empty())
      value.failing.push_back({r.deployment, "completed; no " + missing});
  }
  return check_finding("deployments_complete", "M65", std::move(value), "were broken off or lack figures");
}

template <class Test> std::uint64_t lacking(const deployment_series& series, const Test& has) {
  return static_cast<std::uint64_t>(std::count_if(series.records.begin(), series.records.end(), [&](const deployment_record& r) { return !has(r); }));
}

std::string of_all(std::uint64_t some, const deployment_series& series) {
  const std::uint64_t all = series.records.size();
  return some == all ? "all " + grouped(all) : grouped(some) + " of " + grouped(all);
}

} // namespace

std::vector<finding> record_checks(const deployment_series& series) {
  return {completeness_check(series), alerts_check(series), outcomes_check(series)};
}

std::vector<not_measured_item> not_measured_by(const deployment_series& series) {
  std::vector<not_measured_item> out;
  out.push_back({"Misses",
                 "How many listed people walked past without an alert. Deployment records hold only the alerts that were raised, so no true positive "
                 "identification rate can be made from them, and few false alerts may only mean that the system misses more.",
                 "Seed the deployment with volunteers who are on the list, and log each of their passages whether or not it alerted.",
                 {"true_positive_identification_rate", "false_negative_identification_rate"}});
  out.push_back({"Demographics of those scanned",
                 "Who the scanned faces belonged to. Groups recorded for alerts or stops alone cannot show whether errors fall more on some people: the "
                 "denominator of each group is missing.",
                 "Count the crowd by group in an annotated sample, or seed volunteers of every group, and record the same groups for alerts.",
                 {}});
  out.push_back({"People, as opposed to faces",
                 "How many people were scanned. One person may be counted as several faces, at several cameras, on several days; the number of people is "
                 "not on record and is not the number of faces.",
                 "Annotate a sample of video for passages and repeat passers, and declare passages_per_face with its range.",
                 {"false_positive_identification_rate", "selectivity"}});
  out.push_back({"Outcomes after arrest",
                 "Whether arrests led to a charge or a conviction, whether the alert was the reason for them, and whether the person would have been found "
                 "without it.",
                 "Follow each arrest to its result, with the grade of the offence and whether the address was already known.",
                 {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.faces_counting_rule.has_value(); }))
    out.push_back({"How faces were counted",
                   "What counts as one face is not stated for " + of_all(without, series) + " deployments, nor how far the published number may be off. A change of "
                   "counting changes every rate per face.",
                   "Publish the counting rule and an error from a manual count of a sample.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.threshold.has_value(); }))
    out.push_back({"Thresholds", "The score at which an alert is raised is not published for " + of_all(without, series) + " deployments.",
                   "Publish the threshold with every deployment.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.system.has_value(); }))
    out.push_back({"System version", "Which version of the algorithm ran is not published for " + of_all(without, series) + " deployments; error rates belong to a version.",
                   "Publish vendor and version with every deployment.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.watchlist_persons.has_value(); }))
    out.push_back({"People on the watchlist", "Only images are counted, or nothing, for " + of_all(without, series) + " deployments; how many people were sought is not on record.",
                   "Publish persons as well as images.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.true_engaged && r.false_engaged; }))
    out.push_back({"Engagements", "Whether an officer contacted the person alerted on is not published for " + of_all(without, series) + " deployments.",
                   "Publish engagements of the right and of the wrong person, their length, and any force used.",
                   {"false_engagements_per_face", "false_engagements_per_engagement", "false_engagements_per_false_alert"}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.duration.has_value(); }))
    out.push_back({"Hours", "How long the cameras were live is not published for " + of_all(without, series) + " deployments.", "Publish start and end.", {}});
  return out;
}

} // namespace lfreval
