#include "log/table_rows.hpp"

#include <span>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/gzip.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

error study_fault(const study& declared, const study_position& at, error_code code, std::string key, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = declared.file;
  why.line = at.line;
  why.column = at.column;
  why.column_name = std::move(key);
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

namespace {

/// Which declared column is in which field of this file. Faults in the mapping point into the study.
std::vector<bound_column> bind_columns(const study& declared, const study_source& source, const std::string& file, const csv_table& table,
                                       std::vector<std::string>& unused, std::vector<error>& errors) {
  std::vector<bound_column> out;
  std::vector<bool> used(table.header.size(), false);
  const auto field_named = [&](const std::string& header) -> std::optional<std::size_t> {
    const auto found = std::find(table.header.begin(), table.header.end(), header);
    if (found == table.header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.header.begin());
  };
  for (const auto& [name, mapping] : source.columns) {
    bound_column bound{find_column(source.table, name), &mapping, std::nullopt, name};
    if (!mapping.constant) {
      bound.field = field_named(mapping.column);
      if (!bound.field) {
        const std::string near = nearest(mapping.column, table.header);
        std::string allowed = near.empty() ? "" : "did you mean " + near + "? ";
        allowed += "a header of " + file + ":";
        for (const std::string& header : table.header) allowed += " " + header;
        errors.push_back(study_fault(declared, mapping.at, error_code::unknown_column, "source.columns." + name, mapping.column, allowed));
        continue;
      }
      used[*bound.field] = true;
    }
    out.push_back(std::move(bound));
  }
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const std::string& header = table.header[i];
    const table_column* column = find_column(source.table, header);
    if (used[i]) continue;
    if (column != nullptr && !source.columns.contains(header)) {
      out.push_back({column, nullptr, i, header});
      used[i] = true;
    } else {
      unused.push_back(header);
    }
  }
  for (const table_column& column : table_columns())
    if (column.table == source.table && column.required &&
        std::none_of(out.begin(), out.end(), [&](const bound_column& b) { return b.name == column.name; }))
      errors.push_back(study_fault(declared, source.at, error_code::missing_key, "source.columns." + std::string(column.name), "",
                                   "a header of " + file + ", or { const = \"…\" }"));
  return out;
}

/// The whole of a compressed file. Small tables are held in memory, so that what a few bytes may grow to is bounded.
result<std::string> expanded(std::string_view compressed, const std::string& file) {
  constexpr std::size_t step = std::size_t{1} << 20, most = std::size_t{1} << 30;
  gzip_reader from(compressed, file);
  std::string out;
  for (;;) {
    const std::size_t held = out.size();
    if (held >= most) {
      error why;
      why.code = error_code::not_text;
      why.file = file;
      why.value = "more than 1 GiB when expanded";
      why.allowed = "a table of at most 1 GiB";
      return tl::unexpected(std::move(why));
    }
    out.resize(held + step);
    const auto got = from.read(std::span(out.data() + held, step));
    if (!got) return tl::unexpected(got.error());
    out.resize(held + *got);
    if (*got < step) return out;
  }
}

} // namespace

std::optional<open_table> open_source_file(const study& declared, const study_source& source, const std::string& file, ledger& refused, std::vector<error>& errors) {
  auto bytes = read_file(declared.resolve(file));
  if (!bytes) { bytes.error().file = file; errors.push_back(bytes.error()); return std::nullopt; }
  if (is_gzip(bytes->bytes)) {
    auto whole = expanded(bytes->bytes, file);
    if (!whole) { errors.push_back(whole.error()); return std::nullopt; }
    bytes->bytes = std::move(*whole);
  }
  const auto text = check_text(bytes->bytes, file);
  if (!text) { errors.push_back(text.error()); return std::nullopt; }
  auto table = parse_csv(std::string(*text), file, refused, source.name);
  if (!table) { errors.push_back(table.error()); return std::nullopt; }
  open_table out;
  out.file = {source.name, file, bytes->sha256, table->rows.size(), {}};
  const std::size_t before = errors.size();
  out.columns = bind_columns(declared, source, file, *table, out.file.unused_columns, errors);
  out.table = std::move(*table);
  if (errors.size() != before) return std::nullopt;
  return out;
}

void row_cells::refuse(const bound_column& column, error_code code, std::string_view value, std::string allowed) {
  if (fault_) return;
  error why;
  why.code = code;
  why.file = file_;
  why.line = row_.line;
  why.column = column.field ? *column.field + 1 : 0;
  why.column_name = column.mapping && !column.mapping->column.empty() ? column.mapping->column : column.name;
  why.value = std::string(value.substr(0, 256));
  why.allowed = std::move(allowed);
  fault_ = std::move(why);
}

const bound_column* row_cells::find(std::string_view name) const {
  for (const bound_column& column : columns_)
    if (column.name == name) return &column;
  return nullptr;
}

std::optional<std::string_view> row_cells::cell(const bound_column& column) const {
  if (column.mapping && column.mapping->constant)
    return column.mapping->constant->empty() ? std::nullopt : std::optional<std::string_view>(*column.mapping->constant);
  if (!column.field) return std::nullopt;
  const std::string_view text = row_.fields[*column.field];
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string_view> row_cells::cell(std::string_view name, const bound_column*& column) const {
  column = find(name);
  return column == nullptr ? std::nullopt : cell(*column);
}

std::optional<std::string> row_cells::text(std::string_view name) {
  const bound_column* column = nullptr;
  const auto value = cell(name, column);
  if (column != nullptr && !value && column->column->required) refuse(*column, error_code::missing_value, "", std::string(column->column->allowed));
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<std::uint64_t> row_cells::number_of(const bound_column& column) {
  const auto value = cell(column);
  if (!value) return std::nullopt;
  const auto parsed = parse_count(*value);
  if (!parsed) refuse(column, error_code::not_a_count, *value, std::string(column.column->allowed));
  return parsed;
}

std::optional<std::string> row_cells::choice(std::string_view name, std::initializer_list<std::string_view> allowed) {
  const bound_column* column = nullptr;
  const auto value = cell(name, column);
  if (!value) return std::nullopt;
  if (std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) refuse(*column, error_code::not_allowed, *value, std::string(column->column->allowed));
  return std::string(*value);
}

std::set<std::string> row_cells::set_of(std::string_view name) {
  std::set<std::string> out;
  const bound_column* column = nullptr;
  const auto value = cell(name, column);
  if (!value) return out;
  const std::string separator = column->mapping ? column->mapping->split : "";
  if (separator.empty()) return {std::string(*value)};
  for (std::size_t from = 0; from <= value->size();) {
    const std::size_t to = std::min(value->find(separator, from), value->size());
    std::string_view part = value->substr(from, to - from);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) out.emplace(part);
    from = to + separator.size();
  }
  return out;
}

std::optional<double> row_cells::number_up_to(std::string_view name, double largest) {
  const bound_column* column = nullptr;
  const auto value = cell(name, column);
  if (!value) return std::nullopt;
  const auto parsed = parse_decimal(*value);
  if (!parsed || *parsed < 0 || *parsed > largest) refuse(*column, error_code::not_a_number, *value, std::string(column->column->allowed));
  return parsed;
}

} // namespace lfreval
