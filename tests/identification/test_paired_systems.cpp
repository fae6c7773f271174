#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/paired_systems.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/paired.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95}, low{0.4}, ninety_seven_half{0.975};

/// `first_only`, `second_only` and `same` passages of one person.
void add(std::vector<judged_passage>& to, std::uint64_t person, int first_only, int second_only, int same) {
  for (int i = 0; i < first_only; ++i)
    to.push_back({person, true, false});
  for (int i = 0; i < second_only; ++i)
    to.push_back({person, false, true});
  for (int i = 0; i < same; ++i)
    to.push_back({person, i % 2 == 0, i % 2 == 0});
}

std::vector<judged_passage> some(test::random& draw, int persons, double b, double c) {
  std::vector<judged_passage> out;
  for (int p = 0; p < persons; ++p) {
    const int passes = 1 + static_cast<int>(draw.below(6));
    for (int i = 0; i < passes; ++i) {
      const double u = draw.uniform();
      const bool first = u < b || u > 0.9, second = (u >= b && u < b + c) || u > 0.9;
      out.push_back({static_cast<std::uint64_t>(p), first, second});
    }
  }
  return out;
}

} // namespace

TEST_CASE("counts, variance and odds of a small comparison, by hand") {
  std::vector<judged_passage> rows;
  add(rows, 1, 2, 0, 2);
  add(rows, 2, 0, 1, 3);
  add(rows, 3, 1, 0, 0);
  const auto got = compare_judgements(rows, usual).value();
  CHECK(got.first_only == 3);
  CHECK(got.second_only == 1);
  CHECK(got.both == 3); // 1 of two, 2 of three
  CHECK(got.passages == 9);
  CHECK(got.persons == 3);
  CHECK(got.differing_persons == 3);
  const double d = 2.0 / 9.0;
  CHECK(got.difference == d);
  const double psi = std::pow(2 - 4 * d, 2) + std::pow(-1 - 4 * d, 2) + std::pow(1 - d, 2);
  CHECK(got.variance == doctest::Approx(1.5 * psi / 81.0).epsilon(1e-12));
  CHECK(got.design_effect == doctest::Approx(got.variance / ((4.0 / 9.0 - d * d) / 9.0)).epsilon(1e-12));
  CHECK(got.rung == ladder_rung::weak_information);
  CHECK(got.flags.has(flag::few_effective_events));
  CHECK(got.flags.has(flag::few_clusters));
  CHECK(got.flat.lower == paired::tango({3, 1, 9}, usual).value().limits.lower);
  CHECK(
      got.widening ==
      doctest::Approx((got.clustered.upper - got.clustered.lower) / (got.flat.upper - got.flat.lower)).epsilon(1e-12));
  // Nets 2, -1, 1 with a sum of 2: of 8 exchanges the sums are +-4, +-2 twice, 0 twice: 6 are as far.
  CHECK(got.exchange.value().p_value == 0.75);
  CHECK(got.odds.value().point == 3.0);
  const auto share = binomial::clopper_pearson(3, 4, usual).value();
  CHECK(got.odds.value().flat.lower == doctest::Approx(share.lower / (1.0 - share.lower)).epsilon(1e-9));
}

TEST_CASE("the variance of the difference is what all ways to draw persons give") {
  // The bootstrap over persons with equal numbers of passages has variance (C - 1) / C times the estimate: by
  // enumeration.
  std::vector<judged_passage> rows;
  const int nets[] = {2, 0, -1, 1};
  add(rows, 0, 2, 0, 1);
  add(rows, 1, 1, 1, 1);
  add(rows, 2, 0, 1, 2);
  add(rows, 3, 1, 0, 2);
  double sum = 0.0, squares = 0.0;
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b)
      for (int c = 0; c < 4; ++c)
        for (int e = 0; e < 4; ++e) {
          const double d = (nets[a] + nets[b] + nets[c] + nets[e]) / 12.0;
          sum += d / 256.0;
          squares += d * d / 256.0;
        }
  CHECK(compare_judgements(rows, usual).value().variance * 0.75 == doctest::Approx(squares - sum * sum).epsilon(1e-12));
}

