#include <lfreval/counts/strata.hpp>

#include <algorithm>

#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

/// `text` with the joining character and the escape written as escapes, so that joined names cannot run into each other.
std::string escaped(const std::string& text, char joint) {
  std::string out;
  for (const char c : text) {
    if (c == '%') out += "%25";
    else if (c == joint) out += joint == '+' ? "%2B" : "%2F";
    else out += c;
  }
  return out;
}

} // namespace

std::string deployment_value(const deployment_series& series, const deployment_record& r) {
  // Records are sorted by force, so the first and the last tell whether there are several.
  if (series.records.empty() || series.records.front().force == series.records.back().force) return r.deployment;
  return escaped(r.force, '/') + "/" + escaped(r.deployment, '/');
}

std::vector<stratum> strata_of(const deployment_series& series) {
  std::vector<stratum> out;
  stratum whole{{{"scope", "all"}}, {}};
  for (const deployment_record& r : series.records) whole.members.push_back(&r);
  out.push_back(std::move(whole));

  const auto by = [&](const std::string& axis, const auto& value_of) {
    std::map<std::string, std::vector<const deployment_record*>> groups;
    for (const deployment_record& r : series.records) groups[value_of(r)].push_back(&r);
    const std::size_t first = out.size();
    for (auto& [value, members] : groups) out.push_back({{{axis, value}}, std::move(members)});
    return first;
  };
  const std::size_t thresholds = by("threshold", [](const deployment_record& r) { return r.threshold.value_or(""); });
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(thresholds), out.end(), [](const stratum& a, const stratum& b) {
    const auto x = parse_decimal(a.axes.at("threshold")), y = parse_decimal(b.axes.at("threshold"));
    return x && y ? *x < *y : !x && y;
  });
  by("year", [](const deployment_record& r) { return r.date ? to_iso(*r.date).substr(0, 4) : ""; });
  by("use_case", [](const deployment_record& r) {
    std::string joined;
    for (const std::string& one : r.use_case) joined += (joined.empty() ? "" : "+") + escaped(one, '+');
    return joined;
  });
  by("site", [](const deployment_record& r) { return r.site.value_or(""); });
  return out;
}

} // namespace lfreval
