#include <lfreval/intervals/risk_ratio.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/math/quadrature/gauss.hpp>

#include "intervals/two_arms.hpp"

namespace lfreval::detail {

namespace {

/// p1 - r p2 and its variance when p1 = r p2, at the shares that are most likely then: p~2 is the smaller root of
/// N r p^2 - B p + (x1 + x2) = 0. Both 1 - p~ come from quadratics of their own, and all of them from non-events, so that
/// nothing cancels for shares close to 1.
struct ratio_score {
  double gap, variance;

  ratio_score(const arms& a, double log_ratio) {
    const double r = std::exp(log_ratio), past_one = std::expm1(log_ratio), n = a.n1 + a.n2;
    const double y1 = a.n1 - a.x1, y2 = a.n2 - a.x2;
    const double linear = r * (a.n1 + a.x2) + (a.n2 + a.x1), apart = n * past_one - r * y2 + y1;
    const double root = std::sqrt(apart * apart + 4.0 * r * y1 * y2);
    const double p2 = 2.0 * (a.x1 + a.x2) / (linear + root);
    const double back = n * past_one + r * y2 + y1; // 2 N r - B
    const double q2 = back >= 0.0 ? (back + root) / (2.0 * n * r) : -2.0 * y2 * past_one / (root - back);
    const double forth = r * y2 + y1 - n * past_one; // 2 N - B
    const double q1 = forth >= 0.0 ? (forth + root) / (2.0 * n) : 2.0 * y1 * past_one / (root - forth);
    gap = 2.0 * a.x1 > a.n1 && 2.0 * a.x2 > a.n2 ? y2 / a.n2 - y1 / a.n1 - past_one * a.p2() : a.p1() - r * a.p2();
    variance = r * p2 * (q1 / a.n1 + r * q2 / a.n2);
  }
};

/// The smallest ratio with a statistic of at most z.
double score_ratio_lower(const arms& a, double z) {
  if (a.x1 == 0.0) return 0.0;
  // Nothing but events: the variance vanishes at the estimate itself and hides the root. The shares are (r, 1) below it.
  if (a.x1 == a.n1 && a.x2 == a.n2) return a.n1 / (a.n1 + z * z);
  if (z <= 0.0) return a.x2 == 0.0 ? unbounded : a.p1() / a.p2();
  const auto excess = [&](double log_ratio) {
    const ratio_score s(a, log_ratio);
    return s.gap - z * std::sqrt(s.variance);
  };
  double high = std::log(a.p1() / ((a.x2 == 0.0 ? 1.0 : a.x2) / a.n2)), low = high;
  if (a.x2 == 0.0)
    for (double stride = 0.5; excess(high) > 0.0; stride *= 2.0) high += stride;
  for (double stride = 0.5; low == high || excess(low) < 0.0; stride *= 2.0) low -= stride;
  return std::exp(distribution::root(excess, low, high));
}

std::optional<undefined> no_risk_ratio(const char* function, std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                       std::uint64_t n2) {
  require_trials(function, x1, n1);
  require_trials(function, x2, n2);
  return no_ratio(function, static_cast<double>(x1), static_cast<double>(n1), static_cast<double>(x2),
                  static_cast<double>(n2));
}

/// `lower` gives the lower limit of a pair of arms; the upper one is that of the exchanged arms, turned over.
template <class Lower>
interval turned_over(const arms& a, confidence level, interval_method method, sides on, Lower lower) {
  return bounded(level, method, on, unbounded, [&](double q) { return lower(a, q); },
                 [&](double q) { return 1.0 / lower(a.swapped(), q); });
}

/// `inflation` multiplies the variance.
rate_ratio_estimate by_score(const arms& a, confidence level, sides on, interval_method method, double inflation) {
  const double stretch = std::sqrt(inflation);
  const ratio_score equal(a, 0.0);
  const double distance = equal.variance > 0.0 ? std::fabs(equal.gap) / std::sqrt(equal.variance) / stretch : 0.0;
  return {plain_ratio(a.x1, a.n1, a.x2, a.n2),
          turned_over(a, level, method, on,
                      [=](const arms& of, double q) {
                        return score_ratio_lower(of, distribution::normal_upper_quantile(q) * stretch);
                      }),
          std::min(1.0, 2.0 * distribution::normal_above(distance)), std::nullopt};
}

rate_ratio_estimate by_logarithm(const arms& a, confidence level, sides on, interval_method method) {
  const double variance = (a.n1 - a.x1) / a.x1 / a.n1 + (a.n2 - a.x2) / a.x2 / a.n2, ratio = a.p1() / a.p2();
  const auto times = [&](double q) { return std::exp(distribution::normal_upper_quantile(q) * std::sqrt(variance)); };
  return {ratio, bounded(level, method, on, unbounded, [&](double q) { return ratio / times(q); },
                         [&](double q) { return ratio * times(q); }), std::nullopt, std::nullopt};
}

tl::unexpected<undefined> only_events() {
  return no_value(undefined_reason::all_events, "Use Koopman's limits: every trial of both arms ended in the event.", 0.0, unbounded);
}

double mover_lower(double p1, double l1, double p2, double u2) {
  if (l1 <= 0.0) return 0.0;
  const double product = p1 * p2, low = l1 * (2.0 * p1 - l1);
  return low / (product + std::sqrt(std::max(0.0, product * product - low * (u2 * (2.0 * p2 - u2)))));
}

double mover_upper(double p1, double u1, double p2, double l2) {
  if (l2 <= 0.0) return unbounded;
  const double product = p1 * p2, low = l2 * (2.0 * p2 - l2);
  return (product + std::sqrt(std::max(0.0, product * product - low * (u1 * (2.0 * p1 - u1))))) / low;
}

/// Beta(x + 1/2, n - x + 1/2).
struct posterior {
  double x, n;

