#include "report/page_findings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "report/fields.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::part;
using fields::text;

/// Parts of a whole that are many: they stand in tables.
const std::set<std::string> breakdowns{"year", "use_case", "site", "deployment", "camera"};
/// More of one kind than this, and words would bury the reader.
constexpr std::size_t most_in_words = 60;
/// Rows of a check, places without a figure and the like that are told without opening anything.
constexpr std::size_t most_open = 12;

std::string joined(const json_document& texts, const std::string& between) {
  std::string out;
  if (texts.is_array())
    for (const json_document& one : texts)
      if (one.is_string()) out += (out.empty() ? "" : between) + one.get<std::string>();
  return out;
}

/// The names of the axes that tell parts of a whole apart.
std::string axes_of(const json_document& finding) {
  std::string out;
  const json_document& axes = part(finding, "axes");
  if (axes.is_object())
    for (const auto& [name, value] : axes.items())
      if (name != "outcome" && name != "limit" && name != "in_every") out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool is_breakdown(const json_document& finding) {
  const json_document& axes = part(finding, "axes");
  if (!axes.is_object()) return false;
  for (const auto& [name, value] : axes.items())
    if (breakdowns.contains(name)) return true;
  return false;
}

bool has_value(const json_document& finding) {
  const std::string status = text(finding, "status");
  return status == "measured" || status == "bounded" || status == "projected";
}

void add_flags(html& out, const json_document& flags) {
  if (!flags.is_array()) return;
  for (const json_document& one : flags)
    if (one.is_string()) {
      const std::string name = one.get<std::string>();
      out.text(" ").element("a", name, {{"href", "#flag-" + name}, {"class", "flag"}});
    }
}

/// One finding in words: what a councillor reads, what was counted, how it was made.
void add_in_words(html& out, const json_document& finding) {
  const std::string plain = plain_words(finding), sentence = text(finding, "sentence"), status = text(finding, "status");
  out.open("div", {{"class", "finding"}, {"id", text(finding, "key")}});
  out.open("p", {{"class", "plain"}}).element("strong", title_of(finding) + ".");
  if (status == "projected") out.text(" ").element("span", "Projected:", {{"class", "mark"}});
  out.text(" " + (plain.empty() ? sentence : capital(plain) + "."));
  out.close("p");
  out.open("p", {{"class", "technical"}});
  if (!plain.empty()) out.text(sentence);
  for (const std::string& one : reservations(finding)) out.text(" " + one);
  out.close("p");
  if (const json_document& notes = part(finding, "notes"); notes.is_array() && !notes.empty()) {
    out.open("ul", {{"class", "technical"}});
    for (const json_document& one : notes)
      if (one.is_string()) out.element("li", one.get<std::string>());
    out.close("ul");
  }
  const std::string made = how_made(finding), cites = joined(part(finding, "cites"), ", ");
  out.open("p", {{"class", "technical made"}});
  if (!made.empty()) out.text(made + ".");
  add_flags(out, part(finding, "flags"));
  if (!cites.empty()) out.text(" Cites " + cites + ".");
  out.text(" ").element("code", text(finding, "key"));
  out.close("p").close("div");
}

const std::vector<html_column> value_columns{{"", false}, {"Events", true}, {"Exposure", true}, {"Value", true}, {"Lower limit", true}, {"Upper limit", true}};

/// The same figures as rows; a metric to a group of rows, and what has no value gathered by reason.
void add_as_table(html& out, const finding_list& findings, const std::string& caption) {
  std::vector<std::pair<std::string, finding_list>> groups;
  std::map<std::string, std::size_t> place;
  for (const json_document* one : findings) {
    const std::string title = title_of(*one);
    const auto [found, is_new] = place.emplace(title, groups.size());
    if (is_new) groups.push_back({title, {}});
    groups[found->second].second.push_back(one);
  }
  std::vector<html_column> columns = value_columns;
  columns[0].heading = "Of";
  out.open_table(caption, columns);
  for (const auto& [title, members] : groups) {
    out.open("tbody").open("tr").element("th", title, {{"colspan", "6"}, {"scope", "rowgroup"}}).program_text("</tr>\n");
    std::vector<std::pair<std::string, std::vector<std::string>>> without;
    for (const json_document* one : members) {
      if (!has_value(*one)) {
        const std::string why = text(*one, "sentence");
        auto known = std::find_if(without.begin(), without.end(), [&](const auto& entry) { return entry.first == why; });
        if (known == without.end()) known = without.insert(without.end(), {why, {}});
        known->second.push_back(place_of(*one));
        continue;
      }
      const value_cells cells = cells_of(*one);
      out.program_text("<tr>").element("th", place_of(*one), {{"scope", "row"}});
      for (const std::string* cell : {&cells.events, &cells.exposure, &cells.value, &cells.lower, &cells.upper}) {
        out.program_text("<td>");
        out.text(*cell);
      }
      out.program_text("\n");
    }
    for (const auto& [why, places] : without) {
      std::string names;
      for (const std::string& name : places) names += (names.empty() ? "" : "; ") + name;
      out.program_text("<tr>").element("th", grouped(places.size()) + " without a value", {{"scope", "row"}}).open("td", {{"colspan", "5"}, {"class", "why"}}).text(why + " " + names).program_text("\n");
    }
    out.program_text("</tbody>\n");
  }
  out.close_table();
}

void add_closed_table(html& out, const finding_list& findings, const std::string& summary, const std::string& caption) {
  out.open("details").element("summary", summary);
  add_as_table(out, findings, caption);
  out.close("details");
}

std::string breakdown_words(const std::string& axes) {
  std::string words = axes;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

using told_places = std::vector<std::pair<std::string, finding_list>>;

/// The place that was told before in the very same figures; a series at one threshold is the whole series.
std::string told_before(const told_places& told, std::size_t place) {
  const auto says = [](const json_document& f) { return title_of(f) + " " + text(f, "sentence") + " " + how_made(f); };
  for (std::size_t before = 0; before < place; ++before) {
    const bool repeats = std::all_of(told[place].second.begin(), told[place].second.end(), [&](const json_document* f) {
      return text(*f, "status") != "not_measured" && std::any_of(told[before].second.begin(), told[before].second.end(), [&](const json_document* other) { return says(*f) == says(*other); });
    });
    if (repeats && !told[before].first.empty()) return told[before].first;
  }
  return "";
}

std::string heading(int level) { return "h" + std::to_string(level); }

} // namespace

void add_findings(html& out, const finding_list& findings, int level) {
  std::map<std::string, std::size_t> of_axes;
  for (const json_document* one : findings) ++of_axes[axes_of(*one)];
  told_places told, tabled;
  const auto put = [](auto& groups, const std::string& name, const json_document* one) {
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == name; });
    if (found == groups.end()) found = groups.insert(groups.end(), {name, {}});
    found->second.push_back(one);
  };
  for (const json_document* one : findings) {
    const std::string axes = axes_of(*one);
    if (is_breakdown(*one) || of_axes[axes] > most_in_words) put(tabled, axes, one);
    else put(told, place_of(*one), one);
  }
  finding_list in_words;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto& [place, members] = told[i];
    if (!place.empty()) out.element(heading(level), capital(place));
    if (const std::string same = told_before(told, i); !same.empty()) {
      out.open("p", {{"class", "missing"}}).text("Every figure is that of \"" + capital(same) + "\" above: the records are the same.").close("p");
      in_words.insert(in_words.end(), members.begin(), members.end());
      continue;
    }
    std::string missing;
    std::vector<std::pair<std::string, std::string>> refused;
    for (const json_document* one : members) {
      if (text(*one, "status") == "not_measured") { missing += (missing.empty() ? "" : "; ") + title_of(*one); continue; }
      add_in_words(out, *one);
      in_words.push_back(one);
    }
    if (!missing.empty()) out.open("p", {{"class", "missing"}}).element("strong", "Not measured here: ").text(missing + ".").close("p");
  }
  if (!in_words.empty()) add_closed_table(out, in_words, "The figures above as a table", "The figures above");
  for (const auto& [axes, members] : tabled) {
    const std::string by = breakdown_words(axes);
    add_closed_table(out, members, "By " + by + ": " + grouped(members.size()) + (members.size() == 1 ? " figure" : " figures"), "Figures by " + by);
  }
}

