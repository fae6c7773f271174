// Answers first, then times, then ratios to the read bandwidth measured in the same run.
// LFREVAL_BENCH_SCORES sets the number of scores (default 2e7). Times are CPU times: waiting for a core is not charged.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <hwy/contrib/sort/vqsort.h>

#include <lfreval/counts.hpp>

#include "measure.hpp"
#include "support/random.hpp"

using namespace lfreval;
using bench::require;

namespace {

/// Shaped like cosine scores of embeddings: best candidates of people not on the list around 0, one in a thousand of the
/// scores from people on it around 0.6; the sum of four uniform numbers is nearly normal.
const std::vector<float>& scores() {
  static const std::vector<float> all = [] {
    std::vector<float> out(bench::size_from("LFREVAL_BENCH_SCORES", 20'000'000));
    test::random from(42);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint64_t bits = from.bits();
      float sum = -2.0F;
      for (unsigned part = 0; part < 64; part += 16) sum += static_cast<float>((bits >> part) & 0xffffU) / 65536.0F;
      const float normal = sum * 1.7320508F;
      out[i] = i % 1000 == 0 ? 0.6F + 0.1F * normal : 0.06F * normal;
    }
    return out;
  }();
  return all;
}

/// The thresholds somebody would work at, above nearly all scores, and thresholds across all scores.
const threshold_grid& operating() {
  static const threshold_grid grid = decimal_grid("0.3", "0.7995", "0.0005").value();
  return grid;
}
const threshold_grid& full() {
  static const threshold_grid grid = decimal_grid("-0.3", "0.7989", "0.0011").value();
  return grid;
}

std::vector<std::uint64_t> upper_bound_counts(std::span<const float> from, const threshold_grid& grid) {
  std::vector<std::uint64_t> out(grid.size() + 1);
  const auto edges = grid.edges();
  for (const float score : from) ++out[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), score) - edges.begin())];
  return out;
}

void check_answers() {
  const std::span<const float> all(scores());
  const auto few = all.first(std::min<std::size_t>(all.size(), 100'003));
  for (const threshold_grid* grid : {&operating(), &full()}) {
    std::vector<std::uint64_t> plain(grid->size() + 1);
    for (const float score : few) {
      std::size_t reached = 0;
      for (const float edge : grid->edges()) reached += score >= edge ? 1 : 0;
      ++plain[reached];
    }
    require(sweep(few, *grid).bins == plain, "sweep, plain loop");
    require(upper_bound_counts(few, *grid) == plain, "std::upper_bound, plain loop");
    const auto every = upper_bound_counts(all, *grid);
    require(sweep(all, *grid, 1).bins == every, "sweep of all, one thread");
    require(sweep(all, *grid, 2).bins == every, "sweep of all, two threads");
  }
  std::vector<float> sorted(few.begin(), few.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const score_steps steps = all_steps(few);
  std::size_t at = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i + 1 < sorted.size() && sorted[i + 1] == sorted[i]) continue;
    require(at < steps.scores.size() && steps.scores[at] == sorted[i] && steps.at_or_above[at] == i + 1, "all steps, std::sort");
    ++at;
  }
  require(at == steps.scores.size(), "as many steps as distinct scores");
}

/// Scores read per second by a loop that only reads: the limit for everything else.
std::uint64_t read_all(std::span<const float> from) {
  std::uint64_t sums[8] = {};
  const char* bytes = reinterpret_cast<const char*>(from.data());
  const std::size_t size = from.size() * sizeof(float);
  std::size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    std::uint64_t words[8];
    std::memcpy(words, bytes + i, 64);
    for (int k = 0; k < 8; ++k) sums[k] ^= words[k];
  }
  std::uint64_t out = 0;
  for (const std::uint64_t one : sums) out ^= one;
  return out;
}

template <class Work> void timed(benchmark::State& state, const Work& work) {
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(work());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(scores().size() * sizeof(float)));
}

void read_bandwidth(benchmark::State& state) { timed(state, [] { return read_all(scores()); }); }
void operating_grid(benchmark::State& state) { timed(state, [] { return sweep(scores(), operating()); }); }
void full_grid(benchmark::State& state) { timed(state, [] { return sweep(scores(), full()); }); }
void full_resolution(benchmark::State& state) { timed(state, [] { return all_steps(scores()); }); }
/// What of that is the sort itself, which no exact curve avoids.
void vqsort_alone(benchmark::State& state) {
  std::vector<float> copy;
  for (auto step : state) {
    (void)step;
    state.PauseTiming();
    copy = scores();
    state.ResumeTiming();
    hwy::Sorter()(copy.data(), copy.size(), hwy::SortDescending());
    benchmark::DoNotOptimize(copy.data());
  }
}
void upper_bound(benchmark::State& state) { timed(state, [] { return upper_bound_counts(scores(), full()); }); }
void by_cell(benchmark::State& state) {
  static const std::vector<std::uint32_t> codes = [] {
    std::vector<std::uint32_t> out(scores().size());
    test::random from(43);
    for (std::uint32_t& code : out) code = static_cast<std::uint32_t>(from.below(8));
    return out;
  }();
  timed(state, [] { return sweep(scores(), codes, 8, operating()); });
}

BENCHMARK(read_bandwidth)->Unit(benchmark::kMillisecond)->Repetitions(7);
BENCHMARK(operating_grid)->Unit(benchmark::kMillisecond)->Repetitions(7);
BENCHMARK(full_grid)->Unit(benchmark::kMillisecond)->Repetitions(5);
BENCHMARK(by_cell)->Unit(benchmark::kMillisecond)->Repetitions(5);
BENCHMARK(full_resolution)->Unit(benchmark::kMillisecond)->Repetitions(3);
BENCHMARK(vqsort_alone)->Unit(benchmark::kMillisecond)->Repetitions(3);
BENCHMARK(upper_bound)->Unit(benchmark::kMillisecond)->Repetitions(3);

void tell_shares(const bench::best_seconds& best) {
  const auto read = best.find("read_bandwidth");
  if (read == best.end()) return;
  const std::map<std::string, double> targets{{"operating_grid", 70.0}, {"full_grid", 20.0}, {"full_resolution", 5.0}};
  std::printf("\n%zu scores, read at %.1f GB/s; best times, one thread, as a share of that:\n", scores().size(),
              static_cast<double>(scores().size() * sizeof(float)) / read->second / 1e9);
  for (const auto& [name, seconds] : best) {
    const auto target = targets.find(name);
    std::printf("  %-16s %8.2f ms  %6.1f %%", name.c_str(), seconds * 1e3, 100.0 * read->second / seconds);
    if (target != targets.end())
      std::printf("  (target %.0f %%: %s)", target->second, 100.0 * read->second / seconds >= target->second ? "met" : "missed");
    std::printf("\n");
  }
}

} // namespace

int main(int argc, char** argv) {
  check_answers();
  return bench::run_and_tell(argc, argv, tell_shares);
}
