// What measured rates come to under a declared assumption, by hand.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/deployed.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

evaluation of_crowd(std::uint64_t wrong, std::uint64_t seen, const study_assumption& assumed) {
  study declared;
  declared.name = "projections";
  declared.assumptions = {assumed};
  deployment_series series;
  for (const char* id : {"d1", "d2", "d3", "d4"}) {
    deployment_record r;
    r.deployment = id;
    r.threshold = "0.6";
    r.faces = faces(seen);
    r.alerts = alerts(wrong);
    r.published_true_alerts = true_alerts(0);
    r.published_false_alerts = false_alerts(wrong);
    series.records.push_back(r);
  }
  return evaluate(declared, std::move(series), {});
}

const std::string key = "false_positive_identification_rate@projected_from=faces;threshold=0.6";

/// Ten listed people and ten others pass ten times; `found` and `alerted` of every ten passages score above the threshold.
evaluation of_trial(unsigned found, unsigned alerted, const std::string& assumption) {
  const temporary_folder folder;
  std::string rows = "passage,person,mated,acquired,top_person,top_score,mate_score,mate_rank\n";
  for (unsigned person = 0; person < 10; ++person)
    for (unsigned pass = 0; pass < 10; ++pass) {
      const std::string id = std::to_string(person) + "-" + std::to_string(pass);
      const std::string listed = pass < found ? "0.9" : "0.1", other = pass < alerted ? "0.9" : "0.1";
      rows += "m" + id + ",v" + std::to_string(person) + ",yes,yes,v" + std::to_string(person) + "," + listed + "," + listed + ",1\n";
      rows += "n" + id + ",w" + std::to_string(person) + ",no,yes,v0," + other + ",,\n";
    }
  folder.write("passages.csv", rows);
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\noperating_threshold = 0.5\n[thresholds]\nreport = [0.2]\n[[source]]\nname = \"t\"\nkind = \"seeded\"\ntable = \"passages\"\n"
                                    "files = [\"passages.csv\"]\nsystem = \"a\"\n" + assumption, folder.at("study.toml"));
  if (!declared) FAIL(declared.error().at(0).message());
  auto out = evaluate(*declared, {});
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}

const std::string prevalence = "[[assumption]]\nquantity = \"prevalence\"\nlow = 0.001\npoint = 0.01\nhigh = 0.1\nreason = \"assumed\"\n";
const std::string value_key = "positive_predictive_value@projected_from=prevalence;source=t;system=a;threshold=0.5";

} // namespace

TEST_CASE("M41 C2: a rate per passage is projected from faces only where passages_per_face is declared, and says so") {
  const evaluation e = of_crowd(5, 1000, {"passages_per_face", 0.5, 2.0, 0.8, "counted by hand"});
  const finding& f = at(e, key);
  const auto& per_face = std::get<estimate>(at(e, "false_alerts_per_face@threshold=0.6").value);
  const auto& p = std::get<projection_value>(f.value);
  CHECK(f.status == finding_status::projected);
  CHECK(f.kind == finding_kind::projection);
  CHECK(p.point.value() == doctest::Approx(0.005 / 0.8).epsilon(1e-12));
  CHECK(p.made.lower == doctest::Approx(per_face.headline.lower / 2.0).epsilon(1e-12));
  CHECK(p.made.upper == doctest::Approx(per_face.headline.upper / 0.5).epsilon(1e-12));
  CHECK(p.made.method == interval_method::assumption_box);
  CHECK(p.from == std::vector<std::string>{"false_alerts_per_face@threshold=0.6"});
  CHECK(f.sentence.starts_with("Projected: "));
  CHECK(f.sentence.find("0.5 to 2, most likely 0.8 passages (counted by hand)") != std::string::npos);
  CHECK(to_text(e).find("Projected: ") != std::string::npos);
  const auto written = nlohmann::json::parse(to_json(e, {}));
  bool seen = false;
  for (const auto& one : written["result"]["findings"])
    if (one["key"] == key) {
      seen = true;
      CHECK(one["assumption"]["low"] == 0.5);
      CHECK(one["assumption"]["point"] == 0.8);
      CHECK(one["interval"]["method"] == "assumption_box");
    }
  CHECK(seen);

  study none;
  none.name = "n";
  deployment_series series;
  series.records.resize(1);
  series.records[0].deployment = "d";
  series.records[0].faces = faces(10);
  series.records[0].published_false_alerts = false_alerts(1);
  const evaluation without = evaluate(none, std::move(series), {});
  for (const finding& one : without.findings) CHECK(one.kind != finding_kind::projection);
}

