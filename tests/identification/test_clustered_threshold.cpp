#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>
#include <lfreval/intervals/ladder.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence a_fifth{0.2};

constexpr confidence usual{0.95};

std::vector<person_passage> crowd(std::size_t persons, std::uint64_t most, std::uint64_t seed) {
  test::random draw(seed);
  std::vector<person_passage> out;
  for (std::size_t c = 0; c < persons; ++c) {
    const std::uint64_t id = draw.bits(), passes = 1 + draw.below(most);
    for (std::uint64_t i = 0; i < passes; ++i)
      out.push_back({id, draw.below(9) == 0 ? std::nullopt : std::optional(static_cast<float>(draw.uniform()))});
  }
  return out;
}

std::map<std::uint64_t, std::vector<float>> by_person(const std::vector<person_passage>& rows) {
  std::map<std::uint64_t, std::vector<float>> out;
  for (const person_passage& r : rows) out[r.person].push_back(r.score.value_or(-1.0F));
  return out;
}

void same(const threshold_choice& a, const threshold_choice& b) {
  CHECK(a.at == b.at);
  CHECK(a.trials == b.trials);
  CHECK(a.allowed == b.allowed);
  CHECK(a.reaching == b.reaching);
  CHECK(a.persons_kept == b.persons_kept);
}

} // namespace

TEST_CASE("the choice does not depend on the order of the passages") {
  auto rows = crowd(300, 6, 5);
  const threshold_request wanted{.target = 0.05, .level = usual};
  const auto one = threshold_from_one_passage_each(rows, wanted, 7).value();
  const auto thinned = threshold_from_thinned_persons(rows, wanted, 7).value();
  const auto highest = threshold_from_person_maxima(rows, wanted).value();
  const auto effective = threshold_from_effective_exposure(rows, wanted).value();
  test::random draw(6);
  for (int i = 0; i < 5; ++i) {
    draw.shuffle(rows);
    same(one, threshold_from_one_passage_each(rows, wanted, 7).value());
    same(thinned, threshold_from_thinned_persons(rows, wanted, 7).value());
    same(highest, threshold_from_person_maxima(rows, wanted).value());
    same(effective, threshold_from_effective_exposure(rows, wanted).value());
  }
  CHECK(one.persons == 300U);
  CHECK(one.trials == 300);
  CHECK(one.passages == rows.size());
  CHECK(one.seed == 7U);
  CHECK(thinned.trials == thinned.persons_kept);
  CHECK(thinned.persons_kept.value() < 300);
  CHECK(one.rate == threshold_rate::per_person);
  CHECK(thinned.rate == threshold_rate::per_passage);
  CHECK(highest.rate == threshold_rate::persons_ever_alerted);
  CHECK(effective.promise == threshold_promise::asymptotic);
  CHECK(highest.at >= one.at);
}

TEST_CASE("person maxima: the threshold excludes all but k persons") {
  const auto rows = crowd(300, 6, 8);
  const auto chosen = threshold_from_person_maxima(rows, {.target = 0.05, .level = usual}).value();
  std::vector<float> highest;
  for (const auto& [person, scores] : by_person(rows))
    highest.push_back(*std::max_element(scores.begin(), scores.end()));
  std::sort(highest.rbegin(), highest.rend());
  CHECK(chosen.allowed == guaranteed_k(300, 0.05, usual));
  CHECK(chosen.at.value() == std::nextafter(highest[chosen.allowed], 2.0F));
}

TEST_CASE("each passage of a person is drawn equally often, and persons are kept in proportion to their passages") {
  // One person with four passages of which one alone reaches 0.9, one with a single passage.
  const std::vector<person_passage> rows{{42, 0.1F}, {42, 0.9F}, {42, 0.2F}, {42, 0.3F}, {43, 0.5F}};
  const threshold_request wanted{.target = 0.8, .level = a_fifth}; // one trial is enough: the draw itself shows
  constexpr int runs = 4000;
  int high = 0, second_kept = 0, first_kept = 0;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const auto thinned = threshold_from_thinned_persons(rows, wanted, seed).value();
    REQUIRE(thinned.persons_kept.value() >= 1); // the most frequent passer always is
    ++first_kept;
    second_kept += thinned.persons_kept.value() == 2 ? 1 : 0;
    const detail::passages_by_person by("test", rows);
    high += by.rows[detail::scaled(detail::draws_of(42, seed)[0], 4)].score == 0.9F ? 1 : 0;
  }
  const double error = 4.0 * std::sqrt(0.25 * 0.75 / runs);
  CHECK(std::fabs(static_cast<double>(high) / runs - 0.25) < error);
  CHECK(std::fabs(static_cast<double>(second_kept) / runs - 0.25) < error);
  CHECK(first_kept == runs);
}

