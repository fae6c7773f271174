#include <lfreval/identification/pareto_fit.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {
namespace {

using identification::pareto_fit, identification::pareto_shape;

constexpr double lowest_shape = -0.5;

/// (ln(1 + w) - w / (1 + w)) / w^2 and its derivative. Near 0 the terms cancel: sum (-w)^j (j + 1) / (j + 2) instead.
double curvature(double w) {
  if (std::fabs(w) > 0.05) return (std::log1p(w) - w / (1.0 + w)) / (w * w);
  double sum = 0.0, power = 1.0;
  for (int j = 0; j < 14; ++j, power *= -w) sum += power * (j + 1.0) / (j + 2.0);
  return sum;
}

double curvature_slope(double w) {
  if (std::fabs(w) > 0.05) return 1.0 / (w * (1.0 + w) * (1.0 + w)) - 2.0 * curvature(w) / w;
  double sum = 0.0, power = -1.0;
  for (int j = 1; j < 16; ++j, power *= -w) sum += power * j * (j + 1.0) / (j + 2.0);
  return sum;
}

/// ln(1 + theta y) / theta, y itself at 0.
double log_ratio(double theta, double y) {
  const double w = theta * y;
  return std::fabs(w) < 1e-10 ? y * (1.0 - w / 2.0) : std::log1p(w) / theta;
}

/// Excesses in ascending order; sums over them are the same whichever order they came in.
/// With theta = xi / sigma and a = 1 / sigma the log likelihood is N ln a - a Q(theta) - theta Q(theta),
/// Q = sum ln(1 + theta y) / theta: smooth through theta = 0, and concave in a.
class sample {
public:
  sample(const char* function, std::span<const double> excesses) : y_(excesses.begin(), excesses.end()) {
    for (const double y : y_) {
      if (!std::isfinite(y)) wrong_call(function, "excesses", "hold a value that is not finite");
      if (!(y > 0.0)) wrong_call(function, "excesses", "hold a value that is not above 0");
    }
    std::sort(y_.begin(), y_.end());
    for (const double y : y_) sum_ += y;
  }

  [[nodiscard]] double count() const { return static_cast<double>(y_.size()); }
  [[nodiscard]] double largest() const { return y_.back(); }
  [[nodiscard]] double mean() const { return sum_ / count(); }
  [[nodiscard]] const std::vector<double>& ascending() const { return y_; }

  [[nodiscard]] double logs(double theta) const { ///< Q
    // Logarithms of products of eight: the same sum in an eighth of the calls. No factor exceeds 1e30 or falls below 1e-30.
    double sum = 0.0;
    if (std::fabs(theta) * largest() < 1e-10) {
      for (const double y : y_) sum += log_ratio(theta, y);
      return sum;
    }
    if (std::fabs(theta) * largest() < 1e-3) {
      for (const double y : y_) sum += std::log1p(theta * y);
      return sum / theta;
    }
    std::size_t i = 0;
    for (; i + 8 <= y_.size(); i += 8) {
      double product = 1.0;
      for (std::size_t k = i; k < i + 8; ++k) product *= 1.0 + theta * y_[k];
      sum += std::log(product);
    }
    for (; i < y_.size(); ++i) sum += std::log1p(theta * y_[i]);
    return sum / theta;
  }
  [[nodiscard]] double log_likelihood(double a, double theta, double q) const { return count() * std::log(a) - a * q - theta * q; }

  /// Derivative in theta of the largest likelihood over a.
  [[nodiscard]] double slope(double theta) const {
    double bent = 0.0, inverse = 0.0;
    for (const double y : y_) {
      bent += y * y * curvature(theta * y);
      inverse += y / (1.0 + theta * y);
    }
    return count() * bent / logs(theta) - inverse;
  }

private:
  std::vector<double> y_;
  double sum_ = 0.0;
};

/// Values of theta from just above -1 / `reach`, where the likelihood ends, to far beyond any plausible tail: evenly in the
/// logarithm of the distance from the end. Both sides of 0 are covered.
std::vector<double> ladder_of_thetas(double reach, double mean) {
  constexpr int rungs = 48;
  const double end = -1.0 / reach, closest = 1e-8 / reach, farthest = 1e4 / mean;
  std::vector<double> out;
  for (int i = 0; i <= rungs; ++i) out.push_back(end + closest * std::pow(farthest / closest, static_cast<double>(i) / rungs));
  return out;
}

/// The largest value of a function that rises and falls between two ends, by golden section.
template <class Function> double largest_between(double low, double high, Function function) {
  constexpr double golden = 0.6180339887498949;
  double left = high - golden * (high - low), right = low + golden * (high - low), at_left = function(left), at_right = function(right);
  for (int i = 0; i < 60 && high - low > 1e-9 * (std::fabs(low) + std::fabs(high)); ++i) {
    if (at_left > at_right) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low), at_left = function(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low), at_right = function(right);
    }
  }
  return std::max(at_left, at_right);
}

