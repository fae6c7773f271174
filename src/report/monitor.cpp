#include <lfreval/report/monitor.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <lfreval/bytes/file.hpp>
#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/series/confidence_sequence.hpp>
#include <lfreval/series/cusum.hpp>
#include <lfreval/series/drift.hpp>
#include <lfreval/series/e_value.hpp>
#include <lfreval/types/number.hpp>

#include "report/logged_scores.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

using sequential::deployment_count;
using sequential::mixture_prior;

bool can_be_watched(metric_id metric) {
  return supports(source_kind::operational, metric) && !needs_registers(metric) && units_of(metric).events != unit::outcomes;
}

/// What is fed of a deployment holds no groups: limits for every group are left to the evaluation.
bool is_watched(const limit& one) { return one.in_every.empty() && one.direction == limit_direction::at_most && one.events > 0 && can_be_watched(one.metric) && (describe(one.metric).family == metric_family::rate || one.value() < 1.0); }

/// Where a sequence is to be narrow: at the first limit on the metric, else at no rate in particular.
mixture_prior prior_of(const study& declared, metric_id metric) {
  for (const limit& one : declared.limits)
    if (one.metric == metric && is_watched(one)) return mixture_prior::near(one.value());
  return {0.5, describe(metric).family == metric_family::share ? 0.5 : static_cast<double>(printed_per(metric))};
}

double log_evidence(metric_id metric, const cluster_tally& total, double line) {
  return describe(metric).family == metric_family::share ? sequential::log_e_value(total.events, total.exposure, line, mixture_prior::near(line))
                                                         : sequential::log_e_value_of_rate(total.events, static_cast<double>(total.exposure), line, mixture_prior::near(line));
}

std::size_t place_of(const monitor_state& state, metric_id metric) {
  return static_cast<std::size_t>(std::find(state.metrics.begin(), state.metrics.end(), metric) - state.metrics.begin());
}

/// The deployment by itself: what later ones show must not change how an earlier one was read.
std::optional<cluster_tally> read_alone(metric_id metric, const deployment_series& alone, const record_quality& quality) {
  const deployment_record* const only = alone.records.data();
  const metric_tallies tallies = tallies_of(metric, std::span(&only, 1), "", quality);
  if (tallies.clusters.size() != 1) return std::nullopt;
  return tallies.clusters.front();
}

auto order_of(const watched_deployment& one) { return std::tie(one.date, one.force, one.deployment); }

std::string named(const watched_deployment& one) { return (one.force.empty() ? "" : one.force + "/") + one.deployment + " of " + one.date; }

