#include <lfreval/bytes/gzip.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include "support/gzip_data.hpp"
#include "support/random.hpp"

using namespace lfreval;
using namespace std::string_view_literals;

namespace {

/// As `printf 'a,b\n1,2\n' | gzip -n` writes it.
constexpr auto written_by_gzip = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xd4\x49\xe2\x32\xd4\x31\xe2\x02\x00\x7b\x07\x97\x0a\x08\x00\x00\x00"sv;

result<std::string> inflated(std::string_view compressed, std::size_t block = 7) {
  gzip_reader reader(compressed, "log.csv.gz");
  std::string out;
  std::string room(block, '\0');
  for (;;) {
    const auto added = reader.read(room);
    if (!added) return refuse(added.error());
    out.append(room.data(), *added);
    if (*added < block) return out;
  }
}

std::string log_of(std::size_t rows) {
  test::random from(3);
  std::string out;
  for (std::size_t i = 0; i < rows; ++i) out += "p" + std::to_string(from.below(100'000)) + ",0." + std::to_string(from.below(1'000'000)) + "\n";
  return out;
}

} // namespace

TEST_CASE("what gzip wrote is read in blocks of any size") {
  for (const std::size_t block : {1U, 2U, 7U, 8U, 9U, 100'000U}) CHECK(inflated(written_by_gzip, block).value() == "a,b\n1,2\n");
}

TEST_CASE("several members are one file, and zero padding at the end is none") {
  const std::string twice = std::string(written_by_gzip) + std::string(written_by_gzip);
  CHECK(inflated(twice).value() == "a,b\n1,2\na,b\n1,2\n");
  CHECK(inflated(twice + std::string(512, '\0')).value() == "a,b\n1,2\na,b\n1,2\n");
  CHECK(inflated(test::gzipped("") + test::gzipped("x") + test::gzipped("")).value() == "x");
}

TEST_CASE("a large file survives compression, and the reader says how far it came") {
  const std::string text = log_of(60'000);
  const std::string compressed = test::gzipped(text);
  CHECK(inflated(compressed, 4096).value() == text);
  gzip_reader reader(compressed, "f");
  std::string room(1000, '\0');
  REQUIRE(reader.read(room).has_value());
  CHECK(reader.used() > 0);
  CHECK(reader.used() < compressed.size());
}

TEST_CASE("every truncation is refused, wherever it is cut") {
  const std::string whole = std::string(written_by_gzip) + std::string(written_by_gzip);
  for (std::size_t size = 2; size < whole.size(); ++size) {
    if (size == written_by_gzip.size()) continue; // a whole member
    CAPTURE(size);
    const auto read = inflated(std::string_view(whole).substr(0, size));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == error_code::not_text);
    CHECK(read.error().file == "log.csv.gz");
    CHECK(read.error().value == "gzip data that end in the middle of a member");
    CHECK(read.error().allowed.find("copy or compress it again") != std::string::npos);
  }
}

TEST_CASE("a changed byte in the content or its check sum is refused") {
  const std::string text = log_of(200);
  const std::string whole = test::gzipped(text);
  std::size_t accepted = 0;
  // The header's time, flags of no consequence and operating system are not covered by the check sum.
  for (std::size_t i = 10; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const auto read = inflated(damaged, 64);
    if (!read.has_value()) continue;
    if (*read != text) FAIL("other text accepted with a damaged byte at ", i);
    ++accepted;
  }
  // A few bits say nothing: those that fill the last byte of the data, and codes that no symbol uses.
  CHECK(accepted <= 3);
  std::string sum = whole;
  sum[sum.size() - 8] = static_cast<char>(sum[sum.size() - 8] ^ 1);
  CHECK(inflated(sum).error().value == "damaged gzip data: incorrect data check");
}

TEST_CASE("other bytes after the last member are refused") {
  CHECK(inflated(std::string(written_by_gzip) + "a,b\n").error().value == "other bytes after the gzip data");
}

TEST_CASE("only the two bytes of gzip make a gzip file") {
  CHECK(is_gzip(written_by_gzip));
  CHECK_FALSE(is_gzip("\x1f"));
  CHECK_FALSE(is_gzip(""));
  CHECK_FALSE(is_gzip("a,b\n"));
}
