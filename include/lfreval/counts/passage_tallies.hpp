/// @file
/// What happened to the passages of each cell at each threshold, as integers: the source of every open-set rate.
///
/// A passage alerts at T when its best candidate has `score >= T`, whatever the number of candidates, frames or cameras:
/// one passage is one trial (M09). What is counted of the mated ones, those of listed people:
///   identified          the mate scores at least T, and stands within the rank limit where one is set
///   misidentified       an alert, but not identified: all it shows the operator is the wrong person. A miss, never a false
///                       positive: FPIR is of non-mated passages only (M08)
/// so that mated passages with an alert = identified + misidentified. An identified passage may show a wrong person above
/// the mate; it is counted in `identified_behind_another` too.
/// A passage that was not acquired cannot alert: a non-alert in FPIR, a miss in the generalised TPIR.
/// Cites: ISO/IEC 19795-1:2021, 3.22 (with `score > T`; see `alert_rule`); NIST IR 8271; G1, G2, G3, G9, G10.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <lfreval/counts/passage_cells.hpp>
#include <lfreval/counts/threshold_sweep.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/tally.hpp>

namespace lfreval {

/// Whether a mated passage without a template is a miss, as in the generalised TPIR, or no trial at all.
enum class acquisition_failures : std::uint8_t { are_misses, left_out };

/// What is counted, declared before the data are seen.
struct passage_rule {
  source_kind source = source_kind::seeded;
  std::optional<std::uint32_t> rank_limit = std::nullopt; ///< candidates shown to the operator; none: by threshold only
  acquisition_failures failures = acquisition_failures::are_misses;
};

/// One cell at one threshold.
struct passage_counts {
  nonmated_passages nonmated, nonmated_not_acquired;
  nonmated_passages_with_alert nonmated_with_alert;
  std::optional<nonmated_passages_with_alert> nonmated_with_two; ///< two listed persons or more; absent when only the first is on record
  mated_passages mated, mated_not_acquired;
  mated_passages_identified identified;
  mated_passages misidentified;
  mated_passages_identified identified_behind_another; ///< identified, and a wrong person scored higher
  std::optional<mated_passages> tied_first; ///< the mate shares the best score with another: chance decides rank 1
  passages unknown, unknown_not_acquired, unknown_with_alert; ///< not known whether on the watchlist: in no rate

  friend bool operator==(const passage_counts&, const passage_counts&) = default;
};

using false_positive_tally = tally<nonmated_passages_with_alert, nonmated_passages>;
using true_positive_tally = tally<mated_passages_identified, mated_passages>;
using false_negative_tally = tally<mated_passages_missed, mated_passages>;

/// The same rate with everything unknown resolved the one way and the other.
template <class Tally> struct tally_range {
  Tally fewest, most;
  friend bool operator==(const tally_range&, const tally_range&) = default;
};

/// Made by `count_passages`.
class passage_tallies {
public:
  [[nodiscard]] std::size_t cells() const noexcept { return labels_.size(); }
  [[nodiscard]] const cell_labels& labels(std::size_t cell) const { return labels_.at(cell); }
  [[nodiscard]] const threshold_grid& grid() const noexcept { return grid_; }
  [[nodiscard]] const passage_rule& rule() const noexcept { return rule_; }

  /// Throws `std::out_of_range` for a cell or threshold that is not there, as do all below.
  [[nodiscard]] passage_counts at(std::size_t cell, std::size_t threshold) const;

  /// FPIR(T) = non-mated passages with an alert / all non-mated passages, acquired or not.
  /// Undefined for a kind of source that does not know who passed, and where a group is on record for alerts only (M14): then
  /// the bounds say what is certain.
  [[nodiscard]] estimable<false_positive_tally> false_positives(std::size_t cell, std::size_t threshold) const;
  /// TPIR(T) = mated passages identified / mated passages, by the rule. Undefined for operational records (M15).
  [[nodiscard]] estimable<true_positive_tally> true_positives(std::size_t cell, std::size_t threshold) const;
  /// FNIR(T), the complement.
  [[nodiscard]] estimable<false_negative_tally> false_negatives(std::size_t cell, std::size_t threshold) const;

  /// FPIR and TPIR if the passages that may or may not belong in the cell, because it is unknown whether the person was on
  /// the list or because an axis is not on record for them, belonged so as to make the rate lowest, and highest. Undefined as above,
  /// M14 excepted: bounds are what is left there.
  [[nodiscard]] estimable<tally_range<false_positive_tally>> false_positive_bounds(std::size_t cell, std::size_t threshold) const;
  [[nodiscard]] estimable<tally_range<true_positive_tally>> true_positive_bounds(std::size_t cell, std::size_t threshold) const;

private:
  friend estimable<passage_tallies> count_passages(const passage_table&, const passage_cells&, const threshold_grid&,
                                                   const passage_rule&, unsigned);
  passage_tallies(threshold_grid grid, passage_rule rule, std::vector<cell_labels> labels)
      : grid_(std::move(grid)), rule_(rule), labels_(std::move(labels)) {}

  /// Sums from each bin upwards: [0] counts all, [i + 1] those that reach threshold i.
  [[nodiscard]] std::uint64_t reaching(const sweep_counts& from, std::size_t cell, std::size_t bin) const {
    return from.bins[cell * (from.thresholds + 1) + bin];
  }
  [[nodiscard]] std::optional<undefined> unsupported(metric_id metric) const;
  [[nodiscard]] std::vector<std::size_t> may_belong_to(std::size_t cell) const;

  threshold_grid grid_;
  passage_rule rule_;
  std::vector<cell_labels> labels_;
  sweep_counts top_;                          ///< by cell and mated status
  std::vector<std::uint64_t> not_acquired_;   ///< by cell and mated status
  std::optional<sweep_counts> second_, tied_; ///< by cell: non-mated passages with two candidates, mated ones tied for first place
  sweep_counts identified_, behind_;          ///< by cell, mated passages
};

/// Counts the passages of a table by cell at every threshold of a grid.
/// Undefined (`empty`: no passage is on record at such a threshold) when the lowest threshold lies below
/// `table.recorded_from`, and when a rank limit is set and the table has no ranks.
/// Throws `std::invalid_argument` when columns or `cells` differ from the table in length, a code is out of range, the rank
/// limit is 0, and for rows that contradict themselves: a score that is NaN or infinite, a score without acquisition, a mate of
/// someone not on the list, a candidate that scores above the best, a returned mate without a rank; as `sweep` for too many counts.
/// Cost: five sweeps; 8 bytes per passage, 64 per cell and threshold. The result does not depend on `threads` or on the
/// order of rows.
[[nodiscard]] estimable<passage_tallies> count_passages(const passage_table& table, const passage_cells& cells,
                                                        const threshold_grid& grid, const passage_rule& rule = {},
                                                        unsigned threads = 1);

} // namespace lfreval
