#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/proportionality.hpp>

#include "support/random.hpp"

using namespace lfreval;
using decision::exchange_rate;

namespace {

constexpr confidence level{0.95};

std::vector<decision::decision_cluster> some_deployments(std::uint64_t seed) {
  test::random draw(seed);
  std::vector<decision::decision_cluster> out;
  for (int i = 0; i < 40; ++i) out.push_back({draw.below(7), draw.below(5), 1000 + draw.below(9000)});
  return out;
}

} // namespace

TEST_CASE("net benefit is linear in the exchange rate and 0 at the break-even") {
  const auto clusters = some_deployments(3);
  const decision::clustered_benefit sums(clusters, cluster_unit::deployment, level);
  const double at0 = sums.at(exchange_rate(0.0)).value().point, at1 = sums.at(exchange_rate(1.0)).value().point;
  for (const double w : {0.1, 0.25, 0.7, 3.0}) CHECK(sums.at(exchange_rate(w)).value().point == doctest::Approx(at0 + w * (at1 - at0)).epsilon(1e-12));
  const double even = decision::break_even(clusters, cluster_unit::deployment, level).value().point;
  CHECK(std::fabs(sums.at(exchange_rate(even)).value().point) < 1e-15);
  CHECK(std::fabs(decision::net_benefit(60, 200, 100000, exchange_rate(decision::break_even(60, 200, level).value().point), level).value().point) < 1e-18);
}

TEST_CASE("the variance between deployments is the sum over deployments written out") {
  const auto clusters = some_deployments(4);
  const decision::clustered_benefit sums(clusters, cluster_unit::deployment, level);
  for (const double w : {0.0, 0.3, 2.0}) {
    const auto found = sums.at(exchange_rate(w)).value();
    double n = 0, v = 0;
    for (const auto& c : clusters) n += static_cast<double>(c.exposure);
    for (const auto& c : clusters) {
      const double own = static_cast<double>(c.gained) - w * static_cast<double>(c.harmed) - found.point * static_cast<double>(c.exposure);
      v += own * own;
    }
    CHECK(found.standard_error == doctest::Approx(std::sqrt(v * 40 / 39) / n).epsilon(1e-12));
    CHECK(found.limits.method == interval_method::influence_t);
    CHECK(found.limits.contains(found.point));
  }
}

TEST_CASE("net benefit does not depend on the order of deployments, and exposure in tenfold units divides it by ten") {
  auto clusters = some_deployments(5);
  const decision::clustered_benefit sums(clusters, cluster_unit::deployment, level);
  const auto before = sums.at(exchange_rate(0.4)).value();
  std::reverse(clusters.begin(), clusters.end());
  CHECK(decision::clustered_benefit(clusters, cluster_unit::deployment, level).at(exchange_rate(0.4)).value() == before);
  for (auto& c : clusters) c.exposure *= 10;
  const auto scaled = decision::clustered_benefit(clusters, cluster_unit::deployment, level).at(exchange_rate(0.4)).value();
  CHECK(scaled.point == doctest::Approx(before.point / 10).epsilon(1e-12));
  CHECK(scaled.limits.lower == doctest::Approx(before.limits.lower / 10).epsilon(1e-12));
}

TEST_CASE("nobody harmed is not a harm of zero: limits are corners and the break-even is unbounded with a lower limit") {
  const auto flat = decision::net_benefit(10, 0, 1000, exchange_rate(0.5), level).value();
  CHECK(flat.limits.method == interval_method::corners);
  CHECK(flat.limits.upper > flat.point);
  // By hand: the exact upper limit of 0 of 1000 at an error of 0.025, halved to each side, is 1 - 0.0125^(1/1000).
  const double harmed = 1.0 - std::pow(0.0125, 1.0 / 1000.0);
  const double gained = binomial::clopper_pearson(10, 1000, confidence{0.975}).value().lower;
  CHECK(flat.limits.lower == doctest::Approx(gained - 0.5 * harmed).epsilon(1e-12));
  const auto even = decision::break_even(10, 0, level).value();
  CHECK(even.point == unbounded);
  CHECK(even.limits.upper == unbounded);
  CHECK(even.limits.lower > 1.0);
  const std::vector<decision::decision_cluster> clusters{{3, 0, 500}, {0, 0, 800}, {1, 0, 900}};
  const auto clustered = decision::clustered_benefit(clusters, cluster_unit::deployment, level).at(exchange_rate(0.5)).value();
  CHECK(clustered.limits.method == interval_method::corners);
  CHECK(clustered.limits.lower < clustered.point);
  CHECK(decision::break_even(clusters, cluster_unit::deployment, level).value().point == unbounded);
}

