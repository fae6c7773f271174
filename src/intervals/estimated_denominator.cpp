#include <lfreval/intervals/estimated_denominator.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lfreval::detail {

namespace {

struct node {
  double at, weight;
};

/// Equidistant nodes around 0 for a density given by its logarithm, out to where nothing is left of it. On an analytic
/// density the trapezoidal rule converges geometrically once the step resolves its narrowest feature.
template <class LogDensity> std::vector<node> trapezoid(double step, LogDensity log_density) {
  std::vector<node> nodes{{0.0, 1.0}};
  double total = 1.0;
  for (const double direction : {-1.0, 1.0})
    for (double i = 1.0;; i += 1.0) {
      const double at = direction * i * step, weight = std::exp(log_density(at));
      if (!(weight > 1e-22)) break;
      nodes.push_back({at, weight});
      total += weight;
    }
  for (node& n : nodes) n.weight /= total;
  return nodes;
}

/// The chance that Gamma(shape) / LogNormal(0, spread) is above or below e^{log_mean}, by summing over whichever of the two
/// is the narrower on the logarithmic scale, given the exact tail of the other.
class gamma_over_lognormal {
public:
  gamma_over_lognormal(double shape, double spread) : shape_(shape), spread_(spread) {
    const double width = 1.0 / std::sqrt(std::max(shape, 1.0));
    over_lognormal_ = spread < width;
    nodes_ = over_lognormal_ ? trapezoid(0.25 / std::max(1.0, spread), [](double u) { return -0.5 * u * u; })
                             : trapezoid(0.25 * width, [=](double d) { return shape * (d - std::expm1(d)); });
  }

  [[nodiscard]] double tail(double log_mean, bool upper) const {
    const double mean = std::exp(log_mean), centre = std::log(shape_);
    double sum = 0.0;
    for (const node& n : nodes_) {
      if (over_lognormal_) {
        const double at = mean * std::exp(spread_ * n.at);
        sum += n.weight * (upper ? distribution::gamma_above(shape_, at) : distribution::gamma_below(shape_, at));
      } else {
        const double short_of = (centre + n.at - log_mean) / spread_;
        sum += n.weight * distribution::normal_above(upper ? -short_of : short_of);
      }
    }
    return sum;
  }

private:
  double shape_, spread_;
  bool over_lognormal_ = true;
  std::vector<node> nodes_;
};

} // namespace

double gamma_over_lognormal_quantile(double shape, double exposure, double spread, double q, bool upper) {
  const double fixed =
      upper ? distribution::gamma_upper_quantile(shape, q) : distribution::gamma_lower_quantile(shape, q);
  const double start = std::log(fixed);
  if (spread < 1e-9 || !std::isfinite(start)) return fixed / exposure; // a counted denominator, or a rate below all doubles
  const gamma_over_lognormal mixture(shape, spread);
  const double sign = upper ? -1.0 : 1.0;
  const auto excess = [&](double log_mean) { return sign * (mixture.tail(log_mean, upper) / q - 1.0); }; // rises
  double low = start, high = start;
  for (double stride = spread; excess(low) > 0.0; stride *= 2.0) low -= stride;
  for (double stride = spread; excess(high) < 0.0; stride *= 2.0) high += stride;
  return (low < high ? std::exp(distribution::root(excess, low, high)) : fixed) / exposure;
}

} // namespace lfreval::detail
