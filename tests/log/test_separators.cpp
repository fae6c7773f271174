#include "../../src/log/separators.hpp"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;
using detail::text_marks;

TEST_CASE("separators are found alike by wide registers and byte by byte, at any size and place") {
  test::random from(6);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t before = from.below(40), size = from.below(round < 1500 ? 200 : 3000);
    std::string text(before + size, 'x');
    const std::string_view letters = round % 3 == 0 ? std::string_view("abc,\n") : std::string_view("aaaaaaaaa,\n\"\r\0\xE9", 15);
    for (char& c : text)
      if (from.below(4) == 0) c = letters[from.below(letters.size())];
    const char* const at = text.data() + before;
    std::vector<std::uint32_t> wanted, room(size + 8), simple(size + 8);
    text_marks marks, simple_marks, wanted_marks;
    for (std::size_t i = 0; i < size; ++i) {
      if (at[i] == ',' || at[i] == '\n') wanted.push_back(static_cast<std::uint32_t>(i + 1000));
      wanted_marks.newlines += at[i] == '\n' ? 1 : 0;
      wanted_marks.quote |= at[i] == '"';
      wanted_marks.carriage_return |= at[i] == '\r';
      wanted_marks.beyond_ascii |= at[i] == 0 || static_cast<unsigned char>(at[i]) >= 0x80;
    }
    room.resize(static_cast<std::size_t>(detail::index_separators(at, size, 1000, room.data(), marks) - room.data()));
    simple.resize(static_cast<std::size_t>(detail::index_separators_simply(at, size, 1000, simple.data(), simple_marks) - simple.data()));
    REQUIRE(room == wanted);
    REQUIRE(simple == wanted);
    REQUIRE(detail::count_separators(at, size) == wanted.size());
    for (const text_marks& found : {marks, simple_marks}) {
      REQUIRE(found.newlines == wanted_marks.newlines);
      REQUIRE(found.quote == wanted_marks.quote);
      REQUIRE(found.carriage_return == wanted_marks.carriage_return);
      REQUIRE(found.beyond_ascii == wanted_marks.beyond_ascii);
    }
  }
}