TEST_CASE("M16: unresolved alerts widen what is projected from them, and leave no single value") {
  study declared;
  declared.name = "projections";
  declared.assumptions = {{"passages_per_face", 0.5, 2.0, 1.0, "counted by hand"}};
  deployment_series series;
  for (const char* id : {"d1", "d2", "d3"}) {
    deployment_record r;
    r.deployment = id;
    r.threshold = "0.6";
    r.faces = faces(1000);
    r.alerts = alerts(5);
    r.true_confirmed = true_alerts(0);
    r.true_unconfirmed = true_alerts(5);
    r.false_confirmed = false_alerts(0);
    r.false_unconfirmed = false_alerts(0);
    series.records.push_back(r);
  }
  const evaluation e = evaluate(declared, std::move(series), {});
  const finding& base = at(e, "false_alerts_per_face@threshold=0.6");
  REQUIRE(base.bounds.has_value());
  const finding& f = at(e, key);
  const auto& p = std::get<projection_value>(f.value);
  CHECK_FALSE(p.point.has_value());
  CHECK(p.made.lower == base.bounds->lower_limit / 2.0);
  CHECK(p.made.upper == base.bounds->upper_limit / 0.5);
  CHECK(f.sentence.find("The unresolved alerts are taken either way.") != std::string::npos);
}

TEST_CASE("an assumption that makes more alerts than passages gives no rate, and nothing is clamped to 1") {
  const evaluation e = of_crowd(400, 1000, {"passages_per_face", 0.3, 0.5, std::nullopt, "a guess"});
  const finding& f = at(e, key);
  CHECK(f.status == finding_status::not_estimable);
  REQUIRE(f.why_not.has_value());
  CHECK_FALSE(f.why_not->remedy.empty());
  CHECK(std::holds_alternative<std::monostate>(f.value));
}

TEST_CASE("M44: the worth of an alert elsewhere is Bayes by hand at the declared prevalence, and nothing without one") {
  const evaluation e = of_trial(9, 1, prevalence);
  const auto& f = at(e, value_key);
  const auto& p = std::get<projection_value>(f.value);
  CHECK(f.status == finding_status::projected);
  CHECK(p.point.value() == doctest::Approx(0.01 * 0.9 / (0.01 * 0.9 + 0.99 * 0.1)).epsilon(1e-12));
  const interval t = std::get<estimate>(at(e, "true_positive_identification_rate@source=t;system=a;threshold=0.5").value).headline;
  const interval n = std::get<estimate>(at(e, "false_positive_identification_rate@source=t;system=a;threshold=0.5").value).headline;
  CHECK(p.made.lower == doctest::Approx(0.001 * t.lower / (0.001 * t.lower + 0.999 * n.upper)).epsilon(1e-12));
  CHECK(p.made.upper == doctest::Approx(0.1 * t.upper / (0.1 * t.upper + 0.9 * n.lower)).epsilon(1e-12));
  CHECK(p.made.level.level() == doctest::Approx(0.90).epsilon(1e-12)); // both intervals may fail
  // Alerts are those of the threshold in use.
  CHECK(e.find("positive_predictive_value@projected_from=prevalence;source=t;system=a;threshold=0.2") == nullptr);
  CHECK(of_trial(9, 1, "").find(value_key) == nullptr);
}

TEST_CASE("without a false positive an alert's worth has no estimate, only a lower end") {
  const evaluation e = of_trial(9, 0, prevalence);
  const auto& f = at(e, value_key);
  const auto& p = std::get<projection_value>(f.value);
  CHECK_FALSE(p.point.has_value());
  CHECK(p.made.upper == 1.0);
  CHECK(p.made.lower > 0.0);
  bool said = false;
  for (const std::string& note : f.notes) said = said || note.find("no false positive was seen") != std::string::npos;
  CHECK(said);
}
