#include "report/rate_task.hpp"

#include <algorithm>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

std::vector<const deployment_record*> behind_of(const metric_tallies& t) {
  std::vector<const deployment_record*> out = t.contributors;
  out.insert(out.end(), t.doubtful.begin(), t.doubtful.end());
  return out;
}

/// What the rate would be if every count of faces were off by as much, either way: the answer to a denominator whose error
/// nobody stated.
std::vector<miscount> miscounts_of(const estimate& low, const estimate& high) {
  const bool share = describe(low.metric).family == metric_family::share;
  std::vector<miscount> out;
  for (const unsigned percent : {10U, 30U}) {
    const double by = percent / 100.0, upper = high.headline.upper / (1.0 - by);
    out.push_back({percent, low.headline.lower / (1.0 + by), share ? std::min(1.0, upper) : upper});
  }
  return out;
}

finding start(const rate_task& task, std::string_view metric, finding_kind kind, std::map<std::string, std::string> axes) {
  finding f;
  f.metric = std::string(metric);
  f.key = finding_key(metric, axes);
  f.kind = kind;
  f.axes = std::move(axes);
  f.in_section = std::string(to_string(describe(task.metric).in_section));
  f.cites = std::string(describe(task.metric).cites);
  const metric_tallies& t = task.tallies;
  f.not_recorded = t.not_recorded;
  f.suspended = t.suspended;
  f.not_adding_up = t.not_adding_up;
  f.unusable = t.unusable;
  f.unusable_events = t.lost();
  if (t.not_recorded != 0) f.flags |= flag::rows_left_out;
  if (t.not_adding_up != 0 || task.in_doubt()) f.flags |= flag::rows_do_not_add_up;
  if (t.unusable != 0) f.flags |= flag::events_without_exposure;
  if (t.unresolved != 0) f.flags |= flag::unresolved_labels;
  if (t.labels_as_published) f.flags |= flag::labels_as_published;
  f.held = task.held;
  if (f.held && f.held->mixed()) f.flags |= flag::mixed_conditions;
  f.flags |= task.denominators;
  return f;
}

std::string suspended_words(const rate_task& task) {
  return "Refused: in " + counted_words(task.tallies.suspended, unit::deployments, "") + " " +
         (task.outcome.empty() ? "a column behind this figure" : "the column \"" + printable(task.outcome) + "\"") + " is a copy of another.";
}

/// What is missing from the figure, in words; empty when nothing is.
std::string missing_words(const rate_task& task) {
  const metric_tallies& t = task.tallies;
  if (t.lost() == 0) return "";
  std::string what;
  const auto more = [&](std::uint64_t n, unit of) {
    const std::string some = grouped(n) + (task.empty() ? " " : " more ");
    if (of == unit::outcomes) return some + "recorded as \"" + printable(task.outcome) + "\"";
    return some + std::string(n == 1 ? singular(of) : to_string(of));
  };
  if (t.unusable_events != 0) what = more(t.unusable_events, units_of(task.metric).events);
  if (t.unlabelled != 0) what += (what.empty() ? "" : " and ") + more(t.unlabelled, unit::unresolved_alerts);
  const std::string counted(is_time(units_of(task.metric).exposure) ? "hours" : to_string(units_of(task.metric).exposure));
  return (task.empty() ? " Left uncounted: " : " Not in this figure: ") + what + " of " + counted_words(t.unusable, unit::deployments, "") + " without a usable count of " + counted +
         (t.unlabelled != 0 ? " or without labels." : ".");
}

} // namespace

std::map<std::string, std::string> rate_task::axes() const {
  auto out = over->axes;
  if (!outcome.empty()) out["outcome"] = outcome;
  return out;
}

ladder_options ladder_for(const rate_task& task, const study& declared, std::optional<double> borrowed) {
  ladder_options how;
  if (units_of(task.metric).exposure == unit::faces) how.exposure_cv = faces_cv_of(behind_of(task.tallies), declared.faces_cv_shared).value_or(0.0);
  how.by = task.by;
  how.planning_design_effect = declared.planning_design_effect;
  how.borrowed_design_effect = borrowed;
  return how;
}

