// One passage while its log is read, and what a system returned for it. Private to the log stage.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <lfreval/log/passages.hpp>

#include "log/source_table.hpp"
#include "log/watchlist_index.hpp"

namespace lfreval::detail {

/// What one system returned for one passage.
struct returned {
  std::string_view top_person;
  float top_score = no_score, second_score = no_score, mate_score = no_score;
  std::uint32_t mate_rank = 0;
};

/// One passage that may still be refused for what its candidates say.
struct logged_passage {
  source_table* table;
  std::uint64_t row;                        ///< of a passage made of observations, the earliest
  std::span<const std::uint64_t> observed;  ///< all its observations; empty where a row is a passage
  mated_status mated = mated_status::unknown;
  std::string_view identity = {};           ///< the listed person it is, if it is mated: the mate, else the person
  bool acquired = true;

  [[nodiscard]] std::string_view text(std::string_view column) const { return table->text(column, row); }
  [[nodiscard]] std::int64_t time_of(std::uint64_t of_row) const {
    const auto* times = table->times("time");
    return times == nullptr ? no_time : (*times)[of_row];
  }
  [[nodiscard]] bool is_kept() const { return table->is_kept(row); }

  /// Refuses the row, and with an observation the rest of its passage: without it the best score could be too low.
  void refuse(std::uint64_t at, error_code code, std::string_view column, std::string value, const std::string& rule) const {
    table->refuse_row(at, code, column, std::move(value), rule);
    for (const std::uint64_t other : observed)
      if (other != at) table->refuse_row(other, code, column, std::string(table->text(column, other)), rule + "; all observations of the passage are refused");
  }
};

/// Whether somebody who was returned cannot have been: they were on no list at that moment.
[[nodiscard]] inline bool is_off_list(const watchlist_index& watchlist, std::string_view person, std::int64_t time) {
  return watchlist.is_given() && !person.empty() && watchlist.listed(person, time) == mated_status::no;
}

/// The columns `top_person`, `top_score`, `second_score`, `mate_score` and `mate_rank` of a row of table passages. False, and
/// the row refused, when they contradict each other, the mated status or the watchlist.
[[nodiscard]] bool read_wide(const logged_passage&, const watchlist_index&, returned& out);

/// The best of all observations of a passage: the person with the highest score, of equal ones the first in byte order. The
/// log keeps only the first candidate of each, so that the mate has rank 1 or none, and there is no second score. False, and
/// the passage refused, when an observation contradicts itself, the mated status or the watchlist.
[[nodiscard]] bool fuse_observations(const logged_passage&, const watchlist_index&, returned& out);

} // namespace lfreval::detail
