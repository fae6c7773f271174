#include <lfreval/series/negative_binomial.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <lfreval/series/overdispersion.hpp>

#include "series/heterogeneity.hpp"
#include "series/negative_binomial_likelihood.hpp"

namespace lfreval::series {

namespace {

detail::negative_binomial_likelihood likelihood_of(const detail::sorted_clusters& c) {
  std::vector<detail::negative_binomial_likelihood::row> rows;
  for (const cluster_tally& d : c.rows) rows.push_back({static_cast<double>(d.events), static_cast<double>(d.exposure)});
  return {std::move(rows), c.rate()};
}

} // namespace

estimable<negative_binomial_fit> fit_negative_binomial(std::span<const cluster_tally> deployments, confidence level, sides on) {
  const detail::sorted_clusters c("series::fit_negative_binomial", deployments);
  if (auto why = detail::no_spread(c, metric_family::rate)) return tl::unexpected(*why);
  const detail::negative_binomial_likelihood likelihood = likelihood_of(c);
  const detail::heterogeneity_found best = detail::fit_heterogeneity(likelihood);
  negative_binomial_fit out;
  out.rate = best.mean;
  out.squared_cv = best.theta;
  detail::describe_fit(out, likelihood, best, c, unbounded, level, on);
  return out;
}

estimable<count_prediction> predict_next(const negative_binomial_fit& fit, std::uint64_t exposure, confidence level, sides on) {
  detail::require_count("series::predict_next", "exposure", exposure);
  if (!std::isfinite(fit.rate) || fit.rate <= 0.0 || !std::isfinite(fit.squared_cv) || fit.squared_cv < 0.0)
    detail::wrong_call("series::predict_next", "fit", "was not made by fit_negative_binomial");
  if (exposure == 0)
    return detail::no_value(undefined_reason::empty, "State the exposure of the next deployment.", 0.0, unbounded);
  count_prediction out;
  out.expected = fit.rate * static_cast<double>(exposure);
  out.exposure = exposure;
  out.no_heterogeneity = fit.no_heterogeneity;
  if (fit.deployments < 10) out.flags |= flag::few_clusters;
  if (fit.events < 30) out.flags |= flag::few_events;
  if (on != sides::two) out.flags |= flag::one_sided;
  const double m = out.expected, theta = fit.squared_cv;
  if (fit.no_heterogeneity) {
    out.counts = detail::predicted_counts([=](double k) { return distribution::gamma_below(k + 1.0, m); },
                                          [=](double k) { return distribution::gamma_above(k + 1.0, m); }, m, level, on);
  } else {
    // P(X <= k) = I_p(1 / theta, k + 1), p = 1 / (1 + theta m).
    const double shape = 1.0 / theta, p = 1.0 / (1.0 + theta * m);
    out.counts = detail::predicted_counts([=](double k) { return distribution::beta_above(shape, k + 1.0, p); },
                                          [=](double k) { return distribution::beta_below(shape, k + 1.0, p); }, m, level, on);
  }
  return out;
}

} // namespace lfreval::series
