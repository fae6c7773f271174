// Answers first, then times: the published series and the reference fit are checked before anything is measured.
#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include <lfreval/series.hpp>

#include "measure.hpp"
#include "support/series_data.hpp"

using namespace lfreval;
using bench::require;

namespace {

constexpr confidence usual{0.95};

std::vector<double> series_of(std::size_t n, std::size_t between_breaks) {
  test::random from(17);
  std::vector<double> y;
  for (std::size_t i = 0; i < n; ++i)
    y.push_back((between_breaks != 0 && i / between_breaks % 2 == 1 ? 1.5 : 0.0) + 0.5 * test::normal(from));
  return y;
}

std::vector<cluster_tally> deployments_of(std::size_t n) {
  test::random from(18);
  std::vector<cluster_tally> out;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t faces = 2000 + from.below(18000);
    out.push_back({test::poisson(from, 8e-4 * static_cast<double>(faces) * 2.0 * from.uniform()), faces});
  }
  return out;
}

void check_answers() {
  std::vector<double> y;
  for (const auto& one : test::mps_faces_per_minute()) y.push_back(one.log_faces_per_minute);
  const auto breaks = series::change_points(y, usual).value();
  require(std::fabs(breaks.cost / test::scipy("mps_faces_per_minute.cost") - 1.0) < 1e-9, "change points");
  require(series::change_points(series_of(20000, 0), usual).value().breaks.empty(), "no change in noise");
  const auto many = series::change_points(series_of(20000, 200), usual).value();
  require(many.breaks.size() == 99, "one change every 200");
  const auto fit = series::fit_beta_binomial(test::twelve(), usual).value();
  require(std::fabs(fit.mean / test::scipy("twelve_shares.mean") - 1.0) < 1e-6, "beta-binomial mean");
  require(std::fabs(fit.correlation / test::scipy("twelve_shares.correlation") - 1.0) < 1e-6, "beta-binomial correlation");
}

void change_points(benchmark::State& state) {
  const auto y = series_of(20000, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(series::change_points(y, usual));
}
BENCHMARK(change_points)->ArgName("deployments_between_breaks")->Arg(0)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

void beta_binomial(benchmark::State& state) {
  const auto rows = deployments_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(series::fit_beta_binomial(rows, usual));
}
BENCHMARK(beta_binomial)->ArgName("deployments")->Arg(12)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

void negative_binomial(benchmark::State& state) {
  const auto rows = deployments_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(series::fit_negative_binomial(rows, usual));
}
BENCHMARK(negative_binomial)->ArgName("deployments")->Arg(12)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

void detect(benchmark::State& state) {
  const auto rows = test::mps_064_alerts();
  for (auto _ : state) benchmark::DoNotOptimize(overdispersion::detect(rows, usual));
}
BENCHMARK(detect)->Unit(benchmark::kMillisecond);

} // namespace

int main(int count, char** values) {
  check_answers();
  benchmark::Initialize(&count, values);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
