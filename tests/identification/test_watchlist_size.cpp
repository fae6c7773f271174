#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

/// Calls `use` with every part of `n` of the numbers 0 to N - 1, as a mask.
template <class Use> void for_each_part(unsigned all, unsigned n, Use use) {
  for (std::uint32_t mask = 0; mask < (1U << all); ++mask)
    if (static_cast<unsigned>(__builtin_popcount(mask)) == n) use(mask);
}

/// Passages with the list persons they reach, as masks.
std::vector<std::uint32_t> draw_hits(unsigned all, std::size_t passages, std::uint64_t seed) {
  test::random draw(seed);
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < passages; ++i) {
    std::uint32_t mask = 0;
    for (unsigned j = 0; j < all; ++j)
      if (draw.uniform() < (j < 2 ? 0.5 : 0.15)) mask |= 1U << j; // two whom many resemble
    out.push_back(mask);
  }
  return out;
}

std::vector<std::uint64_t> counts_of(const std::vector<std::uint32_t>& hits) {
  std::vector<std::uint64_t> out;
  for (const std::uint32_t h : hits) out.push_back(static_cast<std::uint64_t>(__builtin_popcount(h)));
  return out;
}

std::vector<std::vector<std::uint64_t>> ids_of(const std::vector<std::uint32_t>& hits) {
  std::vector<std::vector<std::uint64_t>> out;
  for (const std::uint32_t h : hits) {
    out.emplace_back();
    for (unsigned j = 0; j < 32; ++j)
      if ((h >> j & 1U) != 0) out.back().push_back(1000 + j);
  }
  return out;
}

struct moments {
  double mean = 0.0, variance = 0.0;
};

moments by_enumeration(const std::vector<std::uint32_t>& hits, unsigned all, unsigned n) {
  double sum = 0.0, squares = 0.0, lists = 0.0;
  for_each_part(all, n, [&](std::uint32_t list) {
    double alerting = 0.0;
    for (const std::uint32_t h : hits) alerting += (h & list) != 0 ? 1.0 : 0.0;
    const double rate = alerting / static_cast<double>(hits.size());
    sum += rate;
    squares += rate * rate;
    lists += 1.0;
  });
  return {sum / lists, squares / lists - sum / lists * (sum / lists)};
}

} // namespace

TEST_CASE("the rate on a shorter list and its variance, against every such list") {
  for (const unsigned all : {1U, 2U, 5U, 9U})
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const auto hits = draw_hits(all, 12, seed);
      const auto candidates = candidates_by_rank::of(counts_of(hits));
      for (unsigned n = 1; n <= all; ++n) {
        CAPTURE(all);
        CAPTURE(n);
        const moments want = by_enumeration(hits, all, n);
        const drawn_list list{n, all};
        const auto got = sub_watchlist_fpir(candidates, list).value();
        CHECK(got.point == doctest::Approx(want.mean).epsilon(1e-12));
        CHECK(got.highest == got.point);
        CHECK(got.cut_off == 0);
        double mean = 0.0;
        for (const std::uint64_t m : counts_of(hits)) mean += alert_probability(m, list) / 12.0;
        CHECK(mean == doctest::Approx(want.mean).epsilon(1e-12));
        const auto spread = sub_watchlist_variance(ids_of(hits), hits.size(), list).value();
        CHECK(spread.rate == doctest::Approx(want.mean).epsilon(1e-12));
        CHECK(std::fabs(spread.variance - want.variance) < 1e-13);
      }
    }
}

TEST_CASE("the whole list gives the rate counted, one person the selectivity, and more persons never less") {
  const unsigned all = 30;
  const auto hits = draw_hits(all, 200, 9);
  const auto counts = counts_of(hits);
  const auto candidates = candidates_by_rank::of(counts);
  std::uint64_t alerting = 0, total = 0;
  for (const std::uint64_t m : counts) alerting += m > 0 ? 1 : 0, total += m;
  CHECK(sub_watchlist_fpir(candidates, {all, all}).value().point == static_cast<double>(alerting) / 200.0);
  CHECK(sub_watchlist_fpir(candidates, {1, all}).value().point ==
        doctest::Approx(static_cast<double>(total) / 200.0 / all).epsilon(1e-13));
  CHECK(sub_watchlist_fpir(candidates, {0, all}).value().point == 0.0);
  double before = 0.0, step = 1.0;
  for (std::uint64_t n = 1; n <= all; ++n) {
    const double now = sub_watchlist_fpir(candidates, {n, all}).value().point;
    CHECK(now >= before);
    CHECK(now - before <= step + 1e-12); // concave
    step = now - before;
    before = now;
  }
}

TEST_CASE("the weights of the ranks add up to 1") {
  for (const std::uint64_t all : {std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{500}})
    for (std::uint64_t n = 1; n <= all; n += (all > 10 ? 83 : 1)) {
      const auto weights = order_statistic_weights({n, all}, all);
      double sum = 0.0;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        sum += weights[k];
        CHECK((weights[k] > 0.0) == (k < all - n + 1));
      }
      CHECK(sum == doctest::Approx(1.0).epsilon(1e-12));
    }
}

