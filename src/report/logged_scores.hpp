// The scores in the logs of alerts, as `lfreval monitor` watches them. Private to the report stage.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/alert_case.hpp>
#include <lfreval/report/monitor.hpp>

namespace lfreval {

struct logged_scores {
  std::optional<alert_scores> scores;
  std::uint64_t without_score = 0; ///< alerts
};

/// By the name of the deployment. Does not depend on the order of the alerts.
[[nodiscard]] std::map<std::string, logged_scores> scores_by_deployment(const std::vector<alert_case>&);

} // namespace lfreval
