/// @file
/// Parts of one trial log, read by different processes or machines, as one log.
#pragma once

#include <vector>

#include <lfreval/log/trial_log.hpp>

namespace lfreval {

/// The log of all parts. A log is columns of scores and codes, a third of the size of the text it was read from, and is all
/// that an evaluation looks at: the result of merged parts is that of the whole, in whatever order and split they come. A
/// person of several parts is one person; the lowest score that the log keeps is the highest of the parts.
///
/// A passage given in two parts counts twice: ids end with the reading. Throws `std::invalid_argument` without parts, when
/// parts saw other watchlists, and when tables of one source and system differ in kind, in the source of their labels, in
/// their groups or in what they record. Cost: one copy of the columns and a merge of their texts.
[[nodiscard]] trial_log merge_trials(std::vector<trial_log> parts);

} // namespace lfreval
