#include <lfreval/report/monitor.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/report/text.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

std::string on(const monitor_report& r, std::size_t at) {
  const watched_deployment& one = r.state.fed[at];
  return one.date + " " + (one.force.empty() ? "" : printable(one.force) + "/") + printable(one.deployment);
}

/// `8 to 1 against it`; below one there is none.
std::string evidence_words(double log_e) {
  if (log_e <= 0.0) return "none";
  if (log_e > 20.0) return "more than 10^8 to 1";
  return significant(std::exp(log_e), 3, rounding::down) + " to 1";
}

std::string exposure_words(metric_id metric, double exposure) {
  const unit of = units_of(metric).exposure;
  const auto whole = static_cast<std::uint64_t>(exposure / static_cast<double>(printed_per(metric)));
  return is_time(of) ? grouped(whole) + " hours" : counted_words(whole, of, "");
}

std::string figure_words(metric_id metric, const cluster_tally& total, const interval& limits) {
  const double point = static_cast<double>(total.events) / static_cast<double>(total.exposure);
  return counted_words(total.events, units_of(metric).events, "") + " in " + exposure_words(metric, static_cast<double>(total.exposure)) + ": " +
         (is_time(units_of(metric).exposure) ? hourly_words(point, limits) : rate_words(point, limits));
}

std::string rules_block(const monitor_report& r) {
  std::string out = "STOP RULES\n";
  if (r.rules.empty()) return out + paragraph("None was declared: nothing below says what anybody has to do. Declare [[stop_rule]] in the study, before the next deployment.", 2);
  for (const stop_rule& rule : r.rules) {
    const auto first = std::find_if(r.alarms.begin(), r.alarms.end(), [&](const monitor_alarm& a) { return a.rule == rule.name; });
    const auto times = std::count_if(r.alarms.begin(), r.alarms.end(), [&](const monitor_alarm& a) { return a.rule == rule.name; });
    out += wrapped(printable(rule.name, 200) + " (" + std::string(to_string(rule.metric)) + "): " +
                       (first == r.alarms.end() ? "not triggered" : "TRIGGERED " + on(r, first->at) + (times > 1 ? ", " + grouped(static_cast<std::uint64_t>(times)) + " times" : "")),
                   4, "  ");
    out += wrapped("Action: " + printable(rule.action, 400) + ". Owner: " + printable(rule.owner, 200) + ".", 4, "    ");
  }
  return out;
}

std::string history_block(const monitor_report& r) {
  std::string out = "ALARMS, in order\n";
  if (r.alarms.empty()) return out + "  none\n";
  for (const monitor_alarm& a : r.alarms) {
    std::string words = a.sentence;
    if (a.what == monitor_alarm::kind::limit_independent) words += " (a warning: it triggers no rule)";
    else if (a.rule.empty()) words += " (no stop rule asks for it)";
    out += wrapped(on(r, a.at) + ": " + (a.rule.empty() ? "" : printable(a.rule, 200) + ": ") + (a.metric ? std::string(to_string(*a.metric)) + ": " : "") + words + ".", 4, "  ");
  }
  return out;
}

std::string limits_block(const monitor_report& r) {
  std::string out = "LIMITS, over all configurations\n";
  if (r.limits.empty()) out += "  none declared from above on a metric that records of deployments support\n";
  const std::string needed = significant(1.0 / r.level.alpha(), 3, rounding::nearest) + " to 1";
  for (const monitored_limit& one : r.limits) {
    out += wrapped(std::string(to_string(one.declared.metric)) + ", at most " + limit_words(one.declared) + " (" + printable(one.declared.source, 200) + "): " +
                       (one.broken_at ? "BROKEN " + on(r, *one.broken_at) : "no evidence enough that it is broken"),
                   4, "  ");
    out += wrapped("Evidence against it: " + evidence_words(one.log_evidence) + " now, " + evidence_words(one.highest) + " at its highest, by bets on whole deployments; " +
                              evidence_words(one.log_evidence_of_trials) + " if each event has a cause of its own. An alarm needs " + needed + ".",
                          4, "    ");
    if (one.by_site.size() > 1) {
      std::string sites = grouped(one.by_site.size()) + " sites by themselves: ";
      for (std::size_t i = 0; i < one.sites_broken.size(); ++i) sites += (i == 0 ? "broken at " : ", ") + printable(one.sites_broken[i]);
      sites += one.sites_broken.empty() ? "none has evidence enough." : "; of the sites named, at most " + percent_words(r.level.alpha(), rounding::nearest) + " are expected to be named wrongly.";
      out += wrapped(sites, 4, "    ");
    }
  }
  for (const limit& one : r.of_groups)
    out += wrapped(std::string(to_string(one.metric)) + ", " + (one.direction == limit_direction::at_least ? "at least " : "at most ") + limit_words(one) + " in every group of " + printable(one.in_every) + " (" + printable(one.source, 200) +
                       "): not watched, because what is fed of a deployment holds no groups; `lfreval evaluate` judges it",
                   4, "  ");
  for (const monitored_shift& one : r.shifts) {
    const stop_rule& rule = r.rules[one.rule];
    out += wrapped("Cumulative sum of " + printable(rule.name, 200) + ": " + significant(one.value, 3, rounding::nearest) + " of " + significant(one.alarm, 3, rounding::nearest) + " events. False alarms come no sooner than once in " +
                       exposure_words(rule.metric, one.exposure_to_false_alarm) + " on average; at " + shortest(rule.shift) + " times the baseline an alarm takes " + exposure_words(rule.metric, one.exposure_to_alarm) + " and what is left of the deployment.",
                   4, "  ");
  }
  return out;
}

