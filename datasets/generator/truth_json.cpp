#include "trial_files.hpp"

#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

namespace lfreval::synthetic {

namespace {

using json = nlohmann::ordered_json;

/// Ten digits: more would differ between mathematical libraries.
double ten_digits(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return std::strtod(text, nullptr);
}

json written(const estimable<double>& value) {
  if (value) return ten_digits(*value);
  return {
      {"value", nullptr}, {"reason", std::string(to_string(value.error().reason))}, {"remedy", value.error().remedy}};
}

json written(const two_truths& both) {
  return {{"this_list", written(both.this_list)}, {"lists_of_this_kind", written(both.lists_of_this_kind)}};
}

json written(const rate_truth& r) {
  json out;
  out["group"] = r.group.empty() ? json("all") : json(r.group);
  out["failure_to_acquire"] = ten_digits(r.failure_to_acquire);
  out["false_positive_identification_rate"] = written(r.false_positive_identification_rate);
  out["acquired_false_positive_identification_rate"] = written(r.acquired_false_positive_identification_rate);
  out["selectivity"] = written(r.selectivity);
  out["persons_ever_alerted"] = {{"this_list", ten_digits(r.persons_ever_alerted)}};
  out["true_positive_identification_rate"] = written(r.true_positive_identification_rate);
  out["acquired_true_positive_identification_rate"] = written(r.acquired_true_positive_identification_rate);
  out["true_positive_identification_rate_any_rank"] = written(r.true_positive_identification_rate_any_rank);
  return out;
}

json written(const pass_numbers& passes) {
  if (passes.fewest == passes.most) return {{"exactly", passes.most}};
  return {{"fewest", passes.fewest}, {"most", passes.most}, {"tail", passes.tail}};
}

json written(const condition_design& one) {
  return {{"name", one.name},
          {"share", one.share},
          {"mate_shift", one.mate_shift},
          {"failure_to_acquire", one.failure_to_acquire}};
}

json written(const trial_design& d) {
  json out;
  out["volunteers"] = d.volunteers;
  out["volunteer_passes"] = written(d.volunteer_passes);
  out["passers"] = d.passers;
  out["passer_passes"] = written(d.passer_passes);
  out["others_listed"] = d.others_listed;
  out["images_per_person"] = d.images_per_person;
  out["group_axis"] = d.group_axis;
  for (const group_design& g : d.groups)
    out["groups"].push_back({{"name", g.name},
                             {"share_of_passers", g.share_of_passers},
                             {"share_of_list", g.share_of_list},
                             {"elevation", g.elevation},
                             {"failure_to_acquire", g.failure_to_acquire}});
  for (const condition_design& one : d.cameras)
    out["cameras"].push_back(written(one));
  for (const condition_design& one : d.lights)
    out["lights"].push_back(written(one));
  out["deployments"] = d.deployments;
  out["scores"] = {{"base", d.scores.base},           {"noise_sd", d.scores.noise_sd},
                   {"passer_sd", d.scores.passer_sd}, {"list_sd", d.scores.list_sd},
                   {"mate_base", d.scores.mate_base}, {"mate_noise_sd", d.scores.mate_noise_sd},
                   {"mate_sd", d.scores.mate_sd}};
  out["operating_threshold"] = d.operating_threshold;
  out["recording_threshold"] = d.recording_threshold;
  out["candidates_kept"] = d.candidates_kept;
  out["crowd"] = {{"passers", d.crowd.passers},
                  {"listed_passers", d.crowd.listed_passers},
                  {"passes", written(d.crowd.passes)},
                  {"second_face", d.crowd.second_face},
                  {"face_count_cv", d.crowd.face_count_cv},
                  {"credible_when_true", d.crowd.credible_when_true},
                  {"credible_when_false", d.crowd.credible_when_false},
                  {"engaged_when_credible", d.crowd.engaged_when_credible}};
  return out;
}

/// What nobody on the ground could know.
json written(const synthetic_crowd& crowd) {
  std::uint64_t seen = 0, nonmated = 0, nonmated_alerted = 0, listed = 0, identified = 0;
  for (const crowd_cell& cell : crowd.cells) {
    seen += cell.true_faces;
    nonmated += cell.nonmated_passages;
    nonmated_alerted += cell.nonmated_passages_with_alert;
    listed += cell.listed_passages;
    identified += cell.listed_passages_identified;
  }
  std::uint64_t true_ones = 0;
  for (const crowd_alert& one : crowd.alerts)
    true_ones += one.truly_listed ? 1 : 0;
  return {{"faces", seen},
          {"nonmated_passages", nonmated},
          {"nonmated_passages_with_alert", nonmated_alerted},
          {"listed_passages", listed},
          {"listed_passages_identified", identified},
          {"alerts", crowd.alerts.size()},
          {"true_alerts", true_ones},
          {"false_alerts", crowd.alerts.size() - true_ones}};
}

} // namespace

std::string truth_json(const named_trial& trial, std::span<const trial_truth> truths, const synthetic_crowd& crowd) {
  json out;
  out["synthetic"] = "Nothing here is a real person or a measurement: every row was drawn from the design below.";
  out["trial"] = trial.name;
  out["list_seed"] = trial.list_seed;
  out["trial_seed"] = trial.trial_seed;
  out["design"] = written(trial.design);
  for (const trial_truth& truth : truths) {
    json at;
    at["threshold"] = truth.threshold;
    for (const rate_truth& rate : truth.rates)
      at["rates"].push_back(written(rate));
    out["truth"].push_back(std::move(at));
  }
  out["crowd"] = written(crowd);
  return out.dump(1) + "\n";
}

} // namespace lfreval::synthetic
