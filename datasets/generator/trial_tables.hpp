/// @file
/// A trial as the tables that a force would hand over: comma-separated, one header row, the columns of docs/study.md.
/// Cells without a value are empty. Every id says that it is synthetic.
#pragma once

#include <cstdint>
#include <string>

#include "synthetic_trial.hpp"
#include "trial_design.hpp"
#include "watchlist.hpp"

namespace lfreval::synthetic {

/// Headers that a study may map to other names.
struct passage_headers {
  std::string passage = "passage", person = "person", mated = "mated";
};

/// One row per passage: person, deployment, camera, the group and the light, mated, mate, acquired, then the first
/// candidate, the score of the second, and score and rank of the mate.
[[nodiscard]] std::string passages_csv(const trial_design&, const synthetic_trial&, const passage_headers& = {});
/// One row per returned candidate, of every passage.
[[nodiscard]] std::string candidates_csv(const trial_design&, const synthetic_trial&);
/// One row per person, passers and listed people alike, with the group.
[[nodiscard]] std::string persons_csv(const trial_design&, const synthetic_trial&);
/// One row per enrolled image.
[[nodiscard]] std::string watchlist_csv(const trial_design&, const watchlist&);

/// One row per deployment and camera: how many faces were counted. With the header `count`, how they were counted
/// stands beside it; under another header it is left to the study.
[[nodiscard]] std::string exposure_csv(const trial_design&, const synthetic_crowd&,
                                       const std::string& count_header = "count");
/// One row per alert of the crowd. The identity is on record only where an officer reached the person.
[[nodiscard]] std::string alerts_csv(const trial_design&, const synthetic_crowd&);

} // namespace lfreval::synthetic
