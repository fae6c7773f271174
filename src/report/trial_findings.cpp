#include "report/trial_findings.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <lfreval/counts/list_hits.hpp>
#include <lfreval/counts/person_tallies.hpp>
#include <lfreval/identification/effective_looks.hpp>
#include <lfreval/identification/influence.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/intervals/list_jackknife.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/list_sizes.hpp"
#include "report/rate_task.hpp"
#include "report/sentences.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate, tpir = metric_id::true_positive_identification_rate;

void add_count(trial& t, unit of, std::uint64_t n, const std::string& what = "") { t.out.findings.push_back(count_finding(t.axes(), of, n, what)); }

void add_counts(trial& t) {
  const passage_table& rows = t.rows();
  std::uint64_t mated = 0, nonmated = 0, unknown = 0, failed = 0;
  std::set<std::uint32_t> people;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ++(rows.mated[i] == mated_status::yes ? mated : rows.mated[i] == mated_status::no ? nonmated : unknown);
    failed += rows.acquired[i] == 0 ? 1 : 0;
    people.insert(rows.person.codes[i]);
  }
  add_count(t, unit::passages, rows.size());
  add_count(t, unit::persons, people.size());
  add_count(t, unit::mated_passages, mated);
  add_count(t, unit::nonmated_passages, nonmated);
  if (unknown != 0) add_count(t, unit::passages, unknown, "passages of unknown status");
  add_count(t, unit::passages, failed, "failures to acquire");
  if (t.log.watchlist_persons) add_count(t, unit::watchlist_persons, *t.log.watchlist_persons);
  if (t.log.watchlist_without_template != 0) add_count(t, unit::watchlist_persons, t.log.watchlist_without_template, "watchlist persons without a template");
}

/// What a rate looks like without the one person who moves it most; people are not named.
void add_influence(finding& f, const person_tallies& people) {
  std::vector<identification::contributor> each;
  for (std::size_t i = 0; i < people.tallies.size(); ++i) each.push_back({people.persons_seen[i], people.tallies[i]});
  const auto found = identification::leave_one_out(identification::contributor_kind::person, each, 1);
  if (!found || found->largest.empty() || found->events == 0) return;
  f.notes.push_back("without the person who moves it most: " + share_words(found->largest.front().without, rounding::nearest) + "; the five most frequent passers make " +
                    percent_words(found->exposure_of_top_five, rounding::nearest) + " of the passages");
  const persons_ever ever = people.ever();
  f.notes.push_back("per person: it happened at least once to " + grouped(ever.with_event.value()) + " of " + grouped(ever.observed.value()) + " persons");
}

/// How many independent looks a passage is worth, where the log holds the frames or tracks that passages were made of.
void add_looks(trial& t, finding& f, float edge) {
  const passage_looks& looks = t.source.looks;
  if (looks.first.empty()) return;
  std::vector<identification::looks_of_person> people(t.rows().person.texts.size());
  for (std::size_t i = 0; i < t.rows().size(); ++i) {
    if (t.rows().mated[i] != mated_status::no) continue;
    identification::looks_of_person& one = people[t.rows().person.codes[i]];
    ++one.passages;
    one.passages_with_alert += t.rows().top_score[i] >= edge ? 1 : 0;
    one.looks += looks.first[i + 1] - looks.first[i];
    for (std::uint64_t look = looks.first[i]; look < looks.first[i + 1]; ++look) one.looks_with_alert += looks.scores[look] >= edge ? 1 : 0;
  }
  const auto found = identification::count_effective_looks(people, t.declared.level);
  if (!found) {
    f.notes.push_back("how many independent looks a passage is worth: not estimable. " + found.error().remedy);
    return;
  }
  std::string words = "a passage is worth " + significant(found->point, 3, rounding::nearest) + " independent looks";
  if (found->limits) words += " (" + level_words(t.declared.level) + ": " + significant(found->limits->lower, 3, rounding::down) + " to " + significant(found->limits->upper, 3, rounding::up) + ")";
  f.notes.push_back(words + " of the " + significant(found->mean_looks, 3, rounding::nearest) + " on record: " + grouped(found->all.looks_with_alert) + " of " + grouped(found->all.looks) +
                    " observations alerted, each counted by itself" + (found->limits ? "" : "; too few for an interval"));
}

