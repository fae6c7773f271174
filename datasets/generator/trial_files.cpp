#include "trial_files.hpp"

#include "trial_tables.hpp"
#include "watchlist.hpp"

namespace lfreval::synthetic {

namespace {

/// A decimal number without idle zeros: 0.64, 0.6, 1.0.
std::string plain(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text + "0" : text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts)
    out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string source(const char* name, const char* kind, const char* table, const std::string& file) {
  return std::string("\n[[source]]\nname = \"") + name + "\"\nkind = \"" + kind + "\"\ntable = \"" + table +
         "\"\nfiles = [\"" + file + "\"]\n";
}

std::string study_toml(const named_trial& trial, bool compressed) {
  const trial_design& d = trial.design;
  const std::string end = compressed ? ".csv.gz" : ".csv";
  std::vector<std::string> report, shares;
  for (const double threshold : trial.report)
    report.push_back(plain(threshold));
  for (const group_design& group : d.groups)
    shares.push_back(group.name + " = " + plain(group.share_of_passers));

  std::string out = "# Synthetic: nothing in these files is a real person or a measurement.\nschema = 1\n";
  out += "\n[study]\nname = \"" + trial.title + "\"\nconfidence = 0.95\nseed = 7\nequivalence_margin = 1.25\n";
  out += "\n[system." + d.system + "]\nvendor = \"synthetic\"\nversion = \"1\"\npolarity = \"similarity\"\n";
  out += "precision = \"float32\"\noperating_threshold = " + plain(d.operating_threshold) + "\n";
  out += "\n[thresholds]\ngrid = { from = " + plain(d.recording_threshold) + ", to = 0.8, step = 0.001 }\n";
  out += "report = [" + joined(report) + "]\n";
  out += "\n[[group]]\nname = \"" + d.group_axis + "\"\ntable = \"persons\"\nlabel_source = \"synthetic\"\n";
  out += "reference = \"" + d.groups[0].name + "\"\n";

  out += source("volunteers", "seeded", "passages", "passages" + end);
  out += "system = \"" + d.system + "\"\nlabel_source = \"ground_truth\"\n";
  if (trial.as_study_b) out += "[source.columns]\npassage = \"id\"\nperson = \"volunteer\"\nmated = \"on_list\"\n";
  if (!trial.as_study_b) out += "# The same searches as lists: name candidates" + end + " as a source of the table candidates, and map only passage,\n"
                                "# person, deployment, camera, mated, mate and acquired of passages" + end + ".\n";
  out += source("persons", "seeded", "persons", "persons" + end);
  if (!trial.as_study_b) out += source("watchlist", "seeded", "watchlist", "watchlist" + end);
  out += source("crowd", "operational", "exposure", (trial.as_study_b ? "crowd" : "exposure") + end);
  if (trial.as_study_b)
    out += "[source.columns]\ncount = { column = \"n\", cv = " + plain(d.crowd.face_count_cv) + " }\n";
  out += source("crowd-alerts", "operational", "alerts", "alerts" + end);

  if (!trial.as_study_b) {
    out += "\n[[limit]]\nmetric = \"false_positive_identification_rate\"\nat_most = { events = 1, exposure = 100 }\nsource = \"declared for the example\"\n";
    out += "\n[[limit]]\nmetric = \"true_positive_identification_rate\"\nat_least = { events = 8, exposure = 10 }\nsource = \"declared for the example\"\n";
  }
  out += "\n[[assumption]]\nquantity = \"passages_per_face\"\nlow = 0.6\npoint = 0.8\nhigh = 1.0\n";
  out += "reason = \"by design: one passage in four is counted as two faces\"\n";
  out += "\n[[baseline]]\nname = \"passers of the design\"\nof = \"" + d.group_axis + "\"\n";
  out += "shares = { " + joined(shares) + " }\nsource = \"the design of the synthetic trial\"\n";
  return out;
}

/// What both trials share. Every number is invented; none says anything about anyone or about any product.
trial_design usual() {
  trial_design d;
  d.images_per_person = {0.7, 0.2, 0.1};
  d.groups = {{"white", 0.538, 0.45, 0.000, 0.000},
              {"black", 0.135, 0.25, 0.025, 0.005},
              {"asian", 0.207, 0.20, 0.015, 0.000},
              {"other", 0.120, 0.10, 0.010, 0.000}};
  d.cameras = {{"camera-east", 0.4, 0.00, 0.010}, {"camera-mid", 0.4, 0.01, 0.005}, {"camera-west", 0.2, -0.02, 0.025}};
  d.lights = {{"daylight", 0.6, 0.00, 0.000}, {"dusk", 0.3, -0.02, 0.015}, {"dark", 0.1, -0.05, 0.050}};
  d.scores = {.base = 0.37,
              .noise_sd = 0.05,
              .passer_sd = 0.035,
              .list_sd = 0.015,
              .mate_base = 0.73,
              .mate_noise_sd = 0.03,
              .mate_sd = 0.045};
  d.operating_threshold = 0.64;
  d.crowd.second_face = 0.25;
  d.crowd.face_count_cv = 0.05;
  d.crowd.credible_when_true = 0.95;
  d.crowd.credible_when_false = 0.40;
  d.crowd.engaged_when_credible = 0.80;
  return d;
}

} // namespace

named_trial example_trial() {
  named_trial out{"example", "Synthetic trial: volunteers, labelled passers and a crowd",
                  usual(),   20250101,
                  20250102,  {0.58, 0.60, 0.62, 0.64, 0.66},
                  false};
  trial_design& d = out.design;
  d.volunteers = 200;
  d.volunteer_passes = {4, 40, 1.5};
  d.passers = 1600;
  d.passer_passes = {1, 60, 1.2};
  d.others_listed = 600;
  d.deployments = 6;
  d.recording_threshold = 0.56;
  d.candidates_kept = 10;
  d.crowd.passers = 20000;
  d.crowd.listed_passers = 40;
  d.crowd.passes = {1, 10, 2.0};
  return out;
}

named_trial volunteers_and_crowd() {
  named_trial out{"volunteers-and-crowd",
                  "Seeded trial, 400 volunteers x 10 passes, and a crowd",
                  usual(),
                  20250103,
                  20250104,
                  {0.56, 0.58, 0.60, 0.62, 0.64},
                  true};
  trial_design& d = out.design;
  d.volunteers = 200;
  d.volunteer_passes = {10, 10, 1.0};
  d.passers = 200;
  d.passer_passes = {10, 10, 1.0};
  d.others_listed = 600;
  d.deployments = 4;
  d.recording_threshold = 0.50;
  d.candidates_kept = 10;
  d.crowd.passers = 20000;
  d.crowd.listed_passers = 40;
  d.crowd.passes = {1, 10, 2.0};
  return out;
}

std::optional<named_trial> trial_named(std::string_view name) {
  for (named_trial (*make)() : {example_trial, volunteers_and_crowd}) {
    named_trial one = make();
    if (one.name == name) return one;
  }
  return std::nullopt;
}

std::vector<trial_file> files_of(const named_trial& trial, bool compressed) {
  const trial_design& d = trial.design;
  const watchlist list = draw_watchlist(d, trial.list_seed);
  const synthetic_trial drawn = draw_trial(d, list, trial.trial_seed);
  const synthetic_crowd crowd = draw_crowd(d, list, trial.trial_seed);
  std::vector<trial_truth> truths;
  for (const double threshold : trial.report)
    truths.push_back(truth_of(d, list, threshold));

  std::vector<trial_file> out;
  if (trial.as_study_b) {
    out.push_back({"passages.csv", passages_csv(d, drawn, {"id", "volunteer", "on_list"})});
    out.push_back({"crowd.csv", exposure_csv(d, crowd, "n")});
  } else {
    out.push_back({"passages.csv", passages_csv(d, drawn)});
    out.push_back({"candidates.csv", candidates_csv(d, drawn)});
    out.push_back({"watchlist.csv", watchlist_csv(d, list)});
    out.push_back({"exposure.csv", exposure_csv(d, crowd)});
  }
  out.push_back({"persons.csv", persons_csv(d, drawn)});
  out.push_back({"alerts.csv", alerts_csv(d, crowd)});
  out.push_back({"study.toml", study_toml(trial, compressed)});
  out.push_back({"truth.json", truth_json(trial, truths, crowd)});
  return out;
}

} // namespace lfreval::synthetic
