/// @file
/// Where the commas and line ends of a text stand, found 64 bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lfreval::detail {

/// What else was seen on the way, added up over several calls; each flag asks for a closer look.
struct text_marks {
  std::uint64_t newlines = 0;
  bool quote = false;
  bool carriage_return = false;
  bool beyond_ascii = false; ///< or NUL
};

/// Commas and line ends by the widest registers that this processor has; the same on all.
///
/// Writes the offsets (plus `base`) of commas and line ends behind `out`, in order, and says where they end. There must be
/// room for one offset per byte and eight more.
[[nodiscard]] std::uint32_t* index_separators(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, text_marks&) noexcept;
/// The number of commas and line ends, for measuring the scan alone.
[[nodiscard]] std::uint64_t count_separators(const char* text, std::size_t size) noexcept;

/// As above, byte by byte.
[[nodiscard]] std::uint32_t* index_separators_simply(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, text_marks&) noexcept;

} // namespace lfreval::detail
