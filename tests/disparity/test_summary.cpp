#include <cmath>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/index_appendix.hpp>
#include <lfreval/disparity/summary.hpp>
#include <lfreval/disparity/worst_group.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
const std::vector<group_count> four{{12, 1e5}, {30, 1.2e5}, {22, 0.9e5}, {55, 1.1e5}};
} // namespace

TEST_CASE("a summary of groups holds the reference beside the ratio, and counts what it left out") {
  std::vector<group_count> groups = four;
  groups.push_back({0, 0.0});
  const auto r = fairness::summarise(groups, usual, {.replicates = 1000});
  CHECK(r.groups == 5);
  CHECK(r.without_exposure == 1);
  CHECK(r.without_events == 0);
  CHECK(r.events == 119);
  CHECK(r.max_over_min->point == doctest::Approx(25.0 / 6.0).epsilon(1e-12));
  CHECK(r.under_equality->upper < r.max_over_min->point);
  CHECK(r.between->tau > 0.5);
  CHECK(r.max_over_geomean.value() > 1.0);
  CHECK(r.max_over_geomean.value() < r.max_over_min->point);
}

TEST_CASE("M23 a group without events makes the geometric mean undefined and max over min unbounded") {
  const std::vector<group_count> groups{{0, 1e5}, {30, 1e5}, {22, 1e5}};
  const auto r = fairness::summarise(groups, usual, {.replicates = 1000});
  CHECK(r.without_events == 1);
  CHECK(r.max_over_min->point == unbounded);
  CHECK(r.under_equality->smoothed);
  CHECK(r.max_over_geomean.error().reason == undefined_reason::no_events);
  CHECK(r.between.error().reason == undefined_reason::no_events);
  CHECK_FALSE(r.between.error().remedy.empty());
}

TEST_CASE("M32 an index of fairness is refused where a cell is empty and says what it cannot see") {
  const std::vector<group_count> misses{{20, 100}, {30, 100}, {10, 100}, {40, 100}};
  auto false_positives = four;
  const auto full = fairness::index_appendix(false_positives, misses);
  REQUIRE(full.size() == fairness_index_count);
  std::set<std::string_view> sentences, names;
  for (const auto& line : full) {
    CHECK(line.value.has_value());
    sentences.insert(blind_to(line.index));
    names.insert(to_string(line.index));
    CHECK(blind_to(line.index).substr(0, 10) == "It cannot ");
    CHECK(blind_to(line.index).back() == '.');
  }
  CHECK(sentences.size() == fairness_index_count);
  CHECK(names.size() == fairness_index_count);

  false_positives[1].events = 0;
  for (const auto& line : fairness::index_appendix(false_positives, misses)) {
    REQUIRE_FALSE(line.value.has_value());
    CHECK(line.value.error().reason == undefined_reason::no_events);
    CHECK_FALSE(line.value.error().remedy.empty());
  }
  false_positives[1] = {0, 0.0};
  for (const auto& line : fairness::index_appendix(false_positives, misses)) CHECK(line.value.error().reason == undefined_reason::empty);
  // Of the misses only the indices of both errors need a full table.
  auto no_misses = misses;
  no_misses[0].events = 0;
  int undefined_now = 0;
  for (const auto& line : fairness::index_appendix(four, no_misses)) undefined_now += line.value ? 0 : 1;
  CHECK(undefined_now == 3);
}

TEST_CASE("indices at equality, under scaling and under permutation") {
  const std::vector<double> equal{0.2, 0.2, 0.2}, rates{1e-4, 4e-4, 2e-4, 1e-3}, turned{1e-3, 2e-4, 4e-4, 1e-4}, high{1e-3, 4e-3, 2e-3, 1e-2};
  for (const auto& index : {&fairness::gini, &fairness::theil, &fairness::mape, &fairness::log10_max_over_min, &fairness::between_group_sd_log}) {
    CHECK(index(equal).value() == doctest::Approx(0.0).epsilon(1e-12));
    CHECK(index(high).value() == doctest::Approx(index(rates).value()).epsilon(1e-12));
    CHECK(index(turned).value() == doctest::Approx(index(rates).value()).epsilon(1e-12));
  }
  CHECK(fairness::fdr(equal, equal, 0.5).value() == 1.0);
  // Equal weights leave out Gini's factor G / (G - 1); weights need not sum to 1.
  CHECK(fairness::weighted_gini(rates, std::vector<double>{2, 2, 2, 2}).value() == doctest::Approx(0.75 * fairness::gini(rates).value()).epsilon(1e-12));
  CHECK(fairness::gini(std::vector<double>{0.1}).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)fairness::gini(std::vector<double>{0.1, -0.1}), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::fdr(rates, equal, 0.5), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::garbe(rates, rates, 1.5), std::invalid_argument);
  CHECK_THROWS_AS((void)fairness::weighted_gini(rates, std::vector<double>{0, 0, 0, 0}), std::invalid_argument);
}

TEST_CASE("the rate of the worst group is unbiased on the half that did not choose it") {
  test::random from(5);
  double chosen = 0.0, estimated = 0.0;
  int trials = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<fairness::group_cluster> people;
    for (std::uint64_t who = 0; who < 600; ++who)
      people.push_back({from.bits(), static_cast<std::size_t>(who % 6), {from.uniform() < 0.1 ? 1U : 0U, 1}});
    const auto r = fairness::worst_by_half_split(people, 6, usual,
                                                 {.interval = {.by = cluster_unit::person}, .splits = 0, .seed = static_cast<std::uint64_t>(trial)});
    if (!r) continue;
    ++trials;
    chosen += r->rate_where_chosen;
    estimated += r->estimate.point;
  }
  REQUIRE(trials > 390);
  CHECK(estimated / trials == doctest::Approx(0.1).epsilon(0.06)); // 400 means of about 50 people
  CHECK(chosen / trials > 0.14);
}

TEST_CASE("a group that is worse is chosen in nearly all splits, and everything of a person is in one half") {
  std::vector<fairness::group_cluster> people;
  test::random from(8);
  for (std::uint64_t who = 0; who < 2000; ++who)
    for (int pass = 0; pass < 2; ++pass)
      people.push_back({who, static_cast<std::size_t>(who % 4), {from.uniform() < (who % 4 == 2 ? 0.2 : 0.05) ? 1U : 0U, 1}});
  const auto r = fairness::worst_by_half_split(people, 4, usual, {.interval = {.by = cluster_unit::person}}).value();
  CHECK(r.group == 2);
  CHECK(r.times_chosen[2] == 201);
  CHECK(r.estimate.headline.contains(r.estimate.point));
  auto turned = people;
  from.shuffle(turned);
  const auto again = fairness::worst_by_half_split(turned, 4, usual, {.interval = {.by = cluster_unit::person}}).value();
  CHECK(again.estimate == r.estimate);
  CHECK(again.times_chosen == r.times_chosen);
  const auto best = fairness::worst_by_half_split(people, 4, usual, {.end = fairness::worst_end::lowest}).value();
  CHECK(best.group != 2);

  CHECK(fairness::worst_by_half_split(std::vector<fairness::group_cluster>{{1, 0, {1, 5}}}, 2, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)fairness::worst_by_half_split(people, 2, usual), std::invalid_argument);
}
