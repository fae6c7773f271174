#include "report/page_dossier.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::count;
using fields::part;
using fields::text;

/// Findings are cited by their keys; more than these of one criterion are told by number.
constexpr std::size_t most_findings = 12;

struct chapter_writer {
  const json_document& whole;
  std::unordered_map<std::string, const json_document*> by_key;
  html out;

  [[nodiscard]] static std::string spaced(std::string words) {
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
  }

  [[nodiscard]] static std::string anchor_of(const json_document& line) { return "criterion-" + text(line, "policy") + "-" + text(line, "criterion"); }

  [[nodiscard]] static std::string answer_words(const json_document& line) {
    const std::string status = text(line, "status");
    if (status == "shown") return "Laid out";
    if (text(line, "kind") == "process") return "No evidence held";
    return verdict_words(status);
  }

  /// The figure with its counts, units and interval, as the finding has it; the finding of a public copy may be withheld.
  void add_finding(const json_document& reading) {
    const std::string key = text(reading, "key");
    const auto found = by_key.find(key);
    out.open("li");
    if (found == by_key.end()) out.text("A finding that this evaluation does not hold. ");
    else {
      const json_document& f = *found->second;
      const bool withheld = text(f, "status") == "suppressed";
      if (const std::string place = place_of(f); !place.empty()) out.text(capital(place) + ": ");
      if (!withheld && text(reading, "outcome") != "shown") out.element("strong", verdict_words(text(reading, "outcome")) + ". ");
      out.text(text(f, "sentence") + " ");
      if (const std::string made = how_made(f); !made.empty() && !withheld) out.element("span", made + ". ", {{"class", "technical"}});
    }
    if (const json_document& bound = part(reading, "unfavourable_bound"); bound.is_object())
      if (const auto range = fields::limits(bound)) {
        const bool upper = text(bound, "side") != "lower";
        out.element("span", std::string("Held against the line here: ") + (upper ? "at most " : "at least ") + significant(upper ? range->upper : range->lower, 4, upper ? rounding::up : rounding::down) + ", " + text(bound, "method") + ", one-sided. ", {{"class", "technical"}});
      }
    out.element("code", key).close("li");
  }

  /// A criterion, its answer and the evidence one below the other: beside each other they would be three narrow columns.
  void add_criterion(const json_document& line) {
    out.open("li", {{"id", anchor_of(line)}});
    out.open("p", {{"class", "asked"}}).element("strong", text(line, "criterion")).text(" " + text(line, "requirement")).close("p");
    out.open("p", {{"class", "technical"}}).text(capital(text(line, "strength")) + ": " + text(line, "source") + ", " + text(line, "clause") + ".");
    if (part(line, "clause_verified") != true) out.text(" Unverified clause: not checked against the primary text.");
    out.close("p");
    out.open("p", {{"class", "answer"}}).element("strong", answer_words(line) + ".", {{"class", text(line, "status")}}).text(" " + text(line, "sentence")).close("p");
    const json_document& findings = part(line, "findings");
    if (findings.is_array() && !findings.empty() && text(line, "status") != "not_measured") {
      out.open("ul", {{"class", "technical"}});
      for (std::size_t i = 0; i < std::min(most_findings, findings.size()); ++i) add_finding(findings[i]);
      if (findings.size() > most_findings) out.element("li", "and " + grouped(findings.size() - most_findings) + " more: see result.dossier in evaluation.json");
      out.close("ul");
    } else if (const std::string reads = text(line, "reads"); !reads.empty()) {
      out.open("p", {{"class", "technical"}}).text("Reads ").element("code", reads).close("p");
    }
    if (const std::string remedy = text(line, "remedy"); !remedy.empty()) out.open("p", {{"class", "remedy"}}).element("span", "What would answer it: ").text(remedy).close("p");
    out.close("li");
  }

  void add_lines(const json_document& lines, const char* title, const char* none) {
    out.element("h4", title);
    if (!lines.is_array() || lines.empty()) {
      out.element("p", none);
      return;
    }
    out.open("ul", {{"class", "criteria"}});
    for (const json_document& line : lines) add_criterion(line);
    out.close("ul");
  }

