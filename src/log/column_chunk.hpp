/// @file
/// One piece of a table, read fast where no quote is near and exactly elsewhere. Lines are counted from 1 within it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/column_reader.hpp>

#include "log/column_cells.hpp"

namespace lfreval::detail {

/// What is the same for every piece of one file.
struct chunk_format {
  const std::string& file;
  const std::vector<std::string>& header;
  std::span<const column_request> requests; ///< in field order
};

/// What one thread needs again and again. Threads that write to neighbouring memory slow each other down, so each of
/// these begins 256 bytes behind the one before.
struct alignas(256) chunk_worker {
  std::vector<column_memory> columns; ///< one per request
  std::vector<std::uint32_t> ends;
  bool has_unused_texts = false;      ///< a row was dropped after its texts had been given codes
};

struct blank_lines {
  std::uint64_t first = 0, count = 0;
};

struct chunk_rows {
  std::vector<column_part> parts;   ///< one per request
  std::size_t worker = 0;           ///< whose dictionaries the codes are of
  std::uint64_t rows = 0;           ///< accepted
  std::uint64_t records = 0;        ///< with the fields of the header
  std::uint64_t lines = 0;
  bool has_records = false;         ///< of any number of fields
  std::vector<column_table::line_run> runs;
  std::vector<error> refused;
  std::vector<blank_lines> blanks;  ///< with a record behind them
  blank_lines blanks_at_end;
  std::optional<error> fault;       ///< of the file, at which reading stopped

  /// Forgets everything but the memory of the parts.
  void clear();
};

struct fast_outcome {
  bool is_read = false;  ///< else it has to be read exactly, and nothing of the rows counts
  bool odd_quotes = false;
  bool has_quotes = false;
};

/// Reads a piece that begins at a record and ends with one, if no quote and no unusual line end stands in it.
/// `readable_end`: bytes before it may be looked at.
[[nodiscard]] fast_outcome read_fast(const chunk_format&, std::string_view piece, const char* readable_end, chunk_worker&, chunk_rows&);
/// Reads any piece that begins at a record, by the rules of `parse_csv`.
void read_exactly(const chunk_format&, std::string_view piece, chunk_worker&, chunk_rows&);

} // namespace lfreval::detail
