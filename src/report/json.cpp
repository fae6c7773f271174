#include <lfreval/report/json.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>

#include <lfreval/bytes/file.hpp>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/types/printable.hpp>
#include <lfreval/types/version.hpp>

#include "report/document.hpp"

namespace lfreval {

namespace {

std::string now() {
  const std::time_t seconds_since = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds_since, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

/// Identifiers and free text of refused rows stay out unless asked for; malformed numbers and dates tell nothing of people.
bool shows_value(error_code code) noexcept {
  return code == error_code::not_a_count || code == error_code::not_a_number || code == error_code::not_a_date ||
         code == error_code::wrong_field_count;
}

json_document provenance_document(const evaluation& e, const json_options& options, const std::string& hash) {
  json_document out;
  out["time"] = options.time.empty() ? now() : options.time;
  out["command"] = printable(options.command, 4096); // a path need not be UTF-8, JSON must be
  out["program"] = "lfreval";
  out["version"] = version();
  out["study"] = {{"file", printable(std::filesystem::path(e.declared.file).filename().string(), 256)}, {"sha256", e.declared.sha256}};
  out["inputs"] = json_document::array();
  for (const input_file& f : e.files)
    out["inputs"].push_back({{"source", f.source}, {"file", f.named}, {"sha256", f.sha256}, {"rows", f.rows}, {"unused_columns", f.unused_columns}});
  out["ledger"] = json_document::array();
  for (const refused_row& row : e.refused.rows()) {
    json_document entry{{"source", row.source}, {"file", row.why.file}, {"line", row.why.line}, {"rule", to_string(row.why.code)}};
    if (!row.why.column_name.empty()) entry["column"] = row.why.column_name;
    if (options.show_values || shows_value(row.why.code)) entry["value"] = printable(row.why.value);
    entry["allowed"] = row.why.allowed;
    out["ledger"].push_back(std::move(entry));
  }
  out["result_sha256"] = hash;
  return out;
}

} // namespace

namespace {

/// A field of the result as compact text: its elements, if it is an array that has any, and otherwise the whole.
struct compact_field {
  std::string name;
  std::string whole;
  std::vector<std::string> elements;
};

compact_field field_of(const std::string& name, const json_document& value) {
  compact_field out{nlohmann::json(name).dump(), "", {}};
  if (!value.is_array() || value.empty()) { out.whole = compact(value); return out; }
  for (const json_document& element : value) out.elements.push_back(compact(element));
  return out;
}

std::vector<compact_field> fields_of(const json_document& result) {
  std::vector<compact_field> out;
  for (const auto& [name, value] : result.items()) out.push_back(field_of(name, value));
  return out;
}

/// The same as of `result_document`, without holding the tree of every finding at once.
std::vector<compact_field> fields_of(const evaluation& e, unsigned threads) {
  std::vector<compact_field> out = fields_of(result_head(e));
  const auto add = [&](const char* name, const auto& rows) {
    compact_field field = field_of(name, json_document::array());
    field.elements.resize(rows.size());
    detail::parallel_for(rows.size(), threads, [&](std::size_t i) { field.elements[i] = compact(document_of(rows[i])); });
    if (!rows.empty()) field.whole.clear();
    out.push_back(std::move(field));
  };
  add("findings", e.findings);
  add("curves", e.curves);
  return out;
}

std::string joined(const std::vector<compact_field>& fields, std::string_view between_fields, std::string_view between_elements) {
  std::string out;
  for (const compact_field& field : fields) {
    if (&field != &fields.front()) out += ',';
    out += between_fields;
    out += field.name;
    out += ':';
    out += field.whole;
    if (field.elements.empty()) continue;
    out += '[';
    for (const std::string& element : field.elements) {
      if (&element != &field.elements.front()) out += ',';
      out += between_elements;
      out += element;
    }
    out += between_elements;
    out += ']';
  }
  return out;
}

/// The bytes that result_sha256 is of.
std::string hashed(const std::vector<compact_field>& fields) { return "{" + joined(fields, "", "") + "}"; }

/// The file as it is laid out: provenance on one line, then one finding to a line.
std::string layout(const json_document& provenance, const std::vector<compact_field>& result) {
  return "{\"provenance\":" + compact(provenance) + ",\n\"result\":{" + joined(result, "\n", "\n") + "\n}}\n";
}

std::string text_of(const json_document& object, const char* field) {
  if (!object.is_object()) return "";
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A ledger without the values, which depend on --show-values.
json_document without_values(json_document ledger_rows) {
  if (ledger_rows.is_array())
    for (json_document& row : ledger_rows)
      if (row.is_object()) row.erase("value");
  return ledger_rows;
}

void compare_inputs(const json_document& stated, const json_document& now, std::vector<std::string>& differences) {
  std::map<std::string, json_document> before;
  if (stated.is_array())
    for (const json_document& input : stated) {
      const std::string file = text_of(input, "file");
      if (!before.emplace(file, input).second) differences.push_back("input: " + printable(file, 256) + " is stated twice");
    }
  for (const json_document& input : now) {
    const std::string file = text_of(input, "file");
    const auto found = before.find(file);
    if (found == before.end()) { differences.push_back("input: " + printable(file, 256) + " is not among the inputs stated"); continue; }
    if (text_of(found->second, "sha256") != text_of(input, "sha256")) differences.push_back("input: " + printable(file, 256) + " has changed since (SHA-256 differs)");
    else if (compact(found->second) != compact(input)) differences.push_back("input: what is stated of " + printable(file, 256) + " differs");
    before.erase(found);
  }
  for (const auto& [file, input] : before) differences.push_back("input: " + printable(file, 256) + " was read then and is not now");
}

void compare_findings(const json_document& stated, const json_document& now, std::vector<std::string>& differences) {
  std::map<std::string, const json_document*> before;
  for (const json_document& f : stated)
    if (!f.is_object() || !before.emplace(text_of(f, "key"), &f).second) differences.push_back("finding: " + printable(text_of(f, "key"), 256) + " stands in the file twice, or is no finding");
  for (const json_document& f : now) {
    const std::string key = text_of(f, "key");
    const auto found = before.find(key);
    if (found == before.end()) { differences.push_back("finding: " + key + " is missing from the file"); continue; }
    if (compact(*found->second) != compact(f)) {
      std::string fields;
      for (const auto& [field, value] : f.items()) {
        const auto old = found->second->find(field);
        if (old == found->second->end() || compact(*old) != compact(value)) fields += (fields.empty() ? "" : ", ") + field;
      }
      for (const auto& [field, value] : found->second->items())
        if (!f.contains(field)) fields += (fields.empty() ? "" : ", ") + printable(field);
      differences.push_back("finding: " + key + " differs in " + (fields.empty() ? "the order of its fields" : fields) + "; now: " + printable(text_of(f, "sentence"), 1000));
    }
    before.erase(found);
  }
  for (const auto& [key, value] : before) differences.push_back("finding: " + printable(key, 256) + " is not in the evaluation of this study");
}

} // namespace

std::string result_sha256(const evaluation& e) { return sha256_hex(hashed(fields_of(e, 1))); }

std::string to_json(const evaluation& e, const json_options& options) {
  const std::vector<compact_field> result = fields_of(e, options.threads);
  return layout(provenance_document(e, options, sha256_hex(hashed(result))), result);
}

tl::expected<verification, std::vector<error>> verify(const std::string& evaluation_text, const std::string& name, const study& declared,
                                                      const evaluation_options& options) {
  const auto malformed = [&](const std::string& allowed) {
    error why;
    why.code = error_code::malformed_evaluation;
    why.file = name;
    why.allowed = allowed;
    return tl::unexpected(std::vector{why});
  };
  if (is_too_deep(evaluation_text)) return malformed("a document of at most " + std::to_string(deepest_document) + " levels");
  const json_document written = json_document::parse(evaluation_text, nullptr, false);
  if (written.is_discarded() || !written.is_object() || !written.contains("provenance") || !written.contains("result") ||
      !written["provenance"].is_object() || !written["result"].is_object())
    return malformed("a JSON object with provenance and result, as `lfreval evaluate` writes it");
  const json_document& provenance = written["provenance"];
  const json_document& result = written["result"];
  if (const auto schema = result.find("schema"); schema != result.end() && schema->is_number_integer() && schema->get<std::int64_t>() > study_schema)
    return malformed("schema " + std::to_string(study_schema) + " or older");
  if (!result.contains("findings") || !result["findings"].is_array()) return malformed("a result with findings");

  verification out;
  // Written again, an untouched file is the same to the byte: names given twice, added fields and re-formatting all show.
  if (layout(provenance, fields_of(result)) != evaluation_text) out.differences.push_back("file: it is not as lfreval wrote it");
  if (sha256_hex(compact(result)) != text_of(provenance, "result_sha256"))
    out.differences.push_back("result: its bytes do not have the result_sha256 that the provenance states; the file was altered after it was written");
  if (text_of(provenance, "version") != version())
    out.differences.push_back("program: written by version " + printable(text_of(provenance, "version")) + ", checked by " + std::string(version()));

  auto again = evaluate(declared, options);
  if (!again) return tl::unexpected(std::move(again.error()));
  const json_document fresh = result_document(*again);
  const json_document stated = provenance_document(*again, {}, sha256_hex(compact(fresh)));
  const auto part = [](const json_document& object, const char* field) { const auto found = object.find(field); return found == object.end() ? json_document() : *found; };
  if (text_of(part(provenance, "study"), "sha256") != declared.sha256) out.differences.push_back("study: " + printable(declared.file, 256) + " is not the study this was made from");
  if (text_of(provenance, "program") != text_of(stated, "program")) out.differences.push_back("program: the provenance does not name lfreval");
  for (const auto& [field, value] : provenance.items())
    if (!stated.contains(field)) out.differences.push_back("provenance: " + printable(field) + " is not part of one");
  compare_inputs(part(provenance, "inputs"), stated["inputs"], out.differences);
  if (compact(without_values(part(provenance, "ledger"))) != compact(without_values(stated["ledger"]))) out.differences.push_back("ledger: the refused rows differ");
  compare_findings(result["findings"], fresh["findings"], out.differences);
  for (const auto& [field, value] : fresh.items())
    if (field != "findings" && (!result.contains(field) || compact(result[field]) != compact(value))) out.differences.push_back("result: " + field + " differs");
  for (const auto& [field, value] : result.items())
    if (!fresh.contains(field)) out.differences.push_back("result: " + printable(field) + " is not part of an evaluation");
  return out;
}

} // namespace lfreval
