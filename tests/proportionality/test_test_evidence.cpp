#include <lfreval/proportionality/test_evidence.hpp>

#include <doctest/doctest.h>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

test_report report(const char* id, const char* system, double from, double to, std::uint64_t persons_searched) {
  test_report out;
  out.id = id;
  out.system = system;
  out.threshold_from = from;
  out.threshold_to = to;
  out.watchlist_persons = persons_searched;
  return out;
}

deployment_series in_use() {
  deployment_series out = series_of(2);
  for (deployment_record& r : out.records) {
    r.system = "V 2";
    r.threshold = "0.64";
    r.watchlist_persons = watchlist_persons(1000);
  }
  return out;
}

indicator_parts parts(const register_log& registers, const deployment_series& series, const std::vector<watchlist_entry>& list = {}) { return test_parts(registers, list, uses_of(series, registers)); }

} // namespace

TEST_CASE("M33: a test of another version answers nothing") {
  register_log registers;
  registers.tests = {report("t1", "V 1", 0.5, 0.8, 5000)};
  const indicator_parts made = parts(registers, in_use());
  for (const char* name : {"test_report_for_version", "test_threshold_covers_use", "test_list_size_covers_use"}) {
    CHECK(check_named(made, name).examined == 1);
    CHECK(check_named(made, name).rows.size() == 1);
  }
  CHECK(check_named(parts(registers, series_of(2)), "test_report_for_version").examined == 0); // no version on record
}

TEST_CASE("M22, M40: thresholds in use lie in the range tested, and the list searched has nine tenths of the one in use") {
  register_log registers;
  registers.tests = {report("t1", "V 2", 0.5, 0.64, 900)};
  CHECK(check_named(parts(registers, in_use()), "test_threshold_covers_use").rows.empty());
  CHECK(check_named(parts(registers, in_use()), "test_list_size_covers_use").rows.empty());
  registers.tests = {report("t1", "V 2", 0.5, 0.63, 899)};
  CHECK(check_named(parts(registers, in_use()), "test_threshold_covers_use").rows.size() == 1);
  CHECK(check_named(parts(registers, in_use()), "test_list_size_covers_use").rows.size() == 1);
}

TEST_CASE("M68: who tested, who paid and who set the scope are three questions") {
  register_log registers;
  registers.tests = {report("t1", "V 2", 0.5, 0.8, 1000)};
  registers.tests[0].tester = registers.tests[0].scope_setter = "independent";
  registers.tests[0].funder = "force";
  const record_check dependent = check_named(parts(registers, in_use()), "test_report_independent");
  REQUIRE(dependent.rows.size() == 1);
  CHECK(dependent.rows[0].deployment == "test report 1");
  CHECK(dependent.rows[0].arithmetic == "run by independent, paid by force, scope by independent");
  registers.tests[0].funder = "regulator";
  CHECK(check_named(parts(registers, in_use()), "test_report_independent").rows.empty());
}

TEST_CASE("M62: an adverse result that was not told to the regulator is named, and one that was has its days") {
  register_log registers;
  registers.tests = {report("t1", "V 2", 0.5, 0.8, 1000), report("t2", "V 2", 0.5, 0.8, 1000), report("t3", "V 2", 0.5, 0.8, 1000)};
  registers.tests[0].adverse = registers.tests[1].adverse = true;
  registers.tests[2].adverse = false;
  registers.tests[0].dated = parse_iso_date("2024-01-01");
  registers.disclosures = {{"x", "t1", "regulator", *parse_iso_date("2024-03-01")}, {"y", "t1", "public", *parse_iso_date("2024-01-02")}, {"z", "t2", "public", *parse_iso_date("2024-01-02")}};
  const indicator_parts made = parts(registers, in_use());
  const record_check& told = check_named(made, "adverse_result_disclosed");
  CHECK(told.examined == 3);
  REQUIRE(told.rows.size() == 1);
  CHECK(told.rows[0].deployment == "test report 2");
  CHECK(distribution_named(made, "days_to_disclosure").values == std::vector<double>{60});
}

TEST_CASE("M66: where minors are listed, a test of adults answers nothing") {
  register_log registers;
  registers.tests = {report("t1", "V 2", 0.5, 0.8, 1000)};
  registers.tests[0].age_bands = {"adult", "under_18"};
  watchlist_entry adult, minor, child;
  adult.age_band = "adult";
  minor.age_band = "under_18";
  child.age_band = "under_13";
  CHECK(check_named(parts(registers, in_use()), "listed_minors_tested").examined == 0);
  CHECK(check_named(parts(registers, in_use(), {adult, minor}), "listed_minors_tested").rows.empty());
  const record_check untested = check_named(parts(registers, in_use(), {adult, minor, child}), "listed_minors_tested");
  REQUIRE(untested.rows.size() == 1);
  CHECK(untested.rows[0].deployment == "under 13");
}
