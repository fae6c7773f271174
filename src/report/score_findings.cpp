#include "report/score_findings.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <lfreval/counts/score_margins.hpp>
#include <lfreval/identification/watchlist_interval.hpp>
#include <lfreval/intervals/crossed_rate.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/score_groups.hpp"
#include "report/sentences.hpp"

namespace lfreval {
namespace {

constexpr metric_id fmr = metric_id::false_match_rate, fnmr = metric_id::false_nonmatch_rate;

/// The system of a set; none where several are declared and the set is of none of them.
const study_system* system_of(const study& declared, const score_set& set) {
  const auto found = std::find_if(declared.systems.begin(), declared.systems.end(), [&](const study_system& one) { return one.name == set.system || declared.systems.size() == 1; });
  return found == declared.systems.end() ? nullptr : &*found;
}

float compared(const study_system* system, double own) { return static_cast<float>(system != nullptr && system->is_distance ? -own : own); }

/// The thresholds that the study names for a system, each once, on its own scale.
std::vector<double> declared_thresholds(const study& declared, const study_system* system) {
  std::set<double> out;
  if (system != nullptr && system->operating_threshold) out.insert(*system->operating_threshold);
  if (system != nullptr && system->recommended_threshold) out.insert(*system->recommended_threshold);
  if (declared.systems.size() < 2) out.insert(declared.report_thresholds.begin(), declared.report_thresholds.end());
  return {out.begin(), out.end()};
}

bool has_whole_list(const score_set& set) {
  return set.has_searches() && set.fewest_references == set.references.size() && set.most_references == set.references.size() && set.references.size() >= 2;
}

score_questions questions_of(const study& declared, const score_set& set) {
  const study_system* system = system_of(declared, set);
  score_questions out;
  for (const double own : declared_thresholds(declared, system)) out.at.push_back(compared(system, own));
  out.hits_at = out.at;
  return out;
}

counted_scores count_in_memory(const study& declared, const score_set& set) {
  score_questions asked = questions_of(declared, set);
  asked.wants_searches = has_whole_list(set);
  return count_comparisons(set, std::move(asked));
}

/// One score set and what is said of it.
struct test {
  const study& declared;
  const score_set& set;
  const counted_scores& counted;
  const study_system* system;
  trial_evaluation& out;

