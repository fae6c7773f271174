#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/matched_systems.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

/// Standard normal from the sum of uniforms' inverse: the library's quantile of a uniform number.
double normal(test::random& draw) { return distribution::normal_upper_quantile(draw.uniform() * 0.999999999 + 5e-10); }

struct world {
  double person_sd = 0.6, noise_sd = 0.8; ///< of both; a passage's noise is half shared between the systems
  double mate_first = 3.0, mate_second = 2.7;
};

struct trial {
  std::vector<scored_by_both> nonmated, mated;
};

scored_by_both passage(test::random& draw, std::uint64_t person, double effect, double first, double second,
                       const world& w) {
  const double shared = normal(draw) * w.noise_sd * std::sqrt(0.5);
  const auto one = [&](double mean) {
    return static_cast<float>(mean + effect + shared + normal(draw) * w.noise_sd * std::sqrt(0.5));
  };
  const float a = one(first);
  return {person, a, one(second)};
}

trial draw_trial(test::random& draw, int passers, int listed, int passes, const world& w) {
  trial out;
  for (int p = 0; p < passers + listed; ++p) {
    const double effect = normal(draw) * w.person_sd;
    for (int k = 0; k < passes; ++k) {
      const auto id = static_cast<std::uint64_t>(p) * 0x9e3779b97f4a7c15U;
      if (p < passers)
        out.nonmated.push_back(passage(draw, id, effect, 0.0, 0.0, w));
      else
        out.mated.push_back(passage(draw, id, effect, w.mate_first, w.mate_second, w));
    }
  }
  return out;
}

/// The smallest float with few enough at or above it, by trying every candidate.
float plain_threshold(std::vector<float> scores, std::uint64_t allowed) {
  std::vector<float> candidates{*std::min_element(scores.begin(), scores.end())};
  for (const float s : scores)
    candidates.push_back(std::nextafter(s, INFINITY));
  std::sort(candidates.begin(), candidates.end());
  for (const float t : candidates) {
    std::uint64_t reaching = 0;
    for (const float s : scores)
      reaching += s >= t ? 1 : 0;
    if (reaching <= allowed) return t;
  }
  return INFINITY;
}

} // namespace

TEST_CASE("thresholds of both systems are the smallest that keep the rate, ties upwards") {
  test::random draw(1);
  for (int run = 0; run < 50; ++run) {
    std::vector<scored_by_both> nonmated, mated{{99, 0.9F, 0.1F}, {98, 0.2F, 0.8F}};
    std::vector<float> first, second;
    for (std::uint64_t i = 0; i < 40; ++i) {
      first.push_back(0.1F * static_cast<float>(draw.below(9)));
      second.push_back(0.01F * static_cast<float>(draw.below(90)));
      nonmated.push_back({i % 13, first.back(), second.back()});
    }
    for (const double target : {0.01, 0.1, 0.25, 0.9}) {
      const auto got = compare_at_matched_fpir(nonmated, mated, {.target = target}).value();
      const auto allowed = static_cast<std::uint64_t>(target * 40.0 + 1e-9);
      CHECK(got.allowed == allowed);
      CHECK(got.first.at.value() == plain_threshold(first, allowed));
      CHECK(got.second.at.value() == plain_threshold(second, allowed));
      CHECK(got.first.false_positives <= allowed);
      CHECK(got.second.false_positives <= allowed);
    }
  }
}

TEST_CASE("no more than the target share, whatever the product is rounded to") {
  CHECK(allowed_errors(0.001, 3000) == 3); // 0.001 * 3000 is 3
  CHECK(allowed_errors(0.29, 100) == 29);  // the product is 28.999999999999996
  CHECK(allowed_errors(0.001, 2999) == 2);
  CHECK(allowed_errors(0.5, 0) == 0);
  for (std::uint64_t n = 1; n < 400; ++n)
    for (std::uint64_t k = 1; k < n; ++k)
      CHECK(allowed_errors(static_cast<double>(k) / static_cast<double>(n), n) == k);
  CHECK_THROWS_AS((void)allowed_errors(1.0, 5), std::invalid_argument);
}

