#include <lfreval/report/written_document.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>

#include "report/document.hpp"
#include "report/fields.hpp"
#include "report/markdown.hpp"
#include "report/page_words.hpp"
#include "report/public_copy.hpp"

namespace lfreval {

namespace {

using fields::count;
using fields::part;
using fields::text;
using page::capital;

/// Risks to the rights of people, who bears them, and the findings that measure them. No risk is graded here.
struct risk {
  const char *what, *who;
  std::vector<const char*> measured_by;
};
const std::vector<risk>& risks() {
  static const std::vector<risk> all{
      {"Sensitive processing of people whom nobody was looking for", "everybody who passes", {"faces", "passages"}},
      {"A wrong person raises an alert", "people who are not listed", {"false_alerts_per_face", "false_positive_identification_rate", "false_discovery_proportion"}},
      {"A wrong person is stopped", "people who are not listed", {"false_engagements_per_face", "false_engagements_per_engagement", "kin_per_false_alert"}},
      {"A stop is long, or force is used", "people stopped wrongly", {"stop_minutes", "force_per_false_engagement"}},
      {"The operator follows the system instead of judging", "people alerted on", {"adjudication_specificity", "engagements_adjudicated_first", "adjudication_time"}},
      {"Somebody is listed wrongly, or no longer rightly", "people listed", {"stale_listings_per_true_alert", "watchlist_reviewed_in_time", "watchlist_with_individual_reason"}},
      {"Listed people are missed, and the purpose is not reached", "the public, victims", {"true_positive_identification_rate", "false_negative_identification_rate"}},
      {"Children are listed or scanned without a test of their age group", "children", {"listed_minors_with_authority", "listed_minors_tested"}},
      {"People keep away from worship, care, school or protest", "everybody who passes", {"deployments_at_sensitive_places", "sensitive_place_justified"}},
      {"Data are kept for longer than needed", "everybody who passes, people listed", {"retention_kept", "deletion_time", "retention_consistent"}},
      {"People do not know, and cannot object or complain", "everybody who passes, people listed", {"deployments_with_notice_in_time", "notice_tells", "route_on_record", "complaints_per_false_engagement"}},
  };
  return all;
}

const std::set<std::string> of_the_whole{"scope", "source", "system", "threshold", "outcome", "what", "topic", "for", "route", "document"};

struct document_writer {
  const json_document &provenance, &result;
  std::unordered_map<std::string, const json_document*> by_key;
  markdown out;

  document_writer(const json_document& of_provenance, const json_document& of_result) : provenance(of_provenance), result(of_result) {
    for (const json_document& f : part(result, "findings")) by_key.emplace(text(f, "key"), &f);
  }

  [[nodiscard]] static bool is_whole(const json_document& f) {
    const json_document& axes = part(f, "axes");
    if (!axes.is_object()) return false;
    for (const auto& [name, value] : axes.items())
      if (!of_the_whole.contains(name)) return false;
    return true;
  }

  /// Findings of a name that are of the whole of the records, the total alone where there is one.
  [[nodiscard]] std::vector<const json_document*> findings_of(const std::string& name) const {
    std::vector<const json_document*> all, totals;
    for (const json_document& f : part(result, "findings")) {
      const std::string kind = text(f, "kind");
      if (text(f, "metric") != name || kind == "verdict" || kind == "projection" || !is_whole(f)) continue;
      all.push_back(&f);
      if (fields::axis(f, "scope")) totals.push_back(&f);
    }
    return totals.empty() ? all : totals;
  }

  [[nodiscard]] static bool is_measured(const json_document& f) {
    const std::string status = text(f, "status");
    return status == "measured" || status == "bounded" || status == "projected" || status == "suppressed";
  }

  [[nodiscard]] static std::string figure_of(const json_document& f) {
    std::string place = page::place_of(f);
    if (!place.empty()) place = capital(place) + ": ";
    const std::string made = text(f, "status") == "suppressed" ? "" : page::how_made(f);
    return place + text(f, "sentence") + (made.empty() ? "" : " [" + made + "]");
  }

