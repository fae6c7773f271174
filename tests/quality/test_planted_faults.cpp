// Faults planted one at a time in copies of the published records: each is named, with its arithmetic, and nothing else is.
#include <lfreval/quality/record_quality.hpp>

#include <cstdio>
#include <doctest/doctest.h>
#include <functional>
#include <string>
#include <vector>

#include "support/mps_copy.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

struct differences {
  named_rows faults, notes, gone;
};

differences planted(const std::function<void(mps_copy&)>& plant) {
  static const std::pair<named_rows, named_rows> before = [] {
    const deployment_series series = mps_copy().read();
    const record_quality quality = examine(series);
    return std::pair{rows_named(quality, check_severity::fault), rows_named(quality, check_severity::note)};
  }();
  mps_copy copy;
  plant(copy);
  const deployment_series series = copy.read();
  CHECK(series.refused.empty());
  const record_quality quality = examine(series);
  const named_rows faults = rows_named(quality, check_severity::fault), notes = rows_named(quality, check_severity::note);
  differences out{without(faults, before.first), without(notes, before.second), without(before.first, faults)};
  const named_rows notes_gone = without(before.second, notes);
  out.gone.insert(notes_gone.begin(), notes_gone.end());
  return out;
}

/// One fault and nothing else; nothing that was named before is lost.
void only_fault(const std::function<void(mps_copy&)>& plant, const named_rows& expected, const named_rows& expected_notes = {}) {
  const differences out = planted(plant);
  CHECK_MESSAGE(out.faults == expected, text_of(out.faults));
  CHECK_MESSAGE(out.notes == expected_notes, text_of(out.notes));
  CHECK_MESSAGE(out.gone.empty(), text_of(out.gone));
}

void only_cell(const std::string& id, const std::string& column, const std::string& value, const std::string& check, const std::string& arithmetic) {
  CAPTURE(id);
  CAPTURE(column);
  only_fault([&](mps_copy& copy) { REQUIRE(copy.at(id, column) != value); copy.set(id, column, value); }, {{check, id, arithmetic}});
}

std::string numbered(int i) {
  char text[16];
  std::snprintf(text, sizeof text, "mps-2025-%03d", i);
  return text;
}

} // namespace

TEST_CASE("a copy without a fault reads as the original") {
  only_fault([](mps_copy&) {}, {});
}

TEST_CASE("M34: one digit of the alerts, or of a true count, no longer adds up") {
  only_cell("mps-2025-037", "total_alerts", "18", "alerts_add_up",
            "12 true_confirmed + 1 true_unconfirmed + 0 false_confirmed + 0 false_unconfirmed = 13, but 18 published as alerts");
  only_cell("mps-2025-061", "true_alerts_confirmed", "5", "alerts_add_up",
            "5 true_confirmed + 3 true_unconfirmed + 0 false_confirmed + 0 false_unconfirmed = 8, but 9 published as alerts");
  only_cell("mps-2025-067", "true_alerts_unconfirmed", "7", "alerts_add_up",
            "21 true_confirmed + 7 true_unconfirmed + 0 false_confirmed + 0 false_unconfirmed = 28, but 22 published as alerts");
  only_cell("mps-2020-006", "true_alerts", "3", "alerts_add_up", "3 true_alerts + 0 false_alerts = 3, but 4 published as alerts");
}

TEST_CASE("M34: one digit of an outcome leaves the bounds") {
  only_cell("mps-2025-075", "outcome_arrests", "3", "outcomes_within_alerts",
            "3 outcome.arrest + 5 outcome.no_action + 1 outcome.other_disposal = 9, but 8 alerts published");
  only_cell("mps-2025-075", "outcome_no_action", "4", "outcomes_within_alerts",
            "2 outcome.arrest + 4 outcome.no_action + 1 outcome.other_disposal = 7, but 8 true alerts confirmed published");
  only_cell("mps-2020-009", "arrests_or_disposals", "2", "outcomes_within_alerts", "2 outcome.arrest_or_disposal = 2, but 1 alerts published");
}

TEST_CASE("M06: one digit of the faces no longer gives the published rate") {
  only_cell("mps-2025-032", "faces_seen_estimate", "14365", "published_rates_agree", "1 / 14365 = 0.006961 %, but 0.004 % published");
  only_cell("mps-2025-032", "published_false_alert_rate_percent", "0.006", "published_rates_agree", "1 / 24365 = 0.004104 %, but 0.006 % published");
}

TEST_CASE("M06: a percentage taken for a fraction is named as such") {
  const std::string why = ": a percentage taken for a fraction, or the reverse, would explain it";
  only_cell("mps-2025-040", "published_false_alert_rate_percent", "0.00005", "published_rates_agree", "1 / 19320 = 0.005176 %, but 0.00005 % published" + why);
  only_cell("mps-2025-040", "published_false_alert_rate_percent", "0.5", "published_rates_agree", "1 / 19320 = 0.005176 %, but 0.5 % published" + why);
}

TEST_CASE("M34: a printed date that is another, or none") {
  only_cell("mps-2025-023", "date_as_published", "13/03/25", "dates_in_order",
            "printed as 13/03/25 (2025-03-13), evaluated as 2025-02-13; its neighbours are 2025-02-11 and 2025-02-13");
  only_cell("mps-2025-023", "date_as_published", "32/02/25", "dates_in_order", "printed as 32/02/25, which is not a date in the form dd/mm/yy");
}

