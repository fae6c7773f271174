// An evaluation is held against its study; whatever was changed in between is named, and no document breaks the check.
#include <lfreval/bytes/file.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace lfreval;

namespace {

namespace fs = std::filesystem;
using document = nlohmann::ordered_json;

constexpr const char* study_text =
    "schema = 1\n[study]\nname = \"small\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\n"
    "files = [\"records.csv\"]\nlabel_source = \"published\"\n"
    "[[limit]]\nmetric = \"false_alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\nsource = \"test\"\n";
constexpr const char* records_text =
    "force,deployment,date,site,threshold,faces,alerts,true_alerts,false_alerts,outcome.arrest\n"
    "F,d1,2024-01-02,North,0.6,1000,4,3,1,2\nF,d2,2024-01-03,South,0.6,2000,5,5,0,1\nF,d3,2024-02-03,South,0.64,3000,2,1,1,0\n";

struct small_study {
  fs::path path;
  small_study() : path(fs::temp_directory_path() / ("lfreval-verify-" + std::to_string(getpid()))) {
    fs::create_directories(path);
    write("study.toml", study_text);
    write("records.csv", records_text);
  }
  small_study(const small_study&) = delete;
  small_study& operator=(const small_study&) = delete;
  ~small_study() { fs::remove_all(path); }

