#include "report/register_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/report/dossier.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_text.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

std::string check_line(const finding& f, const record_check& check) {
  constexpr std::size_t most_rows = 3;
  std::string out = wrapped(printable(f.sentence, 1000), 6, "  - ");
  for (std::size_t i = 0; i < check.rows.size(); ++i) {
    if (i == most_rows) return out + wrapped("and " + grouped(check.rows.size() - most_rows) + " more: see " + f.key + " in evaluation.json", 10, "        - ");
    out += wrapped(printable(check.rows[i].deployment) + ": " + printable(check.rows[i].arithmetic, 600), 10, "        - ");
  }
  return out;
}

/// Kinds of document that the register does not hold, in as many entries as there are reasons to care.
struct missing_documents {
  std::vector<std::string> asked_for, others;

  void add(const evaluation& e, const finding& f, const record_check& check) {
    const auto reads = [&](const dossier_line& line) { return std::any_of(line.readings.begin(), line.readings.end(), [&](const dossier_reading& one) { return one.key == f.key; }); };
    const bool asked = e.laid_out && std::any_of(e.laid_out->limbs.begin(), e.laid_out->limbs.end(), [&](const dossier_limb& limb) { return std::any_of(limb.documents.begin(), limb.documents.end(), reads); });
    (asked ? asked_for : others).push_back(check.rows.front().deployment);
  }

  std::string lines(const evaluation& e) const {
    const auto line = [](const std::string& head, const std::vector<std::string>& kinds) {
      std::string all;
      for (const std::string& kind : kinds) all += (all.empty() ? "" : ", ") + printable(kind);
      return kinds.empty() ? std::string() : wrapped(head + all + ".", 6, "  - ");
    };
    return line("Documents that a policy of this study asks for and that are not in the register: ", asked_for) +
           line(e.laid_out ? "Documents that no policy of this study asks for and that are not in the register: " : "Documents that are not in the register (the study names no policy, which would say whether they are asked for): ", others);
  }
};

} // namespace

bool is_of_registers(const finding& f) {
  if (f.axes.contains("tactic") || f.metric == "change_against_controls") return true;
  return f.kind == finding_kind::check && f.in_section == to_string(section::proportionality) && find_indicator(f.metric) != nullptr;
}

std::string register_sections(const evaluation& e) {
  if (e.declared.registers.empty()) return "";
  std::string against, rates, tactics;
  std::uint64_t kept = 0;
  missing_documents missing;
  for (const finding& f : e.findings) {
    if (is_by_group(e, f)) continue;
    if (is_of_registers(f)) {
      if (const auto* check = std::get_if<record_check>(&f.value); check != nullptr) {
        if (!check->rows.empty() && f.metric == "document_present") missing.add(e, f, *check);
        else if (!check->rows.empty()) against += check_line(f, *check);
        else kept += check->examined != 0 ? 1 : 0;
        continue;
      }
      const auto tactic = f.axes.find("tactic"), outcome = f.axes.find("outcome");
      const std::string of = tactic == f.axes.end() ? "" : printable(tactic->second, 100) + (outcome == f.axes.end() ? "" : ", " + printable(outcome->second, 100)) + ": ";
      tactics += wrapped(of + (f.status == finding_status::measured ? "" : "[" + std::string(to_string(f.status)) + "] ") + printable(f.sentence, 1000), 4, "  ");
      for (const std::string& note : f.notes) tactics += wrapped(printable(note, 400), 8, "      - ");
    } else if (const auto metric = metric_from_key(f.metric); metric && needs_registers(*metric) && f.kind == finding_kind::rate && f.status == finding_status::measured) {
      rates += wrapped(printable(f.sentence, 1000), 6, "  - ");
    }
  }
  against = missing.lines(e) + against;
  std::string out = "\nWHAT THE REGISTERS SHOW\n" + rates;
  if (kept != 0) out += paragraph(grouped(kept) + (kept == 1 ? " check has" : " checks have") + " nothing against " + (kept == 1 ? "it" : "them") + (against.empty() ? "." : "; these have:"), 2);
  out += against;
  if (!tactics.empty()) out += "\nAGAINST OTHER TACTICS\n" + tactics;
  return out;
}

} // namespace lfreval
