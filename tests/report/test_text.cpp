#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/tables.hpp>
#include <lfreval/report/text.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <sstream>

#include "support/deployed.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

deployment_record at_site(std::string id, std::string site, std::uint64_t seen = 1000, std::uint64_t right = 2, std::uint64_t wrong = 1) {
  deployment_record r = deployed(std::move(id), seen, right, wrong, std::move(site));
  r.threshold = "0.6";
  return r;
}

evaluation evaluated(study declared, deployment_series series) { return evaluate(declared, std::move(series), {}); }

/// Every place where a text of the study or of a row could reach the terminal.
evaluation hostile(const std::string& poison) {
  study declared;
  declared.name = "name" + poison;
  declared.limits = {{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, "source" + poison}};
  deployment_series series;
  series.records = {at_site("a" + poison, "site" + poison), at_site("b" + poison, "site" + poison, 8600, 1, 7), at_site("c" + poison, poison, 10, 2, 1)};
  series.records[1].status = deployment_status::aborted;
  series.records[1].alerts = lfreval::alerts(99);
  series.records[0].outcomes["outcome" + poison] = lfreval::outcomes(50);
  series.records[2].threshold = "0.64";
  series.records[2].system = "system" + poison;
  series.records[0].use_case = {"use" + poison};
  series.records[0].faces_counting_rule = "rule" + poison;
  series.outcome_names = {"outcome" + poison};
  series.left_out["reason" + poison] = 2;
  return evaluated(declared, std::move(series));
}

const std::vector<std::string> poisons{"\x1B[31m\x1B]0;title\x07", "\r\b\x7F", "\n\nFORGED HEADING\n", "\t\v\f", "\xC2\x9B" "31m", "\xE2\x80\xAE" "desrever",
                                       std::string(20000, 'x'), std::string(5000, ' '), "\xE2\x80\xA8line", "=cmd|' /C calc'!A0"};

bool is_control(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n') || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// RFC 4180 and nothing beyond it: throws on a quote out of place.
std::vector<std::vector<std::string>> parsed(const std::string& text) {
  std::vector<std::vector<std::string>> out(1);
  std::string field;
  bool quoted = false, was_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') field += text[++i];
      else quoted = false;
    } else if (c == '"') {
      if (!field.empty() || was_quoted) throw std::runtime_error("a quote inside a field");
      quoted = was_quoted = true;
    } else if (c == ',' || c == '\n') {
      out.back().push_back(field);
      field.clear();
      was_quoted = false;
      if (c == '\n') out.emplace_back();
    } else {
      if (was_quoted) throw std::runtime_error("text after a closing quote");
      field += c;
    }
  }
  if (quoted || !field.empty() || !out.back().empty()) throw std::runtime_error("an unfinished record");
  out.pop_back();
  return out;
}

const evaluation& mps() {
  static const evaluation made = [] {
    auto done = evaluate(*read_study(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/study.toml"), evaluation_options{});
    return *std::move(done);
  }();
  return made;
}

} // namespace

TEST_CASE("nothing in a study or a row drives the terminal or forges a line") {
  for (const std::string& poison : poisons) {
    const std::string text = to_text(hostile(poison));
    CHECK_MESSAGE(!is_control(text), poison.substr(0, 30));
    CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(text.find("\xE2\x80\xA8") == std::string::npos);
    CHECK(text.find("\nFORGED HEADING") == std::string::npos);
    CHECK_MESSAGE(text.size() < 60000, text.size());
  }
}

TEST_CASE("normal records print in a hundred columns") {
  std::istringstream in(to_text(mps()));
  for (std::string line; std::getline(in, line);) {
    CHECK_MESSAGE(columns_of(line) <= 100, line);
    CHECK_MESSAGE(!line.ends_with(' '), line);
  }
  CHECK_FALSE(is_control(to_text(mps())));
}

TEST_CASE("what was not measured comes before any figure") {
  const std::string text = to_text(mps());
  const std::size_t first = text.find("WHAT WAS NOT MEASURED");
  REQUIRE(first != std::string::npos);
  CHECK(first < text.find("false alerts in"));
  CHECK(first < text.find("MISSES NOT MEASURED"));
}

TEST_CASE("the table is RFC 4180 with one line to a finding") {
  const auto rows = parsed(to_csv(mps()));
  CHECK(rows.size() == mps().findings.size() + 1);
  for (const auto& row : rows) CHECK(row.size() == rows.front().size());
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i].front() == mps().findings[i - 1].key);
}

