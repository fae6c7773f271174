#include <lfreval/study/declared.hpp>

#include <algorithm>

#include <lfreval/bytes/text.hpp>
#include <lfreval/types/date.hpp>

#include "study/check.hpp"

namespace lfreval {

namespace {

declared_value value_of(const toml::node& node, std::string name) {
  declared_value out;
  out.name = std::move(name);
  out.at = {node.source().begin.line, node.source().begin.column};
  if (const toml::table* table = node.as_table()) {
    for (const auto& [field, inner] : *table) out.fields.push_back(value_of(inner, std::string(field.str())));
  } else if (const toml::array* list = node.as_array()) {
    for (const toml::node& inner : *list) out.items.push_back(value_of(inner, ""));
  } else if (const auto text = node.value_exact<std::string>()) {
    out.scalar = *text;
  } else if (const auto whole = node.value_exact<std::int64_t>()) {
    out.scalar = *whole;
  } else if (const auto number = node.value_exact<double>()) {
    out.scalar = *number;
  } else if (const auto truth = node.value_exact<bool>()) {
    out.scalar = *truth;
  } else if (const auto day = node.value_exact<toml::date>()) {
    out.scalar = to_iso(calendar_date{day->year, day->month, day->day});
  }
  return out;
}

} // namespace

const declared_value* declared_value::find(std::string_view field) const noexcept {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const declared_value& one) { return one.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

std::string declared_value::text(std::string_view field) const {
  const declared_value* found = find(field);
  const auto* held = found == nullptr ? nullptr : std::get_if<std::string>(&found->scalar);
  return held == nullptr ? "" : *held;
}

std::optional<std::int64_t> declared_value::whole(std::string_view field) const {
  const declared_value* found = find(field);
  const auto* held = found == nullptr ? nullptr : std::get_if<std::int64_t>(&found->scalar);
  return held == nullptr ? std::nullopt : std::optional(*held);
}

std::optional<bool> declared_value::boolean(std::string_view field) const {
  const declared_value* found = find(field);
  const auto* held = found == nullptr ? nullptr : std::get_if<bool>(&found->scalar);
  return held == nullptr ? std::nullopt : std::optional(*held);
}

const std::vector<declared_value>& declared_value::list(std::string_view field) const noexcept {
  static const std::vector<declared_value> none;
  const declared_value* found = find(field);
  return found == nullptr ? none : found->items;
}

std::vector<std::string> declared_value::texts(std::string_view field) const {
  std::vector<std::string> out;
  for (const declared_value& one : list(field))
    if (const auto* held = std::get_if<std::string>(&one.scalar)) out.push_back(*held);
  return out;
}

tl::expected<declared_value, std::vector<error>> parse_declared(std::string_view text, const std::string& file, const declared_language& language) {
  if (const auto readable = check_text(text, file); !readable) return tl::unexpected(std::vector{readable.error()});
  else text = *readable;
  const auto root = parse_toml(text, file);
  if (!root) return tl::unexpected(std::vector{root.error()});
  std::vector<error> errors;
  check_keys(*root, language.keys, language.newest_schema, file, errors);
  if (!errors.empty()) return tl::unexpected(in_file_order(std::move(errors)));
  return value_of(*root, "");
}

} // namespace lfreval
