#include "report/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <lfreval/identification/curve.hpp>

#include "report/figure_parts.hpp"

namespace lfreval::page {

namespace {

/// Which deployments begin a new level of faces per minute.
std::set<std::string> counting_changes(const json_document& result) {
  std::set<std::string> out;
  for (const json_document& f : part(result, "findings"))
    if (text(f, "metric") == "faces_per_minute_break")
      if (const auto first = axis(f, "deployment")) out.insert(*first);
  return out;
}

/// The first deployment of each year is a tick, and years of few deployments share one; without dates, none is named.
json_document order_axis(const curve_view& seen) {
  struct tick { std::size_t at; std::string from, to; };
  std::vector<tick> ticks;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const std::string year = seen.words("date", i).substr(0, 4);
    if (year.size() != 4 || year.find_first_not_of("0123456789") != std::string::npos || (!ticks.empty() && year == ticks.back().to)) continue;
    const bool near = !ticks.empty() && (i + 1 - ticks.back().at) * 14 < seen.rows;
    if (near) ticks.back().to = year;
    else ticks.push_back({i + 1, year, year});
  }
  json_document out{{"title", "Deployments in order of date"}, {"grid", false}};
  if (ticks.empty()) {
    out["tickMinStep"] = 1;
    return out;
  }
  json_document values = json_document::array();
  std::string labels;
  for (const tick& one : ticks) {
    values.push_back(one.at);
    labels += "datum.value == " + std::to_string(one.at) + " ? '" + one.from + (one.from == one.to ? "" : "\u2013" + one.to.substr(2)) + "' : ";
  }
  out["values"] = values;
  out["labelExpr"] = labels + "''";
  out["labelAlign"] = "left";
  return out;
}

struct declared_limit {
  double rate;
  std::string words;
};

std::vector<declared_limit> limits_on_faces(const json_document& result) {
  std::vector<declared_limit> out;
  std::set<std::string> seen;
  for (const json_document& f : part(result, "findings")) {
    if (text(f, "kind") != "verdict" || text(f, "metric") != "false_alerts_per_face" || axis(f, "in_every") || !seen.insert(axis(f, "limit").value_or("")).second) continue;
    const json_document& of = part(part(f, "limit"), "at_most");
    const auto events = count(of, "events"), exposure = count(of, "exposure");
    if (events && exposure && *events != 0 && *exposure != 0) out.push_back({static_cast<double>(*events) / static_cast<double>(*exposure), "limit: " + grouped(*events) + " in " + grouped(*exposure)});
  }
  return out;
}

void add_series(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const curve_view seen(curve);
  if (text(curve, "name") != "deployments" || seen.rows < 2) return;
  figure f;
  f.id = "deployments";
  f.chapter = "identification";
  f.title = "False alerts per face, deployment by deployment";
  f.sentence = "A dot with a line is a deployment with false alerts and its interval. A small triangle is one without: its place is the highest rate that so few faces allow, not a rate that was seen.";
  f.columns = {{"Deployment", false}, {"Date", false}, {"Place", false}, {"Threshold", true}, {"Faces", true}, {"Alerts", true}, {"False alerts", true}, {"Lower limit", true}, {"Upper limit", true}};
  json_document values = json_document::array(), changes = json_document::array();
  const std::set<std::string> breaks = counting_changes(result);
  std::uint64_t with = 0, without = 0;
  double least = 1, most = 0;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto faces = seen.whole("faces", i), alerted = seen.whole("false_alerts", i);
    const auto lower = seen.value("lower", i), upper = seen.value("upper", i);
    f.rows.push_back({seen.words("deployment", i), seen.words("date", i), seen.words("site", i), seen.words("threshold", i), count_words(faces), count_words(seen.whole("alerts", i)), count_words(alerted),
                      share_words(lower, rounding::down), share_words(upper, rounding::up)});
    if (breaks.contains(seen.words("deployment", i))) changes.push_back({{"n", static_cast<double>(i) + 0.5}, {"label", "counting changed"}});
    if (!faces || !alerted || !upper || *faces == 0) continue;
    json_document row{{"n", i + 1}, {"upper", *upper}};
    most = std::max(most, *upper);
    if (*alerted != 0 && lower && *lower > 0) {
      row["rate"] = static_cast<double>(*alerted) / static_cast<double>(*faces);
      row["lower"] = *lower;
      least = std::min(least, *lower);
      ++with;
    } else {
      least = std::min(least, *upper);
      ++without;
    }
    values.push_back(std::move(row));
  }
  if (values.size() < 2 || most <= 0) return;
  json_document declared = json_document::array(), next = json_document::array();
  std::string told;
  for (const declared_limit& one : limits_on_faces(result)) {
    declared.push_back({{"rate", one.rate}, {"label", one.words}});
    least = std::min(least, one.rate);
    most = std::max(most, one.rate);
    told += " The declared " + one.words + ".";
  }
  // What the next deployment may bring, from the records at the threshold of the last.
  const std::string last_threshold = seen.words("threshold", seen.rows - 1);
  for (const json_document& finding : part(result, "findings")) {
    if (text(finding, "metric") != "false_alerts_per_face" || text(finding, "kind") != "rate" || axis(finding, "threshold") != last_threshold || part(finding, "axes").size() != 1) continue;
    const json_document& predicted = part(part(finding, "heterogeneity"), "next_deployment");
    const auto exposure = count(predicted, "exposure");
    const auto range = limits(part(predicted, "events"));
    if (!exposure || *exposure == 0 || !range || range->upper == unbounded || range->upper <= 0) continue;
    const double high = range->upper / static_cast<double>(*exposure), low = range->lower / static_cast<double>(*exposure);
    next.push_back({{"n", static_cast<double>(seen.rows) * 1.02 + 1}, {"upper", high}, {"lower", low}, {"label", "next"}});
    most = std::max(most, high);
    told += " In the next deployment of " + grouped(*exposure) + " faces one would expect " + shortest(std::floor(range->lower)) + " to " + shortest(std::ceil(range->upper)) + " false alerts.";
  }
  const auto [from, to] = decades(least, most);
  for (json_document& row : next) row["lower"] = std::max(row["lower"].get<double>(), from);
  const json_document at_x = field("n", "quantitative", {{"scale", {{"domain", {0, static_cast<double>(seen.rows) * 1.04 + 1}}, {"nice", false}}}, {"axis", order_axis(seen)}});
  const json_document axis_of = log_axis("False alerts per face", from, to);
  json_document spec{{"height", 320}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(own_data(changes, layer(mark("rule", "change"), {{"x", at_x}})));
  spec["layer"].push_back(own_data(declared, layer(mark("rule", "declared"), {{"y", field("rate", "quantitative", axis_of)}})));
  spec["layer"].push_back(layer(mark("point", "bound", {{"shape", "triangle-down"}}), {{"x", at_x}, {"y", field("upper", "quantitative", axis_of)}}, "!isValid(datum.rate)"));
  spec["layer"].push_back(layer(mark("rule", "limits"), {{"x", at_x}, {"y", field("lower", "quantitative", axis_of)}, {"y2", {{"field", "upper"}}}}, "isValid(datum.rate)"));
  spec["layer"].push_back(layer(mark("point", "estimate"), {{"x", at_x}, {"y", field("rate", "quantitative", axis_of)}}, "isValid(datum.rate)"));
  spec["layer"].push_back(own_data(next, layer(mark("rule", "predicted"), {{"x", at_x}, {"y", field("lower", "quantitative", axis_of)}, {"y2", {{"field", "upper"}}}})));
  spec["layer"].push_back(own_data(next, layer(mark("text", "label", {{"align", "right"}, {"dy", -7}}), {{"x", at_x}, {"y", field("upper", "quantitative", axis_of)}, {"text", field("label", "nominal")}})));
  spec["layer"].push_back(own_data(declared, layer(mark("text", "label", {{"align", "right"}, {"dy", -7}}), {{"x", {{"value", "width"}}}, {"y", field("rate", "quantitative", axis_of)}, {"text", field("label", "nominal")}})));
  f.specification = std::move(spec);
  if (!next.empty()) f.sentence += " The broad bar at the end is what the next deployment may bring.";
  if (!changes.empty()) f.sentence += " At the dotted lines the number of faces counted per minute changed, so rates on either side may not be counted alike.";
  f.alternative = grouped(with) + " deployments with false alerts and " + grouped(without) + " without." + told;
  out.push_back(std::move(f));
}

void add_funnel(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const curve_view seen(curve);
  if (text(curve, "name") != "funnel" || seen.rows < 3) return;
  // A deployment without false alerts is drawn at its own upper limit, which the curve of single deployments holds.
  std::map<std::string, double> bounds;
  for (const json_document& other : part(result, "curves"))
    if (text(other, "name") == "deployments") {
      const curve_view single(other);
      for (std::size_t i = 0; i < single.rows; ++i)
        if (const auto upper = single.value("upper", i)) bounds.emplace(single.words("deployment", i), *upper);
    }
  figure f;
  f.id = "funnel";
  f.chapter = "identification";
  f.title = "Which deployments stand out";
  f.sentence = "The fewer the faces, the further a rate may stray by chance: 998 of 1,000 deployments would lie between the curves if only chance told them apart. One outside is a reason to look, not a verdict. Triangles are deployments without false alerts, at the highest rate that so few faces allow.";
  f.columns = {{"Deployment", false}, {"Threshold", true}, {"Faces", true}, {"False alerts", true}, {"Lower limit of the funnel", true}, {"Upper limit of the funnel", true}, {"Position", false}};
  struct dot { std::string group; json_document row; std::uint64_t faces; };
  std::vector<dot> dots;
  std::set<std::string> groups;
  std::string outside;
  std::uint64_t straying = 0;
  double least = 1, most = 0;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto faces = seen.whole("faces", i), alerted = seen.whole("false_alerts", i);
    const auto lower = seen.value("lower", i), upper = seen.value("upper", i);
    const std::string name = seen.words("deployment", i), threshold = seen.words("threshold", i), position = seen.words("position", i);
    f.rows.push_back({name, threshold, count_words(faces), count_words(alerted), share_words(lower, rounding::down), share_words(upper, rounding::up), position});
    if (!faces || !alerted || *faces == 0) continue;
    const std::string group = threshold.empty() ? "threshold not published" : "threshold " + threshold;
    json_document row{{"group", group}, {"faces", *faces}};
    const bool strays = position != "inside" && !position.empty();
    if (strays) { ++straying; outside += (outside.empty() ? "" : ", ") + name; }
    row["strays"] = strays;
    if (*alerted != 0) {
      row["rate"] = static_cast<double>(*alerted) / static_cast<double>(*faces);
      least = std::min(least, row["rate"].get<double>());
      most = std::max(most, row["rate"].get<double>());
    } else if (bounds.contains(name)) {
      row["bound"] = bounds.at(name);
      least = std::min(least, bounds.at(name));
      most = std::max(most, bounds.at(name));
    }
    if (upper && *upper > 0) { row["upper"] = *upper; most = std::max(most, *upper); least = std::min(least, *upper); }
    if (lower && *lower > 0) { row["lower"] = *lower; least = std::min(least, *lower); }
    groups.insert(group);
    dots.push_back({group, std::move(row), *faces});
  }
  if (dots.size() < 3 || most <= 0) return;
  std::stable_sort(dots.begin(), dots.end(), [](const dot& a, const dot& b) { return a.faces < b.faces; });
  json_document values = json_document::array();
  for (dot& one : dots) values.push_back(std::move(one.row));
  const auto [from, to] = decades(least, most);
  const json_document at_x = field("faces", "quantitative", {{"scale", {{"type", "log"}, {"nice", false}}}, {"axis", {{"title", "Faces seen"}, {"values", {30, 100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000}}, {"format", ",.0f"}, {"labelOverlap", true}}}});
  json_document axis_of = log_axis("False alerts per face", from, to);
  if (groups.size() > 1) axis_of["axis"]["title"] = nullptr; // told once, above the panels
  json_document drawn = json_document::array();
  drawn.push_back(layer(mark("line", "funnel"), {{"x", at_x}, {"y", field("upper", "quantitative", axis_of)}}, "isValid(datum.upper)"));
  drawn.push_back(layer(mark("line", "funnel"), {{"x", at_x}, {"y", field("lower", "quantitative", axis_of)}}, "isValid(datum.lower)"));
  drawn.push_back(layer(mark("point", "bound", {{"shape", "triangle-down"}}), {{"x", at_x}, {"y", field("bound", "quantitative", axis_of)}}, "isValid(datum.bound)"));
  drawn.push_back(layer(mark("point", "estimate"), {{"x", at_x}, {"y", field("rate", "quantitative", axis_of)}}, "isValid(datum.rate) && !datum.strays"));
  drawn.push_back(layer(mark("point", "outside"), {{"x", at_x}, {"y", field("rate", "quantitative", axis_of)}}, "isValid(datum.rate) && datum.strays"));
  if (groups.size() == 1) f.specification = {{"height", 280}, {"data", {{"values", values}}}, {"layer", drawn}};
  else
    f.specification = {{"data", {{"values", values}}}, {"columns", 2}, {"facet", {{"field", "group"}, {"type", "nominal"}, {"title", "False alerts per face"}}}, {"spec", {{"height", 200}, {"layer", drawn}}}};
  f.alternative = grouped(straying) + " of " + grouped(dots.size()) + (straying == 1 ? " deployments lies outside its funnel" : " deployments lie outside their funnel") + (outside.empty() ? "." : ": " + outside + ".");
  out.push_back(std::move(f));
}

