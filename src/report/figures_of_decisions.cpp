#include "report/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/figure_parts.hpp"

namespace lfreval::page {

namespace {

constexpr double faces_told = 100'000; // net benefit of one face is too small to read

std::string three(double value, rounding toward) { return significant(value, 3, toward); }

/// What a curve of operating points holds, without the words on one of its columns, which the figure does not show.
std::string what_is_weighed(const std::string& meaning) { return meaning.substr(0, meaning.find("; share_on_front")); }

/// The rate at which gain and harm weigh the same, of the same deployments as the curve.
const json_document* break_even_of(const json_document& result, const std::string& curve_name) {
  for (const json_document& f : part(result, "findings")) {
    if (text(f, "metric") != "net_benefit_break_even") continue;
    std::string name = "net_benefit";
    if (const auto threshold = axis(f, "threshold")) name += "_at_" + *threshold;
    std::replace_if(name.begin(), name.end(), [](char c) { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-'; }, '_');
    if (name.substr(0, 100) == curve_name) return &f;
  }
  return nullptr;
}

void add_net_benefit(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const std::string name = text(curve, "name");
  const curve_view seen(curve);
  if (!name.starts_with("net_benefit") || seen.rows < 2) return;
  figure f;
  f.id = name;
  f.chapter = "proportionality";
  const json_document* even = break_even_of(result, name);
  const auto threshold = even != nullptr ? axis(*even, "threshold") : std::nullopt;
  f.title = "Outcomes less harm, over what one harm is held to undo" + (threshold ? ": threshold " + *threshold : std::string());
  f.sentence = "Above the line of 0 more is gained than harmed, below it the reverse. Where somebody stands on the lower axis is a judgement that the records cannot make: read the figure at the rate you would defend. " + capital(text(curve, "meaning")) + ".";
  f.columns = {{"One harm undoes so many outcomes", true}, {"Net benefit in 100,000 faces", true}, {"Lower limit", true}, {"Upper limit", true}};
  json_document values = json_document::array();
  double from = unbounded, to = -unbounded;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("exchange_rate", i), point = seen.value("net_benefit", i), lower = seen.value("lower", i), upper = seen.value("upper", i);
    if (!at || !point || !lower || !upper) continue;
    from = std::min(from, *at);
    to = std::max(to, *at);
    f.rows.push_back({shortest(*at), three(*point * faces_told, rounding::nearest), three(*lower * faces_told, rounding::down), three(*upper * faces_told, rounding::up)});
    values.push_back({{"rate", *at}, {"value", *point * faces_told}, {"lower", *lower * faces_told}, {"upper", *upper * faces_told}});
  }
  if (values.size() < 2) return;
  const json_document at_x = field("rate", "quantitative", {{"scale", {{"domain", {from, to}}, {"nice", false}}}, {"axis", {{"title", "Outcomes that one harm is held to undo"}}}});
  const json_document benefit{{"axis", {{"title", "Net benefit in 100,000 faces"}, {"tickCount", 6}}}};
  json_document nothing = json_document::array({json_document{{"value", 0}}}), equal = json_document::array();
  if (even != nullptr)
    if (const auto at = number(*even, "estimate"); at && *at >= from && *at <= to) equal.push_back({{"rate", *at}, {"label", "gain and harm weigh the same"}});
  json_document spec{{"height", 280}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(layer(mark("area", "band"), {{"x", at_x}, {"y", field("lower", "quantitative", benefit)}, {"y2", {{"field", "upper"}}}}));
  spec["layer"].push_back(layer(mark("line", "curve"), {{"x", at_x}, {"y", field("value", "quantitative", benefit)}}));
  spec["layer"].push_back(own_data(nothing, layer(mark("rule", "reference"), {{"y", field("value", "quantitative", benefit)}})));
  spec["layer"].push_back(own_data(equal, layer(mark("rule", "change"), {{"x", at_x}})));
  spec["layer"].push_back(own_data(equal, layer(mark("text", "label", {{"align", "left"}, {"dx", 4}, {"baseline", "top"}, {"y", 2}}), {{"x", at_x}, {"text", field("label", "nominal")}})));
  f.specification = std::move(spec);
  const std::vector<std::string>&first = f.rows.front(), &last = f.rows.back();
  f.alternative = "If one harm undoes " + first[0] + " outcomes, the net benefit in 100,000 faces is " + first[1] + " (" + first[2] + " to " + first[3] + "); if it undoes " + last[0] + ", " + last[1] + " (" + last[2] + " to " + last[3] + ").";
  if (even != nullptr && !text(*even, "sentence").empty()) f.alternative += " " + text(*even, "sentence");
  out.push_back(std::move(f));
}

struct drawn_point {
  std::string label;
  std::uint64_t gained, gained_of, harmed, harmed_of;
  bool on_front;
  std::optional<double> sure;
  [[nodiscard]] double benefit() const { return static_cast<double>(gained) / static_cast<double>(gained_of); }
  [[nodiscard]] double burden() const { return static_cast<double>(harmed) / static_cast<double>(harmed_of); }
};

void add_operating_points(std::vector<figure>& out, const json_document& curve) {
  const std::string name = text(curve, "name");
  const curve_view seen(curve);
  if (!name.starts_with("operating_points") || seen.rows < 2) return;
  const bool of_trial = seen.has("identified");
  const char *const gained_column = of_trial ? "identified" : "outcomes", *const gained_of_column = of_trial ? "mated" : "faces";
  const char *const harmed_column = of_trial ? "nonmated_with_alert" : "harms", *const harmed_of_column = of_trial ? "nonmated" : "faces";
  std::vector<drawn_point> points;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("threshold", i);
    const auto gained = seen.whole(gained_column, i), gained_of = seen.whole(gained_of_column, i), harmed = seen.whole(harmed_column, i), harmed_of = seen.whole(harmed_of_column, i), front = seen.whole("on_front", i);
    if (!gained || !gained_of || !harmed || !harmed_of || !front || *gained_of == 0 || *harmed_of == 0) continue;
    points.push_back({at ? shortest(*at) : seen.words("threshold", i), *gained, *gained_of, *harmed, *harmed_of, *front != 0, seen.value("share_on_front", i)});
  }
  if (points.size() < 2) return;
  figure f;
  f.id = name;
  f.chapter = "proportionality";
  f.title = of_trial ? "Thresholds to choose between: people found against people wrongly alerted" : "Thresholds in use: outcomes against harm";
  f.sentence = "A filled dot is a threshold of which no other does more good with no more harm. Which of these to work at is a judgement; a threshold off the line is worse than one on it whatever one holds dear. " + capital(what_is_weighed(text(curve, "meaning"))) + ".";
  f.columns = {{"Threshold", true}, {of_trial ? "Listed people found" : "Outcomes", true}, {of_trial ? "Mated passages" : "Faces", true}, {of_trial ? "Others who alerted" : "Harms", true},
               {of_trial ? "Non-mated passages" : "Faces", true}, {"On the front", false}, {"In resampled records", true}};
  json_document values = json_document::array(), none = json_document::array();
  double least = 1, most = 0;
  for (const drawn_point& p : points)
    if (p.harmed != 0) { least = std::min(least, p.burden()); most = std::max(most, p.burden()); }
  if (!(most > 0)) return;
  const auto [from, to] = decades(least, most);
  std::size_t on_front = 0;
  for (const drawn_point& p : points) {
    f.rows.push_back({p.label, grouped(p.gained), grouped(p.gained_of), grouped(p.harmed), grouped(p.harmed_of), p.on_front ? "yes" : "no", p.sure ? about(*p.sure, rounding::nearest, true) : ""});
    on_front += p.on_front ? 1 : 0;
    json_document row{{"threshold", p.label}, {"benefit", p.benefit()}, {"burden", p.harmed == 0 ? from : p.burden()}, {"front", p.on_front}};
    (p.harmed == 0 ? none : values).push_back(std::move(row));
  }
  const json_document at_x = field("burden", "quantitative", log_axis(of_trial ? "Others who alerted (FPIR)" : "Harm per face", from, to));
  json_document scale{{"axis", {{"title", of_trial ? "Listed people found (TPIR)" : "Outcomes per face"}, {"tickCount", 5}}}};
  if (of_trial) {
    scale["scale"] = {{"domain", {0, 1}}};
    scale["axis"]["format"] = ".0%";
  }
  const json_document at_y = field("benefit", "quantitative", scale);
  json_document spec{{"height", 300}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(layer(mark("point", "bound", {{"shape", "circle"}}), {{"x", at_x}, {"y", at_y}}, "!datum.front"));
  if (of_trial) spec["layer"].push_back(layer(mark("line", "curve", {{"interpolate", "step-after"}}), {{"x", at_x}, {"y", at_y}, {"order", field("burden", "quantitative")}}, "datum.front"));
  spec["layer"].push_back(layer(mark("point", "estimate"), {{"x", at_x}, {"y", at_y}}, "datum.front"));
  spec["layer"].push_back(own_data(none, layer(mark("point", "bound", {{"shape", "triangle-left"}, {"size", 60}}), {{"x", at_x}, {"y", at_y}})));
  constexpr std::size_t most_labels = 12;
  if (points.size() <= most_labels) spec["layer"].push_back(layer(mark("text", "label", {{"align", "left"}, {"dx", 7}, {"dy", -6}}), {{"x", at_x}, {"y", at_y}, {"text", field("threshold", "nominal")}}));
  f.specification = std::move(spec);
  f.alternative = grouped(on_front) + " of " + grouped(points.size()) + " thresholds " + (on_front == 1 ? "is" : "are") + " on the front" + (none.empty() ? "." : "; a triangle at the left is a threshold without any harm in these records.");
  out.push_back(std::move(f));
}

void add_information(std::vector<figure>& out, const json_document& curve) {
  const curve_view seen(curve);
  if (text(curve, "name") != "value_of_information" || seen.rows < 2) return;
  figure f;
  f.id = "value_of_information";
  f.chapter = "proportionality";
  f.title = "What knowing more would be worth";
  f.sentence = "High where the records leave the choice open, low where no further measurement would change it. " + capital(text(curve, "meaning")) + ".";
  std::vector<std::string> columns;
  for (const auto& [name, cells] : part(curve, "columns").items())
    if (name.starts_with("of_knowing_")) columns.push_back(name);
  const auto words = [](std::string name) {
    name = name.substr(3);
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
  };
  f.columns = {{"One harm undoes so many outcomes", true}};
  for (const std::string& name : columns) f.columns.push_back({capital(words(name)), true});
  json_document values = json_document::array();
  double most = 0, at_most = 0;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("exchange_rate", i);
    if (!at) continue;
    std::vector<std::string> row{shortest(*at)};
    for (const std::string& name : columns) {
      const auto value = seen.value(name, i);
      row.push_back(value ? three(*value, rounding::nearest) : "");
      if (!value) continue;
      values.push_back({{"rate", *at}, {"value", *value}, {"what", words(name)}});
      if (*value > most) { most = *value; at_most = *at; }
    }
    f.rows.push_back(std::move(row));
  }
  if (values.empty()) return;
  const json_document at_x = field("rate", "quantitative", {{"scale", {{"zero", false}, {"nice", false}}}, {"axis", {{"title", "Outcomes that one harm is held to undo"}}}});
  json_document spec{{"height", 240}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(layer(mark("line", "curve"), {{"x", at_x}, {"y", field("value", "quantitative", {{"axis", {{"title", "Outcomes per deployment"}, {"tickCount", 5}}}})}, {"strokeDash", field("what", "nominal", {{"legend", {{"title", nullptr}, {"orient", "bottom"}, {"columns", 1}}}})}}));
  f.specification = std::move(spec);
  f.alternative = most > 0 ? "Knowing everything would add most, " + three(most, rounding::nearest) + " outcomes per deployment, where one harm is held to undo " + three(at_most, rounding::nearest) + " outcomes." : "No further measurement would change the choice within the declared rates.";
  out.push_back(std::move(f));
}

} // namespace

void add_decision_figures(std::vector<figure>& out, const json_document& result) {
  const json_document& curves = part(result, "curves");
  if (!curves.is_array()) return;
  for (const json_document& one : curves) add_net_benefit(out, result, one);
  for (const json_document& one : curves) add_operating_points(out, one);
  for (const json_document& one : curves) add_information(out, one);
}

} // namespace lfreval::page
