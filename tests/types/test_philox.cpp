#include <doctest/doctest.h>
#include <lfreval/detail/philox.hpp>

using namespace lfreval::detail;

// The known answers that the authors publish with Random123.
TEST_CASE("philox gives the published known answers") {
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) == philox_counter{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U});
  CHECK(philox4x32_10({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) == philox_counter{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU});
  CHECK(philox4x32_10({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}) ==
        philox_counter{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U});
}

TEST_CASE("the key of a seed is its low half, then its high half") {
  CHECK(philox_key_of(42) == philox_key{42, 0});
  CHECK(philox_key_of(0x0123456789abcdefULL) == philox_key{0x89abcdefU, 0x01234567U});
  CHECK(philox_word({0, 0, 0, 0}, {0, 0}) == 0x6627e8d5e169c58dULL);
}
