/// @file
/// What one person or one deployment contributed to a rate.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace lfreval {

/// Events and exposure of one cluster. A cluster without exposure and without events carries no information and is left
/// out; events without exposure are a wrong call.
struct cluster_tally {
  std::uint64_t events = 0;
  std::uint64_t exposure = 0;

  friend constexpr auto operator<=>(const cluster_tally&, const cluster_tally&) = default;
};

/// Events and exposure of all of them.
[[nodiscard]] inline cluster_tally total_of(const std::vector<cluster_tally>& clusters) noexcept {
  cluster_tally out;
  for (const cluster_tally& one : clusters) {
    out.events += one.events;
    out.exposure += one.exposure;
  }
  return out;
}

} // namespace lfreval
