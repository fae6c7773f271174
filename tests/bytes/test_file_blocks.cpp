#include <lfreval/bytes/file_blocks.hpp>

#include <doctest/doctest.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <lfreval/bytes/file.hpp>

#include "support/gzip_data.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

std::string some_text(std::size_t size) {
  test::random from(9);
  std::string out;
  while (out.size() < size) out += std::to_string(from.bits());
  out.resize(size);
  return out;
}

/// Reads to the end and keeps a changing part of each view.
std::string read_all(file_blocks& blocks) {
  test::random from(4);
  std::string out;
  std::size_t kept = 0;
  std::string before;
  while (!blocks.at_end()) {
    const auto view = blocks.next(kept);
    REQUIRE(view.has_value());
    REQUIRE(view->size() >= kept);
    REQUIRE(view->substr(0, kept) == before);
    out += view->substr(kept);
    kept = static_cast<std::size_t>(from.below(view->size() + 1));
    before = view->substr(view->size() - kept);
  }
  CHECK(blocks.next(kept).value() == before);
  return out;
}

} // namespace

TEST_CASE("blocks of any size make up the file, plain, compressed and in memory, with the hash of what is on disk") {
  const test::temporary_folder folder;
  for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 20'000U}) {
    const std::string text = some_text(size);
    const std::string compressed = test::gzipped(text);
    const std::string plain_path = folder.write("plain.csv", text), gzip_path = folder.write("packed.csv", compressed);
    for (const std::size_t block : {1U, 7U, 64U, 4096U, 1'000'000U}) {
      if (size / block > 3000) continue;
      CAPTURE(size);
      CAPTURE(block);
      auto plain = file_blocks::open(plain_path, block);
      REQUIRE(plain.has_value());
      CHECK(read_all(*plain) == text);
      CHECK(plain->sha256().value() == sha256_hex(text));
      CHECK(plain->sha256().value() == sha256_hex(text));
      auto packed = file_blocks::open(gzip_path, block);
      REQUIRE(packed.has_value());
      CHECK(read_all(*packed) == text);
      CHECK(packed->sha256().value() == sha256_hex(compressed));
      file_blocks memory = file_blocks::of(text, block);
      CHECK(read_all(memory) == text);
      CHECK(memory.sha256().value().empty());
    }
  }
}

TEST_CASE("the hash covers what was not read") {
  const test::temporary_folder folder;
  const std::string text = some_text(100'000);
  auto blocks = file_blocks::open(folder.write("a.csv", text), 4096);
  REQUIRE(blocks->next().has_value());
  CHECK(blocks->sha256().value() == sha256_hex(text));
  CHECK(file_blocks::open(folder.at("a.csv"))->sha256().value() == sha256_hex(text));
}

TEST_CASE("a damaged compressed file and a changed file are refused by name") {
  const test::temporary_folder folder;
  const std::string whole = test::gzipped(some_text(50'000));
  auto cut = file_blocks::open(folder.write("cut.csv.gz", whole.substr(0, whole.size() / 2)), 1 << 20);
  const auto view = cut->next();
  REQUIRE_FALSE(view.has_value());
  CHECK(view.error().file == folder.at("cut.csv.gz"));
  CHECK(view.error().value == "gzip data that end in the middle of a member");

  auto changing = file_blocks::open(folder.write("log.csv", "a,b\n1,2\n"));
  REQUIRE(changing->next().has_value());
  std::ofstream(folder.at("log.csv"), std::ios::app) << "3,4\n";
  const auto hash = changing->sha256();
  REQUIRE_FALSE(hash.has_value());
  CHECK(hash.error().code == error_code::cannot_open);
  CHECK(hash.error().value == "a file that changed while it was read");
}

TEST_CASE("wrong calls throw") {
  CHECK_THROWS_AS((void)file_blocks::of("abc", 0), std::invalid_argument);
  CHECK_THROWS_AS((void)file_blocks::open("/dev/null", 0), std::invalid_argument);
  file_blocks blocks = file_blocks::of("abc", 2);
  CHECK_THROWS_AS((void)blocks.next(1), std::invalid_argument);
  REQUIRE(blocks.next().value() == "ab");
  CHECK_THROWS_AS((void)blocks.next(3), std::invalid_argument);
  CHECK(blocks.next(1).value() == "bc");
}
