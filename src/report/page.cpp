#include <lfreval/report/page.hpp>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/study.hpp>

#include "report/document.hpp"
#include "report/fields.hpp"
#include "report/page_assets.hpp"
#include "report/page_header.hpp"
#include "report/page_sections.hpp"
#include "report/page_shell.hpp"
#include "report/public_copy.hpp"

namespace lfreval {

namespace {

error malformed(const std::string& name, const std::string& allowed) {
  error why;
  why.code = error_code::malformed_evaluation;
  why.file = name;
  why.allowed = allowed;
  return why;
}

} // namespace

bool page_has_pictures() noexcept { return !page_assets::figures.empty(); }

result<std::string> to_page(std::string_view evaluation_text, const std::string& name, const page_options& options) {
  if (is_too_deep(evaluation_text)) return refuse(malformed(name, "a document of at most " + std::to_string(deepest_document) + " levels"));
  json_document written = json_document::parse(evaluation_text, nullptr, false);
  const json_document &provenance = fields::part(written, "provenance"), &result = fields::part(written, "result");
  if (!provenance.is_object() || !result.is_object() || !fields::part(result, "findings").is_array())
    return refuse(malformed(name, "a JSON object with provenance and result, as `lfreval evaluate` writes it"));
  if (const auto schema = fields::number(result, "schema"); !schema || *schema > study_schema)
    return refuse(malformed(name, "schema " + std::to_string(study_schema) + " or older"));
  page::material m{provenance, result, options.public_copy};
  m.hash_agrees = sha256_hex(compact(result)) == fields::text(provenance, "result_sha256");
  if (options.public_copy) {
    m.withheld = page::make_public(written["result"]);
    for (json_document& row : written["provenance"]["ledger"])
      if (row.is_object()) row.erase("value");
  }
  m.with_pictures = page_has_pictures();
  return page::assembled({fields::text(fields::part(m.result, "study"), "name") + ": live facial recognition, what the records support", page::header(m), page::chapters(m),
                          "Made by lfreval from the evaluation alone. Nothing here is legal advice, and nothing here says that a deployment was proportionate.", true});
}

} // namespace lfreval
