/// @file
/// One comparison of a probe with a reference, by their places.
#pragma once

#include <cstdint>

namespace lfreval {

struct scored_pair {
  std::uint32_t probe = 0, reference = 0;
  float score = 0;
  friend bool operator==(const scored_pair&, const scored_pair&) = default;
};

} // namespace lfreval
