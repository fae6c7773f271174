#include <lfreval/report/page.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <lfreval/bytes/file.hpp>

using namespace lfreval;

namespace {

/// An evaluation of these findings, with the hash of its own result.
nlohmann::ordered_json document(const std::vector<nlohmann::ordered_json>& findings) {
  nlohmann::ordered_json result{{"schema", 1},
                                {"study", {{"name", "Study"}, {"confidence", 0.95}, {"seed", 1}, {"max_refused", 0}}},
                                {"not_measured", nlohmann::ordered_json::array()},
                                {"sections", nlohmann::ordered_json::array()},
                                {"records", {{"deployments", 1}}},
                                {"findings", findings},
                                {"curves", nlohmann::ordered_json::array()}};
  nlohmann::ordered_json provenance{{"program", "lfreval"}, {"version", "0"}, {"command", "lfreval evaluate private.toml"}, {"ledger", nlohmann::ordered_json::array()}};
  return {{"provenance", std::move(provenance)}, {"result", std::move(result)}};
}

nlohmann::ordered_json finding(const char* key, const char* kind, const char* section, nlohmann::ordered_json axes) {
  return {{"key", key}, {"metric", "false_alerts_per_face"}, {"kind", kind}, {"section", section}, {"status", "measured"}, {"axes", std::move(axes)}, {"sentence", "As counted."}, {"flags", nlohmann::ordered_json::array()}, {"cites", nlohmann::ordered_json::array()}};
}

nlohmann::ordered_json rate(const char* key, nlohmann::ordered_json axes, unsigned events, unsigned exposure, double lower, double upper) {
  nlohmann::ordered_json f = finding(key, "rate", "identification", std::move(axes));
  f["events"] = {{"unit", "false alerts"}, {"n", events}};
  f["exposure"] = {{"unit", "faces"}, {"n", exposure}};
  f["estimate"] = static_cast<double>(events) / exposure;
  f["interval"] = {{"lower", lower}, {"upper", upper}, {"confidence", 0.95}, {"method", "clopper_pearson"}, {"sides", 2}};
  return f;
}

std::string page_of(const nlohmann::ordered_json& document, const page_options& options = {}) {
  const auto made = to_page(document.dump(), "evaluation.json", options);
  REQUIRE(made);
  return *made;
}

bool holds(const std::string& page, const std::string& words) { return page.find(words) != std::string::npos; }

} // namespace

TEST_CASE("a figure is told to a councillor in three digits with both limits rounded outward") {
  // 7 in 2,424,559: the limits 1 in 867,638 and 1 in 167,375 become 868,000 and 167,000.
  const std::string page = page_of(document({rate("a@scope=all", {{"scope", "all"}}, 7, 2'424'559, 1.0 / 867'638, 1.0 / 167'375)}));
  CHECK(holds(page, "About 1 in 346,000 of the faces seen; between 1 in 868,000 and 1 in 167,000."));
}

