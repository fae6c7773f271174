#include <lfreval/bytes/text.hpp>

#include <cstring>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

using namespace lfreval;
using namespace std::string_view_literals;

namespace {

error fault_of(std::string_view bytes) {
  const auto r = check_text(bytes, "log.csv");
  REQUIRE_FALSE(r.has_value());
  CHECK(r.error().code == error_code::not_text);
  CHECK(r.error().file == "log.csv");
  CHECK_FALSE(r.error().allowed.empty());
  return r.error();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// UTF-8 as the Unicode standard tabulates it (table 3-7), written without looking at values.
std::size_t well_formed_length(std::string_view s, std::size_t i) {
  const auto b = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0U; };
  const auto in = [](unsigned x, unsigned lo, unsigned hi) { return x >= lo && x <= hi; };
  if (b(0) == 0) return 0;
  if (b(0) <= 0x7F) return 1;
  if (in(b(0), 0xC2, 0xDF)) return in(b(1), 0x80, 0xBF) ? 2 : 0;
  const bool t2 = in(b(2), 0x80, 0xBF);
  if (b(0) == 0xE0) return in(b(1), 0xA0, 0xBF) && t2 ? 3 : 0;
  if (in(b(0), 0xE1, 0xEC) || in(b(0), 0xEE, 0xEF)) return in(b(1), 0x80, 0xBF) && t2 ? 3 : 0;
  if (b(0) == 0xED) return in(b(1), 0x80, 0x9F) && t2 ? 3 : 0;
  const bool t3 = t2 && in(b(3), 0x80, 0xBF);
  if (b(0) == 0xF0) return in(b(1), 0x90, 0xBF) && t3 ? 4 : 0;
  if (in(b(0), 0xF1, 0xF3)) return in(b(1), 0x80, 0xBF) && t3 ? 4 : 0;
  if (b(0) == 0xF4) return in(b(1), 0x80, 0x8F) && t3 ? 4 : 0;
  return 0;
}

} // namespace

TEST_CASE("UTF-8 text passes unchanged, and a byte order mark is taken off once") {
  for (const auto text : {""sv, "a"sv, "site,faces\nOxford Circus,8600\n"sv, "Zoë,Łódź,東京,😀\n"sv, "\x7f\t\r\n"sv}) {
    const auto r = check_text(text, "f");
    REQUIRE(r.has_value());
    CHECK(*r == text);
    CHECK(r->data() == text.data());
    const std::string with_mark = "\xEF\xBB\xBF" + std::string(text);
    const auto stripped = check_text(with_mark, "f");
    REQUIRE(stripped.has_value());
    CHECK(*stripped == text);
  }
  const auto twice = check_text("\xEF\xBB\xBF\xEF\xBB\xBFx", "f");
  REQUIRE(twice.has_value());
  CHECK(*twice == "\xEF\xBB\xBFx");
}

TEST_CASE("UTF-16 and UTF-32 are named, with and without a mark") {
  CHECK(fault_of("\xff\xfe"
                 "a\0b\0"sv).value == "UTF-16 text");
  CHECK(fault_of("\xfe\xff\0a\0b"sv).value == "UTF-16 text");
  CHECK(fault_of("a\0,\0b\0\n\0"sv).value == "UTF-16 text without a mark");
  CHECK(fault_of("\0a\0,\0b\0\n"sv).value == "UTF-16 text without a mark");
  CHECK(fault_of("\xff\xfe\0\0a\0\0\0"sv).value == "UTF-32 text");
  CHECK(fault_of("\0\0\xfe\xff\0\0\0a"sv).value == "UTF-32 text");
  CHECK(fault_of("a\0\0\0,\0\0\0"sv).value == "UTF-32 text without a mark");
  CHECK(fault_of("\0\0\0a\0\0\0,"sv).value == "UTF-32 text without a mark");
  CHECK(has(fault_of("\xff\xfe"sv).allowed, "UTF-8"));
}

TEST_CASE("compressed files are named, with what to do") {
  const error gzip = fault_of("\x1f\x8b\x08\0\0\0\0\0"sv);
  CHECK(gzip.value == "gzip data");
  CHECK(has(gzip.allowed, "decompress"));
  CHECK(gzip.line == 0);
  CHECK(has(fault_of("PK\x03\x04\x14\0"sv).value, "zip"));
}

TEST_CASE("a NUL byte is found with its line and column") {
  const error e = fault_of("site,faces\nOx\0ford,1\n"sv);
  CHECK(e.line == 2);
  CHECK(e.column == 3);
  CHECK(has(e.value, "NUL"));
  CHECK(fault_of("\0"sv).column == 1);
  CHECK(fault_of("abcdefgh12345\0"sv).column == 14);
}

