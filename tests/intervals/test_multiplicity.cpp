#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/multiplicity.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95}, narrow{0.8};

/// A hypothesis is rejected when every intersection that holds it is: its adjusted value is the largest value of those.
std::vector<double> closed(const std::vector<double>& p, const std::function<double(std::vector<double>)>& intersection) {
  std::vector<double> out(p.size(), 0.0);
  for (std::uint32_t set = 1; set < 1U << p.size(); ++set) {
    std::vector<double> of;
    for (std::size_t i = 0; i < p.size(); ++i)
      if ((set >> i & 1U) != 0) of.push_back(p[i]);
    const double value = std::min(1.0, intersection(of));
    for (std::size_t i = 0; i < p.size(); ++i)
      if ((set >> i & 1U) != 0) out[i] = std::max(out[i], value);
  }
  return out;
}

double bonferroni(std::vector<double> p) { return static_cast<double>(p.size()) * *std::min_element(p.begin(), p.end()); }

double simes(std::vector<double> p) {
  std::sort(p.begin(), p.end());
  double least = 1.0;
  for (std::size_t i = 0; i < p.size(); ++i) least = std::min(least, static_cast<double>(p.size()) * p[i] / static_cast<double>(i + 1));
  return least;
}

/// P(max |z| <= q) of variables with one common correlation, by the midpoint rule over the common part.
double exchangeable(std::size_t groups, double correlation, double q) {
  double sum = 0.0;
  constexpr int steps = 4000;
  for (int i = 0; i < steps; ++i) {
    const double common = -8.0 + 16.0 * (i + 0.5) / steps, own = std::sqrt(1.0 - correlation);
    const double shift = std::sqrt(correlation) * common;
    const double within = distribution::normal_above((-q - shift) / own) - distribution::normal_above((q - shift) / own);
    sum += std::exp(-common * common / 2.0) * std::pow(within, static_cast<double>(groups)) * 16.0 / steps;
  }
  return sum / std::sqrt(2.0 * 3.14159265358979323846);
}

std::vector<double> matrix(std::size_t groups, double correlation) {
  std::vector<double> out(groups * groups, correlation);
  for (std::size_t i = 0; i < groups; ++i) out[i * groups + i] = 1.0;
  return out;
}

} // namespace

TEST_CASE("Holm and Hommel are the closed tests by Bonferroni and by Simes") {
  test::random draw(31);
  for (int run = 0; run < 40; ++run) {
    std::vector<double> p;
    for (std::uint64_t i = 0; i < 1 + draw.below(7); ++i) p.push_back(run % 3 == 0 ? 0.05 * draw.uniform() : draw.uniform());
    if (run % 5 == 0) p.push_back(p.front()); // ties
    const auto holm = multiplicity::holm(p), hommel = multiplicity::hommel(p), hochberg = multiplicity::hochberg(p);
    const auto by_bonferroni = closed(p, bonferroni), by_simes = closed(p, simes);
    const auto false_rate = multiplicity::benjamini_hochberg(p), any_dependence = multiplicity::benjamini_yekutieli(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK(holm[i] == doctest::Approx(by_bonferroni[i]).epsilon(1e-12));
      CHECK(hommel[i] == doctest::Approx(by_simes[i]).epsilon(1e-12));
      CHECK(hommel[i] <= hochberg[i] * (1.0 + 1e-12));
      CHECK(hochberg[i] <= holm[i] * (1.0 + 1e-12));
      CHECK(false_rate[i] <= hommel[i] * (1.0 + 1e-12));
      CHECK(any_dependence[i] >= false_rate[i]);
      CHECK(false_rate[i] >= p[i]);
    }
    std::vector<double> turned(p.rbegin(), p.rend());
    const auto again = multiplicity::hommel(turned);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(again[p.size() - 1 - i] == hommel[i]);
  }
  CHECK(multiplicity::holm(std::vector<double>{}).empty());
  CHECK(multiplicity::hommel(std::vector<double>{}).empty());
  CHECK_THROWS_AS((void)multiplicity::holm(std::vector<double>{0.1, 1.1}), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::benjamini_hochberg(std::vector<double>{0.1, std::nan("")}), std::invalid_argument);
}

