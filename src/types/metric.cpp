#include <lfreval/types/metric.hpp>

#include <algorithm>

namespace lfreval {

namespace {

using enum metric_family;
using enum limit_direction;
using s = section;

constexpr std::string_view no_exposure = "the denominator is zero or was not recorded";

constexpr std::array<metric_description, metric_count> table{{
    {metric_id::false_alerts_per_face, "false_alerts_per_face", "false alerts per face seen", share, s::identification, at_most,
     "Of the faces the cameras saw, the share that raised an alert for the wrong person.",
     "false alerts / faces seen", no_exposure,
     "How many people it affected: one person may be seen as several faces. How many listed people were missed. "
     "It is not the false positive identification rate, which counts passages by people known not to be listed.",
     "G4, C1, C3", "of the faces seen"},
    {metric_id::false_discovery_proportion, "false_discovery_proportion", "false alerts per resolved alert", share, s::identification,
     at_most, "Of the alerts whose truth was established, the share that was for the wrong person.",
     "false alerts / (true alerts + false alerts)", "no alert was resolved",
     "The chance that a passer-by is flagged. It moves with how many listed people come past, so it cannot be carried to another "
     "site.",
     "G5, C1, M44", "of the resolved alerts"},
    {metric_id::false_alerts_per_engagement, "false_alerts_per_engagement", "false alerts per engagement", rate, s::identification,
     at_most, "False alerts for each time an officer contacted someone.", "false alerts / engagements", no_exposure,
     "Whether the person contacted was the wrong one: see false engagements.", "G13", "per engagement"},
    {metric_id::false_alerts_per_hour, "false_alerts_per_hour", "false alerts per hour", rate, s::identification, at_most,
     "False alerts for each hour the cameras were live.", "3600 x false alerts / seconds live", no_exposure,
     "Anything about a single passer-by: it depends on how busy the street was.", "G13, M43", "per hour of deployment"},
    {metric_id::unresolved_alerts_per_alert, "unresolved_alerts_per_alert", "unresolved alerts per alert", share, s::identification,
     at_most, "Of the alerts, the share whose truth was never established.", "unresolved alerts / alerts", "there was no alert",
     "Whether the unresolved alerts were right or wrong.", "C7, M16", "of the alerts"},
    {metric_id::false_engagements_per_face, "false_engagements_per_face", "false engagements per face seen", share, s::burden, at_most,
     "Of the faces seen, the share that led to an officer contacting the wrong person.", "false engagements / faces seen", no_exposure,
     "How long the contact lasted or what it was like.", "G13", "of the faces seen"},
    {metric_id::false_engagements_per_engagement, "false_engagements_per_engagement", "false engagements per engagement", share, s::burden,
     at_most, "Of the times an officer contacted someone, the share in which it was the wrong person.",
     "false engagements / engagements", "nobody was engaged", "How long the contact lasted or what it was like.", "G13",
     "of the engagements"},
    {metric_id::false_engagements_per_false_alert, "false_engagements_per_false_alert", "false engagements per false alert", share,
     s::burden, at_most, "Of the false alerts, the share that an officer acted on.", "false engagements / false alerts",
     "there was no false alert", "Whether the operator would have caught the others with more time.", "G13, M31",
     "of the false alerts"},
    {metric_id::false_positive_identification_rate, "false_positive_identification_rate", "false positive identification rate (FPIR)",
     share, s::identification, at_most,
     "Of the passages by people who were not on the watchlist, the share that raised at least one alert.",
     "non-mated passages with an alert / non-mated passages", "there was no non-mated passage",
     "The rate at another watchlist size, threshold or version.", "G3, C3, C4, C5", "of the passages by people not listed"},
    {metric_id::true_positive_identification_rate, "true_positive_identification_rate", "true positive identification rate (TPIR)",
     share, s::identification, at_least,
     "Of the passages by people who were on the watchlist, the share that raised an alert for the right person.",
     "mated passages identified / mated passages", "nobody known to be listed was seen to pass",
     "The find rate in operational use, when the volunteers were not like the people sought.", "G1, C6, M15, M20",
     "of the passages by listed people"},
    {metric_id::false_negative_identification_rate, "false_negative_identification_rate", "false negative identification rate (FNIR)",
     share, s::identification, at_most,
     "Of the passages by people who were on the watchlist, the share that raised no alert for the right person.",
     "mated passages missed / mated passages", "nobody known to be listed was seen to pass",
     "The miss rate in operational use, when the volunteers were not like the people sought.", "G2, M15",
     "of the passages by listed people"},
    {metric_id::selectivity, "selectivity", "selectivity", rate, s::identification, at_most,
     "How many wrong candidates a search by someone not listed returns on average; it may exceed 1.",
     "false candidates / non-mated passages", "there was no non-mated passage", "How many searches were affected: that is the FPIR.",
     "G7, C4", "per passage by people not listed"},
    {metric_id::false_match_rate, "false_match_rate", "false match rate (FMR)", share, s::identification, at_most,
     "Of the one-to-one comparisons between different people, the share at or above the threshold.",
     "false matches / non-mated comparisons", "there was no non-mated comparison",
     "How often a passer-by is flagged: each passer-by is compared with the whole watchlist.", "G8, M10", "of the comparisons"},
    {metric_id::alerts_per_face, "alerts_per_face", "alerts per face seen", share, s::proportionality, none,
     "Of the faces seen, the share that raised an alert, right or wrong.", "alerts / faces seen", no_exposure,
     "Whether the alerts were right.", "G4", "of the faces seen"},
    {metric_id::alerts_per_hour, "alerts_per_hour", "alerts per hour", rate, s::proportionality, none,
     "Alerts an operator has to handle for each hour the cameras were live.", "3600 x alerts / seconds live", no_exposure,
     "Whether the alerts were right.", "F05", "per hour of deployment"},
    {metric_id::true_alerts_per_face, "true_alerts_per_face", "true alerts per face seen", share, s::proportionality, at_least,
     "Of the faces seen, the share that raised an alert judged to be the listed person.", "true alerts / faces seen", no_exposure,
     "The share of listed people found: those who passed unnoticed are in no record.", "G16", "of the faces seen"},
    {metric_id::true_alerts_per_alert, "true_alerts_per_alert", "true alerts per alert", share, s::proportionality, at_least,
     "Of the alerts, the share judged to be the listed person.", "true alerts / alerts", "there was no alert",
     "The share of listed people found. It moves with how many listed people come past.", "G6, M44", "of the alerts"},
    {metric_id::true_alerts_per_hour, "true_alerts_per_hour", "true alerts per hour", rate, s::proportionality, at_least,
     "Alerts judged to be the listed person, for each hour the cameras were live.", "3600 x true alerts / seconds live", no_exposure,
     "What another tactic would have found in the same officer hours.", "G16, M52", "per hour of deployment"},
    {metric_id::outcomes_per_face, "outcomes_per_face", "outcomes per face seen", share, s::proportionality, none,
     "Of the faces seen, the share that ended in the named outcome.", "outcomes / faces seen", no_exposure,
     "That the outcome was because of the alert, or what became of it in court.", "G14, M48", "of the faces seen"},
    {metric_id::outcomes_per_alert, "outcomes_per_alert", "outcomes per alert", share, s::proportionality, none,
     "Of the alerts, the share that ended in the named outcome.", "outcomes / alerts", "there was no alert",
     "That the outcome was because of the alert, or what became of it in court.", "G15, M48", "of the alerts"},
    {metric_id::outcomes_per_hour, "outcomes_per_hour", "outcomes per hour", rate, s::proportionality, none,
     "The named outcome, for each hour the cameras were live.", "3600 x outcomes / seconds live", no_exposure,
     "What another tactic would have achieved in the same officer hours.", "G15, M52", "per hour of deployment"},
    {metric_id::false_nonmatch_rate, "false_nonmatch_rate", "false non-match rate (FNMR)", share, s::identification, at_most,
     "Of the one-to-one comparisons of a person with themself, the share below the threshold or without a score.",
     "false non-matches / mated comparisons", "there was no mated comparison",
     "How often listed people are missed in use: cameras, light and pose are not those of a test.", "G8, M10", "of the mated comparisons"},
    {metric_id::failure_to_acquire_rate, "failure_to_acquire_rate", "failures to acquire (FTA)", share, s::identification, at_most,
     "Of the passages, the share of which the system made no template: nobody can be found or stopped then.",
     "passages not acquired / passages", "there was no passage",
     "Who was missed for another reason, or how often people were seen who are on no record.", "F04, G10", "of the passages"},
    {metric_id::group_share_of_false_alerts, "group_share_of_false_alerts", "share of the false alerts on people of a group", share, s::identification, none,
     "Of the false alerts whose group is on record, the share on people of this group.",
     "false alerts on people of the group / false alerts", "there was no false alert with a group on record",
     "Whether the group is alerted on too often: that depends on how many of the people who passed belong to it (M14, M25).", "M14, M25, M26",
     "of the false alerts"},
}};

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < metric_count; ++i)
    if (static_cast<std::size_t>(table[i].id) != i || static_cast<std::size_t>(metric_units_table[i].id) != i) return false;
  return true;
}
static_assert(in_enum_order());

} // namespace

const metric_description& describe(metric_id id) noexcept { return table[static_cast<std::size_t>(id)]; }

std::optional<metric_id> metric_from_key(std::string_view key) noexcept {
  const auto found = std::find_if(table.begin(), table.end(), [&](const metric_description& row) { return row.key == key; });
  if (found == table.end()) return std::nullopt;
  return found->id;
}

} // namespace lfreval
