#include <lfreval/log/trial_log.hpp>

#include <doctest/doctest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/bytes/file.hpp>

#include "support/gzip_data.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

constexpr std::string_view beginning = "schema = 1\n[study]\nname = \"n\"\n[system.a]\nscore_range = [0, 1]\n";

std::string source(std::string_view table, std::string_view kind = "seeded", std::string_view more = "") {
  return "[[source]]\nname = \"" + std::string(table) + "\"\nkind = \"" + std::string(kind) + "\"\ntable = \"" + std::string(table) + "\"\nfiles = [\"" + std::string(table) +
         ".csv\"]\n" + std::string(more);
}

using files = std::map<std::string, std::string>;

tl::expected<trial_log, std::vector<error>> read(const std::string& declared, const files& all, unsigned threads = 1) {
  const test::temporary_folder folder;
  for (const auto& one : all) folder.write(one.first, one.second);
  const auto parsed = parse_study(std::string(beginning) + declared, folder.at("study.toml"));
  REQUIRE(parsed.has_value());
  return read_trial_log(*parsed, threads);
}

trial_log accepted(const std::string& declared, const files& all) {
  auto out = read(declared, all);
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}

/// The only refused row.
error refused_row_of(const std::string& declared, const files& all) {
  const trial_log out = accepted(declared, all);
  REQUIRE(out.refused.size() == 1);
  return out.refused.rows().begin()->why;
}

error refused_input(const std::string& declared, const files& all) {
  const auto out = read(declared, all);
  REQUIRE_FALSE(out.has_value());
  return out.error().at(0);
}

/// A passages file of one row beside one good one.
files wide(const std::string& row) {
  return {{"passages.csv", "passage,person,mated,mate,acquired,top_person,top_score,second_score,mate_score,mate_rank\n"
                           "good,v0,yes,,yes,v0,0.9,0.3,0.9,1\n" + row + "\n"}};
}

std::string at(const text_column& column, std::size_t row) { return column.codes[row] == no_code ? "" : column.texts[column.codes[row]]; }

const std::string list = "image,person,created,deleted\n"
                         "i1,ann,2024-01-26T08:00:00Z,2024-01-26T12:00:00Z\n"
                         "i2,ann,2024-01-26T08:00:00Z,2024-01-26T12:00:00Z\n"
                         "i3,bob,,\n";

} // namespace

TEST_CASE("passages in the wide form become columns, with the groups of their persons") {
  const trial_log out = accepted("[[group]]\nname = \"sex\"\n" + source("passages") + source("persons"),
                                 {{"passages.csv", "passage,person,deployment,camera,mated,acquired,top_person,top_score,second_score,mate_score,mate_rank\n"
                                                   "p1,v1,d1,c2,yes,yes,v1,0.75,0.5,0.75,1\n"
                                                   "p2,v2,d1,c1,no,yes,v9,0.25,,,\n"
                                                   "p3,v1,d2,c1,yes,yes,v7,0.5,0.4375,0.375,3\n"
                                                   "p4,v3,d2,c1,,no,,,,,\n"},
                                  {"persons.csv", "person,sex\nv1,female\nv2,\n"}});
  REQUIRE(out.passages.size() == 1);
  const passage_table& rows = out.passages[0].rows;
  CHECK(out.passages[0].kind == source_kind::seeded);
  CHECK(rows.system == "a");
  CHECK(out.refused.empty());
  REQUIRE(rows.size() == 4);
  CHECK(rows.person.texts == std::vector<std::string>{"v1", "v2", "v3"});
  CHECK(rows.person.codes == std::vector<std::uint32_t>{0, 1, 0, 2});
  CHECK(at(rows.deployment, 2) == "d2");
  CHECK(at(rows.camera, 0) == "c2");
  CHECK(rows.mated == std::vector<mated_status>{mated_status::yes, mated_status::no, mated_status::yes, mated_status::unknown});
  CHECK(rows.acquired == std::vector<std::uint8_t>{1, 1, 1, 0});
  CHECK(at(rows.top_person, 1) == "v9");
  CHECK(rows.top_score == std::vector<float>{0.75F, 0.25F, 0.5F, no_score});
  CHECK(rows.second_score == std::vector<float>{0.5F, no_score, 0.4375F, no_score});
  CHECK(rows.mate_score == std::vector<float>{0.75F, no_score, 0.375F, no_score});
  CHECK(rows.mate_rank == std::vector<std::uint32_t>{1, 0, 3, 0});
  CHECK(at(rows.groups.at("sex"), 0) == "female");
  CHECK(at(rows.groups.at("sex"), 1).empty());
  CHECK(at(rows.groups.at("sex"), 3).empty());
  REQUIRE(out.files.size() == 2);
  CHECK(out.files[0].rows == 4);
  CHECK(out.files[0].sha256.size() == 64);
}

