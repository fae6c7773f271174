#include <lfreval/log/scores.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/bytes/file.hpp>

#include "log/score_matrices.hpp"
#include "support/gzip_data.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

const std::string small = "id,r2,r1,r3\n"
                          "r1,0.25,0.75,0.5\n"
                          "x9,0.125,0.375,0\n"
                          "r3,0.0625,0.3125,1\n";

std::vector<float> row_of(const score_set& set, std::size_t probe) {
  const auto scores = set.table.row(probe).scores;
  return {scores.begin(), scores.end()};
}
std::vector<std::uint32_t> mates_of(const score_set& set, std::size_t probe) {
  const auto mates = set.table.row(probe).mates;
  return {mates.begin(), mates.end()};
}

} // namespace

TEST_CASE("scores: a matrix is read in canonical order, and equal ids are mated") {
  const score_log out = accepted_scores(matrix_source(), {{"s.csv", small}});
  REQUIRE(out.sets.size() == 1);
  const score_set& set = out.sets[0];
  CHECK(out.refused.empty());
  CHECK(set.source == "s");
  CHECK(set.system == "a");
  CHECK(set.format == "matrix");
  CHECK(set.label_source == "ground_truth");
  CHECK(set.probes == std::vector<std::string>{"r1", "r3", "x9"});
  CHECK(set.references == std::vector<std::string>{"r1", "r2", "r3"});
  CHECK(row_of(set, 0) == std::vector<float>{0.75F, 0.25F, 0.5F});
  CHECK(row_of(set, 1) == std::vector<float>{0.3125F, 0.0625F, 1.0F});
  CHECK(row_of(set, 2) == std::vector<float>{0.375F, 0.125F, 0.0F});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(mates_of(set, 1) == std::vector<std::uint32_t>{2});
  CHECK(mates_of(set, 2).empty());
  CHECK(set.table.is_full());
  CHECK(set.has_searches());
  CHECK(set.counts == comparison_counts{.mated = 2, .nonmated = 7});
  CHECK(set.counts.all() == 9);
  CHECK(set.probes_with_mate == 2);
  CHECK(set.probes_without_mate == 1);
  CHECK(set.fewest_references == 3);
  CHECK(set.most_references == 3);
  CHECK(set.probe_person.texts == set.probes);
  CHECK(set.acquired == std::vector<std::uint8_t>{1, 1, 1});
  CHECK(set.enrolled == std::vector<std::uint8_t>{1, 1, 1});
  CHECK(set.constant_columns.empty());
  REQUIRE(out.files.size() == 1);
  CHECK(out.files[0].named == "s.csv");
  CHECK(out.files[0].rows == 3);
  CHECK(out.files[0].sha256 == sha256_hex(small));
}

TEST_CASE("scores: the order of rows and columns, threads, files and compression change nothing") {
  const score_set wanted = accepted_scores(matrix_source(), {{"s.csv", small}}).sets.at(0);
  const auto same = [&](const score_log& out) {
    const score_set& set = out.sets.at(0);
    CHECK(set.table == wanted.table);
    CHECK(set.probes == wanted.probes);
    CHECK(set.references == wanted.references);
    CHECK(set.counts == wanted.counts);
    CHECK(set.probe_person == wanted.probe_person);
    CHECK(set.acquired == wanted.acquired);
  };
  same(accepted_scores(matrix_source(), {{"s.csv", "id,r1,r3,r2\nr3,0.3125,1,0.0625\nr1,0.75,0.5,0.25\nx9,0.375,0,0.125\n"}}));
  same(accepted_scores(matrix_source(), {{"s.csv", small}}, 2));
  same(accepted_scores(matrix_source("[\"s.csv\", \"t.csv\"]"),
                       {{"s.csv", "id,r1,r2,r3\nx9,0.375,0.125,0\n"}, {"t.csv", "id,r3,r2,r1\nr1,0.5,0.25,0.75\nr3,1,0.0625,0.3125\n"}}));
  const score_log packed = accepted_scores(matrix_source(), {{"s.csv", gzipped(small)}});
  same(packed);
  CHECK(packed.files.at(0).sha256 == sha256_hex(gzipped(small)));
}

TEST_CASE("scores: byte order mark, CRLF, quoted ids, a missing last line end and blank lines at the end") {
  const score_set set = accepted_scores(matrix_source(), {{"s.csv", "\xEF\xBB\xBFid,\"a,\"\"b\"\r\n\"a,\"\"b\",0.5\r\nc,1e-1"}}).sets.at(0);
  CHECK(set.references == std::vector<std::string>{"a,\"b"});
  CHECK(set.probes == std::vector<std::string>{"a,\"b", "c"});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(row_of(set, 1) == std::vector<float>{0.1F});
  CHECK(accepted_scores(matrix_source(), {{"s.csv", "id,a\nb,0.5\n\n\n"}}).sets.at(0).probes.size() == 1);
}

TEST_CASE("scores: a distance is negated, and 0 stays 0") {
  const score_set set = accepted_scores(matrix_source("[\"s.csv\"]", "polarity = \"distance\"\n"), {{"s.csv", "id,a,b\na,0,0.25\nc,1,0.5\n"}}).sets.at(0);
  CHECK(row_of(set, 0) == std::vector<float>{0.0F, -0.25F});
  CHECK_FALSE(std::signbit(row_of(set, 0)[0]));
  CHECK(row_of(set, 1) == std::vector<float>{-1.0F, -0.5F});
}

