// How often groups that fare alike are called different, and groups that do not are called equivalent, when people pass more
// than once and some of them raise most of the alerts.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/compare_groups.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr std::size_t seeds = 1000;

/// People with 1 to 20 passages, whose mean rate is `rate`. Of rare events one person in ten has nine times as many as the others;
/// of common ones every person's rate lies 0.2 above or below.
group_clusters people(std::uint32_t first, std::uint32_t n, double rate, test::random& random) {
  group_clusters out;
  const double quiet = rate / (0.9 + 0.1 * 9.0);
  const bool rare = 9.0 * quiet <= 1.0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t passes = 1 + random.below(20);
    const double own = rare ? (random.uniform() < 0.1 ? 9.0 * quiet : quiet) : rate + (random.uniform() < 0.5 ? 0.2 : -0.2);
    std::uint64_t events = 0;
    for (std::uint64_t k = 0; k < passes; ++k) events += random.uniform() < own ? 1 : 0;
    out.clusters.push_back(first + i);
    out.tallies.push_back({events, passes});
  }
  return out;
}

std::vector<group_clusters> groups_with(const std::vector<double>& rates, const std::vector<std::uint32_t>& sizes, std::uint64_t seed) {
  test::random random(seed);
  std::vector<group_clusters> out;
  std::uint32_t first = 0;
  for (std::size_t g = 0; g < rates.size(); ++g) {
    out.push_back(people(first, sizes[g], rates[g], random));
    out.back().label = std::string(1, static_cast<char>('a' + g));
    first += sizes[g];
  }
  return out;
}

/// Three Monte-Carlo standard errors above a nominal share.
double at_most(double nominal) { return nominal + 3.0 * std::sqrt(nominal * (1.0 - nominal) / static_cast<double>(seeds)); }

struct answers {
  double any_different = 0, any_equivalent = 0, all_defined = 0;
};

template <class Compare> answers simulate(const std::vector<double>& rates, const std::vector<std::uint32_t>& sizes, const std::vector<group_pair>& family, double margin, const Compare& compare) {
  answers out;
  comparison_rule rule;
  rule.margin = margin;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    bool different = false, equivalent = false, defined = true;
    for (const judged_pair& pair : compare(groups_with(rates, sizes, seed), family, rule)) {
      defined = defined && pair.made.has_value();
      different = different || (pair.made && pair.made->verdict.different);
      equivalent = equivalent || (pair.made && pair.made->verdict.equivalent);
    }
    out.any_different += different ? 1.0 / static_cast<double>(seeds) : 0;
    out.any_equivalent += equivalent ? 1.0 / static_cast<double>(seeds) : 0;
    out.all_defined += defined ? 1.0 / static_cast<double>(seeds) : 0;
  }
  return out;
}

const auto ratios = [](const auto& groups, const auto& family, const comparison_rule& rule) { return compare_ratios(groups, family, rule); };
const auto differences = [](const auto& groups, const auto& family, const comparison_rule& rule) { return compare_differences(groups, family, rule); };

} // namespace

TEST_CASE("slow: four equal groups of different size are called different no more often than promised") {
  const std::vector<std::uint32_t> sizes{500, 200, 150, 80};
  for (const double rate : {0.01, 0.05}) {
    CAPTURE(rate);
    const answers found = simulate({rate, rate, rate, rate}, sizes, all_pairs(4), 1.25, ratios);
    CHECK(found.any_different <= at_most(0.05));
    CHECK(found.all_defined > 0.95);
  }
  CHECK(simulate({0.8, 0.8, 0.8, 0.8}, sizes, all_pairs(4), 0.05, differences).any_different <= at_most(0.05));
  CHECK(simulate({0.3, 0.3, 0.3, 0.3}, sizes, pairs_with(4, everybody_else), 0.05, differences).any_different <= at_most(0.05));
}

TEST_CASE("slow: groups exactly at the margin are called equivalent no more often than promised") {
  CHECK(simulate({0.125, 0.1}, {600, 600}, all_pairs(2), 1.25, ratios).any_equivalent <= at_most(0.05));
  CHECK(simulate({0.04, 0.02}, {1500, 1500}, all_pairs(2), 2.0, ratios).any_equivalent <= at_most(0.05));
  CHECK(simulate({0.55, 0.5}, {800, 800}, all_pairs(2), 0.05, differences).any_equivalent <= at_most(0.05));
}

TEST_CASE("slow: a threefold difference is found, and enough data show equal groups to be equivalent") {
  CHECK(simulate({0.06, 0.02, 0.02}, {300, 500, 200}, pairs_with(3, 1), 1.25, ratios).any_different > 0.95);
  CHECK(simulate({0.1, 0.1}, {4000, 4000}, all_pairs(2), 1.25, ratios).any_equivalent > 0.8);
}
