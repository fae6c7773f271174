// Reading deployment records: what is kept, what is kept missing, and in what order.
#include <lfreval/log/deployments.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "support/deployment_files.hpp"
#include "support/random.hpp"

using namespace lfreval;
using test::deployment_files;

namespace {

using rows = std::vector<std::string>;

bool same_records(const deployment_series& a, const deployment_series& b) {
  if (a.records.size() != b.records.size()) return false;
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    const deployment_record &x = a.records[i], &y = b.records[i];
    if (x.force != y.force || x.deployment != y.deployment || x.date != y.date || x.duration != y.duration || x.site != y.site ||
        x.threshold != y.threshold || x.faces != y.faces || x.alerts != y.alerts || x.use_case != y.use_case || x.outcomes != y.outcomes ||
        x.status != y.status || x.label_source != y.label_source)
      return false;
  }
  return a.left_out == b.left_out && a.refused.counts() == b.refused.counts() && a.outcome_names == b.outcome_names;
}

std::vector<std::string> ids(const deployment_series& series) {
  std::vector<std::string> out;
  for (const deployment_record& r : series.records) out.push_back(r.force + "/" + r.deployment);
  return out;
}

} // namespace

TEST_CASE("a row is read column by column") {
  deployment_files files;
  files.add("a.csv", "force,deployment,date,duration,site,threshold,watchlist_images,watchlist_persons,cameras,faces,alerts,true_confirmed,"
                     "true_unconfirmed,false_confirmed,false_unconfirmed,true_engaged,false_engaged,outcome.arrest,reason,system,list,fusion\n"
                     "MPS,d1,2024-02-29,18180,\"High St, East Ham\",0.64,15095,14000,3,9780,10,6,2,1,1,5,1,4,none,NEC,L1,any\n");
  const deployment_series out = files.read();
  REQUIRE(out.records.size() == 1);
  const deployment_record& r = out.records[0];
  CHECK(r.force == "MPS");
  CHECK(r.deployment == "d1");
  CHECK(r.source == "s0");
  CHECK(r.kind == source_kind::operational);
  CHECK(r.label_source == "published");
  CHECK(r.status == deployment_status::completed);
  CHECK(r.date == calendar_date{2024, 2, 29});
  CHECK(r.duration == seconds{18180});
  CHECK(r.site == "High St, East Ham");
  CHECK(r.threshold == "0.64");
  CHECK(r.watchlist_images == watchlist_images{15095});
  CHECK(r.watchlist_persons == watchlist_persons{14000});
  CHECK(r.cameras == 3U);
  CHECK(r.faces == faces{9780});
  CHECK(r.alerts == alerts{10});
  CHECK(r.true_alerts() == true_alerts{8});
  CHECK(r.false_alerts() == false_alerts{2});
  CHECK(r.unresolved() == unresolved_alerts{3});
  CHECK(r.resolved_true_alerts() == true_alerts{6});
  CHECK(r.resolved_false_alerts() == false_alerts{1});
  CHECK(r.true_engaged == true_engagements{5});
  CHECK(r.false_engaged == false_engagements{1});
  CHECK(r.outcomes == std::map<std::string, outcomes>{{"arrest", outcomes{4}}});
  CHECK(r.reason == "none");
  CHECK(r.system == "NEC");
  CHECK(out.outcome_names == std::set<std::string>{"arrest"});
  CHECK(out.refused.empty());
}

