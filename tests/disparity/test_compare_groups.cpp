#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/compare_groups.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence at_95{0.95};

/// People of one group, each with some passages, of which the events come in bursts: `wild` of the people have most of them.
group_clusters people(const std::string& label, std::uint32_t first, std::uint32_t n, double wild, double rate, test::random& random) {
  group_clusters out;
  out.label = label;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t passes = 1 + random.below(12);
    const double own = random.uniform() < wild ? std::min(1.0, 0.8 * rate / wild) : 0.2 * rate / (1.0 - wild);
    std::uint64_t events = 0;
    for (std::uint64_t k = 0; k < passes; ++k) events += random.uniform() < own ? 1 : 0;
    out.clusters.push_back(first + i);
    out.tallies.push_back({events, passes});
  }
  return out;
}

std::vector<group_clusters> four_groups(std::uint64_t seed) {
  test::random random(seed);
  return {people("a", 0, 300, 0.1, 0.03, random), people("b", 300, 250, 0.1, 0.03, random), people("c", 550, 200, 0.1, 0.09, random), people("d", 750, 150, 0.1, 0.03, random)};
}

comparison_rule rule_at(double level, std::optional<double> margin = std::nullopt) {
  comparison_rule out;
  out.level = confidence::checked(level);
  out.margin = margin;
  return out;
}

/// The smallest alpha at which a comparison leaves out equality, by halving, from intervals made one at a time.
template <class Compare> double p_value(const Compare& compare, const std::vector<group_clusters>& groups, group_pair pair, double equality) {
  double low = 1e-12, high = 0.49;
  const auto excluded = [&](double alpha) {
    const auto made = compare(groups, std::vector{pair}, rule_at(1.0 - alpha));
    return made.front().made->made.lower > equality || made.front().made->made.upper < equality;
  };
  if (!excluded(high)) return 1.0;
  for (int step = 0; step < 60; ++step) (excluded(std::sqrt(low * high)) ? high : low) = std::sqrt(low * high);
  return high;
}

} // namespace

TEST_CASE("which groups differ is decided as Holm's procedure on the p values of the single comparisons") {
  const auto ratios = [](const auto& groups, const auto& pairs, const comparison_rule& rule) { return compare_ratios(groups, pairs, rule); };
  const auto differences = [](const auto& groups, const auto& pairs, const comparison_rule& rule) { return compare_differences(groups, pairs, rule); };
  std::size_t found = 0;
  const auto check = [&](const auto& compare, double equality) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const std::vector<group_clusters> groups = four_groups(seed);
      const std::vector<group_pair> family = all_pairs(groups.size());
      const auto judged = compare(groups, family, rule_at(0.95));
      std::vector<std::pair<double, std::size_t>> p;
      for (std::size_t i = 0; i < family.size(); ++i) p.emplace_back(p_value(compare, groups, family[i], equality), i);
      std::sort(p.begin(), p.end());
      bool rejecting = true;
      for (std::size_t i = 0; i < p.size(); ++i) {
        rejecting = rejecting && p[i].first < 0.05 / static_cast<double>(p.size() - i);
        CAPTURE(seed);
        CAPTURE(p[i].second);
        CHECK(judged[p[i].second].made->verdict.different == rejecting);
        found += rejecting ? 1 : 0;
      }
    }
  };
  check(ratios, 1.0);
  check(differences, 0.0);
  CHECK(found > 10);
  CHECK(found < 70);
}

