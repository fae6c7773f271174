#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/tail.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

/// One score a person: 98 in 100 below 0.5, the rest from a Pareto tail of scale 0.04 above it.
std::vector<float> scores_of(std::uint64_t seed, std::size_t persons, double shape = -0.1, double share = 0.02) {
  test::random draw(seed);
  std::vector<float> out;
  for (std::size_t i = 0; i < persons; ++i) {
    const double u = draw.uniform(), v = 1.0 - draw.uniform();
    out.push_back(
        static_cast<float>(u >= share ? 0.5 * draw.uniform() : 0.5 + 0.04 / shape * (std::pow(v, -shape) - 1.0)));
  }
  return out;
}

double true_chance(double score, double shape = -0.1, double share = 0.02) {
  return share * std::pow(1.0 + shape * (score - 0.5) / 0.04, -1.0 / shape);
}

tail_request from(double above) { return {.above = above, .draws = 49}; }

undefined_reason refusal(const std::vector<float>& scores, double target, const tail_request& how) {
  return extrapolate_threshold(score_steps::of(scores), target, how).error().reason;
}

} // namespace

TEST_CASE("an extrapolated threshold is a projection with limits, checks and its standing") {
  const auto scores = scores_of(1, 5000);
  const auto got = extrapolate_threshold(score_steps::of(scores), 1e-4, from(0.5)).value();
  CHECK(got.is_projection);
  CHECK(got.flags.has(flag::extrapolated));
  CHECK_FALSE(got.flags.has(flag::few_exceedances));
  CHECK(standing_of_extrapolations == "non-standard extrapolation");
  std::uint64_t above = 0;
  for (const float s : scores)
    above += s > 0.5F ? 1 : 0;
  CHECK(got.exceedances == above);
  CHECK(got.persons == 5000);
  CHECK(static_cast<double>(got.at.value()) >= got.level);
  CHECK(static_cast<double>(std::nextafter(got.at.value(), 0.0F)) < got.level);
  CHECK(true_chance(got.limits.lower) > 1e-4);
  CHECK(true_chance(got.limits.upper) < 1e-4);
  CHECK(got.limits.method == interval_method::profile_likelihood);
  REQUIRE(got.check.end_point.has_value() == (got.check.fit.at.shape < 0.0));
  CHECK(got.check.starts[2].above == 0.5);
  CHECK(got.check.starts[2].exceedances == above);
  CHECK(got.check.starts[2].value.value() == doctest::Approx(got.level).epsilon(1e-12));
  CHECK(got.check.starts[0].exceedances == doctest::Approx(0.5 * static_cast<double>(above)).epsilon(0.03));
  // The chance at the level is the target again.
  const auto chance = extrapolate_chance(score_steps::of(scores), got.at, from(0.5)).value();
  CHECK(chance.chance == doctest::Approx(1e-4).epsilon(1e-3));
  CHECK(chance.limits.contains(1e-4));
  CHECK(chance.flags.has(flag::extrapolated));
}

TEST_CASE("a rarer alarm needs a higher threshold and is less well known") {
  const score_steps steps = score_steps::of(scores_of(2, 20000));
  double level = 0.0, width = 0.0;
  for (const double target : {1e-2, 1e-3, 1e-4, 1e-5}) {
    const auto got = extrapolate_threshold(steps, target, from(0.5)).value();
    CHECK(got.level > level);
    CHECK(got.limits.upper - got.limits.lower > width);
    level = got.level;
    width = got.limits.upper - got.limits.lower;
  }
}

