// Compiled once per instruction set that Highway supports; the best one for the machine is chosen while running.
#include "counts/bin_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "counts/count_scores.cpp"
#include <hwy/foreach_target.h> // IWYU pragma: keep

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lfreval::detail {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t block = 16;

template <bool Single> HWY_INLINE std::uint32_t bin_of(const bin_table& table, const bin_entry* entries, unsigned shift, float score) {
  std::uint32_t key;
  std::memcpy(&key, &score, sizeof key);
  key ^= static_cast<std::uint32_t>(static_cast<std::int32_t>(key) >> 31) | 0x80000000U;
  const bin_entry* entry = entries + (key >> shift);
  if constexpr (Single) {
    // Both fields in one load.
    const bin_entry found = *entry;
    return found.base + static_cast<std::uint32_t>(key >= found.edge);
  } else {
    const std::uint32_t* keys = table.keys();
    return static_cast<std::uint32_t>(std::upper_bound(keys + entry[0].base, keys + entry[1].base, key) - keys);
  }
}

/// Bit i: score i of the block is not below `lowest`; NaN is not below anything.
template <class D> HWY_INLINE std::uint32_t not_below(D d, const float* scores, hn::Vec<D> lowest, bool& nan) {
  std::uint32_t reaching = 0;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < block; i += lanes) {
    const auto v = hn::LoadU(d, scores + i);
    const auto high = hn::Not(hn::Lt(v, lowest));
    if (hn::AllFalse(d, high)) continue;
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, high, bytes);
    std::uint32_t bits = 0;
    std::memcpy(&bits, bytes, sizeof bits);
    reaching |= bits << i;
    // Not `Ne`, which is false for NaN on some instruction sets.
    nan = nan || !hn::AllTrue(d, hn::Eq(v, v));
  }
  return reaching;
}

template <bool Single, bool Coded>
bool count_rows(const bin_table& table, const float* scores, const std::uint32_t* codes, std::size_t n, std::uint32_t* histogram,
                std::size_t copies, std::size_t stride) {
  const hn::CappedTag<float, block> d;
  const auto lowest = hn::Set(d, table.lowest());
  const bin_entry* const entries = table.entries();
  const unsigned shift = table.shift();
  const std::size_t row = table.thresholds() + 1;
  // Neighbouring scores often fall into one bin: adding to four histograms in turn lets each addition finish first.
  std::uint32_t* const h[4] = {histogram, histogram + (copies == 4 ? stride : 0), histogram + (copies == 4 ? 2 * stride : 0),
                               histogram + (copies == 4 ? 3 * stride : 0)};
  const auto add = [&](std::uint32_t* to, std::size_t i) {
    const std::size_t cell = Coded ? codes[i] * row : 0;
    ++to[cell + bin_of<Single>(table, entries, shift, scores[i])];
  };
  bool nan = false;
  std::size_t i = 0;
  for (; i + block <= n; i += block) {
    std::uint32_t reaching = not_below(d, scores + i, lowest, nan);
    if (std::popcount(reaching) <= 4) {
      for (; reaching != 0; reaching &= reaching - 1) add(h[0], i + static_cast<std::size_t>(std::countr_zero(reaching)));
      continue;
    }
    for (std::size_t j = i; j < i + block; j += 4) {
      add(h[0], j);
      add(h[1], j + 1);
      add(h[2], j + 2);
      add(h[3], j + 3);
    }
  }
  for (; i < n; ++i) {
    nan = nan || scores[i] != scores[i];
    add(h[0], i);
  }
  return nan;
}

bool count_on_target(const bin_table& table, const float* scores, const std::uint32_t* codes, std::size_t n,
                     std::uint32_t* histogram, std::size_t copies, std::size_t stride) {
  const auto run = [&](auto counted) { return counted(table, scores, codes, n, histogram, copies, stride); };
  if (table.single()) return codes == nullptr ? run(count_rows<true, false>) : run(count_rows<true, true>);
  return codes == nullptr ? run(count_rows<false, false>) : run(count_rows<false, true>);
}

template <bool Single> bool write_rows(const bin_table& table, const float* scores, std::size_t n, std::uint32_t* bins) {
  bool nan = false;
  for (std::size_t i = 0; i < n; ++i) {
    nan |= scores[i] != scores[i];
    bins[i] = scores[i] < table.lowest() ? 0 : bin_of<Single>(table, table.entries(), table.shift(), scores[i]);
  }
  return nan;
}

bool write_on_target(const bin_table& table, const float* scores, std::size_t n, std::uint32_t* bins) {
  return table.single() ? write_rows<true>(table, scores, n, bins) : write_rows<false>(table, scores, n, bins);
}

} // namespace HWY_NAMESPACE
} // namespace lfreval::detail
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace lfreval::detail {

HWY_EXPORT(count_on_target);
HWY_EXPORT(write_on_target);

bool count_scores(const bin_table& table, const float* scores, const std::uint32_t* codes, std::size_t n,
                  std::uint32_t* histogram, std::size_t copies, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(count_on_target)(table, scores, codes, n, histogram, copies, stride);
}

bool write_bins(const bin_table& table, const float* scores, std::size_t n, std::uint32_t* bins) {
  return HWY_DYNAMIC_DISPATCH(write_on_target)(table, scores, n, bins);
}

} // namespace lfreval::detail

#endif
