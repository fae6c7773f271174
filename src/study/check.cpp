#include "study/check.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <tuple>

#include <lfreval/types/date.hpp>

namespace lfreval {

error study_error(const std::string& file, const toml::source_region& at, error_code code, std::string key,
                  std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file;
  why.line = at.begin.line;
  why.column = at.begin.column;
  why.column_name = std::move(key);
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

result<toml::table> parse_toml(std::string_view text, const std::string& file) {
  // A key of many thousand levels would exhaust the stack of the TOML reader; keys stand on one line.
  constexpr std::size_t longest_line = 16384;
  std::uint64_t line = 1;
  for (std::size_t from = 0; from < text.size(); ++line) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    if (to - from > longest_line) {
      error why;
      why.code = error_code::malformed_toml;
      why.file = file;
      why.line = line;
      why.allowed = "lines of at most 16,384 bytes";
      return refuse(std::move(why));
    }
    from = to + 1;
  }
  try {
    return toml::table(toml::parse(text, file));
  } catch (const toml::parse_error& problem) {
    return refuse(study_error(file, problem.source(), error_code::malformed_toml, "", "", "valid TOML: " + std::string(problem.description())));
  }
}

namespace {

using components = std::vector<std::string>;

components split_path(std::string_view path) {
  components out;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t dot = std::min(path.find('.', from), path.size());
    out.emplace_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  return out;
}

struct split_key {
  components path;
  const study_key* key;
};

std::vector<split_key> split_keys(std::span<const study_key> keys) {
  std::vector<split_key> out;
  for (const study_key& key : keys) out.push_back({split_path(key.path), &key});
  return out;
}

bool matches(const std::string& pattern, const std::string& component) {
  return pattern == "*" || pattern == component;
}

/// True when the first components of a key are those of `path`.
bool begins(const components& key, const components& path) {
  return key.size() >= path.size() && std::equal(path.begin(), path.end(), key.begin(),
                                                 [](const std::string& have, const std::string& pattern) { return matches(pattern, have); });
}

std::string shown(const components& path) {
  std::string out;
  for (const std::string& part : path) out += (out.empty() ? "" : ".") + part;
  return out;
}

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_string<decltype(value)>) out << value.get();
    else out << toml::toml_formatter{value};
  });
  return out.str();
}

struct walker {
  const std::string& file;
  std::vector<error>& errors;
  std::vector<split_key> known;

  void add(const toml::source_region& at, error_code code, const components& path, std::string value, std::string allowed) {
    errors.push_back(study_error(file, at, code, shown(path), std::move(value), std::move(allowed)));
  }

  const study_key* leaf(const components& path) const {
    const study_key* wild = nullptr;
    for (const split_key& candidate : known)
      if (candidate.path.size() == path.size() && begins(candidate.path, path)) {
        if (candidate.path.back() == path.back()) return candidate.key;
        wild = candidate.key;
      }
    return wild;
  }
  bool has_below(const components& path) const {
    return std::any_of(known.begin(), known.end(), [&](const split_key& candidate) {
      return candidate.path.size() > path.size() && begins(candidate.path, path);
    });
  }

  void unknown(const toml::key& key, const components& parent) {
    std::set<std::string> here;
    components path = parent;
    path.emplace_back();
    for (const split_key& candidate : known)
      if (candidate.path.size() >= path.size() && begins(candidate.path, parent)) {
        std::string name = candidate.path[parent.size()];
        if (name.ends_with("[]")) name.resize(name.size() - 2);
        if (name != "*") here.insert(name);
      }
    const std::string near = nearest(key.str(), {here.begin(), here.end()});
    std::string allowed = near.empty() ? "" : "did you mean " + near + "? ";
    allowed += "one of";
    bool first = true;
    for (const std::string& name : here) { allowed += (first ? " " : ", ") + name; first = false; }
    path.back() = std::string(key.str());
    add(key.source(), error_code::unknown_key, path, std::string(key.str()), allowed);
  }

  void check_number(const toml::node& node, const study_key& key, const components& path) {
    const double value = node.value<double>().value_or(NAN);
    if (!(value >= key.smallest && value <= key.largest))
      add(node.source(), error_code::not_allowed, path, shown(node), std::string(key.allowed));
  }

  void wrong_type(const toml::node& node, const study_key& key, const components& path) {
    add(node.source(), error_code::wrong_type, path, shown(node), std::string(key.allowed));
  }

  void check_text(const toml::node& node, const study_key& key, const components& path) {
    const std::string value = node.value<std::string>().value_or("");
    if (value.empty() && key.type == key_type::text && path.back() != "const" && path.back() != "vendor" && path.back() != "version") {
      add(node.source(), error_code::not_allowed, path, value, "a text that is not empty");
      return;
    }
    if (value.find('\0') != std::string::npos) add(node.source(), error_code::not_allowed, path, "NUL", "a text without NUL characters");
    if (key.choices.empty()) return;
    std::vector<std::string> choices;
    for (std::size_t from = 0; from <= key.choices.size();) {
      const std::size_t bar = std::min(key.choices.find('|', from), key.choices.size());
      choices.emplace_back(key.choices.substr(from, bar - from));
      from = bar + 1;
    }
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
    const std::string near = nearest(value, choices);
    add(node.source(), error_code::not_allowed, path, value,
        (near.empty() ? "" : "did you mean " + near + "? ") + std::string(key.allowed));
  }

