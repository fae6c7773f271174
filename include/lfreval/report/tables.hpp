/// @file
/// The evaluation as tables for a spreadsheet: what the page and the terminal show, row by row.
#pragma once

#include <string>
#include <vector>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// One line per finding. Cells that a spreadsheet would run as a formula are given a leading apostrophe.
[[nodiscard]] std::string to_csv(const evaluation&);

/// One file of the folder `tables`.
struct table_file {
  std::string name; ///< `findings.csv`
  std::string text; ///< RFC 4180, lines end with LF, a header row first; an undefined value is an empty cell
};

/// `findings.csv` as `to_csv`, `data_quality.csv` with the arithmetic of every row that a check names, `not_measured.csv`,
/// and one file for each curve under its name. Text cells are made safe as in `to_csv`; rates are per unit of the metric
/// (per hour for hourly ones), an end that the data do not bound is `inf`. Cost: linear in the findings.
[[nodiscard]] std::vector<table_file> to_tables(const evaluation&);

} // namespace lfreval
