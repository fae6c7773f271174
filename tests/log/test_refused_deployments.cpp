// What is refused in deployment records: rows go to the ledger with their place, files and mappings are errors.
#include <lfreval/log/deployments.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "support/deployment_files.hpp"

using namespace lfreval;
using test::deployment_files;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// The single refused row of a file whose second row is sound.
error refused_cell(const std::string& column, const std::string& cell, const std::string& mapping = "") {
  deployment_files files;
  files.add("a.csv", "note,force,deployment," + column + "\n,F,bad," + cell + "\n,F,good,\n", mapping);
  const deployment_series out = files.read();
  CAPTURE(column);
  CAPTURE(cell);
  REQUIRE(out.refused.size() == 1);
  REQUIRE(out.records.size() == 1);
  CHECK(out.records[0].deployment == "good");
  CHECK(out.files.at(0).rows == 2);
  const refused_row& row = *out.refused.rows().begin();
  CHECK(row.source == "s0");
  CHECK(row.why.file == "a.csv");
  CHECK(row.why.line == 2);
  CHECK(row.why.column == 4);
  CHECK(row.why.column_name == column);
  CHECK_FALSE(row.why.allowed.empty());
  return row.why;
}

} // namespace

TEST_CASE("a cell that is not a count is refused with its place") {
  for (const char* column : {"faces", "alerts", "true_alerts", "false_confirmed", "true_engaged", "false_engaged", "watchlist_images",
                             "watchlist_persons", "cameras", "duration", "outcome.arrest"})
    for (const char* cell : {"-1", "1.5", "1.0", "1e3", "4503599627370497", "18446744073709551616", " 7", "7 ", "n/a", "+7", "0x7", "?"}) {
      const error why = refused_cell(column, cell);
      CHECK(why.code == error_code::not_a_count);
      CHECK(why.value == cell);
      CHECK(has(why.allowed, "whole number"));
    }
  const error why = refused_cell("faces", "\"1,000\"");
  CHECK(why.code == error_code::not_a_count);
  CHECK(why.value == "1,000");
  CHECK(why.allowed == "a whole number from 0 to 2^52");
}

TEST_CASE("a day that does not exist is refused") {
  for (const char* cell : {"2023-02-29", "29/02/24", "2024-13-01", "2024-2-9", "yesterday"}) {
    const error why = refused_cell("date", cell);
    CHECK(why.code == error_code::not_a_date);
    CHECK(why.value == cell);
  }
}

TEST_CASE("M11: a threshold of 64 percent is refused and not divided by 100") {
  error why = refused_cell("threshold", "64");
  CHECK(why.code == error_code::not_allowed);
  CHECK(has(why.allowed, "from 0 to 1"));
  CHECK(has(why.allowed, "not a percentage"));
  for (const char* cell : {"64%", "0.64 %", "\"0,64\"", "high", "nan"}) CHECK(refused_cell("threshold", cell).code == error_code::not_a_number);
  for (const char* cell : {"-0.1", "1.0001"}) CHECK(refused_cell("threshold", cell).code == error_code::not_allowed);
}

TEST_CASE("M06: a quoted rate of 120 percent is refused") {
  const std::string percent = "[source.columns]\npublished_false_alert_rate = { column = \"published_false_alert_rate\", unit = \"percent\" }\n";
  for (const char* cell : {"120", "-1", "0.08%", "1 in 6000", "nan"}) CHECK(refused_cell("published_false_alert_rate", cell, percent).value == cell);
  CHECK(refused_cell("published_false_alert_rate", "1.5").value == "1.5"); // without a unit it is a fraction
}

TEST_CASE("a word outside its list is refused") {
  for (const auto& [column, cell] : {std::pair<std::string, std::string>{"status", "Aborted"}, {"status", "done"}, {"faces_quality", "counted"}}) {
    const error why = refused_cell(column, cell);
    CHECK(why.code == error_code::not_allowed);
    CHECK(why.value == cell);
  }
  CHECK(refused_cell("faces_cv", "-0.1").code == error_code::not_a_number);
}

TEST_CASE("a row without its identifiers is refused") {
  for (const std::string& row : {std::string(",d1,5"), std::string("F,,5"), std::string(",,5")}) {
    deployment_files files;
    files.add("a.csv", "force,deployment,faces\n" + row + "\n");
    const deployment_series out = files.read();
    CHECK(out.records.empty());
    REQUIRE(out.refused.size() == 1);
    const error& why = out.refused.rows().begin()->why;
    CHECK(why.code == error_code::missing_value);
    CHECK(why.line == 2);
    CHECK(why.column == (row[0] == ',' ? 1U : 2U));
  }
}

TEST_CASE("a force that the study gives as empty is refused like an empty cell") {
  deployment_files files;
  files.add("a.csv", "deployment,faces\nd1,5\n", "[source.columns]\nforce = { const = \"\" }\n");
  const auto declared = files.parsed();
  if (declared) {
    const auto out = read_deployments(*declared);
    if (out) CHECK(out->records.empty());
  }
}

TEST_CASE("a row is refused once, for its first fault") {
  deployment_files files;
  files.add("a.csv", "force,deployment,date,faces,alerts\nF,1,never,-1,x\n");
  CHECK(files.read().refused.size() == 1);
}

TEST_CASE("a row with too few or too many fields is refused and the others are read") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces\nF,1\nF,2,5\nF,3,5,6\n\nF,4,7\n");
  const deployment_series out = files.read();
  CHECK(out.records.size() == 2);
  CHECK(out.refused.counts() == std::map<error_code, std::uint64_t>{{error_code::wrong_field_count, 3}});
}

