#include "log/separators.hpp"

#include <bit>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define LFREVAL_WIDE_SCAN 1
#endif

namespace lfreval::detail {
namespace {

std::uint64_t separators_of_block(const char* text, text_marks& marks) noexcept {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 64; ++i) {
    const char c = text[i];
    mask |= static_cast<std::uint64_t>(c == ',' || c == '\n') << i;
    marks.newlines += c == '\n' ? 1 : 0;
    marks.quote |= c == '"';
    marks.carriage_return |= c == '\r';
    marks.beyond_ascii |= c == 0 || (static_cast<unsigned char>(c) & 0x80U) != 0;
  }
  return mask;
}

/// The rest of a text as a block of its own, filled up with blanks.
struct last_block {
  last_block(const char* text, std::size_t size) noexcept {
    std::memset(bytes, ' ', sizeof bytes);
    std::memcpy(bytes, text, size);
  }
  char bytes[64];
};

std::uint32_t* write_offsets(std::uint64_t mask, std::uint32_t from, std::uint32_t* out) noexcept {
  for (; mask != 0; mask &= mask - 1) *out++ = from + static_cast<std::uint32_t>(std::countr_zero(mask));
  return out;
}

#if defined(LFREVAL_WIDE_SCAN)
#define LFREVAL_AVX2 __attribute__((target("avx2,bmi,popcnt")))

/// What was seen in many blocks, not yet reduced.
struct wide_marks {
  __m256i lines, unusual, high, lowest;
};

LFREVAL_AVX2 inline wide_marks no_marks() noexcept {
  return {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_set1_epi8(-1)};
}

LFREVAL_AVX2 inline std::uint64_t separators_of(const char* text, wide_marks& marks) noexcept {
  const __m256i comma = _mm256_set1_epi8(','), newline = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"'), back = _mm256_set1_epi8('\r');
  const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
  const __m256i ends_a = _mm256_cmpeq_epi8(a, newline), ends_b = _mm256_cmpeq_epi8(b, newline);
  const __m256i found_a = _mm256_or_si256(ends_a, _mm256_cmpeq_epi8(a, comma)), found_b = _mm256_or_si256(ends_b, _mm256_cmpeq_epi8(b, comma));
  const __m256i odd_a = _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(a, back));
  const __m256i odd_b = _mm256_or_si256(_mm256_cmpeq_epi8(b, quote), _mm256_cmpeq_epi8(b, back));
  marks.unusual = _mm256_or_si256(marks.unusual, _mm256_or_si256(odd_a, odd_b));
  marks.high = _mm256_or_si256(marks.high, _mm256_or_si256(a, b));
  marks.lowest = _mm256_min_epu8(marks.lowest, _mm256_min_epu8(a, b));
  const __m256i both = _mm256_sub_epi8(_mm256_setzero_si256(), _mm256_add_epi8(ends_a, ends_b));
  marks.lines = _mm256_add_epi64(marks.lines, _mm256_sad_epu8(both, _mm256_setzero_si256()));
  const auto low = static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_epi8(found_a)));
  const auto high = static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_epi8(found_b)));
  return low | high << 32U;
}

LFREVAL_AVX2 void reduce(const wide_marks& wide, const char* text, std::size_t size, text_marks& out) noexcept {
  alignas(32) std::uint64_t lines[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lines), wide.lines);
  out.newlines += lines[0] + lines[1] + lines[2] + lines[3];
  if (_mm256_movemask_epi8(wide.unusual) != 0) {
    out.quote = out.quote || std::memchr(text, '"', size) != nullptr;
    out.carriage_return = out.carriage_return || std::memchr(text, '\r', size) != nullptr;
  }
  const bool nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(wide.lowest, _mm256_setzero_si256())) != 0;
  out.beyond_ascii = out.beyond_ascii || nul || _mm256_movemask_epi8(wide.high) != 0;
}

LFREVAL_AVX2 std::uint32_t* index_widely(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, text_marks& marks) noexcept {
  wide_marks wide = no_marks();
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    std::uint64_t mask = separators_of(text + at, wide);
    const std::uint32_t from = base + static_cast<std::uint32_t>(at);
    std::uint32_t* const end = out + _mm_popcnt_u64(mask);
    // Eight at once whether or not there are eight: a loop that ends at the right one is mispredicted in every block.
    for (;;) {
      for (unsigned i = 0; i < 8; ++i) {
        out[i] = from + static_cast<std::uint32_t>(_tzcnt_u64(mask));
        mask &= mask - 1;
      }
      if (mask == 0) break;
      out += 8;
    }
    out = end;
  }
  reduce(wide, text, at, marks);
  if (at == size) return out;
  return write_offsets(separators_of_block(last_block(text + at, size - at).bytes, marks), base + static_cast<std::uint32_t>(at), out);
}

LFREVAL_AVX2 std::uint64_t count_widely(const char* text, std::size_t size, text_marks& marks) noexcept {
  wide_marks wide = no_marks();
  std::uint64_t found = 0;
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) found += static_cast<std::uint64_t>(_mm_popcnt_u64(separators_of(text + at, wide)));
  reduce(wide, text, at, marks);
  for (; at < size; ++at) found += text[at] == ',' || text[at] == '\n' ? 1 : 0;
  return found;
}

bool has_wide_registers() noexcept {
  static const bool known = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  return known;
}
#endif

} // namespace

std::uint32_t* index_separators_simply(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, text_marks& marks) noexcept {
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) out = write_offsets(separators_of_block(text + at, marks), base + static_cast<std::uint32_t>(at), out);
  if (at == size) return out;
  return write_offsets(separators_of_block(last_block(text + at, size - at).bytes, marks), base + static_cast<std::uint32_t>(at), out);
}

std::uint32_t* index_separators(const char* text, std::size_t size, std::uint32_t base, std::uint32_t* out, text_marks& marks) noexcept {
#if defined(LFREVAL_WIDE_SCAN)
  if (has_wide_registers()) return index_widely(text, size, base, out, marks);
#endif
  return index_separators_simply(text, size, base, out, marks);
}

std::uint64_t count_separators(const char* text, std::size_t size) noexcept {
#if defined(LFREVAL_WIDE_SCAN)
  text_marks marks;
  if (has_wide_registers()) return count_widely(text, size, marks);
#endif
  std::uint64_t found = 0;
  for (std::size_t at = 0; at < size; ++at) found += text[at] == ',' || text[at] == '\n' ? 1 : 0;
  return found;
}

} // namespace lfreval::detail
