/// @file
/// Whether a series of values has stopped looking like values in random order: faces per hour that double from some week on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lfreval::sequential {

/// A signal of drift: where, and how the values since the last signal compare with those before them.
struct drift_signal {
  std::size_t at = 0;    ///< index of the value that gave the signal
  bool upwards = false;
  double evidence = 0.0; ///< the detector's value there, at or above the alarm level

  friend bool operator==(const drift_signal&, const drift_signal&) = default;
};

/// Bets that each value lies high, or low, among all those since the last signal: the rank of a value that comes in no particular
/// order is fair game. Wealth of eight bettors (up and down; 0.2, 0.4, 0.6 and 0.8 of what they have), each joined by a new one with every
/// value (Shiryaev and Roberts): R_t = (R_(t-1) + 1) (1 + f g_t), g_t = (2 rank - t - 1) / t, ties at their mean rank. At a
/// signal everything starts anew.
///
/// Of values in random order a false signal comes no sooner than after `once_in` values on average. A level that doubles is noticed after
/// some ten values if as many were seen before it. A trend that goes with the season is drift too.
/// Cites: Vovk, Nouretdinov & Gammerman 2003; Shin, Ramdas & Rinaldo 2023 for the run length. Throws for a value that is not finite and
/// `once_in` not above 1. Cost: quadratic in the number of values, 1 ms for 1,000.
[[nodiscard]] std::vector<drift_signal> rank_drift(std::span<const double> values, double once_in);

} // namespace lfreval::sequential