  void head(const std::string& title, const std::string& note) {
    out.heading(1, title + ": " + (text(part(result, "study"), "name").empty() ? "unnamed study" : text(part(result, "study"), "name")));
    out.paragraph(note);
    out.paragraph("Begun by lfreval " + text(provenance, "version") + " from an evaluation. What was measured stands in its place with the key of its finding; a place where nothing was measured is empty and says so. Nothing here is legal advice, and nothing "
                  "here says that a deployment was proportionate.");
  }

  void describe_records() {
    const json_document& records = part(result, "records");
    std::vector<std::vector<std::string>> rows;
    if (const auto n = count(records, "deployments")) rows.push_back({"Deployments on record", grouped(*n)});
    if (const json_document& period = part(records, "period"); period.is_array() && period.size() == 2 && period[0].is_string() && period[1].is_string())
      rows.push_back({"Period", period[0].get<std::string>() + " to " + period[1].get<std::string>()});
    if (const auto n = count(records, "faces")) rows.push_back({"Faces scanned, every one of them processed as sensitive data", grouped(*n)});
    if (const auto n = count(records, "passages")) rows.push_back({"Passages in trials", grouped(*n)});
    out.table({"What was processed", "As recorded"}, rows);
  }

  void not_measured() {
    for (const json_document& item : part(result, "not_measured")) out.item(text(item, "topic") + ". " + text(item, "why") + (text(item, "remedy").empty() ? "" : " What would measure it: " + text(item, "remedy")));
    out.gap();
  }

  [[nodiscard]] static std::string answer_of(const json_document& line) {
    if (text(line, "kind") == "process") return "No evidence held";
    return text(line, "status") == "shown" ? "Laid out" : page::verdict_words(text(line, "status"));
  }

  [[nodiscard]] std::vector<std::string> row_of(const json_document& line) const {
    std::string evidence = text(line, "sentence");
    std::size_t told = 0;
    const json_document& findings = part(line, "findings");
    if (text(line, "status") != "not_measured")
      for (const json_document& one : findings) {
        if (++told > 6) { evidence += " And " + grouped(findings.size() - 6) + " more findings."; break; }
        const auto found = by_key.find(text(one, "key"));
        evidence += " " + (found == by_key.end() ? std::string() : figure_of(*found->second)) + " (" + text(one, "key") + ")";
      }
    else if (!text(line, "remedy").empty()) evidence += " What would answer it: " + text(line, "remedy");
    return {text(line, "policy") + " " + text(line, "criterion") + ", " + text(line, "strength"),
            text(line, "requirement") + " " + text(line, "source") + ", " + text(line, "clause") + (part(line, "clause_verified") == true ? "." : " (unverified clause)."), answer_of(line), evidence};
  }

  /// The criteria that belong in a document, limb by limb.
  void criteria(const std::string& document) {
    const json_document& limbs = part(part(result, "dossier"), "limbs");
    if (!limbs.is_array()) {
      out.empty_place("the study names no policy under [dossier]: name one, evaluate again, and the criteria stand here with their findings.");
      return;
    }
    for (const json_document& limb : limbs) {
      std::vector<std::vector<std::string>> rows;
      for (const char* block : {"not_measured", "limits", "indicators", "documents"})
        for (const json_document& line : part(limb, block)) {
          const json_document& of = part(line, "documents");
          if (of.is_array() && std::find(of.begin(), of.end(), document) != of.end()) rows.push_back(row_of(line));
        }
      if (rows.empty()) continue;
      out.heading(3, text(limb, "title"));
      out.paragraph(text(limb, "question"));
      out.table({"Criterion", "What is asked", "Answer", "Evidence and finding keys"}, rows);
      if (document == "dpia") {
        out.paragraph(text(limb, "conclusion"));
        out.empty_place("the judgement on this limb, and its reasons. What figures can never show: " + text(limb, "no_figure_shows") + ".");
      }
    }
  }

