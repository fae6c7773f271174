#include "log/crowd_tables.hpp"

#include <algorithm>
#include <tuple>

#include <lfreval/types/number.hpp>

#include "log/table_rows.hpp"

namespace lfreval {

namespace {

/// Whether times of the study have an offset from UTC: those with one and those without cannot be put in order.
struct clock {
  bool with_offset = false, without_offset = false;
};

struct table_reading {
  const study& declared;
  const study_source& source;
  const study_system* system;
  clock& times;
};

std::int64_t time_in(row_cells& row, std::string_view name, clock& times, std::optional<calendar_date>& date) {
  const bound_column* column = nullptr;
  const auto value = row.cell(name, column);
  if (!value) return no_time;
  const auto parsed = parse_timestamp(*value);
  if (!parsed) {
    row.refuse(*column, error_code::not_a_date, *value, std::string(column->column->allowed));
    return no_time;
  }
  (parsed->has_offset ? times.with_offset : times.without_offset) = true;
  date = parse_iso_date(value->substr(0, 10));
  return parsed->nanoseconds;
}

std::optional<bool> yes_or_no(row_cells& row, const bound_column& column) {
  const auto value = row.cell(column);
  if (!value) return std::nullopt;
  const auto among = [&](const std::vector<std::string>* words, std::string_view usual) {
    return words == nullptr || words->empty() ? *value == usual : std::find(words->begin(), words->end(), *value) != words->end();
  };
  if (among(column.mapping != nullptr ? &column.mapping->yes : nullptr, "yes")) return true;
  if (among(column.mapping != nullptr ? &column.mapping->no : nullptr, "no")) return false;
  row.refuse(column, error_code::not_allowed, *value, std::string(column.column->allowed));
  return std::nullopt;
}

/// The labels of a row, by axis: of counts they tell two groups of one camera from the same cell twice.
std::map<std::string, std::string> labels_in(const study& declared, const csv_table& table, const csv_row& line) {
  std::map<std::string, std::string> out;
  for (const study_group& group : declared.groups) {
    const auto found = std::find(table.header.begin(), table.header.end(), group.column);
    if (found != table.header.end()) out.emplace(group.name, line.fields[static_cast<std::size_t>(found - table.header.begin())]);
  }
  return out;
}

std::optional<seconds> duration_in(row_cells& row) {
  const bound_column* column = nullptr;
  if (!row.cell("duration", column)) return std::nullopt;
  const auto value = row.number_of(*column);
  if (!value) return std::nullopt;
  const std::string unit = column->mapping != nullptr ? column->mapping->unit : "";
  const std::uint64_t scale = unit == "hours" ? 3600 : unit == "minutes" ? 60 : 1;
  constexpr std::uint64_t longest = std::uint64_t{100} * 366 * 86400; // a century: sums of times stay within their range
  if (*value > longest / scale) {
    row.refuse(*column, error_code::not_a_count, std::to_string(*value), "a duration of at most a hundred years");
    return std::nullopt;
  }
  return seconds(*value * scale);
}

exposure_row exposure_in(row_cells& row, const table_reading& with) {
  exposure_row out;
  out.source = with.source.name;
  out.deployment = row.text("deployment").value_or("");
  out.camera = row.text("camera").value_or("");
  out.start = time_in(row, "start", with.times, out.date);
  out.of_passages = row.choice("unit", {"faces", "passages"}) == "passages";
  (void)row.choice("mated", {"no", "unknown"});
  if (const bound_column* column = row.find("sampled"); column != nullptr && row.cell(*column)) out.sampled = row.number_of(*column);
  if (const bound_column* column = row.find("count")) {
    if (!row.cell(*column)) row.refuse(*column, error_code::missing_value, "", std::string(column->column->allowed));
    out.n = row.number_of(*column).value_or(0);
    if (column->mapping != nullptr) {
      if (!column->mapping->quality.empty()) out.quality = column->mapping->quality;
      out.cv = column->mapping->coefficient_of_variation;
    }
  }
  if (const auto quality = row.choice("quality", {"logged", "estimated", "rounded"})) out.quality = quality;
  if (const auto cv = row.number_up_to("cv", 10)) out.cv = cv;
  out.duration = duration_in(row);
  return out;
}

alert_truth truth_in(row_cells& row, const std::string& label_source) {
  const auto identity = row.choice("identity", {"true", "false", "unresolved"});
  const auto adjudication = row.choice("adjudication", {"credible", "not_credible"});
  const bool checked = label_source == "ground_truth" || label_source == "confirmed_by_id";
  if (identity == "true") return checked ? alert_truth::right_confirmed : alert_truth::right_believed;
  if (identity == "false") return checked ? alert_truth::wrong_confirmed : alert_truth::wrong_believed;
  return adjudication == "credible" ? alert_truth::right_believed : alert_truth::wrong_believed;
}

/// An alert is at or above the threshold that raised it, or the log and the study do not speak of one system.
std::optional<double> score_in(row_cells& row, const study_system* system) {
  const bound_column* column = nullptr;
  const auto value = row.cell("score", column);
  if (!value) return std::nullopt;
  const auto score = parse_decimal(*value);
  const double low = system != nullptr ? system->lowest_score : 0.0, high = system != nullptr ? system->highest_score : 1.0;
  if (!score || *score < low || *score > high) {
    row.refuse(*column, score ? error_code::not_allowed : error_code::not_a_number, *value, "a score from " + shortest(low) + " to " + shortest(high));
    return std::nullopt;
  }
  // A zero with a sign equals one without: which of them is kept must not depend on the order of rows.
  const double unsigned_zero = *score == 0 ? 0.0 : *score;
  if (system == nullptr || !system->operating_threshold) return unsigned_zero;
  // Compared in the precision that the system compares in.
  const auto in_precision = [&](double x) { return system->is_float64 ? x : static_cast<double>(static_cast<float>(x)); };
  const double in_use = in_precision(*system->operating_threshold), scored = in_precision(*score);
  if (system->is_distance ? scored > in_use : scored < in_use)
    row.refuse(*column, error_code::not_allowed, *value, "a score that reaches the operating threshold " + shortest(*system->operating_threshold) + ", as an alert does");
  return unsigned_zero;
}

std::set<std::string> adjudicators_in(row_cells& row) {
  std::set<std::string> out;
  const std::string named = row.text("adjudicator").value_or("");
  for (std::size_t from = 0; from < named.size();) {
    const std::size_t to = std::min(named.find(';', from), named.size());
    if (to > from) out.insert(named.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

alert_row alert_in(row_cells& row, const table_reading& with) {
  alert_row out;
  out.source = with.source.name;
  out.alert = row.text("alert").value_or("");
  out.group = row.text("alert_group").value_or("");
  out.passage = row.text("passage").value_or("");
  out.deployment = row.text("deployment").value_or("");
  out.camera = row.text("camera").value_or("");
  out.person = row.text("person").value_or("");
  const bound_column* named = nullptr;
  if (const auto system = row.cell("system", named); system && !with.declared.systems.empty() && (with.system == nullptr || *system != with.system->name))
    row.refuse(*named, error_code::not_allowed, *system, with.system == nullptr ? "the system that the source names" : "the system " + with.system->name + ", which the source or the study names");
  out.time = time_in(row, "time", with.times, out.date);
  out.score = score_in(row, with.system);
  out.label_source = row.choice("label_source", {"ground_truth", "confirmed_by_id", "officer_opinion", "operator_opinion", "none"}).value_or(with.source.label_source);
  out.truth = truth_in(row, out.label_source);
  if (const bound_column* column = row.find("engaged")) out.engaged = yes_or_no(row, *column);
  if (const bound_column* column = row.find("invalid_entry")) out.stale_listing = yes_or_no(row, *column);
  if (const bound_column* column = row.find("force_used")) out.force_used = yes_or_no(row, *column);
  out.relation = row.choice("relation", {"kin", "twin", "stranger"}).value_or("");
  out.of_kin = out.relation == "kin" || out.relation == "twin";
  out.minutes = row.number_up_to("minutes", 1e6);
  if (const auto judged = row.choice("adjudication", {"credible", "not_credible"})) out.credible = judged == "credible";
  out.adjudicators = adjudicators_in(row);
  std::optional<calendar_date> day;
  out.adjudicated_at = time_in(row, "adjudicated_at", with.times, day);
  for (const bound_column& column : row.columns())
    if (column.name.starts_with("outcome."))
      if (const auto happened = yes_or_no(row, column)) out.outcomes.emplace(column.name.substr(8), *happened);
  return out;
}

/// What is read and checked, and enters no figure yet: it is listed with the columns that are not read. Labels of declared
/// groups do enter.
void name_columns_without_effect(input_file& file, const std::vector<bound_column>& columns, const std::vector<study_group>& groups) {
  std::erase_if(file.unused_columns, [&](const std::string& header) { return std::any_of(groups.begin(), groups.end(), [&](const study_group& g) { return g.column == header; }); });
  for (const bound_column& column : columns)
    for (const char* idle : {"mated"})
      if (column.name == idle) file.unused_columns.emplace_back(idle);
}

class crowd_reader {
public:
  crowd_reader(const study& declared, deployment_series& out, std::vector<error>& errors) : declared_(declared), out_(out), errors_(errors) {}

  crowd_tables read() {
    for (const study_source& source : declared_.sources)
      if (source.table == "exposure" || source.table == "alerts") check_source(source);
    if (!errors_.empty()) return std::move(made_);
    rows_of(
        "exposure", made_.cells, made_.lost_cells,
        [&](row_cells& row, const table_reading& with, const csv_table& table, const csv_row& line) {
          exposure_row cell = exposure_in(row, with);
          cell.labels = labels_in(declared_, table, line);
          return cell;
        });
    rows_of(
        "alerts", made_.alerts, made_.lost_alerts,
        [&](row_cells& row, const table_reading& with, const csv_table& table, const csv_row& line) {
          alert_row alert = alert_in(row, with);
          alert.labels = labels_in(declared_, table, line);
          return alert;
        });
    if (times_.with_offset && times_.without_offset)
      errors_.push_back(study_fault(declared_, {}, error_code::not_a_date, "start and time of the crowd", "", "times that all have an offset from UTC, or none"));
    if (!errors_.empty()) return std::move(made_);
    name_deployments();
    refuse_copies(made_.cells, made_.lost_cells, "each deployment, camera, start and group once", [](const exposure_row& r) { return std::tie(r.deployment, r.camera, r.start, r.of_passages, r.labels); });
    refuse_copies(made_.alerts, made_.lost_alerts, "each alert of a deployment once", [](const alert_row& r) { return std::tie(r.deployment, r.alert); });
    return std::move(made_);
  }

private:
  /// One system for the whole crowd: strata by threshold would mix the scales of two.
  void check_source(const study_source& source) {
    if (source.kind != source_kind::operational)
      errors_.push_back(study_fault(declared_, source.at, error_code::not_allowed, "source.kind", std::string(to_string(source.kind)),
                                    "operational: a crowd and its alerts are no trial; what volunteers did is in the table passages"));
    const study_system* system = nullptr;
    for (const study_system& one : declared_.systems)
      if (one.name == source.system || (source.system.empty() && declared_.systems.size() == 1)) system = &one;
    if (system == nullptr && !declared_.systems.empty())
      errors_.push_back(study_fault(declared_, source.at, error_code::missing_key, "source.system", "", "the name of a [system.NAME]: the study has several"));
    if (made_.system != nullptr && system != nullptr && system != made_.system)
      errors_.push_back(study_fault(declared_, source.at, error_code::unsupported, "source.system", source.system, "one system for the crowd of a study; give each system a study of its own"));
    if (system != nullptr) made_.system = system;
    if (source.table != "alerts") return;
    made_.has_alerts = true;
    if (made_.label_source.empty()) made_.label_source = source.label_source;
  }

  template <class Row, class Read> void rows_of(std::string_view table, std::vector<Row>& rows, lost_rows& lost, const Read& read) {
    for (const study_source& source : declared_.sources) {
      if (source.table != table) continue;
      const table_reading with{declared_, source, made_.system, times_};
      for (const std::string& file : source.files) {
        const std::size_t refused_before = out_.refused.size();
        auto opened = open_source_file(declared_, source, file, out_.refused, errors_);
        if (!opened) continue;
        // A row of another length does not say what it is about.
        lost.anywhere = lost.anywhere || out_.refused.size() != refused_before;
        name_columns_without_effect(opened->file, opened->columns, declared_.groups);
        out_.files.push_back(std::move(opened->file));
        for (const bound_column& column : opened->columns)
          if (column.name.starts_with("outcome.")) made_.outcome_names.insert(column.name.substr(8));
        for (const csv_row& line : opened->table.rows) {
          row_cells row(file, line, opened->columns);
          Row made = read(row, with, opened->table, line);
          made.place.file = file;
          made.place.line = line.line;
          made.place.value = made.deployment;
          if (row.fault()) lose(std::move(*row.fault()), source.name, made.deployment, lost);
          else rows.push_back(std::move(made));
        }
      }
    }
  }

  void lose(error why, const std::string& source, const std::string& deployment, lost_rows& lost) {
    if (deployment.empty()) lost.anywhere = true;
    else lost.deployments.insert(deployment);
    out_.refused.add({std::move(why), source});
  }

  /// Where any row names its deployment, one that does not could be of any of them.
  void name_deployments() {
    const auto named = [](const auto& row) { return !row.deployment.empty(); };
    const bool some = std::any_of(made_.cells.begin(), made_.cells.end(), named) || std::any_of(made_.alerts.begin(), made_.alerts.end(), named);
    const auto settle = [&](auto& rows, lost_rows& lost) {
      auto kept = std::remove_if(rows.begin(), rows.end(), [&](auto& row) {
        if (!row.deployment.empty()) return false;
        if (!some) { row.deployment = unnamed_deployment; return false; }
        error why = row.place;
        why.code = error_code::missing_value;
        why.column_name = "deployment";
        why.allowed = "the deployment, as other rows of the crowd name theirs";
        lose(std::move(why), row.source, "", lost);
        return true;
      });
      rows.erase(kept, rows.end());
    };
    settle(made_.cells, made_.lost_cells);
    settle(made_.alerts, made_.lost_alerts);
  }

  template <class Row, class Key> void refuse_copies(std::vector<Row>& rows, lost_rows& lost, const std::string& rule, const Key& key) {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
    std::vector<Row> kept;
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t same = i + 1;
      while (same < rows.size() && key(rows[same]) == key(rows[i])) ++same;
      for (std::size_t j = i; j < same; ++j) {
        if (same - i == 1) continue;
        error why = rows[j].place;
        why.code = error_code::duplicate_id;
        why.allowed = rule + "; all " + std::to_string(same - i) + " rows are refused";
        lose(std::move(why), rows[j].source, rows[j].deployment, lost);
      }
      if (same - i == 1) kept.push_back(std::move(rows[i]));
      i = same;
    }
    rows = std::move(kept);
  }

  const study& declared_;
  deployment_series& out_;
  std::vector<error>& errors_;
  clock times_;
  crowd_tables made_;
};

} // namespace

crowd_tables read_crowd_tables(const study& declared, deployment_series& out, std::vector<error>& errors) { return crowd_reader(declared, out, errors).read(); }

} // namespace lfreval
