#include <lfreval/disparity/shrinkage.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>
#include <utility>

#include <lfreval/detail/watch.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "disparity/draws.hpp"
#include "series/heterogeneity.hpp"
#include "series/negative_binomial_likelihood.hpp"

namespace lfreval::fairness {
namespace {

using counts = std::vector<double>;

/// The population that groups are drawn from: the mean of each, and how far they scatter around it.
struct population {
  counts means;
  double squared_cv = 0.0, log_likelihood = 0.0;
};

/// The mean of each group from the counts of all; nothing where the counts do not say.
using mean_model = std::function<std::optional<counts>(const counts& events)>;

std::optional<population> fit(const counts& events, const counts& exposure, const mean_model& means_of) {
  std::optional<counts> means = means_of(events);
  if (!means) return std::nullopt;
  std::vector<detail::negative_binomial_likelihood::row> rows;
  double total = 0.0, expected = 0.0;
  for (std::size_t g = 0; g < events.size(); ++g) {
    if (exposure[g] == 0.0) continue;
    rows.push_back({events[g], exposure[g] * (*means)[g]});
    total += events[g];
    expected += rows.back().exposure;
  }
  const detail::negative_binomial_likelihood likelihood(std::move(rows), total / expected);
  const detail::heterogeneity_found best = detail::fit_heterogeneity(likelihood);
  population out{*means, best.theta, best.log_likelihood};
  for (double& m : out.means) m *= best.mean;
  return out;
}

/// P(rate <= value) in the posterior of one group; a step at the mean where groups do not differ.
double posterior_below(const population& from, std::size_t g, double events, double exposure, double value) {
  if (from.squared_cv == 0.0) return value >= from.means[g] ? 1.0 : 0.0;
  const double shape = 1.0 / from.squared_cv;
  return distribution::gamma_below(shape + events, value * (shape / from.means[g] + exposure));
}

double posterior_quantile(const population& from, std::size_t g, double events, double exposure, double q) {
  if (from.squared_cv == 0.0) return from.means[g];
  const double shape = 1.0 / from.squared_cv;
  return distribution::gamma_lower_quantile(shape + events, q) / (shape / from.means[g] + exposure);
}

/// The quantile of the mixture, by bisection: where refits found no heterogeneity the mixture has steps.
double mixed_quantile(const std::vector<population>& refits, std::size_t g, double events, double exposure, double q) {
  double low = unbounded, high = 0.0;
  for (const population& one : refits) {
    const double at = posterior_quantile(one, g, events, exposure, q);
    low = std::min(low, at);
    high = std::max(high, at);
  }
  for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
    const double middle = 0.5 * (low + high);
    double below = 0.0;
    for (const population& one : refits) below += posterior_below(one, g, events, exposure, middle);
    (below >= q * static_cast<double>(refits.size()) ? high : low) = middle;
  }
  return high;
}

/// Counts of a trial like this one, from the fitted population.
counts simulate(const population& from, const counts& exposure, std::uint32_t replicate, const shrinkage_options& how) {
  counts out;
  for (std::size_t g = 0; g < exposure.size(); ++g) {
    const auto place = static_cast<std::uint32_t>(g);
    double rate = from.means[g];
    if (from.squared_cv > 0.0) {
      const double u = detail::uniform_draw(place, 1, replicate, how.stream, how.seed);
      rate *= distribution::gamma_lower_quantile(1.0 / from.squared_cv, u) * from.squared_cv;
    }
    out.push_back(detail::draw_poisson(rate * exposure[g], detail::uniform_draw(place, 2, replicate, how.stream, how.seed)));
  }
  return out;
}

estimable<shrinkage> shrink(const char* function, std::span<const group_count> groups, confidence level, const shrinkage_options& how,
                            const mean_model& means_of) {
  if (how.replicates < 20) detail::wrong_call(function, "replicates", "are fewer than 20");
  if (how.target_rate && !(std::isfinite(*how.target_rate) && *how.target_rate > 0.0))
    detail::wrong_call(function, "target_rate", "is not finite and above 0");
  counts events, exposure;
  for (const group_count& g : groups) {
    events.push_back(static_cast<double>(g.events));
    exposure.push_back(g.exposure);
  }
  const auto found = fit(events, exposure, means_of);
  if (!found)
    return detail::no_value(undefined_reason::no_events, "A row or a column has no event: merge it with another one.");

  shrinkage out;
  out.squared_cv = found->squared_cv;
  out.log_likelihood = found->log_likelihood;
  out.no_heterogeneity = found->squared_cv == 0.0;
  out.replicates = how.replicates;
  std::vector<population> refits;
  for (std::uint32_t replicate = 0; replicate < how.replicates; ++replicate) {
    detail::stop_if_asked();
    auto again = fit(simulate(*found, exposure, replicate, how), exposure, means_of);
    if (again) refits.push_back(std::move(*again)); else ++out.without_events;
  }
  if (static_cast<double>(out.without_events) > 0.01 * static_cast<double>(how.replicates))
    return detail::no_value(undefined_reason::empty_replicates,
                            "So few events that trials like this one often have none in some group: use exact limits of each rate.");
  for (std::size_t g = 0; g < groups.size(); ++g) {
    shrunken_rate one{groups[g], std::nullopt, found->means[g], {}};
    const double shape = out.no_heterogeneity ? 0.0 : 1.0 / found->squared_cv;
    if (!how.target_rate || exposure[g] >= 3.0 / *how.target_rate)
      one.rate = out.no_heterogeneity ? found->means[g] : (shape + events[g]) / (shape / found->means[g] + exposure[g]);
    one.limits = detail::bounded(level, interval_method::shrinkage_bootstrap, sides::two, unbounded,
                                 [&](double q) { return mixed_quantile(refits, g, events[g], exposure[g], q); },
                                 [&](double q) { return mixed_quantile(refits, g, events[g], exposure[g], 1.0 - q); });
    out.groups.push_back(one);
  }
  return out;
}

/// Why there is nothing to shrink, if so.
std::optional<undefined> nothing_to_shrink(const char* function, std::span<const group_count> groups) {
  std::size_t known = 0;
  double events = 0.0;
  for (const group_count& g : groups) {
    detail::require_count(function, "events", g.events);
    detail::require_exposure(function, "exposure", g.exposure, static_cast<double>(g.events));
    known += g.exposure > 0.0 ? 1U : 0U;
    events += static_cast<double>(g.events);
  }
  if (known < 2) return undefined{undefined_reason::empty, "Record some exposure in at least two groups.", std::nullopt};
  if (events == 0.0) return undefined{undefined_reason::no_events, "Collect until an event happens; bound each rate by itself until then.", std::nullopt};
  return std::nullopt;
}

} // namespace

