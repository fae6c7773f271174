#include "report/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <lfreval/identification/curve.hpp>
#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::limits;
using fields::number;
using fields::part;
using fields::text;

/// Columns of a curve; what is absent, of another type or shorter than the rest is nothing.
struct curve_view {
  const json_document& columns;
  std::size_t rows = 0;

  explicit curve_view(const json_document& curve) : columns(part(curve, "columns")) {
    if (columns.is_object())
      for (const auto& [name, cells] : columns.items()) rows = std::max(rows, cells.size());
  }
  const json_document& cell(const char* column, std::size_t row) const {
    static const json_document nothing;
    const json_document& cells = part(columns, column);
    return cells.is_array() && row < cells.size() ? cells[row] : nothing;
  }
  std::optional<double> value(const char* column, std::size_t row) const { return number(cell(column, row)); }
  std::optional<double> value(const std::string& column, std::size_t row) const { return value(column.c_str(), row); }
  std::optional<std::uint64_t> whole(const char* column, std::size_t row) const { return count(cell(column, row)); }
  std::string words(const char* column, std::size_t row) const {
    const json_document& held = cell(column, row);
    return held.is_string() ? held.get<std::string>() : std::string();
  }
  bool has(const char* column) const { return part(columns, column).is_array(); }
};

std::string count_words(std::optional<std::uint64_t> value) { return value ? grouped(*value) : std::string(); }
std::string share_words(std::optional<double> share, rounding toward) { return share ? about(*share, toward, *share > 0.1) : std::string(); }

json_document field(const char* name, const char* type, json_document more = json_document::object()) {
  more["field"] = name;
  more["type"] = type;
  return more;
}

json_document mark(const char* type, const char* style, json_document more = json_document::object()) {
  more["type"] = type;
  more["style"] = style;
  return more;
}

json_document layer(json_document marked, json_document encoding, const std::string& filter = "") {
  json_document out;
  if (!filter.empty()) out["transform"] = json_document::array({json_document{{"filter", filter}}});
  out["mark"] = std::move(marked);
  out["encoding"] = std::move(encoding);
  return out;
}

json_document own_data(json_document values, json_document drawn) {
  drawn["data"] = {{"values", std::move(values)}};
  return drawn;
}

/// What a rate is written as beside its axis: `1 in 1,000`, `20 %`.
constexpr const char* rate_labels = "datum.value > 0.1 ? format(100 * datum.value, '~r') + ' %' : '1 in ' + format(1 / datum.value, ',.0f')";

json_document powers_of_ten(double from, double to) {
  json_document out = json_document::array();
  for (int power = static_cast<int>(std::ceil(std::log10(from) - 1e-9)); power <= static_cast<int>(std::floor(std::log10(to) + 1e-9)); ++power) out.push_back(std::pow(10.0, power));
  return out;
}

json_document log_axis(const char* title, double from, double to) {
  json_document out;
  out["scale"] = {{"type", "log"}, {"domain", {from, to}}, {"nice", false}};
  out["axis"] = {{"title", title}, {"values", powers_of_ten(from, to)}, {"labelExpr", rate_labels}};
  return out;
}

/// Whole decades around what is drawn.
std::pair<double, double> decades(double least, double most) {
  return {std::pow(10.0, std::floor(std::log10(least) - 1e-9)), std::min(1.0, std::pow(10.0, std::ceil(std::log10(most) + 1e-9)))};
}

// ---- misses against false positives ----

struct probit_axis {
  double from = 0, to = 0;
  json_document values = json_document::array();
  std::string labels;

  /// Where a rate is drawn: 0 and 1, and what lies beyond the axis, at its end.
  double place(double rate) const {
    if (rate <= 0) return from;
    if (rate >= 1) return to;
    const double at = rate <= 0.5 ? -distribution::normal_upper_quantile(rate) : distribution::normal_upper_quantile(1 - rate);
    return std::clamp(at, from, to);
  }
};

