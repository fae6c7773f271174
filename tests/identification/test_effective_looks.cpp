#include <lfreval/identification/effective_looks.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;
using identification::count_effective_looks, identification::looks_of_person;

namespace {
constexpr confidence level{0.95};
}

TEST_CASE("passages that alert as often as single looks are worth one look") {
  // 10 of 100 passages and 10 of 100 looks.
  const auto one = count_effective_looks(std::vector<looks_of_person>{{100, 10, 100, 10}}, level);
  REQUIRE(one.has_value());
  CHECK(one->point == doctest::Approx(1.0).epsilon(1e-15));
  REQUIRE_FALSE(one->limits.has_value());
  CHECK(one->limits.error().reason == undefined_reason::one_cluster);
  // 1 - 0.9^2 = 0.19: two looks of which either alerts in one of ten.
  const auto two = count_effective_looks(std::vector<looks_of_person>{{60, 12, 120, 12}, {40, 7, 80, 8}}, level);
  REQUIRE(two.has_value());
  CHECK(two->point == doctest::Approx(2.0).epsilon(1e-14));
  CHECK(two->mean_looks == 2.0);
  CHECK(two->limits.error().reason == undefined_reason::few_effective_events);
}

TEST_CASE("effective looks are undefined where a logarithm is") {
  const auto reason = [](std::vector<looks_of_person> people) { return count_effective_looks(people, level).error().reason; };
  CHECK(reason({}) == undefined_reason::empty);
  CHECK(reason({{5, 0, 0, 0}}) == undefined_reason::empty);
  CHECK(reason({{5, 0, 9, 0}}) == undefined_reason::no_events);
  CHECK(reason({{5, 5, 9, 6}}) == undefined_reason::all_events);
  CHECK(reason({{5, 3, 3, 3}}) == undefined_reason::all_events);
  CHECK_THROWS_AS((void)count_effective_looks(std::vector<looks_of_person>{{5, 6, 9, 6}}, level), std::invalid_argument);
  CHECK_THROWS_AS((void)count_effective_looks(std::vector<looks_of_person>{{5, 3, 9, 2}}, level), std::invalid_argument);
}

TEST_CASE("the order of persons does not move a digit, and persons without a passage do not count") {
  std::vector<looks_of_person> people;
  test::random random(11);
  for (int i = 0; i < 301; ++i) {
    const std::uint64_t alerts = random.uniform() < 0.3 ? 1 : 0;
    people.push_back({4, alerts, 12, alerts * 2});
  }
  const auto first = count_effective_looks(people, level);
  std::reverse(people.begin(), people.end());
  people.push_back({});
  const auto second = count_effective_looks(people, level);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->point == second->point);
  CHECK(*first->limits == *second->limits);
  CHECK(second->persons == 301);
}

TEST_CASE("limits of effective looks cover the truth of independent looks of people who pass once to seven times") {
  // With one rate for all, k independent looks are worth exactly k. Three looks that alert one time in ten.
  test::random random(5);
  constexpr int trials = 1000, looks = 3;
  constexpr double rate = 0.1;
  int covered = 0, made = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<looks_of_person> people;
    for (int person = 0; person < 400; ++person) {
      looks_of_person one;
      one.passages = 1 + static_cast<std::uint64_t>(person % 7);
      one.looks = one.passages * looks;
      for (std::uint64_t p = 0; p < one.passages; ++p) {
        std::uint64_t alerts = 0;
        for (int k = 0; k < looks; ++k) alerts += random.uniform() < rate ? 1 : 0;
        one.looks_with_alert += alerts;
        one.passages_with_alert += alerts > 0 ? 1 : 0;
      }
      people.push_back(one);
    }
    const auto found = count_effective_looks(people, level);
    if (!found || !found->limits) continue;
    ++made;
    covered += found->limits->contains(looks) ? 1 : 0;
  }
  MESSAGE(covered, " of ", made);
  CHECK(made > 950);
  // Monte-Carlo error of 1,000 trials: 0.7 points; two and a half of them below nominal.
  CHECK(covered >= 0.933 * made);
}