TEST_CASE("a replicate is a plain recount with each person as often as their weight") {
  test::random draw(2);
  const trial t = draw_trial(draw, 120, 60, 6, {});
  const matching_request wanted{.target = 0.08, .replicates = 199, .from = {.seed = 5}};
  const auto got = compare_at_matched_fpir(t.nonmated, t.mated, wanted).value();
  REQUIRE(got.limits.has_value());
  std::vector<double> differences;
  for (std::uint32_t b = 0; b < 199; ++b) {
    std::vector<float> first, second;
    double net = 0.0, trials = 0.0;
    for (const auto& row : t.nonmated)
      for (std::uint32_t k = 0; k < bootstrap::poisson_weight(row.person, b, wanted.from); ++k) {
        first.push_back(*row.first);
        second.push_back(*row.second);
      }
    const auto allowed = static_cast<std::uint64_t>(std::floor(0.08 * static_cast<double>(first.size()) + 1e-9));
    std::sort(first.rbegin(), first.rend());
    std::sort(second.rbegin(), second.rend());
    for (const auto& row : t.mated) {
      const double weight = bootstrap::poisson_weight(row.person, b, wanted.from);
      net += weight * ((*row.first > first[allowed] ? 1 : 0) - (*row.second > second[allowed] ? 1 : 0));
      trials += weight;
    }
    differences.push_back(net / trials);
  }
  std::sort(differences.begin(), differences.end());
  CHECK(got.limits->limits.lower == doctest::Approx(differences[4]).epsilon(1e-12)); // rank floor(200 * 0.025)
  CHECK(got.limits->limits.upper == doctest::Approx(differences[194]).epsilon(1e-12));
  CHECK(got.limits->point == got.difference);
  CHECK(got.widening > 1.0);

  // Neither the order of the rows nor the number of threads matters.
  trial shuffled = t;
  draw.shuffle(shuffled.nonmated);
  draw.shuffle(shuffled.mated);
  matching_request threaded = wanted;
  threaded.threads = 3;
  const auto again = compare_at_matched_fpir(shuffled.nonmated, shuffled.mated, threaded).value();
  CHECK(again.limits->limits == got.limits->limits);
  CHECK(again.at_these_thresholds.clustered == got.at_these_thresholds.clustered);
  // Exchanged, the difference turns over.
  for (auto* rows : {&shuffled.nonmated, &shuffled.mated})
    for (auto& row : *rows)
      std::swap(row.first, row.second);
  const auto turned = compare_at_matched_fpir(shuffled.nonmated, shuffled.mated, wanted).value();
  CHECK(turned.difference == -got.difference);
  CHECK(turned.limits->limits.lower == -got.limits->limits.upper);
}

TEST_CASE("a score scale of one's own changes nothing but the threshold") {
  test::random draw(3);
  trial t = draw_trial(draw, 200, 120, 6, {});
  const matching_request wanted{.target = 0.08, .replicates = 199};
  const auto got = compare_at_matched_fpir(t.nonmated, t.mated, wanted).value();
  REQUIRE(got.limits.has_value());
  for (auto* rows : {&t.nonmated, &t.mated})
    for (auto& row : *rows)
      row.second = 64.0F * *row.second; // exact in floats
  const auto scaled = compare_at_matched_fpir(t.nonmated, t.mated, wanted).value();
  CHECK(scaled.difference == got.difference);
  CHECK(scaled.limits->limits == got.limits->limits);
}

