#include <lfreval/study/study.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/bytes/file.hpp>

#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

study read_example(const std::string& name) {
  auto out = read_study(std::string(LFREVAL_SOURCE_DIR) + "/tests/study/examples/" + name);
  if (!out)
    for (const error& e : out.error()) MESSAGE(e.message());
  REQUIRE(out.has_value());
  return std::move(*out);
}

study accepted(std::string_view text) {
  auto out = parse_study(text, "folder/study.toml");
  if (!out)
    for (const error& e : out.error()) MESSAGE(e.message());
  REQUIRE(out.has_value());
  return std::move(*out);
}

constexpr const char* smallest =
    "schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"a.csv\"]\n";

} // namespace

TEST_CASE("the example of published deployments is read as written") {
  const study out = read_example("a.toml");
  CHECK(out.name == "Metropolitan Police LFR deployments 2020-2025");
  CHECK(out.as_of == calendar_date{2025, 7, 15});
  CHECK(out.level.level() == 0.95);
  CHECK(out.seed == 20250715);
  CHECK(out.max_refused == 0);
  CHECK_FALSE(out.planning_design_effect.has_value());
  CHECK(out.systems.empty());
  CHECK(out.scope.exclude.empty());
  REQUIRE(out.sources.size() == 2);
  CHECK(out.sources[0].name == "grid-2020-2022");
  CHECK(out.sources[0].kind == source_kind::operational);
  CHECK(out.sources[0].table == "deployments");
  CHECK(out.sources[0].label_source == "published");
  CHECK(out.sources[0].files == std::vector<std::string>{"mps_deployments_2020_2022.csv"});
  CHECK(out.sources[0].at.line == 10);
  CHECK(out.sources[1].name == "grid-2023-2025");
  CHECK(out.sources[1].files == std::vector<std::string>{"mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"});
  CHECK(out.sources[1].at.line == 37);
}

TEST_CASE("the columns of the example are mapped with their settings") {
  const study out = read_example("a.toml");
  const auto& columns = out.sources.at(0).columns;
  CHECK(columns.size() == 15);
  CHECK(columns.at("deployment").column == "deployment_id");
  CHECK(columns.at("deployment").at == study_position{18, 14});
  CHECK(columns.at("faces").column == "faces_seen_estimate");
  CHECK(columns.at("faces").quality == "estimated");
  CHECK_FALSE(columns.at("faces").coefficient_of_variation.has_value());
  CHECK(columns.at("faces_counting_rule").constant == "unstated");
  CHECK(columns.at("faces_counting_rule").column.empty());
  CHECK(columns.at("use_case").split == ",");
  CHECK(columns.at("use_case").column == "purpose_refs");
  CHECK(columns.at("outcome.arrest_or_disposal").column == "arrests_or_disposals");
  CHECK(columns.at("published_false_alert_rate").unit == "percent");
  CHECK(out.sources[1].columns.at("duration").unit == "minutes");
  CHECK(out.sources[1].columns.at("threshold").column == "min_threshold");
  CHECK(out.sources[1].columns.size() == 19);
}

TEST_CASE("M65: a deployment that was broken off is declared by name") {
  const study out = read_example("a.toml");
  CHECK(out.sources[0].status == std::map<std::string, std::set<std::string>>{{"aborted", {"mps-2020-002"}}});
  CHECK(out.sources[1].status.empty());
}

TEST_CASE("M39: a limit is two integers and the name of its metric") {
  const study out = read_example("a.toml");
  REQUIRE(out.limits.size() == 1);
  CHECK(out.limits[0].metric == metric_id::false_alerts_per_face);
  CHECK(out.limits[0].direction == limit_direction::at_most);
  CHECK(out.limits[0].events == 1);
  CHECK(out.limits[0].exposure == 1000);
  CHECK(out.limits[0].source == "stated operating expectation");
}

TEST_CASE("the example of a seeded trial is read") {
  const study out = read_example("b.toml");
  CHECK(out.name == "Seeded trial, 400 volunteers x 10 passes, and a crowd");
  CHECK(out.seed == 7);
  CHECK_FALSE(out.as_of.has_value());
  REQUIRE(out.systems.size() == 1);
  CHECK(out.systems[0].name == "a");
  CHECK(out.systems[0].vendor == "V");
  CHECK(out.systems[0].version == "5.1");
  REQUIRE(out.sources.size() == 3);
  CHECK(out.sources[0].kind == source_kind::seeded);
  CHECK(out.sources[0].table == "passages");
  CHECK(out.sources[0].columns.at("mated").column == "on_list");
  CHECK(out.sources[1].columns.at("count").column == "n");
  CHECK(out.sources[1].columns.at("count").coefficient_of_variation == 0.05);
  CHECK(out.limits.empty());
}

