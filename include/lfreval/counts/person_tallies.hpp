/// @file
/// What each person contributed at one threshold: the clusters that intervals are made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <lfreval/counts/passage_tallies.hpp>
#include <lfreval/types/cluster_tally.hpp>

namespace lfreval {

/// People to whom it ever happened, of the people who passed: the estimand per person. Frequent passers weigh no more than
/// others, so that it differs from the rate per passage whenever staff pass daily; both are printed.
struct persons_ever {
  persons with_event, observed;
  friend bool operator==(const persons_ever&, const persons_ever&) = default;
};

/// One cell: the persons with at least one trial in it, in the order of their codes, and what each contributed. `tallies` is
/// what `estimate_rate` takes with `cluster_unit::person`.
struct person_tallies {
  std::vector<std::uint32_t> persons_seen; ///< codes of `table.person`
  std::vector<cluster_tally> tallies;

  [[nodiscard]] persons_ever ever() const {
    std::uint64_t with_event = 0;
    for (const cluster_tally& one : tallies) with_event += one.events > 0 ? 1 : 0;
    return {persons(with_event), persons(tallies.size())};
  }
  friend bool operator==(const person_tallies&, const person_tallies&) = default;
};

/// For each cell, the events and trials of each person at threshold `at` of the grid. `metric` is the false positive, the true
/// positive or the false negative identification rate; summed over persons the tallies are those of `count_passages`.
/// Undefined for kinds of source that do not support the metric, below `table.recorded_from`, and for a rank limit without
/// ranks. Throws `std::invalid_argument` as `count_passages`, for another metric and for a threshold that the grid lacks.
/// Cost: O(passages + cells + persons).
[[nodiscard]] estimable<std::vector<person_tallies>> tally_persons(const passage_table& table, const passage_cells& cells, metric_id metric,
                                                                   const threshold_grid& grid, std::size_t at,
                                                                   const passage_rule& rule = {});

/// Persons with their passages, for resampling persons: those of `persons_seen[p]` that reach a threshold stand in
/// `bins[first[p]]` to `bins[first[p + 1] - 1]`, ascending, as the number of thresholds reached (1 to `thresholds`).
/// Passages that reach none are in `totals` only, the denominator.
struct curve_rows {
  std::size_t thresholds = 0;
  std::vector<std::uint32_t> persons_seen; ///< codes of `table.person`, ascending
  std::vector<std::uint64_t> totals;       ///< trials of each person
  std::vector<std::uint64_t> first;        ///< one more than there are persons
  std::vector<std::uint32_t> bins;

  friend bool operator==(const curve_rows&, const curve_rows&) = default;
};

/// The rows behind the curve of one cell: FPIR over T from the best scores of non-mated passages, TPIR over T from the scores
/// of mates (within the rank limit where one is set). Undefined and throwing as `tally_persons`; the false negative
/// identification rate is refused, being the complement. Cost: one sweep and a sort of the rows above the lowest threshold.
[[nodiscard]] estimable<curve_rows> rows_of_curve(const passage_table& table, const passage_cells& cells, std::size_t cell,
                                                  metric_id metric, const threshold_grid& grid, const passage_rule& rule = {},
                                                  unsigned threads = 1);

} // namespace lfreval
