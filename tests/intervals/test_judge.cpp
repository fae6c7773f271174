#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/judge.hpp>

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

limit at_most(std::uint64_t events, std::uint64_t exposure, metric_id metric = metric_id::false_positive_identification_rate) {
  return {metric, limit_direction::at_most, events, exposure, "test"};
}

verdict one(const limit& l, std::uint64_t events, std::uint64_t exposure) {
  const std::vector<cluster_tally> only{{events, exposure}};
  return judge(l, only, usual);
}

} // namespace

// Exposures below are roots found with scipy 1.10.1 beta quantiles and brentq, rounded up.

TEST_CASE("2,995 passages without a false alert meet 1 in 1,000 and 2,994 do not decide") {
  const verdict met = one(at_most(1, 1000), 0, 2995);
  CHECK(met.outcome == verdict_outcome::met);
  CHECK_FALSE(met.exposure_to_decide.has_value());
  CHECK_FALSE(met.exposure_without_events.has_value());
  CHECK(met.unfavourable->on == sides::upper);
  CHECK(met.unfavourable->upper <= 0.001);
  const verdict open = one(at_most(1, 1000), 0, 2994);
  CHECK(open.outcome == verdict_outcome::inconclusive);
  CHECK(open.exposure_to_decide == 2995);
  CHECK(open.exposure_without_events == 2995);
}

TEST_CASE("7 of 8,600 against 1 in 1,000 does not decide, and says what would") {
  const verdict open = one(at_most(1, 1000), 7, 8600);
  CHECK(open.outcome == verdict_outcome::inconclusive);
  CHECK(open.exposure_to_decide == 80265);
  CHECK(open.exposure_without_events == 13146);
}

TEST_CASE("a rate above the limit decides against it") {
  const verdict open = one(at_most(1, 1000), 12, 8600);
  CHECK(open.outcome == verdict_outcome::inconclusive);
  CHECK(open.exposure_to_decide == 20969);
  CHECK(open.exposure_without_events == 19439);
  const verdict broken = one(at_most(1, 1000), 40, 8600);
  CHECK(broken.outcome == verdict_outcome::not_met);
  CHECK_FALSE(broken.exposure_to_decide.has_value());
  CHECK(broken.exposure_without_events.has_value());
}

TEST_CASE("a rate on the limit is never decided by more of the same") {
  const verdict open = one(at_most(1, 1000), 5, 5000);
  CHECK(open.outcome == verdict_outcome::inconclusive);
  CHECK_FALSE(open.exposure_to_decide.has_value());
  CHECK(open.exposure_without_events.has_value());
}

TEST_CASE("a limit from below uses the lower bound") {
  const limit least{metric_id::true_positive_identification_rate, limit_direction::at_least, 80, 100, "test"};
  CHECK(one(least, 45, 50).outcome == verdict_outcome::met);
  CHECK(one(least, 30, 50).outcome == verdict_outcome::not_met);
  const limit higher{metric_id::true_positive_identification_rate, limit_direction::at_least, 85, 100, "test"};
  const verdict open = one(higher, 45, 50);
  CHECK(open.outcome == verdict_outcome::inconclusive);
  CHECK(open.unfavourable->on == sides::lower);
  CHECK(open.exposure_to_decide == 150);
  CHECK_FALSE(open.exposure_without_events.has_value());
}

TEST_CASE("the projected exposure is where the ladder itself changes its answer") {
  // Twelve deployments of one kind; copies of the same deployments keep design effect and rate.
  std::vector<cluster_tally> day;
  for (std::uint64_t i = 0; i < 12; ++i) day.push_back({i % 3, 2000});
  const limit l = at_most(1, 1500, metric_id::false_alerts_per_face);
  const verdict open = judge(l, day, usual);
  REQUIRE(open.outcome == verdict_outcome::inconclusive);
  REQUIRE(open.exposure_to_decide.has_value());
  const std::uint64_t days = *open.exposure_to_decide / 24000 + 1;
  std::vector<cluster_tally> longer;
  for (std::uint64_t d = 0; d < days; ++d) longer.insert(longer.end(), day.begin(), day.end());
  CHECK(judge(l, longer, usual).outcome == verdict_outcome::met);
  const auto nearly = longer.size() - 2 * day.size();
  longer.resize(nearly);
  CHECK(judge(l, longer, usual).outcome == verdict_outcome::inconclusive);
}

TEST_CASE("the design effect of silent deployments delays the answer") {
  const std::vector<cluster_tally> quiet(10, {0, 200});
  const limit l = at_most(1, 1000, metric_id::false_alerts_per_face);
  CHECK(judge(l, quiet, usual).exposure_to_decide == 2995);
  CHECK(judge(l, quiet, usual, {.borrowed_design_effect = 2.0}).exposure_to_decide == 5989);
}

TEST_CASE("rung 3 is judged by Korn-Graubard, and rates by the gamma form") {
  std::vector<cluster_tally> many;
  for (std::uint64_t i = 0; i < 24; ++i) many.push_back({i % 4, 200 + 10 * (i % 7)});
  CHECK(judge(at_most(1, 100), many, usual).unfavourable->method == interval_method::korn_graubard);
  CHECK(judge(at_most(1, 100, metric_id::alerts_per_hour), many, usual).unfavourable->method ==
        interval_method::korn_graubard_rate);
}

TEST_CASE("no data is not measured, and a limit without direction or exposure is a wrong call") {
  CHECK(judge(at_most(1, 1000), std::span<const cluster_tally>{}, usual) == verdict{});
  CHECK(one(at_most(1, 1000), 0, 0).outcome == verdict_outcome::not_measured);
  const limit aimless{metric_id::alerts_per_face, limit_direction::none, 1, 1000, ""};
  CHECK_THROWS_AS(static_cast<void>(one(aimless, 1, 10)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(one(at_most(1, 0), 1, 10)), std::invalid_argument);
}