probit_axis probit_axis_for(double least, double most) {
  constexpr std::array<double, 18> ticks{1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9, 0.95, 0.99};
  constexpr std::array<const char*, 18> names{"1 in 10,000,000", "1 in 1,000,000", "1 in 100,000", "1 in 10,000", "1 in 1,000", "1 %", "2 %", "5 %", "10 %", "20 %", "30 %", "40 %", "50 %", "60 %", "80 %", "90 %", "95 %", "99 %"};
  const auto at = [](double rate) { return rate <= 0.5 ? -distribution::normal_upper_quantile(rate) : distribution::normal_upper_quantile(1 - rate); };
  std::size_t first = 0, last = ticks.size() - 1;
  while (first + 1 < ticks.size() && ticks[first + 1] < least) ++first;
  while (last > first + 1 && ticks[last - 1] > most) --last;
  probit_axis out;
  out.from = at(ticks[first]);
  out.to = at(ticks[last]);
  for (std::size_t i = first; i <= last; ++i) {
    out.values.push_back(at(ticks[i]));
    out.labels += "abs(datum.value - (" + shortest(at(ticks[i])) + ")) < 1e-6 ? '" + names[i] + "' : ";
  }
  out.labels += "''";
  return out;
}

json_document probit_encoding(const char* name, const char* title, const probit_axis& axis) {
  return field(name, "quantitative", {{"scale", {{"domain", {axis.from, axis.to}}, {"nice", false}, {"zero", false}}}, {"axis", {{"title", title}, {"values", axis.values}, {"labelExpr", axis.labels}}}});
}

/// Both rates of a trial where the evaluation tells them, at the thresholds of the report.
struct told_threshold {
  std::string name;
  const json_document *found = nullptr, *false_alarm = nullptr;
};

bool is_plain(const json_document& f) {
  const json_document& axes = part(f, "axes");
  if (!axes.is_object() || text(f, "kind") != "rate" || text(f, "status") != "measured") return false;
  for (const auto& [name, value] : axes.items())
    if (name != "source" && name != "system" && name != "threshold") return false;
  return axes.contains("source") && axes.contains("threshold");
}

