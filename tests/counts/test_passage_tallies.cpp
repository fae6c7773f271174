#include <lfreval/counts/passage_tallies.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lfreval/counts/list_hits.hpp>
#include <lfreval/counts/person_tallies.hpp>

#include "support/passage_rows.hpp"

using namespace lfreval;
using test::passage;

namespace {

constexpr auto fpir = metric_id::false_positive_identification_rate;
constexpr auto tpir = metric_id::true_positive_identification_rate;
constexpr auto fnir = metric_id::false_negative_identification_rate;
constexpr auto no = mated_status::no, yes = mated_status::yes, unsure = mated_status::unknown;

const std::vector<std::string> nothing{};

threshold_grid tenths() { return decimal_grid("0.5", "0.8", "0.1").value(); }

/// Nine passages by hand. At 0.6: of four non-mated passages two alert, one of them with two candidates, one was not
/// acquired; of four mated ones `m1` is identified, `m2` behind another, `m3` is taken for someone else, `m4` not acquired.
std::vector<passage> nine() {
  std::vector<passage> rows(9);
  rows[0] = {.person = "a", .mated = no, .top_person = "w1", .top = 0.7F, .second = 0.6F};
  rows[1] = {.person = "a", .mated = no, .top_person = "w1", .top = 0.6F, .second = 0.59F};
  rows[2] = {.person = "b", .mated = no, .top_person = "w2", .top = 0.5F};
  rows[3] = {.person = "c", .mated = no, .acquired = false};
  rows[4] = {.person = "m1", .mated = yes, .top_person = "m1", .top = 0.9F, .mate = 0.9F, .rank = 1};
  rows[5] = {.person = "m2", .mated = yes, .top_person = "w1", .top = 0.8F, .second = 0.6F, .mate = 0.6F, .rank = 2};
  rows[6] = {.person = "m3", .mated = yes, .top_person = "w2", .top = 0.7F, .second = 0.55F, .mate = 0.55F, .rank = 2};
  rows[7] = {.person = "m4", .mated = yes, .acquired = false};
  rows[8] = {.person = "u", .mated = unsure, .top_person = "w1", .top = 0.6F};
  return rows;
}

passage_tallies counted(const passage_table& table, const passage_rule& rule = {}, const std::vector<std::string>& axes = nothing,
                        unsigned threads = 1) {
  return count_passages(table, cross(table, axes), tenths(), rule, threads).value();
}

passage_rule within(std::uint32_t rank) { return {.rank_limit = rank}; }

bool in_cell(const passage& p, const cell_labels& labels) {
  for (const auto& [axis, value] : labels)
    if ((axis == "deployment" ? p.deployment : axis == "camera" ? p.camera : p.sex) != value) return false;
  return true;
}

/// The definitions, row by row.
passage_counts by_definition(const std::vector<passage>& rows, const cell_labels& labels, float edge, const passage_rule& rule) {
  std::uint64_t n[12] = {};
  for (const passage& p : rows) {
    if (!in_cell(p, labels)) continue;
    const bool alert = p.top && *p.top >= edge;
    const bool hit = p.mate && *p.mate >= edge && (!rule.rank_limit || p.rank <= *rule.rank_limit);
    if (p.mated == no) {
      ++n[0];
      n[1] += p.acquired ? 0 : 1;
      n[2] += alert ? 1 : 0;
      n[3] += p.second && *p.second >= edge ? 1 : 0;
    } else if (p.mated == yes) {
      ++n[4];
      n[5] += p.acquired ? 0 : 1;
      n[6] += hit ? 1 : 0;
      n[7] += alert && !hit ? 1 : 0;
      n[8] += hit && *p.mate < *p.top ? 1 : 0;
      // For the tie the rank limit is of no account: it is what decides the rank.
      n[9] += p.mate && *p.mate >= edge && p.mate == p.top && p.second == p.top ? 1 : 0;
    } else {
      ++n[10];
      n[11] += alert ? 1 : 0;
    }
  }
  std::uint64_t unknown_not_acquired = 0;
  for (const passage& p : rows) unknown_not_acquired += in_cell(p, labels) && p.mated == unsure && !p.acquired ? 1 : 0;
  passage_counts out;
  out.nonmated = nonmated_passages(n[0]);
  out.nonmated_not_acquired = nonmated_passages(n[1]);
  out.nonmated_with_alert = nonmated_passages_with_alert(n[2]);
  out.nonmated_with_two = nonmated_passages_with_alert(n[3]);
  out.mated = mated_passages(n[4]);
  out.mated_not_acquired = mated_passages(n[5]);
  out.identified = mated_passages_identified(n[6]);
  out.misidentified = mated_passages(n[7]);
  out.identified_behind_another = mated_passages_identified(n[8]);
  out.tied_first = mated_passages(n[9]);
  out.unknown = passages(n[10]);
  out.unknown_not_acquired = passages(unknown_not_acquired);
  out.unknown_with_alert = passages(n[11]);
  return out;
}

} // namespace

