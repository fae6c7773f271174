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

} // namespace

void add_trial_figures(std::vector<figure>& out, const json_document& result) {
  const json_document& curves = part(result, "curves");
  if (!curves.is_array()) return;
  for (const json_document& one : curves) add_thresholds(out, result, one);
  for (const json_document& one : curves) add_tradeoff(out, result, one);
  for (const json_document& one : curves) add_predictive_value(out, one);
}

} // namespace lfreval::page