std::vector<told_threshold> told_thresholds(const json_document& result, const std::string& curve_name, const std::string& prefix) {
  std::vector<told_threshold> out;
  for (const json_document& f : part(result, "findings")) {
    if (!is_plain(f)) continue;
    std::string name = prefix + "_" + axis(f, "source").value_or("");
    if (const auto system = axis(f, "system")) name += "_" + *system;
    std::replace_if(name.begin(), name.end(), [](char c) { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-'; }, '_');
    if (name.substr(0, 100) != curve_name) continue;
    const std::string at = axis(f, "threshold").value_or("");
    auto known = std::find_if(out.begin(), out.end(), [&](const told_threshold& one) { return one.name == at; });
    if (known == out.end()) known = out.insert(out.end(), {at, nullptr, nullptr});
    if (text(f, "metric") == "true_positive_identification_rate") known->found = &f;
    if (text(f, "metric") == "false_positive_identification_rate") known->false_alarm = &f;
  }
  std::erase_if(out, [](const told_threshold& one) { return one.found == nullptr || one.false_alarm == nullptr; });
  return out;
}

/// The threshold that a verdict was given at is the one in use.
std::string operating_threshold(const json_document& result, const std::vector<told_threshold>& told) {
  for (const json_document& f : part(result, "findings"))
    if (text(f, "kind") == "verdict" && axis(f, "source") && axis(f, "threshold"))
      for (const told_threshold& one : told)
        if (one.name == *axis(f, "threshold")) return one.name;
  return "";
}

std::string both_rates(const told_threshold& one) {
  return " At threshold " + one.name + ", found: " + plain_words(*one.found) + ". Alerted without being listed: " + plain_words(*one.false_alarm) + ".";
}

/// The threshold in use, or every one that is told where none is.
std::string told_rates(const std::vector<told_threshold>& told, const std::string& used) {
  std::string out;
  for (const told_threshold& one : told)
    if (used.empty() || one.name == used) out += both_rates(one);
  return out;
}

void add_tradeoff(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const std::string name = text(curve, "name");
  const curve_view seen(curve);
  if (!name.starts_with("tradeoff_") || seen.rows == 0) return;
  figure f;
  f.id = name;
  f.chapter = "identification";
  f.title = "Misses against false positives, at every threshold";
  f.sentence = "Each step is a threshold. Left is better for people not listed, down is better for finding; no threshold gives both. The crosses are the thresholds of the report with their intervals. The axes are stretched so that small rates can be told apart.";
  f.columns = {{"Threshold", true}, {"False positives", true}, {"Non-mated passages", true}, {"FPIR", true}, {"Misses", true}, {"Mated passages", true}, {"Missed", true}};
  struct corner { double at; std::uint64_t fp, nonmated, missed, mated; };
  std::vector<corner> corners;
  double least_x = 0.5, least_y = 0.5, most_x = 0.01, most_y = 0.01;
  const auto stretch = [](double rate, double& least, double& most) {
    if (rate > 0) least = std::min(least, rate);
    if (rate < 1) most = std::max(most, rate);
  };
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("threshold", i);
    const auto fp = seen.whole("nonmated_with_alert", i), nonmated = seen.whole("nonmated", i), missed = seen.whole("missed", i), mated = seen.whole("mated", i);
    if (!at || !fp || !nonmated || !missed || !mated || *nonmated == 0 || *mated == 0 || *fp > *nonmated || *missed > *mated) continue;
    corners.push_back({*at, *fp, *nonmated, *missed, *mated});
    const double x = static_cast<double>(*fp) / static_cast<double>(*nonmated), y = static_cast<double>(*missed) / static_cast<double>(*mated);
    stretch(x, least_x, most_x);
    stretch(y, least_y, most_y);
    // Below one passage nothing is resolved: there an axis with an arrow at its end may stop.
    least_x = std::min(least_x, x > 0 ? x : 0.5 / static_cast<double>(*nonmated));
    least_y = std::min(least_y, y > 0 ? y : 0.5 / static_cast<double>(*mated));
    f.rows.push_back({shortest(*at), grouped(*fp), grouped(*nonmated), share_words(x, rounding::nearest), grouped(*missed), grouped(*mated), share_words(y, rounding::nearest)});
  }
  if (corners.empty()) return;
  const auto told = told_thresholds(result, name, "tradeoff");
  for (const told_threshold& one : told) {
    if (const auto range = limits(part(*one.false_alarm, "interval"))) { stretch(range->lower, least_x, most_x); stretch(range->upper, least_x, most_x); }
    if (const auto range = limits(part(*one.found, "interval"))) { stretch(1 - range->lower, least_y, most_y); stretch(1 - range->upper, least_y, most_y); }
  }
  const probit_axis x = probit_axis_for(least_x, most_x), y = probit_axis_for(least_y, most_y);
  json_document steps = json_document::array(), arrows = json_document::array(), crosses = json_document::array();
  for (const corner& c : corners) {
    const auto px = identification::probit(c.fp, c.nonmated), py = identification::probit(c.missed, c.mated);
    using end = identification::probit_place::end;
    json_document row{{"threshold", c.at}, {"fpir", px.at == end::zero ? x.from : px.at == end::one ? x.to : px.value}, {"missed", py.at == end::zero ? y.from : py.at == end::one ? y.to : py.value}};
    if (px.at != end::inside || py.at != end::inside) {
      row["arrow"] = px.at == end::zero ? "triangle-left" : px.at == end::one ? "triangle-right" : py.at == end::zero ? "triangle-down" : "triangle-up";
      arrows.push_back(row);
    } else steps.push_back(std::move(row));
  }
  const std::string used = operating_threshold(result, told);
  for (const told_threshold& one : told) {
    const auto fp = limits(part(*one.false_alarm, "interval")), found = limits(part(*one.found, "interval"));
    const auto fpir = number(*one.false_alarm, "estimate"), tpir = number(*one.found, "estimate");
    if (!fp || !found || !fpir || !tpir) continue;
    crosses.push_back({{"fpir", x.place(*fpir)}, {"fpir_lower", x.place(fp->lower)}, {"fpir_upper", x.place(fp->upper)}, {"missed", y.place(1 - *tpir)}, {"missed_lower", y.place(1 - found->upper)},
                       {"missed_upper", y.place(1 - found->lower)}, {"label", one.name == used ? one.name + " in use" : one.name}, {"at_the_end", *fpir <= 0 || *fpir >= 1 || *tpir <= 0 || *tpir >= 1}});
  }
  json_document spec{{"height", 400}, {"data", {{"values", steps}}}};
  const json_document at_x = probit_encoding("fpir", "Others who alerted (FPIR)", x), at_y = probit_encoding("missed", "Listed people missed (FNIR)", y);
  spec["layer"] = json_document::array();
  spec["layer"].push_back(layer(mark("line", "curve", {{"interpolate", "step-before"}, {"clip", true}}), {{"x", at_x}, {"y", at_y}, {"order", field("threshold", "quantitative")}}));
  for (const char* shape : {"triangle-left", "triangle-right", "triangle-down", "triangle-up"})
    spec["layer"].push_back(own_data(arrows, layer(mark("point", "bound", {{"shape", shape}, {"size", 60}}), {{"x", at_x}, {"y", at_y}}, std::string("datum.arrow == '") + shape + "'")));
  spec["layer"].push_back(own_data(crosses, layer(mark("rule", "cross"), {{"x", field("fpir_lower", "quantitative")}, {"x2", {{"field", "fpir_upper"}}}, {"y", field("missed", "quantitative")}})));
  spec["layer"].push_back(own_data(crosses, layer(mark("rule", "cross"), {{"y", field("missed_lower", "quantitative")}, {"y2", {{"field", "missed_upper"}}}, {"x", field("fpir", "quantitative")}})));
  spec["layer"].push_back(own_data(crosses, layer(mark("point", "told"), {{"x", field("fpir", "quantitative")}, {"y", field("missed", "quantitative")}}, "!datum.at_the_end")));
  spec["layer"].push_back(own_data(crosses, layer(mark("text", "label", {{"align", "left"}, {"dx", 7}, {"dy", -8}}), {{"x", field("fpir", "quantitative")}, {"y", field("missed", "quantitative")}, {"text", field("label", "nominal")}})));
  f.specification = std::move(spec);
  f.alternative = "Misses against false positives at " + grouped(corners.size()) + (corners.size() == 1 ? " threshold." : " thresholds.");
  f.alternative += told_rates(told, used);
  out.push_back(std::move(f));
}

// ---- both rates over the threshold ----

void add_thresholds(std::vector<figure>& out, const json_document& result, const json_document& curve) {
  const std::string name = text(curve, "name");
  const curve_view seen(curve);
  if (!name.starts_with("thresholds_") || seen.rows == 0) return;
  figure f;
  f.id = name;
  f.chapter = "identification";
  f.title = "Both rates over the threshold";
  f.sentence = "Raising the threshold alerts on fewer people who are not listed, and finds fewer of those who are. The line is the share counted; the band holds its limits at each threshold by itself. Where nobody alerted, a triangle marks the highest rate that the records allow.";
  f.columns = {{"Threshold", true}, {"Others who alerted", true}, {"Non-mated passages", true}, {"FPIR", true}, {"Lower limit", true}, {"Upper limit", true}, {"Listed people found", true}, {"Mated passages", true}, {"TPIR", true}, {"Lower limit", true}, {"Upper limit", true}};
  struct rate { const char *events, *exposure; std::string column; };
  const std::array<rate, 2> rates{{{"nonmated_with_alert", "nonmated", "false_positive_identification_rate_"}, {"identified", "mated", "true_positive_identification_rate_"}}};
  std::array<json_document, 2> values{json_document::array(), json_document::array()};
  double least = 1, first_at = unbounded, last_at = -unbounded;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("threshold", i);
    if (!at) continue;
    first_at = std::min(first_at, *at);
    last_at = std::max(last_at, *at);
    std::vector<std::string> row{shortest(*at)};
    for (std::size_t which = 0; which < rates.size(); ++which) {
      const auto events = seen.whole(rates[which].events, i), exposure = seen.whole(rates[which].exposure, i);
      const auto lower = seen.value(rates[which].column + "interval_lower", i), upper = seen.value(rates[which].column + "interval_upper", i);
      if (!events || !exposure || *exposure == 0) { row.insert(row.end(), {"", "", "", "", ""}); continue; }
      const double share = static_cast<double>(*events) / static_cast<double>(*exposure);
      row.insert(row.end(), {grouped(*events), grouped(*exposure), share_words(share, rounding::nearest), share_words(lower, rounding::down), share_words(upper, rounding::up)});
      json_document drawn{{"threshold", *at}};
      if (*events != 0) drawn["rate"] = share;
      if (lower && *lower > 0) drawn["lower"] = *lower;
      if (upper) drawn["upper"] = *upper;
      if (which == 0) {
        if (*events != 0) least = std::min(least, share);
        if (upper) least = std::min(least, lower && *lower > 0 ? std::max(*lower, *upper / 1000) : *upper);
      }
      values[which].push_back(std::move(drawn));
    }
    f.rows.push_back(std::move(row));
  }
  if (f.rows.empty()) return;
  const auto told = told_thresholds(result, name, "thresholds");
  const std::string used = operating_threshold(result, told);
  // Neighbouring thresholds without an alert share their bound: a few triangles tell it.
  constexpr std::size_t most_triangles = 24;
  for (json_document& rows : values) {
    std::vector<json_document*> bounds;
    for (json_document& row : rows)
      if (!row.contains("rate")) bounds.push_back(&row);
    const std::size_t step = bounds.size() / most_triangles + 1;
    for (std::size_t i = 0; i < bounds.size(); i += step) (*bounds[i])["told"] = true;
  }
  const auto [from, to] = decades(least, 1);
  const json_document at_x = field("threshold", "quantitative", {{"scale", {{"domain", {first_at, last_at}}, {"nice", false}}}, {"axis", {{"title", "Threshold"}}}});
  json_document in_use = json_document::array();
  if (const auto at = parse_decimal(used)) in_use.push_back({{"threshold", *at}, {"label", "in use"}});
  json_document spec{{"vconcat", json_document::array()}};
  for (std::size_t which = 0; which < rates.size(); ++which) {
    if (values[which].empty()) continue;
    const json_document axis_of = which == 0 ? log_axis("Others who alerted (FPIR)", from, to)
                                              : json_document{{"scale", {{"domain", {0, 1}}}}, {"axis", {{"title", "Listed people found (TPIR)"}, {"format", ".0%"}, {"tickCount", 5}}}};
    const json_document at_y = field("rate", "quantitative", axis_of);
    // Below the axis a logarithm has no end: a band without a lower limit reaches the foot of the picture.
    json_document banded = json_document::array();
    for (json_document row : values[which]) {
      if (!row.contains("upper")) continue;
      row["foot"] = std::max(row.contains("lower") ? row["lower"].get<double>() : 0.0, which == 0 ? from : 0.0);
      banded.push_back(std::move(row));
    }
    json_document view{{"height", which == 0 ? 260 : 200}, {"data", {{"values", values[which]}}}, {"layer", json_document::array()}};
    view["layer"].push_back(own_data(banded, layer(mark("area", "band", {{"clip", true}}), {{"x", at_x}, {"y", field("upper", "quantitative", axis_of)}, {"y2", {{"field", "foot"}}}}, "isValid(datum.rate)")));
    view["layer"].push_back(layer(mark("line", "curve", {{"clip", true}}), {{"x", at_x}, {"y", at_y}}, "isValid(datum.rate)"));
    view["layer"].push_back(layer(mark("point", "bound", {{"shape", "triangle-down"}, {"clip", true}}), {{"x", at_x}, {"y", field("upper", "quantitative", axis_of)}}, "datum.told && isValid(datum.upper)"));
    view["layer"].push_back(own_data(in_use, layer(mark("rule", "reference"), {{"x", at_x}})));
    if (which == 0) view["layer"].push_back(own_data(in_use, layer(mark("text", "label", {{"align", "left"}, {"dx", 4}, {"baseline", "top"}, {"y", 2}}), {{"x", at_x}, {"text", field("label", "nominal")}})));
    spec["vconcat"].push_back(std::move(view));
  }
  f.specification = std::move(spec);
  f.alternative = "Both rates at " + grouped(f.rows.size()) + " thresholds from " + f.rows.front()[0] + " to " + f.rows.back()[0] + ".";
  f.alternative += told_rates(told, used);
  out.push_back(std::move(f));
}

