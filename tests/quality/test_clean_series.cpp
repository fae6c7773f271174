// Clean records give no fault; the publisher's habits; corrections; limits of what can be told apart.
#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/quality/cells.hpp>
#include <lfreval/quality/record_quality.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/mps_copy.hpp"
#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

using count_cells = std::map<std::string, std::uint64_t>;

/// A whole number with the point `decimals` places from its end: (5, 3) is 0.005.
std::string with_point(std::uint64_t digits, unsigned decimals) {
  std::string out = std::to_string(digits);
  if (decimals == 0) return out;
  while (out.size() <= decimals) out.insert(out.begin(), '0');
  return out.insert(out.size() - decimals, ".");
}

std::uint64_t power_of_ten(unsigned n) { return n == 0 ? 1 : 10 * power_of_ten(n - 1); }

deployment_record at_day(std::size_t i) {
  deployment_record r;
  r.force = "F";
  r.deployment = "d-" + std::to_string(1000 + i);
  r.date = calendar_date{static_cast<std::uint16_t>(2021 + i / 336), static_cast<std::uint8_t>(1 + i / 28 % 12), static_cast<std::uint8_t>(1 + i % 28)};
  r.site = "site";
  return r;
}

/// Sums hold, outcomes lie between the confirmed and all alerts, and rates are printed cut off or rounded.
deployment_series clean(std::uint64_t seed) {
  lfreval::test::random draw(seed);
  deployment_series out;
  out.outcome_names = {"arrest", "none", "other"};
  for (std::size_t i = 0; i < 60; ++i) {
    deployment_record r = at_day(i);
    const std::uint64_t tc = draw.below(20), tu = draw.below(6), fc = draw.below(8), fu = draw.below(5), all = tc + tu + fc + fu;
    r.duration = seconds{3600 + draw.below(20000)};
    r.faces = faces{500 + draw.below(40000)};
    r.watchlist_images = watchlist_images{9000 + draw.below(9000)};
    r.alerts = alerts{all};
    if (seed % 2 == 0) {
      r.true_confirmed = true_alerts{tc};
      r.true_unconfirmed = true_alerts{tu};
      r.false_confirmed = false_alerts{fc};
      r.false_unconfirmed = false_alerts{fu};
      const std::uint64_t results = tc + draw.below(all - tc + 1), arrests = draw.below(results + 1), others = draw.below(results - arrests + 1);
      r.outcomes = {{"arrest", outcomes{arrests}}, {"other", outcomes{others}}, {"none", outcomes{results - arrests - others}}};
    } else {
      r.published_true_alerts = true_alerts{tc + tu};
      r.published_false_alerts = false_alerts{fc + fu};
      r.true_engaged = true_engagements{draw.below(tc + tu + 1)};
      r.false_engaged = false_engagements{draw.below(fc + fu + 1)};
      r.outcomes = {{"arrest", outcomes{draw.below(all + 1)}}};
    }
    const bool percent = draw.below(2) == 0;
    const unsigned decimals = static_cast<unsigned>(draw.below(5));
    const std::uint64_t scaled = (fc + fu) * (percent ? 100 : 1) * power_of_ten(decimals), n = r.faces->value();
    r.published_false_alert_rate = quoted_rate{with_point(draw.below(2) == 0 ? scaled / n : (2 * scaled + n) / (2 * n), decimals), percent};
    out.records.push_back(r);
  }
  return out;
}

std::set<count_cells> as_cells(const std::vector<deployment_record>& rows) {
  std::set<count_cells> out;
  for (const deployment_record& r : rows) out.insert(cells_of(r));
  return out;
}

deployment_record of_parts(std::uint64_t a, std::uint64_t tc, std::uint64_t tu, std::uint64_t fc, std::uint64_t fu) {
  deployment_record r;
  r.force = "F";
  r.deployment = "x";
  r.alerts = alerts{a};
  r.true_confirmed = true_alerts{tc};
  r.true_unconfirmed = true_alerts{tu};
  r.false_confirmed = false_alerts{fc};
  r.false_unconfirmed = false_alerts{fu};
  return r;
}

} // namespace

TEST_CASE("a clean series has no fault") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const deployment_series series = clean(seed);
    const record_quality quality = examine(series);
    const named_rows faults = rows_named(quality, check_severity::fault);
    CAPTURE(seed);
    CHECK_MESSAGE(faults.empty(), text_of(faults));
    CHECK(quality.corrections.empty());
    CHECK(quality.suspended.empty());
    CHECK(check_of(quality, "alerts_add_up").examined == 60);
    CHECK(check_of(quality, "published_rates_agree").examined == 60);
  }
}

