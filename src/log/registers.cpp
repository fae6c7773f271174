#include <lfreval/log/registers.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/timestamp.hpp>
#include <lfreval/study/toml_rows.hpp>
#include <lfreval/types/number.hpp>

#include "log/table_rows.hpp"

namespace lfreval {

namespace {

constexpr double most_hours = 1e7; // of officers on one deployment or tactic: sums of seconds stay far below 2^52
constexpr std::size_t longest_name = 64;

std::vector<std::string> parts(std::string_view list, char separator) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t to = std::min(list.find(separator, from), list.size());
    std::string_view part = list.substr(from, to - from);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    from = to + 1;
  }
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// The cells of a register: closed lists are those that the table of columns names.
class register_row {
public:
  register_row(row_cells& cells, bool& with_offset, bool& without_offset) : cells_(cells), with_offset_(with_offset), without_offset_(without_offset) {}

  std::string text(std::string_view name) { return cells_.text(name).value_or(""); }
  bool has(std::string_view name) { return cells_.text(name).has_value(); }

  std::string choice(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return cells_.text(name).value_or(""); // a required one is refused there
    const auto allowed = parts(column->column->allowed, '|');
    if (std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) refuse(*column, error_code::not_allowed, *value);
    return std::string(*value);
  }

  std::optional<bool> yes(std::string_view name) {
    const std::string value = choice(name);
    return value.empty() ? std::nullopt : std::optional(value == "yes");
  }

  /// Names with `;` between: of a closed list where the column has one.
  std::set<std::string> names(std::string_view name) {
    std::set<std::string> out;
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return out;
    const bool closed = column->column->allowed.find('|') != std::string_view::npos;
    const auto allowed = parts(column->column->allowed, '|');
    for (std::string& one : parts(*value, ';')) {
      if (closed ? std::find(allowed.begin(), allowed.end(), one) == allowed.end() : !is_name(one)) refuse(*column, error_code::not_allowed, one);
      out.insert(std::move(one));
    }
    return out;
  }

  /// One name: what is printed as an axis is never free text.
  std::string name(std::string_view column_name) {
    const std::string value = text(column_name);
    if (const bound_column* column = cells_.find(column_name); column != nullptr && !cells_.fault() && !value.empty() && !is_name(value)) refuse(*column, error_code::not_allowed, value);
    return value;
  }

  std::optional<calendar_date> date(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) {
      (void)cells_.text(name);
      return std::nullopt;
    }
    const auto parsed = parse_iso_date(*value);
    if (!parsed) refuse(*column, error_code::not_a_date, *value);
    return parsed;
  }

  std::optional<moment> time(std::string_view name, std::optional<calendar_date>* day = nullptr) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return std::nullopt;
    const auto parsed = parse_timestamp(*value);
    if (!parsed) {
      refuse(*column, error_code::not_a_date, *value);
      return std::nullopt;
    }
    (parsed->has_offset ? with_offset_ : without_offset_) = true;
    if (day != nullptr) *day = parse_iso_date(value->substr(0, 10));
    return parsed->nanoseconds;
  }

  /// Counts that are added up: an eighth of the largest count leaves room for the sum of a register.
  std::optional<std::uint64_t> count(std::string_view name) {
    const bound_column* column = nullptr;
    if (!cells_.cell(name, column)) {
      (void)cells_.text(name);
      return std::nullopt;
    }
    return bounded(*column);
  }

  /// Hours as whole seconds.
  std::optional<std::uint64_t> seconds_of_hours(std::string_view name) {
    (void)cells_.text(name);
    const auto hours = cells_.number_up_to(name, most_hours);
    return hours ? std::optional(static_cast<std::uint64_t>(std::llround(*hours * 3600))) : std::nullopt;
  }

  std::optional<double> number(std::string_view name) {
    const bound_column* column = nullptr;
    const auto value = cells_.cell(name, column);
    if (!value) return std::nullopt;
    const auto parsed = parse_decimal(*value);
    if (!parsed) refuse(*column, error_code::not_a_number, *value);
    return parsed;
  }

  std::map<std::string, std::uint64_t> outcomes() {
    std::map<std::string, std::uint64_t> out;
    for (const bound_column& column : cells_.columns())
      if (column.name.starts_with("outcome."))
        if (const auto n = bounded(column)) out.emplace(column.name.substr(8), *n);
    return out;
  }

  /// An end that comes before its start.
  template <class Time> void in_order(const std::optional<Time>& from, const std::optional<Time>& to, std::string_view end, const char* allowed) {
    if (from && to && *to < *from)
      if (const bound_column* column = cells_.find(end)) cells_.refuse(*column, error_code::not_allowed, cells_.cell(*column).value_or(""), allowed);
  }

