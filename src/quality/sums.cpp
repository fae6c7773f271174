// Sums that should hold inside a row.
#include "quality/checks.hpp"

#include <algorithm>

#include <lfreval/quality/cells.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

std::string n(std::uint64_t value) { return std::to_string(value); }

std::string sum_words(const std::map<std::string, std::uint64_t>& cells, const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " + ") + n(cells.at(part)) + " " + part;
  return out;
}

std::uint64_t total_of(const std::map<std::string, std::uint64_t>& cells, const std::vector<std::string>& parts) {
  std::uint64_t out = 0;
  for (const std::string& part : parts) out += cells.at(part);
  return out;
}

/// Adds the row in which `cell` is changed so that a sum which is now `sum` becomes `wanted`, if that is a count.
void correct(std::vector<deployment_record>& out, const deployment_record& r, const std::string& cell, std::uint64_t now, std::uint64_t sum, std::uint64_t wanted) {
  if (now + wanted < sum) return;
  out.push_back(with_cell(r, cell, now + wanted - sum));
}

/// Parts of one whole: no event can be in two of them.
const std::vector<std::pair<std::string, std::string>>& sibling_cells() {
  static const std::vector<std::pair<std::string, std::string>> pairs{
      {"true_confirmed", "true_unconfirmed"}, {"false_confirmed", "false_unconfirmed"}, {"true_engaged", "false_engaged"}, {"true_alerts", "false_alerts"}};
  return pairs;
}

using cell_names = std::set<std::string>;

/// Whether the outcomes of a row, without the cells left out, lie between its confirmed and all its alerts.
bool outcomes_fit(const deployment_record& r, const cell_names& left_out) {
  if (r.outcomes.empty() || !r.outcomes_divide_alerts) return true;
  std::uint64_t sum = 0;
  for (const auto& [name, count] : r.outcomes) sum += left_out.contains("outcome." + name) ? 0 : count.value();
  return (!r.alerts || sum <= r.alerts->value()) && (!r.true_confirmed || sum >= r.true_confirmed->value());
}

bool adds_up_only_apart(const deployment_record& r, const std::string& cell) {
  return cell.starts_with("outcome.") && r.alerts && r.true_confirmed && outcomes_fit(r, {}) && !outcomes_fit(r, {cell});
}

bool alerts_fit(const deployment_record& r) {
  const std::vector<std::string> parts = parts_of_alerts(r);
  if (parts.empty()) return true;
  const auto cells = cells_of(r);
  return total_of(cells, parts) == cells.at("alerts");
}

/// A change of one cell that mends one sum and breaks another explains nothing. Where no change mends both, each is kept.
void keep_the_sound(std::vector<deployment_record>& corrections, const cell_names& left_out) {
  const auto sound = [&](const deployment_record& r) { return alerts_fit(r) && outcomes_fit(r, left_out); };
  if (std::any_of(corrections.begin(), corrections.end(), sound)) std::erase_if(corrections, [&](const deployment_record& r) { return !sound(r); });
}

cell_names copies_in(const record_quality& quality, const deployment_record& r) {
  const auto held = quality.left_out.find(&r);
  return held == quality.left_out.end() ? cell_names{} : held->second;
}

std::string without_words(const cell_names& left_out) {
  std::string out;
  for (const std::string& cell : left_out) out += (out.empty() ? " (" : ", ") + cell;
  return out.empty() ? "" : out + ", a copy, left out)";
}

// Shorter stretches, and stretches of zeros, are equal by chance.
constexpr std::size_t shortest_stretch = 20, fewest_filled = 10;

} // namespace

record_check started(const char* name, const char* rule, const char* cites, check_severity severity) {
  record_check out;
  out.name = name;
  out.rule = rule;
  out.cites = cites;
  out.severity = severity;
  return out;
}

std::string of_examined(const record_check& check) { return grouped(check.rows.size()) + " of " + grouped(check.examined) + " examined."; }

std::string name_of(const deployment_series& series, const deployment_record& r) {
  const bool one_force = series.records.empty() || series.records.front().force == series.records.back().force; // records are sorted by force
  return one_force ? r.deployment : r.force + " " + r.deployment;
}

std::vector<const deployment_record*> by_date(const deployment_series& series) {
  std::vector<const deployment_record*> out;
  for (const deployment_record& r : series.records)
    if (r.status == deployment_status::completed && r.date) out.push_back(&r);
  std::stable_sort(out.begin(), out.end(), [](const deployment_record* a, const deployment_record* b) { return *a->date < *b->date; });
  return out;
}

