#include <lfreval/report/written_document.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>

using namespace lfreval;

namespace {

std::string evaluated(const std::string& name, std::vector<std::string> policies) {
  study declared;
  declared.name = name;
  declared.policies = std::move(policies);
  deployment_series series;
  for (int i = 0; i < 3; ++i) {
    deployment_record r;
    r.force = "F";
    r.deployment = "d" + std::to_string(i);
    r.label_source = "published";
    r.site = i == 0 ? "South" : "North";
    r.faces = faces(20000);
    r.alerts = alerts(12);
    r.published_true_alerts = true_alerts(11);
    r.published_false_alerts = false_alerts(1);
    series.records.push_back(std::move(r));
  }
  return to_json(evaluate(declared, std::move(series), {}), {.command = "", .time = "t"});
}

std::string document(document_kind kind, const std::string& text) {
  auto out = to_document(kind, text, "evaluation.json");
  REQUIRE(out.has_value());
  return std::move(*out);
}

bool holds(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

} // namespace

TEST_CASE("each risk of an impact assessment names the finding that measures it, or that nothing does") {
  const std::string text = document(document_kind::dpia, evaluated("n", {"uk-police"}));
  CHECK(holds(text, "false\\_alerts\\_per\\_face@scope=all"));
  CHECK(holds(text, "Not measured. It would be by: stop\\_minutes, force\\_per\\_false\\_engagement."));
  CHECK(holds(text, "(unverified clause)"));
  CHECK(holds(text, "To be written:"));
  CHECK(holds(text, "Gate 0: in accordance with the law"));
}

TEST_CASE("every document carries the hashes of result, study and policy") {
  const std::string text = evaluated("n", {"uk-police"});
  const auto parsed = nlohmann::json::parse(text);
  for (const document_kind kind : {document_kind::dpia, document_kind::equality, document_kind::transparency}) {
    const std::string made = document(kind, text);
    CHECK(holds(made, parsed["provenance"]["result_sha256"].get<std::string>()));
    CHECK(holds(made, parsed["result"]["dossier"]["policies"][0]["sha256"].get<std::string>()));
    CHECK(document(kind, text) == made);
  }
}

TEST_CASE("M67: groups that were not compared are an empty place, not a pass") {
  const std::string text = document(document_kind::equality, evaluated("n", {}));
  CHECK(holds(text, "is not a pass"));
  CHECK(holds(text, "names no policy"));
}

TEST_CASE("M01: a transparency record tells wrong alerts by every denominator") {
  const std::string text = document(document_kind::transparency, evaluated("n", {"uk-police"}));
  for (const char* key : {"False alerts per face seen", "False alerts per resolved alert", "False alerts per engagement", "False alerts per hour", "False positive identification rate"}) CHECK(holds(text, key));
}

TEST_CASE("text of the evaluation cannot become Markdown or HTML") {
  const std::string text = document(document_kind::dpia, evaluated("# <b>x</b> [a](http://b) | `c`\n\n## d", {}));
  CHECK_FALSE(holds(text, "<b>"));
  CHECK(holds(text, "&lt;b&gt;x&lt;/b&gt; \\[a\\]"));
  CHECK_FALSE(holds(text, "\n## d"));
}

TEST_CASE("what is no evaluation, or was altered, is refused or says so") {
  for (const char* text : {"", "[]", "{}", "{\"provenance\":{},\"result\":{}}", "{\"provenance\":{},\"result\":{\"findings\":[],\"schema\":2}}"}) {
    CAPTURE(text);
    const auto refused = to_document(document_kind::dpia, text, "evaluation.json");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == error_code::malformed_evaluation);
  }
  std::string altered = evaluated("n", {});
  altered.replace(altered.find("\"name\":\"n\""), 10, "\"name\":\"m\"");
  CHECK(holds(document(document_kind::dpia, altered), "Do not rely on this document."));
}
