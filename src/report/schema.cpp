#include <lfreval/report/json.hpp>

#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/metric.hpp>

#include "report/document.hpp"
#include "report/dossier_views.hpp"

namespace lfreval {

namespace {

using json = json_document;

json object_of(json properties, std::initializer_list<const char*> required, bool closed = true) {
  json out{{"type", "object"}, {"properties", std::move(properties)}, {"required", json::array()}};
  for (const char* name : required) out["required"].push_back(name);
  if (closed) out["additionalProperties"] = false;
  return out;
}

json reference(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }
json text() { return {{"type", "string"}}; }
json whole_number() { return {{"type", "integer"}, {"minimum", 0}}; }
json number() { return {{"type", "number"}}; }
json list_of(json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
json number_or_null() { return {{"type", {"number", "null"}}}; }
json hash() { return {{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}}; }

json branch(const char* kind, json also, std::initializer_list<const char*> required_when_measured) {
  json value{{"properties", {{"kind", {{"const", kind}}}}}};
  for (const auto& [name, shape] : also.items()) value["properties"][name] = shape;
  json measured{{"if", {{"properties", {{"status", {{"enum", {"measured", "projected", "bounded"}}}}}}}}, {"then", {{"required", json::array()}}}};
  for (const char* name : required_when_measured) measured["then"]["required"].push_back(name);
  value["allOf"] = json::array({measured});
  return value;
}

} // namespace

std::string evaluation_schema() {
  json flags = json::array();
  for (unsigned i = 0; i < flag_count; ++i) flags.push_back(to_string(static_cast<flag>(i)));
  json metrics = json::array();
  for (const metric_units& row : metric_units_table) metrics.push_back(to_string(row.id));
  json named = metrics; // what may lack a value: metrics, and indicators of the dossier
  for (const indicator& row : indicators())
    if (!row.metric) named.push_back(row.key);
  json methods = json::array();
  for (unsigned i = 0; i <= static_cast<unsigned>(interval_method::inverted); ++i) methods.push_back(to_string(static_cast<interval_method>(i)));

  json definitions;
  definitions["counted"] = object_of({{"unit", text()}, {"n", whole_number()}, {"coefficient_of_variation", number()}}, {"unit", "n"});
  definitions["flags"] = list_of({{"enum", flags}});
  const json level{{"type", "number"}, {"exclusiveMinimum", 0}, {"exclusiveMaximum", 1}};
  // An end without a bound is null and says so; null alone is no limit.
  const json null_says_so{{"if", {{"properties", {{"upper", {{"type", "null"}}}}}}}, {"then", {{"required", {"upper_unbounded"}}}}};
  const json interval_fields{{"lower", number()}, {"upper", number_or_null()}, {"upper_unbounded", {{"const", true}}}, {"confidence", level},
                             {"method", {{"enum", methods}}}, {"sides", {{"enum", {1, 2}}}}, {"side", {{"enum", {"lower", "upper"}}}}};
  definitions["interval"] = object_of(interval_fields, {"lower", "upper", "confidence", "method", "sides"});
  for (const auto& [keyword, value] : null_says_so.items()) definitions["interval"][keyword] = value;
  json companion_fields = interval_fields;
  companion_fields["flags"] = reference("flags");
  definitions["companion"] = object_of(companion_fields, {"lower", "upper", "confidence", "method", "sides", "flags"});
  for (const auto& [keyword, value] : null_says_so.items()) definitions["companion"][keyword] = value;
  definitions["clusters"] = object_of({{"unit", {{"enum", {"person", "deployment"}}}}, {"n", whole_number()}, {"with_events", whole_number()},
                                       {"rung", {{"enum", {0, 1, 2, 3}}}}, {"design_effect", number()}, {"effective_events", number()},
                                       {"skew", number()}, {"kernel", number()}},
                                      {"unit", "n", "with_events", "rung", "skew", "kernel"});
  definitions["tally"] = object_of({{"events", reference("counted")}, {"exposure", reference("counted")}}, {"events", "exposure"});
  definitions["check_row"] = object_of({{"deployment", text()}, {"arithmetic", text()}, {"cells", list_of(text())}}, {"deployment", "arithmetic", "cells"});
  definitions["estimate"] = object_of({{"events", reference("counted")}, {"exposure", reference("counted")}, {"per", {{"const", "hour"}}}, {"estimate", number()},
                                       {"one_in", whole_number()}, {"interval", reference("interval")}, {"clusters", reference("clusters")},
                                       {"companions", list_of(reference("companion"))}},
                                      {"events", "exposure", "estimate", "interval", "clusters", "companions"});

  definitions["between_groups"] = object_of({{"verdict", {{"enum", {"DIFFERENT", "EQUIVALENT", "DIFFERENT BUT WITHIN MARGIN", "INCONCLUSIVE"}}}}, {"different", {{"type", "boolean"}}},
                                             {"equivalent", {{"type", "boolean"}}}, {"margin", number()}, {"comparisons", whole_number()}, {"decided_on", reference("interval")},
                                             {"detectable_ratio", number()}, {"exposure_of_each_needed", number()}},
                                            {"verdict", "different", "comparisons", "decided_on"});
  definitions["noninferiority"] = object_of({{"margin", {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}}}, {"verdict", {{"enum", {"met", "not_met", "inconclusive"}}}},
                                             {"tactic_over_deployments", reference("interval")}, {"p_value", number()}},
                                            {"margin", "verdict", "tactic_over_deployments", "p_value"});
  // Places before and after: where something was changed, or where nothing was.
  definitions["places"] = object_of({{"before", reference("tally")}, {"after", reference("tally")}, {"places", whole_number()}}, {"before", "after", "places"});
  definitions["figure"] = object_of({{"estimate", number()}, {"interval", reference("interval")}}, {"estimate", "interval"});
  definitions["miscount"] = object_of({{"percent", whole_number()}, {"lower", number()}, {"upper", number_or_null()}, {"upper_unbounded", {{"const", true}}}}, {"percent", "lower", "upper"});
  for (const auto& [keyword, value] : null_says_so.items()) definitions["miscount"][keyword] = value;

