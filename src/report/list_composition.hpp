// Whether an unequal rate comes from the algorithm or from who is listed. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include "report/trial.hpp"

namespace lfreval {

/// The groups of one axis among those who passed.
struct passing_groups {
  std::string axis, reference;
  const passage_cells& cells;
  const std::vector<std::size_t>& labelled; ///< cells with a label
  const std::vector<std::string>& labels;   ///< of those
};

/// The false alerts of each group by the group of the listed person with the best score, beside the comparisons behind them; and,
/// for each group against the reference, or against the largest group where none is declared, the ratio of false positive
/// identification rates on a list with as many people of every group, as a projection (M27, M28). Nothing where the labels of
/// the listed people are not on record.
void add_list_composition(trial&, const passing_groups&, float edge, const std::string& threshold);

} // namespace lfreval