std::shared_ptr<const conditions> shared_conditions::of(const std::vector<const deployment_record*>& behind) {
  if (behind.empty()) return nullptr;
  const auto same = std::find_if(known_.begin(), known_.end(), [&](const auto& one) { return one.first == behind; });
  if (same != known_.end()) return same->second;
  known_.emplace_back(behind, std::make_shared<const conditions>(conditions_of(behind)));
  return known_.back().second;
}

void rate_task::describe(shared_conditions& of_stratum) {
  const std::vector<const deployment_record*> behind = behind_of(tallies);
  held = of_stratum.of(behind);
  denominators = {};
  if (units_of(metric).exposure != unit::faces) return;
  for (const deployment_record* r : behind) {
    if (r->faces_quality == "estimated" || r->faces_quality == "rounded") denominators |= flag::denominator_estimated;
    if (!r->faces_cv || r->faces_cv_is_partial) denominators |= flag::denominator_as_published;
  }
}

void rate_task::make(const study& declared, std::optional<double> borrowed) {
  if (empty()) return;
  const ladder_options how = ladder_for(*this, declared, borrowed);
  lowest = estimate_rate(metric, tallies.lowest(), declared.level, how);
  highest = in_doubt() ? estimate_rate(metric, tallies.highest(), declared.level, how) : lowest;
}

std::string limit_value(const limit& l) {
  return std::string(l.direction == limit_direction::at_least ? "at_least_" : "at_most_") + std::to_string(l.events) + "/" + std::to_string(l.exposure / printed_per(l.metric));
}

finding rate_finding(const rate_task& task, const study& declared, std::optional<double> borrowed) {
  finding f = start(task, to_string(task.metric), finding_kind::rate, task.axes());
  const std::string name(describe(task.metric).name);
  if (task.tallies.suspended != 0) {
    f.status = finding_status::refused;
    f.flags |= flag::rows_do_not_add_up;
    f.sentence = suspended_words(task);
    return f;
  }
  if (task.empty()) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record: " + name + "." + missing_words(task);
    return f;
  }
  if (!task.lowest || !task.highest) {
    const undefined& why = task.lowest ? task.highest.error() : task.lowest.error();
    f.status = finding_status::not_estimable;
    f.why_not = why;
    f.sentence = name + ": not estimable. " + why.remedy + missing_words(task);
    return f;
  }
  f.flags |= task.lowest->flags;
  f.flags |= task.highest->flags;
  if (task.in_doubt()) {
    f.status = finding_status::bounded;
    f.value = extremes{*task.lowest, *task.highest, task.tallies.disputed.size()};
    f.sentence = sentence_for(std::get<extremes>(f.value), task.outcome) + missing_words(task);
  } else {
    f.status = finding_status::measured;
    f.value = *task.lowest;
    f.sentence = sentence_for(*task.lowest, task.outcome) + missing_words(task);
  }
  if (f.flags.has(flag::denominator_as_published)) f.miscounts = miscounts_of(*task.lowest, *task.highest);
  if (task.tallies.unresolved != 0) {
    const std::vector<cluster_tally> lowest = task.tallies.lowest_reading(), highest = task.tallies.highest_reading();
    const ladder_options how = ladder_for(task, declared, borrowed);
    const auto low = estimate_rate(task.metric, lowest, declared.level, how), high = estimate_rate(task.metric, highest, declared.level, how);
    if (low && high) f.bounds = label_bounds{total_of(lowest), total_of(highest), low->headline.lower, high->headline.upper, task.tallies.unresolved};
  }
  return f;
}