void add_bounds(finding& f, const passage_tallies& counted, std::size_t at) {
  const auto tell = [&](const auto& range) {
    if (!range || (range->fewest.events() == range->most.events() && range->fewest.exposure() == range->most.exposure())) return;
    f.flags |= flag::unresolved_labels;
    f.notes.push_back("with passages of unknown status taken either way: " + grouped(range->fewest.events().value()) + " in " + grouped(range->fewest.exposure().value()) + " to " +
                      grouped(range->most.events().value()) + " in " + grouped(range->most.exposure().value()));
  };
  if (f.metric == to_string(fpir)) tell(counted.false_positive_bounds(0, at));
  else tell(counted.true_positive_bounds(0, at));
}

void add_verdicts(trial& t, metric_id metric, const std::vector<cluster_tally>& people, const std::map<std::string, std::string>& axes) {
  for (const limit& one : t.declared.limits) {
    if (one.metric != metric || !one.in_every.empty()) continue; // those of groups are judged with the groups
    auto named = axes;
    named["limit"] = limit_value(one);
    finding f = trial_finding(t, metric, finding_kind::verdict, std::move(named));
    f.status = finding_status::measured;
    f.flags |= flag::one_sided;
    verdict_value v;
    v.declared = one;
    for (const cluster_tally& c : people) { v.events += c.events; v.exposure += c.exposure; }
    v.answer = judge(one, people, t.declared.level, t.by_person());
    if (v.answer.outcome == verdict_outcome::not_measured) f.status = finding_status::not_measured;
    f.sentence = sentence_for(v);
    f.value = std::move(v);
    t.out.findings.push_back(std::move(f));
  }
}

/// How much of the alerts that rest on one entry alone is of the entry with most of them, and of the five with most.
std::string most_alerting(const std::vector<std::uint32_t>& only) {
  std::map<std::uint32_t, std::uint64_t> of_entry;
  std::uint64_t all = 0;
  for (const std::uint32_t entry : only)
    if (entry != no_code) { ++of_entry[entry]; ++all; }
  std::vector<std::uint64_t> counts;
  for (const auto& one : of_entry) counts.push_back(one.second);
  std::sort(counts.rbegin(), counts.rend());
  if (counts.size() < 2 || all <= counts.size()) return ""; // no entry stands out
  std::uint64_t five = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, counts.size()); ++i) five += counts[i];
  return "; of the " + grouped(all) + " that rest on one entry alone, the entry with most has " + grouped(counts.front()) + ", the five with most have " + grouped(five);
}

/// The rate for watchlists of this kind: other people might have been enrolled.
void add_list_jackknife(trial& t, const threshold_grid& grid, std::size_t at, std::map<std::string, std::string> axes) {
  axes["watchlist"] = "lists_of_this_kind";
  finding f = trial_finding(t, fpir, finding_kind::rate, std::move(axes));
  const auto hits = only_hits(t.rows(), grid, at, t.source.kind);
  if (!hits || !t.log.watchlist_persons) {
    t.out.findings.push_back(not_estimable(std::move(f), hits ? undefined{undefined_reason::not_recorded, "Give the watchlist as a source of the study.", std::nullopt} : hits.error()));
    return;
  }
  std::vector<two_way::nonmated_passage> passages;
  const float edge = grid.edges()[at];
  for (std::size_t i = 0; i < t.rows().size(); ++i)
    if (t.rows().mated[i] == mated_status::no)
      passages.push_back({t.rows().person.codes[i], t.rows().top_score[i] >= edge, (*hits)[i] == no_code ? two_way::no_single_hit : (*hits)[i]});
  std::set<std::uint32_t> entries;
  for (const two_way::nonmated_passage& one : passages)
    if (one.only_hit != two_way::no_single_hit) entries.insert(one.only_hit);
  if (*t.log.watchlist_persons == 0 || *t.log.watchlist_persons < entries.size()) {
    t.out.findings.push_back(not_estimable(std::move(f), undefined{undefined_reason::not_recorded, "Give the whole watchlist: alerts name more persons than it holds.", std::nullopt}));
    return;
  }
  const auto found = two_way::fpir_list_jackknife(passages, *t.log.watchlist_persons, true, t.declared.level);
  if (!found || !found->lists_of_this_kind) {
    f.flags |= flag::list_effect_unknown;
    t.out.findings.push_back(not_estimable(std::move(f), found ? found->lists_of_this_kind.error() : found.error()));
    return;
  }
  const two_way::list_effect& effect = *found->lists_of_this_kind;
  estimate e;
  e.metric = fpir;
  e.events = found->alerts;
  e.exposure = found->passages;
  e.point = found->point;
  e.headline = effect.limits;
  e.clusters = found->this_list.clusters;
  f.status = finding_status::measured;
  f.flags |= found->flags;
  f.flags |= effect.flags;
  f.sentence = "For watchlists of this kind: " + sentence_for(e, "");
  f.notes.push_back(significant(effect.effective_entries, 3, rounding::nearest) + " effective watchlist entries stand behind the alerts" + most_alerting(*hits));
  f.value = std::move(e);
  t.out.findings.push_back(std::move(f));
}

