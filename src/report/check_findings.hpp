// A check of the records as a finding. Private to the report stage.
#pragma once

#include <lfreval/report/finding.hpp>

namespace lfreval {

[[nodiscard]] finding check_finding(const record_check&);

} // namespace lfreval
