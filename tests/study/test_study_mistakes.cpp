// Each kind of mistake in a study, with the line it is on and the hint that helps.
#include <lfreval/study/study.hpp>

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace lfreval;
using namespace std::string_view_literals;

namespace {

/// Every kind of table; the lines are numbered in the tests below.
const std::string sound = R"(schema = 1
[study]
name = "n"
confidence = 0.95
seed = 1
[scope]
from = 2024-01-01
to = 2024-12-31
where = { site = ["Camden"] }
[[scope.exclude]]
deployment = "d1"
reason = "power cut"
[system.x]
version = "5"
score_range = [0, 1]
[[source]]
name = "a"
kind = "operational"
table = "deployments"
files = ["a.csv"]
label_source = "published"
[source.columns]
deployment = "id"
faces = { column = "n", quality = "logged" }
alerts = "total"
[source.status]
aborted = ["d2"]
[[limit]]
metric = "false_alerts_per_face"
at_most = { events = 1, exposure = 1000 }
source = "policy"
)";

std::vector<error> errors_of(std::string_view text) {
  const auto out = parse_study(text, "s.toml");
  REQUIRE_FALSE(out.has_value());
  REQUIRE_FALSE(out.error().empty());
  for (const error& e : out.error()) CHECK(e.file == "s.toml");
  return out.error();
}

/// The sound study with one piece of text replaced.
std::string with(const std::string& old, const std::string& now) {
  const std::size_t at = sound.find(old);
  REQUIRE(at != std::string::npos);
  REQUIRE(sound.find(old, at + 1) == std::string::npos);
  return sound.substr(0, at) + now + sound.substr(at + old.size());
}

struct mistake {
  std::string old, now;
  error_code code;
  std::uint64_t line;
  std::string says; ///< part of what is said to be allowed
};

void check_each(const std::vector<mistake>& all) {
  for (const mistake& one : all) {
    CAPTURE(one.now);
    const std::vector<error> errors = errors_of(with(one.old, one.now));
    CAPTURE(errors[0].message());
    CHECK(errors.size() == 1);
    CHECK(to_string(errors[0].code) == to_string(one.code));
    CHECK(errors[0].line == one.line);
    CHECK(errors[0].column >= 1);
    CHECK(errors[0].allowed.find(one.says) != std::string::npos);
  }
}

} // namespace

TEST_CASE("the study that the mistakes are made in is sound") { CHECK(parse_study(sound, "s.toml").has_value()); }

TEST_CASE("an unknown key is named at every level, with the nearest key") {
  const error_code code = error_code::unknown_key;
  check_each({{"schema = 1\n", "schema = 1\nshema = 1\n", code, 2, "did you mean schema?"},
              {"[system.x]", "[sistem.x]", code, 13, "did you mean system?"},
              {"[[limit]]", "[[limits]]", code, 28, "did you mean limit?"},
              {"seed = 1", "sed = 1", code, 5, "did you mean seed?"},
              {"confidence = 0.95", "confidance = 0.95", code, 4, "did you mean confidence?"},
              {"from = 2024-01-01", "form = 2024-01-01", code, 7, "did you mean from?"},
              {"site = [\"Camden\"]", "sites = [\"Camden\"]", code, 9, "did you mean site?"},
              {"reason = \"power cut\"", "reason = \"power cut\"\nreasons = \"x\"", code, 13, "did you mean reason?"},
              {"version = \"5\"", "verson = \"5\"", code, 14, "did you mean version?"},
              {"label_source =", "label_sorce =", code, 21, "did you mean label_source?"},
              {"quality = \"logged\"", "qualty = \"logged\"", code, 24, "did you mean quality?"},
              {"aborted =", "abborted =", code, 27, "did you mean aborted?"},
              {"source = \"policy\"", "source = \"policy\"\nsauce = \"x\"", code, 32, "did you mean source?"},
              {"events = 1,", "events = 1, event = 1,", code, 30, "events and exposure"},
              {"seed = 1", "qqqqqqqqqq = 1", code, 5, "one of "}});
}