TEST_CASE("candidates are joined to passages and collapsed to persons") {
  const trial_log out = accepted(source("passages") + source("candidates") + source("watchlist"),
                                 {{"passages.csv", "passage,person,time\np1,ann,2024-01-26T09:00:00Z\np2,ann,2024-01-26T13:00:00Z\np3,eve,2024-01-26T09:00:00Z\np4,bob,2024-01-26T09:00:00Z\n"},
                                  {"candidates.csv", "passage,rank,image,score\np1,3,i1,0.25\np1,1,i3,0.5\np1,2,i3,0.375\np1,4,i2,0.125\np3,1,i1,0.0625\n"},
                                  {"watchlist.csv", list}});
  CHECK(out.refused.empty());
  const passage_table& rows = out.passages.at(0).rows;
  REQUIRE(rows.size() == 4);
  // ann was on the list from 8 to 12, eve never was, bob always was.
  CHECK(rows.mated == std::vector<mated_status>{mated_status::yes, mated_status::no, mated_status::no, mated_status::yes});
  CHECK(at(rows.top_person, 0) == "bob");
  CHECK(at(rows.top_person, 2) == "ann");
  CHECK(rows.top_score == std::vector<float>{0.5F, no_score, 0.0625F, no_score});
  CHECK(rows.second_score == std::vector<float>{0.25F, no_score, no_score, no_score});
  CHECK(rows.mate_score == std::vector<float>{0.25F, no_score, no_score, no_score});
  CHECK(rows.mate_rank == std::vector<std::uint32_t>{2, 0, 0, 0});
  CHECK(rows.recorded_from == 0.0625F);
}

TEST_CASE("the list in force decides to the nanosecond: created <= time < deleted") {
  const auto mated_at = [](const std::string& time) {
    const trial_log out = accepted(source("passages") + source("watchlist"), {{"passages.csv", "passage,person,time,top_score\np1,ann," + time + ",0.5\n"}, {"watchlist.csv", list}});
    return out.passages.at(0).rows.mated.at(0);
  };
  CHECK(mated_at("2024-01-26T07:59:59.999999999Z") == mated_status::no);
  CHECK(mated_at("2024-01-26T08:00:00Z") == mated_status::yes);
  CHECK(mated_at("2024-01-26T12:59:59.999999999+01:00") == mated_status::yes);
  CHECK(mated_at("2024-01-26T12:00:00Z") == mated_status::no);
  CHECK(mated_at("") == mated_status::unknown);
}

TEST_CASE("M70: a mated status that the list in force contradicts is refused") {
  const std::string declared = source("passages") + source("watchlist");
  const error was_not = refused_row_of(declared, {{"passages.csv", "passage,person,time,mated,top_score\np1,ann,2024-01-26T13:00:00Z,yes,0.5\n"}, {"watchlist.csv", list}});
  CHECK(was_not.code == error_code::not_allowed);
  CHECK(was_not.line == 2);
  CHECK(was_not.column == 4);
  CHECK(was_not.column_name == "mated");
  CHECK(was_not.value == "yes");
  CHECK(was_not.allowed.find("watchlist in force") != std::string::npos);
  const error was = refused_row_of(declared, {{"passages.csv", "passage,person,time,mated,top_score\np1,ann,2024-01-26T09:00:00Z,no,0.5\n"}, {"watchlist.csv", list}});
  CHECK(was.value == "no");
  const error mate = refused_row_of(declared, {{"passages.csv", "passage,person,time,mate,top_score\np1,volunteer 7,2024-01-26T13:00:00Z,ann,0.5\n"}, {"watchlist.csv", list}});
  CHECK(mate.column_name == "mate");
  CHECK(mate.value == "ann");
}

