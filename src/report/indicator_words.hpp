// Numbers of indicators in words. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/types/interval.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

/// A lower limit below this says no more than that it is not zero.
inline constexpr double next_to_nothing = 1e-12;

inline std::string number_words(double value, rounding toward) {
  if (value > 0 && value < next_to_nothing) return "next to none";
  return value == unbounded ? "no upper limit" : significant(value, 3, toward);
}
inline std::string limits_words(double lower, double upper) { return "(" + number_words(lower, rounding::down) + " to " + number_words(upper, rounding::up) + ")"; }
inline double inverse_of(double value) { return value == 0 ? unbounded : value == unbounded ? 0.0 : 1.0 / value; }

} // namespace lfreval