namespace {

void add_verdict_table(html& out, const finding_list& verdicts, const std::string& caption) {
  out.open_table(caption, {{"Where", false}, {"Verdict", false}, {"Events", true}, {"Exposure", true}, {"In words", false}});
  out.program_text("<tbody>\n");
  for (const json_document* one : verdicts) {
    const std::string verdict = text(*one, "verdict");
    const value_cells cells = verdict == "not_measured" ? value_cells() : cells_of(*one);
    out.program_text("<tr>").element("th", capital(place_of(*one)), {{"scope", "row"}});
    out.open("td", {{"class", "verdict " + verdict}}).text(verdict_words(verdict)).program_text("</td>");
    out.element("td", cells.events, {{"class", "n"}}).element("td", cells.exposure, {{"class", "n"}}).open("td").text(capital(text(*one, "sentence")));
    if (const auto more = count(*one, "exposure_to_decide")) out.text(" The same rate would decide at about " + grouped(*more) + " " + text(part(*one, "exposure"), "unit") + ".");
    if (const auto more = count(*one, "exposure_without_events"); more && text(*one, "verdict") == "inconclusive")
      out.text(" Without a further event it would be decided at about " + grouped(*more) + " " + text(part(*one, "exposure"), "unit") + ".");
    out.program_text("</td></tr>\n");
  }
  out.program_text("</tbody>").close_table();
}

/// How the deployments judged one by one came out, where this limit is one that they are judged against.
std::string single_verdicts(const json_document& result, const json_document& judged) {
  if (text(judged, "metric") != "false_alerts_per_face" || axis(judged, "in_every")) return ""; // the only rate that is judged deployment by deployment
  const std::string limit = axis(judged, "limit").value_or("");
  for (const json_document& curve : part(result, "curves")) {
    const json_document& column = part(part(curve, "columns"), "verdict_" + limit);
    if (!column.is_array() || column.empty()) continue;
    std::map<std::string, std::uint64_t> counts;
    for (const json_document& one : column)
      if (one.is_string()) ++counts[one.get<std::string>()];
    std::string out;
    for (const auto& [verdict, n] : counts) out += (out.empty() ? "" : ", ") + grouped(n) + " " + verdict_words(verdict);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return "Each deployment judged alone, as if its faces were unrelated: " + out + ". Among so many verdicts some are wrong by chance.";
  }
  return "";
}

} // namespace