private:
  void refuse(const bound_column& column, error_code code, std::string_view value) { cells_.refuse(column, code, value, std::string(column.column->allowed)); }

  std::optional<std::uint64_t> bounded(const bound_column& column) {
    const auto value = cells_.number_of(column);
    if (value && *value > largest_count / 8) {
      refuse(column, error_code::not_a_count, std::to_string(*value));
      return std::nullopt;
    }
    return value;
  }

  row_cells& cells_;
  bool &with_offset_, &without_offset_;
};

document_entry document_in(register_row& row) {
  document_entry out;
  out.id = row.text("document");
  out.kind = row.choice("kind");
  out.dated = row.date("dated");
  out.review_due = row.date("review_due");
  out.consulted = row.date("consulted");
  out.contents = row.names("contents");
  out.routes = row.names("routes");
  out.residual_risk = row.choice("residual_risk");
  out.overseen = row.has("overseen_by");
  out.categories = row.names("categories");
  out.categories_not_wanted = row.names("categories_not_wanted");
  out.serious_grades = row.names("serious_grades");
  out.review_days = row.count("review_days");
  out.notice_hours = row.count("notice_hours");
  out.complaint_days = row.count("complaint_days");
  row.in_order(out.dated, out.review_due, "review_due", "a day on or after dated");
  return out;
}

test_report test_in(register_row& row) {
  test_report out;
  out.id = row.text("test");
  out.system = row.text("system");
  out.threshold_from = row.number("threshold_from");
  out.threshold_to = row.number("threshold_to");
  out.watchlist_persons = row.count("watchlist_persons");
  out.dated = row.date("dated");
  out.tester = row.choice("tester");
  out.funder = row.choice("funder");
  out.scope_setter = row.choice("scope_setter");
  out.adverse = row.yes("adverse");
  out.age_bands = row.names("age_bands");
  row.in_order(out.threshold_from, out.threshold_to, "threshold_to", "a threshold from threshold_from");
  return out;
}

change_entry change_in(register_row& row) {
  change_entry out;
  out.id = row.text("change");
  out.what = row.choice("what");
  out.changed = row.date("changed").value_or(calendar_date{});
  out.reasoned = row.has("reason");
  return out;
}

comparator_entry comparator_in(register_row& row) {
  comparator_entry out;
  out.id = row.text("comparator");
  out.tactic = row.name("tactic");
  out.site = row.text("site");
  out.control = row.yes("control");
  if (const std::string period = row.choice("period"); !period.empty()) out.after = period == "after";
  out.from = row.date("from");
  out.to = row.date("to");
  out.officer_seconds = row.seconds_of_hours("officer_hours");
  out.cost = row.count("cost");
  out.reasoned = row.has("reason");
  out.outcomes = row.outcomes();
  row.in_order(out.from, out.to, "to", "a day on or after from");
  return out;
}

cost_entry cost_in(register_row& row) {
  cost_entry out;
  out.id = row.text("cost");
  out.kind = row.choice("kind");
  out.currency = row.text("currency");
  out.amount = row.count("amount").value_or(0);
  return out;
}

