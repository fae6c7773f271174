#include <lfreval/counts/deployment_readings.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

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
    case metric_id::outcomes_per_engagement: return divide(outcome_of(r, outcome), engagements_of(r));
    case metric_id::outcomes_per_true_alert: return divide(outcome_of(r, outcome), r.true_alerts());
    case metric_id::false_positive_identification_rate:
    case metric_id::true_positive_identification_rate:
    case metric_id::false_negative_identification_rate:
    case metric_id::selectivity:
    case metric_id::false_match_rate:
    case metric_id::failure_to_acquire_rate:
    case metric_id::group_share_of_false_alerts:
    case metric_id::false_nonmatch_rate: return std::nullopt; // M15: deployment records cannot support these
    default: return std::nullopt; // made from registers
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

/// Alerts of a row that are neither true nor false nor unresolved on record, for metrics that need to know.
std::uint64_t unlabelled_of(metric_id metric, const deployment_record& r) {
  if (!is_of_labels(metric) || !r.alerts) return 0;
  const std::uint64_t known = (r.true_alerts() ? r.true_alerts()->value() : 0) + (r.false_alerts() ? r.false_alerts()->value() : 0);
  return r.alerts->value() > known ? r.alerts->value() - known : 0;
}

/// Reads deployments as one metric sees them.
class reader {
public:
  reader(metric_id metric, const std::string& outcome, const record_quality& quality) : metric_(metric), outcome_(outcome), quality_(quality) {}

  [[nodiscard]] deployment_reading read(const deployment_record& r) {
    deployment_reading out;
    const auto published = tally_of(metric_, r, outcome_);
    if (!published) {
      // Events that no exposure stands against are lost to the figure, and it has to say so.
      out.lost_events = events_of(metric_, r, outcome_).value_or(0);
      out.unlabelled = unlabelled_of(metric_, r);
      if (const auto u = r.unresolved(); u && out.unlabelled == 0 && is_of_labels(metric_)) out.unlabelled = u->value();
      out.taken = out.lost_events > 0 || out.unlabelled > 0 ? reading_use::unusable : reading_use::not_recorded;
      return out;
    }
    if (suspends(r)) { out.taken = reading_use::suspended; return out; }
    if (const auto mended = quality_.corrections.find(&r); mended != quality_.corrections.end()) {
      const auto under = under_corrections(mended->second);
      if (under->values.size() > 1 || (under->values.size() == 1 && under->values.front() != *published)) {
        out.taken = reading_use::disputed;
        out.corrected = under;
        if (const auto u = r.unresolved(); u && is_of_labels(metric_)) out.unresolved = u->value();
        return out;
      }
      if (under->values.empty()) { out.taken = reading_use::unusable; out.lost_events = published->events; return out; }
      out.does_not_add_up = true;
    }
    if (!sound(metric_, *published)) { out.taken = reading_use::unusable; out.lost_events = published->events; return out; }
    out.taken = reading_use::counted;
    const auto labels = labels_of(metric_, r, *published);
    out.published = *published;
    out.fewest = labels ? labels->fewest : *published;
    out.most = labels ? labels->most : *published;
    if (labels) out.unresolved = labels->unresolved;
    else out.labels_as_published = is_of_labels(metric_);
    return out;
  }

private:
  /// The cells behind a metric differ between rows only by which totals were published.
  [[nodiscard]] bool suspends(const deployment_record& r) {
    if (quality_.suspended.empty()) return false;
    const auto held = quality_.suspended.find(&r);
    if (held == quality_.suspended.end()) return false;
    auto& cells = cells_[(r.published_true_alerts ? 1U : 0U) + (r.published_false_alerts ? 2U : 0U)];
    if (!cells) cells = cells_behind(metric_, r, outcome_);
    return std::any_of(cells->begin(), cells->end(), [&](const std::string& cell) { return held->second.contains(cell); });
  }

  [[nodiscard]] std::shared_ptr<const corrected_values> under_corrections(const std::vector<deployment_record>& corrections) const {
    std::set<cluster_tally> values, low, high;
    for (const deployment_record& correction : corrections) {
      const auto one = tally_of(metric_, correction, outcome_);
      if (!one || !sound(metric_, *one)) continue;
      values.insert(*one);
      const auto labels = labels_of(metric_, correction, *one);
      low.insert(labels ? labels->fewest : *one);
      high.insert(labels ? labels->most : *one);
    }
    return std::make_shared<const corrected_values>(
        corrected_values{{values.begin(), values.end()}, {low.begin(), low.end()}, {high.begin(), high.end()}});
  }

  metric_id metric_;
  const std::string& outcome_;
  const record_quality& quality_;
  std::array<std::optional<std::vector<std::string>>, 4> cells_;
};

void add(metric_tallies& out, const deployment_record* record, const deployment_reading& reading) {
  switch (reading.taken) {
    case reading_use::not_recorded: ++out.not_recorded; return;
    case reading_use::suspended: ++out.suspended; return;
    case reading_use::unusable:
      ++out.unusable;
      out.unusable_events += reading.lost_events;
      out.unlabelled += reading.unlabelled;
      return;
    case reading_use::disputed:
      out.disputed.push_back(reading.corrected->values);
      out.disputed_fewest.push_back(reading.corrected->fewest);
      out.disputed_most.push_back(reading.corrected->most);
      out.unresolved += reading.unresolved;
      out.doubtful.push_back(record);
      return;
    case reading_use::counted:
      out.clusters.push_back(reading.published);
      out.contributors.push_back(record);
      out.fewest.push_back(reading.fewest);
      out.most.push_back(reading.most);
      out.unresolved += reading.unresolved;
      out.not_adding_up += reading.does_not_add_up ? 1 : 0;
      out.labels_as_published = out.labels_as_published || reading.labels_as_published;
      return;
  }
}

void reserve(metric_tallies& out, std::size_t deployments) {
  for (auto* column : {&out.clusters, &out.fewest, &out.most}) column->reserve(deployments);
  out.contributors.reserve(deployments);
}

} // namespace

metric_readings::metric_readings(metric_id metric, const std::string& outcome, std::span<const deployment_record> records, const record_quality& quality)
    : records_(records) {
  reader one(metric, outcome, quality);
  readings_.reserve(records.size());
  for (const deployment_record& r : records) readings_.push_back(one.read(r));
}

metric_tallies metric_readings::of(std::span<const deployment_record* const> members) const {
  metric_tallies out;
  reserve(out, members.size());
  for (const deployment_record* member : members) {
    if (member < records_.data() || member >= records_.data() + records_.size()) throw std::invalid_argument("metric_readings: a member that is not among the records read");
    add(out, member, readings_[static_cast<std::size_t>(member - records_.data())]);
  }
  return out;
}

metric_tallies tallies_of(metric_id metric, std::span<const deployment_record* const> members, const std::string& outcome, const record_quality& quality) {
  metric_tallies out;
  reserve(out, members.size());
  reader one(metric, outcome, quality);
  for (const deployment_record* member : members) add(out, member, one.read(*member));
  return out;
}

} // namespace lfreval
