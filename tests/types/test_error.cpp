#include <lfreval/types/error.hpp>

#include <doctest/doctest.h>
#include <set>
#include <string>

#include <lfreval/types/estimable.hpp>

using namespace lfreval;

namespace {

error faulty_cell() {
  error e;
  e.code = error_code::not_a_count;
  e.file = "log.csv";
  e.line = 7;
  e.column = 3;
  e.column_name = "faces";
  e.value = "1e3";
  e.allowed = "a whole number from 0 to 2^52";
  return e;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void check_one_safe_line(const std::string& text) {
  CAPTURE(text);
  for (const char c : text) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
  CHECK_FALSE(has(text, "\u202e"));
  CHECK_FALSE(has(text, "\u009b"));
}

constexpr const char* hostile = "a\x1b[2J\nb\r\u202e\u009b";

} // namespace

TEST_CASE("a message says where, what, and what would have been allowed") {
  const std::string text = faulty_cell().message();
  CAPTURE(text);
  CHECK(text.rfind("log.csv:7:3: not_a_count: ", 0) == 0);
  CHECK(has(text, "\"1e3\""));
  CHECK(has(text, "column faces"));
  CHECK(text.ends_with("; allowed: a whole number from 0 to 2^52"));
}

TEST_CASE("what does not apply is left out of the message") {
  error e;
  e.code = error_code::empty_file;
  CHECK(e.message() == "empty_file");
  e.file = "a.csv";
  CHECK(e.message() == "a.csv: empty_file");
  e.line = 4;
  CHECK(e.message() == "a.csv:4: empty_file");
  e.column = 2;
  CHECK(e.message() == "a.csv:4:2: empty_file");
  e.line = 0; // a column without a line says nothing
  CHECK(e.message() == "a.csv: empty_file");
}

TEST_CASE("a long value is cut at 64 bytes") {
  error e = faulty_cell();
  e.value = std::string(64, 'v');
  CHECK(has(e.message(), "\"" + std::string(64, 'v') + "\""));
  e.value = std::string(1000, 'v');
  CHECK(has(e.message(), "\"" + std::string(64, 'v') + "\u2026\""));
  CHECK_FALSE(has(e.message(), std::string(65, 'v')));
  e.value = std::string(63, 'v') + "\u00e9"; // the cut would split the character
  CHECK(has(e.message(), "\"" + std::string(63, 'v') + "\u2026\""));
}

TEST_CASE("a hostile value, column or file does not reach the terminal") {
  error e = faulty_cell();
  e.value = hostile;
  check_one_safe_line(e.message());
  e = faulty_cell();
  e.column_name = hostile;
  check_one_safe_line(e.message());
  e = faulty_cell();
  e.file = hostile;
  check_one_safe_line(e.message());
}

TEST_CASE("hostile words in what would have been allowed do not reach the terminal") {
  // The headers of a file are listed there.
  error e = faulty_cell();
  e.allowed = std::string("a header of log.csv: ") + hostile;
  check_one_safe_line(e.message());
}

TEST_CASE("every code has a name of its own") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(error_code::malformed_evaluation); ++i) {
    const std::string_view name = to_string(static_cast<error_code>(i));
    CHECK_FALSE(name.empty());
    CHECK(names.insert(name).second);
  }
  CHECK(to_string(error_code::not_a_count) == "not_a_count");
  std::set<std::string_view> reasons;
  for (int i = 0; i <= static_cast<int>(undefined_reason::events_exceed_exposure); ++i)
    CHECK(reasons.insert(to_string(static_cast<undefined_reason>(i))).second);
}

TEST_CASE("a result holds a value or the error") {
  const result<int> good = 3;
  CHECK(good.value() == 3);
  const result<int> bad = refuse(faulty_cell());
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error() == faulty_cell());
}
