#include <lfreval/log/deployments.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/quality/record_quality.hpp>

#include "support/gzip_data.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

const std::string system_a = "[system.a]\nvendor = \"V\"\nversion = \"5.1\"\noperating_threshold = 0.6\n";

/// A crowd in the files given; what is declared stands before the sources.
tl::expected<deployment_series, std::vector<error>> read(const std::map<std::string, std::string>& files, const std::string& more = "", const std::string& columns = "",
                                                         const std::string& keys = "") {
  const temporary_folder folder;
  std::string text = "schema = 1\n[study]\nname = \"n\"\n" + keys + more;
  for (const auto& [name, content] : files) {
    folder.write(name, content);
    const std::string table = name.substr(0, name.find('.'));
    text += "[[source]]\nname = \"" + table + "\"\nkind = \"operational\"\ntable = \"" + table + "\"\nfiles = [\"" + name + "\"]\n";
    if (table == "exposure") text += columns;
  }
  const auto declared = parse_study(text, folder.at("study.toml"));
  if (!declared) FAIL(declared.error().at(0).message());
  return read_deployments(*declared);
}

deployment_series accepted(const std::map<std::string, std::string>& files, const std::string& more = "", const std::string& columns = "", const std::string& keys = "") {
  auto out = read(files, more, columns, keys);
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}

error refused_alert(const std::string& row, const std::string& more = system_a) {
  CAPTURE(row);
  const auto out = accepted({{"alerts.csv", "alert,alert_group,deployment,score,adjudication,engaged,identity,label_source,outcome.arrest\n" + row + "\n"}}, more);
  REQUIRE(out.refused.size() == 1);
  for (const deployment_record& r : out.records) CHECK_FALSE(r.alerts.has_value());
  CHECK(out.refused.rows().begin()->why.line == 2);
  return out.refused.rows().begin()->why;
}

error refused_cell(const std::string& row) {
  CAPTURE(row);
  const auto out = accepted({{"exposure.csv", "deployment,camera,start,unit,mated,count,quality,cv,duration\n" + row + "\n"}});
  REQUIRE(out.refused.size() == 1);
  for (const deployment_record& r : out.records) CHECK_FALSE(r.faces.has_value());
  return out.refused.rows().begin()->why;
}

} // namespace

TEST_CASE("M09: alerts of one passage count as one, by group, else by passage, else each by itself") {
  const auto out = accepted({{"alerts.csv", "alert,alert_group,passage,deployment,identity,label_source\n"
                                            "a1,g1,,d1,false,confirmed_by_id\n"
                                            "a2,g1,,d1,false,confirmed_by_id\n"
                                            "a3,,p1,d1,false,confirmed_by_id\n"
                                            "a4,,p1,d1,false,confirmed_by_id\n"
                                            "a5,,,d1,true,confirmed_by_id\n"
                                            "a6,g1,,d2,true,confirmed_by_id\n"}}); // the same name elsewhere is another group
  REQUIRE(out.records.size() == 2);
  CHECK(out.records[0].alerts == alerts(3));
  CHECK(out.records[0].alerts_before_grouping == alerts(5));
  // A group joins passages, and a passage joins groups.
  const auto joined = accepted({{"alerts.csv", "alert,alert_group,passage,deployment\na1,g,p,d\na2,,p,d\na3,h,p,d\na4,h,q,d\na5,,r,d\n"}});
  CHECK(joined.records.at(0).alerts == alerts(2));
  // Where no alert says, nothing was taken together, and nothing claims so.
  CHECK_FALSE(accepted({{"alerts.csv", "alert,deployment\na1,d\na2,d\n"}}).records.at(0).alerts_before_grouping.has_value());
  CHECK(out.records[0].false_confirmed == false_alerts(2));
  CHECK(out.records[0].true_confirmed == true_alerts(1));
  CHECK(out.records[1].alerts == alerts(1));
  CHECK_FALSE(out.records[0].faces.has_value()); // nobody counted the crowd
}

