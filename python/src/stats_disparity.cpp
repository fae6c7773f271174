// Groups set against each other with the number of comparisons allowed for, the worst group, and who is on the list.
#include "stats.hpp"

#include <algorithm>
#include <map>

#include <pybind11/stl.h>

#include <lfreval/disparity/compare_groups.hpp>
#include <lfreval/disparity/composition.hpp>
#include <lfreval/disparity/worst_group.hpp>
#include <lfreval/intervals/multiplicity.hpp>

#include "estimate_fields.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(cluster_tally, events, exposure)
LFREVAL_FIELDS(disparity_verdict, different, equivalent)

template <class Visit> void visit_fields(Visit& visit, const group_comparison& of) {
  visit("of", of.of);
  visit("against", of.against);
  visit("first", of.first);
  visit("second", of.second);
  visit("point", of.point);
  visit("made", of.made);
  visit("decided", of.decided);
  visit("flat", of.flat);
  visit("family", of.family);
  visit("margin", of.margin);
  visit("verdict", of.verdict);
  visit("detectable_ratio", of.detectable_ratio);
  visit("exposure_needed", of.exposure_needed);
  visit("flags", of.flags);
}

LFREVAL_FIELDS(judged_pair, of, against, made)
LFREVAL_FIELDS(fairness::worst_group, group, rate_where_chosen, estimate, times_chosen)
LFREVAL_FIELDS(fairness::composition_effect, operational, standardised, log_effect)
LFREVAL_FIELDS(fairness::composed_disparity, parts, operational, standardised, factor, fewest_events, flags)

