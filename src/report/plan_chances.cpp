#include <lfreval/report/plan.hpp>

#include <algorithm>

#include "report/planner.hpp"

namespace lfreval {

std::vector<chance_curve> chances_by_size(const trial_plan& plan) {
  constexpr std::uint64_t steps = 20; // as many sizes, the last twice the planned one
  std::vector<chance_curve> out;
  for (std::size_t i = 0; i < plan.claims.size(); ++i) {
    const planned_claim& one = plan.claims[i];
    if (!one.reachable) continue;
    const std::uint64_t passes = of_misses(one.claim) ? plan.design.passes_per_person : 1, budget = of_misses(one.claim) ? plan.budget_mated : plan.budget_nonmated;
    std::vector<std::uint64_t> sizes;
    for (std::uint64_t k = 1; k <= steps; ++k) {
      const auto size = static_cast<std::uint64_t>(static_cast<double>(one.passages) / (steps / 2) * static_cast<double>(k));
      sizes.push_back(k == steps / 2 ? one.passages : std::max<std::uint64_t>(1, size / passes) * passes);
    }
    if (budget > 0 && budget < sizes.back()) sizes.push_back(budget);
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    chance_curve curve{i, {}};
    for (const std::uint64_t size : sizes)
      curve.points.push_back({size, by_kind(one.claim, chance_of_limit, chance_of_comparison, chance_of_systems)(plan.design, one.claim, size)});
    out.push_back(std::move(curve));
  }
  return out;
}

} // namespace lfreval