TEST_CASE("short lists of long ones keep their digits") {
  CHECK(alert_probability(1, {100, 10'000'000}) == doctest::Approx(1e-5).epsilon(1e-15));
  // C(N-2, n) / C(N, n) = (N-n)(N-n-1) / (N(N-1)), so that 1 less it is n (2N - n - 1) / (N (N-1)).
  const double exact = 100.0 * (2.0 * 1e7 - 101.0) / (1e7 * (1e7 - 1.0));
  CHECK(alert_probability(2, {100, 10'000'000}) == doctest::Approx(exact).epsilon(1e-15));
  CHECK(alert_probability(0, {100, 10'000'000}) == 0.0);
  CHECK_FALSE(std::signbit(alert_probability(0, {100, 10'000'000})));
  CHECK(alert_probability(5, {7, 10}) == 1.0);
}

TEST_CASE("cut-off candidate lists give a range that holds the rate of the whole list") {
  const unsigned all = 12;
  const auto hits = draw_hits(all, 60, 3);
  auto counts = counts_of(hits);
  for (const std::size_t kept : {std::size_t{1}, std::size_t{2}, std::size_t{4}})
    for (std::uint64_t n = 1; n <= all; ++n) {
      const double want = sub_watchlist_fpir(candidates_by_rank::of(counts), {n, all}).value().point;
      auto cut = counts;
      for (std::uint64_t& m : cut) m = std::min<std::uint64_t>(m, kept);
      auto candidates = candidates_by_rank::of(cut);
      candidates.at_or_above.resize(kept);
      candidates.every_rank = false;
      const auto got = sub_watchlist_fpir(candidates, {n, all}).value();
      CHECK(got.point <= want + 1e-12);
      CHECK(got.highest >= want - 1e-12);
      CHECK(got.cut_off == candidates.at_or_above.back());
    }
  const candidates_by_rank nothing_kept{10, {}, false};
  CHECK(sub_watchlist_fpir(nothing_kept, {3, 12}).value().highest == 1.0);
}

TEST_CASE("a list composed by strata, against every such list") {
  // Persons 0 to 3 and 4 to 8.
  const auto hits = draw_hits(9, 15, 5);
  const std::vector<drawn_list> strata{{2, 4}, {3, 5}};
  std::vector<std::uint64_t> rows;
  for (const std::uint32_t h : hits) {
    rows.push_back(static_cast<std::uint64_t>(__builtin_popcount(h & 0xFU)));
    rows.push_back(static_cast<std::uint64_t>(__builtin_popcount(h >> 4U)));
  }
  double sum = 0.0, lists = 0.0;
  for_each_part(4, 2, [&](std::uint32_t first) {
    for_each_part(5, 3, [&](std::uint32_t second) {
      for (const std::uint32_t h : hits) sum += (h & (first | second << 4U)) != 0 ? 1.0 : 0.0;
      lists += 1.0;
    });
  });
  const double got = stratified_fpir(rows, strata).value();
  CHECK(got == doctest::Approx(sum / lists / 15.0).epsilon(1e-12));
  std::vector<std::uint64_t> turned;
  for (std::size_t i = hits.size(); i-- > 0;) turned.insert(turned.end(), {rows[2 * i], rows[2 * i + 1]});
  CHECK(stratified_fpir(turned, strata).value() == got);
}

TEST_CASE("the variance names the persons whom most passages reach, and no order matters") {
  auto hits = ids_of(draw_hits(9, 40, 2));
  const auto first = sub_watchlist_variance(hits, 50, {4, 9}, 2).value();
  std::vector<std::uint64_t> by_hand(9);
  for (const auto& one : hits)
    for (const std::uint64_t j : one) ++by_hand[j - 1000];
  REQUIRE(first.most_hit.size() == 2);
  CHECK(first.most_hit[0].passages == *std::max_element(by_hand.begin(), by_hand.end()));
  CHECK(first.most_hit[0].passages == by_hand[first.most_hit[0].entry - 1000]);
  test::random draw(1);
  for (auto& one : hits) draw.shuffle(one);
  draw.shuffle(hits);
  const auto second = sub_watchlist_variance(hits, 50, {4, 9}, 2).value();
  CHECK(second.variance == first.variance);
  CHECK(second.rate == first.rate);
  CHECK(second.most_hit[1].entry == first.most_hit[1].entry);
  CHECK(sub_watchlist_variance(hits, 50, {9, 9}).value().variance == 0.0);
}

TEST_CASE("wrong calls and nothing to divide by") {
  const candidates_by_rank good{10, {3, 1}, true};
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_fpir(good, {13, 12})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_fpir(good, {1, 1})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_fpir({10, {3, 4}, true}, {1, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_fpir({10, {11}, true}, {1, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(alert_probability(6, {1, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(truncated_list_bound(6, {1, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(order_statistic_weights({0, 0}, 1)), std::invalid_argument);
  const std::vector<std::vector<std::uint64_t>> twice{{1, 1}}, one{{1}};
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_variance(twice, 2, {1, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_variance(one, 0, {1, 5})), std::invalid_argument);
  CHECK(sub_watchlist_fpir({0, {}, true}, {1, 5}).error().reason == undefined_reason::empty);
  CHECK(sub_watchlist_variance({}, 0, {1, 5}).error().reason == undefined_reason::empty);
  const std::vector<drawn_list> strata{{2, 4}};
  CHECK(stratified_fpir({}, strata).error().reason == undefined_reason::empty);
  const std::vector<std::uint64_t> hits{5};
  CHECK_THROWS_AS(static_cast<void>(stratified_fpir(hits, strata)), std::invalid_argument);
}
