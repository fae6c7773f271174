#include "report/score_groups.hpp"

#include <algorithm>
#include <set>

#include <lfreval/counts/score_margins.hpp>
#include <lfreval/intervals/crossed_rate.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/group_findings.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

constexpr metric_id fmr = metric_id::false_match_rate, fnmr = metric_id::false_nonmatch_rate;
constexpr std::size_t most_groups = 40; // pairs of groups are counted one by one

two_way::sides_of_pairs related(const comparison_margins& counted) { return counted.same_people ? two_way::sides_of_pairs::same_people : two_way::sides_of_pairs::other_people; }

/// The labels of one axis on both sides of a set.
struct labelled_set {
  const study& declared;
  const study_group& axis;
  const score_set& set;
  const counted_scores& counted;
  std::vector<std::string> labels;                        ///< in byte order
  std::vector<std::size_t> of_probe, of_reference;        ///< place in `labels`, or their number where there is none
  std::vector<std::set<std::string>> people;              ///< of each label, on either side

  labelled_set(const study& s, const study_group& a, const score_set& scores, const counted_scores& c, const std::map<std::string, std::string>& label_of) : declared(s), axis(a), set(scores), counted(c) {
    std::set<std::string> found;
    const auto label = [&](const text_column& person, std::size_t place) -> const std::string* {
      const std::uint32_t code = person.codes[place];
      const auto known = code == no_code ? label_of.end() : label_of.find(person.texts[code]);
      return known == label_of.end() ? nullptr : &known->second;
    };
    const auto each = [&](const auto& act) {
      for (std::size_t i = 0; i < set.probes.size(); ++i) act(set.probe_person, i, of_probe);
      for (std::size_t i = 0; i < set.references.size(); ++i) act(set.reference_person, i, of_reference);
    };
    each([&](const text_column& person, std::size_t place, std::vector<std::size_t>&) {
      if (const std::string* one = label(person, place)) found.insert(*one);
    });
    labels.assign(found.begin(), found.end());
    people.resize(labels.size());
    each([&](const text_column& person, std::size_t place, std::vector<std::size_t>& out) {
      const std::string* one = label(person, place);
      const auto at = one == nullptr ? labels.size() : static_cast<std::size_t>(std::lower_bound(labels.begin(), labels.end(), *one) - labels.begin());
      out.push_back(at);
      if (one != nullptr) people[at].insert(person.texts[person.codes[place]]);
    });
  }

  [[nodiscard]] score_margins between(std::size_t group, std::size_t other) const {
    chosen_images chosen;
    for (const std::size_t one : of_probe) chosen.probes.push_back(one == group ? 1 : 0);
    for (const std::size_t one : of_reference) chosen.references.push_back(one == other ? 1 : 0);
    return {set, counted, std::move(chosen)};
  }
};

rate_by_group rates_of(const labelled_set& of, metric_id metric, const person_labels& labels, std::map<std::string, std::string> axes, const std::string& threshold) {
  rate_by_group rates;
  rates.metric = metric;
  rates.axis = of.axis.name;
  axes["compared_at"] = threshold;
  rates.axes = std::move(axes);
  rates.reference = of.axis.reference;
  rates.is_difference = metric == fnmr;
  if (const auto sources = labels.label_sources.find(of.axis.name); sources != labels.label_sources.end() && sources->second.size() > 1) rates.label_sources = sources->second;
  conditions held;
  held.threshold.add(threshold);
  held.label_source.add(of.set.label_source.empty() ? std::nullopt : std::optional(of.set.label_source));
  rates.held = std::make_shared<const conditions>(held);
  return rates;
}

