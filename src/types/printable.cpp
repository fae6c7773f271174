#include <lfreval/types/printable.hpp>

#include <array>
#include <cstdint>
#include <cstdio>

namespace lfreval {

namespace {

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t sequence_length(std::string_view text, std::uint32_t& code_point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) { code_point = lead; return 1; }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return 0;
  code_point = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code_point = (code_point << 6) | (byte(i) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (code_point < smallest[length] || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) return 0;
  return length;
}

bool drives_a_terminal(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200B || c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x2060 && c <= 0x2065) || (c >= 0xE0000 && c <= 0xE007F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2028 && c <= 0x2029) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

} // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  const std::size_t whole = text.size();
  std::size_t used = 0;
  while (!text.empty()) {
    std::uint32_t c = 0;
    std::size_t length = sequence_length(text, c);
    const bool valid = length != 0;
    if (!valid) length = 1;
    if (used + length > limit) break;
    if (valid && !drives_a_terminal(c)) {
      out.append(text.substr(0, length));
    } else {
      std::array<char, 24> escape{};
      std::snprintf(escape.data(), escape.size(), valid ? "\\u{%x}" : "\\x{%x}",
                    valid ? static_cast<unsigned>(c) : static_cast<unsigned>(static_cast<unsigned char>(text[0])));
      out += escape.data();
    }
    used += length;
    text.remove_prefix(length);
  }
  if (used < whole) out += "…";
  return out;
}

} // namespace lfreval
