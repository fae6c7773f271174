#include <lfreval/study/tables.hpp>

#include <array>

namespace lfreval {

namespace {

using enum column_type;
constexpr std::string_view count_words = "a whole number from 0 to 2^52";
constexpr std::string_view any = "any text";
constexpr std::string_view id_words = "a non-empty identifier";
constexpr std::string_view date_words = "a calendar date as 2020-02-27";
constexpr std::string_view number_words = "a decimal number";
constexpr std::string_view yes_no = "yes, no or unknown";

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
    {"alerts", "adjudicator", id, false, id_words, "operator"},
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

bool takes_groups(std::string_view table) noexcept {
  return table == "observations" || table == "passages" || table == "alerts" || table == "exposure" || table == "persons";
}

} // namespace lfreval