TEST_CASE("a Latin-1 byte is found with its line and byte column") {
  const error e = fault_of("name\nJos\xE9,1\n");
  CHECK(e.line == 2);
  CHECK(e.column == 4);
  CHECK(e.value == "byte 0xE9");
  CHECK(e.allowed == "UTF-8; this byte is common in Latin-1/Windows-1252 files: re-save as UTF-8");
  CHECK(fault_of("Zoë Jos\xE9").column == 9);
  CHECK(fault_of("\xEF\xBB\xBFJos\xE9").column == 4);
  CHECK(fault_of("a\n\xE9\n").column == 1);
  CHECK(fault_of("\x80").value == "byte 0x80");
}

TEST_CASE("overlong forms, surrogates, values above U+10FFFF and cut sequences are refused") {
  for (const auto bad : {"\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv, "\xE0\x9F\xBF"sv, "\xF0\x80\x80\x80"sv,
                         "\xF0\x8F\xBF\xBF"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv, "\xF4\x90\x80\x80"sv,
                         "\xF5\x80\x80\x80"sv, "\xF7\xBF\xBF\xBF"sv})
    CHECK(has(fault_of(std::string("ok ") + std::string(bad)).allowed, "shortest form"));
  for (const auto bad : {"\x80"sv, "\xBF"sv, "\xC2"sv, "\xE2\x82"sv, "\xF0\x9F\x98"sv, "\xF8\x88\x80\x80\x80"sv,
                         "\xFEx"sv, "\xFFx"sv, "\xC2z"sv, "\xE2\x82z"sv}) {
    const error e = fault_of(std::string("ok ") + std::string(bad));
    CHECK(e.column == 4);
    CHECK(has(e.allowed, "Latin-1"));
  }
  for (const auto good : {"\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv,
                          "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv})
    CHECK(check_text(good, "f").has_value());
}

TEST_CASE("every two-byte and every three-byte beginning agrees with the table of the standard, at every alignment") {
  std::string s(16, 'x');
  for (unsigned b0 = 0; b0 < 256; ++b0)
    for (unsigned b1 = 0; b1 < 256; ++b1)
      for (const unsigned b2 : {0x00U, 0x41U, 0x7FU, 0x80U, 0xBFU, 0xC0U})
        for (const unsigned b3 : {0x41U, 0x80U, 0xBFU}) {
          const std::size_t at = 5 + (b0 + b1) % 4;
          s.assign(16, 'x');
          s[at] = static_cast<char>(b0);
          s[at + 1] = static_cast<char>(b1);
          s[at + 2] = static_cast<char>(b2);
          s[at + 3] = static_cast<char>(b3);
          std::size_t i = 0;
          while (i < s.size()) {
            const std::size_t n = well_formed_length(s, i);
            if (n == 0) break;
            i += n;
          }
          const auto r = check_text(s, "f");
          if (r.has_value() != (i == s.size())) FAIL("disagree on ", b0, " ", b1, " ", b2, " ", b3);
          if (!r.has_value() && r.error().line == 1 && r.error().column != i + 1 && b0 != '\n' && b1 != '\n')
            FAIL("column of ", b0, " ", b1, " ", b2, " ", b3);
        }
}

TEST_CASE("one bad byte anywhere in a long text is found") {
  for (std::size_t size = 1; size < 70; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (const char bad : {'\0', '\x80', '\xff'}) {
        std::string s(size, 'a');
        s[at] = bad;
        const auto r = check_text(s, "f");
        REQUIRE_FALSE(r.has_value());
        if (r.error().line == 1) CHECK(r.error().column == at + 1);
      }
}

TEST_CASE("printable leaves ordinary text alone") {
  for (const auto text : {""sv, "Oxford Circus"sv, "Zoë 東京 😀"sv, "say \"yes\" \\ no"sv, "می‌خواهم"sv})
    CHECK(printable(text) == text);
}

TEST_CASE("printable cuts at the limit, between characters") {
  CHECK(printable(std::string(64, 'a')) == std::string(64, 'a'));
  CHECK(printable(std::string(65, 'a')) == std::string(64, 'a') + "…");
  CHECK(printable(std::string(63, 'a') + "é") == std::string(63, 'a') + "…");
  CHECK(printable(std::string(61, 'a') + "😀😀") == std::string(61, 'a') + "…");
  CHECK(printable(std::string(60, 'a') + "😀😀") == std::string(60, 'a') + "😀…");
  CHECK(printable("abc", 2) == "ab…");
  CHECK(printable("abc", 0) == "…");
  CHECK(printable("", 0) == "");
  CHECK(printable(std::string(200, '\x80'), 4) == "\\x{80}\\x{80}\\x{80}\\x{80}…");
  CHECK(has(printable("\x1b[2J"), "\\u{1"));
  CHECK(has(printable("\u202E\u2066"), "\\u{202"));
  CHECK(printable(std::string(100'000'000, 'a')).size() == 67);
}

TEST_CASE("whatever goes in, what comes out of printable is UTF-8 without control characters") {
  std::uint64_t state = 42;
  for (int round = 0; round < 20000; ++round) {
    std::string s;
    for (int i = 0; i < 12; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      s += static_cast<char>(state >> 56U);
    }
    const std::string out = "x" + printable(s, 8);
    CHECK(check_text(out, "f").has_value());
    for (const char c : out)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) FAIL("control character");
  }
}
