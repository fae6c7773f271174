#include <lfreval/counts/score_searches.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "counts/plain_comparisons.hpp"
#include "support/random.hpp"

using namespace lfreval;

namespace {

score_set set_of(const std::string& source, const std::string& file) { return test::score_set_of(source, {{"s.csv", file}}); }

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
  const counted_scores counted = count_comparisons(set, {});
  CHECK_FALSE(counted.searches.has_value());
  CHECK(score_margins(set, counted).at(0.5F).nonmated.cells == std::vector<cell_class>{{1, 2, 1}});
}

TEST_CASE("searches are those of a plain loop over the scores of each probe") {
  test::random draw(17);
  for (int run = 0; run < 20; ++run) {
    // Many equal scores; lists longer than what goes by at once.
    const std::uint64_t probes = 3 + draw.below(20), references = 2 + draw.below(60), first = draw.below(10);
    std::string file = "id";
    const auto id = [](std::uint64_t i) { return "p" + std::to_string(100 + i); };
    for (std::uint64_t r = 0; r < references; ++r) file += "," + id(first + r);
    std::vector<std::vector<float>> scores(probes, std::vector<float>(references));
    for (std::uint64_t p = 0; p < probes; ++p) {
      file += "\n" + id(p);
      for (float& one : scores[p]) {
        const std::uint64_t drawn = draw.below(12);
        one = drawn == 0 ? no_score : static_cast<float>(drawn) / 16.0F;
        file += "," + (drawn == 0 ? "-1" : std::to_string(one));
      }
    }
    const score_set set = set_of(matrix + "sentinel = { value = -1, means = \"failure_to_acquire\", axis = \"cell\" }\n", file + "\n");
    const score_searches out = searches_of(set, std::vector<float>{0.25F, 0.625F});
    const passage_table& rows = out.searches.rows;
    REQUIRE(rows.size() == probes);
    for (std::uint64_t p = 0; p < probes; ++p) {
      const std::uint64_t own = p >= first && p < first + references ? p - first : references;
      std::uint64_t top = references;
      const auto is_better = [&](std::uint64_t a, std::uint64_t b) { return b == references || scores[p][a] > scores[p][b] || (scores[p][a] == scores[p][b] && a == own); };
      for (std::uint64_t r = 0; r < references; ++r)
        if (scores[p][r] != no_score && is_better(r, top)) top = r;
      float second = no_score;
      std::uint32_t rank = own != references && scores[p][own] != no_score ? 1 : 0, low = 0, high = 0;
      for (std::uint64_t r = 0; r < references; ++r) {
        if (r != top) second = std::max(second, scores[p][r]);
        if (rank != 0 && scores[p][r] > scores[p][own]) ++rank;
        low += scores[p][r] >= 0.25F ? 1 : 0;
        high += scores[p][r] >= 0.625F ? 1 : 0;
      }
      CHECK(at(rows.top_person, p) == (top == references ? "" : id(first + top)));
      CHECK(rows.top_score[p] == (top == references ? no_score : scores[p][top]));
      CHECK(rows.second_score[p] == second);
      CHECK(rows.mate_score[p] == (own == references ? no_score : scores[p][own]));
      CHECK(rows.mate_rank[p] == rank);
      CHECK((rows.mated[p] == mated_status::yes) == (own != references));
      CHECK(out.hits[2 * p] == low);
      CHECK(out.hits[2 * p + 1] == high);
    }
  }
}