  [[nodiscard]] std::map<std::string, std::string> axes() const {
    std::map<std::string, std::string> names{{"source", set.source}};
    if (!set.system.empty()) names["system"] = set.system;
    return names;
  }
  [[nodiscard]] bool is_distance() const { return system != nullptr && system->is_distance; }
  [[nodiscard]] double own_scale(float compared) const { return as_written(is_distance() ? -compared : compared); }
  [[nodiscard]] std::string here() const { return "Source " + printable(set.source) + ": "; }
};

void add_count(test& t, unit of, std::uint64_t n, const std::string& what = "") {
  t.out.findings.push_back(count_finding(t.axes(), of, n, what));
}

void add_counts(test& t) {
  const comparison_counts& c = t.set.counts;
  add_count(t, unit::mated_comparisons, c.mated);
  add_count(t, unit::comparisons, c.nonmated, "non-mated comparisons");
  if (c.undecided != 0) add_count(t, unit::comparisons, c.undecided, "comparisons of unknown status");
  if (c.failed() != 0) add_count(t, unit::comparisons, c.failed(), "failed comparisons");
}

/// Failures that nobody declared look like scores: they are told by name, because nobody else can find them.
void name_constant_scores(test& t) {
  const auto tell = [&](const std::vector<constant_scores>& constant, const std::vector<std::string>& ids, const char* what, const char* means) {
    for (const constant_scores& one : constant)
      t.out.not_measured.push_back({std::string("A ") + what + " with one score throughout", t.here() + what + " " + printable(ids.at(one.place), 100) + " has the score " + shortest(as_written(one.value)) +
                                        " in all of its " + grouped(one.scores) + " comparisons: that looks like a failure and is counted as a score.",
                                    std::string("Declare the number as sentinel of the source, with means = \"") + means + "\", or say that it is a score.", {}});
  };
  tell(t.set.constant_columns, t.set.references, "reference", "failure_to_enrol");
  tell(t.set.constant_rows, t.set.probes, "probe", "failure_to_acquire");
  const auto failed = [&](const std::vector<std::uint8_t>& well, const std::vector<std::string>& ids, const char* what) {
    std::uint64_t n = 0;
    std::string names;
    for (std::size_t i = 0; i < well.size() && i < ids.size(); ++i) {
      if (well[i] != 0) continue;
      if (n++ < 3) names += (names.empty() ? "" : ", ") + printable(ids[i], 100);
    }
    if (n != 0)
      t.out.not_measured.push_back({std::string("Comparisons of a ") + what, t.here() + grouped(n) + " failed: " + names + (n > 3 ? " …" : "") + ". Their comparisons are counted as misses and as no false matches, and left out beside.",
                                    "Say which convention a limit or a claim means.", {}});
  };
  failed(t.set.enrolled, t.set.references, "reference that could not be enrolled");
  failed(t.set.acquired, t.set.probes, "probe of which no template was made");
}

std::vector<failed_comparisons> conventions(const test& t) {
  if (t.set.counts.failed() == 0) return {failed_comparisons::counted};
  return {failed_comparisons::counted, failed_comparisons::left_out};
}
std::string word(failed_comparisons how) { return how == failed_comparisons::counted ? "counted" : "left_out"; }

/// One false match in 10, 100 … comparisons, as long as one is allowed.
std::vector<std::uint64_t> decades(std::uint64_t comparisons) {
  std::vector<std::uint64_t> out;
  for (std::uint64_t per = 10; per <= comparisons; per *= 10) out.push_back(per);
  return out;
}

/// Misses at the lowest scores that allow one false match in 10, 100 …
std::vector<std::pair<std::string, float>> add_match_curve(test& t) {
  const comparison_scores& scores = t.counted.scores;
  std::vector<std::pair<std::string, float>> chosen;
  std::vector<std::string> limits, failures;
  std::vector<std::optional<double>> thresholds;
  std::vector<std::optional<std::uint64_t>> matches, nonmated, misses, mated;
  for (const failed_comparisons how : conventions(t)) {
    const std::uint64_t comparisons = scores.trials(false, how);
    for (const std::uint64_t per : decades(comparisons)) {
      const auto found = errors_at(scores, {comparisons / per}, how);
      if (found.empty()) continue;
      const std::string limit = "1/" + std::to_string(per);
      limits.push_back(limit);
      failures.push_back(word(how));
      thresholds.emplace_back(t.own_scale(found[0].threshold));
      matches.emplace_back(found[0].false_matches);
      nonmated.emplace_back(found[0].nonmated);
      misses.emplace_back(found[0].false_nonmatches);
      mated.emplace_back(found[0].mated);
      if (how == failed_comparisons::counted && per >= 100) chosen.emplace_back("false_match_rate_1/" + std::to_string(per), found[0].threshold);
    }
  }
  if (limits.empty()) return chosen;
  curve c;
  c.name = curve_name("misses_at_false_matches_" + t.set.source + (t.set.system.empty() ? "" : "_" + t.set.system));
  c.meaning = "one-to-one comparisons: false non-matches at the lowest score on record at which no more than that share of non-mated comparisons match; failed comparisons counted as misses and as no matches, or left out; nothing below one comparison";
  c.columns = {{"at_most", limits}, {"failed_comparisons", failures}, {"threshold", thresholds}, {"false_matches", matches}, {"nonmated_comparisons", nonmated}, {"false_nonmatches", misses}, {"mated_comparisons", mated}};
  t.out.curves.push_back(std::move(c));
  return chosen;
}

finding comparison_finding(const test& t, metric_id metric, const std::string& place, const std::string& threshold, failed_comparisons how) {
  finding f;
  f.metric = std::string(to_string(metric));
  f.axes = t.axes();
  f.axes["compared_at"] = place;
  if (t.set.counts.failed() != 0) f.axes["failed_comparisons"] = word(how);
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::rate;
  f.in_section = std::string(to_string(describe(metric).in_section));
  f.cites = std::string(describe(metric).cites);
  conditions held;
  held.system.add(t.system == nullptr || t.system->named_version().empty() ? std::nullopt : std::optional(t.system->named_version()));
  held.threshold.add(threshold);
  held.label_source.add(t.set.label_source.empty() ? std::nullopt : std::optional(t.set.label_source));
  f.held = std::make_shared<const conditions>(held);
  return f;
}

void add_rate(test& t, finding f, const estimable<estimate>& made, const std::string& note) {
  if (!made) {
    f.status = finding_status::not_estimable;
    f.sentence = std::string(describe(*metric_from_key(f.metric)).name) + ": not estimable. " + made.error().remedy;
    f.why_not = made.error();
  } else {
    f.status = finding_status::measured;
    f.flags |= made->flags;
    f.sentence = sentence_for(*made, "");
    if (made->metric == fmr && !made->companions.empty() && made->clusters.design_effect && *made->clusters.design_effect > 1.0) {
      const interval& flat = made->companions.front().made;
      f.notes.push_back("the interval is " + significant((made->headline.upper - made->headline.lower) / (flat.upper - flat.lower), 3, rounding::nearest) + " times as wide as if no two comparisons shared a person");
    }
    if (!note.empty()) f.notes.push_back(note);
    f.value = *made;
  }
  t.out.findings.push_back(std::move(f));
}

void add_rates_at(test& t, const score_margins& margins, const std::string& place, float at, const std::string& note) {
  const std::string threshold = shortest(t.own_scale(at));
  for (const failed_comparisons how : conventions(t)) {
    const comparison_margins counted = margins.at(at, how);
    const auto related = counted.same_people ? two_way::sides_of_pairs::same_people : two_way::sides_of_pairs::other_people;
    add_rate(t, comparison_finding(t, fmr, place, threshold, how), two_way::estimate_false_matches(counted.nonmated, related, t.declared.level),
             counted.same_people ? "people are on both sides: comparisons that share a person resemble each other" : "");
    ladder_options by_person;
    by_person.by = cluster_unit::person;
    add_rate(t, comparison_finding(t, fnmr, place, threshold, how), estimate_rate(fnmr, counted.mated, t.declared.level, by_person), note);
  }
}

void add_comparisons(test& t, const std::vector<double>& told) {
  const auto chosen = add_match_curve(t);
  if (t.set.probes.empty()) {
    t.out.not_measured.push_back({"Intervals of comparisons", t.here() + "the file names nobody, so that nothing shows which comparisons share a person.", "Give the ids of probes and references.", {std::string(to_string(fmr)), std::string(to_string(fnmr))}});
    return;
  }
  const score_margins margins(t.set, t.counted);
  for (const double own : told) add_rates_at(t, margins, shortest(own), compared(t.system, own), "");
  for (const auto& [place, at] : chosen)
    add_rates_at(t, margins, place, at, "at the score " + shortest(t.own_scale(at)) + ", chosen on these comparisons so that this share of false matches is not exceeded here; on others it may be");
}

/// What a random part of the list would have given, at each threshold told.
void add_list_sizes(test& t, const score_searches& searched, const std::vector<double>& own) {
  const passage_table& rows = searched.searches.rows;
  for (std::size_t k = 0; k < searched.thresholds; ++k) {
    std::vector<identification::passage_hits> hits;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows.mated[i] == mated_status::no) hits.push_back({rows.person.codes[i], searched.hits[i * searched.thresholds + k]});
    if (hits.empty() || searched.references < 2) return;
    std::vector<std::uint64_t> sizes;
    for (std::uint64_t decade = 1; decade <= searched.references; decade *= 10)
      for (const std::uint64_t step : {1U, 2U, 5U})
        if (step * decade < searched.references) sizes.push_back(step * decade);
    sizes.push_back(searched.references);
    std::vector<std::optional<std::uint64_t>> persons, passages;
    std::vector<std::optional<double>> point, lower, upper;
    for (const std::uint64_t n : sizes) {
      const auto made = identification::sub_watchlist_ci(hits, {n, searched.references}, t.declared.level);
      persons.emplace_back(n);
      passages.emplace_back(hits.size());
      point.push_back(made ? std::optional(made->point) : std::nullopt);
      lower.push_back(made ? std::optional(made->limits.lower) : std::nullopt);
      upper.push_back(made ? std::optional(made->limits.upper) : std::nullopt);
    }
    curve c;
    c.name = curve_name("watchlist_size_" + t.set.source + "_" + shortest(own[k]));
    c.meaning = "false positive identification rate at threshold " + shortest(own[k]) + " of searches of a random part of the list, averaged over all such parts and counted without a model; limits for other passers; holds if a score does not depend on who else is enrolled, which was neither stated nor checked (GALLERY_INVARIANCE_UNKNOWN)";
    c.columns = {{"watchlist_persons", persons}, {"nonmated_passages", passages}, {"false_positive_identification_rate", point}, {"lower", lower}, {"upper", upper}};
    t.out.curves.push_back(std::move(c));
  }
}

void take(trial_evaluation& to, trial_evaluation&& more) {
  std::move(more.findings.begin(), more.findings.end(), std::back_inserter(to.findings));
  std::move(more.curves.begin(), more.curves.end(), std::back_inserter(to.curves));
  std::move(more.not_measured.begin(), more.not_measured.end(), std::back_inserter(to.not_measured));
}

} // namespace

