#include <lfreval/proportionality/conduct.hpp>

#include <algorithm>
#include <map>

namespace lfreval {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t urgent_hours = 24; // AI Act Art. 5(3): a request within a day of an urgent use

std::optional<moment> start_of(const deployment_use& use) { return use.authorisation == nullptr ? std::nullopt : use.authorisation->started; }

/// The strictest value that any document declares.
template <class Better> std::optional<std::uint64_t> strictest(const register_log& registers, std::optional<std::uint64_t> document_entry::*field, const Better& better) {
  std::optional<std::uint64_t> out;
  for (const document_entry& one : registers.documents)
    if (one.*field) out = out ? better(*out, *(one.*field)) : *(one.*field);
  return out;
}

class deployment_tallier {
public:
  deployment_tallier(indicator_parts& out, const std::vector<deployment_use>& uses) : out_(out), uses_(uses) {}

  /// One cluster for each deployment of which `holds` says yes or no; one that cannot tell is counted as not recorded.
  template <class Holds> void tally(metric_id metric, bool answerable, const Holds& holds) {
    tallied_metric made{metric, "", cluster_unit::deployment, {}, 0};
    if (answerable)
      for (const deployment_use& use : uses_) {
        if (const std::optional<bool> answer = holds(use)) made.clusters.push_back({*answer ? 1U : 0U, 1});
        else ++made.not_recorded;
      }
    out_.metrics.push_back(std::move(made));
  }

private:
  indicator_parts& out_;
  const std::vector<deployment_use>& uses_;
};

void add_notices(indicator_parts& out, const register_log& registers, const std::vector<deployment_use>& uses) {
  std::map<std::string, std::vector<const notice_entry*>> by_deployment;
  for (const notice_entry& one : registers.notices) by_deployment[one.deployment].push_back(&one);
  const auto notices_of = [&](const deployment_use& use) -> const std::vector<const notice_entry*>* {
    const auto at = by_deployment.find(use.name);
    return at == by_deployment.end() ? nullptr : &at->second;
  };
  /// Seconds from the first notice to the start.
  const auto lead = [&](const deployment_use& use) -> std::optional<std::int64_t> {
    const auto started = start_of(use);
    const auto* given = notices_of(use);
    if (!started || given == nullptr) return std::nullopt;
    std::optional<std::int64_t> out_of;
    for (const notice_entry* one : *given)
      if (one->published) {
        const std::int64_t ahead = *started / second - *one->published / second;
        out_of = std::max(out_of.value_or(ahead), ahead);
      }
    return out_of;
  };
  const auto hours = strictest(registers, &document_entry::notice_hours, [](std::uint64_t a, std::uint64_t b) { return std::max(a, b); });
  deployment_tallier(out, uses).tally(metric_id::deployments_with_notice_in_time, hours.has_value(), [&](const deployment_use& use) -> std::optional<bool> {
    if (!start_of(use)) return std::nullopt;
    const auto ahead = lead(use);
    return ahead && *ahead >= 0 && static_cast<std::uint64_t>(*ahead) >= *hours * 3600;
  });
  indicator_distribution times{"notice_lead_time", {}, {}, 0};
  for (const deployment_use& use : uses) {
    if (const auto ahead = lead(use)) times.values.push_back(static_cast<double>(*ahead) / 3600.0);
    else ++times.not_recorded;
  }
  out.distributions.push_back(std::move(times));

  constexpr std::pair<const char*, const char*> topics[] = {
      {"how_captured", "how faces are captured"}, {"how_long", "how long data are kept"}, {"who_to_ask", "who to ask"}, {"why", "what it is for"}};
  for (const auto& [topic, words] : topics) {
    const std::string wanted = topic;
    indicator_check told = started_check("notice_tells", "A notice of each deployment says " + std::string(words), {{"topic", wanted}});
    for (const deployment_use& use : uses) {
      const auto* given = notices_of(use);
      ++told.made.examined;
      if (given == nullptr) name_row(told, use.name, "no notice on record");
      else if (std::none_of(given->begin(), given->end(), [&](const notice_entry* n) { return n->tells.contains(wanted); })) name_row(told, use.name, "no notice says it");
    }
    out.checks.push_back(std::move(told));
  }
}

void add_authorisations(indicator_parts& out, const register_log& registers, const std::vector<deployment_use>& uses) {
  deployment_tallier tallier(out, uses);
  tallier.tally(metric_id::deployments_authorised_before_start, true, [](const deployment_use& use) -> std::optional<bool> {
    if (use.authorisation == nullptr) return false;
    if (!use.authorisation->started) return std::nullopt;
    return use.authorisation->authorised && *use.authorisation->authorised < *use.authorisation->started;
  });

  indicator_check times = started_check("planned_times_kept", "Each deployment began and ended within its planned times");
  indicator_check places = started_check("sensitive_place_justified", "Each deployment at a sensitive place is justified");
  indicator_check judicial = started_check("judicial_authorisation_in_time", "A judge or an independent authority allowed each deployment before its start, or within 24 hours where it was urgent");
  indicator_check uses_told = started_check("register_of_uses", "Each deployment is authorised and was notified or registered");
  const bool says_judicial = std::any_of(registers.authorisations.begin(), registers.authorisations.end(), [](const auto& a) { return a.judicial.has_value(); });
  const bool says_notified = std::any_of(registers.authorisations.begin(), registers.authorisations.end(), [](const auto& a) { return a.notified.has_value(); });
  for (const deployment_use& use : uses) {
    const authorisation_entry* a = use.authorisation;
    if (says_notified) {
      ++uses_told.made.examined;
      if (a == nullptr) name_row(uses_told, use.name, "no authorisation on record");
      else if (!a->notified) name_row(uses_told, use.name, "not notified");
    }
    if (says_judicial) {
      ++judicial.made.examined;
      const std::int64_t allowed = a != nullptr && a->urgent == true ? urgent_hours * 3600 * second : 0;
      if (a == nullptr || !a->judicial) name_row(judicial, use.name, "none on record");
      else if (!a->started) name_row(judicial, use.name, "the start is not on record");
      else if (*a->judicial > *a->started + allowed) name_row(judicial, use.name, std::to_string((*a->judicial - *a->started) / (60 * second)) + " minutes after the start");
    }
    if (a == nullptr) continue;
    if (a->planned_start && a->planned_end && a->started && a->ended) {
      ++times.made.examined;
      if (*a->started < *a->planned_start) name_row(times, use.name, std::to_string((*a->planned_start - *a->started) / (60 * second)) + " minutes early");
      if (*a->ended > *a->planned_end) name_row(times, use.name, std::to_string((*a->ended - *a->planned_end) / (60 * second)) + " minutes late");
    }
    if (!a->sensitive_place.empty()) {
      ++places.made.examined;
      if (a->sensitive_place != "none" && !a->justified) name_row(places, use.name, a->sensitive_place + ", no justification on record");
    }
  }
  // M65: what was authorised and is in no record is missing from every total.
  std::uint64_t without_record = 0;
  for (const authorisation_entry& a : registers.authorisations)
    without_record += std::none_of(uses.begin(), uses.end(), [&](const deployment_use& use) { return use.authorisation == &a; }) ? 1 : 0;
  if (says_notified && without_record != 0) name_row(uses_told, "authorised", std::to_string(without_record) + (without_record == 1 ? " authorisation" : " authorisations") + " without a record of the deployment");
  for (indicator_check* one : {&times, &places, &judicial, &uses_told}) out.checks.push_back(std::move(*one));
}

void add_complaints(indicator_parts& out, const register_log& registers, const std::vector<deployment_use>& uses, std::optional<calendar_date> as_of) {
  const auto days = strictest(registers, &document_entry::complaint_days, [](std::uint64_t a, std::uint64_t b) { return std::min(a, b); });
  tallied_metric answered{metric_id::complaints_answered_in_time, "", cluster_unit::person, {}, 0};
  if (days) {
    for (const complaint_entry& one : registers.complaints) {
      const std::int64_t taken = one.answered ? days_between(one.received, *one.answered) : as_of ? days_between(one.received, *as_of) : -1;
      const bool overdue = taken > static_cast<std::int64_t>(*days);
      if (one.answered) answered.clusters.push_back({overdue ? 0U : 1U, 1});
      else if (overdue) answered.clusters.push_back({0, 1});
      else ++answered.not_recorded; // still open, and not known to be late
    }
    if (answered.clusters.empty()) answered.clusters.push_back({0, 0});
    answered.not_recorded = 0;
  }
  out.metrics.push_back(std::move(answered));

  tallied_metric per_stop{metric_id::complaints_per_false_engagement, "", cluster_unit::deployment, {}, 0};
  const bool all_named = std::all_of(registers.complaints.begin(), registers.complaints.end(), [](const complaint_entry& one) { return !one.deployment.empty(); });
  cluster_tally whole;
  for (const deployment_use& use : uses) {
    if (!use.record->false_engaged) { ++per_stop.not_recorded; continue; }
    const auto made = static_cast<std::uint64_t>(std::count_if(registers.complaints.begin(), registers.complaints.end(), [&](const complaint_entry& one) { return one.deployment == use.name; }));
    const cluster_tally here{made, use.record->false_engaged->value()};
    whole.exposure += here.exposure;
    // A complaint about a deployment without a wrong stop is about something else than the stop; it stays in the total.
    if (here.exposure != 0) per_stop.clusters.push_back(here);
    else if (made != 0) whole.events += made;
  }
  if (!all_named || whole.events != 0 || per_stop.clusters.empty()) {
    whole.events = registers.complaints.size();
    per_stop.clusters.clear();
    if (whole.exposure != 0) per_stop.clusters.push_back(whole);
    else if (per_stop.not_recorded != uses.size()) per_stop.clusters.push_back({0, 0});
  }
  out.metrics.push_back(std::move(per_stop));
}

} // namespace

