#include <lfreval/types/number.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>
#include <string>

#include "support/random.hpp"

using namespace lfreval;

namespace {

double value_of(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

/// One unit of the last printed digit: 0.01 for `1.25`, 1e-7 for `9.99e-05`.
double last_digit(const std::string& text) {
  const std::size_t e = std::min(text.find('e'), text.size());
  const std::size_t dot = text.find('.');
  const int decimals = dot == std::string::npos ? 0 : static_cast<int>(e - dot) - 1;
  const int exponent = e == text.size() ? 0 : std::atoi(text.c_str() + e + 1);
  return std::pow(10.0, exponent - decimals);
}

void check_outward(double value, int digits) {
  const std::string down = significant(value, digits, rounding::down), up = significant(value, digits, rounding::up),
                    nearest = significant(value, digits, rounding::nearest);
  CAPTURE(value);
  CAPTURE(digits);
  CAPTURE(down);
  CAPTURE(up);
  CAPTURE(nearest);
  CHECK(value_of(down) <= value);
  CHECK(value_of(up) >= value);
  const double slack = 1 + 1e-6; // for the subtraction of two doubles
  CHECK(value - value_of(down) <= last_digit(down) * slack);
  CHECK(value_of(up) - value <= last_digit(up) * slack);
  CHECK(std::fabs(value_of(nearest) - value) <= last_digit(nearest) / 2 * slack);
}

std::uint64_t every_of(const std::string& text) {
  REQUIRE(text.rfind("1 in ", 0) == 0);
  std::string digits = text.substr(5);
  digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
  return std::stoull(digits);
}

} // namespace

TEST_CASE("a count is decimal digits only") {
  CHECK(parse_count("0") == 0U);
  CHECK(parse_count("8600") == 8600U);
  CHECK(parse_count("007") == 7U);
  for (const char* text : {"", " ", "-1", "+1", "-0", "1.0", "1.", ".5", "1e3", "1,000", "1 000", " 1", "1 ", "0x10", "1\n",
                           "12a", "nan", "inf", "\xD9\xA1", "1_000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_count(text).has_value());
  }
}

TEST_CASE("a count is at most two to the power 52") {
  CHECK(parse_count("4503599627370496") == 4503599627370496U);
  CHECK_FALSE(parse_count("4503599627370497").has_value());
  CHECK_FALSE(parse_count("18446744073709551615").has_value());
  CHECK_FALSE(parse_count("18446744073709551616").has_value());
  CHECK_FALSE(parse_count(std::string(5000, '9')).has_value());
}

TEST_CASE("a decimal is a finite number and the whole text") {
  CHECK(parse_decimal("0.64") == 0.64);
  CHECK(parse_decimal("-2.5") == -2.5);
  CHECK(parse_decimal("1e-3") == 0.001);
  CHECK(parse_decimal("0") == 0.0);
  for (const char* text : {"", " ", "64%", "0,64", "0x1p3", "nan", "inf", "-inf", "infinity", "1e5000", " 1", "1 ", "1.2.3",
                           "--1", "+1", "1e", "one"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text).has_value());
  }
}

TEST_CASE("a float stands for the decimal that it was written as") {
  CHECK(as_written(0.56F) == 0.56);
  CHECK(as_written(-0.1F) == -0.1);
  CHECK(as_written(1e-45F) == 1e-45);
  for (std::uint32_t i = 0; i < 100000; ++i) {
    const auto value = static_cast<float>(i) * 0x1.3p-17F;
    CHECK(static_cast<float>(as_written(value)) == value);
  }
  CHECK_THROWS_AS((void)as_written(std::numeric_limits<float>::infinity()), std::invalid_argument);
}

TEST_CASE("the shortest text reads back as the same number") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(0.64) == "0.64");
  CHECK(shortest(3) == "3");
  test::random random(1);
  for (int i = 0; i < 20000; ++i) {
    const double value = (random.uniform() - 0.5) * std::pow(10.0, static_cast<double>(random.below(600)) - 300);
    CHECK(value_of(shortest(value)) == value);
  }
  CHECK_THROWS_AS((void)shortest(std::numeric_limits<double>::infinity()), std::invalid_argument);
  CHECK_THROWS_AS((void)shortest(std::nan("")), std::invalid_argument);
}

TEST_CASE("thousands are grouped") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(8600) == "8,600");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(100000) == "100,000");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
}

