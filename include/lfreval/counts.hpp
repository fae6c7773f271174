/// @file
/// Umbrella: from records to integer tallies.
#pragma once

#include <lfreval/counts/deployment_readings.hpp>
#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/list_hits.hpp>
#include <lfreval/counts/passage_cells.hpp>
#include <lfreval/counts/passage_tallies.hpp>
#include <lfreval/counts/person_tallies.hpp>
#include <lfreval/counts/score_key.hpp>
#include <lfreval/counts/search.hpp>
#include <lfreval/counts/search_consumers.hpp>
#include <lfreval/counts/strata.hpp>
#include <lfreval/counts/threshold_grid.hpp>
#include <lfreval/counts/threshold_sweep.hpp>
#include <lfreval/counts/threshold_tallies.hpp>
