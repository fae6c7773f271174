/// @file
/// The thresholds that a system can be set to.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::identification {

/// Thresholds in steps of `step` units of the last of `decimals` decimals: `{.decimals = 2}` is 0.01, 0.02 ...;
/// `{.decimals = 2, .step = 5}` is 0.05, 0.10 ...
struct decimal_grid {
  unsigned decimals = 2; ///< at most 8, so that each point is the float nearest to its decimal
  std::uint64_t step = 1;
};

/// The lowest setting of the grid that is at or above a score, as the float that the setting is stored in. Nothing when
/// the score is so large (above 2^40 units of the last decimal) that floats lie far further apart than the grid. Throws
/// for more than 8 decimals and for a step of 0.
[[nodiscard]] inline std::optional<float> round_up(float score, decimal_grid grid) {
  constexpr const char* name = "identification::round_up";
  constexpr std::array<double, 9> powers{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
  if (grid.decimals >= powers.size()) detail::wrong_call(name, "decimals", "are more than 8");
  if (grid.step == 0) detail::wrong_call(name, "step", "is zero");
  detail::require_count(name, "step", grid.step);
  if (!std::isfinite(score)) detail::wrong_call(name, "score", "is not finite");
  const double units = powers[grid.decimals], step = static_cast<double>(grid.step);
  const double steps = static_cast<double>(score) * units / step;
  if (!(std::fabs(steps) * step + 4.0 * step < 0x1p40)) return std::nullopt;
  // Whole numbers throughout: the point k is k * step / 10^decimals, rounded once.
  const auto point = [=](double k) { return static_cast<float>(k * step / units); };
  double k = std::ceil(steps) + 1.0;
  while (point(k - 1.0) >= score) k -= 1.0;
  while (point(k) < score) k += 1.0;
  return point(k) + 0.0F;
}

} // namespace lfreval::identification
