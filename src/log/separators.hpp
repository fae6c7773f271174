/// @file
/// Where the commas and line ends of a text stand, found 64 bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lfreval::detail {

/// What else was seen on the way; each asks for a closer look.
struct text_marks {
  std::uint64_t newlines = 0;
  bool quote = false;
  bool carriage_return = false;
  bool beyond_ascii = false; ///< or NUL
};

#if defined(__SSE2__)

/// Marks of many blocks, not yet reduced.
class block_scanner {
public:
  /// The mask of commas and line ends among 64 bytes: bit i is byte i.
  std::uint64_t separators(const char* text) noexcept {
    const __m128i comma = _mm_set1_epi8(','), newline = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r');
    const __m128i zero = _mm_setzero_si128();
    std::uint64_t mask = 0;
    __m128i lines = zero;
    for (unsigned i = 0; i < 4; ++i) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + std::size_t{16} * i));
      const __m128i ends = _mm_cmpeq_epi8(bytes, newline);
      const __m128i found = _mm_or_si128(ends, _mm_cmpeq_epi8(bytes, comma));
      mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(found))) << (16 * i);
      lines = _mm_sub_epi8(lines, ends);
      quotes_ = _mm_or_si128(quotes_, _mm_cmpeq_epi8(bytes, quote));
      returns_ = _mm_or_si128(returns_, _mm_cmpeq_epi8(bytes, cr));
      high_ = _mm_or_si128(high_, bytes);
      lowest_ = _mm_min_epu8(lowest_, bytes);
    }
    lines_ = _mm_add_epi64(lines_, _mm_sad_epu8(lines, zero));
    return mask;
  }
  [[nodiscard]] text_marks marks() const noexcept {
    alignas(16) std::uint64_t lines[2];
    _mm_store_si128(reinterpret_cast<__m128i*>(lines), lines_);
    const bool nul = _mm_movemask_epi8(_mm_cmpeq_epi8(lowest_, _mm_setzero_si128())) != 0;
    return {lines[0] + lines[1], _mm_movemask_epi8(quotes_) != 0, _mm_movemask_epi8(returns_) != 0,
            nul || _mm_movemask_epi8(high_) != 0};
  }

private:
  __m128i lines_ = _mm_setzero_si128(), quotes_ = _mm_setzero_si128(), returns_ = _mm_setzero_si128();
  __m128i high_ = _mm_setzero_si128(), lowest_ = _mm_set1_epi8(-1);
};

#else

class block_scanner {
public:
  std::uint64_t separators(const char* text) noexcept {
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < 64; ++i) {
      const char c = text[i];
      mask |= static_cast<std::uint64_t>(c == ',' || c == '\n') << i;
      marks_.newlines += c == '\n';
      marks_.quote |= c == '"';
      marks_.carriage_return |= c == '\r';
      marks_.beyond_ascii |= c == 0 || (static_cast<unsigned char>(c) & 0x80U) != 0;
    }
    return mask;
  }
  [[nodiscard]] text_marks marks() const noexcept { return marks_; }

private:
  text_marks marks_;
};

#endif

/// How many bits are set; x86-64 in its first form has no instruction for it.
inline unsigned set_bits(std::uint64_t m) noexcept {
  m -= (m >> 1U) & 0x5555555555555555U;
  m = (m & 0x3333333333333333U) + ((m >> 2U) & 0x3333333333333333U);
  m = (m + (m >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
  return static_cast<unsigned>((m * 0x0101010101010101U) >> 56U);
}

/// Calls `take(mask, offset)` for each 64 bytes of the text; the last block is filled up with blanks.
template <class Take> void for_each_block(const char* text, std::size_t size, block_scanner& scanner, const Take& take) {
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) take(scanner.separators(text + at), at);
  if (at == size) return;
  char last[64];
  std::memset(last, ' ', sizeof last);
  std::memcpy(last, text + at, size - at);
  take(scanner.separators(last), at);
}

/// Writes the offsets (plus `base`) of commas and line ends behind `out`, in order, and says where they end. There must
/// be room for one offset per byte and eight more.
inline std::uint32_t* index_separators(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, block_scanner& scanner) noexcept {
  for_each_block(text, size, scanner, [&](std::uint64_t mask, std::size_t at) {
    const std::uint32_t from = base + static_cast<std::uint32_t>(at);
    std::uint32_t* const end = out + set_bits(mask);
    // Eight at once whether or not there are eight: a loop that ends at the right one is mispredicted in every block.
    for (;;) {
      for (unsigned i = 0; i < 8; ++i) {
        out[i] = from + static_cast<std::uint32_t>(std::countr_zero(mask));
        mask &= mask - 1;
      }
      if (mask == 0) break;
      out += 8;
    }
    out = end;
  });
  return out;
}

/// The number of commas and line ends, for measuring the scan alone.
inline std::uint64_t count_separators(const char* text, std::size_t size) noexcept {
  block_scanner scanner;
  std::uint64_t found = 0;
  for_each_block(text, size, scanner, [&](std::uint64_t mask, std::size_t) { found += set_bits(mask); });
  return found;
}

} // namespace lfreval::detail
