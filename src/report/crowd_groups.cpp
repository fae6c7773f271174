#include "report/crowd_groups.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/shares.hpp>
#include <lfreval/proportionality/adjudication.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_findings.hpp"
#include "report/indicator_findings.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

constexpr std::size_t most_groups = 100, most_in_pairs = 6;
constexpr double wanted_power = 0.8;

/// One axis: the records of each label, and of what carries none.
struct labelled_crowd {
  const study& declared;
  const study_group& axis;
  std::vector<const group_records*> groups;
  const group_records* unlabelled = nullptr;
  bool faces_are_split = false, alerts_are_split = false;
  std::set<std::string> outcomes;
};

std::shared_ptr<const conditions> conditions_behind(const labelled_crowd& crowd) {
  std::vector<const deployment_record*> all;
  for (const group_records* group : crowd.groups)
    for (const deployment_record& r : group->records) all.push_back(&r);
  return std::make_shared<const conditions>(conditions_of(all));
}

/// The deployments of a group as clusters; a deployment has the same place in every group.
group_clusters clusters_of(const group_records& group, metric_id metric, const std::string& outcome, metric_tallies& counted) {
  std::vector<const deployment_record*> records;
  for (const deployment_record& r : group.records) records.push_back(&r);
  counted = tallies_of(metric, records, outcome, record_quality{});
  group_clusters out;
  out.label = group.label;
  out.tallies = counted.clusters;
  double variance = 0, faces = 0;
  for (const deployment_record* one : counted.contributors) {
    const auto place = static_cast<std::size_t>(one - group.records.data());
    out.clusters.push_back(static_cast<std::uint32_t>(place));
    if (!one->faces) continue;
    const double n = static_cast<double>(one->faces->value());
    faces += n;
    variance += n * n * group.sampling_cv[place] * group.sampling_cv[place];
  }
  if (units_of(metric).exposure == unit::faces && faces > 0) out.exposure_cv = std::sqrt(variance) / faces;
  return out;
}

void take(const labelled_crowd& crowd, rate_by_group& rates, std::vector<finding>& out) {
  for (const std::string& label : labels_named(crowd.declared, crowd.axis)) rates.unseen.push_back({{crowd.axis.name, label}});
  for (finding& f : group_findings(crowd.declared, rates)) out.push_back(std::move(f));
  for (finding& f : limits_in_every_group(crowd.declared, rates)) out.push_back(std::move(f));
}

void add_rates(const labelled_crowd& crowd, metric_id metric, const std::string& outcome, std::vector<finding>& out) {
  rate_by_group rates;
  rates.metric = metric;
  rates.outcome = outcome;
  rates.by = cluster_unit::deployment;
  rates.axis = crowd.axis.name;
  rates.axes = {{"scope", "crowd"}};
  rates.reference = crowd.axis.reference;
  rates.held = conditions_behind(crowd);
  bool any = false;
  for (const group_records* group : crowd.groups) {
    metric_tallies counted;
    rates.groups.push_back(clusters_of(*group, metric, outcome, counted));
    rates.places.push_back({{crowd.axis.name, group->label}});
    rates.unusable.emplace_back();
    std::vector<std::string> notes;
    const cluster_tally fewest = total_of(counted.fewest), most = total_of(counted.most);
    rates.doubts.push_back({counted.fewest, counted.most, counted.unresolved, counted.lost()});
    if (counted.unresolved != 0)
      notes.push_back("with " + counted_words(counted.unresolved, unit::unresolved_alerts, "") + " taken either way: " + grouped(fewest.events) + " in " + grouped(fewest.exposure) + " to " + grouped(most.events) + " in " + grouped(most.exposure));
    if (counted.lost() != 0) notes.push_back("not in this figure: " + grouped(counted.lost()) + " events of deployments without a usable count of this group");
    if (crowd.unlabelled != nullptr) {
      metric_tallies nobody;
      const cluster_tally without = clusters_of(*crowd.unlabelled, metric, outcome, nobody).total();
      const std::uint64_t events = without.events + nobody.lost();
      rates.unlabelled = {events, without.exposure};
      if (events != 0 || without.exposure != 0)
        notes.push_back(grouped(events) + " events and " + grouped(without.exposure) + " " + std::string(to_string(units_of(metric).exposure)) + " carry no label of " + printable(crowd.axis.name) + "; all of these events would make " +
                        grouped(rates.groups.back().total().events + events));
    }
    any = any || rates.groups.back().total().exposure != 0;
    rates.notes.push_back(std::move(notes));
  }
  if (!any) return;
  rates.in_pairs = rates.groups.size() <= most_in_pairs;
  take(crowd, rates, out);
}

