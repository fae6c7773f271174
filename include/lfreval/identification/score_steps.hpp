/// @file
/// How many passages reach each score: all that a curve or the choice of a threshold needs to know of the scores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

/// The distinct scores that occur, ascending, and for each the number of passages whose score is at or above it. A
/// passage that got no score (no template, or nothing above the recording threshold) counts in `passages` and nowhere
/// else: it never alerts.
class score_steps {
public:
  /// From a sweep: scores strictly ascending and finite, counts strictly descending and at most `passages`. Throws
  /// `std::invalid_argument` otherwise.
  score_steps(std::vector<float> ascending, std::vector<std::uint64_t> at_or_above, std::uint64_t passages);

  /// From one score per passage, in any order. Cost: a sort.
  [[nodiscard]] static score_steps of(std::span<const float> one_each, std::uint64_t without_score = 0);

  [[nodiscard]] std::span<const float> scores() const noexcept { return scores_; }
  [[nodiscard]] std::span<const std::uint64_t> at_or_above() const noexcept { return at_or_above_; }
  [[nodiscard]] std::uint64_t passages() const noexcept { return passages_; }

  /// The number of passages that alert at a threshold.
  [[nodiscard]] std::uint64_t reaching(float at) const noexcept;
  [[nodiscard]] std::uint64_t reaching(threshold at) const noexcept { return reaching(at.value()); }

private:
  std::vector<float> scores_;
  std::vector<std::uint64_t> at_or_above_;
  std::uint64_t passages_ = 0;
};

} // namespace lfreval::identification
