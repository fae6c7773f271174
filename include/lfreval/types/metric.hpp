/// @file
/// The closed table of metrics. A rate exists only if a row here says what is divided by what, for which kinds of
/// source, and in which direction a limit on it runs. The denominator is part of the name.
///
/// To add a metric: one enumerator, one row in src/types/metric.cpp (words) and here (units), one test.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <lfreval/types/unit.hpp>

namespace lfreval {

/// Where records come from; it decides what they can support at all.
enum class source_kind : std::uint8_t {
  operational, ///< records of real deployments: who was missed is unknown
  seeded,      ///< volunteers whose passages are known
  scores,      ///< a technology test on score files
  published,   ///< quoted figures
};
[[nodiscard]] std::string_view to_string(source_kind) noexcept;

enum class metric_id : std::uint8_t {
  false_alerts_per_face,
  false_discovery_proportion,
  false_alerts_per_engagement,
  false_alerts_per_hour,
  unresolved_alerts_per_alert,
  false_engagements_per_face,
  false_engagements_per_engagement,
  false_engagements_per_false_alert,
  false_positive_identification_rate,
  true_positive_identification_rate,
  false_negative_identification_rate,
  selectivity,
  false_match_rate,
  alerts_per_face,
  alerts_per_hour,
  true_alerts_per_face,
  true_alerts_per_alert,
  true_alerts_per_hour,
  outcomes_per_face,
  outcomes_per_alert,
  outcomes_per_hour,
  false_nonmatch_rate,
  failure_to_acquire_rate,
  group_share_of_false_alerts,
  outcomes_per_engagement,
  outcomes_per_true_alert,
  watchlist_in_stated_category,
  watchlist_with_presence_reason,
  watchlist_with_individual_reason,
  watchlist_reviewed_in_time,
  watchlist_with_image_source,
  watchlist_not_wanted,
  watchlist_of_serious_offence,
  true_alerts_of_serious_offence,
  watchlist_encounter_rate,
  listed_minors_with_authority,
  stale_listings_per_true_alert,
  adjudication_specificity,
  adjudication_sensitivity,
  engagements_per_credible_alert,
  engagements_adjudicated_first,
  outcomes_per_officer_hour,
  kin_per_false_alert,
  operators_with_current_training,
  complaints_per_false_engagement,
  complaints_answered_in_time,
  deployments_authorised_before_start,
  deployments_with_notice_in_time,
  deployments_with_assessment_in_date,
  deployments_with_use_case,
  deployments_with_outcomes_on_record,
  force_per_false_engagement,
  found_with_known_address,
};
inline constexpr std::size_t metric_count = 53;

/// A `share` counts trials that did or did not end in the event (binomial, at most 1); a `rate` counts events over an
/// exposure that may hold any number of them (Poisson).
enum class metric_family : std::uint8_t { share, rate };

/// The side on which a limit bites.
enum class limit_direction : std::uint8_t { at_most, at_least, none };

/// The chapter of the report. Misses and false alerts stand together so that neither is read alone.
enum class section : std::uint8_t { identification, burden, proportionality };
[[nodiscard]] std::string_view to_string(section) noexcept;

/// The units of one metric: what the compiler needs.
struct metric_units {
  metric_id id;
  unit events;
  unit exposure;
};

inline constexpr std::array<metric_units, metric_count> metric_units_table{{
    {metric_id::false_alerts_per_face, unit::false_alerts, unit::faces},
    {metric_id::false_discovery_proportion, unit::false_alerts, unit::resolved_alerts},
    {metric_id::false_alerts_per_engagement, unit::false_alerts, unit::engagements},
    {metric_id::false_alerts_per_hour, unit::false_alerts, unit::seconds},
    {metric_id::unresolved_alerts_per_alert, unit::unresolved_alerts, unit::alerts},
    {metric_id::false_engagements_per_face, unit::false_engagements, unit::faces},
    {metric_id::false_engagements_per_engagement, unit::false_engagements, unit::engagements},
    {metric_id::false_engagements_per_false_alert, unit::false_engagements, unit::false_alerts},
    {metric_id::false_positive_identification_rate, unit::nonmated_passages_with_alert, unit::nonmated_passages},
    {metric_id::true_positive_identification_rate, unit::mated_passages_identified, unit::mated_passages},
    {metric_id::false_negative_identification_rate, unit::mated_passages_missed, unit::mated_passages},
    {metric_id::selectivity, unit::false_candidates, unit::nonmated_passages},
    {metric_id::false_match_rate, unit::false_matches, unit::comparisons},
    {metric_id::alerts_per_face, unit::alerts, unit::faces},
    {metric_id::alerts_per_hour, unit::alerts, unit::seconds},
    {metric_id::true_alerts_per_face, unit::true_alerts, unit::faces},
    {metric_id::true_alerts_per_alert, unit::true_alerts, unit::alerts},
    {metric_id::true_alerts_per_hour, unit::true_alerts, unit::seconds},
    {metric_id::outcomes_per_face, unit::outcomes, unit::faces},
    {metric_id::outcomes_per_alert, unit::outcomes, unit::alerts},
    {metric_id::outcomes_per_hour, unit::outcomes, unit::seconds},
    {metric_id::false_nonmatch_rate, unit::false_nonmatches, unit::mated_comparisons},
    {metric_id::failure_to_acquire_rate, unit::passages_not_acquired, unit::passages},
    {metric_id::group_share_of_false_alerts, unit::false_alerts_of_group, unit::false_alerts},
    {metric_id::outcomes_per_engagement, unit::outcomes, unit::engagements},
    {metric_id::outcomes_per_true_alert, unit::outcomes, unit::true_alerts},
    {metric_id::watchlist_in_stated_category, unit::listed_in_stated_category, unit::watchlist_persons},
    {metric_id::watchlist_with_presence_reason, unit::listed_with_presence_reason, unit::watchlist_persons},
    {metric_id::watchlist_with_individual_reason, unit::listed_with_individual_reason, unit::watchlist_persons},
    {metric_id::watchlist_reviewed_in_time, unit::listed_reviewed_in_time, unit::watchlist_persons},
    {metric_id::watchlist_with_image_source, unit::images_with_source, unit::watchlist_images},
    {metric_id::watchlist_not_wanted, unit::listed_not_wanted, unit::watchlist_persons},
    {metric_id::watchlist_of_serious_offence, unit::listed_for_serious_offence, unit::watchlist_persons},
    {metric_id::true_alerts_of_serious_offence, unit::serious_true_alerts, unit::alerts_with_offence_grade},
    {metric_id::watchlist_encounter_rate, unit::listed_persons_found, unit::watchlist_persons},
    {metric_id::listed_minors_with_authority, unit::authorised_listed_minors, unit::listed_minors},
    {metric_id::stale_listings_per_true_alert, unit::stale_true_alerts, unit::true_alerts},
    {metric_id::adjudication_specificity, unit::rejected_false_alerts, unit::adjudicated_false_alerts},
    {metric_id::adjudication_sensitivity, unit::accepted_true_alerts, unit::adjudicated_true_alerts},
    {metric_id::engagements_per_credible_alert, unit::credible_alerts_engaged, unit::credible_alerts},
    {metric_id::engagements_adjudicated_first, unit::adjudicated_engagements, unit::engagements},
    {metric_id::outcomes_per_officer_hour, unit::outcomes, unit::officer_seconds},
    {metric_id::kin_per_false_alert, unit::false_alerts_on_kin, unit::false_alerts_with_relation},
    {metric_id::operators_with_current_training, unit::operators_in_training, unit::operators},
    {metric_id::complaints_per_false_engagement, unit::complaints, unit::false_engagements},
    {metric_id::complaints_answered_in_time, unit::complaints_answered, unit::complaints},
    {metric_id::deployments_authorised_before_start, unit::deployments_authorised, unit::deployments},
    {metric_id::deployments_with_notice_in_time, unit::deployments_announced, unit::deployments},
    {metric_id::deployments_with_assessment_in_date, unit::deployments_assessed, unit::deployments},
    {metric_id::deployments_with_use_case, unit::deployments_of_stated_use, unit::deployments},
    {metric_id::deployments_with_outcomes_on_record, unit::deployments_followed_up, unit::deployments},
    {metric_id::force_per_false_engagement, unit::false_engagements_with_force, unit::false_engagements_with_force_on_record},
    {metric_id::found_with_known_address, unit::found_at_known_address, unit::found_with_address_on_record},
}};

/// The metric that divides `events` by `exposure`, if one is defined.
[[nodiscard]] constexpr std::optional<metric_id> metric_dividing(unit events, unit exposure) noexcept {
  for (const metric_units& row : metric_units_table)
    if (row.events == events && row.exposure == exposure) return row.id;
  return std::nullopt;
}

/// Which kinds of source can support a metric. Misses are known only where it is known who passed: an operational
/// record can never yield a true positive identification rate (M15).
[[nodiscard]] constexpr bool supports(source_kind kind, metric_id metric) noexcept {
  switch (metric) {
    case metric_id::true_positive_identification_rate:
    case metric_id::false_negative_identification_rate:
    case metric_id::selectivity:
    case metric_id::false_positive_identification_rate:
    case metric_id::failure_to_acquire_rate:
      return kind == source_kind::seeded || kind == source_kind::scores;
    case metric_id::false_match_rate:
    case metric_id::false_nonmatch_rate: return kind == source_kind::scores;
    default: return kind == source_kind::operational || kind == source_kind::seeded || kind == source_kind::published;
  }
}

/// Whether a metric is made from registers: the watchlist, the alerts one by one, documents of the force. Neither logs of a trial
/// nor totals of deployments can give it. These metrics stand last in the table, in one piece.
[[nodiscard]] constexpr bool needs_registers(metric_id metric) noexcept {
  return metric >= metric_id::watchlist_in_stated_category && metric <= metric_id::found_with_known_address;
}

/// True when a metric divides the unit of `Events` by the unit of `Exposure`: `divisible<false_alerts, faces>` holds,
/// `divisible<false_alerts, persons>` does not.
template <class Events, class Exposure>
concept divisible = requires {
  Events::measured_in;
  Exposure::measured_in;
} && metric_dividing(Events::measured_in, Exposure::measured_in).has_value();

/// Everything that is printed about a metric. One row each; the schema, docs/metrics.md and `lfreval explain` read it.
struct metric_description {
  metric_id id;
  std::string_view key;       ///< `false_alerts_per_face`
  std::string_view name;      ///< `false alerts per face seen`
  metric_family family;
  section in_section;
  limit_direction direction;
  std::string_view meaning;   ///< a sentence for an officer
  std::string_view formula;
  std::string_view undefined_when;
  std::string_view cannot_show; ///< what a reader must not take from it
  std::string_view cites;     ///< glossary ids and sources, comma separated
  std::string_view of_the;    ///< `of the faces seen`: the words that keep the denominator in every sentence (M02)
};

[[nodiscard]] const metric_description& describe(metric_id) noexcept;
[[nodiscard]] std::optional<metric_id> metric_from_key(std::string_view key) noexcept;
[[nodiscard]] inline std::string_view to_string(metric_id id) noexcept { return describe(id).key; }
[[nodiscard]] constexpr const metric_units& units_of(metric_id id) noexcept {
  return metric_units_table[static_cast<std::size_t>(id)];
}

/// How many exposure units the printed rate is per: 3,600 seconds for rates per hour, 1 otherwise.
[[nodiscard]] constexpr std::uint64_t printed_per(metric_id id) noexcept {
  return is_time(units_of(id).exposure) ? 3600 : 1;
}

} // namespace lfreval