  void check_fraction(const toml::node& node, const study_key& key, const components& path) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      add(node.source(), error_code::wrong_type, path, shown(node),
          std::string(key.allowed) + ": a limit is two whole numbers, never a bare rate or a percentage");
      return;
    }
    for (const auto& [name, value] : *table) {
      components below = path;
      below.emplace_back(name.str());
      if (name.str() != "events" && name.str() != "exposure") add(name.source(), error_code::unknown_key, below, std::string(name.str()), "events and exposure");
      else if (!value.is_integer() || *value.value<std::int64_t>() < 0 || *value.value<std::int64_t>() > (std::int64_t{1} << 52))
        add(value.source(), error_code::not_a_count, below, shown(value), "a whole number from 0 to 2^52");
    }
    for (const char* name : {"events", "exposure"})
      if (!table->contains(name)) add(node.source(), error_code::missing_key, path, name, std::string(key.allowed));
    if (const auto exposure = (*table)["exposure"].value<std::int64_t>(); exposure && *exposure < 1)
      add(node.source(), error_code::not_allowed, path, shown(node), "an exposure of at least 1");
  }

  void check_leaf(const toml::node& node, const study_key& key, const components& path) {
    switch (key.type) {
      case key_type::text:
        if (!node.is_string()) return wrong_type(node, key, path);
        return check_text(node, key, path);
      case key_type::integer:
        if (!node.is_integer()) return wrong_type(node, key, path);
        return check_number(node, key, path);
      case key_type::number:
        if (!node.is_number()) return wrong_type(node, key, path);
        return check_number(node, key, path);
      case key_type::boolean:
        if (!node.is_boolean()) return wrong_type(node, key, path);
        return;
      case key_type::date: {
        const bool as_text = node.is_string() && parse_iso_date(*node.value<std::string>());
        if (!node.is_date() && !as_text) return wrong_type(node, key, path);
        return;
      }
      case key_type::text_or_number:
        if (!node.is_string() && !node.is_number()) return wrong_type(node, key, path);
        if (node.is_number()) check_number(node, key, path);
        return;
      case key_type::text_list:
      case key_type::number_list:
      case key_type::threshold_list: {
        const toml::array* list = node.as_array();
        if (list == nullptr) return wrong_type(node, key, path);
        if (list->empty()) add(node.source(), error_code::not_allowed, path, "[]", "a list with at least one entry");
        const std::size_t before = errors.size();
        for (const toml::node& entry : *list) {
          const bool fits = key.type == key_type::text_list     ? entry.is_string()
                            : key.type == key_type::number_list ? entry.is_number()
                                                                : entry.is_string() || entry.is_number();
          if (!fits) wrong_type(entry, key, path);
          else if (entry.is_number()) check_number(entry, key, path);
          if (errors.size() != before) return; // one slip in a list is told once
        }
        return;
      }
      case key_type::column:
        if (!node.is_string() && !node.is_table()) return wrong_type(node, key, path);
        if (node.is_string() && node.value<std::string>()->empty()) add(node.source(), error_code::not_allowed, path, "", "a header of the file");
        return;
      case key_type::fraction: return check_fraction(node, key, path);
    }
  }

  void required_in(const toml::table& table, const components& path) {
    for (const split_key& candidate : known) {
      if (!candidate.key->required || candidate.path.size() != path.size() + 1 || !begins(candidate.path, path)) continue;
      if (!table.contains(candidate.path.back())) {
        components missing = path;
        missing.push_back(candidate.path.back());
        add(table.source(), error_code::missing_key, missing, candidate.path.back(), std::string(candidate.key->allowed));
      }
    }
  }

  void walk(const toml::table& table, const components& path) {
    required_in(table, path);
    for (const auto& [name, node] : table) {
      components here = path;
      here.emplace_back(name.str());
      components listed = path;
      listed.push_back(std::string(name.str()) + "[]");
      const study_key* key = leaf(here);
      if (const toml::array* list = node.as_array(); list != nullptr && has_below(listed)) {
        for (const toml::node& entry : *list) {
          if (const toml::table* below = entry.as_table()) walk(*below, listed);
          else add(entry.source(), error_code::wrong_type, here, shown(entry), "a table: [[" + shown(here) + "]]");
        }
        if (list->empty()) add(node.source(), error_code::not_allowed, here, "[]", "at least one [[" + shown(here) + "]]");
      } else if (key != nullptr) {
        check_leaf(node, *key, here);
        if (const toml::table* below = node.as_table(); below != nullptr && key->type == key_type::column) walk(*below, here);
      } else if (has_below(here)) {
        if (const toml::table* below = node.as_table()) walk(*below, here);
        else add(node.source(), error_code::wrong_type, here, shown(node), "a table: [" + shown(here) + "]");
      } else if (has_below(listed)) {
        add(node.source(), error_code::wrong_type, here, shown(node), "a list of tables: [[" + shown(here) + "]]");
      } else {
        unknown(name, path);
      }
    }
  }
};

} // namespace

void check_keys(const toml::table& root, std::span<const study_key> keys, std::int64_t newest_schema, const std::string& file, std::vector<error>& errors) {
  // The version decides whether the rest can be judged at all.
  if (const auto version = root["schema"].value<std::int64_t>(); version && *version > newest_schema) {
    errors.push_back(study_error(file, root["schema"].node()->source(), error_code::newer_schema, "schema", std::to_string(*version),
                                 "at most " + std::to_string(newest_schema) + ", the version this program knows"));
    return;
  }
  walker{file, errors, split_keys(keys)}.walk(root, {});
}

void check_sections(const toml::table& root, std::span<const required_section> sections, const std::string& file, std::vector<error>& errors) {
  for (const required_section& must : sections)
    if (!root.contains(must.name)) errors.push_back(study_error(file, root.source(), error_code::missing_key, must.name, "", must.allowed));
}

std::vector<error> in_file_order(std::vector<error> all) {
  std::stable_sort(all.begin(), all.end(), [](const error& a, const error& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
  return all;
}

} // namespace lfreval
