#include <lfreval/report/tables.hpp>

#include <doctest/doctest.h>
#include <map>
#include <string>
#include <vector>

#include <lfreval/log/csv.hpp>
#include <lfreval/study/study.hpp>

using namespace lfreval;

namespace {

const evaluation& mps() {
  static const evaluation out = [] {
    auto made = evaluate(*read_study(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/study.toml"), evaluation_options{});
    REQUIRE(made.has_value());
    return std::move(*made);
  }();
  return out;
}

std::map<std::string, csv_table> tables_of(const evaluation& e) {
  std::map<std::string, csv_table> out;
  for (const table_file& file : to_tables(e)) {
    ledger refused;
    auto table = parse_csv(file.text, file.name, refused, "t");
    REQUIRE_MESSAGE(table.has_value(), file.name);
    CHECK(refused.empty());
    out.emplace(file.name, std::move(*table));
  }
  return out;
}

std::size_t column_of(const csv_table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (table.header[i] == name) return i;
  throw std::runtime_error("no column " + name);
}

deployment_record hostile(const std::string& lead) {
  deployment_record r;
  r.force = "F";
  r.deployment = lead + "cmd|' /C calc'!A0";
  r.site = lead + "HYPERLINK(\"http://example.org\")";
  r.threshold = "0.6";
  r.date = calendar_date{2024, 1, 1};
  r.duration = seconds(60);
  r.faces = faces(10);
  r.alerts = alerts(5);
  r.published_true_alerts = true_alerts(1);
  r.published_false_alerts = false_alerts(1);
  return r;
}

} // namespace

TEST_CASE("every table of the published records reads back, one file to a curve") {
  const auto tables = tables_of(mps());
  CHECK(tables.size() == 3 + mps().curves.size());
  CHECK(tables.at("findings.csv").rows.size() == mps().findings.size());
  CHECK(tables.at("not_measured.csv").rows.size() == mps().not_measured.size());
  CHECK(tables.at("deployments.csv").rows.size() == 324);
  // 315 deployments record both faces and minutes: the 9 of 2020 to 2022 do not give hours.
  CHECK(tables.at("faces_per_minute.csv").rows.size() == 315);
  // The funnel leaves out the aborted one.
  CHECK(tables.at("funnel.csv").rows.size() == 323);
}

TEST_CASE("the table of deployments adds up to the published totals") {
  const auto tables = tables_of(mps());
  const csv_table& table = tables.at("deployments.csv");
  std::map<std::string, std::uint64_t> faces_at, wrong_at;
  for (const csv_row& row : table.rows) {
    const std::string threshold(row.fields[column_of(table, "threshold")]);
    const std::string_view seen = row.fields[column_of(table, "faces")], wrong = row.fields[column_of(table, "false_alerts")];
    if (!seen.empty()) faces_at[threshold] += std::stoull(std::string(seen));
    if (!wrong.empty()) wrong_at[threshold] += std::stoull(std::string(wrong));
  }
  CHECK(faces_at == std::map<std::string, std::uint64_t>{{"", 157566}, {"0.6", 491246}, {"0.62", 16589}, {"0.64", 2424559}});
  CHECK(wrong_at == std::map<std::string, std::uint64_t>{{"", 10}, {"0.6", 25}, {"0.62", 4}, {"0.64", 7}});
}

TEST_CASE("the levels of faces per minute change where a break is named, and nowhere else") {
  const csv_table table = tables_of(mps()).at("faces_per_minute.csv");
  std::set<std::string> steps, named;
  for (std::size_t i = 1; i < table.rows.size(); ++i)
    if (table.rows[i].fields[column_of(table, "level")] != table.rows[i - 1].fields[column_of(table, "level")])
      steps.insert(std::string(table.rows[i].fields[column_of(table, "deployment")]));
  for (const finding& f : mps().findings)
    if (std::holds_alternative<break_value>(f.value)) named.insert(f.axes.at("deployment"));
  CHECK(steps == named);
  CHECK(steps.size() == 5);
}

TEST_CASE("the data quality table has every row that a check names, with its arithmetic") {
  const csv_table table = tables_of(mps()).at("data_quality.csv");
  std::size_t named = 0;
  for (const finding& f : mps().findings)
    if (const auto* check = std::get_if<record_check>(&f.value)) named += std::max<std::size_t>(1, check->rows.size());
  CHECK(table.rows.size() == named);
  bool found = false;
  for (const csv_row& row : table.rows)
    found = found || (row.fields[column_of(table, "deployment")] == "mps-2023-018" && row.fields[column_of(table, "arithmetic")] == "1 / 3940 = 0.02538 %, but 0.01 % published");
  CHECK(found);
}

TEST_CASE("no cell of any table runs as a formula") {
  for (const std::string lead : {"=", "+", "-", "@", "\t", "\r"}) {
    CAPTURE(lead);
    study declared;
    declared.name = "n";
    deployment_series series;
    series.records = {hostile(lead)};
    for (const auto& named : tables_of(evaluate(declared, std::move(series), {})))
      for (const csv_row& row : named.second.rows)
        for (const std::string_view cell : row.fields)
          CHECK_MESSAGE((cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos), named.first, ": ", cell);
  }
}
