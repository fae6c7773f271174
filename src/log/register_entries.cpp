#include "log/register_row.hpp"

namespace lfreval {

void read_entry(register_row& row, document_entry& out) {
  out.id = row.text("document");
  out.kind = row.choice("kind");
  out.dated = row.date("dated");
  out.review_due = row.date("review_due");
  out.consulted = row.date("consulted");
  out.contents = row.names("contents");
  out.routes = row.names("routes");
  out.residual_risk = row.choice("residual_risk");
  out.overseen = row.has("overseen_by");
  out.categories = row.names("categories");
  out.categories_not_wanted = row.names("categories_not_wanted");
  out.serious_grades = row.names("serious_grades");
  out.review_days = row.count("review_days");
  out.notice_hours = row.count("notice_hours");
  out.complaint_days = row.count("complaint_days");
  row.in_order(out.dated, out.review_due, "review_due", "a day on or after dated");
}

void read_entry(register_row& row, test_report& out) {
  out.id = row.text("test");
  out.system = row.text("system");
  out.threshold_from = row.number("threshold_from");
  out.threshold_to = row.number("threshold_to");
  out.watchlist_persons = row.count("watchlist_persons");
  out.dated = row.date("dated");
  out.tester = row.choice("tester");
  out.funder = row.choice("funder");
  out.scope_setter = row.choice("scope_setter");
  out.adverse = row.yes("adverse");
  out.age_bands = row.names("age_bands");
  row.in_order(out.threshold_from, out.threshold_to, "threshold_to", "a threshold from threshold_from");
}

void read_entry(register_row& row, change_entry& out) {
  out.id = row.text("change");
  out.what = row.choice("what");
  out.changed = row.date("changed").value_or(calendar_date{});
  out.reasoned = row.has("reason");
}

void read_entry(register_row& row, comparator_entry& out) {
  out.id = row.text("comparator");
  out.tactic = row.name("tactic");
  out.site = row.text("site");
  out.control = row.yes("control");
  if (const std::string period = row.choice("period"); !period.empty()) out.after = period == "after";
  out.from = row.date("from");
  out.to = row.date("to");
  out.officer_seconds = row.seconds_of_hours("officer_hours");
  out.cost = row.count("cost");
  out.reasoned = row.has("reason");
  out.outcomes = row.outcomes();
  row.in_order(out.from, out.to, "to", "a day on or after from");
}

void read_entry(register_row& row, cost_entry& out) {
  out.id = row.text("cost");
  out.kind = row.choice("kind");
  out.currency = row.text("currency");
  out.amount = row.count("amount").value_or(0);
}

void read_entry(register_row& row, staffing_entry& out) {
  out.id = row.text("deployment");
  out.officers = row.count("officers");
  out.officer_seconds = row.seconds_of_hours("officer_hours").value_or(0);
}

void read_entry(register_row& row, complaint_entry& out) {
  out.id = row.text("complaint");
  out.deployment = row.text("deployment");
  const auto received = row.date("received");
  out.received = received.value_or(calendar_date{});
  out.answered = row.date("answered");
  row.in_order(received, out.answered, "answered", "a day on or after received");
}

void read_entry(register_row& row, notice_entry& out) {
  out.id = row.text("notice");
  out.deployment = row.text("deployment");
  out.published = row.time("published");
  (void)row.choice("channel");
  out.tells = row.names("tells");
}

void read_entry(register_row& row, retention_entry& out) {
  out.id = row.text("entry");
  out.what = row.choice("what");
  out.document = row.choice("document");
  out.stated_seconds = row.count("stated_seconds");
  out.measured_seconds = row.count("measured_seconds");
}

void read_entry(register_row& row, expectation_entry& out) {
  out.id = row.text("expectation");
  out.registered = row.date("registered");
  out.outcome = row.text("outcome");
  out.expected = row.count("expected");
  out.stops = row.has("stop_rule");
  out.eligible_persons = row.count("eligible_persons");
  out.margin = row.share_above_zero("margin");
}

void read_entry(register_row& row, operator_entry& out) {
  out.id = row.text("operator");
  out.trained_on = row.date("trained_on");
  out.valid_until = row.date("valid_until");
  row.in_order(out.trained_on, out.valid_until, "valid_until", "a day on or after trained_on");
}

void read_entry(register_row& row, authorisation_entry& out) {
  out.id = row.text("deployment");
  out.authorised = row.time("authorised");
  out.ranked = row.has("rank");
  out.grounded = row.has("grounds");
  out.use_case = row.choice("use_case");
  out.planned_start = row.time("planned_start");
  out.planned_end = row.time("planned_end");
  out.started = row.time("started", &out.started_on);
  out.ended = row.time("ended");
  out.sensitive_place = row.choice("sensitive_place");
  out.justified = row.has("justification");
  out.judicial = row.time("judicial");
  out.urgent = row.yes("urgent");
  out.notified = row.time("notified");
  row.in_order(out.planned_start, out.planned_end, "planned_end", "a time after planned_start");
  row.in_order(out.started, out.ended, "ended", "a time after started");
}

void read_entry(register_row& row, disclosure_entry& out) {
  out.id = row.text("disclosure");
  out.test = row.text("test");
  out.told = row.date("told").value_or(calendar_date{});
  out.to = row.choice("to");
}

} // namespace lfreval
