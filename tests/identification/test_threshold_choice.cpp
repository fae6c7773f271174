#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95};

/// Twenty scores whose order is plain to see: 0.05, 0.10 ... 1.00.
std::vector<float> ladder_of_scores() {
  std::vector<float> out;
  for (int i = 1; i <= 20; ++i) out.push_back(static_cast<float>(i) / 20.0F);
  return out;
}

std::uint64_t count_reaching(const std::vector<float>& scores, threshold t) {
  std::uint64_t n = 0;
  for (float s : scores) n += score(s) >= t ? 1 : 0;
  return n;
}

/// P(X <= k) of a binomial variable, added up term by term.
double binomial_at_most(std::uint64_t k, std::uint64_t n, double p) {
  double term = std::pow(1.0 - p, static_cast<double>(n)), sum = term;
  for (std::uint64_t x = 1; x <= k; ++x) {
    term *= static_cast<double>(n - x + 1) / static_cast<double>(x) * p / (1.0 - p);
    sum += term;
  }
  return sum;
}

} // namespace

TEST_CASE("the number of errors allowed is the largest that a binomial test would reject") {
  for (const std::uint64_t n :
       {std::uint64_t{10}, std::uint64_t{59}, std::uint64_t{58}, std::uint64_t{333}, std::uint64_t{1000}})
    for (const double a : {0.003, 0.05, 0.31}) {
      std::optional<std::uint64_t> largest;
      for (std::uint64_t k = 0; k < n && binomial_at_most(k, n, a) <= 0.05; ++k) largest = k;
      CAPTURE(n);
      CAPTURE(a);
      CHECK(guaranteed_k(n, a, usual) == largest);
    }
}

TEST_CASE("the passages needed are the first that allow the errors") {
  CHECK(passages_needed(0.001, usual) == 2995U);
  for (const double a : {0.4, 0.01, 1e-5})
    for (const std::uint64_t k : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}}) {
      const std::uint64_t n = passages_needed(a, usual, k).value();
      CHECK(guaranteed_k(n, a, usual) == k);
      const auto fewer = guaranteed_k(n - 1, a, usual);
      CHECK((k == 0 ? !fewer : fewer == k - 1));
    }
  CHECK_FALSE(passages_needed(1e-18, usual).has_value());
}

