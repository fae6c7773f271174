#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity/stratified.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};
const std::vector<stratified::table> three{{4, 196, 2, 398}, {7, 93, 5, 195}, {1, 99, 0, 300}};

double choose(double n, double k) { return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)); }

/// P(sum of `events` = k) given the margins, at this odds ratio, by enumerating all strata.
std::vector<double> conditional_law(const std::vector<stratified::table>& strata, double odds) {
  std::vector<double> law{1.0};
  for (const auto& s : strata) {
    const auto n1 = static_cast<double>(s.events + s.others), n0 = static_cast<double>(s.reference_events + s.reference_others);
    const auto m1 = s.events + s.reference_events;
    std::vector<double> next(law.size() + m1, 0.0);
    for (std::uint64_t k = 0; k <= m1; ++k)
      for (std::size_t i = 0; i < law.size(); ++i)
        next[i + k] += law[i] * choose(n1, static_cast<double>(k)) * choose(n0, static_cast<double>(m1 - k)) * std::pow(odds, static_cast<double>(k));
    law = next;
  }
  double whole = 0.0;
  for (const double p : law) whole += p;
  for (double& p : law) p /= whole;
  return law;
}

} // namespace

TEST_CASE("the exact common odds ratio and its limits solve their equations, by enumeration") {
  const auto r = stratified::cmh_exact(three, usual).value();
  const std::size_t observed = 12;
  const auto tail_from = [&](double odds) { double sum = 0.0; const auto law = conditional_law(three, odds); for (std::size_t k = observed; k < law.size(); ++k) sum += law[k]; return sum; };
  const auto tail_up_to = [&](double odds) { double sum = 0.0; const auto law = conditional_law(three, odds); for (std::size_t k = 0; k <= observed; ++k) sum += law[k]; return sum; };
  CHECK(tail_from(r.odds.limits.lower) == doctest::Approx(0.025).epsilon(1e-8));
  CHECK(tail_up_to(r.odds.limits.upper) == doctest::Approx(0.025).epsilon(1e-8));
  const auto law = conditional_law(three, r.odds.ratio);
  double mean = 0.0, p = 0.0;
  for (std::size_t k = 0; k < law.size(); ++k) mean += static_cast<double>(k) * law[k];
  CHECK(mean == doctest::Approx(12.0).epsilon(1e-9));
  const auto equal = conditional_law(three, 1.0);
  for (const double one : equal) if (one <= equal[observed] * (1.0 + 1e-7)) p += one;
  CHECK(r.p_value == doctest::Approx(p).epsilon(1e-8));
}

TEST_CASE("swapping the groups turns every stratified ratio over, and the order of the strata is nothing") {
  auto swapped = three;
  for (auto& s : swapped) s = {s.reference_events, s.reference_others, s.events, s.others};
  const auto one = stratified::cmh(three, usual).value(), other = stratified::cmh(swapped, usual).value();
  CHECK(other.chi_square == doctest::Approx(one.chi_square).epsilon(1e-12));
  CHECK(other.odds.ratio == doctest::Approx(1.0 / one.odds.ratio).epsilon(1e-12));
  CHECK(other.odds.limits.lower == doctest::Approx(1.0 / one.odds.limits.upper).epsilon(1e-12));
  const auto exact = stratified::cmh_exact(three, usual).value(), turned = stratified::cmh_exact(swapped, usual).value();
  CHECK(turned.odds.limits.upper == doctest::Approx(1.0 / exact.odds.limits.lower).epsilon(1e-9));
  CHECK(turned.p_value == doctest::Approx(exact.p_value).epsilon(1e-9));
  CHECK(stratified::mh_risk_ratio(swapped, usual).value().ratio == doctest::Approx(1.0 / stratified::mh_risk_ratio(three, usual).value().ratio).epsilon(1e-12));
  CHECK(stratified::breslow_day(swapped).value().breslow_day == doctest::Approx(stratified::breslow_day(three).value().breslow_day).epsilon(1e-8));
  auto shuffled = three;
  std::rotate(shuffled.begin(), shuffled.begin() + 1, shuffled.end());
  CHECK(stratified::cmh(shuffled, usual).value() == one);
  CHECK(stratified::cmh_exact(shuffled, usual).value() == exact);
}

