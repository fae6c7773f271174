#include "report/trial_text.hpp"

#include <algorithm>
#include <set>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_text.hpp"
#include "report/register_text.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

bool is_operating(const evaluation& e, const finding& f) {
  for (const study_system& one : e.declared.systems)
    if ((!f.axes.contains("system") || f.axes.at("system") == one.name) && one.operating_threshold) return f.axes.at("threshold") == shortest(*one.operating_threshold);
  return true; // none is declared: all are told in full
}

} // namespace

std::string trial_lines(const evaluation& e, bool operating, flag_set& explained) {
  std::string out, last;
  bool in_parts = false;
  for (const finding& f : e.findings) {
    const auto at = f.axes.find("threshold");
    if (!f.axes.contains("source") || at == f.axes.end() || f.axes.contains("limit") || is_by_group(e, f) || is_operating(e, f) != operating) continue;
    if (f.axes.contains("camera") || f.axes.contains("deployment")) { in_parts = operating; continue; }
    const auto system = f.axes.find("system");
    const std::string head = f.axes.at("source") + (system == f.axes.end() ? "" : ", system " + system->second) + ", threshold " + at->second;
    if (head != last) out += (last.empty() || !operating ? "" : "\n") + wrapped(printable(head, 200), 4, "  ");
    last = head;
    const std::string name = f.metric == "positive_predictive_value" ? "right alerts" : f.axes.contains("watchlist") ? "  other lists" : f.axes.contains("list_in_use") ? "  list in use" : f.metric == "true_positive_identification_rate" ? "listed people found" : "others who alerted";
    out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(name, 22));
    if (!operating) continue;
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
    if (f.status == finding_status::measured) out += wrapped(how_made(f, explained), 26, std::string(26, ' '));
  }
  if (in_parts) out += paragraph("Camera by camera and deployment by deployment: see evaluation.json.", 2);
  return out;
}

std::string match_lines(const evaluation& e, flag_set& explained) {
  std::string out, last;
  const std::string share = "false_match_rate_";
  for (const finding& f : e.findings) {
    const auto at = f.axes.find("compared_at");
    if (at == f.axes.end() || is_by_group(e, f)) continue;
    const auto system = f.axes.find("system"), failures = f.axes.find("failed_comparisons");
    const bool at_share = at->second.starts_with(share), left_out = failures != f.axes.end() && failures->second == "left_out";
    const std::string where = f.axes.at("source") + (system == f.axes.end() ? "" : ", system " + system->second);
    const std::string head = where + (at_share ? ", misses where so many false matches are allowed"
                                               : ", threshold " + at->second + (failures == f.axes.end() ? "" : left_out ? ", failed comparisons left out" : ", failed comparisons counted"));
    if (head != last) out += (last.empty() ? "" : "\n") + wrapped(printable(head, 200), 4, "  ");
    last = head;
    if (at_share) {
      if (f.metric == "false_nonmatch_rate") out += wrapped(printable(f.sentence, 1000) + (left_out ? " Failed comparisons left out." : ""), 26, "    " + padded(left_out ? "" : at->second.substr(share.size()) + (f.held && f.held->threshold.is_one() ? ", at " + *f.held->threshold.values.begin() : ""), 22));
      continue;
    }
    out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(f.metric == "false_match_rate" ? "false matches" : "false non-matches", 22));
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
    if (f.status == finding_status::measured) out += wrapped(how_made(f, explained), 26, std::string(26, ' '));
  }
  return out;
}

std::string difference_lines(const evaluation& e, flag_set& explained) {
  std::string out, last;
  for (const finding& f : e.findings) {
    if (f.kind != finding_kind::difference || is_by_group(e, f) || is_of_registers(f)) continue;
    const auto at = f.axes.find("at");
    std::string head = f.axes.at("systems");
    if (at != f.axes.end()) head += at->second == "recommended" ? ", at the thresholds that the vendors recommend" : at->second == "operating" ? ", each at the threshold in use" : ", at " + at->second;
    std::replace(head.begin(), head.end(), '_', ' ');
    if (head != last) out += (last.empty() ? "" : "\n") + wrapped(printable(head, 200), 4, "  ");
    last = head;
    out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(f.metric == "true_positive_identification_rate" ? "listed people found" : "others who alerted", 22));
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
    explained |= f.flags;
  }
  return out;
}

std::string promise_lines(const evaluation& e) {
  std::string out, last;
  std::set<std::string> sources;
  for (const finding& f : e.findings)
    if (f.metric == "guaranteed_threshold") sources.insert(f.axes.at("source") + (f.axes.contains("system") ? f.axes.at("system") : ""));
  const bool several = sources.size() > 1;
  for (const finding& f : e.findings)
    if (f.metric == "guaranteed_threshold" || f.metric == "extrapolated_threshold") {
      const std::string method = f.axes.contains("method") ? f.axes.at("method") : "";
      const std::string name = method == "thinned_persons" ? "per passage" : method == "one_passage_per_person" ? "per person" : method.empty() ? "  by a model" : "persons ever alerted";
      const auto system = f.axes.find("system");
      const std::string head = f.axes.at("source") + (system == f.axes.end() ? "" : ", system " + system->second);
      if (several && head != last) out += wrapped(printable(head, 200), 4, "  ");
      last = head;
      out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(name, 22));
    }
  if (!out.empty()) out += paragraph("For passers of this kind against this watchlist only.", 2);
  return out;
}

} // namespace lfreval
