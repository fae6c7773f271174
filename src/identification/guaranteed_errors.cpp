#include <lfreval/identification/guaranteed_errors.hpp>

#include <algorithm>

#include <lfreval/intervals/real_limits.hpp>

namespace lfreval::detail {
namespace {

/// Whether `errors` in `trials` prove a rate of at most `target`: the one-sided Clopper-Pearson limit of `judge`.
bool proves(std::uint64_t errors, std::uint64_t trials, double target, confidence level) {
  return errors < trials && beta_limit_upper(static_cast<double>(errors), static_cast<double>(trials),
                                             tail(level, sides::upper)) <= target;
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

std::optional<std::uint64_t> guaranteed_k(std::uint64_t trials, double target, confidence level) {
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

std::optional<std::uint64_t> passages_needed(double target, confidence level, std::uint64_t errors) {
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