estimable<shrinkage> empirical_bayes_gamma_poisson(std::span<const group_count> groups, confidence level, const shrinkage_options& how) {
  constexpr const char* name = "fairness::empirical_bayes_gamma_poisson";
  if (auto why = nothing_to_shrink(name, groups)) return tl::unexpected(*why);
  // In canonical order, so that the draws do not depend on the given one.
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(groups[a].exposure, groups[a].events) < std::tie(groups[b].exposure, groups[b].events);
  });
  std::vector<group_count> sorted;
  for (const std::size_t g : order) sorted.push_back(groups[g]);
  const auto common = [&](const counts& events) -> std::optional<counts> {
    double all = 0.0, exposure = 0.0;
    for (std::size_t g = 0; g < sorted.size(); ++g) {
      all += events[g];
      exposure += sorted[g].exposure;
    }
    if (all == 0.0) return std::nullopt;
    return counts(sorted.size(), all / exposure);
  };
  auto out = shrink(name, sorted, level, how, common);
  if (!out) return out;
  if (!out->no_heterogeneity) {
    out->shape = 1.0 / out->squared_cv;
    out->rate = *out->shape / out->groups.front().towards;
  }
  std::vector<shrunken_rate> as_given(groups.size());
  for (std::size_t i = 0; i < order.size(); ++i) as_given[order[i]] = out->groups[i];
  out->groups = std::move(as_given);
  return out;
}

estimable<shrinkage> intersectional_shrinkage(std::span<const group_count> cells, std::size_t rows, confidence level,
                                              const shrinkage_options& how) {
  constexpr const char* name = "fairness::intersectional_shrinkage";
  if (rows < 2 || cells.size() % rows != 0 || cells.size() / rows < 2)
    detail::wrong_call(name, "cells", "are not at least two rows of at least two columns");
  if (auto why = nothing_to_shrink(name, cells)) return tl::unexpected(*why);
  const std::size_t columns = cells.size() / rows;
  const auto main_effects = [&](const counts& events) -> std::optional<counts> {
    counts row(rows, 0.0), column(columns, 0.0), of_row(rows, 1.0), of_column(columns, 1.0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row[i / columns] += events[i];
      column[i % columns] += events[i];
    }
    for (const double margin : row) if (margin == 0.0) return std::nullopt;
    for (const double margin : column) if (margin == 0.0) return std::nullopt;
    // The likelihood equations of rows and of columns in turn: expected margins equal to observed ones.
    for (int step = 0; step < 1000; ++step) {
      double moved = 0.0;
      for (std::size_t g = 0; g < rows; ++g) {
        double expected = 0.0;
        for (std::size_t h = 0; h < columns; ++h) expected += cells[g * columns + h].exposure * of_column[h];
        of_row[g] = row[g] / expected;
      }
      for (std::size_t h = 0; h < columns; ++h) {
        double expected = 0.0;
        for (std::size_t g = 0; g < rows; ++g) expected += cells[g * columns + h].exposure * of_row[g];
        const double now = column[h] / expected;
        moved = std::max(moved, std::fabs(now - of_column[h]) / now);
        of_column[h] = now;
      }
      if (moved < 1e-13) break;
    }
    counts out;
    for (std::size_t i = 0; i < cells.size(); ++i) out.push_back(of_row[i / columns] * of_column[i % columns]);
    return out;
  };
  return shrink(name, cells, level, how, main_effects);
}

} // namespace lfreval::fairness
