#include <lfreval/identification/proof_power.hpp>

#include <algorithm>

#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>

namespace lfreval::identification {

namespace {

void require_rate(const char* function, double rate) {
  if (!(rate >= 0.0 && rate < 1.0)) detail::wrong_call(function, "rate", "is not a share below 1");
}

/// The design whose last allowed error is the `errors`-th.
proof_design at(std::uint64_t errors, double target, double rate, confidence level) {
  const std::uint64_t n = passages_needed(target, level, errors).value_or(largest_count);
  return {n, errors, detail::binomial_up_to(static_cast<double>(errors), static_cast<double>(n), rate)};
}

} // namespace

double proof_power(std::uint64_t trials, double target, double rate, confidence level) {
  require_rate("identification::proof_power", rate);
  const auto most = guaranteed_k(trials, target, level);
  return most ? detail::binomial_up_to(static_cast<double>(*most), static_cast<double>(trials), rate) : 0.0;
}

std::optional<proof_design> passages_to_prove(double target, double rate, confidence level, double power) {
  constexpr const char* name = "identification::passages_to_prove";
  detail::require_target(name, target);
  require_rate(name, rate);
  if (!(power > 0.0 && power < 1.0)) detail::wrong_call(name, "power", "is not strictly between 0 and 1; write 0.8, not 80");
  if (rate >= target) return std::nullopt;
  constexpr std::uint64_t one_by_one = 64, furthest = 100000;
  for (std::uint64_t errors = 0; errors <= one_by_one; ++errors)
    if (const proof_design design = at(errors, target, rate, level); design.power >= power) return design;
  // From here on the saw is fine, and its teeth rise.
  std::uint64_t too_few = one_by_one, enough = one_by_one;
  do {
    if (enough == furthest) return std::nullopt;
    too_few = enough;
    enough = std::min(furthest, 2 * enough);
  } while (at(enough, target, rate, level).power < power);
  while (enough - too_few > 1) {
    const std::uint64_t middle = too_few + (enough - too_few) / 2;
    (at(middle, target, rate, level).power >= power ? enough : too_few) = middle;
  }
  return at(enough, target, rate, level);
}

} // namespace lfreval::identification