error not_as_fed(const std::string& file, const watched_deployment& one, std::string value, std::string allowed) {
  error why;
  why.code = error_code::not_allowed;
  why.file = file;
  why.column_name = named(one);
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

/// What a deployment that was fed reads otherwise now.
error changed_since(const std::string& file, const watched_deployment& before, const watched_deployment& now) {
  watched_deployment but_for_scores = now;
  but_for_scores.scores = before.scores;
  if (but_for_scores == before)
    return not_as_fed(file, before, "has other scores of alerts than when it was fed", "the same scores as before; where none were on record when it was fed, or they were corrected, the history is watched anew, with a new state");
  return not_as_fed(file, before, "reads otherwise than when it was fed", "the same counts and conditions as before; a corrected history is watched anew, with a new state");
}

/// What makes a deployment the first of a new stream; empty when it belongs to the one before.
std::string change_between(const monitor_stream& stream, const watched_deployment& next) {
  const auto named_change = [](const char* what, const std::string& from, const std::string& to) {
    return std::string(what) + " from " + (from.empty() ? "not on record" : from) + " to " + (to.empty() ? "not on record" : to);
  };
  if (stream.system != next.system) return named_change("system", stream.system, next.system);
  if (stream.threshold != next.threshold) return named_change("threshold", stream.threshold, next.threshold);
  const auto size = [](const std::optional<std::uint64_t>& n) { return n ? grouped(*n) : std::string(); };
  if (stream.list_size.has_value() != next.list_size.has_value()) return named_change("list", size(stream.list_size), size(next.list_size));
  if (!stream.list_size) return "";
  const auto a = static_cast<double>(*stream.list_size), b = static_cast<double>(*next.list_size);
  return std::max(a, b) > 1.1 * std::min(a, b) ? named_change("list", size(stream.list_size), size(next.list_size)) : "";
}

/// One pass over the deployments.
struct watcher {
  const study& declared;
  const std::vector<stop_rule>& rules;
  monitor_report& out;

  std::map<std::string, std::size_t> open{};            // force -> its stream
  std::map<std::string, std::vector<double>> pace{};    // force -> logarithms of faces per second
  std::map<std::string, std::vector<std::size_t>> paced{}; // … and of which deployments
  std::map<std::size_t, std::vector<double>> medians{}; // stream -> of the scores of its deployments
  std::map<std::size_t, std::vector<std::size_t>> scored{}; // … and of which deployments
  std::vector<std::vector<deployment_count>> bets{};    // by limit
  std::vector<std::map<std::string, std::vector<deployment_count>>> site_bets{};
  std::vector<bool> warned{};                           // by limit: trials taken as independent
  std::vector<sequential::cusum_design> designs{};      // by shift

  void alarm(monitor_alarm::kind what, std::size_t at, std::string rule, std::optional<metric_id> metric, std::string about, double value, double level, std::string sentence) {
    out.alarms.push_back({what, at, std::move(rule), metric, std::move(about), value, level, std::move(sentence)});
  }

  void begin() {
    for (const limit& one : declared.limits) {
      if (!one.in_every.empty()) out.of_groups.push_back(one);
      if (!is_watched(one)) continue;
      out.limits.push_back({});
      out.limits.back().declared = one;
    }
    bets.resize(out.limits.size());
    site_bets.resize(out.limits.size());
    warned.resize(out.limits.size(), false);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].when != stop_rule::signal::shift) continue;
      const double baseline = static_cast<double>(rules[i].baseline_events) / static_cast<double>(rules[i].baseline_exposure);
      designs.push_back(sequential::design_cusum(baseline, rules[i].shift * baseline, static_cast<double>(rules[i].once_in)));
      out.shifts.push_back({i, 0.0, designs.back().alarm, designs.back().mean_exposure_to_false_alarm, designs.back().mean_exposure_to_alarm, 0});
    }
  }

  void add_to_stream(std::size_t at, const watched_deployment& one) {
    const auto found = open.find(one.force);
    const std::string change = found == open.end() ? "first deployment" : change_between(out.streams[found->second], one);
    if (!change.empty()) {
      monitor_stream begun{one.force, one.system, one.threshold, change, one.list_size, at, at, 0, {}, 0, 0};
      begun.figures.resize(out.state.metrics.size());
      open[one.force] = out.streams.size();
      out.streams.push_back(std::move(begun));
    }
    monitor_stream& stream = out.streams[open[one.force]];
    stream.last = at;
    ++stream.deployments;
    for (std::size_t m = 0; m < one.counts.size(); ++m)
      if (one.counts[m]) {
        stream.figures[m].total.events += one.counts[m]->events;
        stream.figures[m].total.exposure += one.counts[m]->exposure;
      }
  }

  /// ln e over all streams: evidence multiplies from one configuration to the next.
  double evidence_of_trials(const limit& of) {
    const std::size_t m = place_of(out.state, of.metric);
    double sum = 0.0;
    for (const monitor_stream& stream : out.streams) sum += log_evidence(of.metric, stream.figures[m].total, of.value());
    return sum;
  }

  std::string rule_on(metric_id metric) const {
    for (const stop_rule& rule : rules)
      if (rule.metric == metric && rule.when == stop_rule::signal::limit) return rule.name;
    return "";
  }

  void hold_against_limits(std::size_t at, const watched_deployment& one) {
    const double needed = -std::log(declared.level.alpha());
    for (std::size_t i = 0; i < out.limits.size(); ++i) {
      monitored_limit& of = out.limits[i];
      const auto& count = one.counts[place_of(out.state, of.declared.metric)];
      if (!count || count->exposure == 0) continue;
      const deployment_count bet{count->events, static_cast<double>(count->exposure)};
      bets[i].push_back(bet);
      site_bets[i][one.force + (one.site.empty() ? "" : "/" + one.site)].push_back(bet);
      of.log_evidence = sequential::betting_log_e_value(bets[i], of.declared.value());
      of.highest = std::max(of.highest, of.log_evidence);
      of.log_evidence_of_trials = evidence_of_trials(of.declared);
      const std::string words = limit_words(of.declared);
      if (!of.broken_at && of.log_evidence >= needed) {
        of.broken_at = at;
        alarm(monitor_alarm::kind::limit, at, rule_on(of.declared.metric), of.declared.metric, words, std::exp(of.log_evidence), 1.0 / declared.level.alpha(),
              "evidence " + significant(std::exp(of.log_evidence), 3, rounding::down) + " to 1 that more than " + words + " are expected, whatever the dependence inside a deployment");
      }
      if (!warned[i] && of.log_evidence_of_trials >= needed) {
        warned[i] = true;
        alarm(monitor_alarm::kind::limit_independent, at, "", of.declared.metric, words, std::exp(of.log_evidence_of_trials), 1.0 / declared.level.alpha(),
              "evidence " + significant(std::exp(of.log_evidence_of_trials), 3, rounding::down) + " to 1 that the limit of " + words + " is broken, if each event has a cause of its own");
      }
    }
  }

  void add_to_sums(std::size_t at, const watched_deployment& one) {
    for (std::size_t i = 0; i < out.shifts.size(); ++i) {
      monitored_shift& shift = out.shifts[i];
      const stop_rule& rule = rules[shift.rule];
      const auto& count = one.counts[place_of(out.state, rule.metric)];
      if (!count) continue;
      shift.value = sequential::cusum_after(shift.value, count->events, static_cast<double>(count->exposure), designs[i]);
      if (shift.value < shift.alarm) continue;
      alarm(monitor_alarm::kind::shift, at, rule.name, rule.metric, rule.name, shift.value, shift.alarm,
            "the sum of events above the reference reached " + significant(shift.value, 3, rounding::nearest) + " of " + significant(shift.alarm, 3, rounding::nearest) + ": lately nearer to " + shortest(rule.shift) + " times the baseline");
      ++shift.alarms;
      shift.value = 0.0; // it begins anew
    }
  }

  void add_scores(std::size_t at, const watched_deployment& one) {
    if (!one.scores) return;
    const std::size_t place = open[one.force];
    monitor_stream& stream = out.streams[place];
    ++stream.with_scores;
    if (one.scores->alerts < fewest_scores) return;
    ++stream.scores_held;
    medians[place].push_back(one.scores->median);
    scored[place].push_back(at);
  }

  void end() {
    for (const auto& [force, values] : pace) {
      out.paced[force] = values.size();
      for (const sequential::drift_signal& signal : sequential::rank_drift(values, drift_once_in))
        alarm(monitor_alarm::kind::drift, paced[force][signal.at], "", std::nullopt, force, signal.evidence, drift_once_in,
              std::string("faces per hour have drifted ") + (signal.upwards ? "upwards" : "downwards") + ": the counting, the cameras or the sites are not what they were");
    }
    for (const auto& [place, values] : medians)
      for (const sequential::drift_signal& signal : sequential::rank_drift(values, drift_once_in))
        alarm(monitor_alarm::kind::score_drift, scored[place][signal.at], "", std::nullopt, out.streams[place].force, signal.evidence, drift_once_in,
              std::string("scores of alerts have drifted ") + (signal.upwards ? "upwards" : "downwards") + ": the cameras, the light, the images on the list, the people who pass or the software are not what they were");
    std::stable_sort(out.alarms.begin(), out.alarms.end(), [](const monitor_alarm& a, const monitor_alarm& b) { return a.at < b.at; });
    const double alpha = declared.level.alpha();
    for (std::size_t i = 0; i < out.limits.size(); ++i) {
      std::vector<std::string> sites;
      std::vector<double> evidence;
      for (const auto& [site, counts] : site_bets[i]) {
        const double of_site = sequential::betting_log_e_value(counts, out.limits[i].declared.value());
        out.limits[i].by_site[site] = of_site;
        sites.push_back(site);
        evidence.push_back(std::exp(std::min(of_site, 700.0)));
      }
      for (const std::size_t k : sequential::e_benjamini_hochberg(evidence, alpha)) out.limits[i].sites_broken.push_back(sites[k]);
    }
    for (monitor_stream& stream : out.streams)
      for (std::size_t m = 0; m < stream.figures.size(); ++m) figure_of(stream, m);
  }

  void figure_of(monitor_stream& stream, std::size_t m) {
    monitor_stream::figure& figure = stream.figures[m];
    const metric_id metric = out.state.metrics[m];
    if (figure.total.exposure == 0) return;
    const bool share = describe(metric).family == metric_family::share;
    const mixture_prior prior = prior_of(declared, metric);
    figure.sequence = share ? sequential::beta_mixture(figure.total.events, figure.total.exposure, declared.level, prior).value()
                            : sequential::gamma_mixture(figure.total.events, static_cast<double>(figure.total.exposure), declared.level, prior).value();
    // Shares of alerts or engagements use the whole range from 0 to 1; shares of faces lie at its very edge, where such a
    // sequence says nothing.
    if (!share || units_of(metric).exposure == unit::faces) return;
    std::vector<double> values;
    for (std::size_t at = stream.first; at <= stream.last; ++at) {
      const watched_deployment& one = out.state.fed[at];
      if (one.force == stream.force && one.counts[m] && one.counts[m]->exposure != 0)
        values.push_back(static_cast<double>(one.counts[m]->events) / static_cast<double>(one.counts[m]->exposure));
    }
    if (values.size() > 1) figure.by_deployment = sequential::hedged_betting(values, declared.level).value();
  }

  void look_at(std::size_t at, const watched_deployment& one) {
    add_to_stream(at, one);
    hold_against_limits(at, one);
    add_to_sums(at, one);
    add_scores(at, one);
    if (one.pace && one.pace->events != 0 && one.pace->exposure != 0) {
      pace[one.force].push_back(std::log(static_cast<double>(one.pace->events) / static_cast<double>(one.pace->exposure)));
      paced[one.force].push_back(at);
    }
  }
};

} // namespace

