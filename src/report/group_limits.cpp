#include "report/group_findings.hpp"

#include <algorithm>

#include <lfreval/intervals/judge.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/rate_task.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

/// One group held against a limit.
struct judged_group {
  std::string label;
  std::map<std::string, std::string> place;
  verdict_value value;
  std::vector<std::string> notes;
  std::string remedy;      ///< where it was not measured or not decided: what would
  limit_readings readings; ///< of a group with a rate
  ladder_options how;
  bool is_broken = false;  ///< at the confidence that allows for all groups
};

using group_list = std::vector<judged_group>;

bool is_at_most(const limit& one) { return one.direction != limit_direction::at_least; }

std::string exposures(std::uint64_t n, metric_id metric) { return counted_words(n, units_of(metric).exposure, ""); }

std::string wanted_words(const limit& one) { return (is_at_most(one) ? "at most " : "at least ") + limit_words(one); }

/// `at most 1 in 1,000`: the end that a one-sided bound has.
std::string end_words(metric_id metric, const interval& bound) {
  const bool is_upper = bound.on == sides::upper;
  const double value = is_upper ? bound.upper : bound.lower;
  if (value == unbounded) return "without an upper limit";
  const rounding toward = is_upper ? rounding::up : rounding::down;
  const std::string words = describe(metric).family == metric_family::share ? share_words(value, toward) : significant(value, 3, toward) + " " + std::string(describe(metric).of_the);
  return (is_upper ? "at most " : "at least ") + words;
}

/// The exposure with which a group of unrelated trials would meet the limit, if all of them went well.
std::optional<std::uint64_t> fewest_to_meet(const limit& one, confidence level) {
  const bool is_share = describe(one.metric).family == metric_family::share;
  const double line = one.value(), q = detail::tail(level, sides::upper);
  if (is_at_most(one) ? line <= 0.0 : !is_share || line >= 1.0) return std::nullopt;
  return detail::first_above(0, [&](double n) {
    if (!is_at_most(one)) return detail::beta_limit_lower(n, n, q) >= line;
    return (is_share ? detail::beta_limit_upper(0.0, n, q) : detail::gamma_limit_upper(0.0, n, q)) <= line;
  });
}

std::string remedy_without_records(const limit& one, confidence level) {
  const std::string none = "no " + std::string(to_string(units_of(one.metric).exposure)) + " of this group on record";
  const auto fewest = fewest_to_meet(one, level);
  return fewest ? none + "; " + exposures(*fewest, one.metric) + (is_at_most(one) ? " without an event" : " with nothing but events") + " would meet the limit" : none;
}

/// What an undecided group lacks.
std::string remedy_undecided(const judged_group& group) {
  const limit& one = group.value.declared;
  const verdict& found = group.value.answer;
  std::string out;
  if (found.exposure_to_decide) out = "the same rate would decide at " + exposures(*found.exposure_to_decide, one.metric);
  if (found.exposure_without_events) out += (out.empty() ? "" : "; ") + exposures(*found.exposure_without_events, one.metric) + " would meet the limit if no further event occurred";
  if (!out.empty()) return out;
  if (group.readings.has_lost_events) return "events without a usable denominator keep it open";
  if (group.how.exposure_cv > 0.0) return "a better count of the " + std::string(to_string(units_of(one.metric).exposure)) + " may be what is lacking";
  return "at this rate no number of " + std::string(to_string(units_of(one.metric).exposure)) + " would decide";
}

judged_group judged_at(const study& declared, const rate_by_group& rates, const limit& one, std::size_t i) {
  judged_group out;
  out.label = rates.groups[i].label;
  out.place = rates.places[i];
  out.notes = rates.notes[i];
  out.value.declared = one;
  out.value.outcome = rates.outcome;
  const cluster_tally total = rates.groups[i].total();
  out.value.events = total.events;
  out.value.exposure = total.exposure;
  if (rates.unusable[i]) {
    out.remedy = total.exposure == 0 ? remedy_without_records(one, declared.level) : rates.unusable[i]->remedy;
    return out;
  }
  out.how.by = rates.by;
  out.how.planning_design_effect = declared.planning_design_effect;
  out.how.exposure_cv = rates.groups[i].exposure_cv;
  out.readings.published = out.readings.lowest = out.readings.highest = rates.groups[i].tallies;
  if (!rates.doubts.empty()) {
    const group_doubt& doubt = rates.doubts[i];
    out.readings.lowest = doubt.fewest;
    out.readings.highest = doubt.most;
    out.readings.has_lost_events = doubt.lost != 0;
    out.value.unresolved = doubt.unresolved;
    out.value.unusable_events = doubt.lost;
  }
  out.value.answer = judge_readings(one, out.readings, declared.level, out.how, verdict_scope::outcome_and_exposures);
  if (out.value.answer.outcome == verdict_outcome::not_measured) out.remedy = remedy_without_records(one, declared.level);
  if (out.value.answer.outcome == verdict_outcome::inconclusive) out.remedy = remedy_undecided(out);
  return out;
}

