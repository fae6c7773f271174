/// @file
/// How each deployment was decided, announced and kept to its times; complaints and the training of those who judge alerts
/// (B12, C05, D01, D04, E13, H03, H04, M60, M64).
#pragma once

#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/uses.hpp>

namespace lfreval {

/// Every deployment of the series stands in the denominator: one without an authorisation or a notice is one without (M65).
/// The time of notice and the time to answer are the strictest that a document declares; where none does, nothing is measured.
/// `as_of`: the day on which the records were complete; a complaint that is not overdue by then is left out.
[[nodiscard]] indicator_parts conduct_parts(const register_log&, const std::vector<deployment_use>&, std::optional<calendar_date> as_of);

} // namespace lfreval
