#include <lfreval/series/beta_binomial.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/series/overdispersion.hpp>

#include "series/heterogeneity.hpp"
#include "series/rising_sums.hpp"

namespace lfreval::series {

namespace {

/// theta = 1 / (alpha + beta) = rho / (1 - rho).
class model {
public:
  explicit model(const detail::sorted_clusters& c) : pooled_(c.rate()) {
    for (const cluster_tally& d : c.rows) {
      const auto x = static_cast<double>(d.events), n = static_cast<double>(d.exposure), fewer = std::min(x, n - x);
      rows_.push_back({x, n - x, n});
      constant_ += detail::rising_log(n - fewer + 1.0, 1.0, fewer) - detail::rising_log(1.0, 1.0, fewer);
    }
  }

  double log_likelihood(double mean, double theta) const {
    double sum = constant_;
    for (const row& d : rows_)
      sum += detail::rising_log(mean, theta, d.events) + detail::rising_log(1.0 - mean, theta, d.others) -
             detail::rising_log(1.0, theta, d.trials);
    return sum;
  }

  /// For a given theta the likelihood is concave in the mean: the root of its slope.
  double best_mean(double theta) const {
    if (theta == 0.0) return pooled_;
    const auto slope = [&](double logit) {
      const double mean = mean_of(logit), other = mean_of(-logit);
      double sum = 0.0;
      for (const row& d : rows_)
        sum += detail::rising_reciprocal(mean, theta, d.events) - detail::rising_reciprocal(other, theta, d.others);
      return sum * mean * other;
    };
    const double start = transformed(pooled_);
    double low = start, high = start;
    for (double step = 0.5; slope(low) < 0.0; step *= 2.0) low -= step;
    for (double step = 0.5; slope(high) > 0.0; step *= 2.0) high += step;
    return low < high ? mean_of(distribution::root(slope, low, high)) : pooled_;
  }

  double scale() const { return std::min(pooled_, 1.0 - pooled_); }
  double transformed(double mean) const { return std::log(mean) - std::log1p(-mean); }
  double mean_of(double logit) const { return 1.0 / (1.0 + std::exp(-logit)); }

private:
  struct row { double events, others, trials; };
  std::vector<row> rows_;
  double pooled_ = 0.0, constant_ = 0.0;
};

/// The chances of the counts that have any, as running sums, from their expectation outwards so that nothing
/// underflows.
class next_counts {
public:
  next_counts(const beta_binomial_fit& fit, double trials) {
    const double theta = fit.correlation / (1.0 - fit.correlation), other = 1.0 - fit.mean;
    // P(k + 1) / P(k)
    const auto step = [=](double k) {
      return (trials - k) / (k + 1.0) * (fit.mean + k * theta) / (other + (trials - k - 1.0) * theta);
    };
    const double middle = std::floor(fit.mean * trials);
    std::vector<double> down;
    double largest = 1.0, at = 1.0;
    for (double k = middle; k > 0.0 && at > 1e-25 * largest; k -= 1.0) {
      down.push_back(at /= step(k - 1.0));
      largest = std::max(largest, at);
    }
    up_to_.assign(down.rbegin(), down.rend());
    first_ = middle - static_cast<double>(down.size());
    up_to_.push_back(1.0);
    at = 1.0;
    for (double k = middle; k < trials && at > 1e-25 * largest; k += 1.0) {
      up_to_.push_back(at *= step(k));
      largest = std::max(largest, at);
    }
    double total = 0.0;
    for (const double chance : up_to_) total += chance;
    double sum = 0.0;
    for (double& chance : up_to_) chance = sum += chance / total;
  }

  /// P(X <= k)
  [[nodiscard]] double upto(double k) const {
    if (k < first_) return 0.0;
    const double at = k - first_;
    return at + 1.0 >= static_cast<double>(up_to_.size()) ? 1.0 : up_to_[static_cast<std::size_t>(at)];
  }

private:
  std::vector<double> up_to_;
  double first_ = 0.0;
};

} // namespace

estimable<beta_binomial_fit> fit_beta_binomial(std::span<const cluster_tally> deployments, confidence level, sides on) {
  const detail::sorted_clusters c("series::fit_beta_binomial", deployments);
  if (auto why = detail::no_spread(c, metric_family::share)) return tl::unexpected(*why);
  if (c.events == c.exposure)
    return detail::no_value(undefined_reason::all_events, "Nothing varies: every trial ended in the event.", 0.0, 1.0);
  const model likelihood(c);
  const detail::heterogeneity_found best = detail::fit_heterogeneity(likelihood);
  beta_binomial_fit out;
  out.mean = best.mean;
  out.correlation = best.theta / (1.0 + best.theta);
  if (best.theta > 0.0) {
    out.alpha = best.mean / best.theta;
    out.beta = (1.0 - best.mean) / best.theta;
  }
  detail::describe_fit(out, likelihood, best, c, 1.0, level, on);
  return out;
}

estimable<count_prediction> predict_next(const beta_binomial_fit& fit, std::uint64_t trials, confidence level, sides on) {
  constexpr const char* name = "series::predict_next";
  if (trials > 1000000) detail::wrong_call(name, "trials", "are above a million; use the negative binomial for rates");
  if (!(fit.mean > 0.0 && fit.mean < 1.0) || !(fit.correlation >= 0.0 && fit.correlation < 1.0))
    detail::wrong_call(name, "fit", "was not made by fit_beta_binomial");
  if (trials == 0) return detail::no_value(undefined_reason::empty, "State the trials of the next deployment.");
  const auto n = static_cast<double>(trials);
  count_prediction out;
  out.expected = fit.mean * n;
  out.exposure = trials;
  out.no_heterogeneity = fit.no_heterogeneity;
  if (fit.deployments < 10) out.flags |= flag::few_clusters;
  if (fit.events < 30) out.flags |= flag::few_events;
  if (on != sides::two) out.flags |= flag::one_sided;
  if (fit.no_heterogeneity) {
    const double p = fit.mean;
    const auto above = [=](double k) { return k >= n ? 0.0 : distribution::beta_below(k + 1.0, n - k, p); };
    const auto upto = [=](double k) { return k >= n ? 1.0 : distribution::beta_above(k + 1.0, n - k, p); };
    out.counts = detail::predicted_counts(above, upto, out.expected, level, on);
  } else {
    const next_counts law(fit, n);
    const auto upto = [&](double k) { return law.upto(k); };
    out.counts = detail::predicted_counts([&](double k) { return 1.0 - law.upto(k); }, upto, out.expected, level, on);
  }
  if (on == sides::lower) out.counts.upper = n;
  return out;
}

} // namespace lfreval::series
