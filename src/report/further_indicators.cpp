#include "report/indicator_findings.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/counts/strata.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/poisson.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/proportionality/effectiveness.hpp>
#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/proportionality/watchlist_register.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

using outcome_axes = std::map<std::string, std::string>;

/// A lower limit below this says no more than that it is not zero.
constexpr double next_to_nothing = 1e-12;

std::string number(double value, rounding toward) {
  if (value > 0 && value < next_to_nothing) return "next to none";
  return value == unbounded ? "no upper limit" : significant(value, 3, toward);
}
std::string limits(double lower, double upper) { return "(" + number(lower, rounding::down) + " to " + number(upper, rounding::up) + ")"; }
double over(double value) { return value == 0 ? unbounded : value == unbounded ? 0.0 : 1.0 / value; }

finding counted(std::string_view key, unit of, std::uint64_t n, std::uint64_t not_recorded, std::string sentence) {
  finding f = begun_finding(key, finding_kind::count);
  f.value = count_value{of, n, not_recorded};
  f.not_recorded = not_recorded;
  if (not_recorded != 0) f.flags |= flag::rows_left_out;
  f.sentence = std::move(sentence);
  return f;
}

finding undefined_finding(std::string_view key, outcome_axes axes, undefined why) {
  finding f = begun_finding(key, finding_kind::quantity, std::move(axes));
  f.status = finding_status::not_estimable;
  f.sentence = std::string(find_indicator(key)->name) + ": not estimable. " + why.remedy;
  f.why_not = std::move(why);
  return f;
}

/// So many of one unit for each of another, with the limits of the rate turned over.
finding quantity_of(std::string_view key, outcome_axes axes, unit of, unit per, std::uint64_t amount, std::uint64_t events, double per_event, const interval& of_rate, std::string sentence) {
  finding f = begun_finding(key, finding_kind::quantity, std::move(axes));
  quantity_value q;
  q.counted = of;
  q.per = per;
  q.of = {events, amount};
  q.point = q.largest = per_event;
  q.made = of_rate;
  q.made.method = interval_method::inverted;
  q.made.lower = over(of_rate.upper);
  q.made.upper = over(of_rate.lower);
  f.sentence = std::move(sentence);
  f.value = q;
  return f;
}

std::string threshold_begins(const outcome_axes& axes) {
  const auto at = axes.find("threshold");
  return at == axes.end() ? "At " : (at->second.empty() ? "Threshold not published" : "Threshold " + printable(at->second)) + ", at ";
}

/// M43: a rate that looks small, at the footfall of these streets. One for each threshold: a mixture of two says nothing of either.
void add_expected_false_alerts(indicator_evaluation& out, const std::vector<finding>& before) {
  const auto rates_by = [&](std::string_view axis) {
    std::vector<const finding*> rates;
    for (const finding& f : before)
      if (f.metric == to_string(metric_id::false_alerts_per_face) && f.kind == finding_kind::rate && f.axes.size() == 1 && f.axes.begin()->first == axis) rates.push_back(&f);
    return rates;
  };
  std::vector<const finding*> rates = rates_by("threshold");
  if (rates.size() < 2) rates = rates_by("scope");
  for (const finding* found : rates) {
    const estimate *low = std::get_if<estimate>(&found->value), *high = low;
    if (const auto* both = std::get_if<extremes>(&found->value)) {
      low = &both->lowest;
      high = &both->highest;
    }
    if (low == nullptr || low->clusters.clusters == 0) continue;
    const double footfall = static_cast<double>(low->exposure) / static_cast<double>(low->clusters.clusters);
    finding f = begun_finding("expected_false_alerts_per_day", finding_kind::quantity, found->axes);
    quantity_value q;
    q.counted = unit::false_alerts;
    q.per = unit::deployments;
    q.of = {low->clusters.clusters, high->events};
    q.point = low->point * footfall;
    q.largest = high->point * footfall;
    q.made = low->headline;
    q.made.lower = low->headline.lower * footfall;
    q.made.upper = high->headline.upper_unbounded() ? unbounded : high->headline.upper * footfall;
    f.status = low == high ? finding_status::measured : finding_status::bounded;
    f.flags = found->flags;
    f.held = found->held;
    f.sentence = threshold_begins(f.axes) + (footfall < 10 ? significant(footfall, 3, rounding::nearest) : grouped(static_cast<std::uint64_t>(std::llround(footfall)))) + " faces a day of deployment: " + number(q.point, rounding::nearest) + " false alerts to expect of each " + limits(q.made.lower, q.made.upper) + ".";
    f.unusable = found->unusable;
    f.unusable_events = found->unusable_events;
    f.not_recorded = found->not_recorded;
    if (f.unusable_events != 0) f.notes.push_back("not in this figure: " + counted_words(f.unusable_events, unit::false_alerts, "") + " of deployments without a usable count of faces");
    f.notes.push_back("made of " + found->key + " and the faces of the same deployments; a busier street has more");
    f.value = q;
    out.findings.push_back(std::move(f));
  }
}