TEST_CASE("exchanging the systems turns the interval over, shuffling the rows changes nothing") {
  test::random draw(3);
  for (const auto& [b, c] :
       std::vector<std::pair<double, double>>{{0.2, 0.1}, {0.02, 0.0}, {0.01, 0.02}, {0.0, 0.0}, {0.5, 0.01}}) {
    std::vector<judged_passage> rows = some(draw, 60, b, c);
    const auto got = compare_judgements(rows, usual).value();
    CHECK(got.clustered.contains(got.difference));
    CHECK(got.clustered.lower >= -1.0);
    CHECK(got.clustered.upper <= 1.0);
    draw.shuffle(rows);
    const auto again = compare_judgements(rows, usual).value();
    CHECK(again.clustered == got.clustered);
    CHECK(again.variance == got.variance);
    for (judged_passage& row : rows)
      std::swap(row.first, row.second);
    const auto turned = compare_judgements(rows, usual).value();
    CHECK(turned.difference == -got.difference);
    CHECK(turned.clustered.lower == doctest::Approx(-got.clustered.upper).epsilon(1e-9));
    CHECK(turned.clustered.upper == doctest::Approx(-got.clustered.lower).epsilon(1e-9));
    const auto one = compare_judgements(rows, ninety_seven_half, sides::upper).value();
    CHECK(one.clustered.upper == doctest::Approx(turned.clustered.upper).epsilon(1e-9));
    CHECK(one.clustered.lower == -1.0);
    CHECK(one.flags.has(flag::one_sided));
  }
}

TEST_CASE("every passage recorded twice leaves the difference as it was and earns no narrower interval") {
  test::random draw(4);
  std::vector<judged_passage> rows = some(draw, 150, 0.2, 0.1);
  const auto once = compare_judgements(rows, usual).value();
  std::vector<judged_passage> twice = rows;
  twice.insert(twice.end(), rows.begin(), rows.end());
  const auto got = compare_judgements(twice, usual).value();
  CHECK(got.difference == once.difference);
  CHECK(got.variance == doctest::Approx(once.variance).epsilon(1e-12));
  CHECK(got.design_effect == doctest::Approx(2.0 * once.design_effect).epsilon(1e-12));
  CHECK(got.clustered.upper - got.clustered.lower ==
        doctest::Approx(once.clustered.upper - once.clustered.lower).epsilon(0.02));
  CHECK(got.flat.upper - got.flat.lower < 0.75 * (once.flat.upper - once.flat.lower));
  CHECK(got.widening > 1.3 * once.widening);
}

TEST_CASE("with one passage a person the clustered interval is Tango's with Student's quantile, hardly wider") {
  std::vector<judged_passage> rows;
  for (std::uint64_t p = 0; p < 500; ++p)
    rows.push_back({p, p < 60, p >= 60 && p < 90});
  const auto got = compare_judgements(rows, usual).value();
  CHECK(got.rung == ladder_rung::design_based);
  CHECK(got.design_effect == doctest::Approx(500.0 / 499.0).epsilon(1e-9)); // C / (C - 1)
  CHECK(got.widening == doctest::Approx(1.0).epsilon(0.005));
  CHECK_FALSE(got.exchange.has_value()); // 90 persons differ
}

