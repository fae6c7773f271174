#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/curve_bootstrap.hpp>

#include "support/random.hpp"

using namespace lfreval;
using bootstrap::clustered_bins;
using bootstrap::curve_bootstrap;
using bootstrap::curve_replicates;
using bootstrap::replicate_plan;

namespace {

struct trial_data {
  std::vector<std::uint64_t> entities, starts{0};
  std::vector<std::uint32_t> bins, exposure;
  std::uint32_t thresholds;

  [[nodiscard]] clustered_bins view() const { return {entities, starts, bins, exposure, thresholds}; }
};

trial_data random_trial(test::random& draw, std::size_t persons, std::uint32_t thresholds, std::uint64_t most) {
  trial_data out;
  out.thresholds = thresholds;
  for (std::size_t c = 0; c < persons; ++c) {
    out.entities.push_back(draw.bits());
    const std::uint64_t rows = draw.below(most + 1);
    for (std::uint64_t i = 0; i < rows; ++i) out.bins.push_back(1 + static_cast<std::uint32_t>(draw.below(thresholds)));
    out.starts.push_back(out.bins.size());
    out.exposure.push_back(static_cast<std::uint32_t>(rows + draw.below(5)));
  }
  return out;
}

/// Row by row, replicate by replicate, threshold by threshold.
void check_against_plain_loop(const trial_data& data, const replicate_plan& plan, const curve_replicates& found) {
  std::uint64_t differing = 0;
  std::vector<std::uint64_t> at_least(data.thresholds + 2);
  for (std::uint32_t b = 0; b < plan.replicates; ++b) {
    std::fill(at_least.begin(), at_least.end(), 0);
    std::uint64_t exposure = 0;
    for (std::size_t c = 0; c < data.entities.size(); ++c) {
      const std::uint64_t weight = bootstrap::poisson_weight(data.entities[c], b, plan.from);
      exposure += weight * data.exposure[c];
      for (std::uint64_t row = data.starts[c]; row < data.starts[c + 1]; ++row) at_least[data.bins[row]] += weight;
    }
    for (std::uint32_t k = data.thresholds; k >= 1; --k) at_least[k] += at_least[k + 1];
    differing += found.exposure[b] != exposure ? 1 : 0;
    for (std::uint32_t k = 1; k <= data.thresholds; ++k) differing += found.events_at(k)[b] != at_least[k] ? 1 : 0;
  }
  CHECK(differing == 0);
}

} // namespace

TEST_CASE("every replicate of the curve is that of the plain loop, at odd sizes and one, two and five threads") {
  test::random draw(71);
  for (const std::uint32_t replicates : {1U, 7U, 127U, 128U, 129U, 300U})
    for (const std::uint32_t thresholds : {1U, 2U, 13U, 64U})
      for (const std::size_t persons : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{37}}) {
        const trial_data data = random_trial(draw, persons, thresholds, 9);
        replicate_plan plan{.replicates = replicates, .from = {.seed = draw.bits(), .stream = 3}};
        const curve_replicates one = curve_bootstrap(data.view(), plan);
        check_against_plain_loop(data, plan, one);
        for (const unsigned threads : {2U, 5U}) {
          plan.threads = threads;
          const curve_replicates many = curve_bootstrap(data.view(), plan);
          CHECK(many.events == one.events);
          CHECK(many.exposure == one.exposure);
        }
      }
}

TEST_CASE("the variants for wider vectors count the same") {
  test::random draw(76);
  const trial_data data = random_trial(draw, 400, 31, 9);
  const replicate_plan plan{.replicates = 260, .from = {.seed = 12}};
  const curve_replicates best = curve_bootstrap(data.view(), plan);
  check_against_plain_loop(data, plan, best);
  for (const unsigned bytes : {16U, 32U, 64U}) {
    const curve_replicates one = detail::curve_bootstrap(data.view(), plan, {.widest_vector = bytes});
    CHECK(one.events == best.events);
    CHECK(one.exposure == best.exposure);
  }
}

TEST_CASE("weights above six, one in twelve thousand, are counted in full") {
  test::random draw(72);
  const trial_data data = random_trial(draw, 3000, 2, 2);
  const replicate_plan plan{.replicates = 64, .from = {.seed = 5}};
  std::uint32_t largest = 0;
  for (const std::uint64_t entity : data.entities)
    for (std::uint32_t b = 0; b < plan.replicates; ++b) largest = std::max(largest, bootstrap::poisson_weight(entity, b, plan.from));
  REQUIRE(largest >= 8);
  check_against_plain_loop(data, plan, curve_bootstrap(data.view(), plan));
}

TEST_CASE("emptying the narrow sums early changes nothing") {
  test::random draw(73);
  const trial_data data = random_trial(draw, 50, 11, 6);
  const replicate_plan plan{.replicates = 140, .from = {.seed = 6}};
  const curve_replicates whole = curve_bootstrap(data.view(), plan);
  for (const std::uint64_t most : {6U, 7U, 40U}) {
    const curve_replicates parts = detail::curve_bootstrap(data.view(), plan, {.most_rows = most});
    CHECK(parts.events == whole.events);
    CHECK(parts.exposure == whole.exposure);
  }
  CHECK_THROWS_AS((void)detail::curve_bootstrap(data.view(), plan, detail::counting_limits{.most_rows = 3}), std::invalid_argument);
}