void add_hours(indicator_evaluation& out, const deployment_series& series, std::uint64_t timed_by_register) {
  std::uint64_t total = 0, unsaid = 0;
  for (const deployment_record& r : series.records) {
    if (r.duration) total += r.duration->value();
    else ++unsaid;
  }
  finding f = counted("hours_deployed", unit::seconds, total, unsaid, significant(static_cast<double>(total) / 3600, 4, rounding::nearest) + " hours with cameras live" + (unsaid == 0 ? "." : ", and " + counted_words(unsaid, unit::deployments, "") + " without a duration."));
  if (unsaid == series.records.size()) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record.";
  }
  if (timed_by_register != 0)
    f.notes.push_back("of " + counted_words(timed_by_register, unit::deployments, "") + " whose own log has no duration: from the times at which the register of authorisations says that the cameras went live and off; breaks between are in it");
  out.findings.push_back(std::move(f));
}

/// M55: whether the list grows because the machine allows it.
void add_growth(indicator_evaluation& out, const deployment_series& series) {
  std::vector<const deployment_record*> dated;
  for (const deployment_record& r : series.records)
    if (r.watchlist_images || r.watchlist_persons) dated.push_back(&r);
  if (dated.empty()) return;
  std::stable_sort(dated.begin(), dated.end(), [](const auto* a, const auto* b) { return a->date < b->date; });
  curve c;
  c.name = "watchlist_growth";
  c.meaning = "the size of the watchlist at each deployment that records it, in order of date";
  std::vector<std::string> names, dates;
  std::vector<std::optional<std::uint64_t>> images, people;
  for (const deployment_record* r : dated) {
    names.push_back(deployment_value(series, *r));
    dates.push_back(r->date ? to_iso(*r->date) : "");
    images.push_back(r->watchlist_images ? std::optional(r->watchlist_images->value()) : std::nullopt);
    people.push_back(r->watchlist_persons ? std::optional(r->watchlist_persons->value()) : std::nullopt);
  }
  c.columns = {{"deployment", names}, {"date", dates}, {"watchlist_images", images}, {"watchlist_persons", people}};
  out.curves.push_back(std::move(c));
}

void add_categories(indicator_evaluation& out, const trial_log& trials, const deployment_series& series, const register_log& registers) {
  if (trials.entries.empty()) return;
  curve c;
  c.name = "watchlist_persons_by_category";
  c.meaning = "people on the watchlist by the categories that the policy states (other: any other text; none: no category), how many of them for a serious offence, and how many were found";
  std::vector<std::string> names;
  std::vector<std::optional<std::uint64_t>> people, serious, found;
  for (const category_count& one : persons_by_category(trials.entries, stated_list_policy(registers.documents), series.alert_cases)) {
    names.push_back(one.category);
    people.emplace_back(one.persons);
    serious.emplace_back(one.serious);
    found.emplace_back(one.found);
  }
  c.columns = {{"category", names}, {"persons", people}, {"of_serious_offence", serious}, {"found", found}};
  out.curves.push_back(std::move(c));
}

