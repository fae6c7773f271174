#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/shares.hpp>

using namespace lfreval;

namespace {

constexpr confidence usual{0.95}, one_sided{0.975};

share::baseline two_groups(double first) { return {"passers", "illustration", {first, 1.0 - first}}; }

} // namespace

TEST_CASE("M25: 8 of 10 is a finding or not by the baseline, which has a name and a source (FX9)") {
  const std::vector<std::uint64_t> counts{8, 2};
  struct row { const char* name; double share, p; };
  for (const row& r : std::vector<row>{{"residents", 0.135, 3.8e-6}, {"passers, afternoon", 0.40, 1.2e-2}, {"passers, evening", 0.50, 5.5e-2}}) {
    const auto found = share::compare(counts, 0, {r.name, "count of the footage", {r.share, 1.0 - r.share}}, usual).value();
    CHECK(found.p_excess == doctest::Approx(r.p).epsilon(0.03));
    CHECK(found.baseline == r.name);
    CHECK(found.source == "count of the footage");
    CHECK(found.expected == r.share);
    CHECK(found.observed == 0.8);
    // By hand: P(X >= 8) = 45 s^8 (1-s)^2 + 10 s^9 (1-s) + s^10.
    const double s = r.share;
    CHECK(found.p_excess == doctest::Approx(45 * std::pow(s, 8) * (1 - s) * (1 - s) + 10 * std::pow(s, 9) * (1 - s) + std::pow(s, 10)).epsilon(1e-12));
    // The excess is significant at 0.025 exactly for baselines below the tipping point.
    CHECK((found.p_excess < 0.025) == (r.share < found.tipping_point));
  }
  CHECK_THROWS_AS((void)share::compare(counts, 0, {"", "census", {0.135, 0.865}}, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)share::compare(counts, 0, {"residents", "", {0.135, 0.865}}, usual), std::invalid_argument);
}

TEST_CASE("M26: 8 of 10 is not too few to say anything: the share lies between 0.444 and 0.975 (FX9)") {
  const std::vector<std::uint64_t> counts{8, 2};
  const auto found = share::compare(counts, 0, two_groups(0.5), usual).value();
  CHECK(found.limits.lower == doctest::Approx(0.444).epsilon(1e-3));
  CHECK(found.limits.upper == doctest::Approx(0.975).epsilon(1e-3));
  CHECK(found.limits.method == interval_method::clopper_pearson);
  CHECK(found.tipping_point == found.limits.lower);
  const double tip = share::tipping_point(8, 10, one_sided).value();
  CHECK(tip == doctest::Approx(found.tipping_point).epsilon(1e-12));
  CHECK(share::compare(counts, 0, two_groups(tip), usual).value().p_excess == doctest::Approx(0.025).epsilon(1e-9));
}

TEST_CASE("the exact multinomial test sums what is no more probable, whatever the order of the groups") {
  const std::vector<double> shares{0.2, 0.3, 0.5};
  for (std::uint64_t a = 0; a <= 7; ++a)
    for (std::uint64_t b = 0; a + b <= 7; ++b) {
      const auto at = [&](std::uint64_t i, std::uint64_t j, std::uint64_t k) {
        return std::exp(std::lgamma(8.0) - std::lgamma(double(i) + 1) - std::lgamma(double(j) + 1) - std::lgamma(double(k) + 1)) *
               std::pow(shares[0], double(i)) * std::pow(shares[1], double(j)) * std::pow(shares[2], double(k));
      };
      double want = 0.0;
      for (std::uint64_t i = 0; i <= 7; ++i)
        for (std::uint64_t j = 0; i + j <= 7; ++j)
          if (at(i, j, 7 - i - j) <= at(a, b, 7 - a - b) * (1.0 + 1e-7)) want += at(i, j, 7 - i - j);
      const std::vector<std::uint64_t> counts{a, b, 7 - a - b}, turned{7 - a - b, a, b};
      const auto found = share::exact_multinomial(counts, {"passers", "illustration", shares}).value();
      CHECK(found.p_value == doctest::Approx(std::fmin(1.0, want)).epsilon(1e-10));
      CHECK(found.outcomes == 36);
      CHECK(found.exact);
      CHECK(share::exact_multinomial(turned, {"passers", "illustration", {0.5, 0.2, 0.3}}).value().p_value ==
            doctest::Approx(found.p_value).epsilon(1e-10));
    }
  // Two groups: the two-sided binomial test.
  const std::vector<std::uint64_t> counts{8, 2};
  CHECK(share::exact_multinomial(counts, two_groups(0.4)).value().p_value ==
        doctest::Approx(share::compare(counts, 0, two_groups(0.4), usual).value().p_two_sided).epsilon(1e-12));
  // What a baseline calls impossible and is seen has a p value of 0.
  CHECK(share::exact_multinomial(counts, two_groups(0.0)).value().p_value == 0.0);
}

TEST_CASE("above the stated number of outcomes some are drawn, the same ones for the same seed") {
  const std::vector<std::uint64_t> counts{14, 3, 9, 4};
  const share::baseline against{"passers", "illustration", {0.25, 0.25, 0.3, 0.2}};
  const auto exact = share::exact_multinomial(counts, against).value();
  CHECK(exact.outcomes == 5456); // 33 choose 3
  const auto drawn = share::exact_multinomial(counts, against, {.most_outcomes = 5455, .seed = 5}).value();
  CHECK_FALSE(drawn.exact);
  CHECK(drawn.outcomes == 9999);
  CHECK(std::fabs(drawn.p_value - exact.p_value) < 4.0 * std::sqrt(exact.p_value * (1.0 - exact.p_value) / 9999.0));
  CHECK(drawn.p_value == share::exact_multinomial(counts, against, {.most_outcomes = 5455, .seed = 5}).value().p_value);
  CHECK(drawn.p_value != share::exact_multinomial(counts, against, {.most_outcomes = 5455, .seed = 6}).value().p_value);
  CHECK(share::exact_multinomial(counts, against, {.most_outcomes = 1, .draws = 1}).value().p_value >= 0.5);
}

TEST_CASE("baselines and counts that do not fit are refused, no count at all is undefined") {
  const std::vector<std::uint64_t> counts{8, 2}, none{0, 0}, one{8};
  const auto refused = [&](std::vector<double> shares) {
    const share::baseline against{"residents", "census", std::move(shares)};
    CHECK_THROWS_AS((void)share::compare(counts, 0, against, usual), std::invalid_argument);
    CHECK_THROWS_AS((void)share::exact_multinomial(counts, against), std::invalid_argument);
  };
  refused({});
  refused({13.5, 86.5});
  refused({0.135, 0.86});
  refused({-0.1, 1.1});
  refused({0.2, 0.3, 0.5});
  refused({std::nan(""), 0.5});
  CHECK_THROWS_AS((void)share::compare(counts, 2, two_groups(0.5), usual), std::invalid_argument);
  CHECK_THROWS_AS((void)share::exact_multinomial(one, {"residents", "census", {1.0}}), std::invalid_argument);
  CHECK(share::compare(none, 0, two_groups(0.5), usual).error().reason == undefined_reason::empty);
  CHECK(share::exact_multinomial(none, two_groups(0.5)).error().reason == undefined_reason::empty);
  CHECK(share::tipping_point(0, 0, one_sided).error().reason == undefined_reason::empty);
  CHECK(share::tipping_point(0, 10, one_sided).value() == 0.0);
  CHECK_THROWS_AS((void)share::tipping_point(11, 10, one_sided), std::invalid_argument);
}
