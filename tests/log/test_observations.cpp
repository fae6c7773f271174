#include <doctest/doctest.h>
#include <algorithm>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/trial_log.hpp>

#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

const std::string beginning = "schema = 1\n[study]\nname = \"n\"\n[system.a]\nscore_range = [0, 1]\n";
const std::string listed = "[[source]]\nname = \"list\"\nkind = \"seeded\"\ntable = \"watchlist\"\nfiles = [\"list.csv\"]\n";
const std::string list = "image,person,created,deleted\ni1,ann,2024-01-26T08:00:00Z,2024-01-26T12:00:00Z\ni2,bob,,\ni3,zed,,\n";
const std::string header = "observation,track,passage,person,deployment,camera,time,acquired,top_person,top_score,light\n";

std::string observations(const std::string& more) {
  return "[[source]]\nname = \"frames\"\nkind = \"seeded\"\ntable = \"observations\"\nfiles = [\"frames.csv\"]\n" + more;
}
const std::string by_person = observations("passages_by = \"person\"\npassage_gap_seconds = 30\n");

using files = std::map<std::string, std::string>;

tl::expected<trial_log, std::vector<error>> read(const std::string& declared, const std::string& rows, unsigned threads = 1) {
  const test::temporary_folder folder;
  folder.write("frames.csv", header + rows);
  folder.write("list.csv", list);
  const auto parsed = parse_study(beginning + declared, folder.at("study.toml"));
  if (!parsed) return tl::unexpected(parsed.error());
  return read_trial_log(*parsed, threads);
}

trial_log accepted(const std::string& declared, const std::string& rows) {
  auto out = read(declared, rows);
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}

std::string at(const text_column& column, std::size_t row) { return column.codes[row] == no_code ? "" : column.texts[column.codes[row]]; }

/// Four passages of two people: the gap between 09:00:20 and 09:00:50 is not longer than 30 s, that to 09:01:21 is.
const std::string frames =
    "o1,,,ann,d1,north,2024-01-26T09:00:00Z,yes,bob,0.25,day\n"
    "o2,,,ann,d1,south,2024-01-26T09:00:20Z,yes,ann,0.75,day\n"
    "o3,,,ann,d1,south,2024-01-26T09:00:50Z,no,,,day\n"
    "o4,,,ann,d1,south,2024-01-26T09:01:20.000000001Z,yes,zed,0.5,night\n"
    "o5,,,carl,d1,north,2024-01-26T09:00:10Z,yes,zed,0.5,day\n"
    "o6,,,carl,d1,north,2024-01-26T09:00:11Z,yes,bob,0.5,dusk\n"
    "o7,,,carl,d2,north,2024-01-26T09:00:12Z,no,,,\n";

} // namespace

TEST_CASE("observations of one person become passages by the declared gap, cameras fused by the maximum") {
  const trial_log out = accepted("[[group]]\nname = \"light\"\ntable = \"observations\"\n" + by_person + listed, frames);
  CHECK(out.refused.empty());
  REQUIRE(out.passages.size() == 1);
  const passage_table& rows = out.passages[0].rows;
  REQUIRE(rows.size() == 4);
  // By deployment, person and time.
  CHECK(at(rows.person, 0) == "ann");
  CHECK(at(rows.camera, 0) == "north+south");
  CHECK(rows.mated[0] == mated_status::yes);
  CHECK(at(rows.top_person, 0) == "ann");
  CHECK(rows.mate_score[0] == 0.75F);
  CHECK(rows.mate_rank[0] == 1);
  CHECK(at(rows.groups.at("light"), 0) == "day");
  // A second traversal, on which somebody else came first: the mate has no rank on record.
  CHECK(at(rows.person, 1) == "ann");
  CHECK(at(rows.camera, 1) == "south");
  CHECK(at(rows.top_person, 1) == "zed");
  CHECK(rows.mate_rank[1] == 0);
  CHECK(rows.mate_score[1] == no_score);
  // Equal best scores: the first in byte order.
  CHECK(at(rows.person, 2) == "carl");
  CHECK(rows.mated[2] == mated_status::no);
  CHECK(at(rows.top_person, 2) == "bob");
  CHECK(at(rows.groups.at("light"), 2) == "");
  CHECK(rows.acquired == std::vector<std::uint8_t>{1, 1, 1, 0});
  CHECK(at(rows.deployment, 3) == "d2");
  CHECK(rows.second_score.empty());
  CHECK(out.passages[0].looks.first == std::vector<std::uint64_t>{0, 3, 4, 6, 7});
  CHECK(out.passages[0].looks.scores == std::vector<float>{0.25F, 0.75F, no_score, 0.5F, 0.5F, 0.5F, no_score});
}

TEST_CASE("passages do not depend on the order of observations nor on threads") {
  const std::string declared = by_person + listed;
  const trial_log whole = accepted(declared, frames);
  std::vector<std::string> lines;
  std::istringstream text(frames);
  for (std::string line; std::getline(text, line);) lines.push_back(line + "\n");
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(lines.begin(), lines.end(), random);
    std::string all;
    for (const std::string& line : lines) all += line;
    const auto out = read(declared, all, i % 2 == 0 ? 1 : 2);
    REQUIRE(out.has_value());
    CHECK(out->passages.at(0).rows == whole.passages.at(0).rows);
  }
}

