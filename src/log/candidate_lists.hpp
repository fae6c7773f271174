// Candidate lists joined to the passages they were returned for. Private to the log stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log/logged_passage.hpp"

namespace lfreval::detail {

/// What the candidates of one source say of each passage they belong to.
struct candidate_source {
  source_table* table;
  std::unordered_map<std::size_t, returned> of_passage; ///< by place among the passages
  float lowest; ///< score on record; infinity when there is none
};

/// Candidates as persons, best first. Refuses the candidates of unknown passages, and all candidates of a passage together
/// with the passage when they do not hold together: ranks that do not run 1, 2, 3 ..., scores that rise with the rank,
/// nobody named, people who were not on the list, candidates where no template was made.
[[nodiscard]] candidate_source read_candidates(source_table&, const std::vector<logged_passage>&,
                                               const std::unordered_map<std::string_view, std::size_t>& passage_of_id, const watchlist_index&);

} // namespace lfreval::detail
