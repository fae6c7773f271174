// A decision curve of a million passages at 99 threshold probabilities, beside one pass over the passages for each of them.
// Answers first, then times. LFREVAL_BENCH_PASSAGES sets the number of passages (default 1e6). Times are CPU times of one thread.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <vector>

#include <benchmark/benchmark.h>

#include <lfreval/proportionality.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "wrong answer before timing: " << what << '\n';
  std::exit(1);
}

std::size_t passages() {
  static const std::size_t n = [] {
    const char* const asked = std::getenv("LFREVAL_BENCH_PASSAGES");
    return asked == nullptr ? std::size_t{1'000'000} : static_cast<std::size_t>(std::strtoull(asked, nullptr, 10));
  }();
  return n;
}

struct data {
  std::vector<float> probabilities;
  std::vector<std::uint32_t> is_listed;
  std::vector<double> at;
};

/// One passer in a hundred is listed; probabilities spread over all thresholds, so that nothing leaves the sweep early.
const data& all() {
  static const data made = [] {
    data out;
    test::random draw(7);
    for (int i = 1; i < 100; ++i) out.at.push_back(i / 100.0);
    for (std::size_t i = 0; i < passages(); ++i) {
      out.is_listed.push_back(draw.below(100) == 0 ? 1 : 0);
      out.probabilities.push_back(draw.below(10) == 0 ? static_cast<float>(out.at[draw.below(99)]) : static_cast<float>(draw.uniform()));
    }
    return out;
  }();
  return made;
}

std::vector<double> plain_loop() {
  const data& d = all();
  std::vector<double> out;
  for (const double p : d.at) {
    const auto edge = static_cast<float>(p);
    std::uint64_t gained = 0, harmed = 0;
    for (std::size_t i = 0; i < d.probabilities.size(); ++i)
      if (d.probabilities[i] >= edge) (d.is_listed[i] != 0 ? gained : harmed) += 1;
    out.push_back((static_cast<double>(gained) - p / (1.0 - p) * static_cast<double>(harmed)) / static_cast<double>(d.probabilities.size()));
  }
  return out;
}

void check_answers() {
  const auto curve = decision::decision_curve(all().probabilities, all().is_listed, all().at).value();
  const std::vector<double> plain = plain_loop();
  for (std::size_t i = 0; i < plain.size(); ++i) require(curve.points[i].net_benefit == plain[i], "decision_curve, plain loop");
}

void decision_curve(benchmark::State& state) {
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(decision::decision_curve(all().probabilities, all().is_listed, all().at));
  }
}

void loop_over_thresholds(benchmark::State& state) {
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(plain_loop());
  }
}

BENCHMARK(decision_curve)->Unit(benchmark::kMillisecond)->Repetitions(7);
BENCHMARK(loop_over_thresholds)->Unit(benchmark::kMillisecond)->Repetitions(3)->Iterations(1);

} // namespace

int main(int argc, char** argv) {
  check_answers();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  std::printf("\ntarget: 10^6 passages at 99 thresholds in 100 ms\n");
  benchmark::Shutdown();
  return 0;
}
