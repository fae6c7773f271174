#include <lfreval/study/settings.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/declared.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

[[noreturn]] void wrong(std::string_view path) { throw std::invalid_argument("settings: there is no such key of this type: " + std::string(path)); }

bool fits(std::string_view pattern, std::string_view path) {
  while (true) {
    const std::size_t a = std::min(pattern.find('.'), pattern.size()), b = std::min(path.find('.'), path.size());
    if (pattern.substr(0, a) != "*" && pattern.substr(0, a) != path.substr(0, b)) return false;
    if ((a == pattern.size()) != (b == path.size())) return false;
    if (a == pattern.size()) return true;
    pattern.remove_prefix(a + 1);
    path.remove_prefix(b + 1);
  }
}

std::optional<double> number_in(const declared_value& one) {
  if (const auto* whole = std::get_if<std::int64_t>(&one.scalar)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&one.scalar)) return *real;
  return std::nullopt;
}

/// Names with dots in them would make two paths alike; they are refused where they stand.
void flatten(const declared_value& table, const std::string& above, settings& out, std::vector<error>& errors) {
  for (const declared_value& one : table.fields) {
    const std::string path = above + (above.empty() ? "" : ".") + one.name;
    if (one.name.find('.') != std::string::npos) {
      out.set(path, std::string(), one.at);
      errors.push_back(out.fault(path, error_code::not_allowed, one.name, "a name without dots"));
    } else if (!one.fields.empty()) {
      flatten(one, path, out, errors);
    } else if (!one.items.empty()) {
      std::vector<std::string> texts;
      std::vector<double> numbers;
      for (const declared_value& entry : one.items) {
        if (const auto* text = std::get_if<std::string>(&entry.scalar)) texts.push_back(*text);
        else if (const auto number = number_in(entry)) numbers.push_back(*number);
      }
      if (texts.empty()) out.set(path, std::move(numbers), one.at);
      else out.set(path, std::move(texts), one.at);
    } else if (const auto* truth = std::get_if<bool>(&one.scalar)) {
      out.set(path, *truth, one.at);
    } else if (const auto* text = std::get_if<std::string>(&one.scalar)) {
      out.set(path, *text, one.at);
    } else if (const auto number = number_in(one)) {
      out.set(path, *number, one.at);
    }
  }
}

} // namespace

void settings::set(std::string path, value what, study_position at) { values_.insert_or_assign(std::move(path), placed{std::move(what), at}); }

const study_key& settings::key(std::string_view path) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const study_key& k) { return fits(k.path, path); });
  if (found == keys_.end()) wrong(path);
  return *found;
}

bool settings::flag(std::string_view path) const {
  const study_key& own = key(path);
  if (own.type != key_type::boolean) wrong(path);
  const auto found = values_.find(path);
  return found == values_.end() ? own.standard == "true" : std::get<bool>(found->second.what);
}

double settings::number(std::string_view path) const {
  const study_key& own = key(path);
  if (own.type != key_type::number && own.type != key_type::integer) wrong(path);
  const auto found = values_.find(path);
  return found == values_.end() ? parse_decimal(own.standard).value_or(0.0) : std::get<double>(found->second.what);
}

std::string settings::text(std::string_view path) const {
  const study_key& own = key(path);
  if (own.type != key_type::text) wrong(path);
  const auto found = values_.find(path);
  return found == values_.end() ? std::string(own.standard) : std::get<std::string>(found->second.what);
}

std::vector<std::string> settings::texts(std::string_view path) const {
  if (key(path).type != key_type::text_list) wrong(path);
  const auto found = values_.find(path);
  return found == values_.end() ? std::vector<std::string>() : std::get<std::vector<std::string>>(found->second.what);
}

std::vector<double> settings::numbers(std::string_view path) const {
  if (key(path).type != key_type::number_list) wrong(path);
  const auto found = values_.find(path);
  return found == values_.end() ? std::vector<double>() : std::get<std::vector<double>>(found->second.what);
}

std::vector<std::string> settings::names(std::string_view above) const {
  std::vector<std::string> out;
  const std::string beginning = std::string(above) + ".";
  for (const auto& [path, what] : values_) {
    if (!path.starts_with(beginning)) continue;
    std::string name = path.substr(beginning.size(), path.find('.', beginning.size()) - beginning.size());
    if (out.empty() || out.back() != name) out.push_back(std::move(name));
  }
  return out;
}

error settings::fault(std::string_view path, error_code code, std::string what, std::string allowed) const {
  error why;
  why.code = code;
  why.file = file_;
  if (const auto found = values_.find(path); found != values_.end()) {
    why.line = found->second.at.line;
    why.column = found->second.at.column;
  }
  why.column_name = path;
  why.value = std::move(what);
  why.allowed = std::move(allowed);
  return why;
}

tl::expected<settings, std::vector<error>> read_settings(const std::string& path, std::span<const study_key> keys) {
  const auto file = read_file(path);
  if (!file) return tl::unexpected(std::vector{file.error()});
  const auto declared = parse_declared(file->bytes, path, {keys});
  if (!declared) return tl::unexpected(declared.error());
  std::vector<error> errors;
  settings out(path, file->sha256, keys);
  flatten(*declared, "", out, errors);
  for (const study_key& one : keys) {
    const std::string name(one.path), table = name.substr(0, std::min(name.find('.'), name.size()));
    if (one.required && table != name && name.find('*') == std::string::npos && declared->find(table) == nullptr)
      errors.push_back(out.fault(name, error_code::missing_key, "", std::string(one.allowed)));
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

} // namespace lfreval