/// `2025-01-02 to 2025-03-04 MPS: 12 deployments, threshold 0.64, V 5.1, list of 16,000`
std::string configuration_words(const monitor_report& r, const monitor_stream& stream) {
  std::string out = r.state.fed[stream.first].date + " to " + r.state.fed[stream.last].date + (stream.force.empty() ? "" : " " + printable(stream.force)) + ": " + counted_words(stream.deployments, unit::deployments, "");
  out += ", threshold " + (stream.threshold.empty() ? "not on record" : printable(stream.threshold));
  if (!stream.system.empty()) out += ", " + printable(stream.system);
  if (stream.list_size) out += ", list of " + grouped(*stream.list_size);
  return out;
}

std::string streams_block(const monitor_report& r) {
  std::string out = "CONFIGURATIONS, each with limits that hold at every look together (" + level_words(r.level) + ")\n";
  for (const monitor_stream& stream : r.streams) {
    out += wrapped(configuration_words(r, stream) + "; begun by " + printable(stream.why_new, 200), 4, "  ");
    for (std::size_t m = 0; m < stream.figures.size(); ++m) {
      const monitor_stream::figure& figure = stream.figures[m];
      if (!figure.sequence) continue;
      out += wrapped(figure_words(r.state.metrics[m], figure.total, *figure.sequence), 6, "    ");
      if (figure.by_deployment)
        out += wrapped("mean of deployments, whatever the dependence inside one: " + percent_words(figure.by_deployment->lower, rounding::down) + " to " + percent_words(figure.by_deployment->upper, rounding::up), 6, "      ");
    }
  }
  return out;
}

/// Empty where the study has no log of alerts: there is nothing to tell of it.
std::string scores_block(const monitor_report& r) {
  const bool any = std::any_of(r.streams.begin(), r.streams.end(), [](const monitor_stream& stream) { return stream.with_scores != 0; });
  if (!any && !r.has_alert_log) return "";
  std::string out = "\nSCORES OF ALERTS\n";
  if (!any) out += "  not on record\n";
  std::uint64_t without = 0;
  for (const monitor_stream& stream : r.streams) {
    if (stream.with_scores == 0) { without += stream.deployments; continue; }
    const std::uint64_t few = stream.deployments - stream.scores_held;
    out += wrapped(configuration_words(r, stream) + "; the medians of " + counted_words(stream.scores_held, unit::deployments, "") + " held against those before" + (few == 0 ? "" : ", " + grouped(few) + " with fewer than " + grouped(fewest_scores) + " scores left out"), 4, "  ");
  }
  if (any) out += "  in random order a false signal once in " + grouped(static_cast<std::uint64_t>(drift_once_in)) + " deployments held, over all configurations\n";
  if (any && without != 0) out += "  " + counted_words(without, unit::deployments, "") + " of configurations that have no scores on record\n";
  const auto left_out = [&](std::uint64_t n, unit of, const char* why) {
    if (n != 0) out += "  " + counted_words(n, of, "") + " " + why + "\n";
  };
  left_out(r.left_out.alerts_without_score, unit::alerts, "without a score");
  left_out(r.left_out.alerts_elsewhere, unit::alerts, "of deployments that are not watched");
  left_out(r.left_out.logs_without_total, unit::deployments, "whose alerts are not all on record: their scores are not watched");
  return out;
}

} // namespace

std::string to_text(const monitor_report& r) {
  std::string out = printable(r.name, 200) + "\n";
  out += "  " + counted_words(r.state.fed.size(), unit::deployments, "") + " watched";
  if (!r.state.fed.empty()) out += ", " + r.state.fed.front().date + " to " + r.state.fed.back().date;
  out += "\n";
  const auto left_out = [&](std::uint64_t n, const char* why) {
    if (n != 0) out += "  " + grouped(n) + " " + why + "\n";
  };
  left_out(r.left_out.cancelled, "cancelled: never ran");
  left_out(r.left_out.without_date, "without a date: they have no place in the order and are not watched");
  left_out(r.left_out.after, "after the last day asked for");
  for (std::size_t m = 0; m < r.state.metrics.size(); ++m) {
    const auto lacking = std::count_if(r.state.fed.begin(), r.state.fed.end(), [&](const watched_deployment& d) { return !d.counts[m]; });
    if (lacking != 0) out += "  " + std::string(to_string(r.state.metrics[m])) + ": " + grouped(static_cast<std::uint64_t>(lacking)) + " do not record it, or contradict themselves\n";
  }
  out += "\n" + rules_block(r) + "\n" + history_block(r) + "\n" + limits_block(r) + "\n" + streams_block(r) + "\nFACES PER HOUR\n";
  if (r.paced.empty()) out += "  not on record\n";
  for (const auto& [force, n] : r.paced)
    out += "  " + (force.empty() ? "" : printable(force) + ": ") + counted_words(n, unit::deployments, "") + " held against those before; in random order a false signal once in " + grouped(static_cast<std::uint64_t>(drift_once_in)) + "\n";
  out += scores_block(r);
  out += "\n" + paragraph("Not seen here: who was missed, how groups fare, whether the faces were counted rightly. A limit that is not called broken is not shown to be kept.", 0);
  return out;
}

} // namespace lfreval
