#include <lfreval/log/timestamp.hpp>

#include <lfreval/types/date.hpp>

#include "log/timestamp_parser.hpp"

namespace lfreval {

namespace detail {

std::optional<std::int64_t> timestamp_parser::days_of(std::string_view text) noexcept {
  const auto date = parse_iso_date(text);
  if (!date || date->year < 1700 || date->year > 2200) return std::nullopt;
  // Days of the civil calendar from 1970-01-01, counted in years that begin in March (H. Hinnant, chrono-compatible
  // low-level date algorithms): 2000-03-01 is day 11,017.
  const std::int64_t year = date->year - (date->month <= 2 ? 1 : 0);
  const std::int64_t era = year / 400, of_era = year - era * 400;
  const std::int64_t of_year = (153 * (date->month + (date->month > 2 ? -3 : 9)) + 2) / 5 + date->day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

} // namespace detail

std::optional<timestamp> parse_timestamp(std::string_view text) noexcept {
  timestamp out;
  if (!detail::timestamp_parser().parse(text, out)) return std::nullopt;
  return out;
}

} // namespace lfreval
