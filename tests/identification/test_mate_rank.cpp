#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

/// The mate against N - 1 others: every choice of n - 1 of them, every place among those tied.
tie_readings by_enumeration(const mate_rank& rank, std::uint64_t limit, unsigned others, unsigned drawn) {
  const auto greater = static_cast<unsigned>(rank.strictly_greater), tied = static_cast<unsigned>(rank.tied);
  double lists = 0.0;
  tie_readings sum;
  for (std::uint32_t mask = 0; mask < (1U << others); ++mask) {
    if (static_cast<unsigned>(__builtin_popcount(mask)) != drawn) continue;
    lists += 1.0;
    // The first `greater` are ahead of the mate; of the tied, those the tie order puts first are too.
    for (unsigned ahead = 0; ahead <= tied; ++ahead) {
      const auto before = static_cast<std::uint64_t>(__builtin_popcount(mask & ((1U << (greater + ahead)) - 1U)));
      const double within = before + 1 <= limit ? 1.0 : 0.0;
      sum.expected += within / static_cast<double>(tied + 1);
      if (ahead == 0) sum.optimistic += within;
      if (ahead == tied) sum.pessimistic += within;
    }
  }
  return {sum.expected / lists, sum.optimistic / lists, sum.pessimistic / lists};
}

} // namespace

TEST_CASE("the mate's place on a shorter list, against every such list") {
  constexpr unsigned all = 9;
  for (unsigned n = 1; n <= all; ++n)
    for (std::uint64_t greater = 0; greater < all; ++greater)
      for (std::uint64_t tied = 0; greater + tied < all; tied += 2)
        for (const std::uint64_t limit : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{4}, std::uint64_t{9}}) {
          const mate_rank rank{greater, tied};
          const tie_readings want = by_enumeration(rank, limit, all - 1, n - 1),
                             got = sub_watchlist_rank(rank, limit, {n, all});
          CHECK(std::fabs(got.expected - want.expected) < 1e-13);
          CHECK(std::fabs(got.optimistic - want.optimistic) < 1e-13);
          CHECK(std::fabs(got.pessimistic - want.pessimistic) < 1e-13);
          if (n == all) {
            CHECK(std::fabs(got.expected - within_rank(rank, limit).expected) < 1e-13);
            CHECK(got.ties_straddle() == within_rank(rank, limit).ties_straddle());
          }
        }
}

TEST_CASE("long lists keep relative precision") {
  // Nobody of 3 among 1,000 drawn of 100,000: (99000 * 98999 * 98998) / (100000 * 99999 * 99998).
  const double nobody = 99000.0 / 100000.0 * (98999.0 / 99999.0) * (98998.0 / 99998.0);
  CHECK(sub_watchlist_rank({3, 0}, 1, {1001, 100001}).expected == doctest::Approx(nobody).epsilon(1e-12));
  // Nobody of 99,000 among 5: the other way about.
  double rare = 1.0;
  for (int i = 0; i < 5; ++i) rare *= (1000.0 - i) / (100000.0 - i);
  CHECK(sub_watchlist_rank({99000, 0}, 1, {6, 100001}).expected == doctest::Approx(rare).epsilon(1e-11));
}

TEST_CASE("ties: three readings, and whether they matter") {
  // One ahead, three tied, first two places: places 2 to 5 of the mate, of which one is within.
  const tie_readings got = within_rank({1, 3}, 2);
  CHECK(got == tie_readings{0.25, 1.0, 0.0});
  CHECK(got.ties_straddle());
  CHECK_FALSE(within_rank({1, 3}, 5).ties_straddle());
  CHECK(within_rank({1, 3}, 5).expected == 1.0);
  CHECK(within_rank({1, 3}, 1) == tie_readings{});
  CHECK(within_rank({0, 0}, 1) == tie_readings{1.0, 1.0, 1.0});
}

TEST_CASE("the rank-limited rate needs both the threshold and the place") {
  std::vector<mated_search> searches{
      {0.9F, {0, 0}},          // first, high
      {0.5F, {0, 0}},          // first, low
      {0.9F, {1, 0}},          // second
      {0.7F, {0, 1}},          // tied for the first place, at the threshold
      {std::nullopt, {0, 0}}}; // no template
  const auto free = rank_limited_tpir(searches, 1).value();
  CHECK(free.passages == 5);
  CHECK(free.optimistic == 3);
  CHECK(free.pessimistic == 2);
  CHECK(free.rate.expected == doctest::Approx(2.5 / 5.0));
  CHECK(free.rate.ties_straddle());
  const auto high = rank_limited_tpir(searches, 1, threshold(0.7F)).value();
  CHECK(high.optimistic == 2);
  CHECK(high.pessimistic == 1);
  CHECK(rank_limited_tpir(searches, 1, threshold(std::nextafter(0.7F, 1.0F))).value().optimistic == 1);
  CHECK(rank_limited_tpir(searches, 2, threshold(0.7F)).value().pessimistic == 3);
  const auto match = cumulative_match(searches, 3).value();
  REQUIRE(match.size() == 3);
  CHECK(match[0].rate == free.rate);
  CHECK(match[1].rate.expected == 0.8);
  CHECK_FALSE(match[1].rate.ties_straddle());
  test::random draw(4);
  for (std::uint64_t i = 0; i < 400; ++i)
    searches.push_back({static_cast<float>(draw.uniform()), {draw.below(3), draw.below(7)}});
  const auto first = rank_limited_tpir(searches, 2).value();
  draw.shuffle(searches);
  CHECK(rank_limited_tpir(searches, 2).value().rate == first.rate);
}

TEST_CASE("wrong calls of ranks") {
  const std::vector<mated_search> nobody;
  CHECK(rank_limited_tpir(nobody, 1).error().reason == undefined_reason::empty);
  CHECK(cumulative_match(nobody, 2).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS(static_cast<void>(rank_limited_tpir(nobody, 0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_rank({5, 0}, 1, {2, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_rank({3, 2}, 1, {2, 5})), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(sub_watchlist_rank({0, 0}, 1, {0, 5})), std::invalid_argument);
  CHECK(sub_watchlist_rank({0, 0}, 0, {2, 5}) == tie_readings{});
}
