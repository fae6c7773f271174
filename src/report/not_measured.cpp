#include "report/deployment_findings.hpp"

#include <algorithm>

#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

template <class Test> std::uint64_t lacking(const deployment_series& series, const Test& has) {
  return static_cast<std::uint64_t>(std::count_if(series.records.begin(), series.records.end(), [&](const deployment_record& r) { return !has(r); }));
}

std::string of_all(std::uint64_t some, const deployment_series& series) {
  const std::uint64_t all = series.records.size();
  const std::string noun = all == 1 ? " deployment" : " deployments";
  return (some == all ? (all == 1 ? "the only" : "all " + grouped(all)) : grouped(some) + " of " + grouped(all)) + noun;
}

} // namespace

std::vector<not_measured_item> not_measured_by(const deployment_series& series, bool beside_a_trial) {
  std::vector<not_measured_item> out;
  if (series.records.empty()) {
    out.push_back({"Records", "No records were given: published claims can only be held against their own arithmetic.", "Add the deployment records that the claims are about.", {}});
    return out;
  }
  // A trial beside them measures misses: of its volunteers, not of these people.
  std::vector<std::string> without_trial{"true_positive_identification_rate", "false_negative_identification_rate"};
  if (beside_a_trial) without_trial.clear();
  out.push_back({beside_a_trial ? "Misses in the crowd" : "Misses",
                 "How many listed people walked past without an alert. Deployment records hold only the alerts that were raised, so no true positive "
                 "identification rate can be made from them, and few false alerts may only mean that the system misses more.",
                 "Seed the deployment with volunteers who are on the list, and log each of their passages whether or not it alerted.",
                 without_trial});
  out.push_back({"Demographics of those scanned",
                 "Who the scanned faces belonged to. Groups recorded for alerts or stops alone cannot show whether errors fall more on some people: the "
                 "denominator of each group is missing.",
                 "Count the crowd by group in an annotated sample, or seed volunteers of every group, and record the same groups for alerts.",
                 {}});
  out.push_back({"People, as opposed to faces",
                 "How many people were scanned. One person may be counted as several faces, at several cameras, on several days; the number of people is "
                 "not on record and is not the number of faces.",
                 "Annotate a sample of video for passages and repeat passers, and declare passages_per_face with its range.",
                 beside_a_trial ? std::vector<std::string>{} : std::vector<std::string>{"false_positive_identification_rate", "selectivity"}});
  if (std::any_of(series.records.begin(), series.records.end(), [](const deployment_record& r) { return r.passages && !r.faces; }))
    out.push_back({"Rates of a crowd counted in passages", "Some cameras count passages and no faces; alerts are divided by faces in this version, and these deployments are in no such rate.",
                   "Give the count of faces beside that of passages.", {}});
  if (const auto silent = static_cast<std::uint64_t>(std::count_if(series.records.begin(), series.records.end(), [](const deployment_record& r) { return r.is_log && r.faces && r.alerts && r.alerts->value() == 0; })))
    out.push_back({"Deployments without an alert in the log", "The log of alerts has no row of " + of_all(silent, series) + ": they are taken to have had none, and nothing shows that the log covers them.",
                   "Confirm that it does, or leave their counts out.", {}});
  if (std::any_of(series.records.begin(), series.records.end(), [](const deployment_record& r) { return r.is_log && r.alerts && r.alerts->value() > 1 && !r.alerts_before_grouping; }))
    out.push_back({"Alerts of one passage", "The log does not say which alerts are of one passage: each is counted by itself, and one person may stand behind several.",
                   "Record alert_group or passage with every alert.", {}});
  out.push_back({"Outcomes after arrest",
                 "Whether arrests led to a charge or a conviction, whether the alert was the reason for them, and whether the person would have been found "
                 "without it.",
                 "Follow each arrest to its result, with the grade of the offence and whether the address was already known.",
                 {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.faces_counting_rule.has_value(); }))
    out.push_back({"How faces were counted", "What counts as one face is not stated for " + of_all(without, series) + ". A change of counting changes every rate per face.",
                   "Publish the counting rule.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.faces_cv.has_value(); }))
    out.push_back({"Error of the face counts", "How far the published number of faces may be off is not stated for " + of_all(without, series) + ".",
                   "Count the faces in a sample of video by hand and declare the coefficient of variation as faces_cv.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.threshold.has_value(); }))
    out.push_back({"Thresholds", "The score at which an alert is raised is not published for " + of_all(without, series) + ".",
                   "Publish the threshold with every deployment.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.system.has_value(); }))
    out.push_back({"System version", "Which version of the algorithm ran is not published for " + of_all(without, series) + "; error rates belong to a version.",
                   "Publish vendor and version with every deployment.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.watchlist_persons.has_value(); }))
    out.push_back({"People on the watchlist", "Only images are counted, or nothing, for " + of_all(without, series) + "; how many people were sought is not on record.",
                   "Publish persons as well as images.", {}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.true_engaged && r.false_engaged; }))
    out.push_back({"Engagements", "Whether an officer contacted the person alerted on is not published for " + of_all(without, series) + ".",
                   "Publish engagements of the right and of the wrong person, their length, and any force used.",
                   {"false_engagements_per_face", "false_engagements_per_engagement", "false_engagements_per_false_alert"}});
  if (const auto without = lacking(series, [](const deployment_record& r) { return r.duration.has_value(); }))
    out.push_back({"Hours", "How long the cameras were live is not published for " + of_all(without, series) + ".", "Publish start and end.", {}});
  return out;
}

} // namespace lfreval
