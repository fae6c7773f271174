// What the counts of a crowd and the log of its alerts say of groups. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

struct crowd_group_evaluation {
  std::vector<finding> findings;
  std::vector<not_measured_item> not_measured;
};

/// Of each declared axis that counts or alerts carry labels of: every rate per face that has a denominator in each group (M14),
/// what became of alerts, and the groups' shares of the false alerts against each declared baseline (M25).
[[nodiscard]] crowd_group_evaluation evaluate_crowd_groups(const study&, const deployment_series&);

} // namespace lfreval
