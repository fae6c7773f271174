#include <lfreval/report/text.hpp>

#include <algorithm>
#include <map>

#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/dossier_views.hpp"
#include "report/group_text.hpp"
#include "report/heterogeneity.hpp"
#include "report/limit_text.hpp"
#include "report/register_text.hpp"
#include "report/sentences.hpp"
#include "report/trial_text.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

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

std::string faces_error_words(const record_summary& r) {
  const std::uint64_t with_faces = r.deployments - r.faces_not_recorded;
  if (r.faces_with_error == 0) return "no interval below holds the error of that count";
  if (r.faces_with_error == with_faces) return "the intervals of rates per face hold the declared error of that count";
  return "the intervals of rates per face hold the declared error of that count in " + grouped(r.faces_with_error) + " of " + grouped(with_faces) + " deployments";
}

std::string threshold_words(const std::string& value) { return value.empty() ? "threshold not published" : "threshold " + value; }

/// One stratum: the two denominators side by side (M01), then what was gained.
std::string stratum_block(const view& v, const std::string& title, const std::map<std::string, std::string>& axes, flag_set& explained) {
  std::string head = title + ": ";
  if (const finding* f = v.find("deployments", axes))
    if (const auto* c = std::get_if<count_value>(&f->value)) head += counted_words(c->n, unit::deployments, "");
  if (const finding* f = v.find("faces", axes))
    if (const auto* c = std::get_if<count_value>(&f->value); c != nullptr && c->not_recorded != 0) head += " (" + grouped(c->not_recorded) + " without a count of faces)";
  const auto count_of = [&](const char* metric, unit of) {
    const finding* f = v.find(metric, axes);
    const auto* c = f == nullptr ? nullptr : std::get_if<count_value>(&f->value);
    return c == nullptr || f->status != finding_status::measured ? "no " + std::string(to_string(of)) + " on record" : counted_words(c->n, of, "");
  };
  head += ", " + count_of("faces", unit::faces) + ", " + count_of("alerts", unit::alerts);
  if (const auto* before = v.find("alerts_before_grouping", axes); before != nullptr && before->status == finding_status::measured)
    head += " (" + grouped(std::get<count_value>(before->value).n) + " before those of one passage were taken as one)";
  std::string out = wrapped(printable(head, 200), 4, "  ");
  const std::string margin(26, ' ');
  const auto line = [&](const std::string& name, const finding* f, bool with_flags) {
    const bool per_face = f != nullptr && (f->metric == "false_alerts_per_face" || f->metric == "alerts_per_face");
    if (f == nullptr || (f->status == finding_status::not_measured && f->unusable == 0)) return;
    out += wrapped(printable(f->sentence, 1000), 26, "    " + padded(name, 22));
    if (f->bounds) {
      const auto rate = [](const cluster_tally& c) { return static_cast<double>(c.events) / static_cast<double>(c.exposure); };
      const bool hourly = f->metric.ends_with("_per_hour") || f->metric.ends_with("_per_officer_hour");
      const bool share = describe(*metric_from_key(f->metric)).family == metric_family::share;
      const auto words = [&](double value, rounding toward) {
        if (share) return share_words(value, toward);
        return significant(value * (hourly ? 3600 : 1), 3, toward) + (hourly ? " an hour" : "");
      };
      const std::string in_exposure = hourly ? "" : " in " + grouped(f->bounds->most.exposure);
      out += wrapped("With " + counted_words(f->bounds->unresolved, unit::unresolved_alerts, "") + " taken either way: " + grouped(f->bounds->fewest.events) + " to " + grouped(f->bounds->most.events) +
                         in_exposure + ", " + words(rate(f->bounds->fewest), rounding::down) + " to " + words(rate(f->bounds->most), rounding::up) + "; limits " +
                         words(f->bounds->lower_limit, rounding::down) + " to " + words(f->bounds->upper_limit, rounding::up) + ".",
                     26, margin);
    }
    if (with_flags && !f->miscounts.empty()) {
      std::string off;
      for (const miscount& m : f->miscounts)
        off += (off.empty() ? "If the faces were miscounted by " : "; by ") + std::to_string(m.percent) + " %: " + share_words(m.lower, rounding::down) + " to " + share_words(m.upper, rounding::up);
      out += wrapped(off + ".", 26, margin);
    }
    if (f->spread && per_face) out += wrapped(printable(sentence_for(*f->spread, *metric_from_key(f->metric)), 1000), 26, margin);
    if (with_flags) out += wrapped(how_made(*f, explained), 26, margin);
  };
  line("false alerts", v.find("false_alerts_per_face", axes), true);
  if (auto with = axes; true) {
    with["projected_from"] = "faces";
    const finding* projected = v.find("false_positive_identification_rate", with);
    line("  of passages", projected, false);
    if (projected != nullptr)
      for (const std::string& note : projected->notes) out += wrapped(printable(note, 400), 28, margin + "- ");
  }
  line("  of the alerts", v.find("false_discovery_proportion", axes), false);
  line("  per hour", v.find("false_alerts_per_hour", axes), false);
  line("all alerts", v.find("alerts_per_face", axes), false);
  line("true alerts", v.find("true_alerts_per_face", axes), false);
  for (const std::string& name : v.outcome_names()) {
    auto with = axes;
    with["outcome"] = name;
    const finding* quantity = v.find("faces_per_outcome", with);
    const finding* counted = v.find("outcomes", with);
    if (quantity == nullptr || counted == nullptr || counted->status != finding_status::measured) continue;
    out += wrapped(v.count("outcomes", with) + " recorded. " + printable(quantity->sentence, 1000), 26, "    " + padded(printable(name, 20), 22));
  }
  return out;
}

