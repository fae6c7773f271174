#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/proportionality/pareto.hpp>

#include "support/random.hpp"

using namespace lfreval;
using decision::operating_point;

namespace {

constexpr confidence at_95{0.95};

/// The definition: no other point dominates it, and none before it is equal.
std::vector<std::size_t> plain_front(const std::vector<operating_point>& points) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool on = true;
    for (std::size_t j = 0; j < points.size(); ++j) on = on && !decision::dominates(points[j], points[i]) && !(j < i && points[j] == points[i]);
    if (on) out.push_back(i);
  }
  return out;
}

std::vector<operating_point> some_points(std::uint64_t seed, std::size_t n) {
  test::random draw(seed);
  std::vector<operating_point> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back({static_cast<double>(draw.below(12)), static_cast<double>(draw.below(12))});
  return out;
}

std::set<std::pair<double, double>> values_at(const std::vector<operating_point>& points, const std::vector<std::size_t>& at) {
  std::set<std::pair<double, double>> out;
  for (const std::size_t i : at) out.insert({points[i].burden, points[i].benefit});
  return out;
}

std::vector<std::uint64_t> numbered(std::size_t n) {
  std::vector<std::uint64_t> out(n);
  std::iota(out.begin(), out.end(), 100);
  return out;
}

/// The first point finds more and harms less than the second in nearly all clusters, the third finds more and harms more.
std::vector<decision::point_clusters> three_points() {
  test::random draw(21);
  std::vector<decision::point_clusters> out(3);
  for (int c = 0; c < 60; ++c) {
    const std::uint64_t mates = 20, strangers = 500;
    out[0].benefit.push_back({14 + draw.below(4), mates});
    out[0].burden.push_back({draw.below(3), strangers});
    out[1].benefit.push_back({8 + draw.below(4), mates});
    out[1].burden.push_back({5 + draw.below(5), strangers});
    out[2].benefit.push_back({18 + draw.below(2), mates});
    out[2].burden.push_back({20 + draw.below(9), strangers});
  }
  return out;
}

} // namespace

TEST_CASE("the front is that of the definition, whatever the order") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto points = some_points(seed, 1 + seed % 23);
    const auto front = decision::pareto_front(points);
    CHECK(front == plain_front(points));
    const auto before = values_at(points, front);
    CHECK(before.size() == front.size());
    std::reverse(points.begin(), points.end());
    CHECK(values_at(points, decision::pareto_front(points)) == before);
  }
  CHECK(decision::pareto_front({}).empty());
  CHECK_THROWS_AS((void)decision::pareto_front(std::vector<operating_point>{{std::nan(""), 1.0}}), std::invalid_argument);
}

TEST_CASE("rising transformations of the axes leave the front as it is") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto points = some_points(seed, 15);
    const auto front = decision::pareto_front(points);
    for (operating_point& p : points) p = {std::exp(p.burden / 5.0), p.benefit * p.benefit * p.benefit - 7.0};
    CHECK(decision::pareto_front(points) == front);
  }
}

TEST_CASE("a front is as sure as its replicates, and does not depend on threads") {
  const auto points = three_points();
  const auto entities = numbered(60);
  const auto drawn = decision::replicate_points(entities, points, {400, {5, 0}, 1}).value();
  const auto twice = decision::replicate_points(entities, points, {400, {5, 0}, 2}).value();
  CHECK(drawn.drawn == twice.drawn);
  CHECK(drawn.replicates() == 400);
  // The first replicate by hand.
  for (std::size_t k = 0; k < 3; ++k) {
    const auto right = bootstrap::poisson_cluster_replicate(entities, points[k].benefit, 0, {5, 0});
    CHECK(drawn.replicate(0)[k].benefit == static_cast<double>(right.events) / static_cast<double>(right.exposure));
  }
  const auto sure = decision::certainty_of_front(drawn);
  CHECK(sure.front == std::vector<std::size_t>{0, 2});
  CHECK(sure.inclusion[0] == 1.0);
  CHECK(sure.inclusion[1] == 0.0);
  CHECK(decision::probability_dominates(drawn, 0, 1) == 1.0);
  CHECK(decision::probability_dominates(drawn, 1, 0) == 0.0);
  CHECK(decision::probability_dominates(drawn, 0, 2) == 0.0);
}

TEST_CASE("dominance is declared only where all limits agree") {
  const auto drawn = decision::replicate_points(numbered(60), three_points(), {6000, {5, 0}, 2}).value();
  const auto declared = decision::simultaneous_dominance(drawn, at_95).value();
  REQUIRE(declared.size() == 1);
  CHECK(declared[0].better == 0);
  CHECK(declared[0].worse == 1);
  CHECK(declared[0].more_benefit.lower > 0.0);
  CHECK(declared[0].more_burden.upper < 0.0);
  const auto few = decision::replicate_points(numbered(60), three_points(), {200, {5, 0}, 1}).value();
  CHECK(decision::simultaneous_dominance(few, at_95).error().reason == undefined_reason::few_effective_events);
}

TEST_CASE("a point against itself is on the front with it, never above it") {
  auto points = three_points();
  points = {points[0], points[0]};
  const auto drawn = decision::replicate_points(numbered(60), points, {4000, {5, 0}, 1}).value();
  const auto sure = decision::certainty_of_front(drawn);
  CHECK(sure.front == std::vector<std::size_t>{0});
  CHECK(sure.inclusion == std::vector<double>{1.0, 1.0});
  CHECK(decision::simultaneous_dominance(drawn, at_95).value().empty());
}

TEST_CASE("points without exposure, and one cluster, have no replicates") {
  auto points = three_points();
  CHECK(decision::replicate_points(numbered(1), std::vector<decision::point_clusters>{{{{1, 2}}, {{0, 3}}}}).error().reason == undefined_reason::one_cluster);
  for (cluster_tally& one : points[1].burden) one = {};
  CHECK(decision::replicate_points(numbered(60), points).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)decision::replicate_points(numbered(59), three_points()), std::invalid_argument);
}
