// Findings on the page: each in plain words, exactly, and in a table. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/html.hpp"

namespace lfreval::page {

/// The findings in the order of the evaluation, as pointers into it.
using finding_list = std::vector<const json_document*>;

/// Some findings one below the other, grouped by what they are about: those that speak of the whole in words, those of single
/// years, places, days and cameras in closed tables. Kinds, metrics and axes may be ones that this program does not know.
void add_findings(html&, const finding_list&, int heading_level);

/// The declared limits with their verdicts.
void add_verdicts(html&, const finding_list& verdicts, const json_document& result);

/// The checks of the records, each with the rows it names.
void add_checks(html&, const finding_list& checks);

} // namespace lfreval::page
