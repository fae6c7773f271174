// Answers first, then speeds. A search that counts and ranks is timed beside the same product without looking at its scores,
// in alternating runs, and both beside the multiplications and additions that the registers of this machine can do.
// LFREVAL_BENCH_PROBES and LFREVAL_BENCH_REFERENCES set the sizes. Times are CPU times of one thread.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench_search.cpp"
#include <hwy/foreach_target.h> // IWYU pragma: keep

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Twelve chains of multiply-adds that never leave the registers. Returns the operations done.
double multiply_adds(std::size_t rounds, float* out) {
  const hn::ScalableTag<float> d;
  const auto a = hn::Set(d, 0.999F), b = hn::Set(d, 0.001F);
  // Each chain starts elsewhere, at a number that the compiler does not know: equal chains would be computed once.
  const auto from = [&](float step) { return hn::Set(d, *out + step); };
  auto x0 = from(0.01F), x1 = from(0.02F), x2 = from(0.03F), x3 = from(0.04F), x4 = from(0.05F), x5 = from(0.06F);
  auto x6 = from(0.07F), x7 = from(0.08F), x8 = from(0.09F), x9 = from(0.1F), x10 = from(0.11F), x11 = from(0.12F);
  for (std::size_t i = 0; i < rounds; ++i) {
    x0 = hn::MulAdd(x0, a, b); x1 = hn::MulAdd(x1, a, b); x2 = hn::MulAdd(x2, a, b); x3 = hn::MulAdd(x3, a, b);
    x4 = hn::MulAdd(x4, a, b); x5 = hn::MulAdd(x5, a, b); x6 = hn::MulAdd(x6, a, b); x7 = hn::MulAdd(x7, a, b);
    x8 = hn::MulAdd(x8, a, b); x9 = hn::MulAdd(x9, a, b); x10 = hn::MulAdd(x10, a, b); x11 = hn::MulAdd(x11, a, b);
  }
  const auto sum = hn::Add(hn::Add(hn::Add(x0, x1), hn::Add(x2, x3)), hn::Add(hn::Add(x4, x5), hn::Add(hn::Add(x6, x7), hn::Add(hn::Add(x8, x9), hn::Add(x10, x11)))));
  *out = hn::GetLane(hn::SumOfLanes(d, sum));
  return 2.0 * 12.0 * static_cast<double>(hn::Lanes(d)) * static_cast<double>(rounds);
}

} // namespace HWY_NAMESPACE
} // namespace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <lfreval/counts/search_consumers.hpp>

#include "support/random.hpp"

#ifdef LFREVAL_WITH_FAISS
#include <faiss/IndexFlat.h>
#include <omp.h>
#endif

using namespace lfreval;

namespace {

HWY_EXPORT(multiply_adds);

constexpr std::size_t dimension = 512;
constexpr std::size_t kept = 10;
constexpr int runs = 10;

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "wrong answer before timing: " << what << '\n';
  std::exit(1);
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
template <class Work> double timed(const Work& work) {
  const double begin = cpu_seconds();
  work();
  return cpu_seconds() - begin;
}
double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return 0.5 * (values[(values.size() - 1) / 2] + values[values.size() / 2]);
}

std::size_t asked(const char* name, std::size_t standard) {
  const char* const text = std::getenv(name);
  return text == nullptr ? standard : std::strtoull(text, nullptr, 10);
}

/// Templates in random directions, and for each tenth probe a reference beside it.
std::vector<float> random_rows(test::random& from, std::size_t n) {
  std::vector<float> out(n * dimension);
  for (float& value : out) value = static_cast<float>(from.uniform() - 0.5);
  return out;
}

/// The product alone: its scores go to memory and nobody looks at them.
void unfused(product_backend backend, const template_set& probes, const template_set& references, std::vector<float>& scores) {
  for (std::size_t first = 0; first < probes.size(); first += 512) {
    const std::size_t n = std::min<std::size_t>(512, probes.size() - first);
    detail::multiply(backend, probes[first].data(), n, references.values().data(), references.size(), dimension, scores.data());
  }
}

void check_answers(const template_set& probes, const template_set& references, const threshold_grid& grid) {
  const template_set few(dimension, {probes.values().begin(), probes.values().begin() + 40 * dimension});
  std::vector<std::uint64_t> plain(grid.size() + 1);
  std::vector<scored_reference> best(few.size(), {0, -2.0F});
  for (std::size_t i = 0; i < few.size(); ++i)
    for (std::uint32_t j = 0; j < references.size(); ++j) {
      const float score = exact_score(few[i], references[j]);
      ++plain[static_cast<std::size_t>(std::upper_bound(grid.edges().begin(), grid.edges().end(), score) - grid.edges().begin())];
      if (score > best[i].score) best[i] = {j, score};
    }
  for (const product_backend backend : {product_backend::eigen, product_backend::openblas})
    for (const unsigned threads : {1U, 2U}) {
      if (backend == product_backend::openblas && !has_openblas()) continue;
      const auto found = search(few, references, consumers(pair_counts(grid, {}), best_references(few.size(), kept)), {.backend = backend, .threads = threads});
      require(found.get<pair_counts>().counts().bins == plain, "counts, plain loop");
      for (std::size_t i = 0; i < few.size(); ++i) require(found.get<best_references>().of(i).front() == best[i], "best reference, plain loop");
    }
}

} // namespace

