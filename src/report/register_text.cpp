#include "report/register_text.hpp"

#include <lfreval/proportionality/indicator.hpp>
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

} // namespace

bool is_of_registers(const finding& f) {
  if (f.axes.contains("tactic")) return true;
  return f.kind == finding_kind::check && f.in_section == to_string(section::proportionality) && find_indicator(f.metric) != nullptr;
}

std::string register_sections(const evaluation& e) {
  if (e.declared.registers.empty()) return "";
  std::string against, rates, tactics;
  std::uint64_t kept = 0;
  for (const finding& f : e.findings) {
    if (is_by_group(e, f)) continue;
    if (is_of_registers(f)) {
      if (const auto* check = std::get_if<record_check>(&f.value); check != nullptr) {
        if (!check->rows.empty()) against += check_line(f, *check);
        else kept += check->examined != 0 ? 1 : 0;
        continue;
      }
      tactics += wrapped((f.status == finding_status::measured ? "" : "[" + std::string(to_string(f.status)) + "] ") + printable(f.sentence, 1000), 4, "  ");
      for (const std::string& note : f.notes) tactics += wrapped(printable(note, 400), 8, "      - ");
    } else if (const auto metric = metric_from_key(f.metric); metric && needs_registers(*metric) && f.kind == finding_kind::rate && f.status == finding_status::measured) {
      rates += wrapped(printable(f.sentence, 1000), 6, "  - ");
    }
  }
  std::string out = "\nWHAT THE REGISTERS SHOW\n" + rates;
  if (kept != 0) out += paragraph(grouped(kept) + (kept == 1 ? " check has" : " checks have") + " nothing against " + (kept == 1 ? "it" : "them") + (against.empty() ? "." : "; these have:"), 2);
  out += against;
  if (!tactics.empty()) out += "\nAGAINST OTHER TACTICS\n" + tactics;
  return out;
}

} // namespace lfreval
