/// @file
/// Umbrella: from tallies to how sure one may be.
#pragma once

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/binomial_rules.hpp>
#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/intervals/curve_limits.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/jackknife.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/intervals/list_jackknife.hpp>
#include <lfreval/intervals/missing_labels.hpp>
#include <lfreval/intervals/paired.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/intervals/poisson.hpp>
#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/intervals/two_way.hpp>
#include <lfreval/intervals/weights.hpp>
#include <lfreval/intervals/zero_events.hpp>
