#include <lfreval/series/drift.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::sequential {

std::vector<drift_signal> rank_drift(std::span<const double> values, double once_in) {
  if (!(once_in > 1.0) || !std::isfinite(once_in)) detail::wrong_call("sequential::rank_drift", "once_in", "is not above 1 and finite");
  constexpr std::array<double, 8> bets{0.2, 0.4, 0.6, 0.8, -0.2, -0.4, -0.6, -0.8};
  std::vector<drift_signal> out;
  std::vector<double> seen; // sorted
  std::array<double, 8> wealth{};
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double value = values[at];
    if (!std::isfinite(value)) detail::wrong_call("sequential::rank_drift", "values", "are not finite");
    const auto first = std::lower_bound(seen.begin(), seen.end(), value), last = std::upper_bound(seen.begin(), seen.end(), value);
    const auto below = static_cast<double>(first - seen.begin()), ties = static_cast<double>(last - first);
    const double t = static_cast<double>(seen.size()) + 1.0, rank = below + 1.0 + ties / 2.0;
    const double height = (2.0 * rank - t - 1.0) / t;
    seen.insert(last, value);
    double total = 0.0, up = 0.0;
    for (std::size_t i = 0; i < bets.size(); ++i) {
      wealth[i] = (wealth[i] + 1.0) * (1.0 + bets[i] * height);
      total += wealth[i];
      if (bets[i] > 0.0) up += wealth[i];
    }
    const double evidence = total / static_cast<double>(bets.size());
    if (evidence < once_in) continue;
    out.push_back({at, up > total - up, evidence});
    seen.clear();
    wealth.fill(0.0);
  }
  return out;
}

} // namespace lfreval::sequential
