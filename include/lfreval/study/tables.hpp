/// @file
/// The input tables and their columns: one list that drives the readers, the checker, `lfreval init` and docs/study.md.
///
/// To add a table or a column: one row in src/study/tables.cpp, then its reader in log/.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lfreval {

/// What a cell of a column may hold.
enum class column_type : std::uint8_t {
  id,     ///< an identifier; never printed unless asked
  text,   ///< free text
  choice, ///< one of a closed list, given in `allowed`
  set,    ///< several names, separated by the declared `split`
  date,   ///< ISO 8601 calendar date
  time,   ///< ISO 8601 time
  count,  ///< whole number from 0 to 2^52
  number, ///< decimal number
  duration, ///< a length of time in the declared `unit`
  rate,   ///< a quoted rate in the declared `unit`
};

struct table_column {
  std::string_view table;
  std::string_view name;    ///< a trailing `.*` stands for any name: `outcome.*`
  column_type type;
  bool required;
  std::string_view allowed; ///< for messages: what a cell may hold
  std::string_view meaning;
};

/// All columns, table by table.
[[nodiscard]] std::span<const table_column> table_columns() noexcept;
/// The column a name stands for in `table`, or null. `outcome.arrest` is found under `outcome.*`.
[[nodiscard]] const table_column* find_column(std::string_view table, std::string_view name) noexcept;
/// The registers: what a force has on record beside its logs. Each is a table of `table_columns`, and the kind of a `[[register]]`.
inline constexpr std::string_view register_names[] = {"documents", "tests",      "changes",     "comparators",  "costs",          "staffing",   "complaints",
                                                      "notices",   "retention",  "expectations", "operators",   "authorisations", "disclosures"};
[[nodiscard]] bool is_register(std::string_view table) noexcept;

/// Kinds of documents, separated by `|`.
inline constexpr std::string_view document_kinds =
    "dpia|appropriate_policy_document|equality_impact_assessment|community_impact_assessment|watchlist_policy|location_policy|standard_operating_procedure|"
    "privacy_notice|records_of_processing|training_plan|research_plan|ethics_approval|legal_mandate|fundamental_rights_impact_assessment|public_register_entry|"
    "retention_schedule|published_record";

/// True when the table may carry columns of the user's own: group labels and covariates.
[[nodiscard]] bool takes_groups(std::string_view table) noexcept;

} // namespace lfreval
