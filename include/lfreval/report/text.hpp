/// @file
/// The evaluation as an officer reads it on a terminal.
#pragma once

#include <string>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// What was not measured, the checks of the records, the findings by threshold, the limits, the comparisons.
[[nodiscard]] std::string to_text(const evaluation&);

/// The refused rows, one line each, in canonical order. Identifiers and free text are left out unless asked for.
[[nodiscard]] std::string ledger_text(const ledger&, bool show_values);

/// A refused row whose value may name somebody, without it: identifiers and free text stay private unless asked for.
[[nodiscard]] error without_private_value(error);

/// A rate with its unit and its limits rounded outward: `1 in 19,650 (1 in 40,747 to 1 in 10,725)`.
[[nodiscard]] std::string rate_words(double point, const interval&);

/// A rate per hour in words: `0.054 an hour (0.026 to 0.113)`; of officer time where that is what was counted.
[[nodiscard]] std::string hourly_words(double per_second, const interval&, unit of = unit::seconds);

} // namespace lfreval
