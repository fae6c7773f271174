#include <algorithm>
#include <numeric>

#include <lfreval/disparity/index_appendix.hpp>
#include <lfreval/disparity/max_over_min.hpp>
#include <lfreval/disparity/shrinkage.hpp>
#include <lfreval/disparity/worst_group.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_findings.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

std::string plain(double value, rounding toward) { return value == unbounded ? "no upper limit" : significant(value, 3, toward); }

} // namespace

std::optional<finding> group_summary_finding(const study& declared, const rate_by_group& rates) {
  std::vector<group_clusters> groups;
  for (std::size_t i = 0; i < rates.groups.size(); ++i)
    if (!rates.unusable[i] && rates.groups[i].total().exposure != 0) groups.push_back(rates.groups[i]);
  if (groups.size() < 3 || rates.label_sources.size() > 1) return std::nullopt;
  const metric_family family = describe(rates.metric).family;
  const std::vector<group_pair> pairs = all_pairs(groups.size());
  comparison_rule rule;
  rule.family = family;
  rule.by = rates.by;
  rule.level = confidence::checked(1.0 - declared.level.alpha() / static_cast<double>(pairs.size()));
  rule.planning_design_effect = declared.planning_design_effect;

  finding f;
  f.metric = std::string(to_string(rates.metric));
  f.axes = rates.axes;
  if (!rates.outcome.empty()) f.axes["outcome"] = rates.outcome;
  f.axes["highest_over_lowest_by"] = rates.axis;
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::ratio;
  f.in_section = describe(rates.metric).in_section == section::identification ? "disparity" : "burden";
  f.cites = "F10, M32";
  f.held = rates.held;
  const auto without = [&](const undefined& why) {
    f.status = finding_status::not_estimable;
    f.why_not = why;
    f.sentence = "Highest over lowest, " + std::string(describe(rates.metric).name) + ", by " + printable(rates.axis) + ": not estimable. " + why.remedy;
    return f;
  };
  std::vector<interval> limits;
  for (const judged_pair& pair : compare_ratios(groups, pairs, rule)) {
    if (!pair.made) return without(pair.made.error());
    limits.push_back(pair.made->made);
  }
  const std::optional<double> borrowed = declared.planning_design_effect ? declared.planning_design_effect : design_effect_to_borrow(groups, family, declared.level);
  std::vector<effective_count> worth;
  std::size_t highest = 0, lowest = 0;
  const auto rate = [&](std::size_t i) { const cluster_tally t = groups[i].total(); return static_cast<double>(t.events) / static_cast<double>(t.exposure); };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (rate(i) > rate(highest)) highest = i;
    if (rate(i) < rate(lowest)) lowest = i;
    worth.push_back(worth_of(groups[i].tallies, family, declared.level, borrowed)->counts); // every pair had one
  }
  fairness::null_options draws;
  draws.seed = declared.seed;
  const auto reference = fairness::max_over_min_given_total(worth, draws);
  if (!reference) return without(reference.error());
  ratio_value value;
  value.of = groups[highest].total();
  value.against = groups[lowest].total();
  value.point = value.against.events == 0 ? unbounded : rate(highest) / rate(lowest);
  value.made = fairness::projection(limits, declared.level);
  f.status = finding_status::measured;
  f.flags |= flag::few_events;
  if (value.of.events >= 30 && value.against.events >= 30) f.flags = {};
  f.sentence = "Highest over lowest by " + printable(rates.axis) + ": " + printable(groups[highest].label) + " over " + printable(groups[lowest].label) + " " +
               (value.point == unbounded ? "without a limit, since " + printable(groups[lowest].label) + " has no event" : plain(value.point, rounding::nearest)) + " (" + plain(value.made.lower, rounding::down) + " to " +
               plain(value.made.upper_unbounded() ? unbounded : value.made.upper, rounding::up) + ", whichever groups are the extremes).";
  f.notes.push_back("if all groups were equal, so many events would still show " + significant(reference->median, 3, rounding::nearest) + " in half of all trials and " + significant(reference->upper, 3, rounding::nearest) +
                    " once in 20" + (reference->smoothed ? " (smoothed, half an event added to each group; here " + significant(reference->statistic, 3, rounding::nearest) + ")" : ""));
  if (std::string worst = worst_group_words(declared, rates); !worst.empty()) f.notes.push_back(std::move(worst));
  f.value = std::move(value);
  return f;
}

