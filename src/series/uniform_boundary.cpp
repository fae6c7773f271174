#include <lfreval/series/uniform_boundary.hpp>

#include <cmath>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "series/mixture.hpp"

namespace lfreval::sequential {

namespace {

double log_gamma(double a) { return detail::gamma_excess(a, a) + a * std::log(a) - a; }

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

/// The width of a normal mixture that is tightest at `variance` for a two-sided `alpha` (Howard et al. 2021, proposition 3).
double tightest(double variance, double alpha) {
  const double needed = 2.0 * std::log(1.0 / alpha);
  return variance / (needed + std::log1p(needed));
}

void require(const char* function, double v, double scale, const boundary_options& how) {
  if (!(v > 0.0) || !std::isfinite(v)) detail::wrong_call(function, "v", "is not above 0 and finite");
  if (!(scale > 0.0) || !std::isfinite(scale)) detail::wrong_call(function, "scale", "is not above 0 and finite");
  if (!(how.alpha > 0.0 && how.alpha < 1.0 && how.alpha_there > 0.0 && how.alpha_there < 0.5)) detail::wrong_call(function, "alpha", "is not a chance of error");
  if (!(how.variance > 0.0) || !std::isfinite(how.variance)) detail::wrong_call(function, "variance", "is not above 0 and finite");
}

} // namespace

double beta_binomial_boundary(double v, double g, double h, const boundary_options& how) {
  require("sequential::beta_binomial_boundary", v, g, how);
  require("sequential::beta_binomial_boundary", v, h, how);
  const double range = g + h, r = tightest(how.variance, how.alpha_there) - g * h;
  if (!(r > 0.0)) detail::wrong_call("sequential::beta_binomial_boundary", "variance", "is too small for increments of this size");
  const double start = log_beta(r / (g * range), r / (h * range));
  const auto wealth = [=](double s) {
    return v / (g * h) * std::log(range) - (v + h * s) / (h * range) * std::log(g) - (v - g * s) / (g * range) * std::log(h) +
           log_beta((r + v - g * s) / (g * range), (r + v + h * s) / (h * range)) - start + std::log(how.alpha);
  };
  const double furthest = v / g; // no sum of variance v can exceed it
  return wealth(furthest) <= 0.0 ? furthest : distribution::root(wealth, 0.0, furthest);
}

double gamma_exponential_boundary(double v, double c, const boundary_options& how) {
  require("sequential::gamma_exponential_boundary", v, c, how);
  const double square = c * c, rho = tightest(how.variance, 2.0 * how.alpha_there) / square;
  const double lead = rho * std::log(rho) - log_gamma(rho) - std::log(distribution::gamma_below(rho, rho));
  const auto wealth = [=](double s) {
    const double shape = v / square + rho, at = (c * s + v) / square;
    return lead + log_gamma(shape) + std::log(distribution::gamma_below(shape, at + rho)) - shape * std::log(at + rho) + at + std::log(how.alpha);
  };
  double beyond = std::sqrt(v) + c;
  while (wealth(beyond) < 0.0) beyond *= 2.0;
  return distribution::root(wealth, 0.0, beyond);
}

} // namespace lfreval::sequential