  [[nodiscard]] double below(double share) const {
    return share >= 1.0 ? 1.0 : distribution::beta_below(x + 0.5, n - x + 0.5, share);
  }
  /// Density of the logit.
  [[nodiscard]] double density(double logit) const {
    const double share = 1.0 / (1.0 + std::exp(-logit)), other = 1.0 / (1.0 + std::exp(logit));
    const double at = share <= 0.5 ? distribution::binomial_at(x - 0.5, n - 1.0, share)
                                   : distribution::binomial_at(n - x - 0.5, n - 1.0, other);
    return n * share * other * at;
  }
};

/// The chance that the first is at most `ratio` times the second, for a ratio of at most 1: F1(ratio v) then has no kink
/// within (0, 1), and pieces between quantiles of both are smooth enough for 20 points each.
double at_most(const posterior& first, const posterior& second, double ratio) {
  std::vector<double> cuts;
  const auto add = [&](double odds) { if (odds > 0.0 && std::isfinite(odds)) cuts.push_back(std::log(odds)); };
  const auto of_first = [&](double odds) { add(odds / (ratio + odds * (ratio - 1.0))); }; // v / (1 - v) at ratio v = share
  for (const double q : {1e-20, 1e-15, 1e-11, 1e-8, 1e-5, 1e-3, 0.01, 0.05, 0.15, 0.3, 0.5}) {
    add(distribution::beta_lower_odds(second.x + 0.5, second.n - second.x + 0.5, q));
    add(distribution::beta_upper_odds(second.x + 0.5, second.n - second.x + 0.5, q));
    of_first(distribution::beta_lower_odds(first.x + 0.5, first.n - first.x + 0.5, q));
    of_first(distribution::beta_upper_odds(first.x + 0.5, first.n - first.x + 0.5, q));
  }
  std::sort(cuts.begin(), cuts.end());
  const auto integrand = [&](double logit) {
    return second.density(logit) * first.below(ratio / (1.0 + std::exp(-logit)));
  };
  double sum = 0.0;
  for (std::size_t i = 1; i < cuts.size(); ++i)
    if (cuts[i - 1] < cuts[i]) sum += boost::math::quadrature::gauss<double, 20>::integrate(integrand, cuts[i - 1], cuts[i]);
  return std::min(1.0, sum);
}

double posterior_ratio_quantile(const arms& a, double q) {
  const posterior first{a.x1, a.n1}, second{a.x2, a.n2};
  const auto excess = [&](double log_ratio) {
    const double below = log_ratio <= 0.0 ? at_most(first, second, std::exp(log_ratio))
                                          : 1.0 - at_most(second, first, std::exp(-log_ratio));
    return below / q - 1.0;
  };
  double low = std::log((a.x1 + 0.5) / (a.n1 + 1.0) / ((a.x2 + 0.5) / (a.n2 + 1.0))), high = low;
  for (double stride = 0.5; excess(low) > 0.0; stride *= 2.0) low -= stride;
  for (double stride = 0.5; excess(high) < 0.0; stride *= 2.0) high += stride;
  return std::exp(low < high ? distribution::root(excess, low, high) : low);
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::ratio {

estimable<rate_ratio_estimate> koopman(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                       confidence level, sides on) {
  constexpr const char* name = "ratio::koopman";
  detail::require_half(name, level, on);
  if (auto why = detail::no_risk_ratio(name, x1, n1, x2, n2)) return tl::unexpected(*why);
  return detail::by_score(detail::arms(x1, n1, x2, n2), level, on, interval_method::koopman, 1.0);
}

estimable<rate_ratio_estimate> miettinen_nurminen(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                  confidence level, sides on) {
  constexpr const char* name = "ratio::miettinen_nurminen";
  detail::require_half(name, level, on);
  if (auto why = detail::no_risk_ratio(name, x1, n1, x2, n2)) return tl::unexpected(*why);
  const double n = static_cast<double>(n1 + n2);
  return detail::by_score(detail::arms(x1, n1, x2, n2), level, on, interval_method::miettinen_nurminen, n / (n - 1.0));
}

estimable<rate_ratio_estimate> katz_log(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                        confidence level, sides on) {
  constexpr const char* name = "ratio::katz_log";
  detail::require_half(name, level, on);
  if (auto why = detail::no_risk_ratio(name, x1, n1, x2, n2)) return tl::unexpected(*why);
  if (x1 == 0 || x2 == 0)
    return detail::no_value(undefined_reason::no_events, "Use Koopman's limits: an arm without an event has no logarithm.", 0.0, unbounded);
  if (x1 == n1 && x2 == n2) return detail::only_events();
  return detail::by_logarithm(detail::arms(x1, n1, x2, n2), level, on, interval_method::katz_log);
}

estimable<rate_ratio_estimate> katz_haldane(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                            confidence level, sides on) {
  constexpr const char* name = "ratio::katz_haldane";
  detail::require_half(name, level, on);
  if (auto why = detail::no_risk_ratio(name, x1, n1, x2, n2)) return tl::unexpected(*why);
  if (x1 == n1 && x2 == n2) return detail::only_events();
  const detail::arms a(x1, n1, x2, n2);
  return detail::by_logarithm({a.x1 + 0.5, a.n1 + 0.5, a.x2 + 0.5, a.n2 + 0.5}, level, on, interval_method::katz_haldane);
}

estimable<rate_ratio_estimate> mover_r(double p1, const interval& first, double p2, const interval& second) {
  constexpr const char* name = "ratio::mover_r";
  detail::require_two_sided_pair(name, p1, first, p2, second);
  if (auto why = detail::no_ratio(name, p1, 1.0, p2, 1.0)) return tl::unexpected(*why);
  return rate_ratio_estimate{detail::plain_ratio(p1, 1.0, p2, 1.0),
                             {detail::mover_lower(p1, first.lower, p2, second.upper),
                              detail::mover_upper(p1, first.upper, p2, second.lower), first.level, interval_method::mover_r,
                              sides::two},
                             std::nullopt, std::nullopt};
}

estimable<rate_ratio_estimate> mover_r_wilson(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                              confidence level, sides on) {
  constexpr const char* name = "ratio::mover_r_wilson";
  detail::require_half(name, level, on);
  if (auto why = detail::no_risk_ratio(name, x1, n1, x2, n2)) return tl::unexpected(*why);
  const detail::arms a(x1, n1, x2, n2);
  const auto lower = [&](double q) {
    return detail::mover_lower(a.p1(), detail::wilson_lower(a.x1, a.n1, q), a.p2(), detail::wilson_upper(a.x2, a.n2, q));
  };
  const auto upper = [&](double q) {
    return detail::mover_upper(a.p1(), detail::wilson_upper(a.x1, a.n1, q), a.p2(), detail::wilson_lower(a.x2, a.n2, q));
  };
  return rate_ratio_estimate{detail::plain_ratio(a.x1, a.n1, a.x2, a.n2),
                             detail::bounded(level, interval_method::mover_r_wilson, on, unbounded, lower, upper),
                             std::nullopt, std::nullopt};
}

estimable<rate_ratio_estimate> bayes_beta(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                          confidence level, sides on) {
  if (auto why = detail::no_risk_ratio("ratio::bayes_beta", x1, n1, x2, n2)) return tl::unexpected(*why);
  const detail::arms a(x1, n1, x2, n2);
  return rate_ratio_estimate{detail::posterior_ratio_quantile(a, 0.5),
                             detail::turned_over(a, level, interval_method::bayes_beta, on, detail::posterior_ratio_quantile),
                             std::nullopt, detail::at_most({a.x2, a.n2}, {a.x1, a.n1}, 1.0)};
}

} // namespace lfreval::ratio
