/// @file
/// Stop rules: what is done, and by whom, when a figure that is watched gives its signal. They stand in the study file, declared
/// beforehand: a rule that is made up afterwards fits whatever happened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lfreval/study/study.hpp>

namespace lfreval {

struct stop_rule {
  enum class signal : std::uint8_t {
    limit, ///< evidence, valid at every look, that a declared limit from above on the metric is broken
    shift, ///< a cumulative sum finds the rate nearer to `shift` times the baseline than to the baseline
  };
  std::string name;
  metric_id metric{};
  signal when = signal::limit;
  std::string action, owner;
  /// Of a shift: the rate that is no reason to worry, per exposure unit (events per second for rates per hour).
  std::uint64_t baseline_events = 0, baseline_exposure = 1;
  double shift = 2.0;        ///< of a shift: the ratio to the baseline that should be noticed soon
  std::uint64_t once_in = 0; ///< of a shift: exposure after which one false signal is accepted, on average

  friend bool operator==(const stop_rule&, const stop_rule&) = default;
};

/// The `[[stop_rule]]` tables of a study file, in its order. `read_study` checks them too. All errors are returned.
[[nodiscard]] tl::expected<std::vector<stop_rule>, std::vector<error>> read_stop_rules(const std::string& study_file);

/// As `read_stop_rules`, from text already in memory; `file` is used for messages.
[[nodiscard]] tl::expected<std::vector<stop_rule>, std::vector<error>> parse_stop_rules(std::string_view text, const std::string& file);

} // namespace lfreval
