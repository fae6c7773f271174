// Rates of 12 groups over a million passages, beside the plain counting that numpy does and the group-by that analysts write.
// The same rows as comparisons, resampled on both sides a thousand times.
// Answers first, then times; numpy and pandas are timed by a child of this run on the same numbers of rows and groups.
// LFREVAL_BENCH_PASSAGES sets the number of passages (default 1e6). Times are CPU times of one thread.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <lfreval/counts.hpp>
#include <lfreval/disparity.hpp>
#include <lfreval/intervals/crossed_bootstrap.hpp>

#include "measure.hpp"
#include "support/random.hpp"

using namespace lfreval;
using bench::require;

namespace {

constexpr std::size_t groups = 12;

std::size_t passages() {
  static const std::size_t n = bench::size_from("LFREVAL_BENCH_PASSAGES", 1'000'000);
  return n;
}

text_column numbered(std::size_t texts, const char* kind) {
  text_column out;
  for (std::size_t i = 0; i < texts; ++i) {
    const std::string digits = std::to_string(i);
    out.texts.push_back(kind + std::string(8 - digits.size(), '0') + digits);
  }
  return out;
}

/// Non-mated passages of people who belong to one group each and pass ten times on average.
const passage_table& table() {
  static const passage_table all = [] {
    const std::size_t n = passages(), people = std::max<std::size_t>(groups, n / 10);
    passage_table out;
    out.system = "a";
    out.person = numbered(people, "p");
    out.groups["group"] = numbered(groups, "g");
    out.deployment = numbered(1, "d");
    out.camera = numbered(1, "c");
    out.top_person = numbered(1000, "l");
    test::random draw(5);
    for (std::size_t i = 0; i < n; ++i) {
      const auto person = static_cast<std::uint32_t>(draw.below(people));
      out.person.codes.push_back(person);
      out.groups["group"].codes.push_back(person % groups);
      out.deployment.codes.push_back(0);
      out.camera.codes.push_back(0);
      out.top_person.codes.push_back(static_cast<std::uint32_t>(draw.below(1000)));
      out.top_score.push_back(static_cast<float>(draw.uniform()));
      out.mate_score.push_back(no_score);
    }
    out.mated.assign(n, mated_status::no);
    out.acquired.assign(n, 1);
    return out;
  }();
  return all;
}

const threshold_grid& at_one() {
  static const threshold_grid grid(std::vector{threshold(0.99F)});
  return grid;
}

passage_tallies counted() {
  static const passage_cells cells = cross(table(), std::array<std::string, 1>{"group"});
  return *count_passages(table(), cells, at_one());
}

std::vector<group_clusters> by_person() {
  static const passage_cells cells = cross(table(), std::array<std::string, 1>{"group"});
  const auto people = *tally_persons(table(), cells, metric_id::false_positive_identification_rate, at_one(), 0);
  std::vector<group_clusters> out;
  for (std::size_t g = 0; g < people.size(); ++g) out.push_back({cells.labels[g].at("group"), people[g].persons_seen, people[g].tallies, 0.0});
  return out;
}

/// The same passers, each row now one comparison with one of a thousand listed people.
struct crossed_data {
  std::vector<std::uint64_t> passers, entries;
  std::vector<std::uint16_t> group;
  std::vector<std::uint8_t> event;

  crossed_data() {
    for (const std::string& text : table().person.texts) passers.push_back(bootstrap::entity_of(text));
    for (const std::string& text : table().top_person.texts) entries.push_back(bootstrap::entity_of(text));
    for (std::size_t i = 0; i < table().size(); ++i) {
      group.push_back(static_cast<std::uint16_t>(table().groups.at("group").codes[i]));
      event.push_back(table().top_score[i] >= 0.99F ? 1 : 0);
    }
  }
  [[nodiscard]] bootstrap::crossed_rows view() const { return {passers, entries, table().person.codes, table().top_person.codes, group, event, groups}; }
};

const crossed_data& crossed() {
  static const crossed_data all;
  return all;
}

bootstrap::crossed_replicates resampled(std::uint32_t replicates) { return bootstrap::crossed_bootstrap(crossed().view(), {.replicates = replicates}); }

/// The first replicate, row by row.
void check_resampled() {
  std::array<cluster_tally, groups> sums{};
  for (std::size_t i = 0; i < table().size(); ++i) {
    const std::uint64_t weight = std::uint64_t{bootstrap::poisson_weight(crossed().passers[table().person.codes[i]], 0, {})} *
                                 bootstrap::poisson_weight(crossed().entries[table().top_person.codes[i]], 0, {0, 1});
    sums[crossed().group[i]].exposure += weight;
    sums[crossed().group[i]].events += weight * crossed().event[i];
  }
  const bootstrap::crossed_replicates found = resampled(1);
  for (std::uint16_t g = 0; g < groups; ++g) require(found.at(g, 0) == sums[g], "crossed_bootstrap, plain loop");
}

void check_answers() {
  check_resampled();
  std::array<std::uint64_t, groups> events{}, trials{};
  const auto& codes = table().groups.at("group").codes;
  for (std::size_t i = 0; i < table().size(); ++i) {
    ++trials[codes[i]];
    events[codes[i]] += table().top_score[i] >= 0.99F ? 1 : 0;
  }
  const passage_tallies found = counted();
  const std::vector<group_clusters> people = by_person();
  for (std::size_t g = 0; g < groups; ++g) {
    const passage_counts here = found.at(g, 0);
    require(here.nonmated_with_alert.value() == events[g] && here.nonmated.value() == trials[g], "count_passages, plain loop");
    require(people[g].total() == cluster_tally{events[g], trials[g]}, "tally_persons, plain loop");
  }
}

template <class Work> void timed(benchmark::State& state, const Work& work) {
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(work());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(passages()));
}

