#include <lfreval/log/deployments.hpp>

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

#include <lfreval/types/number.hpp>

#include "log/crowd_records.hpp"
#include "log/table_rows.hpp"

namespace lfreval {

std::string_view to_string(deployment_status status) noexcept {
  switch (status) {
    case deployment_status::completed: return "completed";
    case deployment_status::aborted: return "aborted";
    case deployment_status::cancelled: return "cancelled";
  }
  return "";
}

namespace {

template <class Count> std::optional<Count> total(const std::optional<Count>& published, const std::optional<Count>& confirmed,
                                                  const std::optional<Count>& unconfirmed) {
  if (published) return published;
  if (confirmed && unconfirmed) return *confirmed + *unconfirmed;
  return std::nullopt;
}

} // namespace

std::optional<true_alerts> deployment_record::true_alerts() const {
  return total(published_true_alerts, true_confirmed, true_unconfirmed);
}
std::optional<false_alerts> deployment_record::false_alerts() const {
  return total(published_false_alerts, false_confirmed, false_unconfirmed);
}
std::optional<unresolved_alerts> deployment_record::unresolved() const {
  if (true_unconfirmed && false_unconfirmed) return unresolved_alerts(true_unconfirmed->value() + false_unconfirmed->value());
  const auto t = true_alerts();
  const auto f = false_alerts();
  if (!t || !f || !true_engaged || !false_engaged) return std::nullopt;
  // More engagements than alerts is a fault of the record, which the checks name; here nothing is left unresolved.
  const auto rest = [](std::uint64_t all, std::uint64_t engaged) { return all > engaged ? all - engaged : 0; };
  return unresolved_alerts(rest(t->value(), true_engaged->value()) + rest(f->value(), false_engaged->value()));
}
std::optional<false_alerts> deployment_record::resolved_false_alerts() const {
  if (false_confirmed) return false_confirmed;
  const auto all = false_alerts();
  if (all && false_engaged && true_engaged) return lfreval::false_alerts(std::min(all->value(), false_engaged->value()));
  return all;
}
std::optional<true_alerts> deployment_record::resolved_true_alerts() const {
  if (true_confirmed) return true_confirmed;
  const auto all = true_alerts();
  if (all && true_engaged && false_engaged) return lfreval::true_alerts(std::min(all->value(), true_engaged->value()));
  return all;
}

namespace {

struct reading {
  const study& declared;
  const study_source& source;
  deployment_series& out;
  double lowest_score = 0.0, highest_score = 1.0;
  std::string system_version;          ///< of the source's system, where its version was declared
  std::set<std::string> identifiers;   ///< of every row read, refused or not
};

std::optional<seconds> duration_in(row_cells& row) {
  const bound_column* column = nullptr;
  if (!row.cell("duration", column)) return std::nullopt;
  const auto value = row.number_of(*column);
  if (!value) return std::nullopt;
  const std::string unit = column->mapping ? column->mapping->unit : "";
  const std::uint64_t scale = unit == "hours" ? 3600 : unit == "minutes" ? 60 : 1;
  if (*value > largest_count / scale) {
    row.refuse(*column, error_code::not_a_count, std::to_string(*value), std::string(column->column->allowed));
    return std::nullopt;
  }
  return seconds(*value * scale);
}

std::optional<std::string> threshold_in(row_cells& row, const reading& with) {
  const bound_column* column = nullptr;
  const auto value = row.cell("threshold", column);
  if (!value) return std::nullopt;
  const auto parsed = parse_decimal(*value);
  if (!parsed || *parsed < with.lowest_score || *parsed > with.highest_score) {
    row.refuse(*column, parsed ? error_code::not_allowed : error_code::not_a_number, *value,
               "a score from " + shortest(with.lowest_score) + " to " + shortest(with.highest_score) +
                   "; a threshold is not a percentage; another scale is declared as [system.NAME] score_range");
    return std::nullopt;
  }
  // One text for one threshold: 0.6, 0.60 and 0.600 are the same stratum.
  return shortest(*parsed == 0 ? 0.0 : *parsed);
}

std::optional<calendar_date> date_in(row_cells& row) {
  const bound_column* column = nullptr;
  const auto value = row.cell("date", column);
  if (!value) return std::nullopt;
  const auto parsed = parse_iso_date(*value);
  if (!parsed) row.refuse(*column, error_code::not_a_date, *value, std::string(column->column->allowed));
  return parsed;
}

std::optional<quoted_rate> quoted_in(row_cells& row) {
  const bound_column* column = nullptr;
  const auto value = row.cell("published_false_alert_rate", column);
  if (!value) return std::nullopt;
  const bool percent = column->mapping && column->mapping->unit == "percent";
  const auto parsed = parse_decimal(*value);
  if (!parsed || *parsed < 0 || *parsed > (percent ? 100.0 : 1.0)) {
    row.refuse(*column, error_code::not_a_number, *value, percent ? "a percentage from 0 to 100 without the sign" : "a fraction from 0 to 1");
    return std::nullopt;
  }
  return quoted_rate{std::string(*value), percent};
}

deployment_record record_in(row_cells& row, const reading& with) {
  deployment_record out;
  out.source = with.source.name;
  out.label_source = with.source.label_source;
  out.kind = with.source.kind;
  out.force = row.text("force").value_or("");
  out.deployment = row.text("deployment").value_or("");
  out.date = date_in(row);
  out.printed_date = row.text("printed_date");
  if (const bound_column* column = row.find("printed_date"); column != nullptr && column->mapping != nullptr) out.printed_date_format = column->mapping->format;
  if (out.printed_date_format.empty()) out.printed_date_format = "yyyy-mm-dd";
  out.duration = duration_in(row);
  out.site = row.text("site");
  out.system = row.text("system");
  if (!out.system && !with.system_version.empty()) out.system = with.system_version;
  out.list = row.text("list");
  out.fusion = row.text("fusion");
  out.reason = row.text("reason").value_or("");
  out.use_case = row.set_of("use_case");
  out.threshold = threshold_in(row, with);
  out.watchlist_images = row.count_of<lfreval::watchlist_images>("watchlist_images");
  out.watchlist_persons = row.count_of<lfreval::watchlist_persons>("watchlist_persons");
  if (const bound_column* column = row.find("cameras")) out.cameras = row.number_of(*column);
  out.faces = row.count_of<lfreval::faces>("faces");
  out.faces_quality = row.choice("faces_quality", {"logged", "estimated", "rounded"});
  out.faces_cv = row.number_up_to("faces_cv", 10);
  if (const bound_column* column = row.find("faces"); column != nullptr && column->mapping != nullptr) {
    if (!out.faces_quality && !column->mapping->quality.empty()) out.faces_quality = column->mapping->quality;
    if (!out.faces_cv) out.faces_cv = column->mapping->coefficient_of_variation;
  }
  out.faces_counting_rule = row.text("faces_counting_rule");
  if (out.faces_counting_rule == "unstated") out.faces_counting_rule.reset();
  out.alerts = row.count_of<lfreval::alerts>("alerts");
  out.published_true_alerts = row.count_of<lfreval::true_alerts>("true_alerts");
  out.true_confirmed = row.count_of<lfreval::true_alerts>("true_confirmed");
  out.true_unconfirmed = row.count_of<lfreval::true_alerts>("true_unconfirmed");
  out.true_engaged = row.count_of<true_engagements>("true_engaged");
  out.published_false_alerts = row.count_of<lfreval::false_alerts>("false_alerts");
  out.false_confirmed = row.count_of<lfreval::false_alerts>("false_confirmed");
  out.false_unconfirmed = row.count_of<lfreval::false_alerts>("false_unconfirmed");
  out.false_engaged = row.count_of<false_engagements>("false_engaged");
  for (const bound_column& column : row.columns())
    if (column.name.starts_with("outcome."))
      if (const auto value = row.number_of(column)) out.outcomes.emplace(column.name.substr(8), lfreval::outcomes(*value));
  // Parts are added to each other and to parts of other kinds; an eighth of the largest count leaves room for every sum.
  for (const char* part : {"alerts", "true_alerts", "true_confirmed", "true_unconfirmed", "true_engaged", "false_alerts", "false_confirmed", "false_unconfirmed", "false_engaged"})
    if (const bound_column* column = row.find(part); column != nullptr && !row.fault())
      if (const auto value = row.number_of(*column); value && *value > largest_count / 8)
        row.refuse(*column, error_code::not_a_count, std::to_string(*value), "alerts up to 2^49");
  out.published_false_alert_rate = quoted_in(row);
  const std::string status = row.choice("status", {"completed", "aborted", "cancelled"}).value_or("completed");
  out.status = status == "aborted" ? deployment_status::aborted : status == "cancelled" ? deployment_status::cancelled : deployment_status::completed;
  for (const auto& [name, ids] : with.source.status)
    if (ids.contains(out.deployment)) out.status = name == "aborted" ? deployment_status::aborted : deployment_status::cancelled;
  return out;
}

void read_one(reading& with, const std::string& file, std::vector<error>& errors, std::vector<std::pair<deployment_record, error>>& rows) {
  auto opened = open_source_file(with.declared, with.source, file, with.out.refused, errors);
  if (!opened) return;
  with.out.files.push_back(std::move(opened->file));
  for (const bound_column& column : opened->columns)
    if (column.name.starts_with("outcome.")) with.out.outcome_names.insert(column.name.substr(8));
  rows.reserve(rows.size() + opened->table.rows.size());
  for (const csv_row& line : opened->table.rows) {
    row_cells row(file, line, opened->columns);
    deployment_record record = record_in(row, with);
    with.identifiers.insert(record.deployment);
    if (row.fault()) { with.out.refused.add({*row.fault(), with.source.name}); continue; }
    error place;
    place.file = file;
    place.line = line.line;
    place.value = record.force + " " + record.deployment;
    rows.emplace_back(std::move(record), std::move(place));
  }
}

/// The reason why the scope leaves a deployment out; empty when it does not.
std::string out_of_scope(const study_scope& scope, const deployment_record& record) {
  for (const study_scope::exclusion& one : scope.exclude)
    if (one.deployment == record.deployment || one.deployment == record.force + "/" + record.deployment) return "excluded: " + one.reason;
  if (scope.from || scope.to) {
    if (!record.date) return "no date, and the scope has one";
    if (scope.from && *record.date < *scope.from) return "before " + to_iso(*scope.from);
    if (scope.to && *record.date > *scope.to) return "after " + to_iso(*scope.to);
  }
  for (const auto& [column, values] : scope.where) {
    const std::set<std::string>& accepted = values;
    bool kept = false;
    if (column == "force") kept = accepted.contains(record.force);
    else if (column == "site") kept = record.site && accepted.contains(*record.site);
    else if (column == "system") kept = record.system && accepted.contains(*record.system);
    else if (column == "threshold") kept = record.threshold && accepted.contains(*record.threshold);
    else kept = std::any_of(record.use_case.begin(), record.use_case.end(), [&](const std::string& one) { return accepted.contains(one); });
    if (!kept) return "outside scope.where." + column;
  }
  return "";
}

/// Identifiers in the study must mean exactly one deployment: a slip in one must not leave a row in, or take two out.
void check_names(const study& declared, const std::vector<std::pair<deployment_record, error>>& rows, std::vector<error>& errors) {
  for (const study_scope::exclusion& one : declared.scope.exclude) {
    std::set<std::string> forces;
    for (const auto& [record, place] : rows)
      if (one.deployment == record.deployment || one.deployment == record.force + "/" + record.deployment) forces.insert(record.force);
    if (forces.size() != 1)
      errors.push_back(study_fault(declared, one.at, error_code::not_allowed, "scope.exclude.deployment", one.deployment,
                                   forces.empty() ? "a deployment of the study" : "force/identifier: several forces have this identifier"));
  }
}

/// Every sum is an integer that a double holds exactly.
void check_totals(const study& declared, const std::vector<deployment_record>& records, std::vector<error>& errors) {
  std::map<std::string, std::uint64_t> totals;
  const auto add = [&](const std::string& name, const auto& cell) {
    if (!cell || totals[name] > largest_count) return;
    totals[name] += cell->value();
  };
  for (const deployment_record& r : records) {
    add("faces", r.faces);
    add("passages", r.passages);
    add("alerts", r.alerts);
    add("true_alerts", r.true_alerts());
    add("false_alerts", r.false_alerts());
    add("duration", r.duration);
    add("true_engaged", r.true_engaged);
    add("false_engaged", r.false_engaged);
    for (const auto& [name, count] : r.outcomes) add("outcome." + name, std::optional(count));
  }
  for (const auto& [name, total] : totals)
    if (total > largest_count)
      errors.push_back(study_fault(declared, {}, error_code::not_a_count, name, std::to_string(total), "a column whose total is at most 2^52"));
}

/// Groups are told of the deployments that are evaluated, under the names they have there.
void keep_evaluated(deployment_series& series) {
  std::map<std::string, const deployment_record*> kept;
  for (const deployment_record& r : series.records)
    if (r.is_log) kept.emplace(r.deployment, &r);
  for (group_records& group : series.by_group) {
    group_records of_kept{group.axis, group.label, group.faces_are_split, group.alerts_are_split, {}, {}, {}};
    for (std::size_t i = 0; i < group.records.size(); ++i) {
      const auto found = kept.find(group.records[i].deployment);
      if (found == kept.end()) continue;
      deployment_record& record = group.records[i];
      record.force = found->second->force;
      record.date = found->second->date;
      of_kept.records.push_back(std::move(record));
      of_kept.sampling_cv.push_back(group.sampling_cv[i]);
      of_kept.false_alerts_of_kin.push_back(group.false_alerts_of_kin[i]);
    }
    group = std::move(of_kept);
  }
  std::erase_if(series.alert_cases, [&](const alert_case& one) { return !kept.contains(one.deployment); });
}

} // namespace

tl::expected<deployment_series, std::vector<error>> read_deployments(const study& declared) {
  deployment_series out;
  std::vector<error> errors;
  std::vector<std::pair<deployment_record, error>> rows;
  const bool of_trial = std::any_of(declared.sources.begin(), declared.sources.end(), [](const study_source& s) { return holds_passages(s); });
  const bool of_scores = std::any_of(declared.sources.begin(), declared.sources.end(), [](const study_source& s) { return s.table == "scores"; });
  for (const study_source& source : declared.sources) {
    // Other tables have readers of their own; what belongs to a trial is read with its passages.
    if (source.table == "published" || source.table == "alerts" || source.table == "exposure" || source.table == "scores" || source.table == "watchlist" || (of_trial && source.table != "deployments") || (of_scores && source.table == "persons")) continue;
    if (source.table != "deployments") {
      errors.push_back(study_fault(declared, source.at, error_code::unsupported, "source.table", source.table,
                                   "deployments, alerts, exposure, published, or the passages of a trial: the tables this version evaluates"));
      continue;
    }
    reading with{declared, source, out, 0.0, 1.0, "", {}};
    for (const study_system& system : declared.systems)
      if (system.name == source.system || (source.system.empty() && declared.systems.size() == 1)) {
        with.lowest_score = system.lowest_score;
        with.highest_score = system.highest_score;
        with.system_version = system.named_version();
      }
    for (const std::string& file : source.files) read_one(with, file, errors, rows);
    for (const auto& [status, ids] : source.status)
      for (const std::string& id : ids)
        if (errors.empty() && !with.identifiers.contains(id))
          errors.push_back(study_fault(declared, source.at, error_code::not_allowed, "source.status." + status, id, "a deployment of the source " + source.name));
  }
  // A record and a log of one deployment are two accounts of it: under one name both are refused.
  std::map<std::string, std::string> force_of;
  for (const auto& [record, place] : rows) force_of.emplace(record.deployment, record.force);
  for (auto& [record, place] : crowd_records(declared, out, errors)) {
    if (const auto known = force_of.find(record.deployment); known != force_of.end()) record.force = known->second;
    rows.emplace_back(std::move(record), std::move(place));
  }
  check_names(declared, rows, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));

  const auto id_of = [](const deployment_record& r) { return std::tie(r.force, r.deployment); };
  // Records are large: their places are sorted, and each is moved once.
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return id_of(rows[a].first) < id_of(rows[b].first); });
  out.records.reserve(rows.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t same = i + 1;
    while (same < order.size() && id_of(rows[order[same]].first) == id_of(rows[order[i]].first)) ++same;
    for (const std::size_t j : std::span(order).subspan(i, same - i)) {
      if (same - i > 1) {
        error why = rows[j].second;
        why.code = error_code::duplicate_id;
        why.allowed = "each force and deployment once in the study; all " + std::to_string(same - i) + " rows are refused";
        out.refused.add({std::move(why), rows[j].first.source});
      } else if (const std::string reason = out_of_scope(declared.scope, rows[j].first); !reason.empty()) {
        ++out.left_out[reason];
      } else {
        out.records.push_back(std::move(rows[j].first));
      }
    }
    i = same;
  }
  check_totals(declared, out.records, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  keep_evaluated(out);
  return out;
}

} // namespace lfreval
