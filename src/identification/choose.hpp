/// @file
/// The steps that every choice of a threshold shares.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/score_steps.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::detail {

using identification::choosable, identification::no_threshold_reason, identification::score_steps,
    identification::threshold_choice, identification::threshold_request;

inline tl::unexpected<identification::no_threshold> none_chosen(no_threshold_reason why, std::string remedy) {
  return tl::unexpected(identification::no_threshold{why, std::move(remedy), {}});
}

inline std::string passages_to_record(const identification::calibration_size& of) {
  return (of.group.empty() ? std::string() : of.group + ": ") + grouped(of.trials) + " recorded, " +
         (of.needed ? grouped(*of.needed) + " needed" : "more than 2^52 needed");
}

inline tl::unexpected<identification::no_threshold> too_few(identification::calibration_size of, const char* trials) {
  std::string remedy = std::string("Record more ") + trials + ": " + passages_to_record(of) + ".";
  return tl::unexpected(
      identification::no_threshold{no_threshold_reason::too_few_passages, std::move(remedy), {std::move(of)}});
}

/// Sets the threshold above the highest score that must not alert; nothing to exclude gives the lowest recorded score.
inline choosable<threshold_choice> set_above(const std::optional<float>& excluded, const score_steps& steps,
                                             const threshold_request& wanted, threshold_choice out) {
  if (!excluded && steps.scores().empty())
    return none_chosen(no_threshold_reason::nothing_recorded,
                       "Record the highest score of each passage: nothing says where thresholds begin.");
  constexpr float above_all = std::numeric_limits<float>::infinity();
  const float at = excluded ? std::nextafter(*excluded, above_all) : steps.scores().front();
  if (!finite(at))
    return none_chosen(no_threshold_reason::beyond_scale, "Check the scores: no float lies above the highest.");
  out.lowest_recorded = !excluded;
  out.before_grid = out.at = threshold(at);
  if (wanted.grid) {
    const auto setting = identification::round_up(at, *wanted.grid);
    if (!setting)
      return none_chosen(no_threshold_reason::beyond_scale,
                         "Declare a coarser grid of thresholds: scores this large are coarser than it.");
    out.at = threshold(*setting);
  }
  out.reaching = steps.reaching(out.at);
  return out;
}

/// The smallest float at which at most `out.allowed` trials alert. Ties move it up only.
inline choosable<threshold_choice> set_by_count(const score_steps& steps, const threshold_request& wanted,
                                                threshold_choice out) {
  const auto counts = steps.at_or_above();
  // The highest score that more than the allowed number reach.
  const auto kept =
      std::partition_point(counts.begin(), counts.end(), [&](std::uint64_t n) { return n > out.allowed; });
  std::optional<float> excluded;
  if (kept != counts.begin()) excluded = steps.scores()[static_cast<std::size_t>(kept - counts.begin()) - 1];
  out.target = wanted.target;
  out.trials = steps.passages();
  const auto k = static_cast<double>(out.allowed), n = static_cast<double>(out.trials);
  out.chance_kept = distribution::beta_below(k + 1.0, n - k, wanted.target);
  return set_above(excluded, steps, wanted, out);
}

/// The guarantee with `steps.passages()` independent trials, of whatever unit.
inline choosable<threshold_choice> guaranteed(const score_steps& steps, const threshold_request& wanted,
                                              threshold_choice out) {
  require_target("identification::guaranteed_threshold", wanted.target);
  if (steps.passages() == 0) return none_chosen(no_threshold_reason::empty, "Record non-mated passages.");
  const auto allowed = identification::guaranteed_k(steps.passages(), wanted.target, wanted.level);
  if (!allowed)
    return too_few({{}, steps.passages(), identification::passages_needed(wanted.target, wanted.level)},
                   out.persons ? "persons who pass without being on the list" : "independent non-mated passages");
  out.allowed = *allowed;
  out.promise = identification::threshold_promise::finite_sample;
  out.level = wanted.level;
  out.bound = beta_limit_upper(static_cast<double>(*allowed), static_cast<double>(steps.passages()),
                               tail(wanted.level, sides::upper));
  return set_by_count(steps, wanted, out);
}

} // namespace lfreval::detail
