#include <lfreval/study/settings.hpp>

#include <array>
#include <doctest/doctest.h>
#include <stdexcept>

#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

using enum key_type;
constexpr std::array keys{
    study_key{"schema", integer, true, "1", "", 1, 9, "1", ""},
    study_key{"model.file", text, true, "", "", 0, 0, "a path", ""},
    study_key{"model.width", integer, false, "320", "", 16, 4096, "pixels, 16 to 4096", ""},
    study_key{"model.order", text, false, "rgb", "rgb|grey", 0, 0, "rgb or grey", ""},
    study_key{"model.points", number_list, false, "", "", 0, 9, "numbers", ""},
    study_key{"model.square", boolean, false, "true", "", 0, 0, "true or false", ""},
    study_key{"group.*.reference", text, false, "", "", 0, 0, "a label", ""},
};

std::vector<error_code> codes_of(const test::temporary_folder& folder, const std::string& content) {
  const auto read = read_settings(folder.write("s.toml", content), keys);
  std::vector<error_code> out;
  if (!read)
    for (const error& why : read.error()) out.push_back(why.code);
  return out;
}

} // namespace

TEST_CASE("settings: values as written, standards where left out, names below a table") {
  const test::temporary_folder folder;
  const auto read = read_settings(folder.write("s.toml", "schema = 1\n[model]\nfile = \"a.onnx\"\npoints = [1, 2.5]\n[group.sex]\nreference = \"f\"\n[group.age]\nreference = \"old\"\n"), keys);
  REQUIRE(read.has_value());
  CHECK(read->text("model.file") == "a.onnx");
  CHECK(read->text("model.order") == "rgb");
  CHECK(read->number("model.width") == 320);
  CHECK(read->flag("model.square"));
  CHECK(read->numbers("model.points") == std::vector<double>{1, 2.5});
  CHECK(read->has("model.points"));
  CHECK_FALSE(read->has("model.width"));
  CHECK(read->names("group") == std::vector<std::string>{"age", "sex"});
  CHECK(read->text("group.sex.reference") == "f");
  CHECK(read->sha256().size() == 64);
  const error why = read->fault("model.points", error_code::not_allowed, "x", "y");
  CHECK(why.line == 4);
  CHECK(why.column_name == "model.points");
  CHECK_THROWS_AS((void)read->text("model.width"), std::invalid_argument);
  CHECK_THROWS_AS((void)read->number("model.other"), std::invalid_argument);
}

TEST_CASE("settings: what the table of keys does not allow is told as in a study") {
  const test::temporary_folder folder;
  using codes = std::vector<error_code>;
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = \"a\"\n").empty());
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = \"a\"\nwidht = 3\n") == codes{error_code::unknown_key});
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = \"a\"\nwidth = 3\n") == codes{error_code::not_allowed});
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = 3\n") == codes{error_code::wrong_type});
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = \"a\"\norder = \"rbg\"\n") == codes{error_code::not_allowed});
  CHECK(codes_of(folder, "schema = 1\n[model]\n") == codes{error_code::missing_key});
  CHECK(codes_of(folder, "schema = 1\n") == codes{error_code::missing_key});
  CHECK(codes_of(folder, "[model]\nfile = \"a\"\n") == codes{error_code::missing_key});
  CHECK(codes_of(folder, "schema = 2\n[model]\nfile = \"a\"\n") == codes{error_code::newer_schema});
  CHECK(codes_of(folder, "schema = 1\n[model]\nfile = \"a\"\n[group.\"a.b\"]\nreference = \"c\"\n") == codes{error_code::not_allowed});
  CHECK(codes_of(folder, "schema = [") == codes{error_code::malformed_toml});
  CHECK(codes_of(folder, "schema = 1 #" + std::string(20'000, 'x')) == codes{error_code::malformed_toml});
  CHECK(read_settings(folder.at("none.toml"), keys).error().front().code == error_code::cannot_open);
}