TEST_CASE("the score of a passage is the best of its alerts on the scale of the system, and none where no alert has one") {
  const std::string rows = "alert,alert_group,deployment,score\na1,g1,d,0.7\na2,g1,d,0.8\na3,g1,d,\na4,,d,\n";
  const auto scores = [](const deployment_series& s) {
    std::vector<std::optional<double>> out;
    for (const alert_case& one : s.alert_cases) out.push_back(one.score);
    std::sort(out.begin(), out.end());
    return out;
  };
  CHECK(scores(accepted({{"alerts.csv", rows}}, system_a)) == std::vector<std::optional<double>>{std::nullopt, 0.8});
  CHECK(scores(accepted({{"alerts.csv", rows}}, "[system.a]\npolarity = \"distance\"\n")) == std::vector<std::optional<double>>{std::nullopt, 0.7});
  // Zero is one value, however its sign is written.
  const auto zero = accepted({{"alerts.csv", "alert,alert_group,deployment,score\na1,g1,d,-0\n"}});
  CHECK_FALSE(std::signbit(zero.alert_cases.at(0).score.value()));
}

TEST_CASE("M16: an opinion about an alert leaves it unresolved, whoever holds it") {
  const auto out = accepted({{"alerts.csv", "alert,adjudication,identity,label_source\n"
                                            "checked-right,credible,true,confirmed_by_id\n"
                                            "checked-wrong,credible,false,ground_truth\n"
                                            "officer-right,credible,true,officer_opinion\n"
                                            "officer-wrong,,false,operator_opinion\n"
                                            "believed,credible,unresolved,confirmed_by_id\n"
                                            "disbelieved,not_credible,,none\n"
                                            "silent,,,\n"}});
  REQUIRE(out.records.size() == 1);
  const deployment_record& r = out.records[0];
  CHECK(r.true_confirmed == true_alerts(1));
  CHECK(r.false_confirmed == false_alerts(1));
  CHECK(r.true_unconfirmed == true_alerts(2));
  CHECK(r.false_unconfirmed == false_alerts(3)); // nothing said speaks against the system; bounds take it both ways
  CHECK(r.unresolved() == unresolved_alerts(5));
  CHECK(r.deployment == "not recorded");
}

TEST_CASE("an alert for the right person makes the passage's alert right, and an unresolved one keeps it unresolved") {
  const auto out = accepted({{"alerts.csv", "alert,alert_group,deployment,adjudication,identity,label_source\n"
                                            "a1,g1,d,not_credible,false,confirmed_by_id\n"
                                            "a2,g1,d,credible,true,confirmed_by_id\n"
                                            "b1,g2,d,,false,confirmed_by_id\n"
                                            "b2,g2,d,credible,unresolved,none\n"
                                            "c1,g3,d,,false,confirmed_by_id\n"
                                            "c2,g3,d,not_credible,,none\n" // nobody else is believed to be there
                                            "d1,g4,d,,false,confirmed_by_id\n"
                                            "d2,g4,d,,false,confirmed_by_id\n"}});
  const deployment_record& r = out.records.at(0);
  CHECK(r.true_confirmed == true_alerts(1));
  CHECK(r.true_unconfirmed == true_alerts(1));
  CHECK(r.false_unconfirmed == false_alerts(0));
  CHECK(r.false_confirmed == false_alerts(2));
}

TEST_CASE("a person found not to be the one alerted on is a confirmed false alert, whatever was believed before") {
  const auto out = accepted({{"alerts.csv", "alert,alert_group,deployment,person,adjudication,identity,label_source\n"
                                            "a1,g1,d,p1,credible,unresolved,none\n"
                                            "a2,g1,d,p1,credible,false,confirmed_by_id\n"
                                            "b1,g2,d,p1,,false,confirmed_by_id\n"
                                            "b2,g2,d,p2,credible,unresolved,none\n"}}); // might still be p2
  const deployment_record& r = out.records.at(0);
  CHECK(r.false_confirmed == false_alerts(1));
  CHECK(r.true_unconfirmed == true_alerts(1));
  CHECK(r.persons_alerted_rightly == std::set<std::string>{"p2"});
}

