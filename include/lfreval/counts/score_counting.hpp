/// @file
/// Everything that is counted of the scores of a set, row by row and without keeping them: files larger than memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/counts/scored_pair.hpp>
#include <lfreval/counts/score_comparisons.hpp>
#include <lfreval/counts/score_searches.hpp>
#include <lfreval/log/scores.hpp>

namespace lfreval {

/// What is kept of the scores of one set.
struct counted_scores {
  comparison_scores scores;           ///< the highest tenth of the non-mated ones, or more
  std::vector<scored_pair> mated;     ///< all mated comparisons, failed ones with `no_score`
  std::vector<scored_pair> matches;   ///< non-mated comparisons from `matches_from` up, in no order
  float matches_from = no_score;      ///< at most the score that a hundredth of the non-mated comparisons reach
  /// Non-mated comparisons that gave no score and undecided ones, of each probe and reference; empty where there are none.
  std::vector<std::uint32_t> failed_of_probe, failed_of_reference, undecided_of_probe, undecided_of_reference;
  /// Each of them; kept only where persons are on record, because only then may two comparisons be of one pair of people.
  std::vector<scored_pair> failed, undecided;
  std::optional<score_searches> searches;
};

/// What is to be counted.
struct score_questions {
  std::vector<float> at;              ///< thresholds as compared: false matches are kept from the lowest up
  std::vector<float> hits_at;         ///< thresholds of `score_searches::hits`
  bool wants_searches = true;
  /// Non-mated comparisons of the set, failed ones too, where they are known beforehand. Then one look at the scores is enough.
  std::optional<std::uint64_t> nonmated;
};

/// Counts the rows of one set as they are handed out, in any order.
///
/// How many scores are a tenth of all is known when all were seen. Until then a fifth of those seen is kept, which is enough
/// when later rows are like earlier ones. Where they are not, `counted` has no value, and the rows are to be handed out
/// again, with `score_questions::nonmated` known. The outcome is the same either way, and under any order of the rows.
///
/// Cost: one look at each score. Memory: 4 bytes for each non-mated score in the highest fifth and those level with the lowest
/// of them, 12 for each in the highest fiftieth or from the lowest of `at` up, 12 for each mated comparison, 48 for each probe.
class score_counting {
public:
  explicit score_counting(score_questions);
  score_counting(score_counting&&) noexcept;
  score_counting& operator=(score_counting&&) noexcept;
  ~score_counting();

  /// `set`: what is known of its references by now.
  void add(const score_set& set, std::span<const score_row> rows);
  void add(const score_block& block) { add(block.set, block.rows); }

  /// What was counted, once all rows were handed out; `set` is the set as read, whose `probe_at` says where the probes of a
  /// stream belong. Nothing where another look is needed. To be called once.
  [[nodiscard]] std::optional<counted_scores> counted(const score_set& set);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The same of a set whose scores are in memory, or which names nobody.
[[nodiscard]] counted_scores count_comparisons(const score_set&, score_questions);

} // namespace lfreval
