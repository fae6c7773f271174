#include <lfreval/log/csv.hpp>

#include <utility>

#include "log/csv_records.hpp"

namespace lfreval {

result<csv_table> parse_csv(std::string given, std::string file, ledger& refused, std::string source) {
  csv_table table;
  const auto text = std::make_shared<std::string>(std::move(given));
  const std::size_t mark = text->starts_with("\xEF\xBB\xBF") ? 3 : 0;
  detail::record_reader records(text->data() + mark, text->size() - mark, file, 1);
  ledger rows_refused;
  std::uint64_t blank_lines = 0;
  while (!records.at_end()) {
    if (records.skip_blank_line()) {
      ++blank_lines;
      continue;
    }
    if (blank_lines != 0 && table.header.empty()) return refuse(detail::blank_before_header(std::move(file)));
    // Blank lines count only once a record follows them.
    for (; blank_lines != 0; --blank_lines)
      rows_refused.add({detail::blank_line(file, records.line() - blank_lines, table.header.size()), source});
    if (auto fault = records.read_record()) return refuse(std::move(*fault));
    const auto& fields = records.fields();
    if (table.header.empty()) {
      if (auto fault = records.header_fault()) return refuse(std::move(*fault));
      table.header.assign(fields.begin(), fields.end());
    } else if (fields.size() == table.header.size()) {
      table.rows.push_back({records.record_line(), fields});
    } else {
      rows_refused.add({detail::wrong_field_count(file, records.record_line(), table.header, fields.size()), source});
    }
  }
  if (table.header.empty()) return refuse(detail::no_header(std::move(file)));
  refused.add(std::move(rows_refused));
  table.text = text;
  return table;
}

} // namespace lfreval
