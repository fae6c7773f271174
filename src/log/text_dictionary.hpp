/// @file
/// Distinct texts of a column, each with a code from 0 up; `merge` gives them their order.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/passages.hpp>

namespace lfreval::detail {

/// Texts hold no NUL. Those of up to 16 bytes are compared as two words, filled up with NUL; identifiers in logs are
/// mostly that short.
class text_dictionary {
public:
  /// The codes of the cells, in order; `no_code` for an empty one. `readable_end`: bytes before it may be read even
  /// behind the end of a cell.
  template <class Cells> void codes_of(const Cells& all, const char* readable_end, std::uint32_t* out) {
    const Cells cells = all; // a copy that no store through `out` can change
    for (std::size_t from = 0; from < cells.size(); from += batch) {
      const std::size_t to = std::min(from + batch, cells.size());
      if (places_.size() > places_in_near_cache) prefetch(cells, from, to, readable_end);
      // Nearly all short texts stand at home. The others are put off, because a branch on them would be mispredicted.
      std::array<std::size_t, batch> elsewhere;
      std::size_t count = 0;
      for (std::size_t i = from; i < to; ++i) {
        const std::string_view text = cells[i];
        if (text.size() > longest_short) {
          out[i] = searched(text, long_key(text));
          continue;
        }
        const key k = short_key(text, readable_end);
        const std::uint32_t at = places_[home_of(k)];
        out[i] = at - 1;
        elsewhere[count] = i;
        count += is_same(keys_[at], k) ? 0U : 1U;
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::string_view text = cells[elsewhere[i]];
        out[elsewhere[i]] = searched(text, short_key(text, readable_end));
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
  [[nodiscard]] const std::string& text(std::uint32_t code) const noexcept { return texts_[code]; }

private:
  static constexpr std::size_t batch = 128, longest_short = 16;
  static constexpr std::size_t places_in_near_cache = std::size_t{1} << 16U;

  /// A text of up to 16 bytes as it is; a longer one as a hash in the second word alone, which no short text is like.
  struct key {
    std::uint64_t first, second;
  };
  static bool is_same(const key& a, const key& b) noexcept { return ((a.first ^ b.first) | (a.second ^ b.second)) == 0; }

  static std::uint64_t word_at(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    return word;
  }
  /// Both halves of a product of 64 bits, folded: each bit of the result depends on all of both words.
  static std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a ^ 0x9e3779b97f4a7c15U) * (b ^ 0xd1b54a32d192ed03U);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }

  static key short_key(std::string_view text, const char* readable_end) noexcept {
    if (readable_end - text.data() >= 16) {
      // 16 bytes of which as many are kept as the text has: without a branch on its size.
      static constexpr std::array<unsigned char, 32> kept = [] {
        std::array<unsigned char, 32> bytes{};
        std::fill_n(bytes.begin(), 16, static_cast<unsigned char>(0xff));
        return bytes;
      }();
      const char* const mask = reinterpret_cast<const char*>(kept.data()) + (longest_short - text.size());
      return {word_at(text.data()) & word_at(mask), word_at(text.data() + 8) & word_at(mask + 8)};
    }
    char filled[16] = {};
    if (!text.empty()) std::memcpy(filled, text.data(), text.size());
    return {word_at(filled), word_at(filled + 8)};
  }
  static key long_key(std::string_view text) noexcept {
    std::uint64_t hash = text.size();
    std::size_t at = 0;
    for (; at + 16 <= text.size(); at += 16) hash = mixed(word_at(text.data() + at) ^ hash, word_at(text.data() + at + 8));
    const char* const last = text.data() + text.size() - 16;
    return {0, mixed(word_at(last) ^ hash, word_at(last + 8)) | 1U};
  }

  [[nodiscard]] std::size_t home_of(const key& k) const noexcept { return mixed(k.first, k.second) & (places_.size() - 1); }

  /// One step for all before the next: places and then keys are on their way while others are being looked for.
  template <class Cells> void prefetch(const Cells& cells, std::size_t from, std::size_t to, const char* readable_end) const noexcept {
    std::array<const std::uint32_t*, batch> homes;
    for (std::size_t i = from; i < to; ++i) {
      const std::string_view text = cells[i];
      homes[i - from] = &places_[home_of(text.size() > longest_short ? long_key(text) : short_key(text, readable_end))];
      __builtin_prefetch(homes[i - from]);
    }
    for (std::size_t i = from; i < to; ++i) __builtin_prefetch(&keys_[*homes[i - from]]);
  }

  std::uint32_t searched(std::string_view text, const key& k) {
    std::size_t place = home_of(k);
    for (; places_[place] != 0; place = (place + 1) & (places_.size() - 1)) {
      const std::uint32_t at = places_[place];
      if (is_same(keys_[at], k) && (text.size() <= longest_short || texts_[at - 1] == text)) return at - 1;
    }
    if (text.empty()) return no_code;
    const auto code = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(text);
    keys_.push_back(k);
    places_[place] = code + 1;
    // Mostly empty, so that nearly every text is found at home.
    if (texts_.size() * 4 > places_.size()) make_room();
    return code;
  }
  void make_room() {
    places_.assign(places_.size() * 4, 0);
    for (std::uint32_t at = 1; at < keys_.size(); ++at) {
      std::size_t place = home_of(keys_[at]);
      while (places_[place] != 0) place = (place + 1) & (places_.size() - 1);
      places_[place] = at;
    }
  }

  std::vector<std::uint32_t> places_ = std::vector<std::uint32_t>(2048); ///< in `keys_`; 0 where nothing is
  std::vector<key> keys_ = std::vector<key>(1);                          ///< of nothing, then of each code
  std::vector<std::string> texts_;
};

static_assert(no_code == std::uint32_t{0} - 1, "an empty cell is found as the key of nothing, one before the first code");

/// The texts of several dictionaries in byte order, each once, and what each code becomes. Texts that no row holds any
/// more are left out: `used[d]` is empty, or says which codes of dictionary d count.
struct merged_texts {
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint32_t>> new_codes;
};
[[nodiscard]] merged_texts merge(std::span<const text_dictionary* const>, std::span<const std::vector<bool>> used);

} // namespace lfreval::detail