TEST_CASE("a limit for every group names an axis of the study and a rate that groups have") {
  const error_code code = error_code::not_allowed;
  const std::string source = "source = \"policy\"", sex = "\n[[group]]\nname = \"sex\"\n", age = "[[group]]\nname = \"age\"\n";
  const std::string limit = "metric = \"false_alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\n" + source;
  check_each({{source, source + "\nin_every = \"region\"", code, 32, "the name of a [[group]]"},
              {source, source + "\nin_every = \"region\"" + sex, code, 32, "sex"},
              {source, source + "\nin_every = \"\"" + sex, code, 32, "a text that is not empty"},
              {source, source + "\nin_every = 1" + sex, error_code::wrong_type, 32, "the name of a [[group]]"},
              {source, source + "\nin_every = \"sex and age\"" + sex + age, code, 32, "no rates of crossed groups"},
              {limit, "metric = \"false_alerts_per_hour\"\nat_most = { events = 1, exposure = 1 }\n" + source + "\nin_every = \"sex\"" + sex, code, 32, "false_positive_identification_rate"},
              {limit, "metric = \"false_match_rate\"\nat_most = { events = 1, exposure = 1000 }\n" + source + "\nin_every = \"sex\"" + sex, code, 32, "judged by group"},
              {limit, "metric = \"false_positive_identification_rate\"\nat_most = { events = 1, exposure = 1000 }\n" + source + "\nin_every = \"age and sex\"" + sex + age, code, 32, "\"sex and age\""},
              {limit, limit + "\nin_every = \"sex\"\n[[limit]]\n" + limit + "\nin_every = \"sex\"" + sex, error_code::duplicate_id, 33, "each limit once"}});
  for (const std::string& more : {source + "\nin_every = \"sex\"" + sex, source + "\n[[limit]]\n" + limit + "\nin_every = \"sex\"" + sex}) {
    const auto out = parse_study(with(source, more), "s.toml");
    REQUIRE(out.has_value());
    CHECK(out->limits.back().in_every == "sex");
  }
  const auto crossed = parse_study(with(limit, "metric = \"false_positive_identification_rate\"\nat_most = { events = 1, exposure = 1000 }\n" + source + "\nin_every = \"sex and age\"" + sex + age), "s.toml");
  REQUIRE(crossed.has_value());
  CHECK(crossed->limits.front().in_every == "sex and age");
}

TEST_CASE("a misspelt column or metric is named with the nearest one") {
  check_each({{"alerts = \"total\"", "allerts = \"total\"", error_code::unknown_key, 25, "did you mean alerts?"},
              {"faces = {", "fases = {", error_code::unknown_key, 24, "did you mean faces?"},
              {"alerts = \"total\"", "\"outcomes.arrest\" = \"total\"", error_code::unknown_key, 25, "a column of the table deployments"},
              {"\"false_alerts_per_face\"", "\"false_alert_per_face\"", error_code::not_allowed, 29, "did you mean false_alerts_per_face?"},
              {"\"false_alerts_per_face\"", "\"accuracy\"", error_code::not_allowed, 29, "a metric key"}});
}

TEST_CASE("a value of the wrong type is refused where it stands") {
  const error_code code = error_code::wrong_type;
  check_each({{"schema = 1\n", "schema = \"1\"\n", code, 1, "1"},
              {"name = \"n\"", "name = 5", code, 3, "a text"},
              {"confidence = 0.95", "confidence = \"0.95\"", code, 4, "0.95, not 95"},
              {"seed = 1", "seed = 1.5", code, 5, "whole number"},
              {"from = 2024-01-01", "from = 20240101", code, 7, "a date"},
              {"site = [\"Camden\"]", "site = \"Camden\"", code, 9, "a list"},
              {"files = [\"a.csv\"]", "files = \"a.csv\"", code, 20, "a list of paths"},
              {"files = [\"a.csv\"]", "files = [\"a.csv\", 5]", code, 20, "a list of paths"},
              {"score_range = [0, 1]", "score_range = \"0-1\"", code, 15, "two numbers"},
              {"score_range = [0, 1]", "score_range = [0, \"1\"]", code, 15, "two numbers"},
              {"deployment = \"id\"", "deployment = 3", code, 23, "a column name"},
              {"aborted = [\"d2\"]", "aborted = \"d2\"", code, 27, "a list"},
              {"[system.x]\nversion = \"5\"\nscore_range = [0, 1]\n", "[system]\nx = 1\n", code, 14, "a table"}});
}