monitor_state empty_monitor_state(const study& declared, const std::vector<stop_rule>& rules) {
  std::set<metric_id> watched{metric_id::false_alerts_per_face, metric_id::false_alerts_per_hour};
  std::string text = shortest(declared.level.level());
  for (const limit& one : declared.limits) {
    if (!is_watched(one)) continue;
    watched.insert(one.metric);
    text += "\nlimit " + std::string(to_string(one.metric)) + " " + std::to_string(one.events) + "/" + std::to_string(one.exposure);
  }
  for (const stop_rule& rule : rules) {
    watched.insert(rule.metric);
    text += "\nrule " + rule.name + "\n" + std::string(to_string(rule.metric)) + (rule.when == stop_rule::signal::limit ? " limit" : " shift") + " " + std::to_string(rule.baseline_events) + "/" +
            std::to_string(rule.baseline_exposure) + " " + shortest(rule.shift) + " " + std::to_string(rule.once_in) + "\n" + rule.action + "\n" + rule.owner;
  }
  return {sha256_hex(text), {watched.begin(), watched.end()}, {}};
}

watched_series watched_deployments(const monitor_state& state, const deployment_series& series, std::optional<calendar_date> until) {
  watched_series out;
  std::map<std::string, logged_scores> logs = scores_by_deployment(series.alert_cases);
  for (const deployment_record& record : series.records) {
    if (record.status == deployment_status::cancelled) { ++out.cancelled; continue; }
    if (!record.date) { ++out.without_date; continue; }
    if (until && *until < *record.date) { ++out.after; continue; }
    watched_deployment one;
    one.date = to_iso(*record.date);
    one.force = record.force;
    one.deployment = record.deployment;
    one.site = record.site.value_or("");
    one.system = record.system.value_or("");
    one.threshold = record.threshold.value_or("");
    if (record.watchlist_images) one.list_size = record.watchlist_images->value();
    else if (record.watchlist_persons) one.list_size = record.watchlist_persons->value();
    if (record.faces && record.duration && record.status == deployment_status::completed) one.pace = cluster_tally{record.faces->value(), record.duration->value()};
    deployment_series alone;
    alone.records.push_back(record);
    const record_quality quality = examine(alone);
    for (const metric_id metric : state.metrics) one.counts.push_back(read_alone(metric, alone, quality));
    if (record.is_log && !record.alerts) ++out.logs_without_total;
    // Alerts name their deployment and no force: they belong to the record that was made of them.
    if (const auto log = logs.find(record.deployment); record.is_log && log != logs.end()) {
      one.scores = log->second.scores;
      out.alerts_without_score += log->second.without_score;
      logs.erase(log);
    }
    out.deployments.push_back(std::move(one));
  }
  for (const auto& [deployment, log] : logs) out.alerts_elsewhere += log.without_score + (log.scores ? log.scores->alerts : 0);
  std::sort(out.deployments.begin(), out.deployments.end(), [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  return out;
}

result<std::uint64_t> feed(monitor_state& state, const watched_series& series, const std::string& file) {
  const auto& rows = series.deployments;
  for (std::size_t i = 0; i < state.fed.size(); ++i) {
    const watched_deployment& before = state.fed[i];
    if (i < rows.size() && rows[i] == before) continue;
    const bool gone = std::none_of(rows.begin(), rows.end(), [&](const watched_deployment& row) { return order_of(row) == order_of(before); });
    if (gone) return refuse(not_as_fed(file, before, "no longer on record", "every deployment that was fed before; a corrected history is watched anew, with a new state"));
    if (order_of(rows[i]) != order_of(before)) return refuse(not_as_fed(file, rows[i], "turned up after later ones were fed", "deployments in order of their dates; a corrected history is watched anew, with a new state"));
    return refuse(changed_since(file, before, rows[i]));
  }
  const std::size_t fresh = rows.size() - state.fed.size();
  state.fed.insert(state.fed.end(), rows.end() - static_cast<std::ptrdiff_t>(fresh), rows.end());
  return static_cast<std::uint64_t>(fresh);
}

bool monitor_report::triggered() const {
  return std::any_of(alarms.begin(), alarms.end(), [](const monitor_alarm& a) { return !a.rule.empty(); });
}

monitor_report watch(const study& declared, const std::vector<stop_rule>& rules, const monitor_state& state) {
  monitor_report out;
  out.name = declared.name;
  out.level = declared.level;
  out.rules = rules;
  out.state = state;
  out.has_alert_log = std::any_of(declared.sources.begin(), declared.sources.end(), [](const study_source& source) { return source.table == "alerts"; });
  watcher through{declared, rules, out};
  through.begin();
  for (std::size_t at = 0; at < state.fed.size(); ++at) through.look_at(at, state.fed[at]);
  through.end();
  return out;
}

} // namespace lfreval
