// Compiled once per instruction set that Highway supports; the best one for the machine is chosen while running.
#include <lfreval/counts/search.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "counts/places_above.cpp"
#include <hwy/foreach_target.h> // IWYU pragma: keep

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lfreval::detail {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

std::size_t places_on_target(const float* scores, std::size_t n, float floor, std::uint32_t* places) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t block = 64; // nearly every block has no score that high and is left after one test
  const auto lowest = hn::Set(d, floor);
  std::size_t found = 0, i = 0;
  for (; i + block <= n; i += block) {
    auto above = hn::Ge(hn::LoadU(d, scores + i), lowest);
    for (std::size_t j = lanes; j < block; j += lanes) above = hn::Or(above, hn::Ge(hn::LoadU(d, scores + i + j), lowest));
    if (hn::AllFalse(d, above)) continue;
    for (std::size_t j = i; j < i + block; ++j) {
      places[found] = static_cast<std::uint32_t>(j);
      found += scores[j] >= floor ? 1 : 0;
    }
  }
  for (; i < n; ++i) {
    places[found] = static_cast<std::uint32_t>(i);
    found += scores[i] >= floor ? 1 : 0;
  }
  return found;
}

} // namespace HWY_NAMESPACE
} // namespace lfreval::detail
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace lfreval::detail {

HWY_EXPORT(places_on_target);

std::size_t places_at_or_above(std::span<const float> scores, float floor, std::uint32_t* places) {
  return HWY_DYNAMIC_DISPATCH(places_on_target)(scores.data(), scores.size(), floor, places);
}

} // namespace lfreval::detail

#endif