TEST_CASE("a table in the place of a list of tables is refused") {
  const std::vector<error> errors = errors_of("schema = 1\n[study]\nname = \"n\"\n[source]\nname = \"a\"\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == error_code::wrong_type);
  CHECK(errors[0].line == 4);
  CHECK(errors[0].allowed.find("[[source]]") != std::string::npos);
  check_each({{"[study]\n", "[[study]]\n", error_code::wrong_type, 2, "[study]"}});
  CHECK(errors_of("schema = 1\nsource = []\n[study]\nname = \"n\"\n")[0].code == error_code::not_allowed);
  CHECK(errors_of("schema = 1\nsource = [1]\n[study]\nname = \"n\"\n")[0].code == error_code::wrong_type);
}

TEST_CASE("a confidence in percent is refused") {
  for (const char* now : {"confidence = 95", "confidence = 1", "confidence = 0", "confidence = -0.95", "confidence = nan", "confidence = inf", "confidence = 1.0"})
    check_each({{"confidence = 0.95", now, error_code::not_allowed, 4, "0.95, not 95"}});
}

TEST_CASE("M06: a limit as a bare rate or a percentage is refused") {
  for (const char* now : {"at_most = 0.001", "at_most = \"0.1%\"", "at_most = \"1/1000\"", "at_most = 1", "at_most = [1, 1000]"})
    check_each({{"at_most = { events = 1, exposure = 1000 }", now, error_code::wrong_type, 30, "never a bare rate or a percentage"}});
}

TEST_CASE("M06: the two integers of a limit make a share") {
  check_each({{"events = 1,", "events = 1001,", error_code::not_allowed, 30, "at least the events"},
              {"events = 1, exposure = 1000", "events = 0, exposure = 0", error_code::not_allowed, 30, "exposure of at least 1"},
              {"events = 1,", "events = -1,", error_code::not_a_count, 30, "2^52"},
              {"events = 1,", "events = 0.5,", error_code::not_a_count, 30, "2^52"},
              {"exposure = 1000", "exposure = \"1000\"", error_code::not_a_count, 30, "2^52"},
              {"exposure = 1000", "exposure = 4503599627370497", error_code::not_a_count, 30, "2^52"},
              {"events = 1, exposure = 1000", "events = 1", error_code::missing_key, 30, "exposure"},
              {"events = 1, exposure = 1000", "exposure = 1000", error_code::missing_key, 30, "events"}});
}

TEST_CASE("M39: a limit names its metric, one direction and who set it") {
  check_each({{"metric = \"false_alerts_per_face\"\n", "", error_code::missing_key, 28, "a metric key"},
              {"source = \"policy\"\n", "", error_code::missing_key, 28, "a text"},
              {"at_most = { events = 1, exposure = 1000 }\n", "", error_code::missing_key, 28, "exactly one of at_most and at_least"},
              {"at_most = { events = 1, exposure = 1000 }\n",
               "at_most = { events = 1, exposure = 1000 }\nat_least = { events = 1, exposure = 9 }\n", error_code::missing_key, 28,
               "exactly one of at_most and at_least"}});
}

TEST_CASE("a sentinel lies along the axis of what failed") {
  check_each({{"label_source = \"published\"\n", "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"row\" }\n", error_code::not_allowed, 21, "column or cell"},
              {"label_source = \"published\"\n", "sentinel = { value = -1, means = \"failure_to_acquire\", axis = \"column\" }\n", error_code::not_allowed, 21, "row or cell"},
              {"label_source = \"published\"\n", "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"diagonal\" }\n", error_code::not_allowed, 21, "column, row or cell"}});
}

TEST_CASE("files of mated scores are among the files") {
  check_each({{"label_source = \"published\"\n", "mated_files = [\"b.csv\"]\n", error_code::not_allowed, 21, "stands in files too"},
              {"label_source = \"published\"\n", "mated = \"same_persons\"\n", error_code::not_allowed, 21, "did you mean same_person?"}});
}

TEST_CASE("what a study needs is missed at the table that lacks it") {
  const error_code code = error_code::missing_key;
  check_each({{"name = \"n\"\n", "", code, 2, "a text"},
              {"name = \"a\"\n", "", code, 16, "a text"},
              {"kind = \"operational\"\n", "", code, 16, "operational"},
              {"table = \"deployments\"\n", "", code, 16, "deployments"},
              {"files = [\"a.csv\"]\n", "", code, 16, "a list of paths"},
              {"reason = \"power cut\"\n", "", code, 10, "a text"},
              {"deployment = \"d1\"\n", "", code, 10, "an identifier"}});
  CHECK(errors_of(with("schema = 1\n", "")).at(0).code == code);
  const std::vector<error> none = errors_of("schema = 1\n");
  REQUIRE(none.size() == 2);
  for (const error& e : none) CHECK(e.code == code);
}

TEST_CASE("an empty file lacks schema, study and source") {
  for (const std::string_view text : {""sv, "\n\n"sv, "# only a comment"sv, "\xEF\xBB\xBF"sv}) {
    const std::vector<error> errors = errors_of(text);
    CHECK(errors.size() == 3);
    for (const error& e : errors) CHECK(e.code == error_code::missing_key);
  }
}

TEST_CASE("an empty name, list or header is not one") {
  check_each({{"name = \"n\"", "name = \"\"", error_code::not_allowed, 3, "not empty"},
              {"files = [\"a.csv\"]", "files = []", error_code::not_allowed, 20, "at least one"},
              {"alerts = \"total\"", "alerts = \"\"", error_code::not_allowed, 25, "a header of the file"},
              {"alerts = \"total\"", "alerts = {}", error_code::missing_key, 25, "column or const"},
              {"alerts = \"total\"", "alerts = { column = \"a\", const = \"5\" }", error_code::not_allowed, 25, "not both"}});
}

TEST_CASE("a name that must be one of a list is refused with the nearest") {
  const error_code code = error_code::not_allowed;
  check_each({{"\"operational\"", "\"operatonal\"", code, 18, "did you mean operational?"},
              {"\"deployments\"", "\"deployment\"", code, 19, "did you mean deployments?"},
              {"\"logged\"", "\"guessed\"", code, 24, "logged, estimated or rounded"},
              {"label_source = \"published\"", "system = \"y\"", code, 16, "[system.NAME]"}});
}

TEST_CASE("a range that does not run upwards is refused") {
  const error_code code = error_code::not_allowed;
  for (const char* now : {"[1, 0]", "[0, 0]", "[0]", "[0, 0.5, 1]", "[nan, 1]", "[0, nan]"})
    check_each({{"[0, 1]", now, code, 15, "two numbers"}});
  check_each({{"to = 2024-12-31", "to = 2023-12-31", code, 8, "on or after scope.from"}});
  CHECK(parse_study(with("to = 2024-12-31", "to = 2024-01-01"), "s.toml").has_value());
}

TEST_CASE("a scale of scores is finite") {
  for (const char* now : {"[0, inf]", "[-inf, 1]", "[-inf, inf]"}) check_each({{"[0, 1]", now, error_code::not_allowed, 15, "two numbers"}});
}

TEST_CASE("a threshold that is not finite is refused in the scope") {
  for (const char* now : {"threshold = [inf]", "threshold = [nan]", "threshold = [0.6, -inf]"}) {
    std::vector<error> errors;
    CHECK_NOTHROW(errors = errors_of(with("site = [\"Camden\"]", now)));
    if (!errors.empty()) CHECK(errors[0].line == 9);
  }
}

TEST_CASE("a day that does not exist is refused") {
  check_each({{"to = 2024-12-31", "to = \"2024-02-30\"", error_code::wrong_type, 8, "a date"},
              {"to = 2024-12-31", "to = \"31/12/2024\"", error_code::wrong_type, 8, "a date"},
              {"to = 2024-12-31", "to = 2024-12-31T10:00:00", error_code::wrong_type, 8, "a date"},
              {"to = 2024-12-31", "to = 2024-02-30", error_code::malformed_toml, 8, "valid TOML"},
              {"to = 2024-12-31", "to = 2023-02-29", error_code::malformed_toml, 8, "valid TOML"}});
}

TEST_CASE("two sources of one name are refused at the second") {
  const std::string second = "[[source]]\nname = \"a\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"b.csv\"]\n";
  const std::vector<error> errors = errors_of(sound + second);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == error_code::duplicate_id);
  CHECK(errors[0].value == "a");
  CHECK(errors[0].line == 32);
}

