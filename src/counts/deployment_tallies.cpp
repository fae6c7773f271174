#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>

#include <lfreval/types/date.hpp>
#include <lfreval/types/tally.hpp>

namespace lfreval {

namespace {

template <class Events, class Exposure>
std::optional<cluster_tally> divide(const std::optional<Events>& events, const std::optional<Exposure>& exposure) {
  if (!events || !exposure) return std::nullopt;
  const auto both = *events / *exposure;
  return cluster_tally{both.events().value(), both.exposure().value()};
}

std::optional<engagements> engagements_of(const deployment_record& r) {
  if (!r.true_engaged || !r.false_engaged) return std::nullopt;
  return engagements(r.true_engaged->value() + r.false_engaged->value());
}

std::optional<resolved_alerts> resolved_of(const deployment_record& r) {
  const auto t = r.resolved_true_alerts();
  const auto f = r.resolved_false_alerts();
  if (!t || !f) return std::nullopt;
  return *t + *f;
}

std::optional<outcomes> outcome_of(const deployment_record& r, const std::string& name) {
  const auto found = r.outcomes.find(name);
  if (found == r.outcomes.end()) return std::nullopt;
  return found->second;
}

std::optional<cluster_tally> tally_of(metric_id metric, const deployment_record& r, const std::string& outcome) {
  switch (metric) {
    case metric_id::false_alerts_per_face: return divide(r.false_alerts(), r.faces);
    case metric_id::false_discovery_proportion: return divide(r.resolved_false_alerts(), resolved_of(r));
    case metric_id::false_alerts_per_engagement: return divide(r.false_alerts(), engagements_of(r));
    case metric_id::false_alerts_per_hour: return divide(r.false_alerts(), r.duration);
    case metric_id::unresolved_alerts_per_alert: return divide(r.unresolved(), r.alerts);
    case metric_id::false_engagements_per_face: return divide(r.false_engaged, r.faces);
    case metric_id::false_engagements_per_engagement: return divide(r.false_engaged, engagements_of(r));
    case metric_id::false_engagements_per_false_alert: return divide(r.false_engaged, r.false_alerts());
    case metric_id::alerts_per_face: return divide(r.alerts, r.faces);
    case metric_id::alerts_per_hour: return divide(r.alerts, r.duration);
    case metric_id::true_alerts_per_face: return divide(r.true_alerts(), r.faces);
    case metric_id::true_alerts_per_alert: return divide(r.true_alerts(), r.alerts);
    case metric_id::true_alerts_per_hour: return divide(r.true_alerts(), r.duration);
    case metric_id::outcomes_per_face: return divide(outcome_of(r, outcome), r.faces);
    case metric_id::outcomes_per_alert: return divide(outcome_of(r, outcome), r.alerts);
    case metric_id::outcomes_per_hour: return divide(outcome_of(r, outcome), r.duration);
    case metric_id::false_positive_identification_rate:
    case metric_id::true_positive_identification_rate:
    case metric_id::false_negative_identification_rate:
    case metric_id::selectivity:
    case metric_id::false_match_rate: return std::nullopt; // M15: deployment records cannot support these
  }
  return std::nullopt;
}

/// Alerts and their parts: a metric that divides one of them by another has no meaning where they contradict.
bool is_part_of_alerts(unit u) noexcept {
  return u == unit::alerts || u == unit::true_alerts || u == unit::false_alerts || u == unit::unresolved_alerts || u == unit::resolved_alerts;
}

} // namespace

bool alerts_add_up(const deployment_record& r) {
  const auto t = r.true_alerts();
  const auto f = r.false_alerts();
  return !r.alerts || !t || !f || t->value() + f->value() == r.alerts->value();
}

bool outcomes_within_alerts(const deployment_record& r) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : r.outcomes) sum += count.value();
  return !r.alerts || sum <= r.alerts->value();
}

