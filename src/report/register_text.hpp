// What registers show, for the terminal. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// Whether a finding is told among those of the registers: their checks, rates and comparisons with other tactics.
[[nodiscard]] bool is_of_registers(const finding&);

/// Checks that have something against them, the number of the others, every rate on record, and other tactics; nothing where the study
/// has no register.
[[nodiscard]] std::string register_sections(const evaluation&);

} // namespace lfreval
