#include "report/group_findings.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

const char* section_of(metric_id metric) { return describe(metric).in_section == section::identification ? "disparity" : "burden"; }

finding start(const rate_by_group& rates, finding_kind kind, std::map<std::string, std::string> more) {
  finding f;
  f.metric = std::string(to_string(rates.metric));
  f.axes = rates.axes;
  if (!rates.outcome.empty()) f.axes["outcome"] = rates.outcome;
  f.axes.merge(more);
  f.key = finding_key(f.metric, f.axes);
  f.kind = kind;
  f.in_section = section_of(rates.metric);
  f.held = rates.held;
  return f;
}

finding without_value(finding f, const rate_by_group& rates, const std::string& of_what, const undefined& why) {
  f.status = finding_status::not_estimable;
  f.sentence = std::string(describe(rates.metric).name) + ", " + of_what + ": not estimable. " + why.remedy;
  f.why_not = why;
  return f;
}

/// `+3.2`: a difference of shares in percentage points.
std::string points_words(double difference, rounding toward) { return (difference > 0 ? "+" : "") + significant(100 * difference, 3, toward); }

/// A number of faces or passages to collect, to two digits and upwards.
std::string rounded_up(double n) {
  const double step = std::pow(10.0, std::max(0.0, std::floor(std::log10(std::max(1.0, n))) - 1));
  const double up = std::ceil(n / step) * step;
  return up <= static_cast<double>(largest_count) ? grouped(static_cast<std::uint64_t>(up)) : significant(up, 2, rounding::up);
}

std::string label_words(const std::string& label) { return label.empty() ? "everybody else" : printable(label); }

finding rate_of_group(const study& declared, const rate_by_group& rates, std::size_t i) {
  const group_clusters& group = rates.groups[i];
  finding f = start(rates, finding_kind::rate, rates.places[i]);
  f.cites = std::string(describe(rates.metric).cites) + ", G17";
  if (rates.unusable[i]) return without_value(std::move(f), rates, printable(group.label), *rates.unusable[i]);
  ladder_options how;
  how.by = rates.by;
  how.planning_design_effect = declared.planning_design_effect;
  how.exposure_cv = group.exposure_cv;
  const auto made = estimate_rate(rates.metric, group.tallies, declared.level, how);
  if (!made) return without_value(std::move(f), rates, printable(group.label), made.error());
  f.status = finding_status::measured;
  f.flags |= made->flags;
  f.sentence = printable(group.label) + ": " + sentence_for(*made, rates.outcome);
  f.notes = rates.notes[i];
  f.value = *made;
  return f;
}

/// `98.3 %`: the level of one of several comparisons, which nobody declared.
std::string step_words(confidence level, std::size_t family) { return family == 1 ? level_words(level) : significant(100 * level.level(), 3, rounding::down) + " %"; }

/// What a comparison comes to, in words that claim no more than it shows (M21).
std::string answer_words(const rate_by_group& rates, const group_comparison& c) {
  const std::string per(to_string(units_of(rates.metric).exposure));
  const auto end = [&](double value, rounding toward) { return value == unbounded ? std::string("no upper limit") : rates.is_difference ? points_words(value, toward) : significant(value, 3, toward); };
  std::string out = std::string(to_string(c.verdict)) + ": at " + step_words(c.decided.level, c.family) + (c.family == 1 ? "" : ", for " + grouped(c.family) + " comparisons at once,") + " " + end(c.decided.lower, rounding::down) + " to " +
                    end(c.decided.upper_unbounded() ? unbounded : c.decided.upper, rounding::up) + ".";
  if (c.margin && c.verdict.equivalent) out += rates.is_difference ? " Equivalent within " + significant(100 * *c.margin, 3, rounding::nearest) + " percentage points, as declared." : " Equivalent within a factor of " + significant(*c.margin, 3, rounding::nearest) + ", as declared.";
  if (!c.verdict.different && !rates.is_difference)
    out += c.detectable_ratio ? " A ratio below " + significant(*c.detectable_ratio, 3, rounding::nearest) + " would be missed more than 2 times in 10" : " With so few events no ratio, however large, would have been shown";
  if (!c.verdict.different && !c.verdict.equivalent && c.exposure_needed)
    out += "; to show one of " + significant(c.margin.value_or(2.0), 3, rounding::nearest) + " takes about " + rounded_up(*c.exposure_needed) + " " + per + " of each";
  if (!c.verdict.different && !rates.is_difference) out += ".";
  return out;
}

