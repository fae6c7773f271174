#include "log/column_chunk.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <lfreval/bytes/text.hpp>
#include <lfreval/log/csv.hpp>

#include "log/csv_records.hpp"
#include "log/separators.hpp"

namespace lfreval::detail {
namespace {

/// Converts batches of rows and keeps account of those that are refused.
class batch_converter {
public:
  batch_converter(const chunk_format& format, chunk_worker& worker, chunk_rows& out)
      : format_(format), worker_(worker), out_(out) {
    if (out_.parts.empty())
      for (const column_request& request : format_.requests) out_.parts.push_back(empty_part(request));
  }

  /// `cells_of(field)` are the cells of a field, `line_of(row)` the line of a row of the batch.
  template <class CellsOf, class LineOf>
  void add(std::size_t rows, std::size_t expected_rows, const char* readable_end, const CellsOf& cells_of, const LineOf& line_of) {
    if (rows == 0) return;
    faults_.clear();
    const std::size_t first = out_.rows;
    if (first == 0 && expected_rows != 0)
      for (column_part& part : out_.parts) reserve_rows(part, expected_rows);
    for (std::size_t i = 0; i < format_.requests.size(); ++i) {
      const std::size_t before = faults_.size();
      convert(format_.requests[i], worker_.columns[i], cells_of(format_.requests[i].field), readable_end, line_of, out_.parts[i], faults_);
      fields_.resize(before);
      fields_.resize(faults_.size(), format_.requests[i].field);
    }
    out_.records += rows;
    if (faults_.empty() && line_of(rows - 1) - line_of(0) == rows - 1) {
      place(line_of(0));
      out_.rows += rows - 1;
      next_line_ += rows - 1;
      return;
    }
    if (faults_.empty()) {
      for (std::size_t row = 0; row < rows; ++row) place(line_of(row));
      return;
    }
    std::vector<bool> keep(rows, true);
    for (std::size_t i = 0; i < faults_.size(); ++i) {
      // Columns were converted in field order, so the first fault of a row is that of its first field at fault.
      if (!keep[faults_[i].row]) continue;
      keep[faults_[i].row] = false;
      refuse_cell(faults_[i], fields_[i], line_of(faults_[i].row));
    }
    for (column_part& part : out_.parts) drop_rows(part, first, keep);
    for (std::size_t row = 0; row < rows; ++row)
      if (keep[row]) place(line_of(row));
    worker_.has_unused_texts = true;
  }

private:
  void place(std::uint64_t line) {
    if (line != next_line_) out_.runs.push_back({out_.rows, line});
    next_line_ = line + 1;
    ++out_.rows;
  }
  void refuse_cell(cell_fault& fault, std::size_t field, std::uint64_t line) {
    error e;
    e.code = fault.code;
    e.file = format_.file;
    e.line = line;
    e.column = field + 1;
    e.column_name = format_.header[field];
    e.value = std::move(fault.value);
    e.allowed = std::move(fault.allowed);
    out_.refused.push_back(std::move(e));
  }