TEST_CASE("M34: two dates swapped run back") {
  only_fault(
      [](mps_copy& copy) {
        for (const char* column : {"date_iso", "date_as_published"}) copy.swap("mps-2025-022", "mps-2025-023", column);
      },
      {{"dates_in_order", "mps-2025-023", "2025-02-11 after 2025-02-13; its neighbours are 2025-02-13 and 2025-02-13"}});
  only_fault([](mps_copy& copy) { copy.swap("mps-2025-022", "mps-2025-023", "date_iso"); },
             {{"dates_in_order", "mps-2025-022", "printed as 11/02/25 (2025-02-11), evaluated as 2025-02-13; its neighbours are 2025-02-11 and 2025-02-11"},
              {"dates_in_order", "mps-2025-023", "printed as 13/02/25 (2025-02-13), evaluated as 2025-02-11; its neighbours are 2025-02-13 and 2025-02-13"},
              {"dates_in_order", "mps-2025-023", "2025-02-11 after 2025-02-13; its neighbours are 2025-02-13 and 2025-02-13"}});
}

TEST_CASE("M35: a row under a second identifier is the same deployment") {
  only_fault([](mps_copy& copy) { copy.duplicate("mps-2025-112", "mps-2025-113"); },
             {{"no_duplicates", "mps-2025-113", "the same as mps-2025-112 in place, day and every figure"}});
  only_fault([](mps_copy& copy) { copy.duplicate("mps-2020-009", "mps-2020-010"); },
             {{"no_duplicates", "mps-2020-010", "the same as mps-2020-009 in place, day and every figure"}});
}

TEST_CASE("M65: a row left out leaves a gap in the numbers") {
  only_fault([](mps_copy& copy) { copy.remove("mps-2025-100"); }, {}, {{"numbering_complete", "mps-2025-", "missing: mps-2025-100"}});
}

TEST_CASE("M65: a missing number is named in the form of its neighbours") {
  only_fault([](mps_copy& copy) { copy.remove("mps-2025-050"); }, {}, {{"numbering_complete", "mps-2025-", "missing: mps-2025-050"}});
}

TEST_CASE("M34: an outcome column copied over another in a stretch of forty rows") {
  const differences out = planted([](mps_copy& copy) {
    for (int i = 21; i <= 60; ++i) copy.set(numbered(i), "outcome_no_action", copy.at(numbered(i), "outcome_other_disposal"));
  });
  // What is left of the outcomes without the copy, from the published cells.
  mps_copy original;
  named_rows expected;
  int mended = 0;
  for (int i = 21; i <= 60; ++i) {
    const std::string id = numbered(i), arrests = original.at(id, "outcome_arrests"), others = original.at(id, "outcome_other_disposal");
    const int sum = std::stoi(arrests) + std::stoi(others), alerts = std::stoi(original.at(id, "total_alerts")), confirmed = std::stoi(original.at(id, "true_alerts_confirmed"));
    if (sum >= confirmed && sum <= alerts) { ++mended; continue; }
    expected.emplace("outcomes_within_alerts", id, arrests + " outcome.arrest + " + others + " outcome.no_action = " + std::to_string(sum) + ", but " +
                                                       (sum > alerts ? std::to_string(alerts) + " alerts" : std::to_string(confirmed) + " true alerts confirmed") +
                                                       " published (outcome.other_disposal, a copy, left out)");
  }
  expected.emplace("columns_differ", "mps-2025-021 to mps-2025-060",
                   "outcome.no_action and outcome.other_disposal are the same in all 40 deployments from 2025-02-11 to 2025-04-17: at least one of them is not what its name "
                   "says; with one of the two left out, the outcomes of " + std::to_string(mended) + " of 40 rows lie between confirmed true alerts and all alerts");
  CHECK_MESSAGE(out.faults == expected, text_of(out.faults));
  CHECK_MESSAGE(out.notes.empty(), text_of(out.notes));
  REQUIRE(out.gone.size() == 1); // the same row, with other figures
  CHECK(std::get<1>(*out.gone.begin()) == "mps-2025-036");
}

TEST_CASE("M34: engagements above the alerts of their kind") {
  only_cell("mps-2020-004", "false_alert_engagements", "2", "engagements_within_alerts", "2 engaged, of false alerts 1");
  only_cell("mps-2020-004", "true_alert_engagements", "17", "engagements_within_alerts", "17 engaged, of true alerts 10");
}

TEST_CASE("M34: alerts without the faces that could have raised them") {
  only_cell("mps-2025-075", "faces_seen_estimate", "0", "exposures_cover_events", "8 alerts, but 0 faces");
  only_cell("mps-2025-075", "faces_seen_estimate", "7", "exposures_cover_events", "8 alerts, but 7 faces");
  only_cell("mps-2025-075", "duration_minutes", "0", "exposures_cover_events", "8 alerts, but 0 seconds");
}

TEST_CASE("M65: alerts whose faces were not published") {
  only_fault([](mps_copy& copy) { copy.set("mps-2025-075", "faces_seen_estimate", ""); },
             {{"exposures_cover_events", "mps-2025-075", "8 alerts, but no count of faces"}},
             {{"deployments_complete", "mps-2025-075", "completed at Oxford Circus; no faces"}});
}
