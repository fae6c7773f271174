/// @file
/// Wrong data is a value: `result<T>` holds either what was read or an `error` that names the file, line, column,
/// value and what would have been allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>

namespace lfreval {

/// Why a file, a study or a value was refused. The first word of each printed message.
enum class error_code : std::uint8_t {
  cannot_open,          ///< the path does not exist, is not a regular file, or may not be read
  cannot_write,         ///< the output could not be written whole; nothing was left behind
  not_text,             ///< bytes that are not UTF-8: UTF-16, Latin-1, a NUL byte, compressed data
  empty_file,           ///< no header row
  malformed_csv,        ///< a quote that never closes, a record beyond the length limit
  malformed_toml,       ///< the study is not TOML
  unknown_key,          ///< a key that the study language does not have
  missing_key,          ///< a key that the study language requires
  wrong_type,           ///< a value of another type than the key takes
  not_allowed,          ///< a value outside the allowed set or range
  unknown_column,       ///< a column that the study names and the file lacks
  duplicate_column,     ///< one header twice
  wrong_field_count,    ///< a row with more or fewer fields than the header
  missing_value,        ///< an empty cell in a column that needs a value
  not_a_count,          ///< not a whole number from 0 to 2^52
  not_a_number,         ///< not a decimal number
  not_a_date,           ///< not a calendar date in ISO 8601 form
  duplicate_id,         ///< two rows with the same identifier
  newer_schema,         ///< written for a later version of lfreval
  unsupported,          ///< a declared input that this version does not evaluate
  malformed_matrix,     ///< not a BEE matrix of scores, or one that is cut short
  malformed_evaluation, ///< not an evaluation.json of this program
};

/// The code as it is printed and written to JSON, for instance `not_a_count`.
[[nodiscard]] std::string_view to_string(error_code) noexcept;

/// One refused thing. Empty strings and zeros mean "does not apply".
struct error {
  error_code code{};
  std::string file;
  std::uint64_t line = 0;       ///< 1-based line in the file where the record starts
  std::uint64_t column = 0;     ///< 1-based column: of a character in a study, of a field in a table
  std::string column_name;      ///< header of the table column
  std::string value;            ///< the offending text, as found
  std::string allowed;          ///< what would have been accepted, as a noun phrase

  /// `file:line:column: code: column NAME: "value"; allowed: …`, one line, the value cut at 64 bytes, nothing that could
  /// drive a terminal.
  [[nodiscard]] std::string message() const;

  friend bool operator==(const error&, const error&) = default;
};

template <class T> struct estimable;

/// What every reader returns: a value, or the `error` that says why there is none.
template <class T> struct [[nodiscard]] result : tl::expected<T, error> {
  using tl::expected<T, error>::expected;
};

namespace detail {
template <class T> inline constexpr bool is_result = false;
template <class T> inline constexpr bool is_result<result<T>> = true;
} // namespace detail

/// `return refuse(error{...})` from a function that returns `result<T>`.
[[nodiscard]] inline tl::unexpected<error> refuse(error why) { return tl::unexpected<error>(std::move(why)); }

} // namespace lfreval
