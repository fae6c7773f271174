// The last chapters of the page: how its figures were made, and from what. Private to the report stage.
#pragma once

#include "report/page_sections.hpp"

namespace lfreval::page {

/// Confidence, assumptions, what each rate on the page means and cannot show, and what its flags say.
[[nodiscard]] html methods(const material&);

/// Hashes of what was read and written, rows that were refused, and how to make every figure again.
[[nodiscard]] html provenance(const material&);

} // namespace lfreval::page