  void figures(const std::vector<const char*>& names) {
    std::vector<std::vector<std::string>> rows;
    for (const char* name : names) {
      bool any = false;
      for (const json_document* f : findings_of(name))
        if (is_measured(*f)) { rows.push_back({page::title_of(*f), figure_of(*f), text(*f, "key")}); any = true; }
      if (!any) {
        json_document missing;
        missing["metric"] = name;
        rows.push_back({page::title_of(missing), "Not measured.", ""});
      }
    }
    out.table({"Figure", "As measured", "Finding"}, rows);
  }

  void risk_table() {
    std::vector<std::vector<std::string>> rows;
    for (const risk& one : risks()) {
      std::string measured, keys;
      for (const char* name : one.measured_by)
        for (const json_document* f : findings_of(name)) {
          if (!is_measured(*f)) continue;
          measured += (measured.empty() ? "" : " ") + page::title_of(*f) + ": " + figure_of(*f);
          keys += (keys.empty() ? "" : "; ") + text(*f, "key");
        }
      std::string names;
      for (const char* name : one.measured_by) names += (names.empty() ? "" : ", ") + std::string(name);
      rows.push_back({one.what, one.who, measured.empty() ? "Not measured. It would be by: " + names + "." : measured, keys, "", "", ""});
    }
    out.table({"Risk", "Who bears it", "Measured", "Findings", "Likelihood and severity (to be written)", "High risk? (to be written)", "Measure and what is left (to be written)"}, rows);
    out.paragraph("A risk graded high must name the finding that measures it, or say that nothing does.");
  }

  void comparisons(const char* title, const std::set<std::string>& metrics) {
    out.heading(3, title);
    std::vector<std::vector<std::string>> rows;
    for (const json_document& f : part(result, "findings"))
      if (part(f, "between_groups").is_object() && metrics.contains(text(f, "metric")))
        rows.push_back({page::title_of(f), capital(page::place_of(f)), text(part(f, "between_groups"), "verdict"), text(f, "sentence"), text(f, "key")});
    if (rows.empty()) out.empty_place("groups were not compared. That is not evidence of equal treatment, and that data were deleted or never kept is not a pass.");
    else out.table({"Rate", "Groups", "Answer", "In words", "Finding"}, rows);
  }

  void hashes() {
    out.heading(2, "Hashes");
    std::vector<std::vector<std::string>> rows{{"Result", text(provenance, "result_sha256")}, {"Study", text(part(provenance, "study"), "sha256")}};
    for (const json_document& one : part(part(result, "dossier"), "policies")) rows.push_back({"Policy " + text(one, "name") + " " + text(one, "version"), text(one, "sha256")});
    out.table({"Of", "SHA-256"}, rows);
    out.paragraph("`lfreval verify evaluation.json study.toml` makes every figure again from the same files.");
  }

  void dpia() {
    head("Data protection impact assessment, necessity and risk", "Parts of an assessment under DPA 2018 s.64: a description of the processing, the risks to rights, the measures against them, and safeguards.");
    out.heading(2, "What was not measured");
    not_measured();
    out.heading(2, "Description of the processing");
    describe_records();
    out.empty_place("purpose, the Schedule 8 condition relied on, why it is strictly necessary, who decides, where and when, what is kept and for how long.");
    out.heading(2, "Necessity and proportionality");
    criteria("dpia");
    out.heading(2, "Risks to the rights and freedoms of people");
    risk_table();
    out.heading(2, "Measures and safeguards");
    out.empty_place("each measure, the risk it is against, who answers for it and by when.");
    out.heading(2, "Risk that is left, and consultation");
    out.empty_place("the risk left after the measures; where it stays high, the consultation of the Commissioner before the processing (s.65, unverified clause).");
    hashes();
  }

