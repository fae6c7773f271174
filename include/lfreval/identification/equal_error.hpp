/// @file
/// The equal error rate, for comparison with laboratory reports only.
#pragma once

#include <lfreval/identification/curve.hpp>

namespace lfreval::identification {

/// The rate at which misses and false alerts would be equal. NOT an operating point of live recognition: one passer in
/// a few hundred alerted on for nothing is not the price of one miss in a few hundred.
struct equal_error_rate {
  double linear = 0.0;      ///< on straight lines between neighbouring steps
  double convex_hull = 0.0; ///< on the lower convex hull of the steps; never above `linear`
  static constexpr bool is_operating_point = false;
};


/// Two readings of the equal error rate from the counted steps; the threshold above all scores (no alert, all missed)
/// is added. Hull and crossings use whole numbers.   Cites: Provost & Fawcett 2001 (hull).
/// Undefined (`empty`) without mated or non-mated passages, and (`all_events`) when even at the lowest recorded
/// threshold more is missed than falsely alerted. Throws as `detection_error_tradeoff`. Cost: O(steps).
estimable<equal_error_rate> equal_error(const sweep_counts& swept);

} // namespace lfreval::identification
