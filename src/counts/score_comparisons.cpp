#include <lfreval/counts/score_comparisons.hpp>

#include <algorithm>
#include <stdexcept>

namespace lfreval {

std::vector<match_errors> errors_at(const comparison_scores& scores, const std::vector<std::uint64_t>& allowed, failed_comparisons how) {
  std::vector<match_errors> out;
  const auto& nonmated = scores.nonmated;
  const auto& mated = scores.mated;
  for (const std::uint64_t most : allowed) {
    // The lowest score on record that is above the one which would be a false match too many.
    float at = 0;
    const std::uint64_t all = scores.nonmated_below + nonmated.size();
    if (scores.nonmated_below != 0 && most >= nonmated.size()) throw std::invalid_argument("lfreval: errors_at: the scores that allow so many matches were not kept");
    if (most >= all) {
      if (nonmated.empty() && mated.empty()) continue;
      at = nonmated.empty() ? mated.front() : mated.empty() ? nonmated.front() : std::min(nonmated.front(), mated.front());
    } else {
      const float too_low = nonmated[nonmated.size() - 1 - most];
      const auto next = [&](const std::vector<float>& of) { return std::upper_bound(of.begin(), of.end(), too_low); };
      const auto n = next(nonmated), m = next(mated);
      if (n == nonmated.end() && m == mated.end()) continue;
      at = n == nonmated.end() ? *m : m == mated.end() ? *n : std::min(*n, *m);
    }
    const auto reaching = [&](const std::vector<float>& of) { return static_cast<std::uint64_t>(of.end() - std::lower_bound(of.begin(), of.end(), at)); };
    match_errors one{at, most, reaching(nonmated), scores.trials(false, how), 0, scores.trials(true, how)};
    one.false_nonmatches = one.mated - reaching(mated);
    out.push_back(one);
  }
  return out;
}

} // namespace lfreval