TEST_CASE("what cannot be matched is undefined, and few events leave the fixed thresholds only") {
  test::random draw(4);
  const trial t = draw_trial(draw, 60, 30, 4, {});
  const std::vector<scored_by_both> none;
  CHECK(compare_at_matched_fpir(none, t.mated, {}).error().reason == undefined_reason::empty);
  CHECK(compare_at_matched_fpir(t.nonmated, none, {}).error().reason == undefined_reason::empty);
  std::vector<scored_by_both> unscored = t.nonmated;
  for (auto& row : unscored)
    row.second.reset();
  CHECK(compare_at_matched_fpir(unscored, t.mated, {}).error().reason == undefined_reason::not_recorded);
  const auto few = compare_at_matched_fpir(t.nonmated, t.mated, {.target = 0.01}).value();
  CHECK(few.limits.error().reason == undefined_reason::few_effective_events);
  CHECK(few.at_these_thresholds.passages == t.mated.size());
  CHECK(few.widening == 1.0);
  std::vector<scored_by_both> alone = t.nonmated, mated_alone = t.mated;
  for (auto* rows : {&alone, &mated_alone})
    for (auto& row : *rows)
      row.person = 7;
  CHECK(compare_at_matched_fpir(alone, mated_alone, {.target = 0.3}).value().limits.error().reason ==
        undefined_reason::one_cluster);
  CHECK_THROWS_AS((void)compare_at_matched_fpir(t.nonmated, t.mated, {.target = 0.0}), std::invalid_argument);
  unscored.front().first = NAN;
  CHECK_THROWS_AS((void)compare_at_matched_fpir(unscored, t.mated, {}), std::invalid_argument);
  // Nobody left to exclude: the lowest score on record.
  std::vector<scored_by_both> mostly_unscored = t.nonmated;
  for (std::size_t i = 3; i < mostly_unscored.size(); ++i)
    mostly_unscored[i].first.reset();
  const auto open = compare_at_matched_fpir(mostly_unscored, t.mated, {.target = 0.3}).value();
  CHECK(open.first.lowest_recorded);
  CHECK(open.first.false_positives == 3);
  CHECK_FALSE(open.second.lowest_recorded);
}

namespace {

void check_coverage(int runs) {
  const world w;
  // Scores are normal with the sum of both variances, whoever passes.
  const double sd = std::sqrt(w.person_sd * w.person_sd + w.noise_sd * w.noise_sd), target = 0.05;
  const double at = sd * distribution::normal_upper_quantile(target);
  const double truth =
      distribution::normal_above((at - w.mate_first) / sd) - distribution::normal_above((at - w.mate_second) / sd);
  test::random draw(55);
  double chosen = 0, fixed = 0, flat = 0, wider = 0, used = 0;
  for (int run = 0; run < runs; ++run) {
    const trial t = draw_trial(draw, 200, 100, 5, w);
    const auto got = compare_at_matched_fpir(
        t.nonmated, t.mated, {.target = target, .replicates = 399, .from = {.seed = static_cast<std::uint64_t>(run)}});
    if (!got || !got->limits) continue;
    used += 1;
    chosen += got->limits->limits.contains(truth) ? 1 : 0;
    fixed += got->at_these_thresholds.clustered.contains(truth) ? 1 : 0;
    flat += got->at_these_thresholds.flat.contains(truth) ? 1 : 0;
    wider += got->widening;
  }
  const double error = std::sqrt(0.95 * 0.05 / used);
  MESSAGE(used << " of " << runs << " with limits: thresholds chosen again " << chosen / used << ", as if given "
               << fixed / used << ", flat " << flat / used << ", " << wider / used
               << " times as wide, Monte-Carlo error " << error);
  CHECK(used > 0.5 * runs);
  CHECK(chosen / used >= 0.935 - 3.0 * error);
  CHECK(fixed < chosen);
}

} // namespace

TEST_CASE("limits cover when the thresholds are chosen again, and not when they are taken as given") {
  check_coverage(250);
}

TEST_CASE("slow: limits cover when the thresholds are chosen again, long run") { check_coverage(2500); }
