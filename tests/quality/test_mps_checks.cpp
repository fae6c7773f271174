// What the checks name in the published records, and nothing else.
#include <lfreval/quality/cells.hpp>
#include <lfreval/quality/record_quality.hpp>

#include <doctest/doctest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/mps_copy.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

struct examined_series {
  deployment_series series;
  record_quality quality;
};

const examined_series& mps() {
  static const examined_series made = [] {
    const auto declared = read_study(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/study.toml");
    if (!declared) throw std::runtime_error(declared.error().front().message());
    auto read = read_deployments(*declared);
    if (!read) throw std::runtime_error(read.error().front().message());
    examined_series out{*std::move(read), {}};
    out.quality = examine(out.series);
    return out;
  }();
  return made;
}

const deployment_record& row_of(const std::string& id) {
  for (const deployment_record& r : mps().series.records)
    if (r.deployment == id) return r;
  throw std::runtime_error("no row " + id);
}

std::vector<std::string> named(const std::string& check) {
  std::vector<std::string> out;
  for (const record_check::row& row : check_of(mps().quality, check).rows) out.push_back(row.deployment);
  return out;
}

using ids = std::vector<std::string>;
using count_cells = std::map<std::string, std::uint64_t>;

std::set<count_cells> corrections_of(const std::string& id) {
  std::set<count_cells> out;
  for (const deployment_record& one : mps().quality.corrections.at(&row_of(id))) out.insert(cells_of(one));
  return out;
}

} // namespace

TEST_CASE("the checks run in one order, each once, with its rule and its source") {
  const ids expected{"deployments_complete", "columns_differ", "alerts_add_up", "outcomes_within_alerts", "engagements_within_alerts", "exposures_cover_events",
                     "published_rates_agree", "dates_in_order", "no_duplicates", "watchlists_of_a_day_agree", "numbering_complete", "faces_not_rounded"};
  ids names;
  for (const record_check& check : mps().quality.checks) {
    names.push_back(check.name);
    CHECK_FALSE(check.rule.empty());
    CHECK_FALSE(check.sentence.empty());
    CHECK_FALSE(check.cites.empty());
    CHECK(check.rows.size() <= check.examined);
  }
  CHECK(names == expected);
}

TEST_CASE("M34: the published rows that cannot be true") {
  CHECK(named("alerts_add_up") == ids{"mps-2023-024"});
  CHECK(check_of(mps().quality, "alerts_add_up").rows[0].arithmetic ==
        "1 true_confirmed + 1 true_unconfirmed + 0 false_confirmed + 0 false_unconfirmed = 2, but 1 published as alerts");
  CHECK(named("outcomes_within_alerts") == ids{"mps-2023-046", "mps-2025-036", "mps-2025-102"});
  CHECK(named("engagements_within_alerts").empty());
  CHECK(named("exposures_cover_events").empty());
  CHECK(named("dates_in_order") == ids{"mps-2023-113"});
  CHECK(check_of(mps().quality, "dates_in_order").rows[0].arithmetic ==
        "printed as 11/07/23 (2023-07-11), evaluated as 2024-07-11; its neighbours are 2024-06-28 and 2024-07-11");
}

TEST_CASE("M34: two outcome columns of 2023 and 2024 are one column printed twice") {
  const record_check& check = check_of(mps().quality, "columns_differ");
  REQUIRE(check.rows.size() == 1);
  CHECK(check.severity == check_severity::fault);
  CHECK(check.rows[0].deployment == "mps-2023-001 to mps-2023-203");
  CHECK(check.rows[0].cells == ids{"outcome.no_action", "outcome.other_disposal"});
  CHECK(check.rows[0].arithmetic.find("the same in all 203 deployments from 2023-04-06 to 2024-12-20") != std::string::npos);
  CHECK(check.rows[0].arithmetic.find("the outcomes of 202 of 203 rows") != std::string::npos);
  std::uint64_t suspended = 0;
  for (const deployment_record& r : mps().series.records) {
    const auto held = mps().quality.suspended.find(&r);
    CHECK((held != mps().quality.suspended.end()) == r.deployment.starts_with("mps-2023-"));
    if (held == mps().quality.suspended.end()) continue;
    CHECK(held->second == std::set<std::string>{"outcome.no_action", "outcome.other_disposal"});
    ++suspended;
  }
  CHECK(suspended == 203);
}

