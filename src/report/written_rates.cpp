#include "report/written_rates.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/bytes/file.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/study/study.hpp>

#include "report/fields.hpp"

namespace lfreval {

namespace {

error malformed(const std::string& file, std::string allowed) {
  error why;
  why.code = error_code::malformed_evaluation;
  why.file = file;
  why.allowed = std::move(allowed);
  return why;
}

/// A condition as it was written. A set told only by its number cannot be held against another one: it is unknown.
named_condition named_from(const json_document& value) {
  named_condition out;
  if (value.is_string()) {
    if (const auto text = value.get<std::string>(); text == "unknown") out.unknown = 1;
    else out.add_known(text);
    return out;
  }
  out.unknown = fields::count(value, "unknown").value_or(0);
  const json_document& values = fields::part(value, "values");
  if (values.is_array())
    for (const json_document& one : values)
      if (one.is_string()) out.add_known(one.get<std::string>());
  if (out.values.empty()) out.unknown = std::max<std::uint64_t>(out.unknown, 1);
  return out;
}

counted_condition counted_from(const json_document& value) {
  constexpr std::uint64_t weight = 1000000; // keeps six decimals of the mean
  counted_condition out;
  if (const auto one = fields::count(value)) {
    out.add(one, weight);
    return out;
  }
  out.smallest = fields::count(value, "smallest");
  out.largest = fields::count(value, "largest");
  out.unknown = out.smallest ? fields::count(value, "unknown").value_or(0) : 1;
  if (const auto mean = fields::number(value, "weighted_mean"); mean && *mean >= 0 && *mean <= static_cast<double>(largest_count)) {
    out.weight = weight;
    out.weighted_sum = static_cast<unsigned __int128>(std::llround(*mean * static_cast<double>(weight)));
  }
  return out;
}

} // namespace

conditions written_conditions(const json_document& finding) {
  const json_document& held = fields::part(finding, "conditions");
  conditions out;
  out.system = named_from(fields::part(held, "system"));
  out.threshold = named_from(fields::part(held, "threshold"));
  out.site = named_from(fields::part(held, "site"));
  out.use_case = named_from(fields::part(held, "use_case"));
  out.faces_counting_rule = named_from(fields::part(held, "faces_counting_rule"));
  out.label_source = named_from(fields::part(held, "label_source"));
  out.watchlist_images = counted_from(fields::part(held, "watchlist_images"));
  out.watchlist_persons = counted_from(fields::part(held, "watchlist_persons"));
  return out;
}

std::optional<written_rate> written_rate_of(const json_document& finding, metric_id metric) {
  const auto events = fields::count(fields::part(finding, "events"), "n"), exposure = fields::count(fields::part(finding, "exposure"), "n");
  if (!events || !exposure || *exposure == 0 || *events > largest_count || *exposure > largest_count) return std::nullopt;
  if (describe(metric).family == metric_family::share && *events > *exposure) return std::nullopt;
  written_rate out;
  out.total = {*events, *exposure};
  out.rate = static_cast<double>(*events) / static_cast<double>(*exposure);
  if (const auto cv = fields::number(fields::part(finding, "exposure"), "coefficient_of_variation"); cv && *cv >= 0 && *cv <= 10) out.exposure_cv = *cv;
  const json_document& spread = fields::part(finding, "clusters");
  out.clusters = fields::count(spread, "n").value_or(0);
  if (const auto effect = fields::number(spread, "design_effect"); effect && *effect >= 0 && std::isfinite(*effect)) out.design_effect = std::max(1.0, *effect);
  const double scale = static_cast<double>(printed_per(metric));
  const json_document& limits = fields::part(finding, "interval");
  const auto level = fields::number(limits, "confidence");
  if (const auto ends = fields::limits(limits); ends && level && *level > 0 && *level < 1)
    out.headline = interval{ends->lower / scale, ends->upper / scale, confidence::checked(*level), interval_method::mover_d, sides::two};
  return out;
}

std::optional<double> written_rate::effective_exposure(metric_family family, confidence level) const {
  if (!design_effect || clusters < 2) return std::nullopt;
  return detail::korn_graubard_exposure(static_cast<double>(total.exposure), *design_effect, static_cast<double>(clusters), detail::tail(level, sides::two), family);
}

std::optional<error> written_evaluation::load(std::string_view text, const std::string& file) {
  if (is_too_deep(text)) return malformed(file, "a document of at most " + std::to_string(deepest_document) + " levels");
  root = json_document::parse(text, nullptr, false);
  const json_document &provenance = fields::part(root, "provenance"), &result = fields::part(root, "result");
  const json_document& findings = fields::part(result, "findings");
  if (!provenance.is_object() || !result.is_object() || !findings.is_array()) return malformed(file, "a JSON object with provenance and result, as `lfreval evaluate` writes it");
  if (const auto schema = fields::number(result, "schema"); !schema || *schema > static_cast<double>(study_schema)) return malformed(file, "schema " + std::to_string(study_schema) + " or older");
  const json_document& declared = fields::part(result, "study");
  about.name = fields::text(declared, "name");
  about.version = fields::text(provenance, "version");
  about.study_sha256 = fields::text(fields::part(provenance, "study"), "sha256");
  about.confidence = fields::number(declared, "confidence").value_or(0.0);
  about.hash_agrees = sha256_hex(compact(result)) == fields::text(provenance, "result_sha256");
  if (!(about.confidence > 0 && about.confidence < 1)) return malformed(file, "the confidence it was made with");
  const json_document& files = fields::part(provenance, "inputs");
  if (files.is_array())
    for (const json_document& one : files)
      if (const std::string hash = fields::text(one, "sha256"); !hash.empty()) inputs.emplace(hash, fields::text(one, "file"));
  for (const json_document& one : findings) {
    const std::string key = fields::text(one, "key"), kind = fields::text(one, "kind");
    if (key.empty() || fields::axis(one, "deployment")) continue;
    if (kind == "verdict") verdicts.emplace(key, fields::text(one, "verdict"));
    if (kind != "rate" || fields::text(one, "status") != "measured") continue;
    if (rates.emplace(key, &one).second) order.push_back(key);
  }
  return std::nullopt;
}

} // namespace lfreval