TEST_CASE("scores: written numbers become the nearest float") {
  // The last is 1/2^25 above 1 - 1/2^24 with 15 digits: near half way between two floats, where rounding twice goes wrong.
  const std::vector<std::string> written{"0.1", ".5", "5.", "0.57561", "0.123456789", "0.12345678901234567890123", "1e-3", "0.000001", "16777217e-8", "0.97656252910383045673370361328125",
                                "0.999999970197678"};
  std::string header = "id", row = "p";
  for (std::size_t i = 0; i < written.size(); ++i) {
    header += ",r" + std::to_string(10 + i);
    row += "," + written[i];
  }
  const score_set set = accepted_scores(matrix_source("[\"s.csv\"]", "score_range = [0, 10]\n"), {{"s.csv", header + "\n" + row + "\n"}}).sets.at(0);
  for (std::size_t i = 0; i < written.size(); ++i) {
    CAPTURE(written[i]);
    CHECK(row_of(set, 0)[i] == std::strtof(written[i].c_str(), nullptr));
  }
}

TEST_CASE("scores: a probe with a score that is none is refused whole, with its place") {
  const auto refused = [](const std::string& cell) {
    const score_log out = accepted_scores(matrix_source(), {{"s.csv", "id,r2,r1\np1,0.5,0.25\np2,0.5," + cell + "\n"}});
    REQUIRE(out.refused.size() == 1);
    CHECK(out.sets.at(0).probes == std::vector<std::string>{"p1"});
    CHECK(out.sets.at(0).incomplete_probes == 1);
    CHECK(out.sets.at(0).counts.all() == 2);
    return out.refused.rows().begin()->why;
  };
  for (const char* cell : {"nan", "inf", "1.5", "-0.25", "0x1", " 0.5", "0.5 ", "+0.5", "1e400", "n/a"}) {
    CAPTURE(cell);
    const error why = refused(cell);
    CHECK(why.code == error_code::not_a_number);
    CHECK(why.file == "s.csv");
    CHECK(why.line == 3);
    CHECK(why.column == 3);
    CHECK(why.column_name == "r1");
    CHECK(why.value == cell);
    CHECK(why.allowed.find("a score from 0 to 1") != std::string::npos);
  }
}

TEST_CASE("scores: what a matrix cannot be told from is an error with its place") {
  const auto fault = [](const std::string& text, error_code code, std::uint64_t line, std::uint64_t column) {
    CAPTURE(text);
    const error why = refused_scores(matrix_source(), {{"s.csv", text}}).at(0);
    CAPTURE(why.message());
    CHECK(to_string(why.code) == to_string(code));
    CHECK(why.line == line);
    CHECK(why.column == column);
    CHECK_FALSE(why.allowed.empty());
  };
  using enum error_code;
  fault("", empty_file, 0, 0);
  fault("id\n", wrong_field_count, 1, 2);
  fault("id,a,a\np,0,1\n", duplicate_id, 1, 3);
  fault("id,a\np,0\nq,0\np,0.5\n", duplicate_id, 4, 1);
  fault("id,a,b\np,0\n", wrong_field_count, 2, 3);
  fault("id,a,b\np,0,1,0\n", wrong_field_count, 2, 4);
  fault("id,a,b\np,,1\n", missing_value, 2, 2);
  fault("id,a,b\np,0,\n", missing_value, 2, 3);
  fault("id,a,b\n,0,1\n", missing_value, 2, 1);
  fault("id,a,\np,0,1\n", missing_value, 1, 3);
  fault("id,a\np,0\n\nq,0\n", wrong_field_count, 3, 0);
  fault("id,a\np,\"0\"\n", malformed_csv, 2, 2);
  fault("id,\"a\np,0\n", malformed_csv, 1, 2);
  fault("id,a\n\"p,0\n", malformed_csv, 2, 1);
  fault("id,a\n\"", malformed_csv, 2, 1);
  fault(std::string("id,a\np,0\0\n", 10), not_text, 2, 4);
  fault(std::string("i\0d\0,\0a\0", 8), not_text, 0, 0);
  fault("id,\xff\np,0\n", not_text, 1, 4);
}

TEST_CASE("scores: damaged and enormous files are errors") {
  const std::string packed = gzipped(small);
  CHECK(refused_scores(matrix_source(), {{"s.csv", packed.substr(0, packed.size() - 9)}}).at(0).code == error_code::not_text);
  CHECK(refused_scores(matrix_source(), {}).at(0).code == error_code::cannot_open);
  // A line of 100 MB without an end.
  const std::string line = "id,a\np," + std::string(100'000'000, '1');
  const error why = refused_scores(matrix_source(), {{"s.csv", line}}).at(0);
  CHECK(why.code == error_code::malformed_csv);
  CHECK(why.line == 2);
  CHECK(refused_scores(matrix_source(), {{"s.csv", gzipped(line)}}).at(0) == why);
}

