#include <lfreval/counts/threshold_grid.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace lfreval;

namespace {

/// A score as a log reader takes it from its printed form.
float logged(const std::string& text) {
  float out = 0.0F;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  REQUIRE(read.ptr == text.data() + text.size());
  return out;
}

error why(const result<threshold_grid>& grid) {
  REQUIRE_FALSE(grid.has_value());
  return grid.error();
}

std::string printed(int thousandths) {
  char text[16];
  std::snprintf(text, sizeof text, "%d.%03d", thousandths / 1000, thousandths % 1000);
  return text;
}

} // namespace

TEST_CASE("a score printed as the threshold alerts, at every threshold of a grid") {
  const auto grid = decimal_grid("0.000", "1.000", "0.001");
  REQUIRE(grid.has_value());
  REQUIRE(grid->size() == 1001);
  float repeated = 0.0F;
  int drifted = 0;
  for (int i = 0; i <= 1000; ++i) {
    CAPTURE(i);
    const auto at = static_cast<std::size_t>(i);
    const float score = logged(printed(i));
    CHECK(score >= grid->edges()[at]);
    CHECK_FALSE(std::nextafter(score, -1.0F) >= grid->edges()[at]);
    drifted += repeated != score ? 1 : 0;
    repeated += 0.001F;
  }
  CHECK(drifted > 500); // what repeated addition would have done
}

TEST_CASE("under `strictly_above` a score printed as the threshold does not alert, and the next one does") {
  const auto grid = decimal_grid("0.5", "0.7", "0.01", alert_rule::strictly_above);
  REQUIRE(grid.has_value());
  CHECK(grid->size() == 21);
  CHECK(grid->rule() == alert_rule::strictly_above);
  for (int i = 0; i <= 20; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const float score = logged(printed(500 + 10 * i));
    CHECK(grid->declared()[at].value() == score);
    CHECK(grid->edges()[at] == std::nextafter(score, 2.0F));
  }
  const threshold_grid zero({threshold(0.0F)}, alert_rule::strictly_above);
  CHECK(zero.edges()[0] == std::numeric_limits<float>::denorm_min());
  const threshold_grid below({threshold(-std::numeric_limits<float>::denorm_min())}, alert_rule::strictly_above);
  CHECK(below.edges()[0] == 0.0F);
  CHECK_FALSE(std::signbit(below.edges()[0]));
}

TEST_CASE("decimal texts of any form give one grid") {
  const auto plain = decimal_grid("-0.3", "0.8", "0.0011");
  REQUIRE(plain.has_value());
  CHECK(plain->size() == 1001);
  CHECK(plain->edges().front() == logged("-0.3"));
  CHECK(plain->edges()[500] == logged("0.25"));
  CHECK(plain->edges().back() == logged("0.8"));
  CHECK(*decimal_grid("-3e-1", "80E-2", "1.10e-3") == *plain);
  CHECK(*decimal_grid("-.3000", "8e-01", "0.00110") == *plain);
  CHECK(*decimal_grid(-0.3, 0.8, 0.0011) == *plain);
  CHECK(decimal_grid("60", "90", "10")->edges()[1] == 70.0F);
  CHECK(decimal_grid("0.6", "0.6", "0.1")->size() == 1);
  CHECK(decimal_grid("-1", "1", "1")->edges()[1] == 0.0F);
  CHECK_FALSE(std::signbit(decimal_grid("-0.0", "0.5", "0.5")->edges()[0]));
}

TEST_CASE("rounded once: not through double") {
  // Midway between two floats in double precision, just above it as written.
  const std::string text = "1.00000005960464478";
  const auto grid = listed_grid(std::vector<std::string>{text});
  REQUIRE(grid.has_value());
  CHECK(grid->edges()[0] == std::nextafter(1.0F, 2.0F));
  CHECK(static_cast<float>(1.00000005960464478) == 1.0F);
}

