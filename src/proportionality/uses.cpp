#include <lfreval/proportionality/uses.hpp>

#include <algorithm>
#include <chrono>

#include <lfreval/counts/strata.hpp>

namespace lfreval {

std::vector<deployment_use> uses_of(const deployment_series& series, const register_log& registers) {
  std::vector<deployment_use> out;
  for (const deployment_record& record : series.records) {
    deployment_use one;
    one.record = &record;
    one.name = deployment_value(series, record);
    // Of several forces, an identifier alone may be that of another force's deployment.
    const auto found = std::find_if(registers.authorisations.begin(), registers.authorisations.end(), [&](const authorisation_entry& a) { return a.id == one.name; });
    if (found != registers.authorisations.end()) one.authorisation = &*found;
    one.day = record.date;
    if (!one.day && one.authorisation != nullptr) one.day = one.authorisation->started_on;
    out.push_back(std::move(one));
  }
  return out;
}

std::uint64_t take_live_times(deployment_series& series, const register_log& registers) {
  constexpr std::int64_t second = 1'000'000'000;
  std::vector<std::optional<seconds>> live;
  for (const deployment_use& one : uses_of(series, registers)) {
    const authorisation_entry* times = one.authorisation;
    const bool known = times != nullptr && times->started && times->ended && *times->ended / second > *times->started / second;
    live.push_back(known ? std::optional(seconds(static_cast<std::uint64_t>(*times->ended / second - *times->started / second))) : std::nullopt);
  }
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    deployment_record& record = series.records[i];
    if (!record.is_log || record.duration || !live[i]) continue;
    record.duration = live[i];
    ++out;
  }
  return out;
}

std::optional<calendar_date> first_day(const std::vector<deployment_use>& uses) {
  std::optional<calendar_date> out;
  for (const deployment_use& one : uses)
    if (one.day) out = out ? std::min(*out, *one.day) : *one.day;
  return out;
}

std::optional<calendar_date> last_day(const std::vector<deployment_use>& uses) {
  std::optional<calendar_date> out;
  for (const deployment_use& one : uses)
    if (one.day) out = out ? std::max(*out, *one.day) : *one.day;
  return out;
}

std::int64_t days_between(calendar_date from, calendar_date to) {
  const auto days = [](calendar_date d) { return std::chrono::sys_days(std::chrono::year(d.year) / d.month / d.day).time_since_epoch().count(); };
  return days(to) - days(from);
}

} // namespace lfreval
