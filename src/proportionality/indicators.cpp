#include <lfreval/proportionality/indicator.hpp>

#include <algorithm>
#include <array>

#include <lfreval/study/tables.hpp>

namespace lfreval {

namespace {

using enum limb;
using k = indicator_kind;
using m = metric_id;

constexpr std::string_view evidence[] = {
    "alerts", "deployments", "passages", "watchlist",
    "documents", "tests", "changes", "comparators", "costs", "staffing", "complaints", "notices", "retention", "expectations", "operators",
    "authorisations", "disclosures",
};

constexpr indicator_axis by_document[] = {{"document", document_kinds}};
constexpr indicator_axis by_outcome[] = {{"outcome", ""}};
constexpr indicator_axis by_tactic[] = {{"outcome", ""}, {"tactic", ""}};
constexpr indicator_axis by_topic[] = {{"topic", "how_captured|how_long|who_to_ask|why"}};
constexpr indicator_axis by_route[] = {{"for", "listed|scanned"}, {"route", "access|complaint|objection"}};
constexpr indicator_axis by_kept[] = {{"what", "alert|no_alert_template|video|watchlist"}};
constexpr indicator_axis by_group[] = {{"group", ""}};
constexpr std::span<const indicator_axis> plain;

constexpr std::string_view give_documents = "List the document in the register of documents, with its date, version, review date and contents.";
constexpr std::string_view give_watchlist = "Give the watchlist register: one row for each image, with category, offence grade, legal basis, source, dates, reason to expect the person and authority.";
constexpr std::string_view give_alerts = "Log each alert with the operator's judgement and name, whether an officer engaged, who it was, how long it took, whether force was used and what came of it.";
constexpr std::string_view give_deployments = "Give one record for each authorised deployment.";
constexpr std::string_view give_notices = "Register each public notice with its deployment, the time it was published and what it tells.";
constexpr std::string_view give_authorisations = "Register the authorisation of each deployment: when, by whom, on what grounds, planned start and end, and why there.";
constexpr std::string_view give_tests = "Register each test report: version, threshold, list size, population, date, and who ran, paid for and scoped it.";
constexpr std::string_view give_changes = "Register each change of threshold, list, system or camera, with its date and reason.";
constexpr std::string_view give_comparators = "Register what another tactic achieved: dates, site, officer hours, cost and outcomes; and what was counted before and after where facial recognition came into use, and where it never did.";
constexpr std::string_view give_staffing = "Register the officers and officer hours of each deployment.";
constexpr std::string_view give_costs = "Register all costs, the vendor's and the sunk ones included.";
constexpr std::string_view give_complaints = "Register each complaint, with the dates it was made and answered.";
constexpr std::string_view give_retention = "Register each retention period as each document states it, and as it was measured.";
constexpr std::string_view give_expectations = "Register before the first deployment what is expected, and when to stop.";
constexpr std::string_view give_operators = "Register the people who judge alerts, with the dates of their training.";
constexpr std::string_view give_disclosures = "Register when each adverse test result was told to the regulator.";
constexpr std::string_view give_seeded = "Seed deployments with volunteers who are on the list, and log each of their passages.";

/// What a rate prints is in its metric.
constexpr indicator rate(m id, limb bears_on, std::string_view needs, std::string_view remedy, std::string_view cites, std::span<const indicator_axis> axes = plain) {
  return {{}, {}, bears_on, k::rate, {}, axes, needs, remedy, cites, id};
}
constexpr indicator check(std::string_view key, std::string_view name, limb bears_on, std::string_view needs, std::string_view remedy, std::string_view cites,
                          std::span<const indicator_axis> axes = plain) {
  return {key, name, bears_on, k::check, {}, axes, needs, remedy, cites, std::nullopt};
}

constexpr indicator written[] = {
    // Gate 0: who, where and why, fixed in advance and kept to.
    check("document_present", "the document exists", legality, "documents", give_documents, "A01, A02, A03, B01, B02, E01", by_document),
    check("document_before_use", "the document is older than the first use", legality, "deployments, documents", give_documents, "A03, A11, C08", by_document),
    check("document_in_date", "the document was not overdue for review at the last use", legality, "deployments, documents", give_documents, "A02, A14, C16", by_document),
    check("document_complete", "the document has the contents that the law names", legality, "documents", give_documents, "A03, H07", by_document),
    check("consultation_where_risk_high", "the regulator was consulted where risk stayed high", legality, "documents", give_documents, "A04"),
    check("retention_consistent", "documents state the same retention periods", legality, "retention", give_retention, "C16, M63"),
    check("retention_kept", "retention periods were kept", legality, "retention", give_retention, "A07, D06", by_kept),
    check("planned_times_kept", "deployments kept to their planned times", legality, "authorisations, deployments", give_authorisations, "D04, H02"),
    check("sensitive_place_justified", "sensitive places are justified", legality, "authorisations", give_authorisations, "A13, D08"),
    check("judicial_authorisation_in_time", "a judge or independent authority decided in time", legality, "authorisations, deployments", give_authorisations, "H03"),
    check("register_of_uses", "every use is notified or registered", legality, "authorisations, deployments", give_authorisations, "H04, M65"),
    check("independent_oversight", "a body outside the force oversees it", legality, "documents", give_documents, "D04, E05"),
    check("preregistered_before_use", "aims and measures were fixed before the first use", legality, "deployments, expectations", give_expectations, "E01, M47, M54"),
    check("stop_rule_declared", "a rule to stop was declared before the first use", legality, "deployments, expectations", give_expectations, "C17"),
    rate(m::watchlist_in_stated_category, legality, "watchlist", give_watchlist, "B01, D01, M57"),
    rate(m::watchlist_with_presence_reason, legality, "watchlist", give_watchlist, "B02, M56"),
    rate(m::watchlist_with_image_source, legality, "watchlist", give_watchlist, "D03, C07"),
    rate(m::watchlist_reviewed_in_time, legality, "watchlist", give_watchlist, "C04, D02"),
    rate(m::listed_minors_with_authority, legality, "watchlist", give_watchlist, "D07, M66"),
    rate(m::deployments_authorised_before_start, legality, "authorisations, deployments", give_authorisations, "D01, C08"),
    rate(m::deployments_with_assessment_in_date, legality, "deployments, documents", give_documents, "C05"),
    rate(m::deployments_with_use_case, legality, "deployments", "Name the use of each deployment: hotspot, access route, protective security or intelligence.", "B12, M56"),
    {"watchlist_growth", "size of the watchlist over time", legality, k::curve, "watchlist images", plain, "deployments", "Publish the size of the list with each deployment.", "D02, M55", std::nullopt},

    // Limb 1: an aim important enough.
    rate(m::watchlist_of_serious_offence, legitimate_aim, "watchlist", give_watchlist, "C02, M49"),
    rate(m::true_alerts_of_serious_offence, legitimate_aim, "alerts, watchlist", give_alerts, "C02, M49"),
    rate(m::watchlist_not_wanted, legitimate_aim, "watchlist", give_watchlist, "M57"),
    {"watchlist_persons_by_category", "who is on the watchlist", legitimate_aim, k::curve, "watchlist persons", plain, "watchlist", give_watchlist, "C07, M49, M57", std::nullopt},

    // Limb 2: it finds the people it is for.
    rate(m::true_positive_identification_rate, rational_connection, "passages", give_seeded, "G1, M15"),
    rate(m::false_negative_identification_rate, rational_connection, "passages", give_seeded, "G2, M15"),
    rate(m::failure_to_acquire_rate, rational_connection, "passages", give_seeded, "F04, G10"),
    rate(m::watchlist_encounter_rate, rational_connection, "alerts, watchlist", give_alerts, "G16, M56, M69"),
    rate(m::true_alerts_per_alert, rational_connection, "deployments", give_deployments, "G6, M44"),
    rate(m::true_alerts_per_face, rational_connection, "deployments", give_deployments, "G16"),
    rate(m::true_alerts_per_hour, rational_connection, "deployments", give_deployments, "G16, M52"),
    rate(m::unresolved_alerts_per_alert, rational_connection, "deployments", give_deployments, "C7, M16"),
    rate(m::engagements_per_credible_alert, rational_connection, "alerts", give_alerts, "E03, E04"),
    rate(m::outcomes_per_alert, rational_connection, "deployments", give_deployments, "G15, M48", by_outcome),
    rate(m::outcomes_per_true_alert, rational_connection, "deployments", give_deployments, "G15, M48", by_outcome),
    rate(m::outcomes_per_engagement, rational_connection, "deployments", give_deployments, "G15, M48", by_outcome),
    rate(m::outcomes_per_face, rational_connection, "deployments", give_deployments, "G14, M48", by_outcome),
    rate(m::outcomes_per_hour, rational_connection, "deployments", give_deployments, "G15, M52", by_outcome),
    rate(m::deployments_with_outcomes_on_record, rational_connection, "deployments", "Record the outcomes of every deployment, zeros included.", "E14, M65"),
    rate(m::stale_listings_per_true_alert, rational_connection, "alerts", give_alerts, "C10, E02, M17"),
    {"faces_per_outcome", "faces scanned for each outcome", rational_connection, k::quantity, "faces per outcome", by_outcome, "deployments", give_deployments, "G14", std::nullopt},
    {"expected_and_achieved", "outcomes achieved over outcomes expected", rational_connection, k::quantity, "outcomes per expected outcome", by_outcome, "deployments, expectations", give_expectations, "B06, M54", std::nullopt},
    {"change_against_controls", "change of the harm less its change at control sites", rational_connection, k::difference, "ratio of rate ratios", by_tactic, "comparators", give_comparators, "K02, M51", std::nullopt},
    check("test_report_for_version", "the version in use was tested", rational_connection, "deployments, tests", give_tests, "B08, F09, M33"),
    check("test_report_independent", "tester, funder and scope setter are independent of force and vendor", rational_connection, "tests", give_tests, "B08, D19, M68"),
    check("test_threshold_covers_use", "the thresholds in use were tested", rational_connection, "deployments, tests", give_tests, "D14, M22"),
    check("test_list_size_covers_use", "the test searched at least nine tenths of the list in use", rational_connection, "deployments, tests", give_tests, "F12, M40"),
    check("adverse_result_disclosed", "adverse results were told to the regulator", rational_connection, "disclosures, tests", give_disclosures, "C19, M62"),
    {"days_to_disclosure", "days from an adverse result to the regulator", rational_connection, k::distribution, "days", plain, "disclosures, tests", give_disclosures, "C19, M62", std::nullopt},

    // Limb 3: less would not have done.
    check("alternatives_on_record", "less intrusive means were considered and the reasons recorded", strict_necessity, "comparators", give_comparators, "C03, H02"),
    check("comparator_on_record", "what another tactic achieved is on record, with its hours and dates", strict_necessity, "comparators", give_comparators, "C03, M50"),
    {"outcome_rate_against_comparator", "outcomes per officer-hour over those of another tactic", strict_necessity, k::ratio, "ratio", by_tactic, "comparators, deployments, staffing", give_comparators, "C03, M50, M51", std::nullopt},
    rate(m::outcomes_per_officer_hour, strict_necessity, "deployments, staffing", give_staffing, "G15, C03, M52", by_outcome),
    {"officer_hours_per_outcome", "officer-hours for each outcome", strict_necessity, k::quantity, "officer-hours per outcome", by_outcome, "deployments, staffing", give_staffing, "M52", std::nullopt},
    check("cost_on_record", "all kinds of cost are on record", strict_necessity, "costs", give_costs, "M52, M53"),
    {"cost_per_outcome", "cost of each outcome", strict_necessity, k::quantity, "units of money per outcome", by_outcome, "costs, deployments", give_costs, "E16, M52, M53", std::nullopt},
    rate(m::watchlist_with_individual_reason, strict_necessity, "watchlist", give_watchlist, "C04, M57"),
    rate(m::found_with_known_address, strict_necessity, "alerts, watchlist", "Record in the watchlist register whether the address of each person was known.", "M48"),
    {"image_age", "age of the watchlist images at the last deployment", strict_necessity, k::distribution, "days", plain, "deployments, watchlist", give_watchlist, "A06, D03", std::nullopt},
    {"watchlist_saturation", "people listed of all who could have been", strict_necessity, k::quantity, "watchlist persons per eligible person", plain, "deployments, expectations", "Register how many people in the force area met the criteria of the list.", "B03, M55", std::nullopt},

    // Limb 4: what was taken, and from whom.
    {"faces", "faces scanned, all of them processed as sensitive data", fair_balance, k::count, "faces", plain, "deployments", give_deployments, "A01, M58", std::nullopt},
    {"hours_deployed", "time the cameras were live", fair_balance, k::count, "seconds", plain, "deployments", give_deployments, "B05, C02", std::nullopt},
    {"expected_false_alerts_per_day", "false alerts to expect of a day of deployment at this footfall", fair_balance, k::quantity, "false alerts per deployment", plain, "deployments", give_deployments, "H12, M43", std::nullopt},
    {"complaints", "complaints made", fair_balance, k::count, "complaints", plain, "complaints", give_complaints, "B05, M60", std::nullopt},
    {"deployments_at_sensitive_places", "deployments at places of worship, health, protest or children", fair_balance, k::count, "deployments", plain, "authorisations", give_authorisations, "A13, D08", std::nullopt},
    rate(m::false_alerts_per_face, fair_balance, "deployments", give_deployments, "G4, D05"),
    rate(m::false_positive_identification_rate, fair_balance, "passages", "Log the passages of people who are known not to be listed, whether or not they alerted.", "G3"),
    rate(m::selectivity, fair_balance, "passages", "Log the passages of people who are known not to be listed, with every candidate returned.", "G7"),
    rate(m::false_discovery_proportion, fair_balance, "deployments", give_deployments, "G5"),
    rate(m::false_alerts_per_engagement, fair_balance, "deployments", give_deployments, "G13"),
    rate(m::false_alerts_per_hour, fair_balance, "deployments", give_deployments, "M43"),
    rate(m::alerts_per_face, fair_balance, "deployments", give_deployments, "G4"),
    rate(m::alerts_per_hour, fair_balance, "deployments", give_deployments, "F05"),
    rate(m::false_engagements_per_face, fair_balance, "deployments", give_deployments, "G13"),
    rate(m::false_engagements_per_engagement, fair_balance, "deployments", give_deployments, "G13"),
    rate(m::false_engagements_per_false_alert, fair_balance, "deployments", give_deployments, "G13"),
    rate(m::group_share_of_false_alerts, fair_balance, "deployments", "Record the group of the people alerted on, and count the crowd by group.", "E15, M14", by_group),
    rate(m::kin_per_false_alert, fair_balance, "alerts", give_alerts, "B13, M18"),
    rate(m::adjudication_specificity, fair_balance, "alerts", give_alerts, "G12, M31"),
    rate(m::adjudication_sensitivity, fair_balance, "alerts", give_alerts, "G12, M31"),
    rate(m::engagements_adjudicated_first, fair_balance, "alerts", give_alerts, "A10, M31"),
    {"adjudication_time", "time from an alert to the operator's judgement", fair_balance, k::distribution, "seconds", plain, "alerts", give_alerts, "A10, G20", std::nullopt},
    check("two_person_verification", "two people judged each alert that was acted on", fair_balance, "alerts", give_alerts, "H06, K01"),
    rate(m::operators_with_current_training, fair_balance, "operators", give_operators, "E13"),
    {"stop_minutes", "length of contacts with a wrong person", fair_balance, k::distribution, "minutes", plain, "alerts", give_alerts, "G19, M61", std::nullopt},
    rate(m::force_per_false_engagement, fair_balance, "alerts", give_alerts, "G19, M61"),
    rate(m::complaints_per_false_engagement, fair_balance, "complaints, deployments", give_complaints, "E05, M60"),
    rate(m::complaints_answered_in_time, fair_balance, "complaints", give_complaints, "E05, M60"),
    rate(m::deployments_with_notice_in_time, fair_balance, "deployments, notices", give_notices, "D04, M60, M64"),
    {"notice_lead_time", "time from notice to start", fair_balance, k::distribution, "hours", plain, "deployments, notices", give_notices, "D04, M64", std::nullopt},
    check("notice_tells", "notices say what people need to know", fair_balance, "notices", give_notices, "D04, K04", by_topic),
    check("route_on_record", "people know where to turn", fair_balance, "documents", give_documents, "E05, E08, H07", by_route),
    check("listed_minors_tested", "where minors are listed, their age group was tested", fair_balance, "tests, watchlist", give_tests, "D07, M66"),
    check("impact_reviewed_after_change", "equality impact was reviewed after each change", fair_balance, "changes, documents", give_changes, "A11"),
    {"deletion_time", "time until data were deleted", fair_balance, k::distribution, "seconds", by_kept, "retention", give_retention, "A07, K04", std::nullopt},
    {"net_benefit_break_even", "wrong alerts that one right one would have to be worth", fair_balance, k::quantity, "true alerts per false alert", plain, "deployments", give_deployments, "B07", std::nullopt},
};
constexpr std::size_t indicator_count = std::size(written);

/// The rows as they are looked up: a rate under the words of its metric.
const std::array<indicator, indicator_count>& table() {
  static const auto all = [] {
    std::array<indicator, indicator_count> out{};
    std::copy(std::begin(written), std::end(written), out.begin());
    for (indicator& row : out)
      if (row.metric) {
        const metric_description& words = describe(*row.metric);
        row.key = words.key;
        row.name = words.name;
        row.unit = to_string(units_of(*row.metric).events);
      }
    return out;
  }();
  return all;
}

} // namespace

std::string_view to_string(limb l) noexcept {
  switch (l) {
    case legality: return "legality";
    case legitimate_aim: return "legitimate_aim";
    case rational_connection: return "rational_connection";
    case strict_necessity: return "strict_necessity";
    case fair_balance: return "fair_balance";
  }
  return "";
}

std::string_view to_string(indicator_kind kind) noexcept {
  switch (kind) {
    case k::check: return "check";
    case k::count: return "count";
    case k::rate: return "rate";
    case k::quantity: return "quantity";
    case k::distribution: return "distribution";
    case k::ratio: return "ratio";
    case k::difference: return "difference";
    case k::curve: return "curve";
  }
  return "";
}

std::span<const indicator> indicators() noexcept { return table(); }

const indicator* find_indicator(std::string_view key) noexcept {
  const auto found = std::find_if(table().begin(), table().end(), [&](const indicator& row) { return row.key == key; });
  return found == table().end() ? nullptr : &*found;
}

bool needs(const indicator& row, std::string_view name) noexcept {
  for (std::size_t from = 0; from <= row.needs.size();) {
    const std::size_t to = std::min(row.needs.find(", ", from), row.needs.size());
    if (row.needs.substr(from, to - from) == name) return true;
    from = to + 2;
  }
  return false;
}

std::span<const std::string_view> evidence_names() noexcept { return evidence; }

std::string_view remedy_for(std::string_view name) noexcept {
  constexpr std::string_view remedies[] = {
      give_alerts,      give_deployments, give_seeded,  give_watchlist, give_documents, give_tests,        give_changes,   give_comparators,    give_costs,
      give_staffing,    give_complaints,  give_notices, give_retention, give_expectations, give_operators, give_authorisations, give_disclosures,
  };
  static_assert(std::size(remedies) == std::size(evidence));
  const auto* const found = std::find(std::begin(evidence), std::end(evidence), name);
  return found == std::end(evidence) ? std::string_view() : remedies[found - std::begin(evidence)];
}

} // namespace lfreval
