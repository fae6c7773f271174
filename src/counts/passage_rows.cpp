#include "counts/passage_rows.hpp"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <string>

namespace lfreval::detail {

namespace {

[[noreturn]] void wrong(const char* function, const char* what) { throw std::invalid_argument(std::string(function) + ": " + what); }

std::string shortest_float(float value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

} // namespace

void require_passages(const char* function, const passage_table& table) {
  const std::size_t n = table.size();
  const auto has_length = [&](std::size_t length) {
    if (length != n) wrong(function, "columns of the table differ in length");
  };
  has_length(table.person.codes.size());
  has_length(table.acquired.size());
  has_length(table.top_person.codes.size());
  has_length(table.top_score.size());
  has_length(table.mate_score.size());
  if (!table.second_score.empty()) has_length(table.second_score.size());
  if (!table.mate_rank.empty()) has_length(table.mate_rank.size());
  for (std::size_t i = 0; i < n; ++i) {
    const float top = table.top_score[i], mate = table.mate_score[i];
    const float second = table.second_score.empty() ? no_score : table.second_score[i];
    const std::uint32_t rank = table.mate_rank.empty() || table.mated[i] != mated_status::yes ? 0 : table.mate_rank[i];
    if (top != top || mate != mate || second != second) wrong(function, "a score is not a number");
    if (top == std::numeric_limits<float>::infinity()) wrong(function, "a score is infinite");
    if (table.person.codes[i] >= table.person.texts.size()) wrong(function, "a passage is of no person");
    if (!is_acquired(table, i) && (top != no_score || mate != no_score)) wrong(function, "a passage that was not acquired has a score");
    if (mate > top || second > top) wrong(function, "a candidate scores above the best");
    if (table.mated[i] != mated_status::yes && mate != no_score) wrong(function, "a passage that is not mated has a mate");
    if (!table.mate_rank.empty() && table.mated[i] == mated_status::yes && (rank == 0) != (mate == no_score))
      wrong(function, "a mate has a rank without a score, or a score without a rank");
    // The best candidate is the mate or has rank 1 itself.
    if (rank == 1 && mate != top) wrong(function, "a mate of rank 1 does not have the best score");
  }
}

void require_cells(const char* function, const passage_table& table, const passage_cells& cells) {
  if (cells.codes.size() != table.size()) wrong(function, "cells and table differ in length");
  if (cells.size() == 0) wrong(function, "there must be at least one cell");
  for (const std::uint32_t code : cells.codes)
    if (code >= cells.size()) wrong(function, "a passage lies in no cell");
}

void require_rank_limit(const char* function, const passage_rule& rule) {
  if (rule.rank_limit && *rule.rank_limit == 0) wrong(function, "the rank limit is 0");
}

std::optional<undefined> below_record(const passage_table& table, float lowest) {
  if (lowest >= table.recorded_from) return std::nullopt;
  return undefined{undefined_reason::empty,
                   "Choose a threshold of at least " + shortest_float(table.recorded_from) +
                       ": the log keeps no score below it, so that no passage is on record at " + shortest_float(lowest) + '.',
                   undefined::range{0.0, 1.0}};
}

std::optional<undefined> without_ranks(const passage_table& table, const passage_rule& rule) {
  if (!rule.rank_limit || has_ranks(table)) return std::nullopt;
  return undefined{undefined_reason::empty, "Record the rank of the mate, or count without a rank limit.", undefined::range{0.0, 1.0}};
}

std::optional<undefined> without_truth(source_kind source, metric_id metric) {
  if (supports(source, metric)) return std::nullopt;
  return undefined{undefined_reason::empty,
                   "Seed the crowd with people whose passages are known: these records do not say who passed, so that no passage "
                   "is a trial of this rate.",
                   undefined::range{0.0, 1.0}};
}

} // namespace lfreval::detail
