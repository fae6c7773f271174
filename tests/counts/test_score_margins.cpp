#include <lfreval/counts/score_margins.hpp>

#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "counts/plain_comparisons.hpp"
#include "support/random.hpp"

using namespace lfreval;

namespace {

const std::string matrix = "format = \"matrix\"\nmated = \"same_id\"\n";
const std::string no_template = "sentinel = { value = -1, means = \"failure_to_enrol\", axis = \"column\" }\n";

std::string id(char kind, std::uint64_t i) { return std::string(1, kind) + std::to_string(100 + i); }
/// One of few scores, so that many are equal.
std::string score(test::random& draw) { return "0." + std::to_string(10 + draw.below(12)); }

std::string matrix_of(test::random& draw, std::uint64_t probes, std::uint64_t references, std::uint64_t first_of_references, double cells_failed = 0.0) {
  std::string out = "id";
  for (std::uint64_t r = 0; r < references; ++r) out += "," + id('p', first_of_references + r);
  for (std::uint64_t p = 0; p < probes; ++p) {
    out += "\n" + id('p', p);
    for (std::uint64_t r = 0; r < references; ++r) out += "," + (draw.uniform() < cells_failed ? "-1" : score(draw));
  }
  return out + "\n";
}

} // namespace

TEST_CASE("comparisons are counted by people, and failures either way") {
  const score_set set = test::score_set_of(matrix + no_template, {{"s.csv", "id,ann,bob,zed\n"
                                                                            "ann,0.75,-1,0.5\n"
                                                                            "bob,0.25,-1,0.25\n"
                                                                            "carl,0.5,-1,0.125\n"}});
  const counted_scores found = count_comparisons(set, {});
  const score_margins margins(set, found);
  const comparison_margins counted = margins.at(0.5F), left_out = margins.at(0.5F, failed_comparisons::left_out);
  // Ann and zed, ann and carl match; bob's own reference failed, and with it ann's and carl's comparisons with him.
  CHECK(counted.nonmated.rows == std::vector<cluster_tally>{{1, 2}, {0, 2}, {1, 3}});
  CHECK(counted.nonmated.columns == std::vector<cluster_tally>{{1, 2}, {0, 2}, {1, 3}});
  CHECK(counted.nonmated.people == std::vector<cluster_tally>{{2, 4}, {0, 4}, {1, 3}, {1, 3}});
  CHECK(counted.nonmated.cells == std::vector<cell_class>{{0, 1, 3}, {0, 2, 1}, {1, 1, 2}});
  CHECK(counted.mated == std::vector<cluster_tally>{{0, 1}, {1, 1}});
  CHECK(counted.same_people);
  CHECK(left_out.nonmated.rows == std::vector<cluster_tally>{{1, 1}, {0, 2}, {1, 2}});
  CHECK(left_out.nonmated.cells == std::vector<cell_class>{{0, 1, 3}, {1, 1, 2}});
  CHECK(left_out.mated == std::vector<cluster_tally>{{0, 1}});
}

TEST_CASE("margins are those of plain loops, whoever is on both sides") {
  test::random draw(7);
  for (int run = 0; run < 12; ++run) {
    const std::uint64_t probes = 2 + draw.below(9), references = 2 + draw.below(7);
    CAPTURE(run);
    // All, some and none of the references are probes.
    for (const std::uint64_t first : {std::uint64_t{0}, probes / 2, probes}) {
      test::check_margins(test::score_set_of(matrix, {{"s.csv", matrix_of(draw, probes, references, first)}}));
      test::check_margins(test::score_set_of(matrix + "sentinel = { value = -1, means = \"failure_to_acquire\", axis = \"cell\" }\n", {{"s.csv", matrix_of(draw, probes, references, first, 0.3)}}));
    }
  }
}

TEST_CASE("several images of a person, and people nobody knows, make pairs of every size") {
  test::random draw(11);
  for (int run = 0; run < 12; ++run) {
    CAPTURE(run);
    const std::uint64_t probes = 3 + draw.below(8), references = 3 + draw.below(6);
    const auto list = [&](const std::string& what, std::uint64_t n, std::uint64_t first) {
      std::string out = what + "," + what + "_person\n";
      for (std::uint64_t i = 0; i < n; ++i) out += id('p', first + i) + "," + (draw.below(6) == 0 ? "" : id('q', draw.below(4))) + "\n";
      return out;
    };
    const std::string source = "format = \"matrix\"\nmated = \"same_person\"\nprobes = \"p.csv\"\nreferences = \"r.csv\"\nsentinel = { value = -1, means = \"failure_to_acquire\", axis = \"cell\" }\n";
    test::check_margins(test::score_set_of(source, {{"s.csv", matrix_of(draw, probes, references, 20, run % 2 == 0 ? 0.0 : 0.25)}, {"p.csv", list("probe", probes, 0)}, {"r.csv", list("reference", references, 20)}}));
  }
}

TEST_CASE("lists of pairs have margins too, repeated pairs among them") {
  test::random draw(13);
  for (int run = 0; run < 12; ++run) {
    CAPTURE(run);
    std::string persons = "p,r,score,mated\n", images = "probe,probe_person,reference,reference_person,score\n";
    for (int i = 0; i < 40; ++i) {
      const std::uint64_t p = draw.below(5), r = draw.below(5);
      persons += id('p', p) + "," + id('p', r) + "," + score(draw) + "," + (p == r ? "yes" : "no") + "\n";
      if (draw.below(3) != 0) images += "i" + std::to_string(i) + "," + id('p', p) + ",j" + std::to_string(i % 7) + "," + id('p', static_cast<std::uint64_t>(i) % 7) + "," + score(draw) + "\n";
    }
    test::check_margins(test::score_set_of("format = \"pairs\"\n[source.columns]\nprobe = \"p\"\nprobe_person = \"p\"\nreference = \"r\"\nreference_person = \"r\"\n", {{"s.csv", persons}}));
    test::check_margins(test::score_set_of("format = \"pairs\"\nmated = \"same_person\"\n", {{"s.csv", images}}));
  }
}

TEST_CASE("margins know what was not kept and who is not named") {
  const score_set set = test::score_set_of(matrix, {{"s.csv", "id,ann,bob\nann,0.75,0.25\nbob,0.5,0.5\n"}});
  counted_scores found = count_comparisons(set, {});
  found.matches_from = 0.5F;
  const score_margins margins(set, found);
  CHECK_THROWS_AS((void)margins.at(0.25F), std::invalid_argument);
  const score_set unnamed = test::score_set_of("format = \"two_column\"\n", {{"s.csv", "0 0.5\n1 0.75\n"}});
  CHECK_THROWS_AS(score_margins(unnamed, found), std::invalid_argument);
}
