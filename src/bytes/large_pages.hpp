/// @file
/// Memory that is written once from end to end.
#pragma once

#include <cstddef>

namespace lfreval::detail {

/// Asks the system to back this memory by large pages, which spares most of the faults of writing it first. Changes
/// nothing else, and nothing at all where there are none.
void use_large_pages(void* memory, std::size_t size) noexcept;

} // namespace lfreval::detail
