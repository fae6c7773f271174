/// @file
/// All files of one source as one table of typed columns, found by the names of the study language.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/column_reader.hpp>
#include <lfreval/log/deployments.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval::detail {

/// A yes/no/unknown column holds these as its choices, in this order.
inline constexpr std::uint8_t choice_no = 0, choice_yes = 1, choice_unknown = 2;

class source_table {
public:
  /// Reads every file of the source. Faults of files and of the mapping are added to `errors`, refused rows to `refused`.
  source_table(const study&, const study_source&, unsigned threads, std::vector<input_file>& files, ledger& refused, std::vector<error>& errors);

  [[nodiscard]] const study_source& source() const noexcept { return *source_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Null when no file has the column.
  [[nodiscard]] const text_column* texts(std::string_view column) const;
  [[nodiscard]] const std::vector<float>* scores(std::string_view column) const;
  [[nodiscard]] const std::vector<std::uint64_t>* sentinels(std::string_view column) const;
  [[nodiscard]] const std::vector<std::uint64_t>* counts(std::string_view column) const;
  [[nodiscard]] const std::vector<std::int64_t>* times(std::string_view column) const;
  [[nodiscard]] const std::vector<std::uint8_t>* choices(std::string_view column) const;
  /// The text of a cell, empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view column, std::uint64_t row) const;

  /// Refuses an accepted row for what other rows or tables say; a row is refused once.
  void refuse_row(std::uint64_t row, error_code, std::string_view column, std::string value, std::string allowed);
  [[nodiscard]] bool is_kept(std::uint64_t row) const { return kept_[row]; }

  /// Of the first time with an offset and the first without; line 0 when there is none.
  [[nodiscard]] const error& first_with_offset() const noexcept { return with_offset_; }
  [[nodiscard]] const error& first_without_offset() const noexcept { return without_offset_; }

private:
  struct file_rows {
    std::string name;
    std::uint64_t first = 0;
    column_table table;  ///< its runs only
    std::map<std::string, std::pair<std::size_t, std::string>, std::less<>> fields; ///< column -> place and header
  };
  void read_file(const study&, const std::string& file, unsigned threads, std::vector<input_file>& files, std::vector<error>& errors);
  void append(const std::string& name, typed_column&& column);

  const study_source* source_;
  ledger* refused_;
  std::uint64_t rows_ = 0;
  std::vector<bool> kept_;
  std::map<std::string, typed_column, std::less<>> columns_;
  std::vector<file_rows> files_;
  error with_offset_, without_offset_;
};

/// The system of a source: the one it names, or the only one of the study.
[[nodiscard]] const study_system* system_of(const study&, const study_source&);

} // namespace lfreval::detail
