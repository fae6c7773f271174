#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <lfreval/disparity/logistic.hpp>
#include <lfreval/disparity/stratified.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate, tpir = metric_id::true_positive_identification_rate;
constexpr std::size_t most_strata = 200;
constexpr std::size_t most_numbers = 20'000'000; // in the table of a second regression
constexpr std::size_t fewest_places = 10; // below, errors by place are themselves uncertain: Cameron, Gelbach & Miller 2011

/// Passages alike in person, side and everything adjusted for.
struct alike {
  std::uint32_t person = 0;
  bool of_group = false;
  std::vector<std::uint32_t> levels; ///< of each adjuster
  std::uint32_t place = 0;           ///< deployment or camera, where errors are told by it too
  friend auto operator<=>(const alike&, const alike&) = default;
};

const text_column& column_of(const passage_table& rows, const std::string& axis) { return axis == "camera" ? rows.camera : axis == "deployment" ? rows.deployment : rows.groups.at(axis); }

bool is_event(const trial& t, metric_id metric, std::size_t row, float edge) { return metric == fpir ? t.rows().top_score[row] >= edge : t.rows().mate_score[row] >= edge && t.is_shown(row); }

/// The most frequent level of each adjuster is what the others are set against.
std::vector<std::uint32_t> commonest_levels(const std::map<alike, cluster_tally>& cells, std::size_t adjusters) {
  std::vector<std::map<std::uint32_t, std::uint64_t>> exposure(adjusters);
  for (const auto& [cell, tally] : cells)
    for (std::size_t a = 0; a < adjusters; ++a) exposure[a][cell.levels[a]] += tally.exposure;
  std::vector<std::uint32_t> out;
  for (const auto& of : exposure) out.push_back(std::max_element(of.begin(), of.end(), [](const auto& x, const auto& y) { return x.second < y.second; })->first);
  return out;
}

/// A constant, the group, and the adjusters as further terms.
struct regression {
  std::vector<double> covariates;
  std::size_t columns = 0;
  std::vector<cluster_tally> outcomes;
  std::vector<std::uint64_t> people, places;

  [[nodiscard]] logit::regression_rows rows() const { return {covariates, columns, outcomes}; }
};

regression regression_of(const std::map<alike, cluster_tally>& cells, std::size_t adjusters) {
  const std::vector<std::uint32_t> usual = commonest_levels(cells, adjusters);
  std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> columns;
  for (const auto& [cell, tally] : cells)
    for (std::size_t a = 0; a < adjusters; ++a)
      if (cell.levels[a] != usual[a]) columns.emplace(std::pair(a, cell.levels[a]), 0);
  std::size_t next = 2;
  for (auto& [key, column] : columns) column = next++;
  regression out;
  out.columns = next;
  for (const auto& [cell, tally] : cells) {
    const std::size_t first = out.covariates.size();
    out.covariates.resize(first + next);
    out.covariates[first] = 1;
    out.covariates[first + 1] = cell.of_group ? 1 : 0;
    for (std::size_t a = 0; a < adjusters; ++a)
      if (cell.levels[a] != usual[a]) out.covariates[first + columns.at({a, cell.levels[a]})] = 1;
    out.outcomes.push_back(tally);
    out.people.push_back(cell.person);
    out.places.push_back(cell.place);
  }
  return out;
}

/// The odds ratio of the group.
estimable<std::pair<logit::coefficient, logit::adjusted_fit>> regress(const std::map<alike, cluster_tally>& cells, std::size_t adjusters, confidence level) {
  const regression from = regression_of(cells, adjusters);
  auto made = logit::adjusted(from.rows(), from.people, level);
  if (!made) return tl::unexpected(made.error());
  return std::pair(made->coefficients[1], std::move(*made));
}

std::string number(double value, rounding toward) { return value == unbounded ? "no upper limit" : significant(value, 3, toward); }

