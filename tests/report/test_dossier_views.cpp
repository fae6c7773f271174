// The dossier of an evaluation in its file, on the terminal and on the page.
#include <lfreval/report/dossier.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/page.hpp>
#include <lfreval/report/text.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/policy_text.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

const dossier_line& line(const dossier& whole, const std::string& id) {
  for (const dossier_limb& limb : whole.limbs)
    for (const auto* lines : {&limb.not_measured, &limb.limits, &limb.indicators, &limb.documents})
      for (const dossier_line& one : *lines)
        if (whole.criterion_of(one).id == id) return one;
  throw std::runtime_error("no criterion " + id);
}

/// Every number of a document with the path to it.
void numbers(const nlohmann::json& value, const std::string& path, std::vector<std::string>& out) {
  if (value.is_object())
    for (const auto& [name, inner] : value.items()) numbers(inner, path + "/" + name, out);
  else if (value.is_array())
    for (const auto& inner : value) numbers(inner, path + "/", out);
  else if (value.is_number()) out.push_back(path);
}

evaluation evaluated(std::vector<std::string> policies) {
  study declared;
  declared.name = "dossier";
  declared.policies = std::move(policies);
  deployment_series series;
  for (int i = 0; i < 4; ++i) {
    deployment_record r;
    r.force = "F";
    r.deployment = "d" + std::to_string(i);
    r.label_source = "published";
    r.faces = faces(20000);
    r.alerts = alerts(12);
    r.published_true_alerts = true_alerts(11);
    r.published_false_alerts = false_alerts(1);
    series.records.push_back(std::move(r));
  }
  return evaluate(declared, std::move(series), {});
}

} // namespace

TEST_CASE("M59: a dossier has no number but criteria by status within a limb, and the lines and bounds of limits") {
  const auto result = nlohmann::json::parse(to_json(evaluated({"uk-police"}), {.command = "", .time = "t"}))["result"];
  REQUIRE(result.contains("dossier"));
  std::vector<std::string> found;
  numbers(result["dossier"], "", found);
  REQUIRE_FALSE(found.empty());
  for (const std::string& path : found) {
    CAPTURE(path);
    const bool count = path.starts_with("/limbs//counts/"), line_of_limit = path.find("/line/") != std::string::npos, bound = path.find("favourable_bound/") != std::string::npos;
    CHECK((count || line_of_limit || bound));
  }
  for (const auto& [name, value] : result["dossier"].items()) CHECK((name == "policies" || name == "limbs" || name == "conclusion"));
  const std::string text = result["dossier"].dump();
  for (const char* field : {"score", "total", "rating", "grade", "index", "weight", "share", "rank"}) CHECK(text.find("\"" + std::string(field) + "\":") == std::string::npos);
}

TEST_CASE("without a dossier an evaluation has none, and with one its own limits stand as they did") {
  const evaluation without = evaluated({}), with = evaluated({"uk-police"});
  const auto before = nlohmann::json::parse(to_json(without, {.command = "", .time = "t"}))["result"];
  CHECK_FALSE(before.contains("dossier"));
  CHECK(to_text(without).find("NECESSITY AND PROPORTIONALITY") == std::string::npos);
  for (const finding& f : without.findings) {
    CAPTURE(f.key);
    CHECK(with.find(f.key) != nullptr);
  }
}

TEST_CASE("limits of a policy are judged as the study's own are") {
  const evaluation e = evaluated({"uk-police"});
  const finding* found = e.find("false_alerts_per_face@limit=at_most_1/1000;scope=all");
  REQUIRE(found != nullptr);
  REQUIRE(e.laid_out != nullptr);
  const dossier_line& d05 = line(*e.laid_out, "D05");
  CHECK(d05.status == criterion_status::met); // 4 in 80,000
  CHECK(std::any_of(d05.readings.begin(), d05.readings.end(), [&](const dossier_reading& one) { return one.key == found->key; }));
  CHECK(line(*e.laid_out, "B11b").status == criterion_status::not_measured); // passages of people not listed
}

TEST_CASE("a policy that cannot be read stops the evaluation") {
  CHECK_THROWS_AS((void)evaluated({"uk-polise"}), std::invalid_argument);
}

TEST_CASE("on a page the sentences of a policy are text") {
  const temporary_folder folder;
  std::string hostile = process_text("P");
  hostile.replace(hostile.find("Something is asked."), 19, "<script>alert(1)</script> & more");
  folder.write("own.toml", policy_head + hostile);
  study declared;
  declared.name = "n";
  declared.file = folder.at("study.toml");
  declared.policies = {"own.toml"};
  deployment_series series;
  deployment_record r;
  r.force = "F";
  r.deployment = "d";
  series.records.push_back(r);
  const auto page = to_page(to_json(evaluate(declared, series, {}), {.command = "", .time = "t"}), "e");
  REQUIRE(page.has_value());
  CHECK(page->find("<script>alert(1)") == std::string::npos);
  CHECK(page->find("&lt;script&gt;alert(1)") != std::string::npos);
  CHECK(page->find("Unverified clause") != std::string::npos);
}
