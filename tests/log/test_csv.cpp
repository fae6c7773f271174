#include <lfreval/log/csv.hpp>

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace lfreval;
using namespace std::string_view_literals;

namespace {

using record = std::vector<std::string>;

struct reading {
  csv_table table;
  ledger refused;
  std::vector<record> rows() const {
    std::vector<record> all;
    for (const auto& r : table.rows) all.emplace_back(r.fields.begin(), r.fields.end());
    return all;
  }
  std::vector<std::uint64_t> lines() const {
    std::vector<std::uint64_t> all;
    for (const auto& r : table.rows) all.push_back(r.line);
    return all;
  }
  std::vector<std::uint64_t> refused_lines() const {
    std::vector<std::uint64_t> all;
    for (const auto& r : refused.rows()) all.push_back(r.why.line);
    return all;
  }
};

reading accepted(std::string_view text) {
  reading r;
  auto table = parse_csv(std::string(text), "log.csv", r.refused, "alerts");
  REQUIRE(table.has_value());
  r.table = std::move(*table);
  return r;
}

error refused_file(std::string_view text) {
  ledger refused;
  const auto table = parse_csv(std::string(text), "log.csv", refused, "alerts");
  REQUIRE_FALSE(table.has_value());
  CHECK(refused.empty());
  CHECK(table.error().file == "log.csv");
  CHECK_FALSE(table.error().allowed.empty());
  return table.error();
}

void check_malformed(std::string_view text, std::uint64_t line, std::uint64_t column) {
  CAPTURE(text);
  const error e = refused_file(text);
  CHECK(e.code == error_code::malformed_csv);
  CHECK(e.line == line);
  CHECK(e.column == column);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string quoted(const record& fields) {
  std::string s;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    s += i == 0 ? "\"" : ",\"";
    for (const char c : fields[i]) s += c == '"' ? std::string("\"\"") : std::string(1, c);
    s += '"';
  }
  return s;
}

/// RFC 4180 with the documented refusals, one character at a time: what the reader must agree with.
struct oracle {
  std::vector<record> records;
  std::vector<std::uint64_t> lines;
  std::vector<std::uint64_t> blank;
  bool is_accepted = false;

  explicit oracle(std::string_view text) {
    enum { record_start, field_start, unquoted, in_quotes, after_quote } state = record_start;
    record fields;
    std::string field;
    std::uint64_t line = 1;
    std::uint64_t start = 1;
    std::vector<std::uint64_t> waiting;
    const auto end_record = [&] {
      fields.push_back(std::exchange(field, {}));
      blank.insert(blank.end(), waiting.begin(), waiting.end());
      waiting.clear();
      records.push_back(std::exchange(fields, {}));
      lines.push_back(start);
      state = record_start;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (state == in_quotes) {
        if (c == '"') state = after_quote;
        else field += c;
        if (c == '\n') ++line;
        continue;
      }
      if (state == after_quote && c == '"') {
        field += '"';
        state = in_quotes;
        continue;
      }
      if (c == '\r') {
        if (i + 1 == text.size() || text[i + 1] != '\n') return;
        continue;
      }
      if (c == '\n') {
        if (state == record_start) waiting.push_back(line);
        else end_record();
        start = ++line;
        continue;
      }
      if (c == ',') {
        fields.push_back(std::exchange(field, {}));
        state = field_start;
        continue;
      }
      if (c == '"') {
        if (state != record_start && state != field_start) return;
        state = in_quotes;
        continue;
      }
      if (state == after_quote) return;
      field += c;
      state = unquoted;
    }
    if (state == in_quotes) return;
    if (state != record_start) end_record();
    if (records.empty() || (!blank.empty() && blank[0] == 1)) return;
    for (std::size_t i = 0; i < records[0].size(); ++i) {
      if (records[0][i].empty()) return;
      for (std::size_t j = 0; j < i; ++j)
        if (records[0][i] == records[0][j]) return;
    }
    is_accepted = true;
  }
};

} // namespace

TEST_CASE("a plain table") {
  const auto r = accepted("site,faces\nOxford Circus,8600\nSoho,0\n");
  CHECK(r.table.header == record{"site", "faces"});
  CHECK(r.rows() == std::vector<record>{{"Oxford Circus", "8600"}, {"Soho", "0"}});
  CHECK(r.lines() == std::vector<std::uint64_t>{2, 3});
  CHECK(r.refused.empty());
}

