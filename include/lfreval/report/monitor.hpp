/// @file
/// A programme watched while it runs: every deployment is looked at once, in order, and no look costs the next one its meaning.
///
/// ```
/// const auto declared = lfreval::read_study("study.toml");
/// const auto rules = lfreval::read_stop_rules("study.toml");
/// auto state = lfreval::empty_monitor_state(*declared, *rules);
/// const auto fresh = lfreval::feed(state, lfreval::watched_deployments(state, *lfreval::read_deployments(*declared)), "study.toml");
/// std::cout << lfreval::to_text(lfreval::watch(*declared, *rules, state));
/// ```
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/study/stop_rules.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval {

/// Scores of the alerts of one deployment. Alerts of one passage are one alert (M09), with the best of their scores.
///
/// Scores come from logs of alerts: all of them have reached the threshold, which makes deployments with one threshold comparable.
/// Passages of a trial are not watched: who passes there is chosen by those who run it.
struct alert_scores {
  std::uint64_t alerts = 0; ///< with a score
  double median = 0.0;      ///< on the scale of the system

  friend bool operator==(const alert_scores&, const alert_scores&) = default;
};

/// One deployment as it was fed: what it was run with, its counts and its scores.
struct watched_deployment {
  std::string date, force, deployment; ///< the order of the series
  std::string site, system, threshold; ///< empty where not on record
  std::optional<std::uint64_t> list_size; ///< images, or persons where only those are on record
  std::optional<cluster_tally> pace;      ///< faces and seconds
  std::vector<std::optional<cluster_tally>> counts; ///< by metric of the state; nothing where not on record or contradictory
  std::optional<alert_scores> scores;               ///< of a log of alerts

  friend bool operator==(const watched_deployment&, const watched_deployment&) = default;
};

/// Everything that watching depends on, and nothing that can be worked out from it. Fed at once or month by month, the same
/// deployments make the same state to the byte.
struct monitor_state {
  std::string rules_sha256;       ///< of the confidence, the limits and the stop rules that were declared
  std::vector<metric_id> metrics; ///< in the order of the table of metrics
  std::vector<watched_deployment> fed;

  friend bool operator==(const monitor_state&, const monitor_state&) = default;
};

/// A state without deployments. Watched are the metrics of limits and stop rules that records of deployments can support, and false
/// alerts per face and per hour.
[[nodiscard]] monitor_state empty_monitor_state(const study&, const std::vector<stop_rule>&);

/// What a series holds to be watched, in order of date, force and identifier.
struct watched_series {
  std::vector<watched_deployment> deployments;
  std::uint64_t cancelled = 0, without_date = 0, after = 0; ///< left out: never ran, no place in the order, after the last day asked for
  std::uint64_t alerts_without_score = 0; ///< of the deployments above
  std::uint64_t alerts_elsewhere = 0;     ///< of other deployments, with a score or without
  std::uint64_t logs_without_total = 0;   ///< of the deployments above, those whose alerts are not all on record: their scores are not watched
};
[[nodiscard]] watched_series watched_deployments(const monitor_state&, const deployment_series&, std::optional<calendar_date> until = std::nullopt);

/// Appends what is new. Refused when a deployment that was fed reads otherwise now or is gone, and when one turns up that belongs
/// before the last one fed: evidence is not rewritten after it was looked at. A deployment that was fed without
/// scores and has some now reads otherwise. `file` is for the message.
[[nodiscard]] result<std::uint64_t> feed(monitor_state&, const watched_series&, const std::string& file);

/// The state as a small JSON file, one deployment to a line, closed by the SHA-256 of what is before it.
[[nodiscard]] std::string to_json(const monitor_state&);
/// Refused when it is not such a file, was changed by hand, or was made under other limits, rules or confidence.
[[nodiscard]] result<monitor_state> read_monitor_state(const std::string& text, const std::string& file, const monitor_state& expected);

/// Something that crossed its level, and when.
struct monitor_alarm {
  enum class kind : std::uint8_t {
    limit,             ///< bets on whole deployments
    limit_independent, ///< evidence that takes single trials as independent: a warning, it triggers nothing
    shift,             ///< a cumulative sum
    drift,             ///< faces per hour
    score_drift,       ///< scores of alerts
  };
  kind what = kind::limit;
  std::size_t at = 0;          ///< place among the deployments fed
  std::string rule;            ///< empty where no stop rule asks for it
  std::optional<metric_id> metric;
  std::string about;           ///< the limit, the force
  double value = 0.0, level = 0.0;
  std::string sentence;

  friend bool operator==(const monitor_alarm&, const monitor_alarm&) = default;
};

/// Consecutive deployments of one force with one system, threshold and size of list (within 10 % of the first).
struct monitor_stream {
  std::string force, system, threshold, why_new; ///< what changed
  std::optional<std::uint64_t> list_size;
  std::size_t first = 0, last = 0; ///< places among the deployments fed
  std::uint64_t deployments = 0;
  struct figure {
    cluster_tally total;
    std::optional<interval> sequence;   ///< takes trials as independent
    std::optional<interval> by_deployment; ///< of the mean share of deployments; where trials are not faces
  };
  std::vector<figure> figures; ///< by metric of the state
  std::uint64_t with_scores = 0, scores_held = 0; ///< deployments with the score of any alert, and with enough of them to be held against those before
};

/// A declared limit, over all streams.
struct monitored_limit {
  limit declared;
  double log_evidence = 0.0, highest = 0.0;   ///< ln e of bets on deployments, now and at its highest
  double log_evidence_of_trials = 0.0;        ///< ln e with trials taken as independent, the product over streams
  std::optional<std::size_t> broken_at;
  std::map<std::string, double> by_site;      ///< ln e of bets on each site's own deployments
  std::vector<std::string> sites_broken;      ///< by the e-values of sites, false ones at most alpha of them
};

struct monitored_shift {
  std::size_t rule = 0;
  double value = 0.0, alarm = 0.0;
  double exposure_to_false_alarm = 0.0, exposure_to_alarm = 0.0;
  std::uint64_t alarms = 0;
};

struct monitor_report {
  std::string name;
  confidence level{0.95};
  std::vector<stop_rule> rules;
  monitor_state state;
  std::vector<monitor_stream> streams;
  std::vector<monitored_limit> limits;
  std::vector<limit> of_groups;                           ///< declared for every group of an axis, and not watched: a deployment is fed without its groups
  std::vector<monitored_shift> shifts;
  std::vector<monitor_alarm> alarms;                      ///< in order
  std::map<std::string, std::uint64_t> paced;             ///< force -> deployments whose faces per hour are watched
  bool has_alert_log = false;                             ///< the study declares one, with scores or without
  watched_series left_out;                                ///< what was not fed, for the text

  /// Whether a stop rule was ever triggered.
  [[nodiscard]] bool triggered() const;
};

/// Mean number of deployments in random order before a false signal of drift.
inline constexpr double drift_once_in = 500.0;

/// A deployment with fewer scores than this is not held against others: its median would be that of single people.
///
/// Scores drift where `sequential::rank_drift` of the medians of a stream says so. Each stream begins anew, because scores are cut off
/// at the threshold, systems have scales of their own, and a longer list finds better resemblances. False signals come no more
/// often for that: on average at most one in `drift_once_in` deployments held, over all streams together.
///
/// One value for each deployment, because alerts of one day share light, cameras and people. The median, because that of few scores lies
/// about as often above that of many as below. Ranks, because quantiles of a reference period, whose exceedances could be counted
/// instead, would have to be declared before the data and carry an error of their own. Where more of the alerts come to be right, scores rise too.
inline constexpr std::uint64_t fewest_scores = 5;

/// Looks at every deployment of a state in its order. Depends on nothing else: the same state gives the same alarms.
[[nodiscard]] monitor_report watch(const study&, const std::vector<stop_rule>&, const monitor_state&);

[[nodiscard]] std::string to_text(const monitor_report&);

} // namespace lfreval
