#include <lfreval/intervals/rate_difference.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>

#include "intervals/two_arms.hpp"

namespace lfreval::detail {

namespace {

/// The most likely share of the second arm when that of the first is higher by `d` >= 0: the root in [0, 1 - d] of a cubic that
/// is positive below and negative above it. Newton's method within a shrinking bracket, because the trigonometric solution
/// that it starts from keeps no digits of a share of 1 in 1,000,000,000.
double restricted_share(const arms& a, double d) {
  const double cubic = a.n1 + a.n2, square = (a.n1 + 2.0 * a.n2) * d - cubic - a.x1 - a.x2;
  const double linear = (a.n2 * d - cubic - 2.0 * a.x2) * d + a.x1 + a.x2, constant = a.x2 * d * (1.0 - d);
  if (constant == 0.0) { // one root is 0, the other two those of a quadratic
    if (linear <= 0.0) return 0.0;
    return std::min(1.0 - d, 2.0 * linear / (-square + std::sqrt(std::max(0.0, square * square - 4.0 * cubic * linear))));
  }
  const double third = square / (3.0 * cubic);
  const double q = third * third * third - linear * square / (6.0 * cubic * cubic) + constant / (2.0 * cubic);
  const double p = std::copysign(std::sqrt(std::max(0.0, third * third - linear / (3.0 * cubic))), q);
  constexpr double pi = 3.141592653589793238463;
  const double angle = p == 0.0 ? 0.0 : std::acos(std::clamp(q / (p * p * p), -1.0, 1.0));
  double low = 0.0, high = 1.0 - d, at = std::clamp(2.0 * p * std::cos((pi + angle) / 3.0) - third, low, high);
  for (int step = 0; step < 60; ++step) {
    const double value = ((cubic * at + square) * at + linear) * at + constant;
    if (value == 0.0) break;
    (value > 0.0 ? low : high) = at;
    const double slope = (3.0 * cubic * at + 2.0 * square) * at + linear;
    double next = at - value / slope;
    if (!(next > low && next < high)) next = low + (high - low) / 2.0;
    const bool settled = std::fabs(next - at) <= 1e-16 * next;
    at = next;
    if (settled) break;
  }
  return at;
}

/// The variance of the difference of the two shares when they differ by `d`. The arm with the lower share is solved for, so
/// that the other is a sum of two positive numbers.
double restricted_variance(const arms& a, double d) {
  const arms ordered = d >= 0.0 ? a : a.swapped();
  const double low = restricted_share(ordered, std::fabs(d)), high = std::min(1.0, low + std::fabs(d));
  return high * (1.0 - high) / ordered.n1 + low * (1.0 - low) / ordered.n2;
}

/// The smallest difference with a statistic of at most z.
double score_difference_lower(const arms& a, double z) {
  // Rates close to 1 are rates of non-events of the exchanged arms, which have digits to spare.
  if (2.0 * (a.x1 + a.x2) > a.n1 + a.n2) return score_difference_lower({a.n2 - a.x2, a.n2, a.n1 - a.x1, a.n1}, z);
  const double point = a.p1() - a.p2();
  if (z <= 0.0 || point <= -1.0) return point;
  const auto excess = [&](double d) { return point - d - z * std::sqrt(restricted_variance(a, d)); };
  // With no event or nothing else the variance vanishes at the estimate itself, which hides the root from a search that
  // starts there: it starts beside it, far closer than the root can be.
  double stride = 1e-3 * std::min(1.0, z * z / (a.n1 + a.n2)), high = point, low = std::max(-1.0, point - stride);
  while (low > -1.0 && excess(low) <= 0.0) {
    high = low;
    stride *= 2.0;
    low = std::max(-1.0, point - stride);
  }
  return high == point ? low : distribution::root(excess, low, high);
}

rate_difference_estimate by_difference_score(const arms& a, confidence level, sides on, interval_method method, double inflation) {
  const double stretch = std::sqrt(inflation), point = a.p1() - a.p2(), variance = restricted_variance(a, 0.0);
  const double distance = variance > 0.0 ? std::fabs(point) / std::sqrt(variance) / stretch : 0.0;
  const double z = distribution::normal_upper_quantile(tail(level, on)) * stretch;
  return {point,
          {on == sides::upper ? -1.0 : score_difference_lower(a, z),
           on == sides::lower ? 1.0 : -score_difference_lower(a.swapped(), z), level, method, on},
          std::min(1.0, 2.0 * distribution::normal_above(distance))};
}

double mover_below(double p1, double l1, double p2, double u2) { return std::max(-1.0, p1 - p2 - std::hypot(p1 - l1, u2 - p2)); }

std::optional<undefined> no_difference(const char* function, std::uint64_t x1, std::uint64_t n1, std::uint64_t x2,
                                       std::uint64_t n2, confidence level, sides on) {
  require_trials(function, x1, n1);
  require_trials(function, x2, n2);
  require_half(function, level, on);
  if (n1 == 0 || n2 == 0)
    return undefined{undefined_reason::empty, "Record at least one trial in both arms; until then any difference is possible.",
                     undefined::range{-1.0, 1.0}};
  return std::nullopt;
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::difference {

estimable<rate_difference_estimate> miettinen_nurminen(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                       confidence level, sides on) {
  if (auto why = detail::no_difference("difference::miettinen_nurminen", x1, n1, x2, n2, level, on)) return tl::unexpected(*why);
  const double n = static_cast<double>(n1 + n2);
  return detail::by_difference_score(detail::arms(x1, n1, x2, n2), level, on, interval_method::miettinen_nurminen, n / (n - 1.0));
}

estimable<rate_difference_estimate> mee_score(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                              confidence level, sides on) {
  if (auto why = detail::no_difference("difference::mee_score", x1, n1, x2, n2, level, on)) return tl::unexpected(*why);
  return detail::by_difference_score(detail::arms(x1, n1, x2, n2), level, on, interval_method::mee_score, 1.0);
}

estimable<rate_difference_estimate> newcombe(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                             confidence level, sides on) {
  if (auto why = detail::no_difference("difference::newcombe", x1, n1, x2, n2, level, on)) return tl::unexpected(*why);
  const detail::arms a(x1, n1, x2, n2);
  const double q = detail::tail(level, on);
  const auto lower = [=](const detail::arms& of) {
    return detail::mover_below(of.p1(), detail::wilson_lower(of.x1, of.n1, q), of.p2(), detail::wilson_upper(of.x2, of.n2, q));
  };
  return rate_difference_estimate{a.p1() - a.p2(),
                                  {on == sides::upper ? -1.0 : lower(a), on == sides::lower ? 1.0 : -lower(a.swapped()), level,
                                   interval_method::newcombe, on},
                                  std::nullopt};
}

rate_difference_estimate mover_d(double p1, const interval& first, double p2, const interval& second) {
  constexpr const char* name = "difference::mover_d";
  detail::require_two_sided_pair(name, p1, first, p2, second);
  if (first.upper > 1.0) detail::wrong_call(name, "first", "is not a share");
  if (second.upper > 1.0) detail::wrong_call(name, "second", "is not a share");
  return {p1 - p2,
          {detail::mover_below(p1, first.lower, p2, second.upper), -detail::mover_below(p2, second.lower, p1, first.upper),
           first.level, interval_method::mover_d, sides::two},
          std::nullopt};
}

estimable<rate_difference_estimate> agresti_caffo(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2,
                                                  confidence level, sides on) {
  if (auto why = detail::no_difference("difference::agresti_caffo", x1, n1, x2, n2, level, on)) return tl::unexpected(*why);
  const detail::arms a(x1, n1, x2, n2);
  const double p1 = (a.x1 + 1.0) / (a.n1 + 2.0), p2 = (a.x2 + 1.0) / (a.n2 + 2.0);
  const double reach = distribution::normal_upper_quantile(detail::tail(level, on)) *
                       std::sqrt(p1 * (1.0 - p1) / (a.n1 + 2.0) + p2 * (1.0 - p2) / (a.n2 + 2.0));
  return rate_difference_estimate{a.p1() - a.p2(),
                                  {on == sides::upper ? -1.0 : std::max(-1.0, p1 - p2 - reach),
                                   on == sides::lower ? 1.0 : std::min(1.0, p1 - p2 + reach), level,
                                   interval_method::agresti_caffo, on},
                                  std::nullopt};
}

} // namespace lfreval::difference
