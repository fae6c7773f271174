#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/quantile.hpp>

#include "generator/candidate_sampler.hpp"
#include "simulation/designs.hpp"
#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::synthetic;

namespace {

// Each check of this file fails for one in a million seeds if the sampler is right; the seeds are fixed.
constexpr double false_alarm = 1e-6;

double chance_above(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

/// The chance that list person j reaches `score`, written out from the model.
double chance_of(const trial_design& d, const listed_person& j, std::uint32_t group, double passer_effect,
                 double score) {
  const double mean = d.scores.base + passer_effect + j.effect + (j.group == group ? d.groups[group].elevation : 0.0);
  return 1.0 - std::pow(1.0 - chance_above((score - mean) / d.scores.noise_sd), static_cast<double>(j.images));
}

/// Pearson's statistic of counts against expectations; cells expecting fewer than 20 are pooled.
double p_value(const std::vector<double>& seen, const std::vector<double>& expected) {
  double statistic = 0.0, cells = 0.0, rest_seen = 0.0, rest_expected = 0.0;
  const auto add = [&](double o, double e) {
    statistic += (o - e) * (o - e) / e;
    cells += 1.0;
  };
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (expected[i] >= 20.0) {
      add(seen[i], expected[i]);
    } else {
      rest_seen += seen[i];
      rest_expected += expected[i];
    }
  if (rest_expected > 0.0) add(rest_seen, rest_expected);
  return distribution::gamma_above((cells - 1.0) / 2.0, statistic / 2.0);
}

struct search_setting {
  trial_design design = test::everything();
  watchlist list = draw_watchlist(design, 5);
  std::uint32_t group = 1;
  double passer_effect = 0.035; // a wolf of 1.2 standard deviations
  double recorded = 0.5;
  std::uint32_t left_out = 3;
};

/// Every search by the sampler under test.
std::vector<std::vector<candidate>> drawn(const search_setting& s, std::uint32_t searches) {
  const candidate_sampler sampler(s.design, s.list, std::llround(s.recorded * score_steps));
  candidate_sampler::reach reach;
  sampler.reach_of(s.group, s.passer_effect, reach);
  std::vector<std::vector<candidate>> out(searches);
  for (std::uint32_t i = 0; i < searches; ++i) {
    random_stream from(77, drawn_for::passage, 9, i);
    sampler.draw(reach, s.left_out, from, out[i]);
    std::sort(out[i].begin(), out[i].end(), ranks_before);
  }
  return out;
}

/// Every search by comparing with every image of everyone.
std::vector<std::vector<candidate>> compared(const search_setting& s, std::uint32_t searches) {
  test::random draw(20241105);
  std::vector<std::vector<candidate>> out(searches);
  for (auto& found : out) {
    for (std::uint32_t j = 0; j < s.list.persons.size(); ++j) {
      const listed_person& one = s.list.persons[j];
      double best = -10.0;
      for (std::uint32_t image = 0; image < one.images; ++image) {
        const double u = draw.uniform(), v = draw.uniform(); // Box and Muller
        best = std::fmax(best, std::sqrt(-2.0 * std::log(1.0 - u)) * std::cos(6.283185307179586 * v));
      }
      const double elevation = one.group == s.group ? s.design.groups[s.group].elevation : 0.0;
      const double score =
          s.design.scores.base + s.passer_effect + one.effect + elevation + s.design.scores.noise_sd * best;
      if (score >= s.recorded && j != s.left_out) found.push_back({j, static_cast<float>(score)});
    }
    std::sort(found.begin(), found.end(), ranks_before);
  }
  return out;
}

constexpr std::uint32_t many = 100000;

} // namespace

TEST_CASE("each listed person is returned as often as the model says") {
  const search_setting s;
  std::vector<double> seen(s.list.persons.size(), 0.0);
  for (const auto& found : drawn(s, many))
    for (const candidate& c : found)
      seen[c.person] += 1.0;
  double statistic = 0.0, cells = 0.0;
  for (std::uint32_t j = 0; j < s.list.persons.size(); ++j) {
    const double p =
        j == s.left_out ? 0.0 : chance_of(s.design, s.list.persons[j], s.group, s.passer_effect, s.recorded);
    if (j == s.left_out) CHECK(seen[j] == 0.0);
    if (many * p < 20.0) continue;
    statistic += (seen[j] - many * p) * (seen[j] - many * p) / (many * p * (1.0 - p));
    cells += 1.0;
  }
  CHECK(cells > 60.0);
  CHECK(distribution::gamma_above(cells / 2.0, statistic / 2.0) > false_alarm);
}

TEST_CASE("listed persons are returned independently of each other") {
  const search_setting s;
  std::vector<double> exactly{1.0}; // the number returned: one person after another
  for (std::uint32_t j = 0; j < s.list.persons.size(); ++j) {
    if (j == s.left_out) continue;
    const double p = chance_of(s.design, s.list.persons[j], s.group, s.passer_effect, s.recorded);
    exactly.push_back(0.0);
    for (std::size_t k = exactly.size(); k-- > 0;)
      exactly[k] = exactly[k] * (1.0 - p) + (k > 0 ? exactly[k - 1] * p : 0.0);
  }
  std::vector<double> seen(exactly.size(), 0.0), expected;
  double mean = 0.0;
  for (const auto& found : drawn(s, many)) {
    seen[found.size()] += 1.0;
    mean += static_cast<double>(found.size()) / many;
  }
  for (const double p : exactly)
    expected.push_back(many * p);
  CHECK(mean > 2.0); // the setting exercises several candidates per search
  CHECK(p_value(seen, expected) > false_alarm);
}

TEST_CASE("scores above the recording threshold follow the model, and so does the highest") {
  const search_setting s;
  constexpr int bins = 40;
  std::vector<double> placed(bins, 0.0), top(bins, 0.0), expected(bins, 0.0);
  double all = 0.0, nobody = 0.0;
  const auto none_above = [&](double score) {
    double log_none = 0.0;
    for (std::uint32_t j = 0; j < s.list.persons.size(); ++j)
      if (j != s.left_out)
        log_none += std::log1p(-chance_of(s.design, s.list.persons[j], s.group, s.passer_effect, score));
    return std::exp(log_none);
  };
  for (const auto& found : drawn(s, many)) {
    for (const candidate& c : found) {
      const listed_person& j = s.list.persons[c.person];
      // Half a step undoes the cut to six decimals on average.
      const double share = chance_of(s.design, j, s.group, s.passer_effect, static_cast<double>(c.score) + 0.5e-6) /
                           chance_of(s.design, j, s.group, s.passer_effect, s.recorded);
      placed[std::min<std::size_t>(bins - 1, static_cast<std::size_t>(share * bins))] += 1.0;
      all += 1.0;
    }
    if (found.empty()) {
      nobody += 1.0;
    } else {
      const double below = none_above(static_cast<double>(found[0].score));
      top[std::min<std::size_t>(bins - 1, static_cast<std::size_t>(below * bins))] += 1.0;
    }
  }
  std::fill(expected.begin(), expected.end(), all / bins);
  CHECK(p_value(placed, expected) > false_alarm);
  const double empty = none_above(s.recorded);
  std::vector<double> seen{nobody}, wanted{many * empty};
  for (int b = 0; b < bins; ++b) {
    const double low = std::fmax(empty, static_cast<double>(b) / bins), high = static_cast<double>(b + 1) / bins;
    if (high <= empty) continue;
    seen.push_back(top[static_cast<std::size_t>(b)]);
    wanted.push_back(many * (high - low));
  }
  CHECK(wanted.size() > 20);
  CHECK(p_value(seen, wanted) > false_alarm);
}

TEST_CASE("the sampler agrees with comparing everyone: numbers, first and second scores, who is first") {
  search_setting s;
  s.group = 0;
  s.passer_effect = -0.01;
  s.recorded = 0.48;
  std::map<std::vector<int>, std::array<double, 2>> cells; // number returned, bin of the first, bin of the second
  std::vector<std::array<double, 2>> firsts(s.list.persons.size(), {0.0, 0.0});
  constexpr std::uint32_t searches = 40000;
  const auto both = {drawn(s, searches), compared(s, searches)};
  std::size_t which = 0;
  for (const auto& runs : both) {
    for (const auto& found : runs) {
      const auto bin = [&found](std::size_t rank) {
        return found.size() > rank ? static_cast<int>((static_cast<double>(found[rank].score) - 0.48) / 0.02) : -1;
      };
      cells[{static_cast<int>(found.size()), bin(0), bin(1)}][which] += 1.0;
      if (!found.empty()) firsts[found[0].person][which] += 1.0;
    }
    ++which;
  }
  // Two samples of one size: (a - b)^2 / (a + b) per cell; thin cells are pooled.
  const auto homogeneity = [](const auto& pairs, const auto& of) {
    double statistic = 0.0, degrees = -1.0, a = 0.0, b = 0.0;
    for (const auto& pair : pairs) {
      a += of(pair)[0];
      b += of(pair)[1];
      if (a + b < 40.0) continue;
      statistic += (a - b) * (a - b) / (a + b);
      degrees += 1.0;
      a = b = 0.0;
    }
    CHECK(degrees >= 15.0);
    return distribution::gamma_above(degrees / 2.0, statistic / 2.0);
  };
  CHECK(homogeneity(cells, [](const auto& pair) { return pair.second; }) > false_alarm);
  CHECK(homogeneity(firsts, [](const auto& pair) { return pair; }) > false_alarm);
}

TEST_CASE("a passer who resembles everyone returns everyone, and one who resembles nobody no one") {
  search_setting s;
  s.passer_effect = 5.0;
  const auto all = drawn(s, 3);
  for (const auto& found : all)
    CHECK(found.size() == s.list.persons.size() - 1);
  s.passer_effect = -5.0;
  for (const auto& found : drawn(s, 3))
    CHECK(found.empty());
}