TEST_CASE("line ends: LF, CRLF, mixed, with or without the last one") {
  const std::vector<record> wanted{{"1", "2"}, {"3", ""}};
  for (const auto text : {"a,b\n1,2\n3,\n"sv, "a,b\n1,2\n3,"sv, "a,b\r\n1,2\r\n3,\r\n"sv, "a,b\r\n1,2\n3,"sv,
                          "\xEF\xBB\xBF"
                          "a,b\n1,2\n3,\n"sv}) {
    CAPTURE(text);
    const auto r = accepted(text);
    CHECK(r.table.header == record{"a", "b"});
    CHECK(r.rows() == wanted);
    CHECK(r.lines() == std::vector<std::uint64_t>{2, 3});
  }
}

TEST_CASE("quoted fields hold commas, quotes and line ends, and lines are physical") {
  const auto r = accepted("a,\"b\"\n\"x,y\",\"say \"\"yes\"\"\"\n\"1\r\n2\n3\",\"\"\n\"\"\"\",\"\"\"\"\"\"\nlast,\"\"");
  CHECK(r.table.header == record{"a", "b"});
  CHECK(r.rows() ==
        std::vector<record>{{"x,y", "say \"yes\""}, {"1\r\n2\n3", ""}, {"\"", "\"\""}, {"last", ""}});
  CHECK(r.lines() == std::vector<std::uint64_t>{2, 3, 6, 7});
}

TEST_CASE("blanks belong to the field, and header names are compared exactly") {
  const auto r = accepted("a, a,A\n 1 ,\t2, \n");
  CHECK(r.table.header == record{"a", " a", "A"});
  CHECK(r.rows() == std::vector<record>{{" 1 ", "\t2", " "}});
}

TEST_CASE("a header alone is a table of zero rows") {
  for (const auto text : {"a,b"sv, "a,b\n"sv, "a,b\r\n\r\n\n"sv}) CHECK(accepted(text).table.rows.empty());
}

TEST_CASE("a file without a header is empty") {
  for (const auto text : {""sv, "\n"sv, "\r\n\n"sv, "\xEF\xBB\xBF"sv}) {
    const error e = refused_file(text);
    CHECK(e.code == error_code::empty_file);
    CHECK(e.line == 0);
  }
  check_malformed("\na,b\n1,2\n", 1, 0);
}

TEST_CASE("rows with another number of fields are refused one by one, with the first field at fault") {
  const auto r = accepted("a,b,c\n1,2\n1,2,3\n1,2,3,4,5\n\n\r\nx,y,z\n\n\n");
  CHECK(r.rows() == std::vector<record>{{"1", "2", "3"}, {"x", "y", "z"}});
  REQUIRE(r.refused_lines() == std::vector<std::uint64_t>{2, 4, 5, 6});
  CHECK(r.refused.counts().at(error_code::wrong_field_count) == 4);
  auto row = r.refused.rows().begin();
  CHECK(row->source == "alerts");
  CHECK(row->why.file == "log.csv");
  CHECK(row->why.column == 3);
  CHECK(row->why.column_name == "c");
  CHECK(row->why.allowed == "3 fields as in the header; this row has 2");
  ++row;
  CHECK(row->why.column == 4);
  CHECK(row->why.column_name.empty());
  CHECK(row->why.value.empty());
  ++row;
  CHECK(row->why.column == 0);
  CHECK(has(row->why.allowed, "blank"));
}

TEST_CASE("in a table of one column an empty value is two quotes, a blank line is refused") {
  const auto r = accepted("a\n\"\"\n\nx\n");
  CHECK(r.rows() == std::vector<record>{{""}, {"x"}});
  CHECK(r.refused_lines() == std::vector<std::uint64_t>{3});
}