  void equality() {
    head("Equality impact, annex of evidence", "Evidence for the duty of Equality Act 2010 s.149, which is a continuing one. Being found and being stopped are different harms and stand apart.");
    out.heading(2, "What was not measured");
    not_measured();
    out.heading(2, "Comparisons between groups");
    comparisons("Finding listed people", {"true_positive_identification_rate", "false_negative_identification_rate", "false_nonmatch_rate", "failure_to_acquire_rate"});
    comparisons("Stopping others", {"false_positive_identification_rate", "false_match_rate", "selectivity", "false_alerts_per_face", "group_share_of_false_alerts"});
    comparisons("Stops and force", {"false_engagements_per_face", "false_engagements_per_engagement", "false_engagements_per_false_alert", "force_per_false_engagement"});
    out.heading(2, "Where wrong alerts fell");
    figures({"group_share_of_false_alerts", "kin_per_false_alert", "stop_minutes", "force_per_false_engagement"});
    out.heading(2, "Criteria on equality");
    criteria("equality");
    out.heading(2, "Due regard");
    out.empty_place("what was done to find out what is not measured above, who verified the software independently of the vendor, what follows from each difference, and when this is looked at again.");
    hashes();
  }

  void transparency() {
    head("Transparency record", "For the public: what is done, what was measured, what was not, and where to turn. Small counts are withheld as in a public copy of the report.");
    out.heading(2, "What is done, and by whom");
    out.empty_place("who runs it, for what purpose, on what legal basis, with which system and version, who oversees it.");
    describe_records();
    out.heading(2, "What was not measured");
    not_measured();
    out.heading(2, "Wrong alerts");
    out.paragraph("Wrong alerts are told by every denominator there is: none of them alone is the whole.");
    figures({"false_alerts_per_face", "false_positive_identification_rate", "false_discovery_proportion", "false_alerts_per_engagement", "false_alerts_per_hour", "unresolved_alerts_per_alert"});
    out.heading(2, "Listed people found and missed");
    figures({"true_positive_identification_rate", "watchlist_encounter_rate", "true_alerts_per_alert"});
    out.heading(2, "Training, and protection of groups");
    figures({"operators_with_current_training", "adjudication_specificity", "group_share_of_false_alerts"});
    out.heading(2, "Criteria that the public is told of");
    criteria("transparency");
    out.heading(2, "Your rights");
    out.empty_place("how to ask what is held, how to object and how to complain, for people scanned and for people listed, and in what time they are answered.");
    hashes();
  }
};

error malformed(const std::string& name, const std::string& allowed) {
  error why;
  why.code = error_code::malformed_evaluation;
  why.file = name;
  why.allowed = allowed;
  return why;
}

} // namespace

std::string_view to_string(document_kind kind) noexcept {
  switch (kind) {
    case document_kind::dpia: return "dpia";
    case document_kind::equality: return "equality";
    case document_kind::transparency: return "transparency";
  }
  return "";
}

std::optional<document_kind> document_kind_from(std::string_view name) noexcept {
  for (const document_kind kind : {document_kind::dpia, document_kind::equality, document_kind::transparency})
    if (to_string(kind) == name) return kind;
  return std::nullopt;
}

result<std::string> to_document(document_kind kind, std::string_view evaluation_text, const std::string& name) {
  if (is_too_deep(evaluation_text)) return refuse(malformed(name, "a document of at most " + std::to_string(deepest_document) + " levels"));
  json_document written = json_document::parse(evaluation_text, nullptr, false);
  const json_document &provenance = part(written, "provenance"), &result = part(written, "result");
  if (!provenance.is_object() || !result.is_object() || !part(result, "findings").is_array())
    return refuse(malformed(name, "a JSON object with provenance and result, as `lfreval evaluate` writes it"));
  if (const auto schema = fields::number(result, "schema"); !schema || *schema > study_schema) return refuse(malformed(name, "schema " + std::to_string(study_schema) + " or older"));
  const bool altered = sha256_hex(compact(result)) != text(provenance, "result_sha256");
  if (kind == document_kind::transparency) page::make_public(written["result"]);
  document_writer writer(provenance, result);
  if (altered) writer.out.paragraph("Do not rely on this document. The evaluation it was made from does not have the SHA-256 that it states: it was altered after it was written.");
  switch (kind) {
    case document_kind::dpia: writer.dpia(); break;
    case document_kind::equality: writer.equality(); break;
    case document_kind::transparency: writer.transparency(); break;
  }
  return writer.out.str();
}

} // namespace lfreval
