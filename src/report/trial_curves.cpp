#include <algorithm>
#include <cmath>

#include <lfreval/counts/person_tallies.hpp>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/identification/area_under_curve.hpp>
#include <lfreval/identification/curve.hpp>
#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/identification/equal_error.hpp>
#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/intervals/curve_limits.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/decision_findings.hpp"
#include "report/list_sizes.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr metric_id tpir = metric_id::true_positive_identification_rate;
constexpr std::uint32_t replicates = 2000;

std::string name_of(const trial& t, const std::string& what) {
  return curve_name(what + "_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system));
}

/// What resampling the people does to the rate: a check beside the intervals of the findings.
void add_limits(const trial& t, const threshold_grid& grid, metric_id metric, const std::string& name, curve& out) {
  constexpr double most_additions = 2e10; // some seconds on one core
  if (!supports(t.source.kind, metric)) return;
  const auto rows = rows_of_curve(t.rows(), t.all, 0, metric, grid, t.rule, t.threads);
  if (!rows || static_cast<double>(rows->bins.size()) * replicates > most_additions) return;
  std::vector<std::uint64_t> entities;
  std::vector<std::uint32_t> exposure;
  for (const std::uint32_t person : rows->persons_seen) entities.push_back(bootstrap::entity_of(t.rows().person.texts[person]));
  for (const std::uint64_t total : rows->totals) exposure.push_back(static_cast<std::uint32_t>(total));
  bootstrap::replicate_plan plan;
  plan.replicates = replicates;
  plan.from.seed = t.declared.seed;
  plan.threads = t.threads;
  const auto drawn = bootstrap::curve_bootstrap({entities, rows->first, rows->bins, exposure, static_cast<std::uint32_t>(rows->thresholds)}, plan);
  const auto whole = bootstrap::band(drawn, t.declared.level);
  std::vector<std::optional<double>> lower, upper, band_lower, band_upper;
  const auto add = [](std::vector<std::optional<double>>& low, std::vector<std::optional<double>>& high, const interval* limits) {
    low.push_back(limits != nullptr ? std::optional(limits->lower) : std::nullopt);
    high.push_back(limits != nullptr ? std::optional(limits->upper) : std::nullopt);
  };
  for (std::uint32_t k = 1; k <= drawn.thresholds; ++k) {
    const auto here = bootstrap::percentile(drawn, k, t.declared.level);
    add(lower, upper, here ? &here->limits : nullptr);
    add(band_lower, band_upper, whole && whole->limits[k - 1] ? &*whole->limits[k - 1] : nullptr);
  }
  const std::string rate = name + "_identification_rate_";
  out.columns.push_back({rate + "lower", lower});
  out.columns.push_back({rate + "upper", upper});
  out.columns.push_back({rate + "band_lower", band_lower});
  out.columns.push_back({rate + "band_upper", band_upper});
}

/// The interval of the findings at every threshold: where it is too late to look closer, a reader still sees both limits.
void add_intervals(const trial& t, const threshold_grid& grid, metric_id metric, const std::string& name, curve& out) {
  constexpr std::size_t most_passes = 2'000'000'000; // rows read, all thresholds together
  if (!supports(t.source.kind, metric) || t.rows().size() > most_passes / grid.size()) return;
  std::vector<std::optional<double>> lower(grid.size()), upper(grid.size()), worth(grid.size());
  detail::parallel_for(grid.size(), t.threads, [&](std::size_t at) {
    const auto people = tally_persons(t.rows(), t.all, metric, grid, at, t.rule);
    if (!people) return;
    const auto made = estimate_rate(metric, people->front().tallies, t.declared.level, t.by_person());
    if (!made) return;
    lower[at] = made->headline.lower;
    upper[at] = made->headline.upper;
    if (made->clusters.design_effect && *made->clusters.design_effect > 0) worth[at] = static_cast<double>(made->exposure) / *made->clusters.design_effect;
  });
  out.columns.push_back({name + "_identification_rate_interval_lower", std::move(lower)});
  out.columns.push_back({name + "_identification_rate_interval_upper", std::move(upper)});
  out.columns.push_back({name + "_identification_rate_effective_passages", std::move(worth)});
}

/// What an alert at the threshold in use would be worth, by how many passers are listed.
void add_predictive_values(trial& t) {
  const estimate *found = nullptr, *false_alarm = nullptr;
  auto axes = t.axes();
  axes["threshold"] = t.operating();
  for (const finding& f : t.out.findings) {
    if (f.kind != finding_kind::rate || f.axes != axes || !std::holds_alternative<estimate>(f.value)) continue;
    if (f.metric == to_string(tpir)) found = &std::get<estimate>(f.value);
    if (f.metric == to_string(metric_id::false_positive_identification_rate)) false_alarm = &std::get<estimate>(f.value);
  }
  if (t.operating().empty() || found == nullptr || false_alarm == nullptr) return;
  std::vector<std::optional<double>> prevalences, points, lower, upper;
  double least_level = 1;
  for (std::uint64_t one_in = 1'000'000; one_in >= 10; one_in /= 10)
    for (const std::uint64_t step : {1U, 2U, 5U}) {
      if (one_in / step < 10) continue;
      const double prevalence = static_cast<double>(step) / static_cast<double>(one_in);
      const auto range = identification::predictive_value_range(*found, *false_alarm, {prevalence, prevalence});
      if (!range) return;
      least_level = range->level.level();
      prevalences.emplace_back(prevalence);
      points.push_back(range->point_at_lower);
      lower.emplace_back(range->lower);
      upper.emplace_back(range->upper);
    }
  curve c;
  c.name = name_of(t, "predictive_value");
  c.meaning = "share of alerts by listed people at threshold " + t.operating() + ", if one passer in so many were listed; its limits take the limits of both rates at their corners and hold at " + significant(100 * least_level, 3, rounding::nearest) + " % at least";
  c.columns = {{"prevalence", prevalences}, {"estimate", points}, {"lower", lower}, {"upper", upper}};
  t.out.curves.push_back(std::move(c));
}

void add_grid_curve(trial& t) {
  if (!t.declared.grid) return;
  const double one = t.compared(t.declared.grid->from), other = t.compared(t.declared.grid->to);
  const auto grid = decimal_grid(std::min(one, other), std::max(one, other), t.declared.grid->step);
  if (!grid) {
    t.out.not_measured.push_back({"Rates over thresholds", "Source " + printable(t.source.source) + ": the grid of the study cannot be counted at.", "Declare thresholds.grid so that " + grid.error().allowed + ".", {}});
    return;
  }
  const auto counted = count_passages(t.rows(), t.all, *grid, t.rule, t.threads);
  if (!counted) {
    t.out.not_measured.push_back({"Rates over thresholds", "Source " + printable(t.source.source) + ": " + counted.error().remedy, "Begin the grid where the log begins.", {}});
    return;
  }
  std::vector<std::optional<double>> thresholds;
  std::vector<std::optional<std::uint64_t>> alerted, nonmated, identified, mated;
  for (std::size_t at = 0; at < grid->size(); ++at) {
    const passage_counts here = counted->at(0, at);
    thresholds.emplace_back(t.compared(as_written(grid->declared()[at].value())));
    alerted.emplace_back(here.nonmated_with_alert.value());
    nonmated.emplace_back(here.nonmated.value());
    // Nobody knows how many listed people an operational log missed (M15).
    identified.push_back(supports(t.source.kind, tpir) ? std::optional(here.identified.value()) : std::nullopt);
    mated.push_back(supports(t.source.kind, tpir) ? std::optional(here.mated.value()) : std::nullopt);
  }
  curve c;
  c.name = name_of(t, "thresholds");
  c.meaning = "non-mated passages with an alert, and mated passages identified, at every threshold of the declared grid, compared in float32";
  c.columns = {{"threshold", thresholds}, {"nonmated_with_alert", alerted}, {"nonmated", nonmated}, {"identified", identified}, {"mated", mated}};
  add_limits(t, *grid, metric_id::false_positive_identification_rate, "false_positive", c);
  add_limits(t, *grid, tpir, "true_positive", c);
  if (c.columns.size() > 5)
    c.meaning += "; limits of both rates from " + std::to_string(replicates) + " resampled trials of the same number of people, at each threshold by itself and as a band that holds at all of them; empty where the events are too few";
  const std::size_t resampled = c.columns.size();
  add_intervals(t, *grid, metric_id::false_positive_identification_rate, "false_positive", c);
  add_intervals(t, *grid, tpir, "true_positive", c);
  if (c.columns.size() > resampled) c.meaning += "; the interval at each threshold is made as those of the findings are; effective passages are as many as would be worth as much without the likeness of one person's passages, empty where that cannot be estimated";
  t.out.curves.push_back(c);
  add_list_sizes(t, *grid, c);
}

/// The area under the curve in words, for those who must report it; persons are the clusters.
std::string area_words(const trial& t) {
  constexpr std::size_t most_rows = 1'000'000;
  const passage_table& rows = t.rows();
  if (rows.size() > most_rows) return "";
  std::vector<identification::person_passage> mated, nonmated;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t person = rows.person.codes[i];
    const auto given = [](float score) { return score == no_score ? std::nullopt : std::optional(score); };
    if (rows.mated[i] == mated_status::no) nonmated.push_back({person, given(rows.top_score[i])});
    if (rows.mated[i] == mated_status::yes) mated.push_back({person, given(t.is_shown(i) ? rows.mate_score[i] : no_score)});
  }
  const auto found = identification::clustered_area(mated, nonmated, t.declared.level);
  if (!found) return "";
  std::string out = "; area under the curve " + significant(found->area, 4, rounding::nearest);
  if (found->limits) out += " (" + significant(found->limits->lower, 4, rounding::down) + " to " + significant(found->limits->upper, 4, rounding::up) + ", by person)";
  return out + ", most of it at rates that nobody would run at";
}

