#include <lfreval/proportionality/sensitivity.hpp>

#include <algorithm>
#include <numbers>

#include <lfreval/proportionality/sobol.hpp>

#include "proportionality/sampling.hpp"

namespace lfreval::sensitivity {

namespace {

constexpr const char* steady = "Nothing varies: the result is the same whatever the inputs are, so that there is nothing to share out.";

struct legendre_rule {
  std::vector<double> at, weight; ///< on (0, 1)
};

/// Nodes and weights by Newton's method from Tricomi's approximation.
legendre_rule gauss_legendre(unsigned nodes) {
  legendre_rule out{std::vector<double>(nodes), std::vector<double>(nodes)};
  const auto n = static_cast<double>(nodes);
  for (unsigned i = 0; i < nodes; ++i) {
    double x = std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 1.0;
    for (int step = 0; step < 100; ++step) {
      double last = 1.0, here = x;
      for (unsigned k = 2; k <= nodes; ++k) {
        const double next = ((2.0 * k - 1.0) * x * here - (k - 1.0) * last) / k;
        last = here;
        here = next;
      }
      slope = n * (x * here - last) / (x * x - 1.0);
      const double moved = here / slope;
      x -= moved;
      if (std::fabs(moved) < 1e-16) break;
    }
    out.at[nodes - 1 - i] = (x + 1.0) / 2.0;
    out.weight[nodes - 1 - i] = 1.0 / ((1.0 - x * x) * slope * slope);
  }
  return out;
}

} // namespace

estimable<variance_shares> variance_shares_of(std::span<const uncertain_input> inputs, const model& result, confidence level,
                                              const sampling_plan& plan) {
  constexpr const char* name = "sensitivity::variance_shares_of";
  const std::size_t d = inputs.size();
  require_plan(name, d, plan);
  const std::size_t n = std::size_t{1} << plan.log2_points;
  std::vector<std::vector<double>> first(d), total(d);
  variance_shares out;
  std::vector<double> a(n * d), b(n * d), at_a(n), at_b(n), at_ab(n), row(d);
  for (std::uint32_t r = 0; r < plan.randomisations; ++r) {
    const sobol_sequence points(static_cast<unsigned>(2 * d), plan.seed, r);
    double sum = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < d; ++i) {
        a[k * d + i] = inputs[i].quantile(points.at(k, static_cast<unsigned>(i)));
        b[k * d + i] = inputs[i].quantile(points.at(k, static_cast<unsigned>(d + i)));
      }
      at_a[k] = finite_result(name, result(std::span(a).subspan(k * d, d)));
      at_b[k] = finite_result(name, result(std::span(b).subspan(k * d, d)));
      sum += at_a[k] + at_b[k];
    }
    const double mean = sum / static_cast<double>(2 * n);
    double variance = 0.0, largest = std::fabs(mean);
    for (std::size_t k = 0; k < n; ++k) {
      largest = std::max({largest, std::fabs(at_a[k]), std::fabs(at_b[k])});
      at_a[k] -= mean;
      at_b[k] -= mean;
      variance += at_a[k] * at_a[k] + at_b[k] * at_b[k];
    }
    variance /= static_cast<double>(2 * n);
    // A constant leaves the rounding error of its mean.
    if (variance <= 1e-28 * largest * largest) return detail::no_value(undefined_reason::no_variation, steady);
    out.variance += variance / plan.randomisations;
    for (std::size_t i = 0; i < d; ++i) {
      double together = 0.0, apart = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        std::copy_n(a.begin() + static_cast<std::ptrdiff_t>(k * d), d, row.begin());
        row[i] = b[k * d + i];
        const double moved = finite_result(name, result(row)) - mean;
        together += at_b[k] * (moved - at_a[k]);
        apart += (at_a[k] - moved) * (at_a[k] - moved);
      }
      first[i].push_back(together / static_cast<double>(n) / variance);
      total[i].push_back(apart / static_cast<double>(2 * n) / variance);
    }
  }
  for (std::size_t i = 0; i < d; ++i) {
    out.first.push_back(over_randomisations(first[i], level));
    out.total.push_back(over_randomisations(total[i], level));
  }
  return out;
}