void add_pace(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const curve_view seen(curve);
  if (text(curve, "name") != "faces_per_minute" || seen.rows < 2) return;
  figure f;
  f.id = "faces_per_minute";
  f.chapter = "data-quality";
  f.title = "Faces counted per minute";
  f.sentence = "A step in the level may be a change of counting and not of the crowd. Rates per face on either side of one may not be counted alike.";
  f.columns = {{"Deployment", false}, {"Date", false}, {"Faces", true}, {"Minutes", true}, {"Faces per minute", true}, {"Level", true}};
  json_document values = json_document::array(), changes = json_document::array();
  const std::set<std::string> breaks = counting_changes(result);
  std::size_t stretch = 0;
  double least = unbounded, most = 0;
  std::string told;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto pace = seen.value("faces_per_minute", i), level = seen.value("level", i), seconds = seen.value("seconds", i);
    const std::string name = seen.words("deployment", i);
    const auto three = [](std::optional<double> value) { return value ? significant(*value, 3, rounding::nearest) : std::string(); };
    f.rows.push_back({name, seen.words("date", i), count_words(seen.whole("faces", i)), seconds ? significant(*seconds / 60, 4, rounding::nearest) : "", three(pace), three(level)});
    if (!pace || *pace <= 0) continue;
    if (breaks.contains(name)) { ++stretch; changes.push_back({{"n", static_cast<double>(i) + 0.5}}); }
    json_document row{{"n", i + 1}, {"pace", *pace}, {"stretch", stretch}};
    if (level && *level > 0) {
      row["level"] = *level;
      if (values.empty() || breaks.contains(name)) told += (told.empty() ? "" : ", then ") + three(level);
    }
    least = std::min(least, *pace);
    most = std::max(most, *pace);
    values.push_back(std::move(row));
  }
  if (values.size() < 2) return;
  const json_document at_x = field("n", "quantitative", {{"scale", {{"domain", {0, seen.rows + 1}}, {"nice", false}}}, {"axis", order_axis(seen)}});
  const json_document scale{{"scale", {{"type", "log"}, {"nice", false}, {"padding", 6}}}, {"axis", {{"title", "Faces per minute"}, {"values", {0.3, 1, 3, 10, 30, 100, 300, 1000}}, {"format", "~r"}}}};
  json_document spec{{"height", 240}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(own_data(changes, layer(mark("rule", "change"), {{"x", at_x}})));
  spec["layer"].push_back(layer(mark("point", "bound", {{"shape", "circle"}}), {{"x", at_x}, {"y", field("pace", "quantitative", scale)}}));
  spec["layer"].push_back(layer(mark("line", "curve"), {{"x", at_x}, {"y", field("level", "quantitative", scale)}, {"detail", field("stretch", "nominal")}}, "isValid(datum.level)"));
  f.specification = std::move(spec);
  f.alternative = "Faces per minute of " + grouped(values.size()) + " deployments, from " + significant(least, 3, rounding::nearest) + " to " + significant(most, 3, rounding::nearest) + "; levels " + told + ".";
  out.push_back(std::move(f));
}

