#include "report/document.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

/// Most strings need no escape; the rest are left to the library.
void append_quoted(std::string& out, const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
  if (plain) { out += '"'; out += text; out += '"'; }
  else out += nlohmann::json(text).dump();
}

void append_compact(std::string& out, const json_document& value) {
  if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, inner] : value.items()) {
      if (!first) out += ',';
      first = false;
      append_quoted(out, name);
      out += ':';
      append_compact(out, inner);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i != 0) out += ',';
      append_compact(out, value[i]);
    }
    out += ']';
  } else if (value.is_number_float()) {
    const double number = value.get<double>();
    if (!std::isfinite(number)) throw std::logic_error("evaluation.json: a number that is not finite");
    out += shortest(number);
  } else if (value.is_string()) {
    append_quoted(out, value.get_ref<const std::string&>());
  } else {
    out += value.dump();
  }
}

} // namespace

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      else if (c == '"') quoted = false;
    } else if (c == '"') quoted = true;
    else if (c == '{' || c == '[') { if (++depth > deepest_document) return true; }
    else if (c == '}' || c == ']') --depth;
  }
  return false;
}

std::string compact(const json_document& document) {
  std::string out;
  append_compact(out, document);
  return out;
}

} // namespace lfreval
