#include <lfreval/series/negative_binomial.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/series/overdispersion.hpp>

#include "series/heterogeneity.hpp"
#include "series/rising_sums.hpp"

namespace lfreval::series {

namespace {

/// theta is the squared coefficient of variation of the rates.
class model {
public:
  explicit model(const detail::sorted_clusters& c) : pooled_(c.rate()) {
    for (const cluster_tally& d : c.rows) {
      rows_.push_back({static_cast<double>(d.events), static_cast<double>(d.exposure)});
      // log(n^x / x!): the part that depends on no parameter.
      constant_ += rows_.back().events * std::log(rows_.back().exposure) - detail::rising_log(1.0, 1.0, rows_.back().events);
    }
  }

  double log_likelihood(double rate, double theta) const {
    double sum = constant_;
    for (const row& d : rows_) {
      const double m = rate * d.exposure;
      sum += detail::rising_log(1.0, theta, d.events) - d.events * std::log1p(theta * m) - m * detail::log1p_over(theta * m);
    }
    double events = 0.0;
    for (const row& d : rows_) events += d.events;
    return sum + events * std::log(rate);
  }

  /// The root of sum (x - m) / (1 + theta m), which falls with the rate.
  double best_mean(double theta) const {
    if (theta == 0.0) return pooled_;
    const auto score = [&](double log_rate) {
      const double rate = std::exp(log_rate);
      double sum = 0.0;
      for (const row& d : rows_) sum += (d.events - rate * d.exposure) / (1.0 + theta * rate * d.exposure);
      return sum;
    };
    const double start = std::log(pooled_);
    double low = start, high = start;
    for (double step = 0.5; score(low) < 0.0; step *= 2.0) low -= step;
    for (double step = 0.5; score(high) > 0.0; step *= 2.0) high += step;
    return low < high ? std::exp(distribution::root(score, low, high)) : pooled_;
  }

  double scale() const { return 1.0; }
  double transformed(double rate) const { return std::log(rate); }
  double mean_of(double log_rate) const { return std::exp(log_rate); }

private:
  struct row { double events, exposure; };
  std::vector<row> rows_;
  double pooled_ = 0.0, constant_ = 0.0;
};

} // namespace

estimable<negative_binomial_fit> fit_negative_binomial(std::span<const cluster_tally> deployments, confidence level, sides on) {
  const detail::sorted_clusters c("series::fit_negative_binomial", deployments);
  if (auto why = detail::no_spread(c, metric_family::rate)) return tl::unexpected(*why);
  const model likelihood(c);
  const detail::heterogeneity_found best = detail::fit_heterogeneity(likelihood);
  negative_binomial_fit out;
  out.rate = best.mean;
  out.squared_cv = best.theta;
  out.log_likelihood = best.log_likelihood;
  out.no_heterogeneity = best.theta == 0.0;
  out.likelihood_ratio = out.no_heterogeneity ? 0.0 : best.likelihood_ratio;
  out.p_value = detail::boundary_p_value(out.likelihood_ratio);
  out.population = detail::profile_interval(likelihood, best, unbounded, level, on);
  out.deployments = c.rows.size();
  out.events = c.events;
  out.exposure = c.exposure;
  if (c.rows.size() < 10) out.flags |= flag::few_clusters;
  if (c.events < 30) out.flags |= flag::few_events;
  if (on != sides::two) out.flags |= flag::one_sided;
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