std::string comparison_lines(const view& v) {
  std::string out;
  for (const finding& f : v.e.findings) {
    if (f.kind != finding_kind::ratio || is_by_group(v.e, f) || is_of_registers(f)) continue;
    const std::string mark = f.status == finding_status::measured ? "" : "[" + std::string(to_string(f.status)) + "] ";
    out += wrapped(mark + printable(f.sentence, 1000), 4, "  ");
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 8, "      - ");
  }
  return out;
}

std::string claim_lines(const view& v) {
  std::string out;
  for (const finding& f : v.e.findings)
    if (const auto claim = f.axes.find("claim"); claim != f.axes.end()) {
      out += wrapped(printable(f.sentence, 1000), 26, "  " + padded(printable(claim->second, 22), 24) + (width_of(printable(claim->second, 22)) >= 24 ? " " : ""));
      for (const std::string& note : f.notes) out += wrapped(printable(note, 300), 28, std::string(26, ' ') + "- ");
    }
  return out;
}

std::string check_lines(const view& v) {
  constexpr std::size_t most_rows = 5;
  std::string out;
  for (const finding& f : v.e.findings) {
    if (std::holds_alternative<break_value>(f.value)) {
      out += wrapped(printable(f.sentence, 1000), 8, "  note  ");
      for (const std::string& note : f.notes) out += wrapped(printable(note, 300), 12, "          - ");
    }
    const auto* check = std::get_if<record_check>(&f.value);
    if (check == nullptr || check->examined == 0 || is_of_registers(f)) continue;
    const std::string mark = check->rows.empty() ? "ok    " : std::string(to_string(check->severity)) + (check->severity == check_severity::note ? "  " : " ");
    out += wrapped(printable(f.sentence, 1000), 8, "  " + mark);
    std::size_t shown = 0;
    for (const record_check::row& row : check->rows) {
      if (shown++ == most_rows) {
        out += wrapped("and " + grouped(check->rows.size() - most_rows) + " more: see " + f.key + " in evaluation.json", 14, "          - ");
        break;
      }
      out += wrapped(printable(row.deployment) + ": " + printable(row.arithmetic, 600), 12, "          - ");
    }
  }
  return out;
}

