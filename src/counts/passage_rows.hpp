/// @file
/// What one row of a passage table says, the same for every way of counting it.
#pragma once

#include <optional>

#include <lfreval/counts/passage_tallies.hpp>

namespace lfreval::detail {

/// Throws `std::invalid_argument` naming `function` for columns that differ in length and rows that contradict themselves.
void require_passages(const char* function, const passage_table& table);
void require_cells(const char* function, const passage_table& table, const passage_cells& cells);
void require_rank_limit(const char* function, const passage_rule& rule);

/// Why nothing can be said at `lowest`.
[[nodiscard]] std::optional<undefined> below_record(const passage_table& table, float lowest);
/// Why a rank limit cannot be applied.
[[nodiscard]] std::optional<undefined> without_ranks(const passage_table& table, const passage_rule& rule);
/// Why this kind of source says nothing about the metric (M15).
[[nodiscard]] std::optional<undefined> without_truth(source_kind source, metric_id metric);

[[nodiscard]] inline bool is_acquired(const passage_table& table, std::size_t row) { return table.acquired[row] != 0; }

/// A column that is not on record is empty; so is every column of a table without rows.
[[nodiscard]] inline bool has_second(const passage_table& table) { return !table.second_score.empty() || table.size() == 0; }
[[nodiscard]] inline bool has_ranks(const passage_table& table) { return !table.mate_rank.empty() || table.size() == 0; }

/// The score of the mate, where the rank limit lets it be seen.
[[nodiscard]] inline float identifying_score(const passage_table& table, std::size_t row, const passage_rule& rule) {
  const bool hidden = rule.rank_limit && (table.mate_rank[row] == 0 || table.mate_rank[row] > *rule.rank_limit);
  return hidden ? no_score : table.mate_score[row];
}

/// Whether the row is a trial of the metric, false or true positives.
[[nodiscard]] inline bool is_trial(const passage_table& table, std::size_t row, bool of_mated, const passage_rule& rule) {
  if (!of_mated) return table.mated[row] == mated_status::no;
  return table.mated[row] == mated_status::yes && (rule.failures == acquisition_failures::are_misses || is_acquired(table, row));
}

} // namespace lfreval::detail
