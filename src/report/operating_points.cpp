#include <algorithm>

#include <lfreval/counts/person_tallies.hpp>
#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/proportionality/pareto.hpp>
#include <lfreval/types/number.hpp>

#include "report/decision_findings.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr std::uint32_t replicates = 1000;

std::optional<bootstrap::curve_replicates> drawn_of(const trial& t, const threshold_grid& grid, metric_id metric) {
  constexpr double most_additions = 1e10; // some seconds on one core
  const auto rows = rows_of_curve(t.rows(), t.all, 0, metric, grid, t.rule, t.threads);
  if (!rows || static_cast<double>(rows->bins.size()) * replicates > most_additions) return std::nullopt;
  std::vector<std::uint64_t> entities;
  std::vector<std::uint32_t> exposure;
  for (const std::uint32_t person : rows->persons_seen) entities.push_back(bootstrap::entity_of(t.rows().person.texts[person]));
  for (const std::uint64_t total : rows->totals) exposure.push_back(static_cast<std::uint32_t>(total));
  bootstrap::replicate_plan plan;
  plan.replicates = replicates;
  plan.from.seed = t.declared.seed;
  plan.threads = t.threads;
  return bootstrap::curve_bootstrap({entities, rows->first, rows->bins, exposure, static_cast<std::uint32_t>(rows->thresholds)}, plan);
}

} // namespace

void add_operating_points(trial& t) {
  constexpr metric_id tpir = metric_id::true_positive_identification_rate, fpir = metric_id::false_positive_identification_rate;
  constexpr std::size_t most_thresholds = 2000;
  if (!t.declared.grid || !supports(t.source.kind, tpir) || !supports(t.source.kind, fpir)) return;
  const double one = t.compared(t.declared.grid->from), other = t.compared(t.declared.grid->to);
  const auto grid = decimal_grid(std::min(one, other), std::max(one, other), t.declared.grid->step);
  if (!grid || grid->size() > most_thresholds) return;
  const auto found = drawn_of(t, *grid, tpir), wrong = drawn_of(t, *grid, fpir);
  if (!found || !wrong || found->observed_exposure == 0 || wrong->observed_exposure == 0) return;
  const std::size_t points = grid->size();
  decision::replicated_points all;
  all.points = points;
  all.asked = replicates;
  const auto rate = [](std::uint64_t events, std::uint64_t exposure) { return static_cast<double>(events) / static_cast<double>(exposure); };
  for (std::size_t k = 0; k < points; ++k) all.observed.push_back({rate(wrong->observed[k], wrong->observed_exposure), rate(found->observed[k], found->observed_exposure)});
  for (std::uint32_t r = 0; r < replicates; ++r) {
    if (found->exposure[r] == 0 || wrong->exposure[r] == 0) continue; // met nobody
    for (std::uint32_t k = 1; k <= points; ++k) all.drawn.push_back({rate(wrong->events_at(k)[r], wrong->exposure[r]), rate(found->events_at(k)[r], found->exposure[r])});
  }
  if (all.replicates() == 0) return;
  const decision::front_certainty sure = decision::certainty_of_front(all);
  std::vector<std::optional<double>> thresholds, inclusion;
  std::vector<std::optional<std::uint64_t>> alerted, nonmated, identified, mated, on_front;
  for (std::size_t k = 0; k < points; ++k) {
    thresholds.emplace_back(t.compared(as_written(grid->declared()[k].value())));
    alerted.emplace_back(wrong->observed[k]);
    nonmated.emplace_back(wrong->observed_exposure);
    identified.emplace_back(found->observed[k]);
    mated.emplace_back(found->observed_exposure);
    on_front.emplace_back(std::binary_search(sure.front.begin(), sure.front.end(), k) ? 1 : 0);
    inclusion.emplace_back(sure.inclusion[k]);
  }
  curve c;
  c.name = curve_name("operating_points_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system));
  c.meaning = "thresholds of the declared grid: listed people found against people alerted without being listed, and whether no other threshold has more of the one and no more of the other; share_on_front is the share of " +
              std::to_string(replicates) + " resampled trials in which that holds. Which of these to work at is a judgement of value, and is not made here";
  c.columns = {{"threshold", thresholds}, {"nonmated_with_alert", alerted}, {"nonmated", nonmated}, {"identified", identified}, {"mated", mated}, {"on_front", on_front}, {"share_on_front", inclusion}};
  t.out.curves.push_back(std::move(c));
}

} // namespace lfreval
