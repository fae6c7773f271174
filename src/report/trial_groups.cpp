#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include <lfreval/counts/person_tallies.hpp>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_findings.hpp"
#include "report/list_composition.hpp"
#include "report/sentences.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate, tpir = metric_id::true_positive_identification_rate;
constexpr std::size_t most_groups = 100;    // of one axis, or of all crossed
constexpr std::size_t most_in_pairs = 6;    // with more, pairs are more numerous than anybody reads
constexpr std::size_t most_in_gaps = 12;    // compared at every threshold of a grid
constexpr std::uint64_t fewest_events = 30; // below, a ratio over thresholds is not drawn (M23)

/// The declared axes that passages of this source carry labels of.
std::vector<const study_group*> axes_of(const trial& t) {
  std::vector<const study_group*> out;
  for (const study_group& group : t.declared.groups)
    if (const auto labels = t.rows().groups.find(group.name); labels != t.rows().groups.end() && !labels->second.texts.empty()) out.push_back(&group);
  return out;
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  return std::accumulate(parts.begin(), parts.end(), std::string(), [&](std::string all, const std::string& part) { return (all.empty() ? std::string() : all + between) + part; });
}

/// A group's rate with the passages that do not say which group they are of taken either way.
template <class Range> void add_unlabelled(std::vector<std::string>& notes, const Range& range, const std::string& axis) {
  if (!range || (range->fewest.events() == range->most.events() && range->fewest.exposure() == range->most.exposure())) return;
  notes.push_back("with passages of unknown status or " + printable(axis) + " taken either way: " + grouped(range->fewest.events().value()) + " in " + grouped(range->fewest.exposure().value()) + " to " +
                  grouped(range->most.events().value()) + " in " + grouped(range->most.exposure().value()));
}

/// The groups of one axis, or of several crossed, and the cells of passages that they are.
struct axes_crossed {
  std::vector<const study_group*> axes;
  passage_cells cells;
  std::vector<std::size_t> labelled; ///< cells with a label on every axis
  std::vector<std::string> labels;   ///< of those

  axes_crossed(const trial& t, std::vector<const study_group*> of) : axes(std::move(of)) {
    cells = cross(t.rows(), names());
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      std::vector<std::string> label;
      for (const study_group* one : axes)
        if (const std::string& value = cells.labels[cell].at(one->name); !value.empty()) label.push_back(value);
      if (label.size() != axes.size()) continue;
      labelled.push_back(cell);
      labels.push_back(joined(label, ", "));
    }
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const study_group* one : axes) out.push_back(one->name);
    return out;
  }
  [[nodiscard]] std::string words() const { return joined(names(), " and "); }
};

/// A rate over these groups, still without what was counted of each.
rate_by_group rate_over(const trial& t, metric_id metric, const axes_crossed& over) {
  rate_by_group rates;
  rates.metric = metric;
  rates.axes = t.axes();
  rates.axis = over.words();
  rates.is_difference = metric == tpir;
  std::vector<std::string> references;
  for (const study_group* one : over.axes) {
    if (!one->reference.empty()) references.push_back(one->reference);
    if (const auto sources = t.source.group_label_sources.find(one->name); sources != t.source.group_label_sources.end() && sources->second.size() > 1) rates.label_sources.insert(sources->second.begin(), sources->second.end());
  }
  if (references.size() == over.axes.size()) rates.reference = joined(references, ", ");
  for (std::size_t i = 0; i < over.labelled.size(); ++i) {
    std::map<std::string, std::string> place;
    for (const study_group* one : over.axes) place.emplace(one->name, over.cells.labels[over.labelled[i]].at(one->name));
    rates.groups.push_back({over.labels[i], {}, {}, 0.0});
    rates.places.push_back(std::move(place));
    rates.unusable.emplace_back();
    rates.notes.emplace_back();
  }
  rates.in_pairs = rates.groups.size() <= most_in_pairs;
  return rates;
}

void take(trial& t, rate_by_group& rates) {
  rates.held = trial_finding(t, rates.metric, finding_kind::rate, rates.axes).held;
  for (finding& f : group_findings(t.declared, rates)) t.out.findings.push_back(std::move(f));
  for (finding& f : limits_in_every_group(t.declared, rates)) t.out.findings.push_back(std::move(f));
}