/// One rate at one threshold of the grid.
void add_rate(trial& t, metric_id metric, const threshold_grid& grid, std::size_t at, const std::string& name, const passage_tallies& counted) {
  auto axes = t.axes();
  axes["threshold"] = name;
  finding f = trial_finding(t, metric, finding_kind::rate, axes);
  const auto people = tally_persons(t.rows(), t.all, metric, grid, at, t.rule);
  if (!people) {
    t.out.findings.push_back(not_estimable(std::move(f), people.error()));
    return;
  }
  const person_tallies& everyone = people->front();
  const auto made = estimate_rate(metric, everyone.tallies, t.declared.level, t.by_person());
  if (!made) {
    t.out.findings.push_back(not_estimable(std::move(f), made.error()));
    return;
  }
  f.status = finding_status::measured;
  f.flags |= made->flags;
  f.sentence = sentence_for(*made, "");
  f.value = *made;
  const std::size_t place = t.out.findings.size();
  add_influence(f, everyone);
  add_bounds(f, counted, at);
  const passage_counts here = counted.at(0, at);
  if (metric == tpir) {
    f.notes.push_back(grouped(here.mated_not_acquired.value()) + " mated passages without a template count as misses; " + grouped(here.misidentified.value()) +
                      " more alerted on somebody else alone");
    f.notes.push_back(t.rule.rank_limit ? "identified: the person's own entry is among the first " + grouped(*t.rule.rank_limit) + " shown, at or above the threshold"
                                        : "identified: the person's own entry is at or above the threshold, at whatever rank");
  } else {
    add_looks(t, f, grid.edges()[at]);
    f.notes.push_back("for this watchlist; " + grouped(here.nonmated_not_acquired.value()) + " passages without a template count as no alert");
  }
  t.out.findings.push_back(std::move(f));
  if (metric == fpir) {
    add_list_jackknife(t, grid, at, axes);
    add_list_in_use(t, grid, at, name, finding(t.out.findings[place]));
  }
  // A limit is on the system as it is used; without a declared operating threshold, on each that is told.
  if (t.operating().empty() || t.operating() == name) add_verdicts(t, metric, everyone.tallies, axes);
}

