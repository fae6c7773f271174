// Changes in how many faces are counted per minute: a change of counting changes every rate per face (M04, M46). Private to
// the report stage.
#pragma once

#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/report/finding.hpp>

namespace lfreval {

/// One change of level of faces per minute, with the dates between which it lies.
struct counting_break {
  const deployment_record* first = nullptr; ///< the first deployment of the new level, best position
  calendar_date earliest, latest;           ///< dates between which the change lies
  double ratio = 1;                         ///< faces per minute after over before
  interval limits;
  std::vector<std::string> also_changed;    ///< what else changed between those dates
};

struct counting_levels {
  std::vector<counting_break> breaks;
  curve pace; ///< faces per minute of each deployment in order of date, and the level it belongs to
};

[[nodiscard]] counting_levels find_counting_levels(const deployment_series&, confidence);

[[nodiscard]] std::vector<finding> break_findings(const deployment_series&, const std::vector<counting_break>&);

/// What a comparison of figures from two periods has to say about the breaks between them; empty when there is none.
[[nodiscard]] std::string break_note(const std::vector<counting_break>&, const conditions& now, const conditions& then);

} // namespace lfreval
