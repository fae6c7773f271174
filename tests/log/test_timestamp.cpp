#include <lfreval/log/timestamp.hpp>

#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <string>

#include "../../src/log/timestamp_parser.hpp"

using namespace lfreval;

namespace {
constexpr std::int64_t second = 1'000'000'000;
}

TEST_CASE("times with and without an offset, to the nanosecond") {
  // date -u -d 2024-01-26T09:05:03Z +%s
  constexpr std::int64_t at = 1'706'259'903;
  CHECK(parse_timestamp("2024-01-26T09:05:03Z") == timestamp{at * second, true});
  CHECK(parse_timestamp("2024-01-26 09:05:03") == timestamp{at * second, false});
  CHECK(parse_timestamp("2024-01-26T09:05") == timestamp{(at - 3) * second, false});
  CHECK(parse_timestamp("2024-01-26T09:05Z") == timestamp{(at - 3) * second, true});
  CHECK(parse_timestamp("2024-01-26T10:05:03.25+01:00") == timestamp{at * second + second / 4, true});
  CHECK(parse_timestamp("2024-01-26T10:05:03,000000001+01") == timestamp{at * second + 1, true});
  CHECK(parse_timestamp("2024-01-26T04:35:03-0430") == timestamp{at * second, true});
  CHECK(parse_timestamp("1970-01-01T00:00:00Z") == timestamp{0, true});
  CHECK(parse_timestamp("1969-12-31T23:59:59.999999999Z") == timestamp{-1, true});
}

TEST_CASE("every day from 1700 to 2200 is where the calendar of the standard library has it") {
  using namespace std::chrono;
  for (sys_days day = sys_days{year{1700} / 1 / 1}; day <= sys_days{year{2200} / 12 / 31}; day += days{1}) {
    const year_month_day date{day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT00:00Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    const auto parsed = parse_timestamp(text);
    if (!parsed || parsed->nanoseconds != day.time_since_epoch().count() * 86'400 * second) FAIL("wrong day: ", text);
  }
}

TEST_CASE("what is no time is refused") {
  for (const char* text : {"", "2024-01-26", "2024-01-26T", "2024-01-26T9:05", "2024-02-30T09:05", "2023-02-29T00:00", "2024-01-26T24:00", "2024-01-26T23:60",
                           "2024-01-26T23:59:60", "2024-01-26T09:05:03.", "2024-01-26T09:05:03.1234567890", "2024-01-26T09:05:03 Z", "2024-01-26T09:05:03z",
                           "2024-01-26T09:05:03+1", "2024-01-26T09:05:03+24:00", "2024-01-26T09:05:03+01:60", "2024-01-26T09:05:03+01:0", "2024-01-26t09:05",
                           "26/01/2024 09:05", "2024-01-26T09:05:03ZZ", "2024-01-26T09.05", "1699-12-31T00:00", "2201-01-01T00:00", "2024-01-26T-9:05",
                           "2024-01-26T09:05:3", "1706259903", "2024-01-26T09:05+", " 2024-01-26T09:05"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text).has_value());
  }
}

TEST_CASE("a minute that was just read is told from every other text of its length") {
  detail::timestamp_parser remembering;
  timestamp value;
  REQUIRE(remembering.parse("2024-01-26T09:05:00+01:00", value));
  const std::string written = "2024-01-26T09:05:07.250Z";
  for (std::size_t i = 0; i < written.size(); ++i)
    for (int c = 0; c < 256; ++c) {
      std::string text = written;
      text[i] = static_cast<char>(c);
      const auto alone = parse_timestamp(text);
      timestamp again;
      REQUIRE(remembering.parse(written, again));
      const bool found = remembering.parse(text, again);
      if (found != alone.has_value() || (found && again != *alone)) FAIL("byte ", c, " at ", i);
    }
  for (int millisecond = 0; millisecond < 60'000; ++millisecond) {
    char text[40];
    std::snprintf(text, sizeof text, "2024-01-26T09:05:%02d.%03dZ", millisecond / 1000, millisecond % 1000);
    if (!remembering.parse(text, value) || value.nanoseconds != 1'706'259'900 * second + millisecond * 1'000'000LL || !value.has_offset) FAIL(text);
  }
  CHECK_FALSE(parse_timestamp(std::string(10, '\0') + "T09:05").has_value());
  CHECK_FALSE(parse_timestamp(std::string(16, '\0') + ":05.250Z").has_value());
}
