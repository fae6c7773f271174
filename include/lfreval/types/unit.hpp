/// @file
/// Units are types: a count of faces is not a count of people, and the compiler knows it.
#pragma once

#include <compare>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace lfreval {

/// What is counted. The glossary in docs/glossary.md says how each is recognised in a log.
enum class unit : std::uint8_t {
  faces,                                  ///< faces seen: tracks the software detected; one person may give several
  passages,                               ///< traversals of the zone by one person, mated or not
  mated_passages,                         ///< passages by someone on the watchlist in force
  nonmated_passages,                      ///< passages by someone not on it
  persons,                                ///< distinct people
  alerts,                                 ///< comparisons at or above the threshold shown to an operator
  true_alerts,                            ///< alerts judged to be the listed person
  false_alerts,                           ///< alerts judged not to be
  unresolved_alerts,                      ///< alerts whose truth was never established
  resolved_alerts,                        ///< alerts whose truth was established, true or false
  engagements,                            ///< times an officer contacted the person alerted on
  true_engagements,                       ///< of the listed person
  false_engagements,                      ///< of someone else
  outcomes,                               ///< arrests, disposals and other results, by the name the record gives them
  nonmated_passages_with_alert,           ///< non-mated passages with one or more alerts
  mated_passages_identified,              ///< mated passages with an alert for the right person
  mated_passages_missed,                  ///< mated passages without one
  false_candidates,                       ///< candidates at or above the threshold in non-mated searches
  comparisons,                            ///< non-mated one-to-one comparisons
  false_matches,                          ///< of those, at or above the threshold
  watchlist_images,
  watchlist_persons,
  seconds,                                ///< time the cameras were live; printed as hours
  deployments,
  mated_comparisons,                      ///< one-to-one comparisons of one person with themself
  false_nonmatches,                       ///< of those, below the threshold or failed
  passages_not_acquired,                  ///< passages of which no template was made
  false_alerts_of_group,                  ///< false alerts on people of one group
  serious_true_alerts,                    ///< true alerts on people listed for one
  stale_true_alerts,                      ///< of the right person, who should no longer have been listed
  alerts_with_offence_grade,              ///< true alerts whose listing names its grade
  listed_in_stated_category,              ///< listed under a category that the policy names
  listed_with_presence_reason,            ///< listed with a recorded reason to expect them at the place
  listed_with_individual_reason,          ///< listed with a legal basis and an offence or other ground of their own
  listed_reviewed_in_time,                ///< whose entry was verified within the time the policy allows
  listed_not_wanted,                      ///< listed for another reason than being wanted by police or court
  listed_for_serious_offence,
  listed_persons_found,                   ///< listed persons whom at least one true alert was about
  found_with_address_on_record,
  found_at_known_address,
  listed_minors,                          ///< persons under 18 on the watchlist
  authorised_listed_minors,               ///< of those, listed on a named authority
  images_with_source,
  adjudicated_false_alerts,               ///< false alerts that an operator judged before any contact
  rejected_false_alerts,                  ///< of those, judged not to be the listed person
  adjudicated_true_alerts,                ///< true alerts that an operator judged before any contact
  accepted_true_alerts,                   ///< of those, judged to be the listed person
  credible_alerts,                        ///< alerts that an operator judged to be the listed person
  credible_alerts_engaged,                ///< of those, after which an officer contacted the person
  adjudicated_engagements,                ///< contacts before which a named operator had judged the alert
  officer_seconds,                        ///< officers times time; printed as officer-hours
  false_alerts_on_kin,                    ///< on a relative or twin of the person listed
  false_alerts_with_relation,
  operators,                              ///< people who judge alerts
  operators_in_training,
  complaints,
  complaints_answered,
  deployments_authorised,
  deployments_announced,
  deployments_assessed,
  deployments_of_stated_use,
  deployments_followed_up,
  false_engagements_with_force_on_record,
  false_engagements_with_force,
  money,                                  ///< whole units of the currency that the register of costs names
  expected_outcomes,                      ///< outcomes that were expected before the first use
  eligible_persons,                       ///< people who meet the criteria of the list, listed or not
};

