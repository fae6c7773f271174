#include <lfreval/report/guards.hpp>

#include <doctest/doctest.h>
#include <filesystem>
#include <set>
#include <string>

using namespace lfreval;

TEST_CASE("the table of guards holds M01 to M70 in order, each with a mistake of its own and a file that is there") {
  std::set<std::string_view> mistakes;
  unsigned number = 0;
  for (const guard& one : guards()) {
    ++number;
    const std::string digits = std::to_string(number);
    CHECK(one.id == "M" + std::string(2 - digits.size(), '0') + digits);
    CAPTURE(one.id);
    CHECK(mistakes.insert(one.mistake).second);
    CHECK_FALSE(one.instead.empty());
    CHECK_FALSE(to_string(one.strength).empty());
    CHECK(std::filesystem::is_regular_file(std::string(LFREVAL_SOURCE_DIR "/") + std::string(one.lives_in)));
  }
  CHECK(number == 70);
}