void add_false_matches(const labelled_set& of, const rate_by_group& rates, const std::vector<comparison_margins>& within, std::vector<finding>& out) {
  std::vector<ratio_side> sides;
  std::vector<std::size_t> place;
  double largest_effect = 1.0;
  for (const comparison_margins& one : within)
    if (const auto made = two_way::estimate_false_matches(one.nonmated, related(one), of.declared.level); made && made->clusters.effective_events.value_or(0) >= 5) largest_effect = std::max(largest_effect, made->clusters.design_effect.value_or(1.0));
  for (std::size_t g = 0; g < of.labels.size(); ++g) {
    finding f;
    f.metric = std::string(to_string(fmr));
    f.axes = rates.axes;
    f.axes[of.axis.name] = of.labels[g];
    f.key = finding_key(f.metric, f.axes);
    f.kind = finding_kind::rate;
    f.in_section = "disparity";
    f.cites = std::string(describe(fmr).cites) + ", G17";
    f.held = rates.held;
    const std::string label = printable(of.labels[g]);
    const auto made = of.people[g].size() < 2 ? estimable<estimate>(tl::unexpected(undefined{undefined_reason::one_cluster, "Compare at least two people of this group: one cannot be taken for another of it.", undefined::range{0.0, 1.0}}))
                                              : two_way::estimate_false_matches(within[g].nonmated, related(within[g]), of.declared.level);
    if (!made) {
      f.status = finding_status::not_estimable;
      f.why_not = made.error();
      f.sentence = std::string(describe(fmr).name) + ", " + label + " with " + label + ": not estimable. " + made.error().remedy;
      out.push_back(std::move(f));
      continue;
    }
    f.status = finding_status::measured;
    f.flags |= made->flags;
    f.sentence = label + " with " + label + ": " + sentence_for(*made, "");
    f.notes.push_back(grouped(of.people[g].size()) + " people; comparisons that share a person resemble each other");
    f.value = *made;
    out.push_back(std::move(f));
    const crossed_margins& margins = within[g].nonmated;
    const auto kind = related(within[g]);
    const auto pairs = static_cast<double>(of.people[g].size()) / 2.0;
    ratio_side side{of.labels[g], {made->events, made->exposure}, {}, 0.0};
    const double share = made->point, comparisons = static_cast<double>(made->exposure);
    side.worth = [&margins, kind, share, comparisons, pairs, largest_effect](confidence level) -> estimable<group_worth> {
      const auto worth = two_way::comparisons_worth(margins, kind, level);
      if (worth) return group_worth{{share * *worth, *worth}, false, false};
      if (worth.error().reason != undefined_reason::no_events) return tl::unexpected(worth.error());
      // No two of so many pairs share anybody; a group that shows no variance is worth no more than that, or what the others' design effect leaves.
      const double unshared = std::max(1.0, std::floor(pairs));
      return largest_effect > 1.0 ? group_worth{{0.0, std::max(unshared, comparisons / largest_effect)}, true, false} : group_worth{{0.0, unshared}, false, true};
    };
    sides.push_back(std::move(side));
    place.push_back(g);
  }
  if (sides.size() < 2) return;
  comparison_rule rule;
  rule.level = of.declared.level;
  rule.margin = of.declared.equivalence_margin;
  const auto reference = std::find_if(sides.begin(), sides.end(), [&](const ratio_side& s) { return !rates.reference.empty() && s.label == rates.reference; });
  const std::vector<group_pair> pairs = reference == sides.end() ? all_pairs(sides.size()) : pairs_with(sides.size(), static_cast<std::size_t>(reference - sides.begin()));
  std::vector<pair_of_sides> family;
  for (const group_pair& pair : pairs) family.push_back({sides[pair.of], sides[pair.against], false});
  for (const judged_pair& judged : compare_ratios(family, rule)) out.push_back(group_comparison_finding(rates, judged, {{of.axis.name, judged.of}, {"against", judged.against}}));
}

void add_false_nonmatches(const labelled_set& of, rate_by_group rates, float threshold, std::vector<finding>& out) {
  std::vector<std::map<std::uint32_t, cluster_tally>> people(of.labels.size());
  for (const scored_pair& one : of.counted.mated) {
    const std::size_t group = of.of_probe[one.probe];
    if (group == of.labels.size()) continue;
    cluster_tally& tally = people[group][of.set.probe_person.codes[one.probe]];
    ++tally.exposure;
    tally.events += one.score >= threshold ? 0 : 1;
  }
  for (std::size_t g = 0; g < of.labels.size(); ++g) {
    group_clusters group{of.labels[g], {}, {}, 0.0};
    for (const auto& [person, tally] : people[g]) { group.clusters.push_back(person); group.tallies.push_back(tally); }
    rates.groups.push_back(std::move(group));
    rates.places.push_back({{of.axis.name, of.labels[g]}});
    rates.unusable.emplace_back();
    rates.notes.emplace_back();
  }
  rates.in_pairs = of.labels.size() <= 6;
  for (finding& f : group_findings(of.declared, rates)) out.push_back(std::move(f));
}

