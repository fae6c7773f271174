#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/curve_limits.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::bootstrap;

namespace {

constexpr confidence usual{0.95}, ninety{0.90}, extreme{0.9999}, upper_only{0.975};

/// Replicates written down by hand: 999 of them with an exposure of 2000; the one of rank r has 600 + r events at threshold 1,
/// 200 + r / 10 at threshold 2 and none at threshold 3. They come in a scrambled order.
curve_replicates written() {
  curve_replicates out;
  out.thresholds = 3;
  out.replicates = 999;
  out.persons = 50;
  out.observed_exposure = 2000;
  out.observed = {1598, 300, 0};
  out.effective_events = {40.0, 25.0, 0.0};
  out.exposure.assign(999, 2000);
  out.events.resize(3 * 999);
  for (std::uint64_t b = 0; b < 999; ++b) {
    const std::uint64_t rank = b * 10 % 999; // 10 and 999 have no common factor
    out.events[b] = 600 + rank;
    out.events[999 + b] = 200 + rank / 10;
  }
  return out;
}

struct trial_data {
  std::vector<std::uint64_t> entities, starts{0};
  std::vector<std::uint32_t> bins, exposure;
  [[nodiscard]] clustered_bins view(std::uint32_t thresholds) const { return {entities, starts, bins, exposure, thresholds}; }
};

/// Persons of eight passages; each passes a threshold with its share times a factor of their own, 0.6 or 1.4.
trial_data people(test::random& draw, std::size_t count, const std::vector<double>& share) {
  trial_data out;
  for (std::size_t c = 0; c < count; ++c) {
    out.entities.push_back(draw.bits());
    const double own = draw.uniform() < 0.5 ? 0.6 : 1.4;
    for (int i = 0; i < 8; ++i) {
      const double u = draw.uniform();
      std::uint32_t bin = 0;
      for (const double p : share) bin += u < own * p ? 1U : 0U;
      if (bin > 0) out.bins.push_back(bin);
    }
    out.starts.push_back(out.bins.size());
    out.exposure.push_back(8);
  }
  return out;
}

} // namespace

TEST_CASE("percentile limits are ordered replicates, with the error of their rank") {
  const curve_replicates curve = written();
  const auto found = percentile(curve, 1, usual).value();
  CHECK(found.point == 1598.0 / 2000.0);
  // Rank 1000 * 0.025 = 25 from either end; one standard deviation of rank is sqrt(999 * 0.025 * 0.975) = 4.93, so 5.
  CHECK(found.limits.lower == (600.0 + 24.0) / 2000.0);
  CHECK(found.limits.upper == (600.0 + 974.0) / 2000.0);
  CHECK(found.lower_error == doctest::Approx(5.0 / 2000.0).epsilon(1e-12));
  CHECK(found.upper_error == doctest::Approx(5.0 / 2000.0).epsilon(1e-12));
  CHECK(found.limits.method == interval_method::bootstrap_percentile);
  CHECK(found.dropped == 0);
  const auto upper = percentile(curve, 1, upper_only, sides::upper).value();
  CHECK(upper.limits.upper == found.limits.upper);
  CHECK(upper.limits.lower == 0.0);
  const auto second = percentile(curve, 2, usual).value();
  CHECK(second.limits.lower == (200.0 + 2.0) / 2000.0);
  CHECK(second.limits.upper == (200.0 + 97.0) / 2000.0);
}

TEST_CASE("replicates without exposure are dropped and counted, and refused when they are many") {
  curve_replicates curve = written();
  for (std::size_t b = 0; b < 9; ++b) curve.exposure[b] = 0;
  const auto found = percentile(curve, 1, usual).value();
  CHECK(found.dropped == 9);
  // By hand: of ranks 0..998, those of b = 0..8 are 0, 10, .., 80; rank floor(991 * 0.025) = 24 of what is left is 26.
  CHECK(found.limits.lower == (600.0 + 26.0) / 2000.0);
  CHECK(band(curve, ninety).value().dropped == 9);
  curve.exposure[9] = 0;
  CHECK(percentile(curve, 1, usual).error().reason == undefined_reason::empty_replicates);
  CHECK(band(curve, usual).error().reason == undefined_reason::empty_replicates);
  CHECK(choose_threshold(curve, 0.5, usual).error().reason == undefined_reason::empty_replicates);
  CHECK(percentile_at_choice(curve, 0.5, curve, usual).error().reason == undefined_reason::empty_replicates);
}