TEST_CASE("a ratio has the limits of the exact conditional test at effective counts worked out here") {
  const std::vector<group_clusters> groups = four_groups(7);
  const auto made = compare_ratios(groups, std::vector<group_pair>{{2, 0}}, rule_at(0.95));
  // Linearised variance and Korn and Graubard's n*, as statistics texts have it; t quantiles of 299 and 199 degrees.
  const auto worth = [](const group_clusters& g, double t_clusters) {
    double x = 0, n = 0, v = 0;
    for (const cluster_tally& c : g.tallies) { x += static_cast<double>(c.events); n += static_cast<double>(c.exposure); }
    const double p = x / n, clusters = static_cast<double>(g.tallies.size());
    for (const cluster_tally& c : g.tallies) v += std::pow(static_cast<double>(c.events) - p * static_cast<double>(c.exposure), 2);
    v *= clusters / (clusters - 1.0) / (n * n);
    const double effective = std::min(n, p * (1.0 - p) / v), t_many = 1.9611; // t at 0.975 with about 1,500 degrees
    return std::pair{p, std::min(n, effective * std::pow(t_many / t_clusters, 2))};
  };
  const auto [pc, nc] = worth(groups[2], 1.9720);
  const auto [pa, na] = worth(groups[0], 1.9679);
  const auto expected = rate_ratio::conditional_effective(pc * nc, nc, pa * na, na, at_95);
  CHECK(made.front().made->point == doctest::Approx(pc / pa).epsilon(1e-12));
  CHECK(made.front().made->made.lower == doctest::Approx(expected->limits.lower).epsilon(1e-3));
  CHECK(made.front().made->made.upper == doctest::Approx(expected->limits.upper).epsilon(1e-3));
  CHECK(made.front().made->made.lower < made.front().made->flat->lower);
  CHECK(made.front().made->made.upper > made.front().made->flat->upper);
}

TEST_CASE("groups turned round turn the comparison round, and their order changes nothing else") {
  const std::vector<group_clusters> groups = four_groups(3), reversed(groups.rbegin(), groups.rend());
  const auto once = compare_ratios(groups, all_pairs(4), rule_at(0.9, 1.5)), again = compare_ratios(reversed, all_pairs(4), rule_at(0.9, 1.5));
  const auto rates = compare_differences(groups, all_pairs(4), rule_at(0.9, 0.05)), mirrored = compare_differences(reversed, all_pairs(4), rule_at(0.9, 0.05));
  const auto turned = [](const auto& all, const std::string& of, const std::string& against) {
    return std::find_if(all.begin(), all.end(), [&](const judged_pair& p) { return p.of == against && p.against == of; });
  };
  for (const judged_pair& pair : once) {
    const auto other = turned(again, pair.of, pair.against);
    REQUIRE(other != again.end());
    CHECK(pair.made->point == doctest::Approx(1.0 / other->made->point).epsilon(1e-12));
    CHECK(pair.made->decided.lower == doctest::Approx(1.0 / other->made->decided.upper).epsilon(1e-9));
    CHECK(pair.made->verdict == other->made->verdict);
  }
  for (const judged_pair& pair : rates) {
    const auto other = turned(mirrored, pair.of, pair.against);
    REQUIRE(other != mirrored.end());
    CHECK(pair.made->point == doctest::Approx(-other->made->point).epsilon(1e-12));
    CHECK(pair.made->decided.upper == doctest::Approx(-other->made->decided.lower).epsilon(1e-9));
    CHECK(pair.made->verdict == other->made->verdict);
  }
}

TEST_CASE("everybody else is all other groups together") {
  const std::vector<group_clusters> groups = four_groups(5);
  const group_clusters others = merge_groups("others", std::vector<const group_clusters*>{&groups[0], &groups[1], &groups[3]});
  CHECK(others.tallies.size() == 700);
  const auto rest = compare_ratios(groups, std::vector<group_pair>{{2, everybody_else}}, rule_at(0.95));
  const auto two = compare_ratios(std::vector{groups[2], others}, std::vector<group_pair>{{0, 1}}, rule_at(0.95));
  CHECK(rest.front().against.empty());
  CHECK(rest.front().made->made == two.front().made->made);
  CHECK(rest.front().made->second == others.total());
}

TEST_CASE("people in both groups are said to be there") {
  test::random random(1);
  const group_clusters day = people("day", 0, 200, 0.1, 0.05, random), night = people("night", 100, 200, 0.1, 0.05, random), elsewhere = people("elsewhere", 300, 200, 0.1, 0.05, random);
  CHECK(compare_ratios(std::vector{day, night}, std::vector<group_pair>{{0, 1}}, rule_at(0.95)).front().made->flags.has(flag::groups_share_clusters));
  CHECK_FALSE(compare_ratios(std::vector{day, elsewhere}, std::vector<group_pair>{{0, 1}}, rule_at(0.95)).front().made->flags.has(flag::groups_share_clusters));
}

