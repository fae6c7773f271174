/// @file
/// Counts that can be added, stored and sent: the whole result of counting a log, without the log.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/counts/passage_cells.hpp>
#include <lfreval/counts/passage_tallies.hpp>
#include <lfreval/counts/threshold_grid.hpp>
#include <lfreval/types/error.hpp>

namespace lfreval {

/// Whole numbers by cell and by thresholds reached (bin 0 to the number of thresholds). Merging adds them, is commutative
/// and associative, and has the tallies of no rows as its zero: any split of the rows, in any order, on any machines, merges
/// to the same value and to the same bytes. Merging the same rows twice counts them twice: keep account of what was merged.
/// Cells without any count are not kept.
class threshold_tallies {
public:
  explicit threshold_tallies(threshold_grid grid) : grid_(std::move(grid)) {}

  [[nodiscard]] const threshold_grid& grid() const noexcept { return grid_; }
  /// By labels, in byte order; each has one more bin than there are thresholds.
  [[nodiscard]] const std::map<cell_labels, std::vector<std::uint64_t>>& cells() const noexcept { return cells_; }

  /// Adds the bins of one cell. Throws `std::invalid_argument` when their number is not one more than the thresholds, when a
  /// sum exceeds 2^52, for an axis without a name, and for a name or value that is not UTF-8 text; then nothing was added.
  void add(const cell_labels& labels, std::span<const std::uint64_t> bins);

  /// Throws `std::invalid_argument` when the grids or their alert rules differ, and for sums above 2^52; then nothing was added.
  threshold_tallies& operator+=(const threshold_tallies& other);
  friend threshold_tallies operator+(threshold_tallies a, const threshold_tallies& b) { return a += b; }
  friend bool operator==(const threshold_tallies&, const threshold_tallies&) = default;

private:
  threshold_grid grid_;
  std::map<cell_labels, std::vector<std::uint64_t>> cells_;
};

/// The version that `serialise` writes and `parse_threshold_tallies` reads.
inline constexpr unsigned threshold_tallies_version = 1;

/// The one text for these tallies, UTF-8, lines ended by a newline: version, alert rule, thresholds in the shortest decimal
/// form of float32, then each cell with its labels (`%`, `=` and control characters as `%0a`) and its bins above zero as
/// `bin:count`. Equal tallies give equal bytes.
[[nodiscard]] std::string serialise(const threshold_tallies& tallies);

/// What `serialise` wrote. Only the canonical text is accepted, so that equal bytes mean equal tallies, both ways.
/// Errors, with `file` as given and the line: `newer_schema` for a later version; `not_a_count`, `not_a_number`,
/// `not_allowed`, `missing_value`, `duplicate_id`, `wrong_field_count` for lines that are none of ours or out of order.
[[nodiscard]] result<threshold_tallies> parse_threshold_tallies(std::string_view text, std::string file);

/// The passages of `tallies` with one label more: `counted`, with the values `nonmated`, `mated` and `unknown` (by best
/// score), `identified` and `identified behind another` (by score of the mate, within the rank limit), `nonmated second` and `tied first`
/// where second scores are on record, and the failures to acquire as `nonmated not acquired` and so on in bin 0. Of the
/// values by which mated passages are sorted, passages without a score are in bin 0.
/// Throws `std::invalid_argument` when an axis is already called `counted`.
[[nodiscard]] threshold_tallies to_threshold_tallies(const passage_tallies& tallies);

} // namespace lfreval