TEST_CASE("a study for a later version is refused for that alone") {
  for (const char* now : {"schema = 2\n", "schema = 2\nnovelty = true\n", "schema = 9223372036854775807\n"})
    check_each({{"schema = 1\n", now, error_code::newer_schema, 1, "at most 1"}});
  check_each({{"schema = 1\n", "schema = 0\n", error_code::not_allowed, 1, "1"}, {"schema = 1\n", "schema = -5\n", error_code::not_allowed, 1, "1"}});
}

TEST_CASE("what is not TOML is refused at the line of the fault") {
  const error_code code = error_code::malformed_toml;
  check_each({{"seed = 1", "seed = ", code, 5, "valid TOML"},
              {"seed = 1", "seed 1", code, 5, "valid TOML"},
              {"name = \"n\"", "name = \"n", code, 3, "valid TOML"},
              {"seed = 1", "seed = 1\nseed = 2", code, 6, "valid TOML"},
              {"[scope]\n", "[study]\n", code, 6, "valid TOML"},
              {"seed = 1", "seed = 99999999999999999999", code, 5, "valid TOML"}});
}

TEST_CASE("bytes that are not text are refused before anything else") {
  std::string raw = sound, wide = "\xff\xfe";
  raw[sound.find("power")] = '\0';
  for (const char c : sound) { wide += c; wide += '\0'; }
  for (const std::string& text : {raw, wide, with("power", "p\xe9wer")}) {
    const std::vector<error> errors = errors_of(text);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].code == error_code::not_text);
  }
  CHECK(errors_of(raw)[0].line == 12);
  CHECK(errors_of(wide)[0].value == "UTF-16 text");
}

