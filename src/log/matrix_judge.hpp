/// @file
/// What the scores of a matrix look like by row and by reference: out of range, sentinels, one number throughout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "log/score_source.hpp"

namespace lfreval::detail {

/// What one thread saw of each reference, in canonical order.
struct column_record {
  std::vector<std::uint32_t> varies;      ///< not 0: some score is not the first
  bool all_vary = false;                  ///< and so for every reference: no need to look again
  std::vector<std::uint64_t> sentinels;
  std::vector<std::uint64_t> first_lines; ///< of a sentinel, 0 for none

  explicit column_record(std::size_t columns) : varies(columns), sentinels(columns), first_lines(columns) {}
  /// What another thread saw.
  void add(const column_record&);
  /// To be called now and then.
  void note_all_vary();
};

/// What was found of one row.
struct row_finding {
  std::optional<std::size_t> outside; ///< the first place in canonical order that is out of range
  std::uint64_t sentinels = 0;
  bool is_constant = false;
};

/// The scores of one row in canonical order become similarities; what was seen goes to the record. `first` is the row that
/// references are compared with.
[[nodiscard]] row_finding judge_row(const score_rules&, std::span<const float> first, std::span<float> row, std::uint64_t line, column_record&);

} // namespace lfreval::detail
