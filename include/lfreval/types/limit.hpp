/// @file
/// A declared limit and the three answers the data can give to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <lfreval/types/interval.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// A limit names its metric and is two integers, "1 in 1,000": never a bare percentage (M06, M39).
struct limit {
  metric_id metric{};
  limit_direction direction = limit_direction::at_most;
  std::uint64_t events = 0;
  std::uint64_t exposure = 1;
  std::string source; ///< who set it
  /// A group axis of the study, or axes crossed with ` and ` between: the limit is to be kept in every group of it, and is then no
  /// limit of the whole. Empty for a limit of the whole.
  std::string in_every{};

  /// Per exposure unit of the metric.
  [[nodiscard]] constexpr double value() const noexcept {
    return static_cast<double>(events) / static_cast<double>(exposure);
  }
  friend bool operator==(const limit&, const limit&) = default;
};

/// Whether a rate is told of every group of an axis with people or deployments as clusters and held against limits, so that a limit
/// can be asked of every group (`limit.in_every`): both identification rates of passages, and what logs of a crowd give by group.
[[nodiscard]] constexpr bool is_judged_by_group(metric_id metric) noexcept {
  switch (metric) {
    case metric_id::false_positive_identification_rate:
    case metric_id::true_positive_identification_rate:
    case metric_id::false_alerts_per_face:
    case metric_id::alerts_per_face:
    case metric_id::true_alerts_per_face:
    case metric_id::false_engagements_per_face:
    case metric_id::outcomes_per_face:
    case metric_id::true_alerts_per_alert:
    case metric_id::false_engagements_per_false_alert:
    case metric_id::outcomes_per_alert:
    case metric_id::adjudication_specificity:
    case metric_id::engagements_per_credible_alert:
    case metric_id::force_per_false_engagement: return true;
    default: return false;
  }
}

/// Whether the groups of several axes crossed have the rate too: of passages, each of which has a label on every axis.
[[nodiscard]] constexpr bool is_judged_by_crossed_groups(metric_id metric) noexcept {
  return metric == metric_id::false_positive_identification_rate || metric == metric_id::true_positive_identification_rate;
}

enum class verdict_outcome : std::uint8_t {
  met,          ///< the one-sided bound on the unfavourable side keeps the limit
  not_met,      ///< the one-sided bound on the favourable side breaks it
  inconclusive, ///< the data do not decide
  not_measured, ///< there are no data
};
[[nodiscard]] std::string_view to_string(verdict_outcome) noexcept;

/// The answer with the bound that decided it.
struct verdict {
  verdict_outcome outcome = verdict_outcome::not_measured;
  std::optional<interval> unfavourable; ///< the one-sided bound that must keep the limit
  std::optional<interval> favourable;   ///< the one-sided bound that would break it
  /// Exposure at which the same rate would decide, design effect included; absent when decided, or when the rate lies
  /// on the limit and no exposure would.
  std::optional<std::uint64_t> exposure_to_decide;
  /// Exposure at which the limit would be met if no further event occurred.
  std::optional<std::uint64_t> exposure_without_events;

  friend bool operator==(const verdict&, const verdict&) = default;
};

} // namespace lfreval