std::vector<counted_scores> count_sets(const study& declared, const score_log& log) {
  std::vector<counted_scores> out;
  for (const score_set& set : log.sets) out.push_back(count_in_memory(declared, set));
  return out;
}

tl::expected<counted_score_log, std::vector<error>> read_and_count(const study& declared, unsigned threads) {
  std::map<std::string, std::uint64_t> nonmated; // of sources whose rows told too late how many there are
  for (;;) {
    std::map<std::string, score_counting> counting;
    const score_sink sink = [&](const score_block& block) {
      auto found = counting.find(block.set.source);
      if (found == counting.end()) {
        score_questions asked = questions_of(declared, block.set);
        if (const auto known = nonmated.find(block.set.source); known != nonmated.end()) asked.nonmated = known->second;
        found = counting.emplace(block.set.source, score_counting(std::move(asked))).first;
      }
      found->second.add(block);
    };
    auto log = read_score_sets(declared, sink, threads);
    if (!log) return tl::unexpected(std::move(log.error()));
    counted_score_log out{std::move(*log), {}};
    bool is_complete = true;
    for (const score_set& set : out.log.sets) {
      const auto found = counting.find(set.source);
      auto counted = found == counting.end() ? count_in_memory(declared, set) : found->second.counted(set);
      if (counted) out.counted.push_back(std::move(*counted));
      else nonmated[set.source] = set.counts.nonmated;
      is_complete = is_complete && counted.has_value();
    }
    if (is_complete) return out;
  }
}