  json common{{"key", {{"type", "string"}, {"pattern", "^[a-z_-]+@[a-z_]+=[^;]*(;[a-z_]+=[^;]*)*$"}}}, {"metric", text()},
              {"kind", {{"enum", {"count", "rate", "ratio", "difference", "quantity", "projection", "check", "verdict"}}}},
              {"section", {{"enum", {"records", "identification", "disparity", "burden", "proportionality", "data_quality"}}}},
              {"status", {{"enum", {"measured", "bounded", "projected", "not_estimable", "not_measured", "refused"}}}},
              {"axes", {{"type", "object"}, {"additionalProperties", text()}}}, {"sentence", text()}, {"notes", list_of(text())},
              {"between_groups", reference("between_groups")}, {"noninferiority", reference("noninferiority")},
              {"baselines", list_of(object_of({{"name", text()}, {"source", text()}, {"share", number()}, {"p_excess", number()}, {"p_two_sided", number()}, {"multinomial_p", number()}, {"detectable_ratio", number()}},
                                              {"name", "source", "share", "p_excess", "p_two_sided", "multinomial_p"}))},
              {"flags", reference("flags")}, {"cites", list_of(text())}, {"if_exposure_is_miscounted", list_of(reference("miscount"))}};
  json finding{{"type", "object"}, {"properties", common},
               {"required", {"key", "metric", "kind", "section", "status", "axes", "sentence", "flags", "cites"}}};
  const json counted = reference("counted"), made = reference("interval");
  // A rate is one estimate, or two where some rows are in doubt.
  json rate = branch("rate", {{"metric", {{"enum", metrics}}}, {"events", counted}, {"exposure", counted}, {"per", {{"const", "hour"}}}, {"estimate", number()},
                              {"one_in", whole_number()}, {"interval", made}, {"clusters", reference("clusters")}, {"companions", list_of(reference("companion"))},
                              {"lowest", reference("estimate")}, {"highest", reference("estimate")}, {"deployments_in_doubt", whole_number()}},
                     {"conditions"});
  rate["allOf"].push_back({{"if", {{"properties", {{"status", {{"const", "measured"}}}}}}},
                           {"then", {{"required", {"events", "exposure", "estimate", "interval", "clusters", "companions"}}}}});
  rate["allOf"].push_back({{"if", {{"properties", {{"status", {{"const", "bounded"}}}}}}}, {"then", {{"required", {"lowest", "highest", "deployments_in_doubt"}}}}});
  // A threshold with a guarantee has a promise in the place of an interval.
  json quantity = branch("quantity", {{"unit", text()}, {"estimate", number_or_null()}, {"interval", made}, {"between", list_of(text())},
                                      {"distribution", object_of({{"n", whole_number()}, {"not_recorded", whole_number()}, {"smallest", number()}, {"median", number()}, {"ninth_decile", number()}, {"largest", number()}},
                                                                 {"n", "not_recorded", "smallest", "median", "ninth_decile", "largest"})},
                                      {"promise", object_of({{"limit", {{"type", "object"}}}, {"rate", {{"enum", {"per_passage", "per_person", "persons_ever_alerted"}}}},
                                                             {"holds", {{"enum", {"finite_sample", "asymptotic", "expectation_only"}}}}, {"confidence", level}, {"trials", whole_number()},
                                                             {"allowed", whole_number()}, {"reaching", whole_number()}, {"bound", number()}, {"passages", whole_number()},
                                                             {"persons", whole_number()}, {"persons_kept", whole_number()}, {"seed", whole_number()},
                                                             {"lowest_recorded", {{"type", "boolean"}}}, {"conditional_on_list", {{"const", true}}}},
                                                            {"limit", "rate", "holds", "confidence", "trials", "allowed", "reaching", "bound", "conditional_on_list"})}},
                         {"unit", "estimate"});
  quantity["allOf"].push_back({{"if", {{"properties", {{"status", {{"enum", {"measured", "projected", "bounded"}}}}}}}}, {"then", {{"anyOf", {{{"required", {"interval"}}}, {{"required", {"promise"}}}, {{"required", {"distribution"}}}}}}}});
  json difference = branch("difference", {{"first", reference("tally")}, {"second", reference("tally")}, {"first_only", whole_number()}, {"second_only", whole_number()},
                                          {"estimate", number()}, {"interval", made}, {"widening", number()}, {"companions", list_of(reference("companion"))}, {"with", reference("places")}, {"without", reference("places")},
                                          {"ratio", reference("figure")}, {"difference", reference("figure")}, {"degrees", number()}}, {});
  difference["allOf"].push_back({{"if", {{"properties", {{"status", {{"const", "measured"}}}}}}},
                                 {"then", {{"anyOf", {{{"required", {"first", "second", "estimate", "interval", "companions"}}}, {{"required", {"with", "without", "ratio", "difference"}}}}}}}});
  finding["oneOf"] = json::array({
      branch("count", {{"events", counted}}, {"events"}),
      rate,
      branch("ratio", {{"of", reference("tally")}, {"against", reference("tally")}, {"estimate", number_or_null()}, {"interval", made}},
             {"of", "against", "estimate", "interval", "companions"}),
      difference,
      quantity,
      branch("projection", {{"from", list_of(text())}, {"assumption", object_of({{"quantity", text()}, {"low", number()}, {"point", number()}, {"high", number()}, {"reason", text()}}, {"quantity", "low", "high", "reason"})},
                            {"estimate", number()}, {"interval", made}}, {"from", "assumption", "interval"}),
      branch("check", {{"rule", text()}, {"severity", {{"enum", {"fault", "note"}}}}, {"examined", whole_number()}, {"named", whole_number()}, {"rows", list_of(reference("check_row"))}}, {"rule", "severity", "examined", "named", "rows"}),
      branch("verdict", {{"verdict", {{"enum", {"met", "not_met", "inconclusive", "not_measured"}}}}, {"limit", {{"type", "object"}, {"properties", {{"in_every", text()}}}}},
                         {"unfavourable_bound", made}, {"favourable_bound", made}, {"exposure_to_decide", whole_number()}, {"exposure_without_events", whole_number()}},
             {"verdict", "limit", "events", "exposure"}),
  });
  definitions["finding"] = finding;