/// The rates at the threshold in use, camera by camera and deployment by deployment: integers and intervals of their own.
/// Differences between so many parts are not told from chance here.
void add_parts(trial& t, const threshold_grid& grid, std::size_t at, const std::string& name) {
  constexpr std::size_t most_parts = 1000;
  for (const auto& [axis, column] : std::array<std::pair<const char*, const text_column*>, 2>{{{"camera", &t.rows().camera}, {"deployment", &t.rows().deployment}}}) {
    if (column->texts.size() < 2 || column->texts.size() > most_parts) continue;
    const passage_cells parts = cross(t.rows(), std::array<std::string, 1>{axis});
    for (const metric_id metric : {tpir, fpir}) {
      const auto people = tally_persons(t.rows(), parts, metric, grid, at, t.rule);
      if (!people) continue; // the rate of all says why
      for (std::size_t part = 0; part < parts.size(); ++part) {
        if ((*people)[part].tallies.empty()) continue;
        auto axes = t.axes();
        axes["threshold"] = name;
        axes[axis] = parts.labels[part].at(axis);
        finding f = trial_finding(t, metric, finding_kind::rate, std::move(axes));
        const auto made = estimate_rate(metric, (*people)[part].tallies, t.declared.level, t.by_person());
        if (!made) { t.out.findings.push_back(not_estimable(std::move(f), made.error())); continue; }
        f.status = finding_status::measured;
        f.flags |= made->flags;
        f.sentence = sentence_for(*made, "");
        f.value = *made;
        t.out.findings.push_back(std::move(f));
      }
    }
  }
}

/// Thresholds to tell, each as text on the system's own scale and as it is compared.
std::vector<std::pair<double, std::string>> told_thresholds(const trial& t) {
  std::set<double> own(t.declared.report_thresholds.begin(), t.declared.report_thresholds.end());
  if (t.system != nullptr && t.system->operating_threshold) own.insert(*t.system->operating_threshold);
  if (t.system != nullptr && t.system->recommended_threshold) own.insert(*t.system->recommended_threshold);
  std::vector<std::pair<double, std::string>> out;
  for (const double value : own) out.emplace_back(t.compared(value), shortest(value == 0 ? 0.0 : value));
  std::sort(out.begin(), out.end());
  // Two texts for one number in the precision of the system are one threshold.
  const auto same = [](const auto& a, const auto& b) { return static_cast<float>(a.first) == static_cast<float>(b.first); };
  if (const std::string used = t.operating(); !used.empty())
    for (auto& one : out)
      if (static_cast<float>(one.first) == static_cast<float>(t.compared(*t.system->operating_threshold))) one.second = used;
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

void say_what_is_missing(trial& t) {
  const std::string here = "Source " + printable(t.source.source) + ": ";
  if (!supports(t.source.kind, tpir))
    t.out.not_measured.push_back({"Misses", here + "operational passages hold only what was noticed; nobody knows who passed unnoticed." +
                                                (t.source.mated_withheld == 0 ? "" : " " + grouped(t.source.mated_withheld) + " rows labelled mated are in no rate."),
                                  "Seed the deployment with volunteers who are on the list.", {std::string(to_string(tpir)), std::string(to_string(fpir))}});
  else if (t.source.kind == source_kind::seeded)
    t.out.not_measured.push_back({"People other than these volunteers", here + "rates hold for people, images, cameras and light like those of the trial; how the sought differ from volunteers is not on record.",
                                  "Record age and quality of the images of both.", {}});
  if (t.declared.groups.empty())
    t.out.not_measured.push_back({"Differences between groups", here + "the study declares no groups: whether either rate is higher for some people than for others is not known.",
                                  "Record who passed by group, declare the axes as [[group]], and do not read one rate for all as one rate for each.", {}});
  for (const study_group& group : t.declared.groups)
    if (const auto labels = t.rows().groups.find(group.name); labels == t.rows().groups.end() || labels->second.texts.empty())
      t.out.not_measured.push_back({"Differences by " + printable(group.name), here + "nobody who passed has a label of this axis.", "Record it in the table of persons or of passages.", {}});
  if (t.rows().second_score.empty())
    t.out.not_measured.push_back({"Other watchlists", here + "only the best candidate is on record, so that nothing shows how far the figures would move with other people on the list.",
                                  "Keep the second score of every passage.", {}});
}

} // namespace

