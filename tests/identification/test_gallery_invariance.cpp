#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/gallery_invariance.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr std::uint64_t people = 30, searches = 40;

/// A score of its own for each pair, the same in every search.
float own_score(std::uint64_t passage, std::uint64_t entry) {
  return static_cast<float>(test::random(passage * 1000 + entry).uniform());
}

std::vector<std::uint64_t> some_of(test::random& draw, std::size_t count) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t j = 0; j < people; ++j)
    all.push_back(j);
  draw.shuffle(all);
  all.resize(count);
  return all;
}

/// All pairs, or the best `kept` of each passage, from a system whose scores do not depend on the list, or are divided
/// by the highest score that the passage has against it.
std::vector<searched_pair> search(const std::vector<std::uint64_t>& enrolled, std::size_t kept, bool normalised) {
  std::vector<searched_pair> out;
  for (std::uint64_t i = 0; i < searches; ++i) {
    std::vector<searched_pair> mine;
    for (const std::uint64_t j : enrolled)
      mine.push_back({i, j, own_score(i, j)});
    std::sort(mine.begin(), mine.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    const float highest = mine.front().score;
    mine.resize(std::min(kept, mine.size()));
    for (searched_pair& p : mine)
      p.score /= normalised ? highest : 1.0F;
    out.insert(out.end(), mine.begin(), mine.end());
  }
  return out;
}

struct design {
  std::vector<searched_pair> whole;
  std::vector<partial_search> parts;
};

design searched(std::size_t kept, bool normalised) {
  test::random draw(1);
  design out{search(some_of(draw, people), kept, normalised), {}};
  for (int k = 0; k < 3; ++k) {
    const auto enrolled = some_of(draw, 12);
    out.parts.push_back({enrolled, search(enrolled, kept, normalised)});
  }
  return out;
}

} // namespace

TEST_CASE("scores of their own pass, complete or cut off at a rank") {
  const design whole = searched(people, false);
  const auto got = check_gallery_invariance(whole.whole, whole.parts, {.every_candidate_kept = true}).value();
  CHECK(got.invariant());
  CHECK(got.compared == 3 * 12 * searches);
  CHECK(got.passages == searches);
  CHECK(got.parts == 3);
  CHECK(got.largest_difference == 0.0);
  CHECK(got.examples.empty());
  // The best five of a part reach further down than those of the whole list: nothing is wrong with that.
  const design cut = searched(5, false);
  CHECK(check_gallery_invariance(cut.whole, cut.parts).value().invariant());
  CHECK(check_gallery_invariance(cut.whole, cut.parts).value().compared < 3 * 5 * searches);
  CHECK_FALSE(check_gallery_invariance(cut.whole, cut.parts, {.every_candidate_kept = true}).value().invariant());
}

TEST_CASE("scores that are normalised by the list fail, with the pairs that differ most") {
  const design normal = searched(people, true);
  const auto got = check_gallery_invariance(normal.whole, normal.parts, {.how_many = 3}).value();
  CHECK_FALSE(got.invariant());
  CHECK(got.missing == 0);
  // By a plain count over all pairs.
  std::uint64_t differing = 0;
  double largest = 0.0;
  for (const partial_search& part : normal.parts)
    for (const searched_pair& p : part.pairs)
      for (const searched_pair& q : normal.whole) {
        if (p.passage != q.passage || p.entry != q.entry) continue;
        const double apart = std::fabs(static_cast<double>(p.score) - static_cast<double>(q.score));
        differing +=
            apart > 0x1p-21 * std::max(std::fabs(static_cast<double>(p.score)), std::fabs(static_cast<double>(q.score)))
                ? 1
                : 0;
        largest = std::max(largest, apart);
      }
  CHECK(got.differing == differing);
  CHECK(got.largest_difference == largest);
  REQUIRE(got.examples.size() == 3);
  CHECK(std::fabs(static_cast<double>(got.examples[0].whole) - static_cast<double>(got.examples[0].in_part)) ==
        largest);
  design shuffled = normal;
  test::random draw(2);
  draw.shuffle(shuffled.whole);
  for (auto& part : shuffled.parts)
    draw.shuffle(part.pairs);
  CHECK(check_gallery_invariance(shuffled.whole, shuffled.parts, {.how_many = 3}).value().examples == got.examples);
}

