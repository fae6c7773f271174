#include <cmath>
#include <concepts>
#include <type_traits>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

using namespace lfreval;
using namespace lfreval::identification;

namespace {

template <class A, class B>
concept equals = requires(A a, B b) { a == b; };
template <class A, class B>
concept less_than = requires(A a, B b) { a < b; };
template <class A, class B>
concept adds = requires(A a, B b) { a + b; };

} // namespace

TEST_CASE("M10: a false match rate becomes a rate per search by a named projection only") {
  using fmr = identification::false_match_rate;
  using fpir = identification::false_positive_identification_rate;
  static_assert(!std::is_convertible_v<fmr, fpir> && !std::is_convertible_v<fpir, fmr>);
  static_assert(!std::is_assignable_v<fpir&, fmr>);
  static_assert(!equals<fmr, fpir> && !less_than<fmr, fpir> && !equals<fpir, double> && !less_than<double, fmr>);
  static_assert(!adds<fpir, fpir> && !adds<fmr, fpir> && !adds<fmr, double>);
  static_assert(equals<fpir, fpir> && less_than<fmr, fmr>);
  static_assert(std::same_as<decltype(binomial_scaling(fmr(0.0), 1)), projected_rate>);
  const projected_rate got = binomial_scaling(fmr(0.25), 2);
  CHECK(got.rate.value() == doctest::Approx(1.0 - 0.75 * 0.75).epsilon(1e-14));
  CHECK(got.model == projection_model::independent_comparisons);
  CHECK(got.to_persons == 2);
  CHECK(got.expected_candidates == 0.5);
}

TEST_CASE("FX8: 1 in 6,000 against a list of 10,000 is 1 in 3,637 against 16,500 and 1 in 60,000 against 1,000") {
  const false_positive_identification_rate measured(1.0 / 6000);
  CHECK(std::lround(1 / power_scaling(measured, 10'000, 16'500).rate.value()) == 3637);
  // 1 - (1 - 1/6000)^(1/10) by its series: 10 in 599,955.
  CHECK(1 / power_scaling(measured, 10'000, 1'000).rate.value() == doctest::Approx(59995.5).epsilon(1e-7));
  CHECK(std::lround(1 / power_scaling(measured, 10'000, 1'000).rate.value() / 100) * 100 == 60'000);
}

TEST_CASE("projections at the edges") {
  CHECK(binomial_scaling(false_match_rate(1.0), 0).rate.value() == 0.0);
  CHECK(binomial_scaling(false_match_rate(1.0), 3).rate.value() == 1.0);
  CHECK(binomial_scaling(false_match_rate(0.0), 3).rate.value() == 0.0);
  CHECK(power_scaling(false_positive_identification_rate(1.0), 10, 5).rate.value() == 1.0);
  CHECK(power_scaling(false_positive_identification_rate(1.0), 10, 0).rate.value() == 0.0);
  // Four lists of the size measured, drawn independently.
  CHECK(power_scaling(false_positive_identification_rate(0.1), 50, 200).rate.value() ==
        doctest::Approx(1.0 - std::pow(0.9, 4)).epsilon(1e-14));
  CHECK_FALSE(power_scaling(false_positive_identification_rate(0.1), 50, 200).understates_if_passers_differ());
  CHECK_THROWS_AS(static_cast<void>(power_scaling(false_positive_identification_rate(0.1), 0, 5)),
                  std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(binomial_scaling(false_match_rate(0.1), largest_count + 1)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(false_match_rate(1.5)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(false_match_rate(std::nan(""))), std::invalid_argument);
}

TEST_CASE("the effective size undoes the projection, and says when it cannot") {
  const false_match_rate one(1e-4);
  CHECK(effective_watchlist_size(one, binomial_scaling(one, 730).rate).value() ==
        doctest::Approx(730.0).epsilon(1e-12));
  CHECK(effective_watchlist_size(one, false_positive_identification_rate(0.0)).value() == 0.0);
  CHECK(effective_watchlist_size(false_match_rate(0.0), false_positive_identification_rate(0.1)).error().reason ==
        undefined_reason::no_events);
  CHECK(effective_watchlist_size(one, false_positive_identification_rate(1.0)).error().reason ==
        undefined_reason::all_events);
}

namespace {

/// The rate at n of passers whose chance of a false match is exp(mean + sd Z), capped at 1/2, by the trapezoid rule.
double rate_of_mixture(double mean, double sd, double n) {
  double sum = 0.0, weight = 0.0;
  for (double z = -8.0; z <= 8.0; z += 0.005) {
    const double w = std::exp(-0.5 * z * z), chance = std::min(0.5, std::exp(mean + sd * z));
    sum += w * -std::expm1(n * std::log1p(-chance));
    weight += w;
  }
  return sum / weight;
}

} // namespace

TEST_CASE("down-scaling understates when passers differ; the exact form does not assume that they are alike") {
  const double mean = std::log(1e-6), sd = 2.0;
  const double large = rate_of_mixture(mean, sd, 100000.0), small = rate_of_mixture(mean, sd, 1000.0);
  const auto scaled = power_scaling(false_positive_identification_rate(large), 100000, 1000);
  CHECK(scaled.understates_if_passers_differ());
  CHECK(scaled.rate.value() < small / 1.3);
}

TEST_CASE("the direction in which a projection errs is said in words, and is that of a mixture of passers") {
  const double mean = std::log(1e-6), sd = 2.0;
  const double one = rate_of_mixture(mean, sd, 1.0), small = rate_of_mixture(mean, sd, 1000.0), large = rate_of_mixture(mean, sd, 100000.0);
  const auto down = power_scaling(false_positive_identification_rate(large), 100000, 1000),
             up = power_scaling(false_positive_identification_rate(small), 1000, 100000),
             same = power_scaling(false_positive_identification_rate(small), 1000, 1000);
  const auto from_pairs = binomial_scaling(false_match_rate(one), 100000);
  CHECK(down.rate.value() < small);
  CHECK(down.if_passers_differ().substr(0, 7) == "too low");
  CHECK(up.rate.value() > large);
  CHECK(up.overstates_if_passers_differ());
  CHECK(up.if_passers_differ().substr(0, 8) == "too high");
  CHECK(from_pairs.rate.value() > large);
  CHECK(from_pairs.if_passers_differ().substr(0, 8) == "too high");
  CHECK_FALSE(same.overstates_if_passers_differ());
  CHECK_FALSE(same.understates_if_passers_differ());
  CHECK(same.if_passers_differ().find("nothing was projected") != std::string_view::npos);
}