TEST_CASE("nine passages by hand") {
  const passage_tallies all = counted(test::table_of(nine()));
  REQUIRE(all.cells() == 1);
  const passage_counts at = all.at(0, 1); // 0.6
  CHECK(at.nonmated == nonmated_passages(4));
  CHECK(at.nonmated_not_acquired == nonmated_passages(1));
  CHECK(at.nonmated_with_alert == nonmated_passages_with_alert(2));
  CHECK(at.nonmated_with_two == nonmated_passages_with_alert(1));
  CHECK(at.mated == mated_passages(4));
  CHECK(at.mated_not_acquired == mated_passages(1));
  CHECK(at.identified == mated_passages_identified(2));
  CHECK(at.misidentified == mated_passages(1));
  CHECK(at.identified_behind_another == mated_passages_identified(1));
  CHECK(at.tied_first == mated_passages(0));
  CHECK(at.unknown == passages(1));
  CHECK(at.unknown_with_alert == passages(1));
  CHECK(*all.false_positives(0, 1) == nonmated_passages_with_alert(2) / nonmated_passages(4));
  CHECK(*all.true_positives(0, 1) == mated_passages_identified(2) / mated_passages(4));
  CHECK(*all.false_negatives(0, 1) == mated_passages_missed(2) / mated_passages(4));
  // The unknown passage alerted: in the denominator of FPIR it could only raise it, in that of TPIR it could go either way.
  CHECK(*all.false_positive_bounds(0, 1) == tally_range<false_positive_tally>{nonmated_passages_with_alert(2) / nonmated_passages(4),
                                                                             nonmated_passages_with_alert(3) / nonmated_passages(5)});
  CHECK(*all.true_positive_bounds(0, 1) == tally_range<true_positive_tally>{mated_passages_identified(2) / mated_passages(5),
                                                                           mated_passages_identified(3) / mated_passages(5)});
  // At 0.7 it did not.
  CHECK(*all.false_positive_bounds(0, 2) == tally_range<false_positive_tally>{nonmated_passages_with_alert(1) / nonmated_passages(5),
                                                                             nonmated_passages_with_alert(1) / nonmated_passages(4)});
  CHECK_THROWS_AS((void)all.at(1, 0), std::out_of_range);
  CHECK_THROWS_AS((void)all.at(0, 4), std::out_of_range);
}

TEST_CASE("the rank limit hides mates, not alerts") {
  const passage_table table = test::table_of(nine());
  const passage_counts first = counted(table, within(1)).at(0, 1);
  CHECK(first.identified == mated_passages_identified(1));
  CHECK(first.misidentified == mated_passages(2));
  CHECK(first.identified_behind_another == mated_passages_identified(0));
  CHECK(counted(table, within(2)).at(0, 1) == counted(table).at(0, 1));
  passage_table unranked = table;
  unranked.mate_rank.clear();
  const auto refused = count_passages(unranked, cross(unranked, nothing), tenths(), within(1));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy.find("rank") != std::string::npos);
  CHECK(counted(unranked).at(0, 1) == counted(table).at(0, 1));
}

