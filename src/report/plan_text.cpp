#include <lfreval/report/plan.hpp>

#include <lfreval/types/printable.hpp>

#include "report/plan_words.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

std::string to_text(const trial_plan& p) {
  const trial_design& d = p.design;
  std::string out = printable(d.name, 200) + "\n" + wrapped(supposed_words(d), 4, "  ");
  out += "  Confidence " + level_words(d.level) + ", one-sided for limits" + (d.comparator.empty() ? "" : ", two-sided between systems") + "; wanted chance " + chance_words(d.power) + "\n\nCLAIMS\n";
  for (const planned_claim& one : p.claims) {
    out += wrapped(claim_words(d, one.claim), 4, "  ");
    out += wrapped(need_words(d, one), 6, "    ");
  }
  out += "\nALL OF THEM: " + total_words(p) + "\n";
  if (const std::string list = list_words(p); !list.empty()) out += wrapped(list, 2, "LIST TO LOAD: ");
  if (d.budget) {
    out += "\nWHAT THE BUDGET CAN SHOW: " + counted_words(p.budget_mated, unit::mated_passages, "") + ", " + counted_words(p.budget_nonmated, unit::nonmated_passages, "") + "\n";
    for (const std::string& words : budget_words(p)) out += wrapped(words, 4, "  ");
    if (!p.groups.empty()) out += wrapped(sensitivity_words(p), 4, "  ");
    for (const group_sensitivity& g : p.groups) out += "    " + sensitivity_words(g) + "\n";
  }
  for (const std::string& words : reservation_words(p)) out += "\n" + paragraph(words, 0);
  out += "\nPre-registration: SHA-256 " + p.study_sha256 + " of the study file\n";
  return out;
}

std::string to_text(const trial_plan& p, const std::vector<simulated_claim>& simulated) {
  std::string out = "\nWHAT SIMULATED TRIALS SHOWED, EVALUATED WHOLE\n";
  for (const std::string& words : simulation_words(p, simulated)) out += wrapped(words, 4, "  ");
  return out;
}

} // namespace lfreval
