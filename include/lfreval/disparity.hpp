/// @file
/// Umbrella: how differently groups of people fare, and what the data can say about it.
#pragma once

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/disparity/equivalence.hpp>
#include <lfreval/disparity/group_count.hpp>
