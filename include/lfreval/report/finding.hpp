/// @file
/// A finding: one statement of the evaluation, with its key, its integers and its conditions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lfreval/disparity/disparity_verdict.hpp>
#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/proportionality/alternative.hpp>
#include <lfreval/proportionality/quantile_summary.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/conditions.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval {

/// The shape of a finding's value; each has its branch in the JSON Schema.
enum class finding_kind : std::uint8_t { count, rate, ratio, difference, quantity, projection, check, verdict };
[[nodiscard]] std::string_view to_string(finding_kind) noexcept;

enum class finding_status : std::uint8_t {
  measured,      ///< from the records, with its interval
  bounded,       ///< only a range is known
  projected,     ///< scaled, assumed, or compared across unlike conditions
  not_estimable, ///< the records hold the columns, and the statistic is undefined on them
  not_measured,  ///< nothing in the records bears on it
  refused,       ///< the records contradict themselves, or the comparison would mislead
};
[[nodiscard]] std::string_view to_string(finding_status) noexcept;

/// What the unresolved alerts could make of a rate, whichever way they fell (Manski's bounds): the rates at both
/// ends, and the outer limits of their intervals.
struct label_bounds {
  cluster_tally fewest, most;
  double lower_limit = 0, upper_limit = 0;
  std::uint64_t unresolved = 0;
  friend bool operator==(const label_bounds&, const label_bounds&) = default;
};

/// A rate if the publisher's denominator were off by so much, either way: the headline's limits over 1 + b and 1 - b.
struct miscount {
  unsigned percent = 0;
  double lower = 0, upper = 0;
  friend bool operator==(const miscount&, const miscount&) = default;
};

/// One rate over another of the same metric.
struct ratio_value {
  cluster_tally of, against;
  double point = 0; ///< may be `unbounded`
  interval made;
  std::vector<companion> companions;
  std::optional<metric_id> rates_of; ///< where the finding has the name of an indicator: whose rates they are
  friend bool operator==(const ratio_value&, const ratio_value&) = default;
};

/// A rate of one system less that of another on the same passages.
struct difference_value {
  cluster_tally first, second;            ///< of either system
  std::uint64_t first_only = 0, second_only = 0; ///< passages on which they differ
  double point = 0;
  interval made;
  std::vector<companion> companions;
  double widening = 1;                    ///< how many times as wide as if no two passages were of one person
  friend bool operator==(const difference_value&, const difference_value&) = default;
};

/// A share of one group less that of another.
struct group_difference {
  cluster_tally first, second;
  double point = 0;
  interval made;
  std::vector<companion> companions;
  friend bool operator==(const group_difference&, const group_difference&) = default;
};

/// How a count per day moved at places where something was changed, beside places where nothing was. `events` are counted, `exposure` is
/// days; the ratio is that of after to before at the first, over the same at the others.
struct change_value {
  cluster_tally before, after, control_before, control_after;
  decision::change_estimate made;
};

/// Whether another tactic does as well: the share of the outcome rate that it has to keep, declared beforehand, and what the records say.
struct margin_answer {
  double margin = 1;
  verdict_outcome outcome{};
  interval decided;   ///< of the tactic's rate over that of the deployments: met above the margin as a whole, not met below it as a whole
  double p_value = 1; ///< see `decision::noninferiority_rate_ratio`; as if outcomes had nothing to do with each other
  friend bool operator==(const margin_answer&, const margin_answer&) = default;
};

/// What the comparison of two groups comes to, beside its ratio or difference: different, equivalent, both, or neither.
struct group_answer {
  disparity_verdict verdict;
  interval decided;             ///< at the level at which the family of comparisons decided whether they differ
  std::size_t family = 1;       ///< comparisons in the family
  std::optional<double> margin; ///< of equivalence; none was declared, none is judged
  std::optional<double> detectable_ratio, exposure_needed; ///< see `group_comparison`
  friend bool operator==(const group_answer&, const group_answer&) = default;
};

/// A group's share of some events beside its share of a named population.
struct baseline_answer {
  std::string name, source;
  double share = 0;                       ///< of the population
  double p_excess = 1, p_two_sided = 1;   ///< of so many events or more, and of any count no more probable, if they fell on the population alike
  double multinomial_p = 1;               ///< of the counts of all groups together
  std::optional<double> detectable_ratio; ///< see `group_comparison`
  friend bool operator==(const baseline_answer&, const baseline_answer&) = default;
};

/// How many of one unit for each of another: faces scanned per arrest.
struct quantity_value {
  unit counted{}, per{};
  cluster_tally of;      ///< `events` of the unit `per`, `exposure` of the unit `counted`
  double point = 0;      ///< may be `unbounded`; the smallest when rows are in doubt
  double largest = 0;    ///< equals `point` unless rows are in doubt
  interval made;
  friend bool operator==(const quantity_value&, const quantity_value&) = default;
};

