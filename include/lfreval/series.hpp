/// @file
/// Umbrella: deployments as a series and as a population.
#pragma once

#include <lfreval/series/beta_binomial.hpp>
#include <lfreval/series/change_points.hpp>
#include <lfreval/series/count_prediction.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/leave_one_out.hpp>
#include <lfreval/series/meta.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/series/overdispersion.hpp>
