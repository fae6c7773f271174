#include <lfreval/report/text.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>
#include <lfreval/types/version.hpp>

#include "report/dossier_views.hpp"
#include "report/group_text.hpp"
#include "report/register_text.hpp"
#include "report/heterogeneity.hpp"
#include "report/rate_task.hpp"
#include "report/sentences.hpp"
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

std::string how_made(const finding& f, flag_set& explained) {
  std::string out;
  const auto* one = std::get_if<estimate>(&f.value);
  const auto* two = std::get_if<extremes>(&f.value);
  if (const estimate* e = one != nullptr ? one : two != nullptr ? &two->highest : nullptr) {
    out = to_string(e->headline.method);
    if (e->clusters.design_effect) out += ", design effect " + significant(*e->clusters.design_effect, 3, rounding::nearest);
  }
  for (const flag each : f.flags.list()) {
    out += (out.empty() ? "" : " ") + std::string(to_string(each));
    explained |= each;
  }
  return "[" + out + "]";
}

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

std::string limit_head(const limit& one) {
  return paragraph(printable(std::string(describe(one.metric).name) + ", " + (one.direction == limit_direction::at_least ? "at least " : "at most ") + limit_words(one) + (one.in_every.empty() ? "" : " in every group of " + one.in_every) + " (" + one.source + ")", 300), 2);
}

/// A limit for every group: all of them together, and below it each.
std::string lines_in_every_group(const view& v, const limit& one) {
  std::string out;
  for (const finding& f : v.e.findings) {
    const auto* judged = std::get_if<verdict_value>(&f.value);
    if (judged == nullptr || !(judged->declared == one)) continue;
    std::string group;
    for (const study_group& axis : v.e.declared.groups)
      if (const auto label = f.axes.find(axis.name); label != f.axes.end()) group += (group.empty() ? "" : ", ") + label->second;
    const auto at = f.axes.find("threshold"), scope = f.axes.find("scope"), system = f.axes.find("system");
    const std::string all = at != f.axes.end() ? "threshold " + at->second : scope != f.axes.end() ? scope->second : "all";
    const std::string name = group.empty() ? all : "  " + group;
    std::string words = f.sentence;
    if (group.empty() && system != f.axes.end() && v.e.declared.systems.size() > 1) words = "System " + system->second + ". " + words;
    // The label stands before it, and what the group lacks stands above.
    if (const std::string label = printable(group); !group.empty() && words.starts_with(label)) words.erase(0, label.size() + 2);
    out += wrapped(printable(words, 1000), 26, "    " + padded(printable(name, 22), 22) + (width_of(name) >= 22 ? " " : ""));
    if (group.empty())
      for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
  }
  return out;
}

