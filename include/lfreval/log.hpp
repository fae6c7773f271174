/// @file
/// Umbrella: reading input tables, with a ledger of what was refused.
#pragma once

#include <lfreval/log/alert_case.hpp>
#include <lfreval/log/column_reader.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/log/deployments.hpp>
#include <lfreval/log/input_file.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/log/merge_trials.hpp>
#include <lfreval/log/passages.hpp>
#include <lfreval/log/propose.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/log/score_rows.hpp>
#include <lfreval/log/scores.hpp>
#include <lfreval/log/templates.hpp>
#include <lfreval/log/timestamp.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/log/watchlist_entry.hpp>