/// Every corner of the detection error trade-off: thresholds of which no other has fewer misses and no more false positives.
void add_tradeoff(trial& t) {
  constexpr std::size_t most_rows = 10'000'000, most_corners = 20'000;
  const passage_table& rows = t.rows();
  if (!supports(t.source.kind, tpir) || rows.size() > most_rows) return;
  // Passages without a score never alert, and are in the totals.
  struct reached { std::vector<float> scores; std::uint64_t without = 0; };
  reached nonmated, mates;
  const auto add = [](reached& to, float score) {
    if (score == no_score) ++to.without;
    else to.scores.push_back(score);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.mated[i] == mated_status::no) add(nonmated, rows.top_score[i]);
    if (rows.mated[i] != mated_status::yes) continue;
    add(mates, t.is_shown(i) ? rows.mate_score[i] : no_score);
  }
  const auto steps = [](const reached& of) { return identification::score_steps::of(of.scores, of.without); };
  const identification::sweep_counts all = identification::sweep(steps(nonmated), steps(mates));
  const auto det = identification::detection_error_tradeoff(all);
  if (!det) return; // the rates at a threshold say why
  std::vector<std::optional<double>> thresholds;
  std::vector<std::optional<std::uint64_t>> false_positives, of_nonmated, misses, of_mated;
  for (std::size_t i = 0; i < det->points.size(); ++i) {
    const identification::det_point& here = det->points[i];
    const bool is_last = i + 1 == det->points.size();
    if ((!is_last && det->points[i + 1].misses == here.misses) || (i != 0 && det->points[i - 1].false_positives == here.false_positives)) continue;
    thresholds.emplace_back(t.compared(as_written(here.at.value())));
    false_positives.emplace_back(here.false_positives);
    of_nonmated.emplace_back(det->nonmated);
    misses.emplace_back(here.misses);
    of_mated.emplace_back(det->mated);
  }
  if (thresholds.size() > most_corners) return;
  curve c;
  c.name = name_of(t, "tradeoff");
  c.meaning = "misses against false positives at every score on record: the corners of the steps that were counted (detection error trade-off), nothing in between and nothing below one passage";
  if (const auto equal = identification::equal_error(all))
    c.meaning += "; both rates would be equal at " + significant(equal->linear, 3, rounding::nearest) + " on straight lines and " + significant(equal->convex_hull, 3, rounding::nearest) +
                 " on the convex hull: for comparison with laboratory reports, not an operating point of live recognition";
  c.meaning += area_words(t);
  c.columns = {{"threshold", thresholds}, {"nonmated_with_alert", false_positives}, {"nonmated", of_nonmated}, {"missed", misses}, {"mated", of_mated}};
  t.out.curves.push_back(std::move(c));
}

