#include "counts/bin_table.hpp"

#include <algorithm>
#include <bit>

namespace lfreval::detail {

namespace {

constexpr unsigned coarsest = 20, finest = 10; // 2^12 and 2^22 entries

bool one_each(std::span<const std::uint32_t> keys, unsigned shift) {
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (keys[i] >> shift == keys[i - 1] >> shift) return false;
  return true;
}

} // namespace

bin_table::bin_table(std::span<const float> edges, std::size_t most_entries) : lowest_(edges.front()) {
  keys_.reserve(edges.size());
  // Scores are not mended on the way in, so that negative zero keeps the key just below that of zero; no other score lies
  // between them, and starting the threshold zero there lets both zeros reach it.
  for (const float edge : edges) keys_.push_back(edge == 0.0F ? negative_zero_key : score_key(edge));
  const auto affordable = static_cast<unsigned>(std::bit_width(std::max<std::size_t>(most_entries, 1)) - 1);
  const unsigned limit = affordable >= 32 - finest ? finest : std::min(coarsest, 32 - affordable);
  shift_ = coarsest;
  while (shift_ > limit && !one_each(keys_, shift_)) --shift_;
  single_ = one_each(keys_, shift_);

  const std::size_t count = std::size_t{1} << (32U - shift_);
  entries_.reserve(count + 1);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::size_t at = keys_[i] >> shift_;
    if (entries_.size() > at) continue; // a further threshold of the same entry
    entries_.resize(at, bin_entry{i} << 32U);
    entries_.push_back((bin_entry{i} << 32U) | (0U - keys_[i])); // no key of a finite edge is 0
  }
  entries_.resize(count + 1, bin_entry{keys_.size()} << 32U);
}

} // namespace lfreval::detail
