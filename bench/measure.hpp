/// @file
/// What benchmarks share: the check of an answer, the size from the environment, and best times told against each other.
/// Machines are noisy, so a time alone says little, and a ratio taken in one run says more.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace lfreval::bench {

/// Ends the program unless the answer is right: a fast wrong answer is not measured.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "wrong answer before timing: " << what << '\n';
  std::exit(1);
}

/// The number in this environment variable, or `otherwise` where it is not set.
inline std::size_t size_from(const char* variable, std::size_t otherwise) {
  const char* const asked = std::getenv(variable);
  return asked == nullptr ? otherwise : static_cast<std::size_t>(std::strtoull(asked, nullptr, 10));
}

inline double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Least processor time, over all threads, and least time by the clock; they need not be of the same run.
struct timing {
  double processor = 1e300, clock = 1e300;
};

template <class Work> timing best_of(int times, const Work& work) {
  timing best;
  for (int i = 0; i < times; ++i) {
    const double processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID), clock = seconds_of(CLOCK_MONOTONIC);
    work();
    best.processor = std::min(best.processor, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor);
    best.clock = std::min(best.clock, seconds_of(CLOCK_MONOTONIC) - clock);
  }
  return best;
}

/// Best processor time of one iteration, in seconds, by the name of the benchmark's function.
using best_seconds = std::map<std::string, double>;

class best_times : public benchmark::ConsoleReporter {
public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      const double own = run.cpu_accumulated_time / static_cast<double>(run.iterations);
      const auto [place, added] = seconds_.try_emplace(run.run_name.function_name, own);
      if (!added) place->second = std::min(place->second, own);
    }
    ConsoleReporter::ReportRuns(runs);
  }
  [[nodiscard]] const best_seconds& seconds() const { return seconds_; }

private:
  best_seconds seconds_;
};

/// The rest of `main`, once the answers were checked: runs what the command line asks for, then `tell`.
template <class Tell> int run_and_tell(int argc, char** argv, const Tell& tell) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  best_times reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  tell(reporter.seconds());
  return 0;
}

} // namespace lfreval::bench