std::string worst_group_words(const study& declared, const rate_by_group& rates) {
  std::vector<fairness::group_cluster> clusters;
  for (std::size_t g = 0; g < rates.groups.size(); ++g)
    for (std::size_t i = 0; !rates.unusable[g] && i < rates.groups[g].tallies.size(); ++i) clusters.push_back({rates.groups[g].clusters[i], g, rates.groups[g].tallies[i]});
  fairness::half_split_options how;
  how.interval.by = rates.by;
  how.interval.planning_design_effect = declared.planning_design_effect;
  how.seed = declared.seed;
  const auto found = fairness::worst_by_half_split(clusters, rates.groups.size(), declared.level, how);
  if (!found) return "";
  const std::uint32_t times = found->times_chosen[found->group];
  const std::uint64_t splits = std::accumulate(found->times_chosen.begin(), found->times_chosen.end(), std::uint64_t{0});
  return "chosen on one half of the " + std::string(rates.by == cluster_unit::person ? "people" : "deployments") + " as the highest, " + printable(rates.groups[found->group].label) + " has on the other half " + share_words(found->estimate.point, rounding::nearest) + " (" +
         share_words(found->estimate.headline.lower, rounding::down) + " to " + share_words(found->estimate.headline.upper, rounding::up) + "); it was the highest in " + grouped(times) + " of " + grouped(splits) + " splits";
}

curve index_table(const rate_by_group& false_positives, const rate_by_group& misses, const std::string& name) {
  const auto counts = [](const rate_by_group& rates, bool complement) {
    std::vector<group_count> out;
    for (const group_clusters& group : rates.groups) {
      const cluster_tally total = group.total();
      out.push_back({complement ? total.exposure - total.events : total.events, static_cast<double>(total.exposure)});
    }
    return out;
  };
  std::vector<std::string> indices, blind, reasons;
  std::vector<std::optional<double>> values;
  for (const fairness::index_line& line : fairness::index_appendix(counts(false_positives, false), counts(misses, true))) {
    indices.emplace_back(to_string(line.index));
    values.push_back(line.value ? std::optional(*line.value) : std::nullopt);
    reasons.push_back(line.value ? "" : line.value.error().remedy);
    blind.emplace_back(blind_to(line.index));
  }
  return {name, "Appendix: indices of fairness over " + printable(false_positives.axis) + ", for readers who have to report one. No verdict rests on them; none carries an interval; none is computed where a group has no event or no trial.",
          {{"index", indices}, {"value", values}, {"why_not", reasons}, {"cannot_see", blind}}};
}

curve group_table(const study& declared, const rate_by_group& rates, const std::string& name) {
  std::vector<std::string> labels;
  std::vector<std::optional<std::uint64_t>> events, exposure, clusters;
  std::vector<std::optional<double>> shrunken, lower, upper;
  std::vector<group_count> counts;
  for (const group_clusters& group : rates.groups) {
    const cluster_tally total = group.total();
    labels.push_back(group.label);
    events.emplace_back(total.events);
    exposure.emplace_back(total.exposure);
    clusters.emplace_back(group.tallies.size());
    counts.push_back({total.events, static_cast<double>(total.exposure)});
  }
  fairness::shrinkage_options how;
  how.seed = declared.seed;
  how.replicates = 200;
  for (const limit& one : declared.limits)
    if (one.metric == rates.metric && (one.in_every.empty() || one.in_every == rates.axis) && one.direction != limit_direction::at_least) how.target_rate = static_cast<double>(one.events) / static_cast<double>(one.exposure);
  const auto made = fairness::empirical_bayes_gamma_poisson(counts, declared.level, how);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    shrunken.push_back(made ? made->groups[i].rate : std::nullopt);
    lower.push_back(made ? std::optional(made->groups[i].limits.lower) : std::nullopt);
    upper.push_back(made && made->groups[i].limits.upper < unbounded ? std::optional(made->groups[i].limits.upper) : std::nullopt);
  }
  return {name,
               "Counts of every group, and its rate pulled towards that of all the more the less it holds, so that the highest is not simply the one with the least data; events are taken as unrelated. No shrunken rate stands where the "
               "exposure could not show that the declared limit is kept even without an event.",
               {{"group", labels}, {"events", events}, {"exposure", exposure}, {"clusters", clusters}, {"shrunken_rate", shrunken}, {"shrunken_lower", lower}, {"shrunken_upper", upper}}};
}

} // namespace lfreval