void point_rates(benchmark::State& state) { timed(state, counted); }
void counts_by_person(benchmark::State& state) { timed(state, by_person); }
void all_pairs_compared(benchmark::State& state) {
  static const std::vector<group_clusters> people = by_person();
  comparison_rule rule;
  rule.margin = 1.25;
  timed(state, [&] { return compare_ratios(people, all_pairs(groups), rule); });
}

void two_way_bootstrap(benchmark::State& state) { timed(state, [] { return resampled(1000); }); }

BENCHMARK(point_rates)->Unit(benchmark::kMillisecond)->Repetitions(7);
BENCHMARK(counts_by_person)->Unit(benchmark::kMillisecond)->Repetitions(5);
BENCHMARK(all_pairs_compared)->Unit(benchmark::kMillisecond)->Repetitions(3);
BENCHMARK(two_way_bootstrap)->Unit(benchmark::kMillisecond)->Repetitions(3);

/// Best of seven, in seconds, as the child prints them: the floor, then the group-by.
bench::best_seconds peers() {
  const std::string script = "import time, numpy as np, pandas as pd\n"
                             "n = " + std::to_string(passages()) + "\n"
                             "r = np.random.default_rng(5)\n"
                             "group = r.integers(0, " + std::to_string(groups) + ", n).astype(np.uint32); score = r.random(n).astype(np.float32)\n"
                             "frame = pd.DataFrame({'group': pd.Categorical.from_codes(group, ['g%02d' % i for i in range(" + std::to_string(groups) + ")]), 'score': score})\n"
                             "def floor():\n  hit = score >= np.float32(0.99)\n  return np.bincount(group[hit], minlength=12), np.bincount(group, minlength=12)\n"
                             "def group_by():\n  return (frame['score'] >= np.float32(0.99)).astype(np.int64).groupby(frame['group'], observed=False).agg(['sum', 'count'])\n"
                             "assert (floor()[0] == group_by()['sum'].to_numpy()).all()\n"
                             "for name, work in (('numpy_counts', floor), ('pandas_group_by', group_by)):\n"
                             "  best = 9e9\n"
                             "  for _ in range(7):\n    began = time.process_time(); work(); best = min(best, time.process_time() - began)\n"
                             "  print(name, best)\n";
  bench::best_seconds out;
  std::string command = "/usr/bin/python3 -c '";
  for (const char c : script) command += c == '\'' ? std::string("'\\''") : std::string(1, c);
  command += "' 2>/dev/null";
  FILE* const child = popen(command.c_str(), "r");
  if (child == nullptr) return out;
  std::array<char, 64> name{};
  double seconds = 0;
  while (std::fscanf(child, "%63s %lf", name.data(), &seconds) == 2) out[name.data()] = seconds;
  pclose(child);
  return out;
}

void tell_multiples(const bench::best_seconds& best) {
  const bench::best_seconds others = peers();
  const auto floor = others.find("numpy_counts");
  if (floor == others.end()) {
    std::printf("\nno peer: python3 with numpy and pandas is not there\n");
    return;
  }
  std::printf("\n%zu passages, %zu groups; best times, one thread, and how many times numpy's counting they take:\n", passages(), groups);
  for (const bench::best_seconds* times : {&best, &others})
    for (const auto& [name, seconds] : *times) {
      std::printf("  %-20s %8.2f ms  %6.1f", name.c_str(), seconds * 1e3, seconds / floor->second);
      if (name == "point_rates") std::printf("  (target 2: %s)", seconds <= 2 * floor->second ? "met" : "missed");
      if (name == "two_way_bootstrap") std::printf("  (1,000 replicates; target 2 s: %s)", seconds <= 2 ? "met" : "missed");
      std::printf("\n");
    }
}

} // namespace

int main(int argc, char** argv) {
  check_answers();
  return bench::run_and_tell(argc, argv, tell_multiples);
}