TEST_CASE("an empty cell stays missing and is not zero") {
  deployment_files files;
  files.add("a.csv", "force,deployment,date,duration,site,threshold,faces,alerts,true_alerts,false_confirmed,false_unconfirmed,outcome.arrest,use_case,cameras\n"
                     "F,empty,,,,,,,,,,,,\nF,zero,2024-01-01,0,x,0,0,0,0,0,0,0,u,0\n");
  const deployment_series out = files.read();
  REQUIRE(ids(out) == rows{"F/empty", "F/zero"});
  const deployment_record &empty = out.records[0], &zero = out.records[1];
  CHECK_FALSE(empty.date.has_value());
  CHECK_FALSE(empty.duration.has_value());
  CHECK_FALSE(empty.site.has_value());
  CHECK_FALSE(empty.threshold.has_value());
  CHECK_FALSE(empty.faces.has_value());
  CHECK_FALSE(empty.alerts.has_value());
  CHECK_FALSE(empty.true_alerts().has_value());
  CHECK_FALSE(empty.false_alerts().has_value());
  CHECK_FALSE(empty.unresolved().has_value());
  CHECK_FALSE(empty.cameras.has_value());
  CHECK(empty.outcomes.empty());
  CHECK(empty.use_case.empty());
  CHECK(zero.faces == faces{0});
  CHECK(zero.threshold == "0");
  CHECK(zero.false_alerts() == false_alerts{0});
  CHECK(zero.outcomes.at("arrest") == outcomes{0});
  CHECK(out.outcome_names == std::set<std::string>{"arrest"});
}

TEST_CASE("totals need both of their parts, and the published total stands") {
  deployment_files files;
  files.add("a.csv", "force,deployment,true_alerts,true_confirmed,true_unconfirmed,false_alerts,false_confirmed,false_unconfirmed\n"
                     "F,1,,3,,,2,\nF,2,9,3,1,7,,\n");
  const deployment_series out = files.read();
  CHECK_FALSE(out.records.at(0).true_alerts().has_value());
  CHECK(out.records[0].resolved_true_alerts() == true_alerts{3});
  CHECK_FALSE(out.records[0].unresolved().has_value());
  CHECK(out.records[1].true_alerts() == true_alerts{9});
  CHECK(out.records[1].false_alerts() == false_alerts{7});
  CHECK(out.records[1].resolved_false_alerts() == false_alerts{7});
}

TEST_CASE("files with different columns are one series in canonical order") {
  deployment_files files;
  files.add("new.csv", "ref,police,minutes,score,seen\nd2,B,60,0.64,500\nd1,B,30,0.6,400\n",
            "[source.columns]\ndeployment = \"ref\"\nforce = \"police\"\nduration = { column = \"minutes\", unit = \"minutes\" }\n"
            "threshold = \"score\"\nfaces = { column = \"seen\", quality = \"estimated\", cv = 0.1 }\nsite = { const = \"Camden\" }\n");
  files.add("old.csv", "force,deployment,faces,note\nB,d0,7,x\nA,d9,8,y\n");
  const deployment_series out = files.read();
  CHECK(ids(out) == rows{"A/d9", "B/d0", "B/d1", "B/d2"});
  CHECK_FALSE(out.records[0].duration.has_value());
  CHECK_FALSE(out.records[0].site.has_value());
  CHECK(out.records[2].duration == seconds{1800});
  CHECK(out.records[2].threshold == "0.6");
  CHECK(out.records[2].site == "Camden");
  CHECK(out.records[2].source == "s0");
  CHECK(out.records[0].source == "s1");
  REQUIRE(out.files.size() == 2);
  CHECK(out.files[0].named == "new.csv");
  CHECK(out.files[0].rows == 2);
  CHECK(out.files[0].sha256.size() == 64);
  CHECK(out.files[0].unused_columns.empty());
  CHECK(out.files[1].unused_columns == rows{"note"});
}

TEST_CASE("an estimated face count says so") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces,faces_quality,faces_cv\nF,1,10,logged,0.02\nF,2,10,,\n",
            "[source.columns]\nfaces = { column = \"faces\", quality = \"estimated\", cv = 0.1 }\n");
  const deployment_series out = files.read();
  CHECK(out.records.at(0).faces_quality == "logged"); // the row says more than the study
  CHECK(out.records[0].faces_cv == 0.02);
  CHECK(out.records[1].faces_quality == "estimated");
  CHECK(out.records[1].faces_cv == 0.1);
}

TEST_CASE("a counting rule called unstated is not a counting rule") {
  deployment_files files;
  files.add("a.csv", "force,deployment\nF,1\n", "[source.columns]\nfaces_counting_rule = { const = \"unstated\" }\n");
  CHECK_FALSE(files.read().records.at(0).faces_counting_rule.has_value());
}

