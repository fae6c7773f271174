#include <lfreval/bytes/text.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace lfreval {
namespace {

unsigned byte_at(std::string_view s, std::size_t i) { return static_cast<unsigned char>(s[i]); }
bool is_continuation(std::string_view s, std::size_t i) { return (byte_at(s, i) & 0xC0U) == 0x80U; }

/// One character at the front of a text: `size` 0 when it is not UTF-8.
struct code_point {
  std::size_t size = 0;
  bool has_shape = false; ///< lead byte and continuations fit together, though the value may be forbidden
};

code_point decode(std::string_view s) {
  const unsigned lead = byte_at(s, 0);
  if (lead < 0x80) return {1, true};
  const std::size_t size = lead >= 0xF8 ? 0 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  if (size == 0 || s.size() < size) return {};
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(s, i)) return {};
    value = (value << 6U) | (byte_at(s, i) & 0x3FU);
  }
  const std::uint32_t smallest = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  const bool allowed = value >= smallest && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
  return {allowed ? size : 0, true};
}

std::string hexadecimal(unsigned byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {digits[byte >> 4U], digits[byte & 15U]};
}

/// A file that is not UTF-8 text as a whole, told by its first bytes.
struct signature {
  std::string_view found;
  std::string_view allowed;
};

signature known_signature(std::string_view b) {
  using namespace std::string_view_literals;
  constexpr std::string_view save = "UTF-8 text; re-save the file as UTF-8";
  const auto starts = [&](std::string_view s) { return b.substr(0, s.size()) == s; };
  if (starts("\x1f\x8b"sv)) return {"gzip data", "UTF-8 text; decompress the file first"};
  if (starts("PK\x03\x04"sv)) return {"a zip archive or spreadsheet", "UTF-8 text; export the sheet as CSV in UTF-8"};
  // UTF-32 first: its little-endian mark begins with that of UTF-16.
  if (starts("\xff\xfe\0\0"sv) || starts("\0\0\xfe\xff"sv)) return {"UTF-32 text", save};
  if (starts("\xff\xfe"sv) || starts("\xfe\xff"sv)) return {"UTF-16 text", save};
  if (b.size() >= 4) {
    const auto zeros = [&](bool z0, bool z1, bool z2, bool z3) {
      return (b[0] == 0) == z0 && (b[1] == 0) == z1 && (b[2] == 0) == z2 && (b[3] == 0) == z3;
    };
    if (zeros(false, true, true, true) || zeros(true, true, true, false)) return {"UTF-32 text without a mark", save};
    if (zeros(false, true, false, true) || zeros(true, false, true, false)) return {"UTF-16 text without a mark", save};
  }
  return {};
}

/// Where the first byte stands that is NUL or begins no character; the size if there is none.
std::size_t first_fault(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x8080808080808080U;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      // Below 0x80 a byte borrows its top bit only when it is 0, so one subtraction finds a NUL among ASCII.
      if (((word | (word - ones)) & tops) == 0) {
        i += 8;
        continue;
      }
    }
    const std::size_t size = text[i] == 0 ? 0 : decode(text.substr(i)).size;
    if (size == 0) return i;
    i += size;
  }
  return i;
}

} // namespace

std::optional<error> encoding_fault(std::string_view first_bytes, std::string file) {
  const signature known = known_signature(first_bytes);
  if (known.found.empty()) return std::nullopt;
  error e;
  e.code = error_code::not_text;
  e.file = std::move(file);
  e.value = known.found;
  e.allowed = known.allowed;
  return e;
}

std::size_t incomplete_character(std::string_view part) noexcept {
  for (std::size_t n = 1; n <= 3 && n <= part.size(); ++n) {
    const unsigned lead = byte_at(part, part.size() - n);
    if ((lead & 0xC0U) == 0x80U) continue;
    const std::size_t whole = lead >= 0xF8 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return whole > n ? n : 0;
  }
  return 0;
}

std::optional<error> text_fault(std::string_view part, std::string file, text_position from) {
  const std::size_t at = first_fault(part);
  if (at == part.size()) return std::nullopt;
  const std::string_view before = part.substr(0, at);
  const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0: the first line
  error e;
  e.code = error_code::not_text;
  e.file = std::move(file);
  e.line = from.line + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  e.column = at - line_start + 1 + (line_start == 0 ? from.bytes_before : 0);
  if (part[at] == 0) {
    e.value = "NUL byte";
    e.allowed = "text without NUL bytes; the file may be binary, damaged or UTF-16";
  } else {
    e.value = "byte 0x" + hexadecimal(byte_at(part, at));
    e.allowed = decode(part.substr(at)).has_shape
                    ? "UTF-8 in its shortest form, without surrogates and up to U+10FFFF: re-save as UTF-8"
                    : "UTF-8; this byte is common in Latin-1/Windows-1252 files: re-save as UTF-8";
  }
  return e;
}

result<std::string_view> check_text(std::string_view bytes, std::string file) {
  if (auto fault = encoding_fault(bytes, file)) return refuse(std::move(*fault));
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (auto fault = text_fault(bytes, std::move(file), {})) return refuse(std::move(*fault));
  return bytes;
}

} // namespace lfreval
