#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/jackknife.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/intervals/weights.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using test::number;

namespace {

std::vector<cluster_tally> counts(const nlohmann::json& list) {
  std::vector<cluster_tally> out;
  for (const auto& x : list) out.push_back({x.get<std::uint64_t>(), 1});
  return out;
}

/// By bit mask over all subsets of the right size, in floating point with a margin for ties.
double brute_force(const std::vector<cluster_tally>& a, const std::vector<cluster_tally>& b) {
  std::vector<cluster_tally> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const auto difference = [&](std::uint32_t first) {
    double x = 0, n = 0, y = 0, m = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool in = (first >> i & 1U) != 0;
      (in ? x : y) += static_cast<double>(all[i].events);
      (in ? n : m) += static_cast<double>(all[i].exposure);
    }
    return std::fabs(y / m - x / n);
  };
  const double observed = difference((1U << a.size()) - 1U);
  int total = 0, far = 0;
  for (std::uint32_t mask = 0; mask < 1U << all.size(); ++mask) {
    if (static_cast<std::size_t>(__builtin_popcount(mask)) != a.size()) continue;
    ++total;
    far += difference(mask) >= observed - 1e-12 ? 1 : 0;
  }
  return static_cast<double>(far) / total;
}

} // namespace

TEST_CASE("rows permutation, weights and bootstrap.bca of the reference file") {
  std::size_t checked = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method == "permutation.exact_two_group_cluster_counts") {
      const auto r = permutation::two_group_cluster_counts(counts(row.inputs.at("a")), counts(row.inputs.at("b"))).value();
      CHECK(row.within.holds(r.difference, number(row.expected.at("obs"))));
      CHECK(row.within.holds(r.p_value, number(row.expected.at("p"))));
      CHECK(r.as_far == row.expected.at("count").get<std::uint64_t>());
      CHECK(r.arrangements == row.expected.at("total").get<std::uint64_t>());
      CHECK(r.exact);
    } else if (row.method == "permutation.monte_carlo_p") {
      CHECK(row.within.holds(permutation::monte_carlo_p(row.inputs.at("b_exceed").get<std::uint64_t>(),
                                                        row.inputs.at("n_perm").get<std::uint64_t>()).value(),
                             number(row.expected.at("p"))));
    } else if (row.method == "weights.kish_neff") {
      CHECK(row.within.holds(weights::kish_neff(row.inputs.at("w").get<std::vector<double>>()).value(),
                             number(row.expected.at("neff"))));
    } else if (row.method == "bootstrap.bca_acceleration_cluster") {
      std::vector<cluster_tally> clusters;
      for (std::size_t i = 0; i < row.inputs.at("cluster_n").size(); ++i)
        clusters.push_back({row.inputs.at("cluster_x")[i].get<std::uint64_t>(), row.inputs.at("cluster_n")[i].get<std::uint64_t>()});
      const auto r = bootstrap::bca_acceleration_cluster(clusters).value();
      CHECK(row.within.holds(r.acceleration, number(row.expected.at("a"))));
      CHECK(row.within.holds(r.variance, number(row.expected.at("jackknife_var"))));
    } else {
      continue;
    }
    ++checked;
  }
  CHECK(checked == 4);
}

TEST_CASE("all arrangements are visited once, with unequal exposures too") {
  test::random draw(5);
  for (int run = 0; run < 60; ++run) {
    std::vector<cluster_tally> a, b;
    for (std::uint64_t i = 1 + draw.below(5); i > 0; --i) a.push_back({draw.below(4), 3 + draw.below(3)});
    for (std::uint64_t i = 1 + draw.below(5); i > 0; --i) b.push_back({draw.below(4), 3 + draw.below(3)});
    CHECK(permutation::two_group_cluster_counts(a, b).value().p_value == doctest::Approx(brute_force(a, b)).epsilon(1e-12));
  }
}

