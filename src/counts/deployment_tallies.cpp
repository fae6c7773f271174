#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>
#include <cmath>

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

/// The published columns that a unit of count is made from.
void add_cells(std::vector<std::string>& out, unit of, const deployment_record& r, const std::string& outcome) {
  const auto parts = [&](bool total, const char* published, const char* confirmed, const char* unconfirmed) {
    if (total) out.emplace_back(published);
    else { out.emplace_back(confirmed); out.emplace_back(unconfirmed); }
  };
  switch (of) {
    case unit::outcomes: out.push_back("outcome." + outcome); break;
    case unit::alerts: out.emplace_back("alerts"); break;
    case unit::true_alerts: parts(r.published_true_alerts.has_value(), "true_alerts", "true_confirmed", "true_unconfirmed"); break;
    case unit::false_alerts: parts(r.published_false_alerts.has_value(), "false_alerts", "false_confirmed", "false_unconfirmed"); break;
    case unit::unresolved_alerts: out.insert(out.end(), {"true_unconfirmed", "false_unconfirmed"}); break;
    case unit::resolved_alerts: out.insert(out.end(), {"true_confirmed", "false_confirmed"}); break;
    case unit::engagements: out.insert(out.end(), {"true_engaged", "false_engaged"}); break;
    case unit::false_engagements: out.emplace_back("false_engaged"); break;
    default: break;
  }
}

std::vector<std::string> cells_behind(metric_id metric, const deployment_record& r, const std::string& outcome) {
  std::vector<std::string> out;
  add_cells(out, units_of(metric).events, r, outcome);
  add_cells(out, units_of(metric).exposure, r, outcome);
  return out;
}

/// The numerator of a metric by itself.
std::optional<std::uint64_t> events_of(metric_id metric, const deployment_record& r, const std::string& outcome) {
  const auto plain = [](const auto& c) { return c ? std::optional(c->value()) : std::nullopt; };
  switch (units_of(metric).events) {
    case unit::alerts: return plain(r.alerts);
    case unit::true_alerts: return plain(r.true_alerts());
    case unit::false_alerts: return plain(metric == metric_id::false_discovery_proportion ? r.resolved_false_alerts() : r.false_alerts());
    case unit::false_engagements: return plain(r.false_engaged);
    case unit::unresolved_alerts: return plain(r.unresolved());
    case unit::outcomes: return plain(outcome_of(r, outcome));
    default: return std::nullopt;
  }
}

/// A row in the three readings a metric of true or false alerts can have: as published, and with the unresolved alerts taken
/// the one way and the other.
struct label_range {
  cluster_tally fewest, most;
  std::uint64_t unresolved = 0;
};

bool is_of_labels(metric_id metric) noexcept {
  return units_of(metric).events == unit::false_alerts || units_of(metric).events == unit::true_alerts;
}

std::optional<label_range> labels_of(metric_id metric, const deployment_record& r, const cluster_tally& published) {
  const unit events = units_of(metric).events;
  if (!is_of_labels(metric)) return std::nullopt;
  const auto u = r.unresolved();
  const auto t = r.resolved_true_alerts();
  const auto f = r.resolved_false_alerts();
  if (!u || !t || !f) return std::nullopt;
  const std::uint64_t certain = events == unit::false_alerts ? f->value() : t->value();
  const bool of_resolved = units_of(metric).exposure == unit::resolved_alerts;
  const std::uint64_t exposure = of_resolved ? t->value() + f->value() + u->value() : published.exposure;
  if (exposure == 0) return label_range{published, published, 0}; // nothing to be a share of, whichever way they fall
  const std::uint64_t possible = certain + u->value();
  return label_range{{certain, exposure}, {describe(metric).family == metric_family::share ? std::min(possible, exposure) : possible, exposure}, u->value()};
}

bool sound(metric_id metric, const cluster_tally& row) {
  return row.events == 0 || (row.exposure > 0 && (describe(metric).family == metric_family::rate || row.events <= row.exposure));
}

/// The choice of one value per disputed row that makes total events / total exposure extreme: the best choice at a guessed
/// ratio improves the guess until nothing changes (Dinkelbach 1967). Ends after finitely many steps, in practice two or three.
std::vector<cluster_tally> extreme(std::vector<cluster_tally> sure, const std::vector<std::vector<cluster_tally>>& disputed, double direction) {
  double events = 0, exposure = 0;
  for (const cluster_tally& c : sure) { events += static_cast<double>(c.events); exposure += static_cast<double>(c.exposure); }
  std::vector<cluster_tally> chosen;
  for (const auto& candidates : disputed) chosen.push_back(candidates.front());
  double ratio = -1;
  for (;;) {
    double e = events, n = exposure;
    for (const cluster_tally& c : chosen) { e += static_cast<double>(c.events); n += static_cast<double>(c.exposure); }
    const double next = n > 0 ? e / n : 0;
    if (next == ratio) break;
    ratio = next;
    const auto value = [&](const cluster_tally& c) { return direction * (static_cast<double>(c.events) - ratio * static_cast<double>(c.exposure)); };
    for (std::size_t i = 0; i < chosen.size(); ++i)
      chosen[i] = *std::max_element(disputed[i].begin(), disputed[i].end(), [&](const auto& x, const auto& y) { return value(x) < value(y); });
  }
  sure.insert(sure.end(), chosen.begin(), chosen.end());
  return sure;
}

