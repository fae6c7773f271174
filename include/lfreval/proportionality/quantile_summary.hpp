/// @file
/// What was recorded of durations, ages and the like, without an average.
#pragma once

#include <cstdint>
#include <vector>

#include <lfreval/types/estimable.hpp>

namespace lfreval {

/// Median, ninth decile and extremes of what was recorded: an average would hide the few long ones (M61).
/// Quantiles are values that occurred: the smallest with at least that share of all values at or below it.
struct quantile_summary {
  std::uint64_t n = 0;
  double smallest = 0, median = 0, ninth_decile = 0, largest = 0;
  friend bool operator==(const quantile_summary&, const quantile_summary&) = default;
};
/// Undefined (`empty`) without a value. Throws `std::invalid_argument` for a value that is not finite. Cost: O(n log n).
[[nodiscard]] estimable<quantile_summary> distribution_of(std::vector<double> values);

} // namespace lfreval
