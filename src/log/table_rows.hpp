// Rows of a declared table as typed cells: what every reader of a small table shares. Private to the log stage.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/csv.hpp>
#include <lfreval/log/input_file.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/study/tables.hpp>

namespace lfreval {

/// One column of a table as it is found in one file.
struct bound_column {
  const table_column* column;
  const column_mapping* mapping; ///< null when the file's header is the table's own name
  std::optional<std::size_t> field;
  std::string name;              ///< of the table column, `outcome.arrest` in full
};

/// A fault that lies in the study, at a place of it.
[[nodiscard]] error study_fault(const study&, const study_position&, error_code, std::string key, std::string value, std::string allowed);

/// One file of a source: its rows, and which field holds which column of the table.
struct open_table {
  input_file file;
  csv_table table;
  std::vector<bound_column> columns;
};

/// Reads a file of a source and finds the columns of `source.table` in it. Faults of the file and of the mapping go to
/// `errors`, refused rows to `refused`.
[[nodiscard]] std::optional<open_table> open_source_file(const study&, const study_source&, const std::string& file, ledger& refused, std::vector<error>& errors);

/// The cells of one row, by the name of their column. The first fault ends the row.
class row_cells {
public:
  row_cells(std::string file, const csv_row& row, const std::vector<bound_column>& columns) : columns_(columns), file_(std::move(file)), row_(row) {}

  [[nodiscard]] const std::vector<bound_column>& columns() const noexcept { return columns_; }
  [[nodiscard]] const std::optional<error>& fault() const noexcept { return fault_; }
  void refuse(const bound_column&, error_code, std::string_view value, std::string allowed);

  [[nodiscard]] const bound_column* find(std::string_view name) const;
  /// The cell of a column; nothing when it is empty or not in the file.
  [[nodiscard]] std::optional<std::string_view> cell(const bound_column&) const;
  /// The column and its filled cell; nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> cell(std::string_view name, const bound_column*& column) const;

  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> number_of(const bound_column&);
  [[nodiscard]] std::optional<std::string> choice(std::string_view name, std::initializer_list<std::string_view> allowed);
  [[nodiscard]] std::set<std::string> set_of(std::string_view name);
  [[nodiscard]] std::optional<double> number_up_to(std::string_view name, double largest);

  template <class Count> [[nodiscard]] std::optional<Count> count_of(std::string_view name) {
    const bound_column* column = find(name);
    if (column == nullptr) return std::nullopt;
    const auto value = number_of(*column);
    if (!value) return std::nullopt;
    return Count(*value);
  }

private:
  const std::vector<bound_column>& columns_;
  std::string file_;
  const csv_row& row_;
  std::optional<error> fault_;
};

} // namespace lfreval
