/// @file
/// Distinct texts of a column, each with a code in the order of first sight.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
  template <class Cells> void codes_of(const Cells& cells, const char* readable_end, std::uint32_t* out) {
    std::array<key, batch> keys;
    for (std::size_t from = 0; from < cells.size(); from += batch) {
      const std::size_t n = std::min(batch, cells.size() - from);
      // Keys first: the slots of a large dictionary are on their way while the next keys are being made.
      const bool is_large = slots_.size() > slots_in_near_cache;
      for (std::size_t i = 0; i < n; ++i) {
        const std::string_view text = cells[from + i];
        keys[i] = key_of(text, readable_end);
        if (is_large) prefetch(keys[i]);
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (keys[i].first == 0) out[from + i] = no_code;
        else if (keys[i].is_long) out[from + i] = long_code(cells[from + i], keys[i]);
        else out[from + i] = short_code(cells[from + i], keys[i]);
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
  [[nodiscard]] const std::string& text(std::uint32_t code) const noexcept { return texts_[code]; }

private:
  static constexpr std::size_t batch = 128;
  static constexpr std::size_t slots_in_near_cache = 1024;

  struct key {
    std::uint64_t first, second, hash;
    bool is_long;
  };
  struct slot {
    std::uint64_t first = 0, second = 0;
    std::uint32_t code = no_code;
  };

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
  /// The first `size` bytes of a word as it lies in memory.
  static std::uint64_t cut(std::uint64_t word, std::size_t size) noexcept {
    if (size >= 8) return word;
    if (size == 0) return 0;
    const auto away = static_cast<unsigned>(64 - 8 * size);
    if constexpr (std::endian::native == std::endian::little) return word & (~std::uint64_t{0} >> away);
    else return word & (~std::uint64_t{0} << away);
  }

  static key key_of(std::string_view text, const char* readable_end) noexcept {
    if (text.size() > 16) return long_key(text);
    key out{0, 0, 0, false};
    if (readable_end - text.data() >= 16) {
      out.first = cut(word_at(text.data()), text.size());
      out.second = text.size() > 8 ? cut(word_at(text.data() + 8), text.size() - 8) : 0;
    } else {
      char filled[16] = {};
      if (!text.empty()) std::memcpy(filled, text.data(), text.size());
      out.first = word_at(filled);
      out.second = word_at(filled + 8);
    }
    out.hash = mixed(out.first, out.second);
    return out;
  }
  static key long_key(std::string_view text) noexcept {
    std::uint64_t hash = text.size();
    std::size_t at = 0;
    for (; at + 16 <= text.size(); at += 16) hash = mixed(word_at(text.data() + at) ^ hash, word_at(text.data() + at + 8));
    const char* const last = text.data() + text.size() - 16;
    return {1, 0, mixed(word_at(last) ^ hash, word_at(last + 8)), true};
  }

  void prefetch(const key& k) const noexcept {
    const std::vector<slot>& table = k.is_long ? long_slots_ : slots_;
    if (!table.empty()) __builtin_prefetch(&table[k.hash & (table.size() - 1)]);
  }

  std::uint32_t short_code(std::string_view text, const key& k) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = k.hash & mask;; i = (i + 1) & mask) {
      const slot& at = slots_[i];
      if (at.first == k.first && at.second == k.second) return at.code;
      if (at.code == no_code) return added(slots_, used_, i, {k.first, k.second, 0}, text);
    }
  }
  std::uint32_t long_code(std::string_view text, const key& k) {
    const std::size_t mask = long_slots_.size() - 1;
    for (std::size_t i = k.hash & mask;; i = (i + 1) & mask) {
      const slot& at = long_slots_[i];
      if (at.code == no_code) return added(long_slots_, long_used_, i, {k.hash, 0, 0}, text);
      if (at.first == k.hash && texts_[at.code] == text) return at.code;
    }
  }

  std::uint32_t added(std::vector<slot>& table, std::size_t& used, std::size_t at, slot made, std::string_view text) {
    const auto code = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(text);
    made.code = code;
    table[at] = made;
    if (++used * 2 > table.size()) grow(table);
    return code;
  }
  void grow(std::vector<slot>& table) {
    std::vector<slot> wider(table.size() * 4);
    const std::size_t mask = wider.size() - 1;
    for (const slot& one : table) {
      if (one.code == no_code) continue;
      std::size_t i = (&table == &slots_ ? mixed(one.first, one.second) : one.first) & mask;
      while (wider[i].code != no_code) i = (i + 1) & mask;
      wider[i] = one;
    }
    table = std::move(wider);
  }

  std::vector<slot> slots_ = std::vector<slot>(64), long_slots_ = std::vector<slot>(64);
  std::size_t used_ = 0, long_used_ = 0;
  std::vector<std::string> texts_;
};

/// The texts of several dictionaries in byte order, each once, and what each code becomes. Texts that no row holds any
/// more are left out: `used[d]` is empty, or says which codes of dictionary d count.
struct merged_texts {
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint32_t>> new_codes;
};
[[nodiscard]] merged_texts merge(std::span<const text_dictionary* const>, std::span<const std::vector<bool>> used);

} // namespace lfreval::detail
