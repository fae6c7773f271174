#include <lfreval/disparity/composition.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <lfreval/intervals/binomial.hpp>

namespace lfreval::fairness {
namespace {

using numbers = std::span<const std::uint64_t>;

void require_lists(const char* function, std::size_t groups, numbers list, numbers standard) {
  if (groups == 0 || list.size() != groups || standard.size() != groups) detail::wrong_call(function, "list", "and standard are not of as many groups as the rates");
  for (const numbers& one : {list, standard}) {
    std::uint64_t entries = 0;
    for (const std::uint64_t n : one) {
      detail::require_count(function, "entries", n);
      entries += n;
    }
    if (entries == 0) detail::wrong_call(function, "list", "or standard holds nobody");
  }
}

/// 1 - prod (1 - f_h)^N_h.
double projected_rate(const std::vector<double>& rates, numbers list) {
  double log_none = 0.0;
  for (std::size_t h = 0; h < rates.size(); ++h)
    if (list[h] > 0) log_none += static_cast<double>(list[h]) * std::log1p(-rates[h]);
  return -std::expm1(log_none);
}

/// Events and comparisons of both groups by list group, as real numbers.
struct matrix {
  std::array<std::vector<double>, 2> events, comparisons;

  explicit matrix(std::size_t groups) {
    for (std::size_t g = 0; g < 2; ++g) {
      events[g].assign(groups, 0.0);
      comparisons[g].assign(groups, 0.0);
    }
  }

