#include "log/crowd_records.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <lfreval/log/timestamp.hpp>
#include <lfreval/types/number.hpp>

#include "log/table_rows.hpp"

namespace lfreval {

namespace {

/// The faces, or passages, counted in one cell of place and time.
struct exposure_row {
  std::string source, deployment, camera, start, labels;
  bool of_passages = false;
  std::uint64_t n = 0;
  std::optional<std::string> quality;
  std::optional<double> cv;
  std::optional<seconds> duration;
  error place;
};

/// What is known of an alert: established by somebody who checked, or somebody's opinion. Of the alerts of one passage the
/// first of these that any of them has is that of the passage.
enum class alert_truth : std::uint8_t { right_confirmed, right_believed, wrong_believed, wrong_confirmed };

struct alert_row {
  std::string source, alert, group, deployment, label_source;
  const study_system* system = nullptr;
  std::optional<calendar_date> date;
  alert_truth truth = alert_truth::wrong_believed;
  std::optional<bool> engaged;
  std::map<std::string, bool> outcomes;
  error place;
};

constexpr std::string_view nowhere = "not recorded";

struct table_reading {
  const study& declared;
  const study_source& source;
  deployment_series& out;
};

error place_of(const std::string& file, const csv_row& line, std::string value) {
  error out;
  out.file = file;
  out.line = line.line;
  out.value = std::move(value);
  return out;
}

std::string time_in(row_cells& row, std::string_view name) {
  const bound_column* column = nullptr;
  const auto value = row.cell(name, column);
  if (!value) return "";
  if (!parse_timestamp(*value)) row.refuse(*column, error_code::not_a_date, *value, std::string(column->column->allowed));
  return std::string(*value);
}

std::optional<bool> yes_or_no(row_cells& row, const bound_column& column) {
  const auto value = row.cell(column);
  if (!value) return std::nullopt;
  const auto among = [&](const std::vector<std::string>& words, std::string_view usual) {
    return words.empty() ? *value == usual : std::find(words.begin(), words.end(), *value) != words.end();
  };
  static const std::vector<std::string> none;
  if (among(column.mapping != nullptr ? column.mapping->yes : none, "yes")) return true;
  if (among(column.mapping != nullptr ? column.mapping->no : none, "no")) return false;
  row.refuse(column, error_code::not_allowed, *value, std::string(column.column->allowed));
  return std::nullopt;
}

/// The labels by which a table splits its cells, so that two groups of one camera are not taken for the same cell twice.
std::string labels_in(const table_reading& with, const csv_table& table, const csv_row& line) {
  std::string out;
  for (const study_group& group : with.declared.groups) {
    const std::string& header = group.column.empty() ? group.name : group.column;
    const auto found = std::find(table.header.begin(), table.header.end(), header);
    if (found == table.header.end()) continue;
    out += group.name;
    out += '=';
    out += line.fields[static_cast<std::size_t>(found - table.header.begin())];
    out += '\n';
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
  if (*value > largest_count / scale) {
    row.refuse(*column, error_code::not_a_count, std::to_string(*value), std::string(column->column->allowed));
    return std::nullopt;
  }
  return seconds(*value * scale);
}

exposure_row exposure_in(row_cells& row, const table_reading& with) {
  exposure_row out;
  out.source = with.source.name;
  out.deployment = row.text("deployment").value_or(std::string(nowhere));
  out.camera = row.text("camera").value_or("");
  out.start = time_in(row, "start");
  out.of_passages = row.choice("unit", {"faces", "passages"}) == "passages";
  (void)row.choice("mated", {"no", "unknown"});
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
void check_score(row_cells& row, const study_system* system) {
  const bound_column* column = nullptr;
  const auto value = row.cell("score", column);
  if (!value) return;
  const auto score = parse_decimal(*value);
  const double low = system != nullptr ? system->lowest_score : 0.0, high = system != nullptr ? system->highest_score : 1.0;
  if (!score || *score < low || *score > high)
    return row.refuse(*column, score ? error_code::not_allowed : error_code::not_a_number, *value, "a score from " + shortest(low) + " to " + shortest(high));
  if (system == nullptr || !system->operating_threshold) return;
  const auto in_use = static_cast<float>(*system->operating_threshold), scored = static_cast<float>(*score);
  if (system->is_distance ? scored > in_use : scored < in_use)
    row.refuse(*column, error_code::not_allowed, *value, "a score that reaches the operating threshold " + shortest(*system->operating_threshold) + ", as an alert does");
}

alert_row alert_in(row_cells& row, const table_reading& with) {
  alert_row out;
  out.source = with.source.name;
  out.alert = row.text("alert").value_or("");
  // Alerts of one passage are one alert (M09).
  const auto group = row.text("alert_group"), passage = row.text("passage");
  out.group = group ? "group " + *group : passage ? "passage " + *passage : "alert " + out.alert;
  out.deployment = row.text("deployment").value_or(std::string(nowhere));
  const std::string named = row.text("system").value_or(with.source.system);
  for (const study_system& one : with.declared.systems)
    if (one.name == named || (named.empty() && with.declared.systems.size() == 1)) out.system = &one;
  if (const std::string time = time_in(row, "time"); !row.fault() && time.size() >= 10) out.date = parse_iso_date(std::string_view(time).substr(0, 10));
  check_score(row, out.system);
  out.label_source = row.choice("label_source", {"ground_truth", "confirmed_by_id", "officer_opinion", "operator_opinion", "none"}).value_or(with.source.label_source);
  out.truth = truth_in(row, out.label_source);
  if (const bound_column* column = row.find("engaged")) out.engaged = yes_or_no(row, *column);
  for (const bound_column& column : row.columns())
    if (column.name.starts_with("outcome."))
      if (const auto happened = yes_or_no(row, column)) out.outcomes.emplace(column.name.substr(8), *happened);
  return out;
}

/// Reads one table of a source. `read` makes a row of it, `refuse_copies` is told the key under which a row may stand once.
template <class Row, class Read, class Key>
std::vector<Row> rows_of(const study& declared, std::string_view table, deployment_series& out, std::vector<error>& errors, const Read& read, const Key& key) {
  std::vector<Row> rows;
  for (const study_source& source : declared.sources) {
    if (source.table != table) continue;
    const table_reading with{declared, source, out};
    for (const std::string& file : source.files) {
      auto opened = open_source_file(declared, source, file, out.refused, errors);
      if (!opened) continue;
      out.files.push_back(std::move(opened->file));
      for (const bound_column& column : opened->columns)
        if (column.name.starts_with("outcome.")) out.outcome_names.insert(column.name.substr(8));
      for (const csv_row& line : opened->table.rows) {
        row_cells row(file, line, opened->columns);
        Row made = read(row, with, opened->table, line);
        if (row.fault()) { out.refused.add({*row.fault(), source.name}); continue; }
        made.place = place_of(file, line, "");
        rows.push_back(std::move(made));
      }
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
  std::vector<Row> kept;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t same = i + 1;
    while (same < rows.size() && key(rows[same]) == key(rows[i])) ++same;
    for (std::size_t j = i; j < same; ++j) {
      if (same - i == 1) { kept.push_back(std::move(rows[j])); continue; }
      error why = std::move(rows[j].place);
      why.code = error_code::duplicate_id;
      why.value = rows[j].deployment;
      why.allowed = std::string(table == "alerts" ? "each alert once" : "each deployment, camera, start and group once") + " in the study; all " + std::to_string(same - i) + " rows are refused";
      out.refused.add({std::move(why), rows[j].source});
    }
    i = same;
  }
  return kept;
}

/// Adds what was counted. Errors of cells counted in one way go the same way, unless the study says otherwise.
void add_exposure(deployment_record& record, const std::vector<const exposure_row*>& cells, bool errors_are_shared) {
  std::uint64_t seen = 0, passed = 0;
  double together = 0, apart = 0;
  bool of_faces = false, of_passages = false, all_say_cv = true, estimated = false, rounded = false, all_say_quality = true, all_say_duration = true;
  std::map<std::string, std::map<std::string, std::uint64_t>> seconds_of; // by start, then by camera
  for (const exposure_row* cell : cells) {
    if (cell->duration) seconds_of[cell->start][cell->camera] = std::max(seconds_of[cell->start][cell->camera], cell->duration->value());
    else all_say_duration = false;
    if (cell->of_passages) { passed += cell->n; of_passages = true; continue; }
    of_faces = true;
    seen += cell->n;
    const double off = static_cast<double>(cell->n) * cell->cv.value_or(0);
    together += off;
    apart += off * off;
    all_say_cv = all_say_cv && cell->cv.has_value();
    estimated = estimated || cell->quality == "estimated";
    rounded = rounded || cell->quality == "rounded";
    all_say_quality = all_say_quality && cell->quality.has_value();
  }
  if (of_passages) record.passages = passages(passed);
  if (all_say_duration && !seconds_of.empty()) {
    // Cameras run side by side, cells of time one after another.
    std::uint64_t total = 0;
    for (const auto& [start, cameras] : seconds_of) {
      std::uint64_t longest = 0;
      for (const auto& [camera, length] : cameras) longest = std::max(longest, length);
      total += std::min(longest, largest_count - std::min(total, largest_count));
    }
    record.duration = seconds(total);
  }
  if (!of_faces) return;
  record.faces = faces(seen);
  if (estimated) record.faces_quality = "estimated";
  else if (rounded) record.faces_quality = "rounded";
  else if (all_say_quality) record.faces_quality = "logged";
  if (all_say_cv && seen > 0) record.faces_cv = (errors_are_shared ? together : std::sqrt(apart)) / static_cast<double>(seen);
}

void add_alerts(deployment_record& record, const std::vector<const alert_row*>& rows, const std::set<std::string>& outcome_names) {
  std::map<std::string, std::vector<const alert_row*>> groups;
  std::set<std::string> label_sources;
  for (const alert_row* row : rows) {
    groups[row->group].push_back(row);
    if (!row->label_source.empty()) label_sources.insert(row->label_source);
    if (row->date) record.date = record.date ? std::min(*record.date, *row->date) : *row->date;
    record.label_source.clear();
  }
  for (const std::string& one : label_sources) record.label_source += (record.label_source.empty() ? "" : "+") + one;
  std::uint64_t by_truth[4] = {0, 0, 0, 0}, right_engaged = 0, wrong_engaged = 0;
  bool all_say_engaged = true;
  std::map<std::string, std::uint64_t> happened;
  std::set<std::string> unsaid;
  for (const auto& [name, members] : groups) {
    const auto truth = (*std::min_element(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->truth < b->truth; }))->truth;
    ++by_truth[static_cast<std::size_t>(truth)];
    const bool engaged = std::any_of(members.begin(), members.end(), [](const auto* a) { return a->engaged.value_or(false); });
    all_say_engaged = all_say_engaged && std::all_of(members.begin(), members.end(), [](const auto* a) { return a->engaged.has_value(); });
    if (engaged) ++(truth <= alert_truth::right_believed ? right_engaged : wrong_engaged);
    for (const std::string& outcome : outcome_names) {
      bool any = false;
      for (const alert_row* member : members) {
        const auto found = member->outcomes.find(outcome);
        if (found == member->outcomes.end()) unsaid.insert(outcome);
        else any = any || found->second;
      }
      happened[outcome] += any ? 1 : 0;
    }
  }
  record.alerts = alerts(groups.size());
  record.alerts_before_grouping = alerts(rows.size());
  record.true_confirmed = true_alerts(by_truth[0]);
  record.true_unconfirmed = true_alerts(by_truth[1]);
  record.false_unconfirmed = false_alerts(by_truth[2]);
  record.false_confirmed = false_alerts(by_truth[3]);
  if (all_say_engaged && !rows.empty()) {
    record.true_engaged = true_engagements(right_engaged);
    record.false_engaged = false_engagements(wrong_engaged);
  }
  record.outcomes_divide_alerts = false;
  for (const auto& [outcome, n] : happened)
    if (!unsaid.contains(outcome)) record.outcomes.emplace(outcome, outcomes(n));
}

} // namespace

std::vector<std::pair<deployment_record, error>> crowd_records(const study& declared, deployment_series& out, std::vector<error>& errors) {
  const auto counted = rows_of<exposure_row>(
      declared, "exposure", out, errors,
      [](row_cells& row, const table_reading& with, const csv_table& table, const csv_row& line) {
        exposure_row made = exposure_in(row, with);
        made.labels = labels_in(with, table, line);
        return made;
      },
      [](const exposure_row& r) { return std::tie(r.deployment, r.camera, r.start, r.of_passages, r.labels); });
  const std::size_t faults = errors.size();
  std::set<std::string> outcome_names;
  std::swap(outcome_names, out.outcome_names);
  const auto raised = rows_of<alert_row>(
      declared, "alerts", out, errors, [](row_cells& row, const table_reading& with, const csv_table&, const csv_row&) { return alert_in(row, with); },
      [](const alert_row& r) { return std::tie(r.alert); });
  std::swap(outcome_names, out.outcome_names);
  out.outcome_names.insert(outcome_names.begin(), outcome_names.end());
  if (errors.size() != faults) return {};

  struct account {
    std::vector<const exposure_row*> cells;
    std::vector<const alert_row*> alerts;
  };
  std::map<std::string, account> by_deployment;
  for (const exposure_row& row : counted) by_deployment[row.deployment].cells.push_back(&row);
  for (const alert_row& row : raised) by_deployment[row.deployment].alerts.push_back(&row);
  const bool log_of_alerts = std::any_of(declared.sources.begin(), declared.sources.end(), [](const study_source& s) { return s.table == "alerts"; });
  const study_source* source_of_alerts = nullptr;
  for (const study_source& source : declared.sources)
    if (source.table == "alerts" && source_of_alerts == nullptr) source_of_alerts = &source;

  std::vector<std::pair<deployment_record, error>> records;
  for (const auto& [deployment, rows] : by_deployment) {
    deployment_record record;
    record.deployment = deployment;
    record.source = rows.cells.empty() ? rows.alerts.front()->source : rows.cells.front()->source;
    if (source_of_alerts != nullptr) record.label_source = source_of_alerts->label_source;
    for (const exposure_row* cell : rows.cells)
      if (const auto day = cell->start.size() >= 10 ? parse_iso_date(std::string_view(cell->start).substr(0, 10)) : std::nullopt)
        record.date = record.date ? std::min(*record.date, *day) : *day;
    add_exposure(record, rows.cells, declared.faces_cv_shared);
    // Where a log of alerts is given, a deployment without a row in it had none.
    if (log_of_alerts) add_alerts(record, rows.alerts, outcome_names);
    const study_system* system = declared.systems.size() == 1 ? &declared.systems.front() : nullptr;
    for (const alert_row* row : rows.alerts) {
      if (system != nullptr && row->system != nullptr && row->system != system && !rows.alerts.empty())
        errors.push_back(study_fault(declared, source_of_alerts->at, error_code::unsupported, "source.system", deployment, "alerts of one system in a deployment; give each system a study of its own"));
      if (row->system != nullptr) system = row->system;
    }
    if (system != nullptr) {
      if (system->operating_threshold) record.threshold = shortest(*system->operating_threshold == 0 ? 0.0 : *system->operating_threshold);
      if (const std::string version = system->named_version(); !version.empty()) record.system = version;
    }
    error place = rows.cells.empty() ? rows.alerts.front()->place : rows.cells.front()->place;
    place.value = deployment;
    records.emplace_back(std::move(record), std::move(place));
  }
  return records;
}

} // namespace lfreval