TEST_CASE("engagements and results are counted by passage, and only where every alert says") {
  const std::string header = "alert,alert_group,deployment,engaged,identity,label_source,outcome.arrest,outcome.advice\n";
  const auto out = accepted({{"alerts.csv", header + "a1,g1,d1,yes,true,confirmed_by_id,yes,yes\n"
                                                     "a2,g1,d1,no,true,confirmed_by_id,yes,\n"
                                                     "a3,,d1,yes,false,confirmed_by_id,no,no\n"
                                                     "a4,,d1,no,unresolved,none,no,no\n"
                                                     "b1,,d2,,true,confirmed_by_id,no,yes\n"}});
  REQUIRE(out.records.size() == 2);
  CHECK(out.records[0].true_engaged == true_engagements(1));
  CHECK(out.records[0].false_engaged == false_engagements(1));
  CHECK(out.records[0].outcomes == std::map<std::string, outcomes>{{"arrest", outcomes(1)}});
  CHECK_FALSE(out.records[1].true_engaged.has_value());
  CHECK(out.records[1].outcomes == std::map<std::string, outcomes>{{"arrest", outcomes(0)}, {"advice", outcomes(1)}});
  CHECK(out.outcome_names == std::set<std::string>{"advice", "arrest"});
  // One alert may have several results: they need not add up to the alerts.
  for (const record_check& check : examine(out).checks) {
    CAPTURE(check.name);
    if (check.name == "outcomes_within_alerts" || check.name == "columns_differ" || check.name == "alerts_add_up") CHECK(check.rows.empty());
  }
}

TEST_CASE("faces are added up over cameras and time, with the error that their counts have together") {
  const std::string rows = "deployment,camera,start,count,quality,cv,duration\n"
                           "d1,east,2024-01-26T09:00,300,logged,0.1,600\n"
                           "d1,west,2024-01-26T09:00,100,rounded,0.2,500\n"
                           "d1,east,2024-01-26T10:00,600,estimated,0,3600\n"
                           "d2,east,2024-01-25T09:00,50,logged,,\n";
  const auto out = accepted({{"exposure.csv", rows}});
  REQUIRE(out.records.size() == 2);
  const deployment_record& d = out.records[0];
  CHECK(d.faces == faces(1000));
  CHECK(d.faces_cv.value() == doctest::Approx((30.0 + 20.0) / 1000).epsilon(1e-15));
  CHECK(d.faces_quality == "estimated");
  CHECK(d.duration == seconds(4200)); // side by side, then one after another
  CHECK(d.date == parse_iso_date("2024-01-26"));
  CHECK_FALSE(d.alerts.has_value()); // no log of alerts, no number of alerts
  CHECK(out.records[1].faces_quality == "logged");
  CHECK_FALSE(d.faces_cv_is_partial);
  CHECK_FALSE(out.records[1].faces_cv.has_value());
  CHECK_FALSE(out.records[1].duration.has_value());

  const auto independent = accepted({{"exposure.csv", rows}}, "", "", "faces_cv_shared = false\n");
  CHECK(independent.records[0].faces_cv.value() == doctest::Approx(std::sqrt(30.0 * 30 + 20.0 * 20) / 1000).epsilon(1e-15));
}

TEST_CASE("a deployment of the crowd without a row in the log of alerts had none, and takes the declared threshold and system") {
  const auto out = accepted({{"exposure.csv", "deployment,n\nd1,10\nd2,20\n"}, {"alerts.csv", "alert,deployment,score\na1,d2,0.6\na2,d3,0.75\n"}}, system_a,
                            "[source.columns]\ncount = { column = \"n\", cv = 0.05, quality = \"estimated\" }\n");
  REQUIRE(out.records.size() == 3);
  CHECK(out.records[0].alerts == alerts(0));
  CHECK(out.records[0].false_alerts() == false_alerts(0));
  CHECK(out.records[0].faces_cv == 0.05);
  CHECK(out.records[0].faces_quality == "estimated");
  CHECK(out.records[1].alerts == alerts(1));
  CHECK_FALSE(out.records[2].faces.has_value());
  for (const deployment_record& r : out.records) {
    CHECK(r.threshold == "0.6");
    CHECK(r.system == "V 5.1");
  }
}

