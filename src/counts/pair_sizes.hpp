/// @file
/// How often each two people were compared, without a list of all pairs. Private to the counts stage.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace lfreval::detail {

/// Two people, the smaller code first: (a, b) and (b, a) are one pair.
[[nodiscard]] constexpr std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) noexcept { return a < b ? std::uint64_t{a} << 32U | b : std::uint64_t{b} << 32U | a; }

/// Comparisons of each pair of people: P_a R_b + P_b R_a, and what departs from it.
class pair_sizes {
public:
  /// `probes` and `references`: how many images of each person every one of the other side was compared with; both zero
  /// throughout where no side is whole. `more` and `fewer`: pairs compared once more, or once less, as often as they stand
  /// there. Keys of a person with themself throw `std::invalid_argument` unless they cancel out.
  pair_sizes(std::vector<std::uint32_t> probes, std::vector<std::uint32_t> references, std::vector<std::uint64_t> more, std::vector<std::uint64_t> fewer);
  /// Where no two comparisons are of the same people.
  static pair_sizes all_single(std::uint64_t comparisons);

  /// Pairs by how many comparisons they have, those with none left out.
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& pairs_by_size() const noexcept { return by_size_; }
  [[nodiscard]] bool is_single() const noexcept { return by_size_.empty() || by_size_.rbegin()->first == 1; }
  /// Cost: O(log of what departs).
  [[nodiscard]] std::uint64_t of(std::uint64_t key) const;

private:
  pair_sizes() = default;
  [[nodiscard]] std::uint64_t whole(std::uint64_t key) const;

  std::vector<std::uint32_t> probes_, references_;
  std::vector<std::pair<std::uint64_t, std::int64_t>> departures_; ///< by key, each once
  std::map<std::uint64_t, std::uint64_t> by_size_;
};

} // namespace lfreval::detail
