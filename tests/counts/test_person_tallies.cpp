#include <lfreval/counts/person_tallies.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <lfreval/counts/list_hits.hpp>
#include <lfreval/intervals/estimate_rate.hpp>

#include "support/passage_rows.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using test::passage;

namespace {

constexpr confidence usual{0.95};

constexpr auto fpir = metric_id::false_positive_identification_rate;
constexpr auto tpir = metric_id::true_positive_identification_rate;
constexpr auto fnir = metric_id::false_negative_identification_rate;

const std::vector<std::string> nothing{}, by_sex{"sex"};

threshold_grid twentieths() { return decimal_grid("0.00", "1.00", "0.05").value(); }

} // namespace

TEST_CASE("persons add up to the passages, in every cell, at every threshold") {
  test::random from(9);
  const auto rows = test::some_passages(from, 600);
  const passage_table table = test::table_of(rows);
  const auto cells = cross(table, by_sex);
  const auto grid = twentieths();
  for (const passage_rule& rule : {passage_rule{}, passage_rule{.rank_limit = 1, .failures = acquisition_failures::left_out}}) {
    const passage_tallies all = count_passages(table, cells, grid, rule).value();
    for (std::size_t i = 0; i < grid.size(); ++i) {
      const auto wrong = tally_persons(table, cells, fpir, grid, i, rule).value();
      const auto right = tally_persons(table, cells, tpir, grid, i, rule).value();
      const auto missed = tally_persons(table, cells, fnir, grid, i, rule).value();
      REQUIRE(wrong.size() == cells.size());
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const auto sum = [](const person_tallies& of) {
          cluster_tally out;
          for (const cluster_tally& one : of.tallies) {
            out.events += one.events;
            out.exposure += one.exposure;
            CHECK(one.exposure > 0);
          }
          return out;
        };
        const passage_counts counts = all.at(c, i);
        CHECK(sum(wrong[c]) == cluster_tally{counts.nonmated_with_alert.value(), counts.nonmated.value()});
        const auto hits = *all.true_positives(c, i);
        CHECK(sum(right[c]) == cluster_tally{hits.events().value(), hits.exposure().value()});
        CHECK(sum(missed[c]) == cluster_tally{hits.exposure().value() - hits.events().value(), hits.exposure().value()});
        CHECK(right[c].persons_seen == missed[c].persons_seen);
        CHECK(std::is_sorted(wrong[c].persons_seen.begin(), wrong[c].persons_seen.end()));
        // People, one by one.
        std::map<std::uint32_t, cluster_tally> expected;
        for (std::size_t r = 0; r < rows.size(); ++r) {
          if (cells.codes[r] != c || rows[r].mated != mated_status::no) continue;
          auto& own = expected[table.person.codes[r]];
          ++own.exposure;
          own.events += rows[r].top && *rows[r].top >= grid.edges()[i] ? 1 : 0;
        }
        std::uint64_t ever = 0;
        REQUIRE(expected.size() == wrong[c].tallies.size());
        std::size_t at = 0;
        for (const auto& [person, own] : expected) {
          CHECK(wrong[c].persons_seen[at] == person);
          CHECK(wrong[c].tallies[at] == own);
          ever += own.events > 0 ? 1 : 0;
          ++at;
        }
        CHECK(wrong[c].ever() == persons_ever{persons(ever), persons(expected.size())});
      }
    }
  }
}

TEST_CASE("a person who passes daily is one person ever alerted, and many passages") {
  std::vector<passage> rows;
  for (int day = 0; day < 20; ++day) rows.push_back({.person = "staff", .top_person = "w", .top = 0.7F});
  for (int visitor = 0; visitor < 20; ++visitor) rows.push_back({.person = "v" + std::to_string(visitor)});
  const passage_table table = test::table_of(rows);
  const auto grid = listed_grid(std::vector<std::string>{"0.64"}).value();
  const auto people = tally_persons(table, cross(table, nothing), fpir, grid, 0).value();
  CHECK(people[0].ever() == persons_ever{persons(1), persons(21)});
  const auto rate = estimate_rate(fpir, people[0].tallies, usual, {.by = cluster_unit::person});
  REQUIRE(rate.has_value());
  CHECK(rate->events == 20);
  CHECK(rate->exposure == 40);
  CHECK(rate->clusters.clusters == 21);
  CHECK(rate->clusters.event_clusters == 1);
  // Twenty alerts of one person are worth about one: the interval has to admit it.
  CHECK(rate->headline.upper > 0.9);
}

TEST_CASE("the rows of a curve give the tallies of every person at every threshold") {
  test::random from(10);
  auto rows = test::some_passages(from, 600);
  const auto grid = decimal_grid("0.30", "1.00", "0.05").value();
  for (const metric_id metric : {fpir, tpir}) {
    for (const passage_rule& rule : {passage_rule{}, passage_rule{.rank_limit = 1, .failures = acquisition_failures::left_out}}) {
      const passage_table table = test::table_of(rows);
      const auto cells = cross(table, by_sex);
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const curve_rows found = rows_of_curve(table, cells, c, metric, grid, rule, 2).value();
        REQUIRE(found.first.size() == found.persons_seen.size() + 1);
        CHECK(found.first.back() == found.bins.size());
        CHECK(found.thresholds == grid.size());
        for (std::size_t i = 0; i < grid.size(); ++i) {
          const person_tallies expected = tally_persons(table, cells, metric, grid, i, rule).value()[c];
          REQUIRE(found.persons_seen == expected.persons_seen);
          for (std::size_t p = 0; p < expected.tallies.size(); ++p) {
            CHECK(found.totals[p] == expected.tallies[p].exposure);
            std::uint64_t events = 0;
            for (std::uint64_t r = found.first[p]; r < found.first[p + 1]; ++r) {
              CHECK(found.bins[r] >= 1);
              events += found.bins[r] > i ? 1 : 0;
            }
            CHECK(events == expected.tallies[p].events);
          }
        }
      }
      auto mixed = rows;
      from.shuffle(mixed);
      const passage_table shuffled = test::table_of(mixed);
      CHECK(rows_of_curve(shuffled, cross(shuffled, by_sex), 1, metric, grid, rule).value() ==
            rows_of_curve(table, cells, 1, metric, grid, rule, 3).value());
    }
  }
}

