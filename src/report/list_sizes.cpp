#include "report/list_sizes.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/identification/list_projection.hpp>
#include <lfreval/identification/tail.hpp>
#include <lfreval/identification/watchlist_interval.hpp>
#include <lfreval/types/number.hpp>

#include "report/rate_task.hpp"
#include "report/sentences.hpp"

namespace lfreval {
namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate;
/// Of the operational list, that a tested list should at least have: NIST SP 800-63-4.
constexpr double least_share = 0.9;

/// How many persons each non-mated passage reached: at least, and at most where the log keeps no more candidates.
struct reached {
  std::vector<identification::passage_hits> fewest, most;
  bool cut_off = false;
};

reached hits_of(const trial& t, float edge, std::uint64_t list) {
  reached out;
  const passage_table& rows = t.rows();
  const std::vector<std::uint32_t>* known = nullptr;
  std::size_t column = 0;
  if (t.searched != nullptr)
    for (; column < t.searched_at.size(); ++column)
      if (t.searched_at[column] == edge) { known = &t.searched->hits; break; }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.mated[i] != mated_status::no) continue;
    const std::uint64_t person = rows.person.codes[i];
    std::uint64_t least = rows.top_score[i] >= edge ? 1 : 0, most = least;
    if (known != nullptr) {
      least = most = (*known)[i * t.searched->thresholds + column];
    } else if (least == 1) {
      const bool second = !rows.second_score.empty() && rows.second_score[i] >= edge;
      least = second ? 2 : 1;
      most = second || rows.second_score.empty() ? list : 1;
    }
    out.cut_off = out.cut_off || most > least;
    out.fewest.push_back({person, std::min(least, list)});
    out.most.push_back({person, most});
  }
  return out;
}

finding projection_of(const trial& t, std::uint64_t persons, const finding& measured) {
  auto axes = measured.axes;
  axes["list_in_use"] = std::to_string(persons);
  finding f = trial_finding(t, fpir, finding_kind::projection, std::move(axes));
  f.status = finding_status::projected;
  f.flags |= flag::gallery_invariance_unknown;
  return f;
}

/// The sizes that a reader may choose between: parts of the list that was searched, and the list in use.
std::set<std::uint64_t> sizes_told(std::uint64_t searched, const std::optional<std::uint64_t>& in_use) {
  constexpr std::uint64_t fewest = 10; // the rate on a list of a few people is nobody's question
  std::set<std::uint64_t> out;
  for (const std::uint64_t part : {10U, 4U, 2U})
    if (searched / part >= fewest) out.insert(searched / part);
  if (in_use) out.insert(*in_use);
  out.erase(searched);
  return out;
}

struct rate_on_list {
  std::optional<double> point, lower, upper;
};

/// On a random part of the list searched; without a point where the log keeps too few candidates for one.
rate_on_list counted_on(const reached& hits, const identification::drawn_list& list, confidence level) {
  const auto low = identification::sub_watchlist_ci(hits.fewest, list, level);
  const auto high = hits.cut_off ? identification::sub_watchlist_ci(hits.most, list, level) : low;
  if (!low || !high) return {};
  return {hits.cut_off ? std::nullopt : std::optional(low->point), low->limits.lower, high->limits.upper};
}

const std::vector<std::optional<double>>* column_of(const curve& c, std::string_view name) {
  for (const curve::column& one : c.columns)
    if (one.name == name) return std::get_if<std::vector<std::optional<double>>>(&one.values);
  return nullptr;
}

} // namespace

