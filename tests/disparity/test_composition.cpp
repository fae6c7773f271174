#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/composition.hpp>

#include "support/random.hpp"

using namespace lfreval;
using fairness::match_count;
using fairness::pair_count;

namespace {
constexpr confidence usual{0.95};
const std::vector<std::uint64_t> list{8000, 2000}, balanced{5000, 5000};
} // namespace

TEST_CASE("M27 a list that over-represents a group shows a disparity that the system does not have") {
  // An unbiased system: own group 2 in a million, other group 1 in ten million, for both.
  const std::vector<double> one{2e-6, 1e-7}, other{1e-7, 2e-6};
  const auto r = fairness::composition_standardised(one, other, list, balanced).value();
  CHECK(r.standardised == doctest::Approx(1.0).epsilon(1e-12));
  CHECK(r.operational > 3.0);
  CHECK(std::log(r.operational) == doctest::Approx(std::log(r.standardised) + r.log_effect).epsilon(1e-12));
  const auto turned = fairness::composition_standardised(other, one, list, balanced).value();
  CHECK(turned.operational == doctest::Approx(1.0 / r.operational).epsilon(1e-12));
  CHECK(fairness::composition_standardised(one, other, list, list).value().log_effect == 0.0);
}

TEST_CASE("M28 a result on a balanced list is reweighted to the list in use, and the exact limits hold both ratios") {
  const std::vector<match_count> group{{400, 200'000'000}, {20, 200'000'000}}, reference{{20, 200'000'000}, {100, 200'000'000}};
  const auto r = fairness::compose(group, reference, list, balanced, usual).value();
  REQUIRE(r.parts.has_value());
  CHECK(r.parts->operational == doctest::Approx((400 * 0.8 + 20 * 0.2) / (20 * 0.8 + 100 * 0.2)).epsilon(0.06));
  CHECK(r.parts->standardised == doctest::Approx(3.5).epsilon(0.06));
  CHECK(r.operational.contains(r.parts->operational));
  CHECK(r.standardised.contains(r.parts->standardised));
  CHECK(r.fewest_events == 20);
  CHECK(r.flags.has(flag::assumes_independence));
  CHECK_FALSE(r.factor.has_value());
}

TEST_CASE("a cell with fewer than five false matches leaves the intervals only") {
  const std::vector<match_count> group{{40, 1'000'000}, {4, 1'000'000}}, reference{{0, 1'000'000}, {9, 1'000'000}};
  const auto r = fairness::compose(group, reference, list, balanced, usual).value();
  CHECK_FALSE(r.parts.has_value());
  CHECK(r.fewest_events == 0);
  CHECK(r.operational.lower > 0.0);
  CHECK(r.operational.upper > r.operational.lower);
  const std::vector<match_count> none{{0, 1'000'000}, {0, 1'000'000}};
  CHECK(fairness::compose(group, none, list, balanced, usual).value().operational.upper_unbounded());
  CHECK(fairness::compose(none, none, list, balanced, usual).error().reason == undefined_reason::no_events);
  CHECK(fairness::compose(std::vector<match_count>{{0, 0}, {0, 1}}, none, list, balanced, usual).error().reason == undefined_reason::empty);
}

TEST_CASE("where nobody brings more false matches than others the jackknife finds the variance of independent counts") {
  test::random from(31);
  std::vector<pair_count> pairs;
  double x[2] = {0.0, 0.0};
  // 80 people against 60 entries, one list group after the other.
  for (std::uint64_t who = 0; who < 80; ++who)
    for (std::uint64_t entry = 0; entry < 60; ++entry) {
      const bool second = who >= 40;
      const std::uint64_t match = from.uniform() < (second ? 0.05 : 0.1) ? 1 : 0;
      x[second ? 1 : 0] += static_cast<double>(match);
      pairs.push_back({who, second, entry, entry < 30 ? 0U : 1U, match, 1000});
    }
  const std::vector<std::uint64_t> even{30, 30};
  const auto r = fairness::compose(pairs, even, even, usual).value();
  REQUIRE(r.parts.has_value());
  CHECK(r.parts->operational == doctest::Approx(x[0] / x[1]).epsilon(0.01));
  CHECK(r.parts->log_effect == 0.0);
  const double width = std::log(r.operational.upper / r.operational.lower) / 2.0;
  CHECK(width == doctest::Approx(2.0 * std::sqrt(1.0 / x[0] + 1.0 / x[1])).epsilon(0.35));
  CHECK(r.factor.value().lower == doctest::Approx(1.0).epsilon(1e-12));
  auto turned = pairs;
  from.shuffle(turned);
  CHECK(fairness::compose(turned, even, even, usual).value() == r);
}

TEST_CASE("a person who brings many false matches widens the interval") {
  test::random from(37);
  std::vector<pair_count> plain, heavy;
  for (std::uint64_t who = 0; who < 60; ++who)
    for (std::uint64_t entry = 0; entry < 40; ++entry) {
      const std::uint64_t match = from.uniform() < 0.08 ? 1 : 0;
      const pair_count one{who, who >= 30, entry, entry % 2 == 0 ? 0U : 1U, match, 10'000};
      plain.push_back(one);
      heavy.push_back(one);
      if (who == 3) heavy.back().false_matches = 5;
    }
  const auto width = [](const fairness::composed_disparity& r) { return r.operational.upper / r.operational.lower; };
  const std::vector<std::uint64_t> used{800, 200}, standard{500, 500};
  CHECK(width(fairness::compose(heavy, used, standard, usual).value()) > 1.5 * width(fairness::compose(plain, used, standard, usual).value()));
}

TEST_CASE("the composition refuses what it cannot carry") {
  const std::vector<double> rates{1e-6, 1e-6}, none{0.0, 0.0};
  CHECK(fairness::composition_standardised(rates, none, list, balanced).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS((void)fairness::composition_standardised(rates, std::vector<double>{1e-6}, list, balanced), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::composition_standardised(rates, std::vector<double>{1.0, 0.5}, list, balanced), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::composition_standardised(rates, rates, std::vector<std::uint64_t>{0, 0}, balanced), std::invalid_argument);
  const std::vector<pair_count> one_sided{{1, false, 1, 0, 3, 100}, {1, false, 1, 1, 3, 100}, {2, true, 1, 0, 3, 100}, {2, true, 1, 1, 3, 100}};
  CHECK(fairness::compose(one_sided, list, balanced, usual).error().reason == undefined_reason::one_cluster);
  const std::vector<pair_count> few{{1, false, 1, 0, 1, 100}, {2, true, 1, 0, 3, 100}, {1, false, 1, 1, 1, 100}, {2, true, 1, 1, 3, 100}};
  CHECK(fairness::compose(few, list, balanced, usual).error().reason == undefined_reason::few_effective_events);
  CHECK_THROWS_AS((void)fairness::compose(std::vector<pair_count>{{1, false, 1, 7, 1, 100}}, list, balanced, usual), std::invalid_argument);
}