TEST_CASE("scores: a declared sentinel is never a score") {
  const std::string text = "id,a,b,c\na,-1,0.5,0.25\nb,-1,0.75,0.125\nx,-1,0.0625,0\n";
  const score_set set = accepted_scores(matrix_source() + sentinel("failure_to_enrol", "column"), {{"s.csv", text}}).sets.at(0);
  CHECK(set.enrolled == std::vector<std::uint8_t>{0, 1, 1});
  CHECK(set.acquired == std::vector<std::uint8_t>{1, 1, 1});
  CHECK(row_of(set, 0) == std::vector<float>{no_score, 0.5F, 0.25F});
  // The mate of a exists, though it failed to enrol: the probe is a mated one, and will count as a miss.
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(set.counts == comparison_counts{.mated = 2, .nonmated = 7, .failed_mated = 1, .failed_nonmated = 2});
  CHECK(set.constant_columns.empty());

  const score_set rows = accepted_scores(matrix_source() + sentinel("failure_to_acquire", ""), {{"s.csv", "id,a,b\na,0.5,0.25\nx,-1,-1\n"}}).sets.at(0);
  CHECK(rows.acquired == std::vector<std::uint8_t>{1, 0});
  CHECK_FALSE(rows.table.row(1).acquired);
  CHECK(row_of(rows, 1) == std::vector<float>{no_score, no_score});

  const score_set cells = accepted_scores(matrix_source() + sentinel("failure_to_enrol", "cell"), {{"s.csv", "id,a,b\na,-1,0.25\nx,0.5,-1\n"}}).sets.at(0);
  CHECK(cells.counts.failed() == 2);
  CHECK(cells.counts.failed_mated == 1);
  CHECK(cells.enrolled == std::vector<std::uint8_t>{1, 1});
}

TEST_CASE("scores: a sentinel that fills a part of its column or row is an error that names it") {
  const error column = refused_scores(matrix_source() + sentinel("failure_to_enrol", "column"), {{"s.csv", "id,a,b\na,0.5,0.25\nx,0,-1\ny,0,0\n"}}).at(0);
  CHECK(column.code == error_code::not_allowed);
  CHECK(column.line == 3);
  CHECK(column.column_name == "b");
  CHECK(column.value == "-1");
  CHECK(column.allowed.find("1 of 3") != std::string::npos);
  const error row = refused_scores(matrix_source() + sentinel("failure_to_acquire", "row"), {{"s.csv", "id,a,b\na,0.5,0.25\nx,0,-1\n"}}).at(0);
  CHECK(row.line == 3);
  CHECK(row.column_name == "x");
  CHECK(row.allowed.find("1 of 2") != std::string::npos);
}

TEST_CASE("scores: undeclared constant columns and rows are told and kept") {
  const score_set set = accepted_scores(matrix_source("[\"s.csv\"]", "score_range = [-1, 1]\n"), {{"s.csv", "id,a,b,c\na,0.5,-1,0.25\nx,0.125,-1,0\ny,-1,-1,-1\n"}}).sets.at(0);
  CHECK(set.constant_columns == std::vector<constant_scores>{{1, -1.0F, 3}});
  CHECK(set.constant_rows == std::vector<constant_scores>{{2, -1.0F, 3}});
  CHECK(row_of(set, 0) == std::vector<float>{0.5F, -1.0F, 0.25F});
  CHECK(set.enrolled == std::vector<std::uint8_t>{1, 1, 1});
  CHECK(set.counts.failed() == 0);
  // Of a distance the value is told as it was written.
  const score_set distance = accepted_scores(matrix_source("[\"s.csv\"]", "polarity = \"distance\"\n"), {{"s.csv", "id,a,b,c\np,1,0,0\nq,1,0.5,0\nr,1,1,0.25\n"}}).sets.at(0);
  CHECK(distance.constant_columns == std::vector<constant_scores>{{0, 1.0F, 3}});
}

TEST_CASE("scores: a column of one number outside the range is one error, not a refused row each") {
  const error why = refused_scores(matrix_source(), {{"s.csv", "id,a,b\na,0.5,-1\nx,0,-1\ny,0,-1\n"}}).at(0);
  CHECK(why.column_name == "b");
  CHECK(why.value == "-1");
  CHECK(why.allowed.find("sentinel") != std::string::npos);
}

TEST_CASE("scores: persons of probes and references come from lists beside the matrix") {
  const std::string source = scores_source("matrix", "mated = \"same_person\"\nprobes = \"p.csv\"\nreferences = \"r.csv\"\n");
  const score_files files{{"s.csv", "id,i1,i2,i3,i4\np1,0.5,0.25,0.75,0\np2,0.125,0,1,0\np3,0,0,0,0.5\n"},
                          {"p.csv", "probe,probe_person\np3,\np2,eve\np1,ann\nunused,bob\n"},
                          {"r.csv", "reference,reference_person\ni1,ann\ni2,bob\ni3,ann\ni4,\n"}};
  const score_log out = accepted_scores(source, files);
  const score_set& set = out.sets.at(0);
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0, 2});
  CHECK(mates_of(set, 1).empty());
  // Nobody knows who i4 is, nor who is on p3.
  CHECK(std::vector<std::uint32_t>(set.table.row(0).undecided.begin(), set.table.row(0).undecided.end()) == std::vector<std::uint32_t>{3});
  CHECK(set.table.row(2).undecided.size() == 4);
  CHECK(set.counts == comparison_counts{.mated = 2, .nonmated = 4, .undecided = 6});
  CHECK(set.probe_person.texts == std::vector<std::string>{"ann", "eve"});
  CHECK(set.probe_person.codes == std::vector<std::uint32_t>{0, 1, no_code});
  CHECK(set.reference_person.codes == std::vector<std::uint32_t>{0, 1, 0, no_code});
  CHECK(out.files.size() == 3);
  score_files lacking = files;
  lacking["r.csv"] = "reference,reference_person\ni1,ann\n";
  CHECK(refused_scores(source, lacking).at(0).value == "i2");
  lacking["r.csv"] = "reference,reference_person\ni1,ann\ni1,bob\n";
  CHECK(refused_scores(source, lacking).at(0).code == error_code::duplicate_id);
  CHECK(refused_scores(scores_source("matrix", "mated = \"same_person\"\n"), files).at(0).code == error_code::missing_key);
}