TEST_CASE("systems that never differ, one person, nobody") {
  std::vector<judged_passage> rows;
  for (std::uint64_t p = 0; p < 40; ++p)
    add(rows, p, 0, 0, 5);
  const auto same = compare_judgements(rows, usual).value();
  CHECK(same.rung == ladder_rung::zero_or_all);
  CHECK(same.clustered.upper ==
        doctest::Approx(1.0 - std::pow(0.025, 1.0 / 40.0)).epsilon(1e-12)); // equal numbers of passages
  CHECK(same.clustered.lower == -same.clustered.upper);
  CHECK(same.widening > 1.0);
  CHECK_FALSE(same.exchange.has_value());
  CHECK(same.odds.error().reason == undefined_reason::no_events);

  rows.clear();
  add(rows, 7, 3, 1, 20);
  const auto alone = compare_judgements(rows, usual).value();
  CHECK(alone.rung == ladder_rung::one_cluster);
  CHECK(alone.clustered == alone.flat);
  CHECK(alone.flags.has(flag::assumes_independence));
  CHECK(alone.flags.has(flag::one_cluster));
  const auto none = compare_judgements(std::vector<judged_passage>{}, usual);
  CHECK(none.error().reason == undefined_reason::empty);
  CHECK(none.error().bounds.value().lower == -1.0);
  CHECK_THROWS_AS((void)compare_judgements(rows, low, sides::upper), std::invalid_argument);
  // Only the first ever alerts alone, on everybody: nothing to divide by, and no NaN.
  rows.clear();
  for (std::uint64_t p = 0; p < 12; ++p)
    add(rows, p, 2, 0, 0);
  const auto all = compare_judgements(rows, usual).value();
  CHECK(all.difference == 1.0);
  CHECK(all.clustered.upper == 1.0);
  CHECK(all.clustered.lower < 1.0);
  CHECK(all.odds.value().point == unbounded);
  CHECK(all.odds.value().clustered.upper_unbounded());
  CHECK(all.odds.value().clustered.lower > 1.0);
}

TEST_CASE("systems that differ on every passage are compared, however their numbers round") {
  for (std::uint64_t n = 2; n <= 60; ++n)
    for (std::uint64_t b = 0; b <= n; ++b)
      for (const std::uint64_t passes : {1U, 4U}) {
        std::vector<judged_passage> rows;
        for (std::uint64_t i = 0; i < n * passes; ++i) rows.push_back({i / passes, i < b * passes, i >= b * passes});
        const auto made = compare_judgements(rows, confidence{0.95});
        REQUIRE(made.has_value());
        CHECK(made->clustered.lower <= made->difference);
        CHECK(made->clustered.upper >= made->difference);
        CHECK(made->clustered.lower >= -1.0);
        CHECK(made->clustered.upper <= 1.0);
      }
}

TEST_CASE("only the very same passages are compared") {
  const std::vector<judgement> first{{1, 10, true}, {2, 10, false}, {3, 11, true}};
  std::vector<judgement> second{{3, 11, false}, {1, 10, true}, {2, 10, true}};
  const auto joined = join_judgements(first, second);
  CHECK(joined == std::vector<judged_passage>{{10, true, true}, {10, false, true}, {11, true, false}});
  second[0].passage = 4;
  CHECK_THROWS_AS((void)join_judgements(first, second), std::invalid_argument);
  second[0] = {3, 12, false};
  CHECK_THROWS_AS((void)join_judgements(first, second), std::invalid_argument);
  second[0] = {1, 10, false};
  CHECK_THROWS_AS((void)join_judgements(first, second), std::invalid_argument);
  second.pop_back();
  CHECK_THROWS_AS((void)join_judgements(first, second), std::invalid_argument);
}

TEST_CASE("two thresholds of one system: what lies between, and no test") {
  std::vector<person_passage> rows;
  for (std::uint64_t p = 0; p < 50; ++p)
    for (int k = 0; k < 4; ++k)
      rows.push_back(
          {p, k == 3 ? std::optional<float>() : std::optional<float>(0.5F + 0.01F * static_cast<float>(p % 10))});
  const auto got = compare_thresholds(rows, threshold(0.58F), threshold(0.55F), usual).value();
  CHECK(got.lower == threshold(0.55F));
  CHECK(got.higher == threshold(0.58F));
  std::uint64_t between = 0;
  for (const person_passage& r : rows)
    between += r.score && *r.score >= 0.55F && !(*r.score >= 0.58F) ? 1 : 0;
  CHECK(got.between == between);
  CHECK(got.passages == 200);
  const auto exact = binomial::clopper_pearson(between, 200, usual).value();
  CHECK(got.flat == exact);
  CHECK(got.clustered.clusters.clusters == 50);
  CHECK(got.widening > 1.2); // all of a person's scored passages go together
  const auto turned = compare_thresholds(rows, threshold(0.55F), threshold(0.58F), usual).value();
  CHECK(turned.clustered == got.clustered);
  CHECK_THROWS_AS((void)compare_thresholds(rows, threshold(0.5F), threshold(0.5F), usual), std::invalid_argument);
  CHECK(compare_thresholds(std::vector<person_passage>{}, threshold(0.5F), threshold(0.6F), usual).error().reason ==
        undefined_reason::empty);
}

