#include <lfreval/report/json.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>

#include <lfreval/bytes/file.hpp>
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
  out["command"] = options.command;
  out["program"] = "lfreval";
  out["version"] = version();
  out["study"] = {{"file", std::filesystem::path(e.declared.file).filename().string()}, {"sha256", e.declared.sha256}};
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

std::string result_sha256(const evaluation& e) { return sha256_hex(compact(result_document(e))); }

std::string to_json(const evaluation& e, const json_options& options) {
  json_document result = result_document(e);
  const std::string hash = sha256_hex(compact(result));
  std::string out = "{\"provenance\":" + compact(provenance_document(e, options, hash)) + ",\n\"result\":{";
  bool first = true;
  for (const auto& [name, value] : result.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    out += nlohmann::json(name).dump() + ":";
    if (!value.is_array() || value.empty()) { out += compact(value); continue; }
    out += "[\n";
    for (std::size_t i = 0; i < value.size(); ++i) out += compact(value[i]) + (i + 1 < value.size() ? ",\n" : "\n");
    out += "]";
  }
  out += "\n}}\n";
  return out;
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
  const json_document written = json_document::parse(evaluation_text, nullptr, false);
  if (written.is_discarded() || !written.is_object() || !written.contains("provenance") || !written.contains("result") ||
      !written["provenance"].is_object() || !written["result"].is_object())
    return malformed("a JSON object with provenance and result, as `lfreval evaluate` writes it");
  const json_document& provenance = written["provenance"];
  const json_document& result = written["result"];
  const auto text_of = [](const json_document& object, const char* field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (const auto schema = result.find("schema"); schema != result.end() && schema->is_number_integer() && schema->get<std::int64_t>() > study_schema)
    return malformed("schema " + std::to_string(study_schema) + " or older");
  if (!result.contains("findings") || !result["findings"].is_array()) return malformed("a result with findings");

  verification out;
  if (sha256_hex(compact(result)) != text_of(provenance, "result_sha256"))
    out.differences.push_back("result: its bytes do not have the result_sha256 that the provenance states; the file was altered after it was written");
  if (text_of(provenance, "version") != version())
    out.differences.push_back("program: written by version " + printable(text_of(provenance, "version")) + ", checked by " + std::string(version()));
  if (provenance.contains("study") && provenance["study"].is_object() && text_of(provenance["study"], "sha256") != declared.sha256)
    out.differences.push_back("study: " + declared.file + " is not the study this was made from");

  auto again = evaluate(declared, options);
  if (!again) return tl::unexpected(std::move(again.error()));
  std::map<std::string, std::string> stated;
  if (provenance.contains("inputs") && provenance["inputs"].is_array())
    for (const json_document& input : provenance["inputs"])
      if (input.is_object()) stated[text_of(input, "file")] = text_of(input, "sha256");
  for (const input_file& f : again->files) {
    const auto found = stated.find(f.named);
    if (found == stated.end()) out.differences.push_back("input: " + f.named + " is not among the inputs stated");
    else if (found->second != f.sha256) out.differences.push_back("input: " + f.named + " has changed since (SHA-256 differs)");
    if (found != stated.end()) stated.erase(found);
  }
  for (const auto& [file, hash] : stated) out.differences.push_back("input: " + printable(file, 256) + " was read then and is not now");

  const json_document fresh = result_document(*again);
  std::map<std::string, const json_document*> before;
  for (const json_document& f : result["findings"])
    if (f.is_object()) before[text_of(f, "key")] = &f;
  for (const json_document& f : fresh["findings"]) {
    const std::string key = f["key"].get<std::string>();
    const auto found = before.find(key);
    if (found == before.end()) { out.differences.push_back("finding: " + key + " is missing from the file"); continue; }
    if (compact(*found->second) != compact(f)) {
      std::string fields;
      for (const auto& [field, value] : f.items()) {
        const auto old = found->second->find(field);
        if (old == found->second->end() || compact(*old) != compact(value)) fields += (fields.empty() ? "" : ", ") + field;
      }
      for (const auto& [field, value] : found->second->items())
        if (!f.contains(field)) fields += (fields.empty() ? "" : ", ") + printable(field);
      out.differences.push_back("finding: " + key + " differs in " + fields + "; now: " + f["sentence"].get<std::string>());
    }
    before.erase(found);
  }
  for (const auto& [key, value] : before) out.differences.push_back("finding: " + printable(key, 256) + " is not in the evaluation of this study");
  for (const auto& [field, value] : fresh.items())
    if (field != "findings" && (!result.contains(field) || compact(result[field]) != compact(value))) out.differences.push_back("result: " + field + " differs");
  return out;
}

} // namespace lfreval