// ---- what an alert is worth ----

void add_predictive_value(std::vector<figure>& out, const json_document& curve) {
  const std::string name = text(curve, "name");
  const curve_view seen(curve);
  if (!name.starts_with("predictive_value_") || seen.rows == 0) return;
  figure f;
  f.id = name;
  f.chapter = "identification";
  f.title = "What an alert is worth, by how many passers are listed";
  f.sentence = "The same system is right in most alerts where many listed people pass, and wrong in most where few do. How many do pass is not on record: read the figure at the share you believe.";
  f.columns = {{"Listed among passers", true}, {"Alerts that are right", true}, {"Lower limit", true}, {"Upper limit", true}};
  json_document values = json_document::array();
  double least = 1, most = 0;
  for (std::size_t i = 0; i < seen.rows; ++i) {
    const auto at = seen.value("prevalence", i), point = seen.value("estimate", i), lower = seen.value("lower", i), upper = seen.value("upper", i);
    if (!at || !lower || !upper || *at <= 0) continue;
    const auto percent = [](std::optional<double> share, rounding toward) { return share ? about(*share, toward, *share > 0.01) : std::string("not estimable"); };
    f.rows.push_back({"1 in " + grouped(static_cast<std::uint64_t>(std::llround(1 / *at))), percent(point, rounding::nearest), percent(lower, rounding::down), percent(upper, rounding::up)});
    json_document row{{"prevalence", *at}, {"lower", *lower}, {"upper", *upper}};
    if (point) row["value"] = *point;
    values.push_back(std::move(row));
    least = std::min(least, *at);
    most = std::max(most, *at);
  }
  if (values.size() < 2) return;
  const json_document at_x = field("prevalence", "quantitative", log_axis("Listed people among passers", least, most));
  const json_document shares{{"scale", {{"domain", {0, 1}}}}, {"axis", {{"title", "Alerts that are right"}, {"format", ".0%"}, {"tickCount", 5}}}};
  json_document spec{{"height", 260}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(layer(mark("area", "band"), {{"x", at_x}, {"y", field("lower", "quantitative", shares)}, {"y2", {{"field", "upper"}}}}));
  spec["layer"].push_back(layer(mark("line", "curve"), {{"x", at_x}, {"y", field("value", "quantitative", shares)}}, "isValid(datum.value)"));
  f.specification = std::move(spec);
  const std::vector<std::string>&first = f.rows.front(), &last = f.rows.back();
  f.alternative = "Where " + first[0] + " passers is listed, of all alerts " + first[1] + " would be right (" + first[2] + " to " + first[3] + "); where " + last[0] + " is, " + last[1] + " (" + last[2] + " to " + last[3] + ").";
  f.sentence += " " + capital(text(curve, "meaning")) + ".";
  out.push_back(std::move(f));
}

// ---- deployments, one by one ----

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
    if (text(f, "kind") != "verdict" || text(f, "metric") != "false_alerts_per_face" || !seen.insert(axis(f, "limit").value_or("")).second) continue;
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

// ---- from faces to outcomes ----

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

std::vector<figure> figures(const json_document& result) {
  std::vector<figure> out;
  const json_document& curves = part(result, "curves");
  if (curves.is_array()) {
    for (const json_document& one : curves) add_thresholds(out, result, one);
    for (const json_document& one : curves) add_tradeoff(out, result, one);
    for (const json_document& one : curves) add_predictive_value(out, one);
    for (const json_document& one : curves) add_series(out, result, one);
    for (const json_document& one : curves) add_funnel(out, result, one);
    for (const json_document& one : curves) add_pace(out, result, one);
  }
  add_outcomes(out, result);
  return out;
}

} // namespace lfreval::page
