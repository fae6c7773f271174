#include <lfreval/report/text.hpp>

#include <algorithm>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>
#include <lfreval/types/version.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

constexpr std::size_t line_width = 100;

/// Width on screen, near enough: one column per code point.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t have = width_of(text);
  if (have < width) text.append(width - have, ' ');
  return text;
}

/// Breaks at blanks; every line starts with `indent` blanks, the first with `lead` in their place.
std::string wrapped(std::string_view text, std::size_t indent, std::string_view lead) {
  std::string out(lead);
  std::size_t at = width_of(lead);
  bool first_word = true;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    const std::string_view word = text.substr(from, to - from);
    from = to + 1;
    if (word.empty()) continue;
    if (!first_word && at + 1 + width_of(word) > line_width) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
      first_word = true;
    }
    if (!first_word) { out += ' '; ++at; }
    out += word;
    at += width_of(word);
    first_word = false;
  }
  return out + "\n";
}

std::string paragraph(std::string_view text, std::size_t indent) { return wrapped(text, indent, std::string(indent, ' ')); }

struct view {
  const evaluation& e;

  const finding* find(std::string_view metric, const std::map<std::string, std::string>& axes) const { return e.find(finding_key(metric, axes)); }

  std::vector<std::string> values_of(const std::string& axis) const {
    std::vector<std::string> out;
    for (const finding& f : e.findings)
      if (f.metric == "deployments" && f.axes.size() == 1 && f.axes.contains(axis)) out.push_back(f.axes.at(axis));
    return out;
  }

  std::vector<std::string> outcome_names() const {
    std::vector<std::string> out;
    for (const finding& f : e.findings)
      if (f.kind == finding_kind::count && f.metric == "outcomes" && f.axes.contains("scope")) out.push_back(f.axes.at("outcome"));
    return out;
  }

  std::string count(std::string_view metric, const std::map<std::string, std::string>& axes) const {
    const finding* f = find(metric, axes);
    if (f == nullptr || f->status != finding_status::measured) return "-";
    return grouped(std::get<count_value>(f->value).n);
  }

  static const estimate* estimate_in(const finding* f) { return f == nullptr ? nullptr : std::get_if<estimate>(&f->value); }
};

std::string bound_words(double rate, rounding toward) { return one_in(rate, toward).value_or(percent_words(rate, toward)); }

std::string threshold_words(const std::string& value) { return value == not_published ? value : "threshold " + value; }

std::string how_made(const estimate& e) {
  std::string out(to_string(e.headline.method));
  if (e.clusters.design_effect) out += ", design effect " + significant(*e.clusters.design_effect, 3, rounding::nearest);
  return out;
}

/// One stratum: the two denominators side by side (M01), then what was gained.
std::string stratum_block(const view& v, const std::string& title, const std::map<std::string, std::string>& axes) {
  std::string head = title + ": " + v.count("deployments", axes) + " deployments, " + v.count("faces", axes) + " faces, " + v.count("alerts", axes) + " alerts";
  const finding* deployments_counted = v.find("faces", axes);
  if (deployments_counted != nullptr)
    if (const auto* c = std::get_if<count_value>(&deployments_counted->value); c != nullptr && c->not_recorded != 0)
      head += " (" + grouped(c->not_recorded) + " aborted or without figures)";
  std::string out = "  " + printable(head, 200) + "\n";
  const auto line = [&](const std::string& name, const finding* f) {
    if (f == nullptr || f->status == finding_status::not_measured) return;
    out += wrapped(printable(f->sentence, 1000), 26, "    " + padded(name, 22));
    if (f->bounds && f->bounds->unresolved != 0)
      out += wrapped("If the " + grouped(f->bounds->unresolved) + " unresolved alerts were all true or all false: " + bound_words(f->bounds->lower, rounding::down) +
                         " to " + bound_words(f->bounds->upper, rounding::up) + ".",
                     26, std::string(26, ' '));
  };
  const finding* per_face = v.find("false_alerts_per_face", axes);
  line("false alerts", per_face);
  if (const estimate* e = view::estimate_in(per_face)) out += std::string(26, ' ') + "[" + how_made(*e) + "]\n";
  line("  of the alerts", v.find("false_discovery_proportion", axes));
  line("  per hour", v.find("false_alerts_per_hour", axes));
  line("true alerts", v.find("true_alerts_per_face", axes));
  std::uint64_t overfull = 0;
  for (const std::string& name : v.outcome_names()) {
    auto with = axes;
    with["outcome"] = name;
    const finding* quantity = v.find("faces_per_outcome", with);
    const finding* counted = v.find("outcomes", with);
    if (quantity == nullptr || counted == nullptr || counted->status != finding_status::measured) continue;
    overfull = std::max(overfull, quantity->not_adding_up);
    out += wrapped(v.count("outcomes", with) + "; " + printable(quantity->sentence, 1000), 26, "    " + padded(printable(name, 20), 22));
  }
  if (overfull != 0)
    out += wrapped("In " + grouped(overfull) + " of these deployments the published outcomes together exceed the alerts: the outcome columns overlap or are wrong.", 26,
                   std::string(26, ' '));
  return out;
}

