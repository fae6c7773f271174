#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

const std::vector<float> nonmated_scores{0.2F, 0.3F, 0.3F, 0.6F, 0.8F}, mate_scores{0.3F, 0.7F, 0.8F, 0.9F};

sweep_counts small() { return sweep(score_steps::of(nonmated_scores, 5), score_steps::of(mate_scores, 1)); }

std::uint64_t reaching(const std::vector<float>& scores, threshold t) {
  return static_cast<std::uint64_t>(
      std::count_if(scores.begin(), scores.end(), [&](float s) { return s >= t.value(); }));
}

} // namespace

TEST_CASE("a sweep counts at every score that occurs, and only there") {
  const sweep_counts swept = small();
  CHECK(swept.nonmated == 10);
  CHECK(swept.mated == 5);
  std::vector<float> at;
  for (const threshold_counts& now : swept.at) {
    at.push_back(now.at.value());
    CHECK(now.nonmated_at_or_above == reaching(nonmated_scores, now.at));
    CHECK(now.mated_at_or_above == reaching(mate_scores, now.at));
  }
  CHECK(at == std::vector<float>{0.2F, 0.3F, 0.6F, 0.7F, 0.8F, 0.9F});
}

TEST_CASE("the curve has the points that were counted, and marks what is not resolved") {
  const det_curve curve = detection_error_tradeoff(small()).value();
  REQUIRE(curve.points.size() == 6);
  CHECK(curve.fpir_not_resolved_below == 0.1);
  CHECK(curve.fnir_not_resolved_below == 0.2);
  const det_point& first = curve.points.front();
  CHECK(first.false_positives == 5);
  CHECK(first.misses == 1); // the one without a score
  CHECK(first.fpir == 0.5);
  CHECK(first.fpir_place == probit_place{probit_place::end::inside, 0.0});
  const det_point& last = curve.points.back();
  CHECK(last.false_positives == 0);
  CHECK(last.fpir_place.at == probit_place::end::zero);
  CHECK(last.fnir == 0.8);
  for (std::size_t i = 1; i < curve.points.size(); ++i) {
    CHECK(curve.points[i].fpir <= curve.points[i - 1].fpir);
    CHECK(curve.points[i].fnir >= curve.points[i - 1].fnir);
    CHECK((curve.points[i].fpir == 0.0 || curve.points[i].fpir >= curve.fpir_not_resolved_below));
  }
}

TEST_CASE("counts at a threshold between, below and above the scores") {
  const auto at = [](float t) { return at_threshold(small(), threshold(t)).value(); };
  CHECK(at(0.1F).false_positives == 5);
  CHECK(at(0.3F).false_positives == 4);
  CHECK(at(0.3F).identified == 4);
  CHECK(at(0.65F).false_positives == 1);
  CHECK(at(0.65F).identified == 3);
  CHECK(at(0.95F).false_positives == 0);
  CHECK(at(0.95F).identified == 0);
  CHECK(at(0.95F).mated == 5);
}

TEST_CASE("probit places: symmetric, and the ends are marked") {
  CHECK(probit(0, 10).at == probit_place::end::zero);
  CHECK(probit(10, 10).at == probit_place::end::one);
  CHECK(probit(5, 10).value == 0.0);
  CHECK(probit(1, 1000).value == -probit(999, 1000).value);
  CHECK(probit(841344746, 1000000000).value == doctest::Approx(1.0).epsilon(1e-9)); // Phi(1) = 0.841344746...
}

