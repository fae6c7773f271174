// Score matrices, as text and as BEE, go by a sink that takes the best score of each probe, which is what an open-set rate
// is made of; then through the whole evaluation, from the file to every finding. Answers are checked first, against the
// generator and, for a small matrix, against the table in memory; then everything is timed as a share of the bandwidth that
// this machine reads the same file with.
//
//   bench_scores [thousand rows of text, usually 10] [columns of text, usually 1000] [side of the BEE matrix, usually 10000]
//
// Times are processor time of all threads (the machine may be shared), best of several runs, and by the clock beside it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/log/scores.hpp>
#include <lfreval/report/evaluation.hpp>

#include "measure.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using bench::best_of;
using bench::require;
using bench::timing;

namespace {

/// The score of a comparison, one of a million.
std::uint32_t millionths(std::uint64_t row, std::uint64_t column) { return static_cast<std::uint32_t>(test::random(row * 1'000'003 + column).bits() % 1'000'000); }

constexpr float threshold = 0.999F;

struct truth {
  double best_sum = 0; ///< of the best score of each probe
  std::uint64_t scores = 0;
  std::uint64_t matches = 0; ///< non-mated comparisons at or above the threshold
  std::uint64_t alerts = 0;  ///< probes with one, where nobody is listed
};

class file_writer {
public:
  explicit file_writer(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) { require(file_ != nullptr, "a file to write"); }
  file_writer(const file_writer&) = delete;
  file_writer& operator=(const file_writer&) = delete;
  ~file_writer() { std::fclose(file_); }
  void write(std::string_view text) { require(std::fwrite(text.data(), 1, text.size(), file_) == text.size(), "room on the disk"); }

private:
  std::FILE* file_;
};

truth write_text(const std::string& path, std::uint64_t rows, std::uint64_t columns, int digits) {
  file_writer out(path);
  std::string line = "id";
  for (std::uint64_t c = 0; c < columns; ++c) line += ",r" + std::to_string(1'000'000 + c);
  out.write(line + "\n");
  truth known;
  std::array<char, 32> cell{};
  for (std::uint64_t r = 0; r < rows; ++r) {
    line = "p" + std::to_string(1'000'000 + r);
    float best = 0;
    for (std::uint64_t c = 0; c < columns; ++c) {
      const std::uint64_t written = digits == 6 ? millionths(r, c) : millionths(r, c) * std::uint64_t{1000} + millionths(c, r) % 1000;
      const int size = std::snprintf(cell.data(), cell.size(), ",0.%0*llu", digits, static_cast<unsigned long long>(written));
      line.append(cell.data(), static_cast<std::size_t>(size));
      const float score = std::strtof(cell.data() + 1, nullptr);
      best = std::max(best, score);
      known.matches += score >= threshold ? 1 : 0;
    }
    known.alerts += best >= threshold ? 1 : 0;
    known.best_sum += static_cast<double>(best);
    out.write(line + "\n");
  }
  known.scores = rows * columns;
  return known;
}

truth write_bee(const std::string& folder, std::uint64_t side) {
  const auto header = [&](const char* type) {
    std::string out = "S2\ntarget.xml\nquery.xml\n" + std::string(type) + " " + std::to_string(side) + " " + std::to_string(side) + " ";
    const std::uint32_t mark = 0x12345678;
    out.append(reinterpret_cast<const char*>(&mark), 4);
    return out + "\n";
  };
  file_writer scores(folder + "/s.mtx"), mask(folder + "/m.mask");
  scores.write(header("MF"));
  mask.write(header("MB"));
  std::vector<float> row(side);
  std::string labels(side, '\x7f');
  truth known;
  for (std::uint64_t r = 0; r < side; ++r) {
    test::random from(r);
    for (float& one : row) one = static_cast<float>(from.below(1 << 24)) * 0x1p-24F;
    known.best_sum += static_cast<double>(*std::max_element(row.begin(), row.end()));
    known.matches += static_cast<std::uint64_t>(std::count_if(row.begin(), row.end(), [](float one) { return one >= threshold; })) - (row[r] >= threshold ? 1 : 0);
    scores.write({reinterpret_cast<const char*>(row.data()), side * sizeof(float)});
    labels[r] = '\xff';
    mask.write(labels);
    labels[r] = '\x7f';
  }
  known.scores = side * side;
  return known;
}

study declared(const std::string& folder, const std::string& source) {
  auto out = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\noperating_threshold = 0.999\n[[source]]\nname = \"s\"\nkind = \"scores\"\ntable = \"scores\"\n" + source, folder + "/study.toml");
  require(out.has_value(), "the study");
  return std::move(*out);
}

/// The sum of the best scores, with all scores looked at and none kept.
truth streamed(const study& what, unsigned threads) {
  truth out;
  std::uint64_t mates = 0;
  const auto read = read_score_sets(what, [&](const score_block& block) {
    for (const score_row& row : block.rows) {
      std::array<float, 16> best{};
      std::size_t i = 0;
      for (; i + 16 <= row.scores.size(); i += 16)
        for (std::size_t k = 0; k < 16; ++k) best[k] = std::max(best[k], row.scores[i + k]);
      for (; i < row.scores.size(); ++i) best[0] = std::max(best[0], row.scores[i]);
      out.best_sum += static_cast<double>(*std::max_element(best.begin(), best.end()));
      mates += row.mates.size();
    }
  }, threads);
  require(read.has_value() && read->refused.empty(), "a generated row was refused");
  out.scores = read->sets.at(0).counts.all();
  require(mates == read->sets.at(0).counts.mated, "mates");
  return out;
}

