#include <lfreval/types/number.hpp>

#include "report/dossier_views.hpp"

namespace lfreval {

namespace {

json_document document_of(const dossier& whole, const dossier_line& line) {
  const criterion& asks = whole.criterion_of(line);
  json_document out;
  out["policy"] = whole.policy_of(line).name;
  out["criterion"] = asks.id;
  out["source"] = asks.source;
  out["clause"] = asks.clause;
  out["clause_verified"] = asks.verified;
  out["kind"] = to_string(asks.kind);
  out["strength"] = to_string(asks.strength);
  out["data_principle"] = to_string(asks.data);
  out["ai_principle"] = to_string(asks.ai);
  out["documents"] = asks.documents;
  out["requirement"] = asks.requirement;
  if (asks.kind != criterion_kind::process) {
    out["reads"] = asks.reads;
    out["comparator"] = to_string(asks.comparator);
  }
  if (!asks.unit.empty()) out["unit"] = asks.unit;
  if (asks.line) out["line"] = {{"events", asks.line->events}, {"exposure", asks.line->exposure / printed_per(asks.line->metric)}};
  out["uncertainty"] = asks.uncertainty;
  out["status"] = to_string(line.status);
  const auto said = asks.says.find(line.status);
  out["sentence"] = said == asks.says.end() ? "" : said->second;
  out["findings"] = json_document::array();
  for (const dossier_reading& one : line.readings) {
    json_document read{{"key", one.key}, {"outcome", to_string(one.outcome)}};
    if (one.bound) {
      const double scale = static_cast<double>(printed_per(*asks.metric));
      if (one.bound->unfavourable) read["unfavourable_bound"] = document_of(*one.bound->unfavourable, scale);
      if (one.bound->favourable) read["favourable_bound"] = document_of(*one.bound->favourable, scale);
    }
    out["findings"].push_back(std::move(read));
  }
  if (!line.remedy.empty()) out["remedy"] = line.remedy;
  return out;
}

json_document document_of(const dossier& whole, const std::vector<dossier_line>& lines) {
  json_document out = json_document::array();
  for (const dossier_line& line : lines) out.push_back(document_of(whole, line));
  return out;
}

json_document text() { return {{"type", "string"}}; }
json_document list_of(json_document items) { return {{"type", "array"}, {"items", std::move(items)}}; }

json_document object_of(json_document properties, std::initializer_list<const char*> required) {
  json_document out{{"type", "object"}, {"properties", std::move(properties)}, {"required", json_document::array()}, {"additionalProperties", false}};
  for (const char* name : required) out["required"].push_back(name);
  return out;
}

template <class Enum> json_document one_of(Enum last) {
  json_document out{{"enum", json_document::array()}};
  for (int i = 0; i <= static_cast<int>(last); ++i) out["enum"].push_back(to_string(static_cast<Enum>(i)));
  return out;
}

} // namespace

json_document document_of(const dossier& whole) {
  json_document out;
  out["policies"] = json_document::array();
  for (const policy& one : whole.policies) {
    json_document row{{"name", one.name}, {"title", one.title}, {"version", one.version}, {"shipped", one.shipped}, {"sha256", one.sha256}};
    if (!one.note.empty()) row["note"] = one.note;
    out["policies"].push_back(std::move(row));
  }
  out["limbs"] = json_document::array();
  for (const dossier_limb& one : whole.limbs) {
    const limb_words& words = words_of(one.which);
    json_document limb{{"limb", to_string(one.which)}, {"title", words.title}, {"question", words.question}};
    limb["not_measured"] = document_of(whole, one.not_measured);
    limb["limits"] = document_of(whole, one.limits);
    limb["indicators"] = document_of(whole, one.indicators);
    limb["documents"] = document_of(whole, one.documents);
    limb["would_change"] = json_document::array();
    for (const dossier_change& change : one.would_change) limb["would_change"].push_back({{"policy", change.policy}, {"criterion", change.criterion}, {"what", change.what}});
    limb["counts"] = json_document::object();
    for (const auto& [status, n] : one.counts) limb["counts"][std::string(to_string(status))] = n;
    limb["conclusion"] = one.conclusion;
    limb["no_figure_shows"] = words.never;
    out["limbs"].push_back(std::move(limb));
  }
  out["conclusion"] = whole.conclusion;
  return out;
}

json_document dossier_schema() {
  const json_document status = one_of(criterion_status::not_measured), count{{"type", "integer"}, {"minimum", 0}}, bound{{"$ref", "#/definitions/interval"}};
  const json_document reading = object_of({{"key", text()}, {"outcome", status}, {"unfavourable_bound", bound}, {"favourable_bound", bound}}, {"key", "outcome"});
  const json_document line = object_of({{"policy", text()}, {"criterion", text()}, {"source", text()}, {"clause", text()}, {"clause_verified", {{"type", "boolean"}}},
                                        {"kind", one_of(criterion_kind::process)}, {"strength", one_of(criterion_strength::should)}, {"data_principle", one_of(data_principle::accountability)},
                                        {"ai_principle", one_of(ai_principle::contestability_and_redress)}, {"documents", list_of({{"enum", {"dpia", "equality", "transparency"}}})},
                                        {"requirement", text()}, {"reads", text()}, {"comparator", one_of(criterion_comparator::holds)}, {"unit", text()},
                                        {"line", object_of({{"events", count}, {"exposure", count}}, {"events", "exposure"})}, {"uncertainty", list_of(text())}, {"status", status},
                                        {"sentence", text()}, {"findings", list_of(reading)}, {"remedy", text()}},
                                       {"policy", "criterion", "source", "clause", "clause_verified", "kind", "strength", "data_principle", "ai_principle", "documents", "requirement", "uncertainty",
                                        "status", "sentence", "findings"});
  const json_document change = object_of({{"policy", text()}, {"criterion", text()}, {"what", text()}}, {"policy", "criterion", "what"});
  // How many criteria of one limb came out how: the only numbers there are, and nothing adds them up (M59).
  json_document counts{{"type", "object"}, {"properties", json_document::object()}, {"additionalProperties", false}};
  for (const json_document& one : status["enum"]) counts["properties"][one.get<std::string>()] = count;
  const json_document limb = object_of({{"limb", one_of(limb::fair_balance)}, {"title", text()}, {"question", text()}, {"not_measured", list_of(line)}, {"limits", list_of(line)},
                                        {"indicators", list_of(line)}, {"documents", list_of(line)}, {"would_change", list_of(change)}, {"counts", counts}, {"conclusion", text()},
                                        {"no_figure_shows", text()}},
                                       {"limb", "title", "question", "not_measured", "limits", "indicators", "documents", "would_change", "counts", "conclusion", "no_figure_shows"});
  const json_document policy = object_of({{"name", text()}, {"title", text()}, {"version", text()}, {"shipped", {{"type", "boolean"}}}, {"sha256", {{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}}}, {"note", text()}},
                                         {"name", "title", "version", "shipped", "sha256"});
  return object_of({{"policies", list_of(policy)}, {"limbs", list_of(limb)}, {"conclusion", text()}}, {"policies", "limbs", "conclusion"});
}

} // namespace lfreval
