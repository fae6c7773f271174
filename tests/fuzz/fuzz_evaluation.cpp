// Any bytes as an evaluation.json: refused as malformed, or every difference from a fresh evaluation is named; only a
// result that lfreval wrote, byte for byte, passes.
#include <lfreval/report/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include <lfreval/report/evaluation.hpp>
#include <lfreval/study/study.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

std::string result_of(const std::string& evaluation) { return evaluation.substr(evaluation.rfind("\"result\":")); }

/// Two deployments in a file in memory, and what lfreval writes of them.
struct fixture {
  lfreval::study declared;
  std::string written;

  fixture() {
    const std::string rows = "force,deployment,date,threshold,faces,alerts,true_alerts,false_alerts\nF,1,2024-01-01,0.6,1000,3,2,1\nF,2,2024-01-02,0.6,2000,1,1,0\n";
    const int file = memfd_create("table", 0);
    expect(write(file, rows.data(), rows.size()) == static_cast<ssize_t>(rows.size()));
    auto read = lfreval::parse_study("schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"/proc/self/fd/" +
                                         std::to_string(file) + "\"]\n", "s.toml");
    expect(read.has_value());
    declared = std::move(*read);
    const auto made = lfreval::evaluate(declared, lfreval::evaluation_options{});
    expect(made.has_value());
    written = lfreval::to_json(*made, {});
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  static const fixture known;
  std::string text(reinterpret_cast<const char*>(data), size);
  // The first byte decides: a document from nothing, or a piece of the true one replaced by the bytes.
  if (size > 3 && data[0] == '!') {
    const std::size_t at = (static_cast<std::size_t>(data[1]) * 256 + data[2]) * known.written.size() / 65536, length = data[3];
    text = known.written;
    text.replace(at, length, std::string(reinterpret_cast<const char*>(data) + 4, size - 4));
  }
  const auto checked = verify(text, "evaluation.json", known.declared, {});
  if (!checked.has_value()) {
    expect(!checked.error().empty());
    for (const error& e : checked.error()) expect(e.code == error_code::malformed_evaluation && !e.allowed.empty());
    return 0;
  }
  if (text == known.written) expect(checked->differences.empty());
  // The time and the command stand in the provenance and cannot be made again; every byte of the result can.
  if (checked->differences.empty()) expect(result_of(text) == result_of(known.written));
  for (const std::string& difference : checked->differences) expect(!difference.empty());
  return 0;
}
