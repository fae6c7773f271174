#include <lfreval/series/funnel.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/series/overdispersion.hpp>

namespace lfreval::funnel {

namespace {

/// P(X <= r)
double upto(double r, double n, double p) {
  if (r < 0.0) return 0.0;
  return r >= n ? 1.0 : distribution::beta_above(r + 1.0, n - r, p);
}

/// The same for few expected events: the terms of the lower tail, added up from the first.
double limit_of_few(double p, double n, double tail) {
  double x = 0.0, term = distribution::binomial_at(0.0, n, p), sum = term;
  // Past the mean, terms that no longer change the sum will not bring it to a tail that close to 1.
  while (sum < tail && x < n && (x <= n * p || term > 1e-20)) {
    x += 1.0;
    term *= (n - x + 1.0) / x * (p / (1.0 - p));
    sum += term;
  }
  const double back = term > 0.0 ? std::clamp((sum - tail) / term, 0.0, 1.0) : 0.0;
  return std::max(0.0, (x - back) / n);
}

double interpolated_limit(double p, double n, double tail) {
  // Beyond some hundred events the first term underflows, and a search by halves is shorter.
  if (n * p < 500.0 && p < 0.5) return limit_of_few(p, n, tail);
  double low = -1.0, high = n; // upto(low) < tail <= upto(high)
  while (high - low > 1.0) {
    const double middle = std::floor((low + high) / 2.0);
    (upto(middle, n, p) >= tail ? high : low) = middle;
  }
  const double at = distribution::binomial_at(high, n, p);
  const double back = at > 0.0 ? std::min(1.0, (upto(high, n, p) - tail) / at) : 0.0;
  return std::max(0.0, (high - back) / n);
}

/// R's type 7 of sorted values.
double quantile(const std::vector<double>& sorted, double at) {
  const double place = at * (static_cast<double>(sorted.size()) - 1.0), below = std::floor(place);
  const auto i = static_cast<std::size_t>(below);
  return i + 1 < sorted.size() ? sorted[i] + (place - below) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

std::optional<undefined> no_funnel(const detail::sorted_clusters& c) {
  if (auto why = detail::no_spread(c, metric_family::share)) return why;
  if (c.events == c.exposure)
    return undefined{undefined_reason::all_events, "Nothing varies: every trial ended in the event.", std::nullopt};
  return std::nullopt;
}

spread spread_of(const detail::sorted_clusters& c) {
  const double p = c.rate(), q = static_cast<double>(c.exposure - c.events) / c.total();
  std::vector<double> z;
  z.reserve(c.rows.size());
  for (const cluster_tally& d : c.rows) {
    const auto n = static_cast<double>(d.exposure);
    z.push_back((static_cast<double>(d.events) / n - p) / std::sqrt(p * q / n));
  }
  std::sort(z.begin(), z.end());
  const double low = quantile(z, 0.1), high = quantile(z, 0.9);
  double all = 0.0, pulled = 0.0;
  for (const double value : z) {
    const double within = std::clamp(value, low, high);
    all += value * value;
    pulled += within * within;
  }
  return {all / c.count(), pulled / c.count()};
}

} // namespace

estimable<double> binomial_limit(double target, std::uint64_t trials, double tail) {
  constexpr const char* name = "funnel::binomial_limit";
  if (!(target > 0.0 && target < 1.0)) detail::wrong_call(name, "target", "does not lie between 0 and 1");
  if (!(tail > 0.0 && tail < 1.0)) detail::wrong_call(name, "tail", "does not lie between 0 and 1");
  detail::require_count(name, "trials", trials);
  if (trials == 0) return detail::no_trials();
  return interpolated_limit(target, static_cast<double>(trials), tail);
}

estimable<spread> overdispersion(std::span<const cluster_tally> deployments) {
  const detail::sorted_clusters c("funnel::overdispersion", deployments);
  if (auto why = no_funnel(c)) return tl::unexpected(*why);
  return spread_of(c);
}

estimable<outliers> find_outliers(std::span<const cluster_tally> deployments, confidence level) {
  const detail::sorted_clusters c("funnel::find_outliers", deployments);
  if (auto why = no_funnel(c)) return tl::unexpected(*why);
  outliers out;
  out.target = c.rate();
  out.widened_by = spread_of(c);
  const double stretch = std::sqrt(std::max(1.0, out.widened_by.winsorised)), tail = level.alpha() / 2.0;
  out.rows.reserve(deployments.size());
  for (std::size_t i = 0; i < deployments.size(); ++i) {
    placed one;
    one.index = i;
    one.limits = {0.0, 1.0, level, interval_method::funnel, sides::two};
    if (deployments[i].exposure == 0) {
      one.at = position::no_exposure;
      out.rows.push_back(one);
      continue;
    }
    const auto n = static_cast<double>(deployments[i].exposure);
    one.share = static_cast<double>(deployments[i].events) / n;
    one.limits.lower = std::max(0.0, out.target + stretch * (interpolated_limit(out.target, n, tail) - out.target));
    one.limits.upper = std::min(1.0, out.target + stretch * (interpolated_limit(out.target, n, 1.0 - tail) - out.target));
    // The interpolated limits are for drawing. With a hundredth of an event expected they lie below one event, so the
    // exact tail at the count pulled in by the same factor decides.
    const double x = n * std::clamp(out.target + (one.share - out.target) / stretch, 0.0, 1.0);
    if (one.share > out.target && distribution::beta_below(x, n - x + 1.0, out.target) <= tail) one.at = position::above;
    if (one.share < out.target && distribution::beta_above(x + 1.0, n - x, out.target) <= tail) one.at = position::below;
    out.below += one.at == position::below ? 1U : 0U;
    out.above += one.at == position::above ? 1U : 0U;
    out.rows.push_back(one);
  }
  out.expected = c.count() * level.alpha();
  return out;
}

} // namespace lfreval::funnel