  void write(const char* name, const std::string& text) const { std::ofstream(path / name, std::ios::binary) << text; }
  [[nodiscard]] study declared() const {
    auto read = read_study((path / "study.toml").string());
    REQUIRE(read);
    return *std::move(read);
  }
  [[nodiscard]] std::string evaluated() const {
    const auto made = evaluate(declared(), evaluation_options{});
    REQUIRE(made);
    return to_json(*made, {.command = "test", .time = ""});
  }
  [[nodiscard]] std::vector<std::string> differences(const std::string& text) const {
    const auto checked = verify(text, "evaluation.json", declared(), {});
    REQUIRE(checked);
    return checked->differences;
  }
};

bool names(const std::vector<std::string>& differences, const std::string& what) {
  return std::any_of(differences.begin(), differences.end(), [&](const std::string& one) { return one.find(what) != std::string::npos; });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

constexpr const char* key = "false_alerts_per_face@threshold=0.6";

document& finding_in(document& d, const std::string& name) {
  for (auto& f : d["result"]["findings"])
    if (f["key"] == name) return f;
  throw std::runtime_error("no finding " + name);
}

/// As somebody who knows how the hash is made would leave it.
std::string rehashed(const std::string& text) {
  const std::string result = text.substr(text.find("\"result\":") + 9);
  std::string compacted;
  for (const char c : result)
    if (c != '\n') compacted += c;
  compacted.pop_back();
  const std::size_t at = text.find("\"result_sha256\":\"") + 17;
  return std::string(text).replace(at, 64, sha256_hex(compacted));
}

} // namespace

TEST_CASE("a fresh evaluation is verified") {
  const small_study here;
  CHECK(here.differences(here.evaluated()).empty());
  // Laid out in another way it is no longer the file that was written.
  CHECK_FALSE(here.differences(document::parse(here.evaluated()).dump(2)).empty());
  CHECK_FALSE(here.differences(here.evaluated() + "\n").empty());
  CHECK_FALSE(here.differences("\xEF\xBB\xBF" + here.evaluated()).empty());
}

TEST_CASE("one changed digit of an input is named, with the findings it moved") {
  const small_study here;
  const std::string text = here.evaluated();
  here.write("records.csv", replaced(records_text, "1000,4,3,1", "1001,4,3,1"));
  const auto found = here.differences(text);
  CHECK(names(found, "records.csv"));
  CHECK(names(found, key));
  CHECK(names(found, "false_alerts_per_face@site=North"));
  CHECK_FALSE(names(found, "false_alerts_per_face@site=South"));
}

TEST_CASE("a tampered estimate is named") {
  const small_study here;
  document d = document::parse(here.evaluated());
  finding_in(d, key)["estimate"] = 0.5;
  const auto found = here.differences(d.dump());
  CHECK(names(found, std::string("finding: ") + key));
  CHECK(names(found, "estimate"));
  CHECK(names(found, "result_sha256"));
}

TEST_CASE("every field of a finding is compared") {
  const small_study here;
  const std::string text = here.evaluated();
  document original = document::parse(text);
  for (const auto& member : finding_in(original, key).items()) {
    const std::string& field = member.key();
    if (field == "key") continue;
    document d = original;
    finding_in(d, key)[field] = "altered";
    CHECK_MESSAGE(names(here.differences(d.dump()), std::string("finding: ") + key), field);
    finding_in(d, key).erase(field);
    CHECK_MESSAGE(names(here.differences(d.dump()), std::string("finding: ") + key), field);
  }
}

TEST_CASE("a finding left out and a finding put in are named") {
  const small_study here;
  document d = document::parse(here.evaluated());
  auto& findings = d["result"]["findings"];
  document extra = finding_in(d, key);
  extra["key"] = "false_alerts_per_face@threshold=0.9";
  findings.erase(std::find_if(findings.begin(), findings.end(), [](const document& f) { return f["key"] == key; }));
  findings.push_back(extra);
  const auto found = here.differences(d.dump());
  CHECK(names(found, std::string(key) + " is missing"));
  CHECK(names(found, "false_alerts_per_face@threshold=0.9 is not in"));
}

TEST_CASE("another study and other inputs are named") {
  const small_study here;
  const std::string text = here.evaluated();
  here.write("study.toml", replaced(study_text, "\"small\"", "\"other\""));
  CHECK(names(here.differences(text), "study"));
  here.write("study.toml", study_text);
  document d = document::parse(text);
  d["provenance"]["inputs"].push_back({{"source", "s"}, {"file", "gone.csv"}, {"sha256", std::string(64, '0')}, {"rows", 1}});
  CHECK(names(here.differences(d.dump()), "gone.csv"));
  d["provenance"]["inputs"] = document::array();
  CHECK(names(here.differences(d.dump()), "records.csv"));
}

TEST_CASE("a document altered together with its hash is not verified") {
  const small_study here;
  const std::string text = here.evaluated();
  REQUIRE(rehashed(text) == text);
  const std::string line = "{\"key\":\"" + std::string(key) + "\"";
  const std::size_t from = text.find(line);
  const std::string whole_line = text.substr(from, text.find('\n', from) - from);
  const std::string wrong_line = replaced(whole_line, "\"estimate\":", "\"estimate\":0.5,\"was\":");
  const std::string estimate_text = whole_line.substr(whole_line.find("\"estimate\":"), whole_line.find(",\"one_in\"") - whole_line.find("\"estimate\":"));
  struct { std::string what, altered; } const cases[] = {
      {"a finding twice, the wrong one first", replaced(text, whole_line, wrong_line + "\n" + whole_line)},
      {"a finding twice, the wrong one last", replaced(text, whole_line, whole_line + "\n" + wrong_line)},
      {"a finding that is no object", replaced(text, whole_line, "42,\n" + whole_line)},
      {"a field of the result that does not belong there", replaced(text, "\"findings\":", "\"summary\":\"all is well\",\n\"findings\":")},
      {"a finding without a key", replaced(text, whole_line, "{\"sentence\":\"all is well\"},\n" + whole_line)},
      {"a changed title", replaced(text, "MISSES NOT MEASURED", "ALL MISSES MEASURED")},
      {"a changed reason", replaced(text, "\"topic\":\"Misses\"", "\"topic\":\"Little\"")},
  };
  for (const auto& one : cases) CHECK_MESSAGE(!here.differences(rehashed(one.altered)).empty(), one.what);
  // A name twice in one object: readers differ on which counts, so neither order passes.
  CHECK(!here.differences(replaced(text, estimate_text, "\"estimate\":0.5," + estimate_text)).empty());
  CHECK(!here.differences(replaced(text, estimate_text, estimate_text + ",\"estimate\":0.5")).empty());
}

TEST_CASE("a provenance that says other than what was read is not verified") {
  const small_study here;
  const document original = document::parse(here.evaluated());
  const auto differs = [&](const std::string& what, const document& d) { CHECK_MESSAGE(!here.differences(d.dump()).empty(), what); };
  document d = original;
  d["provenance"]["ledger"].push_back({{"source", "s"}, {"file", "records.csv"}, {"line", 2}, {"rule", "not_a_count"}, {"allowed", "x"}});
  differs("a refused row that was not", d);
  d = original;
  d["provenance"].erase("study");
  differs("no study", d);
  d = original;
  d["provenance"]["study"] = "small";
  differs("a study that is no object", d);
  d = original;
  d["provenance"]["inputs"][0]["rows"] = 300;
  differs("more rows than were read", d);
  d = original;
  d["provenance"]["result_sha256"] = std::string(64, 'a');
  differs("another hash", d);
  d = original;
  d["provenance"]["inputs"].push_back(d["provenance"]["inputs"][0]);
  d["provenance"]["inputs"][0]["sha256"] = std::string(64, '0');
  differs("an input twice with two hashes", d);
}

TEST_CASE("hostile documents are refused or differ, and break nothing") {
  const small_study here;
  const std::string fresh = here.evaluated();
  std::vector<std::string> documents{
      "", " ", "{", "}", "[]", "{}", "null", "42", "\"text\"", "\xFF\xFE", std::string(1, '\0'), "{\"provenance\":{}}", "{\"result\":{}}",
      "{\"provenance\":[],\"result\":[]}", "{\"provenance\":{},\"result\":{}}", "{\"provenance\":null,\"result\":{\"findings\":[]}}",
      "{\"provenance\":{},\"result\":{\"findings\":{}}}", "{\"provenance\":{},\"result\":{\"findings\":null}}",
      "{\"provenance\":{},\"result\":{\"findings\":[]}}", "{\"provenance\":{},\"result\":{\"findings\":[null,1,\"x\",[],{}]}}",
      "{\"provenance\":{},\"result\":{\"findings\":[{\"key\":1},{\"key\":null},{\"key\":[]}]}}",
      "{\"provenance\":{\"inputs\":{},\"study\":[],\"version\":1},\"result\":{\"findings\":[]}}",
      "{\"provenance\":{\"inputs\":[1,null,{\"file\":1,\"sha256\":[]}]},\"result\":{\"findings\":[]}}",
      "{\"provenance\":{\"result_sha256\":1},\"result\":{\"schema\":\"x\",\"findings\":[]}}",
      "{\"provenance\":{},\"result\":{\"schema\":99,\"findings\":[]}}", "{\"provenance\":{},\"result\":{\"schema\":-1,\"findings\":[]}}",
      "{\"provenance\":{},\"result\":{\"schema\":18446744073709551615,\"findings\":[]}}",
      "{\"provenance\":{},\"result\":{\"schema\":99999999999999999999999,\"findings\":[]}}",
      "{\"provenance\":{},\"result\":{\"schema\":1.5,\"findings\":[1e999]}}", "{\"provenance\":{},\"result\":{\"findings\":[NaN]}}",
      "{\"provenance\":{},\"result\":{\"findings\":[Infinity]}}", "{\"provenance\":{},\"result\":{\"findings\":[{\"key\":\"\\ud800\"}]}}",
      "{\"provenance\":{},\"result\":{\"findings\":[{\"key\":\"\xFF\"}]}}", "{\"provenance\":{},\"result\":{\"findings\":[{\"key\":\"\\u0000\\u001b[31m\"}]}}",
      fresh + fresh, "\xEF\xBB\xBF[" + fresh + "]", fresh.substr(0, fresh.size() / 2)};
  for (std::size_t cut = 1; cut < 200; ++cut) documents.push_back(fresh.substr(0, fresh.size() * cut / 200));
  for (const std::string& text : documents) {
    const auto checked = verify(text, "evaluation.json", here.declared(), {});
    CHECK_MESSAGE((!checked || !checked->differences.empty()), text.substr(0, 100));
    if (!checked) {
      CHECK(checked.error().front().code == error_code::malformed_evaluation);
      CHECK(checked.error().front().file == "evaluation.json");
    } else {
      for (const std::string& line : checked->differences) CHECK(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20; }));
    }
  }
}

