// Published claims as findings: each with its own arithmetic, and against the records. Private to the report stage.
#pragma once

#include <vector>

#include <lfreval/quality/claim_quality.hpp>
#include <lfreval/report/evaluation.hpp>

namespace lfreval {

/// The checks of the claims; the last of them holds each claim against the part of the records that it is about, and so needs
/// an evaluation whose findings are indexed. Then every claim under `claim=ID`: a rate with the interval its counts allow,
/// `refused` when it contradicts itself, `not_estimable` without counts.
[[nodiscard]] std::vector<finding> claim_findings(const published_claims&, const claim_quality&, const evaluation& of_records);

} // namespace lfreval