TEST_CASE("scores: a BEE matrix with its mask") {
  const std::vector<float> values{0.5F, 0.25F, 0.75F, 0.125F, 0.0F, 1.0F};
  const std::string_view mask = "\xff\x7f\x00\x7f\x7f\x7f";
  const score_files files{{"s.mtx", bee("S2", "MF", 2, 3, bytes_of(values))}, {"m.mask", bee("S2", "MB", 2, 3, std::string(mask.data(), 6))}};
  const std::string source = scores_source("bee", "mask = \"m.mask\"\n", "s.mtx");
  const score_log out = accepted_scores(source, files);
  const score_set& set = out.sets.at(0);
  CHECK(set.probes == std::vector<std::string>{"1", "2"});
  CHECK(set.references == std::vector<std::string>{"1", "2", "3"});
  CHECK(row_of(set, 0) == std::vector<float>{0.5F, 0.25F, 0.75F});
  CHECK(row_of(set, 1) == std::vector<float>{0.125F, 0.0F, 1.0F});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(set.table.row(0).undecided.size() == 1);
  CHECK(set.table.row(0).undecided[0] == 2);
  CHECK(set.counts == comparison_counts{.mated = 1, .nonmated = 4, .undecided = 1});
  CHECK(set.probes_without_mate == 1);
  CHECK(set.probe_person.codes.empty());
  CHECK(out.files.size() == 2);

  score_files other = files;
  std::string swapped;
  for (const float value : values) {
    std::string four = bytes_of({value});
    std::reverse(four.begin(), four.end());
    swapped += four;
  }
  other["s.mtx"] = bee("S2", "MF", 2, 3, swapped, true);
  CHECK(accepted_scores(source, other).sets.at(0).table == set.table);
  other["s.mtx"] = gzipped(files.at("s.mtx"));
  CHECK(accepted_scores(source, other).sets.at(0).table == set.table);

  const std::string distance = scores_source("bee", "mask = \"m.mask\"\n", "s.mtx", "polarity = \"distance\"\n");
  CHECK(refused_scores(distance, files).at(0).value == "S2");
  other["s.mtx"] = bee("D2", "MF", 2, 3, bytes_of(values));
  CHECK(row_of(accepted_scores(distance, other).sets.at(0), 1) == std::vector<float>{-0.125F, 0.0F, -1.0F});

  other = files;
  other["s.mtx"] = bee("S2", "MF", 2, 3, bytes_of({0.5F, std::numeric_limits<float>::quiet_NaN(), 0, 0, 0, 0.5F}));
  const score_log refused = accepted_scores(source, other);
  REQUIRE(refused.refused.size() == 1);
  CHECK(refused.refused.rows().begin()->why.line == 1);
  CHECK(refused.refused.rows().begin()->why.column == 2);
  CHECK(refused.refused.rows().begin()->why.value == "nan");
  CHECK(refused.sets.at(0).probes == std::vector<std::string>{"2"});
  other["s.mtx"] = files.at("s.mtx");
  other["m.mask"] = bee("S2", "MB", 2, 3, std::string("\xff\x7f\x01\x7f\x7f\x7f", 6));
  CHECK(refused_scores(source, other).at(0).column == 3);
  other["m.mask"] = bee("S2", "MB", 3, 2, std::string(mask.data(), 6));
  CHECK(refused_scores(source, other).at(0).code == error_code::not_allowed);
  other["m.mask"] = bee("S2", "MB", 3, 3, std::string(9, '\x7f'));
  CHECK(refused_scores(source, other).at(0).code == error_code::not_allowed);
  other["m.mask"] = bee("S2", "MB", 1, 3, std::string(3, '\x7f'));
  CHECK(refused_scores(source, other).at(0).code == error_code::not_allowed);
}

TEST_CASE("scores: a BEE matrix takes ids and persons from lists") {
  const score_set set = accepted_scores(scores_source("bee", "mated = \"same_person\"\nprobes = \"p.csv\"\nreferences = \"r.csv\"\n", "s.mtx"),
                                        {{"s.mtx", bee("S2", "MF", 2, 2, bytes_of({0.5F, 0.25F, 0.75F, 0.125F}))},
                                         {"p.csv", "probe,probe_person\nzoe.png,zoe\nann.png,ann\n"},
                                         {"r.csv", "reference,reference_person\nzoe-1,zoe\nbob-1,bob\n"}})
                            .sets.at(0);
  CHECK(set.probes == std::vector<std::string>{"ann.png", "zoe.png"});
  CHECK(row_of(set, 0) == std::vector<float>{0.125F, 0.75F});
  CHECK(row_of(set, 1) == std::vector<float>{0.25F, 0.5F});
  CHECK(mates_of(set, 1) == std::vector<std::uint32_t>{1});
}

