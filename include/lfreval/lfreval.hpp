/// @file
/// Umbrella over every stage. Include single headers where compile time matters.
#pragma once

#include <lfreval/bytes.hpp>
#include <lfreval/counts.hpp>
#include <lfreval/disparity.hpp>
#include <lfreval/identification.hpp>
#include <lfreval/intervals.hpp>
#include <lfreval/log.hpp>
#include <lfreval/proportionality.hpp>
#include <lfreval/quality.hpp>
#include <lfreval/report.hpp>
#include <lfreval/study.hpp>
#include <lfreval/types.hpp>
