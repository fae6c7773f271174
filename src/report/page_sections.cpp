#include "report/page_sections.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/figures.hpp"
#include "report/page_dossier.hpp"
#include "report/page_explorer.hpp"
#include "report/page_findings.hpp"
#include "report/page_methods.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::number;
using fields::part;
using fields::text;

finding_list of_section(const json_document& result, const std::string& section, bool verdicts = false) {
  finding_list out;
  for (const json_document& f : part(result, "findings"))
    if (text(f, "section") == section && (text(f, "kind") == "verdict") == verdicts) out.push_back(&f);
  return out;
}

finding_list where(const finding_list& findings, const std::function<bool(const json_document&)>& wanted) {
  finding_list out;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(out), [&](const json_document* f) { return wanted(*f); });
  return out;
}

void add_missing_item(html& out, const json_document& item) {
  out.open("dt").text(text(item, "topic")).close("dt").open("dd").element("p", text(item, "why"));
  if (const std::string remedy = text(item, "remedy"); !remedy.empty()) out.open("p", {{"class", "remedy"}}).element("span", "What would measure it: ").text(remedy).close("p");
  out.close("dd");
}

html not_measured(const material& m) {
  html out;
  const json_document& items = part(m.result, "not_measured");
  if (!items.is_array() || items.empty()) {
    out.element("p", "The evaluation names nothing that its records leave open.");
    return out;
  }
  out.element("p", "Read this first. No figure below says anything about what is listed here.");
  out.open("dl", {{"class", "missing-list"}});
  for (const json_document& item : items) add_missing_item(out, item);
  out.close("dl");
  return out;
}

html limits(const material& m) {
  html out;
  finding_list verdicts;
  for (const json_document& f : part(m.result, "findings"))
    if (text(f, "kind") == "verdict") verdicts.push_back(&f);
  add_verdicts(out, verdicts, m.result);
  return out;
}

/// Trials and score files know who was to be found; records of deployments do not.
bool knows_who_passed(const json_document& result) {
  const json_document& records = part(result, "records");
  return count(records, "passages").value_or(0) != 0 || count(records, "comparisons").value_or(0) != 0;
}

/// What stands before the pictures of a chapter.
html introduction(const material& m, std::string_view chapter) {
  html out;
  if (chapter == "identification" && !knows_who_passed(m.result))
    out.element("p", "Misses were not measured: nobody knows how many listed people walked past unnoticed. Few false alerts alone may only mean that the system finds little.", {{"class", "warning"}});
  if (chapter == "disparity" && !of_section(m.result, "disparity").empty())
    out.element("p", "Being found and being stopped are different harms, so the gaps in each stand apart. No evidence of a difference is not evidence of none.");
  if (chapter == "data-quality")
    out.element("p", "These checks come before any rate: figures that contradict each other are refused or told as a range, never averaged.");
  if (chapter == "burden") {
    const finding_list all = of_section(m.result, "burden");
    if (std::none_of(all.begin(), all.end(), [](const json_document* f) { return text(*f, "status") != "not_measured"; }))
      out.element("p", "How many people were stopped wrongly, for how long and with what force was not measured.", {{"class", "warning"}});
  }
  return out;
}

html identification(const material& m) {
  html out;
  const finding_list all = of_section(m.result, "identification");
  if (all.empty()) out.element("p", "Not measured: no record bears on it.");
  add_findings(out, all, 3);
  return out;
}

