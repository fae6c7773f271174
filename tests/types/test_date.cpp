#include <lfreval/types/date.hpp>

#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <string>

using namespace lfreval;

namespace {

std::string written(int year, unsigned month, unsigned day) {
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", year, month, day);
  return text;
}

} // namespace

TEST_CASE("every day from 1999 to 2101 is read and written") {
  using namespace std::chrono;
  int days_seen = 0;
  calendar_date before{};
  for (sys_days at = sys_days{year{1999} / 1 / 1}; at < sys_days{year{2102} / 1 / 1}; at += days{1}) {
    const year_month_day expected{at};
    const std::string text = written(int{expected.year()}, unsigned{expected.month()}, unsigned{expected.day()});
    const auto found = parse_iso_date(text);
    REQUIRE(found.has_value());
    CHECK(found->year == int{expected.year()});
    CHECK(found->month == unsigned{expected.month()});
    CHECK(found->day == unsigned{expected.day()});
    CHECK(to_iso(*found) == text);
    CHECK(before < *found);
    before = *found;
    ++days_seen;
  }
  CHECK(days_seen == 103 * 365 + 25); // leap days of 2000, 2004 ... 2096; 2100 has none
}

TEST_CASE("days that do not exist are refused") {
  for (const int year : {1900, 2000, 2023, 2024, 2100}) {
    int accepted = 0;
    for (unsigned month = 0; month <= 99; ++month)
      for (unsigned day = 0; day <= 99; ++day) accepted += parse_iso_date(written(year, month, day)).has_value() ? 1 : 0;
    CAPTURE(year);
    CHECK(accepted == (year == 2000 || year == 2024 ? 366 : 365));
  }
  for (const char* text : {"2023-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00"})
    CHECK_FALSE(parse_iso_date(text).has_value());
}

TEST_CASE("no other form of a date is read") {
  for (const char* text : {"", "2020-2-27", "2020-02-7", "20-02-27", "20200227", "27-02-2020", "27/02/20", "2020/02/27", " 2020-02-27",
                           "2020-02-27 ", "2020-02-27T00:00", "2020-02-27Z", "-020-02-27", "+020-02-27", "2020-+2-27", "2020-02--7",
                           "2O20-02-27", "2020_02_27", "02020-02-27", "2020-02-2x", "2020\u201302-27"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_date(text).has_value());
  }
  CHECK_FALSE(parse_iso_date(std::string("2020-02-2\0", 10)).has_value());
}
