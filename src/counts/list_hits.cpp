#include <lfreval/counts/list_hits.hpp>

#include <map>
#include <stdexcept>
#include <utility>

#include "counts/passage_rows.hpp"

namespace lfreval {

estimable<std::vector<std::uint32_t>> only_hits(const passage_table& table, const threshold_grid& grid, std::size_t at,
                                                source_kind source) {
  if (at >= grid.size()) throw std::invalid_argument("only_hits: the grid has no such threshold");
  detail::require_passages("only_hits", table);
  const float edge = grid.edges()[at];
  if (auto why = detail::without_truth(source, metric_id::false_positive_identification_rate)) return tl::unexpected(*why);
  if (auto why = detail::below_record(table, edge)) return tl::unexpected(*why);
  if (!detail::has_second(table))
    return tl::unexpected(undefined{undefined_reason::empty,
                                    "Record the score of the second candidate: without it nobody knows whether an alert hangs on one "
                                    "listed person.",
                                    std::nullopt});
  std::vector<std::uint32_t> out(table.size(), no_code);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.mated[i] != mated_status::no || table.top_score[i] < edge) continue;
    if (table.top_person.codes[i] >= table.top_person.texts.size())
      return tl::unexpected(undefined{undefined_reason::not_recorded, "Record whom each best score belongs to: some alerts name nobody on the list.", std::nullopt});
    if (table.second_score[i] < edge) out[i] = table.top_person.codes[i];
  }
  return out;
}

estimable<std::vector<only_hit>> only_hit_pairs(const passage_table& table, const threshold_grid& grid, std::size_t at, source_kind source) {
  const auto hits = only_hits(table, grid, at, source);
  if (!hits) return tl::unexpected(hits.error());
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> counted;
  for (std::size_t i = 0; i < hits->size(); ++i)
    if ((*hits)[i] != no_code) ++counted[{table.person.codes[i], (*hits)[i]}];
  std::vector<only_hit> out;
  for (const auto& [pair, count] : counted) out.push_back({pair.first, pair.second, count});
  return out;
}

} // namespace lfreval
