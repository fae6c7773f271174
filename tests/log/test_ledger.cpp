#include <lfreval/log/ledger.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <vector>

using namespace lfreval;

namespace {

refused_row row(std::string source, std::string file, std::uint64_t line, std::uint64_t column,
                error_code code = error_code::not_a_count, std::string value = "") {
  refused_row r;
  r.why.code = code;
  r.why.file = std::move(file);
  r.why.line = line;
  r.why.column = column;
  r.why.value = std::move(value);
  r.source = std::move(source);
  return r;
}

std::vector<refused_row> listed(const ledger& l) { return {l.rows().begin(), l.rows().end()}; }

} // namespace

TEST_CASE("an empty ledger says so") {
  const ledger l;
  CHECK(l.empty());
  CHECK(l.size() == 0);
  CHECK(l.rows().empty());
  CHECK(l.counts().empty());
}

TEST_CASE("rows are ordered by source, file, line as a number, and column") {
  ledger l;
  l.add(row("b", "a.csv", 1, 1));
  l.add(row("a", "z.csv", 1, 1));
  l.add(row("a", "b.csv", 10, 1));
  l.add(row("a", "b.csv", 9, 2));
  l.add(row("a", "b.csv", 9, 1));
  CHECK(listed(l) == std::vector{row("a", "b.csv", 9, 1), row("a", "b.csv", 9, 2), row("a", "b.csv", 10, 1),
                                 row("a", "z.csv", 1, 1), row("b", "a.csv", 1, 1)});
}

TEST_CASE("counts are kept per code, in the order of the codes, and sum to the size") {
  ledger l;
  l.add(row("s", "f", 1, 1, error_code::not_a_date));
  l.add(row("s", "f", 2, 1, error_code::missing_value));
  l.add(row("s", "f", 3, 1, error_code::not_a_date));
  REQUIRE(l.counts().size() == 2);
  CHECK(l.counts().begin()->first == error_code::missing_value);
  CHECK(l.counts().at(error_code::missing_value) == 1);
  CHECK(l.counts().at(error_code::not_a_date) == 2);
  CHECK(l.size() == 3);
}

TEST_CASE("the same row refused twice is two rows") {
  ledger l;
  l.add(row("s", "f", 1, 1));
  l.add(row("s", "f", 1, 1));
  CHECK(l.size() == 2);
  CHECK(l.counts().at(error_code::not_a_count) == 2);
}

TEST_CASE("any order and any split of the same rows give the same ledger") {
  std::mt19937_64 random(7);
  std::vector<refused_row> rows;
  for (int i = 0; i < 300; ++i)
    rows.push_back(row(std::string(1, static_cast<char>('a' + random() % 3)), "f" + std::to_string(random() % 4),
                       random() % 5, random() % 3, static_cast<error_code>(random() % 4),
                       std::to_string(random() % 2)));
  ledger in_order;
  for (const auto& r : rows) in_order.add(r);

  for (int round = 0; round < 20; ++round) {
    std::shuffle(rows.begin(), rows.end(), random);
    const auto cut = static_cast<std::size_t>(random() % rows.size());
    ledger left;
    ledger right;
    for (std::size_t i = 0; i < rows.size(); ++i) (i < cut ? left : right).add(rows[i]);
    left.add(std::move(right));
    CHECK(left == in_order);
    CHECK(std::is_sorted(left.rows().begin(), left.rows().end(), canonical_row_order{}));
  }
}

TEST_CASE("adding a copy of a ledger to itself doubles it") {
  ledger l;
  l.add(row("s", "f", 1, 1));
  l.add(ledger(l));
  CHECK(l.size() == 2);
  CHECK(l.counts().at(error_code::not_a_count) == 2);
}

TEST_CASE("two hundred thousand rows, the second file sorting before the first") {
  ledger l;
  for (const char* file : {"b.csv", "a.csv"})
    for (std::uint64_t line = 1; line <= 100000; ++line) l.add(row("s", file, line, 1));
  CHECK(l.size() == 200000);
  CHECK(l.rows().begin()->why.file == "a.csv");
}
