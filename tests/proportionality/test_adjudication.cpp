#include <lfreval/proportionality/adjudication.hpp>

#include <doctest/doctest.h>
#include <limits>
#include <vector>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

alert_case alert(const char* deployment, bool is_true, bool is_confirmed, std::optional<bool> credible, std::optional<bool> engaged) {
  alert_case out;
  out.deployment = deployment;
  out.is_true = is_true;
  out.is_confirmed = is_confirmed;
  out.credible = credible;
  out.engaged = engaged;
  if (credible) out.adjudicators = {"o1"};
  return out;
}

indicator_parts parts(const std::vector<alert_case>& alerted, std::size_t deployments = 2) {
  const deployment_series series = series_of(deployments);
  return alert_parts(alerted, {}, {}, uses_of(series, {}));
}

} // namespace

TEST_CASE("M31: operators are judged on alerts that somebody else checked, the rejected ones among them") {
  const std::vector<alert_case> log{alert("d1", false, true, true, true), alert("d1", false, true, false, false), alert("d1", false, true, false, false),
                                    alert("d2", true, true, true, true),  alert("d2", true, true, false, false),  alert("d2", true, false, true, false)};
  const auto made = parts(log);
  CHECK(sum_of(made, metric_id::adjudication_specificity) == cluster_tally{2, 3});
  CHECK(sum_of(made, metric_id::adjudication_sensitivity) == cluster_tally{1, 2});
  CHECK(clusters_of(made, metric_id::adjudication_specificity).size() == 1); // the deployment that had any
  // Only alerts that were acted on were checked: of the rejected ones nothing is known.
  const auto unchecked = parts({alert("d1", false, true, true, true), alert("d1", false, false, false, false)});
  CHECK(clusters_of(unchecked, metric_id::adjudication_specificity).empty());
}

TEST_CASE("M16: an operator's own opinion is no truth to hold the operator to") {
  const auto made = parts({alert("d1", true, false, true, false), alert("d1", false, true, false, false)});
  CHECK(sum_of(made, metric_id::adjudication_specificity) == cluster_tally{1, 1});
  CHECK(clusters_of(made, metric_id::adjudication_sensitivity) == std::vector<cluster_tally>{{0, 0}});
}

TEST_CASE("M17: a right alert on somebody who should not have been listed is counted against the list") {
  auto stale = alert("d1", true, true, true, true), sound = stale, unsaid = stale, wrong = alert("d1", false, true, true, true);
  stale.stale_listing = true;
  sound.stale_listing = false;
  wrong.stale_listing = true;
  CHECK(sum_of(parts({stale, sound, unsaid, wrong}), metric_id::stale_listings_per_true_alert) == cluster_tally{1, 2});
  CHECK(clusters_of(parts({unsaid}), metric_id::stale_listings_per_true_alert).empty());
}

TEST_CASE("M18: kin are told apart from strangers, among false alerts that say") {
  auto kin = alert("d1", false, true, true, true), twin = kin, stranger = kin, unsaid = kin;
  kin.relation = "kin";
  twin.relation = "twin";
  stranger.relation = "stranger";
  CHECK(sum_of(parts({kin, twin, stranger, unsaid}), metric_id::kin_per_false_alert) == cluster_tally{2, 3});
}

TEST_CASE("M61: contacts with wrong people have a distribution of minutes, not an average, and force beside it") {
  std::vector<alert_case> log;
  for (const double minutes : {2.0, 3.0, 4.0, 45.0}) {
    log.push_back(alert("d1", false, true, true, true));
    log.back().minutes = minutes;
    log.back().force_used = minutes > 10;
  }
  log.push_back(alert("d2", false, true, true, true)); // neither on record
  log.push_back(alert("d2", true, true, true, true));
  log.back().minutes = 60;
  const auto made = parts(log);
  const indicator_distribution& minutes = distribution_named(made, "stop_minutes");
  CHECK(minutes.not_recorded == 1);
  const auto told = distribution_of(minutes.values);
  REQUIRE(told.has_value());
  CHECK(*told == quantile_summary{4, 2, 3, 45, 45});
  CHECK(sum_of(made, metric_id::force_per_false_engagement) == cluster_tally{1, 4});
}

TEST_CASE("contacts follow a judgement by a named operator, or two") {
  auto named = alert("d1", true, true, true, true), unnamed = named, two = named;
  unnamed.adjudicators.clear();
  two.adjudicators = {"o1", "o2"};
  two.judged_after = 12;
  named.judged_after = -1;
  const auto made = parts({named, unnamed, two, alert("d2", false, false, true, false)});
  CHECK(sum_of(made, metric_id::engagements_adjudicated_first) == cluster_tally{2, 3});
  CHECK(sum_of(made, metric_id::engagements_per_credible_alert) == cluster_tally{3, 4});
  const record_check& pairs = check_named(made, "two_person_verification");
  CHECK(pairs.examined == 3);
  REQUIRE(pairs.rows.size() == 1);
  CHECK(pairs.rows[0].deployment == "d1");
  CHECK(pairs.rows[0].arithmetic == "2 of 3 contacts judged by fewer than two people");
  CHECK(distribution_named(made, "adjudication_time").values == std::vector<double>{-1, 12});
  CHECK(distribution_named(made, "adjudication_time").not_recorded == 2);
}

TEST_CASE("alerts of deployments that are not evaluated are in nothing") {
  CHECK(sum_of(parts({alert("d3", false, true, false, true), alert("d1", false, true, false, true)}), metric_id::adjudication_specificity) == cluster_tally{1, 1});
}

TEST_CASE("quantiles are values that occurred") {
  CHECK_FALSE(distribution_of({}).has_value());
  CHECK(*distribution_of({5}) == quantile_summary{1, 5, 5, 5, 5});
  CHECK(*distribution_of({4, 1, 3, 2}) == quantile_summary{4, 1, 2, 4, 4});
  std::vector<double> ten;
  for (int i = 10; i >= 1; --i) ten.push_back(i);
  CHECK(*distribution_of(ten) == quantile_summary{10, 1, 5, 9, 10});
  CHECK_THROWS_AS((void)distribution_of({std::numeric_limits<double>::infinity()}), std::invalid_argument);
}
