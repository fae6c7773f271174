#include "counts/pair_sizes.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace lfreval::detail {
namespace {

/// Calls `take(key, times)` for each key of an ordered list.
template <class Take> void each_run(const std::vector<std::uint64_t>& keys, Take take) {
  for (std::size_t from = 0, to = 0; from < keys.size(); from = to) {
    while (to < keys.size() && keys[to] == keys[from]) ++to;
    take(keys[from], static_cast<std::int64_t>(to - from));
  }
}

constexpr bool is_of_one(std::uint64_t key) { return key >> 32U == (key & 0xffffffffU); }

} // namespace

pair_sizes::pair_sizes(std::vector<std::uint32_t> probes, std::vector<std::uint32_t> references, std::vector<std::uint64_t> more, std::vector<std::uint64_t> fewer)
    : probes_(std::move(probes)), references_(std::move(references)) {
  // Of a person with themself nearly everything is left out: one sum says whether all of it is.
  std::int64_t with_themself = 0;
  for (std::size_t i = 0; i < probes_.size(); ++i) with_themself += static_cast<std::int64_t>(std::uint64_t{probes_[i]} * references_[i]);
  with_themself += std::count_if(more.begin(), more.end(), is_of_one) - std::count_if(fewer.begin(), fewer.end(), is_of_one);
  if (with_themself != 0) throw std::invalid_argument("lfreval: score_margins: non-mated comparisons of a person with themself");
  std::erase_if(more, is_of_one);
  std::erase_if(fewer, is_of_one);

  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> kinds;
  for (std::size_t i = 0; i < probes_.size(); ++i) ++kinds[{probes_[i], references_[i]}];
  for (auto one = kinds.begin(); one != kinds.end(); ++one)
    for (auto other = one; other != kinds.end(); ++other) {
      const std::uint64_t size = std::uint64_t{one->first.first} * other->first.second + std::uint64_t{other->first.first} * one->first.second;
      if (size != 0) by_size_[size] += one == other ? one->second * (one->second - 1) / 2 : one->second * other->second;
    }
  std::sort(more.begin(), more.end());
  std::sort(fewer.begin(), fewer.end());
  each_run(more, [&](std::uint64_t key, std::int64_t times) { departures_.emplace_back(key, times); });
  const std::size_t middle = departures_.size();
  each_run(fewer, [&](std::uint64_t key, std::int64_t times) { departures_.emplace_back(key, -times); });
  std::inplace_merge(departures_.begin(), departures_.begin() + static_cast<std::ptrdiff_t>(middle), departures_.end());
  std::size_t kept = 0;
  for (const auto& one : departures_)
    if (kept != 0 && departures_[kept - 1].first == one.first) departures_[kept - 1].second += one.second;
    else departures_[kept++] = one;
  departures_.resize(kept);
  for (const auto& [key, by] : departures_) {
    const std::uint64_t before = whole(key), after = before + static_cast<std::uint64_t>(by);
    if (before != 0) --by_size_[before];
    if (after != 0) ++by_size_[after];
  }
  std::erase_if(by_size_, [](const auto& one) { return one.second == 0; });
}

pair_sizes pair_sizes::all_single(std::uint64_t comparisons) {
  pair_sizes out;
  if (comparisons != 0) out.by_size_[1] = comparisons;
  return out;
}

std::uint64_t pair_sizes::whole(std::uint64_t key) const {
  if (probes_.empty()) return 0;
  const auto a = static_cast<std::size_t>(key >> 32U), b = static_cast<std::size_t>(key & 0xffffffffU);
  return std::uint64_t{probes_[a]} * references_[b] + std::uint64_t{probes_[b]} * references_[a];
}

std::uint64_t pair_sizes::of(std::uint64_t key) const {
  const auto found = std::lower_bound(departures_.begin(), departures_.end(), key, [](const auto& one, std::uint64_t wanted) { return one.first < wanted; });
  return whole(key) + (found != departures_.end() && found->first == key ? static_cast<std::uint64_t>(found->second) : 0);
}

} // namespace lfreval::detail
