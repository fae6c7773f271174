// A programme that is looked at every week, with the truth on its limit.
#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/series/confidence_sequence.hpp>
#include <lfreval/series/e_value.hpp>

#include "support/random.hpp"

using namespace lfreval;

TEST_CASE("slow: M47 sixty weekly looks raise false alarms in at most one programme of twenty where the ordinary interval raises 28 in 100") {
  constexpr int programmes = 4000, weeks = 60;
  constexpr std::uint64_t faces = 2000;
  constexpr double truth = 0.001;
  constexpr confidence level{0.95};
  const auto tuned = sequential::mixture_prior::near(truth);
  int ordinary = 0, usual = 0, near = 0, evidence = 0, bets = 0;
  test::random random(20240917);
  for (int i = 0; i < programmes; ++i) {
    std::uint64_t x = 0, n = 0;
    bool missed = false, outside = false, outside_near = false, broken = false, bet = false;
    std::vector<sequential::deployment_count> series;
    for (int week = 0; week < weeks; ++week) {
      // Gaps between events of independent faces are geometric.
      std::uint64_t events = 0;
      for (double at = std::floor(std::log1p(-random.uniform()) / std::log1p(-truth)); at < static_cast<double>(faces);
           at += 1.0 + std::floor(std::log1p(-random.uniform()) / std::log1p(-truth)))
        ++events;
      x += events;
      n += faces;
      series.push_back({events, static_cast<double>(faces)});
      missed |= !binomial::clopper_pearson(x, n, level).value().contains(truth);
      outside |= !sequential::beta_mixture(x, n, level).value().contains(truth);
      outside_near |= !sequential::beta_mixture(x, n, level, tuned).value().contains(truth);
      broken |= sequential::log_e_value(x, n, truth, tuned) >= std::log(20.0);
      bet |= sequential::betting_log_e_value(series, truth) >= std::log(20.0);
    }
    ordinary += missed;
    usual += outside;
    near += outside_near;
    evidence += broken;
    bets += bet;
  }
  const auto share = [](int n) { return static_cast<double>(n) / programmes; };
  MESSAGE("at some look: Clopper-Pearson " << share(ordinary) << ", mixture " << share(usual) << ", mixture near the limit " << share(near) << ", e-value " << share(evidence) << ", bets per deployment " << share(bets));
  const double error = 3.0 * std::sqrt(0.284 * 0.716 / programmes);
  CHECK(share(ordinary) > 0.284 - error);
  CHECK(share(ordinary) < 0.284 + error);
  const double nominal = 0.05 + 3.0 * std::sqrt(0.05 * 0.95 / programmes);
  CHECK(share(usual) < nominal);
  CHECK(share(near) < nominal);
  CHECK(share(evidence) < nominal);
  CHECK(share(bets) < nominal);
}

TEST_CASE("slow: false alerts that come in bursts break the evidence of single faces and not the bets on deployments") {
  // One passer in ten who causes a false alert causes ten of them; the rate per face is on the limit.
  constexpr int programmes = 2000, weeks = 60;
  constexpr double faces = 2000.0, truth = 0.001, causes = faces * truth / 1.9;
  int evidence = 0, bets = 0;
  test::random random(77);
  for (int i = 0; i < programmes; ++i) {
    std::uint64_t x = 0, n = 0;
    bool broken = false;
    std::vector<sequential::deployment_count> series;
    bool bet = false;
    for (int week = 0; week < weeks; ++week) {
      std::uint64_t events = 0;
      for (std::uint64_t cause = test::poisson(random, causes); cause > 0; --cause) events += random.uniform() < 0.1 ? 10 : 1;
      x += events;
      n += 2000;
      series.push_back({events, faces});
      broken |= sequential::log_e_value(x, n, truth, sequential::mixture_prior::near(truth)) >= std::log(20.0);
      bet |= sequential::betting_log_e_value(series, truth) >= std::log(20.0);
    }
    evidence += broken;
    bets += bet;
  }
  MESSAGE("bursts: e-value " << evidence << ", bets per deployment " << bets << " of " << programmes);
  CHECK(evidence > programmes / 10);
  CHECK(bets < programmes * 0.05 + 3.0 * std::sqrt(0.0475 * programmes));
}
