// The curve bootstrap against a plain loop of the same computation: equal answers first, then weighted additions per second
// of processor time, the making of the weights included, and the ratio of the two.
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <lfreval/intervals/curve_bootstrap.hpp>

#include "measure.hpp"
#include "support/random.hpp"

using namespace lfreval;
using bench::require;
using bootstrap::curve_replicates;
using bootstrap::replicate_plan;

namespace {

constexpr std::uint32_t thresholds = 1000;

struct trial_data {
  std::vector<std::uint64_t> entities, starts{0};
  std::vector<std::uint32_t> bins, exposure;

  [[nodiscard]] bootstrap::clustered_bins view() const { return {entities, starts, bins, exposure, thresholds}; }
};

/// `people` with `passages` each, one in `one_in` of them above the lowest threshold.
const trial_data& trial(std::size_t people, std::uint32_t passages, std::uint32_t one_in) {
  static std::map<std::pair<std::size_t, std::uint32_t>, trial_data> made;
  trial_data& data = made[{people, one_in}];
  if (!data.entities.empty()) return data;
  test::random draw(3);
  for (std::size_t c = 0; c < people; ++c) {
    data.entities.push_back(draw.bits());
    for (std::uint32_t i = 0; i < passages; ++i)
      if (draw.below(one_in) == 0) data.bins.push_back(1 + static_cast<std::uint32_t>(draw.below(thresholds)));
    data.starts.push_back(data.bins.size());
    data.exposure.push_back(passages);
  }
  return data;
}

/// One replicate after the other: a weight per person, a weighted count per bin, sums from the top.
curve_replicates plain_loop(const trial_data& data, const replicate_plan& plan) {
  curve_replicates out;
  out.replicates = plan.replicates;
  out.exposure.resize(plan.replicates);
  out.events.resize(std::size_t{thresholds} * plan.replicates);
  std::vector<std::uint64_t> at(thresholds + 2);
  for (std::uint32_t b = 0; b < plan.replicates; ++b) {
    std::fill(at.begin(), at.end(), 0);
    for (std::size_t c = 0; c < data.entities.size(); ++c) {
      const std::uint64_t weight = bootstrap::poisson_weight(data.entities[c], b, plan.from);
      out.exposure[b] += weight * data.exposure[c];
      for (std::uint64_t row = data.starts[c]; row < data.starts[c + 1]; ++row) at[data.bins[row]] += weight;
    }
    for (std::uint32_t k = thresholds; k >= 1; --k) {
      at[k] += at[k + 1];
      out.events[std::size_t{k - 1} * plan.replicates + b] = at[k];
    }
  }
  return out;
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Checks the first replicates and returns what one of them costs the plain loop.
double checked_seconds_per_replicate(const trial_data& data) {
  replicate_plan plan{.replicates = 4, .from = {.seed = 99}};
  double best = 1e300;
  curve_replicates expected;
  for (int repeat = 0; repeat < 3; ++repeat) {
    const double start = processor_seconds();
    expected = plain_loop(data, plan);
    best = std::min(best, (processor_seconds() - start) / plan.replicates);
  }
  for (const unsigned threads : {1U, 2U}) {
    plan.threads = threads;
    const curve_replicates found = bootstrap::curve_bootstrap(data.view(), plan);
    require(found.events == expected.events, "events");
    require(found.exposure == expected.exposure, "exposure");
  }
  return best;
}

void curves(benchmark::State& state) {
  const trial_data& data = trial(static_cast<std::size_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                                 static_cast<std::uint32_t>(state.range(2)));
  const double plain = checked_seconds_per_replicate(data);
  const replicate_plan plan{.replicates = 2048, .from = {.seed = 99}, .threads = static_cast<unsigned>(state.range(3))};
  double seconds = 1e300;
  for (auto step : state) {
    (void)step;
    const double start = processor_seconds();
    benchmark::DoNotOptimize(bootstrap::curve_bootstrap(data.view(), plan));
    seconds = std::min(seconds, processor_seconds() - start);
  }
  state.counters["adds_per_second_per_core"] = static_cast<double>(data.bins.size()) * plan.replicates / seconds;
  state.counters["times_the_plain_loop"] = plain * plan.replicates / seconds;
}

// People, passages each, one in how many above the lowest threshold, threads.
BENCHMARK(curves)->Args({100'000, 100, 1, 1})->Args({100'000, 100, 1, 2})->Args({100'000, 100, 100, 1})
    ->Args({1'000'000, 10, 1, 1})->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->Iterations(2);

} // namespace

BENCHMARK_MAIN();