TEST_CASE("M15: an operational log gives no rate over mated passages, whatever its labels say") {
  const files all{{"passages.csv", "passage,person,mated,top_person,top_score,mate_score,mate_rank\np1,v1,yes,v1,0.75,0.75,1\np2,v2,no,,0.5,,\n"}};
  const trial_log operational = accepted(source("passages", "operational"), all);
  const trial_passages& seen = operational.passages.at(0);
  CHECK(seen.mated_withheld == 1);
  CHECK(seen.rows.mated == std::vector<mated_status>{mated_status::unknown, mated_status::no});
  CHECK(seen.rows.mate_score == std::vector<float>{no_score, no_score});
  CHECK(seen.rows.mate_rank == std::vector<std::uint32_t>{0, 0});
  CHECK(seen.rows.top_score == std::vector<float>{0.75F, 0.5F});
  const trial_log seeded = accepted(source("passages"), all);
  CHECK(seeded.passages.at(0).mated_withheld == 0);
  CHECK(seeded.passages.at(0).rows.mate_rank == std::vector<std::uint32_t>{1, 0});
  CHECK(refused_input(source("passages", "scores"), all).allowed.find("operational or seeded") != std::string::npos);
}

TEST_CASE("rows that contradict themselves are refused, each with its column and rule") {
  struct wanted { std::string row, column; error_code code; };
  const wanted cases[] = {
      {"p,v1,yes,,yes,v1,nan,,,", "top_score", error_code::not_a_number},
      {"p,v1,yes,,yes,v1,inf,,,", "top_score", error_code::not_a_number},
      {"p,v1,yes,,yes,v1,1.5,,,", "top_score", error_code::not_a_number},
      {"p,v1,perhaps,,yes,v1,0.5,,,", "mated", error_code::not_allowed},
      {"p,,yes,,yes,v1,0.5,,,", "person", error_code::missing_value},
      {"p,v1,no,v1,yes,v2,0.5,,,", "mate", error_code::not_allowed},
      {"p,v1,no,,no,v2,0.5,,,", "top_score", error_code::not_allowed},
      {"p,v1,no,,yes,v2,,,,", "top_score", error_code::not_allowed},
      {"p,v1,no,,yes,v2,0.5,0.75,,", "second_score", error_code::not_allowed},
      {"p,v1,no,,yes,v2,0.5,,0.25,", "mate_score", error_code::not_allowed},
      {"p,v1,no,,yes,v1,0.5,,,", "top_person", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,,0.75,", "mate_score", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,,,2", "mate_score", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,0.25,0.5,1", "mate_rank", error_code::not_allowed},
      {"p,v1,yes,,yes,v1,0.5,0.25,0.25,2", "mate_rank", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,0.25,0.125,2", "mate_rank", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,0.25,0.375,3", "mate_rank", error_code::not_allowed},
      {"p,v1,yes,,yes,v2,0.5,0.25,0.25,0", "mate_rank", error_code::not_a_count},
  };
  for (const wanted& one : cases) {
    CAPTURE(one.row);
    const trial_log out = accepted(source("passages"), wide(one.row));
    CHECK(out.passages.at(0).rows.size() == 1);
    REQUIRE(out.refused.size() == 1);
    const error& why = out.refused.rows().begin()->why;
    CHECK(why.column_name == one.column);
    CHECK(why.code == one.code);
    CHECK(why.line == 3);
    CHECK(why.file == "passages.csv");
    CHECK_FALSE(why.allowed.empty());
  }
}

TEST_CASE("all copies of a passage are refused, across files too") {
  std::string declared = source("passages");
  declared.replace(declared.find("[\"passages.csv\"]"), 16, "[\"passages.csv\", \"b.csv\"]");
  const trial_log out = accepted(declared, {{"passages.csv", "passage,person,top_score\np1,v1,0.5\np2,v1,0.5\n"}, {"b.csv", "top_score,person,passage\n0.25,v0,p1\n0.75,v0,p3\n"}});
  CHECK(out.refused.counts().at(error_code::duplicate_id) == 2);
  CHECK(out.refused.rows().begin()->why.file == "b.csv");
  CHECK(out.refused.rows().begin()->why.column == 3);
  const passage_table& rows = out.passages.at(0).rows;
  REQUIRE(rows.size() == 2);
  CHECK(at(rows.person, 0) == "v1");
  CHECK(at(rows.person, 1) == "v0");
  CHECK(rows.top_score == std::vector<float>{0.5F, 0.75F});
}

TEST_CASE("candidates that do not hold together are refused with their passage") {
  const std::string declared = source("passages") + source("candidates");
  const std::string passages = "passage,person,mated\np1,v1,no\np2,v1,no\n";
  for (const char* rows : {"p1,1,x,0.5\np1,3,y,0.25\n", "p1,1,x,0.5\np1,1,y,0.5\n", "p1,1,x,0.5\np1,2,y,0.75\n", "p1,2,x,0.5\np1,3,y,0.25\n", "p1,1,x,0.5\np1,2,,0.25\n"}) {
    CAPTURE(rows);
    const trial_log out = accepted(declared, {{"passages.csv", passages}, {"candidates.csv", "passage,rank,person,score\np2,1,z,0.125\n" + std::string(rows)}});
    CHECK(out.refused.size() == 3);
    CHECK(out.refused.counts().at(error_code::not_allowed) == 3);
    REQUIRE(out.passages.at(0).rows.size() == 1);
    CHECK(at(out.passages[0].rows.top_person, 0) == "z");
  }
  const error unknown = refused_row_of(declared, {{"passages.csv", passages}, {"candidates.csv", "passage,rank,person,score\np9,1,z,0.125\n"}});
  CHECK(unknown.value == "p9");
  CHECK(unknown.column_name == "passage");
  CHECK(unknown.allowed.find("table passages") != std::string::npos);
}

TEST_CASE("one person under two names, and images enrolled twice, are refused") {
  const auto refusals = [](const std::string& rows) {
    return accepted(source("passages") + source("watchlist"), {{"passages.csv", "passage,person,top_score\np1,v,0.5\n"}, {"watchlist.csv", "list,image,person,created,deleted\n" + rows}}).refused;
  };
  const ledger two_names = refusals("l,i1,ann,,\nl,i1,anne,,\nl,i2,bob,,\n");
  CHECK(two_names.size() == 2);
  CHECK(two_names.rows().begin()->why.column_name == "person");
  CHECK(two_names.rows().begin()->why.allowed.find("one person for each image") != std::string::npos);
  CHECK(refusals("l,i1,ann,,\nl,i1,ann,,\n").counts().at(error_code::duplicate_id) == 2);
  CHECK(refusals("l,i1,ann,2024-01-01T00:00,2024-01-02T00:00\nl,i1,ann,2024-01-02T00:00,\nm,i1,ann,,\n").empty());
  CHECK(refusals("l,i1,ann,2024-01-02T00:00,2024-01-02T00:00\n").size() == 1);
}

TEST_CASE("distances are negated, and the sentinel says that no template was made") {
  std::string declared = "[system.b]\npolarity = \"distance\"\nscore_range = [0, 2]\n" + source("passages", "seeded", "system = \"b\"\nsentinel = { value = -1, means = \"failure_to_acquire\" }\nrecorded_from = 1.5\n");
  const trial_log out = accepted(declared, {{"passages.csv", "passage,person,mated,top_score,second_score\np1,v1,no,0.25,0.5\np2,v1,no,-1,\np3,v2,no,0.5,0.25\n"}});
  const passage_table& rows = out.passages.at(0).rows;
  CHECK(rows.system == "b");
  CHECK(rows.top_score == std::vector<float>{-0.25F, no_score});
  CHECK(rows.second_score == std::vector<float>{-0.5F, no_score});
  CHECK(rows.acquired == std::vector<std::uint8_t>{1, 0});
  CHECK(rows.recorded_from == -1.5F);
  CHECK(out.refused.size() == 1);
}

TEST_CASE("columns are found by mapping, declared spellings and constants, one header under two names") {
  const std::string declared = source("passages", "seeded",
                                      "[source.columns]\nperson = \"site\"\ndeployment = \"site\"\nmated = { column = \"m\", yes = [\"1\"], no = [\"0\"] }\ncamera = { const = \"north\" }\n");
  const trial_log out = accepted(declared, {{"passages.csv", "passage,site,m,top_score,comment\np1,s1,1,0.5,x\np2,s2,0,0.5,\np3,s2,,0.5,\np4,s2,yes,0.5,\n"}});
  const passage_table& rows = out.passages.at(0).rows;
  CHECK(rows.person == rows.deployment);
  CHECK(at(rows.camera, 2) == "north");
  CHECK(rows.mated == std::vector<mated_status>{mated_status::yes, mated_status::no, mated_status::unknown});
  CHECK(out.refused.rows().begin()->why.allowed.find("declared spellings") != std::string::npos);
  CHECK(out.files.at(0).unused_columns == std::vector<std::string>{"comment"});
  const error slip = refused_input(source("passages", "seeded", "[source.columns]\nmate = \"mat\"\n"), {{"passages.csv", "passage,person,top_score,mate_id\n"}});
  CHECK(slip.code == error_code::unknown_column);
  CHECK(slip.value == "mat");
}

TEST_CASE("input that no log can be made of is refused with its place") {
  const std::string packed = test::gzipped("passage,person,top_score\n" + std::string(3000, 'x') + ",v1,0.5\n");
  const error cut = refused_input(source("passages"), {{"passages.csv", packed.substr(0, packed.size() - 6)}});
  CHECK(cut.file == "passages.csv");
  CHECK(cut.value == "gzip data that end in the middle of a member");
  const error mixed = refused_input(source("passages") + source("watchlist"), {{"passages.csv", "passage,person,time,top_score\np1,v,2024-01-26T09:00,0.5\n"}, {"watchlist.csv", list}});
  CHECK(mixed.code == error_code::not_a_date);
  CHECK(mixed.file == "passages.csv");
  CHECK(mixed.line == 2);
  CHECK(mixed.allowed.find("watchlist.csv:2") != std::string::npos);
  CHECK(refused_input(source("passages"), {{"passages.csv", "passage,person\np1,v\n"}}).column_name == "source.columns.top_score");
  CHECK(refused_input(source("passages") + source("candidates"), {{"passages.csv", "passage,person,top_score\np1,v,0.5\n"}, {"candidates.csv", "passage,rank,person,score\n"}}).value == "candidates");
  CHECK(refused_input("[system.b]\n" + source("passages"), {{"passages.csv", "passage,person,top_score\n"}}).column_name == "source.system");
  CHECK(refused_input("[system.c]\nprecision = \"float64\"\n" + source("passages", "seeded", "system = \"c\"\n"), {{"passages.csv", "passage,person,top_score\n"}}).code == error_code::unsupported);
  CHECK(refused_input(source("passages"), {{"passages.csv", "passage,person,passage\n"}}).code == error_code::duplicate_column);
}

TEST_CASE("the log does not depend on threads") {
  std::string passages = "passage,person,mated,top_person,top_score\n";
  for (int i = 0; i < 40'000; ++i) passages += "p" + std::to_string(i) + ",v" + std::to_string(i * 7 % 811) + ",no,w" + std::to_string(i % 97) + ",0." + std::to_string(i % 1000) + "\n";
  const auto one = read(source("passages"), {{"passages.csv", passages}}, 1), two = read(source("passages"), {{"passages.csv", passages}}, 2);
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK(one->passages.at(0).rows == two->passages.at(0).rows);
  CHECK(one->passages.at(0).rows.size() == 40'000);
  CHECK(one->files.at(0).sha256 == sha256_hex(passages));
}

TEST_CASE("a person of whom no image could be enrolled is listed, and cannot be found") {
  const trial_log out = accepted(source("passages") + source("watchlist"), {{"passages.csv", "passage,person,acquired,top_score\np1,ann,yes,\np2,bob,yes,\np3,cat,yes,\n"},
                                                                            {"watchlist.csv", "image,person,enrolled\ni1,ann,no\ni2,ann,no\ni3,bob,no\ni4,bob,yes\n"}});
  CHECK(out.refused.empty());
  CHECK(out.watchlist_persons == 1);
  CHECK(out.watchlist_without_template == 1);
  REQUIRE(out.passages.size() == 1);
  const passage_table& rows = out.passages[0].rows;
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK((rows.mated[i] == mated_status::yes) == (at(rows.person, i) != "cat"));
}

TEST_CASE("nobody is returned who was not on the watchlist in force") {
  const std::string watchlist = "image,person,created,deleted\ni1,ann,2024-01-26T08:00:00Z,2024-01-26T12:00:00Z\n";
  const std::string header = "passage,person,time,mated,acquired,top_person,top_score\ngood,x,2024-01-26T09:00:00Z,no,yes,ann,0.5\n";
  const auto wide_row = [&](const std::string& row) { return refused_row_of(source("passages") + source("watchlist"), {{"passages.csv", header + row}, {"watchlist.csv", watchlist}}); };
  CHECK(wide_row("p,x,2024-01-26T09:00:00Z,no,yes,zoe,0.5\n").column_name == "top_person");
  CHECK(wide_row("p,x,2024-01-26T13:00:00Z,no,yes,ann,0.5\n").column_name == "top_person"); // deleted by then
  const trial_log lists = accepted(source("passages") + source("watchlist") + source("candidates"),
                                   {{"passages.csv", "passage,person,time,mated,acquired\ngood,x,2024-01-26T09:00:00Z,no,yes\nbad,x,2024-01-26T09:00:00Z,no,yes\n"},
                                    {"watchlist.csv", watchlist},
                                    {"candidates.csv", "system,passage,rank,person,score\na,good,1,ann,0.5\na,bad,1,ann,0.5\na,bad,2,zoe,0.4\n"}});
  CHECK(lists.refused.size() == 3); // both candidates, and the passage with them
  REQUIRE(lists.passages.size() == 1);
  CHECK(lists.passages[0].rows.size() == 1);
}
