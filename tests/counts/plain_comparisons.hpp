/// @file
/// Comparisons counted by plain loops over pairs of names: what sums and shortcuts are held against.
#pragma once

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <lfreval/counts/score_margins.hpp>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"

namespace lfreval::test {

/// The only set of a study with one source of scores.
inline score_set score_set_of(const std::string& source, const std::map<std::string, std::string>& files) {
  const temporary_folder folder;
  for (const auto& [name, content] : files) folder.write(name, content);
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\nscore_range = [0, 1]\n[[source]]\nname = \"s\"\nkind = \"scores\"\ntable = \"scores\"\nfiles = [\"s.csv\"]\n" + source, folder.at("study.toml"));
  if (!declared) FAIL(declared.error().at(0).message());
  auto log = read_score_sets(*declared);
  if (!log) FAIL(log.error().at(0).message());
  REQUIRE(log->sets.size() == 1);
  return std::move(log->sets[0]);
}

/// A comparison by the people it is of.
struct plain_comparison {
  std::string probe, reference; ///< people; where nobody says who they are, "probe ID" and "reference ID"
  float score;
  bool mated;
};

inline std::vector<plain_comparison> plain_comparisons(const score_set& set) {
  const auto name = [&](const text_column& of, const std::vector<std::string>& ids, std::size_t place, const std::string& what) {
    const bool known = !set.probe_person.codes.empty() && !set.reference_person.codes.empty() && of.codes[place] != no_code;
    return known ? "~" + of.texts[of.codes[place]] : what + ids[place];
  };
  std::vector<plain_comparison> out;
  for (std::uint32_t p = 0; p < set.table.size(); ++p) {
    const score_row row = set.table.row(p);
    const auto among = [](auto places, std::uint32_t i) { return std::find(places.begin(), places.end(), i) != places.end(); };
    for (std::uint32_t i = 0; i < row.scores.size(); ++i)
      if (!among(row.undecided, i))
        out.push_back({name(set.probe_person, set.probes, p, "probe "), name(set.reference_person, set.references, row.references[i], "reference "), row.scores[i], among(row.mates, i)});
  }
  return out;
}

/// The margins at a threshold; tallies ascending, because codes of people are nobody's business here.
inline comparison_margins plain_margins(const score_set& set, float threshold, failed_comparisons how) {
  std::map<std::string, cluster_tally> rows, columns, both, mated;
  std::map<std::pair<std::string, std::string>, cluster_tally> pairs;
  std::set<std::string> left, right;
  const auto add = [](cluster_tally& to, bool event) { ++to.exposure; to.events += event ? 1 : 0; };
  const auto all = plain_comparisons(set);
  for (const plain_comparison& one : all) {
    if (one.mated || (one.score == no_score && how == failed_comparisons::left_out)) continue;
    left.insert(one.probe);
    right.insert(one.reference);
  }
  comparison_margins out;
  out.same_people = std::any_of(left.begin(), left.end(), [&](const std::string& who) { return right.contains(who); });
  for (const plain_comparison& one : all) {
    if (one.score == no_score && how == failed_comparisons::left_out) continue;
    const bool matches = one.score >= threshold;
    if (one.mated) { add(mated[one.probe], !matches); continue; }
    add(rows[one.probe], matches);
    add(columns[one.reference], matches);
    if (out.same_people) { add(both[one.probe], matches); add(both[one.reference], matches); }
    const bool swaps = out.same_people && one.reference < one.probe;
    add(pairs[swaps ? std::pair(one.reference, one.probe) : std::pair(one.probe, one.reference)], matches);
  }
  const auto tallies = [](const auto& of) {
    std::vector<cluster_tally> sums;
    for (const auto& one : of) sums.push_back(one.second);
    std::sort(sums.begin(), sums.end());
    return sums;
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> kinds;
  for (const auto& one : pairs) ++kinds[{one.second.events, one.second.exposure}];
  for (const auto& [kind, n] : kinds) out.nonmated.cells.push_back({kind.first, kind.second, n});
  out.nonmated.rows = tallies(rows);
  out.nonmated.columns = tallies(columns);
  out.nonmated.people = tallies(both);
  out.mated = tallies(mated);
  return out;
}

/// The same margins with tallies ascending.
inline comparison_margins in_order(comparison_margins of) {
  for (auto* one : {&of.nonmated.rows, &of.nonmated.columns, &of.nonmated.people, &of.mated}) std::sort(one->begin(), one->end());
  return of;
}

/// That every threshold on record gives the margins of the plain loops.
inline void check_margins(const score_set& set) {
  const auto all = plain_comparisons(set);
  std::set<float> thresholds{0.0F, 2.0F};
  for (const plain_comparison& one : all)
    if (one.score != no_score) thresholds.insert(one.score);
  const counted_scores counted = count_comparisons(set, {std::vector<float>{0.0F}, {}, false, {}});
  const score_margins margins(set, counted);
  for (const failed_comparisons how : {failed_comparisons::counted, failed_comparisons::left_out})
    for (const float at : thresholds) {
      CAPTURE(at);
      const comparison_margins got = in_order(margins.at(at, how)), expected = plain_margins(set, at, how);
      CHECK(got.same_people == expected.same_people);
      CHECK(got.nonmated == expected.nonmated);
      CHECK(got.mated == expected.mated);
    }
}

} // namespace lfreval::test