TEST_CASE("wrong types in place of every value of a fresh document break nothing") {
  const small_study here;
  const document original = document::parse(here.evaluated());
  const std::vector<document> wrong{nullptr, true, -1, 1.5, "x", document::array(), document::object(), document::array({document::object()})};
  std::vector<document::json_pointer> places;
  for (const char* top : {"provenance", "result"}) {
    places.push_back(document::json_pointer("/" + std::string(top)));
    for (const auto& [name, value] : original[top].items()) places.push_back(document::json_pointer("/" + std::string(top)) / name);
  }
  for (const auto& [name, value] : original["result"]["findings"][40].items()) places.push_back(document::json_pointer("/result/findings/40") / name);
  for (const auto& [name, value] : original["provenance"]["inputs"][0].items()) places.push_back(document::json_pointer("/provenance/inputs/0") / name);
  for (const auto& place : places) {
    if (place.to_string() == "/provenance/time" || place.to_string() == "/provenance/command") continue;
    for (const document& value : wrong) {
      document d = original;
      if (d[place] == value) continue;
      d[place] = value;
      const auto checked = verify(d.dump(), "evaluation.json", here.declared(), {});
      // What the provenance adds to its hashes is compared in another test.
      if (place.to_string().starts_with("/result")) CHECK_MESSAGE((!checked || !checked->differences.empty()), place.to_string(), " = ", value.dump());
    }
  }
}

