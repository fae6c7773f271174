#include "report/wrap.hpp"

#include <algorithm>

namespace lfreval {

namespace {
constexpr std::size_t line_width = 100;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t have = width_of(text);
  if (have < width) text.append(width - have, ' ');
  return text;
}

std::string wrapped(std::string_view text, std::size_t indent, std::string_view lead) {
  std::string out(lead);
  std::size_t at = width_of(lead);
  bool first_word = true;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t to = std::min(text.find(' ', from), text.size());
    // A percent sign stays with its number.
    if (to + 1 < text.size() && text[to + 1] == '%') to = std::min(text.find(' ', to + 1), text.size());
    const std::string_view word = text.substr(from, to - from);
    from = to + 1;
    if (word.empty()) continue;
    if (!first_word && at + 1 + width_of(word) > line_width) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
      first_word = true;
    }
    if (!first_word) { out += ' '; ++at; }
    out += word;
    at += width_of(word);
    first_word = false;
  }
  return out + "\n";
}

std::string paragraph(std::string_view text, std::size_t indent) { return wrapped(text, indent, std::string(indent, ' ')); }

} // namespace lfreval
