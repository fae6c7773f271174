/// @file
/// Excesses in order and the likelihood of a generalised Pareto distribution for them, shared by the fit and by the
/// limits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/identification/pareto_fit.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

using identification::pareto_fit, identification::pareto_shape;

inline constexpr double lowest_shape = -0.5;

/// (ln(1 + w) - w / (1 + w)) / w^2 and its derivative. Near 0 the terms cancel: sum (-w)^j (j + 1) / (j + 2) instead.
inline double curvature(double w) {
  if (std::fabs(w) > 0.05) return (std::log1p(w) - w / (1.0 + w)) / (w * w);
  double sum = 0.0, power = 1.0;
  for (int j = 0; j < 14; ++j, power *= -w)
    sum += power * (j + 1.0) / (j + 2.0);
  return sum;
}

inline double curvature_slope(double w) {
  if (std::fabs(w) > 0.05) return 1.0 / (w * (1.0 + w) * (1.0 + w)) - 2.0 * curvature(w) / w;
  double sum = 0.0, power = -1.0;
  for (int j = 1; j < 16; ++j, power *= -w)
    sum += power * j * (j + 1.0) / (j + 2.0);
  return sum;
}

/// ln(1 + theta y) / theta, y itself at 0.
inline double log_ratio(double theta, double y) {
  const double w = theta * y;
  return std::fabs(w) < 1e-10 ? y * (1.0 - w / 2.0) : std::log1p(w) / theta;
}

/// Excesses in ascending order; sums over them are the same whichever order they came in.
/// With theta = xi / sigma and a = 1 / sigma the log likelihood is N ln a - a Q(theta) - theta Q(theta),
/// Q = sum ln(1 + theta y) / theta: smooth through theta = 0, and concave in a.
class pareto_sample {
public:
  pareto_sample(const char* function, std::span<const double> excesses) : y_(excesses.begin(), excesses.end()) {
    for (const double y : y_) {
      if (!std::isfinite(y)) wrong_call(function, "excesses", "hold a value that is not finite");
      if (!(y > 0.0)) wrong_call(function, "excesses", "hold a value that is not above 0");
    }
    std::sort(y_.begin(), y_.end());
    for (const double y : y_)
      sum_ += y;
  }

  [[nodiscard]] double count() const { return static_cast<double>(y_.size()); }
  [[nodiscard]] double largest() const { return y_.back(); }
  [[nodiscard]] double mean() const { return sum_ / count(); }
  [[nodiscard]] const std::vector<double>& ascending() const { return y_; }

  [[nodiscard]] double logs(double theta) const { ///< Q
    // Logarithms of products of eight: the same sum in an eighth of the calls. Factors lie between 1e-8 and 1e4 times
    // the number of excesses, so that no product overflows.
    double sum = 0.0;
    if (std::fabs(theta) * largest() < 1e-10) {
      for (const double y : y_)
        sum += log_ratio(theta, y);
      return sum;
    }
    if (std::fabs(theta) * largest() < 1e-3) {
      for (const double y : y_)
        sum += std::log1p(theta * y);
      return sum / theta;
    }
    std::size_t i = 0;
    for (; i + 8 <= y_.size(); i += 8) {
      double product = 1.0;
      for (std::size_t k = i; k < i + 8; ++k)
        product *= 1.0 + theta * y_[k];
      sum += std::log(product);
    }
    for (; i < y_.size(); ++i)
      sum += std::log1p(theta * y_[i]);
    return sum / theta;
  }
  [[nodiscard]] double log_likelihood(double a, double theta, double q) const {
    return count() * std::log(a) - a * q - theta * q;
  }

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

/// Values of theta from just above -1 / `reach`, where the likelihood ends, to far beyond any plausible tail: evenly in
/// the logarithm of the distance from the end. Both sides of 0 are covered.
inline std::vector<double> ladder_of_thetas(double reach, double mean) {
  constexpr int rungs = 48;
  const double end = -1.0 / reach, closest = 1e-8 / reach, farthest = 1e4 / mean;
  std::vector<double> out;
  for (int i = 0; i <= rungs; ++i)
    out.push_back(end + closest * std::pow(farthest / closest, static_cast<double>(i) / rungs));
  return out;
}

/// The largest value of a function that rises and falls between two ends, by golden section.
template <class Function> double largest_between(double low, double high, Function function) {
  constexpr double golden = 0.6180339887498949;
  double left = high - golden * (high - low), right = low + golden * (high - low), at_left = function(left),
         at_right = function(right);
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

inline constexpr double impossible = -std::numeric_limits<double>::infinity();

template <class Function> double largest_over(const std::vector<double>& thetas, Function function) {
  std::size_t best = 0;
  double highest = impossible;
  for (std::size_t i = 0; i < thetas.size(); ++i)
    if (const double value = function(thetas[i]); value > highest) highest = value, best = i;
  if (highest == impossible) return highest;
  const double low = thetas[best > 0 ? best - 1 : 0], high = thetas[std::min(best + 1, thetas.size() - 1)];
  return std::max(highest, largest_between(low, high, function));
}

inline tl::unexpected<undefined> not_fitted() {
  return no_value(undefined_reason::no_fit,
                  "Start the tail at another score: the likelihood of this one has no maximum with a shape "
                  "above -1/2.");
}

inline tl::unexpected<undefined> too_few_excesses() {
  return no_value(undefined_reason::empty, "Record at least two scores above the start of the tail.");
}

inline estimable<pareto_fit> fit_of(const pareto_sample& s) {
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
  return pareto_fit{{scale, theta * scale},
                    std::sqrt(-xx / determinant),
                    std::sqrt(-ss / determinant),
                    highest,
                    s.ascending().size()};
}

inline void require_shape(const char* function, const pareto_shape& fit) {
  if (!std::isfinite(fit.scale) || !(fit.scale > 0.0)) wrong_call(function, "scale", "is not a finite number above 0");
  if (!std::isfinite(fit.shape)) wrong_call(function, "shape", "is not finite");
}

/// ln P(Y > y), -infinity from the end point on.
inline double log_probability(const pareto_shape& fit, double y) {
  const double theta = fit.shape / fit.scale;
  if (theta * y <= -1.0) return impossible;
  return -log_ratio(theta, y) / fit.scale;
}

} // namespace lfreval::detail
