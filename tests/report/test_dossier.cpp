// Policies laid out beside findings that are made by hand: what a criterion comes to does not depend on how its finding was made.
#include <lfreval/report/dossier.hpp>

#include <doctest/doctest.h>

#include <lfreval/intervals/estimate_rate.hpp>

#include "support/policy_text.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

finding of(const std::string& metric, finding_kind kind, std::map<std::string, std::string> axes) {
  finding f;
  f.metric = metric;
  f.key = finding_key(metric, axes);
  f.kind = kind;
  f.axes = std::move(axes);
  f.status = finding_status::measured;
  return f;
}

finding rate_of(metric_id metric, std::uint64_t events, std::uint64_t exposure, std::map<std::string, std::string> axes = {{"scope", "all"}}) {
  finding f = of(std::string(to_string(metric)), finding_kind::rate, std::move(axes));
  const cluster_tally only{events, exposure};
  f.value = estimate_rate(metric, std::span<const cluster_tally>(&only, 1), confidence{0.95}).value();
  return f;
}

finding verdict_of(verdict_outcome outcome, std::map<std::string, std::string> axes) {
  axes["limit"] = "at_most_1/1000";
  finding f = of("false_alerts_per_face", finding_kind::verdict, std::move(axes));
  verdict_value value;
  value.declared = {metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, ""};
  value.answer.outcome = outcome;
  f.value = value;
  return f;
}

finding check_of(const std::string& name, std::map<std::string, std::string> axes, std::uint64_t examined, std::size_t named) {
  finding f = of(name, finding_kind::check, std::move(axes));
  record_check check;
  check.name = name;
  check.examined = examined;
  check.rows.resize(named);
  f.value = check;
  return f;
}

finding compared(bool different, bool equivalent) {
  finding f = of("false_positive_identification_rate", finding_kind::ratio, {{"sex", "f"}, {"against", "m"}, {"source", "s"}, {"threshold", "0.6"}});
  group_answer answer;
  answer.verdict.different = different;
  answer.verdict.equivalent = equivalent;
  f.between_groups = answer;
  return f;
}

dossier laid(const std::string& criteria, const std::vector<finding>& findings, const std::vector<not_measured_item>& missing = {}) {
  std::vector<policy> policies;
  policies.push_back(policy_of(criteria));
  return lay_out(std::move(policies), findings, missing, study{});
}

const dossier_line& line(const dossier& whole, const std::string& id) {
  for (const dossier_limb& limb : whole.limbs)
    for (const auto* lines : {&limb.not_measured, &limb.limits, &limb.indicators, &limb.documents})
      for (const dossier_line& one : *lines)
        if (whole.criterion_of(one).id == id) return one;
  throw std::runtime_error("no criterion " + id);
}

criterion_status status(const std::string& criteria, const std::vector<finding>& findings) { return line(laid(criteria, findings), "x").status; }

const std::string equivalence = criterion_text("x", "limit", "reads = \"false_positive_identification_rate\"\ncomparator = \"equivalent_between_groups\"\nunit = \"non-mated passages with an alert / non-mated passages\"\n"
                                                             "[criterion.says]\nmet = \"a\"\nnot_met = \"b\"\ninconclusive = \"c\"\nnot_measured = \"d\"\n");

} // namespace

TEST_CASE("a limit is held against the one-sided bound") {
  // 0.999^2995 < 0.05 < 0.999^2994, while the two-sided bound of 2,995 still lies above 1 in 1,000.
  CHECK(status(limit_text("x"), {rate_of(metric_id::false_alerts_per_face, 0, 2995)}) == criterion_status::met);
  CHECK(status(limit_text("x"), {rate_of(metric_id::false_alerts_per_face, 0, 2994)}) == criterion_status::inconclusive);
  CHECK(status(limit_text("x"), {rate_of(metric_id::false_alerts_per_face, 7, 8600)}) == criterion_status::inconclusive); // M38: 0.081 % is below the line
  CHECK(status(limit_text("x"), {rate_of(metric_id::false_alerts_per_face, 70, 8600)}) == criterion_status::not_met);
  CHECK(status(limit_text("x"), {}) == criterion_status::not_measured);
}

