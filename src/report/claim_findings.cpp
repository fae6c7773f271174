#include "report/claim_findings.hpp"

#include <cmath>

#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/types/printable.hpp>

#include "report/check_findings.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

std::string underscored(std::string_view words) {
  std::string out(words);
  for (char& c : out)
    if (c == ' ' || c == '-') c = '_';
  return out;
}

std::string metric_of(const published_claim& c) { return c.rate ? std::string(to_string(*c.rate)) : underscored(to_string(*c.count)); }

/// `10 in 3,147,436`, `1.5 %`, `1 in 6000`: whatever was quoted, joined.
std::string quoted_words(const published_claim& c) {
  std::string out;
  const auto add = [&](const std::string& more) { out += (out.empty() ? "" : ", ") + more; };
  if (c.count) add(counted_words(c.events.value_or(0), *c.count, ""));
  else if (c.events) add(grouped(*c.events) + " in " + grouped(*c.exposure / printed_per(*c.rate)));
  if (c.percent) add(c.as_fraction ? *c.percent : *c.percent + " %");
  if (c.one_in) add("1 in " + *c.one_in);
  return out;
}

/// What the records say where a claim disagrees with them; empty when they agree, nothing when they cannot say.
std::optional<std::string> disagreement(const published_claim& c, const finding& held) {
  if (c.count) {
    const auto* counted_there = std::get_if<count_value>(&held.value);
    if (counted_there == nullptr || held.status != finding_status::measured) return std::nullopt;
    if (counted_there->n == *c.events) return "";
    return quoted_words(c) + " claimed; the records hold " + counted_words(counted_there->n, *c.count, "") +
           (counted_there->not_recorded == 0 ? "" : ", with no number in " + counted_words(counted_there->not_recorded, unit::deployments, ""));
  }
  const auto* one = std::get_if<estimate>(&held.value);
  const auto* two = std::get_if<extremes>(&held.value);
  if (one == nullptr && two == nullptr) return std::nullopt;
  const estimate &low = one != nullptr ? *one : two->lowest, &high = one != nullptr ? *one : two->highest;
  if (c.events && ((*c.events == low.events && *c.exposure == low.exposure) || (*c.events == high.events && *c.exposure == high.exposure))) return "";
  double rate = 0;
  if (c.events) rate = static_cast<double>(*c.events) / static_cast<double>(*c.exposure);
  else if (c.percent) rate = std::stod(*c.percent) / (c.as_fraction ? 1 : 100);
  else rate = 1 / std::stod(*c.one_in) / static_cast<double>(printed_per(*c.rate));
  const bool inside = rate >= low.headline.lower && rate <= high.headline.upper;
  // A claim without counts can only be held against the interval; one with counts is another count, wherever its rate lies.
  if (inside && !c.events) return "";
  std::string words = quoted_words(c) + " claimed; of the records: " + held.sentence;
  if (inside) words += " The counts differ; the claimed rate lies within these limits.";
  return words;
}

record_check against_records(const published_claims& published, const claim_quality& quality, const evaluation& of_records) {
  record_check out;
  out.name = "claims_against_records";
  out.rule = "a claim says what the records hold";
  out.cites = "M06, M34";
  out.severity = check_severity::note;
  std::uint64_t without = 0;
  for (const published_claim& c : published.claims) {
    if (quality.contradicted.contains(c.claim)) { ++without; continue; }
    const auto axes = c.about.empty() ? std::map<std::string, std::string>{{"scope", "all"}} : c.about;
    const finding* held = of_records.find(finding_key(metric_of(c), axes));
    // Nothing to compare with: the records are not there, not broken down in this way, or have no such part.
    if (held == nullptr) { ++without; continue; }
    const auto words = disagreement(c, *held);
    if (!words) { ++without; continue; }
    ++out.examined;
    if (!words->empty()) out.rows.push_back({"claim " + printable(c.claim), *words, {}});
  }
  out.sentence = "Published claims that differ from the records: " + grouped(out.rows.size()) + " of " + grouped(out.examined) + " that could be compared" + (without == 0 ? "." : "; for " + grouped(without) + " more the records hold no such figure.");
  return out;
}

finding finding_of(const published_claim& c, const claim_quality& quality, confidence level) {
  finding f;
  f.metric = metric_of(c);
  f.axes = {{"claim", c.claim}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = c.rate ? finding_kind::rate : finding_kind::count;
  f.in_section = c.rate ? std::string(to_string(describe(*c.rate).in_section)) : "records";
  f.cites = c.rate ? std::string(describe(*c.rate).cites) : "";
  if (!c.text.empty()) f.notes.push_back("in the words of the source: " + c.text);
  if (!c.source.empty()) f.notes.push_back("published in: " + c.source);
  const std::string name = c.rate ? std::string(describe(*c.rate).name) : std::string(to_string(*c.count));
  if (const auto found = quality.contradicted.find(c.claim); found != quality.contradicted.end()) {
    f.status = finding_status::refused;
    f.flags |= flag::rows_do_not_add_up;
    f.sentence = "Refused, " + name + " as claimed: " + found->second + ".";
    return f;
  }
  if (c.count) {
    f.status = finding_status::measured;
    f.value = count_value{*c.count, *c.events, 0};
    f.sentence = "Claimed: " + counted_words(*c.events, *c.count, "") + ".";
    return f;
  }
  if (!c.events) {
    f.status = finding_status::not_estimable;
    f.why_not = undefined{undefined_reason::empty, "Ask the source for the numerator and the denominator.", std::nullopt};
    f.sentence = "Claimed, " + name + ": " + quoted_words(c) + ", without the counts behind it; nothing can be said of its error.";
    return f;
  }
  f.flags |= flag::labels_as_published;
  if (units_of(*c.rate).exposure == unit::faces) f.flags |= flag::denominator_as_published;
  const cluster_tally only{*c.events, *c.exposure};
  const auto made = estimate_rate(*c.rate, std::span<const cluster_tally>(&only, 1), level);
  if (!made) {
    f.status = finding_status::not_estimable;
    f.why_not = made.error();
    f.sentence = "Claimed, " + name + ": " + quoted_words(c) + ". " + made.error().remedy;
    return f;
  }
  f.status = finding_status::measured;
  f.flags |= made->flags;
  conditions unknown;
  unknown.label_source.add(c.label_source.empty() ? std::nullopt : std::optional(c.label_source));
  f.held = std::make_shared<const conditions>(unknown);
  f.sentence = "Claimed: " + sentence_for(*made, "");
  f.value = *made;
  return f;
}

} // namespace

std::vector<finding> claim_findings(const published_claims& published, const claim_quality& quality, const evaluation& of_records) {
  std::vector<finding> out;
  if (published.claims.empty()) return out;
  for (const record_check& check : {quality.own_arithmetic, quality.parts_and_total, against_records(published, quality, of_records)}) out.push_back(check_finding(check));
  for (const published_claim& c : published.claims) out.push_back(finding_of(c, quality, of_records.declared.level));
  return out;
}

} // namespace lfreval
