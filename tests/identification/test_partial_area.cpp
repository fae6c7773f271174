#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/area_under_curve.hpp>
#include <lfreval/identification/curve_band.hpp>
#include <lfreval/identification/partial_area.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95}, high{0.99}, low{0.3};

std::vector<person_passage> drawn(test::random& draw, std::uint64_t first, std::uint64_t persons, std::uint64_t each,
                                  double mean, double levels) {
  std::vector<person_passage> out;
  for (std::uint64_t p = 0; p < persons; ++p) {
    const double effect = 0.5 * draw.uniform();
    for (std::uint64_t k = 0; k < each; ++k)
      out.push_back({first + p, draw.below(15) == 0
                                    ? std::optional<float>()
                                    : static_cast<float>(std::round(levels * (mean + effect + draw.uniform())))});
  }
  return out;
}

/// The area by a fine sum over rates: at each rate the line between the neighbouring corners of the curve.
double plain_partial(const std::vector<person_passage>& mated, const std::vector<person_passage>& nonmated, double f) {
  std::vector<float> levels{-INFINITY};
  for (const auto* rows : {&mated, &nonmated})
    for (const auto& r : *rows)
      if (r.score) levels.push_back(*r.score);
  std::sort(levels.rbegin(), levels.rend());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  const auto share = [](const std::vector<person_passage>& rows, float at) {
    double count = 0.0;
    for (const auto& r : rows)
      count += r.score.value_or(-INFINITY) >= at ? 1.0 : 0.0;
    return count / static_cast<double>(rows.size());
  };
  std::vector<std::pair<double, double>> corners{{0.0, 0.0}};
  for (const float at : levels)
    corners.emplace_back(share(nonmated, at), share(mated, at));
  constexpr int steps = 200'000;
  double sum = 0.0;
  std::size_t k = 0;
  for (int i = 0; i < steps; ++i) {
    const double x = f * (i + 0.5) / steps;
    while (corners[k + 1].first < x)
      ++k;
    const auto &a = corners[k], &b = corners[k + 1];
    sum += a.second + (b.second - a.second) * (x - a.first) / (b.first - a.first);
  }
  return sum * f / steps;
}

} // namespace

TEST_CASE("the partial area is the area under the lines, all of it at f = 1") {
  test::random draw(1);
  for (const double levels : {6.0, 1000.0}) {
    const auto mated = drawn(draw, 0, 20, 2, 0.4, levels), nonmated = drawn(draw, 100, 30, 2, 0.0, levels);
    double before = 0.0;
    for (const double f : {0.01, 0.1, 0.35, 1.0}) {
      const auto got = partial_area(mated, nonmated, {.highest_rate = f, .replicates = 199}).value();
      CHECK(got.area == doctest::Approx(plain_partial(mated, nonmated, f)).epsilon(1e-4));
      CHECK(got.area > before);
      CHECK(got.area <= f);
      CHECK(got.mcclish == doctest::Approx(0.5 * (1.0 + (got.area - f * f / 2) / (f - f * f / 2))).epsilon(1e-12));
      before = got.area;
    }
    CHECK(before == doctest::Approx(clustered_area(mated, nonmated, usual).value().area).epsilon(1e-12));
  }
}

TEST_CASE("limits come from people drawn anew, whatever the order and the threads") {
  test::random draw(2);
  auto mated = drawn(draw, 0, 40, 3, 0.4, 1000.0), nonmated = drawn(draw, 100, 120, 3, 0.0, 1000.0);
  const partial_area_request wanted{.highest_rate = 0.2, .replicates = 399, .from = {.seed = 3}};
  const auto got = partial_area(mated, nonmated, wanted).value();
  REQUIRE(got.limits.has_value());
  CHECK(got.limits->limits.contains(got.area));
  CHECK(got.deciding_persons >= 20);
  CHECK(got.mated_persons == 40);
  draw.shuffle(mated);
  draw.shuffle(nonmated);
  partial_area_request threaded = wanted;
  threaded.threads = 2;
  const auto again = partial_area(mated, nonmated, threaded).value();
  CHECK(again.area == got.area);
  CHECK(again.limits->limits == got.limits->limits);
  // At f = 1 the replicates vary as the clustered variance says.
  const auto whole = partial_area(mated, nonmated, {.highest_rate = 1.0, .replicates = 3999}).value();
  const double error = std::sqrt(clustered_area(mated, nonmated, usual).value().variance.value());
  CHECK((whole.limits->limits.upper - whole.limits->limits.lower) / (2 * 1.96) == doctest::Approx(error).epsilon(0.08));
}

TEST_CASE("too few people decide the area, or none") {
  test::random draw(3);
  const auto mated = drawn(draw, 0, 40, 3, 0.4, 1000.0), nonmated = drawn(draw, 100, 120, 3, 0.0, 1000.0);
  CHECK(partial_area(mated, nonmated, {.highest_rate = 0.01}).value().limits.error().reason ==
        undefined_reason::few_effective_events);
  const std::vector<person_passage> none;
  CHECK(partial_area(none, nonmated, {}).error().reason == undefined_reason::empty);
  CHECK(partial_area(mated, none, {}).error().bounds.value().upper == 0.01);
  CHECK_THROWS_AS((void)partial_area(mated, nonmated, {.highest_rate = 0.0}), std::invalid_argument);
  CHECK_THROWS_AS((void)partial_area(mated, nonmated, {.highest_rate = 1.1}), std::invalid_argument);
  CHECK_THROWS_AS((void)partial_area(std::vector<person_passage>{{1, NAN}}, nonmated, {}), std::invalid_argument);
}