TEST_CASE("quotes that do not pair are refused with the file") {
  check_malformed("a,b\n1,\"2\n3,4\n5,6\n", 2, 3);
  check_malformed("a,b\n1,2\n\"", 3, 1);
  check_malformed("\"a\"\"", 1, 1);
  check_malformed("a,b\né,\"x", 2, 3);
  check_malformed("a,b\n\"1\"x,2\n", 2, 4);
  check_malformed("a,b\n\"1\" ,2\n", 2, 4);
  check_malformed("a,b\n\"1\n\"\"é\"x,2\n", 3, 5);
  check_malformed("a,b\n\"x\"\"y\",\"1\"z\n", 2, 11);
  check_malformed("a,b\n5\"6,2\n", 2, 2);
  check_malformed("a,b\n1, \"2\"\n", 2, 4);
  CHECK(refused_file("a,b\n5\"6,2\n").value == "\"");
  CHECK(has(refused_file("a\n\"x").allowed, "never closes"));
}

TEST_CASE("a carriage return alone is refused, except inside quotes") {
  check_malformed("a,b\r1,2\r", 1, 4);
  check_malformed("a,b\n1,2\r", 2, 4);
  check_malformed("a,b\n1\rx,2\n", 2, 2);
  check_malformed("a,b\n\"1\"\r,2\n", 2, 4);
  check_malformed("a,b\n\r", 2, 1);
  CHECK(has(refused_file("a,b\r1,2\r").allowed, "LF or CRLF"));
  CHECK(accepted("a,b\n\"1\r2\",3\n").rows() == std::vector<record>{{"1\r2", "3"}});
}

TEST_CASE("header names are there and unique") {
  const error twice = refused_file("a,b,a\n1,2,3\n");
  CHECK(twice.code == error_code::duplicate_column);
  CHECK(twice.line == 1);
  CHECK(twice.column == 3);
  CHECK(twice.column_name == "a");
  CHECK(twice.value == "a");
  check_malformed("a,,c\n1,2,3\n", 1, 2);
  check_malformed("a,b,\n1,2,3\n", 1, 3);
  check_malformed("\"\"\nx\n", 1, 1);
}

TEST_CASE("another separator is recognised, and the comma named") {
  check_malformed("site;faces\nOxford;1\n", 1, 5);
  check_malformed("é\tfaces\nOxford\t1\n", 1, 2);
  CHECK(has(refused_file("a;b\n").allowed, "commas (,)"));
  CHECK(has(refused_file("a\tb\n").allowed, "tabs"));
  CHECK(accepted("\"a;b\"\n1\n").table.header == record{"a;b"});
  CHECK(accepted("a;b,c\n1,2\n").table.header == record{"a;b", "c"});
}

TEST_CASE("records up to the limit are read, longer ones refuse the file") {
  const auto with_record = [](const std::string& bytes, std::string_view end) {
    return "a\n" + bytes + std::string(end);
  };
  for (const auto end : {""sv, "\n"sv, "\r\n"sv, "\nx\n"sv}) {
    CAPTURE(end);
    CHECK(accepted(with_record(std::string(longest_csv_record, 'x'), end)).table.rows.size() >= 1);
    check_malformed(with_record(std::string(longest_csv_record + 1, 'x'), end), 2, 0);
    const std::string inside(longest_csv_record - 2, 'x');
    CHECK(accepted(with_record("\"" + inside + "\"", end)).rows()[0][0] == inside);
    check_malformed(with_record("\"" + inside + "x\"", end), 2, 0);
  }
  check_malformed("a\n\n\n\"1\n" + std::string(3'000'000, '\n') + "\"\n", 4, 1);
  check_malformed("a,b\n" + std::string(longest_csv_record, 'x') + ",y\n", 2, 0);
  check_malformed("a\n" + std::string(100'000'000, 'x'), 2, 0);
  check_malformed(std::string(100'000'000, '"'), 1, 1);
}

TEST_CASE("fields up to the limit are read, more refuse the file") {
  std::string header = "c0";
  for (std::size_t i = 1; i < most_csv_fields; ++i) header += ",c" + std::to_string(i);
  CHECK(accepted(header).table.header.size() == most_csv_fields);
  CHECK(accepted(header + "\n" + std::string(most_csv_fields - 1, ',')).table.rows.size() == 1);
  check_malformed(header + ",x\n", 1, 0);
  check_malformed("a\n\n" + std::string(most_csv_fields, ',') + "\n", 3, 0);
}