judged_group not_seen(const study& declared, const rate_by_group& rates, const limit& one, const std::map<std::string, std::string>& place) {
  judged_group out;
  for (const study_group& axis : declared.groups) // in the order of the other labels
    if (const auto label = place.find(axis.name); label != place.end()) out.label += (out.label.empty() ? "" : ", ") + label->second;
  out.place = place;
  out.value.declared = one;
  out.value.outcome = rates.outcome;
  out.remedy = remedy_without_records(one, declared.level);
  return out;
}

/// Holds every measured group against the limit again, at a confidence that allows for all of them, and gives the answer of all: about
/// the group that does worst, whichever it is.
verdict answer_of_all(group_list& groups, const limit& one, confidence among_all) {
  using enum verdict_outcome;
  verdict out;
  const bool at_most = is_at_most(one);
  bool is_complete = true, is_met = true, is_broken = false, is_measured = false;
  for (judged_group& group : groups) {
    const verdict& found = group.value.answer;
    is_met = is_met && found.outcome == met;
    if (found.outcome == not_measured) { is_complete = false; continue; }
    is_measured = true;
    const verdict stricter = judge_readings(one, group.readings, among_all, group.how, verdict_scope::outcome);
    group.is_broken = stricter.outcome == not_met;
    is_broken = is_broken || group.is_broken;
    const auto end = [](const interval& bound) { return bound.on == sides::upper ? bound.upper : bound.lower; };
    const auto take = [&](std::optional<interval>& to, const std::optional<interval>& bound) {
      if (bound && (!to || (at_most ? end(*bound) > end(*to) : end(*bound) < end(*to)))) to = bound;
    };
    take(out.unfavourable, found.unfavourable);
    take(out.favourable, stricter.favourable);
  }
  // Of a group without records nothing is known, so that nothing bounds the worst of all.
  if (!is_complete) out.unfavourable.reset();
  out.outcome = is_broken ? not_met : !is_measured ? not_measured : is_met ? met : inconclusive;
  return out;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most_named = 12;
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most_named; ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + printable(names[i]);
  return names.size() <= most_named ? out : out + " and " + grouped(names.size() - most_named) + " more";
}

/// `met in a and b; not decided in c`: every group under what it comes to.
std::string where_words(const group_list& groups) {
  std::string out;
  const auto add = [&](const char* what, const char* after, const auto& is_one) {
    std::vector<std::string> names;
    for (const judged_group& group : groups)
      if (is_one(group)) names.push_back(group.label);
    if (!names.empty()) out += (out.empty() ? "" : "; ") + std::string(what) + " in " + listed(names) + after;
  };
  const auto is = [](verdict_outcome wanted) { return [wanted](const judged_group& group) { return !group.is_broken && group.value.answer.outcome == wanted; }; };
  add("broken", "", [](const judged_group& group) { return group.is_broken; });
  add("broken", " taken alone, which among so many groups may be chance", is(verdict_outcome::not_met));
  add("not decided", "", is(verdict_outcome::inconclusive));
  add("not measured", "", is(verdict_outcome::not_measured));
  add("met", "", is(verdict_outcome::met));
  return out;
}

std::string sentence_of_all(const rate_by_group& rates, const verdict_value& all, const group_list& groups) {
  const limit& one = all.declared;
  const bool at_most = is_at_most(one);
  std::string out = wanted_words(one) + (all.outcome.empty() ? "" : ", recorded as \"" + printable(all.outcome) + "\",") + " in every group of " + printable(rates.axis) + ": ";
  out.front() = 'A'; // of "at most" and "at least"
  const std::string worst = at_most ? "the highest rate" : "the lowest rate";
  switch (all.answer.outcome) {
    case verdict_outcome::met:
      out += (groups.size() == 1 ? "met in the only group" : "met in each of " + grouped(groups.size()) + " groups") + (all.answer.unfavourable ? "; " + worst + " is " + end_words(one.metric, *all.answer.unfavourable) + " (one-sided " + level_words(all.answer.unfavourable->level) + ")" : "");
      break;
    case verdict_outcome::not_met:
      out += "not met; " + where_words(groups) + (all.answer.favourable ? "; " + worst + " is " + end_words(one.metric, *all.answer.favourable) + " (one-sided " + significant(100 * all.answer.favourable->level.level(), 3, rounding::down) + " %, for all groups at once)" : "");
      break;
    case verdict_outcome::inconclusive: out += "inconclusive; " + where_words(groups); break;
    case verdict_outcome::not_measured: out += "not measured; " + where_words(groups); break;
  }
  return out + ".";
}