TEST_CASE("a crowd counted in passages has no number of faces") {
  const auto out = accepted({{"exposure.csv", "deployment,unit,count\nd1,passages,500\nd1,faces,700\nd2,passages,40\n"}});
  CHECK(out.records.at(0).passages == passages(500));
  CHECK(out.records.at(0).faces == faces(700));
  CHECK(out.records.at(1).passages == passages(40));
  CHECK_FALSE(out.records.at(1).faces.has_value());
}

TEST_CASE("all copies of an alert, and of a cell of place and time, are refused") {
  const auto twice = accepted({{"alerts.csv", "alert,deployment\na1,d1\na1,d1\na2,d1\na1,d2\n"}}); // logs number afresh at each deployment
  CHECK(twice.refused.size() == 2);
  REQUIRE(twice.records.size() == 2);
  CHECK_FALSE(twice.records[0].alerts.has_value()); // a total that lost rows is none
  CHECK(twice.records[1].alerts == alerts(1));
  const auto cells = accepted({{"exposure.csv", "deployment,camera,start,count\nd1,c1,2024-01-26T09:00,5\nd1,c1,2024-01-26T09:00,6\nd1,c2,2024-01-26T09:00,7\n"}});
  CHECK(cells.refused.size() == 2);
  CHECK_FALSE(cells.records.at(0).faces.has_value());
  // One moment, told in two ways.
  CHECK(accepted({{"exposure.csv", "deployment,start,count\nd1,2024-05-01T10:00:00Z,5\nd1,2024-05-01T11:00:00+01:00,6\n"}}).refused.size() == 2);
  // Two groups of one camera are two cells.
  const auto grouped = accepted({{"exposure.csv", "deployment,ethnicity,count\nd1,white,5\nd1,black,6\n"}}, "[[group]]\nname = \"ethnicity\"\ntable = \"exposure\"\n");
  CHECK(grouped.refused.empty());
  CHECK(grouped.records.at(0).faces == faces(11));
}

TEST_CASE("a deployment told twice, by its record and by its log, is in no figure") {
  const auto out = accepted({{"deployments.csv", "force,deployment,faces,false_alerts\nf,d1,10,0\nf,d2,10,0\n"}, {"exposure.csv", "deployment,count\nd1,10\nd3,10\n"}});
  CHECK(out.refused.size() == 2);
  REQUIRE(out.records.size() == 2);
  CHECK(out.records[0].deployment == "d3");
  CHECK(out.records[1].deployment == "d2");
}

TEST_CASE("the log reads the same however rows are ordered, split and compressed") {
  const std::string header = "alert,alert_group,deployment,identity,label_source,outcome.arrest\n";
  const std::vector<std::string> rows{"a1,g1,d1,true,confirmed_by_id,yes\n", "a2,g1,d1,false,none,no\n", "a3,g2,d2,unresolved,none,no\n", "a4,g1,d2,false,ground_truth,yes\n"};
  const auto key = [](const deployment_series& s) {
    std::string out;
    for (const deployment_record& r : s.records) {
      out += r.deployment + " " + std::to_string(r.alerts->value()) + " " + std::to_string(r.true_confirmed->value()) + " " + std::to_string(r.true_unconfirmed->value()) + " " +
             std::to_string(r.false_confirmed->value()) + " " + std::to_string(r.false_unconfirmed->value()) + " " + r.label_source + ";";
      for (const auto& [name, n] : r.outcomes) out += name + "=" + std::to_string(n.value());
    }
    return out;
  };
  const std::string forward = key(accepted({{"alerts.csv", header + rows[0] + rows[1] + rows[2] + rows[3]}}));
  CHECK(forward == "d1 1 1 0 0 0 confirmed_by_id+none;arrest=1d2 2 0 0 1 1 ground_truth+none;arrest=1");
  CHECK(key(accepted({{"alerts.csv", header + rows[3] + rows[1] + rows[2] + rows[0]}})) == forward);
  CHECK(key(accepted({{"alerts.csv.gz", gzipped(header + rows[2] + rows[0] + rows[3] + rows[1])}})) == forward);
}

