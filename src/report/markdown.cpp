#include "report/markdown.hpp"

#include <lfreval/types/printable.hpp>

namespace lfreval {

std::string escaped_for_markdown(std::string_view text) {
  std::string flat;
  for (const char c : text) flat += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  std::string out;
  for (const char c : printable(flat, flat.size() * 8 + 8)) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '\\': case '`': case '*': case '_': case '[': case ']': case '#': case '|': case '~': case '!': out += '\\'; out += c; break;
      default: out += c;
    }
  }
  return out;
}

markdown& markdown::heading(int level, std::string_view text) {
  out_ += std::string(static_cast<std::size_t>(level), '#') + " " + escaped_for_markdown(text) + "\n\n";
  return *this;
}

markdown& markdown::paragraph(std::string_view text) {
  std::string line = escaped_for_markdown(text);
  // What begins so would be an item of a list or a rule.
  const std::size_t mark = line.find_first_not_of("0123456789");
  if (mark == 0 && (line[0] == '-' || line[0] == '+' || line[0] == '=')) line.insert(0, "\\");
  if (mark != 0 && mark != std::string::npos && (line[mark] == '.' || line[mark] == ')')) line.insert(mark, "\\");
  out_ += line + "\n\n";
  return *this;
}

markdown& markdown::empty_place(std::string_view what) {
  out_ += "> **To be written:** " + escaped_for_markdown(what) + "\n\n";
  return *this;
}

markdown& markdown::item(std::string_view text) {
  out_ += "- " + escaped_for_markdown(text) + "\n";
  return *this;
}

markdown& markdown::gap() {
  out_ += '\n';
  return *this;
}

markdown& markdown::table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows) {
  const auto line = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) out_ += "| " + escaped_for_markdown(cell) + " ";
    out_ += "|\n";
  };
  line(headings);
  for (std::size_t i = 0; i < headings.size(); ++i) out_ += "|---";
  out_ += "|\n";
  for (const auto& row : rows) line(row);
  out_ += '\n';
  return *this;
}

} // namespace lfreval
