/// @file
/// The keys of scores in descending order, by the algorithm that this processor runs fastest.
#pragma once

#include <cstdint>
#include <span>

namespace lfreval::detail {

/// Sorts by Highway's vqsort; by `radix_sort_descending` where vqsort's stores of selected lanes are microcoded.
/// Cost: 2.4 ns (vqsort, AVX-512) to 8 ns (radix) a key, and for the latter 4 bytes a key of memory.
void sort_descending(std::span<std::uint32_t> keys);

/// The same by four passes over the bytes of the keys.
void radix_sort_descending(std::span<std::uint32_t> keys);

} // namespace lfreval::detail
