/// @file
/// Umbrella: are the records sound?
#pragma once

#include <lfreval/quality/cells.hpp>
#include <lfreval/quality/claim_quality.hpp>
#include <lfreval/quality/record_quality.hpp>
