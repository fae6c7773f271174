// Answers first, then times: every method is checked against committed reference values before it is measured.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <lfreval/intervals.hpp>

#include "measure.hpp"
#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using bench::require;

namespace {

constexpr confidence usual{0.95};

struct tail_row {
  std::uint64_t events, trials;
  double q, lower, upper;
};

std::vector<tail_row> tail_rows(const std::string& method) {
  std::vector<tail_row> out;
  const auto records = test::csv_records("binomial_tail_mpmath.csv");
  for (std::size_t i = 1; i < records.size(); ++i)
    if (records[i][0] == method)
      out.push_back({std::stoull(records[i][1]), std::stoull(records[i][2]), std::stod(records[i][3]),
                     std::stod(records[i][4]), std::stod(records[i][5])});
  return out;
}

using binomial_method = estimable<interval> (*)(std::uint64_t, std::uint64_t, confidence, sides);

double worst_error(binomial_method made, const std::vector<tail_row>& rows) {
  double worst = 0.0;
  for (const tail_row& r : rows) {
    const interval found = made(r.events, r.trials, confidence::checked(1.0 - 2.0 * r.q), sides::two).value();
    if (r.lower > 0.0) worst = std::max(worst, std::fabs(found.lower / r.lower - 1.0));
    worst = std::max(worst, std::fabs(found.upper / r.upper - 1.0));
  }
  return worst;
}

bool near(double found, double expected, double within) { return std::fabs(found / expected - 1.0) <= within; }

const std::vector<cluster_tally>& ten_clusters() {
  static const std::vector<cluster_tally> all{{0, 5}, {2, 8}, {0, 3}, {5, 12}, {0, 6}, {1, 7}, {0, 9}, {1, 4}, {3, 10}, {0, 6}};
  return all;
}

void check_answers() {
  require(worst_error(&binomial::clopper_pearson, tail_rows("clopper_pearson")) < 1e-13, "Clopper-Pearson");
  require(worst_error(&binomial::midp, tail_rows("midp")) < 1e-13, "mid-P");
  require(near(binomial::wilson(81, 263, usual)->lower, 0.255288519878274, 1e-10), "Wilson");
  require(near(binomial::wilson_cc(81, 263, usual)->lower, 0.253508682295185, 1e-10), "Wilson, corrected");
  require(near(binomial::jeffreys(81, 263, usual)->lower, 0.2545219349910236, 1e-9), "Jeffreys");
  require(near(binomial::agresti_coull(81, 263, usual)->lower, 0.25522066518999675, 1e-9), "Agresti-Coull");
  require(near(poisson::garwood(10, 1.0, usual)->upper, 18.39035604201778, 1e-10), "Garwood");
  require(near(poisson::midp(10, 1.0, usual)->upper, 17.82485369656968, 1e-9), "Poisson mid-P");
  require(near(rate_ratio::conditional_exact(8, 425000, 2, 2722436, usual)->limits.upper, 247.68182135302587, 1e-9), "ratio");
  require(near(rate_ratio::score(8, 425000, 2, 2722436, usual)->limits.upper, 106.60571187927788, 1e-9), "score ratio");
  require(near(cluster::korn_graubard(ten_clusters(), usual)->upper, 0.3535046765827058, 1e-9), "Korn-Graubard");
  require(near(cluster::wilson_neff(ten_clusters(), usual)->upper, 0.31898172389282503, 1e-9), "Wilson n_eff");
}

/// Pairs as a monthly report meets them: few events in thousands to millions of faces.
const std::vector<cluster_tally>& pairs() {
  static const std::vector<cluster_tally> all = [] {
    std::vector<cluster_tally> out;
    test::random draw(7);
    for (int i = 0; i < 512; ++i) out.push_back({draw.below(31), 1000 + draw.below(3'000'000)});
    return out;
  }();
  return all;
}

template <class Method> void each_pair(benchmark::State& state, Method made) {
  std::size_t i = 0;
  for (auto step : state) {
    (void)step;
    const cluster_tally& pair = pairs()[i++ % pairs().size()];
    benchmark::DoNotOptimize(made(pair.events, pair.exposure));
  }
}

template <binomial_method Made> void binomial_pair(benchmark::State& state) {
  each_pair(state, [](std::uint64_t x, std::uint64_t n) { return Made(x, n, usual, sides::two); });
}

void accurate_clopper_pearson(benchmark::State& state) {
  binomial_pair<&binomial::clopper_pearson>(state);
  state.counters["worst_relative_error"] = worst_error(&binomial::clopper_pearson, tail_rows("clopper_pearson"));
}

void accurate_midp(benchmark::State& state) {
  binomial_pair<&binomial::midp>(state);
  state.counters["worst_relative_error"] = worst_error(&binomial::midp, tail_rows("midp"));
}

void cached_clopper_pearson(benchmark::State& state) {
  binomial::clopper_pearson_cache cache(usual);
  each_pair(state, [&](std::uint64_t x, std::uint64_t n) { return cache(x, n); });
}

using poisson_method = estimable<interval> (*)(std::uint64_t, double, confidence, sides);
template <poisson_method Made> void poisson_pair(benchmark::State& state) {
  each_pair(state, [](std::uint64_t x, std::uint64_t n) { return Made(x, static_cast<double>(n), usual, sides::two); });
}

using ratio_method = estimable<rate_ratio_estimate> (*)(std::uint64_t, double, std::uint64_t, double, confidence, sides);
template <ratio_method Made> void ratio_pair(benchmark::State& state) {
  each_pair(state, [](std::uint64_t x, std::uint64_t n) {
    return Made(x, static_cast<double>(n), 4, 500'000.0, usual, sides::two);
  });
}

void ladder_of(benchmark::State& state) {
  test::random draw(11);
  std::vector<cluster_tally> clusters;
  for (std::int64_t i = 0; i < state.range(0); ++i) clusters.push_back({draw.below(40) == 0 ? 1U : 0U, 500 + draw.below(20'000)});
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(ladder(clusters, usual));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void judge_200(benchmark::State& state) {
  test::random draw(11);
  std::vector<cluster_tally> clusters;
  for (int i = 0; i < 200; ++i) clusters.push_back({draw.below(40) == 0 ? 1U : 0U, 500 + draw.below(20'000)});
  const limit line{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 400'000, "bench"};
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(judge(line, clusters, usual));
  }
}

BENCHMARK(accurate_clopper_pearson)->Name("binomial/clopper_pearson")->Unit(benchmark::kMicrosecond);
BENCHMARK(cached_clopper_pearson)->Name("binomial/clopper_pearson_cached")->Unit(benchmark::kMicrosecond);
BENCHMARK(accurate_midp)->Name("binomial/midp")->Unit(benchmark::kMicrosecond);
BENCHMARK(binomial_pair<&binomial::wilson>)->Name("binomial/wilson")->Unit(benchmark::kMicrosecond);
BENCHMARK(binomial_pair<&binomial::wilson_cc>)->Name("binomial/wilson_cc")->Unit(benchmark::kMicrosecond);
BENCHMARK(binomial_pair<&binomial::jeffreys>)->Name("binomial/jeffreys")->Unit(benchmark::kMicrosecond);
BENCHMARK(binomial_pair<&binomial::agresti_coull>)->Name("binomial/agresti_coull")->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson_pair<&poisson::garwood>)->Name("poisson/garwood")->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson_pair<&poisson::midp>)->Name("poisson/midp")->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson_pair<&poisson::jeffreys>)->Name("poisson/jeffreys")->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson_pair<&poisson::score>)->Name("poisson/score")->Unit(benchmark::kMicrosecond);
BENCHMARK(ratio_pair<&rate_ratio::conditional_exact>)->Name("rate_ratio/conditional_exact")->Unit(benchmark::kMicrosecond);
BENCHMARK(ratio_pair<&rate_ratio::midp>)->Name("rate_ratio/midp")->Unit(benchmark::kMicrosecond);
BENCHMARK(ratio_pair<&rate_ratio::score>)->Name("rate_ratio/score")->Unit(benchmark::kMicrosecond);
BENCHMARK(ratio_pair<&rate_ratio::bayes_gamma>)->Name("rate_ratio/bayes_gamma")->Unit(benchmark::kMicrosecond);
BENCHMARK(ladder_of)->Name("ladder")->Arg(10)->Arg(200)->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(judge_200)->Name("judge/200_deployments")->Unit(benchmark::kMicrosecond);

} // namespace

int main(int argc, char** argv) {
  check_answers();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