TEST_CASE("M06: one published rate disagrees with its own counts") {
  const record_check& check = check_of(mps().quality, "published_rates_agree");
  CHECK(named("published_rates_agree") == ids{"mps-2023-018"});
  CHECK(check.rows[0].arithmetic == "1 / 3940 = 0.02538 %, but 0.01 % published");
  CHECK(check.examined == 323); // of 324, one was broken off
  CHECK(check.sentence.find("12 are cut off at the last digit and 4 rounded") != std::string::npos);
}

TEST_CASE("M35: no deployment of the published records stands there twice") { CHECK(named("no_duplicates").empty()); }

TEST_CASE("M55: watchlists of unlike size on one day are noted") {
  const record_check& check = check_of(mps().quality, "watchlists_of_a_day_agree");
  CHECK(check.severity == check_severity::note);
  CHECK(named("watchlists_of_a_day_agree") == ids{"mps-2025-068"});
  CHECK(check.rows[0].arithmetic == "19,199 images on 2025-05-02, when mps-2025-067 had 16,199");
}

TEST_CASE("M65: the deployment that was broken off is noted and the numbering has no gaps") {
  CHECK(check_of(mps().quality, "deployments_complete").severity == check_severity::note);
  CHECK(named("deployments_complete") == ids{"mps-2020-002"});
  CHECK(check_of(mps().quality, "deployments_complete").examined == 324);
  CHECK(named("numbering_complete").empty());
}

TEST_CASE("M34: corrections of the published rows by hand") {
  CHECK(mps().quality.corrections.size() == 4);
  // 1 + 1 = 2 but 1 alert, an arrest: two alerts, or one true alert fewer of either kind. No false alert can be taken away.
  const count_cells row{{"alerts", 1}, {"true_confirmed", 1}, {"true_unconfirmed", 1}, {"false_confirmed", 0}, {"false_unconfirmed", 0},
                        {"outcome.arrest", 1}, {"outcome.no_action", 0}, {"outcome.other_disposal", 0}};
  REQUIRE(cells_of(row_of("mps-2023-024")) == row);
  std::set<count_cells> expected;
  for (const auto& [cell, value] : std::vector<std::pair<std::string, std::uint64_t>>{{"alerts", 2}, {"true_confirmed", 0}, {"true_unconfirmed", 0}}) {
    count_cells mended = row;
    mended[cell] = value;
    expected.insert(mended);
  }
  CHECK(corrections_of("mps-2023-024") == expected);

  // 7 alerts, all true and confirmed, with 1 + 2 + 5 = 8 outcomes: an eighth alert would not add up, so one outcome is too many.
  const count_cells other{{"alerts", 7}, {"true_confirmed", 7}, {"true_unconfirmed", 0}, {"false_confirmed", 0}, {"false_unconfirmed", 0},
                          {"outcome.arrest", 1}, {"outcome.no_action", 5}, {"outcome.other_disposal", 2}};
  REQUIRE(cells_of(row_of("mps-2025-036")) == other);
  expected.clear();
  for (const auto& [cell, value] : std::vector<std::pair<std::string, std::uint64_t>>{{"outcome.arrest", 0}, {"outcome.no_action", 4}, {"outcome.other_disposal", 1}}) {
    count_cells mended = other;
    mended[cell] = value;
    expected.insert(mended);
  }
  CHECK(corrections_of("mps-2025-036") == expected);
}
