// Compiled once per instruction set that Highway supports; the best one for the machine is chosen while running.
#include "counts/bin_table.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "counts/count_scores.cpp"
#include <hwy/foreach_target.h> // IWYU pragma: keep

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lfreval::detail {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t block = 64;

/// The bin of a score by its key, of which the entry is at `place`.
template <bool Single> HWY_INLINE std::size_t bin_of(const bin_table& table, const bin_entry* entries, std::uint32_t key, std::size_t place) {
  if constexpr (Single) return (entries[place] + key) >> 32U;
  const std::uint32_t* keys = table.keys();
  return static_cast<std::size_t>(std::upper_bound(keys + base_of(entries[place]), keys + base_of(entries[place + 1]), key) - keys);
}

template <bool Single, bool Coded>
bool count_rows(const bin_table& table, const float* scores, const std::uint32_t* codes, std::size_t n, std::uint32_t* histogram,
                std::size_t copies, std::size_t stride) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::RebindToSigned<decltype(d)> di;
  const std::size_t lanes = hn::Lanes(d);
  const auto lowest = hn::Set(d, table.lowest());
  const auto sign = hn::Set(du, 0x80000000U);
  const bin_entry* const entries = table.entries();
  const auto shift = static_cast<int>(table.shift());
  const std::size_t row = table.thresholds() + 1;
  // Neighbouring scores often fall into one bin: adding to several histograms in turn lets each addition finish first.
  const std::size_t apart = copies == most_copies ? stride : 0;
  alignas(64) std::uint32_t key[block];
  alignas(64) std::uint32_t place[block];
  const auto add = [&](std::uint32_t* to, std::size_t i, std::size_t j) {
    const std::size_t cell = Coded ? codes[i + j] * row : 0;
    ++to[cell + bin_of<Single>(table, entries, key[j], place[j])];
  };
  bool nan = false;
  std::size_t i = 0;
  for (; i + block <= n; i += block) {
    const float* const s = scores + i;
    // NaN is not below anything, so that a block with one is looked at.
    auto below = hn::Lt(hn::LoadU(d, s), lowest);
    for (std::size_t j = lanes; j < block; j += lanes) below = hn::And(below, hn::Lt(hn::LoadU(d, s + j), lowest));
    if (hn::AllTrue(d, below)) continue;

    auto number = hn::Eq(lowest, lowest);
    std::size_t reaching = block;
    for (std::size_t j = 0; j < block; j += lanes) {
      const auto v = hn::LoadU(d, s + j);
      number = hn::And(number, hn::Eq(v, v)); // not `Ne`, which is false for NaN on some instruction sets
      reaching -= hn::CountTrue(d, hn::Lt(v, lowest));
      const auto bits = hn::BitCast(du, v);
      const auto flip = hn::Or(hn::BitCast(du, hn::ShiftRight<31>(hn::BitCast(di, v))), sign);
      const auto keys = hn::Xor(bits, flip);
      hn::Store(keys, du, key + j);
      hn::Store(hn::ShiftRightSame(keys, shift), du, place + j);
    }
    nan = nan || !hn::AllTrue(d, number);
    if (reaching <= 4) {
      for (std::size_t j = 0; reaching > 0; ++j) {
        if (s[j] < table.lowest()) continue;
        add(histogram, i, j);
        --reaching;
      }
      continue;
    }
    for (std::size_t j = 0; j < block; j += most_copies)
      for (std::size_t copy = 0; copy < most_copies; ++copy) add(histogram + copy * apart, i, j + copy);
  }
  for (; i < n; ++i) {
    nan = nan || scores[i] != scores[i];
    key[0] = ordered_bits(scores[i]);
    place[0] = key[0] >> table.shift();
    add(histogram, i, 0);
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
    const std::uint32_t key = ordered_bits(scores[i]);
    bins[i] = static_cast<std::uint32_t>(bin_of<Single>(table, table.entries(), key, key >> table.shift()));
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