finding quantity_finding(const rate_task& task) {
  const bool outcome = units_of(task.metric).events == unit::outcomes;
  finding f = start(task, outcome ? "faces_per_outcome" : "faces_per_true_alert", finding_kind::quantity, task.axes());
  if (task.tallies.suspended != 0 || !task.lowest || !task.highest) {
    f.status = task.tallies.suspended != 0 ? finding_status::refused : finding_status::not_estimable;
    f.sentence = task.tallies.suspended != 0 ? suspended_words(task) : "Not estimable.";
    if (task.tallies.suspended == 0) f.why_not = task.lowest ? task.highest.error() : task.lowest.error();
    return f;
  }
  f.flags |= task.lowest->flags;
  f.flags |= task.highest->flags;
  f.status = task.in_doubt() ? finding_status::bounded : finding_status::measured;
  const auto over = [](double rate) { return rate == 0 ? unbounded : 1.0 / rate; };
  quantity_value q;
  q.counted = units_of(task.metric).exposure;
  q.per = units_of(task.metric).events;
  q.of = {task.highest->events, task.highest->exposure};
  q.point = over(task.highest->point);
  q.largest = over(task.lowest->point);
  q.made = task.highest->headline;
  q.made.method = interval_method::inverted;
  q.made.lower = over(task.highest->headline.upper);
  q.made.upper = over(task.lowest->headline.lower);
  f.sentence = sentence_for(q, task.outcome) + missing_words(task);
  f.notes.push_back("limits of " + std::string(to_string(task.metric)) + " by " + std::string(to_string(task.highest->headline.method)) + ", turned over");
  f.value = q;
  return f;
}

verdict judge_readings(const limit& declared_limit, const limit_readings& readings, confidence level, const ladder_options& how, verdict_scope scope) {
  const auto answer = [&](const std::vector<cluster_tally>& clusters, verdict_scope of) { return judge(declared_limit, clusters, level, how, of); };
  verdict out = answer(readings.published, scope);
  // Mostly nothing is unresolved or in doubt, and the three readings are one.
  const verdict low = readings.lowest == readings.published ? out : answer(readings.lowest, verdict_scope::outcome),
                high = readings.highest == readings.published ? out : answer(readings.highest, verdict_scope::outcome);
  const bool at_least = declared_limit.direction == limit_direction::at_least;
  // The unfavourable reading of the records decides whether a limit is met, the favourable one whether it is broken.
  const verdict &against = at_least ? low : high, &with = at_least ? high : low;
  out.unfavourable = against.unfavourable;
  out.favourable = with.favourable;
  if (out.outcome != verdict_outcome::not_measured) {
    out.outcome = against.outcome == verdict_outcome::met    ? verdict_outcome::met
                  : with.outcome == verdict_outcome::not_met ? verdict_outcome::not_met
                                                             : verdict_outcome::inconclusive;
    // Events that are known to have happened and stand in no denominator cannot be waved through.
    if (out.outcome == verdict_outcome::met && readings.has_lost_events) out.outcome = verdict_outcome::inconclusive;
    // What no further exposure could mend is not told as if it could.
    if (readings.has_lost_events) { out.exposure_to_decide.reset(); out.exposure_without_events.reset(); }
  }
  return out;
}

verdict_value judged(const rate_task& task, const limit& declared_limit, const study& declared, std::optional<double> borrowed, verdict_scope scope) {
  verdict_value v;
  v.declared = declared_limit;
  v.outcome = task.outcome;
  v.unresolved = task.tallies.unresolved;
  v.unusable_events = task.tallies.lost();
  if (task.tallies.suspended != 0) return v;
  const limit_readings readings{task.tallies.highest(), task.tallies.lowest_reading(), task.tallies.highest_reading(), task.tallies.lost() != 0};
  const cluster_tally published = total_of(readings.published);
  v.events = published.events;
  v.exposure = published.exposure;
  v.answer = judge_readings(declared_limit, readings, declared.level, ladder_for(task, declared, borrowed), scope);
  return v;
}

finding verdict_finding(const rate_task& task, const limit& declared_limit, const study& declared, std::optional<double> borrowed) {
  auto axes = task.axes();
  axes["limit"] = limit_value(declared_limit);
  finding f = start(task, to_string(task.metric), finding_kind::verdict, std::move(axes));
  f.flags |= flag::one_sided;
  verdict_value v = judged(task, declared_limit, declared, borrowed, verdict_scope::outcome_and_exposures);
  if (task.tallies.suspended != 0) {
    f.status = finding_status::refused;
    f.sentence = suspended_words(task);
    f.value = std::move(v);
    return f;
  }
  f.status = v.answer.outcome == verdict_outcome::not_measured ? finding_status::not_measured : finding_status::measured;
  if (task.highest) f.flags |= task.highest->flags;
  f.sentence = sentence_for(v) + missing_words(task);
  f.value = std::move(v);
  return f;
}

} // namespace lfreval
