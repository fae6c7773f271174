// Any bytes as score files of every format: clear errors or counts that add up, the same with a sink and with two threads.
#include <lfreval/log/scores.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include <lfreval/study/study.hpp>

namespace {

using namespace lfreval;

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

/// Files in memory with a path, so that nothing is written to a disk.
const int first = memfd_create("first", 0), second = memfd_create("second", 0);

std::string path(int file) { return "/proc/self/fd/" + std::to_string(file); }

study declared(const std::string& polarity, const std::string& more) {
  const std::string text = "schema = 1\n[study]\nname = \"n\"\n[system.a]\nscore_range = [-1, 1]\npolarity = \"" + polarity + "\"\n[[source]]\nname = \"s\"\nkind = \"scores\"\ntable = \"scores\"\nfiles = [\"" +
                           path(first) + "\"]\n" + more;
  auto read = parse_study(text, "s.toml");
  expect(read.has_value());
  return std::move(*read);
}

const std::vector<study>& studies() {
  static const std::vector<study> all = [] {
    const std::string enrol = "sentinel = { value = -1, means = \"failure_to_enrol\" }\n", acquire = "sentinel = { value = -1, means = \"failure_to_acquire\" }\n",
                      cell = "sentinel = { value = 0, axis = \"cell\", means = \"failure_to_enrol\" }\n", beside = "\"" + path(second) + "\"\n";
    std::vector<study> out;
    out.push_back(declared("similarity", "format = \"matrix\"\nmated = \"same_id\"\n" + enrol));
    out.push_back(declared("distance", "format = \"matrix\"\nmated = \"same_person\"\n" + cell + "probes = " + beside + "references = " + beside));
    out.push_back(declared("similarity", "format = \"bee\"\n" + acquire + "mask = " + beside));
    out.push_back(declared("similarity", "format = \"bee\"\nmated = \"same_id\"\nprobes = " + beside + "references = " + beside));
    out.push_back(declared("similarity", "format = \"pairs\"\n" + enrol));
    out.push_back(declared("similarity", "format = \"pairs\"\nmated = \"same_person\"\n[source.columns]\nprobe = \"p\"\nprobe_person = \"p\"\nreference = \"r\"\nreference_person = \"r\"\n"));
    out.push_back(declared("distance", "format = \"bob4\"\n" + acquire));
    out.push_back(declared("similarity", "format = \"bob5\"\n" + cell));
    out.push_back(declared("similarity", "format = \"two_column\"\n"));
    out.push_back(declared("similarity", "format = \"pyeer\"\nmated_files = [\"" + path(first) + "\"]\n"));
    out.push_back(declared("similarity", "format = \"pyeer\"\nmated_pairs = " + beside));
    return out;
  }();
  return all;
}

void write(int file, std::string_view text) { expect(ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())); }

void check(const score_set& set) {
  comparison_counts seen;
  std::uint64_t with_mate = 0;
  for (std::size_t i = 0; i < set.table.size(); ++i) {
    const score_row row = set.table.row(i);
    seen.mated += row.mates.size();
    seen.undecided += row.undecided.size();
    seen.nonmated += row.scores.size() - row.mates.size() - row.undecided.size();
    with_mate += row.mates.empty() ? 0 : 1;
    expect(row.references.size() == row.scores.size());
    for (const float score : row.scores) expect(score == no_score || (score >= -1 && score <= 1));
    for (const std::uint32_t reference : row.references) expect(reference < set.references.size());
    std::uint64_t failed = 0;
    for (const float score : row.scores) failed += score == no_score ? 1 : 0;
    if (!row.acquired) expect(failed == row.scores.size());
    seen.failed_mated += failed; // all labels together
  }
  if (!set.probes.empty()) {
    expect(seen.all() == set.counts.all() && seen.mated == set.counts.mated && seen.undecided == set.counts.undecided && seen.failed_mated == set.counts.failed());
    expect(with_mate == set.probes_with_mate && set.table.size() == set.probes.size() && set.probes_with_mate + set.probes_without_mate == set.probes.size());
  } else {
    expect(set.counts.mated - set.counts.failed_mated == set.mated_scores.size() && set.counts.nonmated - set.counts.failed_nonmated == set.nonmated_scores.size());
  }
  expect(set.acquired.size() == set.probes.size() && set.enrolled.size() == set.references.size());
  for (const constant_scores& one : set.constant_rows) expect(one.place < set.probes.size() && std::isfinite(one.value));
  for (const constant_scores& one : set.constant_columns) expect(one.place < set.references.size() && std::isfinite(one.value));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const study& one = studies()[data[0] % studies().size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t between = bytes.find('|');
  write(first, bytes.substr(0, between));
  write(second, between == std::string_view::npos ? "" : bytes.substr(between + 1));

  const auto out = read_score_sets(one);
  score_table streamed;
  bool is_begun = false;
  const auto again = read_score_sets(one, [&](const score_block& block) {
    if (!is_begun) streamed = score_table::full(block.set.references.size());
    is_begun = true;
    for (const score_row& row : block.rows) streamed.add(row);
  }, 2);
  expect(out.has_value() == again.has_value());
  if (!out.has_value()) {
    expect(!out.error().empty() && out.error() == again.error());
    for (const error& e : out.error()) expect(!e.file.empty() && !e.allowed.empty());
    return 0;
  }
  expect(out->sets.size() == 1 && out->refused == again->refused);
  const score_set& set = out->sets[0];
  check(set);
  expect(set.counts == again->sets[0].counts);
  if (is_begun) {
    streamed.reorder(again->sets[0].probe_at);
    expect(streamed == set.table);
  }
  for (const refused_row& row : out->refused.rows()) expect(row.why.line > 0 && !row.why.allowed.empty());
  return 0;
}
