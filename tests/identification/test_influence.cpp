#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

TEST_CASE("the rate without each person, counted again from the others, and the five most frequent passers") {
  test::random draw(3);
  std::vector<contributor> people;
  for (int i = 0; i < 30; ++i) {
    const std::uint64_t passes = 1 + draw.below(40);
    people.push_back({draw.bits(), {draw.below(passes / 4 + 1), passes}});
  }
  people.push_back({99, {0, 0}}); // never passed
  const auto got = leave_one_out(contributor_kind::person, people, 100).value();
  CHECK(got.contributors == 30);
  REQUIRE(got.largest.size() == 30);
  std::vector<std::uint64_t> passes, events;
  for (const contributor& p : people) {
    passes.push_back(p.counted.exposure);
    events.push_back(p.counted.events);
  }
  std::sort(passes.rbegin(), passes.rend());
  std::sort(events.rbegin(), events.rend());
  std::uint64_t all_passes = 0, all_events = 0, top_passes = 0, top_events = 0;
  for (std::size_t i = 0; i < passes.size(); ++i) {
    all_passes += passes[i], all_events += events[i];
    if (i < 5) top_passes += passes[i], top_events += events[i];
  }
  CHECK(got.exposure == all_passes);
  CHECK(got.events == all_events);
  CHECK(got.exposure_of_top_five == static_cast<double>(top_passes) / static_cast<double>(all_passes));
  CHECK(got.events_of_top_five == static_cast<double>(top_events) / static_cast<double>(all_events));
  for (const influential& one : got.largest) {
    std::uint64_t x = 0, n = 0;
    for (const contributor& p : people)
      if (p.id != one.id) x += p.counted.events, n += p.counted.exposure;
    CHECK(one.without == static_cast<double>(x) / static_cast<double>(n));
    CHECK(one.change == doctest::Approx(got.rate - one.without).epsilon(1e-9));
  }
  for (std::size_t i = 1; i < got.largest.size(); ++i)
    CHECK(std::fabs(got.largest[i - 1].change) >= std::fabs(got.largest[i].change));
  draw.shuffle(people);
  CHECK(leave_one_out(contributor_kind::person, people, 100).value() == got);
  CHECK(leave_one_out(contributor_kind::deployment, people).value().largest.size() == 5);
}

TEST_CASE("fewer than five contributors bring all there is") {
  const std::vector<contributor> two{{1, {0, 10}}, {2, {0, 30}}};
  const auto got = leave_one_out(contributor_kind::deployment, two).value();
  CHECK(got.exposure_of_top_five == 1.0);
  CHECK(got.events_of_top_five == 0.0);
  CHECK(got.rate == 0.0);
}

TEST_CASE("the rate without each list entry, searched again without it") {
  test::random draw(17);
  std::vector<reached_entries> alerts;
  for (int i = 0; i < 60; ++i) {
    std::set<std::uint64_t> reached{draw.below(7)};
    while (draw.below(3) == 0) reached.insert(draw.below(7));
    alerts.emplace_back(reached.begin(), reached.end());
  }
  constexpr std::uint64_t passages = 500;
  const auto got = leave_one_entry_out(alerts, passages, 100).value();
  CHECK(got.rate == 60.0 / 500.0);
  double lowest = 1.0, highest = 0.0;
  std::set<std::uint64_t> listed;
  for (const influential& one : got.largest) listed.insert(one.id);
  for (std::uint64_t entry = 0; entry < 7; ++entry) {
    std::uint64_t still = 0;
    for (const reached_entries& a : alerts)
      still += std::any_of(a.begin(), a.end(), [&](std::uint64_t j) { return j != entry; }) ? 1 : 0;
    const double without = static_cast<double>(still) / static_cast<double>(passages);
    lowest = std::min(lowest, without), highest = std::max(highest, without);
    const auto row =
        std::find_if(got.largest.begin(), got.largest.end(), [&](const influential& one) { return one.id == entry; });
    CHECK((row != got.largest.end()) == (still < alerts.size()));
    if (row == got.largest.end()) continue;
    CHECK(row->without == without);
    CHECK(row->change == doctest::Approx(got.rate - without).epsilon(1e-12));
    CHECK(row->events == alerts.size() - still);
  }
  CHECK(got.lowest_without == lowest);
  CHECK(got.highest_without == highest);
  CHECK(got.contributors == 7);
  for (std::size_t i = 1; i < got.largest.size(); ++i) CHECK(got.largest[i - 1].events >= got.largest[i].events);
  draw.shuffle(alerts);
  CHECK(leave_one_entry_out(alerts, passages, 100).value() == got);
}

TEST_CASE("an alert on two entries rests on neither") {
  const std::vector<reached_entries> alerts{{1, 2}, {1, 2}};
  const auto got = leave_one_entry_out(alerts, 10).value();
  CHECK(got.largest.empty());
  CHECK(got.lowest_without == 0.2);
  CHECK(got.highest_without == 0.2);
  CHECK(leave_one_entry_out({}, 10).value().rate == 0.0);
}

TEST_CASE("wrong calls of influence") {
  const std::vector<contributor> twice{{1, {0, 10}}, {1, {0, 30}}}, one{{1, {0, 10}}}, none;
  CHECK_THROWS_AS(static_cast<void>(leave_one_out(contributor_kind::person, twice)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(leave_one_out(contributor_kind::list_entry, one)), std::invalid_argument);
  CHECK(leave_one_out(contributor_kind::person, one).error().reason == undefined_reason::one_cluster);
  CHECK(leave_one_out(contributor_kind::person, none).error().reason == undefined_reason::empty);
  const std::vector<reached_entries> nobody{{}}, same{{4, 4}}, good{{4}};
  CHECK_THROWS_AS(static_cast<void>(leave_one_entry_out(nobody, 10)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(leave_one_entry_out(same, 10)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(leave_one_entry_out(good, 0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(leave_one_entry_out(good, 10, 0)), std::invalid_argument);
  CHECK(leave_one_entry_out({}, 0).error().reason == undefined_reason::empty);
}
