#include <lfreval/identification/score_steps.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace lfreval::identification {

score_steps::score_steps(std::vector<float> ascending, std::vector<std::uint64_t> at_or_above, std::uint64_t passages)
    : scores_(std::move(ascending)), at_or_above_(std::move(at_or_above)), passages_(passages) {
  constexpr const char* name = "score_steps";
  detail::require_count(name, "passages", passages_);
  if (scores_.size() != at_or_above_.size())
    detail::wrong_call(name, "at_or_above", "has another length than the scores");
  std::uint64_t before = passages_;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (!detail::finite(scores_[i])) detail::wrong_call(name, "scores", "hold a value that is not finite");
    scores_[i] += 0.0F; // -0 becomes +0
    if (i > 0 && !(scores_[i - 1] < scores_[i])) detail::wrong_call(name, "scores", "do not ascend");
    if (at_or_above_[i] > before)
      detail::wrong_call(name, "at_or_above", i == 0 ? "exceeds the passages" : "ascends");
    if (i > 0 && at_or_above_[i] == before)
      detail::wrong_call(name, "at_or_above", "repeats: some score does not occur");
    before = at_or_above_[i];
  }
  if (!scores_.empty() && before == 0)
    detail::wrong_call(name, "at_or_above", "is zero: the highest score does not occur");
}

score_steps score_steps::of(std::span<const float> one_each, std::uint64_t without_score) {
  std::vector<float> sorted(one_each.begin(), one_each.end());
  for (float s : sorted)
    if (!detail::finite(s)) detail::wrong_call("score_steps::of", "scores", "hold a value that is not finite");
  std::sort(sorted.begin(), sorted.end());
  std::vector<float> distinct;
  std::vector<std::uint64_t> reached;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i] == sorted[i - 1]) continue;
    distinct.push_back(sorted[i]);
    reached.push_back(sorted.size() - i);
  }
  detail::require_count("score_steps::of", "without_score", without_score);
  return {std::move(distinct), std::move(reached), sorted.size() + without_score};
}

std::uint64_t score_steps::reaching(float at) const noexcept {
  const auto found = std::lower_bound(scores_.begin(), scores_.end(), at);
  return found == scores_.end() ? 0 : at_or_above_[static_cast<std::size_t>(found - scores_.begin())];
}

} // namespace lfreval::identification