TEST_CASE("one pair is enough, rounding is not, and an approximate search loses pairs") {
  design d = searched(people, false);
  d.parts[1].pairs[7].score = std::nextafter(d.parts[1].pairs[7].score, 2.0F);
  CHECK(check_gallery_invariance(d.whole, d.parts).value().invariant());
  d.parts[1].pairs[7].score += 0.001F;
  const auto one = check_gallery_invariance(d.whole, d.parts).value();
  CHECK(one.differing == 1);
  CHECK(one.examples.front().part == 1);
  d = searched(people, false);
  const searched_pair lost = d.parts[0].pairs[20];
  d.parts[0].pairs.erase(d.parts[0].pairs.begin() + 20);
  const auto missing = check_gallery_invariance(d.whole, d.parts).value();
  CHECK(missing.missing == 1);
  CHECK_FALSE(missing.invariant());
  CHECK(missing.examples.front() == differing_pair{lost.passage, lost.entry, 0, lost.score, 0.0F, false, true});
}

TEST_CASE("what cannot be checked is undefined, a wrong call throws") {
  const design d = searched(people, false);
  const std::vector<partial_search> one{d.parts[0]}, none;
  CHECK(check_gallery_invariance(d.whole, one).error().reason == undefined_reason::not_recorded);
  CHECK(check_gallery_invariance(d.whole, none).error().reason == undefined_reason::not_recorded);
  std::vector<searched_pair> others = d.whole;
  for (searched_pair& p : others)
    p.passage += searches;
  CHECK(check_gallery_invariance(others, d.parts).error().reason == undefined_reason::empty);
  std::vector<partial_search> wrong = d.parts;
  wrong[0].enrolled.clear();
  CHECK_THROWS_AS((void)check_gallery_invariance(d.whole, wrong), std::invalid_argument);
  wrong = d.parts;
  wrong[0].pairs.push_back(wrong[0].pairs.front());
  CHECK_THROWS_AS((void)check_gallery_invariance(d.whole, wrong), std::invalid_argument);
  wrong = d.parts;
  wrong[0].pairs[0].score = NAN;
  CHECK_THROWS_AS((void)check_gallery_invariance(d.whole, wrong), std::invalid_argument);
  CHECK_THROWS_AS((void)check_gallery_invariance(d.whole, d.parts, {.tolerance = -1.0}), std::invalid_argument);
}

TEST_CASE("a figure for another list says whether scores depend on the list") {
  const design good = searched(people, false), bad = searched(people, true);
  const auto passed = check_gallery_invariance(good.whole, good.parts),
             failed = check_gallery_invariance(bad.whole, bad.parts),
             not_made = check_gallery_invariance(good.whole, std::vector<partial_search>{});
  using enum vendor_statement;
  CHECK(flags_for_other_lists(none, nullptr) == flag_set{flag::gallery_invariance_unknown});
  CHECK(flags_for_other_lists(none, &not_made) == flag_set{flag::gallery_invariance_unknown});
  CHECK(flags_for_other_lists(scores_do_not_depend_on_the_list, nullptr).empty());
  CHECK(flags_for_other_lists(scores_do_not_depend_on_the_list, &failed) == flag_set{flag::gallery_dependent});
  CHECK(flags_for_other_lists(scores_depend_on_the_list, nullptr) == flag_set{flag::gallery_dependent});
  CHECK(flags_for_other_lists(scores_depend_on_the_list, &passed) == flag_set{flag::gallery_dependent});
  CHECK(flags_for_other_lists(none, &passed).empty());
}
