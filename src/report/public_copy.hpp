// An evaluation as it may be published. Private to the report stage.
#pragma once

#include "report/document.hpp"

namespace lfreval::page {

/// Takes out of a `result` what could point at somebody: figures of a single place, day, camera, year, use case or group whose
/// events number one to four, with every other figure of that part that would give them away, and one part more where a
/// single one could be had by subtraction; rows that checks name; rows of single deployments in curves. What is taken out
/// stays as a finding with status `suppressed`. Totals of the whole series and the grid of a trial stay. Returns how many
/// cells were taken out.
std::uint64_t make_public(json_document& result);

} // namespace lfreval::page