TEST_CASE("rows that cannot be true are refused with the cell and what is allowed") {
  CHECK(refused_alert("a,,d,nan,,,,,").code == error_code::not_a_number);
  CHECK(refused_alert("a,,d,1.5,,,,,").code == error_code::not_allowed);
  const error below = refused_alert("a,,d,0.5999,,,,,");
  CHECK(below.code == error_code::not_allowed);
  CHECK(below.allowed.find("0.6") != std::string::npos);
  CHECK(refused_alert("a,,d,0.5,,,,,", "[system.a]\npolarity = \"distance\"\noperating_threshold = 0.4\n").code == error_code::not_allowed);
  CHECK(refused_alert("a,,d,0.7,perhaps,,,,").column_name == "adjudication");
  CHECK(refused_alert("a,,d,0.7,,maybe,,,").column_name == "engaged");
  CHECK(refused_alert("a,,d,0.7,,,yes,,").column_name == "identity");
  CHECK(refused_alert("a,,d,0.7,,,,hearsay,").column_name == "label_source");
  CHECK(refused_alert("a,,d,0.7,,,,,2").column_name == "outcome.arrest");
  CHECK(refused_alert(",,d,0.7,,,,,").code == error_code::missing_value);

  CHECK(refused_cell("d,c,2024-01-26T09:00,faces,no,,,,").code == error_code::missing_value);
  CHECK(refused_cell("d,c,2024-02-30T09:00,faces,no,1,,,").code == error_code::not_a_date);
  CHECK(refused_cell("d,c,,heads,no,1,,,").column_name == "unit");
  CHECK(refused_cell("d,c,,faces,yes,1,,,").column_name == "mated");
  CHECK(refused_cell("d,c,,faces,no,-1,,,").code == error_code::not_a_count);
  CHECK(refused_cell("d,c,,faces,no,1.5,,,").code == error_code::not_a_count);
  CHECK(refused_cell("d,c,,faces,no,9007199254740993,,,").code == error_code::not_a_count);
  CHECK(refused_cell("d,c,,faces,no,1,guessed,,").column_name == "quality");
  CHECK(refused_cell("d,c,,faces,no,1,,-0.1,").column_name == "cv");
  CHECK(refused_cell("d,c,,faces,no,1,,,9007199254740993").code == error_code::not_a_count);
}

TEST_CASE("totals beyond what a double holds, and two systems in one deployment, stop the reading") {
  const auto large = read({{"exposure.csv", "deployment,count\nd1,4503599627370496\nd2,4503599627370496\n"}});
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().at(0).column_name == "faces");
  const auto cells = read({{"exposure.csv", "deployment,camera,count\nd1,a,4503599627370496\nd1,b,4503599627370496\nd1,c,4503599627370496\nd1,d,4503599627370496\n"}});
  REQUIRE_FALSE(cells.has_value());
  CHECK(cells.error().at(0).code == error_code::not_a_count);
  const auto two = read({{"alerts.csv", "alert,deployment,system\na1,d1,a\na2,d1,b\n"}}, "[system.a]\nversion = \"1\"\n[system.b]\nversion = \"2\"\n");
  REQUIRE_FALSE(two.has_value());
  CHECK(two.error().at(0).code == error_code::missing_key);
  const auto mixed = read({{"exposure.csv", "deployment,start,count\nd1,2024-05-01T10:00:00Z,5\nd2,2024-05-01T10:00:00,6\n"}});
  REQUIRE_FALSE(mixed.has_value());
  CHECK(mixed.error().at(0).code == error_code::not_a_date);
}

