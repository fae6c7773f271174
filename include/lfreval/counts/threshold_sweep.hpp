/// @file
/// Exact counts at every threshold of a grid, in one pass over the scores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include <lfreval/counts/threshold_grid.hpp>

namespace lfreval {

/// How many scores of each cell reach how many of the thresholds. Bin b of a cell counts the scores that reach exactly the
/// first b thresholds: bin 0 alerts nowhere, bin `thresholds` everywhere. Counts add: sweeps of two files, or of two
/// halves of one, add to the sweep of both.
struct sweep_counts {
  std::size_t cells = 1;
  std::size_t thresholds = 0;
  std::vector<std::uint64_t> bins; ///< cell by cell, `thresholds + 1` bins each

  [[nodiscard]] std::span<const std::uint64_t> of(std::size_t cell) const {
    if (cell >= cells) throw std::invalid_argument("sweep_counts::of: cell is out of range");
    return std::span(bins).subspan(cell * (thresholds + 1), thresholds + 1);
  }
  /// All scores of a cell.
  [[nodiscard]] std::uint64_t total(std::size_t cell) const {
    std::uint64_t sum = 0;
    for (const std::uint64_t one : of(cell)) sum += one;
    return sum;
  }
  /// For each threshold, the scores of a cell that alert at it. Never rises from one threshold to the next.
  [[nodiscard]] std::vector<std::uint64_t> alerting(std::size_t cell) const {
    const auto own = of(cell);
    std::vector<std::uint64_t> out(thresholds);
    std::uint64_t sum = 0;
    for (std::size_t i = thresholds; i-- > 0;) out[i] = sum += own[i + 1];
    return out;
  }

  friend bool operator==(const sweep_counts&, const sweep_counts&) = default;
};

/// Cells times bins above this are refused (2 GiB of counts).
inline constexpr std::size_t largest_sweep = std::size_t{1} << 28U;

/// Counts `scores` at the thresholds of `grid`; identical to comparing each score with each threshold.
/// A table over the leading bits of the order-preserving key, fine enough for at most one threshold per entry, gives the bin
/// by one look-up and one comparison; scores below the lowest threshold leave 64 at a time. Where thresholds lie too close
/// for such a table, the entry is searched.
/// Throws `std::invalid_argument` when a score is NaN. Infinities are scores like any other: `no_score` reaches no
/// threshold. Cost: one read of the scores when few reach the lowest threshold, about five times that otherwise; the
/// result does not depend on `threads`.
[[nodiscard]] sweep_counts sweep(std::span<const float> scores, const threshold_grid& grid, unsigned threads = 1);

/// The same by cell: `codes[i]` is the cell of `scores[i]`. Also throws when lengths differ, a code is not below `cells`,
/// `cells` is 0, and when there would be more than `largest_sweep` counts.
[[nodiscard]] sweep_counts sweep(std::span<const float> scores, std::span<const std::uint32_t> codes, std::size_t cells,
                                 const threshold_grid& grid, unsigned threads = 1);

/// How many thresholds each score reaches: the bin of each row, in the order of rows. Throws when a score is NaN.
[[nodiscard]] std::vector<std::uint32_t> thresholds_reached(std::span<const float> scores, const threshold_grid& grid,
                                                            unsigned threads = 1);

/// Every distinct score, highest first, with the number of scores of each class at or above it: the whole curve.
struct score_steps {
  std::size_t classes = 1;
  std::vector<float> scores;               ///< strictly descending, both zeros as one
  std::vector<std::uint64_t> at_or_above;  ///< score by score, `classes` counts each

  [[nodiscard]] std::span<const std::uint64_t> of(std::size_t step) const {
    return std::span(at_or_above).subspan(step * classes, classes);
  }
  friend bool operator==(const score_steps&, const score_steps&) = default;
};

/// The full-resolution curve, by sorting; tied scores are one step. `codes` (the class of each score, for instance 1 for
/// mated) may be empty when there is one class. Throws as `sweep`. Cost: n log n, 20 to 50 reads of the scores, and 4 bytes
/// per score (8 where `detail::sort_descending` sorts by radix) and 4 + 8 `classes` per distinct score of memory.
[[nodiscard]] score_steps all_steps(std::span<const float> scores, std::span<const std::uint32_t> codes = {},
                                    std::size_t classes = 1, unsigned threads = 1);

} // namespace lfreval