TEST_CASE("a hundred thousand brackets are refused without exhausting the stack") {
  const small_study here;
  const std::string open(100000, '['), shut(100000, ']');
  std::string objects, ends(100000, '}');
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  for (const std::string& text :
       {open, open + shut, objects + "1" + ends, "{\"provenance\":" + open + shut + ",\"result\":{}}",
        "{\"provenance\":{},\"result\":{\"findings\":" + open + shut + "}}", "{\"provenance\":{},\"result\":{\"findings\":[],\"a\":" + objects + "1" + ends + "}}"}) {
    const auto checked = verify(text, "evaluation.json", here.declared(), {});
    CHECK((!checked || !checked->differences.empty()));
  }
}

TEST_CASE("an input that is no longer readable is an error, not a difference") {
  const small_study here;
  const std::string text = here.evaluated();
  fs::remove(here.path / "records.csv");
  const auto checked = verify(text, "evaluation.json", here.declared(), {});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().front().code == error_code::cannot_open);
}

TEST_CASE("a document of 64 levels is read and one of 65 is refused") {
  const small_study here;
  const auto nested = [&](int levels) {
    // The document is one level, the result another.
    return "{\"provenance\":{},\"result\":{\"findings\":[],\"a\":" + std::string(static_cast<std::size_t>(levels - 2), '[') +
           std::string(static_cast<std::size_t>(levels - 2), ']') + "}}";
  };
  const auto read = verify(nested(64), "evaluation.json", here.declared(), {});
  REQUIRE(read);
  CHECK(names(read->differences, "result: a is not part of an evaluation"));
  const auto refused = verify(nested(65), "evaluation.json", here.declared(), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().front().code == error_code::malformed_evaluation);
  // Brackets inside a text are no levels.
  const std::string text = "{\"provenance\":{},\"result\":{\"findings\":[],\"a\":\"\\\"" + std::string(100, '[') + "\"}}";
  CHECK(verify(text, "evaluation.json", here.declared(), {}).has_value());
}

TEST_CASE("blanks, line ends and the order of fields are part of the file") {
  const small_study here;
  const std::string text = here.evaluated();
  CHECK_FALSE(here.differences(replaced(text, ",\"result_sha256\"", ", \"result_sha256\"")).empty());
  CHECK_FALSE(here.differences(replaced(text, "\n\"result\":", "\r\n\"result\":")).empty());
  CHECK_FALSE(here.differences(replaced(text, "\"estimate\":0.001,", "\"estimate\":1e-3,")).empty());
  CHECK_FALSE(here.differences(replaced(text, "\"kind\":\"rate\"", "\"kind\":\"r\\u0061te\"")).empty());
}

TEST_CASE("what stands in the provenance beside its hashes is what lfreval writes") {
  const small_study here;
  const std::string text = here.evaluated();
  CHECK_FALSE(here.differences(replaced(text, "\"program\":\"lfreval\",", "")).empty());
  CHECK_FALSE(here.differences(replaced(text, "\"program\":\"lfreval\"", "\"program\":\"another\"")).empty());
  CHECK_FALSE(here.differences(replaced(text, ",\"result_sha256\"", ",\"note\":\"approved\",\"result_sha256\"")).empty());
  CHECK_FALSE(here.differences(replaced(text, "\"inputs\":[{", "\"inputs\":[{\"note\":\"approved\",")).empty());
}
