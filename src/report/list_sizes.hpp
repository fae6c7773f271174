// What a false positive rate comes to on the list in use. Private to the report stage.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <lfreval/identification/clustered_threshold.hpp>

#include "report/trial.hpp"

namespace lfreval {

/// The false positive identification rate of a trial at one threshold, carried to the declared size of the list in use: for a
/// shorter list from the candidates on record, without a model; for a longer one as if all passers were alike, with the
/// direction in which that errs. Always a projection. Nothing where the study declares no such size.
void add_list_in_use(trial&, const threshold_grid&, std::size_t at, const std::string& name, const finding& measured);

/// The same rate over the declared grid, on lists of a tenth, a quarter and half of the persons searched and on one as long as
/// that in use: curve `list_sizes_<source>`. `whole` is the curve of the list that was searched, with its intervals. A longer list
/// is a projection in every row. Nothing where the log has no watchlist, or so many passages that the sizes would take minutes.
void add_list_sizes(trial&, const threshold_grid&, const curve& whole);

/// The threshold that a share of people, declared as a limit, would reach beyond the scores where that can be counted, from a
/// model of the highest scores: where no threshold can be guaranteed.
void add_extrapolated_threshold(trial&, const limit&, std::span<const identification::person_passage> nonmated);

} // namespace lfreval
