#include <lfreval/counts/threshold_sweep.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <doctest/doctest.h>
#include <hwy/targets.h>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include <lfreval/log/passages.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// What the words say: compare each score with each threshold.
sweep_counts plain_loop(std::span<const float> scores, std::span<const std::uint32_t> codes, std::size_t cells,
                        const threshold_grid& grid) {
  sweep_counts out{cells, grid.size(), std::vector<std::uint64_t>(cells * (grid.size() + 1))};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    std::size_t reached = 0;
    for (const float edge : grid.edges()) reached += scores[i] >= edge ? 1 : 0;
    ++out.bins[(codes.empty() ? 0 : codes[i]) * (grid.size() + 1) + reached];
  }
  return out;
}

threshold_grid grid_of(const std::vector<float>& values) {
  std::set<float> sorted;
  for (const float value : values) sorted.insert(value == 0.0F ? 0.0F : value);
  std::vector<threshold> declared;
  for (const float value : sorted) declared.emplace_back(value);
  return threshold_grid(declared);
}

/// Scores around `centre`, one in four of them on a threshold or beside one, one in twelve without a candidate.
std::vector<float> scores_of(test::random& from, std::size_t n, const threshold_grid& grid, double centre, double spread) {
  std::vector<float> out;
  for (std::size_t i = 0; i < n; ++i) {
    const float edge = grid.edges()[from.below(grid.size())];
    switch (from.below(12)) {
      case 0: out.push_back(edge); break;
      case 1: out.push_back(std::nextafter(edge, -infinity)); break;
      case 2: out.push_back(std::nextafter(edge, infinity)); break;
      case 3: out.push_back(from.below(8) == 0 ? infinity : no_score); break;
      case 4: out.push_back(from.below(2) == 0 ? 0.0F : -0.0F); break;
      default: out.push_back(static_cast<float>(centre + spread * (from.uniform() - 0.5)));
    }
  }
  return out;
}

std::vector<std::uint32_t> codes_of(test::random& from, std::size_t n, std::size_t cells) {
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(static_cast<std::uint32_t>(from.below(cells)));
  return out;
}

/// Grids that a table resolves, and one that needs a search inside its entries.
std::vector<threshold_grid> grids() {
  std::vector<threshold_grid> out{decimal_grid("0.3", "0.8", "0.0005").value(), decimal_grid("-0.3", "0.8", "0.0011").value(),
                                  decimal_grid("0.6", "0.7", "0.1").value(), grid_of({0.64F}), grid_of({0.0F}),
                                  decimal_grid("-1", "1", "0.25", alert_rule::strictly_above).value()};
  std::vector<float> dense;
  float at = 0.5F;
  for (int i = 0; i < 300; ++i) {
    dense.push_back(at);
    at = std::nextafter(at, infinity);
  }
  for (int i = 0; i < 20; ++i) dense.push_back(-std::ldexp(1.0F, i - 140));
  dense.insert(dense.end(), {0.0F, -0.25F, std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()});
  out.push_back(grid_of(dense));
  return out;
}

} // namespace

TEST_CASE("the sweep is the plain loop, at every size and offset, for every grid") {
  test::random from(2);
  for (const threshold_grid& grid : grids()) {
    CAPTURE(grid.size());
    const double centre = 0.5 * (static_cast<double>(grid.edges().front()) + 0.5);
    const auto all = scores_of(from, 300, grid, std::max(-1.0, centre), 1.2);
    const auto codes = codes_of(from, 300, 3);
    for (std::size_t n = 0; n <= 200; ++n) {
      const std::size_t offset = n % 7;
      const auto scores = std::span(all).subspan(offset, n);
      const auto cells = std::span(codes).subspan(offset, n);
      for (const unsigned threads : {1U, 2U}) {
        CAPTURE(n);
        REQUIRE(sweep(scores, grid, threads) == plain_loop(scores, {}, 1, grid));
        REQUIRE(sweep(scores, cells, 3, grid, threads) == plain_loop(scores, cells, 3, grid));
      }
    }
  }
}

