/// @file
/// What was counted in one group of people.
#pragma once

#include <cstdint>

namespace lfreval {

/// Events and exposure of one group; the exposure (passages, faces, seconds) has the same unit in every group compared.
struct group_count {
  std::uint64_t events = 0;
  double exposure = 0.0;

  friend bool operator==(const group_count&, const group_count&) = default;
};

/// What the events and the exposure of a group are worth when people pass more than once: x* = p n* of the clustered
/// intervals, never rounded.
struct effective_count {
  double events = 0.0;
  double exposure = 0.0;

  friend bool operator==(const effective_count&, const effective_count&) = default;
};

} // namespace lfreval
