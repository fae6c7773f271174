#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/paired.hpp>

#include "support/random.hpp"

using namespace lfreval;
using paired::discordant;

namespace {

constexpr confidence usual{0.95}, one_sided{0.975}, low{0.4};

double choose(int n, int k) {
  double out = 1.0;
  for (int i = 1; i <= k; ++i) out = out * (n - k + i) / i;
  return out;
}

/// The score statistic of a difference from the restricted likelihood b ln(q + d) + c ln q + (n - b - c) ln(1 - 2q - d),
/// maximised by golden section, knowing nothing of the quadratic.
double brute_score(double b, double c, double n, double d) {
  const auto log_likelihood = [&](double q) {
    const auto term = [](double count, double share) { return count == 0.0 ? 0.0 : count * std::log(share); };
    return term(b, q + d) + term(c, q) + term(n - b - c, 1.0 - 2.0 * q - d);
  };
  double start = std::max(0.0, -d), high = (1.0 - d) / 2.0;
  const double golden = (std::sqrt(5.0) - 1.0) / 2.0;
  for (int i = 0; i < 200; ++i) {
    const double left = high - golden * (high - start), right = start + golden * (high - start);
    if (log_likelihood(left) > log_likelihood(right)) high = right;
    else start = left;
  }
  const double q = (start + high) / 2.0;
  return (b - c - n * d) / std::sqrt(n * (2.0 * q + d - d * d));
}

} // namespace

TEST_CASE("McNemar's p values are the binomial sums") {
  for (int b = 0; b <= 9; ++b)
    for (int c = 0; c <= 9; ++c) {
      if (b + c == 0) continue;
      double tail = 0.0;
      for (int k = 0; k <= std::min(b, c); ++k) tail += choose(b + c, k) / std::pow(2.0, b + c);
      const double at = choose(b + c, std::min(b, c)) / std::pow(2.0, b + c);
      const auto found = paired::mcnemar_exact(static_cast<std::uint64_t>(b), static_cast<std::uint64_t>(c)).value();
      CHECK(found.p_value == doctest::Approx(std::min(1.0, 2.0 * tail)).epsilon(1e-12));
      CHECK(found.mid_p == doctest::Approx(std::min(1.0, 2.0 * tail - at)).epsilon(1e-12));
    }
  // By hand: 0 against 6 has 2 / 2^6.
  CHECK(paired::mcnemar_exact(0, 6).value().p_value == doctest::Approx(0.03125).epsilon(1e-14));
  CHECK(paired::mcnemar_exact(0, 0).error().reason == undefined_reason::no_events);
}

