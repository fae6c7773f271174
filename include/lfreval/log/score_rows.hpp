/// @file
/// The comparisons of one probe, and tables of them: what a score file says about each search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/passages.hpp>

namespace lfreval {

/// All comparisons of one probe on record. Scores are similarities in the precision that the system compares in: those of
/// a distance have been negated. The spans live as long as what handed the row out says.
struct score_row {
  std::uint32_t probe = 0;                    ///< of a table its place in `score_set::probes`, of a stream its place in the files
  std::span<const std::uint32_t> references;  ///< compared with: places in `score_set::references`, ascending
  std::span<const float> scores;              ///< of each; `no_score` where the comparison failed
  std::span<const std::uint32_t> mates;       ///< places in `scores` of comparisons with the same person, ascending
  std::span<const std::uint32_t> undecided;   ///< places in `scores` of which nobody says so, or that a mask leaves out, ascending
  bool acquired = true;                       ///< false: a declared sentinel says that no template was made of the probe
  /// False: comparisons of this probe were refused. The best of those left need not be what was returned, so such a
  /// probe is no search.
  bool complete = true;
};

/// How many comparisons there are by what is known of them. A failed one is counted under its label too.
struct comparison_counts {
  std::uint64_t mated = 0, nonmated = 0, undecided = 0;
  std::uint64_t failed_mated = 0, failed_nonmated = 0, failed_undecided = 0;

  [[nodiscard]] std::uint64_t all() const noexcept { return mated + nonmated + undecided; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_mated + failed_nonmated + failed_undecided; }
  friend bool operator==(const comparison_counts&, const comparison_counts&) = default;
};

/// The comparisons of every probe in memory, whether they came as a matrix or as pairs.
class score_table {
public:
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  /// Every probe was compared with every reference, once.
  [[nodiscard]] bool is_full() const noexcept { return is_full_; }
  /// The comparisons of the probe at a place of `score_set::probes`; its spans live as long as the table. Throws
  /// `std::invalid_argument` beyond the last. Cost: O(1).
  [[nodiscard]] score_row row(std::size_t probe) const;

  /// A table whose probes are all compared with references 0, 1, … `references` - 1.
  [[nodiscard]] static score_table full(std::size_t references);
  /// Adds the row of the next probe; its place is the number of rows before. `references` are ignored by a full table.
  /// Throws `std::invalid_argument` where the spans do not fit together.
  void add(const score_row&);
  /// Puts the rows in another order: row i becomes row `place[i]`.
  void reorder(std::span<const std::uint32_t> place);

  friend bool operator==(const score_table&, const score_table&);

private:
  struct extent {
    std::uint64_t scores, mates, undecided; ///< where they begin
    std::uint32_t n_scores, n_mates, n_undecided;
    bool acquired, complete;
  };
  bool is_full_ = false;
  std::vector<std::uint32_t> references_; ///< of a full table once, else beside each score
  std::vector<float> scores_;
  std::vector<std::uint32_t> mates_, undecided_;
  std::vector<extent> rows_;
};

/// A probe or a reference of which every score is the same number, though no sentinel was declared: usually a failure
/// that the matcher did not say so. Told, and left in: whether such scores count is for the study to declare.
struct constant_scores {
  std::uint32_t place = 0;  ///< in `score_set::probes` or `score_set::references`
  float value = 0;          ///< as written, before a distance is negated
  std::uint64_t scores = 0;

  friend bool operator==(const constant_scores&, const constant_scores&) = default;
};
/// Fewer equal scores than these are chance.
inline constexpr std::uint64_t fewest_constant_scores = 3;

} // namespace lfreval