finding count_finding(const std::map<std::string, std::string>& axes, unit of, std::uint64_t n, const std::string& what) {
  finding f;
  f.metric = what.empty() ? std::string(to_string(of)) : what;
  std::replace_if(f.metric.begin(), f.metric.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  f.axes = axes;
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::count;
  f.status = finding_status::measured;
  f.in_section = "records";
  f.sentence = counted_words(n, of, "") + (what.empty() ? "." : ": " + what + ".");
  f.value = count_value{of, n, 0};
  return f;
}

finding trial_finding(const trial& t, metric_id metric, finding_kind kind, std::map<std::string, std::string> axes) {
  finding f;
  f.metric = std::string(to_string(metric));
  f.axes = std::move(axes);
  f.key = finding_key(f.metric, f.axes);
  f.kind = kind;
  f.in_section = std::string(to_string(describe(metric).in_section));
  f.cites = std::string(describe(metric).cites);
  conditions held;
  held.system.add(t.system == nullptr || t.system->named_version().empty() ? std::nullopt : std::optional(t.system->named_version()));
  if (const auto at = f.axes.find("threshold"); at != f.axes.end()) held.threshold.add(at->second);
  held.label_source.add(t.source.label_source.empty() ? std::nullopt : std::optional(t.source.label_source));
  held.watchlist_persons.add(t.log.watchlist_persons, 1);
  f.held = std::make_shared<const conditions>(held);
  return f;
}

finding not_estimable(finding f, const undefined& why) {
  f.status = finding_status::not_estimable;
  f.sentence = std::string(describe(*metric_from_key(f.metric)).name) + ": not estimable. " + why.remedy;
  f.why_not = why;
  return f;
}

trial_evaluation evaluate_trial(const study& declared, const trial_log& log, const trial_passages& source, unsigned threads, const score_searches* searched, std::span<const float> searched_at) {
  trial t{declared, log, source, nullptr, cross(source.rows, {}), {}, threads, {}, searched, searched_at};
  for (const study_system& one : declared.systems)
    if (one.name == source.rows.system || declared.systems.size() == 1) t.system = &one;
  t.rule.source = source.kind;
  if (!source.rows.mate_rank.empty()) t.rule.rank_limit = t.system == nullptr ? 1 : t.system->shown_candidates;
  say_what_is_missing(t);
  add_counts(t);
  const auto told = told_thresholds(t);
  if (told.empty()) {
    t.out.not_measured.push_back({"Rates at a threshold", "Source " + printable(source.source) + ": the study names no threshold.", "Declare operating_threshold of the system, or thresholds.report.",
                                  {std::string(to_string(tpir)), std::string(to_string(fpir))}});
  } else {
    // Below the lowest score that the log keeps nothing can be counted; the thresholds above it can.
    std::vector<threshold> at;
    std::vector<std::string> names;
    for (const auto& one : told) {
      if (static_cast<float>(one.first) >= source.rows.recorded_from) { at.emplace_back(static_cast<float>(one.first)); names.push_back(one.second); continue; }
      for (const metric_id metric : {tpir, fpir}) {
        auto axes = t.axes();
        axes["threshold"] = one.second;
        t.out.findings.push_back(not_estimable(trial_finding(t, metric, finding_kind::rate, std::move(axes)),
                                               {undefined_reason::not_recorded, "The log keeps no score at this threshold: choose one that lies within what it records.", undefined::range{0.0, 1.0}}));
      }
    }
    if (!at.empty()) {
      const threshold_grid grid(at);
      if (const auto counted = count_passages(source.rows, t.all, grid, t.rule, threads)) {
        for (std::size_t i = 0; i < names.size(); ++i)
          for (const metric_id metric : {tpir, fpir}) add_rate(t, metric, grid, i, names[i], *counted);
        for (std::size_t i = 0; i < names.size(); ++i) {
          if (t.operating() == names[i]) add_parts(t, grid, i, names[i]);
          // A comparison of groups holds at the threshold it was made at (M22): the one in use, or each where none is declared.
          if (t.operating().empty() || t.operating() == names[i]) add_groups(t, grid, i, names[i]);
        }
      } else {
        for (const std::string& name : names)
          for (const metric_id metric : {tpir, fpir}) {
            auto axes = t.axes();
            axes["threshold"] = name;
            t.out.findings.push_back(not_estimable(trial_finding(t, metric, finding_kind::rate, std::move(axes)), counted.error()));
          }
      }
    }
  }
  add_thresholds(t);
  add_curves(t);
  add_acquisition(t);
  add_group_curves(t);
  return std::move(t.out);
}

} // namespace lfreval
