#include "counts/sort_keys.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include <hwy/contrib/sort/vqsort.h>

#include "bytes/large_pages.hpp"

namespace lfreval::detail {
namespace {

constexpr std::size_t digits = 4, values = 256;

/// On Zen 4, 20 million keys take vqsort 1.1 s, vqsort built for AVX2 0.4 s and four passes 0.15 to 0.18 s; the likely
/// reason is that storing selected lanes to memory is microcode there. On an Intel processor with AVX-512 vqsort was five
/// times as fast as passes. Zen 5 was not measured.
bool has_slow_selected_stores() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  static const bool known = __builtin_cpu_is("amd") != 0 && __builtin_cpu_supports("avx512f") != 0;
  return known;
#else
  return false;
#endif
}

} // namespace

void radix_sort_descending(std::span<std::uint32_t> keys) {
  const std::size_t n = keys.size();
  const auto spare = std::make_unique_for_overwrite<std::uint32_t[]>(n);
  use_large_pages(spare.get(), n * sizeof(std::uint32_t));
  const auto digit_of = [](std::uint32_t key, std::size_t digit) { return (key >> (8U * digit)) & 0xffU; };
  std::array<std::array<std::size_t, values>, digits> next{};
  for (const std::uint32_t key : keys)
    for (std::size_t digit = 0; digit < digits; ++digit) ++next[digit][digit_of(key, digit)];
  std::uint32_t *from = keys.data(), *to = spare.get();
  for (std::size_t digit = 0; digit < digits; ++digit) {
    auto& place = next[digit];
    if (std::find(place.begin(), place.end(), n) != place.end()) continue; // all keys share this byte
    std::size_t before = 0;
    for (std::size_t value = values; value-- > 0;) {
      const std::size_t own = place[value];
      place[value] = before;
      before += own;
    }
    for (std::size_t i = 0; i < n; ++i) to[place[digit_of(from[i], digit)]++] = from[i];
    std::swap(from, to);
  }
  if (from != keys.data()) std::copy_n(from, n, keys.data());
}

void sort_descending(std::span<std::uint32_t> keys) {
  constexpr std::size_t few = 1000; // for which the four tables cost more than they save
  if (keys.size() > few && has_slow_selected_stores()) radix_sort_descending(keys);
  else hwy::Sorter()(keys.data(), keys.size(), hwy::SortDescending());
}

} // namespace lfreval::detail
