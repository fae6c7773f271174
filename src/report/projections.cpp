#include "report/projections.hpp"

#include <algorithm>

#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

const study_assumption* assumed(const study& declared, std::string_view quantity) {
  for (const study_assumption& one : declared.assumptions)
    if (one.quantity == quantity) return &one;
  return nullptr;
}

projection_value start(const study_assumption& a, std::vector<std::string> from) {
  projection_value out;
  out.from = std::move(from);
  out.quantity = a.quantity;
  out.reason = a.reason;
  out.low = a.low;
  out.high = a.high;
  out.at = a.point;
  return out;
}

finding finding_of(std::string metric, metric_id close_to, std::map<std::string, std::string> axes, const finding& base) {
  finding f;
  f.metric = std::move(metric);
  f.axes = std::move(axes);
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::projection;
  f.status = finding_status::projected;
  f.in_section = std::string(to_string(describe(close_to).in_section));
  f.held = base.held;
  f.flags = base.flags;
  return f;
}

std::string range_words(const study_assumption& a) {
  return a.low == a.high ? shortest(a.low) : shortest(a.low) + " to " + shortest(a.high) + (a.point ? ", most likely " + shortest(*a.point) : "");
}

/// FPIR = false alerts per face / passages per face, where alerts of one passage count as one.
finding per_passage(const finding& base, const estimate& per_face, const study_assumption& a) {
  constexpr metric_id fpir = metric_id::false_positive_identification_rate;
  auto axes = base.axes;
  axes["projected_from"] = "faces";
  finding f = finding_of(std::string(to_string(fpir)), fpir, std::move(axes), base);
  projection_value p = start(a, {base.key});
  // Unresolved alerts widen the box too, and leave no single value.
  if (a.point && !base.bounds) p.point = per_face.point / *a.point;
  p.made = per_face.headline;
  p.made.method = interval_method::assumption_box;
  p.made.lower = (base.bounds ? base.bounds->lower_limit : per_face.headline.lower) / a.high;
  p.made.upper = (base.bounds ? base.bounds->upper_limit : per_face.headline.upper) / a.low;
  if (p.made.upper > 1.0 || (p.point && *p.point > 1.0)) {
    f.status = finding_status::not_estimable;
    f.why_not = undefined{undefined_reason::not_recorded, "So few passages per face would make more alerts than passages: count passages in a sample.", std::nullopt};
    f.sentence = "Not estimable: " + f.why_not->remedy;
    return f;
  }
  f.cites = "C2";
  const std::string limits = share_words(p.made.lower, rounding::down) + " to " + share_words(p.made.upper, rounding::up);
  f.sentence = "Projected: " + (p.point ? share_words(*p.point, rounding::nearest) + " (" + limits + ")" : limits) +
               " of the passages by people not listed, if one face counted stands for " + range_words(a) + " passages (" + printable(a.reason) + ").";
  if (base.bounds) f.sentence += " The unresolved alerts are taken either way.";
  if (base.unusable != 0) f.sentence += " What the rate per face leaves out is left out here.";
  f.unusable = base.unusable;
  f.unusable_events = base.unusable_events;
  f.notes.push_back("listed people among the crowd are taken to be few beside the others, and each alert to be of a passage of its own unless the log says otherwise");
  f.value = std::move(p);
  return f;
}

/// The share of alerts that would be right.
finding predictive(const finding& found, const finding& false_alarm, const study_assumption& a) {
  auto axes = found.axes;
  axes["projected_from"] = "prevalence";
  finding f = finding_of("positive_predictive_value", metric_id::false_discovery_proportion, std::move(axes), found);
  f.flags |= false_alarm.flags;
  f.cites = "C3";
  const auto& t = std::get<estimate>(found.value);
  const auto& n = std::get<estimate>(false_alarm.value);
  const auto range = identification::predictive_value_range(t, n, {a.low, a.high});
  if (!range) {
    f.status = finding_status::not_estimable;
    f.why_not = range.error();
    f.sentence = "Not estimable: " + range.error().remedy;
    return f;
  }
  projection_value p = start(a, {found.key, false_alarm.key});
  if (a.point && n.events > 0)
    if (const auto at = identification::positive_predictive_value(*a.point, identification::true_positive_identification_rate(t.point), identification::false_positive_identification_rate(n.point)))
      p.point = *at;
  p.made = t.headline;
  p.made.method = interval_method::assumption_box;
  p.made.lower = range->lower;
  p.made.upper = range->upper;
  p.made.level = range->level;
  const std::string limits = percent_words(p.made.lower, rounding::down) + " to " + percent_words(p.made.upper, rounding::up);
  f.sentence = "Projected: " + (p.point ? percent_words(*p.point, rounding::nearest) + " (" + limits + ")" : limits) +
               " of the alerts would be for listed people, if the share of listed people among passages is " + range_words(a) + " (" + printable(a.reason) + ").";
  f.notes.push_back("a conservative box of both intervals and the range assumed, at " + level_words(p.made.level) + " or more");
  if (range->no_false_positives) f.notes.push_back("the upper end is 1 because no false positive was seen, not because alerts are always right");
  f.value = std::move(p);
  return f;
}

/// Alerts are those of the threshold in use; of any threshold where none is declared.
bool at_operating_threshold(const study& declared, const finding& f) {
  for (const study_system& one : declared.systems)
    if (one.operating_threshold && (!f.axes.contains("system") || f.axes.at("system") == one.name)) return f.axes.at("threshold") == shortest(*one.operating_threshold);
  return true;
}

} // namespace

std::vector<finding> projections(const study& declared, const std::vector<finding>& found) {
  std::vector<finding> out;
  const study_assumption *per_face = assumed(declared, "passages_per_face"), *prevalence = assumed(declared, "prevalence");
  const auto measured = [](const finding& f, metric_id metric) {
    return f.in_section != "disparity" && f.kind == finding_kind::rate && f.metric == to_string(metric) && f.status == finding_status::measured && std::holds_alternative<estimate>(f.value);
  };
  for (const finding& f : found) {
    if (per_face != nullptr && measured(f, metric_id::false_alerts_per_face) && (f.axes.contains("threshold") || f.axes.contains("scope")))
      out.push_back(per_passage(f, std::get<estimate>(f.value), *per_face));
    if (prevalence == nullptr || !measured(f, metric_id::true_positive_identification_rate) || !at_operating_threshold(declared, f) || f.axes.contains("camera") || f.axes.contains("deployment")) continue;
    const auto other = std::find_if(found.begin(), found.end(), [&](const finding& g) { return measured(g, metric_id::false_positive_identification_rate) && g.axes == f.axes; });
    if (other != found.end()) out.push_back(predictive(f, *other, *prevalence));
  }
  return out;
}

} // namespace lfreval
