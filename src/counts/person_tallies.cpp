#include <lfreval/counts/person_tallies.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "counts/passage_rows.hpp"

namespace lfreval {

namespace {

bool of_mated(const char* function, metric_id metric, bool complement_too) {
  switch (metric) {
    case metric_id::false_positive_identification_rate: return false;
    case metric_id::true_positive_identification_rate: return true;
    case metric_id::false_negative_identification_rate:
      if (complement_too) return true;
      [[fallthrough]];
    default: throw std::invalid_argument(std::string(function) + ": metric is not one that is made from such rows");
  }
}

std::optional<undefined> refused(const passage_table& table, metric_id metric, float lowest, const passage_rule& rule) {
  if (auto why = detail::without_truth(rule.source, metric)) return why;
  if (auto why = detail::below_record(table, lowest)) return why;
  return metric == metric_id::false_positive_identification_rate ? std::nullopt : detail::without_ranks(table, rule);
}

/// The score that decides whether a trial is a positive.
float deciding_score(const passage_table& table, std::size_t row, bool mated, const passage_rule& rule) {
  return mated ? detail::identifying_score(table, row, rule) : table.top_score[row];
}

/// Rows in the order of `bucket_of(row)`, which lies below `buckets`: where each bucket begins, and the rows.
template <class Bucket> struct bucketed {
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> rows;

  bucketed(std::size_t buckets, std::size_t n, const Bucket& bucket_of) : first(buckets + 1), rows(n) {
    for (std::size_t i = 0; i < n; ++i) ++first[bucket_of(i) + 1];
    for (std::size_t b = 0; b < buckets; ++b) first[b + 1] += first[b];
    std::vector<std::uint64_t> next(first.begin(), first.end() - 1);
    for (std::size_t i = 0; i < n; ++i) rows[next[bucket_of(i)]++] = i;
  }
};

} // namespace

estimable<std::vector<person_tallies>> tally_persons(const passage_table& table, const passage_cells& cells, metric_id metric,
                                                     const threshold_grid& grid, std::size_t at, const passage_rule& rule) {
  constexpr const char* name = "tally_persons";
  const bool mated = of_mated(name, metric, true), misses = metric == metric_id::false_negative_identification_rate;
  if (at >= grid.size()) throw std::invalid_argument("tally_persons: the grid has no such threshold");
  detail::require_rank_limit(name, rule);
  detail::require_passages(name, table);
  detail::require_cells(name, table, cells);
  const float edge = grid.edges()[at];
  if (auto why = refused(table, metric, edge, rule)) return tl::unexpected(*why);

  const auto cell_of = [&](std::size_t i) { return cells.codes[i]; };
  const bucketed<decltype(cell_of)> by_cell(cells.size(), table.size(), cell_of);
  std::vector<person_tallies> out(cells.size());
  std::vector<cluster_tally> of_person(table.person.texts.size());
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    person_tallies& own = out[cell];
    for (std::uint64_t r = by_cell.first[cell]; r < by_cell.first[cell + 1]; ++r) {
      const std::size_t i = by_cell.rows[r];
      if (!detail::is_trial(table, i, mated, rule)) continue;
      const std::uint32_t person = table.person.codes[i];
      if (of_person[person].exposure++ == 0) own.persons_seen.push_back(person);
      of_person[person].events += (deciding_score(table, i, mated, rule) >= edge) != misses ? 1 : 0;
    }
    std::sort(own.persons_seen.begin(), own.persons_seen.end());
    for (const std::uint32_t person : own.persons_seen) {
      own.tallies.push_back(of_person[person]);
      of_person[person] = {};
    }
  }
  return out;
}

estimable<curve_rows> rows_of_curve(const passage_table& table, const passage_cells& cells, std::size_t cell, metric_id metric,
                                    const threshold_grid& grid, const passage_rule& rule, unsigned threads) {
  constexpr const char* name = "rows_of_curve";
  const bool mated = of_mated(name, metric, false);
  detail::require_rank_limit(name, rule);
  detail::require_passages(name, table);
  detail::require_cells(name, table, cells);
  if (cell >= cells.size()) throw std::invalid_argument("rows_of_curve: there is no such cell");
  if (auto why = refused(table, metric, grid.edges().front(), rule)) return tl::unexpected(*why);

  std::vector<std::uint64_t> totals(table.person.texts.size());
  std::vector<float> scores;
  std::vector<std::uint32_t> people;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (cells.codes[i] != cell || !detail::is_trial(table, i, mated, rule)) continue;
    ++totals[table.person.codes[i]];
    const float score = deciding_score(table, i, mated, rule);
    if (score < grid.edges().front()) continue;
    scores.push_back(score);
    people.push_back(table.person.codes[i]);
  }
  const std::vector<std::uint32_t> reached = thresholds_reached(scores, grid, threads);
  const auto person_of = [&](std::size_t i) { return people[i]; };
  const bucketed<decltype(person_of)> by_person(totals.size(), people.size(), person_of);

  curve_rows out;
  out.thresholds = grid.size();
  out.first.push_back(0);
  for (std::size_t person = 0; person < totals.size(); ++person) {
    if (totals[person] == 0) continue;
    out.persons_seen.push_back(static_cast<std::uint32_t>(person));
    out.totals.push_back(totals[person]);
    for (std::uint64_t r = by_person.first[person]; r < by_person.first[person + 1]; ++r) out.bins.push_back(reached[by_person.rows[r]]);
    std::sort(out.bins.begin() + static_cast<std::ptrdiff_t>(out.first.back()), out.bins.end());
    out.first.push_back(out.bins.size());
  }
  return out;
}

} // namespace lfreval
