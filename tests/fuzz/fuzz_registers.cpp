// Any bytes as a register, as CSV and as TOML: refused with reasons, or every row is an entry or in the ledger, in the order of the
// identifiers. The first byte says which register.
#include <lfreval/log/registers.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

#include <lfreval/study/study.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/study/toml_rows.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

/// A file in memory with a path, so that nothing is written to a disk.
const int file = memfd_create("register", 0);

const lfreval::study& declared(std::size_t which) {
  static const auto all = [] {
    std::array<lfreval::study, std::size(lfreval::register_names)> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      auto read = lfreval::parse_study("schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"none.csv\"]\n[[register]]\nkind = \"" + std::string(lfreval::register_names[i]) + "\"\nfiles = [\"/proc/self/fd/" + std::to_string(file) + "\"]\n", "s.toml");
      expect(read.has_value());
      out[i] = std::move(*read);
    }
    return out;
  }();
  return all[which];
}

/// The header is given, or nothing would ever be read beyond it.
std::string header_of(std::string_view table) {
  std::string out;
  for (const lfreval::table_column& column : lfreval::table_columns())
    if (column.table == table) out += (out.empty() ? "" : ",") + std::string(column.name.ends_with(".*") ? "outcome.a" : column.name);
  return out + "\n";
}

template <class Entry> std::size_t entries_of(const std::vector<Entry>& entries) {
  expect(std::is_sorted(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; }));
  for (const Entry& one : entries) expect(!one.id.empty());
  return entries.size();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  if (size == 0) return 0;
  const std::size_t which = data[0] % std::size(register_names);
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);

  if (rest.find('\0') == std::string_view::npos) {
    const auto rows = parse_toml_rows(rest, "r.toml", register_names[which]);
    if (rows.has_value())
      for (const toml_rows::row& row : rows->rows) expect(row.line > 0 && row.fields.size() == rows->header.size());
    else {
      expect(!rows.error().empty());
      for (const error& e : rows.error()) expect(e.file == "r.toml" && !e.allowed.empty());
    }
  }

  const std::string text = header_of(register_names[which]) + std::string(rest);
  expect(ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  const auto out = read_registers(declared(which));
  if (!out.has_value()) {
    expect(!out.error().empty());
    for (const error& e : out.error()) expect(!e.file.empty() && !e.allowed.empty());
    return 0;
  }
  expect(out->files.size() == 1 && out->given.size() == 1);
  std::uint64_t accounted = entries_of(out->documents) + entries_of(out->tests) + entries_of(out->changes) + entries_of(out->comparators) + entries_of(out->costs) +
                            entries_of(out->staffing) + entries_of(out->complaints) + entries_of(out->notices) + entries_of(out->retention) + entries_of(out->expectations) +
                            entries_of(out->operators) + entries_of(out->authorisations) + entries_of(out->disclosures);
  for (const refused_row& row : out->refused.rows()) {
    expect(row.why.line > 1 && !row.why.allowed.empty() && row.source == register_names[which]);
    accounted += row.why.code == error_code::wrong_field_count ? 0 : 1;
  }
  expect(accounted == out->files[0].rows);
  for (const comparator_entry& one : out->comparators)
    expect(one.tactic.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos); // it is printed
  return 0;
}
