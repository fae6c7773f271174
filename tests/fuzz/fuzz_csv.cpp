// Any bytes: refused with a reason, or a table in which every row has the fields of the header and which is the same
// after it is written in quotes and read again.
#include <lfreval/log/csv.hpp>
#include <lfreval/bytes/text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

template <class Fields> void append_quoted(std::string& text, const Fields& fields) {
  bool is_first = true;
  for (const std::string_view field : fields) {
    text += is_first ? "\"" : ",\"";
    is_first = false;
    for (const char c : field) {
      if (c == '"') text += '"';
      text += c;
    }
    text += '"';
  }
  text += '\n';
}

bool is_well_described(const lfreval::error& e) {
  return e.file == "f" && !e.allowed.empty() && (e.column == 0 || e.line != 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  const std::string shown = "." + printable(bytes);
  expect(check_text(shown, "f").has_value());
  for (const char c : shown) expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);

  // The table is read whether or not it is text, so that the reader is not shielded from odd bytes.
  const auto text = check_text(bytes, "f");
  if (!text.has_value()) expect(is_well_described(text.error()));

  ledger refused;
  const auto table = parse_csv(std::string(text.has_value() ? *text : bytes), "f", refused, "s");
  if (!table.has_value()) {
    expect(is_well_described(table.error()) && refused.empty());
    return 0;
  }
  std::string again;
  append_quoted(again, table->header);
  std::uint64_t previous = 1;
  for (const auto& row : table->rows) {
    expect(row.fields.size() == table->header.size() && row.line > previous);
    previous = row.line;
    append_quoted(again, row.fields);
  }
  for (const auto& row : refused.rows())
    expect(row.why.code == error_code::wrong_field_count && is_well_described(row.why) && row.source == "s");

  // Quotes lengthen a record; near the limit that alone may refuse it.
  if (size > longest_csv_record / 4) return 0;
  ledger none;
  const auto second = parse_csv(again, "f", none, "s");
  expect(second.has_value() && none.empty());
  expect(second->header == table->header && second->rows.size() == table->rows.size());
  for (std::size_t i = 0; i < table->rows.size(); ++i) expect(second->rows[i].fields == table->rows[i].fields);
  return 0;
}
