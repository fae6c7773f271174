#include <lfreval/identification/repeated_passes.hpp>

#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/proof_power.hpp>
#include <lfreval/intervals/judge.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95};
const limit found_limit{metric_id::true_positive_identification_rate, limit_direction::at_least, 8, 10, "test"};
const limit false_limit{metric_id::false_positive_identification_rate, limit_direction::at_most, 1, 50, "test"};

} // namespace

TEST_CASE("the sums of a trial give the verdict that judging its people gives") {
  test::random random(20261122);
  int proven = 0, compared = 0;
  for (const limit& declared : {found_limit, false_limit})
    for (const double planned : {1.0, 1.7})
      for (const std::uint64_t persons : {2U, 3U, 9U, 40U, 150U, 700U})
        for (const double rate : {0.0, 0.003, 0.02, 0.15})
          for (int i = 0; i < 8; ++i) {
            const std::uint64_t passes = 5;
            const bool misses = declared.direction == limit_direction::at_least;
            std::vector<cluster_tally> people;
            std::uint64_t errors = 0, squares = 0;
            for (std::uint64_t p = 0; p < persons; ++p) {
              std::uint64_t own = 0;
              const bool prone = random.uniform() < 0.3;
              for (std::uint64_t j = 0; j < passes; ++j) own += random.uniform() < (prone ? 3.0 : 0.2) * rate ? 1 : 0;
              errors += own;
              squares += own * own;
              people.push_back({misses ? passes - own : own, passes});
            }
            ladder_options how;
            how.by = cluster_unit::person;
            if (planned > 1.0) how.planning_design_effect = planned;
            const bool met = judge(declared, people, usual, how, verdict_scope::outcome).outcome == verdict_outcome::met;
            CAPTURE(persons);
            CAPTURE(errors);
            CHECK(proves_limit(declared, {passes, rate, 0.1, std::nullopt, planned}, persons, errors, squares, usual) == met);
            proven += met ? 1 : 0;
            ++compared;
          }
  CHECK(proven > compared / 10);
  CHECK(proven < compared * 9 / 10);
}

TEST_CASE("errors of one person are beta-binomial") {
  // One person more than is needed for a verdict, and a limit that only a trial without an error keeps: the chance of none in n people
  // is that of one person to the power of n.  a + b = 9, a = 0.9:  P(0 of 4) = prod (b + i) / (9 + i).
  double none = 1.0;
  for (int i = 0; i < 4; ++i) none *= (8.1 + i) / (9.0 + i);
  const limit tight{metric_id::false_positive_identification_rate, limit_direction::at_most, 55, 100, "test"};
  const repeated_passes people{4, 0.1, 0.1, std::nullopt, 1.0};
  REQUIRE(proves_limit(tight, people, 5, 0, 0, usual));
  double proven = std::pow(none, 5);
  // Every other result of five people, by counting them out.
  std::vector<double> one(5);
  for (int k = 0; k <= 4; ++k) {
    const double ways[] = {1, 4, 6, 4, 1};
    double p = ways[k];
    for (int i = 0; i < k; ++i) p *= 0.9 + i;
    for (int i = 0; i < 4 - k; ++i) p *= 8.1 + i;
    for (int i = 0; i < 4; ++i) p /= 9.0 + i;
    one[static_cast<std::size_t>(k)] = p;
  }
  for (int code = 1; code < 3125; ++code) {
    double p = 1.0;
    std::uint64_t errors = 0, squares = 0;
    for (int person = 0, rest = code; person < 5; ++person, rest /= 5) {
      const auto own = static_cast<std::uint64_t>(rest % 5);
      p *= one[own];
      errors += own;
      squares += own * own;
    }
    if (proves_limit(tight, people, 5, errors, squares, usual)) proven += p;
  }
  const simulated_chance found = chance_to_prove(tight, people, 5, usual, 7);
  CHECK(found.trials == 20000);
  CHECK(found.standard_error == doctest::Approx(std::sqrt(found.chance * (1.0 - found.chance) / 20000)));
  CHECK(std::fabs(found.chance - proven) < 4.0 * found.standard_error);
}

TEST_CASE("independent passages have the chance that is computed for them, and everybody alike in everything that of people") {
  const repeated_passes apart{5, 0.01, 0.0, std::nullopt, 1.0}, alike{5, 0.01, 1.0, std::nullopt, 1.0};
  const simulated_chance of_people = chance_to_prove(false_limit, alike, 400, usual, 3);
  // With a correlation of 1 each person has all errors or none; the design effect of 5 takes 2,000 passages to 400.
  CHECK(std::fabs(of_people.chance - proof_power(400, false_limit.value(), 0.01, usual)) < 0.12);
  const double counted = proof_power(2000, false_limit.value(), 0.01, usual);
  CHECK(chance_to_prove(false_limit, apart, 400, usual, 3).chance == doctest::Approx(counted).epsilon(0.05));
  CHECK(chance_to_prove(false_limit, {5, 0.0, 0.3, std::nullopt, 1.0}, 400, usual, 3).chance == 1.0);
  CHECK(chance_to_prove(false_limit, {5, 0.0, 0.3, std::nullopt, 1.0}, 100, usual, 3).chance == 0.0); // 1 - 0.05^(1/100) is above 1 in 50
}

TEST_CASE("an uncertain rate lowers a high chance, and the seed alone decides") {
  const repeated_passes sure{5, 0.005, 0.1, std::nullopt, 1.0}, unsure{5, 0.005, 0.1, 500.0, 1.0};
  const double known = chance_to_prove(false_limit, sure, 300, usual, 1).chance;
  CHECK(chance_to_prove(false_limit, unsure, 300, usual, 1).chance < known - 0.02);
  CHECK(chance_to_prove(false_limit, sure, 300, usual, 1).chance == known);
  CHECK(chance_to_prove(false_limit, sure, 300, usual, 2).chance == doctest::Approx(known).epsilon(0.05));
  CHECK_THROWS_AS(static_cast<void>(chance_to_prove(false_limit, {5, 1.0, 0.1, std::nullopt, 1.0}, 300, usual, 1)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(chance_to_prove(false_limit, {0, 0.1, 0.1, std::nullopt, 1.0}, 300, usual, 1)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(chance_to_prove(false_limit, {5, 0.1, 1.1, std::nullopt, 1.0}, 300, usual, 1)), std::invalid_argument);
  limit per_face = false_limit;
  per_face.metric = metric_id::false_alerts_per_hour;
  CHECK_THROWS_AS(static_cast<void>(proves_limit(per_face, sure, 300, 1, 1, usual)), std::invalid_argument);
}
