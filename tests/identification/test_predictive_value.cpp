#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>
#include <lfreval/intervals/estimate_rate.hpp>

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95}, half{0.5}, less_than_half{0.4};

estimate rate_of(metric_id metric, std::uint64_t events, std::uint64_t exposure) {
  const std::vector<cluster_tally> one{{events, exposure}};
  return estimate_rate(metric, one, usual).value();
}

estimate found() { return rate_of(metric_id::true_positive_identification_rate, 89, 100); }
estimate alarms(std::uint64_t events) { return rate_of(metric_id::false_positive_identification_rate, events, 60000); }

double bayes(double pi, double t, double f) { return pi * t / (pi * t + (1.0 - pi) * f); }

} // namespace

TEST_CASE("predictive value and prevalence undo each other") {
  const true_positive_identification_rate t(0.7);
  const false_positive_identification_rate f(0.002);
  for (const double pi : {0.0, 1e-6, 0.01, 0.5, 1.0}) {
    const double value = positive_predictive_value(pi, t, f).value();
    CHECK(prevalence_for(value, t, f).value() == doctest::Approx(pi).epsilon(1e-12));
  }
  CHECK(positive_predictive_value(0.0, t, f).value() == 0.0);
  CHECK(positive_predictive_value(1.0, t, f).value() == 1.0);
  CHECK(positive_predictive_value(0.0, t, false_positive_identification_rate(0.0)).error().reason ==
        undefined_reason::no_events);
  CHECK(prevalence_for(1.0, t, false_positive_identification_rate(0.0)).error().reason == undefined_reason::no_events);
  CHECK_THROWS_AS(static_cast<void>(positive_predictive_value(1.1, t, f)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(prevalence_for(-0.1, t, f)), std::invalid_argument);
}

TEST_CASE("the range is that of the whole box, and its confidence is what remains of both") {
  const estimate t = found(), f = alarms(10);
  const prevalence_band band{1e-5, 1e-3};
  const predictive_value got = predictive_value_range(t, f, band).value();
  double lowest = 1.0, highest = 0.0;
  for (int i = 0; i <= 10; ++i)
    for (int j = 0; j <= 10; ++j)
      for (int k = 0; k <= 10; ++k) {
        const auto between = [](double a, double b, int step) { return a + (b - a) * step / 10.0; };
        const double value = bayes(between(band.lower, band.upper, i), between(t.headline.lower, t.headline.upper, j),
                                   between(f.headline.lower, f.headline.upper, k));
        lowest = std::min(lowest, value), highest = std::max(highest, value);
      }
  CHECK(got.lower == doctest::Approx(lowest).epsilon(1e-12));
  CHECK(got.upper == doctest::Approx(highest).epsilon(1e-12));
  CHECK(got.point_at_lower.value() == doctest::Approx(bayes(1e-5, 0.89, 10.0 / 60000.0)).epsilon(1e-12));
  CHECK(got.point_at_upper.value() == doctest::Approx(bayes(1e-3, 0.89, 10.0 / 60000.0)).epsilon(1e-12));
  CHECK(got.level.level() == doctest::Approx(0.90).epsilon(1e-12));
  CHECK_FALSE(got.no_false_positives);
  static_assert(predictive_value::is_conservative_box);
}

TEST_CASE("no false positive seen: no point value, an upper end of 1 that says why") {
  const estimate f = alarms(0);
  const predictive_value got = predictive_value_range(found(), f, {1e-4, 1e-4}).value();
  CHECK_FALSE(got.point_at_lower.has_value());
  CHECK_FALSE(got.point_at_upper.has_value());
  CHECK(got.no_false_positives);
  CHECK(got.upper == 1.0);
  CHECK(got.lower == doctest::Approx(bayes(1e-4, found().headline.lower, f.headline.upper)).epsilon(1e-12));
}

TEST_CASE("the observed share of false alerts stands beside, unchanged") {
  const estimate observed = rate_of(metric_id::false_discovery_proportion, 8, 10);
  const predictive_value got = predictive_value_range(found(), alarms(10), {0.0, 1e-4}, observed).value();
  CHECK(got.observed_false_discovery == observed);
  CHECK(got.lower == 0.0);
  CHECK(got.point_at_lower == 0.0);
}

TEST_CASE("estimates of other metrics, one-sided intervals and bands upside down are wrong calls") {
  const auto refused = [](const estimate& t, const estimate& f, prevalence_band band,
                          std::optional<estimate> observed = std::nullopt) {
    CHECK_THROWS_AS(static_cast<void>(predictive_value_range(t, f, band, std::move(observed))), std::invalid_argument);
  };
  refused(alarms(1), alarms(1), {0.1, 0.1});
  refused(found(), found(), {0.1, 0.1});
  refused(found(), alarms(1), {0.2, 0.1});
  refused(found(), alarms(1), {-0.1, 0.1});
  refused(found(), alarms(1), {0.1, 0.1}, alarms(1));
  estimate one_sided = alarms(1);
  one_sided.headline.on = sides::upper;
  refused(found(), one_sided, {0.1, 0.1});
  estimate weak = alarms(1), weaker = found();
  weak.headline.level = half;
  weaker.headline.level = less_than_half;
  CHECK(predictive_value_range(weaker, weak, {0.1, 0.1}).error().reason == undefined_reason::empty);
}