void add_spending(indicator_evaluation& out, const study& declared, const register_log& registers, const std::vector<deployment_use>& uses) {
  for (const tallied_metric& one : effectiveness_parts(registers, uses).metrics) {
    if (one.clusters.empty()) continue;
    const auto made = estimate_rate(one.metric, one.clusters, declared.level, {.by = cluster_unit::deployment, .planning_design_effect = declared.planning_design_effect});
    const outcome_axes axes{{"outcome", one.outcome}};
    if (!made) {
      out.findings.push_back(undefined_finding("officer_hours_per_outcome", axes, made.error()));
      continue;
    }
    const double hours = over(made->point) / 3600;
    finding f = quantity_of("officer_hours_per_outcome", axes, unit::officer_seconds, unit::outcomes, made->exposure, made->events, over(made->point), made->headline,
                            (made->events == 0 ? "None in " : number(hours, rounding::nearest) + " officer-hours for one ") + (made->events == 0 ? number(static_cast<double>(made->exposure) / 3600, rounding::nearest) + " officer-hours of one " : "") +
                                "recorded as \"" + printable(one.outcome) + "\" " + limits(over(made->headline.upper) / 3600, over(made->headline.lower) == unbounded ? unbounded : over(made->headline.lower) / 3600) + ".");
    f.flags = made->flags;
    out.findings.push_back(std::move(f));
  }

  const std::uint64_t spent = total_cost(registers);
  if (registers.costs.empty() || spent == 0) return;
  const std::string currency = registers.costs.front().currency;
  for (const auto& [outcome, n] : total_outcomes(uses)) {
    const outcome_axes axes{{"outcome", outcome}};
    const auto made = poisson::garwood(n, static_cast<double>(spent), declared.level);
    if (!made) {
      out.findings.push_back(undefined_finding("cost_per_outcome", axes, made.error()));
      continue;
    }
    const double each = n == 0 ? unbounded : static_cast<double>(spent) / static_cast<double>(n);
    finding f = quantity_of("cost_per_outcome", axes, unit::money, unit::outcomes, spent, n, each, *made,
                            grouped(spent) + " " + currency + " for " + counted_words(n, unit::outcomes, outcome) + ": " + (n == 0 ? std::string("no amount for each") : number(each, rounding::nearest) + " for each") + " " +
                                limits(over(made->upper), over(made->lower)) + ".");
    f.flags |= flag::assumes_independence;
    f.notes.push_back("costs as the register has them: see cost_on_record for the kinds that are missing");
    out.findings.push_back(std::move(f));
  }
}

