#include <lfreval/counts/score_key.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::uint32_t hexadecimal(const std::string& text) {
  std::uint32_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return out;
}

/// Any bits that are not NaN.
float any_float(test::random& from) {
  for (;;) {
    const auto bits = static_cast<std::uint32_t>(from.bits());
    const float value = std::bit_cast<float>(bits);
    if (value == value) return value;
  }
}

} // namespace

static_assert(score_key(-infinity) == 0x007fffffU && score_key(infinity) == 0xff800000U);
static_assert(score_key(-0.0F) == score_key(0.0F));

TEST_CASE("numeric.float32_order_key") {
  std::size_t rows = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method != "numeric.float32_order_key") continue;
    ++rows;
    const auto& values = row.inputs.at("values");
    const auto& keys = row.expected.at("keys");
    REQUIRE(values.size() == keys.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto value = static_cast<float>(test::number(values[i]));
      CAPTURE(value);
      const std::uint32_t expected = hexadecimal(keys[i].get<std::string>());
      // The row's note: negative zero is made zero first.
      CHECK(score_key(value) == (expected == 0x7fffffffU ? 0x80000000U : expected));
      if (!(value == 0.0F && std::signbit(value))) CHECK(detail::ordered_bits(value) == expected);
    }
  }
  CHECK(rows == 1);
}

TEST_CASE("keys are ordered as scores are") {
  test::random from(1);
  for (int i = 0; i < 20'000; ++i) {
    const float a = any_float(from), b = any_float(from);
    CAPTURE(a);
    CAPTURE(b);
    CHECK((score_key(a) < score_key(b)) == (a < b));
    CHECK((score_key(a) == score_key(b)) == (a == b));
    CHECK(score_of_key(score_key(a)) == a);
  }
  // Neighbours are neighbours.
  for (const float a : {0.64F, 1e-40F, -3.5F, -1e-45F, 1e38F}) {
    const float next = std::nextafter(a, infinity);
    CHECK(score_key(next) - score_key(a) == (next == 0.0F ? 2U : 1U));
  }
}

TEST_CASE("what is no score has no key, and what is no key has no score") {
  CHECK_THROWS_AS((void)score_key(std::numeric_limits<float>::quiet_NaN()), std::invalid_argument);
  CHECK_THROWS_AS((void)score_key(-std::numeric_limits<float>::quiet_NaN()), std::invalid_argument);
  for (const std::uint32_t key : {0U, 0x007ffffeU, 0x7fffffffU, 0xff800001U, 0xffffffffU})
    CHECK_THROWS_AS((void)score_of_key(key), std::invalid_argument);
  CHECK(score_of_key(0x007fffffU) == -infinity);
  CHECK(score_of_key(0xff800000U) == infinity);
}