TEST_CASE("a refused file adds nothing to the ledger") {
  ledger refused;
  refused.add(refused_row{});
  CHECK_FALSE(parse_csv("a,b\n1\n\n2\n\"", "f", refused, "s").has_value());
  CHECK(refused.size() == 1);
}

TEST_CASE("fields stay valid when the table moves, is copied, and the first one is gone") {
  for (const auto text : {"a\nx\n\"y\"\"z\"\n"sv, "a\nshort\n\"a field that is longer than any small buffer\"\n"sv}) {
    const auto expected = accepted(text).rows();
    std::optional<reading> first = accepted(text);
    const csv_table copy = first->table;
    reading moved;
    moved.table = std::move(first->table);
    first.reset();
    CHECK(moved.rows() == expected);
    CHECK((reading{copy, {}}).rows() == expected);
  }
}

TEST_CASE("NUL and other bytes are carried through") {
  const auto r = accepted("a,b\n\0,\xE9\n"sv);
  CHECK(r.rows() == std::vector<record>{{std::string(1, '\0'), "\xE9"}});
}

TEST_CASE("random tables survive being written in quotes and read back") {
  std::mt19937_64 random(11);
  constexpr std::array pieces{",", "\"", "\n", "\r\n", "\r", "", " ", "x", "8600", "é", "😀", ";", "\t", "\xEF\xBB\xBF"};
  for (int round = 0; round < 3000; ++round) {
    const std::size_t columns = 1 + random() % 6;
    const std::size_t rows = random() % 6;
    std::vector<record> table(rows + 1, record(columns));
    for (auto& fields : table)
      for (auto& f : fields)
        for (std::size_t n = random() % 5; n > 0; --n) f += pieces[random() % pieces.size()];
    for (std::size_t i = 0; i < columns; ++i) table[0][i] += "#" + std::to_string(i);
    std::string text;
    const std::string_view end = random() % 2 == 0 ? "\n" : "\r\n";
    for (const auto& fields : table) text += quoted(fields) + std::string(end);
    if (random() % 2 == 0) text.resize(text.size() - end.size());
    const auto r = accepted(text);
    if (r.table.header != table[0] || r.rows() != std::vector<record>(table.begin() + 1, table.end()) ||
        !r.refused.empty())
      FAIL("not the table that was written: ", text);
  }
}

TEST_CASE("on random bytes the reader agrees with a state machine written separately") {
  std::mt19937_64 random(5);
  constexpr std::string_view letters = "aab,,\"\"\n\n\r";
  int both_accept = 0;
  for (int round = 0; round < 400'000; ++round) {
    std::string text = random() % 2 == 0 ? "a,b\n" : "";
    // Whole tokens half of the time: otherwise nearly every text with a quote is refused.
    const bool in_tokens = random() % 2 == 0;
    constexpr std::array tokens{"a", "b", ",", ",", "\n", "\r\n", "\"\"", "\"a,\"", "\"\"\"\"", "\"\n\"", "\"\r\""};
    for (std::size_t n = random() % 14; n > 0; --n) {
      if (in_tokens) text += tokens[random() % tokens.size()];
      else text += letters[random() % letters.size()];
    }
    const oracle wanted(text);
    reading r;
    auto table = parse_csv(text, "f", r.refused, "s");
    if (table.has_value() != wanted.is_accepted) FAIL("acceptance differs: ", text);
    if (!table.has_value()) continue;
    ++both_accept;
    r.table = std::move(*table);
    std::vector<record> rows;
    std::vector<std::uint64_t> lines;
    std::vector<std::uint64_t> refused = wanted.blank;
    for (std::size_t i = 1; i < wanted.records.size(); ++i) {
      if (wanted.records[i].size() == wanted.records[0].size()) {
        rows.push_back(wanted.records[i]);
        lines.push_back(wanted.lines[i]);
      } else {
        refused.push_back(wanted.lines[i]);
      }
    }
    std::sort(refused.begin(), refused.end());
    if (r.table.header != wanted.records[0] || r.rows() != rows || r.lines() != lines || r.refused_lines() != refused)
      FAIL("content differs: ", text);
  }
  CHECK(both_accept > 40'000);
}
