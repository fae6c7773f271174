/// @file
/// Fitting a population of deployments with a common mean and one parameter of heterogeneity, whatever the likelihood.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::detail {

/// The largest value of a smooth function between two ends, and where (Brent 1973, without derivatives).
template <class Function> std::pair<double, double> largest_between(const Function& f, double low, double high) {
  constexpr double golden = 0.3819660112501051;
  double x = low + golden * (high - low), w = x, v = x, fx = -f(x), fw = fx, fv = fx, step = 0.0, before = 0.0;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high), close = 1e-9 * std::fabs(x) + 1e-9;
    if (std::fabs(x - middle) <= 2.0 * close - 0.5 * (high - low)) break;
    bool by_section = true;
    if (std::fabs(before) > close) {
      const double r = (x - w) * (fx - fv);
      double q = (x - v) * (fx - fw), p = (x - v) * q - (x - w) * r;
      q = 2.0 * (q - r);
      if (q > 0.0) p = -p;
      q = std::fabs(q);
      const double last = std::exchange(before, step);
      if (std::fabs(p) < std::fabs(0.5 * q * last) && p > q * (low - x) && p < q * (high - x)) {
        step = p / q;
        by_section = false;
        const double u = x + step;
        if (u - low < 2.0 * close || high - u < 2.0 * close) step = std::copysign(close, middle - x);
      }
    }
    if (by_section) {
      before = x >= middle ? low - x : high - x;
      step = golden * before;
    }
    const double u = x + (std::fabs(step) >= close ? step : std::copysign(close, step)), fu = -f(u);
    if (fu <= fx) {
      (u >= x ? low : high) = x;
      v = std::exchange(w, std::exchange(x, u));
      fv = std::exchange(fw, std::exchange(fx, fu));
    } else {
      (u < x ? low : high) = u;
      if (fu <= fw || w == x) {
        v = std::exchange(w, u);
        fv = std::exchange(fw, fu);
      } else if (fu <= fv || v == x || v == w) {
        v = u;
        fv = fu;
      }
    }
  }
  return {x, -fx};
}

/// A fit of `Model`, which gives `log_likelihood(mean, theta)`, the mean `best_mean(theta)` for a given heterogeneity,
/// the pooled mean, and the scale on which theta is a squared coefficient of variation.
struct heterogeneity_found {
  double mean = 0.0, theta = 0.0, log_likelihood = 0.0, likelihood_ratio = 0.0;
};

/// Squared coefficients of variation that are searched; below the first one deployments do not differ in any count.
inline constexpr double log_cv2_low = -16.0, log_cv2_high = 9.0;

/// The largest of f(theta) over theta >= 0: 0, or the best of a grid over seven orders of magnitude refined between its
/// neighbours. The grid is there because profiles of few events can have a second hump.
template <class Function>
std::pair<double, double> best_heterogeneity(const Function& f, double scale, int points = 26) {
  const double width = (log_cv2_high - log_cv2_low) / (points - 1);
  const auto at = [&](double log_cv2) { return f(scale * std::exp(log_cv2)); };
  int best = 0;
  double largest = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < points; ++i) {
    const double value = at(log_cv2_low + i * width);
    if (value > largest) { largest = value; best = i; }
  }
  const double low = log_cv2_low + (best == 0 ? 0 : best - 1) * width;
  const double high = log_cv2_low + (best == points - 1 ? best : best + 1) * width;
  const auto refined = largest_between(at, low, high);
  const double none = f(0.0);
  // An improvement below the noise of the sums is no heterogeneity.
  if (refined.second <= none + 1e-9 * (1.0 + 1e-3 * std::fabs(none))) return {0.0, none};
  return {scale * std::exp(refined.first), refined.second};
}

template <class Model> heterogeneity_found fit_heterogeneity(const Model& model) {
  const auto profile = [&](double theta) { return model.log_likelihood(model.best_mean(theta), theta); };
  const auto [theta, value] = best_heterogeneity(profile, model.scale());
  const double none = profile(0.0);
  return {model.best_mean(theta), theta, value, std::fmax(0.0, 2.0 * (value - none))};
}

/// The means that lose at most half the chi-square quantile of log likelihood, heterogeneity free. `ceiling` is the end
/// of the parameter space; a likelihood that never falls that low leaves the limit there.
template <class Model>
interval profile_interval(const Model& model, const heterogeneity_found& best, double ceiling, confidence level, sides on) {
  const double q = on == sides::two ? level.alpha() / 2.0 : level.alpha();
  const double z = distribution::normal_upper_quantile(q), drop = q < 0.5 ? z * z / 2.0 : 0.0;
  const auto excess = [&](double log_odds) { // positive where the mean is still compatible
    const double mean = model.mean_of(log_odds);
    const auto at = best_heterogeneity([&](double theta) { return model.log_likelihood(mean, theta); }, model.scale(), 14);
    return at.second - best.log_likelihood + drop;
  };
  const double start = model.transformed(best.mean);
  const auto limit = [&](double direction, double edge) {
    double inner = start, step = 0.1;
    for (int i = 0; i < 12; ++i, step *= 2.0) {
      const double outer = inner + direction * step;
      if (excess(outer) < 0.0)
        return model.mean_of(distribution::root(excess, std::fmin(inner, outer), std::fmax(inner, outer)));
      inner = outer;
    }
    return edge;
  };
  return {on == sides::upper ? 0.0 : limit(-1.0, 0.0), on == sides::lower ? ceiling : limit(1.0, ceiling), level,
          interval_method::profile_likelihood, on};
}

/// P(LR >= observed) when deployments do not differ: half the time the best heterogeneity is 0.
inline double boundary_p_value(double likelihood_ratio) {
  return likelihood_ratio > 0.0 ? distribution::normal_above(std::sqrt(likelihood_ratio)) : 1.0;
}

/// What every fit tells besides its own parameters.
template <class Fit, class Model>
void describe_fit(Fit& out, const Model& likelihood, const heterogeneity_found& best, const sorted_clusters& c, double ceiling, confidence level, sides on) {
  out.no_heterogeneity = best.theta == 0.0;
  out.log_likelihood = best.log_likelihood;
  out.likelihood_ratio = out.no_heterogeneity ? 0.0 : best.likelihood_ratio;
  out.p_value = boundary_p_value(out.likelihood_ratio);
  out.population = profile_interval(likelihood, best, ceiling, level, on);
  out.deployments = c.rows.size();
  out.events = c.events;
  out.exposure = c.exposure;
  if (c.rows.size() < 10) out.flags |= flag::few_clusters;
  if (c.events < 30) out.flags |= flag::few_events;
  if (on != sides::two) out.flags |= flag::one_sided;
}

} // namespace lfreval::detail
