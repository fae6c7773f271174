// Any bytes as a table of deployments: refused with reasons, or every row is a record, left out, or in the ledger.
#include <lfreval/log/deployments.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>

#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

/// A file in memory with a path, so that nothing is written to a disk.
const int file = memfd_create("table", 0);

const lfreval::study& declared() {
  static const lfreval::study out = [] {
    const std::string text = "schema = 1\n[study]\nname = \"n\"\n[scope]\nfrom = 2020-01-01\n[[scope.exclude]]\ndeployment = \"x\"\nreason = \"r\"\n"
                             "[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"/proc/self/fd/" +
                             std::to_string(file) + "\"]\n[source.columns]\nduration = { column = \"t\", unit = \"hours\" }\nforce = \"f\"\ndeployment = \"d\"\n"
                             "use_case = { column = \"u\", split = \",\" }\npublished_false_alert_rate = { column = \"r\", unit = \"percent\" }\n";
    auto read = lfreval::parse_study(text, "s.toml");
    expect(read.has_value());
    return std::move(*read);
  }();
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  // The header is given, or nothing would ever be read beyond it.
  std::string text = "f,d,t,u,r,date,threshold,faces,alerts,outcome.a,status\n";
  if (size != 0 && data[0] == '!') text.clear();
  text.append(reinterpret_cast<const char*>(data), size);
  expect(ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));

  const auto out = read_deployments(declared());
  if (!out.has_value()) {
    expect(!out.error().empty());
    for (const error& e : out.error()) expect(!e.file.empty() && !e.allowed.empty());
    return 0;
  }
  expect(out->files.size() == 1);
  std::uint64_t accounted = out->records.size();
  for (const auto& [reason, n] : out->left_out) {
    expect(!reason.empty() && n > 0);
    accounted += n;
  }
  for (const refused_row& row : out->refused.rows()) {
    expect(row.why.line > 1 && !row.why.allowed.empty() && row.source == "s");
    accounted += row.why.code == error_code::wrong_field_count ? 0 : 1;
  }
  expect(accounted == out->files[0].rows);
  for (std::size_t i = 0; i < out->records.size(); ++i) {
    const deployment_record& r = out->records[i];
    expect(!r.force.empty() && !r.deployment.empty() && r.deployment != "x");
    expect(r.date.has_value() && r.date->year >= 2020); // the scope needs one
    if (r.duration) expect(r.duration->value() % 3600 == 0);
    if (r.published_false_alert_rate) {
      const auto value = parse_decimal(r.published_false_alert_rate->text);
      expect(r.published_false_alert_rate->percent && value && *value >= 0 && *value <= 100);
    }
    if (i > 0) expect(std::tie(out->records[i - 1].force, out->records[i - 1].deployment) < std::tie(r.force, r.deployment));
  }
  return 0;
}
