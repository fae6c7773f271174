/// @file
/// The highest of many scores, kept while they go by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace lfreval::detail {

/// Keeps one item in `per` of those that go by, all level with the lowest of them, and everything from `always_from` up.
/// `score_of` tells the score of an item; that no score is NaN is for the caller to see to.
template <class Item, class ScoreOf> class highest_scores {
public:
  /// `total`: how many will go by, where that is known.
  highest_scores(std::uint64_t per, std::optional<std::uint64_t> total, float always_from, ScoreOf score_of) : per_(per), total_(total), always_from_(always_from), score_of_(score_of) {}

  /// All items from here up were kept, and so must be those to come. Above `no_score` at first.
  [[nodiscard]] float cut() const noexcept { return cut_; }

  /// Room for `n` more items, of which those written first are kept once `took` says how many they are.
  [[nodiscard]] Item* room(std::size_t n) {
    if (items_.size() < used_ + n) {
      const std::size_t wanted = std::max<std::size_t>(static_cast<std::size_t>(tidy_at_), used_) + n;
      items_.reserve(wanted); // resize alone would double it
      items_.resize(wanted);
    }
    return items_.data() + used_;
  }
  void took(std::size_t n) noexcept { used_ += n; }

  /// Drops what is too low, once much of it has gathered; `passed` is how many went by, kept or not.
  void tidy(std::uint64_t passed) {
    if (used_ >= tidy_at_) drop(total_ ? needed(*total_) : needed(passed) / 4 * 5 + spare);
  }
  /// The same at the end, when `passed` is all.
  void finish(std::uint64_t passed) { drop(needed(passed)); }

  /// Whether one in `per` of `passed` is kept, or everything.
  [[nodiscard]] bool suffices(std::uint64_t passed) const noexcept { return cut_ == std::numeric_limits<float>::lowest() || used_ >= needed(passed); }
  /// What was kept, in no order. To be called once.
  [[nodiscard]] std::vector<Item> take() {
    items_.resize(used_);
    items_.shrink_to_fit();
    return std::move(items_);
  }

private:
  void drop(std::uint64_t wanted) {
    if (used_ > wanted) {
      // A cut guessed from some of them costs a tenth of the exact one, and nearly always keeps enough.
      float cut = guessed_cut(wanted);
      if (static_cast<std::uint64_t>(std::count_if(items_.begin(), end(), [&](const Item& one) { return score_of_(one) >= cut; })) < wanted) {
        const auto lowest = items_.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
        std::nth_element(items_.begin(), lowest, end(), [this](const Item& a, const Item& b) { return score_of_(a) > score_of_(b); });
        cut = score_of_(*lowest);
      }
      cut_ = std::max(cut_, std::min(cut, always_from_));
      std::size_t kept = 0;
      for (std::size_t i = 0; i < used_; ++i) {
        items_[kept] = items_[i];
        kept += score_of_(items_[i]) >= cut_ ? 1 : 0;
      }
      used_ = kept;
    }
    // Scores level with the lowest are all kept, however many: looking at them again at once would cost a pass for each row.
    tidy_at_ = std::max<std::uint64_t>(wanted, used_) / 2 * 3;
  }

  [[nodiscard]] float guessed_cut(std::uint64_t wanted) const {
    constexpr std::size_t some = 4096;
    std::vector<float> sample;
    for (std::size_t i = 0; i < used_; i += used_ / some + 1) sample.push_back(score_of_(items_[i]));
    // One in 32 more than are wanted: three standard errors of so many.
    const auto place = std::min(static_cast<std::size_t>(static_cast<double>(wanted) / static_cast<double>(used_) * static_cast<double>(sample.size())) + some / 32, sample.size() - 1);
    std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(place), sample.end(), [](float a, float b) { return a > b; });
    return sample[place];
  }

  [[nodiscard]] auto end() { return items_.begin() + static_cast<std::ptrdiff_t>(used_); }

  /// The lowest score at which n in `per` match is above that of the (n + 1)th.
  [[nodiscard]] std::uint64_t needed(std::uint64_t of) const noexcept { return of / per_ + 2; }
  static constexpr std::uint64_t spare = std::uint64_t{1} << 15U;

  std::uint64_t per_, tidy_at_ = 4 * spare;
  std::optional<std::uint64_t> total_;
  float always_from_, cut_ = std::numeric_limits<float>::lowest();
  ScoreOf score_of_;
  std::vector<Item> items_; ///< the first `used_`, and room for more
  std::size_t used_ = 0;
};

} // namespace lfreval::detail