  void add_limb(const json_document& limb) {
    const std::string title = text(limb, "title");
    out.element("h3", title).element("p", text(limb, "question"), {{"class", "question"}});
    out.element("p", text(limb, "conclusion"), {{"class", "note"}});
    add_lines(part(limb, "not_measured"), "What was not measured", "Every criterion of this limb was answered by something on record.");
    add_lines(part(limb, "limits"), "Limits", "No limit of this limb could be judged.");
    add_lines(part(limb, "indicators"), "Indicators", "No indicator of this limb was measured.");
    add_lines(part(limb, "documents"), "Documents and other checks", "No document or register of this limb could be checked.");
    out.element("h4", "What would change the answer");
    const json_document& changes = part(limb, "would_change");
    if (!changes.is_array() || changes.empty()) out.element("p", "Nothing that could be recorded.");
    else {
      // One remedy answers many criteria.
      std::vector<std::pair<std::string, std::string>> told;
      for (const json_document& change : changes) {
        const std::string what = text(change, "what"), id = text(change, "policy") + " " + text(change, "criterion");
        const auto known = std::find_if(told.begin(), told.end(), [&](const auto& one) { return one.first == what; });
        if (known == told.end()) told.emplace_back(what, id);
        else known->second += ", " + id;
      }
      out.open("ul");
      for (const auto& [what, ids] : told) out.open("li").text(what + " ").element("span", ids, {{"class", "technical"}}).close("li");
      out.close("ul");
    }
    out.element("p", "What figures can never show: " + text(limb, "no_figure_shows") + ".", {{"class", "technical"}});
  }

  /// The same criteria in another order.
  void add_index(const char* caption, const char* heading, const char* field) {
    std::map<std::string, std::vector<const json_document*>> groups;
    for (const json_document& limb : part(whole, "limbs"))
      for (const char* block : {"not_measured", "limits", "indicators", "documents"})
        for (const json_document& line : part(limb, block)) {
          const json_document& value = part(line, field);
          if (value.is_string()) groups[spaced(value.get<std::string>())].push_back(&line);
          else if (value.is_array())
            for (const json_document& one : value)
              if (one.is_string()) groups[one.get<std::string>()].push_back(&line);
        }
    if (groups.empty()) return;
    out.open("details").element("summary", caption);
    out.open_table(caption, {{"Criterion", false}, {"What is asked", false}, {"Answer", false}});
    for (const auto& [name, lines] : groups) {
      out.program_text("<tbody>\n").open("tr").element("th", std::string(heading) + ": " + name, {{"colspan", "3"}, {"scope", "rowgroup"}}).close("tr");
      for (const json_document* line : lines) {
        out.open("tr").open("th", {{"scope", "row"}}).element("a", text(*line, "policy") + " " + text(*line, "criterion"), {{"href", "#" + anchor_of(*line)}}).close("th");
        out.element("td", text(*line, "requirement"), {{"class", "why"}}).open("td", {{"class", "verdict " + text(*line, "status")}}).text(answer_words(*line)).close("td").close("tr");
      }
      out.program_text("</tbody>\n");
    }
    out.close_table().close("details");
  }
};

} // namespace

bool has_dossier(const json_document& result) { return part(part(result, "dossier"), "limbs").is_array(); }

html dossier_chapter(const material& m) {
  const json_document& whole = part(m.result, "dossier");
  chapter_writer writer{whole, {}, {}};
  for (const json_document& f : part(m.result, "findings")) writer.by_key.emplace(text(f, "key"), &f);
  html& out = writer.out;
  out.element("p", "Each criterion of the policies named stands beside the findings that answer it. Nothing is weighed or added up, and no answer is carried from one limb to another: that is for those who decide.");
  out.element("p", text(whole, "conclusion"), {{"class", "note"}});
  for (const json_document& one : part(whole, "policies")) {
    out.element("p", "Policy: " + text(one, "title") + " (" + text(one, "name") + " " + text(one, "version") + (part(one, "shipped") == true ? "" : ", the user's own") + "). " + text(one, "note"));
    out.open("p", {{"class", "technical"}}).text("SHA-256 ").element("code", text(one, "sha256")).close("p");
  }
  for (const json_document& limb : part(whole, "limbs")) writer.add_limb(limb);
  out.element("h3", "The same evidence in another order");
  writer.add_index("By principle of data protection", "Principle", "data_principle");
  writer.add_index("By principle of the AI White Paper", "Principle", "ai_principle");
  writer.add_index("By document", "Document", "documents");
  return std::move(writer.out);
}

} // namespace lfreval::page
