/// @file
/// Umbrella: from records to integer tallies.
#pragma once

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/counts/strata.hpp>
