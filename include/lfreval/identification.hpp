/// @file
/// Umbrella: open-set identification, from counts to curves, thresholds and other watchlist sizes.
#pragma once

#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/identification/effective_threshold.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/score_steps.hpp>
#include <lfreval/identification/threshold_choice.hpp>
