#include <lfreval/types/metric.hpp>

#include <doctest/doctest.h>
#include <set>
#include <string>

using namespace lfreval;

namespace {

template <class Work> void for_each_metric(const Work& work) {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto id = static_cast<metric_id>(i);
    CAPTURE(describe(id).key);
    work(id);
  }
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

} // namespace

TEST_CASE("a key leads to its metric and back") {
  std::set<std::string_view> keys, names;
  for_each_metric([&](metric_id id) {
    CHECK(describe(id).id == id);
    CHECK(metric_from_key(describe(id).key) == id);
    CHECK(to_string(id) == describe(id).key);
    CHECK(keys.insert(describe(id).key).second);
    CHECK(names.insert(describe(id).name).second);
  });
  for (const char* key : {"", "accuracy", "False_alerts_per_face", "false_alerts_per_face ", "false_alerts_per_person"})
    CHECK_FALSE(metric_from_key(key).has_value());
}

TEST_CASE("every metric says what it means, when it is undefined and what it cannot show") {
  for_each_metric([](metric_id id) {
    const metric_description& row = describe(id);
    CHECK_FALSE(row.name.empty());
    CHECK_FALSE(row.meaning.empty());
    CHECK_FALSE(row.formula.empty());
    CHECK_FALSE(row.undefined_when.empty());
    CHECK_FALSE(row.cannot_show.empty());
    CHECK_FALSE(row.cites.empty());
    CHECK(row.meaning.back() == '.');
    CHECK(row.cannot_show.back() == '.');
    CHECK(has(row.formula, "/"));
  });
}

TEST_CASE("M02: the words of every metric name its denominator") {
  for_each_metric([](metric_id id) {
    const std::string_view words = describe(id).of_the;
    CAPTURE(words);
    CHECK((words.substr(0, 7) == "of the " || words.substr(0, 4) == "per "));
    switch (units_of(id).exposure) {
      case unit::faces: CHECK(has(words, "faces")); break;
      case unit::alerts: CHECK(has(words, "of the alerts")); break;
      case unit::resolved_alerts: CHECK(has(words, "resolved alerts")); break;
      case unit::false_alerts: CHECK(has(words, "false alerts")); break;
      case unit::engagements: CHECK(has(words, "engagement")); break;
      case unit::seconds: CHECK(has(words, "hour")); break;
      case unit::nonmated_passages: CHECK((has(words, "passage") && has(words, "not listed"))); break;
      case unit::mated_passages: CHECK((has(words, "passages") && has(words, "listed people") && !has(words, "not"))); break;
      case unit::mated_comparisons: CHECK(has(words, "mated comparisons")); break;
      case unit::comparisons: CHECK(has(words, "comparisons")); break;
      case unit::passages: CHECK(words == "of the passages"); break;
      case unit::officer_seconds: CHECK(words == "per officer-hour"); break;
      case unit::listed_persons_found:
      case unit::found_with_address_on_record: CHECK(words == "of the watchlist persons found"); break;
      case unit::false_engagements: CHECK(words == "per false engagement"); break;
      case unit::false_engagements_with_force_on_record: CHECK(words == "of the false engagements on record"); break;
      case unit::false_alerts_with_relation: CHECK(words == "of the false alerts with their relation on record"); break;
      case unit::true_alerts:
      case unit::alerts_with_offence_grade:
      case unit::adjudicated_false_alerts:
      case unit::adjudicated_true_alerts:
      case unit::credible_alerts:
      case unit::watchlist_persons:
      case unit::watchlist_images:
      case unit::listed_minors:
      case unit::operators:
      case unit::complaints:
      case unit::deployments: CHECK(words == "of the " + std::string(to_string(units_of(id).exposure))); break;
      default: FAIL("a denominator without words");
    }
  });
}

TEST_CASE("M02: false alerts of the alerts and of the faces are never the same words") {
  CHECK(describe(metric_id::false_alerts_per_face).of_the != describe(metric_id::false_discovery_proportion).of_the);
  CHECK(describe(metric_id::false_alerts_per_face).name != describe(metric_id::false_discovery_proportion).name);
}

