#include "log/source_table.hpp"
#include "log/table_rows.hpp"
#include "log/text_builder.hpp"

#include <algorithm>
#include <utility>

#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>

namespace lfreval::detail {
namespace {

/// How the cells of a column are read; texts for everything that is compared as it stands.
column_request request_for(const study& declared, const study_source& source, const table_column* column, const column_mapping* mapping, std::size_t field) {
  column_request out{field, text_cells{}, false, ""};
  if (column == nullptr) return out;
  out.required = column->required;
  out.allowed = std::string(column->allowed);
  if (column->name.ends_with("score") && column->type == column_type::number) {
    score_cells how;
    if (const study_system* system = system_of(declared, source)) {
      how.lowest = static_cast<float>(system->lowest_score);
      how.highest = static_cast<float>(system->highest_score);
      how.is_distance = system->is_distance;
    }
    if (source.sentinel) how.sentinel = static_cast<float>(*source.sentinel);
    out.cells = how;
    out.allowed.clear();
  } else if (column->type == column_type::count) {
    out.cells = count_cells{column->name.ends_with("rank") ? 1U : 0U, largest_count};
    if (column->name.ends_with("rank")) out.allowed = "a whole number from 1";
  } else if (column->type == column_type::number) {
    out.cells = number_cells{};
  } else if (column->type == column_type::time) {
    out.cells = time_cells{};
    out.allowed.clear();
  } else if (column->allowed.starts_with("yes")) {
    choice_cells how{{{"no"}, {"yes"}, {"unknown", ""}}};
    if (column->allowed.find("unknown") == std::string_view::npos) how.spellings[2] = {""};
    if (mapping != nullptr && !mapping->no.empty()) how.spellings[0] = mapping->no;
    if (mapping != nullptr && !mapping->yes.empty()) how.spellings[1] = mapping->yes;
    // A spelling that the study declares is not also what it stands for elsewhere.
    std::erase_if(how.spellings[2], [&](const std::string& one) {
      return std::any_of(how.spellings.begin(), how.spellings.begin() + 2, [&](const auto& those) { return std::find(those.begin(), those.end(), one) != those.end(); });
    });
    if (mapping != nullptr && (!mapping->no.empty() || !mapping->yes.empty())) {
      out.allowed = "one of the declared spellings:";
      for (const auto& choice : how.spellings)
        for (const std::string& one : choice)
          if (!one.empty()) out.allowed += " " + one;
    }
    out.cells = std::move(how);
  }
  return out;
}

template <class Values> void append_values(Values& to, Values&& more) { to.insert(to.end(), more.begin(), more.end()); }

/// A column of the kind of `like` with `rows` empty cells.
typed_column empty_cells(const typed_column& like, std::uint64_t rows) {
  switch (like.index()) {
    case 0: return text_column{std::vector<std::uint32_t>(rows, no_code), {}};
    case 1: return score_column{std::vector<float>(rows, no_score), {}};
    case 2: return std::vector<double>(rows, no_number);
    case 3: return std::vector<std::uint64_t>(rows, no_count);
    case 4: return time_column{std::vector<std::int64_t>(rows, no_time), 0, 0};
    default: return std::vector<std::uint8_t>(rows, choice_unknown);
  }
}

} // namespace

const study_system* system_of(const study& declared, const study_source& source) {
  for (const study_system& system : declared.systems)
    if (system.name == source.system || (source.system.empty() && declared.systems.size() == 1)) return &system;
  return nullptr;
}

source_table::source_table(const study& declared, const study_source& source, unsigned threads, std::vector<input_file>& files, ledger& refused,
                           std::vector<error>& errors)
    : source_(&source), refused_(&refused) {
  for (const std::string& file : source.files) read_file(declared, file, threads, files, errors);
  kept_.assign(rows_, true);
}

void source_table::read_file(const study& declared, const std::string& file, unsigned threads, std::vector<input_file>& files, std::vector<error>& errors) {
  auto reader = column_reader::open(declared.resolve(file), file, {.threads = threads});
  if (!reader) {
    errors.push_back(reader.error());
    return;
  }
  const std::vector<std::string>& header = reader->header();
  const study_source& source = *source_;
  file_rows place;
  place.name = file;
  place.first = rows_;
  input_file told{source.name, file, "", 0, {}};
  std::vector<column_request> requests;
  std::vector<std::string> names;                                  ///< of the requests
  std::vector<std::pair<std::string, std::string>> copies, constants; ///< a second name for a field; a value for every row
  std::vector<bool> used(header.size());
  const std::size_t before = errors.size();
  const auto bind = [&](const std::string& name, const column_mapping* mapping, std::size_t field) {
    place.fields.emplace(name, std::pair(field, header[field]));
    if (used[field]) {
      for (std::size_t i = 0; i < requests.size(); ++i) {
        if (requests[i].field != field) continue;
        // A cell is read once, as one kind of thing.
        const table_column *first = find_column(source.table, names[i]), *second = find_column(source.table, name);
        const auto is_text = [](const table_column* c) { return c == nullptr || c->type == column_type::id || c->type == column_type::text; };
        if (is_text(first) != is_text(second) || (!is_text(first) && first->type != second->type))
          errors.push_back(study_fault(declared, mapping == nullptr ? source.at : mapping->at, error_code::not_allowed, "source.columns." + name, header[field],
                                          "a column of its own: " + names[i] + " reads this one as something else"));
        else copies.emplace_back(name, names[i]);
      }
      return;
    }
    used[field] = true;
    requests.push_back(request_for(declared, source, find_column(source.table, name), mapping, field));
    names.push_back(name);
  };
  for (const auto& entry : source.columns) {
    const std::string& name = entry.first;
    const column_mapping& mapping = entry.second;
    if (mapping.constant) {
      constants.emplace_back(name, *mapping.constant);
      continue;
    }
    const auto found = std::find(header.begin(), header.end(), mapping.column);
    if (found == header.end()) {
      const std::string near = nearest(mapping.column, header);
      std::string allowed = near.empty() ? "" : "did you mean " + near + "? ";
      allowed += "a header of " + file + ":";
      for (const std::string& one : header) allowed += " " + one;
      errors.push_back(study_fault(declared, mapping.at, error_code::unknown_column, "source.columns." + name, mapping.column, allowed));
    } else {
      bind(name, &mapping, static_cast<std::size_t>(found - header.begin()));
    }
  }
  for (std::size_t field = 0; field < header.size(); ++field) {
    const std::string& name = header[field];
    const bool is_group = std::any_of(declared.groups.begin(), declared.groups.end(), [&](const study_group& g) { return g.table == source.table && g.column == name; });
    if (used[field] || source.columns.contains(name)) continue;
    if (is_group || find_column(source.table, name) != nullptr) bind(name, nullptr, field);
    else told.unused_columns.push_back(name);
  }
  for (const table_column& column : table_columns())
    if (column.table == source.table && column.required && !place.fields.contains(column.name) &&
        std::none_of(constants.begin(), constants.end(), [&](const auto& c) { return c.first == column.name; }))
      errors.push_back(study_fault(declared, source.at, error_code::missing_key, "source.columns." + std::string(column.name), "",
                                      "a header of " + file + ", or { const = \"…\" }"));
  if (errors.size() != before) return;

  auto table = reader->read(requests, *refused_, source.name);
  if (!table) {
    errors.push_back(table.error());
    return;
  }
  told.sha256 = table->sha256;
  told.rows = table->records;
  files.push_back(std::move(told));
  std::map<std::string, typed_column, std::less<>> here;
  for (std::size_t i = 0; i < names.size(); ++i) here.emplace(names[i], std::move(table->columns[i]));
  for (const auto& copy : copies) here.emplace(copy.first, here.find(copy.second)->second);
  for (const auto& constant : constants) {
    // A constant is a file of one cell, so that it is held to the same rules.
    const std::string text = "c\n\"" + constant.second + "\"\n";
    const column_mapping& mapping = source.columns.at(constant.first);
    auto one = column_reader::of(text, declared.file);
    ledger faults;
    const auto request = request_for(declared, source, find_column(source.table, constant.first), &mapping, 0);
    auto cell = one ? one->read(std::vector{request}, faults, source.name) : result<column_table>(refuse(one.error()));
    if (!cell || !faults.empty()) {
      errors.push_back(study_fault(declared, mapping.at, faults.empty() ? error_code::not_allowed : faults.rows().begin()->why.code,
                                      "source.columns." + constant.first, constant.second, faults.empty() ? "a text without quotes" : faults.rows().begin()->why.allowed));
      return;
    }
    typed_column& value = cell->columns[0];
    std::visit([&](auto& values) {
      if constexpr (requires { values.codes; }) values.codes = std::vector<std::uint32_t>(table->rows, values.codes.at(0));
      else if constexpr (requires { values.nanoseconds; }) values.nanoseconds = std::vector<std::int64_t>(table->rows, values.nanoseconds.at(0));
      else if constexpr (requires { values.values; }) values.values = std::vector<float>(table->rows, values.values.at(0));
      else {
        const auto cell_value = values.at(0);
        values.assign(table->rows, cell_value);
      }
    }, value);
    here.emplace(constant.first, std::move(value));
  }
  for (auto& entry : here)
    if (const auto* times = std::get_if<time_column>(&entry.second)) {
      const auto note = [&](error& first, std::uint64_t line) {
        if (line == 0 || first.line != 0) return;
        first.file = file;
        first.line = line;
        first.column_name = entry.first;
      };
      note(with_offset_, times->first_with_offset);
      note(without_offset_, times->first_without_offset);
    }
  // A column that one file has and another lacks is empty where it is lacking.
  for (auto& entry : columns_)
    if (!here.contains(entry.first)) here.emplace(entry.first, empty_cells(entry.second, table->rows));
  for (auto& entry : here) append(entry.first, std::move(entry.second));
  table->columns.clear();
  rows_ += table->rows;
  place.table = std::move(*table);
  files_.push_back(std::move(place));
}

void source_table::append(const std::string& name, typed_column&& column) {
  const auto [at, is_new] = columns_.try_emplace(name);
  if (is_new) at->second = empty_cells(column, rows_);
  typed_column& to = at->second;
  if (auto* texts = std::get_if<text_column>(&to)) return append_texts(*texts, std::get<text_column>(std::move(column)));
  if (auto* scores = std::get_if<score_column>(&to)) {
    auto& more = std::get<score_column>(column);
    for (const std::uint64_t row : more.sentinels) scores->sentinels.push_back(rows_ + row);
    return append_values(scores->values, std::move(more.values));
  }
  if (auto* times = std::get_if<time_column>(&to)) return append_values(times->nanoseconds, std::move(std::get<time_column>(column).nanoseconds));
  if (auto* numbers = std::get_if<std::vector<double>>(&to)) return append_values(*numbers, std::get<std::vector<double>>(std::move(column)));
  if (auto* counts = std::get_if<std::vector<std::uint64_t>>(&to)) return append_values(*counts, std::get<std::vector<std::uint64_t>>(std::move(column)));
  append_values(std::get<std::vector<std::uint8_t>>(to), std::get<std::vector<std::uint8_t>>(std::move(column)));
}

namespace {

template <class Column, class Columns> const Column* found(const Columns& columns, std::string_view name) {
  const auto at = columns.find(name);
  return at == columns.end() ? nullptr : std::get_if<Column>(&at->second);
}

} // namespace

const text_column* source_table::texts(std::string_view column) const { return found<text_column>(columns_, column); }
const std::vector<float>* source_table::scores(std::string_view column) const {
  const auto* all = found<score_column>(columns_, column);
  return all == nullptr ? nullptr : &all->values;
}
const std::vector<std::uint64_t>* source_table::sentinels(std::string_view column) const {
  const auto* all = found<score_column>(columns_, column);
  return all == nullptr ? nullptr : &all->sentinels;
}
const std::vector<std::uint64_t>* source_table::counts(std::string_view column) const { return found<std::vector<std::uint64_t>>(columns_, column); }
const std::vector<std::int64_t>* source_table::times(std::string_view column) const {
  const auto* all = found<time_column>(columns_, column);
  return all == nullptr ? nullptr : &all->nanoseconds;
}
const std::vector<std::uint8_t>* source_table::choices(std::string_view column) const { return found<std::vector<std::uint8_t>>(columns_, column); }

std::string_view source_table::text(std::string_view column, std::uint64_t row) const {
  const text_column* all = texts(column);
  return all == nullptr || all->codes[row] == no_code ? std::string_view() : std::string_view(all->texts[all->codes[row]]);
}

void source_table::refuse_row(std::uint64_t row, error_code code, std::string_view column, std::string value, std::string allowed) {
  if (!kept_[row]) return;
  kept_[row] = false;
  const auto after = std::upper_bound(files_.begin(), files_.end(), row, [](std::uint64_t r, const file_rows& f) { return r < f.first; });
  const file_rows& file = *(after - 1);
  error why;
  why.code = code;
  why.file = file.name;
  why.line = file.table.line_of(row - file.first);
  const auto field = file.fields.find(column);
  why.column = field == file.fields.end() ? 0 : field->second.first + 1;
  why.column_name = field == file.fields.end() ? std::string(column) : field->second.second;
  why.value = value.substr(0, 256);
  why.allowed = std::move(allowed);
  refused_->add({std::move(why), source_->name});
}

} // namespace lfreval::detail