/// What weighs against what, without anybody's judgement and, where a range was declared, over it.
std::string decision_lines(const view& v) {
  std::string out;
  for (const finding& f : v.e.findings) {
    if (f.metric != "net_benefit_break_even" && f.metric != "value_of_information") continue;
    const auto at = f.axes.find("threshold");
    if (f.metric == "net_benefit_break_even" && at == f.axes.end() && !f.axes.contains("scope")) continue;
    out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(at == f.axes.end() ? "whole series" : printable(threshold_words(at->second), 18), 22));
  }
  return out;
}

/// Registers that are missing for one and the same reason share an entry; the page and the JSON hold each with its remedy.
std::string not_measured_lines(const std::vector<not_measured_item>& items) {
  const std::string_view begins = "Register of ";
  std::map<std::string, std::vector<std::string>> missing;
  for (const not_measured_item& item : items)
    if (item.topic.starts_with(begins)) missing[item.why].push_back(item.topic.substr(begins.size()));
  std::string out;
  for (const not_measured_item& item : items) {
    std::string topic = item.topic;
    if (const auto same = missing.find(item.why); same != missing.end() && same->second.size() > 1) {
      const std::vector<std::string>& names = same->second;
      if (topic.substr(std::min(begins.size(), topic.size())) != names.front()) continue;
      topic = "Registers of " + names.front();
      for (std::size_t i = 1; i < names.size(); ++i) topic += (i + 1 == names.size() ? " and of " : ", of ") + names[i];
    }
    out += wrapped(topic + ". " + item.why, 4, "  - ");
  }
  return out;
}

} // namespace