/// The cumulative match characteristic, which assumes that everybody who passes is listed.
void add_ranks(trial& t) {
  constexpr std::uint32_t most_ranks = 50;
  const passage_table& rows = t.rows();
  if (rows.mate_rank.empty() || !supports(t.source.kind, tpir)) return;
  std::uint32_t last = 0;
  std::uint64_t mated = 0;
  std::vector<std::uint64_t> at(most_ranks + 1, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.mated[i] != mated_status::yes) continue;
    ++mated;
    if (rows.mate_rank[i] == 0 || rows.mate_rank[i] > most_ranks) continue;
    ++at[rows.mate_rank[i]];
    last = std::max(last, rows.mate_rank[i]);
  }
  if (last == 0) return;
  std::vector<std::optional<std::uint64_t>> ranks, returned, all;
  std::uint64_t within = 0;
  for (std::uint32_t rank = 1; rank <= last; ++rank) {
    within += at[rank];
    ranks.emplace_back(rank);
    returned.emplace_back(within);
    all.emplace_back(mated);
  }
  curve c;
  c.name = name_of(t, "ranks");
  c.meaning = "mated passages whose mate is among so many candidates returned, at whatever score the log keeps (cumulative match characteristic): a closed-set figure, which says nothing of people who are not listed";
  c.columns = {{"rank", ranks}, {"returned", returned}, {"mated", all}};
  t.out.curves.push_back(std::move(c));
}

} // namespace

std::string curve_name(std::string wanted) {
  std::replace_if(wanted.begin(), wanted.end(), [](char ch) { return (ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z') && (ch < '0' || ch > '9') && ch != '-'; }, '_');
  if (wanted.size() > 100) wanted.resize(100);
  return wanted;
}

void add_curves(trial& t) {
  add_grid_curve(t);
  add_tradeoff(t);
  add_predictive_values(t);
  add_ranks(t);
  add_operating_points(t);
}

} // namespace lfreval