  const chunk_format& format_;
  chunk_worker& worker_;
  chunk_rows& out_;
  std::uint64_t next_line_ = 0;
  std::vector<cell_fault> faults_;
  std::vector<std::size_t> fields_; ///< of each fault
};

/// Whether every row of a batch ends with a carriage return and a line end, and no other carriage return is there.
bool ends_all_with_return(std::string_view piece, const std::uint32_t* ends, std::size_t fields, std::size_t rows) {
  for (std::size_t row = 1; row <= rows; ++row)
    if (const std::uint32_t end = ends[row * fields - 1]; end == 0 || piece[end - 1] != '\r') return false;
  const auto first = piece.begin() + static_cast<std::uint32_t>(ends[-1] + 1U);
  return static_cast<std::size_t>(std::count(first, piece.begin() + ends[rows * fields - 1], '\r')) == rows;
}

} // namespace

void chunk_rows::clear() {
  chunk_rows cleared;
  cleared.parts = std::move(parts);
  for (column_part& part : cleared.parts) clear_rows(part);
  *this = std::move(cleared);
}

fast_outcome read_fast(const chunk_format& format, std::string_view piece, const char* readable_end, chunk_worker& worker, chunk_rows& out) {
  out.clear();
  const std::size_t fields = format.header.size();
  const auto look_for_quotes = [&](bool is_read) {
    const auto quotes = std::count(piece.begin(), piece.end(), '"');
    if (out.rows != 0) worker.has_unused_texts = true;
    return fast_outcome{is_read, quotes % 2 != 0, quotes != 0};
  };
  // A blank line is no record where one column is expected, and long records are measured by the exact reader.
  if (fields == 1 || piece.size() > longest_csv_record || piece.empty() || piece.back() != '\n') return look_for_quotes(false);

  constexpr std::size_t step = std::size_t{16} << 10U;
  worker.ends.resize(1 + step + most_csv_fields + 16);
  std::uint32_t* const ends = worker.ends.data() + 1;
  ends[-1] = std::numeric_limits<std::uint32_t>::max(); // one before the first byte
  batch_converter batch(format, worker, out);
  text_marks marks;
  std::uint32_t* next = ends;
  std::uint64_t lines = 0;
  for (std::size_t at = 0; at < piece.size(); at += step) {
    const std::size_t size = std::min(step, piece.size() - at);
    next = index_separators(piece.data() + at, size, static_cast<std::uint32_t>(at), next, marks);
    const auto found = static_cast<std::size_t>(next - ends);
    const std::size_t rows = found / fields;
    if (marks.quote) return look_for_quotes(false);
    for (std::size_t row = 1; row <= rows; ++row)
      if (piece[ends[row * fields - 1]] != '\n') return look_for_quotes(false);
    const bool with_return = marks.carriage_return && rows != 0;
    if (with_return && !ends_all_with_return(piece, ends, fields, rows)) return look_for_quotes(false);
    const auto cells_of = [&](std::size_t field) {
      return indexed_cells{piece.data(), ends, fields, field, rows, with_return && field + 1 == fields ? 1U : 0U};
    };
    const std::uint64_t first_line = lines + 1;
    batch.add(rows, rows * (piece.size() / size + 1), readable_end, cells_of, [first_line](std::size_t row) { return first_line + row; });
    lines += rows;
    if (rows == 0) continue;
    ends[-1] = ends[rows * fields - 1];
    next = std::copy(ends + rows * fields, next, ends);
  }
  if (next != ends || marks.newlines != lines) return look_for_quotes(false);
  if (marks.beyond_ascii) out.fault = text_fault(piece, format.file, {});
  out.lines = lines;
  out.has_records = true;
  return {true, false, false};
}

void read_exactly(const chunk_format& format, std::string_view piece, chunk_worker& worker, chunk_rows& out) {
  out.clear();
  if ((out.fault = text_fault(piece, format.file, {}))) return;
  std::string text(piece);
  record_reader records(text.data(), text.size(), format.file, 1);
  const std::size_t fields = format.header.size();
  const std::size_t most_rows = std::max<std::size_t>(1, 8192 / fields);
  std::vector<std::string_view> cells;
  std::vector<std::uint64_t> lines;
  batch_converter batch(format, worker, out);
  const auto convert_batch = [&] {
    batch.add(lines.size(), 0, text.data() + text.size(),
              [&](std::size_t field) { return field_cells{cells.data(), fields, field, lines.size()}; },
              [&](std::size_t row) { return lines[row]; });
    cells.clear();
    lines.clear();
  };
  while (!records.at_end()) {
    if (records.skip_blank_line()) {
      if (out.blanks_at_end.count++ == 0) out.blanks_at_end.first = records.line() - 1;
      continue;
    }
    if (out.blanks_at_end.count != 0) out.blanks.push_back(std::exchange(out.blanks_at_end, {}));
    if ((out.fault = records.read_record())) return;
    out.has_records = true;
    if (records.fields().size() == fields) {
      cells.insert(cells.end(), records.fields().begin(), records.fields().end());
      lines.push_back(records.record_line());
      if (lines.size() == most_rows) convert_batch();
    } else {
      out.refused.push_back(wrong_field_count(format.file, records.record_line(), format.header, records.fields().size()));
    }
  }
  convert_batch();
  out.lines = records.line() - 1;
}

} // namespace lfreval::detail
