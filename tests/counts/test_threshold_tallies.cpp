#include <lfreval/counts/threshold_tallies.hpp>

#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lfreval/types/unit.hpp>

#include "support/passage_rows.hpp"

using namespace lfreval;
using test::passage;

namespace {

using bins = std::vector<std::uint64_t>;

threshold_grid halves() { return listed_grid(std::vector<std::string>{"0.5", "0.64"}).value(); }

threshold_tallies two_cells() {
  threshold_tallies out(halves());
  out.add({{"sex", "f"}, {"camera", "C=1%\n"}}, bins{8600, 0, 7});
  out.add({}, bins{0, 1, 0});
  return out;
}

const std::string two_cells_text = "lfreval threshold tallies 1\n"
                                   "rule at_or_above\n"
                                   "thresholds 2\n"
                                   "at 0.5\n"
                                   "at 0.64\n"
                                   "cells 2\n"
                                   "cell 0\n"
                                   "bins 1:1\n"
                                   "cell 2\n"
                                   "axis camera=C%3d1%25%0a\n"
                                   "axis sex=f\n"
                                   "bins 0:8600 2:7\n";

error why(const std::string& text) {
  const auto read = parse_threshold_tallies(text, "t.txt");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().file == "t.txt");
  return read.error();
}

/// The text with its line `number` (from 1) replaced, or removed.
std::string with_line(std::size_t number, const std::string& line) {
  std::string out;
  std::size_t at = 0, begin = 0;
  while (begin < two_cells_text.size()) {
    const std::size_t end = two_cells_text.find('\n', begin) + 1;
    out += ++at == number ? line : two_cells_text.substr(begin, end - begin);
    begin = end;
  }
  return out;
}

threshold_tallies counted(const std::vector<passage>& rows) {
  const passage_table table = test::table_of(rows);
  const auto grid = decimal_grid("0.2", "0.9", "0.05").value();
  const auto cells = cross(table, std::vector<std::string>{"deployment", "sex"});
  return to_threshold_tallies(count_passages(table, cells, grid, {.rank_limit = 2}).value());
}

} // namespace

TEST_CASE("the text by hand, both ways") {
  CHECK(serialise(two_cells()) == two_cells_text);
  CHECK(parse_threshold_tallies(two_cells_text, "").value() == two_cells());
  threshold_tallies strict(decimal_grid("0.1", "0.3", "0.1", alert_rule::strictly_above).value());
  CHECK(serialise(strict) == "lfreval threshold tallies 1\nrule strictly_above\nthresholds 3\nat 0.1\nat 0.2\nat 0.3\ncells 0\n");
  CHECK(parse_threshold_tallies(serialise(strict), "").value() == strict);
}

TEST_CASE("any split of the passages, in any order, merges to the same bytes") {
  test::random from(12);
  for (int turn = 0; turn < 12; ++turn) {
    auto rows = test::some_passages(from, 30 * static_cast<std::size_t>(turn));
    const threshold_tallies whole = counted(rows);
    const std::string text = serialise(whole);
    from.shuffle(rows);
    std::vector<std::vector<passage>> parts(1 + from.below(6));
    for (const passage& p : rows) parts[from.below(parts.size())].push_back(p);
    std::vector<threshold_tallies> heap;
    for (const auto& part : parts) heap.push_back(counted(part));
    // Merged two by two, in an order drawn at random, some of them by way of their text.
    while (heap.size() > 1) {
      from.shuffle(heap);
      threshold_tallies merged = heap[heap.size() - 2] + heap.back();
      heap.pop_back();
      if (from.below(2) == 0) merged = parse_threshold_tallies(serialise(merged), "").value();
      heap.back() = std::move(merged);
    }
    CHECK(heap.front() == whole);
    CHECK(serialise(heap.front()) == text);
    CHECK(parse_threshold_tallies(text, "").value() == whole);
  }
}

TEST_CASE("what is stored is what was counted") {
  test::random from(13);
  const auto rows = test::some_passages(from, 300);
  const threshold_tallies stored = counted(rows);
  // Row by row: the thresholds that the deciding score of a passage reaches.
  threshold_tallies expected(stored.grid());
  const auto add = [&](const passage& p, const char* what, std::optional<float> score) {
    bins one(stored.grid().size() + 1);
    std::size_t reached = 0;
    for (const float edge : stored.grid().edges()) reached += score && *score >= edge ? 1 : 0;
    one[reached] = 1;
    expected.add({{"deployment", p.deployment}, {"sex", p.sex}, {"counted", what}}, one);
  };
  for (const passage& p : rows) {
    const std::string status = p.mated == mated_status::no ? "nonmated" : p.mated == mated_status::yes ? "mated" : "unknown";
    add(p, status.c_str(), p.top);
    if (!p.acquired) add(p, (status + " not acquired").c_str(), {});
    if (p.mated == mated_status::no) add(p, "nonmated second", p.second);
    if (p.mated != mated_status::yes) continue;
    const std::optional<float> seen = p.rank <= 2 ? p.mate : std::nullopt;
    add(p, "identified", seen);
    add(p, "identified behind another", p.mate != p.top ? seen : std::nullopt);
    add(p, "tied first", p.mate && p.mate == p.top && p.second == p.top ? p.mate : std::nullopt);
  }
  CHECK(stored == expected);
  passage_table table = test::table_of(rows);
  table.groups["counted"] = table.groups["sex"];
  const auto clash = count_passages(table, cross(table, std::vector<std::string>{"counted"}), halves()).value();
  CHECK_THROWS_AS((void)to_threshold_tallies(clash), std::invalid_argument);
}

