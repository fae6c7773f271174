// A column of texts built row by row. Private to the log stage.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <lfreval/log/passages.hpp>

namespace lfreval::detail {

/// Codes are in byte order of the texts, whatever the order of rows. The texts must outlive the builder.
class text_builder {
public:
  void add(std::string_view text) {
    if (text.empty()) {
      column_.codes.push_back(no_code);
      return;
    }
    const auto found = codes_.try_emplace(text, static_cast<std::uint32_t>(codes_.size()));
    column_.codes.push_back(found.first->second);
  }
  text_column take() {
    std::vector<std::pair<std::string_view, std::uint32_t>> sorted(codes_.begin(), codes_.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint32_t> place(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      place[sorted[i].second] = static_cast<std::uint32_t>(i);
      column_.texts.emplace_back(sorted[i].first);
    }
    for (std::uint32_t& code : column_.codes) code = code == no_code ? no_code : place[code];
    return std::move(column_);
  }

private:
  std::unordered_map<std::string_view, std::uint32_t> codes_;
  text_column column_;
};

/// Adds the rows of `more` to those of `to`. Both have their texts in byte order, so that their union is made in one pass.
inline void append_texts(text_column& to, text_column&& more) {
  std::vector<std::string> all;
  std::vector<std::uint32_t> of_first, of_second;
  std::size_t i = 0, j = 0;
  while (i < to.texts.size() || j < more.texts.size()) {
    const bool take_first = j == more.texts.size() || (i < to.texts.size() && to.texts[i] <= more.texts[j]);
    const bool take_second = i == to.texts.size() || (j < more.texts.size() && more.texts[j] <= to.texts[i]);
    const auto code = static_cast<std::uint32_t>(all.size());
    all.push_back(take_first ? to.texts[i] : more.texts[j]);
    if (take_first) { of_first.push_back(code); ++i; }
    if (take_second) { of_second.push_back(code); ++j; }
  }
  for (std::uint32_t& code : to.codes) code = code == no_code ? no_code : of_first[code];
  for (const std::uint32_t code : more.codes) to.codes.push_back(code == no_code ? no_code : of_second[code]);
  to.texts = std::move(all);
}

} // namespace lfreval::detail