TEST_CASE("M34: each correction mends the sum by one cell, and every one of them is there") {
  lfreval::test::random draw(34);
  int faulty = 0;
  for (int i = 0; i < 500; ++i) {
    deployment_series series;
    series.records = {of_parts(draw.below(12), draw.below(4), draw.below(4), draw.below(4), draw.below(4))};
    const count_cells before = cells_of(series.records[0]);
    const std::uint64_t all = before.at("alerts"), sum = before.at("true_confirmed") + before.at("true_unconfirmed") + before.at("false_confirmed") + before.at("false_unconfirmed");
    const record_quality quality = examine(series);
    CHECK(quality.corrections.empty() == (sum == all));
    if (sum == all) continue;
    ++faulty;
    std::set<count_cells> expected;
    for (const auto& cell : before) {
      if (cell.first != "alerts" && cell.second + all < sum) continue; // there are no negative counts
      count_cells mended = before;
      mended[cell.first] = cell.first == "alerts" ? sum : cell.second + all - sum;
      expected.insert(mended);
    }
    const auto& given = quality.corrections.at(&series.records[0]);
    CHECK(as_cells(given) == expected);
    for (const deployment_record& r : given) {
      int changed = 0;
      for (const auto& cell : cells_of(r)) changed += cell.second != before.at(cell.first) ? 1 : 0;
      CHECK(changed == 1);
      CHECK(r.true_confirmed->value() + r.true_unconfirmed->value() + r.false_confirmed->value() + r.false_unconfirmed->value() == r.alerts->value());
    }
  }
  CHECK(faulty > 300);
}

TEST_CASE("M34: a record without outcomes is corrected by its alerts alone") {
  deployment_series series;
  series.records = {of_parts(1, 1, 1, 0, 0)};
  const record_quality quality = examine(series);
  // Two alerts, or one true alert fewer of either kind.
  CHECK(as_cells(quality.corrections.at(&series.records[0])) ==
        std::set<count_cells>{cells_of(of_parts(2, 1, 1, 0, 0)), cells_of(of_parts(1, 0, 1, 0, 0)), cells_of(of_parts(1, 1, 0, 0, 0))});
}

TEST_CASE("M06: a published rate may be rounded or cut off, and nothing else, at its printed digits") {
  lfreval::test::random draw(6);
  deployment_series good, bad;
  for (std::size_t i = 0; i < 5000; ++i) {
    deployment_record r = at_day(i);
    const std::uint64_t n = 1 + draw.below(100000), events = draw.below(draw.below(2) == 0 ? n + 1 : std::min<std::uint64_t>(n, 9) + 1);
    r.faces = faces{n};
    r.published_false_alerts = false_alerts{events};
    const bool percent = draw.below(2) == 0;
    const unsigned decimals = static_cast<unsigned>(i % 5);
    const std::uint64_t scaled = events * (percent ? 100 : 1) * power_of_ten(decimals), cut = scaled / n, nearest = cut + (2 * (scaled % n) >= n ? 1 : 0);
    const auto print = [&](deployment_series& series, std::uint64_t digits) {
      r.published_false_alert_rate = quoted_rate{with_point(digits, decimals), percent};
      series.records.push_back(r);
    };
    print(good, cut);
    print(good, nearest);
    print(bad, nearest + 1);
    if (cut > 0) print(bad, cut - 1);
  }
  const record_quality accepted = examine(good), refused = examine(bad);
  CHECK(check_of(accepted, "published_rates_agree").examined == good.records.size());
  CHECK(check_of(accepted, "published_rates_agree").rows.empty());
  CHECK(check_of(refused, "published_rates_agree").rows.size() == bad.records.size());
}

TEST_CASE("M05: face counts that end in 0 or 5 are noted when most do") {
  for (const std::uint64_t rounded : {25U, 26U}) {
    deployment_series series;
    for (std::size_t i = 0; i < 50; ++i) {
      series.records.push_back(at_day(i));
      series.records.back().faces = faces{1000 + 10 * i + (i < rounded ? 5 * (i % 2) : 1 + i % 4)};
    }
    const record_quality quality = examine(series);
    const record_check& check = check_of(quality, "faces_not_rounded");
    CHECK(check.severity == check_severity::note);
    CHECK(check.examined == 50);
    CHECK(check.rows.size() == (rounded == 26 ? 1 : 0)); // more than half
    CHECK(check.sentence.find(std::to_string(rounded) + " of 50") != std::string::npos);
  }
}

