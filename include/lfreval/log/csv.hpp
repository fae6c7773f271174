/// @file
/// Comma-separated tables (RFC 4180), read exactly: a file that could be read in two ways is refused, not guessed at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lfreval/log/ledger.hpp>
#include <lfreval/types/error.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lfreval {

/// One record of a table, with as many fields as the header.
struct csv_row {
  std::uint64_t line = 0;               ///< 1-based physical line where the record starts
  std::vector<std::string_view> fields; ///< as written, without the quotes: no blank is trimmed

  friend bool operator==(const csv_row&, const csv_row&) = default;
};

/// A table in memory. The fields are views into `text`: they live as long as the table or any copy of it, and moving
/// or copying a table leaves them valid.
struct csv_table {
  std::vector<std::string> header;
  std::vector<csv_row> rows;
  std::shared_ptr<const std::string> text; ///< what the fields point into; not the file as it was
};

/// A record with more bytes than this, line end not counted, is refused together with its file.
inline constexpr std::size_t longest_csv_record = std::size_t{1} << 20U;
/// A record with more fields than this is refused together with its file.
inline constexpr std::size_t most_csv_fields = 4096;

/// Reads a whole table: a header row, then one record per line. Fields are separated by commas; a field that starts
/// with a quote ends with one and may hold commas, line ends and doubled quotes. Lines end with LF or CRLF; the last
/// one may lack it. Blanks around a field belong to it. One byte order mark at the front is skipped. `text` is expected
/// to have passed `check_text`; other bytes are carried through unchanged.
///
/// Refused rows go to `refused` under `source`, with `wrong_field_count`: a record with more or fewer fields than the
/// header (`column` = 1-based index of the first field that is missing or too many) and a blank line between records
/// (`column` 0; in a table of one column an empty value is written `""`). Their text is not kept: a value without a
/// column may be a name. Blank lines at the end are ignored. A file that is refused adds nothing to `refused`.
///
/// Errors, each for the whole file, because after them no later record can be trusted:
/// - `empty_file`: no header row. A header without rows is a table of zero rows.
/// - `malformed_csv`: a quote that never closes (line and column where it opened), text after a closing quote, a quote
///   inside an unquoted field, a carriage return alone, a header of one column with semicolons or tabs in it, a blank
///   line before the header. `line` is the physical line of the fault, `column` the 1-based position of the character
///   in that line.
/// - `malformed_csv`: a record above `longest_csv_record` or `most_csv_fields`. `line` is where the record starts,
///   `column` 0; if a quote is open at that point it is named instead, as above.
/// - `malformed_csv` for a column without a name and `duplicate_column` for a name used twice; names are compared byte
///   by byte. `column` is the 1-based index of the field.
/// Cost: one pass; 16 bytes per field beside the text.
[[nodiscard]] result<csv_table> parse_csv(std::string text, std::string file, ledger& refused, std::string source);

} // namespace lfreval
