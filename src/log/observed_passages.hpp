/// @file
/// Passages made of observations: which frames or tracks belong to one traversal of the zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "log/source_table.hpp"

namespace lfreval::detail {

/// The rows of a table of observations, passage by passage. Does not depend on the order of rows but for their numbers.
struct observed_passages {
  std::vector<std::uint64_t> rows;  ///< by passage, within it by time
  std::vector<std::size_t> first;   ///< of passage k in `rows`; one more at the end

  [[nodiscard]] std::size_t size() const noexcept { return first.empty() ? 0 : first.size() - 1; }
  [[nodiscard]] std::span<const std::uint64_t> of(std::size_t passage) const { return std::span(rows).subspan(first[passage], first[passage + 1] - first[passage]); }
};

/// Forms passages as the source declares: of one passage id; of one track of a camera; or of one person at a deployment
/// while not longer than `passage_gap_seconds` passes between two observations, whatever the camera. A row without what
/// the rule needs is refused; so is every passage of which observations name two persons or two deployments, or of which
/// one row was refused: without it the best score could be too low. Cost: a sort of the rows.
[[nodiscard]] observed_passages form_passages(source_table&);

} // namespace lfreval::detail