metric_tallies tallies_of(metric_id metric, std::span<const deployment_record* const> members, const std::string& outcome) {
  metric_tallies out;
  const metric_units& units = units_of(metric);
  const bool within_alerts = is_part_of_alerts(units.events) && is_part_of_alerts(units.exposure);
  const bool uses_alerts = is_part_of_alerts(units.events) || is_part_of_alerts(units.exposure);
  for (const deployment_record* record : members) {
    const auto one = tally_of(metric, *record, outcome);
    if (!one) { ++out.not_recorded; continue; }
    if (one->exposure == 0 && one->events > 0) { ++out.contradictory; continue; }
    if (uses_alerts && !alerts_add_up(*record)) {
      if (within_alerts) { ++out.contradictory; continue; }
      ++out.not_adding_up;
    }
    if (units.events == unit::outcomes && !outcomes_within_alerts(*record)) ++out.not_adding_up;
    out.clusters.push_back(*one);
  }
  return out;
}

conditions conditions_of(std::span<const deployment_record* const> members) {
  conditions out;
  for (const deployment_record* r : members) {
    const std::uint64_t weight = r->faces ? r->faces->value() : 0;
    out.system.add(r->system);
    out.threshold.add(r->threshold);
    out.site.add(r->site);
    std::optional<std::string> use_case;
    for (const std::string& one : r->use_case) use_case = use_case ? *use_case + "+" + one : one;
    out.use_case.add(use_case);
    out.faces_counting_rule.add(r->faces_counting_rule);
    out.label_source.add(r->label_source.empty() ? std::nullopt : std::optional(r->label_source));
    out.fusion.add(r->fusion);
    out.watchlist_images.add(r->watchlist_images ? std::optional(r->watchlist_images->value()) : std::nullopt, weight);
    out.watchlist_persons.add(r->watchlist_persons ? std::optional(r->watchlist_persons->value()) : std::nullopt, weight);
    if (r->date) {
      out.from = out.from ? std::min(*out.from, *r->date) : *r->date;
      out.to = out.to ? std::max(*out.to, *r->date) : *r->date;
    }
  }
  return out;
}

std::optional<std::uint64_t> unresolved_of(std::span<const deployment_record* const> members) {
  std::uint64_t total = 0;
  for (const deployment_record* r : members) {
    const auto one = r->unresolved();
    if (!one) return std::nullopt;
    total += one->value();
  }
  return total;
}

std::vector<stratum> strata_of(const deployment_series& series) {
  std::vector<stratum> out;
  stratum whole{{{"scope", "all"}}, {}};
  for (const deployment_record& r : series.records) whole.members.push_back(&r);
  out.push_back(std::move(whole));

  const auto by = [&](const std::string& axis, const auto& value_of) {
    std::map<std::string, std::vector<const deployment_record*>> groups;
    for (const deployment_record& r : series.records) groups[value_of(r)].push_back(&r);
    for (auto& [value, members] : groups) out.push_back({{{axis, value}}, std::move(members)});
  };
  const std::string missing(not_published);
  by("threshold", [&](const deployment_record& r) { return r.threshold.value_or(missing); });
  by("year", [&](const deployment_record& r) { return r.date ? to_iso(*r.date).substr(0, 4) : missing; });
  by("use_case", [&](const deployment_record& r) {
    std::string joined;
    for (const std::string& one : r.use_case) joined += (joined.empty() ? "" : "+") + one;
    return joined.empty() ? missing : joined;
  });
  by("site", [&](const deployment_record& r) { return r.site.value_or(missing); });
  // Forces may use the same deployment numbers, so the force is part of the name where there are several.
  const bool one_force = std::all_of(series.records.begin(), series.records.end(),
                                     [&](const deployment_record& r) { return r.force == series.records.front().force; });
  by("deployment", [&](const deployment_record& r) { return one_force ? r.deployment : r.force + "/" + r.deployment; });
  return out;
}

} // namespace lfreval
