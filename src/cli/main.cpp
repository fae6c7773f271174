#include <csignal>
#include <exception>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>

#include <lfreval/types/version.hpp>

#include "cli/commands.hpp"

int main(int count, char** values) {
  using namespace lfreval::cli;
  // A file size limit must come back as an error of the write, not as a signal.
  std::signal(SIGXFSZ, SIG_IGN);

  CLI::App app{"Evaluates live facial recognition trials and deployments: what the records support and what they do not.", "lfreval"};
  app.set_version_flag("--version", "lfreval " + std::string(lfreval::version()));
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done, 1 what --fail-on or verify found, 2 wrong usage, 3 input refused, 4 internal.");

  evaluate_arguments evaluation;
  for (int i = 0; i < count; ++i) evaluation.command += (i == 0 ? "lfreval" : " " + std::string(values[i]));
  CLI::App* evaluate = app.add_subcommand("evaluate", "Evaluate a study; write evaluation.json, tables and the report page");
  evaluate->add_option("study", evaluation.study, "Study file (TOML)")->required();
  evaluate->add_option("-o,--output", evaluation.folder, "Folder for what is written; made if it is not there")->capture_default_str();
  evaluate->add_option("--threads", evaluation.threads, "Threads; the result does not depend on it")->check(CLI::Range(1U, 256U))->capture_default_str();
  evaluate->add_option("--format", evaluation.format, "What is printed")->check(CLI::IsMember({"text", "json", "csv"}))->capture_default_str();
  evaluate->add_option("--fail-on", evaluation.fail_on, "Exit with 1 if a limit is not met, or also if one is inconclusive")->check(CLI::IsMember({"not_met", "inconclusive"}));
  evaluate->add_flag("--show-values", evaluation.show_values, "Print identifiers and free text of refused rows");
  evaluate->add_flag("--quiet", evaluation.quiet, "Print nothing but errors");

  std::string study;
  bool show_values = false;
  CLI::App* check = app.add_subcommand("check", "Read and validate a study and its files; print the refused rows");
  check->add_option("study", study, "Study file (TOML)")->required();
  check->add_flag("--show-values", show_values, "Print identifiers and free text of refused rows");

  std::vector<std::string> files;
  CLI::App* init = app.add_subcommand("init", "Propose a study file for CSV files of deployments");
  init->add_option("files", files, "CSV files")->required();

  rate_arguments one;
  CLI::App* rate = app.add_subcommand("rate", "Every interval of one rate: EVENTS EXPOSURE; of a ratio: A/N B/M");
  rate->add_option("events", one.events, "Events, or A/N for a ratio")->required();
  rate->add_option("exposure", one.exposure, "Exposure, or B/M for a ratio")->required();
  rate->add_option("--unit", one.unit, "Unit of the exposure: faces, alerts, resolved-alerts, nonmated-passages, mated-passages, engagements, hours …")->capture_default_str();
  rate->add_option("--of", one.of, "Unit of the events; by default the one that is usual for the exposure");
  rate->add_option("--limit", one.limit, "Limit to hold the rate against, as two whole numbers: 1/1000");
  rate->add_option("--confidence", one.confidence, "Confidence: 0.95, not 95")->capture_default_str();

  std::string metric;
  CLI::App* explained = app.add_subcommand("explain", "Meaning, formula and limits of a metric; without one, the list");
  explained->add_option("metric", metric, "Metric key");

  std::string evaluation_file;
  unsigned threads = 1;
  CLI::App* verified = app.add_subcommand("verify", "Hold an evaluation.json against its study: hash, evaluate again, name what differs");
  verified->add_option("evaluation", evaluation_file, "evaluation.json")->required();
  verified->add_option("study", study, "Study file (TOML)")->required();
  verified->add_option("--threads", threads, "Threads")->check(CLI::Range(1U, 256U));

  page_arguments page;
  CLI::App* paged = app.add_subcommand("page", "Write the report page of an evaluation.json: one HTML file that needs nothing else");
  paged->add_option("evaluation", page.evaluation, "evaluation.json")->required();
  paged->add_option("-o,--output", page.file, "The file to write")->capture_default_str();
  paged->add_flag("--public", page.public_copy, "Withhold small counts of single places, days, cameras and groups, and identifiers");

  std::string named, other;
  CLI::App* policy = app.add_subcommand("policy", "Policies that the dossier is laid out against: list, show, check, diff");
  policy->require_subcommand(1);
  CLI::App* listed = policy->add_subcommand("list", "The policies shipped with lfreval");
  CLI::App* shown = policy->add_subcommand("show", "The criteria of a policy, limb by limb");
  shown->add_option("policy", named, "A shipped policy, or a policy file that ends in .toml")->required();
  CLI::App* checked = policy->add_subcommand("check", "Hold a policy file against the language and the tables of metrics and indicators");
  checked->add_option("policy", named, "A shipped policy, or a policy file that ends in .toml")->required();
  CLI::App* compared = policy->add_subcommand("diff", "What differs between two policies; ends with 1 where something does");
  compared->add_option("first", named, "A shipped policy, or a policy file that ends in .toml")->required();
  compared->add_option("second", other, "A shipped policy, or a policy file that ends in .toml")->required();

  document_arguments document;
  CLI::App* begun = app.add_subcommand("document", "Begin a document that people have to write: dpia, equality or transparency, in Markdown");
  begun->add_option("kind", document.kind, "dpia, equality or transparency")->required()->check(CLI::IsMember({"dpia", "equality", "transparency"}));
  begun->add_option("evaluation", document.evaluation, "evaluation.json")->required();
  begun->add_option("-o,--output", document.file, "The file to write; printed where none is named");

  trial_arguments trial;
  CLI::App* tried = app.add_subcommand("run-trial", "Run a trial on pictures or a video: write its log and a study of it");
  tried->add_option("trial", trial.trial, "Trial file (TOML)")->required();
  tried->add_option("-o,--output", trial.folder, "Folder for the log; made if it is not there. A run that was interrupted goes on in its own")->capture_default_str();
  tried->add_option("--threads", trial.threads, "Threads")->check(CLI::Range(1U, 256U))->capture_default_str();
  tried->add_flag("--redact", trial.redact, "Write a crop of each face with all faces blurred, as evidence");
  tried->add_flag("--write-templates", trial.write_templates, "Write the templates of the watchlist, which are sensitive; otherwise they stay in memory");
  tried->add_flag("--quiet", trial.quiet, "Print nothing but errors");

  monitor_arguments monitored;
  CLI::App* monitor = app.add_subcommand("monitor", "Watch a programme deployment by deployment: limits, shifts, drift and stop rules");
  monitor->add_option("study", monitored.study, "Study file (TOML)")->required();
  monitor->add_option("--state", monitored.state, "File that keeps what was fed; read if it is there, then written");
  monitor->add_option("--until", monitored.until, "Last day to feed, as 2025-07-15");
  monitor->add_option("--fail-on", monitored.fail_on, "Exit with 1 if a stop rule was ever triggered")->check(CLI::IsMember({"triggered"}));

  plan_arguments planned;
  CLI::App* plan = app.add_subcommand("plan", "What a trial needs to support its claims, and what a budget can and cannot show");
  plan->add_option("design", planned.design, "Design file (TOML)")->required();
  plan->add_option("-o,--output", planned.study, "Study file to write: limits and margins declared, its SHA-256 the pre-registration");
  plan->add_option("--page", planned.page, "Page to write: one HTML file with the chance of each claim over the size of the trial");
  plan->add_option("--simulate", planned.simulated_trials, "Draw so many trials of the planned size for each claim, evaluate each whole, and say how often it was supported")->check(CLI::Range(1U, 1'000'000U));
  plan->add_option("--threads", planned.threads, "Threads; the result does not depend on it")->check(CLI::Range(1U, 256U))->capture_default_str();

  std::vector<std::string> compared_files;
  CLI::App* both = app.add_subcommand("compare", "Hold two evaluations against each other, or three and more beside each other: what may be compared, what differs beyond noise");
  both->add_option("evaluations", compared_files, "evaluation.json of each")->required()->expected(2, 1000);

  std::string what;
  CLI::App* reference = app.add_subcommand("reference", "Print reference material made from the program's own tables");
  reference->add_option("what", what, "metrics, study, design, policy, guards or schema")->required()->check(CLI::IsMember({"metrics", "study", "design", "policy", "guards", "schema"}));

  try {
    app.parse(count, values);
  } catch (const CLI::ParseError& problem) {
    // Help and version end with 0; everything else is wrong usage.
    return app.exit(problem) == 0 ? done : wrong_usage;
  }

  try {
    int code = internal;
    if (*evaluate) code = evaluate_study(evaluation);
    else if (*check) code = check_study(study, show_values);
    else if (*init) code = init_study(files);
    else if (*rate) code = print_rate(one);
    else if (*explained) code = explain(metric);
    else if (*verified) code = verify_evaluation(evaluation_file, study, threads);
    else if (*paged) code = write_page(page);
    else if (*policy) code = *listed ? list_policies() : *shown ? show_policy(named) : *checked ? check_policy(named) : diff_policies(named, other);
    else if (*begun) code = write_document(document);
    else if (*tried) code = run_trial(trial);
    else if (*plan) code = plan_design(planned);
    else if (*both) code = compare_files(compared_files);
    else if (*monitor) code = monitor_study(monitored);
    else if (*reference) code = print_reference(what);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "lfreval: standard output could not be written\n";
      return input_refused;
    }
    return code;
  } catch (const std::invalid_argument& problem) {
    std::cerr << "lfreval: " << problem.what() << "\n";
    return wrong_usage;
  } catch (const std::exception& problem) {
    std::cerr << "lfreval: internal error: " << problem.what() << "\n";
    return internal;
  }
}
