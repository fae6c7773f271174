#include "report/indicator_findings.hpp"

#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/proportionality/effectiveness.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/indicator_words.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

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
  answer.decided.lower = inverse_of(r.made.upper);
  answer.decided.upper = inverse_of(r.made.lower);
  answer.outcome = answer.decided.lower > answer.margin ? verdict_outcome::met : answer.decided.upper < answer.margin ? verdict_outcome::not_met : verdict_outcome::inconclusive;
  const std::string kept = percent_words(answer.margin, rounding::nearest) + " of what the deployments bring in the same officer-hours (the margin declared before the first use)";
  f.sentence += answer.outcome == verdict_outcome::met       ? " The other tactic brings more than " + kept + ": it does as well."
                : answer.outcome == verdict_outcome::not_met ? " The other tactic brings less than " + kept + ": it does not do as well."
                                                             : " Whether the other tactic brings " + kept + " is not decided by these records.";
  f.against_margin = answer;
}

std::string places_words(const cluster_tally& before, const cluster_tally& after, std::uint64_t places) {
  return grouped(before.events) + " in " + grouped(before.exposure) + " days before and " + grouped(after.events) + " in " + grouped(after.exposure) + " after, at " + grouped(places) + (places == 1 ? " place" : " places");
}

} // namespace

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
    f.sentence = words(r.of) + " at the deployments, against " + words(r.against) + " by the other tactic: ratio " + (r.point == unbounded ? "without an upper limit, at least " + number_words(r.made.lower, rounding::down) : number_words(r.point, rounding::nearest) + " " + limits_words(r.made.lower, r.made.upper)) +
                 ". This is not shown to be an effect of the tactic.";
    answer_margin(f, r, margin_for(registers, uses, one.outcome), declared.level);
    f.value = std::move(r);
    out.findings.push_back(std::move(f));
  }
}

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
                   places_words(v.control_before, v.control_after, made->control_sites) + " where it never did. The change at the first is " + number_words(made->ratio, rounding::nearest) + " times " +
                   limits_words(made->ratio_limits.lower, made->ratio_limits.upper) + " the change at the others.";
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

} // namespace lfreval