TEST_CASE("Tango's limits are where the score statistic of the restricted likelihood reaches z") {
  const double z = 1.959963984540054;
  for (const auto& counts : std::vector<std::array<std::uint64_t, 3>>{
           {12, 2, 50}, {9, 0, 30}, {0, 9, 30}, {1, 1, 8}, {3, 5, 1000}, {20, 9, 30}, {40, 1, 100'000}, {7, 8, 15}, {5, 0, 6}}) {
    const std::uint64_t b = counts[0], c = counts[1], n = counts[2];
    CAPTURE(b);
    CAPTURE(c);
    CAPTURE(n);
    const auto found = paired::tango({b, c, n}, usual).value();
    const auto x = static_cast<double>(b), y = static_cast<double>(c), m = static_cast<double>(n);
    CHECK(found.point == (x - y) / m);
    CHECK(found.limits.lower < found.point);
    CHECK(found.limits.upper > found.point);
    CHECK(brute_score(x, y, m, found.limits.lower) == doctest::Approx(z).epsilon(1e-5));
    CHECK(brute_score(x, y, m, found.limits.upper) == doctest::Approx(-z).epsilon(1e-5));
    const auto turned = paired::tango({c, b, n}, usual).value();
    CHECK(turned.limits.lower == -found.limits.upper);
    CHECK(turned.limits.upper == -found.limits.lower);
    CHECK(paired::tango({b, c, n}, one_sided, sides::upper).value().limits.upper == doctest::Approx(found.limits.upper).epsilon(1e-9));
    CHECK(paired::tango({b, c, n}, one_sided, sides::upper).value().limits.lower == -1.0);
  }
}

TEST_CASE("Tango's limits at the edges, in closed form") {
  const double z2 = 1.959963984540054 * 1.959963984540054;
  const auto none = paired::tango({0, 0, 40}, usual).value();
  CHECK(none.limits.upper == doctest::Approx(z2 / (40 + z2)).epsilon(1e-12));
  CHECK(none.limits.lower == -none.limits.upper);
  const auto all = paired::tango({10, 0, 10}, usual).value();
  CHECK(all.limits.upper == 1.0);
  CHECK(all.limits.lower == doctest::Approx((10 - z2) / (10 + z2)).epsilon(1e-12));
  CHECK(brute_score(10, 0, 10, all.limits.lower) == doctest::Approx(std::sqrt(z2)).epsilon(1e-6));
  CHECK(paired::tango({0, 0, 0}, usual).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)paired::tango({3, 3, 5}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)paired::tango({1, 3, 5}, low, sides::upper), std::invalid_argument);
}

TEST_CASE("Tango's interval covers") {
  test::random draw(21);
  constexpr int runs = 2000, passages = 300;
  int covered = 0;
  for (int run = 0; run < runs; ++run) {
    discordant d{0, 0, passages};
    for (int i = 0; i < passages; ++i) {
      const double u = draw.uniform();
      if (u < 0.04) ++d.first_only;
      else if (u < 0.05) ++d.second_only;
    }
    covered += paired::tango(d, usual).value().limits.contains(0.03) ? 1 : 0;
  }
  const double share = static_cast<double>(covered) / runs;
  MESSAGE("coverage " << share);
  CHECK(std::fabs(share - 0.95) < 0.01 + 3.0 * std::sqrt(0.95 * 0.05 / runs));
}

TEST_CASE("the sign-flip test counts every exchange of whole persons") {
  // By hand: nets 2, 1, 1 and an observed sum of 4: only all-plus and all-minus reach it, 2 of 8.
  const std::vector<discordant> three{{2, 0, 5}, {1, 0, 5}, {2, 1, 5}, {1, 1, 5}};
  const auto found = paired::sign_flip(three).value();
  CHECK(found.p_value == 0.25);
  CHECK(found.arrangements == 8);
  CHECK(found.difference == 4.0 / 20.0);
  // With one passage per person the test is McNemar's.
  std::vector<discordant> people;
  for (int i = 0; i < 9; ++i) people.push_back({i < 7 ? 1U : 0U, i < 7 ? 0U : 1U, 1});
  CHECK(paired::sign_flip(people).value().p_value == doctest::Approx(paired::mcnemar_exact(7, 2).value().p_value).epsilon(1e-12));
  CHECK(paired::sign_flip(std::vector<discordant>{{1, 1, 2}}).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS((void)paired::sign_flip(std::vector<discordant>(21, {1, 0, 1})), std::invalid_argument);
}

TEST_CASE("the variance of the clustered difference is the sum over persons") {
  test::random draw(22);
  std::vector<discordant> persons;
  double b = 0, c = 0, n = 0;
  for (int i = 0; i < 15; ++i) {
    const std::uint64_t passes = 2 + draw.below(6);
    persons.push_back({draw.below(2), draw.below(2), passes});
    b += static_cast<double>(persons.back().first_only);
    c += static_cast<double>(persons.back().second_only);
    n += static_cast<double>(passes);
  }
  const double d = (b - c) / n;
  double sum = 0.0;
  for (const auto& one : persons) {
    const double r = static_cast<double>(one.first_only) - static_cast<double>(one.second_only) - d * static_cast<double>(one.passages);
    sum += r * r;
  }
  const auto found = paired::cluster_difference(persons).value();
  CHECK(found.point == d);
  CHECK(found.variance == doctest::Approx(15.0 / 14.0 * sum / n / n).epsilon(1e-12));
  draw.shuffle(persons);
  CHECK(paired::cluster_difference(persons).value().variance == found.variance);
  CHECK(paired::cluster_difference(std::vector<discordant>{{1, 0, 3}}).error().reason == undefined_reason::one_cluster);
  CHECK(paired::cluster_difference(std::vector<discordant>{}).error().reason == undefined_reason::empty);
}

TEST_CASE("the ratio of discordant counts has Clopper-Pearson's odds") {
  const auto found = paired::discordant_ratio(8, 2, usual).value();
  const auto share = binomial::clopper_pearson(8, 10, usual).value();
  CHECK(found.point == 4.0);
  CHECK(found.limits.lower == doctest::Approx(share.lower / (1.0 - share.lower)).epsilon(1e-10));
  CHECK(found.limits.upper == doctest::Approx(share.upper / (1.0 - share.upper)).epsilon(1e-10));
  CHECK(paired::discordant_ratio(0, 0, usual).error().reason == undefined_reason::no_events);
}

TEST_CASE("effective counts give Tango's limits, and wider ones when passages are worth less") {
  for (const auto& counts : std::vector<std::array<std::uint64_t, 3>>{{12, 2, 50}, {0, 9, 30}, {1, 1, 8}, {0, 0, 40}, {20, 9, 30}}) {
    const auto b = static_cast<double>(counts[0]), c = static_cast<double>(counts[1]), n = static_cast<double>(counts[2]);
    const auto whole = paired::tango({counts[0], counts[1], counts[2]}, usual).value().limits;
    const auto same = paired::tango_effective(b, c, n, usual);
    CHECK(same.lower == whole.lower);
    CHECK(same.upper == whole.upper);
    CHECK(same.method == interval_method::tango_effective);
    const auto half = paired::tango_effective(b / 2.0, c / 2.0, n / 2.0, usual);
    CHECK(half.lower < whole.lower);
    CHECK(half.upper > whole.upper);
    if (b > 0.0 && c > 0.0) {
      const double z = 1.959963984540054;
      CHECK(brute_score(b / 2.0, c / 2.0, n / 2.0, half.lower) == doctest::Approx(z).epsilon(1e-5));
      CHECK(brute_score(b / 2.0, c / 2.0, n / 2.0, half.upper) == doctest::Approx(-z).epsilon(1e-5));
    }
  }
  CHECK(paired::tango_effective(1.5, 0.5, 20.0, one_sided, sides::upper).lower == -1.0);
  CHECK_THROWS_AS((void)paired::tango_effective(1.0, 1.0, 1.5, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)paired::tango_effective(0.0, 0.0, 0.0, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)paired::tango_effective(-1.0, 0.0, 5.0, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)paired::tango_effective(1.0, 0.0, 5.0, low, sides::upper), std::invalid_argument);
}
