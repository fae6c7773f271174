/// @file
/// One record of a comma-separated table after the other, by the rules and in the words that log/csv.hpp documents.
/// The whole-table reader and the exact path of the column reader are both built on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/types/error.hpp>

namespace lfreval::detail {

class record_reader {
public:
  /// Reads `size` bytes from `data`, which begin at the start of physical line `first_line`. Doubled quotes are undone in
  /// place. What follows behind the end must not matter: either nothing does, or the last byte ends a record, or the
  /// first record is longer than a record may be.
  record_reader(char* data, std::size_t size, std::string file, std::uint64_t first_line);

  [[nodiscard]] bool at_end() const noexcept { return at_ == size_; }
  /// The physical line where the next record starts.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  /// How many bytes have been read.
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

  /// Moves over one blank line, if one stands here.
  [[nodiscard]] bool skip_blank_line() noexcept;
  /// The fault of the record that stands here, or nothing and its fields below.
  [[nodiscard]] std::optional<error> read_record();
  [[nodiscard]] const std::vector<std::string_view>& fields() const noexcept { return fields_; }
  /// The physical line where the record that was read starts.
  [[nodiscard]] std::uint64_t record_line() const noexcept { return record_line_; }
  /// What is wrong with the record as a header: another separator, a column without a name, a name used twice.
  [[nodiscard]] std::optional<error> header_fault() const;

private:
  [[nodiscard]] error at(std::uint64_t line, std::uint64_t column, std::string found, std::string allowed) const;
  [[nodiscard]] std::uint64_t character_column(std::size_t position, std::size_t line_start) const;
  [[nodiscard]] error fault_here(std::string allowed) const;
  [[nodiscard]] error lone_carriage_return() const;
  [[nodiscard]] error record_too_long() const;
  [[nodiscard]] std::size_t line_end_size() const noexcept;
  void next_line(std::size_t line_end) noexcept;
  [[nodiscard]] std::optional<error> read_unquoted(std::size_t stop);
  [[nodiscard]] std::optional<error> read_quoted(std::size_t stop);
  void count_lines(std::size_t from, std::size_t to) noexcept;
  void undouble(std::string_view& field) noexcept;

  char* data_;
  std::size_t size_;
  std::string file_;

  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint64_t line_;
  std::uint64_t record_line_;

  std::vector<std::string_view> fields_;
  std::vector<std::size_t> doubled_; ///< which of `fields_` hold doubled quotes
  bool first_is_quoted_ = false;
};

/// The file has no header row, or begins with a blank line.
[[nodiscard]] error no_header(std::string file);
[[nodiscard]] error blank_before_header(std::string file);
/// The record that starts at `line` has not the fields of the header.
[[nodiscard]] error wrong_field_count(std::string file, std::uint64_t line, const std::vector<std::string>& header, std::size_t found);
/// A blank line between records.
[[nodiscard]] error blank_line(std::string file, std::uint64_t line, std::size_t wanted);

} // namespace lfreval::detail