std::string verdict_lines(const view& v) {
  std::string out;
  std::map<std::string, std::map<verdict_outcome, std::uint64_t>> single;
  std::vector<std::string> broken;
  for (const finding& f : v.e.findings) {
    const auto* value = std::get_if<verdict_value>(&f.value);
    if (value == nullptr) continue;
    const std::string name = std::string(describe(value->declared.metric).name) + ", at " +
                             (value->declared.direction == limit_direction::at_least ? "least " : "most ") + limit_words(value->declared) + " (" + printable(value->declared.source) + ")";
    if (f.axes.contains("deployment")) {
      ++single[name][value->answer.outcome];
      if (value->answer.outcome == verdict_outcome::not_met || (value->answer.outcome == verdict_outcome::inconclusive && value->events >= 5))
        broken.push_back(printable(f.axes.at("deployment")) + ": " + printable(f.sentence, 1000));
      continue;
    }
    if (!f.axes.contains("threshold")) continue;
    if (out.find(name) == std::string::npos) out += paragraph(name, 2);
    std::string after;
    if (value->answer.exposure_to_decide)
      after = " The same rate would decide at " + grouped(*value->answer.exposure_to_decide) + " " + std::string(to_string(units_of(value->declared.metric).exposure)) + ".";
    out += wrapped(printable(f.sentence, 1000) + after, 26, "    " + padded(printable(threshold_words(f.axes.at("threshold")), 22), 22));
  }
  for (const auto& [name, outcomes] : single) {
    const auto n = [&](verdict_outcome o) { const auto found = outcomes.find(o); return grouped(found == outcomes.end() ? 0 : found->second); };
    out += wrapped(n(verdict_outcome::met) + " met, " + n(verdict_outcome::inconclusive) + " inconclusive, " + n(verdict_outcome::not_met) + " not met, " +
                       n(verdict_outcome::not_measured) + " not measured; one deployment is rarely enough to decide. Each verdict stands alone: among many, some decide wrongly.",
                   26, "    " + padded("each deployment", 22));
  }
  for (const std::string& one : broken) out += wrapped(one, 26, std::string(26, ' '));
  return out;
}

std::string comparison_lines(const view& v) {
  std::string out;
  for (const finding& f : v.e.findings) {
    if (f.kind != finding_kind::ratio) continue;
    std::string mark = f.status == finding_status::measured ? "" : "[" + std::string(to_string(f.status)) + "] ";
    out += wrapped(mark + printable(f.sentence, 1000), 4, "  ");
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 8, "      - ");
  }
  return out;
}

std::string check_lines(const view& v) {
  constexpr std::size_t most_rows = 5;
  std::string out;
  for (const finding& f : v.e.findings) {
    const auto* check = std::get_if<check_value>(&f.value);
    if (check == nullptr) continue;
    out += wrapped(printable(f.sentence, 1000), 4, "  ");
    std::size_t shown = 0;
    for (const check_value::row& row : check->failing) {
      if (shown++ == most_rows) {
        out += wrapped("and " + grouped(check->failing.size() - most_rows) + " more: see " + f.key + " in evaluation.json", 8, "      ");
        break;
      }
      out += wrapped(printable(row.deployment) + ": " + printable(row.arithmetic, 300), 8, "      ");
    }
  }
  return out;
}

std::string cell(std::string_view text) {
  std::string safe(text);
  // A spreadsheet runs a cell that begins with one of these.
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos) safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) { if (c == '"') out += '"'; out += c; }
  return out + "\"";
}

} // namespace

