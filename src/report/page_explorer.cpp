#include "report/page_explorer.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/page_words.hpp"
#include "report/trial_findings.hpp"

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

const json_document* curve_named(const json_document& result, const std::string& name) {
  for (const json_document& one : part(result, "curves"))
    if (text(one, "name") == name) return &one;
  return nullptr;
}

/// Three columns of a curve laid beside the thresholds of the explorer; rows of which the key is another are left out.
class beside {
public:
  explicit beside(const json_document& thresholds) {
    for (std::size_t i = 0; i < thresholds.size(); ++i) place_.emplace(thresholds[i].get<double>(), i);
  }
  [[nodiscard]] json_document laid(const json_document& columns, const std::vector<std::size_t>& rows, const std::string& point, const std::string& lower, const std::string& upper) const {
    json_document out;
    for (const auto& [field, column] : {std::pair{"estimate", point}, {"lower", lower}, {"upper", upper}}) {
      json_document cells(std::vector<json_document>(place_.size(), json_document(nullptr)));
      for (const std::size_t row : rows)
        if (const auto at = number(cell(part(columns, "threshold"), row)))
          if (const auto found = place_.find(*at); found != place_.end()) cells[found->second] = cell(part(columns, column), row);
      out[field] = std::move(cells);
    }
    return out;
  }

private:
  std::map<double, std::size_t> place_;
};

/// The rows of a curve by the value of a column, in the order of the curve.
template <class Name> std::vector<std::pair<std::string, std::vector<std::size_t>>> rows_by(const json_document& column, Name name) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> out;
  for (std::size_t row = 0; column.is_array() && row < column.size(); ++row) {
    const std::string here = name(column[row]);
    auto known = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == here; });
    if (known == out.end()) known = out.insert(out.end(), {here, {}});
    known->second.push_back(row);
  }
  return out;
}

/// The lists of other sizes, the longest first.
json_document other_lists(const json_document& result, const std::string& of, const json_document& thresholds) {
  json_document out = json_document::array();
  const json_document* curve = curve_named(result, "list_sizes_" + of);
  if (curve == nullptr) return out;
  const json_document& columns = part(*curve, "columns");
  const beside grid(thresholds);
  auto sizes = rows_by(part(columns, "watchlist_persons"), [](const json_document& n) { return n.is_number_unsigned() ? grouped(n.get<std::uint64_t>()) : std::string(); });
  std::reverse(sizes.begin(), sizes.end());
  for (const auto& [persons, rows] : sizes) {
    json_document one = grid.laid(columns, rows, "false_positive_identification_rate", "lower", "upper");
    one["persons"] = persons;
    one["projected"] = cell(part(columns, "status"), rows.front()) == "projected";
    out.push_back(std::move(one));
  }
  return out;
}

/// The gaps between the groups of one declared axis.
json_document gaps_of(const json_document& result, const std::string& axis, const std::string& of, const json_document& thresholds) {
  json_document out{{"axis", axis}, {"groups", json_document::array()}};
  const json_document* curve = curve_named(result, curve_name("gaps_by_" + axis + "_" + of));
  if (curve == nullptr) return out;
  const json_document& columns = part(*curve, "columns");
  const beside grid(thresholds);
  for (const auto& [label, rows] : rows_by(part(columns, "group"), [](const json_document& name) { return name.is_string() ? name.get<std::string>() : std::string(); })) {
    const json_document against = cell(part(columns, "against"), rows.front());
    out["against"] = against.is_string() && !against.get<std::string>().empty() ? against.get<std::string>() : "everybody else";
    out["groups"].push_back({{"label", label},
                             {"tpir", grid.laid(columns, rows, "true_positive_difference", "true_positive_difference_lower", "true_positive_difference_upper")},
                             {"fpir", grid.laid(columns, rows, "false_positive_ratio", "false_positive_ratio_lower", "false_positive_ratio_upper")}});
  }
  return out;
}

/// `source volunteers, system a`, from the findings that the curve goes with.
std::string place_words(const json_document& result, const std::string& of) {
  for (const json_document& f : part(result, "findings")) {
    const auto source = axis(f, "source"), system = axis(f, "system");
    if (source && curve_name(*source + (system ? "_" + *system : "")) == of) return "source " + *source + (system ? ", system " + *system : "");
  }
  return of;
}

