#include "log/text_dictionary.hpp"

#include <utility>

namespace lfreval::detail {

merged_texts merge(std::span<const text_dictionary* const> all, std::span<const std::vector<bool>> used) {
  // The first eight bytes as a number decide most comparisons without a look at the texts.
  struct entry {
    std::uint64_t beginning;
    const std::string* text;
    std::uint32_t dictionary, code;
  };
  std::vector<entry> entries;
  merged_texts out;
  for (std::size_t d = 0; d < all.size(); ++d) {
    out.new_codes.emplace_back(all[d]->size(), no_code);
    for (std::uint32_t code = 0; code < all[d]->size(); ++code) {
      if (!used[d].empty() && !used[d][code]) continue;
      const std::string& text = all[d]->text(code);
      std::uint64_t beginning = 0;
      for (std::size_t i = 0; i < 8; ++i) beginning = beginning << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
      entries.push_back({beginning, &text, static_cast<std::uint32_t>(d), code});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const entry& a, const entry& b) {
    return a.beginning != b.beginning ? a.beginning < b.beginning : *a.text < *b.text;
  });
  for (const entry& one : entries) {
    if (out.texts.empty() || out.texts.back() != *one.text) out.texts.push_back(*one.text);
    out.new_codes[one.dictionary][one.code] = static_cast<std::uint32_t>(out.texts.size() - 1);
  }
  return out;
}

} // namespace lfreval::detail