TEST_CASE("the example of two systems is read") {
  const study out = read_example("c.toml");
  REQUIRE(out.systems.size() == 2);
  CHECK(out.systems[1].name == "b");
  REQUIRE(out.sources.size() == 2);
  CHECK(out.sources[0].kind == source_kind::scores);
  CHECK(out.sources[0].system == "a");
  CHECK(out.sources[0].format == "matrix");
  CHECK(out.sources[0].mated == "same_id");
  CHECK(out.sources[0].sentinel == -1.0);
  CHECK(out.sources[0].sentinel_means == "failure_to_enrol");
  CHECK(out.sources[0].sentinel_axis == "column");
  CHECK(out.sources[1].format == "pairs");
  CHECK(out.sources[1].mated.empty());
  const column_mapping& mated = out.sources[1].columns.at("mated");
  CHECK(mated.column == "key");
  CHECK(mated.yes == std::vector<std::string>{"target"});
  CHECK(mated.no == std::vector<std::string>{"nontarget"});
}

TEST_CASE("what a study leaves out has its default") {
  const study out = accepted(smallest);
  CHECK(out.level.level() == 0.95);
  CHECK(out.seed == 0);
  CHECK(out.max_refused == 0);
  CHECK_FALSE(out.as_of.has_value());
  CHECK(out.sources.at(0).columns.empty());
  CHECK(out.sources.at(0).label_source.empty());
  CHECK_FALSE(out.scope.from.has_value());
}

TEST_CASE("paths are those beside the study file") {
  const study out = accepted(smallest);
  CHECK(out.file == "folder/study.toml");
  CHECK(out.resolve("a.csv") == "folder/a.csv");
  CHECK(out.resolve("/data/a.csv") == "/data/a.csv");
  CHECK(parse_study(smallest, "study.toml")->resolve("a.csv") == "a.csv");
}

TEST_CASE("scope, systems and limits are read") {
  const study out = accepted(std::string(smallest) +
                             "system = \"x\"\n"
                             "[scope]\nfrom = 2024-01-01\nto = \"2024-12-31\"\n"
                             "where = { threshold = [0.6, \"0.64\"], site = [\"Camden\"] }\n"
                             "[[scope.exclude]]\ndeployment = \"d7\"\nreason = \"power cut\"\n"
                             "[system.x]\nscore_range = [0, 100]\n"
                             "[[limit]]\nmetric = \"true_alerts_per_alert\"\nat_least = { events = 9, exposure = 10 }\nsource = \"policy\"\n");
  CHECK(out.scope.from == calendar_date{2024, 1, 1});
  CHECK(out.scope.to == calendar_date{2024, 12, 31});
  CHECK(out.scope.where.at("threshold") == std::set<std::string>{"0.6", "0.64"});
  CHECK(out.scope.where.at("site") == std::set<std::string>{"Camden"});
  REQUIRE(out.scope.exclude.size() == 1);
  CHECK(out.scope.exclude[0].deployment == "d7");
  CHECK(out.scope.exclude[0].reason == "power cut");
  CHECK(out.systems.at(0).lowest_score == 0);
  CHECK(out.systems.at(0).highest_score == 100);
  CHECK(out.limits.at(0).direction == limit_direction::at_least);
  CHECK(out.limits.at(0).events == 9);
  CHECK(out.limits.at(0).exposure == 10);
}

TEST_CASE("a byte order mark and Windows line ends change nothing but the hash") {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : std::string(smallest)) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const study out = accepted(windows);
  CHECK(out.name == "n");
  CHECK(out.sources.at(0).files == std::vector<std::string>{"a.csv"});
}

TEST_CASE("the hash of a study is that of its file, byte order mark included") {
  const test::temporary_folder folder;
  const std::string content = "\xEF\xBB\xBF" + std::string(smallest);
  const auto out = read_study(folder.write("study.toml", content));
  REQUIRE(out.has_value());
  CHECK(out->sha256 == sha256_hex(content));
  CHECK(out->file == folder.at("study.toml"));
}

TEST_CASE("a study file that cannot be opened is one error") {
  const test::temporary_folder folder;
  for (const std::string& path : {folder.at("none.toml"), folder.at("")}) {
    const auto out = read_study(path);
    REQUIRE_FALSE(out.has_value());
    REQUIRE(out.error().size() == 1);
    CHECK(out.error()[0].code == error_code::cannot_open);
    CHECK(out.error()[0].file == path);
  }
}
