/// @file
/// Confidence levels that cannot be confused with percentages.
#pragma once

#include <stdexcept>

namespace lfreval {

/// A confidence level strictly between 0 and 1. `confidence{0.95}` is checked when the program is compiled;
/// `confidence::checked(x)` is for values that come from a study, and throws `std::invalid_argument`.
class confidence {
public:
  consteval explicit confidence(double level) : level_(level) {
    if (!(level > 0.0 && level < 1.0)) throw "lfreval: a confidence lies strictly between 0 and 1; write 0.95, not 95";
  }

  [[nodiscard]] static constexpr confidence checked(double level) {
    if (!(level > 0.0 && level < 1.0))
      throw std::invalid_argument("confidence: a confidence lies strictly between 0 and 1; write 0.95, not 95");
    return confidence(level, unchecked{});
  }

  [[nodiscard]] constexpr double level() const noexcept { return level_; }
  /// 1 - level: the chance that the method allows itself to be wrong.
  [[nodiscard]] constexpr double alpha() const noexcept { return 1.0 - level_; }

  friend constexpr bool operator==(confidence, confidence) = default;

private:
  struct unchecked {};
  constexpr confidence(double level, unchecked) noexcept : level_(level) {}
  double level_;
};

} // namespace lfreval
