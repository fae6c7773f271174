#include <lfreval/identification/return_level.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/identification/pareto_fit.hpp>

#include "pareto_sample.hpp"

namespace lfreval::detail {
namespace {

/// The likelihood of a tail: shape, scale and the share of trials in it.
class tail_likelihood {
public:
  tail_likelihood(const pareto_sample& s, double trials, identification::share_above share)
      : s_(&s), n_(s.count()), all_(trials), share_(share) {}

  /// Without the largest one's constraint: the sum of both parts at their own maxima.
  [[nodiscard]] double largest(const pareto_fit& fit) const {
    return fit.log_likelihood + of_share(std::log(n_ / all_));
  }

  /// The largest likelihood among tails of which a share `target` lies more than `excess` above the start.
  /// For a given theta, ln(zeta / target) = R / sigma with R = ln(1 + theta excess) / theta, so that one number is
  /// left.
  [[nodiscard]] double largest_through(double excess, double target) const {
    const double reach = std::max(s_->largest(), excess), steepest = -std::log(target);
    return largest_over(ladder_of_thetas(reach, s_->mean()), [&](double theta) {
      const double q = s_->logs(theta), r = log_ratio(theta, excess);
      if (share_ == identification::share_above::exact) {
        const double a = std::log(n_ / all_ / target) / r;
        if (theta / a <= lowest_shape) return impossible;
        return s_->log_likelihood(a, theta, q) + of_share(std::log(n_ / all_));
      }
      const double least = theta < 0.0 ? theta / lowest_shape : 0.0, most = steepest / r;
      if (least >= most) return impossible;
      const double a = best_inverse_scale(q, r, target, least, most);
      return s_->log_likelihood(a, theta, q) + of_share(std::log(target) + r * a);
    });
  }

private:
  /// N ln zeta + (n - N) ln(1 - zeta).
  [[nodiscard]] double of_share(double log_zeta) const {
    const double rest = all_ - n_;
    return n_ * log_zeta + (rest > 0.0 ? rest * std::log(-std::expm1(log_zeta)) : 0.0);
  }

  /// The root of the falling derivative N / a - Q + N R - (n - N) R zeta / (1 - zeta), zeta = target e^(R a), by
  /// Newton's steps kept between the ends.
  [[nodiscard]] double best_inverse_scale(double q, double r, double target, double least, double most) const {
    double low = least, high = most, a = std::clamp(n_ / q, low + 1e-12 * (high - low), high - 1e-12 * (high - low));
    for (int i = 0; i < 100; ++i) {
      const double zeta = target * std::exp(r * a), odds = zeta / -std::expm1(std::log(target) + r * a);
      const double slope = n_ / a - q + n_ * r - (all_ - n_) * r * odds;
      if (slope > 0.0)
        low = a;
      else
        high = a;
      const double bend = -n_ / (a * a) - (all_ - n_) * r * r * odds * (1.0 + odds);
      double next = a - slope / bend;
      if (!(next > low && next < high)) next = low + (high - low) / 2.0;
      if (std::fabs(next - a) <= 1e-13 * a) return next;
      a = next;
    }
    return a;
  }

  const pareto_sample* s_;
  double n_, all_;
  identification::share_above share_;
};

void require_tail(const char* function, const identification::tail_counts& tail) {
  require_trials(function, tail.excesses.size(), tail.of);
  if (!std::isfinite(tail.above)) wrong_call(function, "above", "is not finite");
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<return_level_estimate> return_level(const tail_counts& tail, double target, confidence level, sides on,
                                              share_above share) {
  constexpr const char* name = "identification::return_level";
  detail::require_tail(name, tail);
  if (!(target > 0.0 && target < 1.0)) detail::wrong_call(name, "target", "does not lie strictly between 0 and 1");
  const double q = detail::tail(level, on);
  if (q >= 0.5) detail::wrong_call(name, "level", "is not above 1/2 on each side");
  const detail::pareto_sample s(name, tail.excesses);
  const auto fit = detail::fit_of(s);
  if (!fit) return tl::unexpected(fit.error());
  const double all = static_cast<double>(tail.of), above = s.count() / all;
  if (target >= above)
    return detail::no_value(undefined_reason::beyond_data,
                            "Count instead: a share this large of the passages lies within the scores.");
  const double excess = excess_at(fit->at, target / above), z = distribution::normal_upper_quantile(q);
  const detail::tail_likelihood likelihood(s, all, share);
  const double least = likelihood.largest(*fit) - z * z / 2.0;
  const auto over = [&](double t) { return likelihood.largest_through(t, target) - least; };

  return_level_estimate out{tail.above + excess,
                            {tail.above, unbounded, level, interval_method::profile_likelihood, on}};
  if (on != sides::upper) {
    const double lowest = 1e-6 * excess;
    if (over(lowest) >= 0.0)
      return detail::no_value(undefined_reason::beyond_data,
                              "Start the tail at a lower score: the limits reach below its start.");
    out.limits.lower = tail.above + distribution::root(over, lowest, excess);
  }
  if (on != sides::lower) {
    double low = excess, high = 2.0 * excess;
    while (over(high) > 0.0 && high < 0x1p60 * excess)
      low = high, high *= 2.0;
    if (over(high) <= 0.0) out.limits.upper = tail.above + distribution::root(over, low, high);
  }
  return out;
}

estimable<tail_probability_estimate> tail_probability(const tail_counts& tail, double score, confidence level, sides on,
                                                      share_above share) {
  constexpr const char* name = "identification::tail_probability";
  detail::require_tail(name, tail);
  if (!std::isfinite(score)) detail::wrong_call(name, "score", "is not finite");
  if (!(score > tail.above)) detail::wrong_call(name, "score", "is not above the start of the tail");
  const double q = detail::tail(level, on);
  if (q >= 0.5) detail::wrong_call(name, "level", "is not above 1/2 on each side");
  const detail::pareto_sample s(name, tail.excesses);
  const auto fit = detail::fit_of(s);
  if (!fit) return tl::unexpected(fit.error());
  const double all = static_cast<double>(tail.of), above = s.count() / all, excess = score - tail.above;
  const auto passed = excess_probability(fit->at, excess);
  if (!passed) return tl::unexpected(passed.error());
  const double point = above * *passed, z = distribution::normal_upper_quantile(q);
  const detail::tail_likelihood likelihood(s, all, share);
  const double least = likelihood.largest(*fit) - z * z / 2.0;
  const auto over = [&](double log_target) { return likelihood.largest_through(excess, std::exp(log_target)) - least; };

  tail_probability_estimate out{point, {0.0, 1.0, level, interval_method::profile_likelihood, on}};
  const double at = std::log(point);
  if (on != sides::upper) { // down to a share that no log could show, where the limit is 0
    double high = at, step = 1.0;
    while (over(high - step) > 0.0 && high - step > -600.0)
      high -= step, step *= 2.0;
    if (high - step > -600.0) out.limits.lower = std::exp(distribution::root(over, high - step, high));
  }
  if (on != sides::lower) {
    const double highest = std::log(share == share_above::exact ? above : 1.0) - 1e-9;
    if (over(highest) < 0.0) out.limits.upper = std::exp(distribution::root(over, at, highest));
  }
  return out;
}

} // namespace lfreval::identification
