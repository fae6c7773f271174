/// @file
/// A study: what was declared before the result was seen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/limit.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// Where a key stands in the study file, so that an error about it can point there.
struct study_position {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  friend bool operator==(const study_position&, const study_position&) = default;
};

/// How one column of an input table is found in a file.
struct column_mapping {
  std::string column;                     ///< header in the file; empty when `constant` is given
  std::optional<std::string> constant;    ///< one value for every row
  std::string unit;                       ///< `minutes`, `percent` …; empty for the column's own unit
  std::string format;
  std::string split;                      ///< separator inside a set-valued cell
  std::vector<std::string> yes, no;       ///< spellings of a yes/no column
  std::optional<double> coefficient_of_variation;
  std::string quality;                    ///< `logged`, `estimated`, `rounded`
  study_position at;
};

/// What the observations of one passage have in common.
enum class passage_forming : std::uint8_t {
  passage, ///< an identifier of the passage
  track,   ///< a track of one camera
  person,  ///< the person at one deployment, whatever the camera, until nothing is seen for `passage_gap_seconds`
};

/// A set of files of one table and one kind.
struct study_source {
  std::string name;
  source_kind kind = source_kind::operational;
  std::string table;
  std::string system;
  std::string label_source;
  std::vector<std::string> files;         ///< as written; relative to the study file
  std::map<std::string, column_mapping> columns;
  std::map<std::string, std::set<std::string>> status; ///< `aborted` -> deployments declared so
  std::optional<double> sentinel;         ///< the number that stands where there is no score
  std::string sentinel_means;             ///< `failure_to_enrol`, `failure_to_acquire`
  std::string sentinel_axis;              ///< `column`, `row`, `cell`: what holds it in a table of scores
  std::optional<double> recorded_from;    ///< the lowest score that the log keeps
  passage_forming passages_by = passage_forming::passage; ///< of a table of observations
  double passage_gap_seconds = 0;         ///< above 0 where passages are formed by person
  std::string format;                     ///< layout of score files: `matrix`, `pairs`, `bee` …
  std::string mated;                      ///< `same_id`, `same_person`; empty where the files say which scores are mated
  std::string mask, mated_pairs, probes, references; ///< files beside those of the scores, as written
  std::vector<std::string> mated_files;   ///< of `files`, those of mated comparisons
  study_position at;
};

/// Whether the rows of a source are passages, or observations that passages are made of.
[[nodiscard]] inline bool holds_passages(const study_source& source) noexcept { return source.table == "passages" || source.table == "observations"; }

/// What the study leaves out, and why. Everything left out is counted.
struct study_scope {
  std::optional<calendar_date> from, to;
  std::map<std::string, std::set<std::string>> where;  ///< column -> accepted values
  struct exclusion { std::string deployment, reason; study_position at; };
  std::vector<exclusion> exclude;                      ///< `deployment` as an identifier or as force/identifier
};

/// A system under test: its score scale decides which thresholds make sense.
struct study_system {
  std::string name, vendor, version;
  double lowest_score = 0.0, highest_score = 1.0;
  std::optional<double> operating_threshold; ///< on the system's own scale
  std::optional<double> recommended_threshold; ///< by the vendor
  std::uint32_t shown_candidates = 1;        ///< how many candidates of a passage the operator is shown
  bool is_distance = false;  ///< a smaller score means more alike
  bool is_float64 = false;   ///< scores are compared in double precision

  /// `V 5.1`, as conditions name it; nothing without a version, because errors belong to a version.
  [[nodiscard]] std::string named_version() const { return version.empty() ? "" : (vendor.empty() ? name : vendor) + " " + version; }
};

/// A demographic axis or a covariate, and the column of a table that holds its labels.
struct study_group {
  std::string name, table = "persons", column, label_source, reference;
  std::vector<std::string> adjust_for; ///< `camera`, `deployment` or other axes: what a second, adjusted comparison holds alike
  study_position at;
};

/// Something that was not measured and is supposed, with the range it is supposed to lie in.
struct study_assumption {
  std::string quantity; ///< `passages_per_face` or `prevalence`
  double low = 0, high = 0;
  std::optional<double> point;
  std::string reason;
};

