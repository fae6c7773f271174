#include <lfreval/proportionality/uses.hpp>

#include <doctest/doctest.h>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

constexpr moment second = 1'000'000'000;

authorisation_entry live(const char* deployment, std::optional<moment> from, std::optional<moment> to) {
  authorisation_entry out;
  out.id = deployment;
  out.started = from;
  out.ended = to;
  return out;
}

} // namespace

TEST_CASE("a log without a duration has that of the register: from start to end, never as planned") {
  deployment_series series = series_of(4);
  series.records[2].duration = seconds(60);
  register_log registers;
  registers.authorisations = {live("d1", 100 * second, 4600 * second), live("d2", 100 * second, std::nullopt), live("d3", 0, 7200 * second), live("d4", 50 * second, 50 * second)};
  registers.authorisations[1].planned_start = 0;
  registers.authorisations[1].planned_end = 3600 * second;
  CHECK(take_live_times(series, registers) == 1);
  CHECK(series.records[0].duration->value() == 4500);
  CHECK_FALSE(series.records[1].duration.has_value());
  CHECK(series.records[2].duration->value() == 60); // what the log says goes before
  CHECK_FALSE(series.records[3].duration.has_value());
}

TEST_CASE("published records keep the hours that they publish") {
  deployment_series series = series_of(1);
  series.records[0].is_log = false;
  register_log registers;
  registers.authorisations = {live("d1", 0, 3600 * second)};
  CHECK(take_live_times(series, registers) == 0);
  CHECK_FALSE(series.records[0].duration.has_value());
}
