#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "support/deployed.hpp"

using namespace lfreval;
using namespace lfreval::test;
using nlohmann::json;

namespace {

evaluation evaluated(std::vector<deployment_record> records, std::string name = "small") {
  study declared;
  declared.name = std::move(name);
  deployment_series series;
  series.records = std::move(records);
  return evaluate(declared, std::move(series), {});
}

json finding_at(const json& document, const std::string& key) {
  for (const json& f : document["result"]["findings"])
    if (f["key"] == key) return f;
  throw std::runtime_error("no finding " + key);
}

template <class Visit> void visit_all(const json& value, const Visit& visit) {
  visit(value);
  if (value.is_structured())
    for (const json& inner : value) visit_all(inner, visit);
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

} // namespace

TEST_CASE("the document parses and has two objects, one finding to a line") {
  const evaluation e = evaluated({deployed("d", 1000, 2, 1)});
  const std::string text = to_json(e, {.command = "lfreval evaluate x", .time = "2025-01-01T00:00:00Z"});
  const json d = json::parse(text);
  CHECK(d.size() == 2);
  CHECK(d["provenance"]["command"] == "lfreval evaluate x");
  CHECK(d["provenance"]["time"] == "2025-01-01T00:00:00Z");
  CHECK(d["result"]["findings"].size() == e.findings.size());
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > e.findings.size());
  CHECK(text.ends_with("\n"));
}

TEST_CASE("an unbounded end is null with a flag") {
  const json d = json::parse(to_json(evaluated({deployed("d", 1000, 0, 0)}), {}));
  const json f = finding_at(d, "faces_per_true_alert@scope=all");
  CHECK(f["interval"]["upper"].is_null());
  CHECK(f["interval"]["upper_unbounded"] == true);
  CHECK(f["estimate"].is_null());
  CHECK(f["estimate_unbounded"] == true);
  CHECK(f["interval"]["lower"].get<double>() > 0);
  visit_all(d, [](const json& value) {
    if (value.is_object() && value.contains("upper") && value.contains("method"))
      CHECK(value["upper"].is_null() == value.contains("upper_unbounded"));
  });
}

TEST_CASE("a number that is not finite is not written") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    evaluation e = evaluated({deployed("d", 1000, 2, 1)});
    for (finding& f : e.findings)
      if (auto* r = std::get_if<estimate>(&f.value)) { r->point = bad; break; }
    CHECK_THROWS_AS((void)to_json(e, {}), std::logic_error);
    CHECK_THROWS_AS((void)result_sha256(e), std::logic_error);
  }
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    evaluation e = evaluated({deployed("d", 1000, 2, 1)});
    for (finding& f : e.findings)
      if (auto* r = std::get_if<estimate>(&f.value)) { r->headline.upper = bad; break; }
    CHECK_THROWS_AS((void)to_json(e, {}), std::logic_error);
  }
}