TEST_CASE("scores: BEE headers that promise what is not there") {
  const std::string source = scores_source("bee", "mask = \"m.mask\"\n", "s.mtx");
  const auto code = [&](const std::string& bytes, std::uint64_t columns = 2) {
    return to_string(refused_scores(source, {{"s.mtx", bytes}, {"m.mask", bee("S2", "MB", 1, columns, "\x7f\x7f")}}).at(0).code);
  };
  const std::string two = bytes_of({0.5F, 0.5F});
  using enum error_code;
  CHECK(code("") == to_string(malformed_matrix));
  CHECK(code("S2\na\nb\n") == to_string(malformed_matrix));
  CHECK(code("S3\na\nb\nMF 1 2 xxxx\n") == to_string(malformed_matrix));
  CHECK(code("S2\na\nb\nMF 1 2 xxxx\n" + two) == to_string(malformed_matrix));
  CHECK(code(bee("S2", "MB", 1, 2, two)) == to_string(malformed_matrix));
  // The mask is shorter than its header says, and the scores are not.
  CHECK(code(bee("S2", "MF", 1, 3, bytes_of({0, 0, 0})), 3) == to_string(malformed_matrix));
  CHECK(code(bee("S2", "MF", 1, 2, two.substr(1))) == to_string(malformed_matrix));
  CHECK(code(bee("S2", "MF", 1, 2, two + "x")) == to_string(malformed_matrix));
  CHECK(code(bee("S2", "MF", 4'000'000'000, 2, two)) == to_string(malformed_matrix));
  CHECK(code(bee("S2", "MF", 4'503'599'627'370'495, 16'000'000, two)) == to_string(not_allowed));
  CHECK(code(bee("S2", "MF", 1, 4'000'000'000, two)) == to_string(not_allowed));
  CHECK(code(bee("S2", "MF", 1, 16'000'000, two), 16'000'000) == to_string(malformed_matrix));
  std::string negative = bee("S2", "MF", 7, 2, two);
  negative.replace(negative.find("7 2"), 1, "-7");
  CHECK(code(negative) == to_string(not_a_count));
}

TEST_CASE("scores: pairs with any header and words of their own") {
  const std::string source = scores_source("pairs", "[source.columns]\nprobe = \"test\"\nreference = \"enrol\"\nscore = \"s\"\nmated = { column = \"key\", yes = [\"target\"], no = [\"nontarget\"] }\n");
  const score_log out = accepted_scores(source, {{"s.csv", "enrol,key,other,s,test\nr2,nontarget,x,0.25,p2\nr1,target,x,0.5,p1\nr2,nontarget,x,0.125,p1\nr3,,x,0.75,p1\n"}});
  const score_set& set = out.sets.at(0);
  CHECK(out.refused.empty());
  CHECK(set.probes == std::vector<std::string>{"p1", "p2"});
  const score_row row = set.table.row(0);
  CHECK(std::vector<std::uint32_t>(row.references.begin(), row.references.end()) == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(row_of(set, 0) == std::vector<float>{0.5F, 0.125F, 0.75F});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(row.undecided.size() == 1);
  CHECK(row.undecided[0] == 2);
  CHECK(row_of(set, 1) == std::vector<float>{0.25F});
  CHECK(set.table.row(1).references[0] == 1);
  CHECK_FALSE(set.table.is_full());
  CHECK(set.counts == comparison_counts{.mated = 1, .nonmated = 2, .undecided = 1});
  CHECK(set.fewest_references == 1);
  CHECK(set.most_references == 3);
  CHECK(out.files.at(0).unused_columns == std::vector<std::string>{"other"});
}

TEST_CASE("scores: all copies of a pair are refused, and the probe is no search any more") {
  const score_log out = accepted_scores(scores_source("pairs"), {{"s.csv", "probe,reference,score,mated\np1,r1,0.5,no\np1,r2,0.5,no\np1,r1,0.25,no\np2,r1,0.25,no\np3,r1,2,no\n"}});
  REQUIRE(out.refused.size() == 3);
  CHECK(out.refused.counts().at(error_code::duplicate_id) == 2);
  CHECK(out.refused.rows().begin()->why.line == 2);
  const score_set& set = out.sets.at(0);
  CHECK(set.probes == std::vector<std::string>{"p1", "p2"});
  CHECK_FALSE(set.table.row(0).complete);
  CHECK(set.table.row(1).complete);
  CHECK(set.incomplete_probes == 2);
  CHECK(set.unattributed_refused == 0);
  CHECK(set.counts.all() == 2);
}

TEST_CASE("scores: ids that name persons may be compared many times, and make no searches") {
  const score_log out = accepted_scores(scores_source("pairs", "[source.columns]\nprobe = \"p\"\nprobe_person = \"p\"\nreference = \"r\"\nreference_person = \"r\"\n"),
                                        {{"s.csv", "p,r,score,mated\nann,ann,0.5,yes\nann,ann,0.25,yes\nann,bob,0.125,no\n"}});
  CHECK(out.refused.empty());
  const score_set& set = out.sets.at(0);
  CHECK(set.repeats_pairs);
  CHECK_FALSE(set.has_searches());
  CHECK(row_of(set, 0) == std::vector<float>{0.25F, 0.5F, 0.125F});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("scores: labels are held against persons, and persons against each other") {
  const std::string declared = scores_source("pairs");
  const score_log label = accepted_scores(declared, {{"s.csv", "probe,reference,score,mated,probe_person,reference_person\np1,r1,0.5,no,ann,ann\np1,r2,0.5,,ann,bob\n"}});
  REQUIRE(label.refused.size() == 1);
  CHECK(label.refused.rows().begin()->why.column_name == "mated");
  CHECK(label.refused.rows().begin()->why.value == "no");
  CHECK(label.sets.at(0).counts == comparison_counts{.nonmated = 1});
  const score_log person = accepted_scores(declared, {{"s.csv", "probe,reference,score,mated,probe_person,reference_person\np1,r1,0.5,no,ann,bob\np1,r2,0.5,no,eve,bob\np2,r1,0.25,no,eve,bob\n"}});
  CHECK(person.refused.size() == 2);
  CHECK(person.sets.at(0).probes == std::vector<std::string>{"p2"});
  const score_set derived = accepted_scores(scores_source("pairs", "mated = \"same_person\"\n"), {{"s.csv", "probe,reference,score,probe_person,reference_person\np1,r1,0.5,ann,ann\np1,r2,0.5,ann,bob\np2,r2,0,,bob\n"}}).sets.at(0);
  CHECK(derived.counts == comparison_counts{.mated = 1, .nonmated = 1, .undecided = 1});
  CHECK(accepted_scores(scores_source("pairs", "mated = \"same_id\"\n"), {{"s.csv", "probe,reference,score\na,a,0.5\na,b,0.5\n"}}).sets.at(0).counts == comparison_counts{.mated = 1, .nonmated = 1});
  CHECK(refused_scores(declared, {{"s.csv", "probe,reference,score\np1,r1,0.5\n"}}).at(0).code == error_code::missing_key);
}

TEST_CASE("scores: sentinels of pairs") {
  const score_files files{{"s.csv", "probe,reference,score,mated\np1,r1,-1,yes\np2,r1,-1,no\np1,r2,0.5,no\n"}};
  const score_set set = accepted_scores(scores_source("pairs", sentinel("failure_to_enrol", "column")), files).sets.at(0);
  CHECK(set.enrolled == std::vector<std::uint8_t>{0, 1});
  CHECK(set.counts == comparison_counts{.mated = 1, .nonmated = 2, .failed_mated = 1, .failed_nonmated = 1});
  const error partial = refused_scores(scores_source("pairs", sentinel("failure_to_acquire", "row")), files).at(0);
  CHECK(partial.column_name == "p1");
  CHECK(partial.allowed.find("1 of 2") != std::string::npos);
}

TEST_CASE("scores: the four and five column files of bob") {
  const score_log four = accepted_scores(scores_source("bob4", "", "s.txt"), {{"s.txt", "# claimed real probe score\nann ann p1 0.75\nbob ann p1 0.25\n\nann bob  p2\t0.5\nann bob p3 nan\nann p3 0.5\n"}});
  const score_set& set = four.sets.at(0);
  CHECK(set.probes == std::vector<std::string>{"p1", "p2"});
  CHECK(set.references == std::vector<std::string>{"ann", "bob"});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0});
  CHECK(set.probe_person.texts == std::vector<std::string>{"ann", "bob"});
  CHECK(set.counts == comparison_counts{.mated = 1, .nonmated = 2});
  REQUIRE(four.refused.size() == 2);
  CHECK(four.refused.rows().begin()->why.line == 6);
  CHECK(four.refused.rows().begin()->why.column == 4);
  CHECK(four.refused.rows().begin()->why.value == "nan");
  CHECK(set.incomplete_probes == 1);
  CHECK(set.unattributed_refused == 1);
  const score_set five = accepted_scores(scores_source("bob5", "", "s.txt"), {{"s.txt", "ann m1 ann p1 0.75\nann m2 ann p1 0.25\nbob m3 ann p1 0.5\n"}}).sets.at(0);
  CHECK(five.references == std::vector<std::string>{"m1", "m2", "m3"});
  CHECK(mates_of(five, 0) == std::vector<std::uint32_t>{0, 1});
  const score_log twice = accepted_scores(scores_source("bob4", "", "s.txt"), {{"s.txt", "ann ann p1 0.75\nann ann p1 0.5\n"}});
  CHECK(twice.refused.size() == 2);
  CHECK(twice.refused.rows().begin()->why.code == error_code::duplicate_id);
}

TEST_CASE("scores: two columns, and the files of pyeer, have scores without ids") {
  const score_log two = accepted_scores(scores_source("two_column", "", "s.txt"), {{"s.txt", "1 0.75\n-1 0.25\n-1 0.125\n1 0.5\n2 0.5\n"}});
  const score_set& set = two.sets.at(0);
  CHECK(set.mated_scores == std::vector<float>{0.5F, 0.75F});
  CHECK(set.nonmated_scores == std::vector<float>{0.125F, 0.25F});
  CHECK_FALSE(set.has_searches());
  CHECK(set.counts == comparison_counts{.mated = 2, .nonmated = 2});
  REQUIRE(two.refused.size() == 1);
  CHECK(two.refused.rows().begin()->why.value == "2");
  CHECK(accepted_scores(scores_source("two_column", "[source.columns]\nmated = { yes = [\"genuine\"], no = [\"impostor\"] }\n", "s.txt"), {{"s.txt", "genuine 0.5\nimpostor 0.25\n"}}).sets.at(0).mated_scores ==
        std::vector<float>{0.5F});
  const std::string both = "[\"genuine.txt\", \"impostor.txt\"]";
  const score_files files{{"genuine.txt", "a b 0.75\n0.5\n"}, {"impostor.txt", "0.25\n"}};
  const score_set pyeer = accepted_scores(scores_source("pyeer", "mated_files = [\"genuine.txt\"]\n", both), files).sets.at(0);
  CHECK(pyeer.mated_scores == std::vector<float>{0.5F, 0.75F});
  CHECK(pyeer.nonmated_scores == std::vector<float>{0.25F});
  CHECK(refused_scores(scores_source("pyeer", "", both), files).at(0).code == error_code::missing_key);
}

TEST_CASE("scores: queries of pyeer with the pairs that are of one person") {
  const std::string source = scores_source("pyeer", "mated_pairs = \"tp.txt\"\n", "s.txt");
  const score_files files{{"s.txt", "q1 t1 0.75\nq1 t2 0.25\nq1 t3 0.5\nq2 t1 0.125\n"}, {"tp.txt", "q1 t1\nq1 t3\n"}};
  const score_log out = accepted_scores(source, files);
  const score_set& set = out.sets.at(0);
  CHECK(set.probes == std::vector<std::string>{"q1", "q2"});
  CHECK(mates_of(set, 0) == std::vector<std::uint32_t>{0, 2});
  CHECK(set.probes_without_mate == 1);
  CHECK(set.probe_person.codes.empty());
  CHECK(out.files.size() == 2);
  // A mate whose score is refused is there, and its query is no search any more.
  score_files lacking = files;
  lacking["s.txt"] += "q3 t1 nan\nq3 t2 0.5\n";
  lacking["tp.txt"] += "q3 t1\n";
  const score_log refused = accepted_scores(source, lacking);
  CHECK(refused.refused.size() == 1);
  CHECK_FALSE(refused.sets.at(0).table.row(2).complete);
  lacking = files;
  lacking["tp.txt"] = "q1 t1\nq2 t9\n";
  const error why = refused_scores(source, lacking).at(0);
  CHECK(why.file == "tp.txt");
  CHECK(why.line == 2);
  CHECK(why.value == "q2 t9");
}

TEST_CASE("scores: what a source has to say for itself") {
  const score_files files{{"s.csv", small}};
  const auto key = [&](const std::string& declared) { return refused_scores(declared, files).at(0).column_name; };
  CHECK(key(scores_source("matrix")) == "source.mated");
  CHECK(key(scores_source("matrix", "mated = \"same_id\"\nmask = \"m.mask\"\n")) == "source.mated");
  std::string seeded = matrix_source();
  seeded.replace(seeded.find("\"scores\""), 8, "\"seeded\"");
  CHECK(key(seeded) == "source.kind");
  CHECK(key(matrix_source("[\"s.csv\"]", "precision = \"float64\"\n")) == "system.a.precision");
  CHECK(key(matrix_source() + "sentinel = { value = -1 }\n") == "source.sentinel.means");
  CHECK(key(scores_source("bob4", "mated = \"same_id\"\n")) == "source.mated");
  CHECK(key(scores_source("bee", "mated = \"same_id\"\n")) == "source.probes");
  CHECK(key(matrix_source() + "[source.columns]\nscore = \"x\"\n") == "source.columns.score");
  CHECK(key(matrix_source() + "mated_files = [\"s.csv\"]\n") == "source.mated_files");
  CHECK(key(scores_source("two_column", "[source.columns]\nscore = \"x\"\n")) == "source.columns.score");
}

TEST_CASE("scores: rows that are handed to a sink are those of the table") {
  const std::string source = matrix_source() + sentinel("failure_to_acquire", "row");
  const score_files files{{"s.csv", "id,r2,r1,r3\nr1,0.25,0.75,0.5\nx9,-1,-1,-1\nbad,0,0,7\nr3,0.0625,0.3125,1\n"}};
  const score_set kept = accepted_scores(source, files).sets.at(0);
  score_table seen = score_table::full(3);
  std::vector<std::string> references;
  const score_log out = accepted_scores(source, files, 2, [&](const score_block& block) {
    references = block.set.references;
    CHECK(block.set.source == "s");
    for (const score_row& row : block.rows) {
      CHECK(row.probe == seen.size());
      CHECK(row.references.size() == 3);
      seen.add(row);
    }
  });
  const score_set& set = out.sets.at(0);
  CHECK(set.table.size() == 0);
  CHECK(set.probe_at == std::vector<std::uint32_t>{0, 2, 1});
  seen.reorder(set.probe_at);
  CHECK(seen == kept.table);
  CHECK(references == kept.references);
  CHECK(set.probes == kept.probes);
  CHECK(set.counts == kept.counts);
  CHECK(out.refused.size() == 1);
}

TEST_CASE("scores: matrices larger than a block, plain and compressed, with threads and rows in any order") {
  constexpr std::size_t rows = 900, columns = 1100;
  const auto value = [](std::size_t r, std::size_t c) { return (r * 131 + c * 17) % 1024; };
  std::string text = "id";
  for (std::size_t c = 0; c < columns; ++c) text += ",r" + std::to_string(10'000 + c);
  text += "\n";
  const std::string header = text;
  std::vector<std::string> lines;
  std::vector<float> values;
  std::string mask;
  for (std::size_t r = 0; r < rows; ++r) {
    std::string line = "r" + std::to_string(10'500 + r);
    for (std::size_t c = 0; c < columns; ++c) {
      // 1/1024 is a float, and its ten decimals are written out.
      const std::string digits = std::to_string(value(r, c) * 9'765'625);
      line += ",0." + std::string(10 - digits.size(), '0') + digits;
      values.push_back(static_cast<float>(value(r, c)) / 1024);
      mask += c == r + 500 ? '\xff' : '\x7f';
    }
    lines.push_back(line + "\n");
  }
  for (const std::string& line : lines) text += line;
  std::reverse(lines.begin(), lines.end());
  std::string backwards = header;
  for (const std::string& line : lines) backwards += line;
  const score_set set = accepted_scores(matrix_source(), {{"s.csv", text}}).sets.at(0);
  REQUIRE(set.probes.size() == rows);
  bool as_generated = true;
  for (std::size_t r = 0; r < rows; ++r) {
    const score_row row = set.table.row(r);
    as_generated = as_generated && std::equal(row.scores.begin(), row.scores.end(), values.begin() + static_cast<std::ptrdiff_t>(r * columns)) && row.mates.size() == (r < 600 ? 1 : 0) &&
                   (row.mates.empty() || row.mates[0] == r + 500);
  }
  CHECK(as_generated);
  CHECK(set.probes_with_mate == 600);
  CHECK(set.counts.mated == 600);
  CHECK(accepted_scores(matrix_source(), {{"s.csv", backwards}}, 2).sets.at(0).table == set.table);
  CHECK(accepted_scores(matrix_source(), {{"s.csv", gzipped(text)}}, 3).sets.at(0).table == set.table);
  const score_files files{{"s.mtx", bee("S2", "MF", rows, columns, bytes_of(values))}, {"m.mask", bee("S2", "MB", rows, columns, mask)}};
  CHECK(accepted_scores(scores_source("bee", "mask = \"m.mask\"\n", "s.mtx"), files, 2).sets.at(0).table == set.table);
  std::string masked = scores_source("matrix", "mask = \"m.mask\"\n");
  CHECK(accepted_scores(masked, {{"s.csv", text}, {"m.mask", files.at("m.mask")}}).sets.at(0).table == set.table);
}

TEST_CASE("scores: a wrong call of a table throws") {
  score_table table = score_table::full(2);
  const std::vector<float> one{0.5F};
  score_row short_row;
  short_row.scores = one;
  CHECK_THROWS_AS(table.add(short_row), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(table.row(0)), std::invalid_argument);
  CHECK_THROWS_AS(table.reorder(std::vector<std::uint32_t>{0}), std::invalid_argument);
}

TEST_CASE("scores: BSSR1 face C, 517 mated and 266,772 non-mated comparisons, one column that failed") {
  const auto path = shared_data("scores/bssr1_face-C.csv.gz");
  if (!path) {
    MESSAGE("skipped: scores/bssr1_face-C.csv.gz is not in the folder that LFREVAL_TEST_DATA names");
    return;
  }
  const std::string named = "[\"" + *path + "\"]", failed = "B93755C945FC6668CAC8688EB9406374";
  const score_set undeclared = accepted_scores(matrix_source(named, "score_range = [-1, 1]\n"), {}, 2).sets.at(0);
  CHECK(undeclared.counts == comparison_counts{.mated = 517, .nonmated = 266'772});
  REQUIRE(undeclared.constant_columns.size() == 1);
  CHECK(undeclared.references.at(undeclared.constant_columns[0].place) == failed);
  CHECK(undeclared.constant_columns[0].value == -1.0F);
  CHECK(undeclared.constant_columns[0].scores == 517);
  CHECK(undeclared.constant_rows.empty());
  CHECK(undeclared.probes_with_mate == 517);
  CHECK(undeclared.probes_without_mate == 0);

  const score_set declared = accepted_scores(matrix_source(named) + sentinel("failure_to_enrol", "column"), {}).sets.at(0);
  CHECK(declared.counts == comparison_counts{.mated = 517, .nonmated = 266'772, .failed_mated = 1, .failed_nonmated = 516});
  CHECK(std::count(declared.enrolled.begin(), declared.enrolled.end(), 0) == 1);
  CHECK(declared.references.at(static_cast<std::size_t>(std::find(declared.enrolled.begin(), declared.enrolled.end(), 0) - declared.enrolled.begin())) == failed);
  // As the file has them: the sum of the diagonal is 369.75048 with the failed -1.
  double sum = 0;
  for (std::size_t i = 0; i < 517; ++i) {
    const float mate = row_of(declared, i).at(mates_of(declared, i).at(0));
    sum += mate == no_score ? -1.0 : static_cast<double>(mate);
  }
  // Each score was rounded to the nearest float, by at most 2^-25.
  CHECK(std::fabs(sum - 369.75048) < 517 * 0x1p-25);
  CHECK(row_of(declared, 0).at(0) == 0.57561F);

  const error range = refused_scores(matrix_source(named), {}).at(0);
  CHECK(range.column_name == failed);
}

TEST_CASE("scores: VoxCeleb1 pairs by a mapping of columns, 36,437 rows") {
  const auto path = shared_data("scores/vox1_speaker_scores.csv.gz");
  if (!path) {
    MESSAGE("skipped: scores/vox1_speaker_scores.csv.gz is not in the folder that LFREVAL_TEST_DATA names");
    return;
  }
  const std::string columns = "[source.columns]\nprobe = \"test_id\"\nprobe_person = \"test_id\"\nreference = \"enrol_id\"\nreference_person = \"enrol_id\"\nscore = \"plda\"\n"
                              "mated = { column = \"key\", yes = [\"target\"], no = [\"nontarget\"] }\n";
  const score_log out = accepted_scores(scores_source("pairs", columns, "[\"" + *path + "\"]", "score_range = [-500, 500]\n"), {}, 2);
  const score_set& set = out.sets.at(0);
  CHECK(out.refused.empty());
  CHECK(out.files.at(0).rows == 36'437);
  CHECK(set.counts == comparison_counts{.mated = 18'247, .nonmated = 18'190});
  CHECK(set.probes.size() == 40);
  CHECK(set.references.size() == 40);
  CHECK(set.repeats_pairs);
}
