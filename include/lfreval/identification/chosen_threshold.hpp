/// @file
/// A chosen threshold with what it promises, and why there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include <lfreval/identification/decimal_grid.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

/// How a threshold was chosen.
enum class threshold_method : std::uint8_t {
  independent_passages,   ///< each passage is a trial of its own
  one_passage_per_person, ///< one random passage of each person
  thinned_persons,        ///< persons kept in proportion to their passages, one random passage of each
  person_maxima,          ///< the highest score of each person
  effective_exposure,     ///< the clustered limit of `judge` at each threshold
  split_conformal,        ///< the conformal quantile
};

/// What "at most the target" refers to, and how firmly it holds.
enum class threshold_promise : std::uint8_t {
  finite_sample,    ///< with at least the stated confidence, whatever the distribution of scores
  asymptotic,       ///< with about the stated confidence, when persons are many
  expectation_only, ///< on average over calibrations: the chosen threshold itself may well exceed the target
};

/// The rate that is kept.
enum class threshold_rate : std::uint8_t {
  per_passage,            ///< non-mated passages with an alert, of all of them: frequent passers weigh more
  per_person,             ///< the chance that a person's passage alerts, averaged over persons
  persons_ever_alerted,   ///< persons with an alert in any of their passages, of all persons
};

struct threshold_request {
  double target = 0.001;              ///< the largest rate that is acceptable, strictly between 0 and 1
  confidence level{0.95};             ///< of the promise; one-sided
  std::optional<decimal_grid> grid = std::nullopt; ///< what the system can be set to; nothing for every float
};

struct threshold_choice {
  threshold at{0.0F};        ///< alert iff score >= at
  threshold before_grid{0.0F}; ///< the smallest float that keeps the promise; equal to `at` without a grid
  threshold_method method{};
  threshold_promise promise{};
  threshold_rate rate{};
  double target = 0.0;
  confidence level{0.95};    ///< of a conformal choice: not promised, see `chance_kept`
  std::uint64_t trials = 0;  ///< n: the independent units, passages or persons, that the promise rests on
  std::uint64_t allowed = 0; ///< k: how many of them might alert
  std::uint64_t reaching = 0; ///< how many do at `at`
  /// The upper limit of the rate that was proven, at most the target; of a conformal choice its expectation.
  double bound = 0.0;
  double chance_kept = 0.0;  ///< the probability that a calibration like this keeps the target, when scores do not tie
  std::uint64_t passages = 0; ///< in the calibration
  std::optional<std::uint64_t> persons; ///< in the calibration; absent when nobody was told apart
  std::optional<std::uint64_t> persons_kept; ///< of a random choice of persons
  std::optional<std::uint64_t> seed;         ///< of that choice
  bool lowest_recorded = false;   ///< every recorded score may alert: a lower threshold might do, but was not recorded
  bool conditional_on_list = true; ///< CONDITIONAL_ON_LIST: always
};

/// Why there is no threshold.
enum class no_threshold_reason : std::uint8_t {
  empty,             ///< no passage
  too_few_passages,  ///< not even a calibration without any alert would prove the target
  one_person,        ///< one person cannot show how much people differ
  nothing_recorded,  ///< no score to set the threshold from
  beyond_scale,      ///< no float, or no setting of the grid, lies above the score to be excluded
};

struct calibration_size {
  std::string group;                   ///< empty when there is only one
  std::uint64_t trials = 0;            ///< passages or persons that there are
  std::optional<std::uint64_t> needed; ///< without any alert; nothing above 2^52
};

/// Undefined, with what would mend it. `groups` names those that stand in the way.
struct no_threshold {
  no_threshold_reason reason{};
  std::string remedy;
  std::vector<calibration_size> groups;
};

template <class T> struct [[nodiscard]] choosable : tl::expected<T, no_threshold> {
  using tl::expected<T, no_threshold>::expected;
};

} // namespace lfreval::identification