/// Whether labels that mean nothing would set the two as far apart. Nothing where clusters stand on both sides, and where there are so
/// many that the interval needs no such check.
std::optional<std::string> exchange_words(const rate_by_group& rates, const group_clusters& of, const group_clusters& against, std::size_t family, std::uint64_t seed) {
  constexpr std::size_t most_clusters = 100; // of the smaller group
  const group_clusters& fewer = of.tallies.size() <= against.tallies.size() ? of : against;
  const group_clusters& others = &fewer == &of ? against : of;
  const cluster_tally one = of.total(), other = against.total();
  constexpr std::uint64_t most = std::uint64_t{1} << 31U; // of the test
  if (fewer.tallies.size() > most_clusters || one.exposure + other.exposure >= most || one.events + other.events >= most) return std::nullopt;
  if (std::any_of(fewer.clusters.begin(), fewer.clusters.end(), [&](std::uint32_t cluster) { return std::binary_search(others.clusters.begin(), others.clusters.end(), cluster); })) return std::nullopt;
  permutation::permutation_options how;
  how.seed = seed;
  const auto made = permutation::two_group_cluster_counts(fewer.tallies, others.tallies, how);
  if (!made) return std::nullopt;
  const std::string whole = rates.by == cluster_unit::person ? "people" : "deployments";
  return "if the labels meant nothing, " + whole + " given to the two groups at random would differ at least as much with p = " + significant(made->p_value, 2, rounding::nearest) + " (" +
         (made->exact ? "all " + grouped(made->arrangements) + " ways" : grouped(made->arrangements) + " random ways") + ")" +
         (family > 1 ? "; of this comparison by itself, not allowing for the others of " + grouped(family) : "");
}

} // namespace

finding group_comparison_finding(const rate_by_group& rates, const judged_pair& pair, std::map<std::string, std::string> axes) {
  finding f = start(rates, rates.is_difference ? finding_kind::difference : finding_kind::ratio, std::move(axes));
  f.cites = "G17, C14, C16, M21";
  const std::string of = label_words(pair.of), against = label_words(pair.against);
  if (rates.label_sources.size() > 1) {
    f.status = finding_status::refused;
    f.cites = "C13";
    f.sentence = of + " against " + against + ": not compared, because the labels of " + printable(rates.axis) + " come from different sources: ";
    for (const std::string& one : rates.label_sources) f.sentence += (one == *rates.label_sources.begin() ? "" : ", ") + printable(one);
    f.sentence += ".";
    return f;
  }
  if (!pair.made) return without_value(std::move(f), rates, of + " against " + against, pair.made.error());
  const group_comparison& c = *pair.made;
  f.status = finding_status::measured;
  f.flags |= c.flags;
  std::vector<companion> companions;
  if (c.flat) companions.push_back({*c.flat, {flag::assumes_independence}});
  const unit events = units_of(rates.metric).events, per = units_of(rates.metric).exposure;
  const std::string counts = "; " + grouped(c.first.events) + " in " + grouped(c.first.exposure) + " and " + grouped(c.second.events) + " in " + grouped(c.second.exposure) + " " + std::string(to_string(per)) +
                             (events == unit::outcomes ? ", recorded as \"" + printable(rates.outcome) + "\"" : "") + ".";
  if (rates.is_difference) {
    f.value = group_difference{c.first, c.second, c.point, c.made, companions};
    f.sentence = of + " against " + against + ": " + points_words(c.point, rounding::nearest) + " percentage points (" + points_words(c.made.lower, rounding::down) + " to " + points_words(c.made.upper, rounding::up) + ")" + counts;
  } else {
    f.value = ratio_value{c.first, c.second, c.point, c.made, companions, {}};
    const std::string upper = c.made.upper_unbounded() ? "no upper limit" : significant(c.made.upper, 3, rounding::up);
    f.sentence = of + " against " + against + ": " +
                 (c.point == unbounded ? "ratio of at least " + significant(c.made.lower, 3, rounding::down) + ", no upper limit" : "ratio " + significant(c.point, 3, rounding::nearest) + " (" + significant(c.made.lower, 3, rounding::down) + " to " + upper + ")") + counts;
  }
  f.between_groups = group_answer{c.verdict, c.decided, c.family, c.margin, c.detectable_ratio, c.exposure_needed};
  f.notes.push_back(answer_words(rates, c));
  return f;
}