namespace detail {
struct unit_noun {
  std::string_view singular, plural;
};
/// In the order of `unit`.
inline constexpr unit_noun unit_nouns[] = {
    {"face", "faces"},
    {"passage", "passages"},
    {"mated passage", "mated passages"},
    {"non-mated passage", "non-mated passages"},
    {"person", "persons"},
    {"alert", "alerts"},
    {"true alert", "true alerts"},
    {"false alert", "false alerts"},
    {"unresolved alert", "unresolved alerts"},
    {"resolved alert", "resolved alerts"},
    {"engagement", "engagements"},
    {"true engagement", "true engagements"},
    {"false engagement", "false engagements"},
    {"outcome", "outcomes"},
    {"non-mated passage with an alert", "non-mated passages with an alert"},
    {"mated passage identified", "mated passages identified"},
    {"mated passage missed", "mated passages missed"},
    {"false candidate", "false candidates"},
    {"comparison", "comparisons"},
    {"false match", "false matches"},
    {"watchlist image", "watchlist images"},
    {"watchlist person", "watchlist persons"},
    {"second", "seconds"},
    {"deployment", "deployments"},
    {"mated comparison", "mated comparisons"},
    {"false non-match", "false non-matches"},
    {"passage not acquired", "passages not acquired"},
    {"false alert of the group", "false alerts of the group"},
    {"true alert for a serious offence", "true alerts for a serious offence"},
    {"true alert on a stale listing", "true alerts on a stale listing"},
    {"true alert with an offence grade on record", "true alerts with an offence grade on record"},
    {"watchlist person in a stated category", "watchlist persons in a stated category"},
    {"watchlist person with a reason to expect them", "watchlist persons with a reason to expect them"},
    {"watchlist person with a reason of their own", "watchlist persons with a reason of their own"},
    {"watchlist person reviewed in time", "watchlist persons reviewed in time"},
    {"watchlist person not wanted", "watchlist persons not wanted"},
    {"watchlist person listed for a serious offence", "watchlist persons listed for a serious offence"},
    {"watchlist person found", "watchlist persons found"},
    {"watchlist person found for whom it is on record whether the address was known", "watchlist persons found for whom it is on record whether the address was known"},
    {"watchlist person found whose address was known", "watchlist persons found whose address was known"},
    {"listed minor", "listed minors"},
    {"listed minor with authority", "listed minors with authority"},
    {"watchlist image with a source", "watchlist images with a source"},
    {"adjudicated false alert", "adjudicated false alerts"},
    {"false alert rejected", "false alerts rejected"},
    {"adjudicated true alert", "adjudicated true alerts"},
    {"true alert accepted", "true alerts accepted"},
    {"credible alert", "credible alerts"},
    {"credible alert engaged", "credible alerts engaged"},
    {"engagement adjudicated first", "engagements adjudicated first"},
    {"officer-second", "officer-seconds"},
    {"false alert on kin", "false alerts on kin"},
    {"false alert with the relation on record", "false alerts with the relation on record"},
    {"operator", "operators"},
    {"operator with current training", "operators with current training"},
    {"complaint", "complaints"},
    {"complaint answered in time", "complaints answered in time"},
    {"deployment authorised before its start", "deployments authorised before their start"},
    {"deployment with notice in time", "deployments with notice in time"},
    {"deployment with an assessment in date", "deployments with an assessment in date"},
    {"deployment with a stated use", "deployments with a stated use"},
    {"deployment with outcomes on record", "deployments with outcomes on record"},
    {"false engagement for which it is on record whether force was used", "false engagements for which it is on record whether force was used"},
    {"false engagement with force", "false engagements with force"},
    {"unit of money", "units of money"},
    {"expected outcome", "expected outcomes"},
    {"eligible person", "eligible persons"},
};
static_assert(std::size(unit_nouns) == static_cast<std::size_t>(unit::eligible_persons) + 1);
} // namespace detail

/// Plural noun, as it is printed and written to JSON: `false alerts`.
[[nodiscard]] constexpr std::string_view to_string(unit u) noexcept { return detail::unit_nouns[static_cast<std::size_t>(u)].plural; }
/// `false alert`.
[[nodiscard]] constexpr std::string_view singular(unit u) noexcept { return detail::unit_nouns[static_cast<std::size_t>(u)].singular; }

/// Whether a unit is a length of time, which is counted in seconds and printed in hours.
[[nodiscard]] constexpr bool is_time(unit u) noexcept { return u == unit::seconds || u == unit::officer_seconds; }

/// Counts above this are refused: beyond 2^52 a double no longer holds every integer with a bit to spare, and the
/// incomplete beta function loses its digits.
inline constexpr std::uint64_t largest_count = std::uint64_t{1} << 52;

/// A whole number of one unit. Same units add and compare; nothing converts to or from another unit.
/// `faces{8600}`; `faces{-1}` and `faces{1.5}` do not compile; above `largest_count` throws `std::invalid_argument`.
template <unit U> class count {
public:
  static constexpr unit measured_in = U;

  constexpr count() noexcept = default;
  constexpr explicit count(std::uint64_t n) : n_(n) {
    if (n > largest_count) throw std::invalid_argument("count: above 2^52");
  }

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return n_; }

  friend constexpr auto operator<=>(count, count) = default;
  friend constexpr count operator+(count a, count b) { return count(a.n_ + b.n_); }
  constexpr count& operator+=(count other) { return *this = *this + other; }

