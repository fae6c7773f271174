/// @file
/// What unequal weights cost.
#pragma once

#include <algorithm>
#include <span>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::weights {

/// The number of equally weighted trials that would be as precise as these weighted ones: (sum w)^2 / sum w^2.
/// Cites: Kish 1965. Undefined (`empty`) when no weight is above 0; throws for weights that are negative or not finite.
inline estimable<double> kish_neff(std::span<const double> w) {
  double largest = 0.0, sum = 0.0, squares = 0.0;
  for (const double one : w) {
    detail::require_amount("weights::kish_neff", "a weight", one);
    largest = std::max(largest, one);
  }
  if (largest == 0.0) return detail::no_value(undefined_reason::empty, "Give at least one trial a weight above 0.");
  // Only the proportions matter; scaled, no square of a small weight vanishes.
  for (const double one : w) {
    sum += one / largest;
    squares += (one / largest) * (one / largest);
  }
  return sum * (sum / squares);
}

} // namespace lfreval::weights
