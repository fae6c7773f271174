#include <lfreval/counts/score_counting.hpp>

#include "../../src/counts/highest_scores.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "counts/plain_comparisons.hpp"
#include "support/random.hpp"

using namespace lfreval;

namespace {

const std::string matrix = "format = \"matrix\"\nmated = \"same_id\"\n";

/// A set of one image each, made in memory: the first probes are on the list.
struct large_set {
  score_set set;
  std::vector<std::vector<float>> scores;

  template <class Score> large_set(std::uint32_t probes, std::uint32_t references, Score of) {
    std::vector<std::uint32_t> all(references);
    const auto name = [](std::uint32_t i) { return std::to_string(1'000'000 + i); };
    for (std::uint32_t r = 0; r < references; ++r) { all[r] = r; set.references.push_back(name(r)); }
    set.reference_person = {all, set.references};
    set.enrolled.assign(references, 1);
    set.acquired.assign(probes, 1);
    set.fewest_references = set.most_references = references;
    set.table = score_table::full(references);
    for (std::uint32_t p = 0; p < probes; ++p) {
      set.probes.push_back(name(p));
      auto& row = scores.emplace_back(references);
      for (std::uint32_t r = 0; r < references; ++r) row[r] = of(p, r);
      const std::vector<std::uint32_t> mates = p < references ? std::vector<std::uint32_t>{p} : std::vector<std::uint32_t>{};
      set.table.add({p, all, row, mates, {}, true, true});
      set.counts.mated += mates.size();
      set.counts.nonmated += references - mates.size();
    }
    std::vector<std::uint32_t> own(probes);
    for (std::uint32_t p = 0; p < probes; ++p) own[p] = p;
    set.probe_person = {own, set.probes};
  }

  /// Handed out as a stream of rows in another order.
  [[nodiscard]] std::optional<counted_scores> streamed(const std::vector<std::uint32_t>& order, score_questions asked) const {
    score_counting counting(std::move(asked));
    score_set given = set;
    given.probe_at = order;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      score_row row = set.table.row(order[i]);
      row.probe = i;
      counting.add(given, {&row, 1});
    }
    return counting.counted(given);
  }
};

std::vector<float> all_scores(const large_set& of, bool mated) {
  std::vector<float> out;
  for (std::size_t p = 0; p < of.scores.size(); ++p)
    for (std::size_t r = 0; r < of.scores[p].size(); ++r)
      if ((p == r) == mated) out.push_back(of.scores[p][r]);
  std::sort(out.begin(), out.end());
  return out;
}

/// That the misses at all decades are those of a full sort, and the searches those of the table.
void check(const large_set& of, const counted_scores& got) {
  comparison_scores sorted{all_scores(of, true), all_scores(of, false), 0, 0, 0};
  CHECK(got.scores.nonmated_below + got.scores.nonmated.size() == sorted.nonmated.size());
  CHECK(std::equal(got.scores.nonmated.rbegin(), got.scores.nonmated.rend(), sorted.nonmated.rbegin()));
  CHECK(got.scores.mated == sorted.mated);
  for (std::uint64_t per = 10; per <= sorted.nonmated.size(); per *= 10) {
    const auto a = errors_at(got.scores, {sorted.nonmated.size() / per}, failed_comparisons::counted), b = errors_at(sorted, {sorted.nonmated.size() / per}, failed_comparisons::counted);
    REQUIRE(a.size() == b.size());
    if (a.empty()) continue;
    CHECK(a[0].threshold == b[0].threshold);
    CHECK(a[0].false_matches == b[0].false_matches);
    CHECK(a[0].false_nonmatches == b[0].false_nonmatches);
    if (per >= 100) CHECK(got.matches_from <= a[0].threshold);
    const auto reaching = std::count_if(got.matches.begin(), got.matches.end(), [&](const scored_pair& one) { return one.score >= b[0].threshold; });
    if (per >= 100) CHECK(static_cast<std::uint64_t>(reaching) == b[0].false_matches);
  }
  for (const scored_pair& one : got.matches) {
    REQUIRE(one.probe != one.reference);
    REQUIRE(of.scores[one.probe][one.reference] == one.score);
  }
  REQUIRE(got.searches.has_value());
  CHECK(got.searches->searches.rows == searches_of(of.set).searches.rows);
}

float noise(std::uint64_t p, std::uint64_t r) { return static_cast<float>(test::random(p * 1'000'003 + r).below(1U << 20U)) * 0x1p-20F; }
std::vector<std::uint32_t> as_they_are(std::uint32_t n) {
  std::vector<std::uint32_t> out(n);
  for (std::uint32_t i = 0; i < n; ++i) out[i] = i;
  return out;
}

} // namespace

TEST_CASE("the highest scores of a stream are enough, and rows may come in any order") {
  const large_set of(1200, 500, noise);
  auto order = as_they_are(1200);
  test::random(3).shuffle(order);
  const auto one = of.streamed(as_they_are(1200), {}), other = of.streamed(order, {});
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  CHECK(one->scores.nonmated_below > 0);
  check(of, *one);
  check(of, *other);
  check(of, count_comparisons(of.set, {}));
}