TEST_CASE("the sweep is the plain loop for every instruction set of this machine") {
  test::random from(3);
  const auto all_grids = grids();
  const std::int64_t supported = hwy::SupportedTargets();
  int tried = 0;
  for (std::int64_t left = supported; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    CAPTURE(hwy::TargetName(left & -left));
    ++tried;
    for (const threshold_grid& grid : all_grids) {
      // Once with few scores above the lowest threshold, once with many.
      for (const double spread : {0.2, 1.2}) {
        const auto scores = scores_of(from, 1037, grid, spread < 1.0 ? 0.1 : 0.5, spread);
        const auto codes = codes_of(from, scores.size(), 5);
        CHECK(sweep(scores, grid) == plain_loop(scores, {}, 1, grid));
        CHECK(sweep(scores, codes, 5, grid, 2) == plain_loop(scores, codes, 5, grid));
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  CHECK(tried >= 1);
  CHECK(hwy::SupportedTargets() == supported);
}

TEST_CASE("large enough for the finest table, few and many above, with more cells than four histograms allow") {
  test::random from(4);
  const auto grid = decimal_grid("0.3", "0.7995", "0.0005").value();
  std::vector<float> scores;
  for (int i = 0; i < 300'001; ++i)
    scores.push_back(static_cast<float>(from.below(50) == 0 ? 0.6 + 0.3 * from.uniform() : 0.1 * from.uniform()));
  const auto reached = thresholds_reached(scores, grid, 2);
  std::vector<std::uint64_t> expected(grid.size() + 1);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto bin = static_cast<std::size_t>(std::upper_bound(grid.edges().begin(), grid.edges().end(), scores[i]) - grid.edges().begin());
    ++expected[bin];
    REQUIRE(reached[i] == bin);
  }
  for (const unsigned threads : {1U, 2U, 3U}) CHECK(sweep(scores, grid, threads).bins == expected);
  const auto codes = codes_of(from, scores.size(), 400);
  const sweep_counts many = sweep(scores, codes, 400, grid, 2);
  std::vector<std::uint64_t> pooled(grid.size() + 1);
  for (std::size_t cell = 0; cell < 400; ++cell)
    for (std::size_t b = 0; b < pooled.size(); ++b) pooled[b] += many.of(cell)[b];
  CHECK(pooled == expected);
  CHECK(many == sweep(scores, codes, 400, grid, 1));
  std::vector<std::uint64_t> totals(400);
  for (const std::uint32_t code : codes) ++totals[code];
  for (std::size_t cell = 0; cell < 400; ++cell) CHECK(many.total(cell) == totals[cell]);
}

TEST_CASE("alerting: by hand") {
  const auto grid = decimal_grid("0.5", "0.7", "0.1").value();
  const std::vector<float> scores{no_score, 0.4999F, 0.5F, 0.55F, 0.6F, 0.7F, 0.9F, infinity};
  const sweep_counts found = sweep(scores, grid);
  CHECK(found.bins == std::vector<std::uint64_t>{2, 2, 1, 3});
  CHECK(found.alerting(0) == std::vector<std::uint64_t>{6, 4, 3});
  CHECK(found.total(0) == 8);
  const auto strict = decimal_grid("0.5", "0.7", "0.1", alert_rule::strictly_above).value();
  CHECK(sweep(scores, strict).alerting(0) == std::vector<std::uint64_t>{5, 3, 2});
  CHECK_THROWS_AS((void)found.of(1), std::invalid_argument);
}

TEST_CASE("both zeros are zero") {
  const std::vector<float> scores{-0.0F, 0.0F, -std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::denorm_min()};
  CHECK(sweep(scores, grid_of({0.0F})).bins == std::vector<std::uint64_t>{1, 3});
  CHECK(sweep(scores, threshold_grid({threshold(-0.0F)}, alert_rule::strictly_above)).bins == std::vector<std::uint64_t>{3, 1});
  CHECK(all_steps(scores).scores == std::vector<float>{std::numeric_limits<float>::denorm_min(), 0.0F, -std::numeric_limits<float>::denorm_min()});
}

TEST_CASE("a score that is not a number is never counted, wherever it stands and whatever its bits") {
  const auto grid = decimal_grid("0.3", "0.8", "0.05").value();
  for (const std::uint32_t bits : {0x7fc00000U, 0xffc00000U, 0x7fffffffU, 0xffffffffU, 0x7f800001U, 0xff800001U}) {
    for (const std::size_t n : {std::size_t{1}, std::size_t{16}, std::size_t{40}, std::size_t{67}}) {
      for (std::size_t at = 0; at < n; at += 3) {
        for (const float other : {0.1F, 0.5F}) {
          std::vector<float> scores(n, other);
          scores[at] = std::bit_cast<float>(bits);
          const std::vector<std::uint32_t> codes(n, 1);
          CHECK_THROWS_AS((void)sweep(scores, grid, 2), std::invalid_argument);
          CHECK_THROWS_AS((void)sweep(scores, codes, 2, grid), std::invalid_argument);
          CHECK_THROWS_AS((void)thresholds_reached(scores, grid), std::invalid_argument);
          CHECK_THROWS_AS((void)all_steps(scores, {}, 1, 2), std::invalid_argument);
          CHECK_THROWS_AS((void)all_steps(scores, codes, 2), std::invalid_argument);
        }
      }
    }
  }
}

TEST_CASE("a wrong sweep is a wrong call") {
  const auto grid = decimal_grid("0.3", "0.8", "0.1").value();
  const std::vector<float> scores(5, 0.5F);
  const std::vector<std::uint32_t> codes{0, 1, 2, 1, 0};
  CHECK_THROWS_AS((void)sweep(scores, std::span(codes).first(4), 3, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)sweep(scores, codes, 2, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)sweep(scores, codes, 0, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)sweep(scores, codes, largest_sweep, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)sweep(std::span(scores).first(0), std::span(codes).first(0), 0, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)all_steps(scores, codes, 2), std::invalid_argument);
  CHECK_THROWS_AS((void)all_steps(scores, {}, 2), std::invalid_argument);
  CHECK_THROWS_AS((void)all_steps(scores, std::span(codes).first(4), 3), std::invalid_argument);
  CHECK(sweep(scores, codes, 3, grid).bins.size() == 3 * 7);
}

TEST_CASE("all steps are the distinct scores with the counts at or above them") {
  test::random from(5);
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{33}, std::size_t{1000}, std::size_t{40'001}}) {
    for (const std::size_t classes : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      CAPTURE(n);
      CAPTURE(classes);
      std::vector<float> scores;
      for (std::size_t i = 0; i < n; ++i)
        scores.push_back(from.below(20) == 0 ? no_score
                                             : from.below(50) == 0 ? infinity
                                                                   : static_cast<float>(static_cast<double>(from.below(n > 1000 ? 20'000 : 40)) / 100.0 - 0.2));
      const auto codes = codes_of(from, n, classes);
      std::map<float, std::vector<std::uint64_t>, std::greater<>> counted;
      for (std::size_t i = 0; i < n; ++i) {
        auto& own = counted[scores[i]];
        own.resize(classes);
        ++own[codes[i]];
      }
      score_steps expected;
      expected.classes = classes;
      std::vector<std::uint64_t> seen(classes);
      for (const auto& [score, own] : counted) {
        expected.scores.push_back(score);
        for (std::size_t c = 0; c < classes; ++c) expected.at_or_above.push_back(seen[c] += own[c]);
      }
      for (const unsigned threads : {1U, 2U, 3U}) CHECK(all_steps(scores, codes, classes, threads) == expected);
      if (classes == 1) CHECK(all_steps(scores, {}, 1, 2) == expected);
    }
  }
}