TEST_CASE("the verdict of the evaluation goes before a bound made here") {
  const auto open = verdict_of(verdict_outcome::inconclusive, {{"scope", "all"}});
  const dossier d = laid(limit_text("x"), {open, rate_of(metric_id::false_alerts_per_face, 0, 100000)});
  const dossier_line& x = line(d, "x");
  CHECK(x.status == criterion_status::inconclusive);
  REQUIRE(x.readings.size() == 1);
  CHECK(x.readings[0].key == "false_alerts_per_face@limit=at_most_1/1000;scope=all");
  CHECK_FALSE(x.readings[0].bound.has_value());
}

TEST_CASE("one threshold that breaks a limit is not averaged away") {
  const auto met = verdict_of(verdict_outcome::met, {{"scope", "all"}}), at = verdict_of(verdict_outcome::met, {{"threshold", "0.64"}});
  CHECK(status(limit_text("x"), {met, at}) == criterion_status::met);
  CHECK(status(limit_text("x"), {met, at, verdict_of(verdict_outcome::inconclusive, {{"threshold", "0.6"}})}) == criterion_status::inconclusive);
  CHECK(status(limit_text("x"), {met, verdict_of(verdict_outcome::not_met, {{"threshold", "0.6"}}), at}) == criterion_status::not_met);
  CHECK(status(limit_text("x"), {met, verdict_of(verdict_outcome::not_measured, {{"threshold", "0.6"}})}) == criterion_status::inconclusive);
  // A single site or day is a part of the records, and judged elsewhere.
  CHECK(status(limit_text("x"), {met, verdict_of(verdict_outcome::not_met, {{"site", "North"}})}) == criterion_status::met);
}

TEST_CASE("a check is met when it examined something and names nothing") {
  const std::map<std::string, std::string> dpia{{"document", "dpia"}, {"scope", "all"}};
  const std::string asks = evidence_text("x", "document_present@document=dpia");
  CHECK(status(asks, {check_of("document_present", dpia, 1, 0)}) == criterion_status::met);
  CHECK(status(asks, {check_of("document_present", dpia, 1, 1)}) == criterion_status::not_met);
  CHECK(status(asks, {check_of("document_present", dpia, 0, 0)}) == criterion_status::not_measured);
  CHECK(status(asks, {check_of("document_present", {{"document", "privacy_notice"}, {"scope", "all"}}, 1, 0)}) == criterion_status::not_measured);
  CHECK(status(evidence_text("x", "retention_kept@what=*"), {check_of("retention_kept", {{"what", "video"}}, 1, 0), check_of("retention_kept", {{"what", "alert"}}, 2, 1)}) == criterion_status::not_met);
}

TEST_CASE("M21: groups that were not found different are not equivalent") {
  CHECK(status(equivalence, {compared(false, false)}) == criterion_status::inconclusive);
  CHECK(status(equivalence, {compared(false, true)}) == criterion_status::met);
  CHECK(status(equivalence, {compared(true, false), compared(false, true)}) == criterion_status::not_met);
  CHECK(status(equivalence, {}) == criterion_status::not_measured);
}

TEST_CASE("a figure that is projected, refused or undefined answers nothing") {
  for (const finding_status held : {finding_status::projected, finding_status::refused, finding_status::not_estimable, finding_status::not_measured}) {
    finding f = rate_of(metric_id::watchlist_encounter_rate, 3, 1000);
    f.status = held;
    CHECK(status(metric_text("x", "watchlist_encounter_rate", "watchlist persons found / watchlist persons"), {f}) == criterion_status::not_measured);
  }
  CHECK(status(metric_text("x", "watchlist_encounter_rate", "watchlist persons found / watchlist persons"), {rate_of(metric_id::watchlist_encounter_rate, 3, 1000)}) == criterion_status::shown);
}

TEST_CASE("an axis that an indicator has by its nature divides no records, a place does") {
  const std::string asks = metric_text("x", "outcome_rate_against_comparator", "");
  CHECK(status(asks, {of("outcome_rate_against_comparator", finding_kind::ratio, {{"outcome", "arrest"}, {"tactic", "patrol"}})}) == criterion_status::shown);
  CHECK(status(asks, {of("outcome_rate_against_comparator", finding_kind::ratio, {{"outcome", "arrest"}, {"site", "North"}})}) == criterion_status::not_measured);
}