std::vector<finding> group_findings(const study& declared, const rate_by_group& rates) {
  std::vector<finding> out;
  for (std::size_t i = 0; i < rates.groups.size(); ++i) out.push_back(rate_of_group(declared, rates, i));
  // Groups without a rate of their own are in no comparison; the others are.
  std::vector<group_clusters> groups;
  std::vector<std::size_t> place;
  for (std::size_t i = 0; i < rates.groups.size(); ++i)
    if (!rates.unusable[i] && rates.groups[i].total().exposure != 0) { groups.push_back(rates.groups[i]); place.push_back(i); }
  if (groups.size() < 2) return out;
  if (!rates.is_difference)
    if (auto summary = group_summary_finding(declared, rates)) out.push_back(std::move(*summary));
  comparison_rule rule;
  rule.family = describe(rates.metric).family;
  rule.by = rates.by;
  rule.level = declared.level;
  rule.margin = rates.is_difference ? declared.equivalence_difference : declared.equivalence_margin;
  rule.planning_design_effect = declared.planning_design_effect;
  const auto add = [&](const std::vector<group_pair>& family, const auto& axes_of) {
    const std::vector<judged_pair> judged = rates.is_difference ? compare_differences(groups, family, rule) : compare_ratios(groups, family, rule);
    for (std::size_t i = 0; i < judged.size(); ++i) {
      out.push_back(group_comparison_finding(rates, judged[i], axes_of(family[i])));
      if (out.back().status != finding_status::measured || family[i].against == everybody_else) continue;
      if (const auto words = exchange_words(rates, groups[family[i].of], groups[family[i].against], judged[i].made->family, declared.seed)) out.back().notes.push_back(*words);
    }
  };
  const auto reference = std::find_if(groups.begin(), groups.end(), [&](const group_clusters& g) { return !rates.reference.empty() && g.label == rates.reference; });
  const auto against = [&](const group_pair& pair) {
    auto axes = rates.places[place[pair.of]];
    axes["against"] = groups[pair.against].label;
    return axes;
  };
  // With two groups, everybody else is the other group.
  if (groups.size() == 2) {
    const auto of = static_cast<std::size_t>(reference == groups.begin() ? 1 : 0);
    add({{of, 1 - of}}, against);
    return out;
  }
  if (reference != groups.end()) add(pairs_with(groups.size(), static_cast<std::size_t>(reference - groups.begin())), against);
  add(pairs_with(groups.size(), everybody_else), [&](const group_pair& pair) {
    auto axes = rates.places[place[pair.of]];
    axes["against_everybody_else_on"] = rates.axis;
    return axes;
  });
  if (!rates.in_pairs) return out;
  std::vector<group_pair> pairs = all_pairs(groups.size());
  // With a reference its pairs stand above, in a family of their own.
  if (reference != groups.end()) {
    const auto at = static_cast<std::size_t>(reference - groups.begin());
    std::erase_if(pairs, [&](const group_pair& p) { return p.of == at || p.against == at; });
  }
  if (!pairs.empty()) add(pairs, against);
  return out;
}

} // namespace lfreval