score_evaluation evaluate_scores(const study& declared, const score_log& log, std::vector<counted_scores> counted, const person_labels& labels, unsigned threads) {
  score_evaluation out;
  for (std::size_t s = 0; s < log.sets.size(); ++s) {
    const score_set& set = log.sets[s];
    test t{declared, set, counted[s], system_of(declared, set), out.out};
    t.out.not_measured.push_back({"Recognition in use", t.here() + "a technology test: files were compared, and nobody passed a camera. Misses and false alerts in use differ with cameras, light, pose and people.",
                                  "Run a trial with volunteers at the place of use.", {}});
    name_constant_scores(t);
    add_counts(t);
    const std::vector<double> own = declared_thresholds(declared, t.system);
    add_comparisons(t, own);
    std::vector<told_threshold> told;
    for (const double one : own) told.push_back({shortest(one), compared(t.system, one)});
    take(t.out, evaluate_score_groups(declared, set, counted[s], labels, t.axes(), told));
    if (!counted[s].searches || set.references.size() < 2) {
      t.out.not_measured.push_back({"Searches of a list", t.here() + "its comparisons are of pairs, not of each probe with a whole list: nothing shows how often a search would alert (M10).",
                                    "Give the scores of each probe against the whole list, among them probes of people who are not on it.",
                                    {std::string(to_string(metric_id::true_positive_identification_rate)), std::string(to_string(metric_id::false_positive_identification_rate))}});
      continue;
    }
    std::vector<float> at;
    for (const double one : own) at.push_back(compared(t.system, one));
    score_evaluation::searched& searched = out.searches.emplace_back(score_evaluation::searched{s, std::move(*counted[s].searches)});
    if (searched.searches.left_out != 0) add_count(t, unit::passages, searched.searches.left_out, "probes left out because a comparison was refused");
    if (set.probes_without_mate == 0)
      t.out.not_measured.push_back({"False alerts of a search", t.here() + "everybody on a probe is also a reference, so that no search is by somebody who is not listed.",
                                    "Add probes of people who are not among the references.", {std::string(to_string(metric_id::false_positive_identification_rate))}});
    add_group_columns(searched.searches.searches.rows, labels);
    searched.searches.searches.group_label_sources = labels.label_sources;
    trial_log whole;
    whole.watchlist_persons = searched.searches.references;
    if (std::any_of(declared.limits.begin(), declared.limits.end(), [](const limit& one) { return !one.in_every.empty(); })) whole.known = labels; // groups of whom nobody was searched count too
    take(t.out, evaluate_trial(declared, whole, searched.searches.searches, threads, &searched.searches, at));
    add_list_sizes(t, searched.searches, own);
  }
  return out;
}

} // namespace lfreval
