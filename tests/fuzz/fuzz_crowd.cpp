// Any bytes as counts of a crowd and a log of its alerts: every alert is in a record or in the ledger, and the parts add up.
#include <lfreval/log/deployments.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

#include <lfreval/study/study.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

/// Files in memory with a path, so that nothing is written to a disk.
const int counts = memfd_create("counts", 0), raised = memfd_create("alerts", 0);

const lfreval::study& declared() {
  static const lfreval::study out = [] {
    const auto source = [](const char* table, int file) {
      return std::string("[[source]]\nname = \"") + table + "\"\nkind = \"operational\"\ntable = \"" + table + "\"\nfiles = [\"/proc/self/fd/" + std::to_string(file) + "\"]\n";
    };
    const std::string text = "schema = 1\n[study]\nname = \"n\"\n[system.a]\noperating_threshold = 0.5\n" + source("exposure", counts) +
                             "[source.columns]\nduration = { column = \"t\", unit = \"minutes\" }\n" + source("alerts", raised) +
                             "[source.columns]\nengaged = { column = \"e\", yes = [\"1\"], no = [\"0\"] }\n";
    auto read = lfreval::parse_study(text, "s.toml");
    expect(read.has_value());
    return std::move(*read);
  }();
  return out;
}

void write(int file, std::string_view header, std::string_view rows) {
  const std::string text = std::string(header) + std::string(rows);
  expect(ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t between = bytes.find('|');
  write(counts, "deployment,camera,start,unit,count,cv,t\n", bytes.substr(0, between));
  write(raised, "alert,alert_group,passage,deployment,time,score,adjudication,identity,label_source,e,outcome.a\n", between == std::string_view::npos ? "" : bytes.substr(between + 1));

  const auto out = read_deployments(declared());
  if (!out.has_value()) {
    expect(!out.error().empty());
    for (const error& e : out.error()) expect(!e.file.empty() && !e.allowed.empty());
    return 0;
  }
  expect(out->files.size() == 2 && out->files[1].source == "alerts");
  std::uint64_t accounted = 0;
  for (const refused_row& row : out->refused.rows()) expect(row.why.line > 1 && !row.why.allowed.empty());
  for (const deployment_record& r : out->records) {
    expect(!r.deployment.empty());
    if (r.faces_cv) expect(r.faces && std::isfinite(*r.faces_cv) && *r.faces_cv >= 0);
    expect(r.alerts || !out->refused.empty());
    if (!r.alerts) continue;
    const std::uint64_t raw = r.alerts_before_grouping ? r.alerts_before_grouping->value() : r.alerts->value();
    expect(r.alerts->value() <= raw);
    accounted += raw;
    expect(r.true_alerts()->value() + r.false_alerts()->value() == r.alerts->value());
    if (r.true_engaged) expect(r.true_engaged->value() + r.false_engaged->value() <= r.alerts->value());
    for (const auto& [name, n] : r.outcomes) expect(name == "a" && n.value() <= r.alerts->value());
  }
  // Every alert is in a record, unless something was refused and its deployment has no total.
  if (out->refused.empty()) expect(accounted == out->files[1].rows);
  else expect(accounted < out->files[1].rows + 1);
  return 0;
}
