/// @file
/// The keys of scores in descending order, by the algorithm that this processor runs fastest.
#pragma once

#include <cstdint>
#include <span>

namespace lfreval::detail {

/// Sorts by Highway's vqsort; by `radix_sort_descending` on AMD processors with AVX-512, where that was found faster.
/// Cost: about 4 ns a key (vqsort on an Intel processor with AVX-512) or 8 ns (radix on Zen 4), and for radix 4 bytes a key
/// of memory.
void sort_descending(std::span<std::uint32_t> keys);

/// The same by four passes over the bytes of the keys.
void radix_sort_descending(std::span<std::uint32_t> keys);

} // namespace lfreval::detail
