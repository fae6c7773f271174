// A crowd as its cameras counted it: counts of faces and the alerts raised, as deployment records. Private to the log stage.
#pragma once

#include <utility>
#include <vector>

#include <lfreval/log/deployments.hpp>

namespace lfreval {

/// One record for each deployment that sources of the tables `exposure` and `alerts` name, with the place to point at when it
/// is refused. Files, refused rows and names of outcomes go to `out`.
[[nodiscard]] std::vector<std::pair<deployment_record, error>> crowd_records(const study&, deployment_series& out, std::vector<error>& errors);

} // namespace lfreval
