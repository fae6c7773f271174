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

std::optional<timestamp> timestamp_parser::parse(std::string_view text) noexcept {
  const auto pair_at = [&](std::size_t i) {
    const auto tens = static_cast<unsigned>(text[i] - '0'), ones = static_cast<unsigned>(text[i + 1] - '0');
    return tens > 9 || ones > 9 ? 100U : tens * 10 + ones;
  };
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return std::nullopt;
  if (text.substr(0, 10) != std::string_view(day_, 10)) {
    const auto days = days_of(text.substr(0, 10));
    if (!days) return std::nullopt;
    text.copy(day_, 10);
    day_start_ = *days * 86'400;
  }
  const unsigned hour = pair_at(11), minute = pair_at(14);
  unsigned second = 0;
  std::int64_t nanosecond = 0;
  std::size_t at = 16;
  if (at + 3 <= text.size() && text[at] == ':') {
    second = pair_at(at + 1);
    at += 3;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
      const std::size_t first = ++at;
      std::int64_t worth = 100'000'000;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, worth /= 10) nanosecond += worth * (text[at] - '0');
      if (at == first || at - first > 9) return std::nullopt;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  timestamp out;
  std::int64_t seconds = day_start_ + hour * 3600 + minute * 60 + second;
  if (at < text.size()) {
    out.has_offset = true;
    if (text[at] == 'Z') {
      ++at;
    } else if ((text[at] == '+' || text[at] == '-') && at + 3 <= text.size()) {
      const bool ahead = text[at] == '+';
      const unsigned hours = pair_at(at + 1);
      unsigned minutes = 0;
      at += 3;
      if (at + 3 == text.size() && text[at] == ':') ++at;
      if (at + 2 == text.size()) {
        minutes = pair_at(at);
        at += 2;
      }
      if (hours > 23 || minutes > 59) return std::nullopt;
      const auto offset = static_cast<std::int64_t>(hours * 3600 + minutes * 60);
      seconds += ahead ? -offset : offset;
    }
    if (at != text.size()) return std::nullopt;
  }
  out.nanoseconds = seconds * 1'000'000'000 + nanosecond;
  return out;
}

} // namespace detail

std::optional<timestamp> parse_timestamp(std::string_view text) noexcept { return detail::timestamp_parser().parse(text); }

} // namespace lfreval