void add_expectations(indicator_evaluation& out, const study& declared, const deployment_series& series, const trial_log& trials, const register_log& registers, const std::vector<deployment_use>& uses) {
  for (const expectation_answer& one : expectation_answers(registers, uses)) {
    const outcome_axes axes{{"outcome", one.outcome}};
    if (one.expected == 0) {
      out.findings.push_back(undefined_finding("expected_and_achieved", axes, undefined{undefined_reason::empty, "Expect at least one before the first use.", {}}));
      continue;
    }
    const auto made = poisson::garwood(one.achieved, static_cast<double>(one.expected), declared.level);
    if (!made) continue;
    finding f = begun_finding("expected_and_achieved", finding_kind::quantity, axes);
    quantity_value q;
    q.counted = unit::outcomes;
    q.per = unit::expected_outcomes;
    q.of = {one.expected, one.achieved};
    q.point = q.largest = static_cast<double>(one.achieved) / static_cast<double>(one.expected);
    q.made = *made;
    f.flags |= flag::assumes_independence;
    f.sentence = grouped(one.achieved) + " recorded as \"" + printable(one.outcome) + "\" where " + grouped(one.expected) + " were expected before the first use: " + number(q.point, rounding::nearest) + " of each expected " + limits(q.made.lower, q.made.upper) + ".";
    f.value = q;
    out.findings.push_back(std::move(f));
  }

  std::optional<std::uint64_t> eligible;
  for (const expectation_entry& one : registers.expectations)
    if (one.eligible_persons) eligible = std::max(eligible.value_or(0), *one.eligible_persons);
  std::uint64_t people = 0;
  for (const deployment_record& r : series.records)
    if (r.watchlist_persons) people = std::max(people, r.watchlist_persons->value());
  if (people == 0 && trials.watchlist_persons) people = *trials.watchlist_persons;
  if (!eligible || people == 0) return;
  const auto made = people <= *eligible ? binomial::clopper_pearson(people, *eligible, declared.level) : estimable<interval>(tl::unexpected(undefined{undefined_reason::empty, "Count everybody who meets the criteria: more people are listed than are eligible.", {}}));
  if (!made) {
    out.findings.push_back(undefined_finding("watchlist_saturation", {}, made.error()));
    return;
  }
  finding f = begun_finding("watchlist_saturation", finding_kind::quantity);
  quantity_value q;
  q.counted = unit::watchlist_persons;
  q.per = unit::eligible_persons;
  q.of = {*eligible, people};
  q.point = q.largest = static_cast<double>(people) / static_cast<double>(*eligible);
  q.made = *made;
  f.flags |= flag::assumes_independence;
  f.sentence = counted_words(people, unit::watchlist_persons, "") + " of " + counted_words(*eligible, unit::eligible_persons, "") + " who meet the criteria of the list" + (*eligible < 10 ? "." : ": " + percent_words(q.point, rounding::nearest) + ".");
  f.notes.push_back("both numbers are counts; the interval is for the practice behind them");
  f.value = q;
  out.findings.push_back(std::move(f));
}

/// Whether the other tactic keeps the declared share of the outcome rate of the deployments: by the interval that is printed, so that
/// either side has half of the chance of error.
void answer_margin(finding& f, const ratio_value& r, const declared_margin& margin, confidence level) {
  if (!margin.withheld.empty()) f.notes.push_back(margin.withheld);
  if (!margin.share) return;
  const auto exact = decision::noninferiority_rate_ratio(r.against.events, static_cast<double>(r.against.exposure), r.of.events, static_cast<double>(r.of.exposure), *margin.share, confidence::checked(1.0 - level.alpha() / 2.0));
  if (!exact) return;
  margin_answer answer;
  answer.margin = *margin.share;
  answer.p_value = exact->p_value;
  answer.decided = r.made;
  answer.decided.method = interval_method::inverted;
  answer.decided.lower = over(r.made.upper);
  answer.decided.upper = over(r.made.lower);
  answer.outcome = answer.decided.lower > answer.margin ? verdict_outcome::met : answer.decided.upper < answer.margin ? verdict_outcome::not_met : verdict_outcome::inconclusive;
  const std::string kept = percent_words(answer.margin, rounding::nearest) + " of what the deployments bring in the same officer-hours (the margin declared before the first use)";
  f.sentence += answer.outcome == verdict_outcome::met       ? " The other tactic brings more than " + kept + ": it does as well."
                : answer.outcome == verdict_outcome::not_met ? " The other tactic brings less than " + kept + ": it does not do as well."
                                                             : " Whether the other tactic brings " + kept + " is not decided by these records.";
  f.against_margin = answer;
}

