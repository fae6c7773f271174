/// @file
/// The rows of a table written as TOML, for registers that people keep by hand.
///
/// ```toml
/// [[documents]]
/// document = "dpia-3"
/// kind = "dpia"
/// dated = 2024-01-15
/// contents = ["description", "risks", "measures", "safeguards"]
/// ```
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/types/error.hpp>

namespace lfreval {

/// The cells of a file as they would stand in a CSV file with the same columns.
struct toml_rows {
  struct row {
    std::uint64_t line = 0;          ///< where the row starts
    std::vector<std::string> fields; ///< one for each of `header`; empty where the row lacks the key
  };
  std::vector<std::string> header;   ///< columns that any row has, in the order of `table_columns`
  std::vector<row> rows;
};

/// Reads the `[[TABLE]]` of a text that passed `check_text`. Lists become texts with `;` between, true and false `yes` and `no`,
/// dates and times ISO 8601; a table under `outcome` becomes the columns `outcome.NAME`. Every fault is returned, in the order of the
/// file: `unknown_key` with the nearest column, `wrong_type` for a value that no cell can hold, `missing_key` for a column that every
/// row needs, `malformed_toml`.
[[nodiscard]] tl::expected<toml_rows, std::vector<error>> parse_toml_rows(std::string_view text, const std::string& file, std::string_view table);

} // namespace lfreval