std::string sentence_of_one(const judged_group& group) {
  if (group.value.answer.outcome == verdict_outcome::not_measured) return printable(group.label) + ", " + wanted_words(group.value.declared) + ": not measured. " + group.remedy + ".";
  return printable(group.label) + ": " + sentence_for(group.value);
}

finding start(const rate_by_group& rates, const limit& one, std::map<std::string, std::string> place) {
  finding f;
  f.metric = std::string(to_string(rates.metric));
  f.axes = rates.axes;
  if (!rates.outcome.empty()) f.axes["outcome"] = rates.outcome;
  f.axes.merge(place);
  f.axes["limit"] = limit_value(one);
  f.axes["in_every"] = one.in_every;
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::verdict;
  f.status = finding_status::measured;
  f.in_section = std::string(to_string(describe(rates.metric).in_section));
  f.cites = std::string(describe(rates.metric).cites) + ", G17";
  f.flags |= flag::one_sided;
  f.held = rates.held;
  return f;
}

finding verdict_of_all(const rate_by_group& rates, verdict_value all, const group_list& groups) {
  finding f = start(rates, all.declared, {});
  if (all.answer.outcome == verdict_outcome::not_measured) f.status = finding_status::not_measured;
  if (all.unresolved != 0) f.flags |= flag::unresolved_labels;
  f.sentence = sentence_of_all(rates, all, groups);
  for (const judged_group& group : groups)
    if (!group.remedy.empty()) f.notes.push_back(printable(group.label) + ": " + group.remedy);
  if (rates.unlabelled.exposure != 0 || rates.unlabelled.events != 0)
    f.notes.push_back("in no group: " + grouped(rates.unlabelled.events) + " events in " + exposures(rates.unlabelled.exposure, rates.metric) + " without a label of " + printable(rates.axis));
  if (rates.label_sources.size() > 1) f.notes.push_back("the labels of " + printable(rates.axis) + " come from different sources: who belongs to a group is not said alike of everybody");
  f.value = std::move(all);
  return f;
}

finding verdict_of_one(const rate_by_group& rates, const judged_group& group) {
  finding f = start(rates, group.value.declared, group.place);
  if (group.value.answer.outcome == verdict_outcome::not_measured) f.status = finding_status::not_measured;
  if (group.value.unresolved != 0) f.flags |= flag::unresolved_labels;
  f.sentence = sentence_of_one(group);
  f.notes = group.notes;
  f.value = group.value;
  return f;
}

} // namespace

std::set<std::string> labels_named(const study& declared, const study_group& axis) {
  std::set<std::string> out;
  if (!axis.reference.empty()) out.insert(axis.reference);
  for (const study_baseline& baseline : declared.baselines)
    if (baseline.of == axis.name)
      for (const auto& [label, share] : baseline.shares) out.insert(label);
  return out;
}

std::vector<finding> limits_in_every_group(const study& declared, const rate_by_group& rates) {
  std::vector<finding> out;
  for (const limit& one : declared.limits) {
    if (one.in_every.empty() || one.metric != rates.metric || one.in_every != rates.axis) continue;
    group_list groups;
    for (std::size_t i = 0; i < rates.groups.size(); ++i) groups.push_back(judged_at(declared, rates, one, i));
    for (const auto& place : rates.unseen)
      if (std::find(rates.places.begin(), rates.places.end(), place) == rates.places.end()) groups.push_back(not_seen(declared, rates, one, place));
    if (groups.empty()) continue; // told with the limits that nothing answers
    const auto measured = std::count_if(groups.begin(), groups.end(), [](const judged_group& group) { return group.value.answer.outcome != verdict_outcome::not_measured; });
    const confidence among_all = confidence::checked(1.0 - declared.level.alpha() / static_cast<double>(std::max<std::ptrdiff_t>(1, measured)));
    verdict_value all;
    all.declared = one;
    all.outcome = rates.outcome;
    all.answer = answer_of_all(groups, one, among_all);
    for (const judged_group& group : groups) {
      all.events += group.value.events;
      all.exposure += group.value.exposure;
      all.unresolved += group.value.unresolved;
      all.unusable_events += group.value.unusable_events;
    }
    out.push_back(verdict_of_all(rates, std::move(all), groups));
    for (const judged_group& group : groups) out.push_back(verdict_of_one(rates, group));
  }
  return out;
}

} // namespace lfreval
