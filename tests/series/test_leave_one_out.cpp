#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/series/leave_one_out.hpp>

#include "support/series_data.hpp"

using namespace lfreval;

TEST_CASE("the rate without each deployment, counted again from the rest") {
  const auto rows = test::twelve();
  const auto table = series::leave_one_out(rows, rows.size()).value();
  REQUIRE(table.largest.size() == rows.size());
  for (const series::influence& one : table.largest) {
    std::uint64_t events = 0, exposure = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (i != one.index) { events += rows[i].events; exposure += rows[i].exposure; }
    CHECK(one.without == static_cast<double>(events) / static_cast<double>(exposure));
    CHECK(one.change == doctest::Approx(table.rate - one.without).epsilon(1e-9));
    CHECK(table.lowest_without <= one.without);
    CHECK(table.highest_without >= one.without);
  }
  for (std::size_t i = 1; i < table.largest.size(); ++i)
    CHECK(std::fabs(table.largest[i - 1].change) >= std::fabs(table.largest[i].change));
  CHECK(table.largest.front().index == 10);
  CHECK(table.largest.front().share_of_events == doctest::Approx(12.0 / 35.0));
}

TEST_CASE("the table is cut, ignores what saw nothing, and does not depend on order") {
  std::vector<cluster_tally> rows{{1, 100}, {0, 0}, {1, 100}, {5, 100}};
  const auto table = series::leave_one_out(rows, 2).value();
  REQUIRE(table.largest.size() == 2);
  CHECK(table.largest[0].index == 3);
  CHECK(table.largest[1].index == 0);
  CHECK(table.highest_without == 6.0 / 200.0);
  const std::vector<cluster_tally> turned{{5, 100}, {1, 100}, {1, 100}};
  const auto again = series::leave_one_out(turned, 2).value();
  CHECK(again.rate == table.rate);
  CHECK(again.largest[0].without == table.largest[0].without);
  CHECK(again.lowest_without == table.lowest_without);
  const std::vector<cluster_tally> equal{{1, 3}, {2, 6}};
  CHECK(series::leave_one_out(equal).value().largest[0].change == 0.0);
}

TEST_CASE("nothing to leave out") {
  const std::vector<cluster_tally> none, one{{3, 10}}, wrong{{1, 0}, {1, 1}};
  CHECK(series::leave_one_out(none).error().reason == undefined_reason::empty);
  CHECK(series::leave_one_out(one).error().reason == undefined_reason::one_cluster);
  CHECK_THROWS_AS(static_cast<void>(series::leave_one_out(wrong)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(series::leave_one_out(test::twelve(), 0)), std::invalid_argument);
}
