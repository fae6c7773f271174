#include <cmath>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/missing_labels.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {
constexpr confidence usual{0.95};
} // namespace

TEST_CASE("the bounds hold the interval of every way to complete the labels") {
  for (std::uint64_t t = 0; t <= 12; t += 3)
    for (std::uint64_t f = 0; f <= 12; f += 4)
      for (std::uint64_t u = 0; u <= 9; u += 3) {
        if (t + f + u == 0) continue;
        const auto found = missing::manski_precision(t, f, u, usual).value();
        for (std::uint64_t truly = 0; truly <= u; ++truly) {
          const interval whole = binomial::clopper_pearson(t + truly, t + f + u, usual).value();
          CHECK(found.region.lower <= whole.lower);
          CHECK(found.region.upper >= whole.upper);
          const double share = static_cast<double>(t + truly) / static_cast<double>(t + f + u);
          CHECK(found.lower <= share);
          CHECK(found.upper >= share);
          CHECK(found.parameter.contains(share));
        }
        CHECK(found.parameter.lower >= found.region.lower);
        CHECK(found.parameter.upper <= found.region.upper);
      }
}

TEST_CASE("the ends spend all of alpha only where the unresolved share is wide against its errors") {
  // se at 60 and at 70 of 100: 0.0490 and 0.0458, three of the larger 0.147. At 60 and at 75: 0.0490, so 0.15 is enough.
  const auto narrow = missing::manski_precision(60, 30, 10, usual).value();
  CHECK_FALSE(narrow.one_sided_ends);
  CHECK(narrow.parameter == narrow.region);
  const auto wide = missing::manski_precision(60, 25, 15, usual).value();
  CHECK(wide.one_sided_ends);
  CHECK(wide.parameter.lower == binomial::clopper_pearson(60, 100, usual, sides::lower).value().lower);
  CHECK(wide.parameter.upper == binomial::clopper_pearson(75, 100, usual, sides::upper).value().upper);
  const auto resolved = missing::manski_precision(5, 0, 0, usual).value();
  CHECK_FALSE(resolved.one_sided_ends);
  CHECK(resolved.parameter.upper == 1.0);
  CHECK(resolved.lower == 1.0);
}

TEST_CASE("the normal critical value lies between the one-sided and the two-sided one") {
  CHECK(missing::imbens_manski(60, 40, 0, usual).value().critical == doctest::Approx(1.959963984540054).epsilon(1e-10));
  CHECK(missing::imbens_manski(30, 30, 40, usual).value().critical == doctest::Approx(1.6448536269514722).epsilon(1e-10));
  CHECK(missing::imbens_manski(5, 0, 0, usual).error().reason == undefined_reason::all_events);
}

TEST_CASE("no alert is undefined, and counts that cannot be are refused") {
  CHECK(missing::manski_precision(0, 0, 0, usual).error().reason == undefined_reason::empty);
  CHECK(missing::imbens_manski(0, 0, 0, usual).error().bounds->upper == 1.0);
  CHECK_THROWS_AS(static_cast<void>(missing::manski_precision(std::uint64_t{1} << 53U, 0, 0, usual)), std::invalid_argument);
}

namespace {

struct coverage { double parameter = 0, normal = 0; };

/// Labels go missing with a chance of their own for true alerts only: the worst case for one end.
coverage covered(std::uint64_t alerts, double precision, double unresolved, int runs) {
  test::random from(11);
  coverage out;
  for (int i = 0; i < runs; ++i) {
    std::uint64_t t = 0, f = 0, u = 0;
    for (std::uint64_t a = 0; a < alerts; ++a)
      if (from.uniform() >= precision) ++f;
      else ++(from.uniform() < unresolved / precision ? u : t);
    out.parameter += missing::manski_precision(t, f, u, usual).value().parameter.contains(precision) ? 1.0 / runs : 0.0;
    const auto normal = missing::imbens_manski(t, f, u, usual);
    out.normal += normal && normal->made.contains(precision) ? 1.0 / runs : 0.0;
  }
  return out;
}

void check(int runs) {
  for (const double precision : {0.7, 0.9, 0.97})
    for (const double unresolved : {0.0, 0.05, 0.2}) {
      const coverage found = covered(100, precision, unresolved, runs);
      MESSAGE("precision " << precision << ", unresolved " << unresolved << ": " << found.parameter << ", normal " << found.normal);
      CHECK(found.parameter >= 0.95 - 3.0 * std::sqrt(0.95 * 0.05 / runs));
    }
}

} // namespace

TEST_CASE("the interval of the parameter covers the true precision") { check(500); }
TEST_CASE("slow: the interval of the parameter covers the true precision, long run") { check(20000); }
