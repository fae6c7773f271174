#include <lfreval/counts/search_consumers.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <hwy/targets.h>
#include <set>
#include <stdexcept>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;

namespace {

/// Unit templates around a few directions, so that many pairs score alike, and some templates twice.
template_set some_templates(test::random& from, std::size_t n, std::size_t dimension) {
  std::vector<float> values;
  std::vector<std::vector<double>> directions(5, std::vector<double>(dimension));
  test::random fixed(99);
  for (auto& direction : directions)
    for (double& value : direction) value = fixed.uniform() - 0.5;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 3 && from.below(7) == 0) {
      const std::size_t copied = from.below(i);
      for (std::size_t k = 0; k < dimension; ++k) values.push_back(values[copied * dimension + k]);
      continue;
    }
    const auto& direction = directions[from.below(directions.size())];
    for (std::size_t k = 0; k < dimension; ++k) values.push_back(static_cast<float>(direction[k] + 0.8 * (from.uniform() - 0.5)));
  }
  return template_set(dimension, std::move(values)).unit();
}

/// The inner product in long double, which the definition must agree with to within the last place.
float plain_product(std::span<const float> a, std::span<const float> b) {
  long double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += static_cast<long double>(a[k]) * static_cast<long double>(b[k]);
  return static_cast<float>(sum);
}

std::vector<std::uint32_t> codes(test::random& from, std::size_t n, std::uint32_t groups) {
  std::vector<std::uint32_t> out(n);
  for (std::uint32_t& code : out) code = static_cast<std::uint32_t>(from.below(groups));
  return out;
}

/// What the words say: each exact score against each threshold.
sweep_counts plain_counts(const template_set& probes, const template_set& references, const threshold_grid& grid, const pair_groups& groups) {
  const bool by_person = !groups.probe_persons.empty();
  const std::size_t planes = by_person ? 2 : 1, cells = groups.probe_groups * groups.reference_groups * planes;
  sweep_counts out{cells, grid.size(), std::vector<std::uint64_t>(cells * (grid.size() + 1))};
  for (std::size_t i = 0; i < probes.size(); ++i)
    for (std::size_t j = 0; j < references.size(); ++j) {
      std::size_t bin = 0;
      for (const float edge : grid.edges()) bin += exact_score(probes[i], references[j]) >= edge ? 1 : 0;
      std::size_t cell = (groups.probes.empty() ? 0 : groups.probes[i]) * groups.reference_groups + (groups.references.empty() ? 0 : groups.references[j]);
      if (by_person) cell = 2 * cell + (groups.probe_persons[i] == groups.reference_persons[j] ? 1 : 0);
      ++out.bins[cell * (grid.size() + 1) + bin];
    }
  return out;
}

std::vector<scored_reference> plain_best(const template_set& probes, std::size_t i, const template_set& references, std::size_t most, const std::vector<std::uint32_t>& persons) {
  std::vector<scored_reference> all;
  for (std::uint32_t j = 0; j < references.size(); ++j) all.push_back({j, exact_score(probes[i], references[j])});
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<scored_reference> out;
  std::set<std::uint32_t> seen;
  for (const auto& one : all)
    if (out.size() < most && seen.insert(persons.empty() ? one.reference : persons[one.reference]).second) out.push_back(one);
  return out;
}

/// Thresholds on scores that occur, and just beside them: wherever a fast product could decide otherwise.
threshold_grid thresholds_on_scores(test::random& from, const template_set& probes, const template_set& references, std::size_t n) {
  std::set<float> edges{0.25F};
  for (std::size_t k = 0; k < n && probes.size() > 0 && references.size() > 0; ++k) {
    const float score = exact_score(probes[from.below(probes.size())], references[from.below(references.size())]);
    edges.insert({score, std::nextafter(score, 2.0F)});
  }
  std::vector<threshold> declared;
  for (const float edge : edges) declared.emplace_back(edge);
  return threshold_grid(declared);
}

std::vector<product_backend> backends() {
  if (has_openblas()) return {product_backend::eigen, product_backend::openblas, product_backend::automatic};
  return {product_backend::eigen, product_backend::automatic};
}

} // namespace

