// Published claims in an evaluation: held against themselves and against the records.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <string>

#include "support/deployed.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

/// The published deployments of the Metropolitan Police and some claims.
evaluation with_claims(const std::string& rows) {
  temporary_folder folder;
  std::string text;
  for (const char* name : {"study.toml", "mps_deployments_2020_2022.csv", "mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"}) {
    std::ifstream file(std::string(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/") + name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    REQUIRE(file.good());
    if (std::string(name) == "study.toml") text = content.str();
    else folder.write(name, content.str());
  }
  folder.write("claims.csv", "claim,metric,events,exposure,percent,one_in,about,text,source\n" + rows);
  text += "\n[[source]]\nname = \"claims\"\nkind = \"published\"\ntable = \"published\"\nfiles = [\"claims.csv\"]\n";
  const auto declared = parse_study(text, folder.at("study.toml"));
  REQUIRE(declared.has_value());
  auto made = evaluate(*declared, evaluation_options{});
  REQUIRE(made.has_value());
  return std::move(*made);
}

const record_check& check_at(const evaluation& e, const std::string& name) { return std::get<record_check>(at(e, name + "@scope=all").value); }

} // namespace

TEST_CASE("a claim with counts gets the interval they allow, a claim that contradicts itself none") {
  const evaluation e = with_claims("fx1,false_alerts_per_face,10,3147436,0.0003,,,,MPS annual report\nfx12,alerts_per_face,231,160000,1.5,,,1.5 % of all passers-by,StopWatch\n"
                                   "fpir,false_positive_identification_rate,,,0.017,6000,,,NPL\n");
  const finding& good = at(e, "false_alerts_per_face@claim=fx1");
  CHECK(good.status == finding_status::measured);
  // Clopper-Pearson of 10 in 3,147,436: 1.524e-6 to 5.843e-6.
  CHECK(std::get<estimate>(good.value).headline.lower == doctest::Approx(1.524e-6).epsilon(5e-4));
  CHECK(std::get<estimate>(good.value).headline.upper == doctest::Approx(5.843e-6).epsilon(5e-4));
  CHECK(good.flags.has(flag::labels_as_published));
  CHECK(good.flags.has(flag::denominator_as_published));
  const finding& bad = at(e, "alerts_per_face@claim=fx12");
  CHECK(bad.status == finding_status::refused);
  CHECK(std::holds_alternative<std::monostate>(bad.value));
  CHECK(bad.sentence.find("231 / 160000 = 0.1444 %, but 1.5 % printed") != std::string::npos);
  CHECK(at(e, "false_positive_identification_rate@claim=fpir").status == finding_status::not_estimable);
  CHECK(check_at(e, "claims_agree_with_themselves").rows.size() == 1);
  const std::string text = to_text(e);
  CHECK(text.find("PUBLISHED CLAIMS") != std::string::npos);
  CHECK(text.find("published in: StopWatch") != std::string::npos);
}

TEST_CASE("claims are held against the part of the records that they are about") {
  const evaluation e = with_claims("right,false_alerts_per_face,7,2424559,,,threshold=0.640,,\nwrong,false_alerts_per_face,8,2424559,,,threshold=0.64,,\n"
                                   "within,false_alerts_per_face,,,,346000,threshold=0.64,,\noutside,false_alerts_per_face,,,,6000,threshold=0.64,,\n"
                                   "nowhere,false_alerts_per_face,7,2424559,,,threshold=0.65,,\nfaces,faces,3089960,,,,,,\nfewer,faces,3000000,,,,,,\n"
                                   "misses,true_positive_identification_rate,89,100,,,,,\n");
  const record_check& check = check_at(e, "claims_against_records");
  CHECK(check.examined == 6);
  CHECK(check.sentence.ends_with("3 of 6 that could be compared; for 2 more the records hold no such figure."));
  std::map<std::string, std::string> said;
  for (const auto& row : check.rows) said.emplace(row.deployment, row.arithmetic);
  CHECK(said.size() == 3);
  CHECK(said.at("claim wrong").find("8 in 2,424,559 claimed; of the records: 7 false alerts in 2,424,559 faces") == 0);
  CHECK(said.at("claim wrong").find("lies within these limits") != std::string::npos);
  CHECK(said.at("claim outside").find("1 in 6000 claimed") == 0);
  CHECK(said.at("claim fewer").find("3,000,000 faces claimed; the records hold 3,089,960 faces") == 0);
}

TEST_CASE("refused claims count like refused rows, and the evaluation verifies") {
  const evaluation e = with_claims("a,alerts,25,,,,,,\n");
  CHECK(e.records.refused == 0);
  CHECK(e.files.size() == 4);
  const auto again = verify(to_json(e, {}), "evaluation.json", e.declared, {});
  // The folder is gone by now: the inputs cannot be read again, and that is an error, not a pass.
  CHECK_FALSE(again.has_value());
}

TEST_CASE("claims alone are an evaluation, and say that no records stand behind them") {
  temporary_folder folder;
  folder.write("c.csv", "claim,metric,events,exposure\nfx6,false_alerts_per_face,1,383356\n");
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"c\"\nkind = \"published\"\ntable = \"published\"\nfiles = [\"c.csv\"]\n", folder.at("study.toml"));
  REQUIRE(declared.has_value());
  const auto e = evaluate(*declared, evaluation_options{});
  REQUIRE(e.has_value());
  // Clopper-Pearson of 1 in 383,356: 6.6e-8 to 1.45e-5.
  const auto& made = std::get<estimate>(at(*e, "false_alerts_per_face@claim=fx6").value);
  CHECK(made.headline.lower == doctest::Approx(6.6e-8).epsilon(1e-2));
  CHECK(made.headline.upper == doctest::Approx(1.45e-5).epsilon(5e-3));
  CHECK(to_text(*e).find("No deployments on record") != std::string::npos);
  CHECK(to_text(*e).find("MISSES NOT MEASURED") == std::string::npos);
  const auto same = verify(to_json(*e, {}), "evaluation.json", *declared, {});
  REQUIRE(same.has_value());
  CHECK(same->differences.empty());
}
