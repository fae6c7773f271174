/// @file
/// Scores and thresholds are points on the system's own scale: they compare and subtract, they do not add, and they
/// are not probabilities.
#pragma once

#include <compare>
#include <stdexcept>

namespace lfreval {

namespace detail {
/// `std::isfinite` is not constexpr here; infinity minus itself and NaN minus itself are not zero.
constexpr bool finite(float value) noexcept { return value - value == 0.0F; }
} // namespace detail

/// The distance between two points of a score scale.
struct margin {
  float value = 0.0F;
  friend constexpr auto operator<=>(margin, margin) = default;
};

/// A comparison score exactly as logged. NaN and infinities throw `std::invalid_argument`.
class score {
public:
  constexpr explicit score(float logged) : value_(logged) {
    if (!detail::finite(logged)) throw std::invalid_argument("score: not a finite number");
  }
  [[nodiscard]] constexpr float value() const noexcept { return value_; }

private:
  float value_;
};

/// The line at which a comparison becomes an alert: `alert iff score >= threshold`, in the score's own precision.
class threshold {
public:
  constexpr explicit threshold(float set_at) : value_(set_at) {
    if (!detail::finite(set_at)) throw std::invalid_argument("threshold: not a finite number");
  }
  [[nodiscard]] constexpr float value() const noexcept { return value_; }

  friend constexpr bool operator==(threshold, threshold) = default;
  friend constexpr auto operator<=>(threshold, threshold) = default;
  friend constexpr margin operator-(threshold a, threshold b) noexcept { return margin{a.value_ - b.value_}; }

private:
  float value_;
};

/// The alert rule: at the threshold is an alert.
[[nodiscard]] constexpr bool alerts_at(score s, threshold t) noexcept { return s.value() >= t.value(); }
[[nodiscard]] constexpr bool operator>=(score s, threshold t) noexcept { return alerts_at(s, t); }

namespace detail {
template <class T> inline constexpr bool never = false;
}

/// M11. A threshold has no percent form; every call fails to compile and says so.
template <class T> constexpr double as_probability(const T&) {
  static_assert(detail::never<T>,
                "lfreval M11: a score or threshold is not a probability: 0.64 is a point on the vendor's scale; "
                "only a calibration study gives probabilities");
  return 0.0;
}

} // namespace lfreval
