/// @file
/// Everything of the stage that weighs what was gained against what was taken: registers, policies and decisions.
#pragma once

#include <lfreval/proportionality/adjudication.hpp>
#include <lfreval/proportionality/alternative.hpp>
#include <lfreval/proportionality/belief.hpp>
#include <lfreval/proportionality/conduct.hpp>
#include <lfreval/proportionality/decision_curve.hpp>
#include <lfreval/proportionality/documents.hpp>
#include <lfreval/proportionality/effectiveness.hpp>
#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/net_benefit.hpp>
#include <lfreval/proportionality/pareto.hpp>
#include <lfreval/proportionality/policy.hpp>
#include <lfreval/proportionality/quantile_summary.hpp>
#include <lfreval/proportionality/sensitivity.hpp>
#include <lfreval/proportionality/sobol.hpp>
#include <lfreval/proportionality/test_evidence.hpp>
#include <lfreval/proportionality/uncertain_input.hpp>
#include <lfreval/proportionality/uses.hpp>
#include <lfreval/proportionality/value_of_information.hpp>
#include <lfreval/proportionality/verification.hpp>
#include <lfreval/proportionality/watchlist_register.hpp>
#include <lfreval/proportionality/yield.hpp>