TEST_CASE("passages are formed by an identifier or by tracks where the study says so") {
  const std::string rows =
      "o1,t1,p1,ann,d1,north,2024-01-26T09:00:00Z,yes,ann,0.25,\n"
      "o2,t1,p1,ann,d1,north,2024-01-26T11:00:00Z,yes,ann,0.75,\n"
      "o3,t1,p1,ann,d1,south,2024-01-26T11:00:00Z,yes,ann,0.5,\n"
      "o4,t2,p2,ann,d1,south,2024-01-26T11:00:00Z,yes,ann,0.125,\n";
  const trial_log by_id = accepted(observations("") + listed, rows), by_track = accepted(observations("passages_by = \"track\"\n") + listed, rows);
  CHECK(by_id.passages.at(0).rows.top_score == std::vector<float>{0.75F, 0.125F});
  // A track number means a track of its own camera.
  CHECK(by_track.passages.at(0).rows.top_score == std::vector<float>{0.75F, 0.5F, 0.125F});
}

TEST_CASE("M70: the list in force decides for passages made of observations too") {
  const trial_log out = accepted(by_person + listed, "o1,,,ann,d1,n,2024-01-26T07:59:59Z,yes,bob,0.5,\no2,,,ann,d1,n,2024-01-26T08:00:29Z,yes,bob,0.75,\n"
                                                     "o3,,,ann,d1,n,2024-01-26T08:10:00Z,yes,ann,0.75,\n");
  // The first passage began before the person was listed.
  CHECK(out.passages.at(0).rows.mated == std::vector<mated_status>{mated_status::no, mated_status::yes});
}

TEST_CASE("an observation that cannot be used takes its passage along") {
  const std::string good = "g,,,carl,d9,n,2024-01-26T09:00:00Z,yes,zed,0.125,\n";
  struct fault { const char* rows; std::size_t refused; const char* column; };
  const fault faults[] = {
      {"o1,,,ann,d1,n,2024-01-26T09:00:00Z,yes,ann,0.5,\no1,,,ann,d1,n,2024-01-26T09:00:01Z,yes,ann,0.5,\no2,,,ann,d1,n,2024-01-26T09:00:02Z,yes,ann,0.5,\n", 3, "observation"},
      {"o1,,,ann,d1,n,2024-01-26T09:00:00Z,no,ann,0.5,\no2,,,ann,d1,n,2024-01-26T09:00:02Z,yes,ann,0.5,\n", 2, "top_score"},
      {"o1,,,ann,d1,n,2024-01-26T09:00:00Z,yes,nobody,0.5,\no2,,,ann,d1,n,2024-01-26T09:00:02Z,yes,ann,0.5,\n", 2, "top_person"},
      {"o1,,,carl,d1,n,2024-01-26T09:00:00Z,yes,carl,0.5,\n", 1, "top_person"},
      {"o1,,,ann,d1,n,,yes,ann,0.5,\n", 1, "time"},
      {"o1,,,,d1,n,2024-01-26T09:00:00Z,yes,ann,0.5,\n", 1, "person"},
  };
  for (const fault& one : faults) {
    CAPTURE(one.rows);
    const trial_log out = accepted(by_person + listed, good + one.rows);
    CHECK(out.refused.size() == one.refused);
    CHECK(std::any_of(out.refused.rows().begin(), out.refused.rows().end(), [&](const refused_row& row) { return row.why.column_name == one.column; }));
    CHECK(out.passages.at(0).rows.size() == 1);
  }
  const trial_log two = accepted(observations("") + listed, "o1,,p1,ann,d1,n,,yes,zed,0.5,\no2,,p1,bob,d1,n,,yes,zed,0.5,\no3,,,bob,d1,n,,yes,zed,0.5,\n");
  CHECK(two.refused.size() == 3);
  CHECK(two.passages.at(0).rows.size() == 0);
}

TEST_CASE("rules of forming passages that cannot be meant are refused with their key") {
  const auto key = [](const std::string& declared, const std::string& rows = frames) {
    const auto out = read(declared + listed, rows);
    REQUIRE_FALSE(out.has_value());
    return out.error().at(0).column_name;
  };
  CHECK(key(observations("passages_by = \"person\"\n")) == "source.passage_gap_seconds");
  CHECK(key(observations("passage_gap_seconds = 30\n")) == "source.passage_gap_seconds");
  CHECK(key(observations("passages_by = \"face\"\n")) == "source[].passages_by");
  CHECK(key(observations("passages_by = \"person\"\npassage_gap_seconds = 0\n")) == "source[].passage_gap_seconds");
  // A score that cannot be read would leave its passage with too low a best one.
  CHECK(key(by_person, "o1,,,ann,d1,n,2024-01-26T09:00:00Z,yes,ann,high,\n") == "top_score");
}
