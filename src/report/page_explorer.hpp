// Where a reader moves the threshold of a trial. Private to the report stage.
#pragma once

#include "report/document.hpp"
#include "report/html.hpp"

namespace lfreval::page {

/// One explorer for each curve over thresholds that holds both rates with their intervals: it looks up what was computed, and
/// multiplies by what the reader supposes. Shown by the script of the page only; the curve's own table says the same.
void add_explorers(html&, const json_document& result);

} // namespace lfreval::page
