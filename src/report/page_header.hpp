// What stands before the chapters of the page. Private to the report stage.
#pragma once

#include <string>

#include "report/page_sections.hpp"

namespace lfreval::page {

/// Title, conditions of the study, and what a reader of a copy must know first.
[[nodiscard]] html header(const material&);

/// A confidence of 0.95 as `95 %`.
[[nodiscard]] std::string level_of(const json_document& result);

} // namespace lfreval::page
