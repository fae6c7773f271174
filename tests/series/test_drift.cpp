#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/series/drift.hpp>

#include "support/random.hpp"

using namespace lfreval;

TEST_CASE("values in random order give false signals of drift no sooner than stated") {
  test::random random(3);
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) values.push_back(random.uniform());
  CHECK(sequential::rank_drift(values, 100.0).size() <= 200);
}

TEST_CASE("a level that doubles is noticed with its direction and ties are no drift") {
  test::random random(5);
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back((i < 30 ? 100.0 : 200.0) * (0.9 + 0.2 * random.uniform()));
  const auto found = sequential::rank_drift(values, 200.0);
  REQUIRE(found.size() >= 1);
  CHECK(found[0].at >= 33);
  CHECK(found[0].at <= 45);
  CHECK(found[0].upwards);
  CHECK(sequential::rank_drift(std::vector<double>(150, 4.0), 200.0).empty());
  CHECK_THROWS_AS(static_cast<void>(sequential::rank_drift(values, 1.0)), std::invalid_argument);
}
