// The result is a function of the data, the settings and the seed: not of threads, rows, files or line ends.
#include <lfreval/bytes/file.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <support/random.hpp>
#include <unistd.h>

using namespace lfreval;

namespace {

namespace fs = std::filesystem;

const fs::path records = fs::path(LFREVAL_SOURCE_DIR) / "datasets/mps_lfr";
const std::vector<std::string> names{"mps_deployments_2020_2022.csv", "mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"};

struct folder {
  fs::path path;
  folder() : path(fs::temp_directory_path() / ("lfreval-hash-" + std::to_string(getpid()))) { fs::create_directories(path); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { fs::remove_all(path); }
};

std::string whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

using table = std::vector<std::string>; ///< lines without their ends, the header first

std::map<std::string, table> published() {
  std::map<std::string, table> out;
  for (const std::string& name : names) {
    std::istringstream in(whole(records / name));
    for (std::string line; std::getline(in, line);) {
      if (line.ends_with('\r')) line.pop_back();
      out[name].push_back(line);
    }
  }
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Evaluates the tables as files in a folder of their own.
std::string hash_of(const std::map<std::string, table>& tables, const std::string& study_text, unsigned threads = 1, const char* line_end = "\n") {
  const folder here;
  for (const auto& [name, lines] : tables) {
    std::ofstream out(here.path / name, std::ios::binary);
    for (const std::string& line : lines) out << line << line_end;
  }
  std::ofstream(here.path / "study.toml", std::ios::binary) << study_text;
  const auto declared = read_study((here.path / "study.toml").string());
  REQUIRE(declared);
  const auto made = evaluate(*declared, {.threads = threads});
  REQUIRE(made);
  return result_sha256(*made);
}

const std::string& study_text() {
  static const std::string text = whole(records / "study.toml");
  return text;
}

const std::string& first_hash() {
  static const std::string hash = hash_of(published(), study_text());
  return hash;
}

} // namespace

TEST_CASE("one, two and three threads give one result") {
  CHECK(first_hash().size() == 64);
  CHECK(hash_of(published(), study_text(), 2) == first_hash());
  CHECK(hash_of(published(), study_text(), 3) == first_hash());
}

TEST_CASE("the order of rows does not matter") {
  test::random generator(20250715);
  auto tables = published();
  for (auto& [name, lines] : tables) {
    table rows(lines.begin() + 1, lines.end());
    generator.shuffle(rows);
    std::copy(rows.begin(), rows.end(), lines.begin() + 1);
  }
  CHECK(tables != published());
  CHECK(hash_of(tables, study_text(), 2) == first_hash());
}

TEST_CASE("files split in three and given in another order do not matter") {
  auto tables = published();
  const std::string later = names[1];
  const table lines = tables[later];
  tables.erase(later);
  const std::size_t rows = lines.size() - 1;
  for (std::size_t part = 0; part < 3; ++part) {
    table& out = tables["part" + std::to_string(part) + ".csv"];
    out.push_back(lines.front());
    for (std::size_t i = 1 + rows * part / 3; i < 1 + rows * (part + 1) / 3; ++i) out.push_back(lines[i]);
  }
  const std::string files = "\"" + names[1] + "\", \"" + names[2] + "\"";
  const std::string split = replaced(study_text(), files, "\"part0.csv\", \"part1.csv\", \"part2.csv\", \"" + names[2] + "\"");
  CHECK(hash_of(tables, split) == first_hash());
  const std::string turned = replaced(study_text(), files, "\"" + names[2] + "\", \"part2.csv\", \"part0.csv\", \"part1.csv\"");
  CHECK(hash_of(tables, turned) == first_hash());
}

TEST_CASE("line ends do not matter") { CHECK(hash_of(published(), study_text(), 1, "\r\n") == first_hash()); }

TEST_CASE("the order of columns does not matter") {
  // Only the first table: its fields with commas stand before what is moved.
  auto tables = published();
  for (std::string& line : tables[names[0]]) {
    const std::size_t comma = line.find(',');
    const std::size_t second = line.find(',', comma + 1);
    line = line.substr(comma + 1, second - comma - 1) + "," + line.substr(0, comma) + line.substr(second);
  }
  CHECK(tables[names[0]].front().starts_with("force,deployment_id,"));
  CHECK(hash_of(tables, study_text()) == first_hash());
}

TEST_CASE("the order of the sources does not matter") {
  const std::size_t first = study_text().find("[[source]]"), second = study_text().find("[[source]]", first + 1), end = study_text().find("[[limit]]");
  const std::string turned = study_text().substr(0, first) + study_text().substr(second, end - second) +
                             study_text().substr(first, second - first) + study_text().substr(end);
  CHECK(hash_of(published(), turned) == first_hash());
}

TEST_CASE("one digit of one count changes the result") {
  auto tables = published();
  std::string& line = tables[names[0]][3];
  REQUIRE(line.starts_with("mps-2020-003,"));
  line = replaced(line, ",8600,", ",8601,");
  CHECK(hash_of(tables, study_text()) != first_hash());
}

TEST_CASE("the confidence and the limit change the result") {
  CHECK(hash_of(published(), replaced(study_text(), "confidence = 0.95", "confidence = 0.9")) != first_hash());
  CHECK(hash_of(published(), replaced(study_text(), "exposure = 1000", "exposure = 1001")) != first_hash());
}

TEST_CASE("the hash is of the result as it stands in the document") {
  const auto declared = read_study((records / "study.toml").string());
  REQUIRE(declared);
  const auto made = evaluate(*declared, {.threads = 1});
  REQUIRE(made);
  const std::string document = to_json(*made, {.command = "one", .time = "2025-01-01T00:00:00Z"});
  const auto parsed = nlohmann::ordered_json::parse(document);
  CHECK(parsed["provenance"]["result_sha256"] == result_sha256(*made));
  // Neither the command nor the time is part of the result.
  const std::string other = to_json(*made, {.command = "two", .time = "2025-01-02T00:00:00Z"});
  CHECK(nlohmann::ordered_json::parse(other)["provenance"]["result_sha256"] == result_sha256(*made));
  CHECK(document.substr(document.find("\"result\":")) == other.substr(other.find("\"result\":")));
  // Written without blanks, the result has the hash that is stated.
  std::string bare = document.substr(document.find("\"result\":") + 9);
  std::string compacted;
  for (const char c : bare)
    if (c != '\n') compacted += c;
  compacted.pop_back(); // the brace of the document
  CHECK(sha256_hex(compacted) == result_sha256(*made));
}

TEST_CASE("the result names no file") {
  const auto declared = read_study((records / "study.toml").string());
  REQUIRE(declared);
  const auto made = evaluate(*declared, {.threads = 1});
  REQUIRE(made);
  const std::string result = nlohmann::json::parse(to_json(*made, {}))["result"].dump();
  for (const std::string& name : names) CHECK(result.find(name) == std::string::npos);
  CHECK(result.find("study.toml") == std::string::npos);
  CHECK(result.find(LFREVAL_SOURCE_DIR) == std::string::npos);
}