namespace {

void check_coverage(int runs) {
  // Normal scores, person effects as large as a passage's own; the area over rates up to f by a fine sum.
  constexpr double f = 0.2, mean = 2.0;
  const double sd = std::sqrt(2.0);
  double truth = 0.0;
  for (int i = 0; i < 20'000; ++i) {
    const double x = f * (i + 0.5) / 20'000;
    truth += f / 20'000 * distribution::normal_above(distribution::normal_upper_quantile(x) - mean / sd);
  }
  test::random draw(8);
  const auto normal = [&] { return distribution::normal_upper_quantile(draw.uniform() * 0.999999999 + 5e-10); };
  double covered = 0, used = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<person_passage> mated, nonmated;
    for (std::uint64_t p = 0; p < 240; ++p) {
      const double effect = normal();
      for (int k = 0; k < 4; ++k)
        (p < 80 ? mated : nonmated)
            .push_back({p * 0x9e3779b97f4a7c15U, static_cast<float>(effect + normal() + (p < 80 ? mean : 0.0))});
    }
    const auto got =
        partial_area(mated, nonmated,
                     {.highest_rate = f, .replicates = 399, .from = {.seed = static_cast<std::uint64_t>(run)}})
            .value();
    if (!got.limits) continue;
    used += 1;
    covered += got.limits->limits.contains(truth) ? 1 : 0;
  }
  const double error = std::sqrt(0.95 * 0.05 / used);
  MESSAGE("area up to " << f << " of 240 persons: covered " << covered / used << " of " << used
                        << ", Monte-Carlo error " << error);
  CHECK(used > 0.95 * runs);
  CHECK(covered / used >= 0.935 - 3.0 * error);
}

} // namespace

TEST_CASE("limits of the partial area cover") { check_coverage(250); }

TEST_CASE("slow: limits of the partial area cover, long run") { check_coverage(2500); }

TEST_CASE("the band of a distribution function holds everywhere at once") {
  // By hand: ln(2 / 0.05) = 3.6888794541, over 2 * 100.
  CHECK(band::dkw(100, usual).value() == doctest::Approx(std::sqrt(3.688879454113936 / 200.0)).epsilon(1e-14));
  CHECK(band::dkw(100, usual, sides::upper).value() ==
        doctest::Approx(std::sqrt(2.995732273553991 / 200.0)).epsilon(1e-14));
  CHECK(band::dkw(400, usual).value() == doctest::Approx(band::dkw(100, usual).value() / 2.0).epsilon(1e-14));
  CHECK(band::dkw(100, high).value() > band::dkw(100, usual).value());
  CHECK(band::dkw(0, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)band::dkw(10, low, sides::lower), std::invalid_argument);

  test::random draw(4);
  constexpr int runs = 4000, n = 60;
  int outside = 0;
  const double within = band::dkw(n, usual).value();
  for (int run = 0; run < runs; ++run) {
    std::vector<double> u;
    for (int i = 0; i < n; ++i)
      u.push_back(draw.uniform());
    std::sort(u.begin(), u.end());
    double farthest = 0.0;
    for (int i = 0; i < n; ++i)
      farthest = std::max({farthest, (i + 1.0) / n - u[static_cast<std::size_t>(i)],
                           u[static_cast<std::size_t>(i)] - static_cast<double>(i) / n});
    outside += farthest > within ? 1 : 0;
  }
  const double share = static_cast<double>(outside) / runs;
  MESSAGE("outside in " << share << ", Monte-Carlo error " << std::sqrt(0.05 * 0.95 / runs));
  CHECK(share <= 0.05 + 3.0 * std::sqrt(0.05 * 0.95 / runs));
  CHECK(share > 0.02); // not needlessly wide
}

TEST_CASE("a band of the trade-off covers both axes together") {
  const sweep_counts swept = sweep(score_steps::of(std::vector<float>{0.1F, 0.2F, 0.3F, 0.4F}),
                                   score_steps::of(std::vector<float>{0.3F, 0.5F}, 1));
  const auto got = dkw_band(swept, usual).value();
  CHECK(got.points.size() == swept.at.size());
  CHECK(got.flags.has(flag::assumes_independence));
  CHECK(got.fpir_within == doctest::Approx(std::sqrt(std::log(4.0 / 0.05) / 8.0)).epsilon(1e-13));
  CHECK(got.fnir_within == doctest::Approx(std::sqrt(std::log(4.0 / 0.05) / 6.0)).epsilon(1e-13));
  for (const band_point& p : got.points) {
    CHECK(p.fpir.lower >= 0.0);
    CHECK(p.fnir.upper <= 1.0);
    CHECK(p.fpir.method == interval_method::dkw);
  }
  CHECK(dkw_band(sweep(score_steps::of(std::vector<float>{}), score_steps::of(std::vector<float>{0.5F})), usual)
            .error()
            .reason == undefined_reason::empty);
}
