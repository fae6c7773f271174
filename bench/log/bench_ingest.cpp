// A trial log of ten fields and 82 bytes a row becomes typed columns. The answer is checked against the slow reader and
// against the generator, then everything is timed in one run, as a share of the bandwidth that this machine reads with.
//
//   bench_ingest [million rows, usually 4] [subjects, usually 10000]
//
// Times are processor time (the machine may be shared), best of several runs; two threads are also timed by the clock.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <lfreval/log/column_reader.hpp>
#include <lfreval/log/csv.hpp>

#include "log/separators.hpp"
#include "measure.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using bench::best_of;
using bench::require;
using bench::timing;

namespace {

constexpr std::string_view header = "time,camera,deployment,subject,candidate,score,mated,ethnicity,sex,age\n";
constexpr std::size_t padding = 64;

std::string generated(std::uint64_t rows, std::uint64_t subjects) {
  constexpr std::array ethnicity{"Asian", "Black", "Mixed", "Other", "White"}, age{"18-24", "25-34", "35-44", "45-54", "55+"};
  test::random from(7);
  std::string out(header);
  out.reserve(header.size() + rows * 84 + padding);
  std::array<char, 160> line{};
  for (std::uint64_t i = 0; i < rows; ++i) {
    const std::uint64_t ms = i * 7, second = ms / 1000, bits = from.bits(), more = from.bits();
    const int size = std::snprintf(line.data(), line.size(), "2024-01-26T%02u:%02u:%02u.%03uZ,CAM-%02u,d%04u,p%09u,w%06u,0.%06u,%d,%s,%c,%s\n",
                                   static_cast<unsigned>(second / 3600 % 24), static_cast<unsigned>(second / 60 % 60), static_cast<unsigned>(second % 60),
                                   static_cast<unsigned>(ms % 1000), static_cast<unsigned>(bits % 12), static_cast<unsigned>(i / 500'000),
                                   static_cast<unsigned>(more % subjects), static_cast<unsigned>((bits >> 20U) % 2000), static_cast<unsigned>((bits >> 40U) % 1'000'000),
                                   i % 1000 == 0 ? 1 : 0, ethnicity[bits % 5], (bits & 32U) != 0 ? 'F' : 'M', age[(bits >> 8U) % 5]);
    out.append(line.data(), static_cast<std::size_t>(size));
  }
  return out;
}

std::vector<column_request> requests() {
  const choice_cells yes_no{{{"0"}, {"1"}}};
  return {{0, time_cells{}, true, ""}, {1, text_cells{}, true, ""}, {2, text_cells{}, true, ""}, {3, text_cells{}, true, ""}, {4, text_cells{}, true, ""},
          {5, score_cells{}, true, ""}, {6, yes_no, true, ""}, {7, text_cells{}, false, ""}, {8, text_cells{}, false, ""}, {9, text_cells{}, false, ""}};
}

column_table ingest(std::string_view text, unsigned threads) {
  ledger refused;
  auto reader = column_reader::of(text, "log.csv", {.threads = threads});
  auto table = reader->read(requests(), refused, "log");
  require(table.has_value() && refused.empty(), "a generated row was refused");
  return std::move(*table);
}

void check_answers(std::string_view text, std::uint64_t rows) {
  const std::size_t some = text.rfind('\n', std::min<std::size_t>(text.size() - 1, 8'000'000)) + 1;
  ledger refused;
  const auto slow = parse_csv(std::string(text.substr(0, some)), "log.csv", refused, "log");
  const column_table fast = ingest(text, 1);
  require(fast.rows == rows, "rows");
  require(fast == ingest(text, 2), "two threads");
  for (std::size_t row = 0; row < slow->rows.size(); ++row) {
    const auto& fields = slow->rows[row].fields;
    for (const std::size_t i : {1U, 2U, 3U, 4U, 7U, 8U, 9U}) {
      const auto& column = std::get<text_column>(fast.columns[i]);
      require(column.texts[column.codes[row]] == fields[i], "a text");
    }
    require(std::get<score_column>(fast.columns[5]).values[row] == std::strtof(std::string(fields[5]).c_str(), nullptr), "a score");
    require(std::get<time_column>(fast.columns[0]).nanoseconds[row] == parse_timestamp(fields[0])->nanoseconds, "a time");
    require(std::get<std::vector<std::uint8_t>>(fast.columns[6])[row] == (fields[6] == "1" ? 1 : 0), "a yes or no");
  }
}

std::uint64_t read_all(std::string_view text) {
  std::array<std::uint64_t, 16> sums{};
  for (std::size_t i = 0; i + 128 <= text.size(); i += 128) {
    std::array<std::uint64_t, 16> words;
    std::memcpy(words.data(), text.data() + i, 128);
    for (std::size_t k = 0; k < 16; ++k) sums[k] ^= words[k];
  }
  std::uint64_t all = 0;
  for (const std::uint64_t one : sums) all ^= one;
  return all;
}

/// Peak memory of a process that reads the file and nothing else, in bytes.
double peak_memory(const std::string& path, unsigned threads) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    ledger refused;
    auto reader = column_reader::open(path, "log.csv", {.threads = threads});
    const bool read = reader && reader->read(requests(), refused, "log").has_value();
    _exit(read ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || status != 0) return -1;
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

} // namespace

int main(int count, char** values) {
  const auto rows = static_cast<std::uint64_t>((count > 1 ? std::atof(values[1]) : 4.0) * 1e6);
  const auto subjects = static_cast<std::uint64_t>(count > 2 ? std::atof(values[2]) : 10'000);
  const test::temporary_folder folder;
  double peak = 0;
  {
    // Before anything is held here, because a child begins with what its parent holds.
    const std::string path = folder.at("log.csv");
    const pid_t child = fork();
    if (child == 0) {
      std::ofstream(path, std::ios::binary) << generated(rows, subjects);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    peak = peak_memory(path, 2);
  }
  const std::string text = generated(rows, subjects);
  check_answers(text, rows);
  const double bytes = static_cast<double>(text.size());
  std::printf("%llu rows, %.3f GB, %.1f bytes a row, %llu subjects; answers checked\n", static_cast<unsigned long long>(rows), bytes / 1e9,
              bytes / static_cast<double>(rows), static_cast<unsigned long long>(subjects));
  volatile std::uint64_t sink = 0;
  const timing floor = best_of(7, [&] { sink = read_all(text); });
  const auto print = [&](const char* what, double seconds) {
    std::printf("%-44s %7.3f s %7.2f GB/s %7.1f Mrow/s %6.1f %% of read\n", what, seconds, bytes / seconds / 1e9,
                static_cast<double>(rows) / seconds / 1e6, 100 * floor.processor / seconds);
  };
  print("read", floor.processor);
  print("count line ends, as wc -l", best_of(5, [&] { sink = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')); }).processor);
  print("scan for separators (target 80 %)", best_of(7, [&] { sink = detail::count_separators(text.data(), text.size()); }).processor);
  const timing one = best_of(5, [&] { sink = ingest(text, 1).rows; });
  print("typed columns, one thread (target 4.5 %)", one.processor);
  const timing two = best_of(5, [&] { sink = ingest(text, 2).rows; });
  print("typed columns, two threads, per core", two.processor);
  print("typed columns, two threads, by the clock", two.clock);
  std::printf("%-44s %7.2f times by the clock, %.2f by processor time (target 1.8)\n", "two threads against one", one.clock / two.clock,
              2 * one.processor / two.processor);
  std::printf("%-44s %7.0f MB for %.0f MB of file\n", "peak memory from a file, two threads", peak / 1e6, bytes / 1e6);
  return 0;
}
