#include <lfreval/proportionality/documents.hpp>

#include <doctest/doctest.h>
#include <string>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

document_entry document(const char* kind, const char* dated, const char* review_due) {
  document_entry out;
  out.id = std::string(kind) + dated;
  out.kind = kind;
  out.dated = parse_iso_date(dated);
  out.review_due = parse_iso_date(review_due);
  return out;
}

const auto first = parse_iso_date("2024-03-04"), last = parse_iso_date("2024-03-25");

record_check check_of(const register_log& registers, const std::string& name, const std::string& kind) {
  return check_named(document_parts(registers, first, last), name, {{"document", kind}});
}

retention_entry stated(const char* what, const char* in, std::uint64_t seconds_stated) { return {"", what, in, seconds_stated, std::nullopt}; }
retention_entry measured(const char* what, std::uint64_t after) { return {"", what, "", std::nullopt, after}; }

} // namespace

TEST_CASE("a document that is not in the register is absent, and nothing else is said of it") {
  register_log none;
  CHECK(check_of(none, "document_present", "dpia").rows.size() == 1);
  CHECK(check_of(none, "document_before_use", "dpia").examined == 0);
  CHECK(check_of(none, "document_complete", "dpia").examined == 0);
}

TEST_CASE("a document is older than the first use, or it came after") {
  register_log registers;
  registers.documents = {document("dpia", "2024-03-04", "2025-01-01")};
  CHECK(check_of(registers, "document_present", "dpia").rows.empty());
  CHECK(check_of(registers, "document_before_use", "dpia").rows.size() == 1); // on the day is not before
  registers.documents.push_back(document("dpia", "2024-03-03", "2024-03-10"));
  CHECK(check_of(registers, "document_before_use", "dpia").rows.empty());
  CHECK(check_named(document_parts(registers, std::nullopt, std::nullopt), "document_before_use", {{"document", "dpia"}}).examined == 0);
}

TEST_CASE("the document in force at the last use counts for its review, whatever came later") {
  register_log registers;
  registers.documents = {document("dpia", "2024-01-01", "2024-03-20"), document("dpia", "2024-04-01", "2026-01-01")};
  const record_check overdue = check_of(registers, "document_in_date", "dpia");
  REQUIRE(overdue.rows.size() == 1);
  CHECK(overdue.rows[0].arithmetic == "review due 2024-03-20; last use 2024-03-25");
  registers.documents.push_back(document("dpia", "2024-03-21", "2024-03-25")); // due on the day of use
  CHECK(check_of(registers, "document_in_date", "dpia").rows.empty());
}

TEST_CASE("contents that the law names are each there or each named") {
  register_log registers;
  registers.documents = {document("dpia", "2024-01-01", "2025-01-01")};
  registers.documents[0].contents = {"description", "risks"};
  const record_check made = check_of(registers, "document_complete", "dpia");
  CHECK(made.examined == 4);
  REQUIRE(made.rows.size() == 2);
  CHECK(made.rows[0].arithmetic == "without measures");
  CHECK(made.rows[1].arithmetic == "without safeguards");
}

TEST_CASE("consultation, oversight, routes and reviews after a change") {
  register_log registers;
  registers.documents = {document("dpia", "2024-01-01", "2025-01-01"), document("equality_impact_assessment", "2024-01-10", "2025-01-01")};
  registers.documents[0].residual_risk = "high";
  registers.documents[0].routes = {"listed_access"};
  registers.changes = {{"c1", "threshold", *parse_iso_date("2024-01-10"), true}, {"c2", "camera", *parse_iso_date("2024-01-11"), false}};
  auto made = document_parts(registers, first, last);
  CHECK(check_named(made, "consultation_where_risk_high").rows.size() == 1);
  CHECK(check_named(made, "independent_oversight").rows.size() == 1);
  CHECK(check_named(made, "route_on_record", {{"for", "listed"}, {"route", "access"}}).rows.empty());
  CHECK(check_named(made, "route_on_record", {{"for", "scanned"}, {"route", "complaint"}}).rows.size() == 1);
  const record_check& after = check_named(made, "impact_reviewed_after_change");
  CHECK(after.examined == 2);
  REQUIRE(after.rows.size() == 1);
  CHECK(after.rows[0].deployment == "change 2"); // an ordinal, never the identifier
  registers.documents[0].consulted = parse_iso_date("2024-02-01");
  registers.documents[1].overseen = true;
  made = document_parts(registers, first, last);
  CHECK(check_named(made, "consultation_where_risk_high").rows.empty());
  CHECK(check_named(made, "independent_oversight").rows.empty());
}

TEST_CASE("M63: documents that state different periods for the same data are named with their values") {
  register_log registers;
  registers.retention = {stated("alert", "dpia", 86400), stated("alert", "privacy_notice", 86400), stated("watchlist", "dpia", 86400), stated("watchlist", "privacy_notice", 604800), stated("video", "dpia", 1)};
  const indicator_parts made = retention_parts(registers);
  const record_check& agree = check_named(made, "retention_consistent");
  CHECK(agree.examined == 2); // one statement cannot disagree
  REQUIRE(agree.rows.size() == 1);
  CHECK(agree.rows[0].arithmetic == "86400 s in data protection impact assessment, 604800 s in privacy notice");
}

TEST_CASE("of several stated periods the shortest binds, and the time itself is within it") {
  register_log registers;
  registers.retention = {stated("alert", "dpia", 100), stated("alert", "privacy_notice", 200), measured("alert", 100), measured("alert", 101), measured("video", 5)};
  const indicator_parts made = retention_parts(registers);
  const record_check& kept = check_named(made, "retention_kept", {{"what", "alert"}});
  CHECK(kept.examined == 2);
  REQUIRE(kept.rows.size() == 1);
  CHECK(kept.rows[0].arithmetic == "1 of 2 deletions after more than 100 s, the longest after 101 s");
  CHECK(check_named(made, "retention_kept", {{"what", "video"}}).examined == 0); // nothing stated to hold it to
  CHECK(distribution_named(made, "deletion_time", {{"what", "alert"}}).values == std::vector<double>{100, 101});
}
