#include <lfreval/report/page.hpp>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/study.hpp>

#include "report/document.hpp"
#include "report/fields.hpp"
#include "report/html.hpp"
#include "report/page_assets.hpp"
#include "report/page_header.hpp"
#include "report/page_sections.hpp"
#include "report/public_copy.hpp"

namespace lfreval {

namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j > bytes.size() ? '=' : digits[group >> (18 - 6 * j) & 63U];
  }
  return out;
}

/// A source of the content security policy that allows exactly this text.
std::string allowed_by_hash(std::string_view text) {
  const std::string hex = sha256_hex(text);
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return "'sha256-" + base64(bytes) + "'";
}

std::string policy() {
  std::string scripts;
  for (const std::string_view script : {page_assets::explorer, page_assets::figures})
    if (!script.empty()) scripts += " " + allowed_by_hash(script);
  return "default-src 'none'; script-src" + scripts + "; style-src " + allowed_by_hash(page_assets::style) + "; base-uri 'none'; form-action 'none'";
}

error malformed(const std::string& name, const std::string& allowed) {
  error why;
  why.code = error_code::malformed_evaluation;
  why.file = name;
  why.allowed = allowed;
  return why;
}

std::string assembled(const page::material& m) {
  const std::vector<page::chapter> chapters = page::chapters(m);
  html out;
  out.program_text("<!DOCTYPE html>\n").open("html", {{"lang", "en-GB"}}).open("head");
  out.open("meta", {{"charset", "utf-8"}}).program_text("\n");
  out.open("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}}).program_text("\n");
  out.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}).program_text("\n");
  out.open("meta", {{"name", "color-scheme"}, {"content", "light dark"}}).program_text("\n");
  out.open("meta", {{"name", "referrer"}, {"content", "no-referrer"}}).program_text("\n");
  out.element("title", fields::text(fields::part(m.result, "study"), "name") + ": live facial recognition, what the records support").program_text("\n");
  out.program_text("<style>").program_text(page_assets::style).program_text("</style>\n").close("head");
  out.open("body").element("a", "Skip to the report", {{"class", "skip"}, {"href", "#report"}});
  out.open("header").append(page::header(m)).close("header");
  out.open("nav", {{"aria-label", "Contents"}}).open("ol");
  for (const page::chapter& one : chapters) out.open("li").element("a", one.title, {{"href", "#" + one.id}}).close("li");
  out.close("ol").close("nav");
  out.open("main", {{"id", "report"}});
  if (page_assets::figures.empty()) out.element("p", "The pictures were left out when this program was built; every figure stands in the tables.", {{"class", "note"}});
  for (const page::chapter& one : chapters) out.open("section", {{"id", one.id}, {"aria-labelledby", one.id + "-title"}}).element("h2", one.title, {{"id", one.id + "-title"}}).program_text("\n").append(one.body).close("section");
  out.close("main");
  out.open("footer").element("p", "Made by lfreval from the evaluation alone. Nothing here is legal advice, and nothing here says that a deployment was proportionate.").close("footer");
  for (const std::string_view script : {page_assets::explorer, page_assets::figures})
    if (!script.empty()) out.program_text("<script>").program_text(script).program_text("</script>\n");
  out.close("body").close("html");
  return out.str();
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
  return assembled(m);
}

} // namespace lfreval
