// How long a series takes from records to evaluation.json, and whether it grows with the number of deployments. The published
// deployments of the Metropolitan Police, repeated under new names, are evaluated; their totals and the independence of the
// result from threads are checked first.
//
//   bench_evaluation [study of the records, usually datasets/mps_lfr/study.toml]
#include <string>

#include <benchmark/benchmark.h>

#include <lfreval/report/json.hpp>

#include "measure.hpp"

using namespace lfreval;
using bench::require;

namespace {

study declared;
deployment_series published;

deployment_series repeated(std::size_t n) {
  deployment_series out;
  out.outcome_names = published.outcome_names;
  out.records.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    out.records.push_back(published.records[i % published.records.size()]);
    out.records.back().deployment += "-" + std::to_string(i / published.records.size());
  }
  return out;
}

std::uint64_t events_in(const evaluation& e, const std::string& key) {
  const finding* f = e.find(key);
  require(f != nullptr && std::holds_alternative<count_value>(f->value), "a count of the whole series");
  return std::get<count_value>(f->value).n;
}

void check_answers() {
  constexpr std::size_t times = 3;
  const evaluation once = evaluate(declared, repeated(published.records.size()), {});
  const evaluation thrice = evaluate(declared, repeated(times * published.records.size()), {});
  for (const char* key : {"faces@scope=all", "false_alerts@scope=all", "deployments@scope=all"}) require(events_in(thrice, key) == times * events_in(once, key), key);
  require(result_sha256(thrice) == result_sha256(evaluate(declared, repeated(times * published.records.size()), {.threads = 2})), "one result for one and two threads");
}

void evaluated(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto threads = static_cast<unsigned>(state.range(1));
  for (auto _ : state) {
    state.PauseTiming();
    deployment_series series = repeated(n);
    state.ResumeTiming();
    const evaluation made = evaluate(declared, std::move(series), {.threads = threads});
    benchmark::DoNotOptimize(to_json(made, {.command = "", .time = "0", .show_values = false, .threads = threads}).size());
  }
  state.counters["deployments/s"] = benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(evaluated)->ArgsProduct({{2500, 5000, 10000, 20000, 40000}, {1, 2}})->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace

int main(int count, char** words) {
  benchmark::Initialize(&count, words);
  auto read = read_study(count > 1 ? words[1] : "datasets/mps_lfr/study.toml");
  require(read.has_value(), "the study of the records can be read");
  declared = std::move(*read);
  auto series = read_deployments(declared);
  require(series.has_value() && !series->records.empty(), "the records can be read");
  published = std::move(*series);
  check_answers();
  benchmark::RunSpecifiedBenchmarks();
}