TEST_CASE("HTML, quotes and controls in names come back unchanged and unescaped by nothing but JSON") {
  const std::string site = "</script><img src=x onerror=\"alert('1')\">\n\t\x1B[31m\\ & \xC5\xB5 \xF0\x9F\x9A\x87";
  const std::string text = to_json(evaluated({deployed("d", 1000, 2, 1, site)}, "<b>name</b>"), {});
  const json d = json::parse(text);
  CHECK(d["result"]["study"]["name"] == "<b>name</b>");
  bool found = false;
  for (const json& f : d["result"]["findings"])
    if (f["axes"].contains("site")) { CHECK(f["axes"]["site"] == site); found = true; }
  CHECK(found);
  CHECK(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\n'; }));
}

TEST_CASE("bytes that are not UTF-8 in the command do not stop the document") {
  const evaluation e = evaluated({deployed("d", 1000, 2, 1)});
  std::string text;
  CHECK_NOTHROW(text = to_json(e, {.command = "lfreval evaluate caf\xE9.toml", .time = ""}));
  CHECK(json::accept(text));
}

TEST_CASE("doubles read back with the same bits") {
  const evaluation e = evaluated({deployed("a", 8600, 1, 7), deployed("b", 4600, 0, 1), deployed("c", 1, 1, 0), deployed("d", 2251799813685248, 3, 1)});
  const json d = json::parse(to_json(e, {}));
  std::size_t compared = 0;
  for (const finding& f : e.findings) {
    const auto* r = std::get_if<estimate>(&f.value);
    if (r == nullptr || units_of(r->metric).exposure == unit::seconds) continue;
    const json written = finding_at(d, f.key);
    CHECK(same_bits(written["estimate"].get<double>(), r->point));
    CHECK(same_bits(written["interval"]["lower"].get<double>(), r->headline.lower));
    if (!r->headline.upper_unbounded()) CHECK(same_bits(written["interval"]["upper"].get<double>(), r->headline.upper));
    CHECK(written["exposure"]["n"].get<std::uint64_t>() == r->exposure);
    if (r->clusters.design_effect) CHECK(same_bits(written["clusters"]["design_effect"].get<double>(), *r->clusters.design_effect));
    ++compared;
  }
  CHECK(compared > 10);
}

TEST_CASE("no number in the document is written as a text, and none is NaN") {
  const json d = json::parse(to_json(evaluated({deployed("a", 0, 0, 0), deployed("b", 10, 2, 1)}), {}));
  visit_all(d, [](const json& value) {
    if (value.is_number_float()) CHECK(std::isfinite(value.get<double>()));
    if (value.is_string()) {
      CHECK(value != "NaN");
      CHECK(value != "nan");
      CHECK(value != "inf");
    }
  });
}

TEST_CASE("sentences are whole and printable") {
  const evaluation e = evaluated({deployed("a", 0, 0, 0), deployed("b", 10, 2, 1), deployed("c", 5000, 0, 0, "S\x1B]0;title\x07")});
  deployment_record odd = deployed("d", 10, 2, 1);
  odd.outcomes["\x1B[31mred\n"] = lfreval::outcomes(1);
  deployment_series series;
  series.records = {odd};
  series.outcome_names = {"\x1B[31mred\n"};
  const evaluation with_outcome = evaluate(study{}, std::move(series), {});
  std::vector<finding> all = e.findings;
  all.insert(all.end(), with_outcome.findings.begin(), with_outcome.findings.end());
  for (const finding& f : all) {
    CHECK_MESSAGE(!f.sentence.empty(), f.key);
    CHECK_MESSAGE(f.sentence.ends_with("."), f.sentence);
    CHECK_MESSAGE(std::none_of(f.sentence.begin(), f.sentence.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }), f.key);
    for (const std::string word : {"nan", "-nan", "inf ", "(null)", "  "}) CHECK_MESSAGE(f.sentence.find(word) == std::string::npos, f.sentence);
  }
}

TEST_CASE("M12: no trial is not estimable, never zero") {
  const json d = json::parse(to_json(evaluated({deployed("a", 0, 0, 0)}), {}));
  const json f = finding_at(d, "false_alerts_per_face@scope=all");
  CHECK(f["status"] == "not_estimable");
  CHECK_FALSE(f.contains("estimate"));
  CHECK_FALSE(f.contains("interval"));
  CHECK(f["undefined"]["reason"].is_string());
  CHECK(f["undefined"]["lower"] == 0);
  CHECK(f["undefined"]["upper"] == 1);
}

TEST_CASE("alerts without faces are contradictory and divide nothing") {
  const evaluation e = evaluated({deployed("a", 0, 1, 1)});
  const finding* f = e.find("false_alerts_per_face@scope=all");
  REQUIRE(f);
  CHECK(f->status != finding_status::measured);
  CHECK(f->unusable == 1);
  CHECK(f->unusable_events == 1);
  CHECK(f->flags.has(flag::events_without_exposure));
  CHECK(f->sentence.find("Left uncounted: 1 false alert of 1 deployment without a usable count of faces.") != std::string::npos);
}

TEST_CASE("the schema is JSON and knows every flag, metric and kind") {
  const json schema = json::parse(evaluation_schema());
  CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
  const std::string text = schema.dump();
  for (unsigned i = 0; i < flag_count; ++i) CHECK(text.find(std::string(to_string(static_cast<flag>(i)))) != std::string::npos);
  for (const metric_units& row : metric_units_table) CHECK(text.find(std::string(to_string(row.id))) != std::string::npos);
  for (const char* kind : {"count", "rate", "ratio", "difference", "quantity", "projection", "check", "verdict"})
    CHECK(text.find("{\"const\":\"" + std::string(kind) + "\"}") != std::string::npos);
}

TEST_CASE("refused rows keep their identifiers out of the document unless asked") {
  evaluation e = evaluated({deployed("d", 1000, 2, 1)});
  error why;
  why.code = error_code::duplicate_id;
  why.file = "records.csv";
  why.line = 3;
  why.value = "F secret-name";
  why.allowed = "each once";
  e.refused.add({why, "s"});
  CHECK(to_json(e, {}).find("secret-name") == std::string::npos);
  CHECK(to_json(e, {.command = "", .time = "", .show_values = true}).find("secret-name") != std::string::npos);
  const json d = json::parse(to_json(e, {}));
  CHECK(d["provenance"]["ledger"][0]["line"] == 3);
  CHECK(d["result"]["records"]["refused_rows"]["duplicate_id"] == 1);
}
