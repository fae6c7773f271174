#include "cli/commands.hpp"

#include <filesystem>
#include <iostream>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/report/monitor.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval::cli {

namespace {

int refused(const std::vector<error>& errors) {
  for (const error& why : errors) std::cerr << without_private_value(why).message() << "\n";
  return input_refused;
}

} // namespace

int monitor_study(const monitor_arguments& a) {
  std::optional<calendar_date> until;
  if (!a.until.empty()) {
    until = parse_iso_date(a.until);
    if (!until) throw std::invalid_argument("--until: a date as 2025-07-15, not " + printable(a.until));
  }
  const auto declared = read_study(a.study);
  if (!declared) return refused(declared.error());
  const auto rules = read_stop_rules(a.study);
  if (!rules) return refused(rules.error());
  const auto series = read_deployments(*declared);
  if (!series) return refused(series.error());
  if (series->refused.size() > declared->max_refused) {
    std::cerr << ledger_text(series->refused, false);
    return input_refused;
  }

  monitor_state state = empty_monitor_state(*declared, *rules);
  std::error_code unanswered;
  if (!a.state.empty() && std::filesystem::exists(a.state, unanswered)) {
    const auto text = read_file(a.state);
    if (!text) return refused({text.error()});
    auto before = read_monitor_state(text->bytes, a.state, state);
    if (!before) return refused({before.error()});
    state = *std::move(before);
  }
  const std::size_t alarms_before = watch(*declared, *rules, state).alarms.size();
  watched_series fed = watched_deployments(state, *series, until);
  const auto fresh = feed(state, fed, a.state.empty() ? a.study : a.state);
  if (!fresh) return refused({fresh.error()});
  monitor_report report = watch(*declared, *rules, state);
  fed.deployments.clear();
  report.left_out = std::move(fed);
  if (!a.state.empty())
    if (const auto written = write_file_atomically(a.state, to_json(state)); !written) return refused({written.error()});

  std::cout << to_text(report);
  if (!a.state.empty()) std::cout << "\n" << grouped(*fresh) << " fed now, " << grouped(report.alarms.size() - alarms_before) << " alarms new; state in " << printable(a.state, 4096) << "\n";
  return a.fail_on == "triggered" && report.triggered() ? found : done;
}

} // namespace lfreval::cli