  [[nodiscard]] std::vector<double> rates(std::size_t g) const {
    std::vector<double> out;
    for (std::size_t h = 0; h < events[g].size(); ++h) out.push_back(events[g][h] / comparisons[g][h]);
    return out;
  }
};

/// The logarithms of the ratio in use, of the standardised one, and of what lies between them.
using logs = std::array<double, 3>;

logs log_ratios(const std::vector<double>& group, const std::vector<double>& reference, numbers list, numbers standard) {
  const double used = std::log(projected_rate(group, list) / projected_rate(reference, list));
  const double other = std::log(projected_rate(group, standard) / projected_rate(reference, standard));
  return {used, other, used - other};
}

composition_effect effect_of(const logs& of) { return {std::exp(of[0]), std::exp(of[1]), of[2]}; }

/// Sums of squared distances from the mean, of each of the three logarithms, times (n - 1) / n.
class jackknife {
public:
  void add(const logs& without) { values_.push_back(without); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

  [[nodiscard]] double variance(std::size_t of) const {
    const auto n = static_cast<double>(values_.size());
    double mean = 0.0, squares = 0.0;
    for (const logs& v : values_) mean += v[of] / n;
    for (const logs& v : values_) squares += (v[of] - mean) * (v[of] - mean);
    return (n - 1.0) / n * squares;
  }

private:
  std::vector<logs> values_;
};

/// What a person, an entry or a pair contributed to each cell.
using contribution = std::map<std::pair<std::size_t, std::size_t>, std::pair<double, double>>;

void add(contribution& to, const pair_count& one) {
  auto& sum = to[{one.of_reference ? 1U : 0U, one.list_group}];
  sum.first += static_cast<double>(one.false_matches);
  sum.second += static_cast<double>(one.comparisons);
}

tl::unexpected<undefined> too_few_events() {
  return detail::no_value(undefined_reason::few_effective_events, "Too few false matches, or all from one person or entry: use the interval from counts.");
}

} // namespace

estimable<composition_effect> composition_standardised(std::span<const double> group, std::span<const double> reference, numbers list, numbers standard) {
  constexpr const char* name = "fairness::composition_standardised";
  if (group.size() != reference.size()) detail::wrong_call(name, "reference", "does not hold as many rates as group");
  require_lists(name, group.size(), list, standard);
  const std::vector<double> first(group.begin(), group.end()), second(reference.begin(), reference.end());
  for (const auto* rates : {&first, &second})
    for (const double f : *rates)
      if (!(f >= 0.0 && f < 1.0)) detail::wrong_call(name, "rates", "hold one outside [0, 1)");
  for (const auto* rates : {&first, &second})
    if (projected_rate(*rates, list) == 0.0 || projected_rate(*rates, standard) == 0.0)
      return detail::no_value(undefined_reason::no_events, "A group has no false match: show the limits of each rate.", 0.0, unbounded);
  return effect_of(log_ratios(first, second, list, standard));
}

estimable<composed_disparity> compose(std::span<const match_count> group, std::span<const match_count> reference, numbers list, numbers standard,
                                      confidence level) {
  constexpr const char* name = "fairness::compose";
  if (group.size() != reference.size()) detail::wrong_call(name, "reference", "does not hold as many cells as group");
  require_lists(name, group.size(), list, standard);
  composed_disparity out;
  out.flags |= flag::assumes_independence;
  out.fewest_events = largest_count;
  const confidence each = confidence::checked(1.0 - level.alpha() / static_cast<double>(2 * group.size()));
  std::array<std::vector<double>, 2> lower, upper;
  matrix sums(group.size());
  double events = 0.0;
  for (std::size_t g = 0; g < 2; ++g) {
    const auto cells = g == 0 ? group : reference;
    for (std::size_t h = 0; h < cells.size(); ++h) {
      detail::require_trials(name, cells[h].false_matches, cells[h].comparisons);
      if (cells[h].comparisons == 0)
        return detail::no_value(undefined_reason::empty, "A cell has no comparison: record some, or merge groups of the list.", 0.0, unbounded);
      const interval limits = binomial::clopper_pearson(cells[h].false_matches, cells[h].comparisons, each).value();
      lower[g].push_back(limits.lower);
      upper[g].push_back(limits.upper);
      sums.events[g][h] = static_cast<double>(cells[h].false_matches);
      sums.comparisons[g][h] = static_cast<double>(cells[h].comparisons);
      events += sums.events[g][h];
      out.fewest_events = std::min(out.fewest_events, cells[h].false_matches);
    }
  }
  if (events == 0.0)
    return detail::no_value(undefined_reason::no_events, "Neither group has a false match: show the limits of each rate.", 0.0, unbounded);
  const auto box = [&](numbers on) -> interval {
    const double low = projected_rate(lower[1], on);
    return {projected_rate(lower[0], on) / projected_rate(upper[1], on), low == 0.0 ? unbounded : projected_rate(upper[0], on) / low, level,
            interval_method::assumption_box, sides::two};
  };
  out.operational = box(list);
  out.standardised = box(standard);
  if (out.fewest_events >= fewest_events_of_a_cell) out.parts = effect_of(log_ratios(sums.rates(0), sums.rates(1), list, standard));
  return out;
}

estimable<composed_disparity> compose(std::span<const pair_count> given, numbers list, numbers standard, confidence level) {
  constexpr const char* name = "fairness::compose";
  require_lists(name, list.size(), list, standard);
  std::vector<pair_count> pairs(given.begin(), given.end());
  std::sort(pairs.begin(), pairs.end());
  matrix sums(list.size());
  std::map<std::pair<std::size_t, std::uint64_t>, contribution> persons, entries;
  std::map<std::tuple<bool, std::uint64_t, std::uint32_t, std::uint64_t>, contribution> both;
  for (const pair_count& one : pairs) {
    detail::require_trials(name, one.false_matches, one.comparisons);
    if (one.list_group >= list.size()) detail::wrong_call(name, "pairs", "name a group beyond the list");
    const std::size_t g = one.of_reference ? 1 : 0;
    sums.events[g][one.list_group] += static_cast<double>(one.false_matches);
    sums.comparisons[g][one.list_group] += static_cast<double>(one.comparisons);
    add(persons[{g, one.person}], one);
    add(entries[{one.list_group, one.entry}], one);
    if (one.false_matches > 0) add(both[{one.of_reference, one.person, one.list_group, one.entry}], one);
  }
  composed_disparity out;
  double fewest = unbounded;
  for (std::size_t g = 0; g < 2; ++g) {
    double events = 0.0;
    for (std::size_t h = 0; h < list.size(); ++h) {
      if (sums.comparisons[g][h] == 0.0)
        return detail::no_value(undefined_reason::empty, "A cell has no comparison: record some, or merge groups of the list.", 0.0, unbounded);
      fewest = std::min(fewest, sums.events[g][h]);
      events += sums.events[g][h];
    }
    if (events < static_cast<double>(fewest_events_of_a_cell)) return too_few_events();
  }
  out.fewest_events = static_cast<std::uint64_t>(fewest);

  const logs whole = log_ratios(sums.rates(0), sums.rates(1), list, standard);
  for (const double one : whole)
    if (!std::isfinite(one)) return too_few_events(); // a list without the only group that anybody was mistaken for
  bool lost = false;
  const auto without = [&](const contribution& some) {
    matrix left = sums;
    for (const auto& [cell, amount] : some) {
      left.events[cell.first][cell.second] -= amount.first;
      left.comparisons[cell.first][cell.second] -= amount.second;
      lost = lost || left.comparisons[cell.first][cell.second] <= 0.0;
    }
    const logs found = lost ? whole : log_ratios(left.rates(0), left.rates(1), list, standard);
    for (const double one : found) lost = lost || !std::isfinite(one);
    return found;
  };
  std::vector<jackknife> of_persons(2), of_entries(list.size());
  for (const auto& [key, some] : persons) of_persons[key.first].add(without(some));
  for (const auto& [key, some] : entries) of_entries[key.first].add(without(some));
  logs pair_squares{};
  for (const auto& one : both) {
    const logs found = without(one.second);
    for (std::size_t k = 0; k < 3; ++k) pair_squares[k] += (found[k] - whole[k]) * (found[k] - whole[k]);
  }
  for (const auto* groups : {&of_persons, &of_entries})
    for (const jackknife& one : *groups)
      if (one.size() < 2) return detail::no_value(undefined_reason::one_cluster, "Record a second person in each group and a second entry in each group of the list.");
  if (lost) return too_few_events();

  const double degrees = std::min(static_cast<double>(persons.size()) - 2.0, static_cast<double>(entries.size()) - static_cast<double>(list.size()));
  const double t = distribution::student_t_upper_quantile(level.alpha() / 2.0, degrees);
  const auto limits = [&](std::size_t k) -> interval {
    double by_person = 0.0, by_entry = 0.0;
    for (const jackknife& one : of_persons) by_person += one.variance(k);
    for (const jackknife& one : of_entries) by_entry += one.variance(k);
    double variance = by_person + by_entry - pair_squares[k];
    if (variance < std::max(by_person, by_entry)) {
      variance = std::max(by_person, by_entry);
      out.flags |= flag::nonpsd_guard;
    }
    const double reach = t * std::sqrt(variance);
    return {std::exp(whole[k] - reach), std::exp(whole[k] + reach), level, interval_method::log_jackknife, sides::two};
  };
  out.operational = limits(0);
  out.standardised = limits(1);
  out.factor = limits(2);
  if (out.fewest_events >= fewest_events_of_a_cell) out.parts = effect_of(whole);
  if (degrees < 9.0) out.flags |= flag::few_clusters;
  return out;
}

} // namespace lfreval::fairness
