/// @file
/// Umbrella: the evaluation and its views.
#pragma once

#include <lfreval/report/compare_evaluations.hpp>
#include <lfreval/report/dossier.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/monitor.hpp>
#include <lfreval/report/page.hpp>
#include <lfreval/report/plan.hpp>
#include <lfreval/report/tables.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/report/written_document.hpp>