TEST_CASE("drawn arrangements come close to all of them and do not depend on the order of the people") {
  test::random draw(6);
  std::vector<cluster_tally> a, b;
  for (int i = 0; i < 9; ++i) a.push_back({draw.below(3), 4 + draw.below(4)});
  for (int i = 0; i < 8; ++i) b.push_back({draw.below(4), 4 + draw.below(4)});
  const double exact = permutation::two_group_cluster_counts(a, b).value().p_value;
  const permutation::permutation_options drawn{.most_arrangements = 100, .draws = 20'000, .seed = 8};
  const auto r = permutation::two_group_cluster_counts(a, b, drawn).value();
  CHECK_FALSE(r.exact);
  CHECK(r.arrangements == 20'000);
  CHECK(r.p_value == static_cast<double>(r.as_far + 1) / 20'001.0);
  CHECK(std::fabs(r.p_value - exact) < 4.0 * std::sqrt(exact * (1.0 - exact) / 20'000.0));
  draw.shuffle(a);
  draw.shuffle(b);
  CHECK(permutation::two_group_cluster_counts(a, b, drawn).value().as_far == r.as_far);
  CHECK(permutation::two_group_cluster_counts(a, b, {.most_arrangements = 100, .draws = 20'000, .seed = 9}).value().as_far != r.as_far);
}

TEST_CASE("what has no permutation test, and wrong calls") {
  const std::vector<cluster_tally> some{{1, 2}}, none, without{{0, 0}};
  CHECK(permutation::two_group_cluster_counts(some, none).error().reason == undefined_reason::empty);
  CHECK(permutation::two_group_cluster_counts(without, some).error().reason == undefined_reason::empty);
  CHECK(permutation::monte_carlo_p(0, 0).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)permutation::monte_carlo_p(3, 2), std::invalid_argument);
  const std::vector<cluster_tally> large{{0, std::uint64_t{1} << 31U}};
  CHECK_THROWS_AS((void)permutation::two_group_cluster_counts(some, large), std::invalid_argument);
  CHECK_THROWS_AS((void)permutation::two_group_cluster_counts(some, some, {.most_arrangements = 1, .draws = 0}), std::invalid_argument);
}

TEST_CASE("Kish's number ignores the scale of the weights") {
  CHECK(weights::kish_neff(std::vector<double>(7, 1e-200)).value() == doctest::Approx(7.0).epsilon(1e-14));
  CHECK(weights::kish_neff(std::vector<double>{5.0, 0.0}).value() == 1.0);
  CHECK(weights::kish_neff(std::vector<double>{0.0, 0.0}).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)weights::kish_neff(std::vector<double>{1.0, -1.0}), std::invalid_argument);
  CHECK_THROWS_AS((void)weights::kish_neff(std::vector<double>{1.0, NAN}), std::invalid_argument);
}

TEST_CASE("acceleration needs clusters that differ") {
  CHECK(bootstrap::bca_acceleration_cluster(std::vector<cluster_tally>{{1, 3}, {1, 3}, {1, 3}}).error().reason ==
        undefined_reason::no_events);
  CHECK(bootstrap::bca_acceleration_cluster(std::vector<cluster_tally>{{0, 3}, {0, 4}}).error().reason == undefined_reason::no_events);
  CHECK(bootstrap::bca_acceleration_cluster(std::vector<cluster_tally>{{1, 3}}).error().reason == undefined_reason::one_cluster);
  // One cluster in the other direction: d changes sign and so does the skewness.
  const double up = bootstrap::bca_acceleration_cluster(std::vector<cluster_tally>{{0, 4}, {0, 4}, {0, 4}, {3, 4}}).value().acceleration;
  const double down = bootstrap::bca_acceleration_cluster(std::vector<cluster_tally>{{4, 4}, {4, 4}, {4, 4}, {1, 4}}).value().acceleration;
  CHECK(up > 0.0);
  CHECK(down == doctest::Approx(-up).epsilon(1e-12));
}