/// Shares of the groups of one axis in a population that alerts are compared with. It answers only for itself: residents,
/// people who passed and people listed are three populations.
struct study_baseline {
  std::string name, of, source;         ///< `of`: the name of a group axis
  std::map<std::string, double> shares; ///< add up to 1
  study_position at;
};

/// Systems to be compared on the same passages or probes, and where.
struct study_comparison {
  /// One of these; `operating` is the threshold at which each system is in use, `recommended` the one that its vendor recommends,
  /// `guaranteed` the one of each that keeps the first declared limit on the false positive identification rate.
  struct place {
    std::optional<double> false_positive_identification_rate, threshold;
    bool operating = false, recommended = false, guaranteed = false;
  };
  std::vector<std::string> systems;
  std::vector<place> at;
  study_position where;
};

/// What outcomes are weighed against harm with. The exchange rate is the reader's: it has no default, and without one only the
/// rate at which both weigh the same is told.
struct study_decision {
  /// How much of a true outcome one false engagement, or one false alert, is held to undo: a range, since people differ.
  struct exchange_range { double from = 0, to = 0; std::uint64_t steps = 0; };
  /// A quantity that is uncertain, and how it is supposed to be distributed.
  struct uncertain_input {
    std::string name, quantity, distribution, source;
    std::vector<double> parameters;
    study_position at;
  };
  std::string outcome; ///< the outcome of the records that counts as gained
  std::string harm;    ///< `false_engagements` or `false_alerts`
  std::string alternative; ///< what else the officers could do; empty where only doing nothing is compared
  std::optional<exchange_range> exchange_rates;
  std::vector<uncertain_input> inputs; ///< each quantity once
  study_position at;
};

struct study {
  std::string file;                       ///< path as given
  std::string sha256;
  std::string name;
  std::optional<calendar_date> as_of;
  confidence level{0.95};
  std::uint64_t seed = 0;
  std::uint64_t max_refused = 0;
  bool faces_cv_shared = true;            ///< errors of the face counts go the same way in all deployments
  std::optional<double> planning_design_effect;
  study_scope scope;
  std::vector<study_system> systems;
  std::vector<double> report_thresholds; ///< at which a trial is told, on the system's own scale
  struct threshold_range { double from = 0, to = 0, step = 0; };
  std::optional<threshold_range> grid;   ///< at which curves are counted
  std::vector<study_source> sources;
  std::vector<study_group> groups;
  std::optional<double> equivalence_margin;     ///< two rates are equivalent when the interval of their ratio lies in (1/margin, margin)
  std::optional<double> equivalence_difference; ///< two shares are equivalent when the interval of their difference lies within +- this
  std::vector<study_baseline> baselines;
  std::vector<limit> limits;
  std::optional<std::uint64_t> operational_persons; ///< size of the list in use, to which rates are carried
  std::vector<study_comparison> comparisons;
  std::vector<study_assumption> assumptions; ///< each quantity once
  std::vector<std::string> policies;      ///< of the dossier: shipped ones by name, or paths as written
  std::vector<study_source> registers;    ///< what the force has on record beside its logs: `table` and `name` are the kind of the register
  std::vector<std::string> not_evaluated; ///< keys that were declared and that this version does not use
  std::optional<study_decision> decision; ///< nothing is weighed where none is declared

  /// The path of an input file named in the study.
  [[nodiscard]] std::string resolve(const std::string& named) const;
};

/// The schema version this build writes and the newest it reads.
inline constexpr std::int64_t study_schema = 1;

/// Reads and checks a study file against the table of keys. All errors are returned, first to last line, so that a
/// person mends the file once; the vector is never empty. Paths are checked when the sources are read, not here. Limits on rates
/// per hour are declared in hours.
[[nodiscard]] tl::expected<study, std::vector<error>> read_study(const std::string& file);

/// As `read_study`, from text already in memory; `file` is used for messages and for resolving paths.
[[nodiscard]] tl::expected<study, std::vector<error>> parse_study(std::string_view text, const std::string& file);

} // namespace lfreval