TEST_CASE("strata that say nothing are counted with their exposure and change nothing") {
  auto more = three;
  more.push_back({0, 500, 0, 700});  // no event
  more.push_back({3, 400, 0, 0});    // one group only
  const auto with = stratified::cmh(more, usual).value(), without = stratified::cmh(three, usual).value();
  CHECK(with.odds.ratio == without.odds.ratio);
  CHECK(with.odds.limits == without.odds.limits);
  CHECK(with.odds.strata == 3);
  CHECK(with.odds.silent.strata == 2);
  CHECK(with.odds.silent.exposure == 1603.0);
  CHECK(with.odds.silent.share == doctest::Approx(1603.0 / 2903.0).epsilon(1e-12));
  const std::vector<stratified::rates> rates{{3, 1e4, 4, 3e4}, {0, 5e3, 0, 5e3}, {2, 1e3, 0, 0.0}};
  const auto r = stratified::mh_rate_ratio(rates, usual).value();
  CHECK(r.ratio == doctest::Approx(2.25).epsilon(1e-12)); // of the one stratum that is left
  CHECK(r.silent.strata == 2);
  CHECK(r.silent.exposure == 1.1e4);
}

TEST_CASE("a pooled ratio that reverses within strata is not what the stratified one shows") {
  // Twice the rate in every stratum, and yet a lower rate pooled, because the group passes where alerts are rare.
  const std::vector<stratified::rates> rates{{20, 1e5, 1, 1e4}, {40, 1e4, 200, 1e5}};
  const auto r = stratified::mh_rate_ratio(rates, usual).value();
  CHECK(r.ratio == doctest::Approx(2.0).epsilon(1e-12));
  CHECK(60.0 / 1.1e5 < 201.0 / 1.1e5);
}

TEST_CASE("stratified ratios at the edge are exact or undefined") {
  const std::vector<stratified::table> none{{0, 100, 4, 96}, {0, 50, 2, 48}};
  CHECK(stratified::cmh(none, usual).error().reason == undefined_reason::no_events);
  CHECK(stratified::mh_risk_ratio(none, usual).error().reason == undefined_reason::no_events);
  CHECK(stratified::breslow_day(none).error().reason == undefined_reason::no_events);
  const auto exact = stratified::cmh_exact(none, usual).value();
  CHECK(exact.odds.ratio == 0.0);
  CHECK(exact.odds.limits.lower == 0.0);
  CHECK(exact.odds.limits.upper > 0.1);
  CHECK_FALSE(exact.odds.limits.upper_unbounded());
  const std::vector<stratified::table> all{{4, 96, 0, 100}};
  CHECK(stratified::cmh_exact(all, usual).value().odds.ratio == unbounded);
  CHECK(stratified::cmh_exact(std::vector<stratified::table>{{0, 5, 0, 5}}, usual).error().reason == undefined_reason::no_events);
  CHECK(stratified::breslow_day(std::vector<stratified::table>{{3, 5, 2, 5}}).error().reason == undefined_reason::one_cluster);
  CHECK_THROWS_AS((void)stratified::mh_rate_ratio(std::vector<stratified::rates>{{3, 0.0, 1, 1.0}}, usual), std::invalid_argument);
}

TEST_CASE("the test of homogeneity is small for one odds ratio and large for two") {
  const std::vector<stratified::table> same{{20, 80, 10, 90}, {40, 160, 20, 180}};
  CHECK(stratified::breslow_day(same).value().breslow_day == doctest::Approx(0.0).epsilon(1e-9));
  const std::vector<stratified::table> other{{40, 60, 10, 90}, {10, 90, 40, 60}};
  CHECK(stratified::breslow_day(other).value().p_tarone < 1e-6);
}