TEST_CASE("where later rows score lower a second look is asked for, and is enough") {
  // The first rows alone hold the highest tenth of their own scores many times over, later ones nearly none.
  const large_set of(3000, 500, [](std::uint32_t p, std::uint32_t r) { return noise(p, r) / (p < 1000 ? 1.0F : 4.0F); });
  const large_set level(3000, 500, [](std::uint32_t p, std::uint32_t r) { return p < 200 ? 0.5F + noise(p, r) / 2.0F : noise(p, r) / 2.0F; });
  for (const large_set* one : {&of, &level}) {
    auto found = one->streamed(as_they_are(3000), {});
    if (!found) {
      score_questions again;
      again.nonmated = one->set.counts.nonmated;
      found = one->streamed(as_they_are(3000), again);
    }
    REQUIRE(found.has_value());
    check(*one, *found);
  }
}

TEST_CASE("few distinct scores, and one only, are counted as they are") {
  check(large_set(900, 400, [](std::uint32_t p, std::uint32_t r) { return (p * 7 + r) % 3 == 0 ? 0.5F : 0.25F; }), count_comparisons(large_set(900, 400, [](std::uint32_t p, std::uint32_t r) { return (p * 7 + r) % 3 == 0 ? 0.5F : 0.25F; }).set, {}));
  const large_set level(900, 400, [](std::uint32_t, std::uint32_t) { return 0.5F; });
  const auto found = level.streamed(as_they_are(900), {});
  REQUIRE(found.has_value());
  check(level, *found);
}

TEST_CASE("matches are kept from the lowest threshold asked for") {
  const large_set of(1200, 500, noise);
  const auto found = of.streamed(as_they_are(1200), {{0.5F, 0.9F}, {0.5F}, true, {}});
  REQUIRE(found.has_value());
  CHECK(found->matches_from <= 0.5F);
  const auto reached = [&](float at) { return static_cast<std::size_t>(std::count_if(found->matches.begin(), found->matches.end(), [&](const scored_pair& one) { return one.score >= at; })); };
  const auto sorted = all_scores(of, false);
  CHECK(reached(0.5F) == static_cast<std::size_t>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), 0.5F)));
  CHECK(reached(0.9F) == static_cast<std::size_t>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), 0.9F)));
  std::uint64_t hits = 0;
  for (const std::uint32_t one : found->searches->hits) hits += one;
  const auto mated = all_scores(of, true);
  CHECK(hits == reached(0.5F) + static_cast<std::size_t>(mated.end() - std::lower_bound(mated.begin(), mated.end(), 0.5F)));
}

TEST_CASE("the lowest of the highest brings all that are level with it") {
  const auto own = [](float score) { return score; };
  detail::highest_scores<float, decltype(own)> kept(10, std::nullopt, std::numeric_limits<float>::infinity(), own);
  test::random draw(5);
  std::vector<float> all;
  for (std::uint64_t i = 0; i < 600'000; ++i) {
    const float score = static_cast<float>(draw.below(50)) / 64.0F;
    all.push_back(score);
    if (score >= kept.cut()) {
      *kept.room(1) = score;
      kept.took(1);
    }
    if (i % 100 == 99) kept.tidy(i + 1);
  }
  REQUIRE(kept.suffices(all.size()));
  const auto items = kept.take();
  CHECK(items.size() == static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](float score) { return score >= kept.cut(); })));
  CHECK(items.size() < all.size() / 2);
}

TEST_CASE("misses at allowed false matches need the scores that decide them") {
  const score_set set = test::score_set_of(matrix + "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"column\" }\n", {{"s.csv", "id,ann,bob,zed\nann,0.75,-1,0.5\nbob,0.25,-1,0.25\ncarl,0.5,-1,0.125\n"}});
  const comparison_scores scores = count_comparisons(set, {}).scores;
  CHECK(scores.mated == std::vector<float>{0.75F});
  CHECK(scores.nonmated == std::vector<float>{0.125F, 0.25F, 0.25F, 0.5F, 0.5F});
  CHECK(scores.trials(false, failed_comparisons::counted) == 7);
  CHECK(scores.trials(false, failed_comparisons::left_out) == 5);
  // Two false matches at 0.5; to allow one only, the threshold has to go to the next score on record.
  const auto errors = errors_at(scores, {0, 1, 2, 4, 7}, failed_comparisons::counted);
  REQUIRE(errors.size() == 5);
  CHECK(errors[1].threshold == 0.75F);
  CHECK(errors[1].false_matches == 0);
  CHECK(errors[1].false_nonmatches == 1);
  CHECK(errors[2].threshold == 0.5F);
  CHECK(errors[2].false_matches == 2);
  CHECK(errors[3].threshold == 0.25F);
  CHECK(errors[3].nonmated == 7);
  CHECK(errors[4].threshold == 0.125F);
  comparison_scores highest = scores;
  highest.nonmated.erase(highest.nonmated.begin(), highest.nonmated.begin() + 3);
  highest.nonmated_below = 3;
  CHECK(errors_at(highest, {1}, failed_comparisons::counted).at(0).threshold == 0.75F);
  CHECK_THROWS_AS((void)errors_at(highest, {2}, failed_comparisons::counted), std::invalid_argument);
}

TEST_CASE("all rows have to be handed out before anything is counted") {
  const large_set of(20, 5, noise);
  score_counting counting({});
  const score_row row = of.set.table.row(0);
  counting.add(of.set, {&row, 1});
  CHECK_THROWS_AS((void)counting.counted(of.set), std::invalid_argument);
}