TEST_CASE("significant digits by hand") {
  // 7 / 8600 = 0.00081395348...
  CHECK(significant(7.0 / 8600, 3, rounding::nearest) == "0.000814");
  CHECK(significant(7.0 / 8600, 3, rounding::down) == "0.000813");
  CHECK(significant(7.0 / 8600, 3, rounding::up) == "0.000814");
  CHECK(significant(2.0 / 3, 2, rounding::down) == "0.66");
  CHECK(significant(2.0 / 3, 2, rounding::up) == "0.67");
  CHECK(significant(0.25, 2, rounding::down) == "0.25");
  CHECK(significant(0.25, 2, rounding::up) == "0.25");
  CHECK(significant(0, 3, rounding::up) == "0");
  CHECK(value_of(significant(0.9996, 3, rounding::down)) == doctest::Approx(0.999).epsilon(1e-12));
  CHECK(value_of(significant(0.9996, 3, rounding::up)) == 1.0);
  CHECK(value_of(significant(1.26e-7, 2, rounding::down)) == doctest::Approx(1.2e-7).epsilon(1e-12));
  CHECK_THROWS_AS((void)significant(std::nan(""), 3, rounding::nearest), std::invalid_argument);
  CHECK_THROWS_AS((void)significant(std::numeric_limits<double>::infinity(), 3, rounding::up), std::invalid_argument);
}

TEST_CASE("printed limits are never narrower than the limits") {
  test::random random(2);
  for (int i = 0; i < 20000; ++i) {
    const int digits = 1 + static_cast<int>(random.below(6));
    // Below 10^digits every printed digit is one that was asked for.
    const double value = random.uniform() * std::pow(10.0, digits - static_cast<double>(random.below(14)));
    if (value > 0) check_outward(value, digits);
  }
}

TEST_CASE("negative limits are rounded outward as well") {
  test::random random(3);
  for (int i = 0; i < 5000; ++i) {
    const double value = -random.uniform() * std::pow(10.0, 3 - static_cast<double>(random.below(10)));
    if (value < 0) check_outward(value, 4);
  }
}

TEST_CASE("a number with more whole digits than asked for is printed within one unit of its last digit") {
  CHECK(significant(1234.25, 3, rounding::up) == "1235");
  CHECK(significant(1234.25, 3, rounding::down) == "1234");
  CHECK(significant(1234.75, 3, rounding::down) == "1234");
  test::random random(4);
  for (int i = 0; i < 100; ++i)
    check_outward(std::pow(10.0, 3 + 5 * random.uniform()), 1 + static_cast<int>(random.below(3)));
}

TEST_CASE("large numbers are printed with an exponent and still outward") {
  test::random random(5);
  for (int i = 0; i < 2000; ++i) check_outward(std::pow(10.0, 10 + 20 * random.uniform()), 3);
}

TEST_CASE("one in, by hand") {
  // 8600 / 7 = 1228.57...
  CHECK(one_in(7.0 / 8600, rounding::nearest) == "1 in 1,229");
  CHECK(one_in(7.0 / 8600, rounding::down) == "1 in 1,229");
  CHECK(one_in(7.0 / 8600, rounding::up) == "1 in 1,228");
  for (const rounding r : {rounding::nearest, rounding::down, rounding::up}) {
    CHECK(one_in(0.001, r) == "1 in 1,000");
    CHECK(one_in(0.5, r) == "1 in 2");
    CHECK(one_in(0.0, r) == "none");
    CHECK_FALSE(one_in(0.51, r).has_value());
    CHECK_FALSE(one_in(1.0, r).has_value());
    CHECK_FALSE(one_in(7.5, r).has_value());
  }
  CHECK_THROWS_AS((void)one_in(-0.1, rounding::nearest), std::invalid_argument);
  CHECK_THROWS_AS((void)one_in(std::nan(""), rounding::nearest), std::invalid_argument);
  CHECK_THROWS_AS((void)one_in(std::numeric_limits<double>::infinity(), rounding::nearest), std::invalid_argument);
}

TEST_CASE("one in is rounded towards the wider interval") {
  test::random random(6);
  for (int i = 0; i < 20000; ++i) {
    const double rate = 0.5 * std::pow(10.0, -11 * random.uniform());
    const std::uint64_t down = every_of(one_in(rate, rounding::down).value()),
                        up = every_of(one_in(rate, rounding::up).value()),
                        nearest = every_of(one_in(rate, rounding::nearest).value());
    CAPTURE(rate);
    CHECK(1.0 / static_cast<double>(down) <= rate);
    CHECK(1.0 / static_cast<double>(up) >= rate);
    CHECK(down - up <= 1);
    CHECK((nearest == down || nearest == up));
  }
}

TEST_CASE("one in of tallies holds to the integer") {
  // Exact in integers: 1 / N <= e / n exactly when n <= N e.
  test::random random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t exposure = 2 + random.below(1000000), events = 1 + random.below(exposure / 2);
    const double rate = static_cast<double>(events) / static_cast<double>(exposure);
    CAPTURE(events);
    CAPTURE(exposure);
    CHECK(every_of(one_in(rate, rounding::down).value()) * events >= exposure);
    CHECK(every_of(one_in(rate, rounding::up).value()) * events <= exposure);
  }
}

TEST_CASE("a rate too small for a whole number has no one-in form") {
  CHECK_FALSE(one_in(1e-300, rounding::nearest).has_value());
  CHECK_FALSE(one_in(std::numeric_limits<double>::denorm_min(), rounding::down).has_value());
}
