/// @file
/// Are the records sound? Checks that run before anything is divided, what they implicate, and which corrections would mend a
/// row that does not add up. Guards M05, M06, M34, M35, M65.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>

namespace lfreval {

/// A `fault` cannot be true as published; a `note` is unusual, rounded or incomplete, and may well be true.
enum class check_severity : std::uint8_t { fault, note };
[[nodiscard]] std::string_view to_string(check_severity) noexcept;

/// One check over all rows: which it examined, and which it names, with the arithmetic and the cells.
struct record_check {
  struct row {
    std::string deployment;
    std::string arithmetic;
    std::vector<std::string> cells;
    friend bool operator==(const row&, const row&) = default;
  };
  std::string name;     ///< `alerts_add_up`
  std::string rule;     ///< what should hold
  std::string sentence; ///< what was found
  std::string cites;
  check_severity severity = check_severity::fault;
  std::uint64_t examined = 0;
  std::vector<row> rows;
  friend bool operator==(const record_check&, const record_check&) = default;
};

/// What the checks mean for the figures. Records are named by pointers into `series.records`.
struct record_quality {
  std::vector<record_check> checks;
  /// Rows that do not add up, each under every change of a single cell that would mend it.
  std::map<const deployment_record*, std::vector<deployment_record>> corrections;
  /// Cells of columns that are copies of each other: at least one of the two is wrong, and nothing says which.
  std::map<const deployment_record*, std::set<std::string>> suspended;
  /// Of each pair of copies, the one that sums leave out.
  std::map<const deployment_record*, std::set<std::string>> left_out;
};

/// Runs every check. The pointers in the answer are into `series.records`, which must not move while it is used.
/// Cost: O(rows log rows).
[[nodiscard]] record_quality examine(const deployment_series& series);

} // namespace lfreval
