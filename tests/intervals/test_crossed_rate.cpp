#include <lfreval/intervals/crossed_rate.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;
using two_way::cell, two_way::sides_of_pairs;

namespace {

constexpr confidence level{0.95};

double normal(test::random& random) {
  const double u = 1.0 - random.uniform(), v = random.uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
}

/// False matches of passers and list entries of whom some resemble many; the truth is the mean over the same law.
std::vector<cell> compared(test::random& random, std::uint64_t passers, std::uint64_t entries, double base, double spread, bool same) {
  std::vector<double> wolf(passers), lamb(entries);
  for (double& one : wolf) one = spread * normal(random);
  for (std::size_t j = 0; j < entries; ++j) lamb[j] = same ? wolf[j] : spread * normal(random);
  std::vector<cell> out;
  for (std::uint64_t i = 0; i < passers; ++i)
    for (std::uint64_t j = same ? i + 1 : 0; j < entries; ++j) {
      const double odds = std::exp(base + wolf[i] + lamb[j]);
      out.push_back({i, same ? j : passers + j, random.uniform() < odds / (1.0 + odds) ? std::uint64_t{1} : std::uint64_t{0}, 1});
    }
  return out;
}

/// E of the logistic of base + s z, z the sum of two standard normals: by the trapezoid rule.
double truth(double base, double spread) {
  const double s = spread * std::sqrt(2.0);
  double sum = 0.0;
  for (int k = -4000; k <= 4000; ++k) {
    const double z = k * 0.002;
    sum += std::exp(-z * z / 2.0) / 2.5066282746310002 * 0.002 / (1.0 + std::exp(-(base + s * z)));
  }
  return sum;
}

struct coverage { int headline = 0, flat = 0, made = 0; };
coverage covered(int trials, bool same, std::uint64_t seed) {
  constexpr double base = -4.0, spread = 0.8;
  const double rate = truth(base, spread);
  test::random random(seed);
  coverage out;
  for (int k = 0; k < trials; ++k) {
    const auto cells = compared(random, 40, 40, base, spread, same);
    const auto found = two_way::estimate_false_matches(cells, same ? sides_of_pairs::same_people : sides_of_pairs::other_people, level);
    if (!found || found->events == 0) continue;
    ++out.made;
    out.headline += found->headline.contains(rate) ? 1 : 0;
    out.flat += found->companions.at(0).made.contains(rate) ? 1 : 0;
  }
  return out;
}

} // namespace

TEST_CASE("limits of false matches cover the truth when people resemble many, flat ones do not") {
  for (const bool same : {false, true}) {
    const coverage found = covered(400, same, same ? 3 : 4);
    CAPTURE(same);
    MESSAGE("both people ", found.headline, ", flat ", found.flat, " of ", found.made);
    // Monte-Carlo error of 400 trials: 1.1 points.
    CHECK(found.headline >= 0.913 * found.made);
    CHECK(found.flat < 0.85 * found.made);
  }
}

TEST_CASE("slow: limits of false matches cover at least 93.5 per cent") {
  for (const bool same : {false, true}) {
    const coverage found = covered(4000, same, same ? 13 : 14);
    CAPTURE(same);
    MESSAGE("both people ", found.headline, ", flat ", found.flat, " of ", found.made);
    CHECK(found.headline >= 0.935 * found.made);
  }
}

TEST_CASE("false matches without an event or with nothing else have the bound of the side that says less") {
  std::vector<cell> cells;
  for (std::uint64_t i = 0; i < 30; ++i)
    for (std::uint64_t j = 0; j < 5; ++j) cells.push_back({i, 100 + j, 0, 1});
  const auto none = two_way::estimate_false_matches(cells, sides_of_pairs::other_people, level);
  REQUIRE(none.has_value());
  CHECK(none->point == 0.0);
  CHECK(none->headline.lower == 0.0);
  // Five entries say less than thirty passers: 1 - 0.025^(1/5).
  CHECK(none->headline.upper == doctest::Approx(1.0 - std::pow(0.025, 0.2)).epsilon(1e-9));
  for (cell& one : cells) one.events = 1;
  const auto all = two_way::estimate_false_matches(cells, sides_of_pairs::other_people, level);
  REQUIRE(all.has_value());
  CHECK(all->headline.lower == doctest::Approx(std::pow(0.025, 0.2)).epsilon(1e-9));
}

TEST_CASE("the order of comparisons does not move a digit, and one person on a side is too few") {
  test::random random(9);
  auto cells = compared(random, 20, 21, -3.0, 0.5, false);
  const auto first = two_way::estimate_false_matches(cells, sides_of_pairs::other_people, level);
  random.shuffle(cells);
  const auto second = two_way::estimate_false_matches(cells, sides_of_pairs::other_people, level);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(*first == *second);
  CHECK(*first == *two_way::estimate_false_matches(two_way::margins_of(cells, sides_of_pairs::other_people), sides_of_pairs::other_people, level));
  const std::vector<cell> alone{{1, 2, 1, 3}, {1, 3, 0, 3}};
  CHECK(two_way::estimate_false_matches(alone, sides_of_pairs::other_people, level).error().reason == undefined_reason::one_cluster);
  CHECK(two_way::estimate_false_matches(std::span<const cell>{}, sides_of_pairs::other_people, level).error().reason == undefined_reason::empty);
}