TEST_CASE("simultaneous exact limits share alpha among the groups that have trials") {
  const std::vector<cluster_tally> groups{{3, 10'000}, {0, 0}, {0, 8000}, {12, 30'000}};
  const auto made = multiplicity::bonferroni_clopper_pearson(groups, usual);
  CHECK(made.family == 3);
  CHECK(made.together == usual);
  REQUIRE(made.groups.size() == 4);
  CHECK(made.groups[1].error().reason == undefined_reason::empty);
  const auto third = binomial::clopper_pearson(12, 30'000, confidence::checked(1.0 - 0.05 / 3.0)).value();
  CHECK(made.groups[3].value().lower == doctest::Approx(third.lower).epsilon(1e-12));
  CHECK(made.groups[3]->level.level() == doctest::Approx(1.0 - 0.05 / 3.0).epsilon(1e-12));
  CHECK(multiplicity::bonferroni_clopper_pearson({}, usual).groups.empty());
}

TEST_CASE("the largest of independent normals") {
  CHECK(multiplicity::max_z_quantile(std::size_t{1}, usual) == doctest::Approx(1.959963984540054).epsilon(1e-14));
  for (const std::size_t groups : {2U, 3U, 8U, 40U}) {
    const double q = multiplicity::max_z_quantile(groups, usual);
    CHECK(std::pow(1.0 - 2.0 * distribution::normal_above(q), static_cast<double>(groups)) == doctest::Approx(0.95).epsilon(1e-12));
  }
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(std::size_t{0}, usual), std::invalid_argument);
}

TEST_CASE("the largest of correlated normals") {
  for (const auto& one : {std::pair<std::size_t, double>{2, 0.9}, {3, 0.5}, {8, 0.5}, {8, 0.0}, {5, 0.2}, {20, 0.9}}) {
    const std::size_t groups = one.first;
    const double correlation = one.second;
    CAPTURE(groups);
    CAPTURE(correlation);
    const double q = multiplicity::max_z_quantile(matrix(groups, correlation), usual);
    const double want = distribution::root([&](double at) { return exchangeable(groups, correlation, at) - 0.95; }, 1.9, 4.0);
    CHECK(q == doctest::Approx(want).epsilon(5e-4 / want));
    MESSAGE("error " << q - want);
  }
  // The same variable twice counts once, and so does its opposite.
  CHECK(multiplicity::max_z_quantile(std::vector<double>{1, 1, 1, 1}, usual) == doctest::Approx(1.959963984540054).epsilon(1e-6));
  CHECK(multiplicity::max_z_quantile(std::vector<double>{1, -1, -1, 1}, usual) == doctest::Approx(1.959963984540054).epsilon(1e-6));
  // Deviations of three equal groups from their mean: correlation -1/2, a singular matrix. P(max |z| <= q) by their hexagon:
  // three pairs of sides at distance q from the centre of a standard normal in the plane.
  const double q = multiplicity::max_z_quantile(matrix(3, -0.5), usual);
  double inside = 0.0;
  constexpr int steps = 20'000;
  for (int i = 0; i < steps; ++i) { // over a twelfth of the turn: 1 - exp(-(q / cos)^2 / 2)
    const double angle = 3.14159265358979323846 / 6.0 * (i + 0.5) / steps, reach = q / std::cos(angle);
    inside += (1.0 - std::exp(-reach * reach / 2.0)) / steps;
  }
  CHECK(inside == doctest::Approx(0.95).epsilon(1e-4));
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(std::vector<double>{1, 0.5}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(std::vector<double>{1, 0.5, 0.4, 1}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(std::vector<double>{2, 0.5, 0.5, 2}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(matrix(21, 0.5), usual), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::max_z_quantile(matrix(3, -0.9), usual), std::invalid_argument);
}

TEST_CASE("the quantile over bootstrap replicates needs effective events in every group") {
  // Largest distances 1, 2, ..., 19 in standard errors; the 16th of 19 at 0.8 is 16.
  std::vector<double> replicates;
  for (int b = 1; b <= 19; ++b) {
    replicates.push_back(0.5 + 0.01 * ((b * 7) % 20));
    replicates.push_back(0.25);
  }
  const std::vector<double> estimates{0.5, 0.25}, errors{0.01, 0.02}, enough{20.0, 400.0}, few{19.9, 400.0};
  CHECK(multiplicity::max_t_quantile({replicates, estimates, errors, enough}, narrow).value() == doctest::Approx(16.0).epsilon(1e-9));
  CHECK(multiplicity::max_t_quantile({replicates, estimates, errors, enough}, usual).value() == doctest::Approx(19.0).epsilon(1e-9));
  CHECK(multiplicity::max_t_quantile({replicates, estimates, errors, few}, narrow).error().reason == undefined_reason::few_effective_events);
  const std::vector<double> two_rows(replicates.begin(), replicates.begin() + 4), odd(replicates.begin(), replicates.begin() + 3);
  CHECK_THROWS_AS((void)multiplicity::max_t_quantile({two_rows, estimates, errors, enough}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)multiplicity::max_t_quantile({odd, estimates, errors, enough}, usual), std::invalid_argument);
  const std::vector<double> no_error{0.0, 0.02};
  CHECK_THROWS_AS((void)multiplicity::max_t_quantile({replicates, estimates, no_error, enough}, usual), std::invalid_argument);
}