TEST_CASE("no cell of the table runs as a formula") {
  for (const std::string lead : {"=", "+", "-", "@", "\t", "\r"}) {
    study declared;
    declared.name = lead + "name";
    deployment_series series;
    series.records = {at_site(lead + "1+1", lead + "cmd|' /C calc'!A0")};
    series.records[0].outcomes[lead + "2"] = lfreval::outcomes(1);
    series.outcome_names = {lead + "2"};
    evaluation e = evaluated(declared, std::move(series));
    e.findings.front().sentence = lead + "HYPERLINK(\"http://example.org\", \"x\")";
    e.findings.front().metric = lead + "metric";
    for (const auto& row : parsed(to_csv(e)))
      for (const std::string& cell : row) CHECK_MESSAGE((cell.empty() || std::string("=+-@\t\r").find(cell.front()) == std::string::npos), cell);
  }
}

TEST_CASE("quotes, commas and line ends survive in the table") {
  evaluation e = hostile(", \"quoted\"\r\nsecond line");
  const auto rows = parsed(to_csv(e));
  CHECK(rows.size() == e.findings.size() + 1);
  for (const auto& row : rows) CHECK(row.size() == rows.front().size());
}

TEST_CASE("limits are printed outward") {
  interval made;
  made.method = interval_method::clopper_pearson;
  made.lower = 0.0003273121486;
  made.upper = 0.0016763316141;
  // 1 / lower = 3055.19, 1 / upper = 596.54: the rarer end up, the commoner end down.
  CHECK(rate_words(7.0 / 8600, made) == "1 in 1,229 (1 in 3,056 to 1 in 596)");
  made.lower = 0.41231;
  made.upper = 0.87651;
  const std::string share = rate_words(0.7, made);
  CHECK(share == "70.0 % (41.2 % to 87.7 %)");
  made.lower = 0;
  made.upper = 0.00049102;
  CHECK(rate_words(0, made).find("1 in 2,036") != std::string::npos);
  made.lower = 0.0259 / 3600;
  made.upper = 0.11234 / 3600;
  CHECK(hourly_words(0.054 / 3600, made) == "0.0540 an hour (0.0259 to 0.113)");
  made.upper = unbounded;
  CHECK(hourly_words(0.054 / 3600, made).find("no upper limit") != std::string::npos);
}

TEST_CASE("printed limits of random intervals are never narrower than the intervals") {
  std::uint64_t state = 1;
  const auto next = [&] { return static_cast<double>((state = state * 6364136223846793005U + 1442695040888963407U) >> 11U) * 0x1p-53; };
  // What stands at `from`: `1 in 3,056`, `0.0411 %`, or words that claim no more than zero.
  const auto read = [](std::string words) {
    std::erase(words, ',');
    if (words.starts_with("next to none")) return 0.0;
    return words.starts_with("1 in ") ? 1.0 / std::stod(words.substr(5)) : std::stod(words) / 100.0;
  };
  for (int i = 0; i < 2000; ++i) {
    const double point = std::pow(10.0, -6 * next()) * 0.4;
    interval made;
    made.lower = point * (0.01 + 0.98 * next());
    made.upper = std::min(0.499, point * (1.01 + 2 * next()));
    if (made.upper <= point) continue;
    const std::string words = rate_words(point, made);
    const std::size_t bracket = words.find('(');
    REQUIRE_MESSAGE(bracket != std::string::npos, words);
    const double rounding_of_the_test = 1e-15; // 0.499 is not exactly 49.9 / 100
    CHECK_MESSAGE(read(words.substr(bracket + 1)) <= made.lower + rounding_of_the_test, words);
    CHECK_MESSAGE(read(words.substr(words.find(" to ") + 4)) >= made.upper - rounding_of_the_test, words);
  }
}

TEST_CASE("the ledger keeps identifiers back unless asked, and is printable") {
  ledger refused;
  error why;
  why.code = error_code::duplicate_id;
  why.file = "records\x1B[31m.csv";
  why.line = 4;
  why.value = "F secret-name";
  why.allowed = "each once";
  refused.add({why, "s"});
  why.code = error_code::not_a_count;
  why.line = 5;
  why.column = 2;
  why.column_name = "faces\x1B[31m";
  why.value = "12.5\x1B[31m";
  refused.add({why, "s"});
  const std::string kept = ledger_text(refused, false), shown = ledger_text(refused, true);
  CHECK(kept.find("secret-name") == std::string::npos);
  CHECK(shown.find("secret-name") != std::string::npos);
  CHECK(kept.find(":5:2: ") != std::string::npos);
  CHECK(kept.find("12.5") != std::string::npos);
  CHECK_FALSE(is_control(kept));
  CHECK_FALSE(is_control(shown));
}

TEST_CASE("M65: deployments that were left out or broken off are counted in the heading") {
  study declared;
  declared.name = "s";
  deployment_series series;
  series.records = {at_site("a", "x"), at_site("b", "y")};
  series.records[1].status = deployment_status::cancelled;
  series.left_out["excluded: duplicated figures"] = 3;
  const std::string text = to_text(evaluated(declared, std::move(series)));
  CHECK(text.find("2 deployments on record (1 cancelled)") != std::string::npos);
  CHECK(text.find("3 deployments (excluded: duplicated figures)") != std::string::npos);
}