/// How many people were on the list that was searched.
std::string persons_searched(const json_document& result, const std::string& place) {
  for (const json_document& f : part(result, "findings"))
    if (text(f, "metric") == "watchlist_persons" && text(f, "kind") == "count" && "source " + axis(f, "source").value_or("") + (axis(f, "system") ? ", system " + *axis(f, "system") : "") == place)
      if (const auto n = count(part(f, "events"), "n")) return grouped(*n) + " people";
  return "";
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

void add_lists(html& out, const std::string& id, const std::string& searched, const json_document& lists) {
  out.open("label", {{"for", id}, {"class", "typed list"}}).element("span", "People on the watchlist");
  out.open("select", {{"id", id}}).element("option", (searched.empty() ? std::string("The list") : searched + ": the list") + " that was searched", {{"value", "0"}});
  for (std::size_t i = 0; i < lists.size(); ++i)
    out.element("option", text(lists[i], "persons") + " people: " + (part(lists[i], "projected") == true ? "projected, never measured" : "a random part of that list, counted"), {{"value", std::to_string(i + 1)}});
  out.close("select").close("label");
}

/// One row for each group; the script of the page fills them in at the threshold chosen.
void add_gaps(html& out, const json_document& gaps) {
  for (std::size_t a = 0; a < gaps.size(); ++a) {
    const std::string title = "Differences by " + text(gaps[a], "axis") + " at this threshold, each group against " + text(gaps[a], "against");
    out.open_table(title, {{"Group", false}, {"Listed people found: percentage points more or fewer", true}, {"Others who alert: times as often", true}});
    out.program_text("<tbody>\n");
    const json_document& groups = gaps[a]["groups"];
    for (std::size_t g = 0; g < groups.size(); ++g) {
      out.open("tr").element("th", capital(text(groups[g], "label")), {{"scope", "row"}});
      for (const char* rate : {"tpir", "fpir"}) out.element("td", "", {{"class", "n"}, {"data-gap", std::to_string(a) + " " + std::to_string(g) + " " + rate}});
      out.close("tr");
    }
    out.program_text("</tbody>").close_table();
  }
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
    const std::string of = name.substr(11), place = place_words(result, of), searched = persons_searched(result, place);
    data["lists"] = other_lists(result, of, thresholds);
    data["gaps"] = json_document::array();
    for (const json_document& group : part(part(result, "study"), "groups"))
      if (json_document gaps = gaps_of(result, text(group, "name"), of, thresholds); !gaps["groups"].empty()) data["gaps"].push_back(std::move(gaps));
    const std::string id = "explorer-" + std::to_string(++made);
    out.open("div", {{"class", "explorer"}, {"hidden", ""}});
    out.element("h3", "Move the threshold: " + place);
    out.element("p", "Rates, their limits and the gaps between groups are looked up among those computed for the report; what you suppose about the street is multiplied in. A product takes the limits of both factors at their corners.");
    out.open("div", {{"class", "controls"}});
    add_control(out, id + "-threshold", "Threshold, from " + shortest(thresholds.front().get<double>()) + " to " + shortest(thresholds.back().get<double>()), shortest(thresholds[start].get<double>()), "0", true, std::to_string(thresholds.size() - 1));
    if (!data["lists"].empty()) add_lists(out, id + "-list", searched, data["lists"]);
    add_control(out, id + "-passages", std::string("Passages a day by people not listed (you suppose; ") + (has_crowd ? "begins at the mean number of faces of a deployment on record)" : "no crowd is on record)"), std::to_string(passages), "0", false, "");
    add_control(out, id + "-one-in", "One listed person among how many passers (you suppose; not on record)", std::to_string(supposed_one_in), "1", false, "");
    out.close("div");
    out.open("div", {{"role", "status"}}).open("dl");
    const std::pair<const char*, const char*> answers[] = {{"tpir", "Listed people found (TPIR)"}, {"fpir", "Others who alert (FPIR)"}, {"false_alerts", "False alerts a day"}, {"scans", "People scanned for each listed person found"}, {"right", "Alerts that are right"}};
    for (const auto& [field, words] : answers) out.open("div").element("dt", words).open("dd", {{"data-answer", field}}).close("dd").close("div");
    out.close("dl").element("p", "", {{"class", "outside"}}).close("div");
    out.open("div", {{"class", "gaps"}});
    add_gaps(out, data["gaps"]);
    if (!data["gaps"].empty()) out.element("p", "Each comparison stands by itself at " + text(data, "level") + ": among so many, some are wrong by chance, and a threshold chosen for its gap shows nothing.", {{"class", "technical"}});
    out.close("div");
    out.open("script", {{"type", "application/json"}}).program_text(script_safe(compact(data))).close("script").close("div");
  }
}

} // namespace lfreval::page