std::string to_text(const evaluation& e) {
  const view v{e};
  std::string out = printable(e.declared.name, 200) + "\n";
  const bool recorded = e.records.deployments != 0, passed = e.records.passages != 0, tested = e.records.comparisons != 0;
  std::string read = recorded ? counted_words(e.records.deployments, unit::deployments, "") + " on record" : "no deployments on record";
  std::string broken;
  if (e.records.aborted != 0) broken += grouped(e.records.aborted) + " aborted";
  if (e.records.cancelled != 0) broken += (broken.empty() ? "" : ", ") + grouped(e.records.cancelled) + " cancelled";
  if (!broken.empty()) read += " (" + broken + ")";
  if (e.records.from && e.records.to) read += ", " + to_iso(*e.records.from) + " to " + to_iso(*e.records.to);
  if (recorded) read += "; " + grouped(e.records.faces) + " faces seen, as the publisher counted or estimated them: " + faces_error_words(e.records);
  read[0] = recorded ? read[0] : 'N';
  if (tested && !recorded && !passed) read = counted_words(e.records.comparisons, unit::comparisons, "");
  else if (tested) read += "; " + counted_words(e.records.comparisons, unit::comparisons, "");
  if (passed) read = (recorded ? read + "; " : std::string()) + counted_words(e.records.passages, unit::passages, "") + " in trials";
  out += paragraph(read + ". Intervals: " + level_words(e.declared.level) + (recorded ? ", with deployments as clusters" : "") + (passed ? ", with persons as clusters of passages" : "") + (tested ? ", with people as clusters of comparisons" : "") + "; limits rounded outward.", 0);
  if (e.records.refused != 0) out += paragraph(grouped(e.records.refused) + (e.records.refused == 1 ? " row was refused and is" : " rows were refused and are") + " in no figure; see the ledger.", 0);
  for (const auto& [reason, n] : e.left_out) out += paragraph("Left out by the study: " + counted_words(n, unit::deployments, "") + " (" + printable(reason, 200) + ").", 0);
  if (!e.not_evaluated.empty()) {
    std::string keys;
    for (const std::string& key : e.not_evaluated) keys += (keys.empty() ? "" : ", ") + printable(key, 100);
    out += paragraph("Declared in the study and without effect in this version: " + keys + ".", 0);
  }

  out += "\nWHAT WAS NOT MEASURED\n";
  out += not_measured_lines(e.not_measured);
  if (const std::string checks = check_lines(v); !checks.empty()) out += "\nARE THE RECORDS COMPLETE, AND DO THEY ADD UP?\n" + checks;

  if (const std::string claims = claim_lines(v); !claims.empty()) out += "\nPUBLISHED CLAIMS\n" + claims;

  flag_set explained;
  if (const std::string trials = trial_lines(e, true, explained); !trials.empty()) out += "\nFINDING LISTED PEOPLE, STOPPING OTHERS: TRIALS\n" + trials;
  if (const std::string promised = promise_lines(e); !promised.empty()) out += "\nTHRESHOLDS WITH A GUARANTEE\n" + promised;
  if (const std::string others = trial_lines(e, false, explained); !others.empty()) out += "\nAT OTHER THRESHOLDS\n" + others;
  if (const std::string matches = match_lines(e, explained); !matches.empty()) out += "\nONE TO ONE, A TECHNOLOGY TEST: NOT HOW OFTEN A SEARCH ALERTS\n" + matches;
  if (const std::string differences = difference_lines(e, explained); !differences.empty()) out += "\nONE SYSTEM AGAINST ANOTHER ON THE SAME PASSAGES\n" + differences;
  out += group_sections(e, explained);
  if (recorded) out += passed ? "\nTHE CROWD AND ITS ALERTS: MISSES NOT MEASURED\n" : "\nFINDING LISTED PEOPLE, STOPPING OTHERS: MISSES NOT MEASURED\n";
  for (const std::string& threshold : v.values_of("threshold")) out += stratum_block(v, threshold_words(threshold), {{"threshold", threshold}}, explained) + "\n";
  if (recorded) out += paragraph("An outcome is not shown to be due to the alert. By year, use case and site, and for the whole series: see evaluation.json.", 2);

  out += register_sections(e);
  if (const std::string weighed = decision_lines(v); !weighed.empty()) out += "\nOUTCOMES AGAINST HARM\n" + weighed;
  if (const std::string limits = limit_lines(e); !limits.empty()) out += "\nLIMITS\n" + limits;
  if (const std::string ratios = comparison_lines(v); !ratios.empty()) out += "\nONE THRESHOLD AGAINST ANOTHER\n" + ratios;
  if (e.laid_out) out += "\nNECESSITY AND PROPORTIONALITY: LAID OUT, NOT DECIDED\n" + text_of(*e.laid_out);
  if (!explained.empty()) {
    out += "\nWHAT THE CAPITALS MEAN\n";
    for (const flag one : explained.list()) out += wrapped(std::string(to_string(one)) + ": " + std::string(meaning_of(one)), 6, "  ");
  }
  return out;
}

error without_private_value(error why) {
  // Digits may be somebody's number: only a column that holds numbers by its nature makes them harmless.
  const auto columns = table_columns();
  const bool measured = std::any_of(columns.begin(), columns.end(), [&](const table_column& c) {
    return c.name == why.column_name && (c.type == column_type::count || c.type == column_type::number || c.type == column_type::rate || c.type == column_type::duration);
  });
  const bool number = why.code != error_code::duplicate_id && measured && why.value.find_first_not_of("0123456789.-+%eE ") == std::string::npos;
  const bool says_nothing_of_people = number || why.line == 0 || why.file.ends_with(".toml") || why.code == error_code::not_a_count || why.code == error_code::not_a_number ||
                                      why.code == error_code::not_a_date || why.code == error_code::wrong_field_count;
  if (!says_nothing_of_people && (why.code == error_code::duplicate_id || why.code == error_code::not_allowed)) why.value.clear();
  return why;
}

std::string ledger_text(const ledger& refused, bool show_values) {
  std::string out;
  for (const refused_row& row : refused.rows()) out += (show_values ? row.why : without_private_value(row.why)).message() + "\n";
  return out;
}

} // namespace lfreval
