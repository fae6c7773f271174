#include <lfreval/counts/score_searches.hpp>

#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include <lfreval/counts/score_comparisons.hpp>

#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

/// The only set of a study with one source of scores.
score_set set_of(const std::string& source, const std::string& file) {
  const test::temporary_folder folder;
  folder.write("s.csv", file);
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\nscore_range = [0, 1]\n[[source]]\nname = \"s\"\nkind = \"scores\"\ntable = \"scores\"\nfiles = [\"s.csv\"]\n" + source,
                                    folder.at("study.toml"));
  REQUIRE(declared.has_value());
  auto log = read_score_sets(*declared);
  if (!log) FAIL(log.error().at(0).message());
  REQUIRE(log->sets.size() == 1);
  return std::move(log->sets[0]);
}

const std::string matrix = "format = \"matrix\"\nmated = \"same_id\"\n";
std::string at(const text_column& column, std::size_t row) { return column.codes[row] == no_code ? "" : column.texts[column.codes[row]]; }

} // namespace

TEST_CASE("each probe becomes a search of the whole list") {
  // ann and bob are on both sides; carl is not listed; dora's mate is beaten by two others.
  const score_set set = set_of(matrix, "id,ann,bob,dora,zed\n"
                                       "ann,0.75,0.5,0.25,0.125\n"
                                       "bob,0.5,0.5,0.25,0.125\n"
                                       "carl,0.25,0.375,0.375,0.125\n"
                                       "dora,0.75,0.5,0.25,0.125\n");
  const score_searches out = searches_of(set, std::vector<float>{0.375F, 0.5F});
  const passage_table& rows = out.searches.rows;
  REQUIRE(rows.size() == 4);
  CHECK(out.searches.kind == source_kind::scores);
  CHECK(out.references == 4);
  CHECK(rows.mated == std::vector<mated_status>{mated_status::yes, mated_status::yes, mated_status::no, mated_status::yes});
  CHECK(rows.mate_rank == std::vector<std::uint32_t>{1, 1, 0, 3});
  CHECK(rows.top_score == std::vector<float>{0.75F, 0.5F, 0.375F, 0.75F});
  // A tie: the mate comes first, and the second score says that somebody is level.
  CHECK(at(rows.top_person, 1) == "bob");
  CHECK(rows.second_score[1] == 0.5F);
  CHECK(at(rows.top_person, 2) == "bob");
  CHECK(rows.second_score[2] == 0.375F);
  CHECK(rows.mate_score == std::vector<float>{0.75F, 0.5F, no_score, 0.25F});
  CHECK(out.hits == std::vector<std::uint32_t>{2, 2, 2, 2, 2, 0, 2, 2});
}

TEST_CASE("several images of one person are one candidate, and their best score counts") {
  const score_set set = set_of("format = \"pairs\"\nmated = \"same_person\"\n", "probe,probe_person,reference,reference_person,score\n"
                                                                                "q1,ann,r1,bob,0.5\nq1,ann,r2,bob,0.75\nq1,ann,r3,ann,0.625\nq1,ann,r4,zed,0.125\n"
                                                                                "q2,eve,r1,bob,0.25\nq2,eve,r2,bob,0.125\nq2,eve,r3,ann,0.25\nq2,eve,r4,zed,0.0625\n");
  const score_searches out = searches_of(set, std::vector<float>{0.25F});
  const passage_table& rows = out.searches.rows;
  CHECK(out.references == 3);
  CHECK(at(rows.person, 0) == "ann");
  CHECK(at(rows.top_person, 0) == "bob");
  CHECK(rows.second_score[0] == 0.625F);
  CHECK(rows.mate_rank[0] == 2);
  CHECK(rows.mated[1] == mated_status::no);
  CHECK(out.hits == std::vector<std::uint32_t>{2, 2});
}

TEST_CASE("comparisons are counted by people, and failures either way") {
  const score_set set = set_of(matrix + "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"column\" }\n", "id,ann,bob,zed\n"
                                                                                                                       "ann,0.75,-1,0.5\n"
                                                                                                                       "bob,0.25,-1,0.25\n"
                                                                                                                       "carl,0.5,-1,0.125\n");
  const comparison_tallies counted = tally_comparisons(set, 0.5F), left_out = tally_comparisons(set, 0.5F, failed_comparisons::left_out);
  const auto total = [](const comparison_tallies& of) {
    cluster_tally misses, matches;
    for (const cluster_tally& one : of.mated) { misses.events += one.events; misses.exposure += one.exposure; }
    for (const pair_tally& one : of.nonmated) { matches.events += one.events; matches.exposure += one.comparisons; }
    return std::pair(misses, matches);
  };
  CHECK(total(counted) == std::pair(cluster_tally{1, 2}, cluster_tally{2, 7}));
  CHECK(total(left_out) == std::pair(cluster_tally{0, 1}, cluster_tally{2, 5}));
  CHECK(counted.same_people);
  const comparison_scores scores = scores_of(set);
  CHECK(scores.mated == std::vector<float>{0.75F});
  CHECK(scores.nonmated == std::vector<float>{0.125F, 0.25F, 0.25F, 0.5F, 0.5F});
  // Two false matches at 0.5; to allow one only, the threshold has to go to the next score on record.
  const auto errors = errors_at(scores, {0, 1, 2, 4, 7}, failed_comparisons::counted);
  REQUIRE(errors.size() == 5);
  CHECK(errors[1].threshold == 0.75F);
  CHECK(errors[1].false_matches == 0);
  CHECK(errors[1].false_nonmatches == 1);
  CHECK(errors[2].threshold == 0.5F);
  CHECK(errors[2].false_matches == 2);
  CHECK(errors[3].threshold == 0.25F);
  CHECK(errors[3].nonmated == 7);
  CHECK(errors[4].threshold == 0.125F);
}

TEST_CASE("a mate that failed to enrol leaves a miss, not a search by somebody unlisted") {
  const score_set set = set_of(matrix + "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"column\" }\n", "id,ann,bob\nann,0.75,-1\nbob,0.25,-1\ncarl,0.5,-1\n");
  const passage_table rows = searches_of(set).searches.rows;
  CHECK(rows.mated == std::vector<mated_status>{mated_status::yes, mated_status::yes, mated_status::no});
  CHECK(rows.mate_score[1] == no_score);
  CHECK(rows.mate_rank[1] == 0);
  CHECK(searches_of(set).references == 1);
}

TEST_CASE("sets of comparisons are no searches") {
  const score_set set = set_of("format = \"pairs\"\n[source.columns]\nprobe = \"p\"\nprobe_person = \"p\"\nreference = \"r\"\nreference_person = \"r\"\n",
                               "p,r,score,mated\nann,bob,0.5,no\nann,bob,0.25,no\nann,ann,0.5,yes\n");
  CHECK_THROWS_AS((void)searches_of(set), std::invalid_argument);
  CHECK(tally_comparisons(set, 0.5F).nonmated == std::vector<pair_tally>{{0, 1, 1, 2}});
}
