#include <lfreval/counts/score_counting.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include <lfreval/counts/score_key.hpp>

#include "counts/highest_scores.hpp"
#include "counts/search_rows.hpp"
#include "counts/sort_keys.hpp"

namespace lfreval {
namespace {

struct own_score {
  float operator()(float score) const noexcept { return score; }
  float operator()(const scored_pair& one) const noexcept { return one.score; }
};

/// The table of misses asks for 1 match in 10 and fewer, limits for 1 in 100 and fewer.
constexpr std::uint64_t per_score = 10, per_match = 100;

/// Calls `take(from, to)` for each run of non-mated comparisons of a row.
template <class Take> void each_nonmated_run(const score_row& row, Take take) {
  std::size_t from = 0, m = 0, u = 0;
  while (m < row.mates.size() || u < row.undecided.size()) {
    const bool is_mate = u == row.undecided.size() || (m < row.mates.size() && row.mates[m] < row.undecided[u]);
    const std::size_t other = is_mate ? row.mates[m++] : row.undecided[u++];
    if (from < other) take(from, other);
    from = other + 1;
  }
  if (from < row.scores.size()) take(from, row.scores.size());
}

void sort_ascending(std::vector<float>& scores) {
  std::vector<std::uint32_t> keys(scores.size());
  std::transform(scores.begin(), scores.end(), keys.begin(), score_key);
  detail::sort_descending(keys);
  std::transform(keys.rbegin(), keys.rend(), scores.begin(), score_of_key);
}

void add_one(std::vector<std::uint32_t>& into, std::size_t place) {
  if (into.size() <= place) into.resize(place + 1);
  ++into[place];
}

} // namespace

struct score_counting::state {
  explicit state(score_questions q)
      : asked(std::move(q)), scores(per_score, asked.nonmated, std::numeric_limits<float>::infinity(), {}),
        matches(per_match, asked.nonmated, asked.at.empty() ? std::numeric_limits<float>::infinity() : *std::min_element(asked.at.begin(), asked.at.end()), {}) {}

  score_questions asked;
  detail::highest_scores<float, own_score> scores;
  detail::highest_scores<scored_pair, own_score> matches;
  counted_scores out;
  std::optional<detail::search_rows> searches;
  std::uint64_t nonmated = 0, failed_nonmated = 0, failed_mated = 0, rows = 0;

  void add(const score_row& row, bool named) {
    ++rows;
    nonmated += row.scores.size() - row.mates.size() - row.undecided.size();
    std::uint32_t failed = 0;
    for (const float score : row.scores) failed += score == no_score ? 1U : 0U;
    for (const std::uint32_t i : row.mates) {
      out.mated.push_back({row.probe, row.references[i], row.scores[i]});
      failed_mated += row.scores[i] == no_score ? 1 : 0;
    }
    for (const std::uint32_t i : row.undecided) {
      add_one(out.undecided_of_probe, row.probe);
      add_one(out.undecided_of_reference, row.references[i]);
      if (named) out.undecided.push_back({row.probe, row.references[i], row.scores[i]});
    }
    each_nonmated_run(row, [&](std::size_t from, std::size_t to) {
      keep_scores(row, from, to);
      keep_matches(row, from, to);
    });
    if (failed != 0) add_failed(row, named);
    scores.tidy(nonmated);
    matches.tidy(nonmated);
  }

  void keep_scores(const score_row& row, std::size_t from, std::size_t to) {
    const float cut = scores.cut();
    float* const kept = scores.room(to - from);
    std::size_t n = 0;
    // Without a branch, which one score in seven would take unforeseen.
    for (std::size_t i = from; i < to; ++i) {
      kept[n] = row.scores[i];
      n += row.scores[i] >= cut ? 1 : 0;
    }
    scores.took(n);
  }