record_check check_alerts(const deployment_series& series, record_quality& quality) {
  record_check out = started("alerts_add_up", "alerts = true alerts + false alerts", "M34");
  for (const deployment_record& r : series.records) {
    const std::vector<std::string> parts = parts_of_alerts(r);
    if (parts.empty()) {
      // Without all parts the sum cannot be held against the alerts, but no part can exceed them.
      const std::uint64_t known = std::max(r.true_alerts() ? r.true_alerts()->value() : 0, r.false_alerts() ? r.false_alerts()->value() : 0);
      if (!r.alerts || (!r.true_alerts() && !r.false_alerts())) continue;
      ++out.examined;
      if (known > r.alerts->value()) out.rows.push_back({name_of(series, r), n(known) + " true or false alerts of " + n(r.alerts->value()) + " alerts", {"alerts"}});
      continue;
    }
    ++out.examined;
    const auto cells = cells_of(r);
    const std::uint64_t sum = total_of(cells, parts), published = cells.at("alerts");
    if (sum == published) continue;
    std::vector<deployment_record>& mended = quality.corrections[&r];
    mended.push_back(with_cell(r, "alerts", sum));
    for (const std::string& part : parts) correct(mended, r, part, cells.at(part), sum, published);
    keep_the_sound(mended, copies_in(quality, r));
    std::vector<std::string> implicated = parts;
    implicated.insert(implicated.begin(), "alerts");
    out.rows.push_back({name_of(series, r), sum_words(cells, parts) + " = " + n(sum) + ", but " + n(published) + " published as alerts", implicated});
  }
  out.sentence = "Alerts that do not add up: " + of_examined(out);
  return out;
}

std::vector<identical_columns> find_identical_columns(const deployment_series& series) {
  std::vector<std::pair<std::string, std::string>> pairs = sibling_cells();
  for (auto first = series.outcome_names.begin(); first != series.outcome_names.end(); ++first)
    for (auto second = std::next(first); second != series.outcome_names.end(); ++second) pairs.emplace_back("outcome." + *first, "outcome." + *second);
  const auto rows = by_date(series);
  std::vector<identical_columns> out;
  for (const auto& [first, second] : pairs) {
    identical_columns stretch{first, second, {}};
    std::size_t filled = 0;
    const auto close = [&, one = first, other = second] {
      // At the ends, rows can be equal by chance: those that add up only if the two columns are different things go.
      while (!stretch.rows.empty() && adds_up_only_apart(*stretch.rows.back(), other)) stretch.rows.pop_back();
      const auto kept = std::find_if_not(stretch.rows.begin(), stretch.rows.end(), [&](const deployment_record* r) { return adds_up_only_apart(*r, other); });
      stretch.rows.erase(stretch.rows.begin(), kept);
      if (stretch.rows.size() >= shortest_stretch && filled >= fewest_filled) out.push_back(stretch);
      stretch = {one, other, {}};
      filled = 0;
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
      // Results that one alert may have together can well be the same.
      if (first.starts_with("outcome.") && !rows[i]->outcomes_divide_alerts) continue;
      const auto a = cell_of(*rows[i], first), b = cell_of(*rows[i], second);
      if (!a || !b) continue;
      if (*a != *b) { close(); continue; }
      stretch.rows.push_back(rows[i]);
      filled += *a != 0 ? 1 : 0;
    }
    close();
  }
  return out;
}

record_check check_identical(const deployment_series& series, record_quality& quality) {
  record_check out = started("columns_differ", "columns that hold parts of one whole are not copies of each other", "M34");
  for (const deployment_record& r : series.records) {
    const bool several = (r.outcomes.size() > 1 && r.outcomes_divide_alerts) || std::any_of(sibling_cells().begin(), sibling_cells().end(), [&](const auto& pair) { return cell_of(r, pair.first) && cell_of(r, pair.second); });
    out.examined += several ? 1 : 0;
  }
  std::string told;
  const std::vector<identical_columns> found = find_identical_columns(series);
  for (const identical_columns& same : found)
    for (const deployment_record* r : same.rows) quality.left_out[r].insert(same.second);
  for (const identical_columns& same : found) {
    std::uint64_t outcome_rows = 0, mended = 0;
    for (const deployment_record* r : same.rows) {
      quality.suspended[r].insert({same.first, same.second});
      if (!r->alerts || !r->true_confirmed || !same.first.starts_with("outcome.")) continue;
      ++outcome_rows;
      mended += outcomes_fit(*r, copies_in(quality, *r)) ? 1 : 0;
    }
    std::string words = same.first + " and " + same.second + " are the same in all " + grouped(same.rows.size()) + " deployments from " + to_iso(*same.rows.front()->date) +
                        " to " + to_iso(*same.rows.back()->date) + ": at least one of them is not what its name says";
    if (outcome_rows != 0)
      words += "; with one of the two left out, the outcomes of " + grouped(mended) + " of " + grouped(outcome_rows) + " rows lie between confirmed true alerts and all alerts";
    out.rows.push_back({name_of(series, *same.rows.front()) + " to " + name_of(series, *same.rows.back()), words, {same.first, same.second}});
  }
  out.sentence = out.rows.empty() ? "No two parts of one whole hold the same figures." : grouped(out.rows.size()) + std::string(out.rows.size() == 1 ? " pair of published columns holds the same figures" : " pairs of published columns hold the same figures") + "; rates of these columns are refused.";
  return out;
}