indicator_parts conduct_parts(const register_log& registers, const std::vector<deployment_use>& uses, std::optional<calendar_date> as_of) {
  indicator_parts out;
  deployment_tallier tallier(out, uses);
  tallier.tally(metric_id::deployments_with_use_case, true,
                [](const deployment_use& use) { return std::optional(!use.record->use_case.empty() || (use.authorisation != nullptr && !use.authorisation->use_case.empty())); });
  tallier.tally(metric_id::deployments_with_outcomes_on_record, true, [](const deployment_use& use) { return std::optional(!use.record->outcomes.empty()); });
  const bool has_assessment = std::any_of(registers.documents.begin(), registers.documents.end(), [](const document_entry& d) { return d.kind == "dpia" && d.dated; });
  tallier.tally(metric_id::deployments_with_assessment_in_date, has_assessment, [&](const deployment_use& use) -> std::optional<bool> {
    if (!use.day) return std::nullopt;
    return std::any_of(registers.documents.begin(), registers.documents.end(), [&](const document_entry& d) {
      return d.kind == "dpia" && d.dated && *d.dated <= *use.day && d.review_due && *d.review_due >= *use.day;
    });
  });
  add_notices(out, registers, uses);
  add_authorisations(out, registers, uses);
  add_complaints(out, registers, uses, as_of);

  tallied_metric trained{metric_id::operators_with_current_training, "", cluster_unit::person, {}, 0};
  if (const auto last = last_day(uses))
    for (const operator_entry& one : registers.operators)
      trained.clusters.push_back({one.trained_on && *one.trained_on <= *last && one.valid_until && *one.valid_until >= *last ? 1U : 0U, 1});
  out.metrics.push_back(std::move(trained));
  return out;
}

} // namespace lfreval