TEST_CASE("net benefit is undefined without anything to weigh and refuses impossible calls") {
  using enum undefined_reason;
  CHECK(decision::net_benefit(0, 0, 0, exchange_rate(1.0), level).error().reason == empty);
  CHECK(decision::net_benefit(3, 3, 5, exchange_rate(1.0), level).error().reason == events_exceed_exposure);
  CHECK(decision::break_even(0, 0, level).error().reason == no_events);
  const std::vector<decision::decision_cluster> one{{1, 1, 10}}, nothing{{0, 0, 10}, {0, 0, 20}};
  CHECK(decision::clustered_benefit(one, cluster_unit::deployment, level).at(exchange_rate(1.0)).error().reason == one_cluster);
  CHECK(decision::clustered_benefit(nothing, cluster_unit::deployment, level).at(exchange_rate(1.0)).error().reason == no_events);
  CHECK(decision::clustered_benefit({}, cluster_unit::deployment, level).at(exchange_rate(1.0)).error().reason == empty);
  CHECK_THROWS_AS(exchange_rate(-0.1), std::invalid_argument);
  CHECK_THROWS_AS(exchange_rate(std::nan("")), std::invalid_argument);
  CHECK_THROWS_AS((void)decision::exchange_rates(1.0, 0.5, 3), std::invalid_argument);
  CHECK_THROWS_AS((void)decision::cost_optimal_probability(0.0, 1.0), std::invalid_argument);
}

TEST_CASE("exchange rates reach both ends exactly") {
  const auto rates = decision::exchange_rates(0.01, 1.0, 100);
  CHECK(rates.size() == 100);
  CHECK(rates.front().value() == 0.01);
  CHECK(rates.back().value() == 1.0);
  CHECK(rates[49].value() == 0.5);
  CHECK(rates[29].value() == 0.3);
}

TEST_CASE("a decision curve counts as the plain loop does") {
  test::random draw(9);
  std::vector<float> p;
  std::vector<std::uint32_t> listed;
  std::vector<double> at;
  for (int i = 1; i < 100; ++i) at.push_back(i / 100.0);
  for (int i = 0; i < 5000; ++i) {
    listed.push_back(draw.below(10) == 0 ? 1 : 0);
    // Ties are planted on the thresholds.
    p.push_back(draw.below(3) == 0 ? static_cast<float>(at[draw.below(99)]) : static_cast<float>(draw.uniform()));
  }
  const auto curve = decision::decision_curve(p, listed, at).value();
  CHECK(curve.listed + curve.others == 5000);
  for (std::size_t k = 0; k < at.size(); ++k) {
    std::uint64_t right = 0, wrong = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
      if (p[i] >= static_cast<float>(at[k])) (listed[i] != 0 ? right : wrong) += 1;
    CHECK(curve.points[k].gained == right);
    CHECK(curve.points[k].harmed == wrong);
    const double w = at[k] / (1.0 - at[k]);
    CHECK(curve.points[k].net_benefit == doctest::Approx((static_cast<double>(right) - w * static_cast<double>(wrong)) / 5000.0).epsilon(1e-13));
  }
  CHECK(decision::decision_curve(p, listed, at, 2).value().points == curve.points);
  CHECK_THROWS_AS((void)decision::decision_curve(p, std::vector<std::uint32_t>(3, 0), at), std::invalid_argument);
  p[7] = 1.5F;
  CHECK_THROWS_AS((void)decision::decision_curve(p, listed, at), std::invalid_argument);
  p[7] = std::nanf("");
  CHECK_THROWS_AS((void)decision::decision_curve(p, listed, at), std::invalid_argument);
}
