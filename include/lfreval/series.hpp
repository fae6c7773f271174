/// @file
/// Umbrella: deployments as a series and as a population.
#pragma once

#include <lfreval/series/beta_binomial.hpp>
#include <lfreval/series/change_points.hpp>
#include <lfreval/series/confidence_sequence.hpp>
#include <lfreval/series/count_prediction.hpp>
#include <lfreval/series/cusum.hpp>
#include <lfreval/series/drift.hpp>
#include <lfreval/series/e_value.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/leave_one_out.hpp>
#include <lfreval/series/meta.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/series/overdispersion.hpp>
#include <lfreval/series/uniform_boundary.hpp>
