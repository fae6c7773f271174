/// @file
/// Which passages are counted together: one cell per combination of deployment, camera, group and covariate.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/passages.hpp>

namespace lfreval {

/// What names a cell: `{camera: C1, sex: female}`. The empty value stands for passages that do not record the axis.
using cell_labels = std::map<std::string, std::string>;

/// The cell of each passage, in the order of rows, and what names each cell. Any function of a passage gives one: write its
/// code for each row. Labels are distinct; a cell may be empty.
struct passage_cells {
  std::vector<std::uint32_t> codes;
  std::vector<cell_labels> labels;

  [[nodiscard]] std::size_t size() const noexcept { return labels.size(); }
  friend bool operator==(const passage_cells&, const passage_cells&) = default;
};

/// The crossing of some axes: `deployment`, `camera`, or the name of one of the table's groups and covariates. Only
/// combinations that occur are cells; their codes follow the byte order of the values, axis by axis as listed. No axis gives
/// one cell for everything.
/// Throws `std::invalid_argument` for an axis that the table lacks or that is listed twice, and for a column of another
/// length. Cost: one hash look-up per passage and axis.
[[nodiscard]] passage_cells cross(const passage_table& table, std::span<const std::string> axes);

} // namespace lfreval