constexpr double impossible = -std::numeric_limits<double>::infinity();

template <class Function> double largest_over(const std::vector<double>& thetas, Function function) {
  std::size_t best = 0;
  double highest = impossible;
  for (std::size_t i = 0; i < thetas.size(); ++i)
    if (const double value = function(thetas[i]); value > highest) highest = value, best = i;
  if (highest == impossible) return highest;
  const double low = thetas[best > 0 ? best - 1 : 0], high = thetas[std::min(best + 1, thetas.size() - 1)];
  return std::max(highest, largest_between(low, high, function));
}

tl::unexpected<undefined> not_fitted() {
  return no_value(undefined_reason::no_fit, "Start the tail at another score: the likelihood of this one has no maximum with a shape "
                                            "above -1/2.");
}

tl::unexpected<undefined> too_few_excesses() {
  return no_value(undefined_reason::empty, "Record at least two scores above the start of the tail.");
}

estimable<pareto_fit> fit_of(const sample& s) {
  if (s.ascending().size() < 2) return too_few_excesses();
  const std::vector<double> thetas = ladder_of_thetas(s.largest(), s.mean());
  const auto profile = [&](double theta) {
    const double q = s.logs(theta), n = s.count();
    if (theta * q / n <= lowest_shape) return impossible;
    return s.log_likelihood(n / q, theta, q);
  };
  // Of all maxima inside the limits the highest; the likelihood may also rise towards a shape of -1/2 without one.
  std::optional<double> best;
  double highest = impossible;
  for (std::size_t i = 0; i + 1 < thetas.size(); ++i) {
    if (!(s.slope(thetas[i]) > 0.0 && s.slope(thetas[i + 1]) <= 0.0)) continue;
    const double at = distribution::root([&](double theta) { return s.slope(theta); }, thetas[i], thetas[i + 1]);
    if (const double value = profile(at); value > highest) highest = value, best = at;
  }
  if (!best) return not_fitted();
  const double theta = *best, q = s.logs(theta), n = s.count(), a = n / q, scale = q / n;
  // Second derivatives in (a, theta), then carried over to (sigma, xi); the gradient is 0 there.
  double bent = 0.0, bent_slope = 0.0, squares = 0.0;
  for (const double y : s.ascending()) {
    bent += y * y * curvature(theta * y);
    bent_slope += y * y * y * curvature_slope(theta * y);
    squares += y / (1.0 + theta * y) * (y / (1.0 + theta * y));
  }
  const double aa = -n / (a * a), at = bent, tt = a * bent_slope + squares;
  const double da = -a * a, dt_scale = -theta * a, dt_shape = a; // derivatives of a and theta by sigma and xi
  const double ss = aa * da * da + 2.0 * at * da * dt_scale + tt * dt_scale * dt_scale;
  const double sx = at * da * dt_shape + tt * dt_scale * dt_shape, xx = tt * dt_shape * dt_shape;
  const double determinant = ss * xx - sx * sx;
  if (!(ss < 0.0) || !(determinant > 0.0)) return not_fitted();
  return pareto_fit{{scale, theta * scale}, std::sqrt(-xx / determinant), std::sqrt(-ss / determinant), highest, s.ascending().size()};
}

/// The likelihood of a tail: shape, scale and the share of trials in it.
class tail_likelihood {
public:
  tail_likelihood(const sample& s, double trials, identification::share_above share) : s_(&s), n_(s.count()), all_(trials), share_(share) {}

  /// Without the largest one's constraint: the sum of both parts at their own maxima.
  [[nodiscard]] double largest(const pareto_fit& fit) const { return fit.log_likelihood + of_share(std::log(n_ / all_)); }

  /// The largest likelihood among tails of which a share `target` lies more than `excess` above the start.
  /// For a given theta, ln(zeta / target) = R / sigma with R = ln(1 + theta excess) / theta, so that one number is left.
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