/// What the evaluation itself says of a topic that it could not measure.
void add_reasons(html& out, const material& m, std::initializer_list<std::string_view> words) {
  out.open("dl", {{"class", "missing-list"}});
  bool any = false;
  for (const json_document& item : part(m.result, "not_measured")) {
    std::string topic = text(item, "topic");
    std::transform(topic.begin(), topic.end(), topic.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (std::none_of(words.begin(), words.end(), [&](std::string_view word) { return topic.find(word) != std::string::npos; })) continue;
    add_missing_item(out, item);
    any = true;
  }
  if (!any) out.element("dt", "Groups").element("dd", "The records name no groups of people.");
  out.close("dl");
}

html disparity(const material& m) {
  html out;
  const finding_list all = of_section(m.result, "disparity");
  if (all.empty()) {
    out.element("p", "Not measured. Nothing here shows that the system treats groups of people alike, and nothing shows that it does not.", {{"class", "warning"}});
    add_reasons(out, m, {"demographic", "group"});
    return out;
  }
  const auto of_finding = [](const json_document& f) {
    const std::string metric = text(f, "metric");
    return metric.find("true_positive") != std::string::npos || metric.find("false_negative") != std::string::npos || metric.find("false_nonmatch") != std::string::npos;
  };
  const auto add = [&](const char* title, const finding_list& some) {
    out.element("h3", title);
    if (some.empty()) out.element("p", "Not measured.");
    // The pictures above tell each group and what its comparison came to; every figure by itself would bury that.
    const bool is_long = some.size() > 6;
    if (is_long) out.open("details").element("summary", plural(some.size(), "figure", "figures") + ", one by one, with how each was made");
    add_findings(out, some, 4);
    if (is_long) out.close("details");
  };
  add("Finding listed people: gaps between groups (TPIR)", where(all, of_finding));
  add("Stopping others: gaps between groups (FPIR)", where(all, [&](const json_document& f) { return !of_finding(f); }));
  return out;
}

html burden(const material& m) {
  html out;
  add_findings(out, of_section(m.result, "burden"), 3);
  return out;
}

struct limb_words {
  const char *id, *title, *question, *documents, *never;
};

/// The questions of the courts, in their order. None is weighed against another, and there is no total.
constexpr std::array<limb_words, limb_count> limbs{{
    {"legality", "In accordance with the law", "Were who may be sought, where and why fixed in advance, published and kept to?",
     "the policy in force, the authority for each deployment, the data protection and equality impact assessments", "that a policy is lawful"},
    {"aim", "A legitimate aim", "Was the purpose important enough?", "the stated objective, and the offences of the people sought and of those found", "importance itself"},
    {"effectiveness", "Rational connection: does it work?", "Does it find the people it is for?", "the test report of this version, threshold, watchlist and site; expected against achieved results",
     "what would have happened without it, unless there is a comparator"},
    {"necessity", "Strict necessity: could less have done it?", "Would another tactic, a smaller watchlist or a higher threshold have done as well?",
     "the log of alternatives with reasons; results per officer hour of a named alternative", "that no alternative exists"},
    {"balance", "Fair balance", "Is what was taken from those scanned justified by what was gained?", "complaints and redress, public notice, retention, sensitive places and children", "the balance itself: it is judged, not computed"},
}};

/// The limb that a finding bears on, as the table of indicators has it; what it does not name is of what was gained.
std::string_view limb_of(const json_document& f) {
  const indicator* row = find_indicator(text(f, "metric"));
  if (row == nullptr) return "effectiveness";
  return limbs[static_cast<std::size_t>(row->bears_on)].id;
}

html proportionality(const material& m) {
  html out;
  out.element("p", "The evidence is laid out by limb. There is no total and no verdict across limbs: whether a deployment was proportionate is for those who decide it.");
  const finding_list all = of_section(m.result, "proportionality");
  for (const limb_words& one : limbs) {
    out.element("h3", one.title).element("p", one.question, {{"class", "question"}});
    const finding_list here = where(all, [&](const json_document& f) { return limb_of(f) == one.id; });
    const bool balance = std::string_view(one.id) == "balance";
    if (here.empty()) {
      out.open("p").element("strong", "Not measured: ").text("no figure of this evaluation bears on it by itself.");
      if (balance) out.text(" Read beside it: ").element("a", "burden", {{"href", "#burden"}}).text(", ").element("a", "disparity", {{"href", "#disparity"}}).text(" and ").element("a", "stopping others", {{"href", "#identification"}}).text(".");
      out.close("p");
    }
    const bool tells_outcomes = std::any_of(here.begin(), here.end(), [](const json_document* f) { return axis(*f, "outcome").has_value(); });
    if (tells_outcomes) out.element("p", "An outcome is not shown to be due to the alert.", {{"class", "warning"}});
    add_findings(out, here, 4);
    out.open("p", {{"class", "technical"}}).text("Documents that bear on it: " + std::string(one.documents) + ". What figures can never show: " + one.never + ".").close("p");
  }
  return out;
}

html data_quality(const material& m) {
  html out;
  const finding_list all = of_section(m.result, "data_quality");
  const finding_list checks = where(all, [](const json_document& f) { return text(f, "kind") == "check"; });
  if (!checks.empty()) add_checks(out, checks);
  add_findings(out, where(all, [](const json_document& f) { return text(f, "kind") != "check"; }), 3);
  const finding_list records = of_section(m.result, "records");
  if (!records.empty()) {
    out.element("h3", "What was read");
    out.open("details").element("summary", "Counts of the records: " + plural(records.size(), "figure", "figures"));
    std::vector<std::vector<std::string>> rows;
    for (const json_document* f : records)
      rows.push_back({title_of(*f), place_of(*f), text(*f, "status") == "measured" ? grouped(count(part(*f, "events"), "n").value_or(0)) : "not on record", text(*f, "sentence")});
    out.table("Counts of the records", {{"Count of", false}, {"Where", false}, {"Number", true}, {"In words", false}}, rows).close("details");
  }
  const json_document& refused = part(part(m.result, "records"), "refused_rows");
  const json_document& left_out = part(part(m.result, "records"), "left_out_by_scope");
  const auto counts_table = [&](const json_document& counts, const char* caption, const char* heading) {
    if (!counts.is_object() || counts.empty()) return;
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, n] : counts.items())
      if (n.is_number_unsigned()) rows.push_back({name, grouped(n.get<std::uint64_t>())});
    out.table(caption, {{heading, false}, {"Rows", true}}, rows);
  };
  counts_table(refused, "Refused rows, by rule; they are in no figure", "Rule");
  counts_table(left_out, "Left out by the study's own scope", "Reason");
  return out;
}

} // namespace

