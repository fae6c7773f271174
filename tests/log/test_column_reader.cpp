#include <lfreval/log/column_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/csv.hpp>

#include "support/gzip_data.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace std::string_view_literals;

namespace {

/// A file as texts, or its error, and its ledger.
struct outcome {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;
  std::optional<error> refused_file;
  ledger refused;

  friend bool operator==(const outcome&, const outcome&) = default;
};

/// The slow readers: the whole text checked, then split.
outcome oracle(std::string_view bytes) {
  outcome out;
  const auto text = check_text(bytes, "log.csv");
  if (!text) {
    out.refused_file = text.error();
    return out;
  }
  const auto table = parse_csv(std::string(*text), "log.csv", out.refused, "s");
  if (!table) {
    out.refused_file = table.error();
    return out;
  }
  out.header = table->header;
  for (const csv_row& row : table->rows) {
    out.rows.emplace_back(row.fields.begin(), row.fields.end());
    out.lines.push_back(row.line);
  }
  return out;
}

outcome in_columns(std::string_view bytes, column_reader_options options) {
  outcome out;
  auto reader = column_reader::of(bytes, "log.csv", options);
  if (!reader) {
    out.refused_file = reader.error();
    return out;
  }
  const std::vector<std::string> header = reader->header();
  std::vector<column_request> requests;
  // In an order that is not that of the file.
  for (std::size_t i = header.size(); i > 0; --i) requests.push_back({i - 1, text_cells{}, false, ""});
  const auto table = reader->read(requests, out.refused, "s");
  if (!table) {
    out.refused_file = table.error();
    return out;
  }
  out.header = header;
  REQUIRE(table->columns.size() == header.size());
  REQUIRE(table->records == table->rows);
  for (std::uint64_t row = 0; row < table->rows; ++row) {
    auto& fields = out.rows.emplace_back();
    for (std::size_t i = header.size(); i > 0; --i) {
      const auto& column = std::get<text_column>(table->columns[i - 1]);
      REQUIRE(column.codes.size() == table->rows);
      const std::uint32_t code = column.codes[row];
      fields.push_back(code == no_code ? "" : column.texts.at(code));
    }
    out.lines.push_back(table->line_of(row));
  }
  for (const typed_column& column : table->columns) {
    const auto& texts = std::get<text_column>(column).texts;
    REQUIRE(std::is_sorted(texts.begin(), texts.end()));
    REQUIRE(std::adjacent_find(texts.begin(), texts.end()) == texts.end());
    std::vector<bool> used(texts.size());
    for (const std::uint32_t code : std::get<text_column>(column).codes)
      if (code != no_code) used[code] = true;
    REQUIRE(std::find(used.begin(), used.end(), false) == used.end());
  }
  return out;
}

void check_against_oracle(std::string_view bytes, std::initializer_list<column_reader_options> all) {
  const outcome wanted = oracle(bytes);
  for (const column_reader_options& options : all) {
    const outcome found = in_columns(bytes, options);
    if (found == wanted) continue;
    INFO("chunk ", options.chunk_size, " block ", options.block_size, " threads ", options.threads);
    INFO("wanted error: ", wanted.refused_file ? wanted.refused_file->message() : "none", ", found: ",
         found.refused_file ? found.refused_file->message() : "none");
    INFO("wanted rows ", wanted.rows.size(), " refused ", wanted.refused.size(), ", found ", found.rows.size(), " refused ", found.refused.size());
    FAIL("not what the slow readers say: ", printable(bytes, 400));
  }
}

/// How many of the texts were tables with a row.
int compare_random_texts(int rounds, std::uint64_t seed) {
  test::random from(seed);
  int accepted = 0;
  constexpr std::array pieces{"a"sv, "b"sv, "0.25"sv, ","sv, ","sv, ","sv, "\n"sv, "\n"sv, "\r\n"sv, "\""sv, "\"\""sv, "\"a,\""sv, "\"\n\""sv, "\"\r\n,x\""sv,
                              "\r"sv, "é"sv, "😀"sv, "\0"sv, "\xE9"sv, "\xF0\x9F"sv, " "sv, "identifier-of-more-than-sixteen-bytes"sv, "\n\n"sv, ";"sv, "\xEF\xBB\xBF"sv};
  // Most texts leave out most of the ill-formed pieces: otherwise nearly every one is refused.
  for (int round = 0; round < rounds; ++round) {
    std::string text;
    if (from.below(4) == 0) text += "\xEF\xBB\xBF";
    if (from.below(8) != 0) text += from.below(3) == 0 ? "a\n" : "a,b\r\n";
    const bool is_wild = from.below(3) == 0;
    const bool in_rows = from.below(2) == 0;
    for (std::uint64_t n = from.below(40); n > 0; --n) {
      if (in_rows && from.below(4) != 0) {
        text += from.below(3) == 0 ? "\"x\ny\",2\n" : from.below(2) == 0 ? "é,\r\n" : "p1,0.5\n";
        continue;
      }
      const std::string_view piece = pieces[from.below(pieces.size())];
      if (!is_wild && (piece == "\"" || piece == "\r" || piece[0] == '\0' || piece == "\xE9" || piece == "\xF0\x9F")) continue;
      text += piece;
    }
    check_against_oracle(text, {{1, 1, 1}, {1, 1, 7}, {1, 3, 16}, {2, 5, 1U << 20U}, {1, 1000, 1U << 20U}});
    accepted += oracle(text).rows.empty() ? 0 : 1;
  }
  return accepted;
}

const std::vector<std::string>& texts_of(const typed_column& column) { return std::get<text_column>(column).texts; }

} // namespace