TEST_CASE("no two metrics divide the same units") {
  std::set<std::pair<unit, unit>> seen;
  for_each_metric([&](metric_id id) {
    CHECK(seen.insert({units_of(id).events, units_of(id).exposure}).second);
    CHECK(metric_dividing(units_of(id).events, units_of(id).exposure) == id);
  });
  CHECK_FALSE(metric_dividing(unit::false_alerts, unit::persons).has_value());
  CHECK_FALSE(metric_dividing(unit::faces, unit::false_alerts).has_value());
}

TEST_CASE("M15: operational records support no rate that needs to know who was missed") {
  for (const metric_id id : {metric_id::true_positive_identification_rate, metric_id::false_negative_identification_rate,
                             metric_id::false_positive_identification_rate, metric_id::selectivity}) {
    CHECK_FALSE(supports(source_kind::operational, id));
    CHECK_FALSE(supports(source_kind::published, id));
    CHECK(supports(source_kind::seeded, id));
    CHECK(supports(source_kind::scores, id));
  }
}

TEST_CASE("M15: only score files give a false match rate, and they give no rate per face") {
  for (const source_kind kind : {source_kind::operational, source_kind::seeded, source_kind::published})
    CHECK_FALSE(supports(kind, metric_id::false_match_rate));
  CHECK(supports(source_kind::scores, metric_id::false_match_rate));
  CHECK_FALSE(supports(source_kind::scores, metric_id::false_alerts_per_face));
  CHECK(supports(source_kind::operational, metric_id::false_alerts_per_face));
}

TEST_CASE("rates over time are printed per hour") {
  for_each_metric([](metric_id id) {
    const bool hourly = has(describe(id).key, "_per_hour") || has(describe(id).key, "_per_officer_hour");
    CHECK(is_time(units_of(id).exposure) == hourly);
    CHECK(printed_per(id) == (hourly ? 3600U : 1U));
    if (hourly) CHECK(describe(id).family == metric_family::rate);
  });
}

TEST_CASE("limits on harm run from above and limits on finding from below") {
  for_each_metric([](metric_id id) {
    if (needs_registers(id) || id == metric_id::outcomes_per_true_alert) return; // the next test
    const std::string_view key = describe(id).key;
    if (id == metric_id::group_share_of_false_alerts) CHECK(describe(id).direction == limit_direction::none); // a share says nothing of a rate (M14)
    else if (has(key, "false") || key == "failure_to_acquire_rate" || key == "selectivity" || has(key, "unresolved")) CHECK(describe(id).direction == limit_direction::at_most);
    else if (has(key, "true")) CHECK(describe(id).direction == limit_direction::at_least);
    else CHECK(describe(id).direction == limit_direction::none);
  });
}

TEST_CASE("a limit on what registers tell runs towards the safeguard, and on what only describes there is none") {
  for (const metric_id id : {metric_id::watchlist_not_wanted, metric_id::stale_listings_per_true_alert}) CHECK(describe(id).direction == limit_direction::at_most);
  for (const metric_id id : {metric_id::watchlist_of_serious_offence, metric_id::true_alerts_of_serious_offence, metric_id::watchlist_encounter_rate,
                             metric_id::engagements_per_credible_alert, metric_id::outcomes_per_engagement, metric_id::outcomes_per_true_alert,
                             metric_id::kin_per_false_alert, metric_id::complaints_per_false_engagement, metric_id::force_per_false_engagement,
                             metric_id::found_with_known_address})
    CHECK(describe(id).direction == limit_direction::none);
  for_each_metric([](metric_id id) {
    if (needs_registers(id)) CHECK(describe(id).in_section == section::proportionality);
    for (const std::string_view safeguard : {"_in_time", "_with_authority", "_in_date", "_before_start", "_adjudicated_first", "_reason", "_source", "_training"})
      if (describe(id).key.ends_with(safeguard)) CHECK(describe(id).direction == limit_direction::at_least);
  });
}

TEST_CASE("no metric is called accuracy") {
  for_each_metric([](metric_id id) {
    for (const std::string_view words : {describe(id).key, describe(id).name, describe(id).meaning, describe(id).of_the})
      CHECK_FALSE(has(words, "accura"));
  });
}