namespace {

/// Persons differ in how often only the first and only the second alerts on them: gamma-like with a few who often do.
struct setting {
  std::string name;
  int persons;
  std::vector<int> passes; ///< drawn from these
  double often;            ///< share of persons on whom the systems differ often
  double first, second;    ///< shares on those
  double rest_first, rest_second;
};

void check_coverage(int runs) {
  const std::vector<setting> settings{
      {"common, 200 persons", 200, {8}, 0.2, 0.25, 0.10, 0.01, 0.01},
      {"common, unequal passes", 200, {1, 1, 2, 2, 3, 5, 40}, 0.2, 0.25, 0.10, 0.01, 0.01},
      {"rare, 300 persons", 300, {10}, 0.03, 0.20, 0.05, 0.001, 0.0005},
      {"rare, one-sided, 150 persons", 150, {6}, 0.05, 0.15, 0.0, 0.0, 0.0},
      {"no difference, 100 persons", 100, {10}, 0.1, 0.2, 0.2, 0.01, 0.01},
      {"all passages of one person in twenty", 100, {10}, 0.05, 0.9, 0.0, 0.0, 0.0},
      {"all passages of some, either way", 150, {2, 10}, 0.1, 0.5, 0.4, 0.0, 0.0},
      {"thirty persons", 30, {4, 8, 12}, 0.3, 0.3, 0.1, 0.02, 0.02},
  };
  test::random draw(91);
  double worst_flat = 1.0;
  for (const setting& s : settings) {
    // The difference over passages: whether somebody is often judged differently is unrelated to how often they pass.
    const double truth = s.often * (s.first - s.second) + (1.0 - s.often) * (s.rest_first - s.rest_second);
    const double odds =
        (s.often * s.first + (1.0 - s.often) * s.rest_first) / (s.often * s.second + (1.0 - s.often) * s.rest_second);
    double clustered = 0, flat = 0, wider = 0, weak = 0, of_odds = 0, flat_odds = 0, differ = 0;
    std::vector<judged_passage> rows;
    for (int run = 0; run < runs; ++run) {
      rows.clear();
      for (int p = 0; p < s.persons; ++p) {
        const bool often = draw.uniform() < s.often;
        const double b = often ? s.first : s.rest_first, c = often ? s.second : s.rest_second;
        const int passes = s.passes[static_cast<std::size_t>(draw.below(s.passes.size()))];
        for (int i = 0; i < passes; ++i) {
          const double u = draw.uniform();
          rows.push_back({static_cast<std::uint64_t>(p), u < b, u >= b && u < b + c});
        }
      }
      const auto got = compare_judgements(rows, usual).value();
      clustered += got.clustered.contains(truth) ? 1.0 / runs : 0.0;
      flat += got.flat.contains(truth) ? 1.0 / runs : 0.0;
      wider += got.widening / runs;
      if (got.odds) {
        differ += 1;
        of_odds += got.odds->clustered.contains(odds) ? 1 : 0;
        flat_odds += got.odds->flat.contains(odds) ? 1 : 0;
      }
      weak += got.rung == ladder_rung::weak_information ? 1.0 / runs : 0.0;
    }
    const double error = std::sqrt(0.95 * 0.05 / runs);
    MESSAGE(s.name << ": clustered " << clustered << ", flat " << flat << ", " << wider
                   << " times as wide, weak information in " << weak << ", Monte-Carlo error " << error
                   << "; ratio: clustered " << of_odds / differ << ", flat " << flat_odds / differ);
    CHECK(of_odds / differ >= 0.935 - 3.0 * error);
    CHECK(clustered >= 0.935 - 3.0 * error);
    worst_flat = std::min(worst_flat, flat);
  }
  CHECK(worst_flat < 0.9);
}

} // namespace

TEST_CASE("the clustered difference covers where the flat one does not") { check_coverage(400); }

TEST_CASE("slow: the clustered difference covers where the flat one does not, long run") { check_coverage(8000); }
