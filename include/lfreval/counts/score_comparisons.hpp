/// @file
/// Comparisons one to one: the scores that decide a table of misses at allowed false matches. Not the rates of a search of a
/// list (M10): each passer meets everybody on it.
#pragma once

#include <cstdint>
#include <vector>

namespace lfreval {

/// What becomes of comparisons that gave no score because somebody could not be enrolled or acquired. Test reports use either
/// convention and do not always say which; both are shown.
enum class failed_comparisons : std::uint8_t {
  counted, ///< a mated one is a miss, a non-mated one no false match
  left_out,
};

/// The scores of a set by what is known of them, without whom they are of.
struct comparison_scores {
  std::vector<float> mated, nonmated; ///< ascending; `no_score` never. Of non-mated ones the highest suffice
  std::uint64_t nonmated_below = 0;   ///< lower non-mated scores, of which only the number is kept
  std::uint64_t failed_mated = 0, failed_nonmated = 0;

  [[nodiscard]] std::uint64_t trials(bool of_mated, failed_comparisons how) const {
    const std::uint64_t failed = how == failed_comparisons::counted ? (of_mated ? failed_mated : failed_nonmated) : 0;
    return (of_mated ? mated.size() : nonmated_below + nonmated.size()) + failed;
  }
};

/// One line of a table of misses at allowed false matches.
struct match_errors {
  float threshold = 0;             ///< the lowest score on record at which no more than `allowed` comparisons match falsely
  std::uint64_t allowed = 0, false_matches = 0, nonmated = 0;
  std::uint64_t false_nonmatches = 0, mated = 0;
};

/// The misses at the lowest recorded score at which at most `allowed` non-mated comparisons match. Nothing when no recorded
/// score is as high. Throws `std::invalid_argument` where that score is not among those kept: `allowed` + 1 of the highest
/// are needed. Cost: O(log n).
[[nodiscard]] std::vector<match_errors> errors_at(const comparison_scores&, const std::vector<std::uint64_t>& allowed, failed_comparisons how);

} // namespace lfreval
