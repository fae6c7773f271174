#include <lfreval/proportionality/conduct.hpp>

#include <doctest/doctest.h>
#include <lfreval/log/timestamp.hpp>
#include <string>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

moment at(const char* text) { return parse_timestamp(text)->nanoseconds; }

authorisation_entry authorisation(const char* deployment, const char* authorised, const char* started) {
  authorisation_entry out;
  out.id = deployment;
  out.authorised = at(authorised);
  out.started = at(started);
  return out;
}

document_entry rules(std::optional<std::uint64_t> notice_hours, std::optional<std::uint64_t> complaint_days) {
  document_entry out;
  out.kind = "standard_operating_procedure";
  out.notice_hours = notice_hours;
  out.complaint_days = complaint_days;
  return out;
}

indicator_parts parts(const register_log& registers, const deployment_series& series) { return conduct_parts(registers, uses_of(series, registers), parse_iso_date("2024-05-01")); }

} // namespace

TEST_CASE("M65: a deployment without an authorisation was not authorised before its start") {
  const deployment_series series = series_of(3);
  register_log registers;
  registers.authorisations = {authorisation("d1", "2024-03-04T07:00", "2024-03-04T10:00"), authorisation("d2", "2024-03-11T10:00", "2024-03-11T10:00")};
  CHECK(sum_of(parts(registers, series), metric_id::deployments_authorised_before_start) == cluster_tally{1, 3}); // at the start is not before
  registers.authorisations[1].started.reset();
  CHECK(sum_of(parts(registers, series), metric_id::deployments_authorised_before_start) == cluster_tally{1, 2});
  CHECK(metric_in(parts(registers, series), metric_id::deployments_authorised_before_start).not_recorded == 1);
}

TEST_CASE("M64: a notice shortly before the start is no notice in time, and none is none") {
  const deployment_series series = series_of(3);
  register_log registers;
  registers.documents = {rules(24, std::nullopt), rules(12, std::nullopt)};
  for (const char* d : {"d1", "d2", "d3"}) registers.authorisations.push_back(authorisation(d, "2024-03-01T07:00", "2024-03-04T10:00"));
  registers.notices = {{"n1", "d1", at("2024-03-03T10:00"), {"why"}}, {"n2", "d1", at("2024-03-04T09:00"), {"who_to_ask"}}, {"n3", "d2", at("2024-03-04T09:30"), {}}};
  const indicator_parts made = parts(registers, series);
  CHECK(sum_of(made, metric_id::deployments_with_notice_in_time) == cluster_tally{1, 3}); // the strictest: 24 hours, to the second
  const indicator_distribution& lead = distribution_named(made, "notice_lead_time");
  CHECK(lead.values == std::vector<double>{24, 0.5});
  CHECK(lead.not_recorded == 1);
  CHECK(check_named(made, "notice_tells", {{"topic", "why"}}).examined == 3);
  CHECK(check_named(made, "notice_tells", {{"topic", "why"}}).rows.size() == 2);
  CHECK(check_named(made, "notice_tells", {{"topic", "who_to_ask"}}).rows.size() == 2);
  registers.documents.clear();
  CHECK(clusters_of(parts(registers, series), metric_id::deployments_with_notice_in_time).empty());
}

TEST_CASE("M60: complaints stand against wrong stops, and an open one is late only when it is known to be") {
  deployment_series series = series_of(3);
  series.records[0].false_engaged = false_engagements(4);
  series.records[1].false_engaged = false_engagements(6);
  register_log registers;
  registers.documents = {rules(std::nullopt, 28)};
  registers.complaints = {{"c1", "d1", *parse_iso_date("2024-03-05"), parse_iso_date("2024-04-02")},  // 28 days
                          {"c2", "d2", *parse_iso_date("2024-03-12"), parse_iso_date("2024-04-10")},  // 29 days
                          {"c3", "d2", *parse_iso_date("2024-03-12"), std::nullopt},                  // 50 days by 1 May
                          {"c4", "d2", *parse_iso_date("2024-04-20"), std::nullopt}};                 // not yet due
  const indicator_parts made = parts(registers, series);
  CHECK(sum_of(made, metric_id::complaints_answered_in_time) == cluster_tally{1, 3});
  CHECK(clusters_of(made, metric_id::complaints_per_false_engagement) == std::vector<cluster_tally>{{1, 4}, {3, 6}});
  registers.complaints[3].deployment.clear(); // it could be of any
  CHECK(clusters_of(parts(registers, series), metric_id::complaints_per_false_engagement) == std::vector<cluster_tally>{{4, 10}});
}

TEST_CASE("times, sensitive places, judges and registers of uses") {
  const deployment_series series = series_of(3);
  register_log registers;
  registers.authorisations = {authorisation("d1", "2024-03-04T07:00", "2024-03-04T10:00"), authorisation("d2", "2024-03-11T07:00", "2024-03-11T10:00"), authorisation("d9", "2024-03-12T07:00", "2024-03-12T10:00")};
  authorisation_entry& one = registers.authorisations[0];
  one.planned_start = at("2024-03-04T10:05");
  one.planned_end = at("2024-03-04T15:00");
  one.ended = at("2024-03-04T15:00");
  one.sensitive_place = "worship";
  indicator_parts made = parts(registers, series);
  CHECK(check_named(made, "planned_times_kept").examined == 1);
  CHECK(check_named(made, "planned_times_kept").rows[0].arithmetic == "5 minutes early");
  CHECK(check_named(made, "sensitive_place_justified").rows.size() == 1);
  CHECK(check_named(made, "judicial_authorisation_in_time").examined == 0); // no register of judges, nothing said
  CHECK(check_named(made, "register_of_uses").examined == 0);
  one.justified = true;
  one.judicial = at("2024-03-05T10:00");
  one.urgent = true;
  one.notified = at("2024-03-05T10:00");
  made = parts(registers, series);
  CHECK(check_named(made, "sensitive_place_justified").rows.empty());
  const record_check& judges = check_named(made, "judicial_authorisation_in_time");
  CHECK(judges.examined == 3);
  CHECK(judges.rows.size() == 2); // d1: 24 hours to the second
  const record_check& uses = check_named(made, "register_of_uses");
  CHECK(uses.rows.size() == 3); // d2 and d3, and the authorisation of d9, which is in no record
  one.urgent = false;
  CHECK(check_named(parts(registers, series), "judicial_authorisation_in_time").rows.size() == 3);
}

TEST_CASE("M48: outcomes on record, stated uses, assessments in date and training") {
  deployment_series series = series_of(2);
  series.records[0].outcomes.emplace("arrest", outcomes(0));
  series.records[1].use_case = {"hotspot"};
  register_log registers;
  document_entry dpia;
  dpia.kind = "dpia";
  dpia.dated = parse_iso_date("2024-01-01");
  dpia.review_due = parse_iso_date("2024-03-04");
  registers.documents = {dpia};
  registers.operators = {{"o1", parse_iso_date("2023-01-01"), parse_iso_date("2024-03-11")}, {"o2", parse_iso_date("2023-01-01"), parse_iso_date("2024-03-10")}, {"o3", std::nullopt, std::nullopt}};
  const indicator_parts made = parts(registers, series);
  CHECK(sum_of(made, metric_id::deployments_with_outcomes_on_record) == cluster_tally{1, 2});
  CHECK(sum_of(made, metric_id::deployments_with_use_case) == cluster_tally{1, 2});
  CHECK(sum_of(made, metric_id::deployments_with_assessment_in_date) == cluster_tally{1, 2});
  CHECK(sum_of(made, metric_id::operators_with_current_training) == cluster_tally{1, 3});
}
