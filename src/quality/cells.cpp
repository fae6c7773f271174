#include <lfreval/quality/cells.hpp>

#include <stdexcept>

namespace lfreval {

namespace {

/// Every named count of a record, in one place: reading and replacing walk the same list.
template <class Record, class Visit> void each_cell(Record& r, const Visit& visit) {
  visit("alerts", r.alerts);
  visit("true_alerts", r.published_true_alerts);
  visit("true_confirmed", r.true_confirmed);
  visit("true_unconfirmed", r.true_unconfirmed);
  visit("true_engaged", r.true_engaged);
  visit("false_alerts", r.published_false_alerts);
  visit("false_confirmed", r.false_confirmed);
  visit("false_unconfirmed", r.false_unconfirmed);
  visit("false_engaged", r.false_engaged);
}

} // namespace

std::map<std::string, std::uint64_t> cells_of(const deployment_record& record) {
  std::map<std::string, std::uint64_t> out;
  each_cell(record, [&](const char* name, const auto& cell) {
    if (cell) out.emplace(name, cell->value());
  });
  for (const auto& [name, count] : record.outcomes) out.emplace("outcome." + name, count.value());
  return out;
}

std::optional<std::uint64_t> cell_of(const deployment_record& record, std::string_view cell) {
  constexpr std::string_view of_outcomes = "outcome.";
  std::optional<std::uint64_t> out;
  if (cell.starts_with(of_outcomes)) {
    for (const auto& [name, count] : record.outcomes)
      if (name == cell.substr(of_outcomes.size())) out = count.value();
    return out;
  }
  each_cell(record, [&](const char* name, const auto& held) {
    if (held && cell == name) out = held->value();
  });
  return out;
}

deployment_record with_cell(const deployment_record& record, std::string_view cell, std::uint64_t value) {
  deployment_record out = record;
  bool found = false;
  each_cell(out, [&](const char* name, auto& held) {
    if (cell != name || !held) return;
    held = typename std::remove_reference_t<decltype(held)>::value_type(value);
    found = true;
  });
  if (cell.starts_with("outcome."))
    if (const auto held = out.outcomes.find(std::string(cell.substr(8))); held != out.outcomes.end()) {
      held->second = outcomes(value);
      found = true;
    }
  if (!found) throw std::invalid_argument("with_cell: the row has no filled cell " + std::string(cell));
  return out;
}

std::vector<std::string> parts_of_alerts(const deployment_record& r) {
  std::vector<std::string> out;
  const auto add = [&](bool published, const char* total, bool split, const char* confirmed, const char* unconfirmed) {
    if (published) out.emplace_back(total);
    else if (split) { out.emplace_back(confirmed); out.emplace_back(unconfirmed); }
    return published || split;
  };
  if (!r.alerts) return {};
  const bool complete = add(r.published_true_alerts.has_value(), "true_alerts", r.true_confirmed && r.true_unconfirmed, "true_confirmed", "true_unconfirmed") &&
                        add(r.published_false_alerts.has_value(), "false_alerts", r.false_confirmed && r.false_unconfirmed, "false_confirmed", "false_unconfirmed");
  return complete ? out : std::vector<std::string>{};
}

} // namespace lfreval
