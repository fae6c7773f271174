// What the terminal says of trials and of score files. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// What a trial says at its operating threshold, or in short at the others; both rates together. In this and the next ones `explained`
/// collects the flags that were shown, and nothing is said where there is no such finding.
[[nodiscard]] std::string trial_lines(const evaluation&, bool operating, flag_set& explained);
/// Thresholds that keep a limit with a guarantee.
[[nodiscard]] std::string promise_lines(const evaluation&);
/// Comparisons one to one, at thresholds and at allowed shares of false matches.
[[nodiscard]] std::string match_lines(const evaluation&, flag_set& explained);
/// One system against another on the same passages.
[[nodiscard]] std::string difference_lines(const evaluation&, flag_set& explained);

} // namespace lfreval