void add_outcomes(std::vector<figure>& out, const json_document& result) {
  struct stage { std::string name, plain; double least, most, lower, upper; bool none; };
  std::vector<stage> stages;
  figure f;
  f.columns = {{"Of the faces seen", false}, {"Events", true}, {"Faces", true}, {"Share", true}, {"Lower limit", true}, {"Upper limit", true}};
  const std::array<const char*, 5> order{"alerts_per_face", "true_alerts_per_face", "outcomes_per_face", "false_alerts_per_face", "false_engagements_per_face"};
  for (const char* metric : order)
    for (const json_document& one : part(result, "findings")) {
      if (text(one, "metric") != metric || text(one, "kind") != "rate" || axis(one, "scope") != "all") continue;
      const json_document& low = part(one, "lowest").is_object() ? part(one, "lowest") : one;
      const json_document& high = part(one, "highest").is_object() ? part(one, "highest") : one;
      const auto lower = limits(part(low, "interval")), upper = limits(part(high, "interval"));
      const auto least = number(low, "estimate"), most = number(high, "estimate");
      if (!lower || !upper || !least || !most || upper->upper == unbounded || upper->upper <= 0) continue;
      std::string name = title_of(one);
      if (const std::size_t at = name.find(" per face seen"); at != std::string::npos) name.erase(at, 14);
      const value_cells cells = cells_of(one);
      stages.push_back({name, plain_words(one), *least, *most, lower->lower, upper->upper, *most <= 0});
      f.rows.push_back({name, cells.events, cells.exposure, cells.value, cells.lower, cells.upper});
    }
  if (stages.size() < 2) return;
  f.id = "outcomes";
  f.chapter = "burden";
  f.title = "From faces seen to what came of them";
  f.sentence = "Each line is a share of the faces seen in the deployments that record it, with its interval, on a scale on which every step to the left is ten times rarer. A broad bar is a range that contradictions in the records leave open. An outcome is not shown to be due to the alert.";
  double from = 1;
  json_document values = json_document::array(), order_of = json_document::array();
  for (const stage& one : stages) from = std::min(from, one.lower > 0 ? std::max(one.lower, one.upper / 1e4) : one.upper);
  from = decades(from, 1).first;
  for (const stage& one : stages) {
    order_of.push_back(one.name);
    json_document row{{"stage", one.name}, {"lower", std::max(one.lower, from)}, {"upper", one.upper}};
    if (!one.none) { row["least"] = std::max(one.least, from); row["most"] = one.most; }
    values.push_back(std::move(row));
    f.alternative += (f.alternative.empty() ? "" : " ") + one.name + ": " + one.plain + ".";
  }
  const json_document at_y = field("stage", "nominal", {{"sort", order_of}, {"axis", {{"title", nullptr}, {"grid", false}, {"labelLimit", 180}, {"ticks", false}, {"domain", false}}}});
  const json_document axis_of = log_axis("Of the faces seen", from, 1);
  json_document spec{{"height", {{"step", 34}}}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(layer(mark("rule", "limits"), {{"y", at_y}, {"x", field("lower", "quantitative", axis_of)}, {"x2", {{"field", "upper"}}}}));
  spec["layer"].push_back(layer(mark("bar", "range", {{"height", 8}}), {{"y", at_y}, {"x", field("least", "quantitative", axis_of)}, {"x2", {{"field", "most"}}}}, "isValid(datum.least) && datum.least < datum.most"));
  spec["layer"].push_back(layer(mark("point", "estimate"), {{"y", at_y}, {"x", field("most", "quantitative", axis_of)}}, "isValid(datum.least)"));
  spec["layer"].push_back(layer(mark("point", "bound", {{"shape", "triangle-left"}}), {{"y", at_y}, {"x", field("upper", "quantitative", axis_of)}}, "!isValid(datum.least)"));
  f.specification = std::move(spec);
  out.push_back(std::move(f));
}

} // namespace

void add_deployment_figures(std::vector<figure>& out, const json_document& result) {
  const json_document& curves = part(result, "curves");
  if (curves.is_array()) {
    for (const json_document& one : curves) add_series(out, result, one);
    for (const json_document& one : curves) add_funnel(out, result, one);
    for (const json_document& one : curves) add_pace(out, result, one);
  }
  add_outcomes(out, result);
}

} // namespace lfreval::page