  /// The root of the falling derivative N / a - Q + N R - (n - N) R zeta / (1 - zeta), zeta = target e^(R a), by Newton's steps
  /// kept between the ends.
  [[nodiscard]] double best_inverse_scale(double q, double r, double target, double least, double most) const {
    double low = least, high = most, a = std::clamp(n_ / q, low + 1e-12 * (high - low), high - 1e-12 * (high - low));
    for (int i = 0; i < 100; ++i) {
      const double zeta = target * std::exp(r * a), odds = zeta / -std::expm1(std::log(target) + r * a);
      const double slope = n_ / a - q + n_ * r - (all_ - n_) * r * odds;
      if (slope > 0.0) low = a;
      else high = a;
      const double bend = -n_ / (a * a) - (all_ - n_) * r * r * odds * (1.0 + odds);
      double next = a - slope / bend;
      if (!(next > low && next < high)) next = low + (high - low) / 2.0;
      if (std::fabs(next - a) <= 1e-13 * a) return next;
      a = next;
    }
    return a;
  }

  const sample* s_;
  double n_, all_;
  identification::share_above share_;
};

/// Uniform in (0, 1): the excess number `i` of draw `draw`.
double uniform(std::uint64_t seed, std::uint32_t draw, std::size_t i) {
  constexpr std::uint32_t goodness_of_tail = 0x74616931U;
  const std::uint64_t word = philox_word({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32U), draw, goodness_of_tail},
                                         philox_key_of(seed));
  return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
}

void require_shape(const char* function, const pareto_shape& fit) {
  if (!std::isfinite(fit.scale) || !(fit.scale > 0.0)) wrong_call(function, "scale", "is not a finite number above 0");
  if (!std::isfinite(fit.shape)) wrong_call(function, "shape", "is not finite");
}

/// ln P(Y > y), -infinity from the end point on.
double log_probability(const pareto_shape& fit, double y) {
  const double theta = fit.shape / fit.scale;
  if (theta * y <= -1.0) return impossible;
  return -log_ratio(theta, y) / fit.scale;
}

