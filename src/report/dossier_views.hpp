// The dossier as JSON and as text for a terminal. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/dossier.hpp>

#include "report/document.hpp"

namespace lfreval {

/// `result.dossier`: figures stay in the findings, and are cited by key.
[[nodiscard]] json_document document_of(const dossier&);
/// The shape of that object.
[[nodiscard]] json_document dossier_schema();

/// Limb by limb, how many criteria came out how, and where to read them.
[[nodiscard]] std::string text_of(const dossier&);

} // namespace lfreval