/// The groups that the study names, or its table of persons: a limit for every group asks after those of whom nobody passed too.
std::vector<std::map<std::string, std::string>> groups_named(const trial& t, const axes_crossed& over) {
  std::set<std::map<std::string, std::string>> out;
  for (const person_labels* known : {&t.log.known, &t.log.listed}) {
    const auto first = known->by_axis.find(over.axes.front()->name);
    if (first == known->by_axis.end()) continue;
    for (const auto& [person, own] : first->second) {
      std::map<std::string, std::string> place{{over.axes.front()->name, own}};
      for (std::size_t axis = 1; axis < over.axes.size(); ++axis) {
        const auto others = known->by_axis.find(over.axes[axis]->name);
        if (others == known->by_axis.end()) break;
        if (const auto label = others->second.find(person); label != others->second.end()) place.emplace(over.axes[axis]->name, label->second);
      }
      if (place.size() == over.axes.size()) out.insert(std::move(place));
    }
  }
  if (over.axes.size() == 1)
    for (const std::string& label : labels_named(t.declared, *over.axes.front())) out.insert(std::map<std::string, std::string>{std::pair(over.axes.front()->name, label)});
  return {out.begin(), out.end()};
}

/// Of whom no template is made: whoever it is can neither be found nor stopped.
void add_acquisition_by(trial& t, const axes_crossed& over) {
  std::map<std::uint32_t, std::size_t> place_of; // cell -> group
  for (std::size_t i = 0; i < over.labelled.size(); ++i) place_of.emplace(static_cast<std::uint32_t>(over.labelled[i]), i);
  std::vector<std::map<std::uint32_t, cluster_tally>> people(over.labelled.size());
  std::uint64_t failed = 0;
  for (std::size_t row = 0; row < t.rows().size(); ++row) {
    const auto group = place_of.find(over.cells.codes[row]);
    if (group == place_of.end()) continue;
    cluster_tally& one = people[group->second][t.rows().person.codes[row]];
    ++one.exposure;
    one.events += t.rows().acquired[row] == 0 ? 1 : 0;
    failed += t.rows().acquired[row] == 0 ? 1 : 0;
  }
  if (failed == 0) return; // most logs do not record it, and then every passage is taken for acquired
  rate_by_group rates = rate_over(t, metric_id::failure_to_acquire_rate, over);
  for (std::size_t i = 0; i < people.size(); ++i)
    for (const auto& [person, tally] : people[i]) {
      rates.groups[i].clusters.push_back(person);
      rates.groups[i].tallies.push_back(tally);
    }
  take(t, rates);
}

/// One rate over the groups at one threshold; nothing where the rate of all says why there is none.
std::optional<rate_by_group> rate_at(const trial& t, metric_id metric, const axes_crossed& over, const passage_tallies& counted, const threshold_grid& grid, std::size_t at, const std::string& name) {
  const auto people = tally_persons(t.rows(), over.cells, metric, grid, at, t.rule);
  if (!people) return std::nullopt;
  rate_by_group rates = rate_over(t, metric, over);
  rates.axes["threshold"] = name;
  const std::set<std::size_t> labelled(over.labelled.begin(), over.labelled.end());
  for (std::size_t cell = 0; cell < people->size(); ++cell)
    if (!labelled.contains(cell))
      for (const cluster_tally& one : (*people)[cell].tallies) { rates.unlabelled.events += one.events; rates.unlabelled.exposure += one.exposure; }
  for (std::size_t i = 0; i < over.labelled.size(); ++i) {
    const std::size_t cell = over.labelled[i];
    rates.groups[i].clusters = (*people)[cell].persons_seen;
    rates.groups[i].tallies = (*people)[cell].tallies;
    if (metric == fpir) {
      if (const auto rate = counted.false_positives(cell, at); !rate) rates.unusable[i] = rate.error();
      add_unlabelled(rates.notes[i], counted.false_positive_bounds(cell, at), rates.axis);
    } else {
      if (const auto rate = counted.true_positives(cell, at); !rate) rates.unusable[i] = rate.error();
      add_unlabelled(rates.notes[i], counted.true_positive_bounds(cell, at), rates.axis);
    }
  }
  return rates;
}

