// Any bytes as a policy: refused with reasons in the order of their lines, or a policy that is the same when it is read again and
// whose every criterion reads something that a finding can have.
#include <lfreval/proportionality/policy.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <lfreval/proportionality/indicator.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

void check_criterion(const lfreval::criterion& one) {
  using namespace lfreval;
  expect(!one.id.empty() && !one.source.empty() && !one.requirement.empty());
  expect((one.kind == criterion_kind::process) == one.reads.empty());
  if (one.reads.empty()) return;
  expect(one.metric.has_value() || find_indicator(one.name) != nullptr);
  if (!one.line) return;
  expect(one.metric.has_value() && one.line->metric == *one.metric && one.line->exposure >= 1);
  expect(one.kind == criterion_kind::limit);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto out = parse_policy(bytes, "p.toml");
  const auto again = parse_policy(bytes, "p.toml");
  expect(again.has_value() == out.has_value());
  if (!out.has_value()) {
    expect(!out.error().empty() && again.error() == out.error());
    std::uint64_t line = 0;
    for (const error& e : out.error()) {
      expect(e.file == "p.toml" && !e.allowed.empty() && e.line >= line);
      line = e.line;
    }
    return 0;
  }
  expect(!out->name.empty() && out->sha256.size() == 64 && out->sha256 == again->sha256);
  for (const criterion& one : out->criteria) check_criterion(one);
  expect(differences(*out, *again).empty());
  for (const limit& line : limits_of({*out}, {})) expect(line.exposure >= 1 && !line.source.empty());
  return 0;
}