TEST_CASE("headers that the study maps elsewhere are not read under their own name") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces,seen\nF,1,111,5\n", "[source.columns]\nfaces = \"seen\"\n");
  const deployment_series out = files.read();
  CHECK(out.records.at(0).faces == faces{5});
  CHECK(out.files.at(0).unused_columns == rows{"faces"});
}

TEST_CASE("durations are whole seconds whatever their unit") {
  for (const auto& [unit, expected] : {std::pair<std::string, std::uint64_t>{"seconds", 90}, {"minutes", 5400}, {"hours", 324000}}) {
    deployment_files files;
    files.add("a.csv", "force,deployment,t\nF,1,90\n", "[source.columns]\nduration = { column = \"t\", unit = \"" + unit + "\" }\n");
    CHECK(files.read().records.at(0).duration->value() == expected);
  }
  deployment_files plain;
  plain.add("a.csv", "force,deployment,duration\nF,1,90\n");
  CHECK(plain.read().records.at(0).duration == seconds{90});
}

TEST_CASE("a duration beyond two to the power 52 seconds is refused") {
  deployment_files files; // 2^52 / 3600 = 1250999896491.8
  files.add("a.csv", "force,deployment,t\nF,1,1250999896491\nF,2,1250999896492\n", "[source.columns]\nduration = { column = \"t\", unit = \"hours\" }\n");
  const deployment_series out = files.read();
  CHECK(ids(out) == rows{"F/1"});
  CHECK(out.refused.counts().at(error_code::not_a_count) == 1);
}

TEST_CASE("a duration in percent is refused, not read as seconds") {
  deployment_files files;
  files.add("a.csv", "force,deployment,t\nF,1,90\n", "[source.columns]\nduration = { column = \"t\", unit = \"percent\" }\n");
  const auto declared = files.parsed();
  if (declared) {
    const auto out = read_deployments(*declared);
    if (out) CHECK(out->records.empty());
  }
}

TEST_CASE("a cell of several purposes is split where the study says how") {
  deployment_files split, whole;
  const std::string text = "force,deployment,use_case\nF,1,\"2, 1,,2\"\n";
  split.add("a.csv", text, "[source.columns]\nuse_case = { column = \"use_case\", split = \",\" }\n");
  whole.add("a.csv", text);
  CHECK(split.read().records.at(0).use_case == std::set<std::string>{"1", "2"});
  CHECK(whole.read().records.at(0).use_case == std::set<std::string>{"2, 1,,2"});
}

TEST_CASE("one threshold has one text, and another scale is declared") {
  deployment_files files;
  files.add("a.csv", "force,deployment,threshold\nF,1,0.6\nF,2,0.60\nF,3,0.600\nF,4,6e-1\nF,5,1\nF,6,-0\n");
  const deployment_series out = files.read();
  for (std::size_t i = 0; i < 4; ++i) CHECK(out.records.at(i).threshold == "0.6");
  CHECK(out.records.at(4).threshold == "1");
  CHECK(out.records.at(5).threshold == "0");
  deployment_files scaled("[system.v]\nscore_range = [0, 100]\n");
  scaled.add("a.csv", "force,deployment,threshold\nF,1,64\nF,2,101\n");
  const deployment_series other = scaled.read();
  CHECK(other.records.at(0).threshold == "64");
  CHECK(other.refused.size() == 1);
}

TEST_CASE("M65: a deployment that was broken off is kept, with its status and reason") {
  deployment_files files;
  files.add("a.csv", "force,deployment,status,reason,faces\nF,1,completed,,10\nF,2,aborted,power cut,\nF,3,cancelled,rain,\nF,4,,,\n",
            "[source.status]\naborted = [\"4\"]\n");
  const deployment_series out = files.read();
  REQUIRE(out.records.size() == 4);
  CHECK(out.records[0].status == deployment_status::completed);
  CHECK(out.records[1].status == deployment_status::aborted);
  CHECK(out.records[1].reason == "power cut");
  CHECK_FALSE(out.records[1].faces.has_value());
  CHECK(out.records[2].status == deployment_status::cancelled);
  CHECK(out.records[3].status == deployment_status::aborted);
}

