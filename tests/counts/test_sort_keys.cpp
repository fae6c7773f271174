#include "../../src/counts/sort_keys.hpp"

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <functional>
#include <span>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;

TEST_CASE("keys are sorted as std::sort does, whatever their number, place and bytes") {
  test::random from(8);
  for (std::size_t n = 0; n < 3000; n = n < 40 ? n + 1 : n * 2 - 13)
    for (const std::uint32_t varying : {0xffffffffU, 0xffU, 0xff00U, 0x00ffff00U, 0xff0000ffU, 0U})
      for (std::size_t before = 0; before < 3; ++before) {
        std::vector<std::uint32_t> keys(before + n);
        for (std::uint32_t& key : keys) key = (static_cast<std::uint32_t>(from.bits()) & varying) | (0x12345678U & ~varying);
        auto wanted = keys, radix = keys, chosen = keys;
        std::sort(wanted.begin() + static_cast<std::ptrdiff_t>(before), wanted.end(), std::greater<>());
        detail::radix_sort_descending(std::span(radix).subspan(before));
        detail::sort_descending(std::span(chosen).subspan(before));
        REQUIRE(radix == wanted);
        REQUIRE(chosen == wanted);
      }
}