TEST_CASE("a failure to acquire is a miss, or no trial, and is always shown") {
  const passage_table table = test::table_of(nine());
  const passage_rule acquired_only{.failures = acquisition_failures::left_out};
  const passage_tallies some = counted(table, acquired_only);
  CHECK(*some.true_positives(0, 1) == mated_passages_identified(2) / mated_passages(3));
  CHECK(*some.false_negatives(0, 1) == mated_passages_missed(1) / mated_passages(3));
  CHECK(some.at(0, 1) == counted(table).at(0, 1));
  // Non-mated passages stay in FPIR whether acquired or not.
  CHECK(*some.false_positives(0, 1) == nonmated_passages_with_alert(2) / nonmated_passages(4));
  auto rows = nine();
  rows.push_back({.person = "v", .mated = unsure, .acquired = false});
  const passage_table more = test::table_of(rows);
  CHECK(counted(more, acquired_only).true_positive_bounds(0, 1)->fewest == mated_passages_identified(2) / mated_passages(4));
  CHECK(counted(more).true_positive_bounds(0, 1)->fewest == mated_passages_identified(2) / mated_passages(6));
}

TEST_CASE("mates that share the best score are counted: chance decides their rank") {
  std::vector<passage> rows{{.person = "m", .mated = yes, .top_person = "w", .top = 0.7F, .second = 0.7F, .mate = 0.7F, .rank = 2}};
  CHECK(counted(test::table_of(rows), within(1)).at(0, 2).tied_first == mated_passages(1));
  CHECK(counted(test::table_of(rows), within(1)).at(0, 2).misidentified == mated_passages(1));
  CHECK(counted(test::table_of(rows)).at(0, 2).identified_behind_another == mated_passages_identified(0));
  CHECK(counted(test::table_of(rows)).at(0, 3).tied_first == mated_passages(0));
}

TEST_CASE("M08: listed people are in no denominator of false positives") {
  auto rows = nine();
  const auto before = *counted(test::table_of(rows)).false_positives(0, 0);
  for (int i = 0; i < 50; ++i) rows.push_back({.person = "m5", .mated = yes, .top_person = "w3", .top = 0.79F});
  const passage_tallies after = counted(test::table_of(rows));
  CHECK(*after.false_positives(0, 0) == before);
  // A listed person taken for another is a miss, and a wrong alert that FPIR does not know of.
  CHECK(after.at(0, 0).misidentified == mated_passages(50));
}

TEST_CASE("M09: a passage is one trial however many candidates it alerts on") {
  std::vector<passage> rows{{.person = "a", .top_person = "w", .top = 0.9F, .second = 0.9F}, {.person = "a"}};
  const passage_tallies all = counted(test::table_of(rows));
  CHECK(*all.false_positives(0, 0) == nonmated_passages_with_alert(1) / nonmated_passages(2));
  CHECK(all.at(0, 0).nonmated_with_two == nonmated_passages_with_alert(1));
  passage_table first_only = test::table_of(rows);
  first_only.second_score.clear();
  CHECK_FALSE(counted(first_only).at(0, 0).nonmated_with_two.has_value());
  CHECK_FALSE(counted(first_only).at(0, 0).tied_first.has_value());
}

TEST_CASE("M13: records without listed passers leave the misses unmeasured, not at zero") {
  std::vector<passage> rows{{.person = "a", .top_person = "w", .top = 0.9F}, {.person = "b"}};
  const passage_tallies all = counted(test::table_of(rows));
  CHECK(all.false_negatives(0, 0)->exposure() == mated_passages(0));
  const passage_table table = test::table_of(rows);
  const auto people = tally_persons(table, cross(table, nothing), fnir, tenths(), 0);
  REQUIRE(people.has_value());
  CHECK((*people)[0].tallies.empty());
}