/// Median, ninth decile and extremes of an indicator.
struct distribution_value {
  std::string unit;
  quantile_summary made;
  std::uint64_t not_recorded = 0; ///< rows that lack the value
  friend bool operator==(const distribution_value&, const distribution_value&) = default;
};

/// How much the deployments behind a rate differ, and which of them carries it.
struct heterogeneity {
  double phi = 1, degrees = 0;             ///< Pearson dispersion; 1 is chance
  std::optional<double> p_value;           ///< test of one common rate: exact given the total up to 200 events, chi-square above
  std::optional<double> power;             ///< of the exact test, if rates varied by as much as their mean
  std::optional<double> tarone_z;
  std::optional<double> squared_cv;        ///< of the rates between deployments, negative binomial
  std::optional<double> likelihood_ratio_p;
  std::optional<interval> population;      ///< of the mean rate of the population of deployments
  std::optional<interval> next;            ///< events of the next deployment
  std::uint64_t next_exposure = 0;
  double lowest_without = 0, highest_without = 0; ///< the rate with any one deployment left out
  std::string most_influential;
  double without_it = 0;
  std::vector<std::string> outliers;       ///< outside the funnel at 99.8 %
  friend bool operator==(const heterogeneity&, const heterogeneity&) = default;
};

/// A change of level of faces per minute.
struct break_value {
  double ratio = 1;
  interval limits;
  calendar_date earliest, latest; ///< the change lies between these days
  friend bool operator==(const break_value&, const break_value&) = default;
};

/// A threshold chosen so that a false positive limit is kept with a stated probability, from the passages on record.
struct guaranteed_threshold {
  limit declared;
  identification::threshold_choice choice;
  double on_own_scale = 0; ///< of the system: a distance is compared with its sign turned
};

/// What measured rates come to under an assumption.
struct projection_value {
  std::vector<std::string> from;      ///< keys of the findings it is made of
  std::string quantity, reason;       ///< what is assumed, and on what grounds
  double low = 0, high = 0;           ///< the range assumed
  std::optional<double> at;           ///< the value assumed for the estimate
  std::optional<double> point;        ///< at that value; absent where none was declared
  interval made;
  friend bool operator==(const projection_value&, const projection_value&) = default;
};

struct verdict_value {
  limit declared;
  verdict answer;
  std::uint64_t events = 0, exposure = 0;
  std::uint64_t unresolved = 0, unusable_events = 0; ///< what stands between the bounds and the records
  std::string outcome;
  friend bool operator==(const verdict_value&, const verdict_value&) = default;
};

/// A rate of which some rows are in doubt: as low and as high as the corrections that would mend them can make it.
struct extremes {
  estimate lowest, highest;
  std::uint64_t disputed = 0; ///< rows in doubt
  friend bool operator==(const extremes&, const extremes&) = default;
};

struct count_value {
  unit of{};
  std::uint64_t n = 0;
  std::uint64_t not_recorded = 0; ///< deployments whose count is not on record
  friend bool operator==(const count_value&, const count_value&) = default;
};

struct finding {
  std::string key;    ///< unique in the evaluation and stable between versions
  std::string metric; ///< a metric key, or the name of a check or quantity
  finding_kind kind{};
  finding_status status{};
  std::string in_section;
  std::map<std::string, std::string> axes;
  std::variant<std::monostate, estimate, extremes, ratio_value, difference_value, group_difference, change_value, quantity_value, break_value, guaranteed_threshold, projection_value, verdict_value, record_check, count_value, distribution_value> value;
  std::optional<undefined> why_not; ///< for `not_estimable`
  std::optional<label_bounds> bounds;
  std::optional<group_answer> between_groups;
  std::optional<margin_answer> against_margin;
  std::vector<baseline_answer> baselines;
  std::optional<heterogeneity> spread;
  std::vector<miscount> miscounts;     ///< where the error of the denominator is not stated
  std::shared_ptr<const conditions> held; ///< conditions of the records behind the value
  flag_set flags;
  std::uint64_t not_recorded = 0, suspended = 0, not_adding_up = 0, unusable = 0, unusable_events = 0; ///< deployments, and lost events
  std::string sentence;             ///< in plain words, with the units
  std::vector<std::string> notes;
  std::string cites;
};

/// `metric@axis=value;axis=value`, axes in alphabetical order, values percent-encoded.
[[nodiscard]] std::string finding_key(std::string_view metric, const std::map<std::string, std::string>& axes);

/// Figures over a series, as columns of equal length: not thousands of findings.
struct curve {
  using cells = std::variant<std::vector<std::string>, std::vector<std::optional<std::uint64_t>>, std::vector<std::optional<double>>>;
  struct column { std::string name; cells values; };
  std::string name, meaning;
  std::vector<column> columns;
};

/// Something that the records cannot say, and what would.
struct not_measured_item {
  std::string topic, why, remedy;
  std::vector<std::string> metrics; ///< metric keys that have no value because of it
  friend bool operator==(const not_measured_item&, const not_measured_item&) = default;
};

} // namespace lfreval
