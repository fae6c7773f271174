#include "report/limit_text.hpp"

#include <map>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/rate_task.hpp"
#include "report/register_text.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

std::string limit_head(const limit& one) {
  return paragraph(printable(std::string(describe(one.metric).name) + ", " + (one.direction == limit_direction::at_least ? "at least " : "at most ") + limit_words(one) + (one.in_every.empty() ? "" : " in every group of " + one.in_every) + " (" + one.source + ")", 300), 2);
}

/// A limit for every group: all of them together, and below it each.
std::string lines_in_every_group(const evaluation& e, const limit& one) {
  std::string out;
  for (const finding& f : e.findings) {
    const auto* judged = std::get_if<verdict_value>(&f.value);
    if (judged == nullptr || !(judged->declared == one)) continue;
    std::string group;
    for (const study_group& axis : e.declared.groups)
      if (const auto label = f.axes.find(axis.name); label != f.axes.end()) group += (group.empty() ? "" : ", ") + label->second;
    const auto at = f.axes.find("threshold"), scope = f.axes.find("scope"), system = f.axes.find("system");
    const std::string all = at != f.axes.end() ? "threshold " + at->second : scope != f.axes.end() ? scope->second : "all";
    const std::string name = group.empty() ? all : "  " + group;
    std::string words = f.sentence;
    if (group.empty() && system != f.axes.end() && e.declared.systems.size() > 1) words = "System " + system->second + ". " + words;
    // The label stands before it, and what the group lacks stands above.
    if (const std::string label = printable(group); !group.empty() && words.starts_with(label)) words.erase(0, label.size() + 2);
    out += wrapped(printable(words, 1000), 26, "    " + padded(printable(name, 22), 22) + (width_of(name) >= 22 ? " " : ""));
    if (group.empty())
      for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
  }
  return out;
}

} // namespace

std::string limit_lines(const evaluation& e) {
  std::string out;
  for (const limit& one : e.declared.limits) {
    const std::string value = limit_value(one);
    out += limit_head(one);
    if (!one.in_every.empty()) { out += lines_in_every_group(e, one); continue; }
    for (const finding& f : e.findings) {
      const auto* answer = std::get_if<verdict_value>(&f.value);
      if (answer == nullptr || f.metric != to_string(one.metric) || f.axes.at("limit") != value || f.axes.contains("in_every") || (f.axes.contains("scope") && f.status != finding_status::not_measured && !needs_registers(one.metric))) continue;
      if (!f.axes.contains("threshold") && !f.axes.contains("scope")) continue;
      std::string after;
      if (answer->answer.exposure_to_decide && !is_time(units_of(one.metric).exposure))
        after = " The same rate would decide at " + counted_words(*answer->answer.exposure_to_decide, units_of(one.metric).exposure, "") + ".";
      const std::string set_at = f.axes.contains("threshold") ? f.axes.at("threshold") : "all";
      const std::string name = set_at.empty() ? "not published" : f.axes.contains("threshold") ? "threshold " + set_at : set_at;
      out += wrapped(printable(f.sentence, 1000) + after, 26, "    " + padded(printable(name, 22), 22) + (width_of(name) >= 22 ? " " : ""));
    }
    for (const curve& c : e.curves)
      for (const curve::column& column : c.columns) {
        if (one.metric != metric_id::false_alerts_per_face || column.name != "verdict_" + value) continue;
        std::map<std::string, std::uint64_t> counts;
        for (const std::string& outcome : std::get<std::vector<std::string>>(column.values)) ++counts[outcome];
        out += wrapped("Each judged alone, as if its faces were unrelated: " + grouped(counts["met"]) + " met, " + grouped(counts["inconclusive"]) + " inconclusive, " + grouped(counts["not_met"]) +
                           " not met, " + grouped(counts["not_measured"]) + " not measured. Among so many verdicts some are wrong by chance.",
                       26, "    " + padded("single deployments", 22));
        for (const finding& f : e.findings) {
          const auto* answer = std::get_if<verdict_value>(&f.value);
          if (answer == nullptr || !f.axes.contains("deployment") || f.axes.at("limit") != value) continue;
          const bool telling = answer->answer.outcome == verdict_outcome::not_met || (answer->answer.outcome == verdict_outcome::inconclusive && answer->events >= 5);
          if (telling) out += wrapped(printable(f.axes.at("deployment")) + ": " + printable(f.sentence, 1000), 26, std::string(26, ' '));
        }
      }
  }
  return out;
}

} // namespace lfreval