TEST_CASE("M14: a group on record for alerts only gives bounds, no rate") {
  std::vector<passage> rows;
  for (int i = 0; i < 8; ++i) rows.push_back({.person = "x" + std::to_string(i), .top_person = "w", .top = 0.75F, .sex = i < 5 ? "f" : "m"});
  for (int i = 0; i < 92; ++i) rows.push_back({.person = "y" + std::to_string(i), .sex = ""});
  const passage_tallies by_sex = counted(test::table_of(rows), {}, {"sex"});
  REQUIRE(by_sex.cells() == 3);
  REQUIRE(by_sex.labels(1).at("sex") == "f");
  const auto refused = by_sex.false_positives(1, 0);
  REQUIRE_FALSE(refused.has_value());
  // Of 5 women who alerted and 92 people who did not, between none and all women.
  CHECK(refused.error().bounds == undefined::range{5.0 / 97.0, 1.0});
  CHECK(by_sex.false_positive_bounds(1, 0)->fewest == nonmated_passages_with_alert(5) / nonmated_passages(97));
  CHECK(by_sex.false_positive_bounds(1, 0)->most == nonmated_passages_with_alert(5) / nonmated_passages(5));
  // At a threshold that nobody reaches the rate is no better known.
  CHECK_FALSE(by_sex.false_positives(1, 3).has_value());
  // One labelled passer who did not alert: the labels were not given for alerts alone.
  rows.push_back({.person = "z", .sex = "f"});
  const passage_tallies mixed = counted(test::table_of(rows), {}, {"sex"});
  CHECK(*mixed.false_positives(1, 0) == nonmated_passages_with_alert(5) / nonmated_passages(6));
  CHECK_FALSE(mixed.false_positives(2, 0).has_value());
}

TEST_CASE("M15: operational records give neither misses nor false positive identification rates") {
  const passage_table table = test::table_of(nine());
  for (const source_kind kind : {source_kind::operational, source_kind::published}) {
    const passage_rule rule{.source = kind};
    const passage_tallies all = counted(table, rule);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK_FALSE(all.true_positives(0, i).has_value());
      CHECK_FALSE(all.false_negatives(0, i).has_value());
      CHECK_FALSE(all.false_positives(0, i).has_value());
      CHECK_FALSE(all.true_positive_bounds(0, i).has_value());
      CHECK_FALSE(all.false_positive_bounds(0, i).has_value());
      for (const metric_id metric : {fpir, tpir, fnir}) {
        const auto people = tally_persons(table, cross(table, nothing), metric, tenths(), i, rule);
        REQUIRE_FALSE(people.has_value());
        CHECK(people.error().bounds == undefined::range{0.0, 1.0});
      }
      CHECK_FALSE(only_hits(table, tenths(), i, kind).has_value());
    }
    CHECK_FALSE(rows_of_curve(table, cross(table, nothing), 0, tpir, tenths(), rule).has_value());
  }
  CHECK(counted(table, {.source = source_kind::scores}).true_positives(0, 0).has_value());
}

TEST_CASE("below the recording threshold nothing is on record") {
  passage_table table = test::table_of(nine());
  table.recorded_from = 0.55F;
  const auto refused = count_passages(table, cross(table, nothing), tenths());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy.find("0.55") != std::string::npos);
  CHECK_FALSE(tally_persons(table, cross(table, nothing), fpir, tenths(), 0).has_value());
  CHECK(tally_persons(table, cross(table, nothing), fpir, tenths(), 1).has_value());
  CHECK_FALSE(rows_of_curve(table, cross(table, nothing), 0, fpir, tenths()).has_value());
  CHECK_FALSE(only_hits(table, tenths(), 0).has_value());
  CHECK(only_hits(table, tenths(), 1).has_value());
  table.recorded_from = tenths().edges()[0];
  CHECK(count_passages(table, cross(table, nothing), tenths()).has_value());
}