estimable<exact_variance_shares> variance_shares_by_quadrature(std::span<const uncertain_input> inputs, const model& result,
                                                               unsigned nodes) {
  constexpr const char* name = "sensitivity::variance_shares_by_quadrature";
  const std::size_t d = inputs.size();
  if (d == 0 || d > 4) detail::wrong_call(name, "inputs", "are not from 1 to 4");
  if (nodes < 2 || nodes > 64) detail::wrong_call(name, "nodes", "are not from 2 to 64");
  const legendre_rule rule = gauss_legendre(nodes);
  std::vector<double> values(d * nodes);
  for (std::size_t i = 0; i < d; ++i)
    for (unsigned k = 0; k < nodes; ++k) values[i * nodes + k] = inputs[i].quantile(rule.at[k]);
  std::size_t all = 1;
  for (std::size_t i = 0; i < d; ++i) all *= nodes;
  std::vector<double> f(all), row(d);
  const auto digit = [&](std::size_t at, std::size_t input) {
    for (std::size_t i = 0; i < input; ++i) at /= nodes;
    return at % nodes;
  };
  const auto weight = [&](std::size_t at, std::size_t without) {
    double product = 1.0;
    for (std::size_t i = 0; i < d; ++i)
      if (i != without) product *= rule.weight[digit(at, i)];
    return product;
  };
  exact_variance_shares out;
  double largest = 0.0;
  for (std::size_t at = 0; at < all; ++at) {
    for (std::size_t i = 0; i < d; ++i) row[i] = values[i * nodes + digit(at, i)];
    f[at] = finite_result(name, result(row));
    largest = std::max(largest, std::fabs(f[at]));
    out.mean += weight(at, d) * f[at];
  }
  for (std::size_t at = 0; at < all; ++at) {
    f[at] -= out.mean;
    out.variance += weight(at, d) * f[at] * f[at];
  }
  if (out.variance <= 1e-28 * largest * largest) return detail::no_value(undefined_reason::no_variation, steady);
  for (std::size_t i = 0; i < d; ++i) {
    std::vector<double> given(nodes, 0.0), others(all / nodes, 0.0), weight_of_others(all / nodes, 0.0);
    std::size_t below = 1;
    for (std::size_t j = 0; j < i; ++j) below *= nodes;
    for (std::size_t at = 0; at < all; ++at) {
      const std::size_t own = digit(at, i), rest = at / (below * nodes) * below + at % below;
      given[own] += weight(at, i) * f[at];
      others[rest] += rule.weight[own] * f[at];
      weight_of_others[rest] = weight(at, i);
    }
    double explained = 0.0, left = 0.0;
    for (unsigned k = 0; k < nodes; ++k) explained += rule.weight[k] * given[k] * given[k];
    for (std::size_t k = 0; k < others.size(); ++k) left += weight_of_others[k] * others[k] * others[k];
    out.first.push_back(explained / out.variance);
    out.total.push_back(1.0 - left / out.variance);
  }
  return out;
}

tornado_table tornado(std::span<const uncertain_input> inputs, const model& result) {
  constexpr const char* name = "sensitivity::tornado";
  if (inputs.empty()) detail::wrong_call(name, "inputs", "are none");
  std::vector<double> row;
  for (const uncertain_input& one : inputs) row.push_back(one.quantile(0.5));
  tornado_table out;
  out.at_medians = finite_result(name, result(row));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double median = row[i];
    swing one{i, 0.0, 0.0};
    row[i] = inputs[i].quantile(0.05);
    one.at_low = finite_result(name, result(row));
    row[i] = inputs[i].quantile(0.95);
    one.at_high = finite_result(name, result(row));
    row[i] = median;
    out.swings.push_back(one);
  }
  std::stable_sort(out.swings.begin(), out.swings.end(), [](const swing& a, const swing& b) { return a.width() > b.width(); });
  return out;
}

} // namespace lfreval::sensitivity