TEST_CASE("M55: watchlists of one day may differ by a tenth") {
  for (const std::uint64_t larger : {1100U, 1101U}) {
    deployment_series series;
    for (std::size_t i = 0; i < 2; ++i) {
      series.records.push_back(at_day(0));
      series.records.back().deployment = i == 0 ? "a" : "b";
      series.records.back().watchlist_images = watchlist_images{i == 0 ? 1000 : larger};
    }
    const record_quality quality = examine(series);
    CHECK(check_of(quality, "watchlists_of_a_day_agree").rows.size() == larger - 1100);
    CHECK(check_of(quality, "watchlists_of_a_day_agree").examined == 2);
  }
}

namespace {

/// Thirty rows that hold, all alerts true and confirmed, with outcomes drawn apart.
deployment_series of_outcomes(bool two_pairs) {
  lfreval::test::random draw(1);
  deployment_series out;
  out.outcome_names = {"a", "b", "c", "d"};
  for (std::size_t i = 0; i < 30; ++i) {
    const std::uint64_t x = 1 + draw.below(5), y = 1 + draw.below(5);
    deployment_record r = at_day(i);
    r.faces = faces{1000 + i};
    r.alerts = alerts{x + y};
    r.true_confirmed = true_alerts{x + y};
    r.true_unconfirmed = true_alerts{0};
    r.false_confirmed = r.false_unconfirmed = false_alerts{0};
    r.outcomes = {{"a", outcomes{x}}, {"b", outcomes{x}}, {"c", outcomes{y}}};
    if (two_pairs) r.outcomes["d"] = outcomes{y};
    out.records.push_back(r);
  }
  return out;
}

} // namespace

TEST_CASE("M34: a correction of the alerts is held against the outcomes without the copied column") {
  deployment_series series = of_outcomes(false);
  deployment_record& r = series.records[15];
  r.alerts = alerts{3};
  r.true_confirmed = r.true_unconfirmed = true_alerts{1};
  r.outcomes = {{"a", outcomes{1}}, {"b", outcomes{1}}, {"c", outcomes{1}}};
  const record_quality quality = examine(series);
  REQUIRE(check_of(quality, "columns_differ").rows.size() == 1);
  REQUIRE(check_of(quality, "alerts_add_up").rows.size() == 1);
  CHECK(check_of(quality, "outcomes_within_alerts").rows.empty());
  // 1 + 1 = 2 but 3 alerts: two alerts with two outcomes is as sound as one more true or false alert.
  std::set<std::uint64_t> alerts_given;
  for (const deployment_record& one : quality.corrections.at(&r)) alerts_given.insert(one.alerts->value());
  CHECK(alerts_given == std::set<std::uint64_t>{2, 3});
  CHECK(as_cells(quality.corrections.at(&r)).size() == 5);
}

TEST_CASE("M34: of two pairs of copied columns one of each is left out") {
  const deployment_series series = of_outcomes(true);
  const record_quality quality = examine(series);
  CHECK(check_of(quality, "columns_differ").rows.size() == 2);
  const named_rows faults = rows_named(quality, check_severity::fault);
  CHECK_MESSAGE(check_of(quality, "outcomes_within_alerts").rows.empty(), text_of(faults));
}

TEST_CASE("M34: rates of copied columns are refused, as the check says, whatever they count") {
  deployment_series series;
  lfreval::test::random draw(2);
  for (std::size_t i = 0; i < 30; ++i) {
    const std::uint64_t f = 1 + draw.below(6), t = 1 + draw.below(9);
    deployment_record r = at_day(i);
    r.faces = faces{1000 + i};
    r.alerts = alerts{2 * f + t};
    r.true_confirmed = true_alerts{t};
    r.true_unconfirmed = true_alerts{0};
    r.false_confirmed = r.false_unconfirmed = false_alerts{f};
    series.records.push_back(r);
  }
  const record_quality quality = examine(series);
  REQUIRE(check_of(quality, "columns_differ").rows.size() == 1);
  CHECK(check_of(quality, "columns_differ").sentence.find("rates of these columns are refused") != std::string::npos);
  std::vector<const deployment_record*> members;
  for (const deployment_record& r : series.records) members.push_back(&r);
  const metric_tallies share = tallies_of(metric_id::false_discovery_proportion, members, "", quality);
  CHECK(share.suspended == 30);
  CHECK(share.clusters.empty());
}