std::string table_name(const trial& t, const std::string& what, const std::string& axis, const std::string& threshold) {
  return curve_name(what + "_by_" + axis + "_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system) + "_" + threshold);
}

/// Every group against the reference, or against everybody else where none is declared, at every threshold of the grid.
void add_gap_curve(trial& t, const study_group& axis, const threshold_grid& grid, const passage_tallies& counted) {
  constexpr std::size_t most_passes = 200'000'000; // rows read, all thresholds and both rates together
  const axes_crossed over(t, {&axis});
  const auto sources = t.source.group_label_sources.find(axis.name);
  const bool is_comparable = sources == t.source.group_label_sources.end() || sources->second.size() <= 1; // C13
  if (!is_comparable || over.labelled.size() < 2 || over.labelled.size() > most_in_gaps || t.rows().size() > most_passes / grid.size()) return;
  const auto reference = std::find(over.labels.begin(), over.labels.end(), axis.reference);
  const bool has_reference = !axis.reference.empty() && reference != over.labels.end();
  struct gap { std::optional<double> point, lower, upper; };
  const auto known = [](double value) { return value == unbounded ? std::nullopt : std::optional(value); };
  std::array<std::vector<gap>, 2> gaps;
  for (std::size_t rate = 0; rate < 2; ++rate) {
    const metric_id metric = rate == 0 ? fpir : tpir;
    gaps[rate].resize(over.labels.size() * grid.size());
    if (!supports(t.source.kind, metric)) continue;
    detail::parallel_for(grid.size(), t.threads, [&, rate, metric](std::size_t at) {
      const auto rates = rate_at(t, metric, over, counted, grid, at, "");
      if (!rates) return;
      std::vector<group_clusters> groups;
      std::vector<std::size_t> place;
      for (std::size_t i = 0; i < rates->groups.size(); ++i)
        if (!rates->unusable[i] && rates->groups[i].total().exposure != 0) { groups.push_back(rates->groups[i]); place.push_back(i); }
      const auto against = std::find_if(groups.begin(), groups.end(), [&](const group_clusters& g) { return has_reference && g.label == axis.reference; });
      if (groups.size() < 2 || (has_reference && against == groups.end())) return;
      comparison_rule rule;
      rule.family = describe(metric).family;
      rule.by = rates->by;
      rule.level = t.declared.level;
      rule.planning_design_effect = t.declared.planning_design_effect;
      const std::vector<group_pair> family = pairs_with(groups.size(), has_reference ? static_cast<std::size_t>(against - groups.begin()) : everybody_else);
      const std::vector<judged_pair> judged = rates->is_difference ? compare_differences(groups, family, rule) : compare_ratios(groups, family, rule);
      for (std::size_t i = 0; i < judged.size(); ++i)
        if (const auto& made = judged[i].made) gaps[rate][at * over.labels.size() + place[family[i].of]] = {known(made->point), made->made.lower, known(made->made.upper)};
    });
  }
  std::vector<std::string> groups, others;
  std::vector<std::optional<double>> thresholds;
  std::array<std::vector<std::optional<double>>, 6> columns;
  for (std::size_t at = 0; at < grid.size(); ++at)
    for (std::size_t i = 0; i < over.labels.size(); ++i) {
      if (has_reference && over.labels[i] == axis.reference) continue;
      thresholds.emplace_back(t.compared(as_written(grid.declared()[at].value())));
      groups.push_back(over.labels[i]);
      others.push_back(has_reference ? axis.reference : "");
      for (std::size_t rate = 0; rate < 2; ++rate) {
        const gap& here = gaps[rate][at * over.labels.size() + i];
        columns[3 * rate].push_back(here.point);
        columns[3 * rate + 1].push_back(here.lower);
        columns[3 * rate + 2].push_back(here.upper);
      }
    }
  t.out.curves.push_back({curve_name("gaps_by_" + axis.name + "_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system)),
                          "Each group by " + printable(axis.name) + " against " + (has_reference ? printable(axis.reference) : "everybody else") + " at every threshold: how many times as often people not listed alert, and the difference of the shares of listed people "
                          "found. The limits are of each comparison by itself: among so many some are wrong by chance, and a threshold chosen for its gap shows nothing. An upper limit is empty where there is none, a row where nothing can be compared.",
                          {{"threshold", thresholds}, {"group", groups}, {"against", others}, {"false_positive_ratio", columns[0]}, {"false_positive_ratio_lower", columns[1]}, {"false_positive_ratio_upper", columns[2]},
                           {"true_positive_difference", columns[3]}, {"true_positive_difference_lower", columns[4]}, {"true_positive_difference_upper", columns[5]}}});
}

} // namespace

void add_groups(trial& t, const threshold_grid& grid, std::size_t at, const std::string& name) {
  const std::vector<const study_group*> axes = axes_of(t);
  std::vector<std::vector<const study_group*>> told;
  for (const study_group* one : axes) told.push_back({one});
  if (axes.size() > 1) told.push_back(axes); // M24: one axis at a time hides who is hit twice
  for (const auto& together : told) {
    const axes_crossed over(t, together);
    if (over.labelled.size() > most_groups) {
      t.out.not_measured.push_back({"Differences by " + printable(over.words()), "Source " + printable(t.source.source) + ": " + grouped(over.labelled.size()) + " groups are too many to compare.",
                                    "Declare broader labels, at most " + std::to_string(most_groups) + ".", {}});
      continue;
    }
    const auto counted = count_passages(t.rows(), over.cells, grid, t.rule, t.threads);
    if (!counted) continue; // the rate of all says why
    auto finding_people = rate_at(t, tpir, over, *counted, grid, at, name), stopping_others = rate_at(t, fpir, over, *counted, grid, at, name);
    const bool asks_for_every_group = std::any_of(t.declared.limits.begin(), t.declared.limits.end(), [&](const limit& one) { return one.in_every == over.words(); });
    if (asks_for_every_group)
      for (auto* rates : {&finding_people, &stopping_others})
        if (*rates) (*rates)->unseen = groups_named(t, over);
    if (finding_people) take(t, *finding_people);
    if (stopping_others) take(t, *stopping_others);
    if (stopping_others && stopping_others->groups.size() > 2) t.out.curves.push_back(group_table(t.declared, *stopping_others, table_name(t, "groups", over.words(), name)));
    if (finding_people && stopping_others && together.size() == 1) t.out.curves.push_back(index_table(*stopping_others, *finding_people, table_name(t, "indices", over.words(), name)));
    if (together.size() == 1) add_adjusted(t, *over.axes.front(), grid.edges()[at], name);
    if (together.size() == 1) add_list_composition(t, {over.axes.front()->name, over.axes.front()->reference, over.cells, over.labelled, over.labels}, grid.edges()[at], name);
  }
}

void add_acquisition(trial& t) {
  if (!supports(t.source.kind, tpir)) return; // nobody knows who passed unnoticed
  for (const study_group* one : axes_of(t)) {
    const axes_crossed over(t, {one});
    if (over.labelled.size() <= most_groups) add_acquisition_by(t, over);
  }
}

void add_group_curves(trial& t) {
  if (!t.declared.grid) return;
  const double one = t.compared(t.declared.grid->from), other = t.compared(t.declared.grid->to);
  const auto grid = decimal_grid(std::min(one, other), std::max(one, other), t.declared.grid->step);
  if (!grid) return; // told with the curve of all
  for (const study_group* axis : axes_of(t)) {
    const passage_cells cells = cross(t.rows(), std::array<std::string, 1>{axis->name});
    if (cells.size() > most_groups) continue;
    const auto counted = count_passages(t.rows(), cells, *grid, t.rule, t.threads);
    if (!counted) continue;
    std::vector<std::optional<double>> thresholds, ratios;
    std::vector<std::string> groups;
    std::vector<std::optional<std::uint64_t>> alerted, nonmated, identified, mated;
    for (std::size_t at = 0; at < grid->size(); ++at) {
      std::uint64_t all_events = 0, all_trials = 0;
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        if (cells.labels[cell].at(axis->name).empty()) continue;
        all_events += counted->at(cell, at).nonmated_with_alert.value();
        all_trials += counted->at(cell, at).nonmated.value();
      }
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const std::string& label = cells.labels[cell].at(axis->name);
        if (label.empty()) continue;
        const passage_counts here = counted->at(cell, at);
        const std::uint64_t events = here.nonmated_with_alert.value(), trials = here.nonmated.value();
        const std::uint64_t others = all_events - events, other_trials = all_trials - trials;
        const bool is_told = all_events >= fewest_events && trials != 0 && others != 0;
        thresholds.emplace_back(t.compared(as_written(grid->declared()[at].value())));
        groups.push_back(label);
        alerted.emplace_back(events);
        nonmated.emplace_back(trials);
        identified.emplace_back(here.identified.value());
        mated.emplace_back(here.mated.value());
        ratios.push_back(is_told ? std::optional((static_cast<double>(events) / static_cast<double>(trials)) / (static_cast<double>(others) / static_cast<double>(other_trials))) : std::nullopt);
      }
    }
    t.out.curves.push_back({curve_name("by_" + axis->name + "_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system)),
                            "Counts by " + printable(axis->name) + " over the threshold: non-mated passages that alert of all non-mated ones, mated passages identified of all mated ones, and the ratio of the false positive identification "
                            "rate to that of everybody else, left empty where fewer than 30 non-mated passages alert altogether: where errors vanish, so does the evidence (M23).",
                            {{"threshold", thresholds}, {"group", groups}, {"nonmated_with_alert", alerted}, {"nonmated", nonmated}, {"identified", identified}, {"mated", mated}, {"false_positive_ratio", ratios}}});
    add_gap_curve(t, *axis, *grid, *counted);
  }
}

} // namespace lfreval