TEST_CASE("tallies of no rows are the zero, and empty cells are not kept") {
  const threshold_tallies zero(halves());
  CHECK(zero + two_cells() == two_cells());
  CHECK(two_cells() + zero == two_cells());
  threshold_tallies out(halves());
  out.add({{"sex", "f"}}, bins{0, 0, 0});
  CHECK(out == zero);
}

TEST_CASE("what does not add is a wrong call, and changes nothing") {
  threshold_tallies held = two_cells();
  CHECK_THROWS_AS(held += threshold_tallies(listed_grid(std::vector<std::string>{"0.5", "0.6"}).value()), std::invalid_argument);
  CHECK_THROWS_AS(held += threshold_tallies(listed_grid(std::vector<std::string>{"0.5", "0.64"}, alert_rule::strictly_above).value()),
                  std::invalid_argument);
  CHECK_THROWS_AS(held.add({}, bins{1, 2}), std::invalid_argument);
  CHECK_THROWS_AS(held.add({{"", "f"}}, bins{1, 2, 3}), std::invalid_argument);
  CHECK_THROWS_AS(held.add({{"sex", "\xff"}}, bins{1, 2, 3}), std::invalid_argument);
  CHECK_THROWS_AS(held.add({}, bins{largest_count, 0, 0}), std::invalid_argument);
  CHECK_THROWS_AS(held.add({{"sex", "x"}}, bins{largest_count, 1, 0}), std::invalid_argument);
  threshold_tallies most(halves());
  most.add({{"sex", "a"}}, bins{1, 0, 0});
  most.add({{"sex", "f"}, {"camera", "C=1%\n"}}, bins{largest_count - 8607, 0, 0});
  CHECK_NOTHROW((void)(held + most));
  most.add({{"sex", "f"}, {"camera", "C=1%\n"}}, bins{0, 1, 0});
  CHECK_THROWS_AS(held += most, std::invalid_argument);
  CHECK(held == two_cells());
}

TEST_CASE("texts that are none of ours are refused by line") {
  CHECK(why("").line == 1);
  CHECK(why("lfreval threshold tallies 2\n").code == error_code::newer_schema);
  CHECK(why("lfreval threshold tallies 0\n").code == error_code::not_allowed);
  CHECK(why("lfreval threshold tallies x\n").code == error_code::not_allowed);
  CHECK(why("\xef\xbb\xbf" + two_cells_text).line == 1);
  CHECK(why(two_cells_text + "\xff").code == error_code::not_text);
  CHECK(why(two_cells_text + "more\n").code == error_code::wrong_field_count);
  CHECK(why(two_cells_text.substr(0, two_cells_text.size() - 1)).code == error_code::missing_value);
  struct refused { std::size_t line; std::string text; error_code code; };
  for (const refused& one : std::vector<refused>{
           {2, "rule above\n", error_code::not_allowed},
           {2, "ruler at_or_above\n", error_code::not_allowed},
           {3, "thresholds 0\n", error_code::not_allowed},
           {3, "thresholds two\n", error_code::not_a_count},
           {3, "thresholds 9999999999\n", error_code::not_allowed},
           {4, "at nan\n", error_code::not_a_number},
           {4, "at 1e99\n", error_code::not_a_number},
           {4, "at 0.50\n", error_code::not_allowed},
           {4, "at -0\n", error_code::not_allowed},
           {5, "at 0.5\n", error_code::not_allowed},
           {6, "cells -1\n", error_code::not_a_count},
           {7, "cell\n", error_code::not_a_count},
           {8, "bins\n", error_code::missing_value},
           {8, "bins 1\n", error_code::wrong_field_count},
           {8, "bins 3:1\n", error_code::not_allowed},
           {8, "bins 1:-1\n", error_code::not_a_count},
           {8, "bins 1:1 1:2\n", error_code::duplicate_id},
           {8, "bins 1:01\n", error_code::not_allowed},
           {8, "bins 1:1 \n", error_code::not_allowed},
           {8, "bins 1:1  2:1\n", error_code::wrong_field_count},
           {8, "bins 2:1 1:1\n", error_code::not_allowed},
           {8, "bins 0:4503599627370496 1:1\n", error_code::not_a_count},
           {10, "axis camera\n", error_code::not_allowed},
           {10, "axis =C\n", error_code::not_allowed},
           {10, "axis camera=%\n", error_code::not_allowed},
           {10, "axis camera=%4\n", error_code::not_allowed},
           {10, "axis camera=%zz\n", error_code::not_allowed},
           {10, "axis camera=%00\n", error_code::not_allowed},
           {10, "axis camera=%ff\n", error_code::not_allowed},
           {10, "axis camera=%41\n", error_code::not_allowed},
           {10, "axis camera=C%3D\n", error_code::not_allowed},
           {11, "axis camera=D\n", error_code::duplicate_id},
           {12, "bins 0:8600 2:0\n", error_code::not_allowed}}) {
    CAPTURE(one.text);
    const error found = why(with_line(one.line, one.text));
    CHECK(found.code == one.code);
    CHECK(found.line == (one.text == "axis camera=D\n" ? 11 : one.line));
  }
  // Cells twice, and out of order.
  CHECK(why(with_line(9, "cell 0\nbins 1:1\n")).code == error_code::duplicate_id);
  for (std::size_t line = 1; line <= 12; ++line) CHECK(why(with_line(line, "")).line > 0);
}

TEST_CASE("no changed byte goes unnoticed") {
  const threshold_tallies original = two_cells();
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < two_cells_text.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string text = two_cells_text;
      if (text[at] == static_cast<char>(value)) continue;
      text[at] = static_cast<char>(value);
      const auto read = parse_threshold_tallies(text, "");
      if (!read) continue;
      ++accepted;
      REQUIRE(serialise(*read) == text);
      REQUIRE_FALSE(*read == original);
    }
  }
  CHECK(accepted > 50); // other digits and letters are other tallies
}
