/// @file
/// Deployments joined to their authorisations: when each began, and what was decided about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/types/date.hpp>

namespace lfreval {

/// One deployment. Pointers are into the series and the registers.
struct deployment_use {
  const deployment_record* record = nullptr;
  const authorisation_entry* authorisation = nullptr; ///< null where the register names none
  std::string name;                                   ///< as findings name the deployment
  std::optional<calendar_date> day;                   ///< of the record, else of the authorisation
};

/// Every deployment of the series (M65), in its order.
[[nodiscard]] std::vector<deployment_use> uses_of(const deployment_series&, const register_log&);
/// The time for which the cameras were live, by the register of authorisations: from `started` to `ended`, never as planned.
/// Given to records made of a log that have no duration of their own; how many it was given to.
std::uint64_t take_live_times(deployment_series&, const register_log&);
/// First and last day of use; nothing when no deployment has a day.
[[nodiscard]] std::optional<calendar_date> first_day(const std::vector<deployment_use>&);
[[nodiscard]] std::optional<calendar_date> last_day(const std::vector<deployment_use>&);

/// Days from one day to another; negative when it is earlier.
[[nodiscard]] std::int64_t days_between(calendar_date from, calendar_date to);

} // namespace lfreval