TEST_CASE("M06: a quoted rate keeps its text and its unit") {
  deployment_files percent, fraction;
  const std::string text = "force,deployment,rate\nF,1,0.08\nF,2,100\n";
  percent.add("a.csv", text, "[source.columns]\npublished_false_alert_rate = { column = \"rate\", unit = \"percent\" }\n");
  fraction.add("a.csv", text, "[source.columns]\npublished_false_alert_rate = { column = \"rate\", unit = \"fraction\" }\n");
  const deployment_series out = percent.read();
  CHECK(out.records.at(0).published_false_alert_rate->text == "0.08");
  CHECK(out.records[0].published_false_alert_rate->percent);
  CHECK(out.records.at(1).published_false_alert_rate->text == "100");
  const deployment_series other = fraction.read();
  CHECK(ids(other) == rows{"F/1"}); // 100 is no fraction
  CHECK_FALSE(other.records.at(0).published_false_alert_rate->percent);
  CHECK(other.refused.size() == 1);
}

TEST_CASE("what the scope leaves out is counted with its reason") {
  deployment_files files("[scope]\nfrom = 2024-01-01\nto = 2024-12-31\nwhere = { threshold = [0.60, \"0.64\"], use_case = [\"hot\"] }\n"
                         "[[scope.exclude]]\ndeployment = \"x\"\nreason = \"power cut\"\n");
  files.add("a.csv", "force,deployment,date,threshold,use_case\n"
                     "F,first,2024-01-01,0.6,hot\nF,last,2024-12-31,0.640,hot\nF,early,2023-12-31,0.6,hot\nF,late,2025-01-01,0.6,hot\n"
                     "F,undated,,0.6,hot\nF,x,2024-05-01,0.6,hot\nF,low,2024-05-01,0.56,hot\nF,none,2024-05-01,,hot\nF,cold,2024-05-01,0.6,cold\n");
  const deployment_series out = files.read();
  CHECK(ids(out) == rows{"F/first", "F/last"});
  CHECK(out.left_out == std::map<std::string, std::uint64_t>{{"after 2024-12-31", 1}, {"before 2024-01-01", 1}, {"excluded: power cut", 1},
                                                             {"no date, and the scope has one", 1}, {"outside scope.where.threshold", 2}, {"outside scope.where.use_case", 1}});
  CHECK(out.refused.empty());
}

TEST_CASE("any order of the rows and any split into files gives the same series") {
  const std::string header = "force,deployment,date,duration,site,threshold,faces,alerts,use_case,outcome.arrest\n";
  std::vector<std::string> lines;
  test::random random(21);
  for (int i = 0; i < 60; ++i)
    lines.push_back("F" + std::to_string(random.below(2)) + ",d" + std::to_string(random.below(50)) + ",2024-0" + std::to_string(1 + random.below(9)) + "-1" +
                    std::to_string(random.below(10)) + "," + std::to_string(random.below(90)) + ",s" + std::to_string(random.below(3)) + "," +
                    (random.below(8) == 0 ? "64" : "0.6" + std::to_string(random.below(5))) + "," + (random.below(5) == 0 ? "" : std::to_string(random.below(9000))) + "," +
                    (random.below(9) == 0 ? "1e3" : std::to_string(random.below(9))) + ",u" + std::to_string(random.below(3)) + "," + std::to_string(random.below(3)) + "\n");
  const auto series = [&](std::size_t parts) {
    std::vector<std::string> texts(parts, header);
    for (std::size_t i = 0; i < lines.size(); ++i) texts[(i * 7) % parts] += lines[i];
    deployment_files files("[scope]\nfrom = 2024-03-01\n");
    for (std::size_t i = 0; i < parts; ++i) files.add("f" + std::to_string(i) + ".csv", texts[i]);
    return files.read();
  };
  const deployment_series first = series(1);
  CHECK(first.records.size() > 10);
  CHECK(first.refused.size() > 5);
  CHECK(std::is_sorted(first.records.begin(), first.records.end(),
                       [](const deployment_record& a, const deployment_record& b) { return std::tie(a.force, a.deployment) < std::tie(b.force, b.deployment); }));
  for (int round = 0; round < 20; ++round) {
    random.shuffle(lines);
    CHECK(same_records(series(1 + static_cast<std::size_t>(random.below(5))), first));
  }
}
