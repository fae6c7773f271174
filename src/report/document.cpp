#include "report/document.hpp"

#include <algorithm>

#include <lfreval/types/date.hpp>

#include "report/dossier_views.hpp"

namespace lfreval {

json_document result_head(const evaluation& e) {
  json_document out;
  out["schema"] = study_schema;
  json_document declared;
  declared["name"] = e.declared.name;
  if (e.declared.as_of) declared["as_of"] = to_iso(*e.declared.as_of);
  declared["confidence"] = e.declared.level.level();
  declared["seed"] = e.declared.seed;
  declared["max_refused"] = e.declared.max_refused;
  declared["faces_cv_shared"] = e.declared.faces_cv_shared;
  if (e.declared.planning_design_effect) declared["planning_design_effect"] = *e.declared.planning_design_effect;
  if (e.declared.equivalence_margin) declared["equivalence_margin"] = *e.declared.equivalence_margin;
  if (e.declared.equivalence_difference) declared["equivalence_difference"] = *e.declared.equivalence_difference;
  for (const study_group& group : e.declared.groups) {
    json_document one{{"name", group.name}, {"label_source", group.label_source}};
    if (!group.reference.empty()) one["reference"] = group.reference;
    declared["groups"].push_back(std::move(one));
  }
  if (e.declared.decision) {
    const study_decision& weighed = *e.declared.decision;
    json_document decision{{"outcome", weighed.outcome}, {"harm", weighed.harm}};
    if (!weighed.alternative.empty()) decision["alternative"] = weighed.alternative;
    if (weighed.exchange_rates) decision["exchange_rates"] = {{"from", weighed.exchange_rates->from}, {"to", weighed.exchange_rates->to}, {"steps", weighed.exchange_rates->steps}};
    for (const study_decision::uncertain_input& one : weighed.inputs)
      decision["inputs"].push_back({{"name", one.name}, {"quantity", one.quantity}, {"distribution", one.distribution}, {"parameters", one.parameters}, {"source", one.source}});
    declared["decision"] = std::move(decision);
  }
  out["study"] = std::move(declared);

  out["not_measured"] = json_document::array();
  for (const not_measured_item& item : e.not_measured)
    out["not_measured"].push_back({{"topic", item.topic}, {"why", item.why}, {"remedy", item.remedy}, {"metrics", item.metrics}});

  out["sections"] = json_document::array();
  out["sections"].push_back({{"id", "records"}, {"title", "What was read"}});
  out["sections"].push_back({{"id", "identification"}, {"title", e.records.passages == 0 ? "Finding listed people, stopping others: MISSES NOT MEASURED" : "Finding listed people, stopping others"}});
  if (std::any_of(e.findings.begin(), e.findings.end(), [](const finding& f) { return f.in_section == "disparity"; }))
    out["sections"].push_back({{"id", "disparity"}, {"title", "Differences between groups: in finding listed people, and in stopping others"}});
  out["sections"].push_back({{"id", "burden"}, {"title", "Burden on people stopped"}});
  out["sections"].push_back({{"id", "proportionality"}, {"title", "What was gained"}});
  out["sections"].push_back({{"id", "data_quality"}, {"title", "Whether the records are complete and add up"}});

  json_document records;
  records["deployments"] = e.records.deployments;
  records["aborted"] = e.records.aborted;
  records["cancelled"] = e.records.cancelled;
  records["faces"] = e.records.faces;
  records["deployments_without_faces"] = e.records.faces_not_recorded;
  records["deployments_with_error_of_faces"] = e.records.faces_with_error;
  if (e.records.from && e.records.to) records["period"] = {to_iso(*e.records.from), to_iso(*e.records.to)};
  if (e.records.passages != 0) records["passages"] = e.records.passages;
  if (e.records.comparisons != 0) records["comparisons"] = e.records.comparisons;
  records["left_out_by_scope"] = json_document::object();
  for (const auto& [reason, n] : e.left_out) records["left_out_by_scope"][reason] = n;
  records["refused_rows"] = json_document::object();
  for (const auto& [code, n] : e.refused.counts()) records["refused_rows"][std::string(to_string(code))] = n;
  out["records"] = std::move(records);

  out["flag_meanings"] = json_document::object();
  for (unsigned i = 0; i < flag_count; ++i)
    out["flag_meanings"][std::string(to_string(static_cast<flag>(i)))] = meaning_of(static_cast<flag>(i));

  out["declared_not_evaluated"] = e.not_evaluated;
  if (e.laid_out) out["dossier"] = document_of(*e.laid_out);
  return out;
}

json_document result_document(const evaluation& e) {
  json_document out = result_head(e);
  out["findings"] = json_document::array();
  for (const finding& f : e.findings) out["findings"].push_back(document_of(f));
  out["curves"] = json_document::array();
  for (const curve& c : e.curves) out["curves"].push_back(document_of(c));
  return out;
}

} // namespace lfreval
