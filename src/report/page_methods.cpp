#include "report/page_methods.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <lfreval/types/metric.hpp>
#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/page_header.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::count;
using fields::part;
using fields::text;

std::string spaced(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

void add_meaning(html& out, const metric_description& words) {
  out.element("dt", capital(std::string(words.name))).open("dd").element("p", words.meaning);
  out.open("p", {{"class", "technical"}}).text("Formula: " + std::string(words.formula) + ". Undefined when " + std::string(words.undefined_when) + ". What it cannot show: " + std::string(words.cannot_show));
  out.text(" Cites " + std::string(words.cites) + ".").close("p").close("dd");
}

} // namespace

html methods(const material& m) {
  html out;
  const json_document& study = part(m.result, "study");
  const std::string seed = count(study, "seed") ? grouped(*count(study, "seed")) : "none";
  out.open("p").text("Intervals hold at " + level_of(m.result) + " unless a line says otherwise. Limits are rounded outward: a printed interval is never narrower than the computed one. ")
      .text("Deployments, or people where they are known, are the clusters, because trials of one of them resemble each other. A statistic that has no value on these records is not printed as 0; the reason stands in its place. Random draws begin from seed " + seed + ".").close("p");
  if (const json_document& idle = part(m.result, "declared_not_evaluated"); idle.is_array() && !idle.empty()) {
    std::string keys;
    for (const json_document& one : idle)
      if (one.is_string()) keys += (keys.empty() ? "" : ", ") + one.get<std::string>();
    out.element("p", "Declared in the study and without effect in this version: " + keys + ".");
  }
  std::set<std::string> metrics, flags, methods_used;
  std::map<std::string, std::string> assumptions;
  for (const json_document& f : part(m.result, "findings")) {
    metrics.insert(text(f, "metric"));
    for (const json_document& one : part(f, "flags"))
      if (one.is_string()) flags.insert(one.get<std::string>());
    for (const char* field : {"interval", "unfavourable_bound", "favourable_bound"})
      if (const std::string method = text(part(f, field), "method"); !method.empty()) methods_used.insert(method);
    for (const json_document& one : part(f, "companions"))
      if (const std::string method = text(one, "method"); !method.empty()) methods_used.insert(method);
    if (const json_document& assumed = part(f, "assumption"); assumed.is_object()) assumptions.emplace(text(assumed, "quantity"), text(assumed, "reason"));
  }
  if (!assumptions.empty()) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [quantity, reason] : assumptions) rows.push_back({capital(spaced(quantity)), reason});
    out.element("h3", "Assumptions").table("Assumptions that projected figures rest on", {{"Assumed", false}, {"On these grounds", false}}, rows);
  }
  const bool tells_rates = std::any_of(metric_units_table.begin(), metric_units_table.end(), [&](const metric_units& one) { return metrics.contains(std::string(describe(one.id).key)); });
  if (tells_rates) {
    out.element("h3", "What the rates mean").open("dl", {{"class", "meanings"}});
    for (const metric_units& one : metric_units_table)
      if (const metric_description& words = describe(one.id); metrics.contains(std::string(words.key))) add_meaning(out, words);
    out.close("dl");
  }
  if (!flags.empty()) {
    out.element("h3", "What the capitals mean").open("dl", {{"class", "flags"}});
    for (const std::string& name : flags) out.element("dt", name, {{"id", "flag-" + name}}).element("dd", text(part(m.result, "flag_meanings"), name));
    out.close("dl");
  }
  if (!methods_used.empty()) {
    std::string names;
    for (const std::string& name : methods_used) names += (names.empty() ? "" : ", ") + name;
    out.element("h3", "Methods of intervals").element("p", names + ". Each is named beside the figure it made; their sources are in the documentation of lfreval.");
  }
  out.element("p", "Short ids such as G4, C1 and M44 name the definitions, the rules chosen where sources disagree, and the guards against known mistakes, as the documentation of lfreval lists them.", {{"class", "technical"}});
  return out;
}

html provenance(const material& m) {
  html out;
  const json_document& p = m.provenance;
  out.element("p", "Whoever holds the files below can make every figure of this page again.");
  std::vector<std::vector<std::string>> rows{{"Program", text(p, "program") + " " + text(p, "version")}, {"Evaluated", text(p, "time")}};
  if (!m.public_copy) rows.push_back({"Command", text(p, "command")});
  rows.push_back({"Study file", text(part(p, "study"), "file")});
  rows.push_back({"SHA-256 of the study", text(part(p, "study"), "sha256")});
  rows.push_back({"SHA-256 of the result", text(p, "result_sha256")});
  out.table("Made by", {{"What", false}, {"Value", false}}, rows);
  std::vector<std::vector<std::string>> inputs;
  for (const json_document& one : part(p, "inputs")) {
    std::string unused;
    for (const json_document& column : part(one, "unused_columns"))
      if (column.is_string()) unused += (unused.empty() ? "" : ", ") + column.get<std::string>();
    inputs.push_back({text(one, "file"), text(one, "source"), grouped(count(one, "rows").value_or(0)), text(one, "sha256"), unused});
  }
  if (!inputs.empty()) out.table("Files that were read", {{"File", false}, {"Source", false}, {"Rows", true}, {"SHA-256", false}, {"Columns not read", false}}, inputs);
  const json_document& ledger = part(p, "ledger");
  if (ledger.is_array() && !ledger.empty()) {
    std::vector<std::vector<std::string>> lines;
    for (const json_document& row : ledger)
      lines.push_back({text(row, "file"), grouped(count(row, "line").value_or(0)), text(row, "column"), text(row, "rule"), text(row, "value"), text(row, "allowed")});
    out.open("details").element("summary", "Refused rows: " + grouped(ledger.size()));
    out.table("Refused rows", {{"File", false}, {"Line", true}, {"Column", false}, {"Rule", false}, {"Value", false}, {"Allowed", false}}, lines).close("details");
  }
  out.element("h3", "To make it again");
  out.open("pre").text("sha256sum *.csv *.csv.gz study.toml").program_text("\n").text("lfreval verify evaluation.json study.toml").program_text("\n").text(m.public_copy ? "lfreval page evaluation.json --public" : "lfreval page evaluation.json").close("pre");
  out.element("p", "The first line shows that you hold the same files. The second evaluates them again and names every figure that differs. The third writes this page, the same to the byte for the same evaluation and the same build of the program.");
  return out;
}

} // namespace lfreval::page
