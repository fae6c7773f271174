#include <lfreval/series/e_value.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "series/mixture.hpp"

namespace lfreval::sequential {

namespace {

constexpr std::array<double, 4> expected_ratios{1.5, 2.0, 4.0, 8.0};

/// ln of the mean of what the bettors hold, each given as a logarithm.
double log_mean(const std::array<double, 4>& logs) {
  const double highest = *std::max_element(logs.begin(), logs.end());
  double sum = 0.0;
  for (const double one : logs) sum += std::exp(one - highest);
  return highest + std::log(sum / static_cast<double>(logs.size()));
}

} // namespace

double log_e_value(std::uint64_t events, std::uint64_t trials, double limit, mixture_prior prior) {
  detail::require_trials("sequential::log_e_value", events, trials);
  detail::require_prior("sequential::log_e_value", prior);
  if (!(limit > 0.0 && limit < 1.0)) detail::wrong_call("sequential::log_e_value", "limit", "is not a share above 0 and below 1");
  if (trials == 0) return 0.0;
  const double x = static_cast<double>(events), n = static_cast<double>(trials);
  return detail::beta_excess_above(prior.a + x, prior.b + n - x, limit) - detail::beta_excess_above(prior.a, prior.b, limit);
}

double log_e_value_of_rate(std::uint64_t events, double exposure, double limit, mixture_prior prior) {
  detail::require_count("sequential::log_e_value_of_rate", "events", events);
  detail::require_exposure("sequential::log_e_value_of_rate", "exposure", exposure, static_cast<double>(events));
  detail::require_prior("sequential::log_e_value_of_rate", prior);
  if (!(limit > 0.0) || !std::isfinite(limit)) detail::wrong_call("sequential::log_e_value_of_rate", "limit", "is not above 0 and finite");
  if (exposure == 0.0) return 0.0;
  const double x = static_cast<double>(events);
  return detail::gamma_excess_above(prior.a + x, (prior.b + exposure) * limit) - detail::gamma_excess_above(prior.a, prior.b * limit);
}

double betting_log_e_value(std::span<const deployment_count> deployments, double limit) {
  if (!(limit > 0.0) || !std::isfinite(limit)) detail::wrong_call("sequential::betting_log_e_value", "limit", "is not above 0 and finite");
  std::array<double, 4> wealth{};
  double events = 0.0, exposure = 0.0, squares = 0.0, seen = 0.0;
  for (const deployment_count& one : deployments) {
    const double x = static_cast<double>(one.events), n = one.exposure;
    detail::require_exposure("sequential::betting_log_e_value", "exposure", n, x);
    if (n == 0.0) continue;
    const double spread = events > 0.0 && seen > 1.0 ? (squares * exposure / events - events) / (seen - 1.0) : 1.0;
    const double phi = std::clamp(spread, 1.0, 100.0), against = n * limit;
    for (std::size_t i = 0; i < wealth.size(); ++i) {
      const double r = expected_ratios[i], gain = r - 1.0;
      const double bet = std::min(0.5, gain / (gain * gain + phi * r / against));
      wealth[i] += std::log1p(bet * (x / against - 1.0));
    }
    events += x;
    exposure += n;
    squares += x * x / n;
    seen += 1.0;
  }
  return log_mean(wealth);
}

std::vector<std::size_t> e_benjamini_hochberg(std::span<const double> e_values, double alpha) {
  if (!(alpha > 0.0 && alpha < 1.0)) detail::wrong_call("sequential::e_benjamini_hochberg", "alpha", "is not above 0 and below 1");
  for (const double e : e_values)
    if (!(e >= 0.0)) detail::wrong_call("sequential::e_benjamini_hochberg", "e_values", "are negative or not numbers");
  std::vector<std::size_t> order(e_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return e_values[a] > e_values[b]; });
  const auto hypotheses = static_cast<double>(order.size());
  std::size_t rejected = 0;
  for (std::size_t k = 1; k <= order.size(); ++k)
    if (e_values[order[k - 1]] >= hypotheses / (static_cast<double>(k) * alpha)) rejected = k;
  order.resize(rejected);
  std::sort(order.begin(), order.end());
  return order;
}

} // namespace lfreval::sequential
