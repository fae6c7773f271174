#include "cli/commands.hpp"

#include <filesystem>
#include <iostream>
#include <vector>

#include <lfreval/bytes/file.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/plan.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval::cli {

int plan_design(const plan_arguments& a) {
  const auto refused = [](const error& why) {
    std::cerr << why.message() << "\n";
    return input_refused;
  };
  const auto design = read_design(a.design);
  if (!design) {
    for (const error& why : design.error()) refused(why);
    return input_refused;
  }
  const trial_plan plan = plan_trial(*design);
  if (!a.study.empty()) {
    // A pre-registration that can be written over is none.
    std::error_code unanswered;
    if (std::filesystem::exists(a.study, unanswered)) {
      error why;
      why.code = error_code::cannot_write;
      why.file = a.study;
      why.allowed = "a file that is not there yet: a study that was declared is not written over";
      return refused(why);
    }
    if (const auto written = write_file_atomically(a.study, plan.study); !written) return refused(written.error());
  }
  std::cout << to_text(plan) << std::flush;
  std::vector<simulated_claim> simulated;
  if (a.simulated_trials != 0) {
    simulated = simulate_plan(plan, a.simulated_trials, {.threads = a.threads});
    std::cout << to_text(plan, simulated);
  }
  if (!a.page.empty()) {
    if (const auto written = write_file_atomically(a.page, to_page(plan, simulated)); !written) return refused(written.error());
    std::cout << "Page written to " << printable(a.page, 4096) << "\n";
  }
  if (!a.study.empty()) std::cout << "Study written to " << printable(a.study, 4096) << "\n";
  return done;
}

} // namespace lfreval::cli
