#include "log/score_source.hpp"

#include <algorithm>
#include <utility>

#include <lfreval/log/column_reader.hpp>
#include <lfreval/types/number.hpp>

#include "log/source_table.hpp"
#include "log/table_rows.hpp"

namespace lfreval::detail {

score_rules::score_rules(const study& declared, const study_source& source) {
  if (const study_system* system = system_of(declared, source)) {
    lowest = static_cast<float>(system->lowest_score);
    highest = static_cast<float>(system->highest_score);
    is_distance = system->is_distance;
  }
  if (source.sentinel) sentinel = static_cast<float>(*source.sentinel);
}

std::string score_rules::words() const { return "a score from " + shortest(static_cast<double>(lowest)) + " to " + shortest(static_cast<double>(highest)); }

void score_reading::fault(error_code code, std::string key, std::string value, std::string allowed) const {
  errors.push_back(study_fault(declared, source.at, code, std::move(key), std::move(value), std::move(allowed)));
}

text_column sorted_column(const std::vector<std::string>& texts) {
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!texts[i].empty()) order.push_back(static_cast<std::uint32_t>(i));
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  text_column out;
  out.codes.assign(texts.size(), no_code);
  for (const std::uint32_t i : order) {
    if (out.texts.empty() || out.texts.back() != texts[i]) out.texts.push_back(texts[i]);
    out.codes[i] = static_cast<std::uint32_t>(out.texts.size() - 1);
  }
  return out;
}

std::optional<id_list> id_list::read(const score_reading& with, const std::string& file, const std::string& column) {
  const std::size_t before = with.errors.size();
  auto reader = column_reader::open(with.declared.resolve(file), file);
  if (!reader) {
    with.errors.push_back(reader.error());
    return std::nullopt;
  }
  std::vector<column_request> requests;
  bool has_persons = false;
  input_file told{with.source.name, file, "", 0, {}};
  for (const std::string& name : {column, column + "_person"}) {
    const auto mapping = with.source.columns.find(name);
    const std::string& header = mapping == with.source.columns.end() || mapping->second.column.empty() ? name : mapping->second.column;
    const auto found = std::find(reader->header().begin(), reader->header().end(), header);
    if (found == reader->header().end()) {
      if (name == column || mapping != with.source.columns.end()) with.fault(error_code::unknown_column, "source.columns." + name, header, "a header of " + file);
      continue;
    }
    const auto field = static_cast<std::size_t>(found - reader->header().begin());
    if (!requests.empty() && requests.front().field == field) with.fault(error_code::not_allowed, "source.columns." + name, header, "a column of its own; where ids are persons, mated = \"same_id\"");
    else requests.push_back({field, text_cells{}, name == column, ""});
    has_persons = name != column;
  }
  if (with.errors.size() != before) return std::nullopt;
  ledger refused;
  auto table = reader->read(requests, refused, with.source.name);
  if (!table) {
    with.errors.push_back(table.error());
    return std::nullopt;
  }
  // Rows stand for rows of the matrix, so that one which cannot be read would move all behind it.
  for (const refused_row& row : refused.rows())
    if (with.errors.size() < before + 20) with.errors.push_back(row.why);
  if (with.errors.size() != before) return std::nullopt;
  id_list out;
  const auto& ids = std::get<text_column>(table->columns[0]);
  for (const std::uint32_t code : ids.codes) out.ids.push_back(ids.texts[code]);
  if (has_persons) {
    const auto& persons = std::get<text_column>(table->columns[1]);
    for (const std::uint32_t code : persons.codes) out.persons.push_back(code == no_code ? "" : persons.texts[code]);
  }
  std::vector<bool> seen(ids.texts.size());
  for (std::size_t i = 0; i < ids.codes.size(); ++i) {
    if (seen[ids.codes[i]] && with.errors.size() < before + 20) {
      error why;
      why.code = error_code::duplicate_id;
      why.file = file;
      why.line = table->line_of(i);
      why.column = requests.front().field + 1;
      why.column_name = reader->header()[requests.front().field];
      why.value = out.ids[i];
      why.allowed = "each " + column + " once";
      with.errors.push_back(std::move(why));
    }
    seen[ids.codes[i]] = true;
    // Views into texts that move with their vector: made below, when nothing moves any more.
  }
  if (with.errors.size() != before) return std::nullopt;
  told.sha256 = table->sha256;
  told.rows = table->records;
  with.out.files.push_back(std::move(told));
  std::optional<id_list> made(std::move(out));
  for (std::size_t i = 0; i < made->ids.size(); ++i) made->place.emplace(made->ids[i], static_cast<std::uint32_t>(i));
  return made;
}

} // namespace lfreval::detail
