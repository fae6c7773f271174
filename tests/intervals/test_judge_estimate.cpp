// An estimate keeps enough of its clusters to be held against a limit: the answer is that of the clusters themselves.
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/judge.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <random>
#include <vector>

using namespace lfreval;

namespace {

constexpr confidence level{0.95};

std::vector<cluster_tally> drawn(std::mt19937_64& random, metric_id metric) {
  const std::size_t clusters = 1 + random() % 30;
  const double rate = std::pow(10.0, -1.0 - static_cast<double>(random() % 4));
  std::vector<cluster_tally> out;
  for (std::size_t i = 0; i < clusters; ++i) {
    const std::uint64_t exposure = 50 + random() % 5000;
    std::binomial_distribution<std::uint64_t> events(exposure, rate * static_cast<double>(random() % 3));
    out.push_back({events(random), describe(metric).family == metric_family::rate ? exposure * 60 : exposure});
  }
  return out;
}

} // namespace

TEST_CASE("an estimate is judged as the clusters it was made from") {
  std::mt19937_64 random(7);
  std::size_t rungs[4] = {0, 0, 0, 0};
  for (int i = 0; i < 400; ++i) {
    const metric_id metric = i % 2 == 0 ? metric_id::false_alerts_per_face : metric_id::false_alerts_per_hour;
    const auto clusters = drawn(random, metric);
    const auto made = estimate_rate(metric, clusters, level);
    REQUIRE(made.has_value());
    ++rungs[static_cast<std::size_t>(made->clusters.rung)];
    limit line{metric, limit_direction::at_most, 1 + random() % 20, 1000 * printed_per(metric), "test"};
    const verdict own = judge(line, *made, level), of_clusters = judge(line, clusters, level, {}, verdict_scope::outcome);
    CAPTURE(i);
    CHECK(own.outcome == of_clusters.outcome);
    CHECK(own.unfavourable->upper == doctest::Approx(of_clusters.unfavourable->upper).epsilon(1e-9));
    CHECK(own.favourable->lower == doctest::Approx(of_clusters.favourable->lower).epsilon(1e-9));
    CHECK(own.unfavourable->on == sides::upper);
  }
  for (const std::size_t n : rungs) CHECK(n > 5);
}

TEST_CASE("ends made another way decide as they are, which is the more cautious answer") {
  const std::vector<cluster_tally> only{{0, 2995}};
  auto made = estimate_rate(metric_id::false_alerts_per_face, only, level).value();
  const limit line{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, "test"};
  CHECK(judge(line, made, level).outcome == verdict_outcome::met);
  made.exposure_cv = 0.1;
  CHECK(judge(line, made, level).outcome == verdict_outcome::inconclusive);
}

TEST_CASE("a limit on another metric is a wrong call") {
  const std::vector<cluster_tally> only{{0, 10}};
  const auto made = estimate_rate(metric_id::false_alerts_per_face, only, level).value();
  CHECK_THROWS_AS((void)judge(limit{metric_id::false_discovery_proportion, limit_direction::at_most, 1, 10, ""}, made, level), std::invalid_argument);
  CHECK_THROWS_AS((void)judge(limit{metric_id::false_alerts_per_face, limit_direction::none, 1, 10, ""}, made, level), std::invalid_argument);
}