TEST_CASE("all copies of an identifier are refused, whichever came first") {
  const std::string header = "force,deployment,faces\n";
  for (const std::string& rows : {std::string("F,1,10\nF,1,20\nF,2,5\n"), std::string("F,2,5\nF,1,20\nF,1,10\n"), std::string("F,1,10\nF,2,5\nF,1,10\n")}) {
    deployment_files one, two;
    one.add("a.csv", header + rows);
    two.add("a.csv", header + rows.substr(0, rows.find('\n') + 1));
    two.add("b.csv", header + rows.substr(rows.find('\n') + 1));
    for (const deployment_series& out : {one.read(), two.read()}) {
      REQUIRE(out.records.size() == 1);
      CHECK(out.records[0].deployment == "2");
      CHECK(out.refused.counts() == std::map<error_code, std::uint64_t>{{error_code::duplicate_id, 2}});
      for (const refused_row& row : out.refused.rows()) {
        CHECK(row.why.line >= 2);
        CHECK(has(row.why.allowed, "all 2 rows"));
      }
    }
  }
  deployment_files forces; // two forces may number alike
  forces.add("a.csv", header + "F,1,10\nG,1,20\n");
  CHECK(forces.read().records.size() == 2);
}

TEST_CASE("the limit on refused rows is not applied while reading") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces\nF,1,x\nF,2,y\nF,3,z\n");
  const deployment_series out = files.read();
  CHECK(out.records.empty());
  CHECK(out.refused.size() == 3);
}

TEST_CASE("a status for a deployment that is not in the source is an error") {
  deployment_files files;
  files.add("a.csv", "force,deployment\nF,1\n", "[source.status]\naborted = [\"1\", \"mps-2O20-002\"]\n");
  const std::vector<error> errors = files.errors();
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].value == "mps-2O20-002");
  CHECK(errors[0].line == 4);
  CHECK(has(errors[0].file, "study.toml"));
}

TEST_CASE("a status for a deployment whose row was refused is not blamed on the study") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces\nF,1,x\nF,2,5\n", "[source.status]\naborted = [\"1\"]\n");
  const auto out = read_deployments(files.parsed().value());
  CHECK(out.has_value());
}

TEST_CASE("a mapped column that the file lacks points to the study and the nearest header") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces_seen_estimate\nF,1,5\n", "[source.columns]\nfaces = \"faces_sen_estimate\"\n");
  const std::vector<error> errors = files.errors();
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == error_code::unknown_column);
  CHECK(errors[0].line == 11); // schema, study, name, then six lines of the source and [source.columns]
  CHECK(errors[0].value == "faces_sen_estimate");
  CHECK(has(errors[0].file, "study.toml"));
  CHECK(has(errors[0].allowed, "did you mean faces_seen_estimate?"));
  CHECK(has(errors[0].allowed, "a.csv"));
}

TEST_CASE("the headers of a file cannot drive the terminal through a message") {
  deployment_files files;
  files.add("a.csv", "force,deployment,\"x\x1b[2J\ny\"\nF,1,5\n", "[source.columns]\nfaces = \"seen\"\n");
  for (const error& e : files.errors()) {
    CHECK_FALSE(has(e.message(), "\x1b"));
    CHECK_FALSE(has(e.message(), "\n"));
  }
}

TEST_CASE("a file without identifiers needs them in the study") {
  deployment_files files;
  files.add("a.csv", "id,faces\n1,5\n");
  const std::vector<error> errors = files.errors();
  CHECK(errors.size() == 2);
  for (const error& e : errors) {
    CHECK(e.code == error_code::missing_key);
    CHECK(e.line == 4);
    CHECK((e.column_name == "source.columns.force" || e.column_name == "source.columns.deployment"));
  }
}

TEST_CASE("every file that cannot be read is an error of its own") {
  deployment_files files;
  files.declare("none.csv");
  files.declare("folder.csv");
  files.declare("pipe.csv");
  REQUIRE(::mkdir(files.folder().at("folder.csv").c_str(), 0700) == 0);
  REQUIRE(::mkfifo(files.folder().at("pipe.csv").c_str(), 0600) == 0);
  files.add("empty.csv", "");
  files.add("latin.csv", "force,deployment\nF,caf\xe9 1\n");
  files.add("quote.csv", "force,deployment\nF,\"1\n");
  files.add("good.csv", "force,deployment\nF,1\n");
  std::vector<std::pair<std::string, error_code>> found;
  for (const error& e : files.errors()) found.emplace_back(e.file, e.code);
  CHECK(found == std::vector<std::pair<std::string, error_code>>{{"none.csv", error_code::cannot_open}, {"folder.csv", error_code::cannot_open},
                                                                 {"pipe.csv", error_code::cannot_open}, {"empty.csv", error_code::empty_file},
                                                                 {"latin.csv", error_code::not_text}, {"quote.csv", error_code::malformed_csv}});
}

TEST_CASE("a table that this version does not evaluate is refused by name") {
  deployment_files files;
  files.declare("a.csv", "", "persons");
  const std::vector<error> errors = files.errors();
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == error_code::unsupported);
  CHECK(errors[0].value == "persons");
  CHECK(errors[0].line == 4);
}

TEST_CASE("a file of headers only is a series of nothing") {
  deployment_files files;
  files.add("a.csv", "force,deployment,faces\n");
  const deployment_series out = files.read();
  CHECK(out.records.empty());
  CHECK(out.refused.empty());
  CHECK(out.files.at(0).rows == 0);
}
