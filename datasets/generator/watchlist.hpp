/// @file
/// The list drawn for a trial. It has a seed of its own: many trials can be drawn against one list, and one trial
/// against many lists, because what is true for this list and what is true for lists of this kind are two questions.
#pragma once

#include <cstdint>
#include <vector>

#include "trial_design.hpp"

namespace lfreval::synthetic {

struct listed_person {
  std::uint32_t group = 0;
  std::uint32_t images = 1;
  double effect = 0.0; ///< far up: a lamb
};

/// The volunteers first, then the others; the place on the list is the person's number.
struct watchlist {
  std::vector<listed_person> persons;
};

/// Groups of volunteers are drawn with the shares of passers, groups of the others with the shares of the list.
/// Throws as `require_valid`.
[[nodiscard]] watchlist draw_watchlist(const trial_design&, std::uint64_t seed);

} // namespace lfreval::synthetic