TEST_CASE("random texts give what the slow readers give, for any chunk, block and number of threads") {
  CHECK(compare_random_texts(4'000, 21) > 500);
}

TEST_CASE("slow: many more random texts give what the slow readers give") { CHECK(compare_random_texts(150'000, 23) > 20'000); }

TEST_CASE("long tables with quotes here and there, whatever the cuts") {
  test::random from(22);
  for (int round = 0; round < 20; ++round) {
    std::string text = "passage,person,score\n";
    const bool windows = from.below(2) == 0;
    const std::uint64_t quotes_in = 1 + from.below(400);
    for (int row = 0; row < 1000; ++row) {
      text += "p" + std::to_string(row) + ",";
      if (from.below(quotes_in) == 0) text += from.below(2) == 0 ? "\"smith, j\n" + std::to_string(row) + "\"" : "\"say \"\"x\"\"\"";
      else text += "person-" + std::to_string(from.below(500)) + (from.below(3) == 0 ? "-with-a-long-identifier" : "");
      text += ",0." + std::to_string(from.below(1'000'000));
      if (from.below(300) == 0) text += ",";
      if (from.below(300) == 0) text += "\n";
      text += windows ? "\r\n" : "\n";
    }
    if (from.below(2) == 0) text += "\n\n";
    if (from.below(8) == 0) text.insert(from.below(text.size()), "\"");
    if (from.below(8) == 0) text.insert(from.below(text.size()), 1, '\0');
    check_against_oracle(text, {{1, 64, 100}, {2, 1000, 4096}, {2, 4096, 1U << 20U}, {3, 100'000, 1U << 14U}, {1, 256U << 10U, 32U << 20U}});
  }
}

TEST_CASE("records at the limit of length, in chunks that are smaller and larger") {
  const std::string at_limit(longest_csv_record, 'x');
  const std::string cut = std::string(longest_csv_record - 1, 'x') + "é";
  for (const std::string& text :
       {"a,b\n" + at_limit.substr(2) + ",y\nz,1\n", "a\n" + at_limit + "\nz\n", "a\n" + at_limit + "x\nz\n", "a\n\"" + at_limit + "\"\nz\n",
        "a\n\"" + at_limit.substr(2) + "\"\nz\n", "a,b\n1,2\n3,\"" + std::string(3 * longest_csv_record, '\n'), "a,b\n1,2\n\"x" + std::string(500, '\n'),
        at_limit + "," + at_limit + "\n", at_limit + "\n1\n", "a\n" + cut + cut + "\n", std::string("\n\n\n"), std::string(2'200'000, '"'), "a,b\n1,2\n" + std::string(2'000'000, ',') + "\n",
        "a\n" + std::string(3'000, '\n') + "x\n", "a,b\n1,2\n" + at_limit + "\xE9\n", "a,b\n5\"6,2\n" + std::string(2 * longest_csv_record, 'y') + "\xF0\x9F\n"})
    check_against_oracle(text, {{1, 100'000, 700'000}, {2, 256U << 10U, 32U << 20U}, {1, 10'000'000, 1'000'003}});
}

TEST_CASE("every type: values, empty cells, refusals with file, line, column, value and rule") {
  const std::string text = "time,score,n,number,ok,name\n"
                           "2024-01-26T09:05:00.5Z,0.25,7,1.5,yes,é\n"
                           ",,,,,\n"
                           "2024-01-26 09:05,1,0,-2e3,no,\"smith, j\"\n"
                           "1970-01-01T00:00:00+01:00,-1,4503599627370496,0,unknown,b\n"
                           "2024-02-30T09:05:00Z,nan,1,1,yes,gone\n"
                           "2024-01-26T24:00:00Z,0.5,1,1,yes,gone\n"
                           ",inf,1,1,yes,gone\n"
                           ",1.01,1,1,yes,gone\n"
                           ",0.5,-1,1,yes,gone\n"
                           ",0.5,1,1e400,yes,gone\n"
                           ",0.5,1,1,Yes,gone\n"
                           ",0.5 ,x,y,z,gone\n";
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{80}, std::size_t{1} << 18U}) {
    auto reader = column_reader::of(text, "f.csv", {1, chunk, 1U << 20U});
    REQUIRE(reader.has_value());
    const std::vector<column_request> requests{{5, text_cells{}, false, ""},
                                               {0, time_cells{}, false, ""},
                                               {1, score_cells{0, 1, false, -1.0F}, false, "a similarity from 0 to 1"},
                                               {2, count_cells{}, false, ""},
                                               {3, number_cells{}, false, ""},
                                               {4, choice_cells{{{"no"}, {"yes"}, {"unknown", ""}}}, false, "yes, no or unknown"}};
    ledger refused;
    const auto table = reader->read(requests, refused, "s");
    REQUIRE(table.has_value());
    REQUIRE(table->rows == 4);
    CHECK(table->records == 12);
    CHECK(texts_of(table->columns[0]) == std::vector<std::string>{"b", "smith, j", "é"});
    CHECK(std::get<text_column>(table->columns[0]).codes == std::vector<std::uint32_t>{2, no_code, 1, 0});
    const auto& times = std::get<time_column>(table->columns[1]);
    CHECK(times.nanoseconds == std::vector<std::int64_t>{1'706'259'900'500'000'000, no_time, 1'706'259'900'000'000'000, -3'600'000'000'000});
    CHECK(times.first_with_offset == 2);
    CHECK(times.first_without_offset == 4);
    CHECK(std::get<score_column>(table->columns[2]).values == std::vector<float>{0.25F, no_score, 1.0F, no_score});
    CHECK(std::get<score_column>(table->columns[2]).sentinels == std::vector<std::uint64_t>{3});
    CHECK(std::get<std::vector<std::uint64_t>>(table->columns[3]) == std::vector<std::uint64_t>{7, no_count, 0, largest_count});
    CHECK(std::get<std::vector<double>>(table->columns[4]) == std::vector<double>{1.5, no_number, -2000, 0});
    CHECK(std::get<std::vector<std::uint8_t>>(table->columns[5]) == std::vector<std::uint8_t>{1, 2, 0, 2});
    CHECK(table->line_of(3) == 5);

    struct wanted { std::uint64_t line, column; std::string header; error_code code; std::string value; };
    const std::vector<wanted> all{{6, 1, "time", error_code::not_a_date, "2024-02-30T09:05:00Z"},
                                  {7, 1, "time", error_code::not_a_date, "2024-01-26T24:00:00Z"},
                                  {8, 2, "score", error_code::not_a_number, "inf"},
                                  {9, 2, "score", error_code::not_a_number, "1.01"},
                                  {10, 3, "n", error_code::not_a_count, "-1"},
                                  {11, 4, "number", error_code::not_a_number, "1e400"},
                                  {12, 5, "ok", error_code::not_allowed, "Yes"},
                                  {13, 2, "score", error_code::not_a_number, "0.5 "}};
    REQUIRE(refused.size() == all.size());
    auto row = refused.rows().begin();
    for (const wanted& one : all) {
      CHECK(row->source == "s");
      CHECK(row->why.file == "f.csv");
      CHECK(row->why.line == one.line);
      CHECK(row->why.column == one.column);
      CHECK(row->why.column_name == one.header);
      CHECK(row->why.code == one.code);
      CHECK(row->why.value == one.value);
      ++row;
    }
    CHECK(refused.rows().begin()->why.allowed == "a time as 2024-01-26T09:05:00Z");
    CHECK(std::next(refused.rows().begin(), 2)->why.allowed == "a similarity from 0 to 1");
  }
}

TEST_CASE("required cells must be filled, distances are negated, values keep their precision") {
  auto reader = column_reader::of("id,d\nx,0.31\n,0.5\ny,\nz,0\n", "f.csv");
  ledger refused;
  const std::vector<column_request> requests{{0, text_cells{}, true, "a non-empty identifier"}, {1, score_cells{0, 2, true, std::nullopt}, true, ""}};
  const auto table = reader->read(requests, refused, "s");
  REQUIRE(table.has_value());
  const auto& scores = std::get<score_column>(table->columns[1]).values;
  CHECK(scores == std::vector<float>{-0.31F, 0.0F});
  CHECK_FALSE(std::signbit(scores[1]));
  CHECK(refused.counts().at(error_code::missing_value) == 2);
  CHECK(refused.rows().begin()->why.allowed == "a non-empty identifier");
  CHECK(refused.rows().rbegin()->why.line == 4);
  CHECK(refused.rows().rbegin()->why.allowed == "a score from 0 to 2");
}

TEST_CASE("scores are read to the nearest float, whatever their form") {
  std::string text = "a,score\n";
  std::vector<float> wanted;
  const auto add = [&](const std::string& written) {
    float value = 0;
    REQUIRE(std::from_chars(written.data(), written.data() + written.size(), value).ec == std::errc{});
    wanted.push_back(value);
    text += "," + written + "\n";
  };
  for (int i = 0; i < 1'000'000; ++i) {
    std::array<char, 16> written{};
    std::snprintf(written.data(), written.size(), "0.%06d", i);
    add(written.data());
  }
  test::random from(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string digits = "0.";
    for (std::uint64_t n = 1 + from.below(20); n > 0; --n) digits += static_cast<char>('0' + from.below(10));
    add(digits);
  }
  for (const char* one : {"1", "0", "1e-3", "0.5E0", ".5", "1.", "0.12345x"}) {
    if (one[std::string_view(one).size() - 1] == 'x') text += std::string(",") + one + "\n";
    else add(one);
  }
  ledger refused;
  auto reader = column_reader::of(text, "f");
  const auto table = reader->read(std::vector<column_request>{{1, score_cells{}, true, ""}}, refused, "s");
  REQUIRE(table.has_value());
  CHECK(std::get<score_column>(table->columns[0]).values == wanted);
  CHECK(refused.size() == 1);
}

TEST_CASE("a file is read with its hash, compressed or not, and named as the study does") {
  const test::temporary_folder folder;
  std::string text = "id,score\n";
  for (int i = 0; i < 20'000; ++i) text += "p" + std::to_string(i % 977) + ",0.5\n";
  const std::string packed = test::gzipped(text);
  const auto read = [&](const std::string& path, unsigned threads) {
    auto reader = column_reader::open(path, "as named.csv", {threads, 1000, 30'000});
    REQUIRE(reader.has_value());
    ledger refused;
    auto table = reader->read(std::vector<column_request>{{0, text_cells{}, true, ""}}, refused, "s");
    CHECK(refused.empty());
    return table;
  };
  auto plain = read(folder.write("a.csv", text), 2);
  auto compressed = read(folder.write("a.csv.gz", packed), 1);
  REQUIRE(plain.has_value());
  REQUIRE(compressed.has_value());
  CHECK(plain->sha256 == sha256_hex(text));
  CHECK(compressed->sha256 == sha256_hex(packed));
  compressed->sha256 = plain->sha256;
  CHECK(*plain == *compressed);
  CHECK(plain->rows == 20'000);

  for (const std::string& damaged : {packed.substr(0, packed.size() - 9), packed.substr(0, 30)}) {
    auto reader = column_reader::open(folder.write("cut.gz", damaged), "as named.csv", {1, 1000, 30'000});
    ledger refused;
    if (!reader) {
      CHECK(reader.error().file == "as named.csv");
      continue;
    }
    const auto table = reader->read(std::vector<column_request>{{0, text_cells{}, true, ""}}, refused, "s");
    REQUIRE_FALSE(table.has_value());
    CHECK(table.error().file == "as named.csv");
    CHECK(table.error().value == "gzip data that end in the middle of a member");
    CHECK(refused.empty());
  }
  const auto none = column_reader::open(folder.at("none.csv"), "as named.csv");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().file == "as named.csv");
  CHECK(none.error().code == error_code::cannot_open);
}

TEST_CASE("texts of refused rows are not kept") {
  const std::string text = "id,n\nkept,1\nrefused,x\n\"quoted, refused\",x\nalso kept,2\n";
  auto reader = column_reader::of(text, "f", {1, 12, 64});
  ledger refused;
  const auto table = reader->read(std::vector<column_request>{{0, text_cells{}, true, ""}, {1, count_cells{}, true, ""}}, refused, "s");
  REQUIRE(table.has_value());
  CHECK(texts_of(table->columns[0]) == std::vector<std::string>{"also kept", "kept"});
  CHECK(refused.size() == 2);
}

TEST_CASE("wrong calls of the column reader throw") {
  ledger refused;
  const auto reading = [&](std::vector<column_request> requests) {
    auto reader = column_reader::of("a,b\n1,2\n", "f");
    (void)reader->read(requests, refused, "s");
  };
  CHECK_THROWS_AS(reading({{2, text_cells{}, false, ""}}), std::invalid_argument);
  CHECK_THROWS_AS(reading({{0, text_cells{}, false, ""}, {0, text_cells{}, false, ""}}), std::invalid_argument);
  CHECK_THROWS_AS(reading({{0, choice_cells{{{"x"}, {"x"}}}, false, ""}}), std::invalid_argument);
  CHECK_THROWS_AS(reading({{0, choice_cells{std::vector<std::vector<std::string>>(256)}, false, ""}}), std::invalid_argument);
  CHECK_THROWS_AS((void)column_reader::of("a\n", "f", {1, 0, 1}), std::invalid_argument);
  CHECK_THROWS_AS((void)column_reader::of("a\n", "f", {1, 1, 0}), std::invalid_argument);
  auto reader = column_reader::of("a\n1\n", "f");
  const auto table = reader->read({}, refused, "s");
  CHECK(table->rows == 1);
  CHECK_THROWS_AS((void)reader->read({}, refused, "s"), std::invalid_argument);
  CHECK_THROWS_AS((void)table->line_of(1), std::invalid_argument);
}
