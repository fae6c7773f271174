// What the terminal says of groups. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// Whether a finding is of a group, or compares groups.
[[nodiscard]] bool is_by_group(const evaluation&, const finding&);

/// The sections on differences between groups: of stopping others, of finding listed people, and of burden, each with who
/// bears it. Empty where no group has a rate. `explained` collects the flags that were shown.
[[nodiscard]] std::string group_sections(const evaluation&, flag_set& explained);

} // namespace lfreval