TEST_CASE("the order of people and of their rows does not matter, and more replicates keep the first ones") {
  test::random draw(74);
  const trial_data data = random_trial(draw, 40, 9, 5);
  const replicate_plan plan{.replicates = 150, .from = {.seed = 7}};
  const curve_replicates before = curve_bootstrap(data.view(), plan);

  std::vector<std::size_t> order(data.entities.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  draw.shuffle(order);
  trial_data shuffled;
  shuffled.thresholds = data.thresholds;
  for (const std::size_t c : order) {
    shuffled.entities.push_back(data.entities[c]);
    shuffled.exposure.push_back(data.exposure[c]);
    for (std::uint64_t row = data.starts[c + 1]; row > data.starts[c]; --row) shuffled.bins.push_back(data.bins[row - 1]);
    shuffled.starts.push_back(shuffled.bins.size());
  }
  const curve_replicates after = curve_bootstrap(shuffled.view(), plan);
  CHECK(after.events == before.events);
  CHECK(after.exposure == before.exposure);
  CHECK(after.effective_events == before.effective_events);

  replicate_plan fewer = plan;
  fewer.replicates = 20;
  const curve_replicates head = curve_bootstrap(data.view(), fewer);
  for (std::uint32_t k = 1; k <= 9; ++k)
    CHECK(std::equal(head.events_at(k).begin(), head.events_at(k).end(), before.events_at(k).begin()));
}

TEST_CASE("the observed curve and its effective events are those of each threshold on its own") {
  test::random draw(75);
  for (int run = 0; run < 20; ++run) {
    const trial_data data = random_trial(draw, 2 + static_cast<std::size_t>(draw.below(30)), 8, 6);
    const curve_replicates share = curve_bootstrap(data.view(), {.replicates = 1});
    const curve_replicates rate = curve_bootstrap(data.view(), {.replicates = 1, .family = metric_family::rate});
    for (std::uint32_t k = 1; k <= 8; ++k) {
      std::vector<cluster_tally> clusters;
      std::uint64_t events = 0, exposure = 0;
      for (std::size_t c = 0; c < data.entities.size(); ++c) {
        cluster_tally one{0, data.exposure[c]};
        for (std::uint64_t row = data.starts[c]; row < data.starts[c + 1]; ++row) one.events += data.bins[row] >= k ? 1 : 0;
        clusters.push_back(one);
        events += one.events;
        exposure += one.exposure;
      }
      CHECK(share.observed[k - 1] == events);
      CHECK(share.observed_exposure == exposure);
      const auto v = cluster::ratio_mean(clusters);
      if (!v || events == 0) {
        CHECK(share.effective_events[k - 1] == 0.0);
        continue;
      }
      const auto x = static_cast<double>(events), n = static_cast<double>(exposure), p = x / n, q = (n - x) / n;
      const double of_events = std::min(x, p * p / v->variance), of_others = std::min(n - x, q * q / v->variance);
      CHECK(rate.effective_events[k - 1] == doctest::Approx(of_events).epsilon(1e-9));
      CHECK(share.effective_events[k - 1] == doctest::Approx(events == exposure ? 0.0 : std::min(of_events, of_others)).epsilon(1e-9));
    }
  }
}

TEST_CASE("spans that do not fit together throw") {
  trial_data good;
  good.thresholds = 3;
  good.entities = {1, 2};
  good.starts = {0, 1, 3};
  good.bins = {1, 3, 2};
  good.exposure = {1, 4};
  CHECK_NOTHROW((void)curve_bootstrap(good.view(), {.replicates = 2}));
  const auto refused = [&](auto change, replicate_plan plan = {.replicates = 2}) {
    trial_data bad = good;
    change(bad, plan);
    CHECK_THROWS_AS((void)curve_bootstrap(bad.view(), plan), std::invalid_argument);
  };
  refused([](trial_data& d, replicate_plan&) { d.thresholds = 0; });
  refused([](trial_data& d, replicate_plan&) { d.thresholds = 2; });
  refused([](trial_data& d, replicate_plan&) { d.bins[1] = 0; });
  refused([](trial_data& d, replicate_plan&) { d.starts = {0, 3}; });
  refused([](trial_data& d, replicate_plan&) { d.starts = {1, 1, 3}; });
  refused([](trial_data& d, replicate_plan&) { d.starts = {0, 1, 2}; });
  refused([](trial_data& d, replicate_plan&) { d.starts = {0, 4, 3}; });
  refused([](trial_data& d, replicate_plan&) { d.exposure.pop_back(); });
  refused([](trial_data& d, replicate_plan&) { d.exposure[0] = 0; });
  refused([](trial_data& d, replicate_plan&) { d.exposure = {1, 1}; });
  refused([](trial_data&, replicate_plan& plan) { plan.replicates = 0; });
}
