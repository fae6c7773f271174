// Any bytes: the column reader says what the slow readers say, whatever the size of its pieces; and cells of every type
// are either values in their range or refused.
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/column_reader.hpp>
#include <lfreval/log/csv.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace lfreval;

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

void compare(std::string_view bytes, const result<csv_table>& wanted, const ledger& wanted_refused, column_reader_options options) {
  ledger refused;
  auto reader = column_reader::of(bytes, "f", options);
  if (!reader) {
    expect(!wanted && reader.error() == wanted.error());
    return;
  }
  std::vector<column_request> requests;
  for (std::size_t i = 0; i < reader->header().size(); ++i) requests.push_back({i, text_cells{}, false, ""});
  const auto table = reader->read(requests, refused, "s");
  if (!table) {
    expect(!wanted && table.error() == wanted.error() && refused.empty());
    return;
  }
  expect(wanted && refused == wanted_refused && reader->header() == wanted->header && table->rows == wanted->rows.size());
  for (std::uint64_t row = 0; row < table->rows; ++row) {
    expect(table->line_of(row) == wanted->rows[row].line);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto& column = std::get<text_column>(table->columns[i]);
      const std::string_view field = wanted->rows[row].fields[i];
      expect(column.codes[row] == no_code ? field.empty() : column.texts[column.codes[row]] == field);
    }
  }
}

void read_typed(std::string_view bytes) {
  auto reader = column_reader::of(bytes, "f", {1, 16, 64});
  if (!reader) return;
  std::vector<column_request> requests;
  const auto add = [&](auto cells) {
    if (requests.size() < reader->header().size()) requests.push_back({requests.size(), std::move(cells), requests.size() % 2 == 0, ""});
  };
  add(score_cells{0, 1, true, -1.0F});
  add(time_cells{});
  add(count_cells{1, 100});
  add(number_cells{-5, 5});
  add(choice_cells{{{"no"}, {"yes", "y"}, {""}}});
  ledger refused;
  const auto table = reader->read(requests, refused, "s");
  if (!table) return;
  expect(table->rows <= table->records);
  for (const typed_column& column : table->columns) {
    if (const auto* scores = std::get_if<score_column>(&column))
      expect(std::all_of(scores->values.begin(), scores->values.end(), [](float v) { return v == no_score || (v >= -1 && v <= 0); }));
    if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&column))
      expect(std::all_of(counts->begin(), counts->end(), [](std::uint64_t n) { return n >= 1 && n <= 100; }));
    if (const auto* numbers = std::get_if<std::vector<double>>(&column))
      expect(std::all_of(numbers->begin(), numbers->end(), [](double v) { return v == no_number || (v >= -5 && v <= 5); }));
    if (const auto* choices = std::get_if<std::vector<std::uint8_t>>(&column))
      expect(std::all_of(choices->begin(), choices->end(), [](std::uint8_t v) { return v < 3; }));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ledger refused;
  const auto text = check_text(bytes, "f");
  result<csv_table> wanted = text ? parse_csv(std::string(*text), "f", refused, "s") : result<csv_table>(refuse(text.error()));
  compare(bytes, wanted, refused, {1, 1, 3});
  compare(bytes, wanted, refused, {1, 50, 4096});
  compare(bytes, wanted, refused, {1, std::size_t{1} << 18U, std::size_t{1} << 20U});
  read_typed(bytes);
  return 0;
}
