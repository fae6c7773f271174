#include "report/heterogeneity.hpp"

#include <algorithm>

#include <lfreval/counts/strata.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/leave_one_out.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/series/overdispersion.hpp>

#include "report/sentences.hpp"

namespace lfreval {

std::optional<heterogeneity> spread_of(const deployment_series& series, const std::vector<cluster_tally>& clusters,
                                       const std::vector<const deployment_record*>& contributors, metric_id metric, confidence level) {
  const auto phi = overdispersion::pearson(clusters);
  if (!phi) return std::nullopt;
  heterogeneity out;
  out.phi = phi->phi;
  out.degrees = phi->degrees;
  if (const auto z = overdispersion::tarone_z(clusters)) out.tarone_z = z->z;
  // Fits and exact tails cost some 50 microseconds a deployment; of thousands of them dispersion and influence say enough.
  const bool affordable = clusters.size() <= 2000;
  // Chi-square is good enough where counts are large; the exact test, and what it could have seen, matter where they are small.
  constexpr std::uint64_t few = 200;
  std::uint64_t events = 0;
  for (const cluster_tally& c : clusters) events += c.events;
  if (events > few || !affordable) {
    out.p_value = phi->p_value;
  } else if (const auto chance = overdispersion::detect(clusters, level)) {
    out.p_value = chance->p_value;
    out.power = chance->power;
  }
  if (const auto fit = affordable ? series::fit_negative_binomial(clusters, level) : tl::unexpected(undefined{})) {
    out.population = fit->population;
    out.squared_cv = fit->squared_cv;
    out.likelihood_ratio_p = fit->p_value;
    // The next deployment is taken to be as large as the middle one of these.
    std::vector<std::uint64_t> sizes;
    for (const cluster_tally& c : clusters) sizes.push_back(c.exposure);
    std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
    out.next_exposure = sizes[sizes.size() / 2];
    if (const auto next = series::predict_next(*fit, out.next_exposure, level)) out.next = next->counts;
  }
  if (const auto table = series::leave_one_out(clusters, 1)) {
    out.lowest_without = table->lowest_without;
    out.highest_without = table->highest_without;
    if (!table->largest.empty()) {
      out.most_influential = deployment_value(series, *contributors[table->largest.front().index]);
      out.without_it = table->largest.front().without;
    }
  }
  if (affordable && describe(metric).family == metric_family::share)
    if (const auto placed = funnel::find_outliers(clusters))
      for (const auto& row : placed->rows)
        if (row.at != funnel::position::inside) out.outliers.push_back(deployment_value(series, *contributors[row.index]));
  return out;
}

std::string sentence_for(const heterogeneity& h, metric_id metric) {
  std::string out = "Between deployments: dispersion " + significant(h.phi, 3, rounding::nearest) + " (1 is chance)";
  if (h.p_value) {
    if (*h.p_value <= 0.05) out += ", more than chance explains";
    else out += ", no more than chance could give";
    if (*h.p_value > 0.05 && h.power)
      out += "; a variation as large as the rate itself would be seen " + significant(100 * *h.power, 2, rounding::nearest) + " times in 100 with these counts";
  }
  out += ".";
  const metric_units& units = units_of(metric);
  if (h.next && !h.next->upper_unbounded())
    out += " The next deployment of " + counted_words(h.next_exposure, units.exposure, "") + ": " + grouped(static_cast<std::uint64_t>(h.next->lower)) + " to " +
           grouped(static_cast<std::uint64_t>(h.next->upper)) + " " + std::string(to_string(units.events)) + ".";
  if (!h.most_influential.empty()) out += " Without " + h.most_influential + ": " + share_words(h.without_it, rounding::nearest) + ".";
  return out;
}

} // namespace lfreval
