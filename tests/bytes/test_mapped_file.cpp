#include <lfreval/bytes/mapped_file.hpp>

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "support/temporary_folder.hpp"

using namespace lfreval;

TEST_CASE("a mapped file shows its bytes, also after they were released and after it moved") {
  const test::temporary_folder folder;
  std::string content;
  for (int i = 0; i < 40'000; ++i) content += std::to_string(i) + '\n';
  auto file = mapped_file::open(folder.write("a.csv", content));
  REQUIRE(file.has_value());
  CHECK(file->bytes() == content);
  file->release(0, content.size());
  file->release(5000, 100);
  file->release(7, content.size() * 2);
  mapped_file moved = std::move(*file);
  CHECK(moved.bytes() == content);
  moved = std::move(*mapped_file::open(folder.write("b.csv", "b")));
  CHECK(moved.bytes() == "b");
  CHECK(moved.unchanged());
}

TEST_CASE("an empty file is an empty view") {
  const test::temporary_folder folder;
  const auto file = mapped_file::open(folder.write("empty.csv", ""));
  REQUIRE(file.has_value());
  CHECK(file->bytes().empty());
  file->release(0, 10);
  CHECK(file->unchanged());
}

TEST_CASE("what cannot be mapped is refused in the words of read_file") {
  const test::temporary_folder folder;
  std::filesystem::create_symlink("nowhere", folder.at("link.csv"));
  const std::pair<std::string, std::string> cases[] = {
      {folder.at("none.csv"), "No such file or directory"},
      {folder.at(""), "a directory"},
      {folder.at("link.csv"), "a symbolic link whose target does not exist"},
      {"", "an empty path or one with a NUL byte"},
      {"/dev/null", "a character device"},
  };
  for (const auto& one : cases) {
    const std::string& path = one.first;
    CAPTURE(path);
    const auto file = mapped_file::open(path);
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().code == error_code::cannot_open);
    CHECK(file.error().file == path);
    CHECK(file.error().value == one.second);
  }
}

TEST_CASE("a file that grew while it was mapped is told") {
  const test::temporary_folder folder;
  const auto file = mapped_file::open(folder.write("a.csv", "a,b\n"));
  REQUIRE(file.has_value());
  CHECK(file->unchanged());
  std::ofstream(folder.at("a.csv"), std::ios::app) << "1,2\n";
  CHECK_FALSE(file->unchanged());
}