TEST_CASE("extrapolation is refused where the data do not carry it") {
  const auto scores = scores_of(3, 5000);
  CHECK(refusal(scores, 1.9e-5, from(0.5)) == undefined_reason::beyond_data); // 1 / (10 * 5000) is 2e-5
  CHECK(extrapolate_threshold(score_steps::of(scores), 2e-5, from(0.5)).has_value());
  CHECK(refusal(scores, 0.1, from(0.5)) == undefined_reason::beyond_data);
  CHECK(refusal({}, 1e-3, from(0.5)) == undefined_reason::empty);

  const auto heavy = scores_of(3, 5000, 0.2);
  auto descending = heavy;
  std::sort(descending.begin(), descending.end(), std::greater<>());
  const auto leaving = [&](std::size_t count) { return from(static_cast<double>(descending[count])); };
  CHECK(refusal(heavy, 1e-3, leaving(24)) == undefined_reason::few_effective_events);
  CHECK(extrapolate_threshold(score_steps::of(heavy), 1e-3, leaving(25)).value().flags.has(flag::few_exceedances));
  CHECK(extrapolate_threshold(score_steps::of(heavy), 1e-3, leaving(49)).value().flags.has(flag::few_exceedances));
  CHECK_FALSE(
      extrapolate_threshold(score_steps::of(heavy), 1e-3, leaving(50)).value().flags.has(flag::few_exceedances));

  std::vector<float> coarse;
  for (const float s : scores)
    coarse.push_back(std::round(100.0F * s) / 100.0F);
  CHECK(refusal(coarse, 1e-3, from(0.5)) == undefined_reason::coarse_scores);
  std::vector<float> fine;
  for (const float s : scores)
    fine.push_back(std::round(10000.0F * s) / 10000.0F);
  CHECK(extrapolate_threshold(score_steps::of(fine), 1e-3, from(0.5)).has_value());

  tail_request bounded = from(0.5);
  bounded.highest_possible = 0.52;
  CHECK(refusal(scores, 1e-4, bounded) == undefined_reason::beyond_end_point);
  CHECK(extrapolate_chance(score_steps::of(scores), threshold(0.53F), bounded).error().reason ==
        undefined_reason::beyond_end_point);
  bounded.highest_possible = extrapolate_threshold(score_steps::of(scores), 1e-4, from(0.5)).value().level + 0.001;
  CHECK(extrapolate_threshold(score_steps::of(scores), 1e-4, bounded).value().reaches_beyond_scale);

  // What was not recorded may lie between the start and the lowest score on record.
  std::vector<float> recorded;
  for (const float s : scores)
    if (s >= 0.45F) recorded.push_back(s);
  const score_steps cut = score_steps::of(recorded, scores.size() - recorded.size());
  CHECK(extrapolate_threshold(cut, 1e-3, from(0.4)).error().reason == undefined_reason::not_recorded);
  const auto same = extrapolate_threshold(cut, 1e-3, from(0.5)).value();
  CHECK(same.level == extrapolate_threshold(score_steps::of(scores), 1e-3, from(0.5)).value().level);

  CHECK_THROWS_AS((void)extrapolate_threshold(cut, 0.0, from(0.5)), std::invalid_argument);
  CHECK_THROWS_AS((void)extrapolate_threshold(cut, 1e-3, from(NAN)), std::invalid_argument);
  CHECK_THROWS_AS((void)extrapolate_chance(cut, threshold(0.5F), from(0.5)), std::invalid_argument);
}

TEST_CASE("beyond the end of the fit there is no chance of 0, and none below a tenth of one passage") {
  const auto scores = scores_of(4, 5000, -0.3);
  const auto fit = extrapolate_threshold(score_steps::of(scores), 1e-3, from(0.5)).value().check;
  REQUIRE(fit.end_point.has_value());
  const auto beyond =
      extrapolate_chance(score_steps::of(scores), threshold(static_cast<float>(*fit.end_point) + 0.01F), from(0.5));
  CHECK(beyond.error().reason == undefined_reason::beyond_end_point);
  const auto near =
      extrapolate_chance(score_steps::of(scores), threshold(static_cast<float>(*fit.end_point) - 0.0005F), from(0.5));
  CHECK(near.error().reason == undefined_reason::beyond_data);
}

TEST_CASE("two populations in one tail are doubted") {
  // A handful of look-alikes far above the rest: the value depends on where the tail begins.
  auto scores = scores_of(5, 5000, -0.3);
  test::random draw(9);
  for (int i = 0; i < 25; ++i)
    scores.push_back(static_cast<float>(0.9 + 0.01 * draw.uniform()));
  const auto got = extrapolate_threshold(score_steps::of(scores), 1e-3, from(0.5));
  if (got)
    CHECK(got->flags.has(flag::fit_doubtful));
  else
    CHECK(got.error().reason == undefined_reason::no_fit);
}

TEST_CASE("one passage of each person, whoever is asked first") {
  std::vector<person_passage> rows;
  test::random draw(6);
  for (std::uint64_t person = 0; person < 200; ++person)
    for (std::uint64_t k = 0; k <= draw.below(5); ++k)
      rows.push_back({person, draw.below(10) == 0 ? std::optional<float>()
                                                  : std::optional<float>(static_cast<float>(draw.uniform()))});
  const score_steps first = one_passage_each(rows, 42);
  CHECK(first.passages() == 200);
  draw.shuffle(rows);
  const score_steps again = one_passage_each(rows, 42);
  CHECK(std::vector<float>(first.scores().begin(), first.scores().end()) ==
        std::vector<float>(again.scores().begin(), again.scores().end()));
  const score_steps other = one_passage_each(rows, 43);
  CHECK(std::vector<float>(first.scores().begin(), first.scores().end()) !=
        std::vector<float>(other.scores().begin(), other.scores().end()));
}

TEST_CASE("where the tail starts when so many are to lie above") {
  const score_steps steps = score_steps::of(std::vector<float>{0.1F, 0.2F, 0.2F, 0.3F, 0.4F, 0.5F});
  CHECK(start_of_tail(steps, 1).value() == static_cast<double>(0.4F));
  CHECK(start_of_tail(steps, 3).value() == static_cast<double>(0.2F));
  CHECK(start_of_tail(steps, 4).value() == static_cast<double>(0.2F)); // 0.1 would leave five
  CHECK(start_of_tail(steps, 5).value() == static_cast<double>(0.1F));
  CHECK(start_of_tail(steps, 6).error().reason == undefined_reason::not_recorded);
  CHECK(start_of_tail(score_steps::of(std::vector<float>{}, 7), 1).error().reason == undefined_reason::empty);
}