private:
  std::uint64_t n_ = 0;
};

using faces = count<unit::faces>;
using passages = count<unit::passages>;
using mated_passages = count<unit::mated_passages>;
using nonmated_passages = count<unit::nonmated_passages>;
using persons = count<unit::persons>;
using alerts = count<unit::alerts>;
using true_alerts = count<unit::true_alerts>;
using false_alerts = count<unit::false_alerts>;
using unresolved_alerts = count<unit::unresolved_alerts>;
using resolved_alerts = count<unit::resolved_alerts>;
using engagements = count<unit::engagements>;
using true_engagements = count<unit::true_engagements>;
using false_engagements = count<unit::false_engagements>;
using outcomes = count<unit::outcomes>;
using nonmated_passages_with_alert = count<unit::nonmated_passages_with_alert>;
using mated_passages_identified = count<unit::mated_passages_identified>;
using mated_passages_missed = count<unit::mated_passages_missed>;
using false_candidates = count<unit::false_candidates>;
using comparisons = count<unit::comparisons>;
using false_matches = count<unit::false_matches>;
using watchlist_images = count<unit::watchlist_images>;
using watchlist_persons = count<unit::watchlist_persons>;
using seconds = count<unit::seconds>;
using deployments = count<unit::deployments>;
using mated_comparisons = count<unit::mated_comparisons>;
using false_nonmatches = count<unit::false_nonmatches>;
using passages_not_acquired = count<unit::passages_not_acquired>;
using false_alerts_of_group = count<unit::false_alerts_of_group>;
using serious_true_alerts = count<unit::serious_true_alerts>;
using stale_true_alerts = count<unit::stale_true_alerts>;
using alerts_with_offence_grade = count<unit::alerts_with_offence_grade>;
using listed_in_stated_category = count<unit::listed_in_stated_category>;
using listed_with_presence_reason = count<unit::listed_with_presence_reason>;
using listed_with_individual_reason = count<unit::listed_with_individual_reason>;
using listed_reviewed_in_time = count<unit::listed_reviewed_in_time>;
using listed_not_wanted = count<unit::listed_not_wanted>;
using listed_for_serious_offence = count<unit::listed_for_serious_offence>;
using listed_persons_found = count<unit::listed_persons_found>;
using found_with_address_on_record = count<unit::found_with_address_on_record>;
using found_at_known_address = count<unit::found_at_known_address>;
using listed_minors = count<unit::listed_minors>;
using authorised_listed_minors = count<unit::authorised_listed_minors>;
using images_with_source = count<unit::images_with_source>;
using adjudicated_false_alerts = count<unit::adjudicated_false_alerts>;
using rejected_false_alerts = count<unit::rejected_false_alerts>;
using adjudicated_true_alerts = count<unit::adjudicated_true_alerts>;
using accepted_true_alerts = count<unit::accepted_true_alerts>;
using credible_alerts = count<unit::credible_alerts>;
using credible_alerts_engaged = count<unit::credible_alerts_engaged>;
using adjudicated_engagements = count<unit::adjudicated_engagements>;
using officer_seconds = count<unit::officer_seconds>;
using false_alerts_on_kin = count<unit::false_alerts_on_kin>;
using false_alerts_with_relation = count<unit::false_alerts_with_relation>;
using operators = count<unit::operators>;
using operators_in_training = count<unit::operators_in_training>;
using complaints = count<unit::complaints>;
using complaints_answered = count<unit::complaints_answered>;
using deployments_authorised = count<unit::deployments_authorised>;
using deployments_announced = count<unit::deployments_announced>;
using deployments_assessed = count<unit::deployments_assessed>;
using deployments_of_stated_use = count<unit::deployments_of_stated_use>;
using deployments_followed_up = count<unit::deployments_followed_up>;
using false_engagements_with_force_on_record = count<unit::false_engagements_with_force_on_record>;
using false_engagements_with_force = count<unit::false_engagements_with_force>;
using money = count<unit::money>;
using expected_outcomes = count<unit::expected_outcomes>;
using eligible_persons = count<unit::eligible_persons>;

/// Resolved alerts are the true and the false ones; nothing else adds across units.
[[nodiscard]] constexpr resolved_alerts operator+(true_alerts t, false_alerts f) {
  return resolved_alerts(t.value() + f.value());
}

} // namespace lfreval