std::string verdict_lines(const view& v) {
  std::string out;
  for (const limit& one : v.e.declared.limits) {
    const std::string value = limit_value(one);
    out += limit_head(one);
    if (!one.in_every.empty()) { out += lines_in_every_group(v, one); continue; }
    for (const finding& f : v.e.findings) {
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
    for (const curve& c : v.e.curves)
      for (const curve::column& column : c.columns) {
        if (one.metric != metric_id::false_alerts_per_face || column.name != "verdict_" + value) continue;
        std::map<std::string, std::uint64_t> counts;
        for (const std::string& outcome : std::get<std::vector<std::string>>(column.values)) ++counts[outcome];
        out += wrapped("Each judged alone, as if its faces were unrelated: " + grouped(counts["met"]) + " met, " + grouped(counts["inconclusive"]) + " inconclusive, " + grouped(counts["not_met"]) +
                           " not met, " + grouped(counts["not_measured"]) + " not measured. Among so many verdicts some are wrong by chance.",
                       26, "    " + padded("single deployments", 22));
        for (const finding& f : v.e.findings) {
          const auto* answer = std::get_if<verdict_value>(&f.value);
          if (answer == nullptr || !f.axes.contains("deployment") || f.axes.at("limit") != value) continue;
          const bool telling = answer->answer.outcome == verdict_outcome::not_met || (answer->answer.outcome == verdict_outcome::inconclusive && answer->events >= 5);
          if (telling) out += wrapped(printable(f.axes.at("deployment")) + ": " + printable(f.sentence, 1000), 26, std::string(26, ' '));
        }
      }
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

bool is_operating(const view& v, const finding& f) {
  for (const study_system& one : v.e.declared.systems)
    if ((!f.axes.contains("system") || f.axes.at("system") == one.name) && one.operating_threshold) return f.axes.at("threshold") == shortest(*one.operating_threshold);
  return true; // none is declared: all are told in full
}

/// What a trial says at its operating threshold, or in short at the others; both rates together.
std::string trial_lines(const view& v, bool operating, flag_set& explained) {
  std::string out, last;
  bool in_parts = false;
  for (const finding& f : v.e.findings) {
    const auto at = f.axes.find("threshold");
    if (!f.axes.contains("source") || at == f.axes.end() || f.axes.contains("limit") || is_by_group(v.e, f) || is_operating(v, f) != operating) continue;
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

/// Comparisons one to one, at thresholds and at allowed shares of false matches.
std::string match_lines(const view& v, flag_set& explained) {
  std::string out, last;
  const std::string share = "false_match_rate_";
  for (const finding& f : v.e.findings) {
    const auto at = f.axes.find("compared_at");
    if (at == f.axes.end() || is_by_group(v.e, f)) continue;
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

std::string difference_lines(const view& v, flag_set& explained) {
  std::string out, last;
  for (const finding& f : v.e.findings) {
    if (f.kind != finding_kind::difference || is_by_group(v.e, f) || is_of_registers(f)) continue;
    const auto at = f.axes.find("at");
    std::string head = f.axes.at("systems");
    if (at != f.axes.end()) head += at->second == "recommended" ? ", at the thresholds that the vendors recommend" : ", at " + at->second;
    std::replace(head.begin(), head.end(), '_', ' ');
    if (head != last) out += (last.empty() ? "" : "\n") + wrapped(printable(head, 200), 4, "  ");
    last = head;
    out += wrapped(printable(f.sentence, 1000), 26, "    " + padded(f.metric == "true_positive_identification_rate" ? "listed people found" : "others who alerted", 22));
    for (const std::string& note : f.notes) out += wrapped(printable(note, 400), 28, std::string(26, ' ') + "- ");
    explained |= f.flags;
  }
  return out;
}

std::string promise_lines(const view& v) {
  std::string out, last;
  std::set<std::string> sources;
  for (const finding& f : v.e.findings)
    if (f.metric == "guaranteed_threshold") sources.insert(f.axes.at("source") + (f.axes.contains("system") ? f.axes.at("system") : ""));
  const bool several = sources.size() > 1;
  for (const finding& f : v.e.findings)
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
  if (const std::string trials = trial_lines(v, true, explained); !trials.empty()) out += "\nFINDING LISTED PEOPLE, STOPPING OTHERS: TRIALS\n" + trials;
  if (const std::string promised = promise_lines(v); !promised.empty()) out += "\nTHRESHOLDS WITH A GUARANTEE\n" + promised;
  if (const std::string others = trial_lines(v, false, explained); !others.empty()) out += "\nAT OTHER THRESHOLDS\n" + others;
  if (const std::string matches = match_lines(v, explained); !matches.empty()) out += "\nONE TO ONE, A TECHNOLOGY TEST: NOT HOW OFTEN A SEARCH ALERTS\n" + matches;
  if (const std::string differences = difference_lines(v, explained); !differences.empty()) out += "\nONE SYSTEM AGAINST ANOTHER ON THE SAME PASSAGES\n" + differences;
  out += group_sections(e, explained);
  if (recorded) out += passed ? "\nTHE CROWD AND ITS ALERTS: MISSES NOT MEASURED\n" : "\nFINDING LISTED PEOPLE, STOPPING OTHERS: MISSES NOT MEASURED\n";
  for (const std::string& threshold : v.values_of("threshold")) out += stratum_block(v, threshold_words(threshold), {{"threshold", threshold}}, explained) + "\n";
  if (recorded) out += paragraph("An outcome is not shown to be due to the alert. By year, use case and site, and for the whole series: see evaluation.json.", 2);

  out += register_sections(e);
  if (const std::string weighed = decision_lines(v); !weighed.empty()) out += "\nOUTCOMES AGAINST HARM\n" + weighed;
  if (const std::string limits = verdict_lines(v); !limits.empty()) out += "\nLIMITS\n" + limits;
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
