/// @file
/// Large tables as typed columns: the same records, refusals and words as `parse_csv`, at the speed of the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lfreval/log/ledger.hpp>
#include <lfreval/log/passages.hpp>
#include <lfreval/log/timestamp.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval {

inline constexpr std::uint64_t no_count = std::numeric_limits<std::uint64_t>::max();
inline constexpr double no_number = -std::numeric_limits<double>::infinity();
inline constexpr std::uint8_t no_choice = std::numeric_limits<std::uint8_t>::max();

/// Any text: identifiers, names, labels.
struct text_cells {};
/// Scores in the precision the system compares in (float32, rounded to nearest once). A NaN, an infinite number, and one
/// outside [lowest, highest] refuse the row.
struct score_cells {
  float lowest = 0, highest = 1;
  bool is_distance = false;      ///< stored negated, so that more alike is larger
  std::optional<float> sentinel; ///< the number that says that there is no score
};
/// Finite decimal numbers within [lowest, highest].
struct number_cells {
  double lowest = std::numeric_limits<double>::lowest(), highest = std::numeric_limits<double>::max();
};
/// Whole numbers within [smallest, largest].
struct count_cells {
  std::uint64_t smallest = 0, largest = largest_count;
};
/// `parse_timestamp`.
struct time_cells {};
/// One of a closed list. `spellings[i]` are the texts of choice i, compared byte by byte; at most 255 choices.
struct choice_cells {
  std::vector<std::vector<std::string>> spellings;
};

/// What one column of the file holds. An empty cell is refused where it is `required`, and else stored as `no_code`,
/// `no_score`, `no_number`, `no_count`, `no_time` or `no_choice`.
struct column_request {
  std::size_t field = 0; ///< place in the header, from 0
  std::variant<text_cells, score_cells, number_cells, count_cells, time_cells, choice_cells> cells;
  bool required = false;
  std::string allowed; ///< for messages: what a cell may hold
};

struct score_column {
  std::vector<float> values;
  std::vector<std::uint64_t> sentinels; ///< rows whose cell held the sentinel; their value is `no_score`
  friend bool operator==(const score_column&, const score_column&) = default;
};
struct time_column {
  std::vector<std::int64_t> nanoseconds;
  /// Lines of the first cell with an offset from UTC and of the first without, 0 when there is none.
  std::uint64_t first_with_offset = 0, first_without_offset = 0;
  friend bool operator==(const time_column&, const time_column&) = default;
};
using typed_column = std::variant<text_column, score_column, std::vector<double>, std::vector<std::uint64_t>, time_column,
                                  std::vector<std::uint8_t>>;

/// The accepted rows of one file in file order, as one column per request.
struct column_table {
  std::vector<typed_column> columns;
  std::uint64_t rows = 0;
  std::uint64_t records = 0; ///< rows of the file that have the fields of the header, accepted or refused for a cell
  std::string sha256;        ///< of the file as it is on disk; empty for text in memory

  struct line_run {
    std::uint64_t row, line; ///< from this row on, rows stand on consecutive lines
    friend bool operator==(const line_run&, const line_run&) = default;
  };
  std::vector<line_run> runs;
  /// 1-based physical line where an accepted row starts. Cost: O(log runs).
  [[nodiscard]] std::uint64_t line_of(std::uint64_t row) const;

  friend bool operator==(const column_table&, const column_table&) = default;
};

struct column_reader_options {
  unsigned threads = 1;                           ///< 0: one per processor
  std::size_t chunk_size = std::size_t{256} << 10U; ///< bytes read as one piece of work
  std::size_t block_size = std::size_t{32} << 20U;  ///< bytes held at a time
};

/// Reads one file: the header first, so that the caller can say what each column holds, then everything else.
///
/// Records are those of `check_text` and `parse_csv`: the same rows, ledger and errors, for plain and for gzip files.
/// A row that breaks a rule of a column goes to the ledger with its first fault in field order: `missing_value`,
/// `not_a_number` (scores and numbers), `not_a_count`, `not_a_date` (times), `not_allowed` (choices). When the file is
/// refused, the ledger is left as it was; a file that is both no text and no table is told to be no text.
///
/// The result depends on the bytes of the file alone: not on threads, nor on the size of chunks and blocks.
/// Memory: the columns, one block, and what a block holds in columns; where later rows are much shorter than the first
/// ones, for a moment one more column per thread. Cost: one pass; chunks that hold a quote are read exactly at a fifth of
/// the speed.
class column_reader {
public:
  /// `name` is how the study names the file. Errors: `file_blocks::open`, `check_text`, and of `parse_csv` those of the
  /// header.
  [[nodiscard]] static result<column_reader> open(const std::string& path, std::string name, column_reader_options = {});
  /// From text in memory, which must outlive the reader.
  [[nodiscard]] static result<column_reader> of(std::string_view text, std::string name, column_reader_options = {});

  column_reader(column_reader&&) noexcept;
  column_reader& operator=(column_reader&&) noexcept;
  ~column_reader();

  [[nodiscard]] const std::vector<std::string>& header() const noexcept;
  /// Reads everything behind the header, once. Throws `std::invalid_argument` for a field that the header does not have
  /// or that is asked for twice, for more than 255 choices, and for a second call.
  [[nodiscard]] result<column_table> read(std::span<const column_request>, ledger& refused, const std::string& source);

private:
  struct state;
  explicit column_reader(std::unique_ptr<state>) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace lfreval