  void keep_matches(const score_row& row, std::size_t from, std::size_t to) {
    constexpr std::size_t lanes = 16;
    const float cut = matches.cut();
    scored_pair* const kept = matches.room(to - from);
    std::size_t n = 0;
    for (std::size_t i = from; i < to; i += lanes) {
      const std::size_t end = std::min(to, i + lanes);
      // Few are as high: most go by sixteen at once.
      if (end == i + lanes) {
        std::uint32_t any = 0;
        for (std::size_t k = 0; k < lanes; ++k) any |= row.scores[i + k] >= cut ? 1U : 0U;
        if (any == 0) continue;
      }
      for (std::size_t k = i; k < end; ++k)
        if (row.scores[k] >= cut) kept[n++] = {row.probe, row.references[k], row.scores[k]};
    }
    matches.took(n);
  }

  void add_failed(const score_row& row, bool named) {
    each_nonmated_run(row, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        if (row.scores[i] != no_score) continue;
        ++failed_nonmated;
        add_one(out.failed_of_probe, row.probe);
        add_one(out.failed_of_reference, row.references[i]);
        if (named) out.failed.push_back({row.probe, row.references[i], no_score});
      }
    });
  }
};

score_counting::score_counting(score_questions asked) : state_(std::make_unique<state>(std::move(asked))) {}
score_counting::score_counting(score_counting&&) noexcept = default;
score_counting& score_counting::operator=(score_counting&&) noexcept = default;
score_counting::~score_counting() = default;

void score_counting::add(const score_set& set, std::span<const score_row> rows) {
  if (state_->asked.wants_searches && !state_->searches) state_->searches.emplace(set, state_->asked.hits_at);
  for (const score_row& row : rows) {
    state_->add(row, !set.reference_person.codes.empty());
    if (state_->searches) state_->searches->add(row);
  }
}

std::optional<counted_scores> score_counting::counted(const score_set& set) {
  state& s = *state_;
  if (s.rows != set.probes.size()) throw std::invalid_argument("lfreval: score_counting::counted: the set has other probes than those counted");
  if (!s.scores.suffices(s.nonmated) || !s.matches.suffices(s.nonmated)) return std::nullopt;
  s.scores.finish(s.nonmated);
  s.matches.finish(s.nonmated);
  counted_scores out = std::move(s.out);
  comparison_scores& scores = out.scores;
  scores.failed_mated = s.failed_mated;
  scores.failed_nonmated = s.failed_nonmated;
  scores.nonmated = s.scores.take();
  scores.nonmated_below = s.nonmated - s.failed_nonmated - scores.nonmated.size();
  for (const scored_pair& one : out.mated)
    if (one.score != no_score) scores.mated.push_back(one.score);
  sort_ascending(scores.mated);
  sort_ascending(scores.nonmated);
  out.matches = s.matches.take();
  out.matches_from = s.matches.cut();
  if (!set.probe_at.empty()) {
    for (std::vector<scored_pair>* pairs : {&out.mated, &out.matches, &out.failed, &out.undecided})
      for (scored_pair& one : *pairs) one.probe = set.probe_at[one.probe];
    for (std::vector<std::uint32_t>* counts : {&out.failed_of_probe, &out.undecided_of_probe}) {
      if (counts->empty()) continue;
      std::vector<std::uint32_t> moved(set.probes.size());
      for (std::size_t i = 0; i < counts->size(); ++i) moved[set.probe_at[i]] = (*counts)[i];
      *counts = std::move(moved);
    }
  }
  if (s.searches) out.searches = s.searches->finish(set);
  return out;
}

counted_scores count_comparisons(const score_set& set, score_questions asked) {
  if (set.probes.empty()) {
    counted_scores out;
    out.scores = {set.mated_scores, set.nonmated_scores, 0, set.counts.failed_mated, set.counts.failed_nonmated};
    return out;
  }
  asked.nonmated = set.counts.nonmated;
  asked.wants_searches = asked.wants_searches && set.has_searches();
  score_counting counting(std::move(asked));
  for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) {
    const score_row row = set.table.row(probe);
    counting.add(set, {&row, 1});
  }
  return *counting.counted(set);
}

} // namespace lfreval