TEST_CASE("little information and wrong calls") {
  curve_replicates curve = written();
  CHECK(percentile(curve, 3, usual).error().reason == undefined_reason::few_effective_events);
  curve.effective_events[1] = 19.99;
  CHECK(percentile(curve, 2, usual).error().reason == undefined_reason::few_effective_events);
  CHECK(choose_threshold(curve, 0.3, usual).error().reason == undefined_reason::few_effective_events);
  CHECK_THROWS_AS((void)percentile(curve, 0, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)percentile(curve, 4, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)percentile(curve, 1, extreme), std::invalid_argument);
  CHECK_THROWS_AS((void)choose_threshold(curve, -0.1, usual), std::invalid_argument);
  curve.effective_events[0] = 0.0;
  CHECK(band(curve, usual).error().reason == undefined_reason::few_effective_events);
  curve.persons = 1;
  CHECK(percentile(curve, 1, usual).error().reason == undefined_reason::one_cluster);
  curve.persons = 0;
  CHECK(percentile(curve, 1, usual).error().reason == undefined_reason::empty);
  curve_replicates shorter = written();
  shorter.replicates = 900;
  CHECK_THROWS_AS((void)percentile_at_choice(written(), 0.3, shorter, usual), std::invalid_argument);
}

TEST_CASE("the band is the largest studentised distance over its thresholds") {
  const curve_replicates curve = written();
  const auto found = band(curve, usual).value();
  CHECK(found.members == 2);
  CHECK_FALSE(found.limits[2].has_value());
  double error[2] = {}, mean[2] = {};
  std::vector<double> largest(999);
  for (std::uint32_t k = 0; k < 2; ++k) {
    for (std::size_t b = 0; b < 999; ++b) mean[k] += static_cast<double>(curve.events[k * 999 + b]) / 2000.0 / 999.0;
    for (std::size_t b = 0; b < 999; ++b) error[k] += std::pow(static_cast<double>(curve.events[k * 999 + b]) / 2000.0 - mean[k], 2) / 998.0;
    error[k] = std::sqrt(error[k]);
    for (std::size_t b = 0; b < 999; ++b)
      largest[b] = std::max(largest[b], std::fabs(static_cast<double>(curve.events[k * 999 + b]) - static_cast<double>(curve.observed[k])) /
                                            2000.0 / error[k]);
  }
  std::sort(largest.begin(), largest.end());
  CHECK(found.quantile == doctest::Approx(largest[949]).epsilon(1e-12)); // rank 1000 * 0.95
  const auto& first = found.limits[0].value();
  CHECK(first.lower == doctest::Approx(0.799 - largest[949] * error[0]).epsilon(1e-12));
  CHECK(first.upper == doctest::Approx(std::min(1.0, 0.799 + largest[949] * error[0])).epsilon(1e-12));
}

TEST_CASE("a threshold chosen again in every replicate") {
  const curve_replicates curve = written();
  // At most 0.5 = 1000 events: threshold 1 in ranks 0..400, threshold 2 in the others; observed 1598, so threshold 2.
  const auto found = choose_threshold(curve, 0.5, usual).value();
  CHECK(found.observed == 2);
  CHECK(found.lower == 1);
  CHECK(found.upper == 2U);
  CHECK(found.without == 0);
  // The rate there: events 600..1000 in 401 replicates, 200 + rank / 10 = 240..299 in the other 598.
  const auto at = percentile_at_choice(curve, 0.5, curve, usual).value();
  CHECK(at.point == 300.0 / 2000.0);
  std::vector<double> values;
  for (int rank = 0; rank < 999; ++rank) values.push_back((rank <= 400 ? 600 + rank : 200 + rank / 10) / 2000.0);
  std::sort(values.begin(), values.end());
  CHECK(at.limits.lower == values[24]);
  CHECK(at.limits.upper == values[974]);

  curve_replicates high = curve;
  for (std::size_t b = 0; b < 40; ++b) high.events[2 * 999 + b] = high.events[999 + b];
  for (std::size_t b = 0; b < 999; ++b) high.events[999 + b] = std::max(high.events[999 + b], high.events[2 * 999 + b]);
  const auto open = choose_threshold(high, 0.1, usual); // 200 events: observed needs threshold 3, which has no information
  CHECK(open.error().reason == undefined_reason::few_effective_events);
  high.effective_events[2] = 30.0;
  const auto beyond = choose_threshold(high, 0.1, usual).value();
  CHECK(beyond.observed == 3);
  CHECK(beyond.without == 39); // of 40 replicates only the one of rank 0 has as few as 200 events
  CHECK_FALSE(beyond.upper.has_value());
  high.observed[2] = 250;
  CHECK(choose_threshold(high, 0.1, usual).error().reason == undefined_reason::not_recorded);
  CHECK(percentile_at_choice(high, 0.1, curve, usual).error().reason == undefined_reason::not_recorded);
}