void require_tail(const char* function, const identification::tail_counts& tail) {
  require_trials(function, tail.excesses.size(), tail.of);
  if (!std::isfinite(tail.above)) wrong_call(function, "above", "is not finite");
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<pareto_shape> gpd_lmoments(std::span<const double> excesses) {
  const detail::sample s("identification::gpd_lmoments", excesses);
  if (s.ascending().size() < 2) return detail::too_few_excesses();
  if (s.ascending().front() == s.largest())
    return detail::no_value(undefined_reason::no_fit, "Record scores with more digits: all excesses are equal.");
  // l2 is half the expected difference of two: sum (2 i - 1 - N) y_(i) / (N (N - 1)).
  const double n = s.count();
  double difference = 0.0;
  for (std::size_t i = 0; i < s.ascending().size(); ++i) difference += (2.0 * static_cast<double>(i) + 1.0 - n) * s.ascending()[i];
  const double ratio = s.mean() / (difference / n / (n - 1.0));
  return pareto_shape{s.mean() * (ratio - 1.0), 2.0 - ratio};
}

estimable<pareto_fit> gpd_mle(std::span<const double> excesses) {
  return detail::fit_of(detail::sample("identification::gpd_mle", excesses));
}

estimable<double> excess_probability(const pareto_shape& fit, double excess) {
  constexpr const char* name = "identification::excess_probability";
  detail::require_shape(name, fit);
  detail::require_amount(name, "excess", excess);
  const double log_p = detail::log_probability(fit, excess);
  if (log_p == detail::impossible)
    return detail::no_value(undefined_reason::beyond_end_point,
                            "Ask about a lower score: the fit has an end point below this one, which these scores cannot show to be "
                            "where scores end.");
  return std::exp(log_p);
}

double excess_at(const pareto_shape& fit, double share) {
  constexpr const char* name = "identification::excess_at";
  detail::require_shape(name, fit);
  if (!(share > 0.0 && share <= 1.0)) detail::wrong_call(name, "share", "does not lie above 0 and up to 1");
  const double r = -std::log(share), w = fit.shape * r;
  return fit.scale * (std::fabs(w) < 1e-10 ? r * (1.0 + w / 2.0) : std::expm1(w) / fit.shape);
}

estimable<return_level_estimate> return_level(const tail_counts& tail, double target, confidence level, sides on, share_above share) {
  constexpr const char* name = "identification::return_level";
  detail::require_tail(name, tail);
  if (!(target > 0.0 && target < 1.0)) detail::wrong_call(name, "target", "does not lie strictly between 0 and 1");
  const double q = detail::tail(level, on);
  if (q >= 0.5) detail::wrong_call(name, "level", "is not above 1/2 on each side");
  const detail::sample s(name, tail.excesses);
  const auto fit = detail::fit_of(s);
  if (!fit) return tl::unexpected(fit.error());
  const double all = static_cast<double>(tail.of), above = s.count() / all;
  if (target >= above)
    return detail::no_value(undefined_reason::beyond_data, "Count instead: a share this large of the passages lies within the scores.");
  const double excess = excess_at(fit->at, target / above), z = distribution::normal_upper_quantile(q);
  const detail::tail_likelihood likelihood(s, all, share);
  const double least = likelihood.largest(*fit) - z * z / 2.0;
  const auto over = [&](double t) { return likelihood.largest_through(t, target) - least; };

  return_level_estimate out{tail.above + excess, {tail.above, unbounded, level, interval_method::profile_likelihood, on}};
  if (on != sides::upper) {
    const double lowest = 1e-6 * excess;
    if (over(lowest) >= 0.0)
      return detail::no_value(undefined_reason::beyond_data, "Start the tail at a lower score: the limits reach below its start.");
    out.limits.lower = tail.above + distribution::root(over, lowest, excess);
  }
  if (on != sides::lower) {
    double low = excess, high = 2.0 * excess;
    while (over(high) > 0.0 && high < 0x1p60 * excess) low = high, high *= 2.0;
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
  const detail::sample s(name, tail.excesses);
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
    while (over(high - step) > 0.0 && high - step > -600.0) high -= step, step *= 2.0;
    if (high - step > -600.0) out.limits.lower = std::exp(distribution::root(over, high - step, high));
  }
  if (on != sides::lower) {
    const double highest = std::log(share == share_above::exact ? above : 1.0) - 1e-9;
    if (over(highest) < 0.0) out.limits.upper = std::exp(distribution::root(over, at, highest));
  }
  return out;
}

estimable<pareto_distance> distance_from(const pareto_shape& fit, std::span<const double> excesses) {
  constexpr const char* name = "identification::distance_from";
  detail::require_shape(name, fit);
  const detail::sample s(name, excesses);
  if (excesses.empty()) return detail::no_value(undefined_reason::empty, "Record scores above the start of the tail.");
  const double n = s.count();
  pareto_distance out;
  double sum = 0.0;
  for (std::size_t i = 0; i < s.ascending().size(); ++i) {
    const double rest = detail::log_probability(fit, s.ascending()[i]),
                 mirrored = detail::log_probability(fit, s.ascending()[s.ascending().size() - 1 - i]), place = static_cast<double>(i);
    if (rest == detail::impossible || mirrored == detail::impossible)
      return detail::no_value(undefined_reason::beyond_end_point, "Fit again: an excess lies where this fit has none.");
    const double below = -std::expm1(rest);
    out.kolmogorov_smirnov = std::max({out.kolmogorov_smirnov, (place + 1.0) / n - below, below - place / n});
    sum += (2.0 * place + 1.0) * (std::log(below) + mirrored);
  }
  out.anderson_darling = -n - sum / n;
  return out;
}

estimable<double> goodness_p_value(std::span<const double> excesses, std::uint64_t seed, std::uint32_t draws) {
  constexpr const char* name = "identification::goodness_p_value";
  if (draws == 0) detail::wrong_call(name, "draws", "are none");
  const detail::sample s(name, excesses);
  const auto fit = detail::fit_of(s);
  if (!fit) return tl::unexpected(fit.error());
  const auto observed = distance_from(fit->at, excesses);
  if (!observed) return tl::unexpected(observed.error());
  std::vector<double> drawn(excesses.size());
  double as_far = 1.0, all = 1.0;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = excess_at(fit->at, detail::uniform(seed, draw, i));
    const auto again = gpd_mle(drawn);
    const auto distance = again ? distance_from(again->at, drawn) : estimable<pareto_distance>(tl::unexpected(undefined{}));
    if (!distance) continue; // a draw that the model cannot be fitted to says nothing about the distance
    as_far += distance->anderson_darling >= observed->anderson_darling ? 1.0 : 0.0;
    all += 1.0;
  }
  return as_far / all;
}

} // namespace lfreval::identification
