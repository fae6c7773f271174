#include <lfreval/study/toml_rows.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <tuple>

#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/number.hpp>

#include "study/check.hpp"

namespace lfreval {

namespace {

using cells = std::map<std::string, std::string>;

/// A value as the text of a cell; nothing when no cell can hold it.
std::optional<std::string> cell_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get().find('\0') == std::string::npos ? std::optional(text->get()) : std::nullopt;
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return std::isfinite(number->get()) ? std::optional(shortest(number->get())) : std::nullopt;
  if (const auto* truth = node.as_boolean()) return std::string(truth->get() ? "yes" : "no");
  if (node.is_date() || node.is_date_time()) {
    std::ostringstream out;
    if (const auto* day = node.as_date()) out << day->get();
    else out << node.as_date_time()->get();
    return out.str();
  }
  return std::nullopt;
}

struct row_reader {
  std::string_view table;
  const std::string& file;
  std::vector<error>& errors;

  void add(const toml::source_region& at, error_code code, const std::string& key, std::string value, std::string allowed) {
    errors.push_back(study_error(file, at, code, std::string(table) + "." + key, std::move(value), std::move(allowed)));
  }

  void unknown(const toml::source_region& at, const std::string& name) {
    std::vector<std::string> known;
    for (const table_column& column : table_columns())
      if (column.table == table) known.emplace_back(column.name);
    const std::string near = nearest(name, known);
    std::string allowed = near.empty() ? "one of" : "did you mean " + near + "? one of";
    for (const std::string& one : known) allowed += (one == known.front() ? " " : ", ") + one;
    add(at, error_code::unknown_key, name, name, std::move(allowed));
  }

  void take(const std::string& name, const toml::node& node, cells& out) {
    const table_column* column = find_column(table, name);
    const auto wrong = [&] { add(node.source(), error_code::wrong_type, name, "", std::string(column->allowed)); };
    if (const toml::array* list = node.as_array()) {
      if (column->type != column_type::set) return wrong();
      std::string joined;
      for (const toml::node& entry : *list) {
        const auto one = entry.is_string() ? cell_of(entry) : std::nullopt;
        if (!one || one->find(';') != std::string::npos) return wrong();
        joined += (joined.empty() ? "" : ";") + *one;
      }
      out[name] = joined;
      return;
    }
    if (auto one = cell_of(node)) out[name] = std::move(*one);
    else wrong();
  }

  cells read(const toml::table& row) {
    cells out;
    for (const auto& [key, node] : row) {
      const std::string name(key.str());
      if (find_column(table, name) != nullptr) {
        take(name, node, out);
      } else if (const toml::table* below = node.as_table(); below != nullptr && find_column(table, name + ".x") != nullptr) {
        for (const auto& [part, value] : *below)
          if (!part.str().empty()) take(name + "." + std::string(part.str()), value, out);
      } else {
        unknown(key.source(), name);
      }
    }
    for (const table_column& column : table_columns())
      if (column.table == table && column.required && !row.contains(column.name))
        add(row.source(), error_code::missing_key, std::string(column.name), "", std::string(column.allowed));
    return out;
  }
};

} // namespace

tl::expected<toml_rows, std::vector<error>> parse_toml_rows(std::string_view text, const std::string& file, std::string_view table) {
  auto root = parse_toml(text, file);
  if (!root) return tl::unexpected(std::vector{root.error()});
  std::vector<error> errors;
  row_reader reader{table, file, errors};
  std::vector<std::pair<std::uint64_t, cells>> read;
  const std::string wanted = "[[" + std::string(table) + "]] for each row";
  for (const auto& [key, node] : *root) {
    const toml::array* list = node.as_array();
    if (key.str() != table) {
      errors.push_back(study_error(file, key.source(), error_code::unknown_key, std::string(key.str()), std::string(key.str()), wanted));
      continue;
    }
    if (list == nullptr) {
      errors.push_back(study_error(file, node.source(), error_code::wrong_type, std::string(table), "", wanted));
      continue;
    }
    for (const toml::node& entry : *list) {
      if (const toml::table* row = entry.as_table()) read.emplace_back(row->source().begin.line, reader.read(*row));
      else errors.push_back(study_error(file, entry.source(), error_code::wrong_type, std::string(table), "", wanted));
    }
  }
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(), [](const error& a, const error& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
    return tl::unexpected(std::move(errors));
  }
  toml_rows out;
  std::map<std::string, std::size_t> named; ///< column -> its place in the table, so that names under one `.*` follow each other
  for (const auto& [line, row] : read)
    for (const auto& [name, cell] : row) named.emplace(name, static_cast<std::size_t>(find_column(table, name) - table_columns().data()));
  for (const auto& [name, place] : named) out.header.push_back(name);
  std::stable_sort(out.header.begin(), out.header.end(), [&](const std::string& a, const std::string& b) { return named.at(a) < named.at(b); });
  for (auto& [line, row] : read) {
    toml_rows::row made{line, {}};
    for (const std::string& name : out.header) made.fields.push_back(std::move(row[name]));
    out.rows.push_back(std::move(made));
  }
  return out;
}

} // namespace lfreval