staffing_entry staffing_in(register_row& row) {
  staffing_entry out;
  out.id = row.text("deployment");
  out.officers = row.count("officers");
  out.officer_seconds = row.seconds_of_hours("officer_hours").value_or(0);
  return out;
}

complaint_entry complaint_in(register_row& row) {
  complaint_entry out;
  out.id = row.text("complaint");
  out.deployment = row.text("deployment");
  const auto received = row.date("received");
  out.received = received.value_or(calendar_date{});
  out.answered = row.date("answered");
  row.in_order(received, out.answered, "answered", "a day on or after received");
  return out;
}

notice_entry notice_in(register_row& row) {
  notice_entry out;
  out.id = row.text("notice");
  out.deployment = row.text("deployment");
  out.published = row.time("published");
  (void)row.choice("channel");
  out.tells = row.names("tells");
  return out;
}

retention_entry retention_in(register_row& row) {
  retention_entry out;
  out.id = row.text("entry");
  out.what = row.choice("what");
  out.document = row.choice("document");
  out.stated_seconds = row.count("stated_seconds");
  out.measured_seconds = row.count("measured_seconds");
  return out;
}

expectation_entry expectation_in(register_row& row) {
  expectation_entry out;
  out.id = row.text("expectation");
  out.registered = row.date("registered");
  out.outcome = row.text("outcome");
  out.expected = row.count("expected");
  out.stops = row.has("stop_rule");
  out.eligible_persons = row.count("eligible_persons");
  return out;
}

operator_entry operator_in(register_row& row) {
  operator_entry out;
  out.id = row.text("operator");
  out.trained_on = row.date("trained_on");
  out.valid_until = row.date("valid_until");
  row.in_order(out.trained_on, out.valid_until, "valid_until", "a day on or after trained_on");
  return out;
}

authorisation_entry authorisation_in(register_row& row) {
  authorisation_entry out;
  out.id = row.text("deployment");
  out.authorised = row.time("authorised");
  out.ranked = row.has("rank");
  out.grounded = row.has("grounds");
  out.use_case = row.choice("use_case");
  out.planned_start = row.time("planned_start");
  out.planned_end = row.time("planned_end");
  out.started = row.time("started", &out.started_on);
  out.ended = row.time("ended");
  out.sensitive_place = row.choice("sensitive_place");
  out.justified = row.has("justification");
  out.judicial = row.time("judicial");
  out.urgent = row.yes("urgent");
  out.notified = row.time("notified");
  row.in_order(out.planned_start, out.planned_end, "planned_end", "a time after planned_start");
  row.in_order(out.started, out.ended, "ended", "a time after started");
  return out;
}

disclosure_entry disclosure_in(register_row& row) {
  disclosure_entry out;
  out.id = row.text("disclosure");
  out.test = row.text("test");
  out.told = row.date("told").value_or(calendar_date{});
  out.to = row.choice("to");
  return out;
}

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
    rows_of("documents", out_.documents, document_in);
    rows_of("tests", out_.tests, test_in);
    rows_of("changes", out_.changes, change_in);
    rows_of("comparators", out_.comparators, comparator_in);
    rows_of("costs", out_.costs, cost_in);
    rows_of("staffing", out_.staffing, staffing_in);
    rows_of("complaints", out_.complaints, complaint_in);
    rows_of("notices", out_.notices, notice_in);
    rows_of("retention", out_.retention, retention_in);
    rows_of("expectations", out_.expectations, expectation_in);
    rows_of("operators", out_.operators, operator_in);
    rows_of("authorisations", out_.authorisations, authorisation_in);
    rows_of("disclosures", out_.disclosures, disclosure_in);
    if (with_offset_ && without_offset_)
      errors_.push_back(study_fault(declared_, {}, error_code::not_a_date, "times of registers", "", "times that all have an offset from UTC, or none"));
    check_currency();
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(out_);
  }

private:
  template <class Entry> void rows_of(std::string_view table, std::vector<Entry>& out, Entry (*read_one)(register_row&)) {
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
          Entry made = read_one(row);
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
