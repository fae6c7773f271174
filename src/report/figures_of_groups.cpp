#include "report/figures.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <lfreval/types/printable.hpp>

#include "report/figure_parts.hpp"

namespace lfreval::page {

namespace {

/// The rates of one kind by the groups of one axis, all else alike.
struct family {
  std::string metric, axis, reference;
  std::map<std::string, std::string> place; ///< source, system, threshold …
  std::vector<const json_document*> rates;  ///< one for each group
};

std::map<std::string, std::string> axes_of(const json_document& f) {
  std::map<std::string, std::string> out;
  const json_document& axes = part(f, "axes");
  if (axes.is_object())
    for (const auto& [name, value] : axes.items())
      if (value.is_string()) out.emplace(name, value.get<std::string>());
  return out;
}

std::vector<family> families_of(const json_document& result) {
  std::map<std::string, std::string> declared; // axis -> reference
  const json_document& groups = part(part(result, "study"), "groups");
  if (groups.is_array())
    for (const json_document& one : groups) declared.emplace(text(one, "name"), text(one, "reference"));
  std::vector<family> out;
  for (const json_document& f : part(result, "findings")) {
    if (text(f, "section") != "disparity" || text(f, "kind") != "rate" || text(f, "status") != "measured" || !number(f, "estimate") || !limits(part(f, "interval"))) continue;
    auto place = axes_of(f);
    std::vector<std::string> on;
    for (const auto& [axis, reference] : declared)
      if (place.contains(axis)) on.push_back(axis);
    if (on.size() != 1) continue; // crossings are in the table of findings
    place.erase(on.front());
    const std::string metric = text(f, "metric");
    const auto same = std::find_if(out.begin(), out.end(), [&](const family& one) { return one.metric == metric && one.axis == on.front() && one.place == place; });
    if (same == out.end()) out.push_back({metric, on.front(), declared.at(on.front()), place, {&f}});
    else same->rates.push_back(&f);
  }
  return out;
}

/// What the group comes to beside the reference, or beside everybody else where none is declared.
std::string against(const json_document& result, const family& all, const std::string& label) {
  for (const json_document& f : part(result, "findings")) {
    if (text(f, "metric") != all.metric || !part(f, "between_groups").is_object()) continue;
    auto place = axes_of(f);
    const auto own = place.find(all.axis);
    if (own == place.end() || own->second != label) continue;
    place.erase(own);
    const auto of = place.find("against");
    const bool is_wanted = all.reference.empty() ? place.contains("against_everybody_else_on") : of != place.end() && of->second == all.reference;
    if (!is_wanted) continue;
    place.erase("against");
    place.erase("against_everybody_else_on");
    if (place != all.place) continue;
    std::string words;
    if (const auto made = limits(part(f, "interval")); text(f, "kind") == "difference" && made && number(f, "estimate")) {
      const auto points = [](double share, rounding toward) { return significant(100 * share, 3, toward); };
      words = points(*number(f, "estimate"), rounding::nearest) + " percentage points (" + points(made->lower, rounding::down) + " to " + points(made->upper, rounding::up) + ")";
    } else {
      const value_cells cells = cells_of(f);
      words = "ratio " + cells.value + " (" + cells.lower + " to " + cells.upper + ")";
    }
    return words + ", " + text(part(f, "between_groups"), "verdict");
  }
  return "";
}

/// Who bears a higher rate.
const char* consequence_of(const std::string& metric) {
  if (metric == "true_positive_identification_rate") return "Further right, listed people of the group are found more often: more enforcement for that group, fewer misses.";
  if (metric == "false_nonmatch_rate") return "Further right, people of the group are taken for somebody else than themselves more often: more misses.";
  if (metric == "failure_to_acquire_rate") return "Further right, no template is made of more passages: those people can neither be found nor stopped.";
  if (metric == "group_share_of_false_alerts") return "It says nothing of how many people of the group passed.";
  return "Further right, more people of the group are affected who are not sought.";
}

} // namespace

void add_group_figures(std::vector<figure>& out, const json_document& result) {
  constexpr std::size_t most_groups = 40;
  for (const family& all : families_of(result)) {
    if (all.rates.size() < 2 || all.rates.size() > most_groups) continue;
    double least = 1, most = 0;
    for (const json_document* f : all.rates) {
      const auto made = *limits(part(*f, "interval"));
      most = std::max(most, std::min(1.0, made.upper));
      least = std::min(least, made.lower > 0 ? std::max(made.lower, made.upper / 1e4) : made.upper / 10);
    }
    if (!(most > 0)) continue;
    const bool is_rare = *number(*all.rates.front(), "estimate") < 0.2 && most < 0.5;
    const auto [from, to] = is_rare ? decades(least, most) : std::pair(0.0, 1.0);
    figure f;
    std::string place;
    for (const auto& [axis, value] : all.place)
      if (axis != "scope") place += (place.empty() ? "" : ", ") + (axis == "source" ? "" : axis == "compared_at" ? "threshold " : axis + " ") + value;
    f.id = "groups-" + std::to_string(out.size());
    f.chapter = "disparity";
    const std::string name = title_of(*all.rates.front());
    f.title = name + " by " + all.axis + (place.empty() ? "" : ": " + place);
    f.sentence = std::string("Each dot is a group with its interval; a triangle is a group without any event, at the highest rate that its data allow. ") +
                 consequence_of(all.metric) +
                 " Overlapping intervals do not show that groups fare alike: the comparison is in the last column.";
    f.columns = {{"Group", false}, {"Events", true}, {"Of", true}, {"Rate", true}, {"Lower limit", true}, {"Upper limit", true}, {all.reference.empty() ? "Against everybody else" : "Against " + all.reference, false}};
    json_document values = json_document::array(), order = json_document::array();
    std::string comparisons;
    for (const json_document* one : all.rates) {
      const std::string label = fields::axis(*one, all.axis).value_or("");
      const auto made = *limits(part(*one, "interval"));
      const double estimate = *number(*one, "estimate");
      const value_cells cells = cells_of(*one);
      const std::string compared = label == all.reference ? "" : against(result, all, label);
      f.rows.push_back({label, cells.events, cells.exposure, cells.value, cells.lower, cells.upper, label == all.reference ? "reference" : compared});
      if (!compared.empty()) comparisons += " " + label + " against " + (all.reference.empty() ? "everybody else" : all.reference) + ": " + compared + ".";
      json_document row{{"group", label}, {"lower", std::clamp(made.lower, from, to)}, {"upper", std::clamp(made.upper, from, to)}};
      if (estimate > 0) row["rate"] = std::clamp(estimate, from, to);
      values.push_back(std::move(row));
      order.push_back(label);
      f.alternative += (f.alternative.empty() ? "" : " ") + label + ": " + plain_words(*one) + ".";
    }
    f.alternative += comparisons;
    json_document axis_of;
    if (is_rare) {
      axis_of = log_axis("", from, to);
      axis_of["axis"]["title"] = name;
    } else {
      axis_of["scale"] = {{"domain", {0, 1}}};
      axis_of["axis"] = {{"title", name}, {"format", "~%"}};
    }
    const json_document at_y = field("group", "nominal", {{"sort", order}, {"axis", {{"title", nullptr}, {"grid", false}, {"labelLimit", 180}, {"ticks", false}, {"domain", false}}}});
    json_document spec{{"height", {{"step", 30}}}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
    spec["layer"].push_back(layer(mark("rule", "limits"), {{"y", at_y}, {"x", field("lower", "quantitative", axis_of)}, {"x2", {{"field", "upper"}}}}));
    spec["layer"].push_back(layer(mark("point", "estimate"), {{"y", at_y}, {"x", field("rate", "quantitative", axis_of)}}, "isValid(datum.rate)"));
    spec["layer"].push_back(layer(mark("point", "bound", {{"shape", "triangle-left"}}), {{"y", at_y}, {"x", field("upper", "quantitative", axis_of)}}, "!isValid(datum.rate)"));
    f.specification = std::move(spec);
    out.push_back(std::move(f));
  }
}

} // namespace lfreval::page
