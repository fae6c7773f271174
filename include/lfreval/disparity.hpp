/// @file
/// Umbrella: how differently groups of people fare, and what the data can say about it.
#pragma once

#include <lfreval/disparity/compare_groups.hpp>
#include <lfreval/disparity/composition.hpp>
#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/disparity/disparity_verdict.hpp>
#include <lfreval/disparity/equivalence.hpp>
#include <lfreval/disparity/firth.hpp>
#include <lfreval/disparity/group_clusters.hpp>
#include <lfreval/disparity/group_count.hpp>
#include <lfreval/disparity/index_appendix.hpp>
#include <lfreval/disparity/logistic.hpp>
#include <lfreval/disparity/max_over_min.hpp>
#include <lfreval/disparity/shrinkage.hpp>
#include <lfreval/disparity/stratified.hpp>
#include <lfreval/disparity/summary.hpp>
#include <lfreval/disparity/worst_group.hpp>
