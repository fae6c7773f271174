#include "report/group_text.hpp"

#include <algorithm>
#include <vector>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

/// A chapter on one consequence, and the rates it is about (C14: a gap in one is never told as a gap in another).
struct chapter {
  const char* title;
  const char* who_bears_it;
  bool (*holds)(const finding&);
};

constexpr std::string_view tpir = "true_positive_identification_rate", fta = "failure_to_acquire_rate";

constexpr chapter chapters[] = {
    {"DIFFERENCES BETWEEN GROUPS: STOPPING OTHERS",
     "A group with the higher rate has more of its people stopped who are not sought. Of passages, for this watchlist: whether the algorithm or the list makes the difference is another question.",
     [](const finding& f) { return f.in_section == "disparity" && f.metric != tpir && f.metric != "false_nonmatch_rate" && f.metric != fta; }},
    {"DIFFERENCES BETWEEN GROUPS: FINDING LISTED PEOPLE",
     "A group with the higher rate is more often found when it is listed: more enforcement for that group, fewer misses. It says nothing of people who are not listed.",
     [](const finding& f) { return f.in_section == "disparity" && (f.metric == tpir || f.metric == "false_nonmatch_rate"); }},
    {"DIFFERENCES BETWEEN GROUPS: BEING SEEN AT ALL",
     "Where no template is made nobody can be found or stopped: it lowers both rates of the group.",
     [](const finding& f) { return f.in_section == "disparity" && f.metric == fta; }},
    {"DIFFERENCES BETWEEN GROUPS: BURDEN",
     "Who is scanned, alerted on, stopped and arrested, rightly or wrongly. It depends on where the cameras stand and who is listed, and is no error rate.",
     [](const finding& f) { return f.in_section == "burden"; }},
};

std::vector<std::string> group_axes(const evaluation& e, const finding& f) {
  std::vector<std::string> out;
  for (const study_group& group : e.declared.groups)
    if (f.axes.contains(group.name)) out.push_back(group.name);
  return out;
}

/// What all findings of one block have in common: axes, source, system, threshold, metric.
std::string head_of(const evaluation& e, const finding& f) {
  std::string out;
  for (const std::string& axis : group_axes(e, f)) out += (out.empty() ? "by " : " and ") + axis;
  if (const auto summary = f.axes.find("highest_over_lowest_by"); summary != f.axes.end()) out += "by " + summary->second;
  for (const char* axis : {"source", "system", "threshold", "compared_at", "failed_comparisons", "outcome"})
    if (const auto found = f.axes.find(axis); found != f.axes.end()) out += std::string(", ") + (axis == std::string("source") ? "" : axis == std::string("compared_at") ? "threshold " : std::string(axis) + " ") + found->second;
  std::string metric = f.metric;
  std::replace(metric.begin(), metric.end(), '_', ' ');
  return metric + " " + out;
}

bool is_pair(const evaluation& e, const finding& f) {
  const auto against = f.axes.find("against");
  if (against == f.axes.end()) return false;
  const std::vector<std::string> axes = group_axes(e, f);
  for (const study_group& group : e.declared.groups)
    if (axes.size() == 1 && axes.front() == group.name && !group.reference.empty()) return against->second != group.reference;
  return axes.size() == 1;
}

/// A comparison with everybody else on an axis that has a reference.
bool is_beside_reference(const evaluation& e, const finding& f) {
  const auto axis = f.axes.find("against_everybody_else_on");
  return axis != f.axes.end() && std::any_of(e.declared.groups.begin(), e.declared.groups.end(), [&](const study_group& group) { return group.name == axis->second && !group.reference.empty(); });
}

} // namespace

bool is_by_group(const evaluation& e, const finding& f) {
  return std::any_of(e.declared.groups.begin(), e.declared.groups.end(), [&](const study_group& group) { return f.axes.contains(group.name) || f.axes.contains("highest_over_lowest_by") || f.axes.contains("against_everybody_else_on"); });
}

std::string group_sections(const evaluation& e, flag_set& explained) {
  constexpr std::size_t margin = 6;
  std::string out;
  for (const chapter& one : chapters) {
    std::string lines, last;
    std::size_t unread = 0;
    bool has_ratios = false, has_differences = false;
    for (const finding& f : e.findings) {
      if (!is_by_group(e, f) || !one.holds(f) || f.kind == finding_kind::verdict) continue; // verdicts stand with the limits
      const bool compares = f.kind == finding_kind::ratio || f.kind == finding_kind::difference;
      // One axis at a time is printed, against its reference, else everybody else; crossings and pairs are in the file.
      if (group_axes(e, f).size() > 1 || (compares && (is_pair(e, f) || is_beside_reference(e, f)))) { ++unread; continue; }
      has_ratios = has_ratios || (f.between_groups && f.kind == finding_kind::ratio);
      has_differences = has_differences || (f.between_groups && f.kind == finding_kind::difference);
      const std::string head = head_of(e, f);
      if (head != last) lines += (last.empty() ? "" : "\n") + wrapped(printable(head, 200), 4, "  ");
      last = head;
      lines += wrapped(printable(f.sentence, 1000), margin, "    ");
      for (const std::string& note : f.notes) lines += wrapped(printable(note, 1000), margin + 4, std::string(margin + 2, ' ') + "- ");
      explained |= f.flags;
    }
    if (lines.empty()) continue;
    out += "\n" + std::string(one.title) + "\n" + paragraph(one.who_bears_it, 2) + lines;
    if ((has_ratios && !e.declared.equivalence_margin) || (has_differences && !e.declared.equivalence_difference))
      out += paragraph("The study declares no " + std::string(has_differences && !e.declared.equivalence_difference ? "study.equivalence_difference" : "study.equivalence_margin") + ": nothing is called equivalent.", 2);
    if (unread != 0) out += paragraph(grouped(unread) + " more, of crossed axes, further pairs and everybody else: see evaluation.json.", 2);
  }
  return out;
}

} // namespace lfreval
