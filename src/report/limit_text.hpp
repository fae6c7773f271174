// What the terminal says of declared limits. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// Each limit with its verdicts, those of groups below the one that holds for all of them. Empty where no limit was declared.
[[nodiscard]] std::string limit_lines(const evaluation&);

} // namespace lfreval
