#include "report/page_explorer.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/types/number.hpp>

#include "report/fields.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::number;
using fields::part;
using fields::text;

constexpr std::uint64_t supposed_passages = 10'000, supposed_one_in = 10'000;

struct rate_columns {
  const char *name, *events, *exposure, *lower, *upper;
};
constexpr rate_columns both[] = {
    {"fpir", "nonmated_with_alert", "nonmated", "false_positive_identification_rate_interval_lower", "false_positive_identification_rate_interval_upper"},
    {"tpir", "identified", "mated", "true_positive_identification_rate_interval_lower", "true_positive_identification_rate_interval_upper"},
};

json_document cell(const json_document& column, std::size_t row) { return column.is_array() && row < column.size() ? column[row] : json_document(nullptr); }

/// The columns that the explorer looks up, only where both rates have an interval.
json_document looked_up(const json_document& columns) {
  json_document out{{"threshold", json_document::array()}};
  for (const rate_columns& rate : both)
    for (const char* field : {"estimate", "lower", "upper", "events", "exposure"}) out[rate.name][field] = json_document::array();
  const json_document& thresholds = part(columns, "threshold");
  if (!thresholds.is_array()) return out;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    bool whole = thresholds[i].is_number();
    for (const rate_columns& rate : both) {
      whole = whole && count(cell(part(columns, rate.events), i)) && count(cell(part(columns, rate.exposure), i)).value_or(0) != 0;
      whole = whole && number(cell(part(columns, rate.lower), i)) && number(cell(part(columns, rate.upper), i));
    }
    if (!whole) continue;
    out["threshold"].push_back(thresholds[i]);
    for (const rate_columns& rate : both) {
      const double events = *number(cell(part(columns, rate.events), i)), exposure = *number(cell(part(columns, rate.exposure), i));
      out[rate.name]["estimate"].push_back(events / exposure);
      out[rate.name]["lower"].push_back(cell(part(columns, rate.lower), i));
      out[rate.name]["upper"].push_back(cell(part(columns, rate.upper), i));
      out[rate.name]["events"].push_back(cell(part(columns, rate.events), i));
      out[rate.name]["exposure"].push_back(cell(part(columns, rate.exposure), i));
    }
  }
  return out;
}

/// The threshold in use, or the middle one.
std::size_t start_of(const json_document& result, const json_document& thresholds) {
  for (const json_document& f : part(result, "findings")) {
    if (text(f, "kind") != "verdict" || !axis(f, "source")) continue;
    const auto used = parse_decimal(axis(f, "threshold").value_or(""));
    if (!used) continue;
    for (std::size_t i = 0; i < thresholds.size(); ++i)
      if (std::abs(thresholds[i].get<double>() - *used) < 1e-9) return i;
  }
  return thresholds.size() / 2;
}

void add_control(html& out, const std::string& id, const std::string& words, const std::string& value, const char* least, bool with_slider, const std::string& last) {
  out.open("label", {{"for", id}, {"class", with_slider ? "slid" : "typed"}}).element("span", words);
  if (with_slider) out.open("input", {{"type", "range"}, {"class", "slide"}, {"min", "0"}, {"max", last}, {"step", "1"}, {"aria-label", words}});
  out.open("input", {{"type", "number"}, {"id", id}, {"value", value}, {"min", least}, {"step", "any"}, {"inputmode", "decimal"}}).close("label");
}

} // namespace

void add_explorers(html& out, const json_document& result) {
  const json_document &curves = part(result, "curves"), &records = part(result, "records");
  if (!curves.is_array()) return;
  std::size_t made = 0;
  for (const json_document& curve : curves) {
    const std::string name = text(curve, "name");
    if (!name.starts_with("thresholds_")) continue;
    json_document data = looked_up(part(curve, "columns"));
    const json_document thresholds = data["threshold"]; // a copy: adding fields moves those that are there
    if (thresholds.size() < 2) continue;
    const auto faces = count(records, "faces"), deployments = count(records, "deployments");
    const bool has_crowd = faces && deployments && *faces != 0 && *deployments != 0;
    const std::uint64_t passages = has_crowd ? std::max<std::uint64_t>(1, *faces / *deployments) : supposed_passages;
    const std::size_t start = start_of(result, thresholds);
    const double level = number(part(result, "study"), "confidence").value_or(0.95);
    data["start"] = start;
    data["level"] = shortest(std::round(1e4 * level) / 100) + " %";
    data["joint_level"] = shortest(std::round(1e4 * (2 * level - 1)) / 100) + " %";
    const std::string id = "explorer-" + std::to_string(++made);
    out.open("div", {{"class", "explorer"}, {"hidden", ""}});
    out.element("h3", "Move the threshold: " + name.substr(11));
    out.element("p", "The rates are looked up among those computed for the report; what you suppose about the street is multiplied in. Intervals of a product take both limits at their corners.");
    out.open("div", {{"class", "controls"}});
    add_control(out, id + "-threshold", "Threshold, from " + shortest(thresholds.front().get<double>()) + " to " + shortest(thresholds.back().get<double>()), shortest(thresholds[start].get<double>()), "0", true, std::to_string(thresholds.size() - 1));
    add_control(out, id + "-passages", std::string("Passages a day by people not listed (you suppose; ") + (has_crowd ? "begins at the mean number of faces of a deployment on record)" : "no crowd is on record)"), std::to_string(passages), "0", false, "");
    add_control(out, id + "-one-in", "One listed person among how many passers (you suppose; not on record)", std::to_string(supposed_one_in), "1", false, "");
    out.close("div");
    out.open("div", {{"role", "status"}}).open("dl");
    const std::pair<const char*, const char*> answers[] = {{"tpir", "Listed people found (TPIR)"}, {"fpir", "Others who alert (FPIR)"}, {"false_alerts", "False alerts a day"}, {"scans", "People scanned for each listed person found"}, {"right", "Alerts that are right"}};
    for (const auto& [field, words] : answers) out.open("div").element("dt", words).open("dd", {{"data-answer", field}}).close("dd").close("div");
    out.close("dl").element("p", "", {{"class", "outside"}}).close("div");
    out.open("script", {{"type", "application/json"}}).program_text(script_safe(compact(data))).close("script").close("div");
  }
}

} // namespace lfreval::page
