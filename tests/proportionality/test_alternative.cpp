#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/proportionality.hpp>

using namespace lfreval;
using decision::site_periods;

namespace {

constexpr confidence at_975{0.975};
constexpr confidence level{0.95};
}

TEST_CASE("M51 before and after without control sites is no effect of a measure") {
  const std::vector<site_periods> changed{{{100, 1000}, {80, 1000}, true}, {{50, 900}, {48, 950}, true}};
  CHECK(decision::difference_in_differences(changed, level).error().reason == undefined_reason::not_recorded);
  CHECK_FALSE(decision::difference_in_differences(changed, level).error().remedy.empty());
  const auto seen = decision::before_and_after(changed, level).value();
  CHECK(seen.flags.has(flag::confounded));
  CHECK(seen.control_sites == 0);
  CHECK(seen.ratio == doctest::Approx((128.0 / 1950.0) / (150.0 / 1900.0)));
}

TEST_CASE("a fall that happened everywhere is none of the measure") {
  std::vector<site_periods> sites;
  for (const bool changed : {true, false})
    for (const std::uint64_t n : {1000U, 2000U, 4000U}) sites.push_back({{n / 10, n}, {n / 20, n}, changed});
  const auto found = decision::difference_in_differences(sites, level).value();
  CHECK(found.ratio == doctest::Approx(1.0));
  CHECK(found.difference == doctest::Approx(0.0));
  CHECK(found.ratio_limits.contains(1.0));
  CHECK_FALSE(found.flags.has(flag::confounded));
}

TEST_CASE("difference in differences by hand") {
  // Two sites in each arm; log-scale influence written out.
  const std::vector<site_periods> sites{{{10, 100}, {30, 100}, true}, {{20, 100}, {30, 100}, true}, {{12, 100}, {20, 100}, false}, {{18, 100}, {20, 100}, false}};
  const auto found = decision::difference_in_differences(sites, level).value();
  CHECK(found.ratio == doctest::Approx((60.0 / 30.0) / (40.0 / 30.0)));
  CHECK(found.difference == doctest::Approx((0.30 - 0.15) - (0.20 - 0.15)));
  // changed: (30-30)/60 - (10-15)/30 = 1/6 and -1/6; control: (20-20)/40 - (12-15)/30 = 1/10 and -1/10; each times 2/1.
  const double v1 = 2.0 * 2.0 / 36.0, v0 = 2.0 * 2.0 / 100.0, degrees = (v1 + v0) * (v1 + v0) / (v1 * v1 + v0 * v0);
  CHECK(found.degrees == doctest::Approx(degrees));
  const double reach = distribution::student_t_upper_quantile(0.025, degrees) * std::sqrt(v1 + v0);
  CHECK(found.ratio_limits.upper == doctest::Approx(1.5 * std::exp(reach)));
  CHECK(found.flags.has(flag::few_clusters));
}

TEST_CASE("one site in an arm is taken as Poisson and says so") {
  const std::vector<site_periods> sites{{{100, 1000}, {50, 1000}, true}, {{80, 1000}, {80, 1000}, false}};
  const auto found = decision::difference_in_differences(sites, level).value();
  CHECK(found.flags.has(flag::one_cluster));
  CHECK(found.flags.has(flag::assumes_independence));
  CHECK(found.degrees == 0.0);
  const double reach = distribution::normal_upper_quantile(0.025) * std::sqrt(1.0 / 100 + 1.0 / 50 + 1.0 / 80 + 1.0 / 80);
  CHECK(found.ratio_limits.lower == doctest::Approx(0.5 * std::exp(-reach)));
  const std::vector<site_periods> none{{{0, 1000}, {5, 1000}, true}, {{8, 1000}, {8, 1000}, false}};
  CHECK(decision::difference_in_differences(none, level).error().reason == undefined_reason::no_events);
}

TEST_CASE("non-inferiority agrees with its own lower limit") {
  for (const double margin : {0.5, 0.7, 0.9}) {
    const auto found = decision::noninferiority_rate_ratio(45, 100.0, 50, 100.0, margin, at_975).value();
    CHECK(found.not_inferior == (found.lower_limit.lower > margin));
    CHECK(found.ratio == doctest::Approx(0.9));
  }
  // Exposure in other units changes nothing.
  CHECK(decision::noninferiority_rate_ratio(45, 1e4, 50, 1e4, 0.7, level).value().p_value == doctest::Approx(decision::noninferiority_rate_ratio(45, 1.0, 50, 1.0, 0.7, level).value().p_value));
  CHECK(decision::noninferiority_rate_ratio(0, 10.0, 5, 10.0, 0.7, level).value().p_value == 1.0);
  CHECK(decision::noninferiority_rate_ratio(0, 10.0, 0, 10.0, 0.7, level).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS((void)decision::noninferiority_rate_ratio(1, 1.0, 1, 1.0, 1.2, level), std::invalid_argument);
}

TEST_CASE("no listed person among those checked without an alert leaves an interval, not a sensitivity of 1") {
  const auto found = verification_bias::begg_greenes({50, 30, 20}, {0, 60, 900}, level).value();
  CHECK(found.sensitivity == 1.0);
  CHECK(found.sensitivity_limits.method == interval_method::corners);
  CHECK(found.sensitivity_limits.upper == 1.0);
  CHECK(found.sensitivity_limits.lower < 0.7);
  CHECK(verification_bias::begg_greenes({0, 3, 1}, {0, 5, 9}, level).error().reason == undefined_reason::no_events);
  CHECK(verification_bias::begg_greenes({5, 3, 1}, {0, 0, 9}, level).error().reason == undefined_reason::empty);
  // Everybody checked: nothing is corrected.
  const auto all = verification_bias::begg_greenes({40, 10, 0}, {8, 90, 0}, level).value();
  CHECK(all.sensitivity == doctest::Approx(all.naive_sensitivity));
  CHECK(all.specificity == doctest::Approx(all.naive_specificity));
}

TEST_CASE("an audit bounds what it did not see, stratum by stratum") {
  // By hand: nothing found in a full audit leaves nothing; one of two, nothing found, may leave one: P(X = 0 | M = 1) = 1/2.
  CHECK(audit::hypergeometric_upper(0, 20, 20, level).value() == 0);
  CHECK(audit::hypergeometric_upper(0, 1, 2, level).value() == 1);
  CHECK(audit::hypergeometric_upper(3, 5, 5, level).value() == 3);
  CHECK(audit::hypergeometric_upper(0, 0, 0, level).value() == 0);
  CHECK(audit::hypergeometric_upper(0, 0, 5, level).error().reason == undefined_reason::empty);
  const std::vector<audit::audited_stratum> strata{{2, 100, 1000}, {0, 200, 9000}};
  const auto found = audit::misses_at_most(strata, level).value();
  CHECK(found.expected == doctest::Approx(20.0));
  CHECK(found.at_most == audit::hypergeometric_upper(2, 100, 1000, at_975).value() + audit::hypergeometric_upper(0, 200, 9000, at_975).value());
  CHECK_THROWS_AS((void)audit::hypergeometric_upper(3, 2, 5, level), std::invalid_argument);
}