TEST_CASE("a wrong target or a wrong count is a wrong call") {
  for (const double a : {0.0, 1.0, -0.1, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(static_cast<void>(guaranteed_k(10, a, usual)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(passages_needed(a, usual)), std::invalid_argument);
    CHECK_THROWS_AS(
        static_cast<void>(guaranteed_threshold(score_steps::of(ladder_of_scores()), {.target = a, .level = usual})),
        std::invalid_argument);
  }
  CHECK_THROWS_AS(static_cast<void>(guaranteed_k(largest_count + 1, 0.1, usual)), std::invalid_argument);
}

TEST_CASE("steps of scores refuse what no sweep gives") {
  CHECK_THROWS_AS((score_steps({0.1F, 0.1F}, {2, 1}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({0.1F, 0.2F}, {1, 2}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({0.1F, 0.2F}, {2, 2}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({0.1F, 0.2F}, {2, 0}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({0.1F}, {3}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({0.1F}, {}, 2)), std::invalid_argument);
  CHECK_THROWS_AS((score_steps({std::numeric_limits<float>::infinity()}, {1}, 2)), std::invalid_argument);
  const std::vector<float> wrong{0.5F, std::nanf("")};
  CHECK_THROWS_AS(static_cast<void>(score_steps::of(wrong)), std::invalid_argument);
}

TEST_CASE("steps count at or above, and the two zeros are one score") {
  const std::vector<float> scores{0.5F, -0.0F, 0.0F, 0.5F, 0.7F};
  const score_steps steps = score_steps::of(scores, 3);
  CHECK(std::vector<float>(steps.scores().begin(), steps.scores().end()) == std::vector<float>{0.0F, 0.5F, 0.7F});
  CHECK_FALSE(std::signbit(steps.scores()[0]));
  CHECK(std::vector<std::uint64_t>(steps.at_or_above().begin(), steps.at_or_above().end()) ==
        std::vector<std::uint64_t>{5, 3, 1});
  CHECK(steps.passages() == 8);
  CHECK(steps.reaching(0.5F) == 3);
  CHECK(steps.reaching(std::nextafter(0.5F, 1.0F)) == 1);
  CHECK(steps.reaching(0.8F) == 0);
}

TEST_CASE("the threshold is the float just above the highest score that must not alert") {
  const auto scores = ladder_of_scores();
  // P(X <= 1) of 20 trials at 0.3 is 0.0076, P(X <= 2) 0.0355, P(X <= 3) 0.107: at 95 % two errors are allowed.
  const auto chosen = guaranteed_threshold(score_steps::of(scores), {.target = 0.3, .level = usual}).value();
  CHECK(chosen.allowed == 2);
  CHECK(chosen.at.value() == std::nextafter(0.9F, 1.0F));
  CHECK(chosen.at == chosen.before_grid);
  CHECK(chosen.reaching == 2);
  CHECK(count_reaching(scores, chosen.at) == 2);
  CHECK(chosen.trials == 20);
  CHECK(chosen.promise == threshold_promise::finite_sample);
  CHECK(chosen.rate == threshold_rate::per_passage);
  CHECK(chosen.conditional_on_list);
  CHECK_FALSE(chosen.lowest_recorded);
  CHECK(chosen.bound <= 0.3);
  CHECK(binomial_at_most(2, 20, chosen.bound) == doctest::Approx(0.05).epsilon(1e-9));
  CHECK(chosen.chance_kept == doctest::Approx(1.0 - binomial_at_most(2, 20, 0.3)).epsilon(1e-12));
}

TEST_CASE("ties move the threshold up, never down") {
  std::vector<float> scores = ladder_of_scores();
  scores[19] = scores[18] = scores[17] = scores[16] = 0.85F; // four at the top, two may alert
  const auto chosen = guaranteed_threshold(score_steps::of(scores), {.target = 0.3, .level = usual}).value();
  CHECK(chosen.at.value() == std::nextafter(0.85F, 1.0F));
  CHECK(chosen.reaching == 0);
  CHECK(chosen.allowed == 2);
}

TEST_CASE("the grid only rounds up, and to the float of the decimal") {
  CHECK(round_up(0.64F, {.decimals = 2}) == 0.64F);
  CHECK(round_up(std::nextafter(0.64F, 1.0F), {.decimals = 2}) == 0.65F);
  CHECK(round_up(std::nextafter(0.64F, 0.0F), {.decimals = 2}) == 0.64F);
  CHECK(round_up(0.61F, {.decimals = 2, .step = 5}) == 0.65F);
  CHECK(round_up(-0.61F, {.decimals = 2, .step = 5}) == -0.60F);
  CHECK(round_up(-0.001F, {.decimals = 2}) == 0.0F);
  CHECK_FALSE(std::signbit(round_up(-0.001F, {.decimals = 2}).value()));
  CHECK(round_up(57.2F, {.decimals = 0}) == 58.0F);
  CHECK(round_up(1e30F, {.decimals = 2}) == std::nullopt);
  CHECK_THROWS_AS(static_cast<void>(round_up(0.5F, {.decimals = 9})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(round_up(0.5F, {.decimals = 2, .step = 0})), std::invalid_argument);
  test::random draw(11);
  for (int i = 0; i < 2000; ++i) {
    const unsigned decimals = static_cast<unsigned>(draw.below(6));
    const auto at = static_cast<float>(draw.uniform() * 200.0 - 100.0);
    const float up = round_up(at, {.decimals = decimals}).value();
    const double units = std::pow(10.0, decimals);
    const double k = std::nearbyint(static_cast<double>(up) * units);
    CAPTURE(at);
    CAPTURE(decimals);
    CHECK(up == std::stof(std::to_string(k / units)));
    CHECK(up >= at);
    CHECK(std::stof(std::to_string((k - 1.0) / units)) < at);
  }
  const auto chosen = guaranteed_threshold(score_steps::of(ladder_of_scores()),
                                           {.target = 0.3, .level = usual, .grid = decimal_grid{.decimals = 2}})
                          .value();
  CHECK(chosen.at.value() == 0.91F);
  CHECK(chosen.before_grid.value() == std::nextafter(0.9F, 1.0F));
}

TEST_CASE("too few passages give no threshold but the number needed") {
  const std::vector<float> scores(58, 0.5F); // 5 % at 95 % needs 59
  const auto none = guaranteed_threshold(score_steps::of(scores), {.target = 0.05, .level = usual});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().reason == no_threshold_reason::too_few_passages);
  REQUIRE(none.error().groups.size() == 1);
  CHECK(none.error().groups[0].trials == 58);
  CHECK(none.error().groups[0].needed == 59U);
  CHECK(none.error().remedy.find("59 needed") != std::string::npos);
  CHECK(guaranteed_threshold(score_steps::of(scores, 1), {.target = 0.05, .level = usual}).has_value());
  const auto nobody = guaranteed_threshold(score_steps::of({}), {.target = 0.05, .level = usual});
  CHECK(nobody.error().reason == no_threshold_reason::empty);
}

TEST_CASE("passages without a score never alert, and what was not recorded is not extrapolated") {
  const std::vector<float> two{0.7F, 0.8F};
  // 93 trials at 5 % allow one error, 124 allow two (P(X <= 2) is 0.049 there).
  const auto one = guaranteed_threshold(score_steps::of(two, 91), {.target = 0.05, .level = usual}).value();
  CHECK(one.allowed == 1);
  CHECK(one.at.value() == std::nextafter(0.7F, 1.0F));
  const auto both = guaranteed_threshold(score_steps::of(two, 122), {.target = 0.05, .level = usual}).value();
  CHECK(both.allowed == 2);
  CHECK(both.at.value() == 0.7F);
  CHECK(both.lowest_recorded);
  const auto none = guaranteed_threshold(score_steps::of({}, 124), {.target = 0.05, .level = usual});
  CHECK(none.error().reason == no_threshold_reason::nothing_recorded);
}

TEST_CASE("no float above the largest one") {
  const std::vector<float> scores(59, std::numeric_limits<float>::max());
  CHECK(guaranteed_threshold(score_steps::of(scores), {.target = 0.05, .level = usual}).error().reason ==
        no_threshold_reason::beyond_scale);
  const std::vector<float> large(59, 1e30F);
  CHECK(guaranteed_threshold(score_steps::of(large), {.target = 0.05, .level = usual, .grid = decimal_grid{}})
            .error()
            .reason == no_threshold_reason::beyond_scale);
}

TEST_CASE("the conformal threshold promises an expectation only") {
  const auto scores = ladder_of_scores();
  const auto chosen = conformal_threshold(score_steps::of(scores), {.target = 0.1, .level = usual}).value();
  // 21 * 0.9 = 18.9: the 19th smallest, 0.95, is the last that does not alert.
  CHECK(chosen.at.value() == std::nextafter(0.95F, 1.0F));
  CHECK(chosen.promise == threshold_promise::expectation_only);
  CHECK(chosen.bound == doctest::Approx(2.0 / 21.0));
  // Beta(2, 19) at most 0.1: at least 2 of 20 uniform values below 0.1.
  CHECK(chosen.chance_kept == doctest::Approx(1.0 - binomial_at_most(1, 20, 0.1)).epsilon(1e-12));
  const auto none = conformal_threshold(score_steps::of(scores), {.target = 0.04, .level = usual});
  CHECK(none.error().groups.at(0).needed == 24U);
  CHECK(conformal_threshold(score_steps::of(scores, 4), {.target = 0.04, .level = usual}).has_value());
  CHECK(conformal_threshold(score_steps::of(scores), {.target = 1.0 / 21.0, .level = usual}).value().allowed == 0);
}

TEST_CASE("all groups: the highest of their thresholds, each at the full level") {
  std::vector<float> low, high;
  for (int i = 0; i < 100; ++i) {
    low.push_back(0.3F + 0.001F * static_cast<float>(i));
    high.push_back(0.5F + 0.001F * static_cast<float>(i));
  }
  const threshold_request wanted{.target = 0.05, .level = usual};
  const std::vector<group_scores> groups{
      {"a", score_steps::of(low)}, {"b", score_steps::of(high)}, {"c", score_steps::of(low)}};
  const auto common = guaranteed_threshold_for_all(groups, wanted).value();
  CHECK(common.deciding == 1);
  REQUIRE(common.groups.size() == 3);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto own = guaranteed_threshold(groups[g].highest_of_each_passage, wanted).value();
    CHECK(common.groups[g].at == own.at);
    CHECK(common.at >= own.at);
  }
  CHECK(common.at == common.groups[1].at);
}

TEST_CASE("one infeasible group leaves no common threshold, and is named with what it needs") {
  const std::vector<float> enough(59, 0.5F), few(58, 0.5F);
  const std::vector<group_scores> groups{
      {"enough", score_steps::of(enough)}, {"few", score_steps::of(few)}, {"nobody", score_steps::of({})}};
  const auto none = guaranteed_threshold_for_all(groups, {.target = 0.05, .level = usual});
  REQUIRE_FALSE(none.has_value());
  REQUIRE(none.error().groups.size() == 2);
  CHECK(none.error().groups[0].group == "few");
  CHECK(none.error().groups[0].needed == 59U);
  CHECK(none.error().groups[1].group == "nobody");
  CHECK(none.error().groups[1].trials == 0);
  CHECK(none.error().remedy.find("few: 58 recorded, 59 needed; nobody: 0 recorded, 59 needed.") != std::string::npos);
  CHECK(guaranteed_threshold_for_all({}, {.target = 0.05, .level = usual}).error().reason ==
        no_threshold_reason::empty);
}