/// M50, M51: a tactic is compared only where it is on record, and a difference is not said to be an effect.
void add_comparisons(indicator_evaluation& out, const study& declared, const register_log& registers, const std::vector<deployment_use>& uses) {
  const auto total = [](const std::vector<cluster_tally>& clusters) {
    cluster_tally sum;
    for (const cluster_tally& c : clusters) {
      sum.events += c.events;
      sum.exposure += c.exposure;
    }
    return sum;
  };
  for (const tactic_comparison& one : tactic_comparisons(registers, uses)) {
    finding f = begun_finding("outcome_rate_against_comparator", finding_kind::ratio, {{"outcome", one.outcome}, {"tactic", one.tactic}});
    ratio_value r;
    r.rates_of = metric_id::outcomes_per_officer_hour;
    r.of = total(one.deployments);
    r.against = total(one.tactic_periods);
    const auto flat = rate_ratio::conditional_exact(r.of.events, static_cast<double>(r.of.exposure), r.against.events, static_cast<double>(r.against.exposure), declared.level);
    if (!flat) {
      f.status = finding_status::not_estimable;
      f.why_not = flat.error();
      f.sentence = "Not estimable: " + flat.error().remedy;
      out.findings.push_back(std::move(f));
      continue;
    }
    r.point = flat->point;
    r.made = flat->limits;
    const auto worth = cluster::korn_graubard_exposure(one.deployments, declared.level), worth_there = cluster::korn_graubard_exposure(one.tactic_periods, declared.level);
    if (worth && worth_there) {
      const double here = static_cast<double>(r.of.events) / static_cast<double>(r.of.exposure), there = static_cast<double>(r.against.events) / static_cast<double>(r.against.exposure);
      if (const auto clustered = rate_ratio::conditional_effective(here * *worth, *worth, there * *worth_there, *worth_there, declared.level)) {
        r.made = clustered->limits;
        r.companions.push_back({flat->limits, {flag::assumes_independence}});
      }
    }
    if (r.companions.empty()) f.flags |= flag::assumes_independence;
    if (one.confounded) f.flags |= flag::confounded;
    f.flags |= flag::conditions_unknown;
    f.status = finding_status::projected;
    f.notes.push_back("place, time and purpose of the two are not the same; what else differs is in the ratio");
    const auto words = [](const cluster_tally& of) { return grouped(of.events) + " in " + significant(static_cast<double>(of.exposure) / 3600, 4, rounding::nearest) + " officer-hours"; };
    f.sentence = words(r.of) + " at the deployments, against " + words(r.against) + " by the other tactic: ratio " + (r.point == unbounded ? "without an upper limit, at least " + number(r.made.lower, rounding::down) : number(r.point, rounding::nearest) + " " + limits(r.made.lower, r.made.upper)) +
                 ". This is not shown to be an effect of the tactic.";
    answer_margin(f, r, margin_for(registers, uses, one.outcome), declared.level);
    f.value = std::move(r);
    out.findings.push_back(std::move(f));
  }
}

std::string places_words(const cluster_tally& before, const cluster_tally& after, std::uint64_t places) {
  return grouped(before.events) + " in " + grouped(before.exposure) + " days before and " + grouped(after.events) + " in " + grouped(after.exposure) + " after, at " + grouped(places) + (places == 1 ? " place" : " places");
}

