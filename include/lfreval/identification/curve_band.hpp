/// @file
/// A band around a whole detection error trade-off for independent passages: wide, and free of any assumption but that
/// one. For people who pass several times see `bootstrap::band`.
#pragma once

#include <algorithm>
#include <vector>

#include <lfreval/identification/curve.hpp>
#include <lfreval/intervals/dkw.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::identification {

/// Both rates at one threshold, each with its limits.
struct band_point {
  threshold at{0.0F};
  interval fpir, fnir;
};

struct tradeoff_band {
  std::vector<band_point>
      points; ///< at the thresholds of the sweep, ascending; between two of them the rates do not change
  double fpir_within = 0.0, fnir_within = 0.0; ///< to either side, everywhere
  flag_set flags{flag::assumes_independence};
};

/// Limits for both rates that hold at all thresholds at once: each axis spends half of alpha.   rate -+ sqrt(ln(4 /
/// alpha) / (2 n)), ends at 0 and 1.   Undefined and throws as `detection_error_tradeoff`. Only for passages of as many
/// people: with repeated passers the band is too narrow.   Cites: Massart 1990.
[[nodiscard]] inline estimable<tradeoff_band> dkw_band(const sweep_counts& swept, confidence level) {
  detail::require_sweep("identification::dkw_band", swept);
  if (auto why = detail::no_sweep(swept)) return tl::unexpected(*why);
  const confidence each = confidence::checked(1.0 - level.alpha() / 2.0);
  tradeoff_band out;
  out.fpir_within = *band::dkw(swept.nonmated, each);
  out.fnir_within = *band::dkw(swept.mated, each);
  const auto around = [&](double rate, double within) {
    return interval{std::max(0.0, rate - within), std::min(1.0, rate + within), level, interval_method::dkw,
                    sides::two};
  };
  for (const threshold_counts& here : swept.at) {
    const double fpir = static_cast<double>(here.nonmated_at_or_above) / static_cast<double>(swept.nonmated);
    const double fnir = static_cast<double>(swept.mated - here.mated_at_or_above) / static_cast<double>(swept.mated);
    out.points.push_back({here.at, around(fpir, out.fpir_within), around(fnir, out.fnir_within)});
  }
  return out;
}

} // namespace lfreval::identification
