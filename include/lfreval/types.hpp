/// @file
/// Umbrella: the vocabulary every stage shares.
#pragma once

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/conditions.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/limit.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>
#include <lfreval/types/tally.hpp>
#include <lfreval/types/threshold.hpp>
#include <lfreval/types/unit.hpp>
#include <lfreval/types/version.hpp>
