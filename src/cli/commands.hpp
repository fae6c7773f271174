// What each subcommand does once its arguments are parsed. Exit codes: 0 done, 1 what --fail-on or verify found,
// 2 wrong usage, 3 input refused, 4 internal.
#pragma once

#include <string>
#include <vector>

namespace lfreval::cli {

inline constexpr int done = 0, found = 1, wrong_usage = 2, input_refused = 3, internal = 4;

struct evaluate_arguments {
  std::string study, folder = ".", format = "text", fail_on, command;
  unsigned threads = 1;
  bool show_values = false, quiet = false;
};
int evaluate_study(const evaluate_arguments&);
int check_study(const std::string& study, bool show_values);
int init_study(const std::vector<std::string>& files);
int verify_evaluation(const std::string& evaluation, const std::string& study, unsigned threads);

struct page_arguments {
  std::string evaluation, file = "report.html";
  bool public_copy = false;
};
int write_page(const page_arguments&);

int list_policies();
int show_policy(const std::string& named);
/// Ends with 1 where they differ.
int diff_policies(const std::string& first, const std::string& second);
int check_policy(const std::string& named);

struct document_arguments {
  std::string kind, evaluation, file; ///< printed where no file is named
};
int write_document(const document_arguments&);

struct trial_arguments {
  std::string trial, folder = ".";
  unsigned threads = 1;
  bool redact = false, write_templates = false, quiet = false;
};
int run_trial(const trial_arguments&);

struct monitor_arguments {
  std::string study, state, until, fail_on;
};
int monitor_study(const monitor_arguments&);
struct plan_arguments {
  std::string design, study, page;
  std::uint64_t simulated_trials = 0;
  unsigned threads = 1;
};
int plan_design(const plan_arguments&);
/// Two are held against each other; of three or more, what they have in common and how much they differ.
int compare_files(const std::vector<std::string>& files);

struct rate_arguments {
  std::string events, exposure, unit = "faces", of, limit;
  double confidence = 0.95;
};
int print_rate(const rate_arguments&);
int explain(const std::string& metric);
int print_reference(const std::string& what);

} // namespace lfreval::cli