/// Without faces by group there is no rate by group, only what is certain of one (M14).
void add_bounds_without_faces(const labelled_crowd& crowd, const deployment_series& series, std::vector<finding>& out) {
  constexpr metric_id metric = metric_id::false_alerts_per_face;
  std::uint64_t faces = 0;
  for (const deployment_record& r : series.records) faces += r.is_log && r.faces ? r.faces->value() : 0;
  for (const group_records* group : crowd.groups) {
    std::uint64_t alerts = 0;
    for (const deployment_record& r : group->records) alerts += r.false_alerts() ? r.false_alerts()->value() : 0;
    finding f;
    f.metric = std::string(to_string(metric));
    f.axes = {{"scope", "crowd"}, {crowd.axis.name, group->label}};
    f.key = finding_key(f.metric, f.axes);
    f.kind = finding_kind::rate;
    f.in_section = "disparity";
    f.cites = "M14, M25";
    f.held = conditions_behind(crowd);
    f.status = finding_status::not_estimable;
    const double lowest = faces == 0 ? 0.0 : static_cast<double>(alerts) / static_cast<double>(faces);
    f.why_not = undefined{undefined_reason::not_recorded,
                          "Count the crowd by " + printable(crowd.axis.name) + " in an annotated sample: 385 faces drawn at random give each group's share to within 5 percentage points.", undefined::range{lowest, 1.0}};
    f.sentence = printable(group->label) + ": " + counted_words(alerts, unit::false_alerts, "") + " in an unknown number of faces: the groups of those who passed and raised no alert are not on record. " + f.why_not->remedy;
    out.push_back(std::move(f));
  }
}