TEST_CASE("grids that cannot be counted are refused by name") {
  CHECK(why(decimal_grid("0.3x", "0.8", "0.1")).code == error_code::not_a_number);
  CHECK(why(decimal_grid("0.3", "nan", "0.1")).value == "nan");
  CHECK(why(decimal_grid("0.3", "inf", "0.1")).code == error_code::not_a_number);
  CHECK(why(decimal_grid("", "0.8", "0.1")).code == error_code::not_a_number);
  CHECK(why(decimal_grid("0.3", "0.8", std::numeric_limits<double>::quiet_NaN() > 0 ? "1" : "0x1")).code == error_code::not_a_number);
  CHECK(why(decimal_grid(0.3, std::numeric_limits<double>::infinity(), 0.1)).code == error_code::not_a_number);
  for (const char* step : {"0", "-0.1", "0.07", "1e-7"}) {
    CAPTURE(step);
    const error found = why(decimal_grid("0.3", "0.8", step));
    CHECK(found.code == error_code::not_allowed);
    CHECK(found.value == step);
  }
  CHECK(why(decimal_grid("0.8", "0.3", "0.1")).allowed == "a last threshold that is not below the first");
  CHECK(why(decimal_grid("0.3", "0.8", "0.07")).allowed == "a step that leads from the first threshold exactly to the last");
  // 1e-8 is finer than float32 near 0.9.
  CHECK(why(decimal_grid("0.9", "0.90001", "0.00000001")).allowed == "a step that float32, the precision of the scores, can tell apart");
  CHECK(decimal_grid("0.09", "0.09001", "0.00000001").has_value());
  CHECK(why(decimal_grid("0.1234567890123456789", "1", "1")).code == error_code::not_allowed);
  CHECK(why(decimal_grid("0", "100000000000", "0.00000001")).code == error_code::not_allowed);
  CHECK(why(decimal_grid("0", "1e39", "1e39")).code == error_code::not_allowed);
  CHECK(why(decimal_grid("0", "1e-50", "1e-50")).code == error_code::not_allowed);
  CHECK(why(decimal_grid("0", "1e-999", "1")).code == error_code::not_a_number); // beyond double too
  CHECK(why(decimal_grid("0", "4", "0.000001")).allowed == "a step that gives at most 4,000,000 thresholds");
  CHECK(decimal_grid("1", "4000000", "1")->size() == largest_grid);
}

TEST_CASE("listed thresholds are sorted and told apart") {
  const std::vector<std::string> written{"0.64", "0.6", "0.56"};
  const auto grid = listed_grid(written);
  REQUIRE(grid.has_value());
  CHECK(grid->edges()[0] == logged("0.56"));
  CHECK(grid->edges()[2] == logged("0.64"));
  CHECK(why(listed_grid(std::vector<std::string>{"0.64", "0.6", "0.640"})).code == error_code::duplicate_id);
  CHECK(why(listed_grid(std::vector<std::string>{"0.64", "0.6", "0.640"})).value == "0.64");
  CHECK(why(listed_grid(std::vector<std::string>{"0.64", "64%"})).code == error_code::not_a_number);
  CHECK(why(listed_grid({})).code == error_code::missing_value);
  CHECK(why(listed_grid(std::vector<std::string>{"1e39"})).code == error_code::not_allowed);
}

TEST_CASE("a wrong list of thresholds is a wrong call") {
  CHECK_THROWS_AS(threshold_grid({}), std::invalid_argument);
  CHECK_THROWS_AS(threshold_grid({threshold(0.6F), threshold(0.6F)}), std::invalid_argument);
  CHECK_THROWS_AS(threshold_grid({threshold(0.6F), threshold(0.5F)}), std::invalid_argument);
  CHECK_THROWS_AS(threshold_grid({threshold(-0.0F), threshold(0.0F)}), std::invalid_argument);
  CHECK_THROWS_AS(threshold_grid({threshold(std::numeric_limits<float>::max())}, alert_rule::strictly_above), std::invalid_argument);
  CHECK(threshold_grid({threshold(std::numeric_limits<float>::max())}).size() == 1);
  CHECK(why(listed_grid(std::vector<std::string>{"3.4028235e38"}, alert_rule::strictly_above)).code == error_code::not_allowed);
}