/// Alerts of a row that are neither true nor false nor unresolved on record, for metrics that need to know.
std::uint64_t unlabelled_of(metric_id metric, const deployment_record& r) {
  if (!is_of_labels(metric) || !r.alerts) return 0;
  const std::uint64_t known = (r.true_alerts() ? r.true_alerts()->value() : 0) + (r.false_alerts() ? r.false_alerts()->value() : 0);
  return r.alerts->value() > known ? r.alerts->value() - known : 0;
}

} // namespace

std::vector<cluster_tally> metric_tallies::lowest() const { return extreme(clusters, disputed, -1); }
std::vector<cluster_tally> metric_tallies::highest() const { return extreme(clusters, disputed, 1); }
std::vector<cluster_tally> metric_tallies::lowest_reading() const { return extreme(fewest, disputed_fewest, -1); }
std::vector<cluster_tally> metric_tallies::highest_reading() const { return extreme(most, disputed_most, 1); }

metric_tallies tallies_of(metric_id metric, std::span<const deployment_record* const> members, const std::string& outcome, const record_quality& quality) {
  metric_tallies out;
  for (const deployment_record* record : members) {
    const auto published = tally_of(metric, *record, outcome);
    if (!published) {
      // Events that no exposure stands against are lost to the figure, and it has to say so.
      const std::uint64_t lost = events_of(metric, *record, outcome).value_or(0);
      std::uint64_t open = unlabelled_of(metric, *record);
      if (const auto u = record->unresolved(); u && open == 0 && is_of_labels(metric)) open = u->value();
      if (lost > 0 || open > 0) { ++out.unusable; out.unusable_events += lost; out.unlabelled += open; }
      else ++out.not_recorded;
      continue;
    }
    if (const auto held = quality.suspended.find(record); held != quality.suspended.end()) {
      const auto cells = cells_behind(metric, *record, outcome);
      if (std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) { return held->second.contains(cell); })) {
        ++out.suspended;
        continue;
      }
    }
    if (const auto mended = quality.corrections.find(record); mended != quality.corrections.end()) {
      std::set<cluster_tally> candidates, low, high;
      for (const deployment_record& correction : mended->second) {
        const auto one = tally_of(metric, correction, outcome);
        if (!one || !sound(metric, *one)) continue;
        candidates.insert(*one);
        const auto labels = labels_of(metric, correction, *one);
        low.insert(labels ? labels->fewest : *one);
        high.insert(labels ? labels->most : *one);
      }
      if (candidates.size() > 1 || (candidates.size() == 1 && *candidates.begin() != *published)) {
        out.disputed.emplace_back(candidates.begin(), candidates.end());
        out.disputed_fewest.emplace_back(low.begin(), low.end());
        out.disputed_most.emplace_back(high.begin(), high.end());
        if (const auto u = record->unresolved(); u && is_of_labels(metric)) out.unresolved += u->value();
        out.doubtful.push_back(record);
        continue;
      }
      if (candidates.empty()) { ++out.unusable; out.unusable_events += published->events; continue; }
      ++out.not_adding_up;
    }
    if (!sound(metric, *published)) { ++out.unusable; out.unusable_events += published->events; continue; }
    out.clusters.push_back(*published);
    out.contributors.push_back(record);
    const auto labels = labels_of(metric, *record, *published);
    out.fewest.push_back(labels ? labels->fewest : *published);
    out.most.push_back(labels ? labels->most : *published);
    if (labels) out.unresolved += labels->unresolved;
    else if (is_of_labels(metric)) out.labels_as_published = true;
  }
  return out;
}

std::optional<double> faces_cv_of(std::span<const deployment_record* const> members, bool shared) {
  if (std::none_of(members.begin(), members.end(), [](const deployment_record* r) { return r->faces && r->faces_cv; })) return std::nullopt;
  double total = 0, together = 0, apart = 0;
  // Ordered by value, so that the sums do not depend on the order of the deployments.
  std::vector<std::pair<std::uint64_t, double>> rows;
  for (const deployment_record* r : members) {
    if (!r->faces) continue;
    rows.emplace_back(r->faces->value(), r->faces_cv.value_or(0.0));
  }
  std::sort(rows.begin(), rows.end());
  for (const auto& [n, cv] : rows) {
    const double off = static_cast<double>(n) * cv;
    total += static_cast<double>(n);
    together += off;
    apart += off * off;
  }
  if (total == 0) return std::nullopt;
  return (shared ? together : std::sqrt(apart)) / total;
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

} // namespace lfreval
