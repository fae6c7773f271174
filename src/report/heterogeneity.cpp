#include "report/heterogeneity.hpp"

#include <algorithm>

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/strata.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/leave_one_out.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/series/overdispersion.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

constexpr std::size_t most_fitted = 2000;

} // namespace

std::optional<heterogeneity> spread_of(const deployment_series& series, const std::vector<cluster_tally>& clusters,
                                       const std::vector<const deployment_record*>& contributors, metric_id metric, confidence level, spread_detail asked) {
  const auto phi = overdispersion::pearson(clusters);
  if (!phi) return std::nullopt;
  heterogeneity out;
  out.phi = phi->phi;
  out.degrees = phi->degrees;
  if (const auto z = overdispersion::tarone_z(clusters)) out.tarone_z = z->z;
  // Of thousands of deployments dispersion and influence say enough.
  const bool affordable = asked == spread_detail::fitted && clusters.size() <= most_fitted;
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

curve funnel_curve(const deployment_series& series, const std::vector<stratum>& strata, const record_quality& quality) {
  std::vector<std::string> thresholds, names, positions;
  std::vector<std::optional<std::uint64_t>> faces_seen, wrong;
  std::vector<std::optional<double>> lower, upper;
  for (const stratum& over : strata) {
    const auto threshold = over.axes.find("threshold");
    if (threshold == over.axes.end()) continue;
    const metric_tallies tallies = tallies_of(metric_id::false_alerts_per_face, over.members, "", quality);
    if (tallies.suspended != 0 || tallies.clusters.size() > most_fitted) continue;
    const auto found = funnel::find_outliers(tallies.clusters);
    if (!found) continue;
    for (const funnel::placed& row : found->rows) {
      if (row.at == funnel::position::no_exposure) continue;
      thresholds.push_back(threshold->second);
      names.push_back(deployment_value(series, *tallies.contributors[row.index]));
      faces_seen.emplace_back(tallies.clusters[row.index].exposure);
      wrong.emplace_back(tallies.clusters[row.index].events);
      lower.emplace_back(row.limits.lower);
      upper.emplace_back(row.limits.upper);
      positions.emplace_back(row.at == funnel::position::inside ? "inside" : row.at == funnel::position::above ? "above" : "below");
    }
  }
  curve out;
  out.name = "funnel";
  out.meaning = "false alerts per face of every deployment against the 99.8 % limits of its threshold, widened for dispersion; outside is a reason to look, not a verdict";
  out.columns = {{"threshold", thresholds}, {"deployment", names}, {"faces", faces_seen}, {"false_alerts", wrong}, {"lower", lower}, {"upper", upper}, {"position", positions}};
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
