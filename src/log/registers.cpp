#include <lfreval/log/registers.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/study/toml_rows.hpp>

#include "log/register_row.hpp"

namespace lfreval {

namespace {

/// A TOML file as the table that a CSV file of the same rows would be.
std::optional<open_table> open_toml(const study& declared, const study_source& source, const std::string& file, std::vector<error>& errors) {
  auto bytes = read_file(declared.resolve(file));
  if (!bytes) {
    bytes.error().file = file;
    errors.push_back(bytes.error());
    return std::nullopt;
  }
  const auto text = check_text(bytes->bytes, file);
  if (!text) {
    errors.push_back(text.error());
    return std::nullopt;
  }
  auto read = parse_toml_rows(*text, file, source.table);
  if (!read) {
    errors.insert(errors.end(), read.error().begin(), read.error().end());
    return std::nullopt;
  }
  open_table out;
  out.file = {source.name, file, bytes->sha256, read->rows.size(), {}};
  out.table.header = read->header;
  std::string all;
  for (const toml_rows::row& row : read->rows)
    for (const std::string& field : row.fields) all += field;
  const auto held = std::make_shared<const std::string>(std::move(all));
  out.table.text = held;
  std::size_t from = 0;
  for (const toml_rows::row& row : read->rows) {
    csv_row& made = out.table.rows.emplace_back();
    made.line = row.line;
    for (const std::string& field : row.fields) {
      made.fields.push_back(std::string_view(*held).substr(from, field.size()));
      from += field.size();
    }
  }
  for (std::size_t i = 0; i < out.table.header.size(); ++i) out.columns.push_back({find_column(source.table, out.table.header[i]), nullptr, i, out.table.header[i]});
  return out;
}

class register_reader {
public:
  explicit register_reader(const study& declared) : declared_(declared) {}

  tl::expected<register_log, std::vector<error>> read() {
    for (const study_source& source : declared_.registers) out_.given.insert(source.table);
    rows_of("documents", out_.documents);
    rows_of("tests", out_.tests);
    rows_of("changes", out_.changes);
    rows_of("comparators", out_.comparators);
    rows_of("costs", out_.costs);
    rows_of("staffing", out_.staffing);
    rows_of("complaints", out_.complaints);
    rows_of("notices", out_.notices);
    rows_of("retention", out_.retention);
    rows_of("expectations", out_.expectations);
    rows_of("operators", out_.operators);
    rows_of("authorisations", out_.authorisations);
    rows_of("disclosures", out_.disclosures);
    if (with_offset_ && without_offset_)
      errors_.push_back(study_fault(declared_, {}, error_code::not_a_date, "times of registers", "", "times that all have an offset from UTC, or none"));
    check_currency();
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(out_);
  }

private:
  template <class Entry> void rows_of(std::string_view table, std::vector<Entry>& out) {
    struct placed {
      Entry entry;
      error place;
    };
    std::vector<placed> rows;
    for (const study_source& source : declared_.registers) {
      if (source.table != table) continue;
      for (const std::string& file : source.files) {
        auto opened = file.ends_with(".toml") ? open_toml(declared_, source, file, errors_) : open_source_file(declared_, source, file, out_.refused, errors_);
        if (!opened) continue;
        for (const csv_row& line : opened->table.rows) {
          row_cells cells(file, line, opened->columns);
          register_row row(cells, with_offset_, without_offset_);
          Entry made;
          read_entry(row, made);
          if (cells.fault()) {
            out_.refused.add({*cells.fault(), source.name});
            continue;
          }
          error place;
          place.code = error_code::duplicate_id;
          place.file = file;
          place.line = line.line;
          place.value = made.id;
          rows.push_back({std::move(made), std::move(place)});
        }
        out_.files.push_back(std::move(opened->file));
      }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const placed& a, const placed& b) { return a.entry.id < b.entry.id; });
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t same = i + 1;
      while (same < rows.size() && rows[same].entry.id == rows[i].entry.id) ++same;
      for (std::size_t j = i; j < same; ++j) {
        if (same - i == 1) {
          out.push_back(std::move(rows[j].entry));
          continue;
        }
        rows[j].place.allowed = "each identifier once in a register; all " + std::to_string(same - i) + " rows are refused";
        out_.refused.add({std::move(rows[j].place), std::string(table)});
      }
      i = same;
    }
  }

  /// Sums of two currencies are no amount of anything.
  void check_currency() {
    std::set<std::string> seen;
    for (const cost_entry& one : out_.costs) seen.insert(one.currency);
    const bool sound = std::all_of(seen.begin(), seen.end(), [](const std::string& c) { return c.size() == 3 && c.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos; });
    if (seen.size() <= 1 && sound) return;
    study_position at;
    for (const study_source& source : declared_.registers)
      if (source.table == "costs") at = source.at;
    errors_.push_back(study_fault(declared_, at, error_code::not_allowed, "costs.currency", seen.size() > 1 ? std::to_string(seen.size()) + " currencies" : *seen.begin(), "one currency in a study, three capital letters as GBP"));
  }

  const study& declared_;
  register_log out_;
  std::vector<error> errors_;
  bool with_offset_ = false, without_offset_ = false;
};

} // namespace

tl::expected<register_log, std::vector<error>> read_registers(const study& declared) { return register_reader(declared).read(); }

} // namespace lfreval
