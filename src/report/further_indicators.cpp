#include "report/indicator_findings.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/counts/strata.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/poisson.hpp>
#include <lfreval/proportionality/effectiveness.hpp>
#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/proportionality/watchlist_register.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/indicator_words.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

using outcome_axes = std::map<std::string, std::string>;

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
  q.made.lower = inverse_of(of_rate.upper);
  q.made.upper = inverse_of(of_rate.lower);
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
    f.sentence = threshold_begins(f.axes) + (footfall < 10 ? significant(footfall, 3, rounding::nearest) : grouped(static_cast<std::uint64_t>(std::llround(footfall)))) + " faces a day of deployment: " + number_words(q.point, rounding::nearest) + " false alerts to expect of each " + limits_words(q.made.lower, q.made.upper) + ".";
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
    const double hours = inverse_of(made->point) / 3600;
    finding f = quantity_of("officer_hours_per_outcome", axes, unit::officer_seconds, unit::outcomes, made->exposure, made->events, inverse_of(made->point), made->headline,
                            (made->events == 0 ? "None in " : number_words(hours, rounding::nearest) + " officer-hours for one ") + (made->events == 0 ? number_words(static_cast<double>(made->exposure) / 3600, rounding::nearest) + " officer-hours of one " : "") +
                                "recorded as \"" + printable(one.outcome) + "\" " + limits_words(inverse_of(made->headline.upper) / 3600, inverse_of(made->headline.lower) == unbounded ? unbounded : inverse_of(made->headline.lower) / 3600) + ".");
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
                            grouped(spent) + " " + currency + " for " + counted_words(n, unit::outcomes, outcome) + ": " + (n == 0 ? std::string("no amount for each") : number_words(each, rounding::nearest) + " for each") + " " +
                                limits_words(inverse_of(made->upper), inverse_of(made->lower)) + ".");
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
    f.sentence = grouped(one.achieved) + " recorded as \"" + printable(one.outcome) + "\" where " + grouped(one.expected) + " were expected before the first use: " + number_words(q.point, rounding::nearest) + " of each expected " + limits_words(q.made.lower, q.made.upper) + ".";
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
