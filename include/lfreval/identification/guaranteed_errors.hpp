/// @file
/// How many false positives a calibration may show before a rate is no longer proven to keep its limit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/confidence.hpp>

namespace lfreval::detail {

inline void require_target(const char* function, double target) {
  if (!(target > 0.0 && target < 1.0)) wrong_call(function, "target", "does not lie strictly between 0 and 1");
}

/// Whether `errors` in `trials` prove a rate of at most `target`: the one-sided Clopper-Pearson limit of `judge`.
inline bool proves(std::uint64_t errors, std::uint64_t trials, double target, confidence level) {
  return errors < trials && beta_limit_upper(static_cast<double>(errors), static_cast<double>(trials),
                                             tail(level, sides::upper)) <= target;
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The largest number of alerting passages, among `trials` independent non-mated ones, that still proves a false
/// positive identification rate of at most `target`. Nothing when not even 0 does: the calibration is too small.
/// k* = max{k : I^-1_{1-d}(k+1, n-k) <= a}, d = 1 - level.   0.1 % at 95 %: nothing below 2,995 passages, 4 at 10,000.
/// Cites: Wilks 1941 (tolerance limits). Throws when the target is not strictly between 0 and 1. Cost: about 500
/// microseconds.
[[nodiscard]] inline std::optional<std::uint64_t> guaranteed_k(std::uint64_t trials, double target, confidence level) {
  constexpr const char* name = "identification::guaranteed_k";
  detail::require_count(name, "trials", trials);
  detail::require_target(name, target);
  if (trials == 0 || !detail::proves(0, trials, target, level)) return std::nullopt;
  std::uint64_t proven = 0, too_many = 1;
  while (detail::proves(too_many, trials, target, level)) {
    proven = too_many;
    too_many = std::min(trials, 2 * too_many); // `trials` errors never prove anything
  }
  while (too_many - proven > 1) {
    const std::uint64_t middle = proven + (too_many - proven) / 2;
    if (detail::proves(middle, trials, target, level)) proven = middle; else too_many = middle;
  }
  return proven;
}

/// The smallest number of independent non-mated passages with which `errors` false positives prove the target.
/// Without errors: ceil(ln d / ln(1 - a)), 2,995 for 0.1 % at 95 %.   Nothing when 2^52 would not be enough. Throws as
/// `guaranteed_k`.
[[nodiscard]] inline std::optional<std::uint64_t> passages_needed(double target, confidence level,
                                                                  std::uint64_t errors = 0) {
  constexpr const char* name = "identification::passages_needed";
  detail::require_target(name, target);
  detail::require_count(name, "errors", errors);
  std::uint64_t too_few = errors, enough = errors; // with errors in every trial nothing is proven
  for (std::uint64_t more = 1; too_few < largest_count; more *= 2) {
    enough = std::min(largest_count, errors + more);
    if (detail::proves(errors, enough, target, level)) break;
    too_few = enough;
  }
  if (too_few == largest_count) return std::nullopt;
  while (enough - too_few > 1) {
    const std::uint64_t middle = too_few + (enough - too_few) / 2;
    if (detail::proves(errors, middle, target, level)) enough = middle; else too_few = middle;
  }
  return enough;
}

} // namespace lfreval::identification
