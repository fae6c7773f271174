/// @file
/// What the ratio and the difference of two shares have in common.
#pragma once

#include <cstdint>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::detail {

/// Events and trials of both arms. Exchanging the arms turns a ratio over and changes the sign of a difference.
struct arms {
  double x1, n1, x2, n2;

  arms(double events1, double trials1, double events2, double trials2)
      : x1(events1), n1(trials1), x2(events2), n2(trials2) {}
  arms(std::uint64_t events1, std::uint64_t trials1, std::uint64_t events2, std::uint64_t trials2)
      : arms(static_cast<double>(events1), static_cast<double>(trials1), static_cast<double>(events2),
             static_cast<double>(trials2)) {}

  [[nodiscard]] arms swapped() const { return {x2, n2, x1, n1}; }
  [[nodiscard]] double p1() const { return x1 / n1; }
  [[nodiscard]] double p2() const { return x2 / n2; }
};

/// A score test of less than half leaves no interval around the estimate.
inline void require_half(const char* function, confidence level, sides on) {
  if (tail(level, on) > 0.5) wrong_call(function, "level", "is below 1/2");
}

inline void require_two_sided(const char* function, const char* argument, double point, const interval& limits) {
  if (limits.on != sides::two) wrong_call(function, argument, "has a one-sided interval");
  if (!std::isfinite(point) || !std::isfinite(limits.upper)) wrong_call(function, argument, "is not bounded");
  if (!(limits.lower >= 0.0)) wrong_call(function, argument, "has a negative limit");
  if (!limits.contains(point)) wrong_call(function, argument, "has a point outside its interval");
}

inline void require_two_sided_pair(const char* function, double p1, const interval& first, double p2, const interval& second) {
  require_two_sided(function, "first", p1, first);
  require_two_sided(function, "second", p2, second);
  if (first.level != second.level) wrong_call(function, "second", "has another confidence than the first");
}

} // namespace lfreval::detail
