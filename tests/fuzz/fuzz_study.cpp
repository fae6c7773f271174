// Any bytes: refused with reasons in the order of their lines, or a study that is the same when it is read again.
#include <lfreval/study/study.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <lfreval/bytes/text.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

bool same(const lfreval::column_mapping& a, const lfreval::column_mapping& b) {
  return a.column == b.column && a.constant == b.constant && a.unit == b.unit && a.format == b.format && a.split == b.split && a.yes == b.yes &&
         a.no == b.no && a.coefficient_of_variation == b.coefficient_of_variation && a.quality == b.quality && a.at == b.at;
}

bool same(const lfreval::study_source& a, const lfreval::study_source& b) {
  if (a.columns.size() != b.columns.size()) return false;
  for (const auto& [name, mapping] : a.columns)
    if (!b.columns.contains(name) || !same(mapping, b.columns.at(name))) return false;
  return a.name == b.name && a.kind == b.kind && a.table == b.table && a.system == b.system && a.label_source == b.label_source && a.files == b.files &&
         a.status == b.status && a.at == b.at;
}

bool same(const lfreval::study& a, const lfreval::study& b) {
  if (a.sources.size() != b.sources.size() || a.systems.size() != b.systems.size()) return false;
  for (std::size_t i = 0; i < a.sources.size(); ++i)
    if (!same(a.sources[i], b.sources[i])) return false;
  if (a.scope.exclude.size() != b.scope.exclude.size()) return false;
  for (std::size_t i = 0; i < a.scope.exclude.size(); ++i)
    if (a.scope.exclude[i].deployment != b.scope.exclude[i].deployment || a.scope.exclude[i].reason != b.scope.exclude[i].reason || a.scope.exclude[i].at != b.scope.exclude[i].at) return false;
  for (std::size_t i = 0; i < a.systems.size(); ++i)
    if (a.systems[i].name != b.systems[i].name || a.systems[i].version != b.systems[i].version || a.systems[i].vendor != b.systems[i].vendor ||
        a.systems[i].lowest_score != b.systems[i].lowest_score || a.systems[i].highest_score != b.systems[i].highest_score)
      return false;
  return a.file == b.file && a.sha256 == b.sha256 && a.name == b.name && a.as_of == b.as_of && a.level == b.level &&
         a.seed == b.seed && a.max_refused == b.max_refused && a.planning_design_effect == b.planning_design_effect && a.scope.from == b.scope.from &&
         a.scope.to == b.scope.to && a.scope.where == b.scope.where && a.faces_cv_shared == b.faces_cv_shared && a.limits == b.limits;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto out = parse_study(bytes, "s.toml");
  if (!out.has_value()) {
    expect(!out.error().empty());
    std::uint64_t line = 0;
    for (const error& e : out.error()) {
      expect(e.file == "s.toml" && !e.allowed.empty() && e.line >= line);
      line = e.line;
      expect(e.message().starts_with("s.toml"));
    }
    const auto again = parse_study(bytes, "s.toml");
    expect(!again.has_value() && again.error() == out.error());
    return 0;
  }
  expect(check_text(bytes, "s.toml").has_value());
  expect(!out->sources.empty() && !out->name.empty());
  for (const limit& one : out->limits) expect(one.exposure >= 1 && one.events <= one.exposure);
  const auto again = parse_study(bytes, "s.toml");
  expect(again.has_value() && same(*again, *out));
  return 0;
}