TEST_CASE("an alert of another system, of no deployment, or of another day is refused, and its deployment has no total") {
  const std::string counted = "deployment,start,count,duration\nd1,2024-05-01T10:00:00Z,1000,3600\nd2,2024-05-02T10:00:00Z,1000,3600\n";
  const auto other = accepted({{"exposure.csv", counted}, {"alerts.csv", "alert,deployment,system,score\na1,d1,zzz,0.3\na2,d2,a,0.7\n"}}, system_a);
  CHECK(other.refused.size() == 1);
  CHECK(other.refused.rows().begin()->why.allowed.find("the system a") != std::string::npos);
  CHECK_FALSE(other.records.at(0).alerts.has_value());
  CHECK(other.records.at(1).alerts == alerts(1));
  const auto nowhere = accepted({{"exposure.csv", counted}, {"alerts.csv", "alert,deployment\na1,\na2,d2\n"}});
  CHECK(nowhere.refused.size() == 1);
  for (const deployment_record& r : nowhere.records) CHECK_FALSE(r.alerts.has_value()); // it could be of either
  const auto late = accepted({{"exposure.csv", counted}, {"alerts.csv", "alert,deployment,time\na1,d1,2024-05-01T10:30:00Z\na2,d1,2024-05-01T11:00:01Z\n"}});
  CHECK(late.refused.size() == 1);
  CHECK(late.refused.rows().begin()->why.column_name == "time");
  CHECK(late.records.at(0).date == parse_iso_date("2024-05-01"));
}

TEST_CASE("alerts are never divided by the faces of other cameras") {
  const std::string alerts_of = "alert,deployment,camera\na1,d1,c1\na2,d1,c2\n";
  const auto mixed = accepted({{"exposure.csv", "deployment,camera,unit,count\nd1,c1,faces,1000\nd1,c2,passages,1000\n"}, {"alerts.csv", alerts_of}});
  CHECK_FALSE(mixed.records.at(0).faces.has_value());
  CHECK(mixed.records.at(0).passages == passages(1000));
  const auto uncounted = accepted({{"exposure.csv", "deployment,camera,count\nd1,c1,1000\n"}, {"alerts.csv", alerts_of}});
  CHECK_FALSE(uncounted.records.at(0).faces.has_value());
  const auto whole = accepted({{"exposure.csv", "deployment,camera,count\nd1,c1,1000\nd1,c2,10\n"}, {"alerts.csv", alerts_of}});
  CHECK(whole.records.at(0).faces == faces(1010));
}

TEST_CASE("cameras that start at different moments run side by side") {
  const auto out = accepted({{"exposure.csv", "deployment,camera,start,count,duration\nd,a,2024-05-01T10:00:00Z,1,14400\nd,b,2024-05-01T10:01:00Z,1,14400\nd,c,2024-05-01T11:00:00+01:00,1,14400\n"}});
  CHECK(out.records.at(0).duration == seconds(14460));
}

TEST_CASE("an error that only some counts state is kept, and said to be partial") {
  const auto out = accepted({{"exposure.csv", "deployment,camera,count,cv\nd,a,5000,0.3\nd,b,1,\n"}});
  CHECK(out.records.at(0).faces_cv.value() == doctest::Approx(1500.0 / 5001).epsilon(1e-15));
  CHECK(out.records.at(0).faces_cv_is_partial);
}

TEST_CASE("M15: a crowd is operational, whatever its source is called; a scope holds all of a deployment or none") {
  const temporary_folder folder;
  folder.write("e.csv", "deployment,start,count\nd,2024-05-01T10:00:00Z,5\nd,2024-06-01T10:00:00Z,6\n");
  const auto of_kind = [&](const std::string& kind, const std::string& scope) {
    const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n" + scope + "[[source]]\nname = \"e\"\nkind = \"" + kind + "\"\ntable = \"exposure\"\nfiles = [\"e.csv\"]\n", folder.at("s.toml"));
    REQUIRE(declared.has_value());
    return read_deployments(*declared);
  };
  for (const char* kind : {"seeded", "scores", "published"}) {
    const auto refused = of_kind(kind, "");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().at(0).column_name == "source.kind");
  }
  CHECK(of_kind("operational", "[scope]\nto = 2024-06-02\n").value().records.size() == 1);
  CHECK(of_kind("operational", "[scope]\nto = 2024-04-02\n").value().records.empty());
  CHECK(of_kind("operational", "[scope]\nto = 2024-05-15\n").error().at(0).column_name == "scope");
}
