#include <lfreval/identification/planned_systems.hpp>

#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/paired_systems.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95};

/// Rising factorial: the Dirichlet-multinomial in its plainest form.
double rising(double from, int steps) {
  double out = 1.0;
  for (int i = 0; i < steps; ++i) out *= from + i;
  return out;
}

} // namespace

TEST_CASE("the sums of two systems give the limit that comparing their passages gives") {
  test::random random(20261123);
  int told = 0, compared = 0;
  for (const std::uint64_t persons : {2U, 3U, 9U, 40U, 300U})
    for (const std::uint64_t passes : {1U, 4U})
      for (const double differ : {0.0, 0.02, 0.2, 0.7, 1.0})
        for (const double first : {0.5, 0.8, 1.0})
          for (const double beyond : {0.0, -0.05, -0.3})
            for (int i = 0; i < 3; ++i) {
              std::vector<judged_passage> rows;
              discordant_sums sums;
              for (std::uint64_t p = 0; p < persons; ++p) {
                const bool prone = random.uniform() < 0.3;
                std::uint64_t own_first = 0, own_second = 0;
                for (std::uint64_t k = 0; k < passes; ++k) {
                  const bool apart = random.uniform() < (differ < 1.0 ? (prone ? 1.4 : 0.6) * differ : 1.0), is_first = random.uniform() < first, both = random.uniform() < 0.5;
                  rows.push_back(apart ? judged_passage{p, is_first, !is_first} : judged_passage{p, both, both});
                  own_first += apart && is_first ? 1 : 0;
                  own_second += apart && !is_first ? 1 : 0;
                }
                sums.first_only += own_first;
                sums.second_only += own_second;
                sums.first_squares += own_first * own_first;
                sums.second_squares += own_second * own_second;
                sums.products += own_first * own_second;
              }
              const auto whole = compare_judgements(rows, usual);
              REQUIRE(whole.has_value());
              // Two roundings of one limit may fall to either side of a number that it equals.
              if (std::fabs(whole->clustered.lower - beyond) < 1e-9) continue;
              CAPTURE(persons);
              CAPTURE(passes);
              CAPTURE(sums.first_only);
              CAPTURE(sums.second_only);
              CHECK(tells_apart(sums, passes, persons, beyond, usual) == (whole->clustered.lower > beyond));
              told += whole->clustered.lower > beyond ? 1 : 0;
              ++compared;
            }
  CHECK(told > compared / 10);
  CHECK(told < compared * 9 / 10);
}

TEST_CASE("the chance to tell two systems apart is that of counting out every trial of independent passages") {
  constexpr std::uint64_t persons = 60;
  constexpr double first = 0.25, second = 0.07, neither = 1.0 - first - second;
  double exact = 0.0;
  for (std::uint64_t b = 0; b <= persons; ++b)
    for (std::uint64_t c = 0; b + c <= persons; ++c) {
      const auto x = static_cast<double>(b), y = static_cast<double>(c), n = static_cast<double>(persons);
      const double ways = std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(y + 1) - std::lgamma(n - x - y + 1);
      if (tells_apart({b, c, b, c, 0}, 1, persons, 0.0, usual)) exact += std::exp(ways + x * std::log(first) + y * std::log(second) + (n - x - y) * std::log(neither));
    }
  const simulated_chance found = chance_to_tell_apart({1, first, second, 0.0}, 0.0, persons, usual, 7);
  CHECK(found.trials == 5000);
  CHECK(std::fabs(found.chance - exact) < 4.0 * found.standard_error);
  CHECK(exact > 0.5);
  CHECK(exact < 0.9);
}

TEST_CASE("what two systems do on the passages of one person follows a Dirichlet-multinomial distribution") {
  // Six people of two passages each, counted out: a + b + c = 1 / 0.25 - 1 = 3.
  constexpr int persons = 6;
  constexpr double first = 0.4, second = 0.1, total = 3.0;
  struct outcome {
    std::uint64_t first, second;
    double chance;
  };
  std::vector<outcome> one;
  for (int b = 0; b <= 2; ++b)
    for (int c = 0; b + c <= 2; ++c) {
      const double ways = b == 1 || c == 1 ? 2.0 : 1.0; // of two passages in some order
      one.push_back({static_cast<std::uint64_t>(b), static_cast<std::uint64_t>(c), ways * rising(first * total, b) * rising(second * total, c) * rising((1.0 - first - second) * total, 2 - b - c) / rising(total, 2)});
    }
  double all = 0.0, exact = 0.0;
  const confidence level{0.6};
  for (int code = 0; code < 46656; ++code) {
    discordant_sums sums;
    double chance = 1.0;
    for (int p = 0, rest = code; p < persons; ++p, rest /= 6) {
      const outcome& own = one[static_cast<std::size_t>(rest % 6)];
      sums.first_only += own.first;
      sums.second_only += own.second;
      sums.first_squares += own.first * own.first;
      sums.second_squares += own.second * own.second;
      sums.products += own.first * own.second;
      chance *= own.chance;
    }
    all += chance;
    if (tells_apart(sums, 2, persons, 0.0, level)) exact += chance;
  }
  CHECK(all == doctest::Approx(1.0).epsilon(1e-12));
  const simulated_chance found = chance_to_tell_apart({2, first, second, 0.25}, 0.0, persons, level, 3);
  CHECK(std::fabs(found.chance - exact) < 4.0 * found.standard_error);
  CHECK(exact > 0.2);
  CHECK(exact < 0.95);
}

TEST_CASE("chances of two systems at their ends") {
  // Nothing to find, and never found: a system that is never the better one.
  CHECK(chance_to_tell_apart({1, 0.0, 0.2, 0.0}, 0.0, 500, usual, 1).chance == 0.0);
  // Systems that never differ are shown to be alike as soon as there are people enough, however alike a person's passages are.
  for (const double correlation : {0.0, 0.3, 1.0}) {
    CHECK(chance_to_tell_apart({3, 0.0, 0.0, correlation}, -0.1, 100, usual, 1).chance == 1.0);
    CHECK(chance_to_tell_apart({3, 0.0, 0.0, correlation}, -0.1, 10, usual, 1).chance == 0.0);
  }
  // A person who always ends the same way is one passage.
  CHECK(chance_to_tell_apart({8, 0.3, 0.05, 1.0}, 0.0, 80, usual, 1).chance < chance_to_tell_apart({8, 0.3, 0.05, 0.1}, 0.0, 80, usual, 1).chance);
  const simulated_chance once = chance_to_tell_apart({4, 0.1, 0.05, 0.2}, 0.0, 200, usual, 9), again = chance_to_tell_apart({4, 0.1, 0.05, 0.2}, 0.0, 200, usual, 9);
  CHECK(once.chance == again.chance);
  CHECK_FALSE(tells_apart({1, 0, 1, 0, 0}, 5, 1, -0.9, usual));
  CHECK_THROWS_AS((void)tells_apart({4, 0, 4, 0, 0}, 1, 3, 0.0, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)chance_to_tell_apart({1, 0.6, 0.4, 0.0}, 0.0, 10, usual, 1), std::invalid_argument);
  CHECK_THROWS_AS((void)chance_to_tell_apart({1, 0.6, 0.1, 1.5}, 0.0, 10, usual, 1), std::invalid_argument);
  CHECK_THROWS_AS((void)chance_to_tell_apart({0, 0.6, 0.1, 0.5}, 0.0, 10, usual, 1), std::invalid_argument);
}