/// K02, M51: a change is held against the change where nothing was done, or it is not told.
void add_changes(indicator_evaluation& out, const study& declared, const register_log& registers) {
  constexpr const char* key = "change_against_controls";
  bool told = false;
  std::string why, remedy;
  const auto withhold = [&](finding& f, const std::string& reason, const std::string& what_to_do) {
    f.status = finding_status::not_measured;
    f.sentence = reason + " " + what_to_do;
    if (why.empty()) {
      why = reason;
      remedy = what_to_do;
    }
  };
  const auto changes = change_comparisons(registers);
  for (const change_comparison& one : changes) {
    finding f = begun_finding(key, finding_kind::difference, {{"outcome", one.outcome}, {"tactic", one.tactic}});
    if (one.left_out != 0) {
      f.flags |= flag::rows_left_out;
      f.notes.push_back("left out: " + grouped(one.left_out) + (one.left_out == 1 ? " row" : " rows") + " without place, days, period or word on whether facial recognition was ever used there, or of a place that lacks one of the periods");
    }
    const auto made = one.missing.empty() ? decision::difference_in_differences(one.sites, declared.level) : estimable<decision::change_estimate>(tl::unexpected(undefined{undefined_reason::not_recorded, one.remedy, {}}));
    if (!one.missing.empty()) {
      withhold(f, one.missing, one.remedy);
      if (one.contradicts) f.status = finding_status::refused;
      if (one.confounded) f.flags |= flag::confounded;
    } else if (!made) {
      told = true;
      f.status = finding_status::not_estimable;
      f.sentence = "Not estimable: " + made.error().remedy;
      f.why_not = made.error();
    } else {
      told = true;
      change_value v;
      for (const decision::site_periods& place : one.sites)
        for (const bool after : {false, true}) {
          const cluster_tally& from = after ? place.after : place.before;
          cluster_tally& to = place.changed ? (after ? v.after : v.before) : (after ? v.control_after : v.control_before);
          to.events += from.events;
          to.exposure += from.exposure;
        }
      v.made = *made;
      f.flags |= made->flags;
      f.sentence = "Recorded as \"" + printable(one.outcome) + "\": " + places_words(v.before, v.after, made->changed_sites) + " where facial recognition came into use; " +
                   places_words(v.control_before, v.control_after, made->control_sites) + " where it never did. The change at the first is " + number(made->ratio, rounding::nearest) + " times " +
                   limits(made->ratio_limits.lower, made->ratio_limits.upper) + " the change at the others.";
      f.notes.push_back("due to facial recognition only if both kinds of place would have changed alike without it and nothing moved from one to the other: these counts can show neither");
      f.value = std::move(v);
    }
    out.findings.push_back(std::move(f));
  }
  if (changes.empty()) {
    finding f = begun_finding(key, finding_kind::difference);
    withhold(f, "No place is on record before and after facial recognition came into use.", "Register, for a place where facial recognition came into use and for one where it never did, what was counted before and after, with the days.");
    out.findings.push_back(std::move(f));
  }
  if (!told) out.not_measured.push_back({"What changed with facial recognition", why, remedy, {key}});
}

} // namespace

indicator_evaluation further_indicators(const study& declared, const deployment_series& series, const trial_log& trials, const register_log& registers, const std::vector<deployment_use>& uses, const std::vector<finding>& before, std::uint64_t timed_by_register) {
  indicator_evaluation out;
  if (!series.records.empty()) {
    add_hours(out, series, timed_by_register);
    add_expected_false_alerts(out, before);
    add_growth(out, series);
  }
  add_categories(out, trials, series, registers);
  add_spending(out, declared, registers, uses);
  add_expectations(out, declared, series, trials, registers, uses);
  add_comparisons(out, declared, registers, uses);
  if (registers.given.contains("comparators")) add_changes(out, declared, registers);

  // M60: few complaints are beside what people were told, never by themselves.
  finding made = counted("complaints", unit::complaints, registers.complaints.size(), 0, counted_words(registers.complaints.size(), unit::complaints, "") + ". People who do not know that they were scanned do not complain: see notice_lead_time.");
  if (!registers.given.contains("notices")) made.notes.push_back("no notices are on record: nothing shows that people knew");
  out.findings.push_back(std::move(made));

  std::uint64_t sensitive = 0, unsaid = 0;
  for (const deployment_use& use : uses) {
    if (use.authorisation == nullptr || use.authorisation->sensitive_place.empty()) ++unsaid;
    else sensitive += use.authorisation->sensitive_place != "none" ? 1 : 0;
  }
  out.findings.push_back(counted("deployments_at_sensitive_places", unit::deployments, sensitive, unsaid, counted_words(sensitive, unit::deployments, "") + " at a sensitive place" + (unsaid == 0 ? "." : ", and " + counted_words(unsaid, unit::deployments, "") + " of which it is not on record.")));
  return out;
}

} // namespace lfreval
