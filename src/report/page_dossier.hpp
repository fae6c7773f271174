// The chapter "Necessity and proportionality". Private to the report stage.
#pragma once

#include "report/page_sections.hpp"

namespace lfreval::page {

/// Whether the evaluation holds a dossier at all.
[[nodiscard]] bool has_dossier(const json_document& result);

/// Limb by limb: what was not measured, limits, indicators, documents, what would change the answer; then the same criteria by principle
/// and by document.
[[nodiscard]] html dossier_chapter(const material&);

} // namespace lfreval::page