TEST_CASE("a declared largest number of passages keeps fewer persons; too low a one is refused") {
  const auto rows = crowd(2000, 4, 12);
  const threshold_request wanted{.target = 0.05, .level = usual};
  const auto seen = threshold_from_thinned_persons(rows, wanted, 3).value();
  const auto declared = threshold_from_thinned_persons(rows, wanted, 3, 8).value();
  // Half as many are expected; the draws are the same, so that those kept now were kept before.
  CHECK(declared.persons_kept.value() < seen.persons_kept.value());
  CHECK(std::fabs(static_cast<double>(declared.persons_kept.value()) / static_cast<double>(seen.persons_kept.value()) -
                  0.5) < 0.06);
  CHECK_THROWS_AS(static_cast<void>(threshold_from_thinned_persons(rows, wanted, 3, 3)), std::invalid_argument);
}

TEST_CASE("the clustered choice agrees with the limit of the ladder at every threshold above it") {
  auto rows = crowd(400, 5, 21);
  for (person_passage& r : rows)
    if (r.score) r.score = std::floor(*r.score * 200.0F) / 200.0F; // ties
  const double target = 0.04;
  const auto chosen = threshold_from_effective_exposure(rows, {.target = target, .level = usual}).value();
  const auto people = by_person(rows);
  const auto upper_at = [&](float t) {
    std::vector<cluster_tally> clusters;
    for (const auto& [person, scores] : people) {
      cluster_tally c{0, scores.size()};
      for (float s : scores) c.events += s >= t ? 1 : 0;
      clusters.push_back(c);
    }
    return ladder(clusters, usual, sides::upper, {.by = cluster_unit::person, .use = interval_use::limit_check})
        .value()
        .headline.upper;
  };
  for (float t : {chosen.at.value(), std::nextafter(chosen.at.value(), 2.0F), 0.97F, 0.98F, 0.99F, 1.0F}) {
    if (t < chosen.at.value()) continue;
    CAPTURE(t);
    CHECK(upper_at(t) <= target);
  }
  CHECK(chosen.bound == doctest::Approx(upper_at(chosen.at.value())).epsilon(1e-12));
  CHECK(upper_at(std::nextafter(chosen.at.value(), 0.0F)) > target);
}

TEST_CASE("clustered choices say what is missing") {
  const std::vector<person_passage> nobody, one{{1, 0.5F}, {1, 0.6F}};
  const threshold_request wanted{.target = 0.05, .level = usual};
  CHECK(threshold_from_one_passage_each(nobody, wanted, 1).error().reason == no_threshold_reason::empty);
  CHECK(threshold_from_thinned_persons(nobody, wanted, 1).error().reason == no_threshold_reason::empty);
  CHECK(threshold_from_person_maxima(nobody, wanted).error().reason == no_threshold_reason::empty);
  CHECK(threshold_from_effective_exposure(nobody, wanted).error().reason == no_threshold_reason::empty);
  CHECK(threshold_from_effective_exposure(one, wanted).error().reason == no_threshold_reason::one_person);
  const auto few = crowd(58, 10, 2);
  CHECK(few.size() > 59); // passages enough, persons not
  for (const auto& none : {threshold_from_one_passage_each(few, wanted, 1), threshold_from_person_maxima(few, wanted),
                           threshold_from_effective_exposure(few, wanted)}) {
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().reason == no_threshold_reason::too_few_passages);
    CHECK(none.error().groups.at(0).trials == 58);
    CHECK(none.error().groups.at(0).needed == 59U);
  }
}