TEST_CASE("a NUL that is written as an escape is refused") {
  check_each({{"name = \"n\"", "name = \"a\\u0000b\"", error_code::not_allowed, 3, "NUL"},
              {"reason = \"power cut\"", "reason = \"\\u0000\"", error_code::not_allowed, 12, "NUL"}});
}

TEST_CASE("all mistakes come back at once, in the order of the lines") {
  std::string text = with("seed = 1", "sead = 1");
  for (const auto& [old, now] : {std::pair{"confidence = 0.95", "confidence = 95"}, {"files = [\"a.csv\"]", "files = 3"}, {"events = 1,", "events = 5000,"}, {"reason = ", "raison = "}})
    text.replace(text.find(old), std::string_view(old).size(), now);
  std::vector<std::pair<std::uint64_t, error_code>> found;
  for (const error& e : errors_of(text)) found.emplace_back(e.line, e.code);
  CHECK(found == std::vector<std::pair<std::uint64_t, error_code>>{{4, error_code::not_allowed}, {5, error_code::unknown_key}, {10, error_code::missing_key},
                                                                   {12, error_code::unknown_key}, {20, error_code::wrong_type}, {30, error_code::not_allowed}});
}

TEST_CASE("a misspelt key does not hide a misspelt column, metric or name") {
  std::string text = with("seed = 1", "sead = 1");
  for (const auto& [old, now] : {std::pair{"alerts = \"total\"", "allerts = \"total\""}, {"\"false_alerts_per_face\"", "\"false_alert_per_face\""}})
    text.replace(text.find(old), std::string_view(old).size(), now);
  std::vector<std::uint64_t> lines;
  for (const error& e : errors_of(text)) lines.push_back(e.line);
  CHECK(lines == std::vector<std::uint64_t>{5, 25, 29});
}