TEST_CASE("twoway.fpir_list_jackknife: the passages that hang on one listed person") {
  std::size_t tried = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method != "twoway.fpir_list_jackknife") continue;
    ++tried;
    // Each passage is of a person of its own; it alerts on the listed ids given.
    std::vector<passage> rows;
    const auto& hits = row.inputs.at("hit_gallery_ids");
    for (std::size_t i = 0; i < hits.size(); ++i) {
      passage p{.person = "p" + std::to_string(i)};
      if (!hits[i].empty()) {
        p.top_person = "w" + std::to_string(hits[i][0].get<int>());
        p.top = 0.7F;
      }
      p.second = hits[i].size() > 1 ? 0.65F : 0.5F;
      if (hits[i].empty()) p.second.reset();
      rows.push_back(p);
    }
    const passage_table table = test::table_of(rows);
    const auto grid = listed_grid(std::vector<std::string>{"0.6"}).value();
    const auto pairs = only_hit_pairs(table, grid, 0).value();
    // The variances of the reference, from whole numbers: D_j and the pairs.
    const double list = test::number(row.inputs.at("N")), all = static_cast<double>(hits.size());
    std::map<std::uint32_t, double> by_listed;
    double cells = 0.0;
    for (const only_hit& one : pairs) {
      by_listed[one.listed] += static_cast<double>(one.count) / all;
      cells += static_cast<double>(one.count * one.count) / (all * all);
    }
    double mean = 0.0, squares = 0.0;
    for (const auto& [listed, share] : by_listed) mean += share / list;
    for (const auto& [listed, share] : by_listed) squares += (share - mean) * (share - mean);
    squares += (list - static_cast<double>(by_listed.size())) * mean * mean;
    CHECK(row.within.holds((list - 1.0) / list * squares, test::number(row.expected.at("var_list"))));
    CHECK(row.within.holds(cells, test::number(row.expected.at("var_cells"))));
    const auto alerting = tally_persons(table, cross(table, nothing), fpir, grid, 0).value()[0].ever();
    CHECK(row.within.holds(static_cast<double>(alerting.with_event.value()) / all, test::number(row.expected.at("fpir"))));
  }
  CHECK(tried == 1);
}

TEST_CASE("leaving one listed person out changes exactly the passages that hang on that person") {
  test::random from(11);
  auto rows = test::some_passages(from, 300);
  const passage_table table = test::table_of(rows);
  const auto grid = decimal_grid("0.2", "0.8", "0.1").value();
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const float edge = grid.edges()[i];
    const auto hits = only_hits(table, grid, i).value();
    REQUIRE(hits.size() == rows.size());
    std::size_t found = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const passage& p = rows[r];
      const bool alone = p.mated == mated_status::no && p.top && *p.top >= edge && !(p.second && *p.second >= edge);
      CHECK((hits[r] != no_code) == alone);
      if (alone) CHECK(table.top_person.texts[hits[r]] == p.top_person);
      found += alone ? 1 : 0;
    }
    const auto pairs = only_hit_pairs(table, grid, i).value();
    CHECK(std::is_sorted(pairs.begin(), pairs.end()));
    std::size_t counted = 0;
    for (const only_hit& one : pairs) counted += one.count;
    CHECK(counted == found);
  }
  from.shuffle(rows);
  CHECK(only_hit_pairs(test::table_of(rows), grid, 2).value() == only_hit_pairs(table, grid, 2).value());
  passage_table first_only = table;
  first_only.second_score.clear();
  const auto refused = only_hits(first_only, grid, 0);
  REQUIRE_FALSE(refused.has_value());
  CHECK_FALSE(only_hit_pairs(first_only, grid, 0).has_value());
  passage_table nameless = test::table_of({{.person = "a", .top_person = "", .top = 0.7F}});
  CHECK(only_hits(nameless, grid, 0).error().reason == undefined_reason::not_recorded);
}

TEST_CASE("wrong questions about persons are wrong calls") {
  const passage_table table = test::table_of({{.person = "a", .top_person = "w", .top = 0.7F}});
  const auto cells = cross(table, nothing);
  const auto grid = twentieths();
  CHECK_THROWS_AS((void)tally_persons(table, cells, metric_id::selectivity, grid, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)tally_persons(table, cells, metric_id::false_alerts_per_face, grid, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)tally_persons(table, cells, fpir, grid, grid.size()), std::invalid_argument);
  CHECK_THROWS_AS((void)tally_persons(table, cells, tpir, grid, 0, {.rank_limit = 0}), std::invalid_argument);
  CHECK_THROWS_AS((void)rows_of_curve(table, cells, 0, fnir, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)rows_of_curve(table, cells, 1, fpir, grid), std::invalid_argument);
  CHECK_THROWS_AS((void)only_hits(table, grid, grid.size()), std::invalid_argument);
}
