#include "../../src/log/text_dictionary.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;

TEST_CASE("each text has one code of its own, as in a plain set, at any number and length of texts") {
  test::random from(11);
  for (const std::size_t distinct : {1U, 5U, 300U, 40'000U}) {
    std::string all;
    std::vector<std::pair<std::size_t, std::size_t>> places; // beginning and size
    const std::size_t count = distinct * 3 + 77;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t which = from.below(distinct);
      std::string text = "p" + std::to_string(which);
      // Empty, up to 8, up to 16 and more bytes; some differ behind the sixteenth alone.
      if (which % 5 == 0) text.insert(0, which % 40, 'x');
      if (which % 31 == 30) text.clear();
      places.emplace_back(all.size(), text.size());
      all += text;
    }
    std::vector<std::string_view> cells;
    for (const auto& [at, size] : places) cells.emplace_back(all.data() + at, size);

    std::set<std::string_view> plain(cells.begin(), cells.end());
    plain.erase("");
    std::vector<std::uint32_t> found(count);
    detail::text_dictionary dictionary;
    for (std::size_t at = 0; at < count;) {
      const std::size_t n = std::min(count - at, 1 + from.below(400));
      dictionary.codes_of(std::span(cells).subspan(at, n), all.data() + all.size(), found.data() + at);
      at += n;
    }
    REQUIRE(dictionary.size() == plain.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (cells[i].empty()) REQUIRE(found[i] == no_code);
      else REQUIRE(dictionary.text(found[i]) == cells[i]);
    }
  }
}
