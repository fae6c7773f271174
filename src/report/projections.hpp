// What measured rates come to under the assumptions that a study declares. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

/// From rates that were found: the false positive identification rate of a crowd counted in faces, under passages_per_face, and
/// the positive predictive value of alerts at the operating threshold of a trial, under a prevalence. Without the assumption
/// there is no such figure.
[[nodiscard]] std::vector<finding> projections(const study&, const std::vector<finding>& found);

} // namespace lfreval
