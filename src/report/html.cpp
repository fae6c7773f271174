#include "report/html.hpp"

#include <limits>

#include <lfreval/types/printable.hpp>

namespace lfreval {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : printable(text, std::numeric_limits<std::size_t>::max())) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

} // namespace

html& html::open(std::string_view element, std::initializer_list<html_attribute> attributes) {
  out_ += '<';
  out_ += element;
  for (const html_attribute& one : attributes) {
    out_ += ' ';
    out_ += one.name;
    out_ += "=\"";
    append_escaped(out_, one.value);
    out_ += '"';
  }
  out_ += '>';
  return *this;
}

html& html::close(std::string_view element) {
  out_ += "</";
  out_ += element;
  out_ += ">\n";
  return *this;
}

html& html::text(std::string_view text) {
  append_escaped(out_, text);
  return *this;
}

html& html::element(std::string_view name, std::string_view text_inside, std::initializer_list<html_attribute> attributes) {
  open(name, attributes).text(text_inside);
  out_ += "</";
  out_ += name;
  out_ += '>';
  return *this;
}

html& html::append(const html& other) {
  out_ += other.out_;
  return *this;
}

html& html::program_text(std::string_view text) {
  out_ += text;
  return *this;
}

html& html::open_table(std::string_view caption, const std::vector<html_column>& columns) {
  // A frame that scrolls must be reached by the keyboard, and what is reached must have a name.
  open("div", {{"class", "frame"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", std::string(caption)}});
  open("table").element("caption", caption);
  open("thead").open("tr");
  for (const html_column& one : columns)
    if (one.numeric) element("th", one.heading, {{"scope", "col"}, {"class", "n"}});
    else element("th", one.heading, {{"scope", "col"}});
  out_ += "</tr></thead>\n";
  return *this;
}

html& html::close_table() {
  out_ += "</table></div>\n";
  return *this;
}

html& html::table(std::string_view caption, const std::vector<html_column>& columns, const std::vector<std::vector<std::string>>& rows) {
  open_table(caption, columns);
  out_ += "<tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    out_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == 0) element("th", row[i], {{"scope", "row"}});
      else if (i < columns.size() && columns[i].numeric) element("td", row[i], {{"class", "n"}});
      else element("td", row[i]);
    }
    out_ += "</tr>\n";
  }
  out_ += "</tbody>";
  return close_table();
}

std::string script_safe(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') out += "\\u003c";
    else out += c;
  }
  return out;
}

} // namespace lfreval