TEST_CASE("a rate of zero is never told without what the records allow") {
  const std::string page = page_of(document({rate("a@scope=all", {{"scope", "all"}}, 0, 8'873, 0, 1.0 / 2405.9)}));
  CHECK(holds(page, "None in 8,873 faces; the records allow at most 1 in 2,400 of the faces seen."));
}

TEST_CASE("limits are never printed narrower than they are when they fall on a round number") {
  const std::string page = page_of(document({rate("a@scope=all", {{"scope", "all"}}, 10, 10'000, 1.0 / 4000, 1.0 / 500)}));
  CHECK(holds(page, "between 1 in 4,000 and 1 in 500."));
}

TEST_CASE("findings of sections and axes that nobody knows yet are shown") {
  nlohmann::ordered_json later = finding("gap@colour=green", "ratio", "disparity", {{"colour", "green"}});
  later["metric"] = "false_positive_identification_rate";
  later["estimate"] = 2.5;
  later["interval"] = {{"lower", 1.2345}, {"upper", 4.5678}, {"confidence", 0.95}, {"method", "new_method"}, {"sides", 2}};
  nlohmann::ordered_json unheard = finding("x@y=z", "sonnet", "poetry", {{"y", "z"}});
  const std::string page = page_of(document({later, unheard}));
  CHECK(holds(page, "About 2.50 times as many; between 1.23 and 4.57 times."));
  CHECK(holds(page, "Colour green"));
  CHECK(holds(page, "Other findings"));
  // Gaps in being found and gaps in being stopped stand apart (C14); the one without findings says so.
  CHECK(page.find("gaps between groups (TPIR)") < page.find("gaps between groups (FPIR)"));
  CHECK(page.find("Not measured.", page.find("gaps between groups (TPIR)")) < page.find("gaps between groups (FPIR)"));
}

TEST_CASE("chapters stand in their order and one without findings says that it was not measured") {
  const std::string page = page_of(document(nlohmann::ordered_json::array()));
  std::size_t last = 0;
  for (const char* id : {"not-measured", "limits", "identification", "disparity", "burden", "proportionality", "data-quality", "methods", "provenance"}) {
    const std::size_t here = page.find("<section id=\"" + std::string(id) + "\"");
    REQUIRE(here != std::string::npos);
    CHECK(here > last);
    last = here;
  }
  CHECK(holds(page, "Nothing here shows that the system treats groups of people alike, and nothing shows that it does not."));
}

TEST_CASE("every string of an evaluation is escaped wherever it stands") {
  const std::string hostile = "<script>alert(1)</script>\" onload='x' & \xE2\x80\xAE";
  nlohmann::ordered_json f = rate(hostile.c_str(), {{"site", hostile}, {hostile, hostile}}, 7, 8'600, 0.0003, 0.002);
  for (const char* field : {"metric", "sentence"}) f[field] = hostile;
  f["notes"] = {hostile};
  f["flags"] = {hostile};
  f["cites"] = {hostile};
  nlohmann::ordered_json all = document({f});
  all["result"]["study"]["name"] = hostile;
  all["result"]["not_measured"] = {{{"topic", hostile}, {"why", hostile}, {"remedy", hostile}, {"metrics", nlohmann::ordered_json::array()}}};
  all["result"]["curves"] = {{{"name", "deployments"}, {"meaning", hostile}, {"columns", {{"deployment", {hostile, hostile}}, {"faces", {10, 10}}, {"false_alerts", {1, 0}}, {"lower", {0.01, 0}}, {"upper", {0.5, 0.4}}, {"threshold", {hostile, hostile}}}}}};
  const std::string page = page_of(all);
  CHECK_FALSE(holds(page, "<script>alert"));
  CHECK_FALSE(holds(page, "\" onload="));
  CHECK_FALSE(holds(page, "\xE2\x80\xAE"));
  CHECK(holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST_CASE("a result that was altered after it was written is shown with a warning before everything else") {
  const std::string page = page_of(document(nlohmann::ordered_json::array()));
  CHECK(holds(page, "Do not rely on this page."));
  CHECK(page.find("Do not rely on this page.") < page.find("<main"));
}

TEST_CASE("what is no evaluation is refused and not shown as an empty page") {
  for (const std::string text : {"", "{", "[]", "{\"provenance\":{},\"result\":{}}", "{\"result\":{\"findings\":[]}}"}) {
    const auto made = to_page(text, "x.json");
    REQUIRE_FALSE(made);
    CHECK(made.error().code == error_code::malformed_evaluation);
    CHECK(made.error().file == "x.json");
  }
  nlohmann::ordered_json newer = document(nlohmann::ordered_json::array());
  newer["result"]["schema"] = 1000;
  CHECK_FALSE(to_page(newer.dump(), "x.json"));
  CHECK_FALSE(to_page(std::string(1000, '['), "x.json"));
}

TEST_CASE("a public copy withholds small cells with one more where a single one could be had by subtraction") {
  const auto site = [](const char* name, unsigned events, unsigned exposure) {
    nlohmann::ordered_json f = rate((std::string("a@site=") + name).c_str(), {{"site", name}}, events, exposure, 0.0001, 0.5);
    f["sentence"] = std::string("Counted at ") + name + ".";
    return f;
  };
  const nlohmann::ordered_json all = document({rate("a@scope=all", {{"scope", "all"}}, 3, 60'000, 0.00001, 0.0003), site("north", 2, 10'000), site("south", 20, 20'000), site("west", 40, 30'000)});
  const std::string whole = page_of(all), page = page_of(all, {.public_copy = true});
  CHECK(holds(whole, "lfreval evaluate private.toml"));
  CHECK_FALSE(holds(page, "private.toml"));
  CHECK(holds(page, "2 cells are withheld"));
  const auto row = [&](const std::string& name) { return page.find(name + "</th>"); };
  CHECK(row("north") == std::string::npos);
  CHECK(row("south") == std::string::npos); // the smallest of the others
  CHECK(row("west") != std::string::npos);
  CHECK(holds(page, "south; north") + holds(page, "north; south") == 1); // named among the withheld
  CHECK(holds(page, "3 false alerts") + holds(page, "About 1 in 20,000") >= 1); // the whole series stays
}

TEST_CASE("groups are pictured with their intervals and what each comparison came to") {
  const auto group = [](const char* label, unsigned events, unsigned exposure, double lower, double upper) {
    nlohmann::ordered_json f = rate("x", {{"ethnicity", label}, {"source", "s"}, {"threshold", "0.6"}}, events, exposure, lower, upper);
    f["key"] = std::string("false_alerts_per_face@ethnicity=") + label;
    f["section"] = "disparity";
    return f;
  };
  nlohmann::ordered_json compared = finding("false_alerts_per_face@against=a", "ratio", "disparity", {{"ethnicity", "b<i>"}, {"against", "a"}, {"source", "s"}, {"threshold", "0.6"}});
  compared["of"] = {{"events", {{"unit", "false alerts"}, {"n", 0}}}, {"exposure", {{"unit", "faces"}, {"n", 500}}}};
  compared["against"] = {{"events", {{"unit", "false alerts"}, {"n", 9}}}, {"exposure", {{"unit", "faces"}, {"n", 1000}}}};
  compared["estimate"] = 0.0;
  compared["interval"] = {{"lower", 0.0}, {"upper", 1.7}, {"confidence", 0.95}, {"method", "conditional_effective"}, {"sides", 2}};
  compared["companions"] = nlohmann::ordered_json::array();
  compared["between_groups"] = {{"verdict", "INCONCLUSIVE"}, {"different", false}, {"comparisons", 1}, {"decided_on", compared["interval"]}};
  nlohmann::ordered_json whole = document({group("a", 9, 1000, 0.004, 0.017), group("b<i>", 0, 500, 0, 0.0074), compared});
  whole["result"]["study"]["groups"] = {{{"name", "ethnicity"}, {"label_source", "self_defined"}, {"reference", "a"}}};
  const std::string page = page_of(whole);
  const std::size_t at = page.find("Against a");
  REQUIRE(at != std::string::npos);
  CHECK(holds(page.substr(at, 3000), "INCONCLUSIVE"));
  CHECK(holds(page.substr(at, 3000), "reference"));
  CHECK(holds(page, "a triangle is a group without any event"));
  CHECK_FALSE(holds(page, "<i>"));
  // One group alone is no picture, and neither is a crossing of two axes.
  nlohmann::ordered_json alone = document({group("a", 9, 1000, 0.004, 0.017)});
  alone["result"]["study"]["groups"] = whole["result"]["study"]["groups"];
  CHECK_FALSE(holds(page_of(alone), "Against a"));
}

TEST_CASE("a public copy withholds a small group, every comparison with it, and the tables of groups") {
  const auto group = [](const char* label, unsigned events, unsigned exposure) {
    nlohmann::ordered_json f = rate("x", {{"ethnicity", label}, {"source", "s"}, {"threshold", "0.6"}}, events, exposure, 0.001, 0.1);
    f["key"] = std::string("false_alerts_per_face@ethnicity=") + label;
    f["section"] = "disparity";
    f["sentence"] = std::string("told of ") + label;
    return f;
  };
  const auto compared = [](const char* label, const char* against, unsigned events, unsigned others) {
    nlohmann::ordered_json f = finding("x", "ratio", "disparity", {{"ethnicity", label}, {"against", against}, {"source", "s"}, {"threshold", "0.6"}});
    f["key"] = std::string("ratio@") + label + against;
    f["sentence"] = std::string("compared ") + label + " with " + against;
    f["of"] = {{"events", {{"unit", "false alerts"}, {"n", events}}}, {"exposure", {{"unit", "faces"}, {"n", 5000}}}};
    f["against"] = {{"events", {{"unit", "false alerts"}, {"n", others}}}, {"exposure", {{"unit", "faces"}, {"n", 5000}}}};
    f["estimate"] = 1.0;
    f["interval"] = {{"lower", 0.5}, {"upper", 2.0}, {"confidence", 0.95}, {"method", "conditional_effective"}, {"sides", 2}};
    f["companions"] = nlohmann::ordered_json::array();
    return f;
  };
  nlohmann::ordered_json whole = document({group("a", 90, 10000), group("b", 3, 700), group("c", 40, 5000), group("d", 50, 6000), compared("d", "a", 50, 90), compared("c", "d", 40, 50), compared("d", "b", 50, 3)});
  whole["result"]["study"]["groups"] = {{{"name", "ethnicity"}, {"label_source", "self_defined"}, {"reference", "a"}}};
  whole["result"]["curves"] = {{{"name", "by_ethnicity"}, {"meaning", "m"}, {"columns", {{"group", {"b"}}, {"nonmated_with_alert", {3}}}}}};
  const std::string all = page_of(whole), public_page = page_of(whole, {.public_copy = true});
  for (const char* words : {"told of b", "told of c", "told of d", "compared d with a", "compared c with d", "compared d with b"}) CHECK(holds(all, words));
  // b is small; c, the next smallest, could be had by subtraction; d is told, but not beside either.
  for (const char* words : {"told of b", "told of c", "compared c with d", "compared d with b"}) CHECK_FALSE(holds(public_page, words));
  for (const char* words : {"told of a", "told of d", "compared d with a"}) CHECK(holds(public_page, words));
}