/// One group's share of the false alerts, and whether each population it might be compared with explains it.
finding share_finding(const labelled_crowd& crowd, const group_records& group, const std::vector<cluster_tally>& by_deployment, const std::map<std::string, std::uint64_t>& counts) {
  constexpr metric_id metric = metric_id::group_share_of_false_alerts;
  finding f;
  f.metric = std::string(to_string(metric));
  f.axes = {{"scope", "crowd"}, {crowd.axis.name, group.label}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::rate;
  f.in_section = "disparity";
  f.cites = "M14, M25, M26, FX9";
  f.held = conditions_behind(crowd);
  ladder_options how;
  how.by = cluster_unit::deployment;
  how.planning_design_effect = crowd.declared.planning_design_effect;
  const auto made = estimate_rate(metric, by_deployment, crowd.declared.level, how);
  if (!made) {
    f.status = finding_status::not_estimable;
    f.why_not = made.error();
    f.sentence = printable(group.label) + ": share of the false alerts not estimable. " + made.error().remedy;
    return f;
  }
  f.status = finding_status::measured;
  f.flags |= made->flags;
  const std::uint64_t x = made->events, n = made->exposure;
  f.sentence = printable(group.label) + ": " + grouped(x) + " of " + counted_words(n, unit::false_alerts, "") + ", " + percent_words(made->point, rounding::nearest) + " (" + percent_words(made->headline.lower, rounding::down) + " to " +
               percent_words(made->headline.upper, rounding::up) + ").";
  if (made->headline.lower > 0)
    f.notes.push_back("more than its share, unless " + percent_words(made->headline.lower, rounding::nearest) + " or more of the people who passed were of this group: whatever the baseline, that is the share that would change the answer");
  for (const study_baseline& declared : crowd.declared.baselines) {
    if (declared.of != crowd.axis.name) continue;
    share::baseline baseline{declared.name, declared.source, {}};
    std::vector<std::uint64_t> placed;
    std::size_t place = declared.shares.size();
    std::uint64_t placed_events = 0;
    for (const auto& [label, part] : declared.shares) {
      if (label == group.label) place = placed.size();
      const auto found = counts.find(label);
      placed.push_back(found == counts.end() ? 0 : found->second);
      placed_events += placed.back();
      baseline.shares.push_back(part);
    }
    if (place == declared.shares.size() || placed_events != n) {
      f.notes.push_back("not compared with " + printable(declared.name) + ": it has no share for some group among the false alerts");
      continue;
    }
    const auto test = share::compare(placed, place, baseline, crowd.declared.level);
    const auto all = share::exact_multinomial(placed, baseline, {.seed = crowd.declared.seed});
    if (!test || !all) continue; // no false alert at all, which the caller excludes
    baseline_answer answer{declared.name, declared.source, test->expected, test->p_excess, test->p_two_sided, all->p_value, std::nullopt};
    const bool high = test->observed >= test->expected;
    std::string words = "against " + printable(declared.name) + " (" + printable(declared.source) + "), " + percent_words(test->expected, rounding::nearest) + ": " +
                        (high ? "so many or more would come about by chance with p = " + significant(answer.p_excess, 2, rounding::nearest) : "a count as far from it would come about by chance with p = " + significant(answer.p_two_sided, 2, rounding::nearest)) +
                        ", all groups together p = " + significant(answer.multinomial_p, 2, rounding::nearest);
    const auto detectable = test->expected > 0 && test->expected < 1 ? power::min_detectable_ratio_given_total(n, test->expected, crowd.declared.level, wanted_power) : estimable<power::detectable_ratio>(tl::unexpected(undefined{}));
    if (detectable) {
      answer.detectable_ratio = detectable->ratio;
      words += "; with " + counted_words(n, unit::false_alerts, "") + " a ratio below " + significant(detectable->ratio, 3, rounding::nearest) + " would be missed more than 2 times in 10";
    } else {
      words += "; with " + counted_words(n, unit::false_alerts, "") + " no ratio, however large, would have been shown";
    }
    f.notes.push_back(std::move(words));
    f.baselines.push_back(std::move(answer));
  }
  if (f.baselines.empty()) f.notes.push_back("no baseline is declared: of how many of those who passed belong to the group nothing is known");
  const std::uint64_t of_kin = std::accumulate(group.false_alerts_of_kin.begin(), group.false_alerts_of_kin.end(), std::uint64_t{0});
  if (of_kin != 0) f.notes.push_back("of these, " + grouped(of_kin) + " on kin or twins of the person listed, for whom a higher threshold does little (M18)");
  f.value = *made;
  return f;
}

void add_shares(const labelled_crowd& crowd, crowd_group_evaluation& out) {
  std::vector<std::vector<cluster_tally>> of(crowd.groups.size());
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t all = 0;
  for (std::size_t d = 0; d < crowd.groups.front()->records.size(); ++d) {
    std::uint64_t here = 0;
    for (const group_records* group : crowd.groups) here += group->records[d].false_alerts() ? group->records[d].false_alerts()->value() : 0;
    all += here;
    if (here == 0) continue;
    for (std::size_t g = 0; g < crowd.groups.size(); ++g) {
      const auto own = crowd.groups[g]->records[d].false_alerts();
      of[g].push_back({own ? own->value() : 0, here});
    }
  }
  if (all == 0) return;
  for (std::size_t g = 0; g < crowd.groups.size(); ++g) counts[crowd.groups[g]->label] = total_of(of[g]).events;
  for (std::size_t g = 0; g < crowd.groups.size(); ++g) out.findings.push_back(share_finding(crowd, *crowd.groups[g], of[g], counts));
  if (crowd.unlabelled != nullptr) {
    std::uint64_t without = 0;
    for (const deployment_record& r : crowd.unlabelled->records) without += r.false_alerts() ? r.false_alerts()->value() : 0;
    if (without != 0)
      out.not_measured.push_back({"False alerts without a label of " + printable(crowd.axis.name), grouped(without) + " false alerts carry no label; shares are of the others.", "Record the label of everybody who was stopped.", {}});
  }
}

/// How people of each group were judged, contacted and held once the system had alerted on them (M30, M61): the use of the system, apart from
/// its errors.
void add_conduct(const labelled_crowd& crowd, const deployment_series& series, std::vector<finding>& out) {
  const std::vector<deployment_use> uses = uses_of(series, register_log{});
  std::vector<indicator_parts> of_groups;
  for (const group_records* group : crowd.groups) {
    std::vector<alert_case> here;
    for (const alert_case& one : series.alert_cases)
      if (const auto label = one.labels.find(crowd.axis.name); label != one.labels.end() && label->second == group->label) here.push_back(one);
    of_groups.push_back(alert_parts(here, {}, list_policy{}, uses));
  }
  for (const metric_id metric : {metric_id::adjudication_specificity, metric_id::engagements_per_credible_alert, metric_id::force_per_false_engagement}) {
    rate_by_group rates;
    rates.metric = metric;
    rates.by = cluster_unit::deployment;
    rates.axis = crowd.axis.name;
    rates.axes = {{"scope", "crowd"}};
    rates.reference = crowd.axis.reference;
    rates.held = conditions_behind(crowd);
    bool any = false;
    for (std::size_t g = 0; g < of_groups.size(); ++g) {
      const auto& metrics = of_groups[g].metrics;
      const auto made = std::find_if(metrics.begin(), metrics.end(), [&](const tallied_metric& one) { return one.metric == metric; });
      group_clusters own{crowd.groups[g]->label, {}, {}, 0.0};
      if (made != metrics.end() && !made->deployments.empty()) {
        own.clusters = made->deployments;
        own.tallies = made->clusters;
      }
      any = any || own.total().exposure != 0;
      rates.places.push_back({{crowd.axis.name, own.label}});
      rates.groups.push_back(std::move(own));
      rates.unusable.emplace_back();
      rates.notes.emplace_back();
    }
    if (!any) continue;
    take(crowd, rates, out);
  }
  indicator_parts held;
  for (std::size_t g = 0; g < of_groups.size(); ++g)
    for (indicator_distribution& one : of_groups[g].distributions)
      if (one.key == "stop_minutes" && !one.values.empty()) {
        one.axes = {{"scope", "crowd"}, {crowd.axis.name, crowd.groups[g]->label}};
        held.distributions.push_back(std::move(one));
      }
  for (finding& f : findings_of_parts(held, crowd.declared, series)) {
    f.in_section = "burden";
    f.sentence = printable(f.axes.at(crowd.axis.name)) + ": " + f.sentence;
    out.push_back(std::move(f));
  }
}

} // namespace

