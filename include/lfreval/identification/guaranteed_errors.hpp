/// @file
/// How many false positives a calibration may show before a rate is no longer proven to keep its limit.
#pragma once

#include <cstdint>
#include <optional>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/confidence.hpp>

namespace lfreval::detail {

inline void require_target(const char* function, double target) {
  if (!(target > 0.0 && target < 1.0)) wrong_call(function, "target", "does not lie strictly between 0 and 1");
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The largest number of alerting passages, among `trials` independent non-mated ones, that still proves a false
/// positive identification rate of at most `target`. Nothing when not even 0 does: the calibration is too small.
/// k* = max{k : I^-1_{1-d}(k+1, n-k) <= a}, d = 1 - level.   0.1 % at 95 %: nothing below 2,995 passages, 4 at 10,000.
/// Cites: Wilks 1941 (tolerance limits). Throws when the target is not strictly between 0 and 1. Cost: about 500
/// microseconds.
[[nodiscard]] std::optional<std::uint64_t> guaranteed_k(std::uint64_t trials, double target, confidence level);

/// The smallest number of independent non-mated passages with which `errors` false positives prove the target.
/// Without errors: ceil(ln d / ln(1 - a)), 2,995 for 0.1 % at 95 %.   Nothing when 2^52 would not be enough. Throws as
/// `guaranteed_k`.
[[nodiscard]] std::optional<std::uint64_t> passages_needed(double target, confidence level, std::uint64_t errors = 0);

} // namespace lfreval::identification
