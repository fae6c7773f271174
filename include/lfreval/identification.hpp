/// @file
/// Umbrella: open-set identification, from counts to curves, thresholds and other watchlist sizes.
#pragma once

#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/identification/curve.hpp>
#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/identification/effective_looks.hpp>
#include <lfreval/identification/effective_threshold.hpp>
#include <lfreval/identification/equal_error.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/influence.hpp>
#include <lfreval/identification/list_projection.hpp>
#include <lfreval/identification/mate_rank.hpp>
#include <lfreval/identification/matched_systems.hpp>
#include <lfreval/identification/paired_systems.hpp>
#include <lfreval/identification/pareto_fit.hpp>
#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/identification/rates.hpp>
#include <lfreval/identification/score_steps.hpp>
#include <lfreval/identification/tail.hpp>
#include <lfreval/identification/threshold_choice.hpp>
#include <lfreval/identification/watchlist_draw_variance.hpp>
#include <lfreval/identification/watchlist_interval.hpp>
#include <lfreval/identification/watchlist_size.hpp>
