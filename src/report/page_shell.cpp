#include "report/page_shell.hpp"

#include <string_view>

#include <lfreval/bytes/file.hpp>

#include "report/page_assets.hpp"

namespace lfreval::page {

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

std::string policy(const std::vector<std::string_view>& scripts) {
  std::string allowed;
  for (const std::string_view script : scripts) allowed += " " + allowed_by_hash(script);
  return "default-src 'none'; script-src" + (allowed.empty() ? " 'none'" : allowed) + "; style-src " + allowed_by_hash(page_assets::style) + "; base-uri 'none'; form-action 'none'";
}

} // namespace

std::string assembled(const shell& s) {
  std::vector<std::string_view> scripts;
  if (s.explores) scripts.push_back(page_assets::explorer);
  if (!page_assets::figures.empty()) scripts.push_back(page_assets::figures);
  html out;
  out.program_text("<!DOCTYPE html>\n").open("html", {{"lang", "en-GB"}}).open("head");
  out.open("meta", {{"charset", "utf-8"}}).program_text("\n");
  out.open("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy(scripts)}}).program_text("\n");
  out.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}).program_text("\n");
  out.open("meta", {{"name", "color-scheme"}, {"content", "light dark"}}).program_text("\n");
  out.open("meta", {{"name", "referrer"}, {"content", "no-referrer"}}).program_text("\n");
  out.element("title", s.title).program_text("\n");
  out.program_text("<style>").program_text(page_assets::style).program_text("</style>\n").close("head");
  out.open("body").element("a", "Skip to the report", {{"class", "skip"}, {"href", "#report"}});
  out.open("header").append(s.header).close("header");
  out.open("nav", {{"aria-label", "Contents"}}).open("ol");
  for (const chapter& one : s.chapters) out.open("li").element("a", one.title, {{"href", "#" + one.id}}).close("li");
  out.close("ol").close("nav");
  out.open("main", {{"id", "report"}});
  if (page_assets::figures.empty()) out.element("p", "The pictures were left out when this program was built; every figure stands in the tables.", {{"class", "note"}});
  for (const chapter& one : s.chapters) out.open("section", {{"id", one.id}, {"aria-labelledby", one.id + "-title"}}).element("h2", one.title, {{"id", one.id + "-title"}}).program_text("\n").append(one.body).close("section");
  out.close("main");
  out.open("footer").element("p", s.closing).close("footer");
  for (const std::string_view script : scripts) out.program_text("<script>").program_text(script).program_text("</script>\n");
  out.close("body").close("html");
  return out.str();
}

} // namespace lfreval::page