crowd_group_evaluation evaluate_crowd_groups(const study& declared, const deployment_series& series) {
  crowd_group_evaluation out;
  for (const study_group& axis : declared.groups) {
    labelled_crowd crowd{declared, axis, {}, nullptr, false, false, series.outcome_names};
    for (const group_records& one : series.by_group) {
      if (one.axis != axis.name || one.records.empty()) continue;
      crowd.faces_are_split = one.faces_are_split;
      crowd.alerts_are_split = one.alerts_are_split;
      if (one.label.empty()) crowd.unlabelled = &one;
      else crowd.groups.push_back(&one);
    }
    if (crowd.groups.empty() || crowd.groups.size() > most_groups) continue;
    if (crowd.alerts_are_split) {
      add_shares(crowd, out);
      if (crowd.faces_are_split) {
        for (const metric_id metric : {metric_id::false_alerts_per_face, metric_id::alerts_per_face, metric_id::true_alerts_per_face, metric_id::false_engagements_per_face}) add_rates(crowd, metric, "", out.findings);
        for (const std::string& outcome : crowd.outcomes) add_rates(crowd, metric_id::outcomes_per_face, outcome, out.findings);
      } else {
        add_bounds_without_faces(crowd, series, out.findings);
      }
      for (const metric_id metric : {metric_id::true_alerts_per_alert, metric_id::false_engagements_per_false_alert}) add_rates(crowd, metric, "", out.findings);
      for (const std::string& outcome : crowd.outcomes) add_rates(crowd, metric_id::outcomes_per_alert, outcome, out.findings);
      add_conduct(crowd, series, out.findings);
    }
    if (crowd.faces_are_split)
      for (const group_records* group : crowd.groups) {
        std::uint64_t seen = 0;
        for (const deployment_record& r : group->records) seen += r.faces ? r.faces->value() : 0;
        finding f;
        f.metric = "faces";
        f.axes = {{"scope", "crowd"}, {axis.name, group->label}};
        f.key = finding_key(f.metric, f.axes);
        f.kind = finding_kind::count;
        f.status = finding_status::measured;
        f.in_section = "burden";
        f.cites = "G18";
        f.value = count_value{unit::faces, seen, 0};
        f.sentence = printable(group->label) + ": " + counted_words(seen, unit::faces, "") + " scanned.";
        out.findings.push_back(std::move(f));
      }
  }
  return out;
}

} // namespace lfreval