record_check check_outcomes(const deployment_series& series, record_quality& quality) {
  record_check out = started("outcomes_within_alerts", "confirmed true alerts <= outcomes together <= alerts", "M34");
  std::uint64_t beyond_confirmed = 0;
  for (const deployment_record& r : series.records) {
    if (!r.alerts || r.outcomes.empty() || !r.outcomes_divide_alerts) continue;
    ++out.examined;
    // Where two outcome columns are copies, the sum is taken with one of them.
    const cell_names left_out = copies_in(quality, r);
    std::vector<std::string> parts;
    for (const auto& [name, count] : r.outcomes)
      if (!left_out.contains("outcome." + name)) parts.push_back("outcome." + name);
    const auto cells = cells_of(r);
    const std::uint64_t sum = total_of(cells, parts), most = r.alerts->value(), least = r.true_confirmed ? r.true_confirmed->value() : 0;
    if (sum >= least && sum <= most) { beyond_confirmed += r.true_confirmed && sum > least ? 1 : 0; continue; }
    std::vector<deployment_record>& mended = quality.corrections[&r];
    if (least <= most)
      for (const std::string& part : parts)
        for (const std::uint64_t wanted : {least, most}) correct(mended, r, part, cells.at(part), sum, wanted);
    if (sum > most) mended.push_back(with_cell(r, "alerts", sum));
    else if (r.true_confirmed) mended.push_back(with_cell(r, "true_confirmed", sum));
    keep_the_sound(mended, left_out);
    std::vector<std::string> implicated = parts;
    implicated.insert(implicated.end(), {"alerts", "true_confirmed"});
    out.rows.push_back({name_of(series, r), sum_words(cells, parts) + " = " + n(sum) + ", but " +
                                          (sum > most ? n(most) + " alerts" : n(least) + " true alerts confirmed") + " published" +
                                          without_words(left_out), implicated});
  }
  out.sentence = "Outcomes that are fewer than the confirmed or more than all alerts: " + of_examined(out);
  if (beyond_confirmed != 0) out.sentence += " In " + grouped(beyond_confirmed) + " more an outcome is recorded for an alert that was not confirmed, which may be so.";
  return out;
}

record_check check_engagements(const deployment_series& series) {
  record_check out = started("engagements_within_alerts", "engagements <= alerts of their kind", "M34");
  for (const deployment_record& r : series.records) {
    const auto t = r.true_alerts();
    const auto f = r.false_alerts();
    if (!(r.true_engaged && t) && !(r.false_engaged && f)) continue;
    ++out.examined;
    if (r.true_engaged && t && r.true_engaged->value() > t->value())
      out.rows.push_back({name_of(series, r), n(r.true_engaged->value()) + " engaged, of true alerts " + n(t->value()), {"true_engaged", "true_alerts"}});
    if (r.false_engaged && f && r.false_engaged->value() > f->value())
      out.rows.push_back({name_of(series, r), n(r.false_engaged->value()) + " engaged, of false alerts " + n(f->value()), {"false_engaged", "false_alerts"}});
  }
  out.sentence = "More engagements than alerts: " + of_examined(out);
  return out;
}

record_check check_exposures(const deployment_series& series) {
  record_check out = started("exposures_cover_events", "alerts <= faces, and faces and hours are recorded where there are alerts", "M34, M65");
  for (const deployment_record& r : series.records) {
    const std::uint64_t raised = std::max({r.alerts ? r.alerts->value() : 0, r.true_alerts() ? r.true_alerts()->value() : 0, r.false_alerts() ? r.false_alerts()->value() : 0});
    if (r.alerts || r.true_alerts() || r.false_alerts()) ++out.examined;
    if (raised == 0) continue;
    if (!r.faces) out.rows.push_back({name_of(series, r), n(raised) + " alerts, but no count of faces", {"faces"}});
    else if (r.faces->value() < raised) out.rows.push_back({name_of(series, r), n(raised) + " alerts, but " + n(r.faces->value()) + " faces", {"alerts", "faces"}});
    if (r.duration && r.duration->value() == 0) out.rows.push_back({name_of(series, r), n(raised) + " alerts, but 0 seconds", {"duration"}});
  }
  out.sentence = "Alerts without enough faces or hours: " + of_examined(out);
  return out;
}

} // namespace lfreval
