#include <lfreval/log/published.hpp>

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

const std::string header = "claim,metric,events,exposure,percent,one_in,about,text,source\n";

struct claims_folder {
  temporary_folder folder;
  std::string text = "schema = 1\n[study]\nname = \"n\"\n";
  int sources = 0;

  void add(const std::string& content, const std::string& columns = "") {
    const std::string name = "c" + std::to_string(sources++) + ".csv";
    folder.write(name, content);
    text += "[[source]]\nname = \"" + name + "\"\nkind = \"published\"\ntable = \"published\"\nfiles = [\"" + name + "\"]\n" + columns;
  }
  [[nodiscard]] published_claims read() const {
    const auto declared = parse_study(text, folder.at("study.toml"));
    REQUIRE(declared.has_value());
    auto out = read_published(*declared);
    REQUIRE(out.has_value());
    return std::move(*out);
  }
};

published_claims read(const std::string& rows) {
  claims_folder files;
  files.add(header + rows);
  return files.read();
}

/// The reason why the only row is refused.
error refused(const std::string& row) {
  CAPTURE(row);
  const published_claims out = read(row);
  CHECK(out.claims.empty());
  REQUIRE(out.refused.size() == 1);
  CHECK(out.refused.rows().begin()->why.line == 2);
  return out.refused.rows().begin()->why;
}

} // namespace

TEST_CASE("a claim keeps what was printed, and nothing more") {
  const published_claims out = read("b,false_alerts_per_face,10,3147436,0.0003,314744,threshold=0.64;year=2024,words,MPS\na,false_alerts,25,,,,,,\n");
  REQUIRE(out.claims.size() == 2);
  CHECK(out.refused.empty());
  const published_claim &a = out.claims[0], &b = out.claims[1]; // in order of their identifiers
  CHECK(a.claim == "a");
  CHECK(a.count == unit::false_alerts);
  CHECK_FALSE(a.rate.has_value());
  CHECK(a.events == 25);
  CHECK_FALSE(a.exposure.has_value());
  CHECK(b.rate == metric_id::false_alerts_per_face);
  CHECK(b.events == 10);
  CHECK(b.exposure == 3147436);
  CHECK(b.percent == "0.0003");
  CHECK_FALSE(b.as_fraction);
  CHECK(b.one_in == "314744");
  CHECK(b.about == std::map<std::string, std::string>{{"threshold", "0.64"}, {"year", "2024"}});
  CHECK(b.text == "words");
  CHECK(b.source == "MPS");
  REQUIRE(out.files.size() == 1);
  CHECK(out.files[0].rows == 2);
}

TEST_CASE("hours become seconds, and a number without a percent sign says so") {
  claims_folder files;
  files.add("claim,metric,events,exposure\nh,false_alerts_per_hour,3,70\n");
  files.add("claim,metric,value\nf,false_positive_identification_rate,0.017\n", "[source.columns]\npercent = { column = \"value\", unit = \"fraction\" }\n");
  const published_claims out = files.read();
  REQUIRE(out.claims.size() == 2);
  CHECK(out.claims[0].as_fraction);
  CHECK(out.claims[0].percent == "0.017");
  CHECK(out.claims[1].exposure == 252000);
}

TEST_CASE("M07: what a claim counts, and of what, is a metric of the table and not its wording") {
  // "98 % accuracy" was once a campaign's "98 % of matches were wrong", passed on.
  const error turned = refused("a,accuracy,,,98,,,98 % accuracy,S\n");
  CHECK(turned.column_name == "metric");
  CHECK(turned.allowed.find("lfreval explain") != std::string::npos);
  CHECK(refused("a,,,,98,,,98 % accuracy,S\n").code == error_code::missing_value);
}

TEST_CASE("a claim that says nothing, or cannot be, is refused with its place") {
  CHECK(refused("a,false_alerts_per_face,,,,,,just words,S\n").code == error_code::missing_value);
  CHECK(refused("a,accuracy,1,2,,,,,\n").code == error_code::not_allowed);
  CHECK(refused("a,accuracy,1,2,,,,,\n").column_name == "metric");
  CHECK(refused("a,false_alerts_per_face,7,,,,,,\n").code == error_code::missing_value);
  CHECK(refused("a,false_alerts_per_face,,100,1,,,,\n").code == error_code::missing_value);
  CHECK(refused("a,false_alerts_per_face,7,0,,,,,\n").code == error_code::not_a_count);
  CHECK(refused("a,false_alerts_per_face,8,7,,,,,\n").allowed == "at most its denominator 7");
  CHECK(refused("a,false_alerts_per_hour,,,3,,,,\n").column_name == "percent");
  CHECK(refused("a,alerts,7,100,,,,,\n").column_name == "metric");
  CHECK(refused("a,false_alerts_per_face,1,2,101,,,,\n").code == error_code::not_a_number);
  CHECK(refused("a,false_alerts_per_face,1,2,1e-3,,,,\n").code == error_code::not_a_number);
  CHECK(refused("a,false_alerts_per_face,1,2,1.5 %,,,,\n").code == error_code::not_a_number);
  CHECK(refused("a,false_alerts_per_face,1,2,,\"6,000\",,,\n").code == error_code::not_a_number);
  CHECK(refused("a,false_alerts_per_face,1,2,,0.5,,,\n").code == error_code::not_a_number);
  CHECK(refused("a,false_alerts_per_face,1,2,,,colour=red,,\n").code == error_code::not_allowed);
  CHECK(refused("a,false_alerts_per_face,1,2,,,year,,\n").code == error_code::not_allowed);
  CHECK(refused("a,false_alerts_per_face,1,2,,,year=1;year=2,,\n").code == error_code::not_allowed);
  CHECK(refused(",false_alerts_per_face,1,2,,,,,\n").code == error_code::missing_value);
  CHECK(refused("a,,1,2,,,,,\n").code == error_code::missing_value);
  CHECK(refused("a,false_alerts_per_face,1000000000000000000,2,,,,,\n").code == error_code::not_a_count);
}

TEST_CASE("all copies of an identifier are refused, whichever came first") {
  const published_claims out = read("a,alerts,1,,,,,,\nb,alerts,2,,,,,,\na,alerts,3,,,,,,\n");
  REQUIRE(out.claims.size() == 1);
  CHECK(out.claims[0].claim == "b");
  CHECK(out.refused.counts() == std::map<error_code, std::uint64_t>{{error_code::duplicate_id, 2}});
}

TEST_CASE("a file or a mapping that does not fit is told with the study's line") {
  claims_folder files;
  files.text += "[[source]]\nname = \"x\"\nkind = \"published\"\ntable = \"published\"\nfiles = [\"none.csv\"]\n";
  files.add("claim,metric\na,alerts\n", "[source.columns]\nevents = \"number\"\n");
  const auto declared = parse_study(files.text, files.folder.at("study.toml"));
  REQUIRE(declared.has_value());
  const auto out = read_published(*declared);
  REQUIRE_FALSE(out.has_value());
  REQUIRE(out.error().size() == 2);
  CHECK(out.error()[0].code == error_code::cannot_open);
  CHECK(out.error()[1].code == error_code::unknown_column);
  CHECK(out.error()[1].line > 0);
}
