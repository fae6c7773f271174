/// @file
/// From a score to the number of thresholds it reaches, by table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/counts/score_key.hpp>

namespace lfreval::detail {

/// One entry per run of keys with the same leading bits: the number of thresholds below the run in the upper half, and in
/// the lower half what carries into it when added to a key at or above the one threshold inside (2^32 - its key, else 0).
using bin_entry = std::uint64_t;

[[nodiscard]] constexpr std::uint32_t base_of(bin_entry entry) noexcept { return static_cast<std::uint32_t>(entry >> 32U); }

class bin_table {
public:
  /// `edges` strictly ascending and finite. No more entries than `most_entries` (a power of two is used).
  bin_table(std::span<const float> edges, std::size_t most_entries);

  /// At most one threshold in each entry: one comparison decides.
  [[nodiscard]] bool single() const noexcept { return single_; }
  [[nodiscard]] float lowest() const noexcept { return lowest_; }
  [[nodiscard]] std::size_t thresholds() const noexcept { return keys_.size(); }
  [[nodiscard]] const bin_entry* entries() const noexcept { return entries_.data(); }
  [[nodiscard]] const std::uint32_t* keys() const noexcept { return keys_.data(); }
  [[nodiscard]] unsigned shift() const noexcept { return shift_; }

private:
  std::vector<std::uint32_t> keys_;
  std::vector<bin_entry> entries_; ///< and one more, whose base is the number of thresholds: where the last run ends
  unsigned shift_ = 0;
  bool single_ = true;
  float lowest_ = 0.0F;
};

/// Histograms that take scores in turn.
inline constexpr std::size_t most_copies = 4;

/// Adds the scores to `histogram`, a row of `thresholds + 1` counts per cell; `copies` of it (1 or `most_copies`) lie `stride`
/// apart.
/// The counts of bin 0 are left incomplete. True when a score is NaN, and then the counts mean nothing. At most 2^31 scores.
/// `codes` is null when there is one cell.
[[nodiscard]] bool count_scores(const bin_table& table, const float* scores, const std::uint32_t* codes, std::size_t n,
                                std::uint32_t* histogram, std::size_t copies, std::size_t stride);

/// Writes the bin of each score. True when a score is NaN.
[[nodiscard]] bool write_bins(const bin_table& table, const float* scores, std::size_t n, std::uint32_t* bins);

} // namespace lfreval::detail