int main() {
  const std::size_t n = std::max<std::size_t>(asked("LFREVAL_BENCH_PROBES", 1024), 40), m = std::max<std::size_t>(asked("LFREVAL_BENCH_REFERENCES", 20'000), 100);
  test::random from(7);
  std::vector<float> listed = random_rows(from, m), seen = random_rows(from, n);
  for (std::size_t i = 0; i < n; i += 10)
    for (std::size_t k = 0; k < dimension; ++k) seen[i * dimension + k] = 0.5F * seen[i * dimension + k] + listed[(37 * i % m) * dimension + k];
  const template_set probes = template_set(dimension, std::move(seen)).unit(), references = template_set(dimension, std::move(listed)).unit();
  const threshold_grid grid = decimal_grid("0.3", "0.7995", "0.0005").value();
  check_answers(probes, references, grid);
  std::printf("answers are those of the plain loop. %zu probes, %zu references of %zu numbers, %zu thresholds, best %zu\n", n, m, dimension, grid.size(), kept);

  float sink = 0;
  double peak = 0;
  for (int i = 0; i < 7; ++i) {
    double done = 0;
    const double seconds = timed([&] { done = HWY_DYNAMIC_DISPATCH(multiply_adds)(20'000'000, &sink); });
    peak = std::max(peak, done / seconds / 1e9);
  }
  std::printf("registers: %.0f GFLOP/s (%s)%s\n", peak, hwy::TargetName(hwy::SupportedTargets() & -hwy::SupportedTargets()), sink == 0 ? " " : "");

  const double flop = 2e-9 * static_cast<double>(dimension) * static_cast<double>(n) * static_cast<double>(m);
  std::vector<float> scores(std::min<std::size_t>(n, 512) * m);
  for (const product_backend backend : {product_backend::openblas, product_backend::eigen}) {
    const char* const name = backend == product_backend::eigen ? "Eigen" : "OpenBLAS";
    if (backend == product_backend::openblas && !has_openblas()) {
      std::printf("OpenBLAS: libopenblas.so.0 cannot be loaded\n");
      continue;
    }
    std::vector<double> alone, with, ratios;
    std::uint64_t rescored = 0;
    for (int i = 0; i < runs; ++i) {
      alone.push_back(timed([&] { unfused(backend, probes, references, scores); }));
      with.push_back(timed([&] {
        const auto found = search(probes, references, consumers(pair_counts(grid, {}), best_references(n, kept)), {.backend = backend});
        rescored = found.get<pair_counts>().rescored();
      }));
      ratios.push_back(alone.back() / with.back());
    }
    const double share = 100 * median(ratios), of_peak = 100 * flop / median(with) / peak;
    std::printf("%-8s  product alone %6.1f GFLOP/s, with counts and ranks %6.1f GFLOP/s, %.0f M comparisons/s, %llu scored again\n", name, flop / median(alone), flop / median(with),
                1e-6 * static_cast<double>(n) * static_cast<double>(m) / median(with), static_cast<unsigned long long>(rescored));
    std::printf("          median of %d alternating runs: %.1f %% of the product alone (target 85 %%: %s), %.1f %% of the registers (target 40 %%: %s)\n", runs, share,
                share >= 85 ? "met" : "missed", of_peak, of_peak >= 40 ? "met" : "missed");
  }

#ifdef LFREVAL_WITH_FAISS
  omp_set_num_threads(1);
  faiss::IndexFlatIP index(static_cast<int>(dimension));
  index.add(static_cast<faiss::Index::idx_t>(m), references.values().data());
  std::vector<float> best(n * kept);
  std::vector<faiss::Index::idx_t> ids(n * kept);
  std::vector<double> seconds;
  for (int i = 0; i < 3; ++i)
    seconds.push_back(timed([&] { index.search(static_cast<faiss::Index::idx_t>(n), probes.values().data(), kept, best.data(), ids.data()); }));
  const auto found = search(probes, references, best_references(n, kept));
  std::size_t alike = 0;
  for (std::size_t i = 0; i < n; ++i) alike += static_cast<std::uint32_t>(ids[i * kept]) == found.of(i).front().reference ? 1 : 0;
  std::printf("faiss IndexFlatIP, best %zu and no counts: %.1f GFLOP/s; the same best reference for %zu of %zu probes\n", kept, flop / median(seconds), alike, n);
#else
  std::printf("faiss is not installed\n");
#endif
  return 0;
}

#endif