void add_verdicts(html& out, const finding_list& verdicts, const json_document& result) {
  if (verdicts.empty()) {
    out.element("p", "The study declares no limit, so nothing was held against one.");
    return;
  }
  out.element("p", "A limit is met only when the records exclude, at the declared confidence, that it is broken, and not met only when they exclude that it is kept. Everything else is not decided by the data.");
  std::vector<std::pair<std::string, finding_list>> limits;
  for (const json_document* one : verdicts) {
    const std::string name = text(*one, "metric") + axis(*one, "limit").value_or("") + " " + axis(*one, "in_every").value_or("");
    auto found = std::find_if(limits.begin(), limits.end(), [&](const auto& group) { return group.first == name; });
    if (found == limits.end()) found = limits.insert(limits.end(), {name, {}});
    found->second.push_back(one);
  }
  for (const auto& [name, members] : limits) {
    const json_document& first = *members.front();
    const std::string title = limit_title(first), source = text(part(first, "limit"), "source");
    out.element("h3", title);
    if (!source.empty()) out.element("p", "Declared in the study before the result was seen; its source: " + source + ".", {{"class", "technical"}});
    const bool in_every_group = axis(first, "in_every").has_value();
    if (in_every_group)
      out.element("p", "Each group is held against the limit by itself, at the declared confidence. All together meet it only where every group does, and do not meet it only where some group breaks it at a confidence that allows for the number of groups. A group without records is not measured, and the limit is then not met in every group.");
    finding_list whole, parts;
    for (const json_document* one : members) (is_breakdown(*one) ? parts : whole).push_back(one);
    if (!whole.empty()) add_verdict_table(out, whole, in_every_group ? "Verdicts of all groups and of each" : "Verdicts of the whole");
    if (const std::string singles = single_verdicts(result, first); !singles.empty()) out.element("p", singles);
    if (!parts.empty()) {
      out.open("details").element("summary", "By year, use case, place and day: " + grouped(parts.size()) + (parts.size() == 1 ? " verdict" : " verdicts"));
      add_verdict_table(out, parts, "Verdicts of parts");
      out.close("details");
    }
  }
}

void add_checks(html& out, const finding_list& checks) {
  std::vector<std::vector<std::string>> rows;
  for (const json_document* one : checks) {
    const auto examined = count(*one, "examined"), named = count(*one, "named");
    const std::string answer = text(*one, "status") == "not_measured" ? "Not on record" : named == 0 ? "In order" : text(*one, "severity") == "fault" ? "Fault" : "To note";
    rows.push_back({capital(text(*one, "rule")), answer, examined ? grouped(*examined) : "", named ? grouped(*named) : "", text(*one, "sentence")});
  }
  out.table("Checks of the records", {{"Rule", false}, {"Answer", false}, {"Examined", true}, {"Named", true}, {"In words", false}}, rows);
  for (const json_document* one : checks) {
    const json_document& named = part(*one, "rows");
    if (!named.is_array() || named.empty()) continue;
    std::vector<std::vector<std::string>> lines;
    for (const json_document& row : named) lines.push_back({text(row, "deployment"), text(row, "arithmetic"), joined(part(row, "cells"), " ")});
    const std::string title = capital(text(*one, "rule"));
    if (named.size() <= most_open) out.open("details", {{"open", ""}});
    else out.open("details");
    out.element("summary", title + ": " + grouped(named.size()) + (named.size() == 1 ? " row" : " rows"));
    out.table(title, {{"Deployment", false}, {"Arithmetic", false}, {"Cells", false}}, lines).close("details");
  }
}

} // namespace lfreval::page
