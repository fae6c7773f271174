#include "report/system_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include <lfreval/identification/matched_systems.hpp>
#include <lfreval/identification/paired_systems.hpp>
#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"
#include "report/trial.hpp"

namespace lfreval {
namespace {

constexpr metric_id tpir = metric_id::true_positive_identification_rate, fpir = metric_id::false_positive_identification_rate;

/// The searches of one system, in an order that both systems share.
struct judged {
  const study_system* system;
  std::string source;
  const passage_table* rows;
  std::vector<std::size_t> order;             ///< of rows; by id where there are ids
  std::vector<std::string_view> ids;          ///< in that order; empty where the rows of all systems come from one table
  std::vector<std::string_view> list;         ///< who or what was searched; empty where it is that of the study

  [[nodiscard]] float compared(double own) const { return static_cast<float>(system->is_distance ? -own : own); }
  [[nodiscard]] bool is_shown(std::size_t row) const { return rows->mate_rank.empty() || (rows->mate_rank[row] >= 1 && rows->mate_rank[row] <= system->shown_candidates); }
  [[nodiscard]] float mate_score(std::size_t row) const { return is_shown(row) ? rows->mate_score[row] : no_score; }
};

/// All that one source or score set says of each system of the study.
std::vector<judged> searches_by_system(const study& declared, const trial_log& trials, const score_log& scores, const score_evaluation& tested) {
  std::vector<judged> out;
  const auto system_named = [&](const std::string& name) -> const study_system* {
    for (const study_system& one : declared.systems)
      if (one.name == name) return &one;
    return nullptr;
  };
  for (const trial_passages& one : trials.passages) {
    judged j{system_named(one.rows.system), one.source, &one.rows, std::vector<std::size_t>(one.rows.size()), {}, {}};
    std::iota(j.order.begin(), j.order.end(), std::size_t{0});
    if (j.system != nullptr) out.push_back(std::move(j));
  }
  for (const score_evaluation::searched& one : tested.searches) {
    const score_set& set = scores.sets[one.set];
    judged j{system_named(set.system), set.source, &one.searches.searches.rows, std::vector<std::size_t>(one.searches.probes.size()), {}, {}};
    if (j.system == nullptr) continue;
    // Probes are in byte order of their ids already.
    std::iota(j.order.begin(), j.order.end(), std::size_t{0});
    for (const std::uint32_t probe : one.searches.probes) j.ids.emplace_back(set.probes[probe]);
    const bool named = !set.reference_person.texts.empty();
    for (std::size_t i = 0; i < set.references.size(); ++i) j.list.emplace_back(named && set.reference_person.codes[i] != no_code ? set.reference_person.texts[set.reference_person.codes[i]] : set.references[i]);
    std::sort(j.list.begin(), j.list.end());
    out.push_back(std::move(j));
  }
  return out;
}

/// Why two systems cannot be compared; empty when they can.
std::string unlike(const judged& a, const judged& b) {
  if (a.ids.empty() != b.ids.empty() || (a.ids.empty() && a.source != b.source)) return "their passages are in different sources, and nothing says which are the same";
  if (a.order.size() != b.order.size() || a.ids != b.ids)
    return "they did not see the same passages: " + grouped(a.order.size()) + " in source " + printable(a.source) + ", " + grouped(b.order.size()) + " in source " + printable(b.source) + ", not all with the same ids";
  if (a.list != b.list) return "they did not search the same list: " + grouped(a.list.size()) + " references in source " + printable(a.source) + ", " + grouped(b.list.size()) + " in source " + printable(b.source) + ", not all the same";
  for (std::size_t i = 0; i < a.order.size(); ++i) {
    const std::size_t row = a.order[i], other = b.order[i];
    if (a.rows->mated[row] != b.rows->mated[other]) return "the sources do not agree on who was listed";
    if (a.rows->person.texts[a.rows->person.codes[row]] != b.rows->person.texts[b.rows->person.codes[other]]) return "the sources do not agree on who passed";
  }
  return "";
}

/// One pair of systems at one place.
struct pairing {
  const study& declared;
  const judged &a, &b;
  const std::vector<finding>& of_each;
  std::vector<std::uint64_t> person; ///< entity ids, in the shared order
  unsigned threads;
};

finding difference_finding(const pairing& p, metric_id metric, const std::string& at) {
  finding f;
  f.metric = std::string(to_string(metric));
  f.axes = {{"at", at}, {"systems", p.a.system->name + "," + p.b.system->name}, {"source", p.a.source == p.b.source ? p.a.source : p.a.source + "," + p.b.source}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::difference;
  f.in_section = std::string(to_string(describe(metric).in_section));
  f.cites = std::string(describe(metric).cites);
  conditions held;
  for (const judged* one : {&p.a, &p.b}) held.system.add(one->system->named_version().empty() ? std::nullopt : std::optional(one->system->named_version()));
  f.held = std::make_shared<const conditions>(held);
  return f;
}

std::string points_words(double share, rounding toward) { return significant(std::abs(share) * 100, 3, toward) + (share < 0 ? " points lower" : " points higher"); }

std::string difference_sentence(const pairing& p, metric_id metric, const difference_value& d) {
  const metric_units& units = units_of(metric);
  std::string out = p.a.system->name + ": " + counted_words(d.first.events, units.events, "") + ", " + p.b.system->name + ": " + grouped(d.second.events) + ", of the same " + counted_words(d.first.exposure, units.exposure, "") + ". ";
  out += p.a.system->name + " is " + points_words(d.point, rounding::nearest) + " (" + significant(d.made.lower * 100, 3, rounding::down) + " to " + significant(d.made.upper * 100, 3, rounding::up) + " points); " +
         grouped(d.first_only) + " only with " + p.a.system->name + ", " + grouped(d.second_only) + " only with " + p.b.system->name + ".";
  return out;
}

finding refused(const pairing& p, metric_id metric, const std::string& at, const std::string& why) {
  finding f = difference_finding(p, metric, at);
  f.status = finding_status::refused;
  f.sentence = p.a.system->name + " and " + p.b.system->name + " are not compared: " + why + ".";
  return f;
}

finding not_estimable_difference(finding f, const undefined& why) {
  f.status = finding_status::not_estimable;
  f.sentence = std::string(describe(*metric_from_key(f.metric)).name) + ", difference: not estimable. " + why.remedy;
  f.why_not = why;
  return f;
}

difference_value value_of(const identification::paired_comparison& c) {
  return {{c.both + c.first_only, c.passages}, {c.both + c.second_only, c.passages}, c.first_only, c.second_only, c.difference, c.clustered, {{c.flat, {flag::assumes_independence}}}, c.widening};
}

/// Both rates at thresholds that are given.
void compare_at_thresholds(const pairing& p, double of_a, double of_b, const std::string& at, std::vector<finding>& out) {
  const float at_a = p.a.compared(of_a), at_b = p.b.compared(of_b);
  for (const metric_id metric : {tpir, fpir}) {
    std::vector<identification::judged_passage> passages;
    for (std::size_t i = 0; i < p.a.order.size(); ++i) {
      const std::size_t row = p.a.order[i], other = p.b.order[i];
      if (p.a.rows->mated[row] != (metric == tpir ? mated_status::yes : mated_status::no)) continue;
      const bool first = metric == tpir ? p.a.mate_score(row) >= at_a : p.a.rows->top_score[row] >= at_a;
      const bool second = metric == tpir ? p.b.mate_score(other) >= at_b : p.b.rows->top_score[other] >= at_b;
      passages.push_back({p.person[i], first, second});
    }
    finding f = difference_finding(p, metric, at);
    if (at_a < p.a.rows->recorded_from || at_b < p.b.rows->recorded_from) {
      out.push_back(not_estimable_difference(std::move(f), {undefined_reason::not_recorded, "Choose thresholds that lie within what both logs record.", std::nullopt}));
      continue;
    }
    const auto made = identification::compare_judgements(passages, p.declared.level);
    if (!made) { out.push_back(not_estimable_difference(std::move(f), made.error())); continue; }
    const difference_value d = value_of(*made);
    f.status = finding_status::measured;
    f.flags |= made->flags;
    f.sentence = difference_sentence(p, metric, d);
    f.notes.push_back("the interval is " + significant(made->widening, 3, rounding::nearest) + " times as wide as if no two passages were of one person; " + grouped(made->persons) + " persons");
    f.notes.push_back("at " + shortest(as_written(static_cast<float>(of_a))) + " of " + p.a.system->name + " and " + shortest(as_written(static_cast<float>(of_b))) + " of " + p.b.system->name);
    f.value = d;
    out.push_back(std::move(f));
  }
}

/// Who is found more often when neither stops more of the others.
void compare_at_rate(const pairing& p, double rate, std::vector<finding>& out) {
  std::vector<identification::scored_by_both> nonmated, mated;
  const auto given = [](float score) { return score == no_score ? std::nullopt : std::optional(score); };
  for (std::size_t i = 0; i < p.a.order.size(); ++i) {
    const std::size_t row = p.a.order[i], other = p.b.order[i];
    if (p.a.rows->mated[row] == mated_status::no) nonmated.push_back({p.person[i], given(p.a.rows->top_score[row]), given(p.b.rows->top_score[other])});
    if (p.a.rows->mated[row] == mated_status::yes) mated.push_back({p.person[i], given(p.a.mate_score(row)), given(p.b.mate_score(other))});
  }
  finding f = difference_finding(p, tpir, "false_positive_identification_rate_" + shortest(rate));
  identification::matching_request wanted;
  wanted.target = rate;
  wanted.level = p.declared.level;
  wanted.from.seed = p.declared.seed;
  wanted.threads = p.threads;
  const auto made = identification::compare_at_matched_fpir(nonmated, mated, wanted);
  if (!made) { out.push_back(not_estimable_difference(std::move(f), made.error())); return; }
  difference_value d = value_of(made->at_these_thresholds);
  f.status = finding_status::measured;
  f.flags |= made->at_these_thresholds.flags;
  if (made->limits) {
    d.companions.insert(d.companions.begin(), {made->at_these_thresholds.clustered, {}});
    d.made = made->limits->limits;
    d.widening *= made->widening;
  }
  f.sentence = difference_sentence(p, tpir, d);
  const auto threshold_words = [](const judged& one, const identification::matched_system& found) {
    return shortest(as_written(one.system->is_distance ? -found.at.value() : found.at.value())) + " of " + one.system->name + " (" + grouped(found.false_positives) + " false positives)";
  };
  f.notes.push_back("each at the lowest threshold at which at most " + grouped(made->allowed) + " of " + grouped(made->nonmated) + " non-mated passages alert: " + threshold_words(p.a, made->first) + ", " + threshold_words(p.b, made->second));
  f.notes.push_back(made->limits ? "limits from " + grouped(wanted.replicates) + " resampled trials in which both thresholds are chosen anew; " + significant(d.widening, 3, rounding::nearest) + " times as wide as if no two passages were of one person and the thresholds had been given"
                                 : "as if both thresholds had been given: " + made->limits.error().remedy);
  f.value = std::move(d);
  out.push_back(std::move(f));
}

std::string place_words(const study_comparison::place& at) {
  if (at.operating) return "operating";
  if (at.recommended) return "recommended";
  if (at.guaranteed) return "guaranteed";
  return at.threshold ? "threshold_" + shortest(*at.threshold) : "false_positive_identification_rate_" + shortest(*at.false_positive_identification_rate);
}

/// The threshold of one system that keeps the first declared limit, per passage if that can be had, else per person.
std::optional<double> guaranteed_of(const judged& one, const std::vector<finding>& of_each) {
  for (const char* method : {"thinned_persons", "one_passage_per_person", "person_maxima"})
    for (const finding& f : of_each) {
      const auto* chosen = std::get_if<guaranteed_threshold>(&f.value);
      if (chosen == nullptr || f.axes.at("method") != method || f.axes.at("source") != one.source) continue;
      if (const auto system = f.axes.find("system"); system == f.axes.end() || system->second == one.system->name) return chosen->on_own_scale;
    }
  return std::nullopt;
}

void compare_at_guaranteed(const pairing& p, std::vector<finding>& out) {
  const auto of_a = guaranteed_of(p.a, p.of_each), of_b = guaranteed_of(p.b, p.of_each);
  if (!of_a || !of_b) {
    out.push_back(not_estimable_difference(difference_finding(p, tpir, "guaranteed"),
                                           {undefined_reason::not_recorded, "Declare a limit on the false positive identification rate that a threshold of both systems can be guaranteed for.", std::nullopt}));
    return;
  }
  const std::size_t before = out.size();
  compare_at_thresholds(p, *of_a, *of_b, "guaranteed", out);
  for (std::size_t i = before; i < out.size(); ++i)
    out[i].notes.push_back("the thresholds were chosen on these non-mated passages: false positives counted on them again look too few, and the choice is not in the interval");
}

void compare(const pairing& p, const study_comparison& wanted, const std::string& why_not, std::vector<finding>& out) {
  for (const study_comparison::place& at : wanted.at) {
    if (!why_not.empty()) out.push_back(refused(p, tpir, place_words(at), why_not));
    else if (at.false_positive_identification_rate) compare_at_rate(p, *at.false_positive_identification_rate, out);
    else if (at.guaranteed) compare_at_guaranteed(p, out);
    else if (at.threshold) compare_at_thresholds(p, *at.threshold, *at.threshold, place_words(at), out);
    else if (at.operating) compare_at_thresholds(p, *p.a.system->operating_threshold, *p.b.system->operating_threshold, place_words(at), out);
    else compare_at_thresholds(p, *p.a.system->recommended_threshold, *p.b.system->recommended_threshold, place_words(at), out);
  }
}

} // namespace

std::vector<finding> compare_systems(const study& declared, const trial_log& trials, const score_log& scores, const score_evaluation& tested, const std::vector<finding>& of_each, unsigned threads) {
  std::vector<finding> out;
  const std::vector<judged> all = searches_by_system(declared, trials, scores, tested);
  for (const study_comparison& wanted : declared.comparisons)
    for (std::size_t i = 0; i < wanted.systems.size(); ++i)
      for (std::size_t j = i + 1; j < wanted.systems.size(); ++j) {
        // Every pair of tables of the two systems that could be of the same passages; else the first two, to say why not.
        const judged *first = nullptr, *second = nullptr;
        bool compared = false;
        for (const judged& a : all)
          for (const judged& b : all) {
            if (a.system->name != wanted.systems[i] || b.system->name != wanted.systems[j]) continue;
            if (first == nullptr) { first = &a; second = &b; }
            if (!unlike(a, b).empty()) continue;
            pairing p{declared, a, b, of_each, {}, threads};
            for (const std::size_t row : a.order) p.person.push_back(bootstrap::entity_of(a.rows->person.texts[a.rows->person.codes[row]]));
            compare(p, wanted, "", out);
            compared = true;
          }
        if (compared) continue;
        if (first != nullptr) {
          compare({declared, *first, *second, of_each, {}, threads}, wanted, unlike(*first, *second), out);
          continue;
        }
        finding f;
        f.metric = std::string(to_string(tpir));
        f.axes = {{"systems", wanted.systems[i] + "," + wanted.systems[j]}};
        f.key = finding_key(f.metric, f.axes);
        f.kind = finding_kind::difference;
        f.status = finding_status::not_measured;
        f.in_section = std::string(to_string(describe(tpir).in_section));
        f.cites = std::string(describe(tpir).cites);
        f.sentence = wanted.systems[i] + " and " + wanted.systems[j] + " are not compared: no searches of a list are on record of both.";
        f.held = std::make_shared<const conditions>();
        out.push_back(std::move(f));
      }
  return out;
}

} // namespace lfreval
