#include <lfreval/study/tables.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace lfreval {

namespace {

using enum column_type;
constexpr std::string_view count_words = "a whole number from 0 to 2^52";
constexpr std::string_view any = "any text";
constexpr std::string_view id_words = "a non-empty identifier";
constexpr std::string_view date_words = "a calendar date as 2020-02-27";
constexpr std::string_view number_words = "a decimal number";
constexpr std::string_view yes_no = "yes, no or unknown";
// Closed lists of registers: the reader holds cells against them, separated by `|`.
constexpr std::string_view document_contents =
    "complaint_route|conditions|description|frequency|groups_affected|harms|measures|oversight|period|principles|process|retention|risks|safeguards";
constexpr std::string_view test_parties = "independent|regulator|government|force|vendor";
constexpr std::string_view cost_kinds = "vendor|equipment|staff|vehicles|premises|legal|training|sunk|other";
constexpr std::string_view one_name = "a name of lower-case letters, digits and underscores";
constexpr std::string_view list_names = "names of lower-case letters, digits and underscores, with `;` between";

constexpr table_column columns[] = {
    // One authorised deployment.
    {"deployments", "force", id, true, id_words, "police force or authority"},
    {"deployments", "deployment", id, true, id_words, "identifier of the deployment, unique within the force"},
    {"deployments", "date", date, false, date_words, "day of the deployment"},
    {"deployments", "printed_date", text, false, "a date in the declared `format`, such as dd/mm/yy", "the date as the publisher printed it; checked against `date`"},
    {"deployments", "start", time, false, "an ISO 8601 time", "cameras live from"},
    {"deployments", "end", time, false, "an ISO 8601 time", "cameras live until"},
    {"deployments", "duration", duration, false, "a whole number in the declared unit: seconds, minutes or hours", "time the cameras were live"},
    {"deployments", "site", text, false, any, "place"},
    {"deployments", "status", choice, false, "completed, aborted or cancelled", "whether it ran"},
    {"deployments", "reason", text, false, any, "why it did not"},
    {"deployments", "use_case", set, false, any, "purposes claimed; several where `split` is declared"},
    {"deployments", "system", text, false, any, "system and version in use"},
    {"deployments", "list", text, false, any, "watchlist in force"},
    {"deployments", "watchlist_images", count, false, count_words, "images enrolled"},
    {"deployments", "watchlist_persons", count, false, count_words, "persons enrolled"},
    {"deployments", "threshold", number, false, "a score from 0 to 1, or on the scale of [system.NAME] score_range; not a percentage", "score at which an alert is raised"},
    {"deployments", "cameras", count, false, count_words, "cameras in use"},
    {"deployments", "fusion", text, false, any, "how several cameras were combined"},
    {"deployments", "faces", count, false, count_words, "faces seen"},
    {"deployments", "faces_quality", choice, false, "logged, estimated or rounded", "how the faces were counted"},
    {"deployments", "faces_cv", number, false, number_words, "coefficient of variation of that count"},
    {"deployments", "faces_counting_rule", text, false, any, "what counted as one face"},
    {"deployments", "alerts", count, false, count_words, "alerts raised"},
    {"deployments", "true_alerts", count, false, count_words, "alerts judged to be the listed person"},
    {"deployments", "true_confirmed", count, false, count_words, "of those, confirmed on contact"},
    {"deployments", "true_unconfirmed", count, false, count_words, "of those, not engaged or evaded"},
    {"deployments", "true_engaged", count, false, count_words, "of those, engaged"},
    {"deployments", "false_alerts", count, false, count_words, "alerts judged to be someone else"},
    {"deployments", "false_confirmed", count, false, count_words, "of those, confirmed on contact"},
    {"deployments", "false_unconfirmed", count, false, count_words, "of those, not engaged or evaded"},
    {"deployments", "false_engaged", count, false, count_words, "of those, engaged"},
    {"deployments", "outcome.*", count, false, count_words, "arrests, disposals and other results, by name"},
    {"deployments", "published_false_alert_rate", rate, false, "a decimal number in the declared unit: percent or fraction", "the rate that the publisher printed"},
    {"deployments", "source", text, false, any, "where the row was published"},
    // One frame or track.
    {"observations", "observation", id, true, id_words, "identifier"},
    {"observations", "track", id, false, id_words, "detector track"},
    {"observations", "passage", id, false, id_words, "passage it belongs to"},
    {"observations", "person", id, false, id_words, "person seen"},
    {"observations", "deployment", id, false, id_words, "deployment"},
    {"observations", "camera", id, false, id_words, "camera"},
    {"observations", "time", time, false, "an ISO 8601 time", "when"},
    {"observations", "acquired", choice, false, "yes or no", "whether a template was made"},
    {"observations", "top_person", id, false, id_words, "listed person at rank 1"},
    {"observations", "top_score", number, false, number_words, "score at rank 1"},
    // One traversal of the zone by one person.
    {"passages", "passage", id, true, id_words, "identifier"},
    {"passages", "person", id, false, id_words, "person who passed"},
    {"passages", "deployment", id, false, id_words, "deployment"},
    {"passages", "camera", id, false, id_words, "camera"},
    {"passages", "time", time, false, "an ISO 8601 time", "when"},
    {"passages", "mated", choice, false, yes_no, "whether the person was on the list in force"},
    {"passages", "mate", id, false, id_words, "the listed person it is"},
    {"passages", "acquired", choice, false, "yes or no", "whether a template was made"},
    {"passages", "top_person", id, false, id_words, "listed person at rank 1"},
    {"passages", "top_score", number, false, number_words, "score at rank 1"},
    {"passages", "second_score", number, false, number_words, "score of the second listed person"},
    {"passages", "mate_score", number, false, number_words, "score against the mate"},
    {"passages", "mate_rank", count, false, count_words, "rank of the mate"},
    // One returned candidate.
    {"candidates", "system", text, false, any, "system"},
    {"candidates", "passage", id, true, id_words, "passage"},
    {"candidates", "rank", count, true, count_words, "rank, from 1"},
    {"candidates", "person", id, false, id_words, "listed person"},
    {"candidates", "image", id, false, id_words, "listed image"},
    {"candidates", "score", number, true, number_words, "score"},
    // One alert.
    {"alerts", "alert", id, true, id_words, "identifier"},
    {"alerts", "alert_group", id, false, id_words, "alerts of one passage"},
    {"alerts", "passage", id, false, id_words, "passage"},
    {"alerts", "deployment", id, false, id_words, "deployment"},
    {"alerts", "system", text, false, any, "system"},
    {"alerts", "camera", id, false, id_words, "camera"},
    {"alerts", "time", time, false, "an ISO 8601 time", "when"},
    {"alerts", "person", id, false, id_words, "listed person alerted on"},
    {"alerts", "score", number, false, number_words, "score"},
    {"alerts", "adjudication", choice, false, "credible or not_credible", "operator's judgement"},
    {"alerts", "adjudicator", id, false, id_words, "operator; several with `;` between"},
    {"alerts", "adjudicated_at", time, false, "an ISO 8601 time", "when the operator had judged"},
    {"alerts", "engaged", choice, false, "yes or no", "whether an officer made contact"},
    {"alerts", "identity", choice, false, "true, false or unresolved", "what contact established"},
    {"alerts", "label_source", choice, false, "ground_truth, confirmed_by_id, officer_opinion, operator_opinion or none", "who says so"},
    {"alerts", "invalid_entry", choice, false, "yes or no", "right person, wrongly listed"},
    {"alerts", "relation", choice, false, "kin, twin or stranger", "of the person stopped to the person listed"},
    {"alerts", "minutes", number, false, number_words, "length of the engagement"},
    {"alerts", "force_used", choice, false, "yes or no", "whether force was used"},
    {"alerts", "outcome.*", choice, false, "yes or no", "results by name"},
    // A count per cell.
    {"exposure", "deployment", id, false, id_words, "deployment"},
    {"exposure", "camera", id, false, id_words, "camera"},
    {"exposure", "start", time, false, "an ISO 8601 time", "start of the cell"},
    {"exposure", "unit", choice, false, "faces or passages", "what was counted"},
    {"exposure", "mated", choice, false, "no or unknown", "whether listed people are among them"},
    {"exposure", "count", count, true, count_words, "how many"},
    {"exposure", "quality", choice, false, "logged, estimated or rounded", "how they were counted"},
    {"exposure", "cv", number, false, number_words, "coefficient of variation"},
    {"exposure", "sampled", count, false, count_words, "size of the annotated sample the shares come from"},
    {"exposure", "duration", duration, false, "a whole number in the declared unit", "length of the cell"},
    // One person.
    {"persons", "person", id, true, id_words, "identifier, passers and listed alike"},
    {"persons", "label_source", text, false, any, "who gave the group labels"},
    // One enrolled image.
    {"watchlist", "list", text, false, any, "list"},
    {"watchlist", "image", id, true, id_words, "image"},
    {"watchlist", "person", id, true, id_words, "person"},
    {"watchlist", "enrolled", choice, false, "yes or no", "whether a template was made"},
    {"watchlist", "category", text, false, any, "category of the entry"},
    {"watchlist", "offence_grade", text, false, any, "seriousness"},
    {"watchlist", "legal_basis", text, false, any, "legal basis"},
    {"watchlist", "source", text, false, any, "where the image came from"},
    {"watchlist", "image_date", date, false, date_words, "when it was taken"},
    {"watchlist", "quality", number, false, number_words, "image quality"},
    {"watchlist", "verified", date, false, date_words, "when the entry was last verified"},
    {"watchlist", "presence_reason", text, false, any, "why the person was expected there"},
    {"watchlist", "authority", text, false, any, "who authorised the entry"},
    {"watchlist", "age_band", choice, false, "under_13, under_18 or adult", "age of the person when listed"},
    {"watchlist", "address_known", choice, false, "yes or no", "whether the address of the person was known"},
    {"watchlist", "created", time, false, "an ISO 8601 time", "in force from"},
    {"watchlist", "deleted", time, false, "an ISO 8601 time", "in force until"},
    // One comparison.
    {"scores", "system", text, false, any, "system"},
    {"scores", "probe", id, true, id_words, "probe"},
    {"scores", "reference", id, true, id_words, "listed image or person"},
    {"scores", "score", number, true, number_words, "score"},
    {"scores", "mated", choice, false, yes_no, "same person"},
    {"scores", "probe_person", id, false, id_words, "person of the probe"},
    {"scores", "reference_person", id, false, id_words, "person of the reference"},
    // One quoted figure.
    {"published", "claim", id, true, id_words, "identifier"},
    {"published", "metric", text, true, "a metric key, or a unit that is counted", "what was quoted: false_alerts_per_face, or false_alerts for a number by itself"},
    {"published", "events", count, false, count_words, "numerator, or the number by itself"},
    {"published", "exposure", count, false, count_words, "denominator; hours for rates per hour"},
    {"published", "percent", rate, false, "digits from 0 to 100 without the sign; with `unit = \"fraction\"` from 0 to 1", "percentage as printed; unit `fraction` for a number that was printed without a percent sign"},
    {"published", "one_in", number, false, "digits from 1, without separators", "the m of `1 in m`, as printed"},
    {"published", "about", text, false, "axis=value of threshold, year, use_case, site or deployment; several with `;` between", "part of the records that it is about; all of them when empty"},
    {"published", "text", text, false, any, "words"},
    {"published", "source", text, false, any, "where"},
    // One document of the force.
    {"documents", "document", id, true, id_words, "identifier"},
    {"documents", "kind", choice, true, document_kinds, "which document it is"},
    {"documents", "dated", date, false, date_words, "when it was made"},
    {"documents", "review_due", date, false, date_words, "when it has to be looked at again"},
    {"documents", "contents", set, false, document_contents, "what it holds, of what the law names for its kind; several with `;` between"},
    {"documents", "residual_risk", choice, false, "low|medium|high", "what remains after the measures, as a data protection impact assessment says"},
    {"documents", "consulted", date, false, date_words, "when the regulator was consulted"},
    {"documents", "overseen_by", text, false, any, "body outside the force that reviewed it"},
    {"documents", "routes", set, false, "listed_access|listed_complaint|listed_objection|scanned_access|scanned_complaint|scanned_objection", "who learns from it how to ask for data, object or complain"},
    {"documents", "categories", set, false, list_names, "of a watchlist policy: the categories that may be listed"},
    {"documents", "categories_not_wanted", set, false, list_names, "of a watchlist policy: those of them whose people are wanted neither by police nor by a court"},
    {"documents", "serious_grades", set, false, list_names, "of a watchlist policy: grades of offence that count as serious"},
    {"documents", "review_days", count, false, count_words, "of a watchlist policy: days within which an entry is verified before it is used"},
    {"documents", "notice_hours", count, false, count_words, "hours before the start by which the public is told"},
    {"documents", "complaint_days", count, false, count_words, "days within which a complaint is answered"},
    // One report of a test.
    {"tests", "test", id, true, id_words, "identifier"},
    {"tests", "system", text, false, any, "system and version tested, as the deployments name them"},
    {"tests", "threshold_from", number, false, number_words, "lowest threshold tested"},
    {"tests", "threshold_to", number, false, number_words, "highest threshold tested"},
    {"tests", "watchlist_persons", count, false, count_words, "persons on the list that was searched"},
    {"tests", "dated", date, false, date_words, "when it was reported"},
    {"tests", "tester", choice, false, test_parties, "who ran it"},
    {"tests", "funder", choice, false, test_parties, "who paid for it"},
    {"tests", "scope_setter", choice, false, test_parties, "who decided what was tested"},
    {"tests", "adverse", choice, false, "yes|no", "whether it found more than the force had said it would bear"},
    {"tests", "age_bands", set, false, "under_13|under_18|adult", "ages of the people tested; several with `;` between"},
    // One change of what is in use.
    {"changes", "change", id, true, id_words, "identifier"},
    {"changes", "what", choice, true, "threshold|list|system|camera|site", "what changed"},
    {"changes", "from", text, false, any, "before"},
    {"changes", "to", text, false, any, "after"},
    {"changes", "changed", date, true, date_words, "when"},
    {"changes", "who", text, false, any, "who decided it"},
    {"changes", "reason", text, false, any, "why"},
    // What another tactic achieved, at one place in one time.
    {"comparators", "comparator", id, true, id_words, "identifier"},
    {"comparators", "tactic", text, true, one_name, "what was done instead"},
    {"comparators", "site", text, false, any, "where"},
    {"comparators", "control", choice, false, "yes|no", "whether facial recognition was never used there"},
    {"comparators", "period", choice, false, "before|after", "before or after facial recognition began"},
    {"comparators", "from", date, false, date_words, "first day"},
    {"comparators", "to", date, false, date_words, "last day"},
    {"comparators", "officer_hours", number, false, "hours from 0, with decimals", "hours that officers spent on it"},
    {"comparators", "cost", count, false, count_words, "what it cost, in whole units of the currency"},
    {"comparators", "reason", text, false, any, "why it was not enough"},
    {"comparators", "outcome.*", count, false, count_words, "what came of it, by the names that deployments use; false_engagements or false_alerts for what it did wrong; any other name for harm counted there, as thefts"},
    // One kind of cost.
    {"costs", "cost", id, true, id_words, "identifier"},
    {"costs", "kind", choice, true, cost_kinds, "what for"},
    {"costs", "amount", count, true, count_words, "in whole units of the currency"},
    {"costs", "currency", text, true, "three capital letters as GBP", "currency; one in a study"},
    // The officers at one deployment.
    {"staffing", "deployment", id, true, id_words, "deployment"},
    {"staffing", "officers", count, false, count_words, "officers there, those in the control room included"},
    {"staffing", "officer_hours", number, true, "hours from 0, with decimals", "hours that they spent on it together"},
    // One complaint.
    {"complaints", "complaint", id, true, id_words, "identifier"},
    {"complaints", "deployment", id, false, id_words, "what it was about"},
    {"complaints", "received", date, true, date_words, "when it came"},
    {"complaints", "answered", date, false, date_words, "when it was answered"},
    // One public notice.
    {"notices", "notice", id, true, id_words, "identifier"},
    {"notices", "deployment", id, true, id_words, "deployment announced"},
    {"notices", "published", time, false, "an ISO 8601 time", "when it was published"},
    {"notices", "channel", choice, false, "web|social_media|sign|leaflet|press", "where"},
    {"notices", "tells", set, false, "how_captured|how_long|who_to_ask|why", "what it tells; several with `;` between"},
    // One retention period, as a document states it, or one deletion, as it was measured.
    {"retention", "entry", id, true, id_words, "identifier"},
    {"retention", "what", choice, true, "alert|no_alert_template|video|watchlist", "what is kept"},
    {"retention", "document", choice, false, document_kinds, "document that states the period"},
    {"retention", "stated_seconds", count, false, count_words, "longest time that the document allows"},
    {"retention", "measured_seconds", count, false, count_words, "time until it was deleted, of one deletion"},
    // What was expected before the first use.
    {"expectations", "expectation", id, true, id_words, "identifier"},
    {"expectations", "registered", date, false, date_words, "when it was written down"},
    {"expectations", "outcome", text, false, any, "outcome, by the name that deployments use"},
    {"expectations", "expected", count, false, count_words, "how many of it, over all deployments of the study"},
    {"expectations", "stop_rule", text, false, any, "at which result the use ends, and who ends it"},
    {"expectations", "eligible_persons", count, false, count_words, "people in the force area who meet the criteria of the list"},
    {"expectations", "margin", number, false, "a share above 0 and up to 1, as 0.8", "share of the outcomes of an officer-hour of deployment that another tactic has to bring, to count as doing as well"},
    // One person who judges alerts.
    {"operators", "operator", id, true, id_words, "identifier, as alerts name it"},
    {"operators", "trained_on", date, false, date_words, "last training"},
    {"operators", "valid_until", date, false, date_words, "until when the training counts"},
    // The authorisation of one deployment.
    {"authorisations", "deployment", id, true, id_words, "deployment"},
    {"authorisations", "authorised", time, false, "an ISO 8601 time", "when"},
    {"authorisations", "rank", text, false, any, "by an officer of which rank"},
    {"authorisations", "grounds", text, false, any, "why there"},
    {"authorisations", "use_case", choice, false, "hotspot|access_route|protective_security|intelligence", "what for"},
    {"authorisations", "planned_start", time, false, "an ISO 8601 time", "planned start"},
    {"authorisations", "planned_end", time, false, "an ISO 8601 time", "planned end"},
    {"authorisations", "started", time, false, "an ISO 8601 time", "cameras live from; until `ended` it is the duration of a log that has none"},
    {"authorisations", "ended", time, false, "an ISO 8601 time", "cameras live until"},
    {"authorisations", "sensitive_place", choice, false, "none|worship|health|protest|children|other", "whether the place or event is a sensitive one"},
    {"authorisations", "justification", text, false, any, "why a sensitive place all the same"},
    {"authorisations", "judicial", time, false, "an ISO 8601 time", "when a judge or an independent authority allowed it"},
    {"authorisations", "urgent", choice, false, "yes|no", "whether it began before that, for urgency"},
    {"authorisations", "notified", time, false, "an ISO 8601 time", "when the use was notified or registered"},
    // One test result told to somebody.
    {"disclosures", "disclosure", id, true, id_words, "identifier"},
    {"disclosures", "test", id, true, id_words, "test report"},
    {"disclosures", "told", date, true, date_words, "when"},
    {"disclosures", "to", choice, true, "regulator|public|oversight_body", "to whom"},
};

} // namespace

std::span<const table_column> table_columns() noexcept { return columns; }

const table_column* find_column(std::string_view table, std::string_view name) noexcept {
  for (const table_column& column : columns) {
    if (column.table != table) continue;
    if (column.name == name) return &column;
    if (column.name.ends_with(".*")) {
      const std::string_view stem = column.name.substr(0, column.name.size() - 1);
      if (name.starts_with(stem) && name.size() > stem.size()) return &column;
    }
  }
  return nullptr;
}

bool is_register(std::string_view table) noexcept {
  return std::find(std::begin(register_names), std::end(register_names), table) != std::end(register_names);
}

bool takes_groups(std::string_view table) noexcept {
  return table == "observations" || table == "passages" || table == "alerts" || table == "exposure" || table == "persons";
}

} // namespace lfreval