void add_list_sizes(trial& t, const threshold_grid& grid, const curve& whole) {
  constexpr double most_passes = 2e8; // rows read, all thresholds and sizes together: some seconds on one core
  if (!supports(t.source.kind, fpir) || !t.log.watchlist_persons || *t.log.watchlist_persons == 0) return;
  const std::uint64_t searched = *t.log.watchlist_persons;
  const std::set<std::uint64_t> sizes = sizes_told(searched, t.declared.operational_persons);
  const auto *lower = column_of(whole, "false_positive_identification_rate_interval_lower"), *upper = column_of(whole, "false_positive_identification_rate_interval_upper");
  if (sizes.empty() || lower == nullptr || upper == nullptr || static_cast<double>(t.rows().size() * grid.size() * sizes.size()) > most_passes) return;
  std::vector<rate_on_list> rates(sizes.size() * grid.size());
  detail::parallel_for(grid.size(), t.threads, [&](std::size_t at) {
    const reached hits = hits_of(t, grid.edges()[at], searched);
    std::uint64_t alerted = 0;
    for (const identification::passage_hits& one : hits.fewest) alerted += one.hits > 0 ? 1 : 0;
    std::size_t row = at;
    for (const std::uint64_t size : sizes) {
      if (size < searched) rates[row] = counted_on(hits, {size, searched}, t.declared.level);
      else if (!hits.fewest.empty() && (*lower)[at] && (*upper)[at]) {
        const auto scaled = [&](double share) { return identification::power_scaling(identification::false_positive_identification_rate(share), searched, size).rate.value(); };
        rates[row] = {scaled(static_cast<double>(alerted) / static_cast<double>(hits.fewest.size())), scaled(*(*lower)[at]), scaled(*(*upper)[at])};
      }
      row += grid.size();
    }
  });
  std::vector<std::optional<double>> thresholds, points, lowest, highest;
  std::vector<std::optional<std::uint64_t>> listed;
  std::vector<std::string> status;
  std::size_t row = 0;
  for (const std::uint64_t size : sizes)
    for (std::size_t at = 0; at < grid.size(); ++at, ++row) {
      thresholds.emplace_back(t.compared(as_written(grid.declared()[at].value())));
      listed.emplace_back(size);
      status.emplace_back(size < searched ? "counted" : "projected");
      points.push_back(rates[row].point);
      lowest.push_back(rates[row].lower);
      highest.push_back(rates[row].upper);
    }
  t.out.curves.push_back({curve_name("list_sizes_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system)),
                          "The false positive identification rate on lists of other sizes than the " + grouped(searched) + " persons searched. Counted: averaged over all random parts of that list of so many persons, without a model; where a passage reached more "
                          "persons than the log keeps, the limits take it either way and there is no estimate. Projected: as if all passers were alike, which nobody measured. Both hold if a score does not depend on who else is on the list.",
                          {{"watchlist_persons", listed}, {"status", status}, {"threshold", thresholds}, {"false_positive_identification_rate", points}, {"lower", lowest}, {"upper", highest}}});
}

void add_list_in_use(trial& t, const threshold_grid& grid, std::size_t at, const std::string& name, const finding& measured) {
  if (!t.declared.operational_persons || !t.log.watchlist_persons || *t.log.watchlist_persons == 0) return;
  const auto* rate = std::get_if<estimate>(&measured.value);
  if (rate == nullptr) return;
  const std::uint64_t searched = *t.log.watchlist_persons, used = *t.declared.operational_persons;
  finding f = projection_of(t, used, measured);
  projection_value p;
  p.from = {measured.key};
  p.quantity = "watchlist_persons";
  p.low = p.high = static_cast<double>(used);
  p.at = static_cast<double>(used);
  const std::string on = "On a list of " + grouped(used) + " persons at threshold " + name;
  if (used <= searched) {
    const reached hits = hits_of(t, grid.edges()[at], searched);
    const auto low = identification::sub_watchlist_ci(hits.fewest, {used, searched}, t.declared.level);
    const auto high = hits.cut_off ? identification::sub_watchlist_ci(hits.most, {used, searched}, t.declared.level) : low;
    if (!low || !high) { t.out.findings.push_back(not_estimable(std::move(f), low ? high.error() : low.error())); return; }
    p.reason = "a random part of the " + grouped(searched) + " persons searched, averaged over all such parts; counted, not modelled";
    if (!hits.cut_off) p.point = low->point;
    p.made = low->limits;
    p.made.upper = high->limits.upper;
    const std::string limits = share_words(p.made.lower, rounding::down) + " to " + share_words(p.made.upper, rounding::up);
    f.sentence = on + ", drawn from the " + grouped(searched) + " searched: " +
                 (p.point ? share_words(*p.point, rounding::nearest) + " (" + limits + ")" : share_words(low->point, rounding::down) + " to " + share_words(high->point, rounding::up) + "; limits " + limits) + " of the passages by people not listed.";
    if (hits.cut_off) f.notes.push_back("passages that reached more persons than the log keeps are taken either way: keep longer candidate lists");
  } else {
    const auto scaled = [&](double share) { return identification::power_scaling(identification::false_positive_identification_rate(share), searched, used).rate.value(); };
    p.reason = "a model: as if all passers were alike";
    p.point = scaled(rate->point);
    p.made = rate->headline;
    p.made.lower = scaled(rate->headline.lower);
    p.made.upper = scaled(rate->headline.upper);
    p.made.method = interval_method::assumption_box;
    f.sentence = on + ", as if all passers were alike: " + share_words(*p.point, rounding::nearest) + " (" + share_words(p.made.lower, rounding::down) + " to " + share_words(p.made.upper, rounding::up) + ") of the passages by people not listed; only " +
                 grouped(searched) + " persons were searched.";
    f.notes.push_back(std::string(identification::power_scaling(identification::false_positive_identification_rate(rate->point), searched, used).if_passers_differ()));
    const double share = static_cast<double>(searched) / static_cast<double>(used);
    if (share < least_share)
      f.notes.push_back("the list searched has " + percent_words(share, rounding::down) + " of the persons of the list in use: NIST SP 800-63-4 asks for at least 90 %; search a list as long as that in use");
  }
  f.notes.push_back("holds if a score does not depend on who else is on the list, which was neither stated nor checked");
  f.value = std::move(p);
  t.out.findings.push_back(std::move(f));
}

void add_extrapolated_threshold(trial& t, const limit& one, std::span<const identification::person_passage> nonmated) {
  const identification::score_steps highest = identification::one_passage_each(nonmated, t.declared.seed);
  auto axes = t.axes();
  axes["limit"] = limit_value(one);
  finding f = trial_finding(t, fpir, finding_kind::projection, std::move(axes));
  f.metric = "extrapolated_threshold";
  f.key = finding_key(f.metric, f.axes);
  f.status = finding_status::projected;
  f.flags |= flag::extrapolated;
  identification::tail_request how;
  how.level = t.declared.level;
  how.seed = t.declared.seed;
  // A tenth of the people, and from 50 to 500 of them: fewer hardly make a tail, more are not its end.
  const std::uint64_t exceedances = std::clamp<std::uint64_t>(highest.passages() / 10, identification::enough_exceedances, 500);
  const auto start = identification::start_of_tail(highest, exceedances);
  if (!start) return;
  how.above = *start;
  if (t.system != nullptr) how.highest_possible = t.system->is_distance ? -t.system->lowest_score : t.system->highest_score;
  const auto found = identification::extrapolate_threshold(highest, one.value(), how);
  if (!found) {
    // The guarantee says what to record; a refused model adds that it would not help.
    f.status = finding_status::not_estimable;
    f.why_not = found.error();
    f.sentence = "No threshold by a model of the highest scores either: " + found.error().remedy;
    t.out.findings.push_back(std::move(f));
    return;
  }
  projection_value p;
  p.quantity = "share_of_passages";
  p.low = p.high = one.value();
  p.at = one.value();
  p.reason = std::string(identification::standing_of_extrapolations) + ": a generalised Pareto tail of one passage of each person";
  p.point = t.compared(found->level);
  p.made = found->limits;
  if (t.system != nullptr && t.system->is_distance) { p.made.lower = t.compared(found->limits.upper); p.made.upper = t.compared(found->limits.lower); }
  f.flags |= found->flags;
  f.sentence = "Projected from the " + grouped(found->exceedances) + " highest of " + grouped(found->persons) + " persons: a passage in " + grouped(one.exposure) + " (" + grouped(one.events) + ") would reach " + significant(*p.point, 5, rounding::nearest) + " (" +
               significant(p.made.lower, 5, rounding::down) + " to " + significant(p.made.upper, 5, rounding::up) + "). No guarantee.";
  f.notes.push_back("a method that no standard gives for searches of a list (ISO/IEC 5152:2024 leaves them out); p value of the fit " + significant(found->check.p_value, 2, rounding::nearest));
  f.value = std::move(p);
  t.out.findings.push_back(std::move(f));
}

} // namespace lfreval