TEST_CASE("the equal error rate, by hand and by its defining property") {
  // Steps (fpir, fnir): (1,0), (1/2, 0), (0, 1/2), (0,1); on the line between the middle two they meet at 1/4.
  const sweep_counts two{{{threshold(0.1F), 2, 2}, {threshold(0.2F), 1, 2}, {threshold(0.3F), 0, 1}}, 2, 2};
  const auto got = equal_error(two).value();
  CHECK(got.linear == doctest::Approx(0.25).epsilon(1e-15));
  CHECK(got.convex_hull == doctest::Approx(0.25).epsilon(1e-15));
  static_assert(!equal_error_rate::is_operating_point);
  // A corner that sticks out: (1,0), (3/4, 1/4), (1/2, 1/2), (0, 1/2) has its equal point at 1/2; the hull cuts from
  // (1,0) to (0, 1/2), which meets fpir = fnir at 1/3.
  const sweep_counts corner{
      {{threshold(0.1F), 4, 4}, {threshold(0.2F), 3, 3}, {threshold(0.3F), 2, 2}, {threshold(0.4F), 0, 2}}, 4, 4};
  CHECK(equal_error(corner).value().linear == 0.5);
  CHECK(equal_error(corner).value().convex_hull == doctest::Approx(1.0 / 3.0).epsilon(1e-15));
  // Perfect separation.
  const sweep_counts apart{{{threshold(0.1F), 3, 2}, {threshold(0.5F), 0, 2}}, 3, 2};
  CHECK(equal_error(apart).value().linear == 0.0);
  CHECK(equal_error(apart).value().convex_hull == 0.0);
}

TEST_CASE("the hull is never above the steps, against the best of all pairs of points") {
  test::random draw(8);
  for (int round = 0; round < 40; ++round) {
    std::vector<float> u, m;
    for (int i = 0; i < 30; ++i) u.push_back(static_cast<float>(draw.below(40)));
    for (int i = 0; i < 20; ++i) m.push_back(static_cast<float>(draw.below(40) + 8));
    const sweep_counts swept = sweep(score_steps::of(u), score_steps::of(m));
    const auto got = equal_error(swept).value();
    std::vector<std::pair<double, double>> points{{0.0, 1.0}};
    const det_curve curve = detection_error_tradeoff(swept).value();
    for (const det_point& p : curve.points) points.push_back({p.fpir, p.fnir});
    // The lowest crossing of fpir = fnir by any segment between two points is the crossing of the hull.
    double best = 1.0;
    for (const auto& a : points)
      for (const auto& b : points) {
        const double above = a.first - a.second, below = b.second - b.first;
        if (above < 0.0 || below < 0.0) continue;
        best = std::min(best, above + below == 0.0 ? a.first : a.first + above / (above + below) * (b.first - a.first));
      }
    CHECK(got.convex_hull == doctest::Approx(best).epsilon(1e-12));
    CHECK(got.linear >= got.convex_hull - 1e-12);
  }
}

TEST_CASE("curves say what is missing") {
  const sweep_counts no_mates{{{threshold(0.1F), 1, 0}}, 3, 0}, no_crowd{{{threshold(0.1F), 0, 1}}, 0, 3};
  CHECK(detection_error_tradeoff(no_mates).error().reason == undefined_reason::empty);
  CHECK(detection_error_tradeoff(no_crowd).error().remedy == "Record passages by people who are not on the list.");
  CHECK(equal_error(no_mates).error().reason == undefined_reason::empty);
  CHECK(at_threshold(no_crowd, threshold(0.1F)).error().reason == undefined_reason::empty);
  const sweep_counts high_only{{{threshold(0.9F), 1, 1}}, 10, 10};
  CHECK(equal_error(high_only).error().reason == undefined_reason::all_events);
  CHECK(equal_error({{}, 10, 10}).error().reason == undefined_reason::all_events);
  const sweep_counts turned{{{threshold(0.2F), 2, 2}, {threshold(0.1F), 1, 1}}, 3, 3},
      rising{{{threshold(0.1F), 1, 1}, {threshold(0.2F), 2, 1}}, 3, 3}, too_many{{{threshold(0.1F), 4, 1}}, 3, 3};
  for (const sweep_counts& wrong : {turned, rising, too_many})
    CHECK_THROWS_AS(static_cast<void>(detection_error_tradeoff(wrong)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(probit(1, 0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(probit(0, 0)), std::invalid_argument);
}
