#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/report/json.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace lfreval;

namespace {

deployment_record at_site(std::string force, std::string deployment, std::optional<std::string> site) {
  deployment_record r;
  r.force = std::move(force);
  r.deployment = std::move(deployment);
  r.site = std::move(site);
  r.label_source = "published";
  r.faces = lfreval::faces(1000);
  r.alerts = lfreval::alerts(3);
  r.published_true_alerts = lfreval::true_alerts(2);
  r.published_false_alerts = lfreval::false_alerts(1);
  return r;
}

evaluation evaluated(std::vector<deployment_record> records) {
  study declared;
  declared.name = "keys";
  deployment_series series;
  series.records = std::move(records);
  return evaluate(declared, std::move(series), {});
}

/// What a reader of the key has to do to get the value back.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') { out += text[i]; continue; }
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

std::map<std::string, std::string> axes_in(const std::string& key) {
  std::map<std::string, std::string> out;
  const std::size_t from = key.find('@') + 1;
  for (std::size_t i = from; i <= key.size();) {
    const std::size_t end = std::min(key.find(';', i), key.size());
    const std::size_t equals = key.find('=', i);
    out[key.substr(i, equals - i)] = decoded(std::string_view(key).substr(equals + 1, end - equals - 1));
    i = end + 1;
  }
  return out;
}

const std::vector<std::string> hostile_names{
    "<script>alert(1)</script>", "two\nlines", "tab\there", "a;b=c@d%e", "100%", "%41", "\"quoted\" 'and' \"again\"", "back\\slash",
    "Gŵyr & Llŷr", "地下鉄", "\xF0\x9F\x9A\x87", "\x1B[31mred\x1B[0m", "=1+1", " leading and trailing ", "../../etc/passwd", "a+b", "a b",
    "\xE2\x80\xAEright to left"};

} // namespace

TEST_CASE("axes of a key are in alphabetical order") {
  CHECK(finding_key("false_alerts_per_face", {{"year", "2025"}, {"threshold", "0.64"}}) == "false_alerts_per_face@threshold=0.64;year=2025");
  CHECK(finding_key("m", {{"a", "1"}}) == "m@a=1");
}

TEST_CASE("what separates the parts of a key is percent-encoded in its values") {
  CHECK(finding_key("m", {{"site", "a;b=c@d%e f"}}) == "m@site=a%3Bb%3Dc%40d%25e%20f");
  CHECK(finding_key("m", {{"site", "\n\"<>"}}) == "m@site=%0A%22%3C%3E");
  CHECK(finding_key("m", {{"site", "\xC5\xB5"}}) == "m@site=%C5%B5");
}

TEST_CASE("hostile site names come back from their keys and no two share one") {
  std::set<std::string> keys;
  for (const std::string& name : hostile_names) {
    const std::string key = finding_key("faces", {{"site", name}});
    CHECK(keys.insert(key).second);
    CHECK(axes_in(key).at("site") == name);
    CHECK(std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '\\'; }));
  }
}

TEST_CASE("every key of the published records is unique and says its own axes") {
  const auto declared = read_study(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/study.toml");
  REQUIRE(declared);
  const auto made = evaluate(*declared, {.threads = 1});
  REQUIRE(made);
  std::set<std::string> keys;
  for (const finding& f : made->findings) {
    CHECK_MESSAGE(keys.insert(f.key).second, f.key);
    CHECK_MESSAGE(axes_in(f.key) == f.axes, f.key);
    CHECK_MESSAGE(f.key.substr(0, f.key.find('@')) == f.metric, f.key);
    CHECK(made->find(f.key) == &f);
  }
  CHECK(made->find("no_such_metric@scope=all") == nullptr);
}

TEST_CASE("every key is unique where sites are hostile") {
  std::vector<deployment_record> records;
  for (std::size_t i = 0; i < hostile_names.size(); ++i) records.push_back(at_site("F", std::string("d") + char('a' + i), hostile_names[i]));
  const evaluation made = evaluated(std::move(records));
  std::set<std::string> keys;
  for (const finding& f : made.findings) CHECK_MESSAGE(keys.insert(f.key).second, f.key);
  for (const std::string& name : hostile_names) CHECK(made.find(finding_key("faces", {{"site", name}})) != nullptr);
  CHECK(nlohmann::json::parse(to_json(made, {}))["result"]["findings"].size() == made.findings.size());
}

TEST_CASE("two limits on one metric have two keys") {
  study declared;
  declared.name = "limits";
  declared.limits = {{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, "the force"},
                     {metric_id::false_alerts_per_face, limit_direction::at_most, 2, 1000, "the regulator"},
                     {metric_id::false_alerts_per_face, limit_direction::at_least, 1, 1000, "nobody"}};
  deployment_series series;
  series.records = {at_site("F", "d", "S")};
  const evaluation made = evaluate(declared, std::move(series), {});
  std::set<std::string> keys;
  for (const finding& f : made.findings) CHECK_MESSAGE(keys.insert(f.key).second, f.key);
  for (const char* value : {"at_most_1/1000", "at_most_2/1000", "at_least_1/1000"})
    CHECK(made.find(finding_key("false_alerts_per_face", {{"limit", value}, {"scope", "all"}})) != nullptr);
}

TEST_CASE("one limit declared twice is refused, whoever set it") {
  const std::string once = "[[limit]]\nmetric = \"false_alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\nsource = \"";
  const std::string head = "schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"x.csv\"]\nlabel_source = \"published\"\n";
  CHECK(parse_study(head + once + "a\"\n", "study.toml").has_value());
  const auto twice = parse_study(head + once + "the force\"\n" + once + "the regulator\"\n", "study.toml");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().front().code == error_code::duplicate_id);
  CHECK(twice.error().front().message().find("limit") != std::string::npos);
}

TEST_CASE("forces that share a deployment number are kept apart, slashes or not") {
  const evaluation plain = evaluated({at_site("A", "1", "S"), at_site("B", "1", "S")});
  CHECK(plain.find("false_alerts_per_face@deployment=A/1"));
  CHECK(plain.find("false_alerts_per_face@deployment=B/1"));

  const evaluation slashed = evaluated({at_site("A", "B/1", "S"), at_site("A/B", "1", "S")});
  std::size_t single = 0;
  for (const finding& f : slashed.findings)
    if (const auto* e = std::get_if<estimate>(&f.value); e && e->metric == metric_id::false_alerts_per_face && f.axes.contains("deployment")) {
      ++single;
      CHECK(e->exposure == 1000);
    }
  CHECK(single == 2);
}

TEST_CASE("a site called `not published` is not the sites that were not published") {
  const evaluation made = evaluated({at_site("F", "1", "not published"), at_site("F", "2", std::nullopt)});
  std::size_t strata = 0;
  for (const finding& f : made.findings) strata += f.metric == "faces" && f.axes.contains("site") ? 1 : 0;
  CHECK(strata == 2);
}