TEST_CASE("shares of groups answer where the total has none") {
  const std::string asks = metric_text("x", "group_share_of_false_alerts", "false alerts of the group / false alerts");
  finding total = rate_of(metric_id::group_share_of_false_alerts, 0, 10);
  total.status = finding_status::not_measured;
  CHECK(status(asks, {total}) == criterion_status::not_measured);
  CHECK(status(asks, {rate_of(metric_id::group_share_of_false_alerts, 8, 10, {{"ethnicity", "Black"}})}) == criterion_status::shown);
  CHECK(status(asks, {total, rate_of(metric_id::group_share_of_false_alerts, 8, 10, {{"ethnicity", "Black"}})}) == criterion_status::shown);
  CHECK(status(asks, {rate_of(metric_id::group_share_of_false_alerts, 8, 10, {{"ethnicity", "Black"}, {"site", "North"}})}) == criterion_status::not_measured);
}

TEST_CASE("M58: interference is everybody scanned, alert or not") {
  const auto uk = load_policy("uk-police", "");
  REQUIRE(uk.has_value());
  finding scanned = of("faces", finding_kind::count, {{"scope", "all"}});
  count_value n;
  n.of = unit::faces;
  n.n = 8600;
  scanned.value = n;
  const dossier d = lay_out({*uk}, {scanned}, {}, study{});
  const dossier_line& all = line(d, "A01b");
  CHECK(all.status == criterion_status::shown);
  REQUIRE(all.readings.size() == 1);
  CHECK(all.readings[0].key == "faces@scope=all");
}

TEST_CASE("M67: what was not measured is never read as a pass, and a dossier of nothing is not shown") {
  for (const shipped_policy& one : shipped_policies()) {
    const auto named = load_policy(std::string(one.name), "");
    REQUIRE(named.has_value());
    const dossier d = lay_out({*named}, {}, {}, study{});
    CHECK(d.conclusion.starts_with("Not shown on the evidence given"));
    for (const dossier_limb& limb : d.limbs) {
      CHECK(limb.limits.empty());
      CHECK(limb.indicators.empty());
      CHECK(limb.documents.empty());
      for (const dossier_line& open : limb.not_measured) CHECK(open.status == criterion_status::not_measured);
    }
  }
}

TEST_CASE("M60: few complaints stand beside the notice, and none on record are not none") {
  const auto uk = load_policy("uk-police", "");
  REQUIRE(uk.has_value());
  const dossier d = lay_out({*uk}, {}, {}, study{});
  const criterion& complaints = d.criterion_of(line(d, "B05d"));
  CHECK(complaints.says.at(criterion_status::not_measured).find("not the same as none") != std::string::npos);
  CHECK(complaints.says.at(criterion_status::shown).find("do not know that they were scanned") != std::string::npos);
  CHECK(line(d, "D04b").status == criterion_status::not_measured); // the notice, of the same limb
}

TEST_CASE("a remedy comes from the evaluation, else from the table of indicators") {
  const std::vector<not_measured_item> missing{{"Misses", "why", "Seed the deployment.", {"true_positive_identification_rate"}}};
  const std::string asks = metric_text("x", "true_positive_identification_rate", "mated passages identified / mated passages") + evidence_text("y", "document_present@document=dpia") + process_text("z");
  const dossier d = laid(asks, {}, missing);
  CHECK(line(d, "x").remedy == "Seed the deployment.");
  CHECK(line(d, "y").remedy == std::string(find_indicator("document_present")->remedy));
  CHECK(line(d, "z").remedy.empty());
}

TEST_CASE("a limb concludes by what binds and can be answered") {
  const auto legality = [](const dossier& d) { return d.limbs.at(0); };
  const std::map<std::string, std::string> dpia{{"document", "dpia"}};
  CHECK(legality(laid(evidence_text("x", "document_present@document=dpia"), {check_of("document_present", dpia, 1, 0)})).shown);
  const dossier_limb lacking = legality(laid(evidence_text("x", "document_present@document=dpia"), {check_of("document_present", dpia, 1, 1)}));
  CHECK_FALSE(lacking.shown);
  CHECK(lacking.conclusion == "Not shown on the evidence given: of the criteria that bind (must), 1 is not met.");
  // What does not bind leaves a limb open only where nothing else is answered.
  CHECK(legality(laid(evidence_text("x", "document_present@document=dpia", "should"), {})).conclusion == "Not shown on the evidence given: nothing on record answers the criterion of this limb.");
  CHECK(legality(laid(evidence_text("x", "document_present@document=dpia") + evidence_text("y", "independent_oversight", "should"), {check_of("document_present", dpia, 1, 0)})).shown);
  CHECK_FALSE(laid(evidence_text("x", "document_present@document=dpia"), {check_of("document_present", dpia, 1, 0)}).limbs.at(4).shown);
}
