/// @file
/// Which person on the watchlist an alert hangs on: what leaving out one listed person would change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <lfreval/counts/passage_tallies.hpp>

namespace lfreval {

/// For each row: the code in `table.top_person` of the only listed person who reaches threshold `at` in a non-mated passage
/// (best score >= T > second score), else `no_code`. Without that person on the list the passage would not have alerted, so
/// that D_j, the share of non-mated passages with only hit j, is the change of FPIR by leaving j out.
/// Undefined (`empty`) when the table holds no second scores, for sources that do not know who passed, and below
/// `table.recorded_from`: a second candidate under it was not kept. Throws as `count_passages`, for a threshold that the
/// grid lacks. Undefined (`not_recorded`) when a best score names nobody. Cost: O(passages).
[[nodiscard]] estimable<std::vector<std::uint32_t>> only_hits(const passage_table& table, const threshold_grid& grid, std::size_t at,
                                                              source_kind source = source_kind::seeded);

/// Non-mated passages of one passer whose only hit is one listed person.
struct only_hit {
  std::uint32_t passer; ///< code in `table.person`
  std::uint32_t listed; ///< code in `table.top_person`
  std::uint64_t count;

  friend auto operator<=>(const only_hit&, const only_hit&) = default;
};

/// The same, added up by pair and in the order of the codes: does not depend on the order of rows.
[[nodiscard]] estimable<std::vector<only_hit>> only_hit_pairs(const passage_table& table, const threshold_grid& grid, std::size_t at,
                                                              source_kind source = source_kind::seeded);

} // namespace lfreval