TEST_CASE("deep nesting is an error and no crash") {
  std::string arrays = "x = ", dotted = "a", inside;
  for (int i = 0; i < 1000; ++i) { arrays += '['; dotted += ".a"; inside += "{ a = "; }
  for (const std::string& text : {arrays + std::string(1000, ']'), arrays, dotted + " = 1", "[" + dotted + "]", "x = " + inside, with("seed = 1", "seed = " + arrays.substr(4) + std::string(1000, ']'))})
    CHECK_FALSE(errors_of(text).empty());
}

TEST_CASE("a hundred thousand keys are checked quickly") {
  std::string text = sound + "[baseline_of_no_table]\n";
  std::string shares = sound + "[[group]]\nname = \"g\"\n[[baseline]]\nname = \"b\"\nof = \"g\"\nsource = \"s\"\n[baseline.shares]\n";
  for (int i = 0; i < 100000; ++i) {
    text += "key" + std::to_string(i) + " = 1\n";
    shares += "group" + std::to_string(i) + " = 0.00001\n";
  }
  const auto start = std::chrono::steady_clock::now();
  CHECK(errors_of(text).size() == 1);
  CHECK(parse_study(shares, "s.toml").has_value());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60)); // with sanitizers
}

TEST_CASE("an assumption is a range with its reason, declared once") {
  const auto parsed = [](const std::string& assumption) { return parse_study("schema = 1\n[study]\nname = \"n\"\n" + assumption + "[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"exposure\"\nfiles = [\"e.csv\"]\n", "s.toml"); };
  const std::string head = "[[assumption]]\nquantity = \"passages_per_face\"\nreason = \"counted\"\n";
  const auto good = parsed(head + "low = 0.6\npoint = 0.8\nhigh = 1.0\n");
  REQUIRE(good.has_value());
  REQUIRE(good->assumptions.size() == 1);
  CHECK(good->assumptions[0].low == 0.6);
  CHECK(good->assumptions[0].point == 0.8);
  CHECK(good->assumptions[0].high == 1.0);
  CHECK(good->assumptions[0].reason == "counted");
  CHECK(good->not_evaluated.empty());
  const auto alone = parsed(head + "point = 0.8\n");
  REQUIRE(alone.has_value());
  CHECK(alone->assumptions[0].low == 0.8);
  CHECK(alone->assumptions[0].high == 0.8);
  for (const char* wrong : {"", "low = 0.5\n", "high = 0.5\n", "low = 1.0\nhigh = 0.5\n", "low = 0.0\nhigh = 0.5\n", "low = 0.5\npoint = 0.9\nhigh = 0.8\n", "low = nan\nhigh = 1.0\n"}) {
    CAPTURE(wrong);
    const auto refused = parsed(head + wrong);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().at(0).line >= 4);
  }
  CHECK(parsed("[[assumption]]\nquantity = \"prevalence\"\nreason = \"r\"\nlow = 0.1\nhigh = 1.0\n").has_value());
  CHECK_FALSE(parsed("[[assumption]]\nquantity = \"prevalence\"\nreason = \"r\"\nlow = 0.1\nhigh = 1.1\n").has_value());
  const auto twice = parsed(head + "point = 0.8\n" + head + "point = 0.9\n");
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().at(0).code == error_code::duplicate_id);
}
