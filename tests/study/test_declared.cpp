#include <lfreval/study/declared.hpp>

#include <doctest/doctest.h>

using namespace lfreval;

namespace {

constexpr study_key keys[] = {
    {"schema", key_type::integer, true, "", "", 1, 9, "1", ""},
    {"head.name", key_type::text, true, "", "", 0, 0, "a text", ""},
    {"head.when", key_type::date, false, "", "", 0, 0, "a date", ""},
    {"row[].n", key_type::integer, true, "", "", 0, 10, "a whole number up to 10", ""},
    {"row[].yes", key_type::boolean, false, "", "", 0, 0, "true or false", ""},
    {"row[].names", key_type::text_list, false, "", "", 0, 0, "a list of texts", ""},
};
const declared_language language{keys, 1};

} // namespace

TEST_CASE("declared values keep their kind, their order and their place") {
  const auto read = parse_declared("schema = 1\n[head]\nname = \"x\"\nwhen = 2025-07-15\n[[row]]\nn = 3\nyes = true\nnames = [\"b\", \"a\"]\n[[row]]\nn = 4\n", "f.toml", language);
  REQUIRE(read.has_value());
  CHECK(read->whole("schema") == 1);
  const declared_value* head = read->find("head");
  REQUIRE(head != nullptr);
  CHECK(head->text("name") == "x");
  CHECK(head->text("when") == "2025-07-15");
  REQUIRE(read->list("row").size() == 2);
  CHECK(read->list("row")[0].whole("n") == 3);
  CHECK(read->list("row")[0].boolean("yes") == true);
  CHECK(read->list("row")[0].texts("names") == std::vector<std::string>{"b", "a"});
  CHECK(read->list("row")[1].find("n")->at == study_position{10, 5});
  CHECK(read->list("row")[1].find("yes") == nullptr);
  CHECK(read->text("none").empty());
  CHECK(read->list("none").empty());
}

TEST_CASE("another table of keys is checked as the study's own is") {
  const auto refused = parse_declared("schema = 1\n[head]\nnane = \"x\"\n[[row]]\nn = 11\nyes = 1\n", "f.toml", language);
  REQUIRE_FALSE(refused.has_value());
  std::vector<error_code> codes;
  for (const error& why : refused.error()) codes.push_back(why.code);
  CHECK(codes == std::vector<error_code>{error_code::missing_key, error_code::unknown_key, error_code::not_allowed, error_code::wrong_type});
  CHECK(refused.error()[1].line == 3);
  CHECK(refused.error()[1].allowed.find("did you mean name?") != std::string::npos);
}

TEST_CASE("what a newer program wrote, and what is no TOML, is one error") {
  for (const char* text : {"schema = 2\nother = 1\n", "schema = [\n", "schema = 1\nx = \"\xff\"\n"}) {
    const auto refused = parse_declared(text, "f.toml", language);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().size() == 1);
  }
}