namespace {

/// One row for each group and cluster; groups are numbered from 0.
std::vector<group_clusters> groups_in(const py::object& groups, const py::object& clusters, const py::object& events,
                                      const py::object& exposure) {
  const auto g = counts_of(groups, "groups"), c = counts_of(clusters, "clusters");
  const auto tallies = tallies_of(events, exposure);
  require_same_length("groups, clusters", g.size(), c.size());
  require_same_length("groups, events", g.size(), tallies.size());
  std::map<std::uint64_t, std::uint32_t> codes;
  for (const std::uint64_t one : c)
    codes.try_emplace(one, 0);
  std::uint32_t next = 0;
  for (auto& one : codes)
    one.second = next++;
  std::map<std::uint64_t, std::map<std::uint32_t, cluster_tally>> rows;
  for (std::size_t i = 0; i < g.size(); ++i) {
    cluster_tally& sum = rows[g[i]][codes.at(c[i])];
    sum.events += tallies[i].events;
    sum.exposure += tallies[i].exposure;
  }
  std::vector<group_clusters> out;
  for (const auto& [group, members] : rows) {
    if (group != out.size())
      throw std::invalid_argument("groups: number " + std::to_string(out.size()) + " has no row");
    group_clusters made;
    made.label = std::to_string(group);
    for (const auto& [cluster, tally] : members) {
      made.clusters.push_back(cluster);
      made.tallies.push_back(tally);
    }
    out.push_back(std::move(made));
  }
  return out;
}

/// "pairs", "everybody_else", or the number of the group that all others are set against.
std::vector<group_pair> family_in(const py::object& against, std::size_t groups) {
  if (!py::isinstance<py::str>(against)) return pairs_with(groups, count_of(against, "against"));
  const auto written = py::cast<std::string>(against);
  if (written == "pairs") return all_pairs(groups);
  if (written == "everybody_else") return pairs_with(groups, everybody_else);
  throw std::invalid_argument("against: \"" + written + "\"; allowed: pairs, everybody_else, or the number of a group");
}

using comparison = std::vector<judged_pair> (*)(std::span<const group_clusters>, std::span<const group_pair>,
                                                const comparison_rule&);
void compared(stats_registry& all, const char* name, comparison does) {
  all.arrays(
      "fairness", name,
      "groups, clusters, events, exposure, *, against, margin=None, by='person', family='share', confidence=0.95, "
      "planning_design_effect=None",
      [does](const py::object& groups, const py::object& clusters, const py::object& events, const py::object& exposure,
             const py::object& against, const std::optional<double>& margin, const std::string& by,
             const std::string& family, double level, const std::optional<double>& planned) {
        const auto made = groups_in(groups, clusters, events, exposure);
        return answer(does(made, family_in(against, made.size()),
                           {.family = family_of(family),
                            .by = cluster_unit_of(by),
                            .level = level_of(level),
                            .margin = margin,
                            .planning_design_effect = planned}));
      });
}

fairness::worst_end end_of(const std::string& written) {
  if (written == "highest") return fairness::worst_end::highest;
  if (written == "lowest") return fairness::worst_end::lowest;
  throw std::invalid_argument("end: \"" + written + "\"; allowed: highest, lowest");
}

void bind_worst_group(stats_registry& all) {
  all.arrays("fairness", "worst_by_half_split",
             "entities, groups, events, exposure, *, end='highest', by='person', family='share', confidence=0.95, "
             "splits=200, seed=0, stream=0",
             [](const py::object& entities, const py::object& groups, const py::object& events,
                const py::object& exposure, const std::string& end, const std::string& by, const std::string& family,
                double level, std::uint32_t splits, std::uint64_t seed, std::uint32_t stream) {
               const auto who = counts_of(entities, "entities"), g = counts_of(groups, "groups");
               const auto tallies = tallies_of(events, exposure);
               require_same_length("entities, groups", who.size(), g.size());
               require_same_length("entities, events", who.size(), tallies.size());
               std::vector<fairness::group_cluster> rows;
               std::size_t count = 0;
               for (std::size_t i = 0; i < who.size(); ++i) {
                 rows.push_back({who[i], g[i], tallies[i]});
                 count = std::max<std::size_t>(count, g[i] + 1);
               }
               return answer(
                   fairness::worst_by_half_split(rows, count, level_of(level),
                                                 {.end = end_of(end),
                                                  .interval = {.family = family_of(family), .by = cluster_unit_of(by)},
                                                  .splits = splits,
                                                  .seed = seed,
                                                  .stream = stream}));
             });
}

std::vector<fairness::match_count> matches_of(const py::object& false_matches, const py::object& comparisons) {
  std::vector<fairness::match_count> out;
  for (const cluster_tally& one : tallies_of(false_matches, comparisons))
    out.push_back({one.events, one.exposure});
  return out;
}

void bind_composition(stats_registry& all) {
  all.arrays(
      "fairness", "composition_standardised", "group, reference, watchlist, standard",
      [](const py::object& group, const py::object& reference, const py::object& list, const py::object& standard) {
        return answer(fairness::composition_standardised(reals_of(group, "group"), reals_of(reference, "reference"),
                                                         counts_of(list, "watchlist"),
                                                         counts_of(standard, "standard")));
      });
  all.arrays("fairness", "compose",
             "group_matches, group_comparisons, reference_matches, reference_comparisons, watchlist, standard, *, "
             "confidence=0.95",
             [](const py::object& gx, const py::object& gn, const py::object& rx, const py::object& rn,
                const py::object& list, const py::object& standard, double level) {
               return answer(fairness::compose(matches_of(gx, gn), matches_of(rx, rn), counts_of(list, "watchlist"),
                                               counts_of(standard, "standard"), level_of(level)));
             });
}

} // namespace

void bind_comparisons(stats_registry& all) {
  compared(all, "compare_ratios", static_cast<comparison>(&compare_ratios));
  compared(all, "compare_differences", static_cast<comparison>(&compare_differences));
  bind_worst_group(all);
  bind_composition(all);
  all.arrays("multiplicity", "max_t_quantile",
             "replicates, estimates, standard_errors, effective_events, *, confidence=0.95",
             [](const py::object& replicates, const py::object& estimates, const py::object& errors,
                const py::object& effective, double level) {
               std::size_t groups = 0;
               const auto rows = table_of(replicates, "replicates", groups);
               const auto e = reals_of(estimates, "estimates"), s = reals_of(errors, "standard_errors"),
                          x = reals_of(effective, "effective_events");
               require_same_length("replicates, estimates", groups, e.size());
               return answer(multiplicity::max_t_quantile({rows, e, s, x}, level_of(level)));
             });
}

} // namespace lfreval::python
