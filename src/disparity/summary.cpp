#include <lfreval/disparity/summary.hpp>

#include <cmath>
#include <vector>

#include <lfreval/disparity/index_appendix.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/series/meta.hpp>

namespace lfreval::fairness {

estimable<between_groups> dl_tau_log_rates(std::span<const group_count> groups) {
  std::vector<meta::study_effect> effects;
  for (const group_count& g : groups) {
    if (g.exposure == 0.0 && g.events == 0) continue;
    const auto one = meta::log_rate(g.events, g.exposure);
    if (!one)
      return detail::no_value(undefined_reason::no_events, "A group has fewer than 5 events: use the spread of the shrunken rates.");
    effects.push_back(*one);
  }
  if (effects.size() < 2) return detail::no_value(undefined_reason::empty, "Record some exposure in at least two groups.");
  const auto pooled = meta::dersimonian_laird(effects, confidence{0.95}).value(); // its limits are not used
  return between_groups{pooled.heterogeneity, pooled.q_p_value, pooled.between_variance, std::sqrt(pooled.between_variance)};
}

group_summary summarise(std::span<const group_count> groups, confidence level, const null_options& how) {
  std::vector<double> rates;
  group_summary out{max_over_min_projection_ci(groups, level), max_over_min_given_total(groups, how), 0.0, dl_tau_log_rates(groups)};
  out.groups = groups.size();
  for (const group_count& g : groups) {
    out.events += g.events;
    if (g.exposure == 0.0) {
      ++out.without_exposure;
      continue;
    }
    out.without_events += g.events == 0 ? 1U : 0U;
    rates.push_back(static_cast<double>(g.events) / g.exposure);
  }
  out.max_over_geomean = max_over_geomean(rates);
  return out;
}

} // namespace lfreval::fairness
