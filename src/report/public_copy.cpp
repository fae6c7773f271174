#include "report/public_copy.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "report/fields.hpp"

namespace lfreval::page {

namespace {

using fields::count;
using fields::part;
using fields::text;

constexpr std::uint64_t fewest_told = 5;

/// Axes that choose a method, a statistic or the whole; all others divide people into parts.
const std::set<std::string> undivided{"scope", "source", "system", "systems", "limit", "in_every", "outcome", "watchlist", "list_in_use", "method", "at", "compared_at", "failed_comparisons", "projected_from", "claim", "limb"};
/// Units that are no people and no events of people.
const std::set<std::string> impersonal{"faces", "seconds", "hours", "days", "deployments", "comparisons", "mated comparisons", "watchlist images", "watchlist persons"};

bool is_small(const std::optional<std::uint64_t>& n) { return n && *n != 0 && *n < fewest_told; }

/// The part of the people that a finding is about, as text: its dividing axes. Empty for totals and for the grid of a trial.
std::string stratum_of(const json_document& finding, std::string& family) {
  const json_document& axes = part(finding, "axes");
  if (!axes.is_object()) return "";
  const bool of_trial = axes.contains("source");
  std::string out;
  for (const auto& [name, value] : axes.items()) {
    if (undivided.contains(name) || (of_trial && name == "threshold") || !value.is_string()) continue;
    family += name + ";";
    out += name + "=" + value.get<std::string>() + ";";
  }
  if (of_trial && !out.empty()) {
    family += text(axes, "source") + ";" + text(axes, "system");
    out += text(axes, "source") + ";" + text(axes, "system") + ";" + text(axes, "threshold");
  }
  return out;
}

bool has_small_count(const json_document& value) {
  if (value.is_array()) return std::any_of(value.begin(), value.end(), has_small_count);
  if (!value.is_object()) return false;
  if (is_small(count(value, "n")) && part(value, "unit").is_string() && !impersonal.contains(text(value, "unit"))) return true;
  for (const char* field : {"events", "exposure", "of", "against", "first", "second", "lowest", "highest", "with", "without", "before", "after"})
    if (has_small_count(part(value, field))) return true;
  const json_document& labels = part(value, "label_bounds");
  return is_small(count(labels, "unresolved")) || is_small(count(labels, "fewest")) || is_small(count(value, "unresolved_alerts")) || is_small(count(part(value, "not_in_this_figure"), "events"));
}

/// What is only about faces, hours and deployments names nobody.
bool is_impersonal(const json_document& finding) {
  return text(finding, "kind") == "count" && impersonal.contains(text(part(finding, "events"), "unit"));
}

void suppress(json_document& finding) {
  json_document left;
  for (const char* field : {"key", "metric", "kind", "section"})
    left[field] = part(finding, field);
  left["status"] = "suppressed";
  left["axes"] = part(finding, "axes");
  if (finding.contains("limit")) left["limit"] = finding["limit"];
  if (text(finding, "kind") == "verdict") left["verdict"] = "withheld";
  left["sentence"] = "Withheld: fewer than five people or events, or what would give them away.";
  left["flags"] = json_document::array();
  left["cites"] = part(finding, "cites");
  finding = std::move(left);
}

std::uint64_t size_of(const json_document& finding) {
  if (const auto n = count(part(finding, "exposure"), "n")) return *n;
  return count(part(finding, "events"), "n").value_or(0);
}

/// Groups of which some figure is withheld, as `axis=label;source`: every other figure of the group, and every comparison with it, could
/// give the withheld one away.
class withheld_groups {
public:
  explicit withheld_groups(const json_document& result) {
    const json_document& groups = part(part(result, "study"), "groups");
    if (groups.is_array())
      for (const json_document& one : groups) axes_.insert(text(one, "name"));
  }
  void add(const json_document& finding) {
    for (const std::string& axis : axes_)
      if (const auto label = fields::axis(finding, axis)) { labels_.insert(axis + "=" + *label + ";" + source_of(finding)); on_axes_.insert(axis + ";" + source_of(finding)); }
  }
  /// A comparison of groups is no part of a total: nothing can be had from it by subtraction.
  [[nodiscard]] bool compares(const json_document& finding) const {
    if (text(finding, "kind") != "ratio" && text(finding, "kind") != "difference") return false;
    return fields::axis(finding, "highest_over_lowest_by") || std::any_of(axes_.begin(), axes_.end(), [&](const std::string& axis) { return fields::axis(finding, axis).has_value(); });
  }
  [[nodiscard]] bool touch(const json_document& finding) const {
    for (const std::string& axis : axes_) {
      const auto label = fields::axis(finding, axis);
      if (label && labels_.contains(axis + "=" + *label + ";" + source_of(finding))) return true;
      if (const auto against = fields::axis(finding, "against"); label && against && labels_.contains(axis + "=" + *against + ";" + source_of(finding))) return true;
      // The answer of all groups names each with what it lacks.
      if (const auto every = fields::axis(finding, "in_every"); every && (" and " + *every + " and ").find(" and " + axis + " and ") != std::string::npos && on_axes_.contains(axis + ";" + source_of(finding))) return true;
      if (fields::axis(finding, "highest_over_lowest_by") == axis && on_axes_.contains(axis + ";" + source_of(finding))) return true;
    }
    return false;
  }

private:
  static std::string source_of(const json_document& finding) { return fields::axis(finding, "source").value_or(""); }
  std::set<std::string> axes_, labels_, on_axes_;
};

/// Rows of single deployments: one that holds a small count loses every count of people, and so does the next smallest
/// where it would stand alone.
std::uint64_t suppress_rows(json_document& curve) {
  if (!curve.is_object() || !part(curve, "columns").is_object()) return 0;
  json_document& columns = curve["columns"];
  if (!columns.contains("deployment")) return 0;
  const std::array<const char*, 2> counted{"alerts", "false_alerts"};
  std::set<std::size_t> small;
  std::size_t rows = columns["deployment"].is_array() ? columns["deployment"].size() : 0;
  const auto at = [&](const char* name, std::size_t row) { return part(columns, name).is_array() && row < columns[name].size() ? count(columns[name][row]) : std::nullopt; };
  for (std::size_t row = 0; row < rows; ++row)
    for (const char* name : counted)
      if (is_small(at(name, row))) small.insert(row);
  if (small.size() == 1) {
    std::optional<std::size_t> next;
    for (std::size_t row = 0; row < rows; ++row)
      if (!small.contains(row) && at("faces", row) && (!next || *at("faces", row) < *at("faces", *next))) next = row;
    if (next) small.insert(*next);
  }
  std::uint64_t cells = 0;
  for (auto& [name, column] : columns.items()) {
    const bool personal = name == "alerts" || name == "false_alerts" || name == "lower" || name == "upper" || name == "position" || name.starts_with("verdict_");
    if (!personal || !column.is_array()) continue;
    for (const std::size_t row : small)
      if (row < column.size() && !column[row].is_null()) {
        column[row] = column[row].is_string() ? json_document("withheld") : json_document(nullptr);
        ++cells;
      }
  }
  return cells;
}

} // namespace

std::uint64_t make_public(json_document& result) {
  std::uint64_t cells = 0;
  if (!result.contains("findings") || !result["findings"].is_array()) return cells;
  json_document& findings = result["findings"];
  struct part_of_people { std::uint64_t size = 0; bool small = false; };
  std::map<std::string, std::map<std::string, part_of_people>> families;
  withheld_groups groups(result);
  for (const json_document& f : findings) {
    std::string family;
    const std::string stratum = stratum_of(f, family);
    if (stratum.empty() || groups.compares(f)) continue;
    part_of_people& here = families[family][stratum];
    here.size = std::max(here.size, size_of(f));
    here.small = here.small || has_small_count(f);
  }
  // One part alone could be had by subtraction from the total.
  for (auto& [family, parts] : families) {
    const auto small = std::count_if(parts.begin(), parts.end(), [](const auto& one) { return one.second.small; });
    if (small != 1) continue;
    auto next = parts.end();
    for (auto one = parts.begin(); one != parts.end(); ++one)
      if (!one->second.small && (next == parts.end() || one->second.size < next->second.size)) next = one;
    if (next != parts.end()) next->second.small = true;
  }
  for (const json_document& f : findings) {
    std::string family;
    const std::string stratum = stratum_of(f, family);
    if (!stratum.empty() && !groups.compares(f) && families[family][stratum].small && !is_impersonal(f)) groups.add(f);
  }
  for (json_document& f : findings) {
    std::string family;
    const std::string stratum = stratum_of(f, family);
    bool withheld = (groups.touch(f) && !is_impersonal(f)) || (groups.compares(f) && has_small_count(f));
    withheld = withheld || (!stratum.empty() && !groups.compares(f) && families[family][stratum].small && !is_impersonal(f));
    if (const auto against = fields::axis(f, "against")) {
      const auto& thresholds = families["threshold;"];
      for (const std::string& side : {*against, fields::axis(f, "threshold").value_or("")})
        if (const auto found = thresholds.find("threshold=" + side + ";"); found != thresholds.end() && found->second.small) withheld = true;
    }
    if (withheld) { suppress(f); ++cells; }
    else if (text(f, "kind") == "check" && part(f, "rows").is_array()) {
      cells += f["rows"].size();
      f["rows"] = json_document::array();
    }
  }
  if (result.contains("curves") && result["curves"].is_array()) {
    for (json_document& curve : result["curves"]) cells += suppress_rows(curve);
    // Tables of groups hold counts of every size; what may be told of groups is in the findings.
    json_document& curves = result["curves"];
    for (auto one = curves.begin(); one != curves.end();) {
      if (!part(part(*one, "columns"), "group").is_array()) { ++one; continue; }
      cells += part(*one, "columns")["group"].size();
      one = curves.erase(one);
    }
  }
  return cells;
}

} // namespace lfreval::page