std::string to_text(const evaluation& e) {
  const view v{e};
  std::string out = printable(e.declared.name, 200) + "\n";
  std::string read = grouped(e.records.deployments) + " deployments on record";
  if (e.records.aborted != 0) read += " (" + grouped(e.records.aborted) + " aborted)";
  if (e.records.cancelled != 0) read += " (" + grouped(e.records.cancelled) + " cancelled)";
  if (e.records.from && e.records.to) read += ", " + to_iso(*e.records.from) + " to " + to_iso(*e.records.to);
  read += "; " + grouped(e.records.faces) + " faces seen, as published";
  out += paragraph(read + ". Intervals: " + level_words(e.declared.level) + ", with deployments as clusters; limits rounded outward.", 0);
  if (e.records.refused != 0) out += paragraph(grouped(e.records.refused) + " rows were refused and are in no figure; see the ledger.", 0);
  for (const auto& [reason, n] : e.left_out) out += paragraph("Left out by the study: " + grouped(n) + " deployments (" + printable(reason, 200) + ").", 0);

  out += "\nWHAT WAS NOT MEASURED\n";
  for (const not_measured_item& item : e.not_measured) out += wrapped(item.topic + ". " + item.why, 4, "  - ");

  out += "\nFINDING LISTED PEOPLE, STOPPING OTHERS: MISSES NOT MEASURED\n";
  for (const std::string& threshold : v.values_of("threshold")) out += stratum_block(v, threshold_words(threshold), {{"threshold", threshold}}) + "\n";
  out += paragraph("By year, use case and site, and for the whole series: see evaluation.json.", 2);

  if (const std::string limits = verdict_lines(v); !limits.empty()) out += "\nLIMITS\n" + limits;
  if (const std::string ratios = comparison_lines(v); !ratios.empty()) out += "\nONE THRESHOLD AGAINST ANOTHER\n" + ratios;
  out += "\nARE THE RECORDS COMPLETE, AND DO THEY ADD UP?\n" + check_lines(v);
  return out;
}

std::string to_csv(const evaluation& e) {
  std::string out = "key,metric,kind,status,events,events_unit,exposure,exposure_unit,estimate,lower,upper,confidence,method,verdict,flags,sentence\n";
  const auto number = [](double value) { return value == unbounded ? std::string("inf") : shortest(value); };
  for (const finding& f : e.findings) {
    std::string events, events_unit, exposure, exposure_unit, value, lower, upper, level, method, answer;
    const auto take = [&](const interval& i, double scale) {
      lower = number(i.lower * scale);
      upper = number(i.upper * scale);
      level = number(i.level.level());
      method = to_string(i.method);
    };
    if (const auto* r = std::get_if<estimate>(&f.value)) {
      const auto scale = static_cast<double>(printed_per(r->metric));
      events = std::to_string(r->events), exposure = std::to_string(r->exposure), value = number(r->point * scale);
      events_unit = to_string(units_of(r->metric).events), exposure_unit = to_string(units_of(r->metric).exposure);
      take(r->headline, scale);
    } else if (const auto* q = std::get_if<quantity_value>(&f.value)) {
      events = std::to_string(q->of.events), exposure = std::to_string(q->of.exposure), value = number(q->point);
      events_unit = to_string(q->per), exposure_unit = to_string(q->counted);
      take(q->made, 1);
    } else if (const auto* ratio = std::get_if<ratio_value>(&f.value)) {
      value = number(ratio->point);
      take(ratio->made, 1);
    } else if (const auto* c = std::get_if<count_value>(&f.value)) {
      events = std::to_string(c->n), events_unit = to_string(c->of);
    } else if (const auto* k = std::get_if<check_value>(&f.value)) {
      events = std::to_string(k->failing.size()), events_unit = "failing", exposure = std::to_string(k->examined), exposure_unit = "examined";
    } else if (const auto* d = std::get_if<verdict_value>(&f.value)) {
      events = std::to_string(d->events), exposure = std::to_string(d->exposure), answer = to_string(d->answer.outcome);
      events_unit = to_string(units_of(d->declared.metric).events), exposure_unit = to_string(units_of(d->declared.metric).exposure);
      if (d->answer.unfavourable) take(*d->answer.unfavourable, static_cast<double>(printed_per(d->declared.metric)));
    }
    std::string flags;
    for (const flag one : f.flags.list()) flags += (flags.empty() ? "" : " ") + std::string(to_string(one));
    bool first = true;
    for (const std::string& field : {f.key, f.metric, std::string(to_string(f.kind)), std::string(to_string(f.status)), events, events_unit, exposure,
                                     exposure_unit, value, lower, upper, level, method, answer, flags, f.sentence}) {
      if (!first) out += ',';
      first = false;
      out += cell(field);
    }
    out += '\n';
  }
  return out;
}

std::string ledger_text(const ledger& refused, bool show_values) {
  std::string out;
  for (const refused_row& row : refused.rows()) {
    error shown = row.why;
    const bool names = shown.code == error_code::duplicate_id || shown.code == error_code::not_allowed;
    if (names && !show_values) shown.value.clear();
    out += shown.message() + "\n";
  }
  return out;
}

} // namespace lfreval