TEST_CASE("with many people percentile limits agree with those from the variance between persons") {
  test::random draw(81);
  const std::vector<double> share{0.4, 0.2, 0.1};
  const trial_data data = people(draw, 600, share);
  const curve_replicates curve = curve_bootstrap(data.view(3), {.replicates = 4000, .from = {.seed = 1}});
  for (std::uint32_t k = 1; k <= 3; ++k) {
    std::vector<cluster_tally> clusters;
    for (std::size_t c = 0; c < 600; ++c) {
      cluster_tally one{0, 8};
      for (std::uint64_t row = data.starts[c]; row < data.starts[c + 1]; ++row) one.events += data.bins[row] >= k ? 1 : 0;
      clusters.push_back(one);
    }
    const auto wilson = cluster::wilson_neff(clusters, usual).value();
    const auto found = percentile(curve, k, usual).value();
    const double width = wilson.upper - wilson.lower;
    CHECK(std::fabs(found.limits.lower - wilson.lower) < 0.05 * width + 4.0 * found.lower_error);
    CHECK(std::fabs(found.limits.upper - wilson.upper) < 0.05 * width + 4.0 * found.upper_error);
    CHECK(found.lower_error < 0.05 * width);
  }
}

namespace {

void check_coverage(int runs) {
  test::random draw(82);
  const std::vector<double> share{0.4, 0.25, 0.15, 0.1};
  int pointwise = 0, together = 0, all_pointwise = 0;
  for (int run = 0; run < runs; ++run) {
    const trial_data data = people(draw, 150, share);
    const curve_replicates curve = curve_bootstrap(data.view(4), {.replicates = 999, .from = {.seed = static_cast<std::uint64_t>(run)}});
    const auto whole = band(curve, usual).value();
    bool in_band = true, in_limits = true;
    for (std::uint32_t k = 1; k <= 4; ++k) {
      in_band = in_band && whole.limits[k - 1].value().contains(share[k - 1]);
      const bool in = percentile(curve, k, usual).value().limits.contains(share[k - 1]);
      in_limits = in_limits && in;
      if (k == 2) pointwise += in ? 1 : 0;
    }
    together += in_band ? 1 : 0;
    all_pointwise += in_limits ? 1 : 0;
  }
  const auto of = [&](int hits) { return static_cast<double>(hits) / runs; };
  const double error = std::sqrt(0.95 * 0.05 / runs);
  MESSAGE("at one threshold " << of(pointwise) << ", band " << of(together) << ", pointwise limits taken together "
                              << of(all_pointwise) << ", Monte-Carlo error " << error);
  CHECK(of(pointwise) >= 0.935 - 3.0 * error);
  CHECK(of(together) >= 0.935 - 3.0 * error);
  CHECK(of(all_pointwise) < of(together));
}

} // namespace

TEST_CASE("limits cover at a threshold, the band at all of them") { check_coverage(300); }

TEST_CASE("slow: limits cover at a threshold, the band at all of them, long run") { check_coverage(4000); }

TEST_CASE("limits of any statistic are ordered replicates, ends of one-sided limits those given") {
  std::vector<double> values;
  for (int i = 998; i >= 0; --i) values.push_back(i / 999.0 - 0.5);
  const auto two = percentiles_of(values, 0.01, -1.0, 1.0, 3, usual);
  CHECK(two.limits.lower == 24 / 999.0 - 0.5); // rank 25 of 999
  CHECK(two.limits.upper == 974 / 999.0 - 0.5);
  CHECK(two.point == 0.01);
  CHECK(two.dropped == 3);
  const auto upper = percentiles_of(values, 0.01, -1.0, 1.0, 0, usual, sides::upper);
  CHECK(upper.limits.lower == -1.0);
  CHECK(upper.limits.upper == 949 / 999.0 - 0.5); // rank 950
  CHECK(percentiles_of(values, 0.01, -1.0, 1.0, 0, usual, sides::lower).limits.upper == 1.0);
  CHECK_THROWS_AS((void)percentiles_of(std::vector<double>(30, 0.1), 0.1, -1.0, 1.0, 0, usual), std::invalid_argument);
}