TEST_CASE("the score of two templates: by hand, symmetric, and next to the product in more digits") {
  const std::vector<float> a{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, b{10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  CHECK(exact_score(a, b) == 220.0F);
  CHECK(exact_score({}, {}) == 0.0F);
  CHECK_THROWS_AS((void)exact_score(a, std::span(b).first(9)), std::invalid_argument);
  test::random from(1);
  for (std::size_t dimension = 1; dimension <= 200; ++dimension) {
    const template_set two = some_templates(from, 2, dimension);
    const float score = exact_score(two[0], two[1]), plain = plain_product(two[0], two[1]);
    CHECK(score == exact_score(two[1], two[0]));
    CHECK(score >= std::nextafter(plain, -2.0F));
    CHECK(score <= std::nextafter(plain, 2.0F));
  }
}

TEST_CASE("the error of a product is the published bound, and no product of this machine exceeds it") {
  // gamma of 512 is 512 * 2^-24 / (1 - 512 * 2^-24) = 3.0518509e-5, and one rounding more is 5.96e-8.
  CHECK(score_error(512, 1, 1) == doctest::Approx(3.0578114e-5).epsilon(1e-6));
  CHECK(score_error(512, 2, 3) == doctest::Approx(6 * 3.0578114e-5).epsilon(1e-6));
  test::random from(2);
  for (const std::size_t dimension : {std::size_t{1}, std::size_t{7}, std::size_t{128}, std::size_t{513}, std::size_t{4097}}) {
    // Numbers of very different size, where order of addition matters most.
    std::vector<float> values;
    for (std::size_t k = 0; k < 40 * dimension; ++k) values.push_back(static_cast<float>(std::ldexp(from.uniform() - 0.5, static_cast<int>(from.below(40)) - 20)));
    const template_set all(dimension, std::move(values));
    std::vector<float> scores(40 * 40);
    for (const product_backend backend : backends()) {
      if (backend == product_backend::automatic) continue;
      detail::multiply(backend, all.values().data(), 40, all.values().data(), 40, dimension, scores.data());
      for (std::size_t i = 0; i < 40; ++i)
        for (std::size_t j = 0; j < 40; ++j)
          REQUIRE(std::abs(static_cast<double>(scores[i * 40 + j]) - static_cast<double>(exact_score(all[i], all[j]))) <=
                  score_error(dimension, all.norms()[i], all.norms()[j]));
    }
  }
}

TEST_CASE("a search counts, ranks and lists like the plain loop: sizes, tiles, threads, products") {
  test::random from(3);
  struct shape {
    std::size_t probes, references, dimension, rows, columns;
  };
  const shape shapes[] = {{0, 5, 4, 512, 1024}, {5, 0, 4, 512, 1024}, {1, 1, 1, 512, 1024}, {3, 200, 16, 2, 64},
                          {17, 129, 33, 8, 63}, {64, 65, 128, 64, 65}, {70, 300, 97, 512, 1024}, {33, 1025, 24, 7, 1024}};
  for (const shape& s : shapes) {
    CAPTURE(s.probes);
    CAPTURE(s.references);
    const template_set probes = some_templates(from, s.probes, s.dimension), references = some_templates(from, s.references, s.dimension);
    const threshold_grid grid = thresholds_on_scores(from, probes, references, 25);
    pair_groups groups{codes(from, s.probes, 3), codes(from, s.references, 2), 3, 2, codes(from, s.probes, 20), codes(from, s.references, 20)};
    if (s.probes == 0 || s.references == 0) groups.probe_persons = groups.reference_persons = {};
    const std::vector<std::uint32_t> persons = codes(from, s.references, 30);
    const threshold lowest = grid.declared()[grid.size() / 2];
    const sweep_counts expected = plain_counts(probes, references, grid, groups);
    for (const product_backend backend : backends())
      for (const unsigned threads : {1U, 2U, 3U}) {
        const auto found = search(probes, references,
                                  consumers(pair_counts(grid, groups), best_references(s.probes, 5), pairs_above(lowest)),
                                  {.backend = backend, .threads = threads, .probes_at_once = s.rows, .references_at_once = s.columns});
        REQUIRE(found.get<pair_counts>().counts() == expected);
        std::vector<scored_pair> pairs;
        for (std::uint32_t i = 0; i < s.probes; ++i) {
          REQUIRE(found.get<best_references>().of(i) == plain_best(probes, i, references, 5, {}));
          for (std::uint32_t j = 0; j < s.references; ++j)
            if (const float score = exact_score(probes[i], references[j]); score >= lowest.value()) pairs.push_back({i, j, score});
        }
        REQUIRE(found.get<pairs_above>().pairs() == pairs);
        const auto by_person = search(probes, references, best_references(s.probes, 4, persons),
                                      {.backend = backend, .threads = threads, .probes_at_once = s.rows, .references_at_once = s.columns});
        for (std::uint32_t i = 0; i < s.probes; ++i) REQUIRE(by_person.of(i) == plain_best(probes, i, references, 4, persons));
      }
  }
}

TEST_CASE("scores on a threshold are decided exactly, and only those near one are scored again") {
  test::random from(4);
  const template_set probes = some_templates(from, 100, 512), references = some_templates(from, 400, 512);
  const threshold_grid on = thresholds_on_scores(from, probes, references, 200);
  const auto found = search(probes, references, pair_counts(on, {}));
  CHECK(found.counts() == plain_counts(probes, references, on, {}));
  CHECK(found.rescored() >= 200);
  // One threshold far from every score: nothing to decide again.
  const auto far = search(probes, references, pair_counts(threshold_grid({threshold(1.5F)}), {}));
  CHECK(far.rescored() == 0);
  CHECK(far.counts().bins == std::vector<std::uint64_t>{40'000, 0});
  CHECK(found.counts().total(found.cell(0, 0)) == 40'000);
}

TEST_CASE("templates that are all alike are all kept until they are told apart") {
  const template_set one(8, std::vector<float>(8, 0.35355338F));
  const template_set many(8, std::vector<float>(8 * 3000, 0.35355338F));
  const auto found = search(one, many, best_references(1, 3));
  REQUIRE(found.of(0).size() == 3);
  for (std::uint32_t j = 0; j < 3; ++j) CHECK(found.of(0)[j].reference == j);
}

TEST_CASE("the places of high scores on every instruction set of this machine") {
  test::random from(5);
  const std::int64_t supported = hwy::SupportedTargets();
  for (std::int64_t left = supported; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    CAPTURE(hwy::TargetName(left & -left));
    for (std::size_t n = 0; n <= 200; ++n) {
      std::vector<float> scores(n);
      for (float& score : scores) score = static_cast<float>(from.uniform());
      if (n > 0) scores[from.below(n)] = 0.9F;
      std::vector<std::uint32_t> expected, places(n);
      for (std::uint32_t j = 0; j < n; ++j)
        if (scores[j] >= 0.9F) expected.push_back(j);
      places.resize(detail::places_at_or_above(scores, 0.9F, places.data()));
      REQUIRE(places == expected);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  CHECK(hwy::SupportedTargets() == supported);
}

TEST_CASE("a wrong search is a wrong call") {
  const template_set a(3, std::vector<float>(6, 0.5F)), b(4, std::vector<float>(8, 0.5F));
  const threshold_grid grid({threshold(0.5F)});
  CHECK_THROWS_AS((void)search(a, b, pairs_above(threshold(0.5F))), std::invalid_argument);
  CHECK_THROWS_AS((void)search(a, a, pairs_above(threshold(0.5F)), {.probes_at_once = 0}), std::invalid_argument);
  CHECK_THROWS_AS((void)search(a, a, best_references(1, 1)), std::invalid_argument);
  CHECK_THROWS_AS((void)search(a, a, best_references(2, 1, {0, 1, 2})), std::invalid_argument);
  CHECK_THROWS_AS((void)best_references(2, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)search(a, a, pair_counts(grid, {.probes = {0}})), std::invalid_argument);
  CHECK_THROWS_AS((void)search(a, a, pair_counts(grid, {.probes = {0, 0}, .references = {0, 0, 0}}), {.threads = 2}), std::invalid_argument);
  CHECK_THROWS_AS((void)pair_counts(grid, {.probes = {0, 1}}), std::invalid_argument);
  CHECK_THROWS_AS((void)pair_counts(grid, {.probe_persons = {0, 1}}), std::invalid_argument);
  CHECK_THROWS_AS((void)pair_counts(grid, {.probe_groups = 1U << 20U, .reference_groups = 1U << 20U}), std::invalid_argument);
  if (!has_openblas()) CHECK_THROWS_AS((void)search(a, a, pairs_above(threshold(0.5F)), {.backend = product_backend::openblas}), std::invalid_argument);
}
