/// @file
/// What a comparison of two groups ends in.
#pragma once

#include <string_view>

namespace lfreval {

/// Both may hold at once: a ratio can be surely above 1 and surely below the margin.
struct disparity_verdict {
  bool different = false;  ///< the interval of the ratio at 1 - a leaves out 1
  bool equivalent = false; ///< the interval of the ratio at 1 - 2 a lies inside (1 / margin, margin)

  friend constexpr bool operator==(disparity_verdict, disparity_verdict) = default;
};

/// DIFFERENT, EQUIVALENT, DIFFERENT BUT WITHIN MARGIN or INCONCLUSIVE.
[[nodiscard]] std::string_view to_string(disparity_verdict) noexcept;

} // namespace lfreval
