#include "report/page_header.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::number;
using fields::part;
using fields::text;

/// A condition in words: one value, a set, a range, or that nobody wrote it down.
std::string condition_words(const json_document& value) {
  if (value.is_string()) return value.get<std::string>() == "unknown" ? "not on record" : value.get<std::string>();
  if (value.is_number_unsigned()) return grouped(value.get<std::uint64_t>());
  std::string out;
  if (const json_document& values = part(value, "values"); values.is_array())
    for (const json_document& one : values)
      if (one.is_string()) out += (out.empty() ? "" : ", ") + one.get<std::string>();
  if (const auto n = count(value, "distinct")) out = plural(*n, "value", "different values");
  const auto smallest = count(value, "smallest"), largest = count(value, "largest");
  if (smallest && largest) out = *smallest == *largest ? grouped(*smallest) : grouped(*smallest) + " to " + grouped(*largest);
  const auto unknown = count(value, "unknown");
  if (unknown && *unknown != 0) out += (out.empty() ? "" : "; ") + std::string("not on record for ") + grouped(*unknown);
  return out.empty() ? "not on record" : out;
}

void add_entry(html& out, const std::string& name, const std::string& words) {
  out.open("div").element("dt", name).element("dd", words).close("div");
}

void add_conditions(html& out, const json_document& result) {
  constexpr std::array<std::pair<const char*, const char*>, 7> told{{{"system", "System"}, {"threshold", "Threshold"}, {"watchlist_images", "Images on the watchlist"}, {"watchlist_persons", "People on the watchlist"},
                                                                      {"use_case", "Use case"}, {"faces_counting_rule", "How faces were counted"}, {"label_source", "Who said which alerts were right"}}};
  std::map<std::string, std::vector<std::string>> words;
  for (const json_document& f : part(result, "findings")) {
    const json_document& held = part(f, "conditions");
    const bool whole_series = axis(f, "scope") == "all" && text(f, "metric") == "false_alerts_per_face", of_trial = axis(f, "source") && text(f, "kind") == "verdict";
    if (!held.is_object() || !(whole_series || of_trial)) continue;
    for (const auto& [field, name] : told) {
      const std::string here = condition_words(part(held, field));
      auto& known = words[field];
      if (here != "not on record" && std::find(known.begin(), known.end(), here) == known.end()) known.push_back(here);
    }
  }
  for (const auto& [field, name] : told) {
    const auto found = words.find(field);
    if (found == words.end()) continue;
    std::string all;
    for (const std::string& one : found->second) all += (all.empty() ? "" : "; ") + one;
    add_entry(out, name, capital(all.empty() ? "not on record" : all));
  }
}

} // namespace

std::string level_of(const json_document& result) {
  const auto level = number(part(result, "study"), "confidence");
  if (!level) return "an unstated confidence";
  std::string words = significant(100 * *level, 4, rounding::nearest);
  while (words.find('.') != std::string::npos && (words.back() == '0' || words.back() == '.')) words.pop_back();
  return words + " %";
}

html header(const material& m) {
  html out;
  const json_document &study = part(m.result, "study"), &records = part(m.result, "records");
  out.element("p", "Live facial recognition: what the records support", {{"class", "kicker"}});
  out.element("h1", text(study, "name").empty() ? "Unnamed study" : text(study, "name"));
  if (!m.hash_agrees)
    out.element("p", "Do not rely on this page. The evaluation it was made from does not have the SHA-256 that it states: it was altered after it was written.", {{"class", "warning"}, {"role", "note"}});
  if (m.public_copy)
    out.element("p", "Public copy. " + (m.withheld == 0 ? std::string("No cell had to be withheld.") : plural(m.withheld, "cell is", "cells are") + " withheld: counts of one to four people or events of a single place, day, camera or group, what would give them away, and figures made of them.") +
                         " Rows of single deployments in the checks, values of refused rows and the command line are left out. The auditor's copy has everything.",
                {{"class", "note"}});
  out.open("dl", {{"class", "conditions"}});
  const json_document& period = part(records, "period");
  if (const auto n = count(records, "deployments"); n && *n != 0) {
    std::string words = plural(*n, "deployment", "deployments");
    if (const auto broken = count(records, "aborted"); broken && *broken != 0) words += ", " + grouped(*broken) + " of them aborted";
    if (const auto broken = count(records, "cancelled"); broken && *broken != 0) words += ", " + grouped(*broken) + " cancelled";
    add_entry(out, "Records", words);
  }
  if (period.is_array() && period.size() == 2 && period[0].is_string() && period[1].is_string()) add_entry(out, "Period", period[0].get<std::string>() + " to " + period[1].get<std::string>());
  if (const auto n = count(records, "faces"); n && *n != 0) add_entry(out, "Faces seen", grouped(*n) + ", as the publisher counted or estimated them");
  if (const auto n = count(records, "passages")) add_entry(out, "Passages in trials", grouped(*n));
  if (const auto n = count(records, "comparisons")) add_entry(out, "Comparisons of scores", grouped(*n));
  add_conditions(out, m.result);
  add_entry(out, "Confidence", level_of(m.result) + ", limits rounded outward");
  if (const std::string day = text(study, "as_of"); !day.empty()) add_entry(out, "As of", day);
  out.close("dl");
  return out;
}

} // namespace lfreval::page