TEST_CASE("crossings are by value, in byte order, and hold every passage once") {
  test::random from(6);
  const auto rows = test::some_passages(from, 400);
  const passage_table table = test::table_of(rows);
  for (const std::vector<std::string>& axes : {std::vector<std::string>{}, {"sex"}, {"camera", "sex"}, {"deployment", "camera", "sex"}}) {
    const passage_cells cells = cross(table, axes);
    REQUIRE(cells.codes.size() == rows.size());
    std::vector<std::uint64_t> held(cells.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      REQUIRE(cells.codes[i] < cells.size());
      CHECK(in_cell(rows[i], cells.labels[cells.codes[i]]));
      ++held[cells.codes[i]];
    }
    for (const std::uint64_t one : held) CHECK(one > 0);
    for (const cell_labels& one : cells.labels) CHECK(one.size() == axes.size());
    for (std::size_t c = 1; c < cells.size(); ++c) {
      std::vector<std::string> before, own;
      for (const std::string& axis : axes) {
        before.push_back(cells.labels[c - 1].at(axis));
        own.push_back(cells.labels[c].at(axis));
      }
      CHECK(before < own);
    }
  }
  CHECK_THROWS_AS((void)cross(table, std::vector<std::string>{"age"}), std::invalid_argument);
  CHECK_THROWS_AS((void)cross(table, std::vector<std::string>{"sex", "sex"}), std::invalid_argument);
  CHECK(cross(test::table_of({}), std::vector<std::string>{"sex"}).labels == std::vector<cell_labels>{{{"sex", ""}}});
}

TEST_CASE("counts are those of the definitions, in every cell, at every threshold, under every rule") {
  test::random from(7);
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{17}, std::size_t{500}}) {
    auto rows = test::some_passages(from, n);
    const auto grid = decimal_grid("0.00", "1.00", "0.05").value();
    for (const passage_rule& rule : {passage_rule{}, within(1), within(2), passage_rule{.failures = acquisition_failures::left_out}}) {
      const passage_table table = test::table_of(rows);
      const auto cells = cross(table, std::vector<std::string>{"camera", "sex"});
      const passage_tallies found = count_passages(table, cells, grid, rule, 2).value();
      for (std::size_t c = 0; c < found.cells(); ++c) {
        for (std::size_t i = 0; i < grid.size(); ++i) {
          const passage_counts expected = by_definition(rows, found.labels(c), grid.edges()[i], rule);
          REQUIRE(found.at(c, i) == expected);
          CHECK(expected.identified.value() + expected.misidentified.value() <= expected.mated.value());
        }
      }
      from.shuffle(rows);
      const passage_table shuffled = test::table_of(rows);
      const passage_tallies again = count_passages(shuffled, cross(shuffled, std::vector<std::string>{"camera", "sex"}), grid, rule).value();
      for (std::size_t c = 0; c < found.cells(); ++c)
        for (std::size_t i = 0; i < grid.size(); ++i) REQUIRE(found.at(c, i) == again.at(c, i));
    }
  }
}

