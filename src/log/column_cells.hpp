/// @file
/// Cells become values: one function per type, for cells that were found by index and for those that were read exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lfreval/log/column_reader.hpp>

#include "log/text_dictionary.hpp"
#include "log/timestamp_parser.hpp"

namespace lfreval::detail {

/// One field of consecutive rows, given by the offsets of the separators behind each field. `ends[-1]` is the offset of
/// the one before the first row.
struct indexed_cells {
  const char* text;
  const std::uint32_t* ends;
  std::size_t fields, field, rows;
  std::uint32_t carriage_return; ///< 1 when one stands before the separator

  [[nodiscard]] std::size_t size() const noexcept { return rows; }
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept {
    const std::uint32_t* const end = ends + row * fields + field;
    const std::uint32_t from = end[-1] + 1; // wraps round to 0 at the front of the text
    return {text + from, *end - from - carriage_return};
  }
};

/// The same for records that were read exactly.
struct field_cells {
  const std::string_view* first;
  std::size_t fields, field, rows;

  [[nodiscard]] std::size_t size() const noexcept { return rows; }
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept { return first[row * fields + field]; }
};

struct score_part {
  std::vector<float> values;
  std::vector<std::uint32_t> sentinels;
};
struct time_part {
  std::vector<std::int64_t> nanoseconds;
  std::uint64_t first_with_offset = 0, first_without_offset = 0; ///< lines of the chunk, from 1
};
/// The values of one column in one chunk, in the order of the variant of `column_request::cells`.
using column_part = std::variant<std::vector<std::uint32_t>, score_part, std::vector<double>, std::vector<std::uint64_t>,
                                 time_part, std::vector<std::uint8_t>>;

[[nodiscard]] column_part empty_part(const column_request&);
/// Removes the rows from `first` on for which `keep` is false.
void drop_rows(column_part&, std::size_t first, const std::vector<bool>& keep);
/// Removes all rows and keeps their memory.
void clear_rows(column_part&);
void reserve_rows(column_part&, std::size_t rows);

/// What a thread keeps from one chunk to the next.
struct column_memory {
  text_dictionary texts;
  timestamp_parser times;
  std::vector<std::uint32_t> codes;         ///< of the cells at hand
  std::vector<std::uint8_t> choice_of_code; ///< for the texts of a closed list
};

struct cell_fault {
  std::size_t row; ///< of the cells given
  error_code code;
  std::string value, allowed;
};

/// A score as it is written, to the nearest float; nothing if it is no finite number. Same value as `std::from_chars`.
[[nodiscard]] bool parse_any_score(std::string_view text, float& out) noexcept;

/// Appends the value of every cell; one that is refused gets a placeholder and an entry in `faults`, in order of rows.
/// `line_of(row)` is the line of the chunk where a row starts.
template <class Cells, class LineOf>
void convert(const column_request&, column_memory&, const Cells&, const char* readable_end, const LineOf& line_of,
             column_part&, std::vector<cell_fault>& faults);

} // namespace lfreval::detail

#include "log/column_cells_inline.hpp"
