/// @file
/// Umbrella: the study language.
#pragma once

#include <lfreval/study/design.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/study/stop_rules.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/study/toml_rows.hpp>
