#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/detail/exact_sum.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using lfreval::detail::exact_sum;

namespace {

template <class Float> double sum_of(const std::vector<Float>& values) {
  exact_sum<Float> sum;
  for (const Float v : values) sum.add(v);
  return sum.value();
}

} // namespace

TEST_CASE("numeric.exact_sum: the reference row, in both precisions") {
  std::size_t rows = 0;
  for (const test::reference_row& row : test::reference_rows()) {
    if (row.method != "numeric.exact_sum") continue;
    ++rows;
    std::vector<double> values;
    for (const auto& v : row.inputs.at("x")) values.push_back(test::number(v));
    const double want = test::number(row.expected.at("sum"));
    CHECK(sum_of(values) == want);
    // 1e16 is a float only when rounded; it goes out of the sum as it came in, and so does everything but the last
    // digits.
    std::vector<float> floats;
    for (const double v : values) floats.push_back(static_cast<float>(v));
    CHECK(sum_of(floats) == static_cast<double>(static_cast<float>(want)));
  }
  CHECK(rows == 1);
}

TEST_CASE("sums of whole multiples of a power of two agree with integers") {
  test::random draw(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<float> values;
    std::int64_t total = 0;
    for (int i = 0; i < 300; ++i) {
      // 24 bits at exponents -40 to 0: every sum fits 2^-40 * 63 bits.
      const auto mantissa = static_cast<std::int64_t>(draw.below(1U << 24U)) * (draw.below(2) == 0 ? 1 : -1);
      const auto up = static_cast<int>(draw.below(28));
      values.push_back(std::ldexp(static_cast<float>(mantissa), up - 40));
      total += mantissa * (std::int64_t{1} << up);
    }
    CHECK(sum_of(values) == std::ldexp(static_cast<double>(total), -40));
  }
}

TEST_CASE("order and partition leave the same bits") {
  test::random draw(9);
  std::vector<float> values;
  for (int i = 0; i < 5000; ++i)
    values.push_back(std::ldexp(static_cast<float>(draw.uniform() - 0.5), static_cast<int>(draw.below(250)) - 125));
  exact_sum<float> whole;
  for (const float v : values) whole.add(v);
  for (int round = 0; round < 3; ++round) {
    draw.shuffle(values);
    exact_sum<float> parts[3];
    for (std::size_t i = 0; i < values.size(); ++i) parts[draw.below(3)].add(values[i]);
    parts[0] += parts[1];
    parts[0] += parts[2];
    CHECK(parts[0] == whole);
  }
  for (const float v : std::vector<float>(values)) whole.add(-v);
  CHECK(whole == exact_sum<float>{});
  CHECK(whole.value() == 0.0);
}

TEST_CASE("one rounding, halves to even, over the whole range") {
  CHECK(sum_of<double>({1.0, 0x1p-53}) == 1.0);
  CHECK(sum_of<double>({1.0, 0x1p-53, 0x1p-1074}) == 1.0 + 0x1p-52);
  CHECK(sum_of<double>({1.0 + 0x1p-52, 0x1p-53}) == 1.0 + 0x1p-51);
  CHECK(sum_of<double>({-1.0, -0x1p-53, -0x1p-1074}) == -1.0 - 0x1p-52);
  CHECK(sum_of<double>({0x1p-1074, 0x1p-1074, -0x1p-1073}) == 0.0);
  CHECK(sum_of<double>({0x1p-1074}) == 0x1p-1074);
  CHECK(sum_of<double>({0x1.8p-1070, 0x1p-1074}) == 0x1.9p-1070);
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(sum_of<double>({largest, largest, -largest}) == largest);
  CHECK_THROWS_AS(static_cast<void>(sum_of<double>({largest, largest})), std::overflow_error);
  constexpr float largest_float = std::numeric_limits<float>::max();
  CHECK(sum_of<float>({largest_float, largest_float}) == 2.0 * static_cast<double>(largest_float));
  CHECK(sum_of<float>({std::numeric_limits<float>::denorm_min(), -0.0F}) == 0x1p-149);
  CHECK(sum_of<float>({}) == 0.0);
  exact_sum<float> sum;
  CHECK_THROWS_AS(sum.add(std::nanf("")), std::invalid_argument);
  CHECK_THROWS_AS(sum.add(std::numeric_limits<float>::infinity()), std::invalid_argument);
}