/// The ratio within strata that are alike in everything adjusted for, and what of it can be said to be common to them.
std::string within_strata(const std::map<alike, cluster_tally>& cells, confidence level) {
  std::map<std::vector<std::uint32_t>, stratified::table> tables;
  for (const auto& [cell, tally] : cells) {
    stratified::table& one = tables[cell.levels];
    (cell.of_group ? one.events : one.reference_events) += tally.events;
    (cell.of_group ? one.others : one.reference_others) += tally.exposure - tally.events;
  }
  std::vector<stratified::table> strata;
  for (const auto& [levels, one] : tables) strata.push_back(one);
  const auto common = stratified::mh_risk_ratio(strata, level);
  if (!common) return "within strata: not estimable. " + common.error().remedy;
  std::string out = "within " + grouped(common->strata) + " strata alike in all of these (Mantel and Haenszel, passages taken as unrelated) the ratio is " + number(common->ratio, rounding::nearest) + " (" + number(common->limits.lower, rounding::down) +
                    " to " + number(common->limits.upper_unbounded() ? unbounded : common->limits.upper, rounding::up) + ")";
  if (common->silent.strata != 0) out += "; " + grouped(common->silent.strata) + " more say nothing, with " + percent_words(common->silent.share, rounding::nearest) + " of the passages";
  if (const auto same = stratified::breslow_day(strata)) out += "; that one ratio fits all strata: p = " + significant(same->p_tarone, 2, rounding::nearest) + " (Breslow and Day, Tarone)";
  return out;
}

/// Passages by the place that different people may go wrong at together, as far as all of them record it.
struct places {
  const text_column* column;
  const char* name;
  std::map<alike, cluster_tally> cells;
  bool is_recorded = true;
  std::set<std::uint32_t> of_group, of_others;

  void add(alike cell, std::size_t row, std::uint64_t event) {
    cell.place = column->codes[row];
    is_recorded = is_recorded && cell.place != no_code;
    (cell.of_group ? of_group : of_others).insert(cell.place);
    cluster_tally& tally = cells[std::move(cell)];
    tally.events += event;
    ++tally.exposure;
  }
  [[nodiscard]] std::size_t fewest() const { return std::min(of_group.size(), of_others.size()); }
};

/// The limits again with errors that places share as well as people: never closer than those of people alone, which are corrected for
/// few of them. Nothing where the likelihood has no maximum, or places are not recorded.
std::optional<std::string> two_way_words(const places& by, std::size_t adjusters, const logit::coefficient& of_people, confidence level) {
  if (!by.is_recorded || (by.of_group.size() < 2 && by.of_others.size() < 2)) return std::nullopt;
  if (by.fewest() < 2) return "one of the two was seen at a single one of the " + std::string(by.name) + ": what that one did to all of them cannot be told from the group";
  const regression from = regression_of(by.cells, adjusters);
  if (from.covariates.size() > most_numbers) return std::nullopt;
  const auto fitted = logit::fit(from.rows());
  if (!fitted) return std::nullopt;
  const auto made = logit::two_way_robust(from.rows(), *fitted, from.people, from.places);
  if (!made) return std::nullopt;
  const double widest = std::max(made->errors[1], of_people.standard_error);
  const std::set<std::uint64_t> distinct(from.places.begin(), from.places.end()), people(from.people.begin(), from.people.end());
  // What places did to a group is known from those that it passed.
  const double degrees = static_cast<double>(std::min(by.fewest(), people.size())) - 1.0;
  const double reach = distribution::student_t_upper_quantile(level.alpha() / 2.0, degrees) * widest;
  return "with errors that " + grouped(distinct.size()) + " " + by.name + " share as well as people (two-way clustered) the odds ratio lies between " + number(std::exp(of_people.estimate - reach), rounding::down) + " and " +
         number(std::exp(of_people.estimate + reach), rounding::up) + (by.fewest() < fewest_places ? "; so few " + std::string(by.name) + " tell little of what they share" : "");
}

