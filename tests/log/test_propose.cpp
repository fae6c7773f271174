#include <lfreval/log/propose.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/study/study.hpp>

#include "support/temporary_folder.hpp"

using namespace lfreval;
using test::temporary_folder;

namespace {

const std::string data = std::string(LFREVAL_SOURCE_DIR) + "/datasets/mps_lfr/";

study accepted(const result<std::string>& text, const std::string& file) {
  REQUIRE(text.has_value());
  CAPTURE(*text);
  auto out = parse_study(*text, file);
  if (!out)
    for (const error& e : out.error()) MESSAGE(e.message());
  REQUIRE(out.has_value());
  return std::move(*out);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("the proposal for published records is a study that maps their columns") {
  const auto text = propose_study({data + "mps_deployments_2020_2022.csv", data + "mps_deployments_2023_2024.csv", data + "mps_deployments_2025_jan_jul.csv"}, data);
  const study out = accepted(text, data + "proposed.toml");
  REQUIRE(out.sources.size() == 2); // the last two files have the same headers
  CHECK(out.sources[0].files == std::vector<std::string>{"mps_deployments_2020_2022.csv"});
  CHECK(out.sources[1].files == std::vector<std::string>{"mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"});
  const auto& old = out.sources[0].columns;
  for (const auto& expected : std::vector<std::pair<std::string, std::string>>{
           {"deployment", "deployment_id"}, {"force", "force"}, {"date", "date_iso"}, {"site", "location"}, {"use_case", "purpose_refs"},
           {"watchlist_images", "watchlist_size_images"}, {"faces", "faces_seen_estimate"}, {"alerts", "total_alerts"}, {"true_alerts", "true_alerts"},
           {"true_engaged", "true_alert_engagements"}, {"false_alerts", "false_alerts"}, {"false_engaged", "false_alert_engagements"},
           {"published_false_alert_rate", "published_false_alert_rate_percent"}}) {
    CAPTURE(expected.first);
    REQUIRE(old.contains(expected.first));
    CHECK(old.at(expected.first).column == expected.second);
  }
  CHECK(old.at("faces").quality == "estimated");
  CHECK(old.at("published_false_alert_rate").unit == "percent");
  const auto& now = out.sources[1].columns;
  CHECK(now.at("duration").column == "duration_minutes");
  CHECK(now.at("duration").unit == "minutes");
  CHECK(now.at("threshold").column == "min_threshold");
  CHECK(now.at("true_confirmed").column == "true_alerts_confirmed");
  CHECK(now.at("true_unconfirmed").column == "true_alerts_unconfirmed");
  CHECK(now.at("false_confirmed").column == "false_alerts_confirmed");
  CHECK(now.at("false_unconfirmed").column == "false_alerts_unconfirmed");
  CHECK(now.at("outcome.arrests").column == "outcome_arrests");
}

TEST_CASE("the proposal for published records reads them all") {
  const auto text = propose_study({data + "mps_deployments_2020_2022.csv", data + "mps_deployments_2023_2024.csv", data + "mps_deployments_2025_jan_jul.csv"}, data);
  const auto series = read_deployments(accepted(text, data + "proposed.toml"));
  REQUIRE(series.has_value());
  CHECK(series->refused.empty());
  CHECK(series->files.size() == 3);
}

TEST_CASE("headers that mean nothing to it are listed and not mapped") {
  const temporary_folder folder;
  const auto text = propose_study({folder.write("a.csv", "colour,mood\nred,calm\n")}, folder.at(""));
  const study out = accepted(text, folder.at("s.toml"));
  CHECK(has(*text, "#   \"colour\"\n"));
  CHECK(has(*text, "#   \"mood\"\n"));
  CHECK(out.sources.at(0).columns.at("deployment").column == "?");
  CHECK(out.sources[0].columns.at("force").constant == "?");
  CHECK(out.name == "?");
}

TEST_CASE("a header whose cells do not fit its meaning is not mapped") {
  const temporary_folder folder;
  const auto text = propose_study({folder.write("a.csv", "force,deployment,faces,date,threshold\nF,1,many,27/02/20,64%\n")}, folder.at(""));
  const study out = accepted(text, folder.at("s.toml"));
  for (const char* column : {"faces", "date", "threshold"}) CHECK_FALSE(out.sources.at(0).columns.contains(column));
}

TEST_CASE("a header cannot write keys into the proposal") {
  const temporary_folder folder;
  const std::vector<std::string> hostile{
      "faces\"\nmax_refused = 1000000\nx = \"", "faces\" }\n[study]\nseed = 9", "faces\"]\n[[limit]]\nmetric = \"alerts_per_face\"",
      "alerts\\", "alerts\\\"\nforce = \"evil", "outcome_\"\nforce = \"evil\"", "outcome_a.b = 1 #", "zzz\nkind = \"seeded\"", "zzz\r\n[scope]",
      "alerts''' \"\"\"", "deployment = \"x\"", "site\t#", "faces\x1b[2J", "faces\x01"};
  for (const std::string& header : hostile) {
    std::string quoted;
    for (const char c : header) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    CAPTURE(header);
    const study out = accepted(propose_study({folder.write("a.csv", "\"" + quoted + "\",id\n5,1\n")}, folder.at("")), folder.at("s.toml"));
    CHECK(out.max_refused == 0);
    CHECK(out.seed == 0);
    CHECK(out.limits.empty());
    REQUIRE(out.sources.size() == 1);
    CHECK(out.sources[0].kind == source_kind::operational);
    CHECK_FALSE(out.scope.from.has_value());
    CHECK(out.sources[0].columns.at("force").constant == "?");
  }
}

TEST_CASE("a header with a delete character still gives a study") {
  const temporary_folder folder;
  for (const char* header : {"faces\x7f", "zzz\x7f"}) {
    const auto text = propose_study({folder.write("a.csv", "id," + std::string(header) + "\n1,5\n")}, folder.at(""));
    REQUIRE(text.has_value());
    CHECK(parse_study(*text, folder.at("s.toml")).has_value());
  }
}

TEST_CASE("a mapped header is the header of the file, letter by letter") {
  const temporary_folder folder;
  const auto text = propose_study({folder.write("a.csv", "id,force,\"faces\nseen\",\"say \"\"alerts\"\" \\\"\n1,F,5,6\n")}, folder.at(""));
  const auto series = read_deployments(accepted(text, folder.at("s.toml")));
  REQUIRE(series.has_value());
  CHECK(series->records.at(0).faces == faces{5});
  CHECK(series->records.at(0).alerts == alerts{6});
}

TEST_CASE("file names are quoted as well") {
  const temporary_folder folder;
  const std::string name = "a\"] x = [\"\\.csv";
  const study out = accepted(propose_study({folder.write(name, "id,force\n1,F\n")}, folder.at("")), folder.at("s.toml"));
  CHECK(out.sources.at(0).files == std::vector<std::string>{name});
}

TEST_CASE("a file that cannot be read is an error") {
  const temporary_folder folder;
  CHECK(propose_study({folder.at("none.csv")}, "").error().code == error_code::cannot_open);
  CHECK(propose_study({folder.write("a.csv", "")}, "").error().code == error_code::empty_file);
  CHECK(propose_study({folder.write("b.csv", "a;b\n")}, "").error().code == error_code::malformed_csv);
  CHECK(propose_study({folder.write("c.csv", "\xff\xfe a")}, "").error().code == error_code::not_text);
}

TEST_CASE("a file that speaks the names of a table is proposed as a source of it, and reads as it stands") {
  const temporary_folder folder;
  folder.write("exposure.csv", "deployment,camera,count,quality,ethnicity\nd1,a,1000,logged,x\n");
  folder.write("alerts.csv", "alert,alert_group,deployment,identity,label_source,score\na1,g,d1,false,confirmed_by_id,0.7\n");
  const auto text = propose_study({folder.at("exposure.csv"), folder.at("alerts.csv")}, folder.at(""));
  REQUIRE(text.has_value());
  CHECK(text->find("table = \"exposure\"") != std::string::npos);
  CHECK(text->find("table = \"alerts\"") != std::string::npos);
  CHECK(text->find("a [[group]] can name them:\n#   \"ethnicity\"") != std::string::npos);
  CHECK(text->find("identity = ") == std::string::npos);
  const auto declared = parse_study(*text, folder.at("study.toml"));
  REQUIRE(declared.has_value());
  const auto read = read_deployments(*declared);
  REQUIRE(read.has_value());
  REQUIRE(read->records.size() == 1);
  CHECK(read->records[0].faces == faces(1000));
  CHECK(read->records[0].false_confirmed == false_alerts(1));
}