/// The whole evaluation, from the file to every finding; checked by what the generator knows.
void evaluate_all(const study& what, const truth& known, unsigned threads) {
  evaluation_options options;
  options.threads = threads;
  const auto made = evaluate(what, options);
  require(made.has_value(), "an evaluation");
  const auto events = [&](const char* key) {
    const finding* found = made->find(key);
    require(found != nullptr && std::holds_alternative<estimate>(found->value), key);
    return std::get<estimate>(found->value).events;
  };
  require(events("false_match_rate@compared_at=0.999;source=s;system=a") == known.matches, "false matches");
  if (known.alerts != 0) require(events("false_positive_identification_rate@source=s;system=a;threshold=0.999") == known.alerts, "false alerts");
}

/// All bytes through a buffer, as `wc -c` would if it looked at them.
std::uint64_t bytes_read(const std::string& path) {
  std::vector<char> buffer(std::size_t{1} << 20U);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(file >= 0, "a file to read");
  std::uint64_t all = 0;
  for (ssize_t n = 0; (n = ::read(file, buffer.data(), buffer.size())) > 0;) all += static_cast<std::uint64_t>(n);
  ::close(file);
  return all;
}

/// Peak memory of a process that does this work and nothing else, in bytes.
template <class Work> double peak_memory(const Work& work) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || status != 0) return -1;
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

void measure(const char* what, const study& source, const std::string& file, const truth& known) {
  const double peak = peak_memory([&] { (void)streamed(source, 2); }), peak_of_all = peak_memory([&] { evaluate_all(source, known, 1); });
  for (const unsigned threads : {1U, 2U}) {
    const truth got = streamed(source, threads);
    require(got.scores == known.scores && got.best_sum == known.best_sum, what);
  }
  volatile std::uint64_t sink = 0;
  const timing floor = best_of(5, [&] { sink = bytes_read(file); });
  const double bytes = static_cast<double>(sink);
  std::printf("%s: %.1f MB, %.0f scores; answers checked\n", what, bytes / 1e6, static_cast<double>(known.scores));
  const auto print = [&](const char* name, const timing& t) {
    std::printf("  %-34s %7.3f s of processors %7.3f s by the clock %7.0f MB/s %7.1f Mscore/s %6.1f %% of read\n", name, t.processor, t.clock, bytes / t.processor / 1e6,
                static_cast<double>(known.scores) / t.processor / 1e6, 100 * floor.processor / t.processor);
  };
  print("read, as wc -c", floor);
  print("hash alone, which every file needs", best_of(3, [&] { require(file_blocks::open(file)->sha256().has_value(), "a hash"); }));
  for (const unsigned threads : {1U, 2U}) print(threads == 1 ? "streamed, one thread and the hash" : "streamed, two threads and the hash", best_of(3, [&] { sink = streamed(source, threads).scores; }));
  for (const unsigned threads : {1U, 2U}) print(threads == 1 ? "evaluated, one thread and the hash" : "evaluated, two threads and the hash", best_of(3, [&] { evaluate_all(source, known, threads); }));
  std::printf("  %-34s %7.0f MB streamed, %.0f MB evaluated\n", "peak memory", peak / 1e6, peak_of_all / 1e6);
}

} // namespace

int main(int count, char** values) {
  const auto argument = [&](int i, double usual) { return static_cast<std::uint64_t>(count > i ? std::atof(values[i]) : usual); };
  const std::uint64_t rows = argument(1, 10) * 1000, columns = argument(2, 1000), side = argument(3, 10'000);
  const test::temporary_folder folder;
  const std::string at = folder.at("");
  {
    // The table in memory agrees with the stream.
    const truth known = write_text(folder.at("small.csv"), 50, 70, 9);
    const study small = declared(at, "format = \"matrix\"\nmated = \"same_id\"\nfiles = [\"small.csv\"]\n");
    const auto kept = read_score_sets(small);
    require(kept.has_value() && kept->sets.at(0).counts.all() == known.scores, "a small matrix");
    double sum = 0;
    for (std::size_t i = 0; i < kept->sets[0].table.size(); ++i) {
      const auto scores = kept->sets[0].table.row(i).scores;
      sum += static_cast<double>(*std::max_element(scores.begin(), scores.end()));
    }
    require(sum == known.best_sum, "scores of a small matrix");
  }
  for (const int digits : {6, 9}) {
    const std::string name = "s" + std::to_string(digits) + ".csv";
    const truth known = write_text(folder.at(name), rows, columns, digits);
    measure(digits == 6 ? "text, 6 digits" : "text, 9 digits", declared(at, "format = \"matrix\"\nmated = \"same_id\"\nfiles = [\"" + name + "\"]\n"), folder.at(name), known);
  }
  const truth known = write_bee(at, side);
  measure("BEE with its mask", declared(at, "format = \"bee\"\nmask = \"m.mask\"\nfiles = [\"s.mtx\"]\n"), folder.at("s.mtx"), known);
  return 0;
}