curve matrix_of(const labelled_set& of, const std::vector<told_threshold>& at) {
  std::vector<std::string> groups, others;
  std::vector<std::optional<double>> thresholds, lower, upper;
  std::vector<std::optional<std::uint64_t>> matches, comparisons;
  for (std::size_t g = 0; g < of.labels.size(); ++g)
    for (std::size_t h = 0; h < of.labels.size(); ++h) {
      const score_margins margins = of.between(g, h);
      for (const told_threshold& t : at) {
        const comparison_margins counted = margins.at(t.compared);
        const auto made = two_way::estimate_false_matches(counted.nonmated, related(counted), of.declared.level);
        std::uint64_t x = 0, n = 0;
        for (const cluster_tally& one : counted.nonmated.rows) { x += one.events; n += one.exposure; }
        groups.push_back(of.labels[g]);
        others.push_back(of.labels[h]);
        thresholds.push_back(parse_decimal(t.own));
        matches.emplace_back(x);
        comparisons.emplace_back(n);
        lower.push_back(made ? std::optional(made->headline.lower) : std::nullopt);
        upper.push_back(made ? std::optional(made->headline.upper) : std::nullopt);
      }
    }
  return {curve_name("matches_by_" + of.axis.name + "_" + of.set.source + (of.set.system.empty() ? "" : "_" + of.set.system)),
          "False matches of probes of each group with references of each group, failed comparisons counted as no match; limits by the people of both sides. Groups match within themselves more often than with others, so that a list with more of a group raises that group's false alerts (M27).",
          {{"threshold", thresholds}, {"group", groups}, {"reference_group", others}, {"false_matches", matches}, {"comparisons", comparisons}, {"lower", lower}, {"upper", upper}}};
}

} // namespace

trial_evaluation evaluate_score_groups(const study& declared, const score_set& set, const counted_scores& counted, const person_labels& labels, const std::map<std::string, std::string>& axes,
                                       const std::vector<told_threshold>& at) {
  trial_evaluation out;
  if (set.probe_person.codes.empty() || set.reference_person.codes.empty() || at.empty()) return out;
  for (const study_group& axis : declared.groups) {
    const auto known = labels.by_axis.find(axis.name);
    if (known == labels.by_axis.end()) continue;
    const labelled_set of(declared, axis, set, counted, known->second);
    if (of.labels.size() < 2) continue;
    if (of.labels.size() > most_groups) {
      out.not_measured.push_back({"Differences by " + printable(axis.name), "Source " + printable(set.source) + ": " + grouped(of.labels.size()) + " groups are too many to compare.", "Declare broader labels, at most " + std::to_string(most_groups) + ".", {}});
      continue;
    }
    for (const told_threshold& t : at) {
      std::vector<comparison_margins> within;
      for (std::size_t g = 0; g < of.labels.size(); ++g) within.push_back(of.between(g, g).at(t.compared));
      add_false_matches(of, rates_of(of, fmr, labels, axes, t.own), within, out.findings);
      add_false_nonmatches(of, rates_of(of, fnmr, labels, axes, t.own), t.compared, out.findings);
    }
    out.curves.push_back(matrix_of(of, at));
  }
  return out;
}

void add_group_columns(passage_table& searches, const person_labels& labels) {
  for (const auto& [axis, label_of] : labels.by_axis) {
    text_column& out = searches.groups[axis];
    std::set<std::string> found;
    for (const std::string& person : searches.person.texts)
      if (const auto known = label_of.find(person); known != label_of.end()) found.insert(known->second);
    out.texts.assign(found.begin(), found.end());
    for (const std::uint32_t code : searches.person.codes) {
      const auto known = code == no_code ? label_of.end() : label_of.find(searches.person.texts[code]);
      out.codes.push_back(known == label_of.end() ? no_code : static_cast<std::uint32_t>(std::lower_bound(out.texts.begin(), out.texts.end(), known->second) - out.texts.begin()));
    }
  }
}

} // namespace lfreval