void add_one(trial& t, metric_id metric, const study_group& axis, std::uint32_t group, std::uint32_t against, float edge, const std::string& threshold) {
  const text_column& labels = t.rows().groups.at(axis.name);
  std::string adjusters;
  std::vector<const text_column*> columns;
  for (const std::string& one : axis.adjust_for) {
    adjusters += (adjusters.empty() ? "" : " and ") + one;
    columns.push_back(&column_of(t.rows(), one));
  }
  auto axes = t.axes();
  axes["threshold"] = threshold;
  axes[axis.name] = labels.texts[group];
  axes["against"] = labels.texts[against];
  axes["adjusted_for"] = adjusters;
  finding f = trial_finding(t, metric, finding_kind::ratio, std::move(axes));
  f.in_section = "disparity";
  f.cites = "F09, G17";
  std::map<alike, cluster_tally> cells;
  places by_deployment{&t.rows().deployment, "deployments", {}, true, {}, {}}, by_camera{&t.rows().camera, "cameras", {}, true, {}, {}};
  cluster_tally of, other;
  std::uint64_t without = 0;
  std::map<std::vector<std::uint32_t>, int> strata;
  for (std::size_t row = 0; row < t.rows().size(); ++row) {
    if (t.rows().mated[row] != (metric == fpir ? mated_status::no : mated_status::yes) || (labels.codes[row] != group && labels.codes[row] != against)) continue;
    alike cell{t.rows().person.codes[row], labels.codes[row] == group, {}};
    bool is_complete = true;
    for (const text_column* column : columns) {
      cell.levels.push_back(column->codes[row]);
      is_complete = is_complete && column->codes[row] != no_code;
    }
    if (!is_complete) { ++without; continue; }
    strata.emplace(cell.levels, 0);
    const std::uint64_t event = is_event(t, metric, row, edge) ? 1 : 0;
    cluster_tally& total = cell.of_group ? of : other;
    total.events += event;
    ++total.exposure;
    cluster_tally& tally = cells[cell];
    tally.events += event;
    ++tally.exposure;
    by_deployment.add(cell, row, event);
    by_camera.add(std::move(cell), row, event);
  }
  const std::string what = printable(labels.texts[group]) + " against " + printable(labels.texts[against]) + " with " + printable(adjusters) + " held alike";
  const auto refuse = [&](const undefined& why) {
    f.status = finding_status::not_estimable;
    f.why_not = why;
    f.sentence = what + ": not estimable. " + why.remedy;
    t.out.findings.push_back(std::move(f));
  };
  if (cells.empty())
    return refuse({undefined_reason::empty, without != 0 ? "Record " + adjusters + " of every passage." : "Record passages of people of both groups who are " + std::string(metric == tpir ? "listed." : "not listed."), std::nullopt});
  if (strata.size() > most_strata) return refuse({undefined_reason::no_fit, "Adjust for fewer or broader things: these make " + grouped(strata.size()) + " strata.", std::nullopt});
  const auto made = regress(cells, columns.size(), t.declared.level);
  if (!made) return refuse(made.error());
  const logit::coefficient& log_odds = made->first;
  ratio_value value{of, other, std::exp(log_odds.estimate), log_odds.limits, {}, {}};
  value.made.lower = std::exp(log_odds.limits.lower);
  value.made.upper = log_odds.limits.upper_unbounded() ? unbounded : std::exp(log_odds.limits.upper);
  f.status = finding_status::measured;
  f.flags |= made->second.flags;
  f.sentence = what + ": odds ratio " + number(value.point, rounding::nearest) + " (" + number(value.made.lower, rounding::down) + " to " + number(value.made.upper, rounding::up) + ")" +
               (made->second.separated ? ", by Firth's regression, because some combination has nothing but events or none" : "") + ".";
  f.notes.push_back("another question than the ratio without adjustment, which stands beside it: what is held alike here, such as light or image quality, may be the way in which the group is harmed");
  f.notes.push_back(within_strata(cells, t.declared.level));
  for (const places* by : {&by_deployment, &by_camera})
    if (const auto words = made->second.separated ? std::nullopt : two_way_words(*by, columns.size(), log_odds, t.declared.level)) {
      f.notes.push_back(*words);
      break;
    }
  if (without != 0) f.notes.push_back(grouped(without) + " passages that do not record all of these are in neither");
  f.value = std::move(value);
  t.out.findings.push_back(std::move(f));
}

} // namespace

void add_adjusted(trial& t, const study_group& axis, float edge, const std::string& threshold) {
  if (axis.adjust_for.empty()) return;
  const text_column& labels = t.rows().groups.at(axis.name);
  const auto reference = std::find(labels.texts.begin(), labels.texts.end(), axis.reference);
  if (reference == labels.texts.end()) {
    t.out.not_measured.push_back({"Adjusted differences by " + printable(axis.name), "Source " + printable(t.source.source) + ": the axis declares no reference group that passed.", "Declare group.reference.", {}});
    return;
  }
  const auto against = static_cast<std::uint32_t>(reference - labels.texts.begin());
  for (const metric_id metric : {tpir, fpir}) {
    if (!supports(t.source.kind, metric)) continue;
    for (std::uint32_t group = 0; group < labels.texts.size(); ++group)
      if (group != against) add_one(t, metric, axis, group, against, edge, threshold);
  }
}

} // namespace lfreval