std::vector<chapter> chapters(const material& m) {
  std::vector<chapter> out;
  const std::vector<figure> drawn = figures(m.result);
  const auto add = [&](const char* id, const std::string& title, html body) {
    html whole = introduction(m, id);
    if (id == std::string_view("identification")) add_explorers(whole, m.result);
    for (const figure& one : drawn)
      if (one.chapter == id) add_figure(whole, one, m.with_pictures);
    out.push_back({id, title, std::move(whole.append(body))});
  };
  add("not-measured", "What was not measured", not_measured(m));
  add("limits", "The limits, and whether they are met", limits(m));
  std::string finding_title = "Finding listed people, stopping others";
  if (!knows_who_passed(m.result)) finding_title += ": misses not measured";
  add("identification", finding_title, identification(m));
  add("disparity", "Differences between groups", disparity(m));
  add("burden", "Burden, and what became of alerts", burden(m));
  // With a dossier the figures of the limbs stand beside the criteria they answer, and the chapter without it is what was gained.
  if (has_dossier(m.result)) add("dossier", "Necessity and proportionality", dossier_chapter(m));
  add("proportionality", has_dossier(m.result) ? "The figures behind it, limb by limb" : "Necessity and proportionality, limb by limb", proportionality(m));
  add("data-quality", "Quality of the data", data_quality(m));
  const std::set<std::string> known{"records", "identification", "disparity", "burden", "proportionality", "data_quality"};
  finding_list others;
  for (const json_document& f : part(m.result, "findings"))
    if (text(f, "kind") != "verdict" && !known.contains(text(f, "section"))) others.push_back(&f);
  if (!others.empty()) {
    html rest;
    add_findings(rest, others, 3);
    add("other", "Other findings", std::move(rest));
  }
  add("methods", "Methods and sources", methods(m));
  add("provenance", "Provenance, and how to make it again", provenance(m));
  return out;
}

} // namespace lfreval::page
