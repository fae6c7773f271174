/// @file
/// The highest of many scores, kept while they go by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace lfreval::detail {

/// Keeps one item in `per` of those that go by, all level with the lowest of them, and everything from `always_from` up.
/// `score_of` tells the score of an item; that no score is NaN is for the caller to see to.
template <class Item, class ScoreOf> class highest_scores {
public:
  /// `total`: how many will go by, where that is known.
  highest_scores(std::uint64_t per, std::optional<std::uint64_t> total, float always_from, ScoreOf score_of) : per_(per), total_(total), always_from_(always_from), score_of_(score_of) {}

  /// All items from here up were kept, and so must be those to come.
  [[nodiscard]] float cut() const noexcept { return cut_; }
  void keep(const Item& one) { items_.push_back(one); }

  /// Drops what is too low, once much of it has gathered; `passed` is how many went by, kept or not.
  void tidy(std::uint64_t passed) {
    if (items_.size() < tidy_at_) return;
    const std::uint64_t wanted = total_ ? needed(*total_) : needed(passed) / 4 * 5 + spare;
    if (items_.size() > wanted + wanted / 2) {
      const auto higher = [this](const Item& a, const Item& b) { return score_of_(a) > score_of_(b); };
      const auto lowest = items_.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
      std::nth_element(items_.begin(), lowest, items_.end(), higher);
      cut_ = std::min(score_of_(*lowest), always_from_);
      std::erase_if(items_, [this](const Item& one) { return score_of_(one) < cut_; });
    }
    // Scores level with the lowest are all kept, however many: sorting them again at once would cost a pass for each row.
    tidy_at_ = std::max<std::uint64_t>(wanted, items_.size()) * 2;
  }

  /// Whether one in `per` of `passed` is kept, or everything.
  [[nodiscard]] bool suffices(std::uint64_t passed) const noexcept { return cut_ == -std::numeric_limits<float>::infinity() || items_.size() >= needed(passed); }
  [[nodiscard]] std::vector<Item>& items() noexcept { return items_; }

private:
  /// The lowest score at which n in `per` match is above that of the (n + 1)th.
  [[nodiscard]] std::uint64_t needed(std::uint64_t of) const noexcept { return of / per_ + 2; }
  static constexpr std::uint64_t spare = std::uint64_t{1} << 15U;

  std::uint64_t per_, tidy_at_ = 4 * spare;
  std::optional<std::uint64_t> total_;
  float always_from_, cut_ = -std::numeric_limits<float>::infinity();
  ScoreOf score_of_;
  std::vector<Item> items_;
};

} // namespace lfreval::detail