TEST_CASE("M19 a group of one person is compared with nobody") {
  const group_clusters one{"one", {0}, {{3, 10}}, 0.0}, many{"many", {1, 2, 3}, {{1, 10}, {2, 10}, {0, 10}}, 0.0};
  for (const auto& judged : {compare_ratios(std::vector{one, many}, std::vector<group_pair>{{0, 1}}, rule_at(0.95)), compare_differences(std::vector{one, many}, std::vector<group_pair>{{0, 1}}, rule_at(0.95))}) {
    REQUIRE_FALSE(judged.front().made.has_value());
    CHECK(judged.front().made.error().reason == undefined_reason::one_cluster);
  }
}

TEST_CASE("a group without events is worth its exposure over the design effect of the others, or its people") {
  test::random random(9);
  const group_clusters loud = people("loud", 0, 400, 0.1, 0.1, random);
  group_clusters quiet{"quiet", {}, {}, 0.0};
  for (std::uint32_t i = 0; i < 50; ++i) { quiet.clusters.push_back(1000 + i); quiet.tallies.push_back({0, 8}); }
  const auto effect = design_effect_to_borrow(std::vector{loud, quiet}, metric_family::share, at_95);
  REQUIRE(effect.has_value());
  CHECK(*effect > 1.0);
  const auto judged = compare_ratios(std::vector{quiet, loud}, std::vector<group_pair>{{0, 1}}, rule_at(0.95));
  CHECK(judged.front().made->point == 0.0);
  CHECK(judged.front().made->made.lower == 0.0);
  CHECK(judged.front().made->made.upper > 0.0);
  CHECK(judged.front().made->flags.has(flag::borrowed_design_effect));
  CHECK(worth_of(quiet.tallies, metric_family::share, at_95, std::nullopt)->counts.exposure == 50.0);
  CHECK(worth_of(quiet.tallies, metric_family::share, at_95, 4.0)->counts.exposure == 100.0);
}

TEST_CASE("M21 what was not found different says how large a difference would have been") {
  const group_clusters few{"few", {0, 1, 2, 3}, {{0, 1000}, {1, 1000}, {0, 1000}, {0, 1000}}, 0.0}, more{"more", {4, 5, 6, 7, 8}, {{1, 5000}, {2, 5000}, {1, 5000}, {1, 5000}, {1, 5000}}, 0.0};
  const auto judged = compare_ratios(std::vector{few, more}, std::vector<group_pair>{{0, 1}}, rule_at(0.95, 1.25));
  CHECK(to_string(judged.front().made->verdict) == "INCONCLUSIVE");
  REQUIRE(judged.front().made->detectable_ratio.has_value());
  CHECK(*judged.front().made->detectable_ratio > 3.0);
  CHECK(judged.front().made->exposure_needed.value() > 1e6);
}

TEST_CASE("wrong calls throw") {
  const std::vector<group_clusters> groups = four_groups(1);
  CHECK_THROWS_AS((void)compare_ratios(groups, std::vector<group_pair>{{0, 0}}, rule_at(0.95)), std::invalid_argument);
  CHECK_THROWS_AS((void)compare_ratios(groups, std::vector<group_pair>{{0, 9}}, rule_at(0.95)), std::invalid_argument);
  CHECK_THROWS_AS((void)compare_ratios(groups, std::vector<group_pair>{{0, 1}}, rule_at(0.95, 1.0)), std::invalid_argument);
  CHECK_THROWS_AS((void)compare_differences(groups, std::vector<group_pair>{{0, 1}}, rule_at(0.95, 1.0)), std::invalid_argument);
  CHECK_THROWS_AS((void)compare_ratios(groups, std::vector<group_pair>{{0, 1}}, rule_at(0.4, 2.0)), std::invalid_argument);
}