  const json input = object_of({{"source", text()}, {"file", text()}, {"sha256", hash()}, {"rows", whole_number()}, {"unused_columns", list_of(text())}},
                               {"source", "file", "sha256", "rows", "unused_columns"});
  const json refused = object_of({{"source", text()}, {"file", text()}, {"line", whole_number()}, {"rule", text()}, {"column", text()}, {"value", text()}, {"allowed", text()}},
                                 {"source", "file", "line", "rule", "allowed"});
  const json provenance = object_of({{"time", text()}, {"command", text()}, {"program", {{"const", "lfreval"}}}, {"version", text()},
                                     {"study", object_of({{"file", text()}, {"sha256", hash()}}, {"file", "sha256"})},
                                     {"inputs", list_of(input)}, {"ledger", list_of(refused)}, {"result_sha256", hash()}},
                                    {"time", "command", "program", "version", "study", "inputs", "ledger", "result_sha256"});
  const json missing = object_of({{"topic", text()}, {"why", text()}, {"remedy", text()}, {"metrics", list_of({{"enum", named}})}}, {"topic", "why", "remedy", "metrics"});
  const json section_shape = object_of({{"id", text()}, {"title", text()}}, {"id", "title"});
  const json curve_shape = object_of({{"name", text()}, {"meaning", text()}, {"columns", {{"type", "object"}, {"additionalProperties", {{"type", "array"}}}}}}, {"name", "meaning", "columns"});
  const json result = object_of({{"schema", {{"const", study_schema}}}, {"study", {{"type", "object"}, {"required", {"name", "confidence", "seed", "max_refused"}}}},
                                 {"not_measured", list_of(missing)}, {"sections", list_of(section_shape)},
                                 {"records", {{"type", "object"}, {"required", {"deployments", "aborted", "cancelled", "faces", "refused_rows", "left_out_by_scope"}}}},
                                 {"flag_meanings", {{"type", "object"}}}, {"declared_not_evaluated", list_of(text())}, {"findings", list_of(reference("finding"))},
                                 {"curves", list_of(curve_shape)}, {"dossier", dossier_schema()}},
                                {"schema", "study", "not_measured", "sections", "records", "flag_meanings", "declared_not_evaluated", "findings", "curves"});
  json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "lfreval evaluation"},
              {"description", "What `lfreval evaluate` writes. `result` is the same for any thread count, row order and file split."}};
  const json whole = object_of({{"provenance", provenance}, {"result", result}}, {"provenance", "result"});
  for (const auto& [name, value] : whole.items()) schema[name] = value;
  schema["definitions"] = definitions;
  return schema.dump(1) + "\n";
}

} // namespace lfreval
