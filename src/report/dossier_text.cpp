#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/dossier_views.hpp"
#include "report/wrap.hpp"

namespace lfreval {

std::string text_of(const dossier& whole) {
  std::string out;
  for (const policy& one : whole.policies)
    out += wrapped(printable(one.title, 200) + " (" + printable(one.name) + " " + printable(one.version) + "), SHA-256 " + one.sha256.substr(0, 12) + ".", 10, "  against ");
  for (const dossier_limb& one : whole.limbs) {
    std::string counts;
    for (const auto& [status, n] : one.counts) {
      std::string name(to_string(status));
      for (char& c : name)
        if (c == '_') c = ' ';
      counts += (counts.empty() ? "" : ", ") + grouped(n) + " " + name;
    }
    out += wrapped(std::string(words_of(one.which).title) + ". " + (counts.empty() ? "Nothing is asked." : "Criteria: " + counts + ". " + one.conclusion), 4, "  ");
    for (const dossier_line& line : one.limits)
      out += wrapped(printable(whole.policy_of(line).name) + " " + printable(whole.criterion_of(line).id) + ", " + std::string(to_string(line.status) == "not_met" ? "not met" : to_string(line.status)) + ": " +
                         printable(whole.criterion_of(line).requirement, 600),
                     8, "      - ");
  }
  return out + wrapped(whole.conclusion, 4, "  ") + wrapped("Each criterion with its clause, its findings and what would change the answer: report.html, chapter \"Necessity and proportionality\".", 4, "  ");
}

} // namespace lfreval
