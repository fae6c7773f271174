#include <lfreval/types/printable.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include <lfreval/bytes/text.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace std::string_view_literals;

TEST_CASE("ordinary text is shown as it is") {
  for (const std::string_view text : {""sv, "Oxford Circus"sv, "Zo\u00eb"sv, "\u6771\u4eac \U0001F600"sv, "a\\b\"c'"sv, "\u00a0"sv})
    CHECK(printable(text) == text);
}

TEST_CASE("a terminal is not driven by what a file holds") {
  CHECK(printable("\x1b[31mred") == "\\u{1b}[31mred");
  CHECK(printable("\x1b]0;title\x07") == "\\u{1b}]0;title\\u{7}");
  CHECK(printable("a\nb\rc\td") == "a\\u{a}b\\u{d}c\\u{9}d");
  CHECK(printable("\x7f") == "\\u{7f}");
  CHECK(printable("\u009b31m") == "\\u{9b}31m"); // the one-character form of ESC [
  CHECK(printable("a\0b"sv) == "a\\u{0}b");
  for (char c = 0; c < 0x20; ++c) CHECK(printable(std::string(1, c)).substr(0, 3) == "\\u{");
}

TEST_CASE("text that changes the direction of reading is shown as escapes") {
  for (const char* text : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f"}) {
    const std::string shown = printable(std::string("a") + text + "b");
    CAPTURE(shown);
    CHECK(shown.substr(0, 6) == "a\\u{20");
    CHECK(shown.back() == 'b');
    CHECK(shown.find('\xE2') == std::string::npos);
  }
  CHECK(printable("a\u202eb") == "a\\u{202e}b");
  CHECK(printable("a\u2028b\u2029c") == "a\\u{2028}b\\u{2029}c");
  CHECK(printable("\ufeff") == "\\u{feff}");
}

TEST_CASE("bytes that are not UTF-8 are shown one by one") {
  CHECK(printable("\xff") == "\\x{ff}");
  CHECK(printable("caf\xe9!") == "caf\\x{e9}!");
  CHECK(printable("\xc0\xaf") == "\\x{c0}\\x{af}");                 // overlong /
  CHECK(printable("\xed\xa0\x80") == "\\x{ed}\\x{a0}\\x{80}");      // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\x{f4}\\x{90}\\x{80}\\x{80}"); // above U+10FFFF
  CHECK(printable("\xe2\x82") == "\\x{e2}\\x{82}");                 // cut short
  CHECK(printable("\x80") == "\\x{80}");
}

TEST_CASE("long text is cut between characters and says so") {
  const std::string a64(64, 'a');
  CHECK(printable(a64) == a64);
  CHECK(printable(a64 + "b") == a64 + "\u2026");
  std::string e40, e31, e32;
  for (int i = 0; i < 40; ++i) e40 += "\u00e9";
  e31 = e40.substr(0, 62);
  e32 = e40.substr(0, 64);
  CHECK(printable(e40, 63) == e31 + "\u2026");
  CHECK(printable(e40, 64) == e32 + "\u2026");
  CHECK(printable(e40, 80) == e40);
  CHECK(printable("\U0001F600", 3) == "\u2026");
  CHECK(printable("a", 0) == "\u2026");
  CHECK(printable("", 0).empty());
}

TEST_CASE("whatever the bytes, what is shown is UTF-8 on one line without control characters") {
  test::random random(11);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(static_cast<std::size_t>(random.below(80)), ' ');
    const bool wide = random.below(2) == 0;
    for (char& c : bytes) c = static_cast<char>(wide ? 0xC0 + random.below(64) - 64 * random.below(2) : random.below(256));
    const std::string shown = "." + printable(bytes, 40);
    CHECK(check_text(shown, "f").has_value());
    for (const char c : shown) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    CHECK(shown.size() <= 1 + 40 * 8 + 3);
  }
}