TEST_CASE("bounds hold every way the unknown could turn out") {
  test::random from(8);
  for (int turn = 0; turn < 60; ++turn) {
    const auto rows = test::some_passages(from, 12);
    const passage_tallies found = counted(test::table_of(rows), {}, {"sex"});
    // Every unknown status and every missing group, resolved at random many times, never leaves the bounds.
    for (int draw = 0; draw < 40; ++draw) {
      auto resolved = rows;
      for (passage& p : resolved) {
        if (p.mated == unsure) {
          p.mated = from.below(2) == 0 ? no : yes;
          // On the list, the alert may be right.
          if (p.mated == yes && p.top && from.below(2) == 0) {
            p.mate = p.top;
            p.rank = 1;
          }
        }
        if (p.sex.empty()) p.sex = from.below(2) == 0 ? "f" : "m";
      }
      for (std::size_t c = 0; c < found.cells(); ++c) {
        if (found.labels(c).at("sex").empty()) continue;
        for (std::size_t i = 0; i < 4; ++i) {
          const passage_counts truth = by_definition(resolved, found.labels(c), tenths().edges()[i], {});
          const auto false_ones = *found.false_positive_bounds(c, i);
          const auto right_ones = *found.true_positive_bounds(c, i);
          // a / b <= c / d by whole numbers; 0 / 0 says nothing.
          const auto at_most = [](const auto& low, std::uint64_t events, std::uint64_t trials) {
            return low.events().value() * trials <= events * low.exposure().value();
          };
          const auto at_least = [](const auto& high, std::uint64_t events, std::uint64_t trials) {
            return events * high.exposure().value() <= high.events().value() * trials;
          };
          if (truth.nonmated.value() > 0) {
            CHECK(at_most(false_ones.fewest, truth.nonmated_with_alert.value(), truth.nonmated.value()));
            if (false_ones.most.exposure().value() > 0)
              CHECK(at_least(false_ones.most, truth.nonmated_with_alert.value(), truth.nonmated.value()));
          }
          if (truth.mated.value() > 0) {
            CHECK(at_most(right_ones.fewest, truth.identified.value(), truth.mated.value()));
            if (right_ones.most.exposure().value() > 0) CHECK(at_least(right_ones.most, truth.identified.value(), truth.mated.value()));
          }
        }
      }
    }
  }
}

TEST_CASE("rows that contradict themselves are a wrong call") {
  const auto refused = [](const passage& row) {
    const passage_table table = test::table_of({row});
    CHECK_THROWS_AS((void)count_passages(table, cross(table, nothing), tenths()), std::invalid_argument);
    CHECK_THROWS_AS((void)tally_persons(table, cross(table, nothing), fpir, tenths(), 0), std::invalid_argument);
    CHECK_THROWS_AS((void)only_hits(table, tenths(), 0), std::invalid_argument);
  };
  refused({.person = "a", .acquired = false, .top_person = "w", .top = 0.7F});
  refused({.person = "a", .top_person = "w", .top = std::numeric_limits<float>::quiet_NaN()});
  refused({.person = "a", .top_person = "w", .top = std::numeric_limits<float>::infinity()});
  refused({.person = "a", .top_person = "w", .top = 0.7F, .second = 0.8F});
  refused({.person = "", .top_person = "w", .top = 0.7F});
  refused({.person = "a", .mated = yes, .top_person = "w", .top = 0.7F, .mate = 0.8F, .rank = 1});
  refused({.person = "a", .mated = yes, .top_person = "w", .top = 0.7F, .mate = 0.6F, .rank = 1});
  refused({.person = "a", .mated = yes, .top_person = "w", .top = 0.7F, .mate = 0.6F, .rank = 0});
  refused({.person = "a", .mated = yes, .top_person = "w", .top = 0.7F, .rank = 2});
  refused({.person = "a", .mated = no, .top_person = "w", .top = 0.7F, .mate = 0.6F, .rank = 2});
  const passage_table table = test::table_of(nine());
  passage_cells cells = cross(table, nothing);
  CHECK_THROWS_AS((void)count_passages(table, cells, tenths(), within(0)), std::invalid_argument);
  cells.codes.back() = 1;
  CHECK_THROWS_AS((void)count_passages(table, cells, tenths()), std::invalid_argument);
  cells.codes.pop_back();
  CHECK_THROWS_AS((void)count_passages(table, cells, tenths()), std::invalid_argument);
  passage_table shorter = table;
  shorter.mate_score.pop_back();
  CHECK_THROWS_AS((void)count_passages(shorter, cross(table, nothing), tenths()), std::invalid_argument);
}
